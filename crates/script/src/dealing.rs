//! How the shares of a backup are dealt: among people wherever they are, or among sites first and then among each site's
//! people. Shares have one number through the whole set, site after site; the card itself counts within its site
//! (`docs/formats/share.md`).

use crate::roster::{Person, Roster};
use crate::words;
use protocol::Problem;
use std::collections::BTreeMap;

/// The parameter that says how many sites have to take part.
pub const SITES_NEEDED: &str = "sites-needed";

/// One site's people; or, where sites do not count, all people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The site's name; empty where sites do not count, or where the record does not name it.
    pub site: String,
    /// How many of its shares give its part.
    pub threshold: u8,
    /// How many shares it has.
    pub count: u8,
}

/// A dealing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealing {
    /// How many groups have to take part; 0 where people count wherever they are, and there is one group.
    sites_needed: u8,
    groups: Vec<Group>,
}

/// Where a share stands in a dealing over sites.
pub struct AtSite<'d> {
    /// The site's name; empty where the record does not name it.
    pub name: &'d str,
    /// The site's number, from 1.
    pub number: u8,
    /// How many sites there are.
    pub sites: u8,
    /// The share's number at its site, from 1: the one its card bears.
    pub index: u8,
    /// How many of the site's shares give its part.
    pub threshold: u8,
    /// How many shares the site has.
    pub count: u8,
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
    pub fn among_people(threshold: u8, count: u8) -> Self {
        Self { sites_needed: 0, groups: vec![Group { site: String::new(), threshold, count }] }
    }

    /// Groups that each have a threshold of their own, of which `sites_needed` have to take part.
    pub fn over(sites_needed: u8, groups: Vec<Group>) -> Self {
        Self { sites_needed, groups }
    }

    /// What a plan's parameters and roster ask for, for custodians [`in_order`]; whether that can be is asked of
    /// [`Self::fault`].
    pub fn planned(values: &BTreeMap<String, String>, roster: &Roster, custodians: &[&Person]) -> Self {
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

    /// Why it cannot be dealt over sites. None where sites do not count; how
    /// many people are needed then is checked elsewhere.
    pub fn fault(&self) -> Option<Problem> {
        if self.sites_needed == 0 {
            return None;
        }
        if self.groups.iter().any(|g| g.site.is_empty()) {
            return Some(words::site_of_every_custodian());
        }
        if let Some(group) = self.groups.iter().find(|g| g.threshold < 2 || g.threshold > g.count) {
            return Some(words::site_threshold(&group.site, group.count, group.threshold));
        }
        let sites = self.groups.len();
        (!(2..sites).contains(&usize::from(self.sites_needed)))
            .then(|| words::sites_needed(self.sites_needed, sites))
    }

    /// Whether sites count.
    pub fn over_sites(&self) -> bool {
        self.sites_needed > 0
    }

    /// How many shares there are.
    pub fn count(&self) -> u8 {
        self.groups.iter().fold(0, |sum, g| sum.saturating_add(g.count))
    }

    /// The fewest shares that can be enough.
    pub fn fewest(&self) -> usize {
        let mut thresholds: Vec<usize> = self.groups.iter().map(|g| usize::from(g.threshold)).collect();
        thresholds.sort_unstable();
        thresholds.into_iter().take(usize::from(self.sites_needed.max(1))).sum()
    }

    /// How many are needed of how many, and whether these are shares or sites.
    pub fn in_words(&self) -> (u8, usize, &'static str) {
        match self.groups.as_slice() {
            [all] if !self.over_sites() => (all.threshold, usize::from(all.count), "shares"),
            groups => (self.sites_needed, groups.len(), "sites"),
        }
    }

    /// The number through the whole set of a site's share.
    pub fn number(&self, site: u8, index: u8) -> Option<u8> {
        let at = usize::from(site.checked_sub(1)?);
        let group = self.groups.get(at)?;
        let before = self.groups.iter().take(at).fold(0u8, |sum, g| sum.saturating_add(g.count));
        (1..=group.count).contains(&index).then(|| before.saturating_add(index))
    }

    /// The site of the share of that number, from 1, and its number there; site 1 where sites do not count.
    pub fn place(&self, number: u8) -> Option<(usize, u8)> {
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
    pub fn site_of(&self, number: u8) -> Option<AtSite<'_>> {
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
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many sites have to take part; 0 where people count wherever they are.
    pub fn sites_needed(&self) -> u8 {
        self.sites_needed
    }

    /// Whether the shares of these numbers rebuild the key.
    pub fn is_enough(&self, numbers: &[u8]) -> bool {
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
}
