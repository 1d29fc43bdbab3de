//! What people read of key plans.

use crate::earlier::plan::SHOWN;
use crate::token::words::INSTEAD_IN_HOST_MEMORY;
use byok::plan::{Fault, PlannedKey};
use engine::words::{expected, observed};
use protocol::{Fact, Problem, Verdict, problems, visible};
use std::fmt::Display;
use transcript::count;

pub(in crate::plan) mod again;

problems! {
    /// What is there is not what was carried in.
    pub(in crate::plan) fn no_plain_file(path: &dyn Display, largest: u64, why: &dyn Display) = "parameters-too-large" {
        "{path} is no plain file of at most {largest} bytes: it {why}."
        "Nothing was read."
        "Choose the file that was saved for this ceremony."
    }

    fn faulty(faults: &str, first: &str) = "plan-faulty" again {
        "The plan cannot be filled: {faults}, the first being {first}."
        "No key was made, and nothing was kept."
        "Mend the lines that are named, or fetch what is missing, and choose the plan again."
    }

    /// Another plan than the one whose keys are being made.
    pub(in crate::plan) fn another_plan() = "another-plan" again {
        "Keys of this ceremony's plan are made already, and this is another plan."
        "Nothing was kept, and no key was changed."
        "Choose the same plan again; only the files in the folder beside it may be others."
    }

    /// What was kept reads otherwise.
    pub(in crate::plan) fn changed(what: &str) = "plan-changed" {
        "The kept plan does not read as it did: {what}."
        "Nothing was done with it."
        "Stop: this program is another than the one that read the plan, or somebody changed the run's folder."
    }

    fn cannot_fill(lines: &str, of: usize, first: &str, instead: &str) = "no-route" {
        "This token cannot fill {lines} of the plan, which has {of}. {first}."
        "No key was made."
        "Use another token, or begin again with a plan without these lines{instead}."
    }

    fn expired(lines: &str, first: &str) = "parameters-expired" {
        "The parameters of {lines} have run out. {first}."
        "The keys are made and backed up. No key was wrapped just now."
        "Fetch new parameters under the same names, and decide to read other import parameters."
    }

    /// A key under a label that no attempt of this line announced.
    pub(in crate::plan) fn key_planted(label: &str) = "key-planted" {
        "The token holds a key called {label}, which this ceremony has not made."
        "It is not used, and no key was made for its line. The keys made before are in the record."
        "Find out who put it there. Give the ceremony up, or delete the key with the token's own tool, two people present, and begin this step again."
    }

    /// The token does not say of its key what it should.
    pub(in crate::plan) fn key_not_as_asked(line: u64) = "key-not-as-asked" {
        "The token made a key for line {line}, but does not say of it that it is what was asked for, made inside and never shown."
        "The key is in the token under this run's label; nothing was wrapped."
        "Delete the key with the token's own tool and use another token."
    }

    /// The token keeps less of a label than it was given.
    pub(in crate::plan) fn key_called_otherwise(line: u64, found: &str, label: &str) = "key-not-as-asked" {
        "The token calls the key of line {line} \"{found}\" and was told to call it \"{label}\"."
        "The key is in the token under that label; nothing was wrapped."
        "Delete the key with the token's own tool and use another token, or a shorter key-label."
    }

    /// A backup opens to another key.
    pub(in crate::plan) fn backup_does_not_match(line: u64) = "backup-does-not-match" {
        "The backup of line {line} opens, but not to the key of that line."
        "The keys are unchanged in the token; the backup does not count."
        "Make the backup anew, or stop and find out who changed the token or the wrapped file."
    }
}

// What a rehearsal that plays by itself is given.
pub(in crate::plan) fn stand_ins_for_a_plan(folder: &dyn Display) -> String {
    format!("Stand-ins for the clouds' keys and a plan (rehearsal only): {folder}")
}

/// What is wrong with a plan, the first of it in the sentence.
pub(in crate::plan) fn plan_faulty(faults: &[Fault]) -> Problem {
    let lines: Vec<String> = faults.iter().take(SHOWN).map(ToString::to_string).collect();
    let first = lines.first().cloned().unwrap_or_default();
    faulty(&count(faults.len(), "fault", "faults"), &first).with_detail(lines.join("\n"))
}

