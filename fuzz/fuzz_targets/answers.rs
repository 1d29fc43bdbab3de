//! A file of answers, for rehearsals.
#![no_main]

#[path = "../../crates/coffer/src/players/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(read) = answers::Answers::read(text) else { return };
    // What is taken is written and read again as the same.
    let table = |of: std::collections::BTreeMap<String, String>| {
        of.into_iter().map(|(name, value)| (name, toml::Value::from(value))).collect::<toml::Table>()
    };
    let mut file = toml::Table::new();
    file.insert("pin".to_owned(), read.pin.clone().into());
    file.insert("passphrases".to_owned(), table(read.passphrases.clone()).into());
    file.insert("answers".to_owned(), table(read.by_key.clone()).into());
    assert_eq!(answers::Answers::read(&file.to_string()), Ok(read));
});
