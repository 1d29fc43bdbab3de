//! What Home shows of the ledger: what is due, with the ceremony that settles it, and the keys there are.

use super::register;
use crate::desk::{Desk, SHIPPED};
use ::register::{Due, Register};
use protocol::{DueCard, KeyCard, Mode};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Of production, or of rehearsals where no production ceremony left anything. A ledger that cannot be read shows nothing here:
/// `coffer register` says why.
pub(super) fn of(desk: &Desk) -> (Vec<DueCard>, Vec<KeyCard>) {
    for mode in [Mode::Production, Mode::Rehearsal] {
        let Ok(register) = register::alone(desk, mode) else { continue };
        let today = OffsetDateTime::now_utc().date().to_string();
        let open = dues(&register, mode, &today).into_iter().filter(|due| due.settled.is_none());
        let cards = (open.collect(), keys(&register, mode));
        if !Vec::is_empty(&cards.0) || !Vec::is_empty(&cards.1) {
            return cards;
        }
    }
    (Vec::new(), Vec::new())
}

/// All that is or was due: open ones first, by day.
pub(super) fn dues(register: &Register, mode: Mode, today: &str) -> Vec<DueCard> {
    let card = |due: &Due| DueCard {
        id: due.id.clone(),
        says: due.says.clone(),
        by: due.by.clone(),
        days: due.days_left(today).and_then(|days| i32::try_from(days).ok()),
        script: settled_by(due).map(str::to_owned),
        mode,
        settled: due.settled.as_ref().map(|(at, _)| day(at)),
    };
    let mut all: Vec<DueCard> = register.dues.iter().map(card).collect();
    all.sort_by_key(|due| (due.settled.is_some(), due.days.is_none(), due.days));
    all
}

/// The ceremony that settles it: the one that its sentence names in brackets, or the one for what it is.
fn settled_by(due: &Due) -> Option<&'static str> {
    let named =
        SHIPPED.iter().map(crate::desk::Shipped::name).find(|name| due.says.contains(&format!("({name})")));
    named.or_else(|| match due.id.split(' ').next() {
        Some("rotate") => Some("rotate"),
        Some("renew") => Some("reimport"),
        _ => None,
    })
}

/// The keys, in the ledger's order.
pub(super) fn keys(register: &Register, mode: Mode) -> Vec<KeyCard> {
    let mut copies: BTreeMap<&str, u32> = BTreeMap::new();
    for copy in register.copies.iter().filter(|copy| copy.may_be_there()) {
        *copies.entry(&copy.key).or_default() += 1;
    }
    let card = |key: &::register::Key| KeyCard {
        copies: copies.get(key.check_value.as_str()).copied().unwrap_or_default(),
        check_value: key.check_value.clone(),
        label: key.label.clone(),
        spec: key.spec.clone(),
        state: key.state.to_string(),
        since: day(&key.since),
        protects_until: key.protects_until.clone(),
        mode,
    };
    register.keys.iter().map(card).collect()
}

/// The day of a time in UTC.
pub(super) fn day(utc: &str) -> String {
    utc.get(..10).unwrap_or(utc).to_owned()
}