/// The lines that a token cannot fill, and why. Where wrapping in this computer's memory would help, people are told so.
pub(in crate::plan) fn no_route(against: &[String], of: usize, host_memory: bool) -> Problem {
    let first = against.first().map_or("", String::as_str);
    let instead = if host_memory { INSTEAD_IN_HOST_MEMORY } else { "" };
    cannot_fill(&count(against.len(), "line", "lines"), of, first, instead).with_detail(at_most(against))
}

/// The lines whose parameters have run out, and when.
pub(in crate::plan) fn parameters_expired(old: &[String]) -> Problem {
    let first = old.first().map_or("", String::as_str);
    expired(&count(old.len(), "line", "lines"), first).with_detail(at_most(old))
}

fn at_most(lines: &[String]) -> String {
    lines.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n")
}

pub(in crate::plan) const OF_FAULTS: &str = "mend these first, then read the plan again";
pub(in crate::plan) const OF_KINDS: &str = "kinds of keys; the plan has them all";
pub(in crate::plan) const OF_SPELT: &str = "files that the plan names otherwise than the folder";
pub(in crate::plan) const OF_MADE: &str = "keys, each with its check value in the record";
pub(in crate::plan) const OF_LEFT_BEHIND: &str = "keys that interruptions left behind; the record names them";
pub(in crate::plan) const OF_WRAPPED: &str = "bundles, each with its check value in the record";

/// One line, as "line 4, PACS: aes-256 for google-kms".
pub(in crate::plan) fn line(p: &PlannedKey) -> String {
    format!("line {}, {}: {} for {}", p.line, p.system, p.key, p.target)
}

// What is wrong with a line.

/// The columns that people know.
pub(in crate::plan) const PARAMETERS_FILE: &str = "parameters file";
pub(in crate::plan) const SYSTEM: &str = "system";
pub(in crate::plan) const STAYS_OUTSIDE: &str = "by the register of systems its key stays outside the provider, or is the provider's own: take the line out, or change the register";
pub(in crate::plan) const KEY_TYPE: &str = "key type";
pub(in crate::plan) const ALGORITHM: &str = "algorithm";

pub(in crate::plan) fn no_such_file(name: &str) -> String {
    format!("the folder has no file {name:?} that can be read")
}

pub(in crate::plan) const KEY_NOT_IN_TOKENS: &str = "tokens are not asked to make this kind of key";
pub(in crate::plan) const FETCH_FOR_ANOTHER: &str = "fetch parameters for another key";
pub(in crate::plan) const A_KEY_OF_ITS_OWN: &str =
    "give each line a key of its own; new versions of one key belong into ceremonies of their own";

pub(in crate::plan) fn one_place(first: u64, called: &str, remedy: &str) -> String {
    format!("line {first} is for the same key of the provider's, {called}; {remedy}")
}

pub(in crate::plan) fn refused(p: &Problem) -> String {
    format!("{} {}", p.happened, p.todo)
}

pub(in crate::plan) const OTHER_LINES: &str = "it has other lines";

pub(in crate::plan) fn cannot_be_backed_up(why: &str) -> String {
    format!("it cannot be backed up: {why}")
}

// Files of the folder.

/// A name to show, in quotation marks.
pub(in crate::plan) fn quoted(name: &str) -> String {
    format!("\"{}\"", visible(name))
}

pub(in crate::plan) fn none_alike(name: &str, has: &str) -> String {
    format!("the folder has no file {}; it has {has}", quoted(name))
}

pub(in crate::plan) fn several_alike(name: &str, has: &str) -> String {
    format!("the folder has no file {}, and more than one that may be meant: {has}", quoted(name))
}

pub(in crate::plan) const NOTHING_THERE: &str = "nothing that could be one";

pub(in crate::plan) fn and_more(names: &str, more: usize) -> String {
    format!("{names} and {more} more")
}

// Questions.

pub(in crate::plan) const WHICH_PLAN: &str = "Which file is the key plan?";
pub(in crate::plan) const WHICH_FOLDER: &str = "Which folder holds the parameters files that the plan names?";
pub(in crate::plan) const SEEN: &str = "Seen; choose a mended plan";
pub(in crate::plan) const I_COMPARED: &str =
    "I compared every row of every wrapping key with the slip, and each is the same.";

