//! What people read of the engine itself.

mod problems;

pub(crate) use problems::*;
pub use problems::{
    no_locked_memory, not_an_answer, out_of_order, record_disagrees, token_removed, wrong_passphrase,
};

pub(crate) use facts::{PASSPHRASE_REFUSED, PIN_OF_THE_FACTORY, PIN_REFUSED};
use protocol::{Choice, Fact, LockedBy, Problem, ReadAloud, Verdict};
use script::Plan;
use script::declared::Declared;
use std::fmt::Display;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{PackError, count};

/// A refusal of locked memory.
pub fn memory(e: secrets::SecretError) -> Problem {
    no_locked_memory(&e.to_string())
}

/// The journal's refusal.
pub fn journal(e: impl Display) -> Problem {
    transcript_failed(e.to_string().trim_end_matches('.'))
}

pub(crate) fn pack(e: &PackError) -> Problem {
    pack_not_written(&sentence(&e.to_string()))
}

/// A YubiKey's refusal in the three sentences.
pub fn piv(e: &piv::PivError) -> Problem {
    let problem = Problem::new(e.code(), sentence(&e.happened()), e.unchanged(), sentence(e.to_do()));
    if e.again() { problem.can_try_again() } else { problem }
}

/// A YubiKey's refusal in one line.
pub(crate) fn sentences(e: &piv::PivError) -> String {
    format!("{} {}", sentence(&e.happened()), sentence(e.to_do()))
}

/// Unix seconds as people read them, in UTC (RFC 3339).
pub fn utc(unix: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix).ok().and_then(|t| t.format(&Rfc3339).ok()).unwrap_or_default()
}

/// An error's text as a sentence.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// A fact that was observed, with nothing expected.
pub fn observed(name: impl Into<String>, observed: impl Into<String>) -> Fact {
    Fact { name: name.into(), expected: None, observed: observed.into(), verdict: Verdict::Noted }
}

/// A fact beside what was expected.
pub fn expected(name: &str, expected: &str, observed: &str) -> Fact {
    let verdict = if expected == observed { Verdict::Matches } else { Verdict::Differs };
    Fact {
        name: name.to_owned(),
        expected: Some(expected.to_owned()),
        observed: observed.to_owned(),
        verdict,
    }
}

// What the record says in notes and reasons.
pub(crate) const RESTATED_DIFFERENTLY: &str = "a confirmer restated a fact differently";
/// Shows in the record that the room was alive while it waited for a device.
pub(crate) const SIGN_OF_LIFE: &str = "the work goes on";
/// What is signed to unlock a screen.
pub(crate) const I_UNLOCK: &str = "I am back at the screen, and the ceremony goes on where it stood.";
pub(crate) const UNLOCKED: &str = "the screen was unlocked by two people";

/// What the record says of a locked screen.
pub(crate) fn locked(why: LockedBy) -> &'static str {
    match why {
        LockedBy::Hand => "the screen was locked by hand",
        LockedBy::Idle => "the screen locked itself: nobody had touched it for a while",
        LockedBy::Yubikey => "the screen locked itself: the YubiKey of somebody who had signed was pulled",
    }
}

pub(crate) const SIGNED_WITH_PASSPHRASE: &str = "signed with the sign-in passphrase";
pub(crate) const SIGNED_WITH_YUBIKEY: &str = "a person signed with their YubiKey";
pub(crate) const SECRETS_WERE_LOST: &str = "secrets of the room were lost when it ended";

pub(crate) fn yubikey_did_not_sign(code: &str) -> String {
    format!("a YubiKey did not sign: {code}")
}

// Questions, and what they may be answered with.
pub(crate) const EXCEPTION_OWED: &str = "An exception has to be decided.";
pub(crate) const EXCEPTION_RAISED: &str = "An exception was raised. How do you go on?";
pub(crate) const EXCEPTION_NOT_DECIDED: &str = "An exception was raised and not decided. How do you go on?";
pub(crate) const NOT_AS_IT_SHOULD_BE: &str = "This is not as it should be. How do you go on?";
pub(crate) const NOT_AT_ITS_END: &str = "This step did not come to its end. How do you go on?";
pub(crate) const PACK_NOT_WRITTEN: &str =
    "The record is complete, but its evidence pack was not written. How do you go on?";
pub(crate) const SEEN: &str = "Seen; go on";
pub(crate) const SIGN_IN_ON_IT: &str = "Sign in on the device";
pub(crate) const USE_IT_FOR_REHEARSALS: &str = "Use it for rehearsals from now on";
pub(crate) const STOP_WITHOUT_IT: &str = "Stop here; nothing was done on it";
pub(crate) const DO_NOT_UNPLUG: &str = "Do not unplug the device or the power.";
pub(crate) const A_TOUCH: &str = "seconds; a touch is waited for up to 15 seconds";

