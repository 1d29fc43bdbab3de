//! What CISO Assistant takes in as tables: assets and evidences; and a table for people that leads from a citation to the nodes
//! of its HIPAA library. `docs/exports/ciso-assistant.md` says what is where.
//!
//! Its import stops at the first name that is there already, ignoring capitals, so every name ends in what tells it apart.
//! It reads what looks like a number as one, so every reference begins with a letter.

use super::cell::{csv, line};
use super::{Pack, words};
use crate::{Estate, Kept, worksheet};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use register::DeviceSort;
use std::collections::BTreeSet;

/// The most characters of a name, and of a reference, in CISO Assistant.
const LONGEST_NAME: usize = 200;
const LONGEST_REF: usize = 100;
/// The label that all of them have there.
const LABEL: &str = "cofferdam";
/// A primary asset, which others support, and a supporting one.
const PRIMARY: &str = "PR";
const SUPPORT: &str = "SP";

const ASSETS: [&str; 6] = ["ref_id", "name", "type", "description", "parent_assets", "filtering_labels"];
const EVIDENCES: [&str; 3] = ["name", "description", "filtering_labels"];
const CROSSWALK: [&str; 5] = ["citation", "ref", "urn", "decision", "evidence"];

/// Systems as primary assets; keys, tokens and YubiKeys as what supports them: a key the systems that name it.
pub fn assets(estate: &Estate<'_>) -> Vec<u8> {
    let mut rows = Vec::new();
    for system in &estate.systems {
        let said = |column: &str| system.said(column).map(str::to_owned);
        let of = asset(
            reference("system", system.id()),
            system.said("name").unwrap_or(system.id()),
            system.id(),
            PRIMARY,
            &words::asset_of_system(&said),
        );
        rows.push(with_parents(of, &BTreeSet::new()));
    }
    for key in &estate.register.keys {
        let systems = estate.systems.iter().filter(|system| system.key() == Some(&key.check_value));
        let parents = systems.map(|system| reference("system", system.id())).collect();
        let name = key.label.as_deref().unwrap_or(words::KEY);
        let of = asset(
            reference("key", &key.check_value),
            name,
            &key.check_value,
            SUPPORT,
            &words::asset_of_key(key),
        );
        rows.push(with_parents(of, &parents));
    }
    for device in &estate.register.devices {
        let (sort, name) = match device.sort {
            DeviceSort::Token => ("token", device.model.as_deref().unwrap_or(words::TOKEN)),
            DeviceSort::Yubikey => ("yubikey", words::YUBIKEY),
        };
        let says =
            words::asset_of_device(&device.serial, device.firmware.as_deref(), device.validation.as_ref());
        let of = asset(reference(sort, &device.serial), name, &device.serial, SUPPORT, &says);
        rows.push(with_parents(of, &BTreeSet::new()));
    }
    csv(&ASSETS, &rows)
}

/// Evidence packs, and policies and agreements that are listed. CISO Assistant's import has no column for a file, a digest or a
/// day, so they stand in the description.
pub fn evidences(estate: &Estate<'_>, packs: &[Pack]) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut add = |name: String, says: &str| rows.push(vec![line(&name), line(says), LABEL.to_owned()]);
    for pack in packs {
        let says = words::pack(pack.is_rehearsal(), &pack.says);
        add(evidence_name(pack), &words::evidence_of_pack(&says, &pack.closed, &pack.sums_sha256));
    }
    let listed = |row: &&Kept<'_>| row.is_listed();
    for policy in estate.policies.iter().map(|policy| &policy.0).filter(listed) {
        let said = |column: &str| policy.said(column).map(str::to_owned);
        add(called(policy.text("title"), policy.id()), &words::evidence_of_policy(&said, &policy.row.run));
    }
    for agreement in estate.agreements.iter().map(|agreement| &agreement.0).filter(listed) {
        let said = |column: &str| agreement.said(column).map(str::to_owned);
        let name = called(&words::agreement(agreement.text("party")), agreement.id());
        add(name, &words::evidence_of_agreement(&said, &agreement.row.run));
    }
    rows.sort();
    rows.dedup_by_key(|row| row.first().map(|name| name.to_lowercase()));
    csv(&EVIDENCES, &rows)
}

