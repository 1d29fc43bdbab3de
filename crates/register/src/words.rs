//! What people read of the register.

use crate::bags::Whereabouts;
use crate::{Key, KeyState, Set, SetState, Sheet, SheetState};
use std::fmt::{self, Display, Formatter};
use transcript::count;

/// The place of a bag whose record names no site.
pub(crate) const NOT_RECORDED: &str = "not recorded";

/// A sheet, as the ledger of bags knows it.
pub(crate) fn item(set: &str, share: u8) -> String {
    format!("share {share} of {set}")
}

/// A bag's number that a rehearsal proposed, told from the same number of other rehearsals.
pub(crate) fn practice_bag(bag: &str, run: &str, entry: u64) -> String {
    format!("{bag} of {run}, {entry}")
}

/// Whether a bag's number is this one of a rehearsal, as [`practice_bag`] has it.
pub(crate) fn is_practice_bag(number: &str, bag: &str) -> bool {
    number.strip_prefix(bag).is_some_and(|rest| rest.starts_with(" of "))
}

pub(crate) fn keys_of_a_plan(keys: &str) -> String {
    count(keys, "key", "keys") + " of a plan"
}

impl Display for Whereabouts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sealed { bag, site } => write!(f, "in the closed bag {bag} at {site}"),
            Self::OnItsWay { bag, to } => write!(f, "in the closed bag {bag} on its way to {to}"),
            Self::Open { bag } => write!(f, "out of its last bag {bag}"),
            Self::Destroyed => f.write_str("destroyed"),
        }
    }
}

impl Display for SheetState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sealed => "sealed",
            Self::OnItsWay => "on its way",
            Self::Open => "open",
            Self::Destroyed => "destroyed",
            Self::ToBeDestroyed => "to be destroyed",
            Self::Missing => "missing",
        })
    }
}

impl Display for SetState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InUse => "in use",
            Self::Replaced => "replaced",
            Self::Void => "void",
            Self::GivenUp => "given up",
            Self::KeyDestroyed => "its key is destroyed",
            Self::NotClosed => "its ceremony is not closed",
        })
    }
}

// What is owed.
pub(crate) const AT_NO_END: &str = "This ceremony is at no end: resume it, or give it up by decision.";

pub(crate) fn does_not_verify(entry: u64, why: &str) -> String {
    format!("Entry {entry} of the record does not verify: {why}. What follows it is not in here.")
}

/// Nothing is owed about a sheet that is sealed or destroyed.
pub(crate) fn sheet_owed(sheet: &Sheet) -> Option<String> {
    let Sheet { set, share, bag, place, .. } = sheet;
    if sheet.state == SheetState::Sealed && sheet.seal.as_deref() == Some("broken") {
        return Some(format!(
            "The seal of bag {} with share {share} of {set} is damaged: look into it, and decide whether the share still counts.",
            bag.as_deref().unwrap_or("of no number")
        ));
    }
    match sheet.state {
        SheetState::Open => Some(format!(
            "Share {share} of {set} was opened and not sealed again; it was in bag {}.",
            bag.as_deref().unwrap_or("of no number")
        )),
        SheetState::OnItsWay => Some(format!(
            "Bag {} with share {share} of {set} left for {place} and has not arrived: find it.",
            bag.as_deref().unwrap_or("of no number")
        )),
        SheetState::ToBeDestroyed => {
            Some(format!("The sheet of share {share} of {set} has to be destroyed."))
        }
        SheetState::Missing => {
            Some(format!("The sheet of share {share} of {set} is missing: find and destroy it."))
        }
        SheetState::Sealed | SheetState::Destroyed => None,
    }
}

pub(crate) fn sealed_of_no_use(sheet: &Sheet, set: &Set) -> String {
    format!("Share {} of {} is sealed, and its set is {}.", sheet.share, set.set, set.state)
}

pub(crate) fn drill(set: &Set, today: &str) -> String {
    match &set.next_drill {
        Some(day) if day.as_str() < today => format!("{}: the drill due on {day} is overdue", set.set),
        Some(day) => format!("{}: the next drill is due on {day}", set.set),
        None => format!("{}: no drill is recorded", set.set),
    }
}

// Keys.
pub(crate) const YES: &str = "yes";
pub(crate) const NO: &str = "no";
pub(crate) const MADE_ELSEWHERE: &str = "by no ceremony whose record is here";

