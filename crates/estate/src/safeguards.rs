//! The standards and implementation specifications of the Security Rule (45 CFR 164.308 to 164.316), and what was decided of each.

use crate::estate::{Estate, Kept};
use std::sync::OnceLock;

/// One standard or specification, as `data/safeguards.csv` has it from the rule's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safeguard {
    /// `164.312(a)(2)(iv)`.
    pub citation: String,
    /// `technical` and so on.
    pub rule: String,
    /// Its name in the rule.
    pub name: String,
    /// `standard`, which has specifications; `required`; or `addressable`.
    pub sort: String,
}

impl Safeguard {
    /// Whether an alternative may take its place, with reasons (164.306(d)(3)).
    pub fn is_addressable(&self) -> bool {
        self.sort == "addressable"
    }
}

/// All of them, in the order of the rule.
pub fn safeguards() -> &'static [Safeguard] {
    static ALL: OnceLock<Vec<Safeguard>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = crate::questions::shipped(include_str!("../data/safeguards.csv"));
        rows.map(|[citation, rule, name, sort]| Safeguard { citation, rule, name, sort }).collect()
    })
}

/// A safeguard with what was decided of it.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'r> {
    /// The safeguard.
    pub of: &'static Safeguard,
    /// The row that says what was decided; none where nobody did.
    pub row: Option<Kept<'r>>,
}

impl Decided<'_> {
    /// What was decided, in the register's word.
    pub fn decision(&self) -> &str {
        self.row.as_ref().map_or("undecided", |row| row.text("decision"))
    }

    /// Whether it is one that is to be decided and that nobody decided. A standard with specifications is decided through them.
    pub fn is_open(&self) -> bool {
        self.of.sort != "standard" && self.decision() == "undecided"
    }
}

/// The worksheet: every safeguard in the order of the rule, with what was decided.
pub fn worksheet<'r>(estate: &Estate<'r>) -> Vec<Decided<'r>> {
    let of = |safeguard: &'static Safeguard| Decided {
        of: safeguard,
        row: estate.safeguards.iter().find(|row| row.id() == safeguard.citation).copied(),
    };
    safeguards().iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_has_sixty_five_standards_and_specifications() {
        let of = |sort: &str| safeguards().iter().filter(|s| s.sort == sort).count();
        assert_eq!((safeguards().len(), of("standard"), of("required"), of("addressable")), (65, 15, 28, 22));
        let encryption = safeguards().iter().find(|s| s.citation == "164.312(a)(2)(iv)").unwrap();
        assert!(encryption.is_addressable() && encryption.name == "Encryption and decryption");
        let mut citations: Vec<_> = safeguards().iter().map(|s| &s.citation).collect();
        citations.sort();
        citations.dedup();
        assert_eq!(citations.len(), 65);
    }
}
