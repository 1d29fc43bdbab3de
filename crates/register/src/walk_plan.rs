//! A walk along the record of a key plan, for the places where each of its keys went.

use crate::places::{
    Place, Sort, add, bundle_id, carried_on, cloud_id, file_id, id_of_copy, sheet_id, token_id,
};
use crate::words;
use facts::Named as _;
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// What a record says of one line.
#[derive(Default)]
struct Line {
    check_value: Option<String>,
    places: Vec<Place>,
}

/// The places of each key of a plan that a record names, by the key's check value; none for a record of no plan. What it says
/// became of the sheets of an older set counts only where the record is believed.
pub fn of_record(entries: &[Entry], believed: bool) -> Vec<(String, Vec<Place>)> {
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
    let sheet = |n: usize| {
        let sheet = Place::new(Sort::Sheet, sheet_id(n, &set), words::sheet(n, &set), &run);
        sheet.from(Some(file_id(&set)), None)
    };
    let sheets: Vec<Place> = (1..=dealt.unwrap_or_default()).map(sheet).collect();
    let became = if believed { became_of_older(entries, &run) } else { BTreeMap::new() };
    let backed = |line: &Line| line.places.iter().any(|p| p.sort == Sort::File);
    lines
        .into_values()
        .filter_map(|mut line| {
            if backed(&line) {
                add(&mut line.places, sheets.iter().cloned());
            }
            for place in &mut line.places {
                place.became = became.get(&place.id).cloned().or(place.became.take());
            }
            Some((line.check_value?, line.places))
        })
        .collect()
}

/// What two people said became of copies of an older set, by the word for the place; it counts once they signed, which is when
/// the step comes to its end.
pub(crate) fn became_of_older(entries: &[Entry], run: &str) -> BTreeMap<String, (String, String)> {
    let (mut said, mut became) = (Vec::new(), BTreeMap::new());
    for entry in entries {
        if entry.kind == Kind::Outcome {
            became.extend(said.drain(..));
        }
        if let (Some(copy), Some(set), Some(word)) =
            (facts::COPY.within(entry), facts::COPY_OF.within(entry), facts::BECAME.within(entry))
        {
            said.push((id_of_copy(&copy, &set), (word, run.to_owned())));
        }
    }
    became
}

impl Line {
    fn take(&mut self, entry: &Entry, run: &str, serial: &str) {
        // A backup that was made again carries on where the keys of the lines went before.
        add(&mut self.places, carried_on(entry).unwrap_or_default());
        let before = facts::PLAN_AGAIN_FROM_SET.within(entry).map(|set| file_id(&set));
        let source = || before.clone().or_else(|| Some(token_id(serial)));
        let mut put = |sort, id, says, from: (Option<String>, Option<String>)| {
            add(&mut self.places, [Place::new(sort, id, says, run).from(from.0, from.1)]);
        };
        if let Some(label) = facts::PLAN_MADE_LABEL.within(entry) {
            put(Sort::Token, token_id(serial), words::key_in_token(&label, serial), (None, None));
        }
        if let (Some(set), Some(name)) =
            (facts::PLAN_BACKUP_SET.within(entry), facts::PLAN_BACKUP_FILE.within(entry))
        {
            let sha256 = entry.files.iter().find(|f| f.name == name).map_or("", |f| f.sha256.as_str());
            put(Sort::File, file_id(&set), words::wrapped_file(&name, sha256), (source(), None));
        }
        if let (Some(target), Some(name)) =
            (facts::PLAN_WRAPPED_FOR.within(entry), facts::PLAN_CLOUD_KEY.within(entry))
        {
            let bundle = bundle_id(run, &target, &name);
            let of_cloud = words::cloud_key(&target, &name, "");
            put(Sort::Cloud, cloud_id(run, &target, &name), of_cloud, (Some(bundle.clone()), None));
            let from = (source(), facts::PLAN_RUNG.within(entry));
            put(Sort::Bundle, bundle, words::bundle(&target, &name, run), from);
        }
        self.check_value = facts::PLAN_MADE_CHECK_VALUE
            .within(entry)
            .or_else(|| facts::PLAN_BACKED_CHECK_VALUE.within(entry))
            .or_else(|| facts::PLAN_WRAPPED_CHECK_VALUE.within(entry))
            .or(self.check_value.take());
    }
}
