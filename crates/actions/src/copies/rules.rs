//! What holds over a whole record of a destruction: it leaves no place out that its record lists.

use crate::copies::words;
use crate::earlier::places::{Place, others};
use engine::{Departure, Rule, Whole};
use facts::Named as _;

/// Of each place that the opened pack, the records before it and those at hand name for the key, two people said what
/// became of it.
pub(crate) struct AskedFor;

impl Rule for AskedFor {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let mut serial = String::new();
        let mut left: Vec<Place> = Vec::new();
        for entry in whole.past.entries {
            serial = facts::TOKEN_SERIAL.within(entry).unwrap_or(serial);
            let lists = facts::COPIES_IN_TOKEN.within(entry).is_some();
            if lists && facts::COPIES_KNOWN.within(entry).is_some() {
                left = others(entry, &serial).into_iter().filter(|p| p.gone_in().is_none()).collect();
            }
            let Some(said) = facts::COPIES_ACCOUNTED.within(entry) else { continue };
            let asked = |p: &&Place| said.iter().any(|(id, became)| *id == p.id && !became.is_empty());
            if let Some(other) = left.iter().find(|p| !asked(p)) {
                let says = words::nobody_was_asked(&other.says);
                return Err(Departure::of(Some(entry), "account-copies", "not-asked", says));
            }
        }
        Ok(())
    }
}
