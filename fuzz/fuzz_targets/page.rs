//! What the page sends to the room, and what a room's process is told.
#![no_main]

use protocol::{FromRoom, ToRoom, read_line, write_line};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut from = data;
    while let Ok(Some(message)) = read_line::<ToRoom>(&mut from) {
        let mut line = Vec::new();
        write_line(&mut line, &message).expect("memory takes every byte");
        assert_eq!(read_line(&mut line.as_slice()).expect("what was written is read"), Some(message));
    }
    if let Ok(Some(message)) = read_line::<FromRoom>(&mut &*data) {
        let mut line = Vec::new();
        protocol::write_shown(&mut line, &message).expect("memory takes every byte");
        assert!(matches!(read_line::<FromRoom>(&mut line.as_slice()), Ok(Some(_))), "what is shown is read");
    }
});