// By what it is known that a record, which goes on, ends where it ended.
pub(crate) const ENDS_BY_THE_TOKEN: &str = "the token";
pub(crate) const ENDS_BY_TWO_PEOPLE: &str = "two people";
pub(crate) const ENDS_AT_ITS_BEGIN: &str = "nothing was signed";
pub(crate) const IT_ENDS_THERE: &str = "The record ends there";

/// The first row of a head, as it is noted and read aloud.
fn first_row(head: &ReadAloud) -> String {
    let row = head.rows.first().map(|row| format!("{} {}", row.hex.join(" "), row.words.join(" ")));
    row.unwrap_or_default()
}

pub(crate) fn note_where_it_ends(entries: u64, head: &ReadAloud) -> String {
    format!(
        "This token does not remember where the record ends. Note on a slip, and keep it away from here: line {entries}, {}.",
        first_row(head)
    )
}

pub(crate) fn where_the_record_ends(entries: u64, utc: &str, head: &ReadAloud) -> Vec<Fact> {
    vec![
        observed(
            "This token does not remember where the record ended",
            "say it from the slip of the stop, or from what you saw last",
        ),
        observed("The record's last line", format!("{entries}, written {utc}")),
        observed("First row of its head", first_row(head)),
    ]
}

/// What two people sign where the token does not say it.
pub(crate) fn the_record_ends(entries: u64, head: &str) -> String {
    format!("The record ends where I know it to end: with line {entries}, head {head}.")
}

/// What a machine has to have for production.
pub const NOTHING_TO_MEND: &str = "nothing to mend on this machine";

/// What somebody signs who goes on all the same.
pub const I_GO_ON_IN_SPITE: &str = "I saw what is to be mended on this machine, and go on in spite of it.";

pub(crate) const IT_IS_THE_PLAN: &str = "That is the plan";

/// The plan of a run that nobody signed yet: whoever writes files can have written another.
pub(crate) fn what_the_plan_is(plan: &Plan) -> Vec<Fact> {
    let first = [
        observed(
            "Nobody has signed this ceremony yet",
            "its plan may be another than the one that you reviewed",
        ),
        observed("Script", format!("{}, version {}", plan.script.name, plan.script.version)),
        observed("SHA-256 of the script", script::sha256_hex(plan.text.as_bytes())),
        observed("SHA-256 of the roster", script::sha256_hex(plan.roster_text.as_bytes())),
    ];
    let title = |name: &String| {
        let parameter = plan.script.parameters.iter().find(|p| p.name == *name);
        parameter.map_or_else(|| name.clone(), |p| p.title.clone())
    };
    let values = plan.values.iter().map(|(name, value)| observed(title(name), value.as_str()));
    first.into_iter().chain(values).collect()
}

pub(crate) fn this_is_the_plan(plan: &Plan) -> String {
    let values: Vec<String> = plan.values.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let sha256 = script::sha256_hex(plan.text.as_bytes());
    format!("The plan is the one that I reviewed: script {sha256}, {}.", values.join(", "))
}

pub(crate) fn waits_before_trying(name: &str) -> String {
    format!("Waiting: the passphrase of {name} was refused several times")
}

pub(crate) fn seconds(seconds: u64) -> String {
    format!("{seconds} seconds, and longer after each further one")
}

pub(crate) fn choice(id: &str, title: &str, note: Option<&str>) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), note: note.map(str::to_owned), refused: None }
}

pub(crate) fn go_on_from_here() -> Choice {
    choice(crate::ask::GO_ON, "Go on from here", None)
}

pub(crate) fn go_on_where_it_stands() -> Choice {
    choice(crate::ask::GO_ON, "Go on where the ceremony stands", None)
}

pub(crate) fn begin_again() -> Choice {
    choice(crate::ask::AGAIN, "Begin this step again", None)
}

pub(crate) fn write_again() -> Choice {
    choice(crate::ask::AGAIN, "Write the pack again", None)
}

pub(crate) fn stop_here() -> Choice {
    choice(crate::ask::STOP, "Stop here; resume later", None)
}

pub(crate) fn give_up() -> Choice {
    let note = "Nothing it made may be used. This cannot be taken back.";
    choice(crate::ask::ABANDON, "Give the ceremony up", Some(note))
}

pub(crate) fn decides(question: &str, name: &str) -> String {
    format!("{question} {name} decides and signs.")
}

pub(crate) fn i_decide(chosen: &str) -> String {
    format!("I decide: {chosen}.")
}

pub(crate) fn yubikey_signs(serial: u32, name: &str) -> String {
    format!("YubiKey {serial} signs for {name}. Touch it when it blinks")
}

