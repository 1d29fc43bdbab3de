//! A walk along the record of a key plan, for the places where each of its keys went.

use crate::places::{Place, Sort, add, file_id, sheet_id, token_id};
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
    let (mut serial, mut lines, mut sheets) =
        (words::UNKNOWN.to_owned(), BTreeMap::<u64, Line>::new(), Vec::new());
    for entry in entries {
        serial = facts::TOKEN_SERIAL.within(entry).unwrap_or(serial);
        if let (Some(set), Some(dealt)) =
            (facts::SHARE_SET.newest(entries), facts::SHARE_COMMITMENTS.within(entry))
        {
            let sheet = |n: usize| Place::new(Sort::Sheet, sheet_id(n, &set), words::sheet(n, &set), &run);
            add(&mut sheets, (1..=dealt.len()).map(sheet));
        }
        if let Some(line) = facts::PLAN_LINE.within(entry) {
            lines.entry(line).or_default().take(entry, &run, &serial);
        }
    }
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
            put(Sort::Cloud, format!("cloud {run} {target}: {name}"), words::cloud_key(&target, &name, ""));
            put(Sort::Bundle, format!("bundle {run} {target}: {name}"), words::bundle(&target, &name, run));
        }
        self.check_value = facts::PLAN_MADE_CHECK_VALUE
            .within(entry)
            .or_else(|| facts::PLAN_BACKED_CHECK_VALUE.within(entry))
            .or_else(|| facts::PLAN_WRAPPED_CHECK_VALUE.within(entry))
            .or(self.check_value.take());
    }
}
