//! The least strength of a key that a hospital's policy takes, held against what a script orders before the day.

use super::words;
use protocol::Problem;
use script::Plan;
use std::fmt::Display;

/// The parameter that says it, in bits (SP 800-57 Part 1 Rev. 5, table 2). A script without it asks for none.
const MINIMUM: &str = "minimum-strength";

/// The least strength in bits that the plan takes.
pub(crate) fn minimum(plan: &Plan) -> u16 {
    plan.value(MINIMUM).parse().unwrap_or_default()
}

/// Refuses a kind of key that is weaker.
pub(crate) fn check(minimum: u16, spec: &dyn Display) -> Result<(), Problem> {
    let spec = spec.to_string();
    let bits = register::strength(&spec).unwrap_or_default();
    if bits >= minimum { Ok(()) } else { Err(words::too_weak(&spec, bits, minimum)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_key_is_held_against_the_least_that_is_taken() {
        for (spec, minimum, taken) in [
            ("aes-128", 128, true),
            ("aes-128", 256, false),
            ("aes-256", 256, true),
            ("rsa-2048", 112, true),
            ("rsa-2048", 128, false),
            ("p-521", 256, true),
            ("of no table", 0, true),
            ("of no table", 112, false),
        ] {
            assert_eq!(check(minimum, &spec).is_ok(), taken, "{spec} under {minimum}");
        }
    }
}
