//! What people read when they are enrolled, and of the roster.

use piv::Slot;
use protocol::{Mode, problems, visible};
use script::passphrase::Weak;

problems! {
    /// A passphrase that is too short, or that somebody would guess.
    pub(super) fn passphrase_weak(why: &Weak) = "passphrase-weak" {
        "{why}"
        "Nobody was enrolled."
        "Choose another: four or five words that do not belong together are easy to keep and hard to guess."
    }

    /// The library's refusal, in its own words.
    pub(super) fn verifier_not_made(why: &str) = "verifier-not-made" again {
        "{why}"
        "Nobody was enrolled."
        "Close other programs, and do the step again."
    }

    /// The script leaves somebody out.
    pub(super) fn not_enrolled(name: &str) = "not-enrolled" {
        "{name} was not enrolled in this ceremony."
        "No roster was written."
        "Use a script that enrols everybody whom its roles count."
    }

    /// A person's lines are not those that were kept.
    pub(super) fn file_changed(name: &str) = "file-changed" {
        "{name} in the run's folder is not the file that the record names."
        "No roster was written."
        "Stop: somebody changed the run's folder. Begin a new ceremony."
    }
}

// Questions, and what they may be answered with.
pub(super) const A_PASSPHRASE: &str = "A passphrase";
pub(super) const IT_CONVINCES_THIS_WORKSTATION: &str =
    "It convinces this workstation alone. A YubiKey's signature convinces every later reader.";
pub(super) const SIGN_IN_PASSPHRASE: &str = "Sign-in passphrase";

pub(super) fn what_will_they_sign_with(name: &str) -> String {
    format!("What will {name} sign with?")
}

pub(super) fn rule_of_a_passphrase(shortest: usize) -> String {
    format!(
        "{shortest} characters or more that nobody guesses: four or five words that do not belong together. Only you know it, and you can type it without a note."
    )
}

pub(super) fn practice_passphrase(id: &str) -> String {
    format!("practice passphrase of {id}")
}

// What goes on meanwhile.
pub(super) const MAKING_THE_VERIFIER: &str = "Making the passphrase's verifier";
pub(super) const A_SECOND_OR_TWO: &str = "a second or two";
pub(super) const MAKING_TWO_KEYS: &str = "Making two keys on the YubiKey. Touch it each time it blinks";
pub(super) const HALF_A_MINUTE: &str = "half a minute, with the touches";

// What people see.
pub(super) const SIGNS_WITH: &str = "Signs with";
pub(super) const A_PASSPHRASE_IS_KEPT: &str =
    "a passphrase; the workstation keeps an Argon2id verifier of it";
pub(super) const RULES_OF_THE_SIGNING_KEY: &str = "Rules of the signing key";
pub(super) const SIGNING_KEY_SHA256: &str = "Signing key, SHA-256";
pub(super) const BOTH_MADE_ON_THE_YUBIKEY: &str =
    "both keys were made on the YubiKey; their attestations lead to a pinned root";
pub(super) const POSSESSION: &str = "Possession";
pub(super) const IT_SIGNED_THE_HEAD: &str = "it signed the head of this record";
pub(super) const ROSTER: &str = "Roster";
pub(super) const ITS_SHA256: &str = "Its SHA-256";
pub(super) const PEOPLE: &str = "People";
pub(super) const FROM_NOW_ON: &str = "From now on";
pub(super) const IT_IS_TAKEN: &str = "this workstation takes this roster where a ceremony names no other";

pub(super) fn yubikey_in_slot(serial: u32, slot: Slot) -> String {
    format!("YubiKey {serial}, slot {slot}")
}

// The roster and the workstation's card, which are written.
pub(super) const REHEARSAL: &str = "REHEARSAL\n\n";

pub(super) fn roster_heading(mode: Mode, run: &str) -> String {
    format!("# The {} roster that the ceremony {run} enrolled.\n", mode.word())
}

pub(super) fn card_heading(run: &str, minute: &str) -> String {
    format!(
        "WORKSTATION CARD\n\nCeremony  {run}\nDay       {minute}\n\nSHA-256 of the key that signs this workstation's records. \
         Copy it to paper by\nhand or print this page; keep it away from the workstation. Packs that are\nchecked elsewhere \
         are compared with it, row by row, or with this file.\n\n"
    )
}

/// The device that the key is in, and what goes with it.
pub(super) struct Device {
    pub(super) model: String,
    pub(super) label: String,
    pub(super) serial: String,
    pub(super) key_id: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) module: Option<String>,
    pub(super) program: Option<String>,
}

pub(super) fn card_of_the_device(device: &Device) -> String {
    let Device { model, label, serial, key_id, attributes, module, program } = device;
    let attributes: Vec<String> = attributes.iter().map(|(name, is)| format!("{name}: {is}")).collect();
    let [module, program] = [module, program]
        .map(|digest| digest.as_deref().map_or_else(|| "not known".to_owned(), str::to_owned));
    format!(
        "\nThe token that the key is in\n  {}, label {}, serial number {}\n  key id {key_id}\n  {}\n\nSHA-256 of the token's \
         PKCS#11 module\n  {module}\n\nSHA-256 of this program's file\n  {program}\n",
        visible(model),
        visible(label),
        visible(serial),
        attributes.join(", "),
    )
}

pub(super) fn card_ending(roster: &str) -> String {
    format!("\nSHA-256 of the roster\n  {roster}\n\nPeople, and what they sign with\n")
}

pub(super) const NO_ROSTER_OR_NO_CARD: &str =
    "it does not name the roster and the workstation card that it wrote";
pub(super) const BY_PASSPHRASE: &str = "a passphrase";
pub(super) const A_YUBIKEY: &str = "a YubiKey of their own";
pub(super) const SIGNED_BY_HAND: &str =
    "\nCompared and signed by\n\n\n_______________________   _______________________\n";

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const ENROLLED: &str = "people who were enrolled";
    pub(crate) const ROSTER: &str = "a roster that was written";
}
