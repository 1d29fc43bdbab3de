//! The rules of custody, as pure functions over a plan.
//!
//! No person and no site may hold a threshold; losing any one site must leave one; no custodian may report to another;
//! and where the policy says so, nobody may hold both a share and the wrapped file. Every broken rule is named on its
//! own, with who and where, so that a plan can be mended in one go.

use std::collections::{BTreeMap, BTreeSet};

/// A person's or site's identifier, as in the roster.
pub type Id = String;

/// A person who may hold something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identifier, unique in the plan.
    pub id: Id,
    /// Whom they report to, if that person is in the plan.
    pub reports_to: Option<Id>,
}

/// How a key was or will be dealt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dealing {
    /// Any `threshold` of shares 1 to `count` give the key.
    People {
        /// How many shares are needed.
        threshold: u8,
        /// How many shares there are.
        count: u8,
    },
    /// Any `needed` groups give the key, each by its own threshold. Groups are numbered from 1.
    Groups {
        /// How many groups are needed.
        needed: u8,
        /// For each group its threshold and its number of shares.
        groups: Vec<(u8, u8)>,
    },
}

/// One share: its group (0 where there are none) and its index.
pub type ShareNumber = (u8, u8);

/// A share, who holds it, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Which share.
    pub share: ShareNumber,
    /// Who can take it out.
    pub custodian: Id,
    /// Where it lies.
    pub site: Id,
}

/// A copy of the wrapped file, and who can reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCopy {
    /// Where it lies.
    pub site: Id,
    /// Who can reach it.
    pub keepers: Vec<Id>,
}

/// A plan of who holds what where, for one dealing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Everybody named.
    pub people: Vec<Person>,
    /// Every site named.
    pub sites: Vec<Id>,
    /// How the key is dealt.
    pub dealing: Dealing,
    /// Every share's place.
    pub holdings: Vec<Holding>,
    /// Every copy of the wrapped file.
    pub files: Vec<FileCopy>,
    /// Whether nobody may hold both a share and the wrapped file.
    pub keep_file_and_shares_apart: bool,
}

/// A rule that a plan breaks. Each says what is wrong and what would mend it.
#[allow(missing_docs, reason = "fields are named in the message and speak through their variant")]
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// The dealing itself cannot be.
    #[error(
        "the dealing needs {threshold} of {count}, which cannot be; choose at least 2 and no more than there are"
    )]
    Parameters { threshold: u8, count: u8 },
    /// A name that stands twice.
    #[error("{id} is named twice; give every person and site its own identifier")]
    NamedTwice { id: Id },
    /// A person that is not in the plan.
    #[error("{person} is not among the people of the plan; add them or correct the name")]
    UnknownPerson { person: Id },
    /// A site that is not in the plan.
    #[error("{site} is not among the sites of the plan; add it or correct the name")]
    UnknownSite { site: Id },
    /// A share that the dealing does not have.
    #[error("{} is not part of the dealing; correct its number", crate::words::share(*.number))]
    UnknownShare { number: ShareNumber },
    /// A share without a holder.
    #[error("{} has no custodian; name one", crate::words::share(*.number))]
    NotHeld { number: ShareNumber },
    /// A share with two places.
    #[error("{} is held in two places; a share exists once", crate::words::share(*.number))]
    HeldTwice { number: ShareNumber },
    /// No copy of the wrapped file.
    #[error("no copy of the wrapped file is kept; without it the shares open nothing")]
    NoFile,
    /// One person could rebuild the key.
    #[error("{person} holds enough shares to rebuild the key alone; give some of them to somebody else")]
    PersonHoldsThreshold { person: Id },
    /// One person is a group's threshold.
    #[error(
        "{person} holds enough shares to speak for group {group} alone; give some of them to somebody else"
    )]
    PersonHoldsGroup { person: Id, group: u8 },
    /// One site could rebuild the key.
    #[error("enough shares to rebuild the key lie at {site}; move some of them to another site")]
    SiteHoldsThreshold { site: Id },
    /// Losing one site loses the key.
    #[error(
        "if {site} is lost, too few shares are left to rebuild the key; spread the shares or lower the threshold"
    )]
    SiteLossLosesKey { site: Id },
    /// Losing one site loses every copy of the wrapped file.
    #[error("if {site} is lost, no copy of the wrapped file is left; keep another copy elsewhere")]
    SiteLossLosesFile { site: Id },
    /// A custodian under another.
    #[error("{person} reports to {superior}, and both hold shares; choose a custodian outside that line")]
    ReportsToCustodian { person: Id, superior: Id },
    /// Reporting in a circle.
    #[error("{person} reports to themselves through others; correct who reports to whom")]
    ReportsInCircle { person: Id },
    /// A share and the file in one hand.
    #[error("{person} holds a share and can reach the wrapped file; the policy keeps these apart")]
    HoldsShareAndFile { person: Id },
}

