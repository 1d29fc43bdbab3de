//! What ceremonies of a workstation commissioned: rosters, and the keys that sign its records. Those of closed ceremonies on
//! the list of ended ones count, whose records lie there as they ended. A file that somebody put beside them enrols nobody.

use crate::memory::ended_list;
use crate::shelf::reading;
use facts::Named as _;
use std::collections::BTreeMap;
use std::path::Path;
use transcript::{Entry, Kind};

/// The digest (SHA-256, lower-case hex) of each roster that a ceremony of the mode in this folder enrolled, with the run that
/// did. None where the list of ended ceremonies does not hold in itself.
pub fn enrolled_rosters(mode: &Path) -> BTreeMap<String, String> {
    commissioned(mode, |record| facts::ROSTER_ENROLLED_SHA256.newest(record))
}

/// The digest (SHA-256 of DER `SubjectPublicKeyInfo`, lower-case hex) of each key that signed such a ceremony, with the run.
pub(crate) fn commissioned_keys(mode: &Path) -> BTreeMap<String, String> {
    commissioned(mode, |record| facts::SIGNING_KEY_SHA256.newest(record))
}

/// The digest (SHA-256, lower-case hex) of the file of the PKCS#11 module that each such ceremony ran with last, with the run.
pub fn commissioned_modules(mode: &Path) -> BTreeMap<String, String> {
    commissioned(mode, |record| facts::MODULE_SHA256.newest(record))
}

fn commissioned(mode: &Path, tells: impl Fn(&[Entry]) -> Option<String>) -> BTreeMap<String, String> {
    let Ok(list) = ended_list(mode) else { return BTreeMap::new() };
    let closed = list.ended().iter().filter(|ended| ended.how == Kind::Closed);
    let enrolled = closed.filter_map(|ended| {
        let record = reading(&mode.join("runs").join(&ended.run)).entries;
        let as_it_ended = record.len() as u64 == ended.head.entries
            && record.last().is_some_and(|last| last.chain == ended.head.chain);
        facts::ROSTER_ENROLLED_SHA256.newest(&record).filter(|_| as_it_ended)?;
        Some((tells(&record)?, ended.run.clone()))
    });
    enrolled.collect()
}

/// Whether any ceremony has ended in the mode of this folder: before the first, nobody can have been enrolled.
pub(crate) fn none_has_ended(mode: &Path) -> bool {
    ended_list(mode).is_ok_and(|list| list.ended().is_empty())
}
