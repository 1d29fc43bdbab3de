//! Everything that goes out, as files with their names.

use super::log::breach_log;
use super::{CycloneDx, Pack, calendar, cell, ciso_assistant, cyclonedx, lists, ocsf, oscal, table, words};
use crate::estate::Estate;
use crate::flow::{flow, svg, table as ways_of};
use crate::questionnaire_table;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use serde_json::Value;
use std::collections::BTreeSet;
use transcript::Entry;

/// The records that a SIEM is to have.
#[derive(Debug)]
pub struct Records<'r> {
    /// Whether they are of rehearsals or of production.
    pub mode: &'r str,
    /// Each run with its entries.
    pub of: &'r [(String, Vec<Entry>)],
}

/// The registers that go out, each with the name of its file.
const REGISTERS: [(&str, &str); 6] = [
    (facts::SYSTEM, "systems"),
    (facts::AGREEMENT, "agreements"),
    (facts::POLICY, "policies"),
    (facts::SAFEGUARD, "safeguards"),
    (facts::ANSWER, "answers"),
    (facts::INCIDENT, "incidents"),
];
/// How wide the picture of the keys' ways is, in its own units.
const WIDE: u32 = 1400;

/// Every file by its name under the folder of the exports. The moment is RFC 3339; the same registers at the same moment give
/// the same bytes.
pub fn everything(
    estate: &Estate<'_>,
    packs: &[Pack],
    records: &Records<'_>,
    at: &str,
) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("README.txt".to_owned(), words::read_me(records.mode, at).into_bytes()),
        (
            "cyclonedx/cbom-1.6.cdx.json".to_owned(),
            pretty(&marked(cyclonedx(estate, CycloneDx::V1_6, at), records.mode)),
        ),
        (
            "cyclonedx/cbom-1.7.cdx.json".to_owned(),
            pretty(&marked(cyclonedx(estate, CycloneDx::V1_7, at), records.mode)),
        ),
        ("oscal/assessment-results.json".to_owned(), pretty(&oscal(estate, packs, at))),
        ("ocsf/events.jsonl".to_owned(), events(records)),
        ("lists/breach-log.csv".to_owned(), breach_log(estate)),
        ("lists/lists.json".to_owned(), pretty(&lists::of_mode(estate, records.mode))),
        ("lists/lists.schema.json".to_owned(), pretty(&lists::schema())),
        ("ciso-assistant/assets.csv".to_owned(), ciso_assistant::assets(estate)),
        ("ciso-assistant/evidences.csv".to_owned(), ciso_assistant::evidences(estate, packs)),
        ("ciso-assistant/crosswalk.csv".to_owned(), ciso_assistant::crosswalk(estate, packs)),
        (
            "calendar/dues.ics".to_owned(),
            named(&calendar(estate.register.dues.iter()), records.mode).into_bytes(),
        ),
    ];
    let ways = flow(estate);
    files.push(("flow/key-flow.svg".to_owned(), svg(&ways, WIDE).into_bytes()));
    files.push(("flow/key-flow.csv".to_owned(), ways_table(ways_of(&ways))));
    for (kind, name) in REGISTERS {
        files.extend(table(estate, kind).map(|bytes| (format!("registers/{name}.csv"), bytes)));
    }
    let vendors: BTreeSet<&str> = estate.systems.iter().filter_map(|system| system.said("vendor")).collect();
    for (n, vendor) in vendors.into_iter().enumerate() {
        files.push((format!("questionnaires/{:03}.csv", n + 1), questionnaire_table(estate, vendor)));
    }
    files.sort();
    files
}

/// SHA-256 of each file, as `sha256sum -c` reads it.
pub fn sums(files: &[(String, Vec<u8>)]) -> String {
    let line = |(name, bytes): &(String, Vec<u8>)| {
        format!("{}  {name}\n", HEXLOWER.encode(digest(&SHA256, bytes).as_ref()))
    };
    files.iter().map(line).collect()
}

/// A bill of materials that says whether it is of rehearsals.
fn marked(mut bom: Value, mode: &str) -> Value {
    if let Some(metadata) = bom.get_mut("metadata").and_then(Value::as_object_mut) {
        let property = serde_json::json!({ "name": "cofferdam:mode", "value": mode });
        metadata.insert("properties".to_owned(), Value::Array(vec![property]));
    }
    bom
}

/// A calendar that says so in its name.
fn named(calendar: &str, mode: &str) -> String {
    let after = "CALSCALE:GREGORIAN\r\n";
    calendar.replacen(after, &format!("{after}X-WR-CALNAME:{}\r\n", words::calendar_name(mode)), 1)
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

fn events(records: &Records<'_>) -> Vec<u8> {
    let mut lines = Vec::new();
    for (run, entries) in records.of {
        for event in ocsf(run, records.mode, entries, env!("CARGO_PKG_VERSION")) {
            lines.extend(serde_json::to_vec(&event).unwrap_or_default());
            lines.push(b'\n');
        }
    }
    lines
}

fn ways_table(ways: Vec<[String; 3]>) -> Vec<u8> {
    let rows: Vec<Vec<String>> =
        ways.into_iter().map(|way| way.iter().map(|text| cell::line(text)).collect()).collect();
    cell::csv(&["from", "what-happens", "to"], &rows)
}
