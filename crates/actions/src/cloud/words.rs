//! What people read of clouds.

use engine::words::{expected, observed, sentence};
use protocol::{Fact, Problem, Verdict, problems};
use std::fmt::Display;
use transcript::count;

/// An error of the library's in the three sentences; what to do about it is the error's own to say.
pub(crate) fn byok_problem(e: &byok::ByokError) -> Problem {
    Problem::new(e.code(), sentence(&e.to_string()), "Nothing was wrapped or written.", e.remedy())
}

problems! {
    /// The backup is of another kind of key than the one that is ordered.
    pub(in crate::cloud) fn another_kind(ordered: &dyn Display, backed_up: &str) = "another-kind-of-key" {
        "The parameters order a key of the kind {ordered}, and the backup that was opened is of a key of the kind {backed_up}."
        "No share was brought, and nothing was wrapped."
        "Begin again with the kind of key that the backup holds, or open the pack of another ceremony."
    }

    /// No provider's file is that large.
    pub(in crate::cloud) fn parameters_too_large(path: &dyn Display, size: u64) = "parameters-too-large" {
        "{path} has {size} bytes; import parameters have a few thousand."
        "Nothing was read."
        "Choose the file that the provider's own tool or console wrote."
    }

    /// The run's own copy of the provider's file has another key.
    pub(in crate::cloud) fn wrapping_key_changed() = "parameters-changed" {
        "The stored wrapping key is not the one that was read."
        "Nothing was wrapped."
        "Stop: somebody changed the run's folder. Begin a new ceremony."
    }

    /// An import that the provider does not know.
    pub(in crate::cloud) fn no_such_import(title: &str, why: &str) = "no-such-import" {
        "{title} takes no such import: {why}."
        "Nothing was started."
        "Choose another value for import-as or material-id; docs/byok has what each provider takes."
    }

    /// Somebody did not find the rows on the slip.
    pub(crate) fn wrapping_key_differs(name: &str, what: &str) = "wrapping-key-differs" {
        "{name} did not find every row of {what} on the slip."
        "Nothing was wrapped."
        "Ask the online team for a fresh set and slip. If the slip is right, somebody changed the file."
    }

    /// A throw-away key came out in a form that providers do not take.
    pub(in crate::cloud) fn form_lies(why: &dyn Display) = "self-test-failed" {
        "A throw-away key wrapped on this route came out in a form that a provider may refuse: {why}."
        "The master key was not wrapped."
        "Use another token or another wrapping algorithm."
    }

    /// A throw-away key came out as another one.
    pub(in crate::cloud) fn route_lies() = "self-test-failed" {
        "A throw-away key wrapped on this route does not come out as it went in."
        "The master key was not wrapped."
        "Use another token or another wrapping algorithm."
    }

    /// An expiry in the past, or further ahead than the provider takes.
    pub(in crate::cloud) fn expiry_out_of_range(called: &str, expiry: &str, most: &str) = "expiry-out-of-range" {
        "{called} does not take the expiry {expiry:?}: it has to lie ahead{most}."
        "Nothing was made or wrapped at this step."
        "Give the ceremony up and begin it with another expiry."
    }

    /// No PKCS#11 mechanism does that.
    pub(in crate::cloud) fn recipe_not_in_tokens(recipe: &dyn Display) = "recipe-not-in-tokens" {
        "Tokens are not asked to wrap with {recipe}: no PKCS#11 mechanism wraps a private key by AES-ECB with that padding, and the key would have to leave the token for it."
        "Nothing was wrapped."
        "Choose aes-256, or another provider for a key pair."
    }

    /// No token makes such keys.
    pub(in crate::cloud) fn key_not_in_tokens(key: &dyn Display) = "key-not-in-tokens" {
        "Tokens are not asked to make {key} keys."
        "Nothing was started."
        "Choose another kind of key."
    }

    /// The token cannot show the provider which key it is.
    pub(in crate::cloud) fn no_proof(called: &str, why: &str) = "no-route" {
        "{called} wants a proof of the key that this token cannot make. {why}"
        "No key was made."
        "Use another token, or another provider."
    }

    /// Production writes to real media alone.
    pub(in crate::cloud) fn not_a_medium(path: &dyn Display) = "not-a-medium" {
        "{path} is not on a removable medium."
        "Nothing was written."
        "Put a medium in and choose a folder on it. Where the system mounts media elsewhere, mount it below /media, /run/media or /mnt."
    }

    /// A plan's pack has no bundle of that line, or two.
    pub(in crate::cloud) fn no_such_line(line: &str) = "no-such-line" again {
        "The pack has no bundle of line {line:?}, or more than one."
        "Nothing was read."
        "Look the line up in the plan with an editor that shows the numbers of lines."
    }

    /// Plan, keys, backups and bundles do not fit each other.
    pub(crate) fn plan_disagrees(why: &str) = "plan-does-not-agree" {
        "The record and the plan do not agree: {why}."
        "Nothing more was made, wrapped or closed. What was made is in the token."
        "Stop, and import none of these bundles: this program is at fault, or somebody changed the run's folder. Give the ceremony up, delete its keys in the token, and begin again with another copy of the program."
    }
}

