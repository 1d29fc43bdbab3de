//! How the shares of a backup are dealt: among people wherever they are, or among sites first and then among each site's
//! people. Shares have one number through the whole set, site after site; the card itself counts within its site
//! (`docs/formats/share.md`).

use crate::roster::{Person, Roster};
use secrets::SecretBytes;
use serde_json::{Value, json};
use shares::{KeyPrint, Place, SealedShare, SetId, Share, ShareError, SitePlan};
use std::collections::BTreeMap;
use transcript::{Draft, Entry, Level};

/// The parameter that says how many sites have to take part.
pub(crate) const SITES_NEEDED: &str = "sites-needed";

/// One site's people; or, where sites do not count, all people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The site's name; empty where sites do not count, or where the record does not name it.
    pub(crate) site: String,
    /// How many of its shares give its part.
    pub(crate) threshold: u8,
    /// How many shares it has.
    pub(crate) count: u8,
}

/// A dealing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dealing {
    /// How many groups have to take part; 0 where people count wherever they are, and there is one group.
    sites_needed: u8,
    groups: Vec<Group>,
}

/// Where a share stands in a dealing over sites.
pub(crate) struct AtSite<'d> {
    /// The site's name; empty where the record does not name it.
    pub(crate) name: &'d str,
    /// The site's number, from 1.
    pub(crate) number: u8,
    /// How many sites there are.
    pub(crate) sites: u8,
    /// The share's number at its site, from 1: the one its card bears.
    pub(crate) index: u8,
    /// How many of the site's shares give its part.
    pub(crate) threshold: u8,
    /// How many shares the site has.
    pub(crate) count: u8,
}

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

/// How many sites these parameters ask for; 0 for none.
fn needed(values: &BTreeMap<String, String>) -> u8 {
    values.get(SITES_NEEDED).and_then(|v| v.parse().ok()).unwrap_or(0)
}

/// Custodians in the order of their shares: the roster's, but where sites count those of a site together, sites in the
/// order in which they first appear.
pub(crate) fn in_order<'r>(people: Vec<&'r Person>, values: &BTreeMap<String, String>) -> Vec<&'r Person> {
    if needed(values) == 0 {
        return people;
    }
    let first = |p: &Person| people.iter().position(|other| other.site == p.site).unwrap_or(0);
    let mut placed: Vec<(usize, &Person)> = people.iter().map(|p| (first(p), *p)).collect();
    placed.sort_by_key(|(at, _)| *at);
    placed.into_iter().map(|(_, p)| p).collect()
}

impl Dealing {
    /// Any `threshold` of `count` shares.
    pub(crate) fn among_people(threshold: u8, count: u8) -> Self {
        Self { sites_needed: 0, groups: vec![Group { site: String::new(), threshold, count }] }
    }

    /// What a plan's parameters and roster ask for, for custodians [`in_order`]; whether that can be is asked of
    /// [`Self::fault`].
    pub(crate) fn planned(
        values: &BTreeMap<String, String>,
        roster: &Roster,
        custodians: &[&Person],
    ) -> Self {
        let threshold = values.get("threshold").and_then(|v| v.parse().ok()).unwrap_or(0);
        let sites_needed = needed(values);
        if sites_needed == 0 {
            return Self::among_people(threshold, u8::try_from(custodians.len()).unwrap_or(0));
        }
        let mut groups: Vec<Group> = Vec::new();
        for custodian in custodians {
            let site = custodian.site.clone().unwrap_or_default();
            match groups.last_mut() {
                Some(group) if group.site == site => group.count = group.count.saturating_add(1),
                _ => {
                    let own = roster.people_needed_at(&site).unwrap_or(threshold);
                    groups.push(Group { site, threshold: own, count: 1 });
                }
            }
        }
        Self { sites_needed, groups }
    }

    /// Why it cannot be dealt over sites: the code of the refusal and what is wrong. None where sites do not count; how
    /// many people are needed then is checked elsewhere.
    pub(crate) fn fault(&self) -> Option<(&'static str, String)> {
        if self.sites_needed == 0 {
            return None;
        }
        if self.groups.iter().any(|g| g.site.is_empty()) {
            let what = "Sites are to count, and the roster does not say of every custodian at which site their share lies.";
            return Some(("site-not-given", what.to_owned()));
        }
        if let Some(group) = self.groups.iter().find(|g| g.threshold < 2 || g.threshold > g.count) {
            return Some((
                "site-threshold",
                format!(
                    "At {}, of {} custodians with a share {} would be needed; at each site at least 2 are needed, and no \
                     more than have one.",
                    group.site, group.count, group.threshold
                ),
            ));
        }
        let sites = self.groups.len();
        (!(2..sites).contains(&usize::from(self.sites_needed))).then(|| {
            let what = format!(
                "{} sites would be needed of {sites}; at least 2 are needed, and fewer than there are: one lost site must \
                 not lose the backup.",
                self.sites_needed
            );
            ("sites-needed", what)
        })
    }