/// For each safeguard the nodes of CISO Assistant's library `nist-sp-800-66-rev2` that stand for it, what was decided, and the
/// evidence that people named, with the packs among it by their names in [`evidences`]. A safeguard without a node has one row.
///
/// For people who fill an audit there, and for no import: what is decided of a requirement is theirs to enter.
pub fn crosswalk(estate: &Estate<'_>, packs: &[Pack]) -> Vec<u8> {
    let mut rows = Vec::new();
    for one in worksheet(estate) {
        let citation = one.of.citation.as_str();
        let evidence = one.row.and_then(|row| row.said("evidence")).unwrap_or_default();
        let named = packs.iter().filter(|pack| pack.is_named_in(evidence)).map(evidence_name);
        let evidence: Vec<String> =
            std::iter::once(evidence.to_owned()).chain(named).filter(|e| !e.is_empty()).collect();
        let row = |reference: &str, urn: &str| {
            [citation, reference, urn, one.decision(), &evidence.join("; ")]
                .iter()
                .map(|&text| line(text))
                .collect()
        };
        let before = rows.len();
        rows.extend(
            nodes()
                .iter()
                .filter(|node| stands_for(&node.citation, citation))
                .map(|n| row(&n.ref_id, &n.urn)),
        );
        if rows.len() == before {
            rows.push(row("", ""));
        }
    }
    csv(&CROSSWALK, &rows)
}

/// A node of the library, as `data/ciso-nodes.csv` has it.
struct Node {
    citation: String,
    ref_id: String,
    urn: String,
}

fn nodes() -> Vec<Node> {
    let rows = incoming::table::rows(include_str!("../../data/ciso-nodes.csv")).into_iter().flatten().skip(1);
    let node = |cells: Vec<String>| {
        let mut cells = cells.into_iter();
        Some(Node { citation: cells.next()?, ref_id: cells.next()?, urn: cells.next()? })
    };
    rows.filter_map(|row| node(row.ok()?.cells)).collect()
}

/// Whether a node's citation is a safeguard's, or is what the rule has in more steps: the library cites a standard with
/// specifications without its `(i)`, and has the parts of 164.314(a)(2)(i) and (b)(2) one by one.
fn stands_for(node: &str, citation: &str) -> bool {
    let part = citation.starts_with("164.314(") && citation.contains("(2)");
    node == citation
        || citation
            .strip_suffix("(i)")
            .is_some_and(|standard| standard.starts_with("164.308(a)(") && node == standard)
        || (part && node.strip_prefix(citation).is_some_and(|rest| rest.starts_with('(')))
}

fn asset(reference: String, name: &str, id: &str, sort: &str, says: &str) -> [String; 4] {
    [reference, line(&called(name, id)), sort.to_owned(), line(says)]
}

fn with_parents(of: [String; 4], parents: &BTreeSet<String>) -> Vec<String> {
    let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
    of.into_iter().chain([parents.join("|"), LABEL.to_owned()]).collect()
}

/// The name of a pack's evidence.
fn evidence_name(pack: &Pack) -> String {
    called(&pack.title, &pack.run)
}

/// A name with what tells it apart, which is kept whole.
fn called(name: &str, id: &str) -> String {
    let longest = LONGEST_NAME.saturating_sub(id.chars().count() + " ()".len());
    words::called(&name.chars().take(longest).collect::<String>(), id)
}

/// A reference that is a word: an id as it is where it is plain, or else, since commas and bars separate references, the first 20
/// digits of its SHA-256.
fn reference(sort: &str, id: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if !id.is_empty() && id.chars().all(plain) && id.len() + sort.len() < LONGEST_REF {
        return format!("{sort}-{id}");
    }
    let whole = HEXLOWER.encode(digest(&SHA256, id.as_bytes()).as_ref());
    format!("{sort}-sha256-{}", whole.get(..20).unwrap_or_default())
}

#[cfg(test)]
mod tests;
