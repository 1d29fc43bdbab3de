//! What people read of the room: who is there, the machine, media, and the end.

use engine::words::observed;
use protocol::{Fact, Verdict, problems};

problems! {
    /// Not everyone agrees to the record.
    pub(super) fn people_disagree(how_many: usize) = "people-disagree" {
        "{how_many} of those present say that the record is not right."
        "What each of them said is kept beside the record's other entries."
        "Hear them, and decide: go on, so that the record closes with their disagreement in it, or give it up."
    }

    /// The machine is not as it should be for production; each warning is a sentence.
    pub(super) fn workstation_to_mend(warnings: &str) = "workstation-to-mend" {
        "{warnings}"
        "Nothing was done."
        "Mend it, or have it decided and recorded that the ceremony goes on without."
    }

    /// The program's own file has no digest.
    pub(super) fn program_unreadable() = "program-unreadable" {
        "The program's own file cannot be read, so nothing can be compared."
        "Nothing was recorded."
        "Install the program so that its users may read it, and begin again."
    }

    /// A comparison found another row.
    pub(super) fn value_differs(name: &str, what: &str) = "value-differs" {
        "{name} did not find every row the same: {what}."
        "Nothing was recorded as compared."
        "Look again at both sides. If a row differs, do not use this workstation: install it anew."
    }
}

// What people sign.
pub(super) const THE_RECORD_IS_RIGHT: &str = "The record is right.";
pub(super) const THE_RECORD_IS_NOT_RIGHT: &str = "The record is not right.";
pub(super) const I_COMPARED_EVERY_ROW: &str = "I compared every row, and each is the same.";
pub(super) const I_READ_THE_ROLES: &str =
    "I read the roles and who holds them, and no person holds two that are kept apart.";

pub(super) const I_AM_HERE: &str =
    "I am here and I take part. My watch agrees with this clock to some minutes: ";

pub(super) fn i_am_here(clock: &str) -> String {
    format!("{I_AM_HERE}{clock}.")
}

// Questions and buttons.
pub(super) const COMPARE_THE_FILE: &str = "Compare the program's file";
pub(super) const READ_ALOUD: &str = "I have read them aloud";
pub(super) const WHICH_MEDIUM: &str = "Which medium is tried?";
pub(super) const SHA256_OF_THE_FILE: &str = "SHA-256 of the program's file";
pub(super) const A_SECOND_MACHINE: &str =
    "what sha256sum says of the same file on a second machine, or the release's published value";

// What should have been, of an exception.
pub(super) const EVERYONE_AGREES: &str = "everyone agrees";
pub(super) const NOTHING_TO_MEND: &str = "nothing to mend on this machine";

// What the record says.
pub(super) const EVERY_ROW_BY_TWO: &str = "every row, by two people";
pub(super) const WRITTEN_READ_REMOVED: &str = "a file was written, read back and removed";

// What people see.
pub(super) const PROGRAMS_FILE: &str = "The program's file";
pub(super) const WRITTEN_TO: &str = "Written to and read back from";

pub(super) fn made(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

pub(super) fn to_mend(warning: &str) -> Fact {
    let verdict = Verdict::Differs;
    Fact { verdict, ..observed("To mend before a production ceremony", warning) }
}

pub(super) fn no_swap_and_no_network() -> Fact {
    observed("Swap and network", "no swap is on and no interface is up, as the system says")
}

pub(super) fn which_program_runs() -> Fact {
    let says =
        "a program cannot vouch for itself: two people compare its file with what a second machine says";
    Fact { verdict: Verdict::NotProvable, ..observed("Which program runs", says) }
}

pub(super) fn who_holds(names: &[&str], apart_from: &[String]) -> String {
    let apart =
        if apart_from.is_empty() { String::new() } else { format!("; not also {}", apart_from.join(", ")) };
    format!("{}{apart}", names.join(", "))
}

/// The file that is written to a medium and taken away again.
pub(super) const ON_THE_MEDIUM: &str = "Cofferdam tried this medium. The file can be deleted.\n";

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const SIGNING_KEY: &str = "the key that signs the record";
    pub(crate) const ATTENDANCE: &str = "people who have signed in";
    pub(crate) const WORKSTATION: &str = "a workstation that was compared";
    pub(crate) const ROLES: &str = "roles that were read aloud";
    pub(crate) const TRIED_MEDIUM: &str = "a medium that was tried";
    pub(crate) const AGREEMENT: &str = "everyone's word on the record";
}
