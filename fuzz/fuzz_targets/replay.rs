//! A forged record held against its script: every action's own reading of its facts.
#![no_main]

use actions::REPERTOIRE;
use facts::Named as _;
use protocol::Mode;
use script::Plan;

/// Scripts and rosters of kept packs, by name.
macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_str!(concat!("../../tests/corpus/packs/", $name, "/script.toml")),
            include_str!(concat!("../../tests/corpus/packs/", $name, "/roster.toml")),
        )),*]
    };
}

const PACKS: &[(&str, &str, &str)] = packs![
    "byok-aws",
    "byok-plan",
    "change-custodian",
    "compromise",
    "destroy",
    "drill",
    "keep-systems",
    "managed-hsm-security-domain",
    "master-key-yubikey",
    "provider-state",
    "recover",
    "rewrap",
    "rotate",
    "token-check",
    "validation-record",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let reading = cofferdam_fuzz::reading(data);
    let Some(first) = reading.entries.first() else { return };
    let name = facts::SCRIPT.within(first).unwrap_or_default();
    let Some((_, script, roster)) = PACKS.iter().find(|(known, ..)| *known == name) else { return };
    let values = facts::PARAMETERS.within(first).unwrap_or_default();
    let Ok(plan) = Plan::of_record(script, roster, Mode::Rehearsal, &values, &REPERTOIRE) else { return };
    let _ = engine::replay::follows(&plan, &REPERTOIRE, &reading.entries);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    cofferdam_fuzz::changed(data, size, max_size, seed)
});
