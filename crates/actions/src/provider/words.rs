//! What people read of keys at providers.

use documents::page::indented;
use engine::words::observed;
use protocol::{Fact, Mode, problems};
use register::{CloudKey, Register};
use std::fmt::Write as _;
use transcript::count;

problems! {
    /// Nothing says which key it is.
    pub(super) fn no_key_declared() = "no-key-declared" {
        "No key was named when the compromise was declared, so that there is nothing to stop."
        "Nothing was written."
        "Go back by an exception and name the key; or, where the register does not know it, stop it by its provider's page in docs/byok."
    }
}

/// What people call the materials, to stand after "needs".
pub(super) mod called {
    pub(crate) const COMPARED_STATE: &str = "what providers show, compared";
    pub(crate) const STOP: &str = "instructions to stop a key";
}

// The provider's state.
/// What every difference's id begins with.
pub(super) const STATE: &str = "state ";
pub(super) const WHICH_STATE: &str = "Which file has what the providers' tools show of their keys?";
pub(super) const SEEN_IT: &str = "We have read every difference";
pub(super) const I_COMPARED: &str = "I read what the providers show beside the register: ";

/// What both people sign.
pub(super) fn i_compared(sha256: &str, differs: usize) -> String {
    format!("{I_COMPARED}the file of SHA-256 {sha256}, {}.", count(differs, "difference", "differences"))
}

/// How the two compare, every difference in a row of its own.
pub(super) fn compared(shown: usize, known: usize, both: usize, differs: &[(String, String)]) -> Vec<Fact> {
    let mut facts = vec![
        observed("Keys that the file shows", shown.to_string()),
        observed("Keys at providers that the register knows", known.to_string()),
        observed("Of these the file shows", both.to_string()),
    ];
    if differs.is_empty() {
        facts.push(observed("Differences", "none"));
    }
    facts.extend(differs.iter().map(|(_, says)| observed("Difference, due within a week", says.as_str())));
    facts.push(observed(
        "Not checked here",
        "whether the file is what the provider said: nothing in it is signed",
    ));
    facts
}

// Stopping a key.
pub(super) const WHERE_ARE_THEY_WRITTEN: &str = "On which medium are the instructions written?";

pub(super) fn files_read_back(files: usize) -> String {
    format!("{}, each read back", count(files, "file", "files"))
}

pub(super) fn written(at: &[(String, String)], seconds: u64, dest: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> =
        at.iter().map(|(target, name)| observed(format!("To stop at {target}"), name.as_str())).collect();
    if at.is_empty() {
        facts.push(observed("To stop", "at no provider that the records here know"));
    }
    facts.push(observed("Written after the declaration", format!("{} min {} s", seconds / 60, seconds % 60)));
    facts.push(observed("Written to", dest));
    facts
}

/// The instructions as a page of text, 78 characters a line.
pub(super) fn instructions(
    mode: Mode,
    register: &Register,
    key: &str,
    at: &[&CloudKey],
    scripts: &[Result<String, String>],
) -> String {
    let mut text = String::new();
    if mode == Mode::Rehearsal {
        text.push_str("REHEARSAL: no key is stopped by this.\n\n");
    }
    let _ = writeln!(text, "STOP A KEY\n\nKey  {key}\n");
    text.push_str("AT ITS PROVIDERS\n");
    if at.is_empty() {
        text.push('\n');
        indented(
            &mut text,
            "No record on this workstation wrapped it for a provider. Look in the packs of other workstations.",
        );
    }
    for (cloud, script) in at.iter().zip(scripts) {
        match script {
            Ok(name) => {
                let _ = writeln!(text, "\n  {name}");
            }
            Err(why) => {
                text.push_str("\n  NO SCRIPT\n");
                indented(&mut text, &format!("{why} Stop it by its provider's own console."));
            }
        }
        indented(
            &mut text,
            &format!("{} at {}, wrapped in the ceremony {}.", cloud.name, cloud.target, cloud.run),
        );
        for (what, value) in cloud.prepared.iter().filter(|(_, value)| **value != cloud.name) {
            indented(&mut text, &format!("{what}: {value}."));
        }
    }
    text.push('\n');
    indented(
        &mut text,
        "These places are those of the records on this workstation, which were not verified again for this.",
    );
    indented(
        &mut text,
        "Read each script before it is run. It does nothing by itself: sh SCRIPT disable, then what follows. Disabling can be undone; deleting cannot everywhere.",
    );
    indented(
        &mut text,
        "What the key protects can be read by nobody while it is disabled. Ask whoever answers for the systems below first, unless waiting is worse.",
    );
    text.push_str("\nWHERE ELSE IT IS\n\n");
    let copies = register.copies_of(key).iter().filter(|copy| copy.place.gone_in().is_none());
    let elsewhere: Vec<String> = copies.map(|copy| copy.place.says.clone()).collect();
    if elsewhere.is_empty() {
        indented(&mut text, "In no place that a record here names.");
    }
    for says in elsewhere {
        indented(&mut text, &format!("- {says}"));
    }
    text.push_str("\nWHOM TO TELL\n\n");
    for told in whom_to_tell(register, key) {
        indented(&mut text, &format!("- {told}"));
    }
    indented(
        &mut text,
        "- Counsel, and whoever is named for breaches: whether it is one, and who has to be told by when, is for them (45 CFR 164.402 to 164.414).",
    );
    text
}

/// The system's owner, and those who hold shares of the key.
fn whom_to_tell(register: &Register, key: &str) -> Vec<String> {
    let mut told = Vec::new();
    let Some(known) = register.keys.iter().find(|known| known.check_value == key) else { return told };
    if let Some(owner) = &known.owner {
        let system = known.system.as_deref().unwrap_or("a system that no record names");
        told.push(format!("{owner}, who answers for {system}"));
    }
    let holds = |set: &String| {
        let people = register.people.iter().filter(move |p| p.holds.iter().any(|(held, _)| held == set));
        people.map(|p| format!("{}, who holds a share of the set {set}", p.name)).collect::<Vec<_>>()
    };
    told.extend(known.set.iter().flat_map(holds));
    told
}

// Rehearsals.
pub(super) const FIRST_AN_IMPORT: &str = "First a key is brought to AWS KMS, so that there is one.";

// Departures.
pub(super) const OTHER_DUES: &str = "what is due after it is not what it found different";
pub(super) const OTHER_FILE: &str = "the file that was compared is not the one in the pack";