impl Violation {
    /// A stable code that later versions keep.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameters { .. } => "custody-parameters",
            Self::NamedTwice { .. } => "custody-named-twice",
            Self::UnknownPerson { .. } => "custody-unknown-person",
            Self::UnknownSite { .. } => "custody-unknown-site",
            Self::UnknownShare { .. } => "custody-unknown-share",
            Self::NotHeld { .. } => "custody-not-held",
            Self::HeldTwice { .. } => "custody-held-twice",
            Self::NoFile => "custody-no-file",
            Self::PersonHoldsThreshold { .. } => "custody-person-holds-threshold",
            Self::PersonHoldsGroup { .. } => "custody-person-holds-group",
            Self::SiteHoldsThreshold { .. } => "custody-site-holds-threshold",
            Self::SiteLossLosesKey { .. } => "custody-site-loss-loses-key",
            Self::SiteLossLosesFile { .. } => "custody-site-loss-loses-file",
            Self::ReportsToCustodian { .. } => "custody-reports-to-custodian",
            Self::ReportsInCircle { .. } => "custody-reports-in-circle",
            Self::HoldsShareAndFile { .. } => "custody-holds-share-and-file",
        }
    }
}

impl Dealing {
    /// Every share there is.
    fn shares(&self) -> BTreeSet<ShareNumber> {
        match self {
            Self::People { count, .. } => (1..=*count).map(|i| (0, i)).collect(),
            Self::Groups { groups, .. } => {
                (1u8..).zip(groups).flat_map(|(g, (_, count))| (1..=*count).map(move |i| (g, i))).collect()
            }
        }
    }

    /// The groups, each once, that some shares can speak for; with no groups, group 0.
    fn groups_of(&self, shares: &BTreeSet<ShareNumber>) -> Vec<u8> {
        let held =
            |group| u8::try_from(shares.iter().filter(|(g, _)| *g == group).count()).unwrap_or(u8::MAX);
        match self {
            Self::People { threshold, .. } => (held(0) >= *threshold).then_some(0).into_iter().collect(),
            Self::Groups { groups, .. } => {
                (1u8..).zip(groups).filter(|(g, (m, _))| held(*g) >= *m).map(|(g, _)| g).collect()
            }
        }
    }

    /// Whether some shares give the key.
    pub fn is_enough(&self, shares: &BTreeSet<ShareNumber>) -> bool {
        let groups = self.groups_of(shares).len();
        match self {
            Self::People { .. } => groups > 0,
            Self::Groups { needed, .. } => groups >= usize::from(*needed),
        }
    }

    fn impossible(&self) -> Vec<Violation> {
        let check = |threshold: u8, count: u8| {
            (threshold < 2 || threshold > count).then_some(Violation::Parameters { threshold, count })
        };
        match self {
            Self::People { threshold, count } => check(*threshold, *count).into_iter().collect(),
            Self::Groups { needed, groups } => {
                let whole = check(*needed, u8::try_from(groups.len()).unwrap_or(u8::MAX));
                whole.into_iter().chain(groups.iter().filter_map(|(m, n)| check(*m, *n))).collect()
            }
        }
    }
}

/// Every rule that the plan breaks, sorted, each once; none for a good plan.
pub fn check(plan: &Plan) -> Vec<Violation> {
    let mut found: BTreeSet<Violation> = plan.dealing.impossible().into_iter().collect();
    found.extend(names(plan));
    found.extend(completeness(plan));
    found.extend(dispersion(plan));
    found.extend(independence(plan));
    found.into_iter().collect()
}

