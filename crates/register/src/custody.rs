//! Who and which place could rebuild a key, and what would be lost with one of them: arithmetic over a set and its sheets.

use crate::{Set, Sheet, SheetState};
use std::collections::BTreeMap;

/// What the shares in one hand, or at one place, mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// The holder or the place.
    pub name: String,
    /// The shares that can be brought from there.
    pub shares: Vec<u8>,
    /// Whether they alone rebuild the key.
    pub opens_alone: bool,
    /// Whether all others together still rebuild it.
    pub others_open: bool,
}

impl SheetState {
    /// Whether nobody says that it is gone or of no use: its custodian can bring it.
    pub fn can_be_brought(self) -> bool {
        matches!(self, Self::Sealed | Self::OnItsWay | Self::Open)
    }
}

impl Set {
    /// Whether these shares rebuild the key; none where no record says how the set was dealt.
    pub fn opens(&self, shares: &[u8]) -> Option<bool> {
        if self.groups.is_empty() {
            return Some(u64::try_from(shares.len()).ok()? >= self.threshold?);
        }
        // The shares of a site have numbers that follow one another.
        let (mut from, mut whole) = (1_u16, 0_u64);
        for (needed, has) in &self.groups {
            let to = from + u16::from(*has);
            let here = shares.iter().filter(|share| (from..to).contains(&u16::from(**share))).count();
            whole += u64::from(here >= usize::from(*needed));
            from = to;
        }
        Some(whole >= self.sites_needed?)
    }
}

/// What each name, a holder's or a place's, means for a set; none where the records do not know every share of it on a sheet.
pub fn stakes(set: &Set, sheets: &[Sheet], name: impl Fn(&Sheet) -> String) -> Option<Vec<Stake>> {
    if u64::try_from(sheets.len()).ok() != set.shares {
        return None;
    }
    let mut of: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for sheet in sheets {
        let shares = of.entry(name(sheet)).or_default();
        shares.extend(sheet.state.can_be_brought().then_some(sheet.share));
    }
    let all: Vec<u8> = of.values().flatten().copied().collect();
    of.iter()
        .map(|(name, shares)| {
            let others: Vec<u8> = all.iter().filter(|share| !shares.contains(share)).copied().collect();
            Some(Stake {
                name: name.clone(),
                shares: shares.clone(),
                opens_alone: set.opens(shares)?,
                others_open: set.opens(&others)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(share: u8, place: &str, state: SheetState) -> Sheet {
        Sheet {
            set: "S".into(),
            share,
            holder: Some(format!("custodian {share}")),
            bag: None,
            state,
            seal: None,
            since: String::new(),
            place: place.to_owned(),
            run: String::new(),
        }
    }

    fn at(set: &Set, sheets: &[Sheet], name: &str) -> (bool, bool) {
        let stakes = stakes(set, sheets, |sheet| sheet.place.clone()).unwrap();
        let stake = stakes.into_iter().find(|stake| stake.name == name).unwrap();
        (stake.opens_alone, stake.others_open)
    }

    #[test]
    fn a_place_with_the_threshold_opens_alone_and_one_loss_too_many_is_told() {
        let set = Set { set: "S".into(), threshold: Some(3), shares: Some(5), ..Set::default() };
        let sealed = SheetState::Sealed;
        let mut sheets: Vec<Sheet> =
            [(1, "A"), (2, "A"), (3, "A"), (4, "B"), (5, "C")].map(|(n, p)| sheet(n, p, sealed)).into();
        assert_eq!(at(&set, &sheets, "A"), (true, false));
        assert_eq!(at(&set, &sheets, "B"), (false, true));
        // One that is missing is of no more use: the rest need each other.
        sheets[0].state = SheetState::Missing;
        assert_eq!(at(&set, &sheets, "A"), (false, false));
        assert_eq!(at(&set, &sheets, "B"), (false, true));
        sheets[4].state = SheetState::Destroyed;
        assert_eq!(at(&set, &sheets, "B"), (false, false));
    }

    #[test]
    fn sites_count_where_they_do() {
        // Two of three sites, each with two of its own.
        let set = Set {
            set: "S".into(),
            sites_needed: Some(2),
            groups: vec![(2, 3), (2, 2), (1, 1)],
            shares: Some(6),
            ..Set::default()
        };
        assert_eq!(set.opens(&[1, 2, 3]), Some(false), "one site is not two");
        assert_eq!(set.opens(&[1, 3, 4]), Some(false), "one of the second is not enough");
        assert_eq!(set.opens(&[1, 3, 4, 5]), Some(true));
        assert_eq!(set.opens(&[4, 5, 6]), Some(true));
        let sheets: Vec<Sheet> = [(1, "A"), (2, "A"), (3, "A"), (4, "B"), (5, "B"), (6, "C")]
            .map(|(n, p)| sheet(n, p, SheetState::Sealed))
            .into();
        assert_eq!(at(&set, &sheets, "A"), (false, true));
        assert_eq!(at(&set, &sheets, "C"), (false, true));
    }

    #[test]
    fn nothing_is_said_where_the_records_do_not_know() {
        let unknown = Set { set: "S".into(), shares: Some(1), ..Set::default() };
        assert_eq!(stakes(&unknown, &[sheet(1, "A", SheetState::Sealed)], |s| s.place.clone()), None);
        let more = Set { threshold: Some(1), shares: Some(2), ..unknown };
        assert_eq!(stakes(&more, &[sheet(1, "A", SheetState::Sealed)], |s| s.place.clone()), None);
    }
}
