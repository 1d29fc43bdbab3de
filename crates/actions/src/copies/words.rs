//! What people read of the copies of a key.

pub(in crate::copies) mod guards;

use crate::key::words::labels;
use engine::words::{observed, sentence};
use protocol::{Choice, Fact, Problem, Verdict, problems};
use register::places::Place;
use std::collections::BTreeSet;

problems! {
    /// A copy that nobody has; `missing` is a sentence.
    fn missing(missing: &str) = "copy-missing" {
        "{missing}"
        "Nothing was destroyed because of it."
        "Whoever has it may use it one day. Decide whether to go on; what cannot be confirmed stays in the record."
    }

    /// Other keys in the token cannot be told from the one that was destroyed.
    pub(super) fn may_be_copies(labels: &str) = "may-be-copies" {
        "The token holds keys of which it cannot be shown that they are others than the one that was destroyed: {labels}."
        "The key is destroyed under every label that is known. Those are as they were."
        "Find out what they are. Delete what is a copy with the token's own tool, two people present; or have it decided that each is another key."
    }

    /// Missing sheets are enough by themselves.
    pub(crate) fn not_below_threshold(left: usize, needs: &str) = "not-below-threshold" {
        "{left} sheets are missing, and they are enough to rebuild the key with the wrapped file. {needs}"
        "Every sheet that was brought is shredded; the key in the token is still there."
        "Decide whether to go on. Destroying the key here does not end its life elsewhere: protect nothing with it."
    }

    /// The token has the key under a label that nobody accounted for.
    pub(crate) fn another_copy(labels: &str) = "another-copy" {
        "The token holds this key also as {labels}, which was not accounted for."
        "Nothing was destroyed in the token."
        "Find out who put it there. Give the ceremony up and begin it again: it then lists that copy too."
    }

    /// A key that was listed is not there.
    pub(crate) fn key_gone_already(labels: &str) = "key-gone-already" {
        "The key {labels} was in the token when the copies were listed; now it is not."
        "Nothing was destroyed in the token."
        "Find out who destroyed it, or whether this is another token. Begin the step again to go on from there."
    }

    /// The token still shows what it said it destroyed.
    pub(crate) fn key_not_gone() = "key-not-gone" again {
        "The token said that it destroyed the key, and still shows it."
        "What else was destroyed stays destroyed."
        "Take the token out, put it in again and begin this step again. If it still shows the key, erase the whole token by its own means."
    }
}

/// A copy that nobody has.
pub(crate) fn copy_missing(copy: &str) -> Problem {
    missing(&sentence(&format!("{copy} is missing")))
}

// Copies, each to stand in a sentence.
pub(crate) fn sheet(n: u8, sealed_in: Option<&(String, Option<String>)>) -> String {
    match sealed_in {
        Some((bag, None)) => format!("the sheet of share {n}, sealed in bag {bag} by that record"),
        Some((bag, Some(run))) => {
            format!("the sheet of share {n}, sealed in bag {bag} in the ceremony {run} since")
        }
        None => format!("the sheet of share {n}, of whose bag that record says nothing"),
    }
}

pub(crate) fn boxed(n: u8) -> String {
    format!("share {n}, encrypted to its custodian's YubiKey, which is destroyed with the key in slot 9D")
}

pub(crate) fn file(name: &str, sha256: &str) -> String {
    format!("the wrapped file {name} (SHA-256 {sha256}), wherever it was copied to")
}

pub(crate) fn here(label: &str) -> String {
    format!("the key {label} in this token")
}

pub(crate) fn elsewhere(serial: &str) -> String {
    format!("the key in the token with the serial number {serial}")
}

pub(crate) fn known(place: &Place) -> String {
    let mut says = place.says.clone();
    if let Some((became, run)) = place.became.as_ref().filter(|_| place.gone_in().is_none()) {
        says = format!("{says} (noted as {became} in the ceremony {run})");
    }
    if place.perhaps {
        says = format!(
            "{says} (perhaps of another key: the record of {} names one of the same short check value)",
            place.run
        );
    }
    says
}

/// The shares of a list, as people say them: "1, 3 and 4".
pub(crate) fn listed(shares: &[u8]) -> String {
    let words: Vec<String> = shares.iter().map(u8::to_string).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

// Asking what became of one.
pub(crate) fn what_of(copy: &str) -> String {
    format!("What of {copy}?")
}

pub(crate) fn noted(id: &str, became: &str) -> String {
    format!("{id}: {became}")
}

fn choice(id: &str, title: &str) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), note: None, refused: None }
}

pub(crate) fn destroyed_here(id: &str) -> Choice {
    choice(id, "Destroyed here; both of us saw it")
}

pub(crate) fn not_here(id: &str) -> Choice {
    choice(id, "Not here; it is to be destroyed later")
}

pub(crate) fn is_missing(id: &str) -> Choice {
    choice(id, "Missing")
}

