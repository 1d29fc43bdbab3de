//! What people read of the registers that they keep, in a terminal.

use estate::{Agreement, Answered, Count, Incident, Policy, Retained, System};
use protocol::{Fact, problems};
use std::fmt::Display;
use transcript::count;

problems! {
    /// A vendor that nothing here names.
    pub(in crate::pages) fn no_such_vendor(vendor: &str, all: &str) = "no-such-vendor" {
        "No system and no agreement here names the vendor {vendor}."
        "Nothing was written."
        "Write it as the registers have it: {all}."
    }
}

pub(in crate::pages) fn coverage(all: &Count) -> String {
    if all.systems == 0 {
        return "No system is listed in production. Make a table of them (docs/registers.md), and play keep-systems; --rehearsals shows those of rehearsals."
            .to_owned();
    }
    format!(
        "Coverage: {} of {} systems with ePHI (of {} in all). Verified, with no key here that counts {}, said {}, unknown {}, not encrypted {}.",
        all.covered,
        all.with_ephi,
        all.systems,
        all.verified_not_covered,
        all.said,
        all.unknown,
        all.unencrypted
    )
}

pub(in crate::pages) fn kept_system(system: &System<'_>, covered: bool, lacks: &[&str]) -> String {
    let open = if lacks.is_empty() { String::new() } else { format!("; open: {}", lacks.join(", ")) };
    let with_data = if system.key_is_with_data() { "; its key lies with its data" } else { "" };
    format!(
        "System {}  {}  {}  {}  key {}{}{with_data}{open}",
        system.id(),
        system.text("vendor"),
        system.text("encryption"),
        system.text("custody"),
        system.text("key"),
        if covered { "; covered" } else { "" }
    )
}

pub(in crate::pages) fn kept_agreement(one: &Agreement<'_>, current: bool) -> String {
    let counts = if current { "counts" } else { "does not count any more" };
    format!("Agreement {}  {}  until {}  {counts}", one.id(), one.text("party"), one.text("expires"))
}

/// One line of what a table would change, or of what is wrong with it.
pub(in crate::pages) fn differs(fact: &Fact) -> String {
    format!("{}: {}", fact.name, fact.observed)
}

pub(in crate::pages) fn checked_alone() -> &'static str {
    "Nothing was changed. Two people sign these changes in the ceremony that keeps the register."
}

pub(in crate::pages) fn kept_policy(one: &Policy<'_>, in_effect: bool) -> String {
    let counts = if in_effect { "in effect" } else { "not in effect" };
    format!("Policy {}  version {}  {counts}  review {}", one.id(), one.text("version"), one.text("review"))
}

pub(in crate::pages) fn undecided_safeguards(open: usize) -> String {
    format!("Safeguards: {} undecided", count(open, "one is", "are"))
}

pub(in crate::pages) fn kept_incident(one: &Incident<'_>) -> String {
    let sixtieth = one.sixtieth_day().map(|day| format!("; the sixtieth day is {day}")).unwrap_or_default();
    format!("Incident {}  discovered {}  {}{sixtieth}", one.id(), one.text("found"), one.text("decision"))
}

pub(in crate::pages) fn retained(one: &Retained) -> String {
    let over = if one.may_go { "the six years are over" } else { "to be kept" };
    format!(
        "Kept: {} {} until {}, {over}",
        one.kind,
        one.id,
        one.until.as_deref().unwrap_or("further notice")
    )
}

/// A question, its answer, and by whom; a line each.
pub(in crate::pages) fn answered(one: &Answered) -> [String; 3] {
    let answer = one.answer.as_deref().unwrap_or("not answered");
    [one.question.asks.clone(), format!("    {answer}"), format!("    {}", one.by)]
}

pub(in crate::pages) fn exported(files: usize, folder: &dyn Display) -> String {
    format!(
        "{} in {folder}. They name systems, vendors and people; no record says that they went out: play the ceremony export for that.",
        count(files, "file", "files")
    )
}
