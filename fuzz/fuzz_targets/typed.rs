//! What people type or drag: a path, and an answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = outside::meant(text);
    let _ = outside::percent_decoded(text);
    let _ = outside::left_behind(text);
    assert!(text.contains(incoming::cleaned(text)));
    let words = ["sealed", "key-custodian", "RSAES_OAEP_SHA_256"];
    let chosen = incoming::choice(text, words);
    assert!(chosen.is_none_or(|word| incoming::choice(word, words) == Some(word)));
    let shown = protocol::visible(text);
    assert!(!shown.chars().any(protocol::is_unseen), "nothing unseen is shown");
});
