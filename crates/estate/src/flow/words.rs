//! What people read of the flow of keys.

use super::NodeKind;
use crate::estate::{Custody, Encryption};
use register::{Key, Set, SetState};
use std::fmt::Display;
use transcript::count;

pub(super) const NOTHING_YET: &str =
    "Nothing is known yet: no record here names a key, and no system is listed.";

// Where keys are made.
pub(super) const ELSEWHERE: &str = "Elsewhere";
pub(super) const NO_RECORD_HERE: &str = "no record here says where";
pub(super) const YUBIKEY: &str = "YubiKey";
pub(super) const TOKEN: &str = "Token";
pub(super) const HOLDS: &str = "holds a copy of";
pub(super) const HOLDS_RESTORED: &str = "holds a copy, restored from a backup, of";

pub(super) fn made(made: &str) -> String {
    format!("made ({made})")
}

pub(super) fn made_and_gone(made: &str) -> String {
    format!("made ({made}; gone from it since)")
}

/// A copy of which more was said, as `missing`.
pub(super) fn holds_but(says: &str, became: &str) -> String {
    format!("{says} (which is {became})")
}

pub(super) const PERHAPS: &str = "perhaps of another key";

pub(super) fn token(model: Option<&str>, serial: &str) -> String {
    listed([Some(format!("serial {serial}")), model.map(str::to_owned)])
}

// Keys.
pub(super) fn key_without_label(tail: &str) -> String {
    format!("Key {tail}")
}

/// The end of a check value, which is what people read aloud.
pub(super) fn tail(check_value: &str) -> String {
    const LAST: usize = 8;
    let cut = check_value.char_indices().rev().nth(LAST - 1).map_or(0, |(at, _)| at);
    check_value
        .get(cut..)
        .map_or_else(String::new, |end| if cut == 0 { end.to_owned() } else { format!("…{end}") })
}

/// What is known of a key: its state first. Its check value stands in the label of one that has no other name.
pub(super) fn of_key(
    key: &Key,
    is_named: bool,
    for_system: Option<&str>,
    unread: usize,
    only_wrapped: bool,
) -> String {
    listed([
        Some(key.state.to_string()),
        only_wrapped.then(|| "nothing is left but a wrapped file".to_owned()),
        key.spec.clone(),
        is_named.then(|| tail(&key.check_value)),
        for_system.map(|system| format!("for {system}")),
        (unread > 0).then(|| count(unread, "record of it is not here", "records of it are not here")),
    ])
}

// Backups.
pub(super) const BACKED_UP_IN: &str = "is backed up in";
pub(super) const PLACE_NOT_RECORDED: &str = "Place not recorded";
pub(super) const MISSING: &str = "Missing";
pub(super) const ON_YUBIKEYS: &str = "Custodians' YubiKeys";
pub(super) const BROKEN_SEAL: &str = "its seal is broken";
pub(super) const BOXED: &str = "encrypted to a YubiKey";

pub(super) fn older_backup(state: impl Display) -> String {
    format!("has a backup, {state}, in")
}

/// How a set is dealt, and what became of it.
pub(super) fn of_set(set: &Set) -> String {
    let dealt = match (set.sites_needed, set.threshold, set.shares) {
        (Some(sites), ..) if !set.groups.is_empty() => format!("{sites} of {} sites", set.groups.len()),
        (_, Some(needed), Some(shares)) => format!("{needed} of {shares} shares"),
        (_, _, Some(shares)) => count(shares, "share", "shares"),
        _ => "how it is dealt is not recorded".to_owned(),
    };
    // Most are in use: the others are told.
    listed([Some(dealt), (set.state != SetState::InUse).then(|| set.state.to_string())])
}

pub(super) const SET_NOT_HERE: &str = "its ceremony is not recorded here";

/// `has shares 1, 2 and 4 (4: on its way) at`.
pub(super) fn shares_at(shares: &[(u8, Option<String>)]) -> String {
    let numbers: Vec<String> = shares.iter().map(|(share, _)| share.to_string()).collect();
    let what = if numbers.len() == 1 { "share" } else { "shares" };
    let said: Vec<String> =
        shares.iter().filter_map(|(share, says)| Some(format!("{share}: {}", says.as_ref()?))).collect();
    let said = if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) };
    format!("has {what} {}{said} at", and(&numbers))
}

fn and(all: &[String]) -> String {
    match all {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => all.join(", "),
    }
}

pub(super) fn shares_of_sets(sheets: usize, sets: usize) -> String {
    listed([Some(count(sheets, "share", "shares")), Some(count(sets, "set", "sets"))])
}

// Providers.
/// A provider by its own name; one that is not known here by the word of the records.
pub(super) fn provider(target: &str) -> &str {
    match target {
        "aws-kms" => "AWS KMS",
        "azure-key-vault" => "Azure Key Vault",
        "azure-managed-hsm" => "Azure Managed HSM",
        "google-kms" => "Google Cloud KMS",
        "oracle-vault" => "OCI Vault",
        "alibaba-kms" => "Alibaba Cloud KMS",
        "ibm-key-protect" => "IBM Key Protect",
        "vault-transit" => "HashiCorp Vault",
        "salesforce-shield" => "Salesforce Shield",
        other => other,
    }
}