// What a rehearsal that plays by itself is given.
pub(crate) const NO_IMPORT_TOKEN: &[u8] = b"rehearsal import token";
pub(in crate::cloud) const FIRST_AN_IMPORT: &str = "First a ceremony whose import can be receipted:";

pub(in crate::cloud) fn stand_in_for_a_key(folder: &dyn Display) -> String {
    format!("Stand-in for the cloud's key (rehearsal only): {folder}")
}

// Why record and plan disagree.

pub(in crate::cloud) fn done_twice(line: u64, done: &str) -> String {
    format!("the key of line {line} was {done} twice")
}

pub(in crate::cloud) fn another_number(plan: usize, done: &str, found: usize) -> String {
    format!("the plan has {plan} lines, and {found} keys were {done}")
}

pub(in crate::cloud) fn one_key_for(first: u64, second: u64) -> String {
    format!("lines {first} and {second} have one and the same key")
}

pub(in crate::cloud) const WRAPPED: &str = "wrapped";

/// To stand after "it has to lie ahead".
pub(in crate::cloud) fn by_at_most(days: u16) -> String {
    format!(", by at most {days} days")
}

// What the library is told is wrong.

pub(in crate::cloud) const FRESH_BYTES: &str = "fresh random bytes for the nonce under the key";

pub(in crate::cloud) fn not_of_a_bundle(name: &str) -> String {
    format!("{name:?} does not belong in a bundle")
}

pub(in crate::cloud) const NOT_STARTED: &str = "Nothing was started.";

// Questions.

pub(in crate::cloud) const WHICH_PACK: &str =
    "Which folder is the evidence pack of the ceremony that wrapped the key?";
pub(in crate::cloud) const WHICH_LINE: &str = "Which line of the key plan is the receipt for?";
pub(in crate::cloud) const WHICH_RECEIPT: &str =
    "Which file is the receipt that the online team brought back?";
pub(in crate::cloud) const WHERE_IS_ONE_WRITTEN: &str =
    "Into which folder of the medium is the bundle written?";

pub(in crate::cloud) fn which_file(called: &str) -> String {
    format!("Which file holds the wrapping key from {called}?")
}

pub(in crate::cloud) fn or_answer(question: &str, none: &str) -> String {
    format!("{question} Answer {none:?} where it is not.")
}

pub(in crate::cloud) fn where_are_written(bundles: usize) -> String {
    format!("Into which folder of the medium {} written?", count(bundles, "bundle is", "bundles are"))
}

