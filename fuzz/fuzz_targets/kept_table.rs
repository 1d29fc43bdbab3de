//! A table for each register that people keep: rows, columns, and what rows may not say together. The first byte chooses the
//! register.
#![no_main]

use register::Register;
use script::Script;
use script::declared::Declared;
use std::sync::LazyLock;

const SCRIPTS: [&str; 5] = [
    include_str!("../../ceremonies/keep-systems.toml"),
    include_str!("../../ceremonies/keep-agreements.toml"),
    include_str!("../../ceremonies/keep-policies.toml"),
    include_str!("../../ceremonies/keep-safeguards.toml"),
    include_str!("../../ceremonies/keep-answers.toml"),
];

/// What the scripts declare, in their order.
static DECLARED: LazyLock<Vec<Declared>> = LazyLock::new(|| {
    let declared = |text: &&str| {
        let script = Script::parse(text).expect("a script that ships");
        let mut steps = script.acts.into_iter().flat_map(|act| act.steps);
        steps.find_map(|step| step.record).expect("a step that keeps a register")
    };
    SCRIPTS.iter().map(declared).collect()
});

/// The registers of a kept record that has some systems.
static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let record = include_bytes!("../../tests/corpus/packs/keep-systems/transcript.jsonl");
    let reading = transcript::Reading::of(record);
    Register::of(&[register::Record { run: "kept".to_owned(), reading, listed: true }])
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, table)) = data.split_first() else { return };
    let declared = &DECLARED[usize::from(*choice) % DECLARED.len()];
    match actions::record::looked_at(declared, &REGISTER, SCRIPTS.into_iter(), table) {
        Ok(shown) => assert!(!shown.is_empty()),
        Err((faults, _)) => assert!(!faults.is_empty()),
    }
});
