//! A roster, of a rehearsal, of production, and of a pack.
#![no_main]

use protocol::Mode;
use script::Roster;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Roster::parse(text, Mode::Production);
    let _ = Roster::of_record(text);
    let Ok(roster) = Roster::parse(text, Mode::Rehearsal) else { return };
    for person in &roster.people {
        // A YubiKey's line is written as it is read.
        let line = person.yubikey.as_ref().map(script::OwnYubiKey::line);
        assert!(line.is_none_or(|line| line.parse::<toml::Table>().is_ok()));
    }
});