pub(crate) fn is_brought(id: &str) -> Choice {
    choice(id, "Brought; it lies on the table")
}

pub(crate) fn destroyed_before(id: &str) -> Choice {
    choice(id, "Destroyed before; we saw the proof of it")
}

pub(crate) fn deleted_there(id: &str) -> Choice {
    choice(id, "Deleted there, or never taken in; we saw the proof of it")
}

pub(crate) fn memory_cleared(id: &str) -> Choice {
    choice(id, "Its memory was cleared, or it was destroyed; we saw the proof of it")
}

pub(crate) fn record_read(id: &str) -> Choice {
    choice(id, "We read it; what else it names is destroyed, and we saw the proof of it")
}

pub(crate) fn of_another_key(id: &str) -> Choice {
    choice(id, "It is of another key; we compared")
}

pub(crate) fn nobody_can_say(id: &str) -> Choice {
    choice(id, "Missing, or nobody can say")
}

// The sheets of a set that is replaced.
/// New shares do not make old ones useless: they still open the old wrapped file.
pub(crate) fn why_settle(set: &str, file: &str) -> Vec<Fact> {
    vec![
        observed("Older set", set),
        observed("Its sheets still open", file),
        observed("So", "destroy each sheet of that set, and every copy of that file"),
    ]
}

pub(crate) const GO_THROUGH: &str = "Go through the sheets";

pub(crate) const OF_THE_SET: &str = "Of the set ";

pub(crate) fn i_saw_of_the_set(set: &str, destroyed: &str, owed: &str, missing: &str) -> String {
    format!("{OF_THE_SET}{set} I saw destroyed: {destroyed}. Not here: {owed}. Missing: {missing}.")
}

pub(crate) fn settled(
    destroyed: &str,
    owed: &str,
    missing: &str,
    enough: bool,
    file: &str,
    lies_in: &str,
) -> Vec<Fact> {
    vec![
        observed("Sheets destroyed", destroyed),
        observed("Sheets owed", owed),
        observed("Sheets missing", missing),
        Fact {
            name: "Enough old sheets left to open the old file".to_owned(),
            expected: Some("no".to_owned()),
            observed: if enough { "yes: make a new master key if they are not found" } else { "no" }
                .to_owned(),
            verdict: if enough { Verdict::Differs } else { Verdict::Matches },
        },
        observed("Destroy every copy of", file),
        observed("One copy lies in", lies_in),
    ]
}

pub(crate) fn destroy_old_file(file: &str) -> String {
    format!("Destroy every copy of {file}, and each old sheet that is owed or found.")
}

// Listing and accounting.
pub(crate) const LOOKING: &str = "Looking for the key in the token";
pub(crate) const A_FEW_SECONDS: &str = "a few seconds";

pub(crate) fn in_this_token(labels: &[String]) -> Fact {
    let here = if labels.is_empty() { "no key of this check value".to_owned() } else { labels.join(", ") };
    observed("In this token", here)
}

/// How many places there are, and whose records name them.
pub(crate) fn places(places: &[Place]) -> Fact {
    let runs: BTreeSet<_> = places.iter().map(|p| p.run.as_str()).collect();
    let runs: Vec<_> = runs.into_iter().collect();
    let known = format!("{}, by the records of {}", places.len(), runs.join(", "));
    observed("Places where the key and its shares went", known)
}

pub(crate) const I_LOOKED_AT_EVERY_COPY: &str =
    "I looked at every copy that was brought, and what was said of the others is right.";

pub(crate) fn state(copy: &str, state: String) -> Fact {
    observed(sentence(copy), state)
}

pub(crate) fn destroyed_in(copy: &str, run: &str) -> Fact {
    observed(sentence(copy), format!("destroyed in the ceremony {run}"))
}

/// The wrapped files of a whole plan.
pub(super) fn files_of_plan(many: usize, set: &str) -> String {
    format!(
        "{} of the plan that the set {set} opens",
        transcript::count(many, "wrapped file", "wrapped files")
    )
}

// Destroying.
/// How a sheet is destroyed; the particle's size is that of NIST SP 800-88 Rev. 1, Appendix A, for paper. Revision 2 names
/// no size of its own.
pub(crate) const SHRED: &str = "open the bag in front of both, compare the share's number, and shred the sheet into \
                                particles of 1 mm by 5 mm or smaller, or burn it";
/// How a share that is a custodian box is destroyed: the box lies in every pack, so it is the key that has to go.
pub(crate) const DELETE: &str = "delete the key in slot 9D of the custodian's YubiKey with the vendor's tool in front of both (ykman piv keys delete \
     9d), or reset its PIV application, and look that the slot is empty";
pub(crate) const DESTROY_MEDIA: &str = "destroy the media it lies on, or erase them by their own means; copies in evidence packs stay, and open nothing \
     without the sheets";

