//! Shares as they were dealt: their numbers, the dealing of a key, and what a record says of it. Who gets how many of
//! which is the script's [`Dealing`]; this is what needs hands.

use engine::words::out_of_order;
use engine::{Cue, Outcome};
use facts::{AnyFact, Fact, List, Named as _, Number, Pair, Text};
use protocol::Problem;
use script::{Dealing, Group};
use secrets::SecretBytes;
use shares::{KeyPrint, Place, SealedShare, SetId, Share, ShareError, SitePlan};
use transcript::Entry;

/// A set of shares as it was dealt.
#[derive(Clone, Copy)]
pub(crate) struct DealtSet<'a> {
    pub(crate) set: SetId,
    pub(crate) dealing: &'a Dealing,
    /// The commitments, in the order of the shares' numbers.
    pub(crate) commitments: &'a [[u8; 32]],
}

impl DealtSet<'_> {
    /// Whether a share is one of these.
    pub(crate) fn has(&self, share: &Share, rehearsal: bool) -> Result<(), ShareError> {
        // The card's own checks look within its site.
        let number = self.dealing.number_of(share).unwrap_or(share.index());
        let before = usize::from(number.saturating_sub(share.index()));
        let dealt = self.commitments.get(before..).unwrap_or_default();
        share.belongs(self.set, rehearsal, dealt).map_err(|e| match e {
            ShareError::NotTheShareThatWasDealt { .. } => {
                ShareError::NotTheShareThatWasDealt { index: number }
            }
            other => other,
        })
    }
}

/// How this run's shares are dealt.
pub(crate) fn dealing(cue: Cue<'_>) -> Result<&Dealing, Problem> {
    cue.plan.dealing.as_ref().ok_or_else(out_of_order)
}

/// The facts that say how a set was dealt.
pub(crate) struct Says {
    shares: Fact<Number>,
    threshold: Fact<Number>,
    sites_needed: Fact<Number>,
    groups: Fact<List<Pair<Number, Number>>>,
    group_sites: Fact<List<Text>>,
}

/// Those of a set that is made.
pub(crate) const MADE: Says = Says {
    shares: facts::SHARES,
    threshold: facts::THRESHOLD,
    sites_needed: facts::SITES_NEEDED,
    groups: facts::GROUPS,
    group_sites: facts::GROUP_SITES,
};

/// Those of an earlier set that was opened.
pub(crate) const OPENED: Says = Says {
    shares: facts::DRILL_SHARES,
    threshold: facts::DRILL_THRESHOLD,
    sites_needed: facts::DRILL_SITES_NEEDED,
    groups: facts::DRILL_GROUPS,
    group_sites: facts::DRILL_GROUP_SITES,
};

/// What an outcome that makes a set states of how it was dealt: among people, or over sites.
pub(crate) const MADE_ONE_OF: &[&[&dyn AnyFact]] =
    &[&[&facts::THRESHOLD], &[&facts::SITES_NEEDED, &facts::GROUPS, &facts::GROUP_SITES]];

/// The same of one that opens an earlier set.
pub(crate) const OPENED_ONE_OF: &[&[&dyn AnyFact]] = &[
    &[&facts::DRILL_THRESHOLD],
    &[&facts::DRILL_SITES_NEEDED, &facts::DRILL_GROUPS, &facts::DRILL_GROUP_SITES],
];

impl Says {
    /// Writes a dealing into an outcome.
    pub(crate) fn write(&self, dealing: &Dealing, outcome: Outcome) -> Outcome {
        let outcome = outcome.fact(&self.shares, dealing.count());
        match dealing.groups() {
            [all] if !dealing.over_sites() => outcome.fact(&self.threshold, all.threshold),
            groups => {
                let numbers: Vec<(u64, u64)> =
                    groups.iter().map(|g| (g.threshold.into(), g.count.into())).collect();
                let sites: Vec<String> = groups.iter().map(|g| g.site.clone()).collect();
                outcome
                    .fact(&self.sites_needed, dealing.sites_needed())
                    .fact(&self.groups, numbers)
                    .fact(&self.group_sites, sites)
            }
        }
    }