/// Whether every name is known, once.
fn names(plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    for list in [plan.people.iter().map(|p| &p.id).collect::<Vec<_>>(), plan.sites.iter().collect()] {
        let mut seen = BTreeSet::new();
        found.extend(
            list.into_iter()
                .filter(|id| !seen.insert(*id))
                .map(|id| Violation::NamedTwice { id: id.clone() }),
        );
    }
    let people: BTreeSet<&Id> = plan.people.iter().map(|p| &p.id).collect();
    let sites: BTreeSet<&Id> = plan.sites.iter().collect();
    let named = plan.holdings.iter().map(|h| &h.custodian);
    let named = named.chain(plan.files.iter().flat_map(|f| &f.keepers));
    let named = named.chain(plan.people.iter().filter_map(|p| p.reports_to.as_ref()));
    found.extend(
        named.filter(|p| !people.contains(p)).map(|p| Violation::UnknownPerson { person: p.clone() }),
    );
    let places = plan.holdings.iter().map(|h| &h.site).chain(plan.files.iter().map(|f| &f.site));
    found.extend(places.filter(|s| !sites.contains(s)).map(|s| Violation::UnknownSite { site: s.clone() }));
    found
}

/// Whether every share of the dealing is held once, and the wrapped file is kept.
fn completeness(plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut not_held = plan.dealing.shares();
    let all = not_held.clone();
    for Holding { share: number, .. } in &plan.holdings {
        let number = *number;
        if !all.contains(&number) {
            found.push(Violation::UnknownShare { number });
        } else if !not_held.remove(&number) {
            found.push(Violation::HeldTwice { number });
        }
    }
    found.extend(not_held.into_iter().map(|number| Violation::NotHeld { number }));
    if plan.files.is_empty() {
        found.push(Violation::NoFile);
    }
    found
}

/// Whether no person and no site holds a threshold, and no site's loss is the key's.
fn dispersion(plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut by_person: BTreeMap<&Id, BTreeSet<ShareNumber>> = BTreeMap::new();
    let mut by_site: BTreeMap<&Id, BTreeSet<ShareNumber>> = BTreeMap::new();
    for holding in &plan.holdings {
        by_person.entry(&holding.custodian).or_default().insert(holding.share);
        by_site.entry(&holding.site).or_default().insert(holding.share);
    }
    for (person, shares) in by_person {
        if plan.dealing.is_enough(&shares) {
            found.push(Violation::PersonHoldsThreshold { person: person.clone() });
        }
        let groups = plan.dealing.groups_of(&shares).into_iter().filter(|g| *g > 0);
        found.extend(groups.map(|group| Violation::PersonHoldsGroup { person: person.clone(), group }));
    }
    for (site, shares) in by_site {
        if plan.dealing.is_enough(&shares) {
            found.push(Violation::SiteHoldsThreshold { site: site.clone() });
        }
        let elsewhere = plan.holdings.iter().filter(|h| h.site != *site).map(|h| h.share).collect();
        if !plan.dealing.is_enough(&elsewhere) {
            found.push(Violation::SiteLossLosesKey { site: site.clone() });
        }
    }
    for copy in &plan.files {
        if plan.files.iter().all(|f| f.site == copy.site) {
            found.push(Violation::SiteLossLosesFile { site: copy.site.clone() });
        }
    }
    found
}

/// Whether custodians are independent of one another and, by policy, of the wrapped file.
fn independence(plan: &Plan) -> Vec<Violation> {
    let custodians: BTreeSet<&Id> = plan.holdings.iter().map(|h| &h.custodian).collect();
    let above: BTreeMap<&Id, &Id> =
        plan.people.iter().filter_map(|p| Some((&p.id, p.reports_to.as_ref()?))).collect();
    let mut found = Vec::new();
    for person in plan.people.iter().map(|p| &p.id) {
        // Up the line, also through people who hold nothing; no line is longer than there are people.
        let mut superior = above.get(person).copied();
        for _ in 0..plan.people.len() {
            let Some(now) = superior else { break };
            if now == person {
                found.push(Violation::ReportsInCircle { person: person.clone() });
                break;
            }
            if custodians.contains(person) && custodians.contains(now) {
                found.push(Violation::ReportsToCustodian { person: person.clone(), superior: now.clone() });
            }
            superior = above.get(now).copied();
        }
    }
    if plan.keep_file_and_shares_apart {
        let keepers: BTreeSet<&Id> = plan.files.iter().flat_map(|f| &f.keepers).collect();
        found.extend(
            custodians.intersection(&keepers).map(|p| Violation::HoldsShareAndFile { person: (*p).clone() }),
        );
    }
    found
}