pub(crate) fn destroy_now(copy: &str, how: &str) -> Vec<Fact> {
    vec![observed("Destroy now", copy), observed("How", how)]
}

pub(crate) const IT_IS_DESTROYED: &str = "It is destroyed";
pub(crate) const FEWER_THAN_REBUILD: &str = "fewer sheets left than rebuild the key";
pub(crate) const I_SAW_EVERY_COPY: &str = "I saw every copy that lay on the table destroyed.";

pub(crate) const I_SAW_SHREDDED: &str = "I saw the sheets of these shares shredded: ";

pub(crate) fn i_saw_shredded(shares: &str) -> String {
    format!("{I_SAW_SHREDDED}{shares}.")
}

pub(crate) fn shredded(shredded: &str, left: &str, enough: bool, needs: String) -> [Fact; 4] {
    [
        observed("Shredded", shredded),
        observed("Sheets left", left),
        observed("They rebuild the key", if enough { "yes, with the wrapped file" } else { "no" }),
        observed("Needed", needs),
    ]
}

pub(crate) const DESTROYING: &str = "Destroying the key in the token, and looking that it is gone";
pub(super) const CANNOT_BE_TOLD: &str = "NOT CONFIRMED: it cannot be shown that this is another key";

pub(super) fn other_key(label: &str) -> String {
    format!("another key in the token, called {}", labels(std::iter::once(label)))
}

pub(super) const NO_OTHER_KEY: &str = "every other key in the token shown to be another one";
/// What the token shows after that, for the record.
pub(crate) const SEEN_ABSENT: &str = "the token shows no key of this check value";

pub(crate) fn absent(destroyed: &[String], gone_before: &[String]) -> Vec<Fact> {
    const DESTROYED: &str = "Destroyed";
    let mut facts = vec![observed("The token now shows", "no key of this check value")];
    facts.extend(destroyed.iter().map(|l| observed(DESTROYED, l.as_str())));
    if destroyed.is_empty() {
        facts.push(observed(DESTROYED, "nothing: the key was not in this token"));
    }
    if !gone_before.is_empty() {
        facts.push(observed("Gone when this step was begun again", gone_before.join(", ")));
    }
    facts
}

// What the certificate says of a copy's end.
pub(crate) const SHEET_END: &str = "shredded or burned (Destroy); two people signed that they saw it";
pub(crate) const BOXED_END: &str =
    "the key that opens it was deleted on the custodian's YubiKey; two people signed that they saw it";
pub(crate) const MEDIA_END: &str =
    "media destroyed or erased; two people signed that they saw it; copies in evidence packs stay";
pub(crate) const TOKEN_END: &str =
    "destroyed by the token's own command (C_DestroyObject); the token then showed no such key";
pub(crate) const CLOUD_END: &str =
    "deleted there before this ceremony, or never taken in; two people signed that they saw the proof of it";
pub(crate) const PRINTER_END: &str =
    "cleared or destroyed before this ceremony; two people signed that they saw the proof of it";
pub(crate) const RECORD_END: &str =
    "two people signed that they read it, and saw the proof that what else it names is destroyed";
pub(crate) const END_BEFORE: &str =
    "destroyed before this ceremony; two people signed that they saw the proof of it";
pub(crate) const ANOTHER_KEY_END: &str =
    "of another key with the same short check value; two people signed that they compared";
pub(crate) const KEPT_END: &str = "NOT DESTROYED: the sheets guard other keys of the plan; the wrapped file ends with the plan's next backup, made without its line";
pub(crate) const NOT_CONFIRMED: &str = "NOT CONFIRMED: missing, or nobody could say";

pub(crate) fn end_in(run: &str) -> String {
    format!("destroyed in the ceremony {run}; two people signed there that they saw it")
}

pub(crate) fn token(model: &str, serial: &str) -> String {
    format!("{model}, serial number {serial}")
}

// Departures.
pub(crate) fn nobody_was_asked(place: &str) -> String {
    format!("nobody was asked about {place}")
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const COPIES: &str = "the list of the key's copies";
    pub(crate) const ACCOUNTED: &str = "copies that two people accounted for";
    pub(crate) const BELOW_THRESHOLD: &str = "fewer sheets than rebuild the key, or a decision";
    pub(crate) const KEY_GONE: &str = "a key that is gone from the token";
    pub(crate) const REST_GONE: &str = "copies that are all destroyed";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const COPIES_ACCOUNTED: &str = "Two people have to say of each copy of the key where it is.";
    pub(crate) const KEY_DESTROYED: &str = "The key in the token has to be destroyed and seen absent.";
    pub(crate) const REST_DESTROYED: &str = "The sheets and files that are left have to be destroyed.";
}

pub(super) fn nothing_was_noted(copy: &str, became: &str) -> String {
    format!("it says of {copy} that it is {became}, and that was not noted of it")
}
