//! What people read of the registers that they keep.

use incoming::Kind;
use register::{Set, Validation};

// Values.
pub(crate) const EMPTY: &str = "it is empty";
pub(crate) const CONTROL: &str = "it holds a line break or another control character; write it in one line";
pub(crate) const UNSEEN: &str = "it holds a character that nobody sees; write it anew, without copying it";
pub(crate) const SAYS_NOTHING: &str = "it says nothing; write none, or a word";
pub(crate) const MINUS: &str = "a spreadsheet takes this for a formula; write the value itself";
pub(crate) const NAMES_A_PATIENT: &str = "it looks like a social security number, a medical record number or a day of birth; nothing of it was kept, and no register of systems may name a patient";
pub(crate) const NOT_A_DAY: &str = "it is not a day of the calendar; write it as 2027-10-01 (in the spreadsheet: the column as text, or as yyyy-mm-dd)";
pub(crate) const NOT_A_NUMBER: &str = "it is not a whole number";
pub(crate) const NOT_A_SHA256: &str = "it is not a SHA-256: 64 digits, lower case";

pub(crate) fn too_long(most: usize) -> String {
    format!("it is longer than {most} characters")
}

pub(crate) fn because(value: &str, why: &str) -> String {
    format!("\"{value}\": {why}")
}

pub(crate) fn not_one_of(all: &[String]) -> String {
    format!("it is not one of {}", all.join(", "))
}

/// How people write that a day is that of somebody's birth.
pub(crate) const OF_A_PERSON: [&str; 7] =
    ["dob", "d.o.b", "date of birth", "birthdate", "birth date", "birth-date", "birthday"];

// Tables.
pub(crate) const NO_HEADING: &str = "it is empty; the first line names the columns";
pub(crate) const NO_ROW: &str = "it has a heading and no row";

pub(crate) fn not_a_table(other: &Kind) -> String {
    format!(
        "the file is {other}, and a table is wanted: in the spreadsheet, choose Save as and the type CSV UTF-8"
    )
}

pub(crate) fn former_policy(id: &str, version: &str) -> String {
    format!("{id}, version {version}")
}

pub(crate) fn former_agreement(id: &str, signed: &str) -> String {
    format!("{id}, signed {signed}")
}

pub(crate) fn id_as_listed(id: &str, listed: &str) -> String {
    format!("\"{id}\" is listed as \"{listed}\"; write it like that")
}

pub(crate) fn same_id(id: &str, first: u64) -> String {
    format!(
        "\"{id}\" stands in line {first} already; capitals, and letters that look the same, make no other"
    )
}

// Rules.
pub(crate) const KEY_WITH_DATA: &str = "the key lies where its data is (the guidance on 164.402 asks for another device or place); say in \"accepted\" why and by whom that is accepted";
pub(crate) const EXTERNAL_AT_VENDOR: &str = "an external key does not lie with the vendor";
pub(crate) const NOT_ADDRESSABLE: &str =
    "it is required: an alternative, or leaving it, is for addressable specifications (164.306(d))";
pub(crate) const ADDRESSABLE_NEEDS: &str = "an alternative has a reason, and says what is done instead";
pub(crate) const NOT_DONE_NEEDS: &str =
    "what is not done has a reason, and a day by which it is decided again";

pub(crate) fn unknown_key(key: &str) -> String {
    format!(
        "no record here knows a key with the check value {key}; write none, or the check value as the Keys page has it"
    )
}

pub(crate) fn unknown_agreement(id: &str) -> String {
    format!("no agreement here is called {id}; carry the agreements in first (keep-agreements)")
}

pub(crate) fn ends_before(end: &str, begin: &str) -> String {
    format!("{end} is before {begin}")
}

pub(crate) fn unknown_script(name: &str) -> String {
    format!("no ceremony here is called {name}")
}

pub(crate) fn no_such_citation(citation: &str) -> String {
    format!("{citation} is no standard or specification of 164.308 to 164.316; write it as 164.312(a)(2)(iv)")
}

pub(crate) fn no_such_question(question: &str) -> String {
    format!("the questionnaire has no question {question}")
}

// Answers.
pub(crate) const NOBODY: &str = "nobody yet";
pub(crate) const NOT_ANSWERED: &str = "not answered";

pub(crate) fn answered_by(person: &str, day: &str, run: &str) -> String {
    format!("{person}, {day} (record {run})")
}

pub(crate) fn from_register(register: &str) -> String {
    format!("register: {register}")
}

pub(crate) fn so_many(count: usize, what: &str) -> String {
    format!("{what} ({count})")
}

pub(crate) fn of_agreement(id: &str, says: &str) -> String {
    format!("{says} (by agreement {id})")
}

pub(crate) fn verified(verified: usize, all: usize) -> String {
    format!("verified for {verified} of {all} systems")
}

pub(crate) fn protects_until(key: &str, day: &str) -> String {
    format!("{key} protects until {day}")
}

pub(crate) fn drilled(key: &str, next: Option<&str>) -> String {
    match next {
        Some(day) => format!("{key}: the next drill is due on {day}"),
        None => format!("{key}: no drill was held yet"),
    }
}

/// What somebody looked up; the program did not.
pub(crate) fn certificate(of: &Validation) -> String {
    format!(
        "certificate {}, {}, level {}, {}, as {} looked it up",
        of.certificate, of.standard, of.level, of.status, of.by
    )
}

pub(crate) fn to_restore(key: &str, set: &Set) -> String {
    match (set.threshold, set.shares, set.sites_needed) {
        (Some(threshold), Some(shares), _) => format!("{key}: {threshold} of {shares} shares"),
        (_, _, Some(sites)) => format!("{key}: shares of {sites} sites"),
        _ => format!("{key}: by shares of the set {}", set.set),
    }
}

pub(crate) fn destroyed(key: &str, since: &str, run: &str) -> String {
    format!("{key}: record {run} of {}", since.get(..10).unwrap_or(since))
}