pub(crate) fn tries_left(tries: u8) -> String {
    format!(
        "{} left before it blocks its PIN. After the button, touch it when it blinks: it waits for about 15 seconds.",
        count(tries, "try is", "tries are")
    )
}

pub(crate) fn not_the_practice_token(label: &str, serial: &str) -> String {
    format!(
        "{label} with the serial number {serial} is not the practice token. Once it was used in a rehearsal, this \
         workstation refuses it in production. Use it?"
    )
}

pub(crate) fn has_keypad() -> Fact {
    observed("The device has a keypad", "type the PIN on the device after pressing the button")
}

pub(crate) fn clock_cannot_be_right(why: &str) -> Fact {
    Fact {
        verdict: Verdict::Differs,
        ..observed(
            "The clock of this computer cannot be right",
            format!("{why} A production ceremony does not begin like this; the rehearsal goes on."),
        )
    }
}

pub(crate) fn before_the_program(now: &str, written: &str) -> String {
    format!("This computer's clock says {now}, which is before this program was written ({written}).")
}

pub(crate) fn before_a_record(now: &str, run: &str, newest: &str) -> String {
    format!(
        "This computer's clock says {now}, and the record of the ceremony {run} here has an entry of {newest}."
    )
}

// The record as people see it grow.
pub(crate) const OPENED: &str = "The record was opened.";
pub(crate) const SIGNED: &str = "The record so far was signed.";
pub(crate) const RESUMED: &str = "The ceremony was resumed.";
pub(crate) const CLOSED: &str = "The ceremony was closed.";
pub(crate) const ABANDONED: &str = "The ceremony was given up.";

pub(crate) fn of_step(number: u32, say: &str) -> String {
    format!("step {number}, {say}")
}

pub(crate) fn about_to_do(who: &str, step: &str) -> String {
    format!("About to do {step} {who}.")
}

pub(crate) fn done(who: &str, step: &str) -> String {
    format!("Done: {step} {who}.")
}

/// Who does a step.
pub(crate) fn who(actor: &str, confirmer: Option<&str>) -> String {
    confirmer.map_or_else(|| actor.to_owned(), |confirmer| format!("{actor} and {confirmer}"))
}

pub(crate) fn write_it_down(name: &str, step: u32, ask: &str) -> Fact {
    Fact {
        name: format!("{name} writes down"),
        expected: None,
        observed: format!("What step {step} will ask for: {ask}."),
        verdict: Verdict::Noted,
    }
}

pub(crate) fn did_not_end(code: &str, step: &str) -> String {
    format!("Did not come to its end ({code}): {step}")
}

pub(crate) fn taken_back(because: &str) -> String {
    format!("Taken back: {because}.")
}

pub(crate) fn exception_in(step: &str, expected: &str, happened: &str) -> String {
    format!(
        "An exception was raised in {} Expected: {} What happened: {}",
        sentence(step),
        sentence(expected),
        sentence(happened)
    )
}

pub(crate) fn decided(by: &str, decision: &str, reason: &str) -> String {
    format!("The {by} decided: {decision}, because: {}", sentence(reason))
}

pub(crate) fn signed(name: &str, says: &str) -> String {
    format!("{name} signed with their YubiKey: {says}")
}

pub(crate) fn noted(note: &str, of: Option<&str>) -> String {
    of.map_or_else(|| format!("Noted: {note}."), |of| format!("{of}: {note}."))
}

// What has to happen after the play.
pub(crate) const NOTHING_MAY_BE_USED: &str = "Nothing this ceremony made may be used.";
pub(crate) const KEEP_SIGNED: &str = "Keep the signed record: it says what was given up, and why.";
pub(crate) const KEEP_UNSIGNED: &str =
    "The record could not be signed. Keep it as it is, and its head on paper.";
pub(crate) const KEEP_THE_HEAD: &str = "Keep the transcript's head on paper, away from this workstation.";

pub(crate) fn go_on_later(run: &str) -> String {
    format!("Go on later: coffer resume {run}")
}

/// What a step reads aloud and asks, by what its script declares, for whoever prepares the day.
pub(crate) fn asks(declared: &Declared) -> Vec<String> {
    let inject = declared.inject.as_ref().map(|text| {
        let time = declared.minutes.map_or(String::new(), |minutes| format!(" ({minutes} minutes)"));
        format!("Read aloud{time}: {text}")
    });
    let asked = declared.fields.iter().map(|field| {
        if field.choices.is_empty() {
            field.ask.clone()
        } else {
            format!("{} ({})", field.ask, field.choices.join(", "))
        }
    });
    let due = declared.due.iter().map(|due| format!("Due within {} days: {}", due.within_days, due.says));
    inject.into_iter().chain(asked).chain(due).collect()
}
