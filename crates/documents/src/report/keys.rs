//! The keys: what each is, how it was made, and where it went.

use super::flow::{Group, groups, picture};
use super::record::Record;
use super::{value, words};
use facts::{Form, Named};
use paper::{Block, Column};
use protocol::visible;
use register::places::Place;
use register::{walk, walk_plan};
use std::borrow::Cow;
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

pub(super) fn section(record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::KEYS.into()));
    let said = of_key(record);
    if !said.is_empty() {
        out.push(Block::Facts(said));
    }
    out.extend(validated(record).map(|says| Block::Text(says.into())));
    let lines = plan_lines(record);
    let of_plan = !lines.is_empty();
    if of_plan {
        out.push(Block::Heading(3, words::KEYS_OF_THE_PLAN.into()));
        out.push(Block::Table(plan_columns(), lines));
    }
    let believed = record.ended == Some(Kind::Closed);
    let places: Vec<Place> = if of_plan {
        walk_plan::of_record(record.entries, believed).into_iter().flat_map(|(_, places)| places).collect()
    } else {
        walk::of_record(record.entries, believed)
    };
    if places.is_empty() {
        out.push(Block::Text(words::NO_PLACE.into()));
        return;
    }
    let groups = groups(&places, of_plan);
    out.push(Block::Heading(3, words::FLOW.into()));
    out.push(Block::Text(words::FLOW_SAYS.into()));
    out.extend(picture(&groups));
    out.push(place_table(&groups, of_plan));
}

/// A fact's newest value, and beside it what it had to be, where an earlier one says that.
pub(super) fn beside(record: &[Entry], name: &str, v: &serde_json::Value) -> String {
    let text = value::text(v);
    let Some((_, expected)) = EXPECTED.iter().find(|(observed, _)| *observed == name) else { return text };
    let expected = record.iter().rev().find_map(|e| e.value(expected));
    match expected.map(value::text) {
        Some(expected) if expected == text => words::as_expected(&text),
        Some(expected) => words::not_as_expected(&text, &expected),
        None => text,
    }
}

/// Values that have to be those of other facts.
const EXPECTED: &[(&str, &str)] = &[
    (facts::REBUILT_CHECK_VALUE.name(), facts::CHECK_VALUE.name()),
    (facts::SEALED_CHECK_VALUE.name(), facts::CHECK_VALUE.name()),
    (facts::DRILLED_CHECK_VALUE.name(), facts::DRILL_CHECK_VALUE.name()),
    (facts::RESTORED_CHECK_VALUE.name(), facts::DRILL_CHECK_VALUE.name()),
    (facts::BROUGHT_BACK_CHECK_VALUE.name(), facts::DRILL_CHECK_VALUE.name()),
    (facts::FOUND_CHECK_VALUE.name(), facts::DRILL_CHECK_VALUE.name()),
    (facts::DESTROYED_CHECK_VALUE.name(), facts::DRILL_CHECK_VALUE.name()),
];

/// What the record says of the one key, of its backup and of its way to a provider: the newest of each.
fn of_key(record: &Record<'_>) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
    let newest = |name: &str| record.entries.iter().rev().find_map(|e| e.value(name));
    words::OF_THE_KEY
        .iter()
        .filter_map(|(name, called)| Some((*called, *name, newest(name)?)))
        .map(|(called, name, v)| (called.into(), beside(record.entries, name, v).into()))
        .collect()
}

/// What somebody looked up of the device's validation, with its day; that nobody did, where a device was used.
pub(super) fn validated(record: &Record<'_>) -> Option<String> {
    let text = |fact: &facts::Fact<facts::Text>| record.text(fact).unwrap_or_default();
    match record.newest(&facts::VALIDATION_LOOKED_UP) {
        Some(looked_up) => Some(words::validation(
            &text(&facts::VALIDATION_CERTIFICATE),
            &text(&facts::VALIDATION_STANDARD),
            &text(&facts::VALIDATION_STATUS),
            &looked_up,
        )),
        None => match record.text(&facts::VALIDATION_KNOWN) {
            Some(known) => Some(words::validation_known(&known)),
            None => record.newest(&facts::TOKEN_MODEL).map(|_| words::NO_VALIDATION.to_owned()),
        },
    }
}

fn plan_columns() -> Vec<Column<'static>> {
    vec![
        Column::new(words::LINE, 7),
        Column::new(words::LABEL, 23),
        Column::new(words::KIND, 11),
        // As wide as 32 hexadecimal digits.
        Column::new(words::CHECK_VALUE, 46).fixed(),
        Column::new(words::FOR, 13),
    ]
}

/// A line of a plan: label, kind, check value, provider.
type Line = [String; 4];

fn plan_lines(record: &Record<'_>) -> Vec<Vec<Cow<'static, str>>> {
    let mut lines: BTreeMap<u64, Line> = BTreeMap::new();
    for entry in record.entries {
        let Some(line) = facts::PLAN_LINE.within(entry) else { continue };
        let [label, kind, check_value, target] = lines.entry(line).or_default();
        put(label, entry, &facts::PLAN_MADE_LABEL);
        put(label, entry, &facts::PLAN_AGAIN_LABEL);
        put(kind, entry, &facts::PLAN_KEY_TYPE);
        put(check_value, entry, &facts::PLAN_MADE_CHECK_VALUE);
        put(check_value, entry, &facts::PLAN_BACKED_CHECK_VALUE);
        put(target, entry, &facts::PLAN_TARGET);
    }
    let row = |(line, texts): (u64, Line)| {
        std::iter::once(line.to_string()).chain(texts).map(Cow::from).collect::<Vec<_>>()
    };
    lines.into_iter().map(row).collect()
}

fn put<F: Form<Value = String>>(to: &mut String, entry: &Entry, fact: &impl Named<F>) {
    if let Some(text) = fact.within(entry) {
        *to = visible(&text).into_owned();
    }
}

/// The same as the picture: every place, or of a plan every sort of place with how many there are. A column of nothing is left
/// out.
fn place_table(groups: &[Group<'_>], of_plan: bool) -> Block<'static> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for group in groups {
        let from = group.from.and_then(|from| groups.get(from)).map_or(words::NOTHING_BEFORE, Group::head);
        if of_plan {
            rows.push([group.text(), from.to_owned(), group.paths(), group.became()]);
            continue;
        }
        for place in &group.places {
            let became =
                place.became.as_ref().map_or_else(String::new, |(what, run)| words::became(what, run));
            let path = place.path.as_deref().unwrap_or_default();
            let [says, path, became] = [&place.says, path, &became].map(|text| visible(text).into_owned());
            rows.push([says, from.to_owned(), path, became]);
        }
    }
    let heads = [(words::WHAT, 46), (words::COMES_FROM, 20), (words::HOW, 16), (words::BECAME, 24)];
    let filled: Vec<bool> =
        (0..heads.len()).map(|n| rows.iter().any(|row| row.get(n).is_some_and(|t| !t.is_empty()))).collect();
    let columns = heads
        .into_iter()
        .zip(&filled)
        .filter(|(_, filled)| **filled)
        .map(|((head, share), _)| Column::new(head, share));
    let row = |row: [String; 4]| {
        row.into_iter().zip(&filled).filter(|(_, filled)| **filled).map(|(text, _)| Cow::from(text)).collect()
    };
    Block::Table(columns.collect(), rows.into_iter().map(row).collect())
}