/// Where a key was made, by what its token says of it.
pub(crate) fn made_where(local: Option<&str>) -> String {
    match local {
        Some(YES) => "in its token, as the token says".to_owned(),
        Some(says) => format!("not known: whether in its token is answered with {says}"),
        None => "not known".to_owned(),
    }
}

impl Display for KeyState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreActivation => "pre-activation",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deactivated => "deactivated",
            Self::Compromised => "compromised",
            Self::Destroyed => "destroyed",
        })
    }
}

pub(crate) fn not_that_state(key: &str, was: KeyState, next: KeyState) -> String {
    format!("the key {key} is {was}, and from that it cannot become {next}")
}

pub(crate) fn not_those_days(key: &str) -> String {
    format!(
        "other days were set for the key {key}, and they do not follow one another, or have no reason or approver"
    )
}

pub(crate) fn no_such_bag(bag: &str) -> String {
    format!("bag {bag} moved, and no record here says what is in it")
}

pub(crate) fn id_of_two(id: &str, was: &str, is: &str) -> String {
    format!("the id {id} was {was}'s before, and is {is}'s here")
}

// What is due.
pub(crate) fn due_receipt(target: &str, name: &str, run: &str) -> String {
    format!(
        "The bundle for {name} ({target}) of the ceremony {run} needs its receipt: import it, and read what the provider says (byok-receipt)."
    )
}

pub(crate) fn due_renewal(target: &str, name: &str) -> String {
    format!("The provider {target} forgets {name} on that day: bring it the key again before.")
}

pub(crate) fn due_drill(set: &Set) -> String {
    let first = if set.next_drill.is_some() { "next" } else { "first" };
    format!("The {first} drill of the set {} (drill).", set.set)
}

pub(crate) fn due_leaver(name: &str, set: &str) -> String {
    format!("{name} has left and holds a share of the set {set}: change its custodians (change-custodian).")
}

pub(crate) fn due_yubikey(name: &str, serial: &str) -> String {
    format!(
        "{name} has left and can still sign with the YubiKey {serial}: write a roster without it (commission-workstation), and say what became of it (decommission)."
    )
}

pub(crate) fn due_validation(serial: &str, certificate: &str) -> String {
    format!(
        "The validation record of the token {serial} (certificate {certificate}) is a year old: look the certificate up again (validation-record)."
    )
}

pub(crate) fn due_review_of_system(id: &str, name: &str) -> String {
    format!("Look again at how the keys of the system {id} ({name}) are kept (keep-systems).")
}

pub(crate) fn due_agreement(id: &str, party: &str) -> String {
    format!(
        "The agreement {id} with {party} is to be renewed or ended by then: do that, and say so (keep-agreements)."
    )
}

pub(crate) fn due_review_of_policy(id: &str, title: &str) -> String {
    format!("Look again at the policy {id} ({title}), and say so (keep-policies).")
}

pub(crate) fn due_safeguard(citation: &str) -> String {
    format!("What was decided of {citation} is to be done by then, or to be decided again (keep-safeguards).")
}

pub(crate) fn due_approval(script: &str, policy: &str) -> String {
    format!(
        "The policy {policy} is another by now than the one that the approval of {script} follows: read both, and approve the script again (approve-script)."
    )
}

pub(crate) fn register_before(kind: &str, run: &str) -> String {
    format!(
        "Run {run} changed the register of kind {kind} as it stood elsewhere: the records here have it otherwise. A record may be missing."
    )
}

pub(crate) fn register_after(kind: &str, run: &str) -> String {
    format!("After run {run} the register of kind {kind} is not what its record says that it came to.")
}

pub(crate) fn register_unlisted(kind: &str, run: &str) -> String {
    format!(
        "Run {run} is not on the list of ended ceremonies as it lies here: what it says of the register of kind {kind} does not count."
    )
}

/// What such a due is called, before the key's check value.
pub(crate) const END_OF_BACKUP: &str = "end of backup ";

/// Between two sets that open what is left of one key.
pub(crate) const AND_THE_SET: &str = " and the set ";

pub(crate) fn due_end_of_backup(check_value: &str, set: &str) -> String {
    format!(
        "The key {check_value} is destroyed but for its wrapped file, which the set {set} opens with the other keys of its plan: leave its line out of the plan's next backup (change-plan-custodians)."
    )
}

