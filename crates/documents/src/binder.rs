//! The binder: what the records of a period say, for somebody who investigates or audits. A pure function of the register,
//! the records and the list of ended ceremonies.

mod words;

use crate::crosswalk;
use crate::page::shown;
use crate::report::Summary;
use paper::{Block, Column, Imprint, Look, Media, PaperError, When};
use protocol::visible;
use register::{Due, Register};
use std::borrow::Cow;

/// What a binder is made of.
pub struct BinderOf<'a> {
    /// The first day, `2026-01-01`.
    pub from: &'a str,
    /// The last day.
    pub to: &'a str,
    /// Whether it is of rehearsals.
    pub rehearsal: bool,
    /// The day it is made.
    pub when: When,
    /// The paper.
    pub media: Media,
    /// What all records of this workstation say.
    pub register: &'a Register,
    /// The ceremonies whose record begins in the period, oldest first.
    pub ceremonies: Vec<Summary>,
    /// How many ended ceremonies the list names.
    pub listed: usize,
    /// What does not agree with that list, a sentence each.
    pub wrong: &'a [String],
}

/// The binder as PDF/A and PDF/UA.
pub fn pdf(of: &BinderOf<'_>) -> Result<Vec<u8>, PaperError> {
    let title = words::title(of.from, of.to);
    let imprint =
        Imprint { title: &title, script_hash: "", language: "en", when: of.when, rehearsal: of.rehearsal };
    paper::document(&imprint, Look::on(of.media), &blocks(of))
}

fn list(out: &mut Vec<Block<'static>>, lines: Vec<Cow<'static, str>>) {
    out.push(if lines.is_empty() { Block::Text(words::NONE.into()) } else { Block::List(lines) });
}

/// What its pages are made of, in order.
pub fn blocks(of: &BinderOf<'_>) -> Vec<Block<'static>> {
    let mut out = vec![Block::Heading(1, words::title(of.from, of.to).into())];
    if of.rehearsal {
        out.push(Block::Framed(words::REHEARSALS.into()));
    }
    out.push(Block::Text(words::SAYS.into()));
    index(of, &mut out);
    chain(of, &mut out);
    keys(of, &mut out);
    drills(of, &mut out);
    dues(of, &mut out);
    refused(of, &mut out);
    exceptions(of, &mut out);
    out.extend(crate::estate::blocks(&estate::Estate::of(of.register, &day_of(of.when))));
    provisions(of, &mut out);
    for ceremony in &of.ceremonies {
        out.push(Block::NewPage);
        out.push(Block::Heading(2, words::ceremony(&ceremony.title, &ceremony.run).into()));
        out.extend(ceremony.first_page.iter().cloned());
    }
    out
}

/// The day on which it is made.
fn day_of(when: When) -> String {
    when.to_string().get(..10).unwrap_or_default().to_owned()
}

fn index(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::INDEX.into()));
    let row = |one: &Summary| {
        vec![
            shown(&one.begun),
            shown(&one.title),
            shown(&one.run),
            one.result.into(),
            one.departed.len().to_string().into(),
            kept_until(&one.ended_on).into(),
        ]
    };
    let columns = vec![
        Column::new(words::BEGUN, 16),
        Column::new(words::SCRIPT, 18),
        Column::new(words::CEREMONY, 22),
        Column::new(words::RESULT, 12),
        Column::new(words::EXCEPTIONS, 16),
        Column::new(words::KEEP_UNTIL, 16),
    ];
    out.push(Block::Table(columns, of.ceremonies.iter().map(row).collect()));
    out.push(Block::Text(words::KEEP_SAYS.into()));
}

/// The same day six years later; the last of February where there is no 29th.
fn kept_until(day: &str) -> String {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    let Ok(day) = time::Date::parse(day, form) else { return String::new() };
    let later = day.replace_year(day.year() + 6);
    later
        .unwrap_or_else(|_| {
            day.previous_day().and_then(|d| d.replace_year(day.year() + 6).ok()).unwrap_or(day)
        })
        .to_string()
}

fn chain(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::CHAIN.into()));
    out.push(Block::Text(words::chain(of.listed).into()));
    list(out, of.wrong.iter().map(|says| shown(says)).collect());
}

