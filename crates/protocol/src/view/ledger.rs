//! What the records on a workstation tell of keys, shares, people, devices and days, as pages show it.

use super::home::{DueCard, KeyCard};
use super::mode::Mode;
use serde::{Deserialize, Serialize};

/// The ledger of one mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct LedgerView {
    /// Of rehearsals or of production.
    pub mode: Mode,
    /// The day in UTC that days are counted from, `2026-11-24`.
    pub today: String,
    /// Each key with its story, oldest first.
    pub keys: Vec<KeyStory>,
    /// Each set of shares, oldest first.
    pub sets: Vec<SetCard>,
    /// Everybody whom a ceremony enrolled.
    pub people: Vec<PersonCard>,
    /// Tokens and YubiKeys that records name, one sentence each.
    pub devices: Vec<String>,
    /// Media that records name, one sentence each.
    pub media: Vec<String>,
    /// Refused passphrases and PINs, one sentence each.
    pub refused: Vec<String>,
    /// What is due, overdue first, and what was settled.
    pub dues: Vec<DueCard>,
    /// Drills that are due or were never held, one sentence each.
    pub drills: Vec<String>,
    /// What cannot have happened as the records have it.
    pub contradictions: Vec<String>,
}

/// One key, as far as records tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct KeyStory {
    /// What stands in the list.
    pub card: KeyCard,
    /// Facts of it, name and value, such as its strength in bits or the system that it is for.
    pub facts: Vec<(String, String)>,
    /// What it became, oldest first: the day, the state, and the run.
    pub states: Vec<(String, String, String)>,
    /// Every copy.
    pub copies: Vec<CopyCard>,
    /// What providers hold of it, one sentence each.
    pub clouds: Vec<String>,
    /// Ids of what is due for it.
    pub dues: Vec<String>,
    /// The set of shares that opens its backup, where one does.
    pub set: Option<String>,
    /// The ceremonies whose records tell of it.
    pub runs: Vec<String>,
}

/// One copy of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct CopyCard {
    /// What and where it is, and what became of it, in a sentence.
    pub says: String,
    /// Whether it may still open the key.
    pub may_be_there: bool,
}

/// One set of shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct SetCard {
    /// As printed on its sheets.
    pub set: String,
    /// What it opens.
    pub key: String,
    /// What became of it.
    pub state: String,
    /// How it is dealt ("3 of 5").
    pub dealt: String,
    /// The day by which the next drill is due, where one was held.
    pub next_drill: Option<String>,
    /// Its sheets, by share.
    pub sheets: Vec<SheetCard>,
    /// Whether the sheets that nobody says are gone can rebuild the key; none where the records do not say how it was dealt.
    pub opens: Option<bool>,
    /// The places, with what each means.
    pub places: Vec<StakeCard>,
    /// The people, with what each means.
    pub holders: Vec<StakeCard>,
}

/// One sheet, or share in a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct SheetCard {
    /// The share's number.
    pub share: u32,
    /// Who took it last.
    pub holder: Option<String>,
    /// Where it is kept.
    pub place: String,
    /// The bag that it is in, or was in last.
    pub bag: Option<String>,
    /// How the seal was found.
    pub seal: Option<String>,
    /// What became of it.
    pub state: String,
    /// Whether it can still be brought.
    pub can_be_brought: bool,
    /// Since when, a day.
    pub since: String,
}

/// What one place or one person means for a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct StakeCard {
    /// The place or the person.
    pub name: String,
    /// The shares there that can be brought.
    pub shares: Vec<u32>,
    /// Whether they alone rebuild the key.
    pub opens_alone: bool,
    /// Whether the others still rebuild it once these are lost.
    pub others_open: bool,
}

/// One person whom a ceremony enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PersonCard {
    /// Their id in rosters.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Since when, a day.
    pub since: String,
    /// The day on which they left, where they did.
    pub left: Option<String>,
    /// What they hold: the set and the share's number.
    pub holds: Vec<(String, u32)>,
}
