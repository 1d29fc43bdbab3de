//! Keys that were destroyed in their token, and of which wrapped files are left: the sheets that open them guard other keys of
//! their plan too. They are gone when no set is left that opens one.

use crate::told::Told;
use crate::{places, words};
use facts::Named as _;
use std::collections::{BTreeMap, BTreeSet};
use transcript::{Entry, Kind};

/// What is left of a key that was destroyed in its token.
pub(crate) enum Left {
    Nothing,
    /// Wrapped files, which sheets of these sets open that guard other keys of its plan too.
    Backup(Vec<String>),
    Copies,
}

/// What is left of a key once its copies came to these ends, in a destruction that opened this set.
pub(crate) fn left_of(copies: &[(String, String)], set: &str) -> Left {
    let kept = |(copy, became): &&(String, String)| became == facts::KEPT && places::guards_others(copy);
    if !copies.iter().all(|one| crate::copies::is_gone(&one.1) || kept(&one)) {
        return Left::Copies;
    }
    let mut kept = copies.iter().filter(kept).peekable();
    if kept.peek().is_none() {
        return Left::Nothing;
    }
    let sets: BTreeSet<&str> = kept.filter_map(|(copy, _)| places::set_of_file(copy, set)).collect();
    // Sheets alone open nothing.
    if sets.is_empty() { Left::Nothing } else { Left::Backup(sets.into_iter().map(str::to_owned).collect()) }
}

/// The keys of which nothing is left but wrapped files.
#[derive(Default)]
pub(crate) struct WrappedStill {
    /// Each with a set that opens one.
    all: BTreeSet<(String, String)>,
    /// What the record at hand backed up again: the key, the new set and the older one.
    again: Vec<(String, String, String)>,
    /// The older set of the record at hand of which fewer sheets are left than rebuild anything.
    over: Option<String>,
}

impl WrappedStill {
    /// Another record begins.
    pub(crate) fn begins(&mut self) {
        self.again.clear();
        self.over = None;
    }

    /// Takes an entry of the record at hand; gives the keys of which nothing is left after it.
    pub(crate) fn take(&mut self, of: &Told<'_>, entry: &Entry) -> Vec<String> {
        // A key that was brought back from its backup is more than a wrapped file.
        let brought = [facts::RESTORED_CHECK_VALUE, facts::BROUGHT_BACK_CHECK_VALUE];
        for check_value in brought.iter().filter_map(|fact| fact.within(entry)) {
            self.remove(&check_value);
        }
        let older = facts::PLAN_AGAIN_FROM_SET.within(entry);
        let backed = facts::PLAN_BACKED_CHECK_VALUE.within(entry).zip(facts::PLAN_BACKUP_SET.within(entry));
        if let (Some((key, newer)), Some(older)) = (backed, older) {
            self.again.push((key, newer, older));
        }
        let still_opens = facts::OLD_SET_STILL_OPENS.within(entry);
        let over = facts::OLD_SET.within(entry).filter(|_| still_opens.as_deref() == Some(words::NO));
        self.over = over.or(self.over.take());
        if matches!(entry.kind, Kind::Closed | Kind::Abandoned) {
            self.ended(of, entry.kind)
        } else {
            Vec::new()
        }
    }

    /// The record is at its end: what it backed up again has a wrapped file of the set that counts, and what only the older set
    /// opened is gone with that set.
    fn ended(&mut self, of: &Told<'_>, end: Kind) -> Vec<String> {
        for (key, newer, older) in std::mem::take(&mut self.again) {
            let counts = of.set.as_ref() == Some(&newer) && (of.replaced || end == Kind::Closed);
            if counts && self.all.contains(&(key.clone(), older)) {
                self.all.insert((key, newer));
            }
        }
        self.over.take().map(|set| self.opens_nothing(&set)).unwrap_or_default()
    }

    /// Fewer sheets are left of a set than rebuild anything; gives the keys of which nothing is left then.
    pub(crate) fn opens_nothing(&mut self, set: &str) -> Vec<String> {
        let (gone, left): (BTreeSet<_>, BTreeSet<_>) =
            std::mem::take(&mut self.all).into_iter().partition(|(_, of_set)| of_set == set);
        self.all = left;
        let is_left = |check_value: &String| self.all.iter().any(|(key, _)| key == check_value);
        gone.into_iter().map(|(key, _)| key).filter(|key| !is_left(key)).collect()
    }

    /// Something else is left of a key, or nothing at all.
    pub(crate) fn remove(&mut self, check_value: &str) {
        self.all.retain(|(key, _)| key != check_value);
    }

    /// Of a key wrapped files are left, which these sets open.
    pub(crate) fn extend(&mut self, check_value: &str, sets: Vec<String>) {
        self.all.extend(sets.into_iter().map(|set| (check_value.to_owned(), set)));
    }

    /// Every one, with the sets that open its files.
    pub(crate) fn listed(&self) -> Vec<(String, String)> {
        let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (key, set) in &self.all {
            all.entry(key.clone()).or_default().push(set);
        }
        all.into_iter().map(|(key, sets)| (key, sets.join(words::AND_THE_SET))).collect()
    }
}
