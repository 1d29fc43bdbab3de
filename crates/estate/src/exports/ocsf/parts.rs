//! The parts of an OCSF event that are used here, under the schema's own names (version 1.8.0, the class Entity Management).

use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct Event {
    pub(super) category_uid: u32,
    pub(super) category_name: &'static str,
    pub(super) class_uid: u32,
    pub(super) class_name: &'static str,
    pub(super) activity_id: u32,
    pub(super) activity_name: String,
    /// The class's number times 100, and the activity's.
    pub(super) type_uid: u32,
    pub(super) type_name: String,
    /// Milliseconds since 1970, UTC.
    pub(super) time: i64,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<&'static str>,
    pub(super) message: String,
    pub(super) metadata: Metadata,
    pub(super) actor: Actor,
    pub(super) entity: Entity,
    pub(super) unmapped: Unmapped,
}

#[derive(Serialize)]
pub(super) struct Metadata {
    /// The schema's version.
    pub(super) version: &'static str,
    pub(super) product: Product,
    /// The run, and the entry's number in it.
    pub(super) uid: String,
    /// The entry's number.
    pub(super) sequence: u64,
    /// The run.
    pub(super) correlation_uid: String,
    /// The kind of entry.
    pub(super) event_code: Value,
    /// The record.
    pub(super) log_name: &'static str,
    /// RFC 3339, as the record has it.
    pub(super) original_time: String,
    /// `rehearsal` or `production`.
    pub(super) labels: [String; 1],
}

#[derive(Serialize)]
pub(super) struct Product {
    pub(super) name: &'static str,
    pub(super) vendor_name: &'static str,
    pub(super) version: String,
}

/// Who acted: the program, and the role where somebody did.
#[derive(Serialize)]
pub(super) struct Actor {
    pub(super) app_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<User>,
}

#[derive(Serialize)]
pub(super) struct User {
    /// A role id of the roster, never a name.
    pub(super) uid: String,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) sort: &'static str,
}

#[derive(Serialize)]
pub(super) struct Entity {
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) sort: &'static str,
    pub(super) uid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Unmapped {
    pub(super) cofferdam: Ours,
}

/// What the schema has no place for.
#[derive(Serialize)]
pub(super) struct Ours {
    pub(super) mode: String,
    pub(super) kind: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) act: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<String>,
    /// A role id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confirmer: Option<String>,
    /// Public facts alone.
    pub(super) facts: Value,
    /// Files that the entry names, each with its name and its SHA-256 in hex.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<File>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) opens: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) closes: Vec<String>,
    /// The chain value after the entry, and before it: 64 hexadecimal digits each. None before where that entry is not at hand.
    pub(super) chain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prev: Option<String>,
}

#[derive(Serialize)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) sha256: String,
}