pub(in crate::plan) fn sha256_of_wrapping_key(n: usize, many: usize, says: &str) -> String {
    format!("SHA-256 of wrapping key {n} of {many}, first used in {says}")
}

pub(in crate::plan) fn wrapping_key(n: usize, says: &str) -> String {
    format!("wrapping key {n} ({says})")
}

// What takes its time.

pub(in crate::plan) const A_FEW_SECONDS: &str = "a few seconds";
pub(in crate::plan) const SOME_SECONDS: &str = "some seconds";
pub(in crate::plan) const UNDER_A_MINUTE: &str = "under a minute; RSA-4096 can take several";
pub(in crate::plan) const MAKING_BACKUP_KEY: &str = "Making a fresh backup wrapping key";

pub(in crate::plan) fn trying(n: usize, many: usize, says: &str) -> String {
    format!("Trying {n} of {many}: {says}")
}

pub(in crate::plan) fn finding(keys: usize) -> String {
    format!("Finding {} made before", count(keys, "key that was", "keys that were"))
}

pub(in crate::plan) fn making(n: usize, many: usize, says: &str) -> String {
    format!("Making key {n} of {many} in the token ({says})")
}

pub(in crate::plan) fn backing_up(n: usize, many: usize, line: u64) -> String {
    format!("Backing up key {n} of {many} (line {line})")
}

pub(in crate::plan) fn opening(n: usize, many: usize, line: u64) -> String {
    format!("Opening backup {n} of {many} with the rebuilt key (line {line})")
}

pub(in crate::plan) fn testing_route(n: usize, many: usize, says: &str) -> String {
    format!("Testing route {n} of {many} on a throw-away key ({says})")
}

pub(in crate::plan) fn wrapping(n: usize, many: usize, says: &str) -> String {
    format!("Wrapping key {n} of {many} ({says})")
}

// What the record says.

pub(in crate::plan) const MADE: &str = "made";
pub(in crate::plan) const BACKED_UP: &str = "backed up";
pub(in crate::plan) const WRAPPED: &str = "wrapped";
pub(in crate::plan) const COMPARED: &str = "every row of each wrapping key, by two people, with the slip";
pub(in crate::plan) const CAME_OUT_UNCHANGED: &str =
    "throw-away keys wrapped on the same routes came out unchanged";
pub(in crate::plan) const UNFINISHED_REMOVED: &str = "the files of a backup that broke off were removed";

pub(in crate::plan) fn about_to_make(line: u64) -> String {
    format!("about to make the key of line {line}")
}

pub(in crate::plan) fn was_made(line: u64) -> String {
    format!("the key of line {line} was made")
}

pub(in crate::plan) fn was_backed_up(line: u64) -> String {
    format!("the key of line {line} was backed up")
}

pub(in crate::plan) fn opened(line: u64) -> String {
    format!("the backup of line {line} opened to its key")
}

pub(in crate::plan) fn was_wrapped(line: u64, target: &dyn Display) -> String {
    format!("the key of line {line} was wrapped for {target}")
}

// What people see.

pub(in crate::plan) fn fault(f: &Fault) -> Fact {
    let place = match (f.line, f.column.as_str()) {
        (0, _) => "The file".to_owned(),
        (line, "") => format!("Line {line}"),
        (line, column) => format!("Line {line}, {column}"),
    };
    Fact { name: place, expected: None, observed: f.what.clone(), verdict: Verdict::Differs }
}

pub(in crate::plan) fn of_plan(keys: usize, wrapping_keys: usize, end: &str, sha256: &str) -> [Fact; 4] {
    [
        observed("Keys in the plan", keys.to_string()),
        observed("Wrapping keys to compare", wrapping_keys.to_string()),
        observed("Wrap before", end),
        observed("SHA-256 of the plan", sha256),
    ]
}

pub(in crate::plan) fn kind(p: &PlannedKey) -> String {
    format!("{} for {} with {}", p.key, p.target, p.algorithm)
}

pub(in crate::plan) fn origin_not_provable() -> Fact {
    Fact {
        name: "That the providers made these wrapping keys".to_owned(),
        expected: None,
        observed: "cannot be proven offline; two people compare each with the online team's slip".to_owned(),
        verdict: Verdict::NotProvable,
    }
}

pub(in crate::plan) fn named_otherwise(plan: &str, folder: &str) -> Fact {
    observed(format!("Parameters file {}, named otherwise in the folder", quoted(plan)), quoted(folder))
}

