//! A walk along the record of a key plan, for the places where each of its keys went.

use crate::places::{Place, Sort, add, bundle_id, cloud_id, file_id, sheet_id, token_id};
use crate::words;
use facts::Named as _;
use std::collections::BTreeMap;
use transcript::Entry;

/// What a record says of one line.
#[derive(Default)]
struct Line {
    check_value: Option<String>,
    places: Vec<Place>,
}

/// The places of each key of a plan that a record names, by the key's check value; none for a record of no plan.
pub fn of_record(entries: &[Entry]) -> Vec<(String, Vec<Place>)> {
    let run = entries.first().and_then(|e| facts::RUN.within(e)).unwrap_or_default();
    let (mut serial, mut lines) = (words::UNKNOWN.to_owned(), BTreeMap::<u64, Line>::new());
    for entry in entries {
        serial = facts::TOKEN_SERIAL.within(entry).unwrap_or(serial);
        if let Some(line) = facts::PLAN_LINE.within(entry) {
            lines.entry(line).or_default().take(entry, &run, &serial);
        }
    }
    if lines.is_empty() {
        return Vec::new();
    }
    // Of a set that became void nothing is said: its sheets are asked for by their own obligation.
    let set = facts::SHARE_SET.newest(entries).unwrap_or_default();
    let dealt =
        entries.iter().filter_map(|e| facts::SHARE_COMMITMENTS.within(e)).map(|dealt| dealt.len()).max();
    let sheet = |n: usize| Place::new(Sort::Sheet, sheet_id(n, &set), words::sheet(n, &set), &run);
    let sheets: Vec<Place> = (1..=dealt.unwrap_or_default()).map(sheet).collect();
    let backed = |line: &Line| line.places.iter().any(|p| p.sort == Sort::File);
    lines
        .into_values()
        .filter_map(|mut line| {
            if backed(&line) {
                add(&mut line.places, sheets.iter().cloned());
            }
            Some((line.check_value?, line.places))
        })
        .collect()
}

impl Line {
    fn take(&mut self, entry: &Entry, run: &str, serial: &str) {
        let mut put = |sort, id, says| add(&mut self.places, [Place::new(sort, id, says, run)]);
        if let Some(label) = facts::PLAN_MADE_LABEL.within(entry) {
            put(Sort::Token, token_id(serial), words::key_in_token(&label, serial));
        }
        if let (Some(set), Some(name)) =
            (facts::PLAN_BACKUP_SET.within(entry), facts::PLAN_BACKUP_FILE.within(entry))
        {
            let sha256 = entry.files.iter().find(|f| f.name == name).map_or("", |f| f.sha256.as_str());
            put(Sort::File, file_id(&set), words::wrapped_file(&name, sha256));
        }
        if let (Some(target), Some(name)) =
            (facts::PLAN_WRAPPED_FOR.within(entry), facts::PLAN_CLOUD_KEY.within(entry))
        {
            put(Sort::Cloud, cloud_id(run, &target, &name), words::cloud_key(&target, &name, ""));
            put(Sort::Bundle, bundle_id(run, &target, &name), words::bundle(&target, &name, run));
        }
        self.check_value = facts::PLAN_MADE_CHECK_VALUE
            .within(entry)
            .or_else(|| facts::PLAN_BACKED_CHECK_VALUE.within(entry))
            .or_else(|| facts::PLAN_WRAPPED_CHECK_VALUE.within(entry))
            .or(self.check_value.take());
    }
}