    /// Reads what [`Self::write`] wrote last; none where it is not there, or cannot be.
    pub(crate) fn read(&self, entries: &[Entry]) -> Option<Dealing> {
        // All from one entry: a set dealt before among people must not lend its numbers to one over sites.
        let entry = entries.iter().rev().find(|e| self.shares.within(e).is_some())?;
        let small = |fact: &Fact<Number>| fact.within(entry).and_then(|n| u8::try_from(n).ok());
        let count = small(&self.shares)?;
        let dealing = match small(&self.sites_needed) {
            None => Dealing::among_people(small(&self.threshold)?, count),
            Some(sites_needed) => {
                // A public disclosure does not name the sites.
                let sites = self.group_sites.within(entry).unwrap_or_default();
                let group = |(at, (threshold, count)): (usize, (u64, u64))| {
                    let (threshold, count) = (u8::try_from(threshold).ok()?, u8::try_from(count).ok()?);
                    Some(Group { site: sites.get(at).cloned().unwrap_or_default(), threshold, count })
                };
                let groups = self.groups.within(entry)?.into_iter().enumerate().map(group);
                Dealing::over(sites_needed, groups.collect::<Option<_>>()?)
            }
        };
        let groups = dealing.groups();
        let possible = groups.iter().all(|g| (2..=g.count).contains(&g.threshold))
            && groups.iter().map(|g| usize::from(g.count)).sum::<usize>() == usize::from(count)
            && (!dealing.over_sites() || (2..=groups.len()).contains(&usize::from(dealing.sites_needed())));
        possible.then_some(dealing)
    }
}

/// A dealing, with the cards in hand.
pub(crate) trait Cards {
    /// The number of a share, by what its card says; none where the dealing has no such share.
    fn number_of(&self, share: &Share) -> Option<u8>;

    /// The same of a locked card, whose head can be read.
    fn number_of_locked(&self, sealed: &SealedShare) -> Option<u8>;

    /// Deals. Shares come in the order of their numbers. `key` names the wrapped file on the cards of a dealing over
    /// sites; the cards of another have no room for it.
    fn deal(
        &self,
        secret: &SecretBytes,
        set: SetId,
        key: KeyPrint,
        rehearsal: bool,
        rng: &mut dyn FnMut(&mut [u8]) -> Result<(), ShareError>,
    ) -> Result<Vec<Share>, ShareError>;

    /// The key from these shares: all of them together, and neighbours, as many as are needed, have to give the same.
    /// Shares of a site that is not whole add nothing and are left out.
    fn combined(&self, shares: &[Share]) -> Result<SecretBytes, ShareError>;
}

fn numbered(dealing: &Dealing, index: u8, place: Option<Place>) -> Option<u8> {
    let site = place.filter(|p| p.needed > 0);
    match (dealing.over_sites(), site) {
        (false, None) => dealing.number(1, index),
        (true, Some(place)) => dealing.number(place.site, index),
        _ => None,
    }
}

impl Cards for Dealing {
    fn number_of(&self, share: &Share) -> Option<u8> {
        numbered(self, share.index(), share.place())
    }

    fn number_of_locked(&self, sealed: &SealedShare) -> Option<u8> {
        numbered(self, sealed.index(), sealed.place())
    }

    fn deal(
        &self,
        secret: &SecretBytes,
        set: SetId,
        key: KeyPrint,
        rehearsal: bool,
        rng: &mut dyn FnMut(&mut [u8]) -> Result<(), ShareError>,
    ) -> Result<Vec<Share>, ShareError> {
        match self.groups() {
            [all] if !self.over_sites() => {
                shares::split(secret, all.threshold, all.count, set, rehearsal, rng)
            }
            groups => {
                let plans: Vec<SitePlan> =
                    groups.iter().map(|g| SitePlan { threshold: g.threshold, count: g.count }).collect();
                shares::split_over_sites(secret, self.sites_needed(), &plans, key, set, rehearsal, rng)
                    .map(|sites| sites.into_iter().flatten().collect())
            }
        }
    }