pub(in crate::plan) fn leave_by(rung: &str, lines: usize) -> Fact {
    observed(format!("Keys that leave by {rung}"), lines.to_string())
}

pub(in crate::plan) fn kinds_tried(kinds: usize) -> Fact {
    observed("Kinds of wrapping tried on throw-away keys", kinds.to_string())
}

pub(in crate::plan) fn keys_made(of: usize, made: usize) -> Fact {
    expected("Keys made", &of.to_string(), &made.to_string())
}

pub(in crate::plan) fn left_behind(label: String) -> Fact {
    Fact {
        verdict: Verdict::Differs,
        ..observed("Left behind by an interruption; delete it with the token's own tool", label)
    }
}

pub(in crate::plan) fn backed_up(files: usize, set: String) -> [Fact; 2] {
    [
        observed("Wrapped backup files, one a key", files.to_string()),
        observed("Share set, one for all of them", set),
    ]
}

pub(in crate::plan) fn rebuilt(keys: usize, check_value: String) -> [Fact; 2] {
    let keys = keys.to_string();
    [
        expected("Backups that opened to their keys", &keys, &keys),
        observed("Check value of all keys, for the drills", check_value),
    ]
}

pub(in crate::plan) fn keys_wrapped(of: usize, wrapped: usize) -> Fact {
    expected("Keys wrapped", &of.to_string(), &wrapped.to_string())
}

// What was made, and what comes next.

pub(in crate::plan) const KEYS_OF_THE_PLAN: &str = "Keys of the plan";
pub(in crate::plan) const STILL_IN_THE_TOKEN: &str = "The plan's keys that were made are still in the token: delete them with the token's own tool, two people present. The record names each.";

// Where a record departs from its plan.

pub(in crate::plan) const OTHER_PLAN_IN_PACK: &str = "the key plan in the pack is not the one that was read";
pub(in crate::plan) const PLAN_UNREADABLE: &str = "the key plan in the pack cannot be read";
pub(in crate::plan) const RECORD_NAMES_OTHER_LINES: &str =
    "the record names other lines than the key plan has";
pub(in crate::plan) const OF_ALL_DIFFERS: &str = "its plan-check-value is not that of the plan's keys";
pub(in crate::plan) const LABEL: &str = "label";
pub(in crate::plan) const PUBLIC_HALF: &str = "public half";
pub(in crate::plan) const WRAPPED_FILE: &str = "wrapped file";
pub(in crate::plan) const BUNDLE: &str = "bundle";
pub(in crate::plan) const BROUGHT_BACK: &str = "brought back from its backup";

pub(in crate::plan) fn no_line(line: u64) -> String {
    format!("the plan has no line {line}")
}

pub(in crate::plan) fn made_before(line: u64) -> String {
    format!("the key of line {line} was made before")
}

pub(in crate::plan) fn share_one(other: u64, line: u64, what: &str) -> String {
    format!("the keys of lines {other} and {line} have one {what}")
}

pub(in crate::plan) fn of_another_key(fact: &str, line: u64) -> String {
    format!("its {fact} is not that of the key of line {line}")
}

pub(in crate::plan) fn said_before(fact: &str, line: u64) -> String {
    format!("its {fact} was said of line {line} before")
}

pub(in crate::plan) fn other_number(fact: &str, lines: usize) -> String {
    format!("its {fact} is not the number of the plan's lines, {lines}")
}

pub(in crate::plan) fn never_done(line: u64, what: &str) -> String {
    format!("the key of line {line} of the plan was never {what}")
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const KEY_PLAN: &str = "a key plan that was read";
    pub(crate) const PLAN_ROUTES: &str = "a token that was tried for every line of the key plan";
    pub(crate) const COMPARED_PLAN: &str = "a key plan whose wrapping keys two people compared";
    pub(crate) const PLAN_KEYS: &str = "the key plan's keys in the token";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const PLAN_SETTLED: &str =
        "Every key of the plan has to be sealed in its token, or left as it is where the plan says so.";
    pub(crate) const PLAN_BACKED_UP: &str =
        "Every key of the plan has to be backed up, and each backup rebuilt and matched.";
}

pub(super) fn no_public_half(line: u64) -> String {
    format!("it does not name the public half of the pair of line {line}")
}
