//! What people read in the terminal: the dialogue, and what its commands refuse.

use protocol::{LockView, ProgressView, SharePage, ShareRow, SignsWith, StepView, problems};
use std::fmt::Display;
use transcript::count;

problems! {
    /// Not one of the three words.
    pub(super) fn level_unknown(level: &str) = "level-unknown" {
        "\"{level}\" is no disclosure level."
        "Nothing was copied."
        "Say public, auditor or internal."
    }

    /// The library's error, in its own words.
    pub(super) fn not_disclosed(why: &dyn Display) = "not-disclosed" {
        "The pack could not be copied: {why}."
        "The pack is unchanged."
        "Check both folders."
    }

    /// Nothing was typed, or it protects nothing.
    pub(super) fn not_enrolled(why: &str) = "not-enrolled" {
        "{why}"
        "Nothing was written."
        "Try again in a terminal."
    }

    /// Rehearsals may be played by nobody.
    pub(super) fn answers_in_production() = "answers-in-production" {
        "A production ceremony cannot be answered from a file: a file is not two people."
        "Nothing was started."
        "Play it in the window or the terminal."
    }

    /// The reason is its detail.
    pub(super) fn answers_unreadable() = "answers-unreadable" {
        "The answers file cannot be read."
        "Nothing was started."
        "Mend it."
    }
}

pub(super) const FROM_ANSWERS_FILE: &str = "from the answers file";

// The dialogue: work on a device, and the step.
pub(super) const NOT_TAKEN_BACK: &str = "This cannot be taken back.";
pub(super) const ANY_TIME: &str =
    "(at any question: !exception raises an exception, !lock locks the screen, !stop stops here)";
pub(super) fn locked(lock: &LockView) -> String {
    format!("LOCKED since {}. It takes {} to go on.", lock.since, lock.unlock.join(" and "))
}

pub(super) const WHAT_WAS_EXPECTED: &str = "What was expected";
pub(super) const WHAT_HAPPENED: &str = "What happened instead";

pub(super) fn begun(work: &ProgressView) -> String {
    format!("      {} (usually {}). {}", work.doing, work.usual, work.keep)
}

pub(super) fn goes_on(work: &ProgressView) -> String {
    format!("      {}: {} so far", work.doing, count(work.elapsed, "second", "seconds"))
}

pub(super) fn heading(step: &StepView, rehearsal: bool) -> String {
    format!("{}{}, step {} of {}", practice(rehearsal), step.act, step.number, step.of)
}

pub(super) fn again(step: &StepView, rehearsal: bool) -> String {
    format!("{}Step {} of {}", practice(rehearsal), step.number, step.of)
}

/// Before every question of a rehearsal.
fn practice(rehearsal: bool) -> &'static str {
    if rehearsal { "REHEARSAL  " } else { "" }
}

pub(super) fn acts(step: &StepView) -> String {
    let confirms = step.confirmer.as_ref().map_or(String::new(), |c| format!(" {} confirms.", c.name));
    format!("{} acts.{confirms} {}", step.actor.name, step.why)
}

pub(super) fn expect(what: &str) -> String {
    format!("Expect: {what}")
}

pub(super) fn if_not(otherwise: &str) -> String {
    format!("If not: {otherwise}")
}

// The dialogue: questions.
pub(super) const TYPE_YES_OR_NO: &str = "Type yes or no.";
pub(super) const WHY: &str = "Why, in your own words";
pub(super) const WHAT_IS_NOT_RIGHT: &str = "What is not right";
pub(super) const CHOOSE: &str = "Choose by the word in front";
pub(super) const PIN_OF_YUBIKEY: &str = "PIN of the YubiKey: ";
pub(super) const CANNOT_BE_SHOWN: &str = ": cannot be shown here";

pub(super) fn press_enter(button: &str) -> String {
    format!("Press Enter: {button}")
}

pub(super) fn new_secret(name: &str, what: &str, rule: &str) -> String {
    format!("{name}: {what}. {rule}")
}

pub(super) fn such_as(question: &str, example: &str, suggested: Option<&str>) -> String {
    let offer = suggested.map_or(String::new(), |s| format!("; Enter for {s}"));
    format!("{question} (such as {example}{offer})")
}

pub(super) fn path_or_enter(question: &str) -> String {
    format!("{question} Path, or Enter alone to look for media again")
}

pub(super) fn will_be_written(files: &[String]) -> String {
    format!("  will be written there: {}", files.join(", "))
}

pub(super) fn not_one_of_them(word: &str) -> String {
    format!("\"{word}\" is not one of the words above.")
}

pub(super) fn signs(name: &str, purpose: &str) -> String {
    format!("{name} signs: {purpose}")
}

pub(super) fn comes_of_it(button: &str) -> String {
    format!("What follows at once: {button}.")
}

pub(super) fn rehearsal_answer(hint: &str) -> String {
    format!("(rehearsal answer: {hint})")
}

