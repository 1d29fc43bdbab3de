//! What people read of what goes out to other tools.

use register::{CloudKey, Key, KeyState, Validation};
use transcript::Kind;

// Everywhere.
pub(super) const PRODUCT: &str = "Cofferdam";
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

fn day(utc: &str) -> &str {
    utc.get(..10).unwrap_or(utc)
}

// CycloneDX.
pub(super) const WHOLE: &str = "Keys and systems of one workstation's records";
pub(super) const SHARE_SET: &str =
    "Shares that rebuild the key under which backups are wrapped. None of them is in this document.";
pub(super) const TOKEN: &str = "PKCS#11 token";
pub(super) const YUBIKEY: &str = "YubiKey";
pub(super) const IN_TOKEN: &str = "PKCS#11 token";
pub(super) const IN_BACKUP: &str = "AES-KWP under a key in shares";
pub(super) const IN_TOKEN_AND_BACKUP: &str = "PKCS#11 token; its backup AES-KWP under a key in shares";

pub(super) fn share_set(set: &str) -> String {
    format!("Set of shares {set}")
}

pub(super) fn of_site(need: u8, have: u8) -> String {
    format!("{need} of {have}")
}

pub(super) fn key(key: &Key) -> String {
    format!("Made: {}.", key.made)
}

pub(super) fn state(state: KeyState, since: &str, run: &str) -> String {
    format!("{state} since {since} (record {run})")
}

pub(super) fn at_provider(cloud: &CloudKey) -> String {
    let receipt = match &cloud.received {
        Some((on, run)) => format!("its receipt was read on {} (record {run})", day(on)),
        None => "no receipt was read".to_owned(),
    };
    format!("{}: {} (wrapped in {}; {receipt})", cloud.target, cloud.name, cloud.run)
}

/// Never that a device is validated: somebody looked something up.
pub(super) fn looked_up(it: &Validation) -> String {
    format!(
        "On {} somebody looked up certificate {} ({}, level {}); its status was given as {}. Whether it is this device's is not \
         known here.",
        it.looked_up, it.certificate, it.standard, it.level, it.status
    )
}

// OCSF.
pub(super) const LOG: &str = "ceremony record";
pub(super) const ROLE: &str = "Role";
pub(super) const KEY: &str = "Cryptographic key";
pub(super) const CEREMONY: &str = "Key ceremony";
pub(super) const REGISTER: &str = "Register";
pub(super) const COMPROMISED: &str = "Compromised";

/// What an entry is about.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Opened => "Opened",
        Kind::Intent => "About to act",
        Kind::Outcome => "Done",
        Kind::Failed => "Not done",
        Kind::Checkpoint => "Signed",
        Kind::Resumed => "Taken up again",
        Kind::TakenBack => "Taken back",
        Kind::Exception => "Departed from the script",
        Kind::Note => "Noted",
        Kind::Closed => "Closed",
        Kind::Abandoned => "Given up",
    }
}

pub(super) fn message(rehearsal: bool, of: Kind, step: Option<&str>, note: Option<&str>) -> String {
    let rehearsal = if rehearsal { "Rehearsal. " } else { "" };
    let step = step.map(|step| format!(": step {step}")).unwrap_or_default();
    let note = note.map(|note| format!(": {note}")).unwrap_or_default();
    format!("{rehearsal}{}{step}{note}", kind(of))
}

// OSCAL.
pub(super) const OSCAL_TITLE: &str =
    "What was decided of the Security Rule's safeguards, and the records of ceremonies";
pub(super) const NO_PLAN_TITLE: &str = "There is no assessment plan";
pub(super) const NO_PLAN: &str = "Nobody wrote an assessment plan for this document: the format asks for a link to one, and it leads here. What is below was read out \
     of the registers and records of one workstation.";
pub(super) const RESULT: &str = "Decisions and records";
pub(super) const RESULT_SAYS: &str = "What people decided of standards and implementation specifications of 45 CFR 164.308 to 164.316, with their reasons, and which \
     records of ceremonies there are. Nothing here was assessed, and nothing says that a provision is met.";
pub(super) const REVIEWED: &str = "Standards and specifications of which a decision or evidence is on record. Being listed says that and no more.";
pub(super) const NONE_REVIEWED: &str = "Of none of these is a decision or evidence on record: the format asks for a list, so all of them stand here.";
pub(super) const RULE: &str = "45 CFR part 164, subpart C";

pub(super) fn of_safeguard(citation: &str, name: &str) -> String {
    format!("{citation} {name}")
}

/// What people decided, in sentences.
pub(super) fn decided(
    sort: &str,
    decision: &str,
    said: &dyn Fn(&str) -> Option<String>,
    run: &str,
) -> String {
    let decision = match decision {
        "done" => "People decided that it is done.",
        "alternative" => "People decided on an alternative.",
        "not-done" => "People decided that it is not done.",
        _ => "Nobody has decided yet.",
    };
    let mut all = vec![format!("In the rule it is {}. {decision}", of_sort(sort))];
    for (column, before) in [
        ("reason", "Their reason"),
        ("alternative", "The alternative"),
        ("by", "To be decided again by"),
        ("evidence", "The evidence that they name"),
    ] {
        all.extend(said(column).map(|value| format!("{before}: {value}.")));
    }
    all.push(format!("Record {run}."));
    all.join(" ")
}

