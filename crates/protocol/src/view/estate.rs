//! What a hospital keeps beside its keys, as the window shows it.

use super::Mode;
use serde::{Deserialize, Serialize};

/// The registers of one mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct EstateView {
    /// Of rehearsals or of production.
    pub mode: Mode,
    /// The day in UTC that days are counted from, `2026-11-24`.
    pub today: String,
    /// How many systems are covered: in all first, then by vendor, custody model and data class.
    pub coverage: Vec<CoverageCard>,
    /// Systems, by id; of very many the first.
    pub systems: Vec<SystemCard>,
    /// How many systems are not among them.
    pub more_systems: u32,
    /// Agreements, by id.
    pub agreements: Vec<AgreementCard>,
    /// Policies, by id.
    pub policies: Vec<PolicyCard>,
    /// Every standard and specification, in the order of the rule, with what was decided.
    pub safeguards: Vec<SafeguardCard>,
    /// Incidents that were weighed.
    pub incidents: Vec<IncidentCard>,
    /// Until when what is over is to be kept.
    pub retention: Vec<RetainedCard>,
    /// Where keys are made, backed up, brought and used.
    pub flow: FlowView,
    /// What cannot have happened as the records have it.
    pub contradictions: Vec<String>,
}

/// Systems counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct CoverageCard {
    /// `all`, `vendor`, `custody` or `data`.
    pub by: String,
    /// The vendor, model or class; empty for all.
    pub name: String,
    /// All of them.
    pub systems: u32,
    /// Those that hold ePHI; the counts that follow add up to it.
    pub with_ephi: u32,
    /// Encryption verified, and the key known here.
    pub covered: u32,
    /// Encryption verified, and the key not known here.
    pub verified_not_covered: u32,
    /// Encrypted by somebody's word.
    pub said: u32,
    /// Nobody knows.
    pub unknown: u32,
    /// Not encrypted.
    pub unencrypted: u32,
}

/// A system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct SystemCard {
    /// What it is called in the inventory.
    pub id: String,
    /// What it is.
    pub name: String,
    /// Whose it is; `none` where it is the house's own.
    pub vendor: String,
    /// `ephi` and so on.
    pub data: String,
    /// `verified` and so on.
    pub encryption: String,
    /// `byok` and so on.
    pub custody: String,
    /// Its key: the check value, and its label and state where the register has it.
    pub key: Option<(String, String)>,
    /// Whether it counts as covered.
    pub covered: bool,
    /// Whether its key lies where its data is.
    pub key_with_data: bool,
    /// What its evidence lacks, by column.
    pub lacks: Vec<String>,
    /// Everything that its row says, by column.
    pub row: Vec<(String, String)>,
    /// The day on which it was changed last, and the run whose record has that.
    pub changed: (String, String),
}

/// An agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct AgreementCard {
    /// What it is called.
    pub id: String,
    /// With whom it is.
    pub party: String,
    /// Whether it counts today.
    pub current: bool,
    /// When it ends, if it does, and how many days are left.
    pub ends: Option<(String, i32)>,
    /// Everything that its row says, by column.
    pub row: Vec<(String, String)>,
    /// The day on which it was changed last, and the run whose record has that.
    pub changed: (String, String),
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PolicyCard {
    /// What it is called.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Whether it is in effect today.
    pub in_effect: bool,
    /// When it is looked at again.
    pub review: String,
    /// Scripts whose newest approval follows it as it is now.
    pub followed_by: Vec<String>,
    /// Everything that its row says, by column.
    pub row: Vec<(String, String)>,
    /// The day on which it was changed last, and the run whose record has that.
    pub changed: (String, String),
}

/// A standard or specification of the Security Rule, with what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct SafeguardCard {
    /// `164.312(a)(2)(iv)`.
    pub citation: String,
    /// Its name in the rule.
    pub name: String,
    /// `standard`, `required` or `addressable`.
    pub sort: String,
    /// What was decided, in the register's word.
    pub decision: String,
    /// Whether nobody decided it and somebody has to.
    pub open: bool,
    /// Everything that its row says, by column.
    pub row: Vec<(String, String)>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct IncidentCard {
    /// What it is called.
    pub id: String,
    /// When it was discovered.
    pub found: String,
    /// The sixtieth day after that, and how many days are left to it.
    pub sixtieth: Option<(String, i32)>,
    /// What was decided.
    pub decision: String,
    /// Everything that its record says.
    pub row: Vec<(String, String)>,
    /// The day on which it was weighed last, and the run whose record has that.
    pub changed: (String, String),
}

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RetainedCard {
    /// `policy`, `agreement` or `incident`.
    pub kind: String,
    /// What it is called.
    pub id: String,
    /// The day until which it is to be kept; none while it is in effect.
    pub until: Option<String>,
    /// Whether that day has passed.
    pub may_go: bool,
}

/// The key-flow diagram, laid out, and the same as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct FlowView {
    /// A picture of its own (SVG 1.1), with every text escaped.
    pub svg: String,
    /// Each way of a key: from where, what happens, to where.
    pub table: Vec<(String, String, String)>,
}