pub(crate) const THE_SLIP: &str = "the slip of the online team";
pub(in crate::cloud) const SHA256_OF_CERTIFICATE: &str = "SHA-256 of the exchange certificate";
pub(in crate::cloud) const SHA256_OF_WRAPPING_KEY: &str = "SHA-256 of the wrapping key";
pub(in crate::cloud) const I_COMPARED: &str = "I compared every row with the slip, and each is the same.";

pub(in crate::cloud) fn the(what: &str) -> String {
    format!("the {what}")
}

// What takes its time.

pub(in crate::cloud) const TESTING_AND_WRAPPING: &str =
    "Testing the route on a throw-away key, then wrapping";
pub(in crate::cloud) const HALF_A_MINUTE: &str = "5 to 30 seconds";
pub(in crate::cloud) const TRYING_THE_PROOF: &str =
    "Trying what shows the provider that the right key arrived";

// What the record says.

pub(in crate::cloud) const COMPARED: &str = "every row, by two people, with the slip";
pub(in crate::cloud) const CAME_OUT_UNCHANGED: &str =
    "a throw-away key wrapped on the same route came out unchanged";
pub(crate) const NO_END: &str = "no end that was stated";
pub(crate) const NEVER: &str = "never";
pub(in crate::cloud) const PUBLIC_KEY_SAME: &str = "the public key in it is ours";
pub(in crate::cloud) const PUBLIC_KEY_NOT_SHOWN: &str =
    "the public key is not in it, so that it does not show which key this is";
pub(in crate::cloud) const PROVIDER_COMPARED: &str =
    "the provider compared a proof of the key before it took it";
pub(in crate::cloud) const CANNOT_BE_PROVEN: &str = "for a symmetric key this cannot be proven offline";

/// How many files, read back from a medium.
pub(crate) fn files_read_back(files: usize) -> String {
    count(files, "file", "files") + ", read back from the medium"
}

pub(in crate::cloud) fn bundles_read_back(bundles: usize, files: usize) -> String {
    format!(
        "{}, {}, read back from the medium",
        count(bundles, "bundle", "bundles"),
        count(files, "file", "files")
    )
}

// What people see.

fn not_provable(name: String, expected: Option<String>, observed: String) -> Fact {
    Fact { name, expected, observed, verdict: Verdict::NotProvable }
}

pub(in crate::cloud) fn wrapping_key(bits: u16) -> Fact {
    observed("Wrapping key", format!("RSA, {bits} bits"))
}

pub(in crate::cloud) fn valid_until(until: &str) -> Fact {
    observed("Valid until", until)
}

pub(in crate::cloud) fn compare_algorithm_and_kind(algorithm: &str, kind: &str) -> Fact {
    not_provable(
        "Wrapping algorithm and kind of key, which the reply does not say".to_owned(),
        Some(format!("{algorithm}, {kind}")),
        "compare with the online team's slip".to_owned(),
    )
}

pub(in crate::cloud) fn algorithm(algorithm: &str) -> Fact {
    observed("Wrapping algorithm", algorithm)
}

pub(in crate::cloud) fn compare_algorithm(algorithm: &str) -> Fact {
    not_provable(
        "Wrapping algorithm, which the reply does not say".to_owned(),
        Some(algorithm.to_owned()),
        "compare with the online team's slip".to_owned(),
    )
}

pub(in crate::cloud) fn origin_not_provable(called: &str, why: &str) -> Fact {
    not_provable(
        format!("That {called} made this wrapping key"),
        None,
        format!("cannot be proven offline: {why}"),
    )
}

pub(in crate::cloud) const WRAPPING: &str = "Wrapping for the cloud";
/// What the token has to do, to stand after "cannot".
pub(in crate::cloud) const WRAP_AS_WANTED: &str = "wrap the key as the cloud wants it";

pub(in crate::cloud) fn proof_offered() -> Fact {
    observed(
        "What shows the provider that the right key arrived",
        "offered: the token's is what this computer makes with the same key",
    )
}

