//! What is due on a day: opened by one record, or by what the lists say, and settled by another.

use crate::approvals::Approval;
use crate::devices::{Device, DeviceSort};
use crate::kept::{self, KeptList, KeptRow};
use crate::keys::Key;
use crate::people::Person;
use crate::sets::{Set, SetState};
use crate::told::{List, Told};
use crate::{day, words};
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use transcript::{Entry, Kind};

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The same in every list that is made of these records: `receipt <run> <provider>: <key>`, `renew <run> …`,
    /// `drill <set>` or `rotate <check value>`.
    pub id: String,
    /// What has to be done, in a sentence.
    pub says: String,
    /// The day by which, `2027-10-01`; absent where nothing says one.
    pub by: Option<String>,
    /// Since when, UTC.
    pub since: String,
    /// The run that opened it.
    pub run: String,
    /// When it was settled, UTC, and by which run; absent while it is open.
    pub settled: Option<(String, String)>,
}

/// Everything due, by its id.
#[derive(Default)]
pub(crate) struct Dues {
    all: BTreeMap<String, Due>,
    /// What the record at hand says of the import parameters that it read, and of the bundle whose receipt it reads.
    valid_to: Option<String>,
    receipt: Option<String>,
    /// What the record at hand opened.
    opened: Vec<String>,
    /// What was settled by its id, which may be what the lists say.
    settled_of_lists: BTreeMap<String, (String, String)>,
}

impl List for Dues {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        self.valid_to = facts::VALID_TO_UTC.within(entry).or(self.valid_to.take());
        self.sent(of, entry);
        self.received(of, entry);
        self.declared(of, entry);
        self.destroyed(of, entry);
        if entry.kind == Kind::Abandoned {
            self.given_up(of, entry);
        }
    }

    fn begins(&mut self) {
        (self.valid_to, self.receipt) = (None, None);
        self.opened.clear();
    }
}

impl Dues {
    fn open(&mut self, of: &Told<'_>, entry: &Entry, id: String, says: String, by: Option<String>) {
        let (since, run) = (entry.utc.clone(), of.run.to_owned());
        self.opened.push(id.clone());
        match self.all.get_mut(&id) {
            // The same thing may be due for two reasons: both are said, and the nearer day counts.
            Some(due) => {
                if !due.says.contains(&says) {
                    due.says = format!("{} {says}", due.says);
                }
                due.by = [due.by.take(), by].into_iter().flatten().min();
            }
            None => {
                self.all.insert(id.clone(), Due { id, says, by, since, run, settled: None });
            }
        }
    }

    fn settle(&mut self, of: &Told<'_>, entry: &Entry, id: &str) {
        if let Some(due) = self.all.get_mut(id).filter(|due| due.settled.is_none()) {
            due.settled = Some((entry.utc.clone(), of.run.to_owned()));
        }
    }

    /// A bundle is due its receipt, by the day on which what it was made with ends; and the key at the provider is due anew
    /// before the provider forgets it. A bundle for the same key settles that.
    fn sent(&mut self, of: &Told<'_>, entry: &Entry) {
        let alone =
            facts::WRAPPED_FOR.within(entry).map(|target| (target, of.cloud.clone().unwrap_or_default()));
        let of_plan = facts::PLAN_WRAPPED_FOR.within(entry).zip(facts::PLAN_CLOUD_KEY.within(entry));
        let Some((target, name)) = alone.or(of_plan) else { return };
        let by = self.valid_to.as_deref().and_then(day::of);
        self.open(of, entry, receipt(of.run, &target, &name), words::due_receipt(&target, &name, of.run), by);
        let same = format!(" {target}: {name}");
        let renewed =
            |(id, due): (&String, &Due)| (id.ends_with(&same) && due.run != of.run).then(|| id.clone());
        let renewals = self.all.range(RENEW.to_owned()..).take_while(|(id, _)| id.starts_with(RENEW));
        for id in renewals.filter_map(renewed).collect::<Vec<_>>() {
            self.settle(of, entry, &id);
        }
        if let Some(expires) = facts::EXPIRY.within(entry).as_deref().and_then(day::of) {
            let says = words::due_renewal(&target, &name);
            self.open(of, entry, format!("{RENEW}{}{same}", of.run), says, Some(expires));
        }
    }

    fn received(&mut self, of: &Told<'_>, entry: &Entry) {
        if let (Some(target), Some(name), Some(earlier)) =
            (facts::RECEIPT_TARGET.within(entry), facts::RECEIPT_KEY.within(entry), &of.earlier_run)
        {
            self.receipt = Some(receipt(earlier, &target, &name));
        }
        if facts::RECEIPT.within(entry).is_some()
            && let Some(id) = self.receipt.take()
        {
            self.settle(of, entry, &id);
        }
    }

    /// A bundle that is gone, and what went into a cloud with it, are due nothing.
    fn destroyed(&mut self, of: &Told<'_>, entry: &Entry) {
        for (copy, became) in facts::COPIES_AT_THE_END.within(entry).into_iter().flatten() {
            let what = copy.strip_prefix("bundle ").or_else(|| copy.strip_prefix("cloud "));
            if let Some(what) = what.filter(|_| crate::copies::is_gone(&became)) {
                self.settle(of, entry, &format!("{RECEIPT}{what}"));
                self.settle(of, entry, &format!("{RENEW}{what}"));
            }
        }
    }

