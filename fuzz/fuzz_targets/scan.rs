//! A scan of a sheet: a picture (PNG, JPEG) or a page (PDF), or else a camera's grey picture whose first two bytes are its
//! size. Fuzzing takes pictures and pages of some hundred pixels, since it is not the number of pixels that is tried.
#![no_main]

use std::panic;

libfuzzer_sys::fuzz_target!(
    // The decoders may panic: the process that reads scans takes that for an unreadable file. A panic that is not caught
    // there still ends the fuzzer.
    init: panic::set_hook(Box::new(|_| {})),
    |data: &[u8]| {
        let is_file = [&b"%PDF-"[..], b"\x89PNG", b"\xff\xd8"].iter().any(|mark| data.starts_with(mark));
        if is_file {
            let _ = scan::read(data.to_vec().into());
            return;
        }
        let Some(([width, height], luma)) = data.split_first_chunk::<2>() else { return };
        if let Ok(frame) = scan::Frame::from_luma((*width).into(), (*height).into(), luma.to_vec()) {
            let _ = scan::candidates(&frame);
        }
    }
);
