//! What forms say.

use protocol::Mode;

pub(super) const SAYS: &str =
    "Print these before the day, on the paper that is used then. Nothing secret is written on any of them.";

// The online team's slip.
pub(super) const SLIP: &str = "Slip of the online team";
pub(super) const SLIP_SAYS: &str = "On the online machine: fetch with these commands, write the file to an empty medium, and copy the fingerprint of the \
     wrapping key from that screen by hand. The slip comes into the room on paper, not with the medium.";
pub(super) const OF_SLIP: &[(&str, u8)] = &[
    ("Provider, and the key's full name there", 2),
    ("Fetched on (day, time), valid until", 1),
    ("Fingerprint (SHA-256) of the wrapping key, row 1", 1),
    ("Row 2", 1),
    ("Row 3", 1),
    ("Row 4", 1),
];
pub(super) const SIGN_SLIP: [&str; 2] = ["Who fetched it", "Who copied the fingerprint from the screen"];

// Where the record ends.
pub(super) const HEAD: &str = "Where the record ends";
pub(super) const HEAD_SAYS: &str = "Cut out. The last screen shows it, at the end and at each stop. Two people write it down and keep it apart from the \
     workstation and from each other.";
pub(super) const HEAD_ROWS: &str = "Each row in groups of four, or in its eight words.";
pub(super) const AT_THE_END: &str = "At the end";
pub(super) const AT_A_STOP: &str = "At a stop";
pub(super) const OF_HEAD: [&str; 7] =
    ["Ceremony", "Entries", "Row 1", "Row 2", "Row 3", "Row 4", "Day, name"];

// Labels.
pub(super) const LABELS: &str = "Labels";
pub(super) const LABELS_SAY: &str = "Cut out, and stick on the outside. The set is written when the share is made; what a share is of stands on the sheet \
     inside alone.";
pub(super) const OF_BAG: [&str; 4] = ["Set", "Bag number", "Sealed on", "Sealed by, witness"];
pub(super) const WRAPPED_FILE: &str = "Wrapped backup file";
pub(super) const WRAPPED_FILE_SAYS: &str =
    "Keep apart from the share sheets. Copies may be kept in several places.";
pub(super) const EVIDENCE: &str = "Evidence pack";
pub(super) const EVIDENCE_SAYS: &str =
    "Check it with the fingerprint of the key that signed it, which came another way.";
pub(super) const OF_ENVELOPE: [&str; 4] = ["Ceremony", "Medium (mark, number)", "Day, place", "Kept until"];

pub(super) fn title(script: &str) -> String {
    format!("Forms: {script}")
}

pub(super) fn share(n: u8, of: u8) -> String {
    format!("Share {n} of {of}")
}

pub(super) fn bag(custodian: &str, site: Option<&str>, mode: Mode) -> String {
    let practice = if mode == Mode::Rehearsal { "\nREHEARSAL: protects nothing" } else { "" };
    match site {
        Some(site) => format!("{custodian}\n{site}{practice}"),
        None => format!("{custodian}{practice}"),
    }
}

pub(super) fn yubikey(serial: u32) -> String {
    format!("YubiKey {serial}")
}

pub(super) fn yubikey_of(name: &str) -> String {
    format!("{name}\nNever write its PIN on it or beside it.")
}