    /// What a script has due, and what it settles.
    fn declared(&mut self, of: &Told<'_>, entry: &Entry) {
        for id in facts::DUE_SETTLED.within(entry).into_iter().flatten() {
            self.settle(of, entry, &id);
            self.settled_of_lists.insert(id, (entry.utc.clone(), of.run.to_owned()));
        }
        for (id, says, by) in facts::DUE_OPENED.within(entry).into_iter().flatten() {
            // The same thing may be due again once it was settled.
            if self.all.get(&id).is_some_and(|due| due.settled.is_some()) {
                self.all.remove(&id);
            }
            self.open(of, entry, id, says, Some(by));
        }
    }

    /// What a ceremony opened that came to nothing is not due: its bundle has no wrapped key that anybody is to import.
    fn given_up(&mut self, of: &Told<'_>, entry: &Entry) {
        for id in std::mem::take(&mut self.opened) {
            // Another ceremony may have opened it before.
            if self.all.get(&id).is_some_and(|due| due.run == of.run) {
                self.settle(of, entry, &id);
            }
        }
    }

    /// Everything due, with what the lists say: open ones first, by day.
    pub(crate) fn listed(self, by: &By<'_>) -> Vec<Due> {
        let mut all = self.all;
        for key in by.keys {
            let id = rotate(key);
            // Where a record has it due by a nearer day, that one stands until the key protects nothing more.
            if let Some(due) = all.get_mut(&id).filter(|due| due.settled.is_none()) {
                if !key.state.protects() {
                    due.settled = key.states.last().map(|(_, since, run)| (since.clone(), run.clone()));
                }
            } else if let Some(due) = rotation(key).filter(|_| key.state.protects()) {
                let settled = self.settled_of_lists.get(&id).cloned();
                all.insert(id, Due { settled, ..due });
            }
        }
        let mut all: Vec<Due> = all.into_values().collect();
        let in_use = || by.sets.iter().filter(|s| s.state == SetState::InUse);
        all.extend(in_use().map(drill));
        let sets: BTreeMap<&str, &Set> = in_use().map(|set| (set.set.as_str(), set)).collect();
        all.extend(by.people.iter().flat_map(|person| leavers(person, &sets)));
        all.extend(by.devices.iter().filter_map(validation));
        let yubikeys = by.devices.iter().filter_map(|device| yubikey(device, by.people));
        all.extend(yubikeys.map(|due| {
            let settled = self.settled_of_lists.get(&due.id).cloned();
            Due { settled, ..due }
        }));
        let keys: BTreeMap<&str, &Key> = by.keys.iter().map(|key| (key.check_value.as_str(), key)).collect();
        let ends = by.ends_of_backups.iter();
        all.extend(ends.map(|(key, set)| end_of_backup(keys.get(key.as_str()).copied(), key, set)));
        all.extend(kept::days(by.kept, by.kept_rows).into_iter().map(|named| Due {
            id: named.id,
            says: named.says,
            by: Some(named.by),
            since: named.since,
            run: named.run,
            settled: None,
        }));
        all.extend(by.approvals.iter().filter_map(|approval| approve_again(approval, by)));
        let order = |due: &Due| {
            (due.settled.is_some(), due.by.is_none(), due.by.clone(), due.since.clone(), due.id.clone())
        };
        all.sort_by_cached_key(order);
        all
    }
}

/// What the lists say, beside what records opened.
pub(crate) struct By<'l> {
    pub(crate) sets: &'l [Set],
    pub(crate) keys: &'l [Key],
    pub(crate) people: &'l [Person],
    pub(crate) devices: &'l [Device],
    /// Keys of which only a wrapped file is left, with the set that opens it.
    pub(crate) ends_of_backups: Vec<(String, String)>,
    /// What people keep.
    pub(crate) kept: &'l [KeptList],
    pub(crate) kept_rows: &'l [KeptRow],
    pub(crate) approvals: &'l [Approval],
}

const RECEIPT: &str = "receipt ";
const RENEW: &str = "renew ";
const DRILL: &str = "drill ";
const LEAVER: &str = "leaver ";
const VALIDATION: &str = "validation ";
const APPROVE_AGAIN: &str = "approve-again ";

/// What the approval of a script is due by, which follows a policy that is another by now ([`Due::id`]).
pub fn approve_again_id(script: &str) -> String {
    format!("{APPROVE_AGAIN}{script}")
}

fn receipt(run: &str, target: &str, name: &str) -> String {
    format!("{RECEIPT}{run} {target}: {name}")
}

/// The next drill of a set, or its first one within a year.
fn drill(set: &Set) -> Due {
    let by = set.next_drill.clone().or_else(|| day::years_after(&set.since, 1));
    let says = words::due_drill(set);
    Due {
        id: format!("{DRILL}{}", set.set),
        says,
        by,
        since: set.since.clone(),
        run: set.run.clone(),
        settled: None,
    }
}

