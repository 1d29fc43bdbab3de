//! What people read of the room: who is there, the machine, media, and the end.

use engine::Origin;
use engine::words::{observed, sentence};
use protocol::{Fact, Mode, Verdict, problems};

problems! {
    /// Not everyone agrees to the record.
    pub(super) fn people_disagree(how_many: usize) = "people-disagree" {
        "{how_many} of those present say that the record is not right."
        "What each of them said is kept beside the record's other entries."
        "Hear them, and decide: go on, so that the record closes with their disagreement in it, or give it up."
    }

    /// A ceremony closed, and its record is not here as it ended.
    pub(super) fn registers_not_whole(runs: &str) = "registers-not-whole" {
        "Ceremonies closed on this workstation whose records are not here as they ended: {runs}. What they changed of systems, agreements, policies or safeguards is not known."
        "Nothing was changed."
        "Put the records back from a copy of the state folder, and begin again; or decide to go on by what is left."
    }

    /// The machine is not as it should be for production; each warning is a sentence.
    pub(super) fn machine_to_mend(warnings: &str) = "workstation-to-mend" {
        "{warnings}"
        "Nobody has signed in, and nothing was done."
        "Stop here, mend it, and begin again; or have it decided that the ceremony goes on in spite of it, which the record says and two people sign."
    }

    /// The roster is none that a ceremony enrolled here.
    pub(super) fn roster_not_enrolled() = "roster-not-enrolled" {
        "No ceremony that ended on this workstation enrolled these people: somebody named the file when the program was started."
        "Nobody has signed in, and nothing was done."
        "Stop here and begin with the roster that commissioning enrolled. Where new people are to take part, enrol them by commissioning; or have it decided that these take part, after comparing the roster's SHA-256 with one that was told another way."
    }

    /// These people were enrolled once.
    pub(super) fn roster_replaced() = "roster-replaced" {
        "These people were enrolled here once, and a later ceremony enrolled others in their place."
        "Nobody has signed in, and nothing was done."
        "Stop here and begin with the roster that was enrolled last; its SHA-256 stands on the newest workstation card. Or have it decided that these take part once more."
    }

    /// The record of a ceremony that may have enrolled others is gone.
    pub(super) fn roster_unknown() = "roster-unknown" {
        "Who was enrolled last is not known: the record of a ceremony that ended on this workstation is not there as it ended."
        "Nobody has signed in, and nothing was done."
        "`coffer register` names the ceremony; bring its folder back from a copy. Or compare the roster's SHA-256 with the newest workstation card, and have it decided that these people take part."
    }

    /// What was typed is no time of day.
    pub(super) fn not_a_time(typed: &str) = "not-a-time" again {
        "What was typed is no time of day: {typed}."
        "Nothing was recorded."
        "Type the hour and the minute that the watch shows, with a colon between, by the 24-hour clock: 14:05."
    }

    /// A watch shows another time than the workstation.
    pub(super) fn clock_differs(name: &str, watch: &str, clock: &str, minutes: i64) = "clock-differs" {
        "The watch of {name} shows {watch} where this computer's clock shows {clock}: they are {minutes} minutes apart, whatever the zone."
        "Nobody has signed in, and nothing was done."
        "Find out which of them is right. Stop here, set the clock and begin again; or have it decided that the ceremony goes on with this clock."
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

pub(super) const EVERY_RECORD: &str = "the record of every ceremony that closed here";

// What people sign.
pub(super) const THE_RECORD_IS_RIGHT: &str = "The record is right.";
pub(super) const THE_RECORD_IS_NOT_RIGHT: &str = "The record is not right.";
pub(super) const I_COMPARED_EVERY_ROW: &str = "I compared every row, and each is the same.";
pub(super) const I_READ_THE_ROLES: &str =
    "I read the roles and who holds them, and no person holds two that are kept apart.";

pub(super) const I_TAKE_THIS_ROSTER: &str =
    "I know that no ceremony on this workstation enrolled these people, and take part with them.";
pub(super) const MY_WATCH: &str = "I looked at this machine before anybody signed in. My watch shows ";

pub(super) fn my_watch(watch: &str, clock: &str, zone: i64) -> String {
    my_watch_in(watch, clock, &utc_and(zone))
}

fn my_watch_in(watch: &str, clock: &str, zone: &str) -> String {
    format!("{MY_WATCH}{watch}, and it is set to {zone}, where the machine's clock shows {clock}.")
}

/// What whoever's watch is recorded like this ([`watch`]) signed.
pub(super) fn signed_of_watch(recorded: &str) -> Option<String> {
    let (watch, rest) = recorded.split_once(WHERE_THE_CLOCK_SHOWED)?;
    let (clock, rest) = rest.split_once(": ")?;
    match rest.split_once(APART_IN_THE_ZONE) {
        Some((_, zone)) => Some(my_watch_in(watch, clock, zone)),
        // The first records of this format were of watches without a zone, and verify for ever.
        None => rest
            .ends_with(" minutes apart")
            .then(|| format!("{MY_WATCH}{watch} where its clock shows {clock}.")),
    }
}

const WHERE_THE_CLOCK_SHOWED: &str = " where the clock showed ";
const APART_IN_THE_ZONE: &str = " minutes apart in the zone ";
pub(super) const OTHER_WATCH: &str =
    "it does not say what the watches showed that were held against the clock";

pub(super) const I_AM_HERE: &str =
    "I am here and I take part. My watch agrees with this clock to some minutes: ";

pub(super) fn i_am_here(clock: &str) -> String {
    format!("{I_AM_HERE}{clock}.")
}

pub(super) const OTHER_DISAGREEMENT: &str = "it counts other people than it lists as those who disagree";
pub(super) const NOBODY_HEARD_THEM: &str = "people disagree, and nobody decided to go on";

// Questions and buttons.
pub(super) const COMPARE_THE_FILE: &str = "Compare the program's file";
pub(super) const SEEN_THE_MACHINE: &str = "We have looked at it";
pub(super) const A_TIME: &str = "14:05";
pub(super) const AN_ENROLLED_ROSTER: &str = "a roster that a ceremony on this workstation enrolled";
pub(super) const CLOCK_IS_RIGHT: &str = "the clock and the watch less than three minutes apart";

pub(super) fn what_does_your_watch_say(name: &str) -> String {
    format!("{name}: what does your watch show, hour and minute?")
}

/// A watch that was held against the clock, for the record.
pub(super) fn watch(watch: &str, clock: &str, minutes: i64, zone: i64) -> String {
    let zone = utc_and(zone);
    format!("{watch}{WHERE_THE_CLOCK_SHOWED}{clock}: {minutes}{APART_IN_THE_ZONE}{zone}")
}

/// A zone by its minutes from UTC.
fn utc_and(zone: i64) -> String {
    let sign = if zone < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", zone.abs() / 60, zone.abs() % 60)
}

pub(super) const READ_ALOUD: &str = "I have read them aloud";
pub(super) const WHICH_MEDIUM: &str = "Which medium is tried?";
pub(super) const SHA256_OF_THE_FILE: &str = "SHA-256 of the program's file";
pub(super) const A_SECOND_MACHINE: &str =
    "what sha256sum says of the same file on a second machine, or the release's published value";

// What should have been, of an exception.
pub(super) const EVERYONE_AGREES: &str = "everyone agrees";

// What the record says.
pub(super) const EVERY_ROW_BY_TWO: &str = "every row, by two people";
pub(super) const WRITTEN_READ_REMOVED: &str = "a file was written, read back and removed";

// What people see.
pub(super) const PROGRAMS_FILE: &str = "The program's file";
pub(super) const WRITTEN_TO: &str = "Written to and read back from";

/// What everybody hears of somebody's passphrase that was mistyped, or tried.
pub(super) fn refused_sign_ins(name: &str, times: u32) -> String {
    format!("Refused passphrases of {name}: {times}")
}

pub(super) fn exception_was(step: u32, expected: &str, happened: &str) -> String {
    format!(
        "Exception at step {step}. Expected: {} What happened: {}",
        sentence(expected),
        sentence(happened)
    )
}

pub(super) fn came_to_nothing(step: u32, happened: &str) -> String {
    format!("Step {step} did not come to its end: {}", sentence(happened))
}

pub(super) fn went_back(because: &str) -> String {
    format!("Taken back: {}", sentence(because))
}

pub(super) fn went_on_after_a_stop(utc: &str) -> String {
    format!("The ceremony was stopped, and went on at {utc}.")
}

pub(super) fn was_decided(by: &str, decision: &str, reason: &str) -> String {
    format!("Decided by the {by}: {}, because: {}", decision.replace('-', " "), sentence(reason))
}

pub(super) fn made(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

pub(super) fn to_mend(how: &str) -> Fact {
    Fact { verdict: Verdict::Differs, ..observed("To mend", how) }
}

/// Who enrolled the people, for the record.
pub(super) fn roster_from(mode: Mode, from: &Origin) -> String {
    match from {
        Origin::Ceremony(run) => format!("enrolled by the ceremony {run}"),
        _ if mode == Mode::Rehearsal => "people of a rehearsal, whom no ceremony enrolled here".to_owned(),
        Origin::ThisOne | Origin::NothingBefore => {
            "named when the program was started, and no ceremony has ended here before".to_owned()
        }
        Origin::Elsewhere => NAMED_AT_THE_START.to_owned(),
        Origin::Replaced => ENROLLED_ONCE.to_owned(),
        Origin::Unknown(_) => ENROLLED_UNKNOWN.to_owned(),
    }
}

// Whether the script was approved.
pub(super) const NOT_APPROVED: &str = "by no ceremony whose record is here";

pub(super) fn approved(run: &str, until: &str, over: bool) -> String {
    let ended = if over { ", which is over" } else { "" };
    format!("by the ceremony {run}, until {until}{ended}")
}

pub(super) fn script_approved(mode: Mode, approved: &str) -> Fact {
    let stands = approved != NOT_APPROVED && !approved.ends_with("over");
    let verdict = match mode {
        Mode::Production if !stands => Verdict::Differs,
        _ => Verdict::Noted,
    };
    Fact { verdict, ..observed("Script approved for production", approved) }
}

const NAMED_AT_THE_START: &str = "named when the program was started";
const ENROLLED_ONCE: &str = "enrolled here once, and others since";
const ENROLLED_UNKNOWN: &str = "not known, since a record of a ceremony that ended here is missing";

/// What speaks against people of this origin in production, as [`roster_from`] says it.
pub(super) fn people_are_strange(from: &str) -> Option<protocol::Problem> {
    match from {
        NAMED_AT_THE_START => Some(roster_not_enrolled()),
        ENROLLED_ONCE => Some(roster_replaced()),
        ENROLLED_UNKNOWN => Some(roster_unknown()),
        _ => None,
    }
}

/// The same for the people, with the digest that stands on the workstation card.
pub(super) fn people_are_from(mode: Mode, from: &Origin, sha256: &str) -> [Fact; 2] {
    let named = Fact { verdict: Verdict::Noted, ..observed("Who takes part", roster_from(mode, from)) };
    [named, observed("SHA-256 of the roster, to compare with the workstation card", sha256)]
}

/// What a rehearsal skips is said.
pub(super) fn a_rehearsal_goes_on() -> Fact {
    let what = "what is to be mended stops nothing here; in production somebody has to decide, and both who look sign";
    observed("In a rehearsal", what)
}

/// What a program cannot see of the machine that it runs on.
pub(super) fn not_looked_at() -> Fact {
    let what = "firmware, the system itself, radios that the system does not list, cameras, and who else has a key to the room";
    Fact { verdict: Verdict::NotProvable, ..observed("Not seen by this program", what) }
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
    pub(crate) const PREFLIGHT: &str = "a machine that was looked at";
    pub(crate) const ATTENDANCE: &str = "people who have signed in";
    pub(crate) const WORKSTATION: &str = "a workstation that was compared";
    pub(crate) const ROLES: &str = "roles that were read aloud";
    pub(crate) const TRIED_MEDIUM: &str = "a medium that was tried";
    pub(crate) const AGREEMENT: &str = "everyone's word on the record";
}

// What departs.
pub(super) const NOBODY_DECIDED_ON_THE_MACHINE: &str =
    "something on the machine was to be mended, and nobody decided to go on";
pub(super) const NOBODY_DECIDED_ON_THE_PEOPLE: &str =
    "its people were enrolled by no ceremony of the workstation, and nobody decided to take them";
