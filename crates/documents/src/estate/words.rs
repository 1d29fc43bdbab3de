//! What papers say of the registers that people keep.

use estate::Count;
use estate::flow::NodeKind;

pub(super) const NONE: &str = "None.";
pub(super) const SYSTEMS: &str = "Systems and the coverage of their data";
pub(super) const VENDOR: &str = "Vendor";
pub(super) const CUSTODY: &str = "Custody";
pub(super) const DATA: &str = "Data class";
pub(super) const COUNTS: [&str; 7] =
    ["Systems", "ePHI", "Covered", "Other key", "Said", "Unknown", "In clear"];
pub(super) const SYSTEM: &str = "System";
pub(super) const NAME: &str = "Name";
pub(super) const ENCRYPTION: &str = "Encrypted";
pub(super) const LACKS: &str = "Open";
pub(super) const AGREEMENTS: &str = "Agreements with business associates";
pub(super) const AGREEMENT: &str = "Agreement";
pub(super) const PARTY: &str = "With";
pub(super) const WHO_DOES: &str = "Who does what with keys";
pub(super) const HOURS: &str = "Hours";
pub(super) const LOGS: &str = "Logs";
pub(super) const ENDS: &str = "Ends";
pub(super) const TODAY: &str = "On the day";
pub(super) const COUNTS_TODAY: &str = "counts";
pub(super) const ENDED: &str = "ended";
pub(super) const POLICIES: &str = "Policies and procedures";
pub(super) const POLICY: &str = "Policy";
pub(super) const TITLE: &str = "Title";
pub(super) const APPROVER: &str = "Approver";
pub(super) const IN_FORCE: &str = "In effect";
pub(super) const REVIEW: &str = "Review";
pub(super) const SAFEGUARDS: &str = "Decisions about safeguards";
pub(super) const SAFEGUARDS_SAY: &str = "The standards and specifications of 45 CFR 164.308 to 164.316 in force, with what people decided and signed. A rewrite of \
     the rule is proposed (90 FR 898; status looked up on 2026-11-30); nothing here follows it. Whether a decision is enough is \
     for whoever reads it to say.";
pub(super) const THROUGH: &str = "through its specifications";
pub(super) const CITATION: &str = "Citation";
pub(super) const DECISION: &str = "Decision";
pub(super) const WHY: &str = "Why, and what instead";
pub(super) const EVIDENCE: &str = "Evidence";
pub(super) const INCIDENTS: &str = "Incidents that were weighed";
pub(super) const INCIDENTS_SAY: &str = "What people wrote down by the factors of 45 CFR 164.402, and decided. This is evidence for whoever has to show it \
     (164.414(b)); it declares nothing.";
pub(super) const SIXTIETH: &str = "The sixtieth day after discovery (164.404(b))";
pub(super) const RETENTION: &str = "What is kept, and until when";
pub(super) const RETENTION_SAYS: &str =
    "Six years from when it was made or was last in effect, whichever is later (164.316(b)(2)(i)).";
pub(super) const WHAT: &str = "What";
pub(super) const KEPT_UNTIL: &str = "Kept until";
pub(super) const THEN: &str = "On the day";
pub(super) const IN_EFFECT: &str = "in effect";
pub(super) const OVER: &str = "the six years are over";
pub(super) const KEEP: &str = "to be kept";
pub(super) const WAYS: &str = "Where keys go";
pub(super) const WAYS_SAY: &str = "From the records alone: where keys were made and backed up, to whom they were brought, and which systems use them.";
pub(super) const FROM: &str = "From";
pub(super) const HAPPENS: &str = "What happens";
pub(super) const TO: &str = "To";
pub(super) const SOURCES: &str = "By which record each row is as it is";
pub(super) const CHANGED: &str = "Changed last";
pub(super) const RECORD: &str = "Record";

pub(super) fn as_of(day: &str) -> String {
    format!(
        "What is kept beside the keys, as it stands on {day}, whatever time the rest of this binder is about."
    )
}

pub(super) const QUESTIONNAIRE_SAYS: &str = "Answered from the registers of one workstation where they know, and by people where they do not; each answer says from where. \
     A register has what two people signed; nobody looked at the vendor's systems for it.";
pub(super) const QUESTION: &str = "Question";
pub(super) const ANSWER: &str = "Answer";
pub(super) const NO_ANSWER: &str = "not answered";
pub(super) const ANSWERED_BY: &str = "By";
pub(super) const SIGN: [&str; 2] = ["For the hospital, name and day", "For the vendor, name and day"];

pub(super) fn more(rows: usize) -> String {
    format!("{rows} more rows are in the exports.")
}

pub(super) fn covered(count: &Count) -> String {
    format!(
        "{} of {} systems with ePHI have encryption that somebody verified and a key that the register has. Of the others, {} are \
         verified with no key there that counts, {} are encrypted by somebody's word, of {} nobody knows, and {} are not encrypted.",
        count.covered,
        count.with_ephi,
        count.verified_not_covered,
        count.said,
        count.unknown,
        count.unencrypted
    )
}

pub(super) fn questionnaire(vendor: &str) -> String {
    format!("Questions about keys: {vendor}")
}

pub(super) fn name_and_key(name: &str, key: Option<&str>) -> String {
    key.map_or_else(|| name.to_owned(), |key| format!("{name}; key {key}"))
}

pub(super) fn version(id: &str, version: &str) -> String {
    format!("{id}, version {version}")
}

pub(super) fn in_force(since: &str, ended: Option<&str>) -> String {
    ended.map_or_else(|| format!("since {since}"), |ended| format!("{since} to {ended}"))
}

pub(super) fn name_and_sort(name: &str, sort: &str) -> String {
    format!("{name} ({sort})")
}

pub(super) fn decided(decision: &str, by: Option<&str>) -> String {
    by.map_or_else(|| decision.to_owned(), |by| format!("{decision}, by {by}"))
}

pub(super) fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Site => "Site",
        NodeKind::Hsm => "HSM or token",
        NodeKind::ShareSet => "Set of shares",
        NodeKind::Key => "Key",
        NodeKind::Provider => "Provider",
        NodeKind::System => "System",
        NodeKind::Group => "Systems",
    }
}

pub(super) fn so_many(nodes: usize, kind: NodeKind) -> String {
    let what = match kind {
        NodeKind::Site => "sites",
        NodeKind::Hsm => "tokens",
        NodeKind::ShareSet => "sets",
        NodeKind::Key => "keys",
        NodeKind::Provider => "providers",
        NodeKind::System | NodeKind::Group => "systems",
    };
    format!("{nodes} {what}, which the table has")
}

/// What a box says to whoever does not see the picture.
pub(super) fn stands(head: &str, text: &str, from: Option<&str>) -> String {
    from.map_or_else(|| format!("{head}: {text}."), |from| format!("{head}: {text}, from {from}."))
}