/// A change of custodians for each of the sets in use of which somebody who left holds shares.
fn leavers<'l>(person: &'l Person, in_use: &'l BTreeMap<&str, &Set>) -> impl Iterator<Item = Due> + 'l {
    let left = person.left.as_ref();
    let held: BTreeSet<&str> =
        person.holds.iter().filter(|_| left.is_some()).map(|(set, _)| &**set).collect();
    held.into_iter().filter_map(move |set| {
        let ((day, run), set) = (left?, in_use.get(set)?);
        Some(Due {
            id: format!("{LEAVER}{} {}", person.id, set.set),
            says: words::due_leaver(&person.name, &set.set),
            by: Some(day.clone()),
            since: person.since.clone(),
            run: run.clone(),
            settled: None,
        })
    })
}

/// Whoever left may still sign with their YubiKey, as long as a roster names it.
fn yubikey(device: &Device, people: &[Person]) -> Option<Due> {
    let holder = device.holder.as_ref().filter(|_| device.sort == DeviceSort::Yubikey)?;
    let person = people.iter().find(|person| person.name == *holder || person.id == *holder)?;
    let (day, run) = person.left.as_ref()?;
    Some(Due {
        id: format!("yubikey {}", device.serial),
        says: words::due_yubikey(&person.name, &device.serial),
        by: Some(day.clone()),
        since: person.since.clone(),
        run: run.clone(),
        settled: None,
    })
}

/// The newest approval of a script follows a policy that is another by now.
fn approve_again(approval: &Approval, by: &By<'_>) -> Option<Due> {
    let policy = approval.policy.as_deref()?;
    let name = |approval: &Approval| approval.script.split(' ').next().unwrap_or_default().to_owned();
    let newest = by.approvals.iter().rfind(|other| name(other) == name(approval))?;
    let columns = &by.kept.iter().find(|list| list.kind == facts::POLICY)?.columns;
    let row = by.kept_rows.iter().find(|row| {
        row.kind == facts::POLICY
            && policy.strip_prefix(row.id.as_str()).is_some_and(|rest| rest.starts_with(' '))
    })?;
    if newest != approval || kept::policy_as_followed(columns, row).as_deref() == Some(policy) {
        return None;
    }
    Some(Due {
        id: approve_again_id(&name(approval)),
        says: words::due_approval(&name(approval), &row.id),
        by: day::of(&row.changed),
        since: row.changed.clone(),
        run: row.run.clone(),
        settled: None,
    })
}

/// A certificate that was looked up has to be looked up again after a year.
fn validation(device: &Device) -> Option<Due> {
    let looked_up = device.validation.as_ref()?;
    Some(Due {
        id: format!("{VALIDATION}{}", device.serial),
        says: words::due_validation(&device.serial, &looked_up.certificate),
        by: day::years_after(&looked_up.looked_up, 1),
        since: looked_up.looked_up.clone(),
        run: looked_up.run.clone(),
        settled: None,
    })
}

/// What the due is called that a wrapped file is left of a key.
pub(crate) fn end_of_backup_id(check_value: &str) -> String {
    format!("{}{check_value}", words::END_OF_BACKUP)
}

/// A wrapped file is left of a key that is else destroyed.
fn end_of_backup(key: Option<&Key>, check_value: &str, set: &str) -> Due {
    Due {
        id: end_of_backup_id(check_value),
        says: words::due_end_of_backup(check_value, set),
        by: None,
        since: key.map(|key| key.since.clone()).unwrap_or_default(),
        run: key.map(|key| key.run.clone()).unwrap_or_default(),
        settled: None,
    }
}

fn rotate(key: &Key) -> String {
    format!("rotate {}", key.check_value)
}

/// The end of the time in which a key may protect something.
fn rotation(key: &Key) -> Option<Due> {
    Some(Due {
        id: rotate(key),
        says: words::due_rotation(key),
        by: Some(key.protects_until.clone()?),
        since: key.since.clone(),
        run: key.run.clone(),
        settled: None,
    })
}

impl Due {
    /// Whether two people's word settles it. That shares still open a key shows only in a drill, and that a set has other
    /// custodians only in a change of them.
    pub fn settles_by_word(&self) -> bool {
        let shown = [DRILL, LEAVER, VALIDATION, APPROVE_AGAIN, words::END_OF_BACKUP];
        let shown = shown.iter().chain(&kept::OF_REGISTERS);
        self.settled.is_none() && !shown.into_iter().any(|what| self.id.starts_with(what))
    }

    /// How many days are left until its day, from this one (`2026-11-25`); negative where it has passed, none where it has none.
    pub fn days_left(&self, today: &str) -> Option<i64> {
        day::between(today, self.by.as_deref()?)
    }

    /// Whether it is open, and due within so many days of this one (`2026-11-25`), or was before it.
    pub fn is_within(&self, days: i64, today: &str) -> bool {
        self.settled.is_none() && self.days_left(today).is_some_and(|left| left <= days)
    }
}
