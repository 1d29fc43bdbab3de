//! What holds over a whole record of a drill.

use crate::drill::words;
use crate::earlier::plan::{check_value_of, lines_of, not_apart};
use engine::{Departure, Rule, Whole};
use facts::Named as _;
use std::collections::{BTreeMap, HashSet};
use transcript::{Entry, Kind};

/// A drill of a plan's backups opened every one of them since its step was begun, each to the key of its line.
pub(crate) struct PlanDrilled;

impl Rule for PlanDrilled {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let mut drilled = Drilled::default();
        whole.past.entries.iter().try_for_each(|entry| drilled.take(entry))
    }
}

#[derive(Default)]
struct Drilled {
    /// The check value of each line of the plan that was opened.
    plan: BTreeMap<u64, String>,
    /// Lines whose backups opened since the step was begun.
    opened: HashSet<u64>,
}

fn departs(entry: &Entry, code: &'static str, says: impl Into<String>) -> Result<(), Departure> {
    Err(Departure::of(Some(entry), "prove-backup", code, says))
}

impl Drilled {
    fn take(&mut self, entry: &Entry) -> Result<(), Departure> {
        if facts::DRILL_SET.within(entry).is_some() {
            self.opening(entry)?;
        }
        match entry.kind {
            Kind::Intent => self.opened.clear(),
            Kind::Note => return self.line(entry),
            Kind::Outcome if facts::DRILLED_CHECK_VALUE.within(entry).is_some() => {
                return self.result(entry);
            }
            _ => {}
        }
        Ok(())
    }

    fn opening(&mut self, entry: &Entry) -> Result<(), Departure> {
        let lines = lines_of(entry);
        let listed = lines.as_ref().and_then(|l| l.as_ref().ok());
        let of_all = listed.map(|l| check_value_of(l));
        if lines.is_some() && (of_all.is_none() || of_all != facts::DRILL_CHECK_VALUE.within(entry)) {
            return departs(entry, "other-plan-check-value", words::OTHER_CHECK_VALUE);
        }
        if let Some(why) = listed.and_then(|l| not_apart(l.iter())) {
            return departs(entry, "plan-lines-disagree", words::plan_does_not_say(&why));
        }
        let lines = lines.into_iter().flatten().flatten();
        self.plan = lines.map(|l| (l.line, l.check_value)).collect();
        Ok(())
    }

    fn line(&mut self, entry: &Entry) -> Result<(), Departure> {
        let Some(line) = facts::DRILLED_LINE.within(entry) else { return Ok(()) };
        let found = facts::DRILLED_LINE_CHECK_VALUE.within(entry);
        if found.is_none() || self.plan.get(&line) != found.as_ref() {
            return departs(entry, "another-key", words::not_the_key_of_line(line));
        }
        if !self.opened.insert(line) {
            return departs(entry, "opened-twice", words::opened_twice(line));
        }
        Ok(())
    }

    fn result(&self, entry: &Entry) -> Result<(), Departure> {
        if let Some(left) = self.plan.keys().find(|line| !self.opened.contains(line)) {
            return departs(entry, "not-opened", words::not_opened(*left));
        }
        let many = facts::DRILLED_LINES.within(entry);
        if !self.plan.is_empty() && many != u64::try_from(self.plan.len()).ok() {
            return departs(entry, "other-number", words::OTHER_NUMBER);
        }
        Ok(())
    }
}
