//! What the other providers send, and answers to their questions; the first byte chooses.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use byok::provider::Input;
    let Some((first, rest)) = data.split_first() else { return };
    let provider = byok::PROVIDERS[usize::from(*first) % byok::PROVIDERS.len()];
    // The examples are good answers; with the high bit, the last answer is the fuzzer's.
    let (answer, bytes) = rest.split_at(if *first >= 128 { rest.len().min(40) } else { 0 });
    let answer = String::from_utf8_lossy(answer);
    let mut stated: Vec<(&str, &str)> = provider.asks().iter().map(|a| (a.name, a.example)).collect();
    if let (true, Some(last)) = (*first >= 128, stated.last_mut()) {
        last.1 = &answer;
    }
    let _ = provider.read(&Input { file_name: "input", bytes, stated: &stated });
});
