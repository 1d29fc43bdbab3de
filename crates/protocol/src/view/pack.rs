//! A pack: what the verifier found, and where it was copied.

use super::mode::Mode;
use serde::{Deserialize, Serialize};

/// What the verifier found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct VerifyView {
    /// What was looked at.
    pub path: String,
    /// Rehearsal or production, as the header says.
    pub mode: Option<Mode>,
    /// Whether everything that was checked holds.
    pub holds: bool,
    /// SHA-256 (64 lower-case hex digits) of the public key that signed all of it, DER `SubjectPublicKeyInfo`; none where
    /// nothing is signed, or more than one key signed.
    pub signer: Option<String>,
    /// Whether that is the key which the reader named.
    pub signer_named: bool,
    /// What was checked, one line each.
    pub lines: Vec<VerifyLine>,
    /// What could not be checked here, and how to.
    pub not_checked: Vec<String>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct VerifyLine {
    /// Whether it holds.
    pub holds: bool,
    /// What was checked and found, one sentence; on failure it names the entry or file.
    pub says: String,
}

/// A pack was copied to a folder and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ExportedView {
    /// Where it lies now.
    pub path: String,
    /// How many files were written and re-read.
    pub files: u32,
}
