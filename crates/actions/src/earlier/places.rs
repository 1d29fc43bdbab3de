//! What a destruction has to ask about beside what it is held with.

use crate::earlier::{kept, words};
use engine::{KeepRecord, Recall as _};
use facts::Named as _;
use register::places::{Place, carried_on, file_id, sheet_id, token_id};
use std::collections::BTreeSet;
use transcript::Entry;

/// What a destruction has to ask about beside the set, the file and the token that it is held with: every other place
/// that the entry which opened the pack names, and those of them that an earlier ceremony saw destroyed.
pub(crate) fn others(opening: &Entry, here: &str) -> Vec<Place> {
    let set = facts::DRILL_SET.within(opening).unwrap_or_default();
    let in_token = facts::COPIES_IN_TOKEN.within(opening).is_some_and(|labels| !labels.is_empty());
    let own: BTreeSet<String> = (1..=usize::from(u8::MAX))
        .map(|share| sheet_id(share, &set))
        .chain([file_id(&set)])
        .chain(in_token.then(|| token_id(here)))
        .collect();
    let earlier = facts::EARLIER_CEREMONY.within(opening).unwrap_or_default();
    // An opening that an older version of this program recorded says nothing of them.
    let places = carried_on(opening).unwrap_or_else(|| vec![Place::unread(&earlier, words::OLDER_PROGRAM)]);
    places.into_iter().filter(|p| !own.contains(&p.id)).collect()
}

/// The same in this run.
pub(crate) fn others_here(record: &(impl KeepRecord + ?Sized)) -> Vec<Place> {
    let here = record.newest(&facts::TOKEN_SERIAL).unwrap_or_default();
    kept::opening(&record.past()).map(|opening| others(opening, &here)).unwrap_or_default()
}
