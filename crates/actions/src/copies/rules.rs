//! What holds over a whole record of a destruction: it leaves no place out that its record lists.

use crate::copies::copy::{DESTROYED, MISSING, OWED};
use crate::copies::words;
use crate::earlier::places::others;
use engine::{Departure, Rule, Whole};
use facts::Named as _;
use register::places::{Place, guards_others};
use std::collections::BTreeMap;
use transcript::Entry;

/// Of each place that the opened pack, the records before it and those at hand name for the key, two people said what
/// became of it.
pub(crate) struct AskedFor;

/// What an outcome says of all copies is what was noted of each, last.
pub(crate) struct NotedOfEach;

impl Rule for NotedOfEach {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let mut noted: BTreeMap<String, String> = BTreeMap::new();
        let others = other_lines(whole.past.entries);
        for entry in whole.past.entries {
            if let Some((copy, became)) = facts::COPY.within(entry).zip(facts::BECAME.within(entry)) {
                noted.insert(copy, became);
            }
            let lists = [facts::COPIES_ACCOUNTED.within(entry), facts::COPIES_AT_THE_END.within(entry)];
            for (copy, became) in
                lists.into_iter().flatten().flatten().filter(|(_, became)| !became.is_empty())
            {
                if became == facts::KEPT && others == 0 {
                    let says = words::guards::KEPT_WITHOUT_PLAN;
                    return Err(Departure::of(Some(entry), "account-copies", "kept-without-plan", says));
                }
                if became == facts::KEPT && !guards_others(&copy) {
                    let says = words::guards::kept_otherwise(&copy);
                    return Err(Departure::of(Some(entry), "account-copies", "kept-otherwise", says));
                }
                if noted.get(&copy) != Some(&became) {
                    let says = words::nothing_was_noted(&copy, &became);
                    return Err(Departure::of(Some(entry), "account-copies", "not-noted", says));
                }
            }
            said_to_guard_nothing(entry, others)?;
            if facts::OLD_SET.within(entry).is_some() {
                of_old_sheets(entry, &noted)?;
            }
        }
        Ok(())
    }
}

/// How many other lines the plan has whose backup was opened; none for a backup of one key.
fn other_lines(entries: &[Entry]) -> usize {
    let others = entries.iter().filter_map(|e| facts::DRILL_LINE_OTHERS.within(e));
    others.map(|others| others.len()).max().unwrap_or_default()
}

/// Where a backup that guards other keys is not kept, two people said how many of them it guards no more.
fn said_to_guard_nothing(entry: &Entry, others: usize) -> Result<(), Departure> {
    let Some(accounted) = facts::COPIES_ACCOUNTED.within(entry).filter(|_| others > 0) else {
        return Ok(());
    };
    let of_backup = |copy: &str| copy.starts_with("sheet-") || copy == "wrapped-file";
    let kept = accounted.iter().filter(|(copy, _)| of_backup(copy)).all(|(_, became)| became == facts::KEPT);
    if kept || facts::GUARDS_NOTHING.within(entry) == Some(others as u64) {
        return Ok(());
    }
    Err(Departure::of(Some(entry), "account-copies", "not-kept", words::guards::NOT_KEPT))
}

/// The same of the sheets of a set that was replaced.
fn of_old_sheets(entry: &Entry, noted: &BTreeMap<String, String>) -> Result<(), Departure> {
    for (fact, became) in [
        (&facts::OLD_SHEETS_DESTROYED, DESTROYED),
        (&facts::OLD_SHEETS_OWED, OWED),
        (&facts::OLD_SHEETS_MISSING, MISSING),
    ] {
        for sheet in fact.within(entry).into_iter().flatten() {
            let of_it = |kind: &str| noted.get(&format!("{kind}-{sheet}")).map(String::as_str);
            if [of_it("sheet"), of_it("boxed")].into_iter().flatten().all(|said| said != became) {
                let says = words::nothing_was_noted(&format!("sheet-{sheet}"), became);
                return Err(Departure::of(Some(entry), "destroy-old-sheets", "not-noted", says));
            }
        }
    }
    Ok(())
}

impl Rule for AskedFor {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let mut serial = String::new();
        let mut left: Vec<Place> = Vec::new();
        for entry in whole.past.entries {
            serial = facts::TOKEN_SERIAL.within(entry).unwrap_or(serial);
            let lists = facts::COPIES_IN_TOKEN.within(entry).is_some();
            if lists && facts::COPIES_KNOWN.within(entry).is_some() {
                left = others(entry, &serial).into_iter().filter(|p| p.gone_in().is_none()).collect();
            }
            let Some(said) = facts::COPIES_ACCOUNTED.within(entry) else { continue };
            let asked = |p: &&Place| said.iter().any(|(id, became)| *id == p.id && !became.is_empty());
            if let Some(other) = left.iter().find(|p| !asked(p)) {
                let says = words::nobody_was_asked(&other.says);
                return Err(Departure::of(Some(entry), "account-copies", "not-asked", says));
            }
        }
        Ok(())
    }
}
