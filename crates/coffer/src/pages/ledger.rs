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
        let cards = (dues(&register, mode), keys(&register, mode));
        if !cards.0.is_empty() || !cards.1.is_empty() {
            return cards;
        }
    }
    (Vec::new(), Vec::new())
}

fn dues(register: &Register, mode: Mode) -> Vec<DueCard> {
    let today = OffsetDateTime::now_utc().date().to_string();
    let card = |due: &Due| DueCard {
        id: due.id.clone(),
        says: due.says.clone(),
        by: due.by.clone(),
        days: due.days_left(&today).and_then(|days| i32::try_from(days).ok()),
        script: settled_by(due).map(str::to_owned),
        mode,
    };
    let mut open: Vec<DueCard> = register.dues.iter().filter(|due| due.settled.is_none()).map(card).collect();
    open.sort_by_key(|due| (due.days.is_none(), due.days));
    open
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

fn keys(register: &Register, mode: Mode) -> Vec<KeyCard> {
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
        since: key.since.get(..10).unwrap_or_default().to_owned(),
        protects_until: key.protects_until.clone(),
        mode,
    };
    register.keys.iter().map(card).collect()
}
