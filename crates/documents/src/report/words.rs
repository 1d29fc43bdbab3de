//! What the report says.

mod of_facts;

pub(super) use of_facts::{
    CERTIFICATE, CERTIFIED, CERTIFIES_PRACTICE, DAY, DONE_HERE, HEAD_BEGINS, NEXT_DRILL, NOT_ALL_COPIES,
    OF_THE_KEY, PATH, SHARES_DEALT, SIGNER, SIGNS, begins, certificate_title, certifies, dealt,
};

use super::record::Record;
use transcript::{Kind, Level, count};

// The first page.
pub(super) const REHEARSAL: &str = "REHEARSAL. The people may be fictional and the keys are for practice: this report is evidence of practice, of no production key.";
pub(super) const GIVEN_UP: &str =
    "GIVEN UP. This ceremony was ended before it was done. Nothing that was made in it may be used.";
pub(super) const NO_END: &str = "NOT ENDED. The record goes on, or was cut off: it has no last word.";
pub(super) const RESULT: &str = "Result";
pub(super) const CEREMONY: &str = "Ceremony";
pub(super) const PURPOSE: &str = "Purpose";
pub(super) const SCRIPT: &str = "Script";
pub(super) const SCRIPT_WORDS: &str = "Its hash begins";
pub(super) const BEGUN: &str = "Begun";
pub(super) const BEGUN_UTC: &str = "Begun (UTC)";
pub(super) const ENDED: &str = "Last entry";
pub(super) const LASTED: &str = "Lasted";
pub(super) const DEVICE: &str = "Device";
pub(super) const SOFTWARE: &str = "Kind of device";
pub(super) const SOFTWARE_SAYS: &str = "software: its keys are in the computer, outside any device";
pub(super) const PEOPLE: &str = "Took part";
pub(super) const NOBODY_SIGNED_IN: &str = "nobody signed in";
pub(super) const MADE: &str = "What was made or shown";
pub(super) const NOTHING_MADE: &str = "The record names nothing that was made.";
pub(super) const EXCEPTIONS: &str = "Exceptions and decisions";
pub(super) const NO_EXCEPTION: &str = "None: no exception was raised, no step failed, no sign-in or PIN was refused, and nothing had to be decided.";
pub(super) const NOT_SHOWN: &str = "What could not be shown";
pub(super) const NOT_WHAT_HAPPENED: &str =
    "That what was written down is what happened. That is what the people signed for.";
pub(super) const SIGNED_BY: &str = "Whose key signed";
pub(super) const NO_SIGNER: &str =
    "No key signed this record: it ended before the step that begins to sign it.";
pub(super) const HEAD: &str = "Where the record ends";
pub(super) const NEXT: &str = "What has to happen next";

pub(super) fn title(record: &Record<'_>) -> String {
    format!("Report: {}", record.title)
}

