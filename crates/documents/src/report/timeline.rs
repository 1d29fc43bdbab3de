//! When each act was, and where time went that no step explains.

use super::record::{Record, at, clock, minute};
use super::{ReportOf, words};
use facts::Named as _;
use paper::{Block, Column};
use protocol::visible;
use std::borrow::Cow;
use time::Duration;
use transcript::{Entry, Kind};

/// A pause between two entries that is worth a line.
const PAUSE: Duration = Duration::minutes(10);

pub(super) fn section(of: &ReportOf<'_>, record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::TIMELINE.into()));
    let columns = vec![
        Column::new(words::ACT, 37),
        Column::new(words::BEGUN_UTC, 28),
        Column::new(words::DONE, 15),
        Column::new(words::TOOK, 20),
    ];
    out.push(Block::Table(columns, acts(of, record)));
    let lines = between(record);
    if lines.is_empty() {
        out.push(Block::Text(words::NO_PAUSE.into()));
    } else {
        out.push(Block::Heading(3, words::BETWEEN.into()));
        out.push(Block::List(lines.into_iter().map(Cow::from).collect()));
    }
}

/// The acts in the order in which they were begun; one that was gone back to stands again.
fn acts(of: &ReportOf<'_>, record: &Record<'_>) -> Vec<Vec<Cow<'static, str>>> {
    let mut spans: Vec<(&str, &Entry, &Entry)> = Vec::new();
    for entry in record.entries {
        let Some(act) = entry.act.as_deref() else { continue };
        match spans.last_mut() {
            Some((last, _, to)) if *last == act => *to = entry,
            _ => spans.push((act, entry, entry)),
        }
    }
    let title = |act: &str| {
        let step = of.plan.and_then(|p| p.steps.iter().find(|s| s.act == act));
        step.map_or_else(|| visible(act).into_owned(), |s| visible(&s.act_title).into_owned())
    };
    spans
        .into_iter()
        .map(|(act, from, to)| {
            let took = at(from).zip(at(to)).map(|(from, to)| (to - from).whole_seconds());
            vec![
                title(act).into(),
                minute(from).trim_end_matches(words::UTC).to_owned().into(),
                clock(to).into(),
                took.map_or_else(String::new, words::took).into(),
            ]
        })
        .collect()
}

/// Pauses, stops and goings back, in the order of time.
fn between(record: &Record<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (before, entry) in record.entries.iter().zip(record.entries.iter().skip(1)) {
        let gap = at(before).zip(at(entry)).map_or(Duration::ZERO, |(a, b)| b - a);
        if gap >= PAUSE {
            lines.push(words::pause(&minute(before), gap.whole_minutes()));
        }
        match entry.kind {
            Kind::Resumed => lines.push(words::resumed(&minute(entry))),
            Kind::TakenBack => {
                let to = facts::TO.within(entry).unwrap_or_default();
                lines.push(words::taken_back(&minute(entry), &visible(&to)));
            }
            _ => {}
        }
        if gap < Duration::ZERO {
            lines.push(words::clock_went_back(&minute(entry)));
        }
    }
    lines
}
