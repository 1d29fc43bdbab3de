//! What scripts have recorded, and what is due after it.

use crate::declare::facts;
use crate::{CheckValue, Day, FileInPack, Json, List, Number, Pair, PathInPack, Sha256Hex, Text, Triple};

facts! {
    RECORDED: Fact = public "recorded", Text, "the kind of thing that a script had recorded; each of its facts is called by the kind, a dot and the field";
    RECORDED_ON: Fact = public "recorded-on", Day, "the day on which it was recorded, by the workstation's clock";
    ANSWERED_AFTER: Fact = public "answered-after-seconds", Number, "how many seconds after it was read aloud everything was answered, in an exercise";
    PROVIDER_STATE_FILE: Fact = internal "provider-state-file", FileInPack, "what providers show of their keys, as it was carried in, in the pack";
    PROVIDER_STATE_SHA256: Fact = public "provider-state-sha256", Sha256Hex, "the digest of that file";
    PROVIDER_STATE_KEYS: Fact = public "provider-state-keys", Number, "how many keys it shows";
    PROVIDER_STATE_SEEN: Fact = public "provider-state-seen", List<Json>, "those of them that a ceremony here wrapped: objects of `run`, `key`, `target`, `name`, `condition`, `expires` and, where those of its place are listed, `aliases`";
    PROVIDER_STATE_DIFFERS: Fact = public "provider-state-differs", List<Pair<Text, Text>>, "what differs from the register: what each is called, and a sentence";
    STOP_KEY: Fact = public "stop-key", CheckValue, "the check value of the key that instructions were written to stop";
    STOP_AT: Fact = public "stop-at", List<Pair<Text, Text>>, "where: the provider, and what the key is called there";
    STOP_AFTER: Fact = public "stop-after-seconds", Number, "how many seconds after the declaration the instructions were written";
    STOP_FILE: Fact = internal "stop-file", PathInPack, "the instructions in words, with their folder in the pack";
    SCRIPT_APPROVED: Fact = public "script-approved", Text, "by which ceremony of this workstation the script was approved for production and until when, or that it was not, in words";
    DUE_OPENED: Fact = public "due-opened", List<Triple<Text, Text, Day>>, "what is due after it in another ceremony: what it is called, what has to be done, and the day by which";
    DUE_SETTLED: Fact = public "due-settled", List<Text>, "what was due and is settled by it";
}

/// The kind of a record that says in which state a key is.
pub const KEY_STATE: &str = "key-state";
/// The kind of a record that declares a compromise; it says the key's state too.
pub const COMPROMISE: &str = "compromise";
/// The kind of a record that approves a script for production.
pub const SCRIPT_APPROVAL: &str = "script-approval";
/// The kinds that say until when a key protects and processes, that somebody leaves, that a bag moved, and what became of a
/// medium.
pub const CRYPTOPERIOD: &str = "cryptoperiod";
/// See [`CRYPTOPERIOD`].
pub const LEAVER: &str = "leaver";
/// See [`CRYPTOPERIOD`].
pub const BAG_MOVED: &str = "bag-moved";
/// See [`CRYPTOPERIOD`].
pub const MEDIUM: &str = "medium";
/// What becomes of a backup whose sheets guard other keys of its plan too, where one of its keys is destroyed.
pub const KEPT: &str = "kept";
/// What is recorded where no key, or nothing that is due, is meant.
pub const NONE: &str = "none";

/// Each kind that the register reads, with the fields that it reads of it.
pub const KINDS: &[(&str, &[&str])] = &[
    (KEY_STATE, &["key", "state"]),
    (COMPROMISE, &["key", "state"]),
    (CRYPTOPERIOD, &["key", "protects-until", "processes-until", "reason", "approver"]),
    (LEAVER, &["person", "last-day"]),
    (BAG_MOVED, &["bag", "event", "to", "seal"]),
    (MEDIUM, &["medium"]),
    (SCRIPT_APPROVAL, &["script", "until"]),
    (crate::SYSTEM, SYSTEM_COLUMNS),
    (crate::AGREEMENT, AGREEMENT_COLUMNS),
    (crate::POLICY, POLICY_COLUMNS),
    (crate::SAFEGUARD, SAFEGUARD_COLUMNS),
    (crate::ANSWER, ANSWER_COLUMNS),
    (crate::INCIDENT, INCIDENT_FIELDS),
];

/// The field of an incident that says who decided of it.
pub const INCIDENT_DECIDER: &str = "decided-by";

/// What is kept of a system, its id first.
pub const SYSTEM_COLUMNS: &[&str] = &[
    "id",
    "name",
    "sort",
    "owner",
    "vendor",
    "data",
    "where-data",
    "where-key",
    "accepted",
    "encryption",
    "key",
    "custody",
    "control",
    "cost",
    "exit",
    "incident",
    "expertise",
    "risk",
    "because",
    "approver",
    "review",
    "agreement",
];
/// What is kept of an agreement.
pub const AGREEMENT_COLUMNS: &[&str] = &[
    "id",
    "party",
    "provider",
    "generates",
    "stores",
    "backs-up",
    "rotates",
    "destroys",
    "notify-hours",
    "audit-logs",
    "signed",
    "expires",
];
/// What is kept of a policy.
pub const POLICY_COLUMNS: &[&str] =
    &["id", "title", "version", "sha256", "approver", "effective", "review", "ended", "scripts"];
/// What is kept of a safeguard.
pub const SAFEGUARD_COLUMNS: &[&str] = &["citation", "decision", "reason", "alternative", "by", "evidence"];
/// What is kept of an answer.
pub const ANSWER_COLUMNS: &[&str] = &["id", "vendor", "question", "answer", "by", "on"];
/// What is recorded of an incident.
pub const INCIDENT_FIELDS: &[&str] = &[
    "incident",
    "found",
    "what",
    "data-exposed",
    "keys-exposed",
    "encrypted",
    "keys-apart",
    "nature",
    "recipient",
    "acquired",
    "mitigated",
    "people",
    "decision",
    "because",
    "decided-by",
];