pub(super) fn result(record: &Record<'_>) -> &'static str {
    match record.ended {
        Some(Kind::Abandoned) => "given up",
        Some(_) => "closed: every step was done, and nothing was owed at the end",
        None => "not ended",
    }
}

pub(super) fn in_short(record: &Record<'_>) -> &'static str {
    match record.ended {
        Some(Kind::Abandoned) => "given up",
        Some(_) => "closed",
        None => "not ended",
    }
}

pub(super) fn script(name: &str, version: u64) -> String {
    format!("{name}, version {version}")
}

pub(super) fn lasted(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match hours {
        0 => count(rest, "minute", "minutes"),
        _ => format!("{} and {}", count(hours, "hour", "hours"), count(rest, "minute", "minutes")),
    }
}

pub(super) fn device(model: &str, firmware: &str, serial: &str) -> String {
    if model.is_empty() {
        return String::new();
    }
    let firmware = if firmware.is_empty() { String::new() } else { format!(", firmware {firmware}") };
    let serial = if serial.is_empty() { String::new() } else { format!(", serial number {serial}") };
    format!("{model}{firmware}{serial}, as it says of itself")
}

pub(super) fn person(name: &str, role: &str) -> String {
    format!("{name}, {role}")
}

pub(super) fn people(many: u64) -> String {
    format!("{}; names are withheld at this level", count(many, "person", "people"))
}

pub(super) fn signer(sha256: &str) -> String {
    format!(
        "The key whose public half has the SHA-256 {sha256}. This report does not know whose key that is: anybody can make \
         one. Compare it with a value that came another way, such as the workstation card or what people noted when the \
         ceremony ended."
    )
}

pub(super) fn head(entries: u64) -> String {
    format!(
        "After {}, with this value. Whoever noted it at the end, or heard it read aloud, can tell that nothing was changed \
         or cut off since.",
        count(entries, "entry", "entries")
    )
}

pub(super) fn of_level(level: Level) -> String {
    let withheld = match level {
        Level::Public => {
            "names, serial numbers, places and everything else that is for auditors or for the organisation alone"
        }
        _ => "what is for the organisation alone",
    };
    format!("This is a copy for a reader who may not have everything. Withheld: {withheld}.")
}

// People.
pub(super) const PEOPLE_AND_SIGNATURES: &str = "People, and how each signed";
pub(super) const NAMES_WITHHELD: &str = "Names are withheld at this level. By role:";
pub(super) const NAME: &str = "Name";
pub(super) const ROLE: &str = "Role";
pub(super) const ACTED: &str = "Steps done";
pub(super) const CONFIRMED: &str = "Steps confirmed";
pub(super) const SIGNED_IN: &str = "Signed in";
pub(super) const SIGNS_WITH: &str = "Signs with";
pub(super) const STEPS: &str = "Steps";
pub(super) const WITH_PASSPHRASE: &str = "their passphrase";
pub(super) const WITH_WHAT_IS_NOT_HERE: &str =
    "not stated at this level; nothing here is signed with a YubiKey of theirs";
pub(super) const HOW_PEOPLE_SIGN: &str = "A signature with somebody's own YubiKey can be checked by every later reader. What people signed with a passphrase was \
     checked by the workstation, whose own key signs for it.";
pub(super) fn others(names: &str) -> String {
    format!("In the roster, and took no part: {names}.")
}

pub(super) const DISAGREEMENTS: &str = "Who disagrees with the record";
pub(super) const PERSON: &str = "person";

pub(super) fn acts(acted: u32, confirmed: u32) -> String {
    format!("{acted} done, {confirmed} confirmed")
}

pub(super) fn with_yubikey(serial: u32, signed: u32) -> String {
    format!("their own YubiKey, serial number {serial}: {}", count(signed, "signature", "signatures"))
}

pub(super) fn with_a_yubikey(signed: u32) -> String {
    format!("their own YubiKey: {}", count(signed, "signature", "signatures"))
}

pub(super) fn disagrees(name: &str, what: &str) -> String {
    format!("{name}: {what}")
}

// Keys.
pub(super) const KEYS: &str = "Keys, copies and shares";
pub(super) const KEYS_OF_THE_PLAN: &str = "The keys of the plan";
pub(super) const LINE: &str = "Line";
pub(super) const LABEL: &str = "Label";
pub(super) const KIND: &str = "Kind";
pub(super) const CHECK_VALUE: &str = "Check value";
pub(super) const FOR: &str = "For";
pub(super) const NO_PLACE: &str = "This record names no place that a key went to.";
pub(super) const FLOW: &str = "Where the key went";
pub(super) const FLOW_SAYS: &str =
    "From left to right: what came from what. The table below the picture says the same.";
pub(super) const WHAT: &str = "What";
pub(super) const COMES_FROM: &str = "Comes from";
pub(super) const HOW: &str = "How";
pub(super) const BECAME: &str = "What became of it";
pub(super) const NOTHING_BEFORE: &str = "nothing before it here";
pub(super) const IN_A_TOKEN: &str = "In a token";
pub(super) const WRAPPED_FILE: &str = "Wrapped file";
pub(super) const SHEETS: &str = "Share sheets";
pub(super) const ON_YUBIKEYS: &str = "Shares for YubiKeys";
pub(super) const AT_A_PROVIDER: &str = "At a provider";
pub(super) const BUNDLE: &str = "Bundle";
pub(super) const PRINTERS: &str = "Printers";
pub(super) const UNREAD: &str = "Not known here";
pub(super) const NO_VALIDATION: &str = "No validation record of this device was read in this ceremony: whether its module is validated is not said here.";

/// Where the words for a place go into details that a box has no room for.
pub(super) const LEFT_OFF_IN_BOXES: [&str; 3] = [" (SHA-256", " of the ceremony", ", wherever"];

pub(super) fn validation(certificate: &str, standard: &str, status: &str, looked_up: &str) -> String {
    format!(
        "Of the device somebody looked up the certificate {certificate} ({standard}), whose status was {status} on \
         {looked_up}. This program cannot look it up: see whether it is so today."
    )
}

// Many entries of a plan's lines in one.
pub(super) const ENTRIES: &str = "Entries";
pub(super) const LINES: &str = "Lines of the plan";
pub(super) const SAY_OF_EACH: &str = "What they say of each";
pub(super) const READ_THEM: &str = "Where to read it";
pub(super) const IN_THE_RECORD: &str = "what became of each line is in the table of the keys of the plan, above; each entry whole is a \
     line of transcript.jsonl";

pub(super) fn from_to(from: impl std::fmt::Display, to: impl std::fmt::Display) -> String {
    format!("{from} to {to}")
}

pub(super) fn validation_known(known: &str) -> String {
    format!(
        "No validation record of this device was read in this ceremony. On this workstation an earlier one had read: {known}. \
         This program cannot look it up: see whether it is so today."
    )
}

pub(super) fn as_expected(text: &str) -> String {
    format!("{text}\nas expected: the same")
}

pub(super) fn not_as_expected(text: &str, expected: &str) -> String {
    format!("{text}\nNOT as expected: {expected}")
}

pub(super) fn several(many: usize, head: &str) -> String {
    format!("{many}: {}", head.to_lowercase())
}

pub(super) fn became(what: &str, run: &str) -> String {
    format!("{what}, by the record of {run}")
}

pub(super) fn and_became(text: &str, became: &str) -> String {
    format!("{text}\nBecame: {became}")
}

pub(super) fn comes_from(head: &str, text: &str, from: &str) -> String {
    format!("{head} ({}) comes from: {}.", text.replace('\n', ", "), from.to_lowercase())
}

pub(super) fn stands(head: &str, text: &str) -> String {
    format!("{head} ({}).", text.replace('\n', ", "))
}

// Timeline.
pub(super) const TIMELINE: &str = "Timeline";
pub(super) const ACT: &str = "Act";
/// What stands after a time.
pub(super) const UTC: &str = " UTC";
pub(super) const DONE: &str = "Done";
pub(super) const TOOK: &str = "Took";
pub(super) const BETWEEN: &str = "Pauses, stops and ways back";
pub(super) const NO_PAUSE: &str =
    "No pause of ten minutes or more, no stop, no way back. Times are those of the workstation's clock.";

pub(super) fn took(seconds: i64) -> String {
    match seconds {
        s if s < 60 => count(s, "second", "seconds"),
        s => count((s + 30) / 60, "minute", "minutes"),
    }
}

pub(super) fn pause(since: &str, minutes: i64) -> String {
    format!("{since}: nothing was written for {}.", count(minutes, "minute", "minutes"))
}

pub(super) fn resumed(at: &str) -> String {
    format!("{at}: taken up again after a stop.")
}

pub(super) fn taken_back(at: &str, to: &str) -> String {
    format!("{at}: the script went back to the step {to}.")
}

pub(super) fn clock_went_back(at: &str) -> String {
    format!("{at}: the clock shows an earlier time than the entry before.")
}

// Departures.
pub(super) const DEPARTURES: &str = "Exceptions, refused attempts and decisions, in full";
pub(super) const AN_EXCEPTION: &str = "exception";
pub(super) const A_FAILED_STEP: &str = "failed step";
pub(super) const A_WAY_BACK: &str = "way back";
pub(super) const A_DECISION: &str = "decision";
pub(super) const ROWS: &str = "Rows";

pub(super) fn so_many_rows(rows: usize) -> String {
    format!("{rows} rows, which the record has")
}

pub(super) const A_NOTE: &str = "note";
pub(super) const STEP: &str = "step";

pub(super) fn pair(name: &str, text: &str) -> String {
    format!("{name}: {text}")
}

pub(super) fn departed(at: &str, kind: &str, what: &str) -> String {
    format!("{at}, {kind}: {what}")
}

pub(super) fn departed_at(kind: &str, at: &str, seq: u64) -> String {
    let mut chars = kind.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}, {at}, entry {seq}", chars.as_str())
}

pub(super) fn and_more(many: usize) -> String {
    format!("And {many} more, each in full further on.")
}

// Acts.
pub(super) const ACTS: &str = "Step by step";
pub(super) const ACTS_SAY: &str = "Every entry of the record but its signatures, in order. Times are those of the workstation's clock, in UTC. What the \
     names mean stands at the end.";
pub(super) const ACTED_BY: &str = "Done by";
pub(super) const CONFIRMED_BY: &str = "Confirmed by";
pub(super) const EXPECTED: &str = "To be seen";
pub(super) const FILES: &str = "Files";
pub(super) const OWED_FROM_HERE: &str = "Owed from here";
pub(super) const SETTLED: &str = "Settled";
pub(super) const ENTRY: &str = "Entry";
pub(super) const STATEMENT: &str = "signed with their YubiKey";
pub(super) const AT: &str = "At";
pub(super) const OPENED: &str = "the record was opened";
pub(super) const ABOUT_TO: &str = "about to act";
pub(super) const OUTCOME: &str = "done";
pub(super) const FAILED: &str = "did not end";
pub(super) const CHECKPOINT: &str = "signed";
pub(super) const RESUMED: &str = "taken up again";
pub(super) const TAKEN_BACK: &str = "gone back";
pub(super) const CLOSED: &str = "closed";
pub(super) const ABANDONED: &str = "given up";

pub(super) fn step(number: Option<u32>, says: &str) -> String {
    number.map_or_else(|| says.to_owned(), |number| format!("Step {number}: {says}"))
}

pub(super) fn entry(seq: u64, at: &str, kind: &str) -> String {
    format!("{seq}, {at}, {kind}")
}

// For the auditor.
pub(super) const FILES_OF_THE_PACK: &str = "Files";
pub(super) const NO_FILES: &str = "The record names no file.";
pub(super) const BYTES: &str = "Bytes";
pub(super) const SHA256: &str = "SHA-256";
pub(super) const CHECKED: &str = "What was checked when this report was made";
pub(super) const CHECKED_SAYS: &str = "By the program that made the record, of its own record: no check by anybody else. Check it again, with another copy of \
     the program or by hand.";
pub(super) const FOR_THE_AUDITOR: &str = "How to check this, and what it proves";
pub(super) const HOW_TO_CHECK: [&str; 4] = [
    "In the folder of the evidence pack: sha256sum -c SHA256SUMS. Every line has to end in OK.",
    "openssl dgst -sha256 -verify signer.pem -signature SHA256SUMS.sig SHA256SUMS has to say Verified OK.",
    "coffer verify FOLDER --signer FINGERPRINT checks the record entry by entry against its script, with the fingerprint of \
     the workstation's key that came another way than the pack.",
    "coffer report FOLDER makes this report again from the record; its bytes have to be those of the file in the pack.",
];
pub(super) const PROVEN: &str = "What is proven where all of that holds";
pub(super) const IS_PROVEN: [&str; 3] = [
    "The files are the ones that were signed, unchanged, by whoever holds the key in signer.pem.",
    "The record was written in this order, and nothing in it was changed since it was signed.",
    "Its entries follow the script in the pack: who acts, who confirms, what has to be there before a step, and what is owed.",
];
pub(super) const NOT_PROVEN: &str = "What is not";
pub(super) const IS_NOT_PROVEN: [&str; 4] = [
    "Whose key that is, until it was compared with a value that came another way.",
    "That what was written down is what happened: the people signed for it.",
    "That a provider took the key in, before its receipt was read. That a provider deleted a key is its word.",
    "That no copy exists that the record does not name, such as a photograph of a sheet.",
];

pub(super) fn checked(holds: bool, says: &str) -> String {
    if holds { format!("Holds: {says}") } else { format!("DOES NOT HOLD: {says}") }
}

// The appendix.
pub(super) const NAMES: &str = "What the names mean";
pub(super) const NAMES_SAY: &str = "Each name that stands in the steps above, and what it says.";

pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";
pub(super) const NONE: &str = "none";