    /// Whether sites count.
    pub(crate) fn over_sites(&self) -> bool {
        self.sites_needed > 0
    }

    /// How many shares there are.
    pub(crate) fn count(&self) -> u8 {
        self.groups.iter().fold(0, |sum, g| sum.saturating_add(g.count))
    }

    /// The fewest shares that can be enough.
    pub(crate) fn fewest(&self) -> usize {
        let mut thresholds: Vec<usize> = self.groups.iter().map(|g| usize::from(g.threshold)).collect();
        thresholds.sort_unstable();
        thresholds.into_iter().take(usize::from(self.sites_needed.max(1))).sum()
    }

    /// How many are needed of how many, and whether these are shares or sites.
    pub(crate) fn in_words(&self) -> (u8, usize, &'static str) {
        match self.groups.as_slice() {
            [all] if !self.over_sites() => (all.threshold, usize::from(all.count), "shares"),
            groups => (self.sites_needed, groups.len(), "sites"),
        }
    }

    /// What the holder of a share has to know of it: which others rebuild the key with it.
    pub(crate) fn needs_with(&self, number: u8) -> String {
        let Some(at) = self.site_of(number) else { return self.needs() };
        let (needed, of, units) = self.in_words();
        format!(
            "It is share {} of {} at {}, where any {} speak for the site; any {needed} of {of} {units} rebuild the key.",
            at.index, at.count, at.name, at.threshold
        )
    }

    /// What is enough, in a sentence.
    pub(crate) fn needs(&self) -> String {
        let (needed, of, units) = self.in_words();
        let all = format!("Any {needed} of {of} {units} rebuild the key");
        if !self.over_sites() {
            return format!("{all}.");
        }
        let each = self.groups.iter().zip(1..).map(|(g, n)| {
            let name = if g.site.is_empty() { format!("site {n}") } else { g.site.clone() };
            format!("{name} {} of {}", g.threshold, g.count)
        });
        format!("{all}, each with enough of its own shares: {}.", each.collect::<Vec<_>>().join(", "))
    }

    /// The number through the whole set of a site's share.
    fn number(&self, site: u8, index: u8) -> Option<u8> {
        let at = usize::from(site.checked_sub(1)?);
        let group = self.groups.get(at)?;
        let before = self.groups.iter().take(at).fold(0u8, |sum, g| sum.saturating_add(g.count));
        (1..=group.count).contains(&index).then(|| before.saturating_add(index))
    }

    /// The number of a share, by what its card says; none where the dealing has no such share.
    pub(crate) fn number_of(&self, share: &Share) -> Option<u8> {
        self.numbered(share.index(), share.place())
    }

    /// The same of a locked card, whose head can be read.
    pub(crate) fn number_of_locked(&self, sealed: &SealedShare) -> Option<u8> {
        self.numbered(sealed.index(), sealed.place())
    }

    fn numbered(&self, index: u8, place: Option<Place>) -> Option<u8> {
        let site = place.filter(|p| p.needed > 0);
        match (self.over_sites(), site) {
            (false, None) => self.number(1, index),
            (true, Some(place)) => self.number(place.site, index),
            _ => None,
        }
    }

    /// The site of the share of that number, from 1, and its number there; site 1 where sites do not count.
    fn place(&self, number: u8) -> Option<(usize, u8)> {
        let mut left = number.checked_sub(1)?;
        for (at, group) in self.groups.iter().enumerate() {
            match left.checked_sub(group.count) {
                None => return Some((at, left + 1)),
                Some(after) => left = after,
            }
        }
        None
    }

