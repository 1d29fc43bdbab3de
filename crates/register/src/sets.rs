//! The sets of shares: how each is dealt, of which key it is, and what became of it.

use crate::told::{List, Record, Told, small};
use facts::{Fact, Named as _, Number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// A set of shares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// The set, as printed on its sheets.
    pub set: String,
    /// The key's label, or how many keys of a plan its shares open.
    pub key: Option<String>,
    /// The key's check value.
    pub check_value: Option<String>,
    /// The run that made it.
    pub run: String,
    /// When, UTC.
    pub since: String,
    /// How many shares rebuild the backup wrapping key; absent where they are dealt over sites.
    pub threshold: Option<u64>,
    /// How many sites have to take part, where the shares are dealt over sites.
    #[serde(default)]
    pub sites_needed: Option<u64>,
    /// For each site, how many of its shares are needed and how many it has; empty where sites do not count.
    #[serde(default)]
    pub groups: Vec<(u8, u8)>,
    /// How many shares there are.
    pub shares: Option<u64>,
    /// What became of it.
    pub state: SetState,
    /// The day by which the next drill is due, where one was held: `2027-10-01`.
    pub next_drill: Option<String>,
}

/// What became of a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetState {
    /// Its ceremony is closed, and nothing else is recorded.
    #[serde(rename = "in use")]
    InUse,
    /// Another set has taken its place.
    #[serde(rename = "replaced")]
    Replaced,
    /// The backup was made anew.
    #[serde(rename = "void")]
    Void,
    /// Its ceremony was given up.
    #[serde(rename = "given up")]
    GivenUp,
    /// Its key is destroyed.
    #[serde(rename = "its key is destroyed")]
    KeyDestroyed,
    /// Its ceremony is not closed.
    #[default]
    #[serde(rename = "its ceremony is not closed")]
    NotClosed,
}

impl SetState {
    /// Whether its sheets are of no more use.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Replaced | Self::KeyDestroyed)
    }
}

/// Every set, by its name.
#[derive(Default)]
pub(crate) struct Sets {
    all: BTreeMap<String, Set>,
    /// Whether the record at hand keeps the sheets of the set that it opens, since they guard other keys of a plan.
    kept: bool,
}

impl List for Sets {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        self.made(of, entry);
        self.opened(of, entry);
        if Told::is_voided(entry)
            && let Some(set) = self.named(of.set.as_ref())
        {
            set.state = SetState::Void;
        }
        self.kept |= facts::BECAME.within(entry).as_deref() == Some(facts::KEPT);
        self.ends(of, entry);
    }

    fn begins(&mut self) {
        self.kept = false;
    }
}

impl Sets {
    fn named(&mut self, name: Option<&String>) -> Option<&mut Set> {
        self.all.get_mut(name?)
    }

    /// A set that is made, and how it is dealt.
    fn made(&mut self, of: &Told<'_>, entry: &Entry) {
        if let Some(set) = facts::SHARE_SET.within(entry) {
            let made = Set {
                set: set.clone(),
                key: of.key.clone(),
                check_value: of.check_value.clone(),
                run: of.run.to_owned(),
                since: entry.utc.clone(),
                ..Set::default()
            };
            self.all.insert(set, made);
        }
        if facts::SHARES.within(entry).is_some()
            && let Some(set) = self.named(of.set.as_ref())
        {
            dealt(set, entry, [facts::SHARES, facts::THRESHOLD, facts::SITES_NEEDED]);
            set.groups = groups(facts::GROUPS.within(entry));
        }
    }

    /// An earlier ceremony's set, which may have been made on another workstation.
    fn opened(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(earlier) = of.earlier.as_ref().filter(|_| of.is_new) else { return };
        let mut set = Set {
            set: earlier.clone(),
            check_value: facts::DRILL_CHECK_VALUE.within(entry),
            run: facts::EARLIER_CEREMONY.within(entry).unwrap_or_default(),
            since: entry.utc.clone(),
            state: SetState::InUse,
            ..Set::default()
        };
        dealt(&mut set, entry, [facts::DRILL_SHARES, facts::DRILL_THRESHOLD, facts::DRILL_SITES_NEEDED]);
        set.groups = groups(facts::DRILL_GROUPS.within(entry));
        self.all.insert(earlier.clone(), set);
    }

    /// A set that was drilled, replaced, or whose key is gone.
    fn ends(&mut self, of: &Told<'_>, entry: &Entry) {
        let kept = self.kept;
        let Some(earlier) = self.named(of.earlier.as_ref()) else { return };
        if let Some(day) = facts::NEXT_DRILL.within(entry) {
            earlier.next_drill = Some(day);
        }
        if facts::OLD_SET.within(entry).is_some() {
            earlier.state = SetState::Replaced;
        }
        if facts::DESTROYED_IN_TOKEN.within(entry).is_some() && !kept {
            earlier.state = SetState::KeyDestroyed;
        }
    }

    /// The record that is told of is read to its end. Gives the set that was given up with it, if one was.
    pub(crate) fn ended(&mut self, of: &Told<'_>, record: &Record) -> Option<&str> {
        let set = self.named(of.set.as_ref()).filter(|set| set.state == SetState::NotClosed)?;
        // Sheets of the older set are gone once they were gone through: whatever ended the ceremony, these are what is left.
        if record.reading.ended? == Kind::Closed || of.replaced {
            set.state = SetState::InUse;
            return None;
        }
        set.state = SetState::GivenUp;
        Some(&set.set)
    }

    /// Every set, oldest first.
    pub(crate) fn listed(self) -> Vec<Set> {
        let mut sets: Vec<Set> = self.all.into_values().collect();
        sets.sort_by(|a, b| (&a.since, &a.set).cmp(&(&b.since, &b.set)));
        sets
    }
}

/// How a set is dealt, from the entry that says so.
fn dealt(set: &mut Set, entry: &Entry, [shares, threshold, sites]: [Fact<Number>; 3]) {
    set.shares = shares.within(entry);
    set.threshold = threshold.within(entry);
    set.sites_needed = sites.within(entry);
}

fn groups(told: Option<Vec<(u64, u64)>>) -> Vec<(u8, u8)> {
    let small = |(need, have)| Some((small(need)?, small(have)?));
    told.into_iter().flatten().map(small).collect::<Option<_>>().unwrap_or_default()
}