pub(in crate::cloud) fn wrapped(recorded: &str, found: &str, rung: &str, files: usize) -> [Fact; 3] {
    [
        expected("Check value of what was wrapped", recorded, found),
        observed("Route", rung),
        observed("Files written and read back", files.to_string()),
    ]
}

pub(crate) fn written_to(dest: &str) -> Fact {
    observed("Written to", dest)
}

pub(crate) fn read_back(files: usize) -> Fact {
    observed("Files read back from the medium", files.to_string())
}

pub(in crate::cloud) fn bundles(bundles: usize) -> Fact {
    observed("Bundles, a folder each", bundles.to_string())
}

pub(in crate::cloud) fn about_bundle(about: &byok::bundle::About) -> [Fact; 4] {
    [
        observed("Where the key goes", about.target.to_string()),
        observed("Bundle for the key", about.key.as_str()),
        observed("Made in the ceremony", about.ceremony.as_str()),
        observed("Check value of the key", about.check_value.as_str()),
    ]
}

pub(in crate::cloud) fn read_with_it(name: &str) -> Fact {
    observed("Read with it", name)
}

pub(in crate::cloud) fn receipt_says(line: String) -> Fact {
    observed("The receipt says", line)
}

pub(in crate::cloud) fn which_key(word: &str, verdict: Verdict) -> Fact {
    Fact { name: "Which key it is".to_owned(), expected: None, observed: word.to_owned(), verdict }
}

// What was made, and what comes next.

pub(in crate::cloud) const MADE_FOR: &str = "Wrapped for";
pub(in crate::cloud) const MADE_BY_ROUTE: &str = "Route";
pub(in crate::cloud) const MADE_ON_MEDIUM: &str = "Bundle on the medium";
pub(in crate::cloud) const RECEIPT_FOR: &str = "Receipt for";
pub(in crate::cloud) const NAMED_THERE: &str = "What the provider calls what it took in";
pub(in crate::cloud) const ONLINE_TEAM_IMPORTS: &str =
    "The online team runs import.sh or import.ps1 from the medium, and brings receipt.json back.";
pub(in crate::cloud) const READ_THE_RECEIPT: &str = "Read the receipt here: begin the ceremony byok-receipt.";

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const PARAMETERS: &str = "a cloud's wrapping key that was read";
    pub(crate) const CLOUD_PARAMETERS: &str = "the wrapping key of the cloud that the parameter target names";
    pub(crate) const COMPARED_KEY: &str = "a wrapping key or certificate that two people compared";
    pub(crate) const BUNDLE: &str = "a bundle for the cloud";
    pub(crate) const HANDED_OVER: &str = "a bundle on a medium";
    pub(crate) const EARLIER_BUNDLE: &str = "the bundle of an earlier ceremony";
    pub(crate) const RECEIPT: &str = "a receipt that was read";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const BUNDLE_ON_MEDIUM: &str =
        "The bundle has to be written to a medium and read back from it.";
    pub(crate) const RECEIPT_READ: &str =
        "What the cloud answered has to be read and held against the bundle.";
}

// The way back that people can decide for.
pub(crate) const READ_OTHERS: &str = "Read other import parameters";
pub(crate) const COMPARED_AGAIN: &str = "They are compared again; then the ceremony goes on where it stands.";
/// As the record says it.
pub(crate) const OTHERS_ARE_READ: &str = "other import parameters are read, by decision";

pub(in crate::cloud) const EXISTING_IS_FIRST: &str = "it has no material that expired or was deleted, and the same key comes to it as a first import of another key";
pub(in crate::cloud) const NO_NEW_MATERIAL: &str =
    "a key there keeps its material, so that a new key is made beside it";
pub(in crate::cloud) const SYMMETRIC_ONLY: &str = "only a symmetric key takes new material";
pub(in crate::cloud) const NAME_OF_EXISTING: &str = "material is named only where it is existing-material";
pub(in crate::cloud) const OTHER_IMPORT: &str = "it was wrapped for another import than the parameters order";
