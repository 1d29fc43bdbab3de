//! A record as people read it, entry by entry.

use super::mode::Mode;
use serde::{Deserialize, Serialize};

/// A part of a record: as many entries as one message takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// The file or folder that it was read from.
    pub path: String,
    /// The ceremony's title where its script lies beside it, and else the script's name.
    pub title: String,
    /// Rehearsal or production, as its first entry says.
    pub mode: Option<Mode>,
    /// Why not all of it could be read, in a sentence.
    pub broken: Option<String>,
    /// How many entries there are in all that could be read.
    pub total: u32,
    /// How many came before these.
    pub before: u32,
    /// These entries.
    pub entries: Vec<EntryView>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// Its number, from 1.
    pub seq: u32,
    /// `2026-11-24 09:31:07`, UTC, as the workstation's clock had it.
    pub at: String,
    /// What kind of entry it is, in words.
    pub kind: String,
    /// The step's id, where it belongs to one.
    pub step: Option<String>,
    /// What the step does, where the script lies beside the record.
    pub says: String,
    /// The actor's role, and the confirmer's.
    pub by: String,
    /// What it states, name and value; a long value is cut.
    pub facts: Vec<(String, String)>,
    /// The first eight digits of the chain after it.
    pub chain: String,
    /// Whether it tells of something that went otherwise than the script.
    pub departs: bool,
}