    /// The site of the share of that number, where sites count.
    pub(crate) fn site_of(&self, number: u8) -> Option<AtSite<'_>> {
        let (at, index) = self.place(number).filter(|_| self.over_sites())?;
        let group = self.groups.get(at)?;
        let sites = u8::try_from(self.groups.len()).ok()?;
        Some(AtSite {
            name: &group.site,
            number: u8::try_from(at + 1).ok()?,
            sites,
            index,
            threshold: group.threshold,
            count: group.count,
        })
    }

    /// The groups: one where people count wherever they are.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many sites have to take part; 0 where people count wherever they are.
    pub(crate) fn sites_needed(&self) -> u8 {
        self.sites_needed
    }

    /// Whether the shares of these numbers rebuild the key.
    pub(crate) fn is_enough(&self, numbers: &[u8]) -> bool {
        let whole = (0..self.groups.len()).filter(|at| {
            let mut here: Vec<u8> = numbers
                .iter()
                .filter_map(|n| self.place(*n).filter(|(site, _)| site == at).map(|(_, index)| index))
                .collect();
            here.sort_unstable();
            here.dedup();
            self.groups.get(*at).is_some_and(|g| here.len() >= usize::from(g.threshold))
        });
        whole.count() >= usize::from(self.sites_needed.max(1))
    }

    /// Deals. Shares come in the order of their numbers. `key` names the wrapped file on the cards of a dealing over
    /// sites; the cards of another have no room for it.
    pub(crate) fn deal(
        &self,
        secret: &SecretBytes,
        set: SetId,
        key: KeyPrint,
        rehearsal: bool,
        rng: &mut dyn FnMut(&mut [u8]) -> Result<(), ShareError>,
    ) -> Result<Vec<Share>, ShareError> {
        match self.groups.as_slice() {
            [all] if !self.over_sites() => {
                shares::split(secret, all.threshold, all.count, set, rehearsal, rng)
            }
            groups => {
                let plans: Vec<SitePlan> =
                    groups.iter().map(|g| SitePlan { threshold: g.threshold, count: g.count }).collect();
                shares::split_over_sites(secret, self.sites_needed, &plans, key, set, rehearsal, rng)
                    .map(|sites| sites.into_iter().flatten().collect())
            }
        }
    }

    /// The key from these shares: all of them together, and neighbours, as many as are needed, have to give the same.
    /// Shares of a site that is not whole add nothing and are left out.
    pub(crate) fn combined(&self, shares: &[Share]) -> Result<SecretBytes, ShareError> {
        let mut sites: Vec<Vec<&Share>> = vec![Vec::new(); self.groups.len()];
        for share in shares {
            let number = self.number_of(share).ok_or(ShareError::MixedSets)?;
            let place = self.place(number).and_then(|(at, _)| sites.get_mut(at));
            place.ok_or(ShareError::MixedSets)?.push(share);
        }
        let whole: Vec<(usize, Vec<&Share>)> = self
            .groups
            .iter()
            .zip(sites)
            .map(|(g, people)| (usize::from(g.threshold), people))
            .filter(|(threshold, people)| !self.over_sites() || people.len() >= *threshold)
            .collect();
        let all: Vec<&Share> = whole.iter().flat_map(|(_, people)| people).copied().collect();
        let rebuilt = shares::combine(&all)?;
        let rounds = whole.iter().map(|(_, people)| people.len()).max().unwrap_or(0).max(whole.len());
        let needed = usize::from(self.sites_needed.max(1));
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

    /// Writes it into a record; `prefix` is empty for a set that is made, `drill-` for one that was opened.
    pub(crate) fn record(&self, prefix: &str, draft: Draft) -> Draft {
        let named = |name: &str| format!("{prefix}{name}");
        let draft = draft.fact(Level::Public, &named("shares"), self.count());
        match self.groups.as_slice() {
            [all] if !self.over_sites() => draft.fact(Level::Public, &named("threshold"), all.threshold),
            groups => {
                let numbers: Vec<(u8, u8)> = groups.iter().map(|g| (g.threshold, g.count)).collect();
                let sites: Vec<&str> = groups.iter().map(|g| g.site.as_str()).collect();
                draft
                    .fact(Level::Public, &named(SITES_NEEDED), self.sites_needed)
                    .fact(Level::Public, &named("groups"), json!(numbers))
                    .fact(Level::Auditor, &named("group-sites"), json!(sites))
            }
        }
    }

    /// Reads what [`Self::record`] wrote last; none where it is not there, or cannot be.
    pub(crate) fn recorded(prefix: &str, entries: &[Entry]) -> Option<Self> {
        // All from one entry: a set dealt before among people must not lend its numbers to one over sites.
        let named = |name: &str| format!("{prefix}{name}");
        let entry = entries.iter().rev().find(|e| e.value(&named("shares")).is_some())?;
        let get = |name: &str| entry.value(&named(name));
        let small = |v: &Value| v.as_u64().and_then(|n| u8::try_from(n).ok());
        let count = get("shares").and_then(small)?;
        let dealing = match get(SITES_NEEDED).and_then(small) {
            None => Self::among_people(get("threshold").and_then(small)?, count),
            Some(sites_needed) => {
                let numbers: Vec<(u8, u8)> = serde_json::from_value(get("groups")?.clone()).ok()?;
                // A public disclosure does not name the sites.
                let sites: Vec<String> = get("group-sites")
                    .and_then(|v| serde_json::from_value(v.clone()).ok())
                    .unwrap_or_default();
                let groups = numbers.into_iter().enumerate().map(|(at, (threshold, count))| Group {
                    site: sites.get(at).cloned().unwrap_or_default(),
                    threshold,
                    count,
                });
                Self { sites_needed, groups: groups.collect() }
            }
        };
        let possible = dealing.groups.iter().all(|g| (2..=g.count).contains(&g.threshold))
            && dealing.groups.iter().map(|g| usize::from(g.count)).sum::<usize>() == usize::from(count)
            && (!dealing.over_sites()
                || (2..=dealing.groups.len()).contains(&usize::from(dealing.sites_needed)));
        possible.then_some(dealing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 of 3 sites: North 2 of 2, South 2 of 3, Archive 3 of 3.
    fn sites() -> Dealing {
        let group = |site: &str, threshold, count| Group { site: site.to_owned(), threshold, count };
        let groups = vec![group("North", 2, 2), group("South", 2, 3), group("Archive", 3, 3)];
        Dealing { sites_needed: 2, groups }
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
        assert_eq!(dealing.numbered(1, None), None);
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