    fn combined(&self, shares: &[Share]) -> Result<SecretBytes, ShareError> {
        let mut sites: Vec<Vec<&Share>> = vec![Vec::new(); self.groups().len()];
        for share in shares {
            let number = self.number_of(share).ok_or(ShareError::MixedSets)?;
            let place = self.place(number).and_then(|(at, _)| sites.get_mut(at));
            place.ok_or(ShareError::MixedSets)?.push(share);
        }
        let whole: Vec<(usize, Vec<&Share>)> = self
            .groups()
            .iter()
            .zip(sites)
            .map(|(g, people)| (usize::from(g.threshold), people))
            .filter(|(threshold, people)| !self.over_sites() || people.len() >= *threshold)
            .collect();
        let all: Vec<&Share> = whole.iter().flat_map(|(_, people)| people).copied().collect();
        let rebuilt = shares::combine(&all)?;
        let rounds = whole.iter().map(|(_, people)| people.len()).max().unwrap_or(0).max(whole.len());
        let needed = usize::from(self.sites_needed().max(1));
        for round in 0..rounds {
            let mut some: Vec<&Share> = Vec::new();
            for (threshold, people) in whole.iter().cycle().skip(round).take(needed) {
                some.extend(people.iter().cycle().skip(round).take(*threshold));
            }
            if !shares::combine(&some)?.same_as(rebuilt.expose()) {
                return Err(ShareError::Damaged);
            }
        }
        Ok(rebuilt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 of 3 sites: North 2 of 2, South 2 of 3, Archive 3 of 3.
    fn sites() -> Dealing {
        let group = |site: &str, threshold, count| Group { site: site.to_owned(), threshold, count };
        let groups = vec![group("North", 2, 2), group("South", 2, 3), group("Archive", 3, 3)];
        Dealing::over(2, groups)
    }

    fn random(to: &mut [u8]) -> Result<(), ShareError> {
        use aws_lc_rs::rand::{SecureRandom, SystemRandom};
        SystemRandom::new().fill(to).map_err(|_| ShareError::Random)
    }

    fn dealt(dealing: &Dealing, key: &SecretBytes) -> Vec<Share> {
        dealing.deal(key, SetId::from_bytes([7; 8]), KeyPrint::default(), true, &mut random).unwrap()
    }

    #[test]
    fn a_share_has_one_number_and_its_card_another() {
        let dealing = sites();
        let shares = dealt(&dealing, &SecretBytes::copied_from(&[5; 32]).unwrap());
        let numbers: Vec<_> = shares.iter().map(|s| dealing.number_of(s).unwrap()).collect();
        assert_eq!(numbers, (1..=8).collect::<Vec<u8>>());
        let cards: Vec<_> = shares.iter().map(Share::index).collect();
        assert_eq!(cards, [1, 2, 1, 2, 3, 1, 2, 3]);
        let at = dealing.site_of(5).unwrap();
        assert_eq!((at.name, at.number, at.index, at.count), ("South", 2, 3, 3));
        // A card of a dealing among people is none of these, nor the other way round.
        assert_eq!(numbered(&dealing, 1, None), None);
        assert_eq!(Dealing::among_people(2, 3).number_of(&shares[0]), None);
        let commitments = shares::commitments(&shares);
        let set = SetId::from_bytes([7; 8]);
        let dealt = DealtSet { set, dealing: &dealing, commitments: &commitments };
        for share in &shares {
            dealt.has(share, true).unwrap();
        }
        let mut swapped = commitments.clone();
        swapped.swap(0, 2);
        assert_eq!(
            DealtSet { commitments: &swapped, ..dealt }.has(&shares[2], true),
            Err(ShareError::NotTheShareThatWasDealt { index: 3 })
        );
    }

    #[test]
    fn what_is_said_to_be_enough_is_what_rebuilds() {
        let dealing = sites();
        let key = SecretBytes::copied_from(&[9; 32]).unwrap();
        for subset in 0u32..256 {
            let numbers: Vec<u8> = (1..=8).filter(|n| subset >> (n - 1) & 1 == 1).collect();
            let shares: Vec<Share> = dealt_subset(&dealing, &key, &numbers);
            let rebuilt = dealing.combined(&shares);
            assert_eq!(dealing.is_enough(&numbers), rebuilt.is_ok(), "{numbers:?}");
            assert!(rebuilt.is_err() || rebuilt.unwrap().same_as(&[9; 32]));
            assert!(!dealing.is_enough(&numbers) || numbers.len() >= dealing.fewest());
        }
        let people = Dealing::among_people(2, 3);
        assert!(people.is_enough(&[1, 3]) && !people.is_enough(&[2, 2]) && !people.is_enough(&[2, 9]));
        assert_eq!((people.fewest(), sites().fewest()), (2, 4));
    }

    fn dealt_subset(dealing: &Dealing, key: &SecretBytes, numbers: &[u8]) -> Vec<Share> {
        let all = dealt(dealing, key);
        all.into_iter().zip(1u8..).filter(|(_, n)| numbers.contains(n)).map(|(s, _)| s).collect()
    }
}
