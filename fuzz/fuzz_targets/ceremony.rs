//! A ceremony before it is played: a script of any text, with good people, made into a plan and held against the rules of
//! custody; and a roster of any text with a good script. The first byte chooses.
#![no_main]

use actions::REPERTOIRE;
use protocol::Mode;
use script::Plan;
use std::collections::BTreeMap;

const SCRIPTS: [&str; 2] =
    [include_str!("../../ceremonies/byok-aws.toml"), include_str!("../../ceremonies/rehearsal-minimal.toml")];
const PEOPLE: &str = include_str!("../../ceremonies/rehearsal-roster.toml");

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let mode = if choice & 1 == 0 { Mode::Rehearsal } else { Mode::Production };
    let none = BTreeMap::new();
    let made = match choice >> 1 & 3 {
        0 | 1 => Plan::make(text, PEOPLE, mode, &none, &REPERTOIRE),
        n => Plan::make(SCRIPTS[usize::from(n) - 2], text, mode, &none, &REPERTOIRE),
    };
    match made {
        Ok(plan) => {
            let _ = script::custody::notice(&plan, &REPERTOIRE);
            let again = Plan::make(&plan.text, &plan.roster_text, mode, &plan.values, &REPERTOIRE);
            assert!(
                again.is_ok_and(|again| again.steps.len() == plan.steps.len()),
                "decided values decide the same"
            );
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
});