pub(super) fn was_brought(times: &[String]) -> String {
    format!("was brought ({}) to", times.join("; "))
}

pub(super) fn was_wrapped(times: &[String]) -> String {
    format!("was wrapped ({}) for", times.join("; "))
}

/// One import of a key.
pub(super) fn brought(
    name: &str,
    received: Option<&str>,
    seen: Option<(&str, &str)>,
    until: Option<&str>,
) -> String {
    listed([
        (!name.is_empty()).then(|| format!("as {name}")),
        Some(
            received
                .map_or_else(|| "no receipt read".to_owned(), |on| format!("taken in, read on {}", day(on))),
        ),
        seen.filter(|(what, _)| !what.is_empty()).map(|(what, on)| format!("seen as {what} on {}", day(on))),
        until.map(|until| format!("kept until {}", day(until))),
    ])
}

/// A copy at a provider that no list of imports has.
pub(super) fn carried_on(name: &str) -> String {
    format!("as {name}, by a record of another workstation or of a ceremony that was given up")
}

/// The day of a time.
fn day(time: &str) -> &str {
    time.get(.."2027-10-01".len()).unwrap_or(time)
}

// Systems.
pub(super) const USED_BY: &str = "is used by";
pub(super) const NO_KEY_KNOWN: &str = "has no key that is known here; it is counted as";
pub(super) const KEY_UNKNOWN: &str = "names a key that no record here knows; it is counted as";
pub(super) const ITS_KEY_IS: &str = "names a key that is destroyed; it is counted as";
pub(super) const KEY_DESTROYED: &str = "Key destroyed";

pub(super) fn of_system(vendor: Option<&str>, encryption: Encryption) -> String {
    let encryption = match encryption {
        Encryption::Verified => "encryption verified",
        Encryption::Said => "encrypted, it is said",
        Encryption::Unknown => "encryption unknown",
        Encryption::Unencrypted => "not encrypted",
    };
    listed([Some(encryption.to_owned()), vendor.map(str::to_owned)])
}

pub(super) fn custody(custody: Custody) -> &'static str {
    match custody {
        Custody::CustomerManaged => "Customer-managed",
        Custody::ProviderManaged => "Provider-managed",
        Custody::Byok => "Brought by the hospital",
        Custody::External => "External",
        Custody::Undecided => "Undecided",
    }
}

// What is left out.
pub(super) const LEFT_OUT: &str = "Left out";

pub(super) fn left_out(destroyed: usize, gone: usize) -> String {
    listed([
        (destroyed > 0).then(|| count(destroyed, "key that is destroyed", "keys that are destroyed")),
        (gone > 0)
            .then(|| count(gone, "place from which a copy is gone", "places from which a copy is gone")),
    ])
}

pub(super) fn left_out_are(what: &str) -> String {
    format!("Left out: {what}.")
}

pub(super) fn keys(keys: usize) -> String {
    count(keys, "key", "keys")
}

pub(super) fn systems(systems: usize) -> String {
    count(systems, "system", "systems")
}

/// What a text says of several things, those that there are.
pub(super) fn listed<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

// The picture.
pub(super) const TITLE: &str = "Where keys are made, backed up, brought and used";
pub(super) const NO_KEY_HEADING: &str = "Without a key here";
pub(super) const NONE: &str = "none";
pub(super) const CROSSING: &str = "Lines that cross are joined only where there is a mark.";
pub(super) const FIRM: &str = "A token: the key was made in it and is in it. A provider: it took the key in. A site: the shares lie there sealed. A set: it is in use.";
pub(super) const OPEN: &str = "A token: no record here says that the key was made in it. A provider: no receipt was read. A site: not every share lies there sealed. A set: it is no longer in use.";
pub(super) const GONE: &str = "A token: the key was made in it, and is in it no longer.";
pub(super) const LOOK: &str = "Somebody has to look.";

pub(super) fn heading(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Site => "Sites",
        NodeKind::ShareSet => "Share sets",
        NodeKind::Hsm => "HSMs and tokens",
        NodeKind::Key => "Keys",
        NodeKind::Provider => "Providers",
        NodeKind::System | NodeKind::Group => "Systems",
    }
}

/// What the picture shows, for whoever does not see it.
pub(super) fn description(counts: &[(NodeKind, usize)]) -> String {
    let said: Vec<String> = counts.iter().map(|(kind, many)| format!("{}: {many}", heading(*kind))).collect();
    format!("{}. The table of the key flow says the same in words.", said.join("; "))
}

/// A tooltip.
pub(super) fn sentence(from: &str, says: &str, to: &str) -> String {
    format!("{from} {says} {to}")
}

// The table.
pub(super) fn with_note(label: &str, note: &str) -> String {
    format!("{label} ({note})")
}

pub(super) fn named_by_id(name: &str, id: &str) -> String {
    format!("{name} [{id}]")
}