fn of_sort(sort: &str) -> &str {
    match sort {
        "standard" => "a standard",
        "required" => "a required specification",
        "addressable" => "an addressable specification",
        other => other,
    }
}

pub(super) fn of_pack(title: &str, run: &str) -> String {
    format!("{title}, record {run}")
}

pub(super) fn pack(is_rehearsal: bool, says: &str) -> String {
    let of = if is_rehearsal {
        "The evidence pack of a rehearsal: nothing in it is of a real key."
    } else {
        "The evidence pack of a ceremony in production."
    };
    format!("{of} {says}")
}

pub(super) const PACK_EVIDENCE: &str = "The pack's SHA256SUMS, which names each of its files; whether it holds is for whoever has the pack to check.";

// CISO Assistant.
pub(super) fn called(name: &str, id: &str) -> String {
    format!("{name} ({id})")
}

pub(super) fn asset_of_system(said: &dyn Fn(&str) -> Option<String>) -> String {
    let mut all = Vec::new();
    for (column, before) in [
        ("sort", "Sort"),
        ("owner", "Owner"),
        ("vendor", "Vendor"),
        ("data", "Data"),
        ("encryption", "Encryption, as somebody said"),
        ("custody", "Custody of the key"),
        ("key", "Check value of the key"),
        ("review", "Review by"),
    ] {
        all.extend(said(column).map(|value| format!("{before}: {value}.")));
    }
    all.join(" ")
}

pub(super) fn asset_of_key(key: &Key) -> String {
    let known = |before: &str, value: Option<&String>| value.map(|value| format!("{before}: {value}."));
    let mut all = vec![format!("Check value: {}. State: {}.", key.check_value, key.state)];
    all.extend(known("Kind", key.spec.as_ref()));
    all.extend(known("Protects until", key.protects_until.as_ref()));
    all.extend(known("Backup in the set of shares", key.set.as_ref()));
    all.push(format!("Record {}.", key.run));
    all.join(" ")
}

pub(super) fn asset_of_device(
    serial: &str,
    firmware: Option<&str>,
    looked_up: Option<&Validation>,
) -> String {
    let mut all = vec![format!("Serial number {serial}.")];
    all.extend(firmware.map(|firmware| format!("Firmware {firmware}, as it says.")));
    all.extend(looked_up.map(self::looked_up));
    all.join(" ")
}

pub(super) fn evidence_of_pack(says: &str, closed: &str, sums: &str) -> String {
    format!("{says} Closed {closed}. SHA-256 of its SHA256SUMS: {sums}.")
}

pub(super) fn evidence_of_policy(said: &dyn Fn(&str) -> Option<String>, run: &str) -> String {
    let mut all = Vec::new();
    for (column, before) in [
        ("version", "Version"),
        ("sha256", "SHA-256 of the document"),
        ("approver", "Approved by"),
        ("effective", "In effect from"),
        ("review", "Review by"),
        ("ended", "In effect until"),
    ] {
        all.extend(said(column).map(|value| format!("{before}: {value}.")));
    }
    all.push(format!("Record {run}."));
    all.join(" ")
}

pub(super) fn evidence_of_agreement(said: &dyn Fn(&str) -> Option<String>, run: &str) -> String {
    let mut all = Vec::new();
    for (column, before) in [
        ("provider", "Provider"),
        ("signed", "Signed"),
        ("expires", "Ends"),
        ("generates", "Who generates keys"),
        ("stores", "Who stores them"),
        ("backs-up", "Who backs them up"),
        ("rotates", "Who rotates them"),
        ("destroys", "Who destroys them"),
    ] {
        all.extend(said(column).map(|value| format!("{before}: {value}.")));
    }
    all.push(format!("Record {run}."));
    all.join(" ")
}

pub(super) fn agreement(party: &str) -> String {
    format!("Agreement with {party}")
}

/// An appointment's title: what is due, without the ceremony.
pub(super) fn calendar_title(due: &register::Due) -> String {
    format!("Key custody: {}", due.id)
}

/// What lies beside it.
pub(super) fn read_me(mode: &str, at: &str) -> String {
    format!(
        "What the registers of this workstation held at {at}, of {mode}, for other tools. The formats are described in docs/exports of the program.\n\n\
         cyclonedx        a cryptographic bill of materials (CycloneDX 1.6 and 1.7): keys, HSMs, share sets and systems; no value of a key\n\
         oscal            assessment results (OSCAL): what was decided of safeguards, and the evidence packs with their digests\n\
         ocsf             what happened, for a SIEM (OCSF 1.8): a line of JSON an event, of public facts alone\n\
         lists            every list as JSON, with its JSON Schema\n\
         registers        the registers as tables that can be carried in again\n\
         ciso-assistant   assets, evidences and a crosswalk by citation, for CISO Assistant\n\
         questionnaires   the questions about keys, answered, a table a vendor\n\
         flow             where keys are made, backed up, brought and used: a picture (SVG) and a table\n\
         calendar         what is due (RFC 5545)\n\n\
         SHA256SUMS has the digest of every other file. Where the ceremony export wrote them, its record has the digests too.\n\
         Nothing here says that a law is met: it says what records have, and what people wrote and signed.\n"
    )
}

/// What a calendar is called.
pub(super) fn calendar_name(mode: &str) -> String {
    format!("Key custody ({mode})")
}