pub(crate) fn due_rotation(key: &Key) -> String {
    format!(
        "The key {} may protect nothing more from that day on: put a new one in its place.",
        key.check_value
    )
}

// What cannot have happened.
pub(crate) fn contradiction(run: &str, entry: u64, why: &str) -> String {
    format!("{run}, entry {entry}: {why}")
}

pub(crate) fn came_in_another_bag((set, share): (&str, u8), bag: &str, recorded: &str) -> String {
    format!("share {share} of {set} came in bag {bag}, and it was sealed in {recorded}")
}

pub(crate) fn brought_from_elsewhere((set, share): (&str, u8), place: &Whereabouts) -> String {
    format!("share {share} of {set} was brought, and by the records it is {place}")
}

// Places where a key went, each to stand in a sentence.
pub(crate) const NOT_AT_HAND: &str = "it is not at hand";
pub(crate) const UNKNOWN: &str = "unknown";

pub(crate) fn unread(run: &str, why: &str) -> String {
    format!("whatever the record of the ceremony {run} names beside what is listed here: {why}")
}

pub(crate) fn key_in_token(label: &str, serial: &str) -> String {
    format!("the key {label} in the token with the serial number {serial}")
}

pub(crate) fn key_in_other_token(serial: &str) -> String {
    format!("the key in the token with the serial number {serial}")
}

pub(crate) fn perhaps_in_token(serial: &str, step: &str, run: &str) -> String {
    format!(
        "the key in the token with the serial number {serial}, where the step {step} of the ceremony {run} may have \
         put it, which broke off"
    )
}

pub(crate) fn wrapped_file(name: &str, sha256: &str) -> String {
    format!("the wrapped file {name} (SHA-256 {sha256}), wherever it was copied to")
}

pub(crate) fn sheet(share: usize, set: &str) -> String {
    format!("the sheet of {}", share_of(share, set))
}

fn share_of(share: usize, set: &str) -> String {
    format!("share {share} of the set {set}")
}

pub(crate) fn encrypted(share: usize, set: &str) -> String {
    format!("{}, encrypted to its custodian's YubiKey", share_of(share, set))
}

pub(crate) fn sealed_sheet(share: usize, set: &str, bag: &str, run: &str) -> String {
    format!("the sheet of {}, sealed in bag {bag} by the record of {run}", share_of(share, set))
}

pub(crate) fn printers(set: &str, printer: &str) -> String {
    format!("what printers may remember of the sheets of the set {set}: {printer}")
}

pub(crate) fn bundle(target: &str, name: &str, run: &str) -> String {
    format!("the bundle for {target} ({name}) of the ceremony {run}, wherever it was written or copied to")
}

pub(crate) fn cloud_key(target: &str, name: &str, prepared: &str) -> String {
    format!("the key in {target} that it was wrapped for: {name}{prepared}")
}

// Why an index is not used.
pub(crate) const FILE_GONE: &str = "its file is gone";
pub(crate) const LAST_WORD_MISSING: &str = "its last word is missing";
pub(crate) const NOT_THE_VALUES: &str = "its values are not all there, or not the ones written";
pub(crate) const NOT_THE_VALUE: &str = "a value is not the one written";
pub(crate) const BROKE_OFF: &str = "the database broke off";
pub(crate) const NO_ANSWER: &str = "the database does not answer";

pub(crate) fn folder_too_large(bytes: u64) -> String {
    format!("its folder has {bytes} bytes")
}

pub(crate) fn key_missing(key: &str) -> String {
    format!("{key} is missing")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The index and `--json` have the words that people read.
    #[test]
    fn a_state_is_stored_as_it_is_said() {
        use SetState::{GivenUp, InUse, KeyDestroyed, NotClosed, Replaced, Void};
        use SheetState::{Destroyed, Missing, OnItsWay, Open, Sealed, ToBeDestroyed};
        for state in [InUse, Replaced, Void, GivenUp, KeyDestroyed, NotClosed] {
            assert_eq!(serde_json::json!(state), state.to_string());
        }
        for state in [Sealed, OnItsWay, Open, Destroyed, ToBeDestroyed, Missing] {
            assert_eq!(serde_json::json!(state), state.to_string());
        }
    }
}
