//! The address of a token (PKCS#11 URI), and the name of a kind of key.
#![no_main]

use tokens::{KeySpec, TokenUri};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(uri) = text.parse::<TokenUri>() {
        let written = uri.to_string();
        assert!(!written.to_ascii_lowercase().contains("pin-value"), "an address carries no PIN");
        assert_eq!(written.parse(), Ok(uri), "{written}");
    }
    if let Ok(spec) = text.parse::<KeySpec>() {
        assert_eq!(spec.to_string().parse(), Ok(spec));
    }
});
