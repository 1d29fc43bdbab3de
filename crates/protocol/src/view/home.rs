//! What there is on a workstation: ceremonies, runs, devices.

use super::mode::Mode;
use crate::Fact;
use serde::{Deserialize, Serialize};

/// What the home screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HomeView {
    /// Ceremonies that can be played.
    pub scripts: Vec<ScriptCard>,
    /// Ceremonies begun or closed on this workstation, newest first.
    pub runs: Vec<RunCard>,
    /// What is due by the records of production ceremonies here, or of rehearsals where there are none: overdue ones first.
    pub due: Vec<DueCard>,
    /// The keys that those records know, oldest first.
    pub keys: Vec<KeyCard>,
    /// What this machine should mend before a production ceremony (swap on, an interface up), one sentence each.
    pub warnings: Vec<String>,
    /// Where rehearsals are kept.
    pub state_folder: String,
}

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct DueCard {
    /// Its id, the same as in `coffer dues`.
    pub id: String,
    /// What has to be done, in a sentence.
    pub says: String,
    /// The day by which, `2027-10-01`; none where nothing says one.
    pub by: Option<String>,
    /// How many days are left; negative where the day has passed.
    pub days: Option<i32>,
    /// The ceremony that settles it, by the script's name, where one ships that does.
    pub script: Option<String>,
    /// The day on which it was settled, where it was.
    pub settled: Option<String>,
    /// Rehearsal or production.
    pub mode: Mode,
}

/// One key, as the records know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct KeyCard {
    /// Its check value.
    pub check_value: String,
    /// Its label in the token that it was made in, where a record says it.
    pub label: Option<String>,
    /// The kind of key.
    pub spec: Option<String>,
    /// Its state (SP 800-57 Part 1 Rev. 5), in words.
    pub state: String,
    /// The day it was made or first named.
    pub since: String,
    /// The day until which it may protect data.
    pub protects_until: Option<String>,
    /// How many copies of it the records know that may still be there.
    pub copies: u32,
    /// Rehearsal or production.
    pub mode: Mode,
}

/// One ceremony script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ScriptCard {
    /// The name a person gives on the command line, `byok-aws`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for, one or two sentences.
    pub purpose: String,
    /// Estimated minutes, from the steps.
    pub minutes: u32,
    /// How many people it needs with the parameters' defaults.
    pub people: u32,
}

/// One run of a ceremony on this workstation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RunCard {
    /// The run's id.
    pub run: String,
    /// The script's name; none where it cannot be read.
    pub script: Option<String>,
    /// The script's title.
    pub title: String,
    /// Rehearsal or production.
    pub mode: Mode,
    /// When it began, UTC, ISO 8601.
    pub begun: String,
    /// Where it stands.
    pub state: RunState,
    /// "step 7 of 23: Wrap the master key for AWS KMS", or what went wrong when it was read.
    pub stands: String,
    /// The evidence pack's folder, once closed.
    pub pack: Option<String>,
    /// The day until which its pack is to be kept (45 CFR 164.316(b)(2)(i)), counted from the last entry; none while it is open.
    pub kept_until: Option<String>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Begun and not closed: it can be resumed.
    Open,
    /// Closed with an evidence pack.
    Closed,
    /// Given up by decision; nothing it made may be used.
    Abandoned,
    /// Its transcript does not verify; it cannot be resumed.
    Damaged,
}

/// What is plugged in, and what it must not be trusted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct DevicesView {
    /// Tokens and YubiKeys.
    pub devices: Vec<DeviceCard>,
    /// What could not be looked at, and what to do, one sentence each.
    pub notes: Vec<String>,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct DeviceCard {
    /// "HSM token", "YubiKey".
    pub kind: String,
    /// Its name or model, as it says.
    pub name: String,
    /// Its serial number, as it says.
    pub serial: String,
    /// Firmware, module, form factor and the like.
    pub facts: Vec<Fact>,
    /// Its PKCS#11 address (RFC 7512), where it has one: what `token` in Review takes.
    pub uri: Option<String>,
    /// What it must not be trusted with, or what has to be done first; one sentence each.
    pub cautions: Vec<String>,
}
