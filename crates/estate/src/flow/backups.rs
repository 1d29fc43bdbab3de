//! Where backups lie: the sets of shares that open them, and the sites of their sheets.

use super::made::{Made, key_id, still};
use super::{Mark, NodeKind, words};
use crate::estate::Estate;
use register::places::{Sort, sheet_id};
use register::{Key, Set, SetState, Sheet, SheetState};
use std::collections::{BTreeMap, BTreeSet};

/// What the register has for the place of a sheet whose record names none.
const NOT_RECORDED: &str = "not recorded";
/// A seal that somebody found broken, in the register's word.
const BROKEN: &str = "broken";

/// Where a share is, in the order in which sites stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At<'e> {
    Site(&'e str),
    NotRecorded,
    OnYubiKeys,
    Missing,
}

/// A share at a place, and what is to be said of it; nothing where it lies there sealed.
type Lies = (u8, Option<String>);

/// Sets that may still open something, and where their shares are.
pub(super) fn backups(made: &mut Made, estate: &Estate<'_>, keys: &[&Key]) {
    let sets: BTreeMap<&str, &Set> = estate.register.sets.iter().map(|set| (set.set.as_str(), set)).collect();
    // The shares of each set that no record says to be gone: on paper, and encrypted to a YubiKey.
    let mut paper: BTreeMap<&str, BTreeSet<u8>> = BTreeMap::new();
    let mut boxed: BTreeMap<&str, BTreeSet<u8>> = BTreeMap::new();
    let mut of_keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in keys {
        for (sort, into) in [(Sort::Sheet, &mut paper), (Sort::Boxed, &mut boxed)] {
            for copy in still(estate, key, sort) {
                if let Some((share, set)) = share_of(&copy.place.id) {
                    into.entry(set).or_default().insert(share);
                }
            }
        }
        for set in sets_of(estate, key, &sets) {
            of_keys.entry(set).or_default().push(&key.check_value);
        }
    }
    let mut sites: BTreeMap<At<'_>, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for (name, set) in in_order(estate, &sets, &of_keys) {
        let no_share = BTreeSet::new();
        let (paper, boxed) = (paper.get(name).unwrap_or(&no_share), boxed.get(name).unwrap_or(&no_share));
        let lies = shares_by_place(estate.register.sheets_of(name), paper, boxed);
        let known = of_keys.get(name).map(Vec::as_slice).unwrap_or_default();
        let current = set.is_none_or(is_current);
        if known.is_empty() && lies.is_empty() && !current {
            continue;
        }
        let id = format!("set:{name}");
        let note = set.map_or_else(|| words::SET_NOT_HERE.to_owned(), words::of_set);
        made.node(NodeKind::ShareSet, id.clone(), name, note, false);
        for key in known {
            let (says, mark) = match set {
                Some(set) if !current => (words::older_backup(set.state), Mark::Open),
                _ => (words::BACKED_UP_IN.to_owned(), Mark::Firm),
            };
            made.edge(&key_id(key), says, &id, mark);
        }
        for (at, shares) in lies {
            let counted = sites.entry(at).or_default();
            counted.0 += shares.len();
            counted.1.insert(name);
            let firm = matches!(at, At::Site(_)) && shares.iter().all(|(_, says)| says.is_none());
            let mark = if firm { Mark::Firm } else { Mark::Open };
            made.edge(&id, words::shares_at(&shares), &site_id(at), mark);
        }
    }
    for (at, (shares, sets)) in sites {
        let label = match at {
            At::Site(place) => place,
            At::NotRecorded => words::PLACE_NOT_RECORDED,
            At::OnYubiKeys => words::ON_YUBIKEYS,
            At::Missing => words::MISSING,
        };
        let note = words::shares_of_sets(shares, sets.len());
        made.node(NodeKind::Site, site_id(at), label, note, at == At::Missing);
    }
}

fn is_current(set: &Set) -> bool {
    matches!(set.state, SetState::InUse | SetState::NotClosed)
}

/// Sets in the order of the register, then those that only keys or copies name.
fn in_order<'e>(
    estate: &Estate<'e>,
    sets: &BTreeMap<&'e str, &'e Set>,
    of_keys: &BTreeMap<&'e str, Vec<&'e str>>,
) -> Vec<(&'e str, Option<&'e Set>)> {
    let listed = estate.register.sets.iter().map(|set| (set.set.as_str(), Some(set)));
    let others = of_keys.keys().filter(|name| !sets.contains_key(**name)).map(|name| (*name, None));
    listed.chain(others).collect()
}

/// The sets that may open a key: one in use that the register has for it, and each of which a sheet may still be there.
fn sets_of<'e>(estate: &Estate<'e>, key: &'e Key, sets: &BTreeMap<&'e str, &'e Set>) -> BTreeSet<&'e str> {
    let newest = key.set.as_deref().filter(|set| sets.get(set).is_none_or(|set| is_current(set)));
    let whose = estate.register.sets.iter();
    let whose = whose.filter(|set| is_current(set) && set.check_value.as_ref() == Some(&key.check_value));
    let on_sheets = [Sort::Sheet, Sort::Boxed].into_iter().flat_map(|sort| still(estate, key, sort));
    newest
        .into_iter()
        .chain(whose.map(|set| set.set.as_str()))
        .chain(on_sheets.filter_map(|copy| Some(share_of(&copy.place.id)?.1)))
        .collect()
}

/// The share and the set of a sheet, by the word that records have for it.
fn share_of(id: &str) -> Option<(u8, &str)> {
    let (start, set) = id.split_once(' ')?;
    let share = start.rsplit('-').next()?.parse().ok()?;
    (sheet_id(usize::from(share), set) == id).then_some((share, set))
}

fn shares_by_place<'e>(
    sheets: &'e [Sheet],
    paper: &BTreeSet<u8>,
    boxed: &BTreeSet<u8>,
) -> BTreeMap<At<'e>, Vec<Lies>> {
    let mut lies: BTreeMap<At<'e>, Vec<Lies>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for sheet in sheets {
        seen.insert(sheet.share);
        if sheet.state == SheetState::Destroyed {
            continue;
        }
        let at = match sheet.state {
            SheetState::Missing => At::Missing,
            _ if sheet.place == NOT_RECORDED => At::NotRecorded,
            _ => At::Site(&sheet.place),
        };
        let broken = sheet.seal.as_deref() == Some(BROKEN);
        let says = match sheet.state {
            SheetState::Missing => None,
            SheetState::Sealed => broken.then(|| words::BROKEN_SEAL.to_owned()),
            other => Some(other.to_string()),
        };
        lies.entry(at).or_default().push((sheet.share, says));
    }
    for share in boxed.difference(&seen) {
        lies.entry(At::OnYubiKeys).or_default().push((*share, Some(words::BOXED.to_owned())));
    }
    // Copies that no list of sheets has: of a set whose ceremony is not recorded here.
    for share in paper.iter().filter(|share| !seen.contains(*share) && !boxed.contains(*share)) {
        lies.entry(At::NotRecorded).or_default().push((*share, None));
    }
    lies
}

fn site_id(at: At<'_>) -> String {
    match at {
        At::Site(place) => format!("site:{place}"),
        // No place is called so: a name stands after the colon.
        At::NotRecorded => "site-not-recorded".to_owned(),
        At::OnYubiKeys => "site-yubikeys".to_owned(),
        At::Missing => "site-missing".to_owned(),
    }
}