pub(super) fn passphrase_of(name: &str) -> String {
    format!("Passphrase of {name}: ")
}

pub(super) fn signs_with(name: &str, own: &SignsWith) -> String {
    format!("{name} signs with YubiKey {}. {}", own.serial, own.says)
}

pub(super) fn compares(name: &str, what: &str, against: &str) -> String {
    format!("{name} compares. {what}, against {against}:")
}

pub(super) fn is_it_right(name: &str) -> String {
    format!("{name}: is the record right?")
}

// The dialogue: a share that is written.
pub(super) const WRITE_THE_CODE_WORD: &str =
    "Write the code word on the sheet, in the blank beside \"Code word\". No printer has seen it.";
pub(super) const WHEN_WRITTEN: &str = "Press Enter when it is written";
pub(super) const WHEN_ROW_WRITTEN: &str = "Press Enter when they are written, or type < for the rows before";
pub(super) const WRITE_AT_THE_TOP: &str = "Write at the top of the sheet:";
pub(super) const THEN_EACH_ROW: &str = "Then each row, character by character, as it comes.";

pub(super) fn alone(page: &SharePage) -> String {
    format!("{} alone.", page.custodian)
}

pub(super) fn at_the_top(page: &SharePage) -> [String; 2] {
    [format!("  Set {}   Share {} of {}", page.set, page.index, page.count), format!("  {}", page.needs)]
}

pub(super) fn which_share(page: &SharePage) -> String {
    format!("Share {} of {}, set {}.", page.index, page.count, page.set)
}

/// Only one person may see it: whoever shows it wipes it.
pub(super) fn code_word_shown(page: &SharePage) -> String {
    format!("  code word of share {}:  {}", page.index, page.row.text.expose())
}

/// Only one person may see it: whoever shows it wipes it.
pub(super) fn row_shown(page: &SharePage, row: &ShareRow) -> String {
    format!("  row {} of {}:  {}", row.number, page.rows, row.text.expose())
}

// The dialogue: a share that is typed.
pub(super) const TYPE_THE_CODE_WORD: &str =
    "Type the code word that is written on the sheet; it is not shown. Type < to begin again.";
pub(super) const TYPE_YOUR_SHARE: &str =
    "Type your share from the sheet; it is not shown. Type < to begin it again.";

pub(super) fn type_the_share(n: u32) -> String {
    format!(
        "Type share {n} from the sheet; it is not shown. Type < to see the share, or make its sheet, again."
    )
}

pub(super) fn scan_it(extensions: &[String]) -> String {
    format!(
        "A hand scanner may type the square on the sheet. To read a scan ({}), type = and its path.",
        extensions.join(", ")
    )
}

pub(super) fn handed(path: &str) -> String {
    format!("  the rehearsal's sheet: {path}")
}

pub(super) fn row_of(row: u32, rows: u32) -> String {
    format!("Row {row} of {rows}: ")
}

// A script in print.
pub(super) const HASH_TO_READ_ALOUD: &str = "The script's SHA-256, to read aloud:";
pub(super) const WHO_TAKES_PART: &str = "Who takes part";
pub(super) const ON_THE_TABLE: &str = "On the table";
pub(super) const LEFT_BEHIND: &str = "Left behind";
pub(super) const SAID_BEFORE: &str = "Said before the day";
pub(super) const FETCHED_BEFORE: &str = "Fetched online before the day";

pub(super) fn nothing_against(script: &str, steps: usize) -> String {
    format!("{script}: {}, nothing found against it.", count(steps, "step", "steps"))
}

pub(super) fn about_minutes(minutes: u32) -> String {
    format!("About {}.", count(minutes, "minute", "minutes"))
}

pub(super) fn not_like_this(happened: &str) -> String {
    format!("Cannot be played like this: {happened}")
}

// The end of a play, and a check.
pub(super) const THE_HEAD: &str = "The transcript's head:";
pub(super) const GIVEN_UP: &str = "The ceremony was given up.";
pub(super) const ALL_HOLDS_AS_NAMED: &str =
    "Everything that was checked holds, and it is signed with the key that you named.";
pub(super) const ALL_HOLDS: &str =
    "Everything that was checked holds. Who signed it was not checked: name the signer with --signer.";
pub(super) const DOES_NOT_HOLD: &str = "This does not hold.";

pub(super) fn evidence_pack(pack: &dyn Display) -> String {
    format!("Evidence pack: {pack}")
}

pub(super) fn signed_with(sha256: &str) -> String {
    format!("Signed with the key of SHA-256 {sha256}")
}

pub(super) fn signed_record(pack: &dyn Display) -> String {
    format!("Its signed record: {pack}")
}

pub(super) fn stopped_at(missing: &str) -> String {
    format!("Stopped at {missing}")
}

pub(super) fn not_checked(what: &str) -> String {
    format!("not checked  {what}")
}