fn keys(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::KEYS.into()));
    let row = |key: &register::Key| {
        let or = |t: &Option<String>| t.as_deref().map_or_else(|| words::NOT_KNOWN.into(), shown);
        vec![
            or(&key.label),
            shown(&key.check_value),
            shown(&words::state(key)),
            of.register
                .copies_of(&key.check_value)
                .iter()
                .filter(|c| c.place.gone_in().is_none())
                .count()
                .to_string()
                .into(),
            or(&key.protects_until),
        ]
    };
    let columns = vec![
        Column::new(words::KEY, 24),
        Column::new(words::CHECK_VALUE, 34).fixed(),
        Column::new(words::STATE, 16),
        Column::new(words::COPIES, 10),
        Column::new(words::PROTECTS_UNTIL, 16),
    ];
    out.push(Block::Table(columns, of.register.keys.iter().map(row).collect()));
}

fn drills(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::DRILLS.into()));
    let held = of.ceremonies.iter().filter_map(|one| {
        Some(Cow::from(words::drill(&one.begun, &one.run, &visible(one.drill.as_deref()?))))
    });
    list(out, held.collect());
    out.push(Block::Heading(3, words::DRILLS_DUE.into()));
    list(out, of.register.drills(of.to).iter().map(|says| shown(says)).collect());
}

/// Whether a time in UTC is on a day of the period.
fn within(of: &BinderOf<'_>, utc: &str) -> bool {
    utc.get(..10).is_some_and(|day| of.from <= day && day <= of.to)
}

fn dues(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::DUES.into()));
    let all = &of.register.dues;
    // What is due on a day that has not passed yet is not late.
    let today = &*day_of(of.when);
    let late = |due: &&Due| {
        let settled = due.settled.as_ref().and_then(|(since, _)| since.get(..10));
        let by = due.by.as_deref().filter(|by| of.from <= *by && *by <= of.to);
        by.is_some_and(|by| settled.unwrap_or(today) > by)
    };
    let met = |due: &&Due| !late(due) && due.settled.as_ref().is_some_and(|(since, _)| within(of, since));
    let says = |due: &Due| Cow::from(words::due(due, &visible(&due.says)));
    for (head, some) in [
        (words::MISSED, all.iter().filter(late).map(says).collect::<Vec<_>>()),
        (words::MET, all.iter().filter(met).map(says).collect()),
        (words::OPEN, all.iter().filter(|due| due.settled.is_none() && !late(due)).map(says).collect()),
    ] {
        out.push(Block::Heading(3, head.into()));
        list(out, some);
    }
}

fn refused(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::REFUSED.into()));
    list(out, of.register.refused.iter().map(|one| shown(&words::refused(one))).collect());
}

fn exceptions(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::EXCEPTIONS_OF.into()));
    let each = of
        .ceremonies
        .iter()
        .flat_map(|one| one.departed.iter().map(|says| Cow::from(words::of_ceremony(&one.run, says))));
    list(out, each.collect());
    out.push(Block::Heading(3, words::CONTRADICTIONS.into()));
    list(out, of.register.contradictions.iter().map(|says| shown(says)).collect());
}

/// How many ceremonies are named beside a provision.
const NAMED: usize = 6;

fn provisions(of: &BinderOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::CROSSWALK.into()));
    out.push(Block::Framed(words::NO_ADVICE.into()));
    list(out, crosswalk::sources().into_iter().map(Cow::from).collect());
    let row = |row: crosswalk::Row| {
        let runs: Vec<&str> = of
            .ceremonies
            .iter()
            .filter(|one| row.scripts.contains(&one.script))
            .map(|one| one.run.as_str())
            .collect();
        let behind = match runs.len() {
            0 => words::NO_CEREMONY.to_owned(),
            many if many > NAMED => words::and_more(
                &runs.iter().take(NAMED).copied().collect::<Vec<_>>().join("\n"),
                many - NAMED,
            ),
            _ => runs.join("\n"),
        };
        vec![
            Cow::from(row.provision),
            row.speaks.into(),
            visible(&behind).into_owned().into(),
            row.still.into(),
        ]
    };
    let columns = vec![
        Column::new(words::PROVISION, 24),
        Column::new(words::SPEAKS, 34),
        Column::new(words::IN_THE_PERIOD, 18),
        Column::new(words::STILL, 24),
    ];
    out.push(Block::Table(columns, crosswalk::rows().into_iter().map(row).collect()));
}

#[cfg(test)]
mod tests {
    use super::kept_until;

    #[test]
    fn six_years_later_is_a_day_that_exists() {
        assert_eq!(kept_until("2026-11-30"), "2032-11-30");
        assert_eq!(kept_until("2028-02-29"), "2034-02-28");
        assert_eq!(kept_until("no day"), "");
    }
}
