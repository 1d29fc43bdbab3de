//! What the online team exports of keys at their providers: one file, or several with a line of dashes between.
#![no_main]

use byok::state::{KnownKey, ProviderState, compare, place};
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut files: Vec<&[u8]> = vec![data];
    while let Some(at) = files[files.len() - 1].windows(5).position(|w| w == b"\n---\n") {
        let (last, rest) = files[files.len() - 1].split_at(at);
        let end = files.len() - 1;
        files[end] = last;
        files.push(&rest[5..]);
    }
    let Ok(state) = ProviderState::read(&files) else { return };
    let mut other_way = files.clone();
    other_way.reverse();
    assert_eq!(ProviderState::read(&other_way).as_ref(), Ok(&state), "files come in any order");
    let known = state.keys.iter().map(|key| {
        let aliases = key.aliases.clone();
        let place = place(key.target, &key.name, &BTreeMap::new());
        KnownKey { target: key.target, name: key.name.clone(), place, active: true, expires: None, aliases }
    });
    let known: Vec<KnownKey> = known.collect();
    for known in [&known[..], &known[..known.len() / 2]] {
        for difference in compare(known, &state) {
            assert!(!difference.id().is_empty() && difference.says().ends_with('.'));
        }
    }
});
