//! The first page: for whoever has two minutes.

use super::record::{Record, at, minute};
use super::{ReportOf, certificate, departures, words};
use paper::{Block, Column};
use protocol::{ReadAloud, visible, words_of};
use std::borrow::Cow;
use transcript::{Kind, Level};

pub(super) fn page(of: &ReportOf<'_>, record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(1, words::title(record).into()));
    out.extend(warnings(of, record));
    out.push(Block::Facts(what(of, record)));
    out.push(Block::Heading(2, words::EXCEPTIONS.into()));
    let departed = departures::in_short(record);
    if departed.is_empty() {
        out.push(Block::Text(words::NO_EXCEPTION.into()));
    } else {
        out.push(Block::List(departed.into_iter().map(Cow::from).collect()));
    }
    out.push(Block::Heading(2, words::MADE.into()));
    let made = |(name, value): &(String, String)| {
        (Cow::from(visible(name).into_owned()), Cow::from(visible(value).into_owned()))
    };
    let shown = certificate::done(record);
    if of.made.is_empty() && shown.is_empty() {
        out.push(Block::Text(words::NOTHING_MADE.into()));
    }
    if !of.made.is_empty() {
        out.push(Block::Facts(of.made.iter().map(made).collect()));
    }
    if !shown.is_empty() {
        out.push(Block::List(shown.into_iter().map(Cow::from).collect()));
    }
    out.push(Block::Heading(2, words::NOT_SHOWN.into()));
    out.push(Block::List(not_shown(of).into_iter().map(Cow::from).collect()));
    out.push(Block::Heading(2, words::SIGNED_BY.into()));
    let signer = record.newest(&facts::SIGNING_KEY_SHA256);
    out.push(Block::Text(match &signer {
        Some(sha256) => words::signer(sha256).into(),
        None => words::NO_SIGNER.into(),
    }));
    head(of, out);
    let next: Vec<Cow<'static, str>> =
        of.next.iter().map(|next| Cow::from(visible(next).into_owned())).collect();
    if !next.is_empty() {
        out.push(Block::Heading(2, words::NEXT.into()));
        out.push(Block::List(next));
    }
}

fn warnings(of: &ReportOf<'_>, record: &Record<'_>) -> Vec<Block<'static>> {
    let mut all = Vec::new();
    if record.rehearsal {
        all.push(Block::Framed(words::REHEARSAL.into()));
    }
    match record.ended {
        Some(Kind::Abandoned) => all.push(Block::Framed(words::GIVEN_UP.into())),
        None => all.push(Block::Framed(words::NO_END.into())),
        _ => {}
    }
    if of.level < Level::Internal {
        all.push(Block::Text(words::of_level(of.level).into()));
    }
    all
}

/// What, when, where, who.
fn what(of: &ReportOf<'_>, record: &Record<'_>) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
    let mut facts: Vec<(Cow<'static, str>, Cow<'static, str>)> = Vec::new();
    let mut say = |name: &'static str, value: String| {
        if !value.is_empty() {
            facts.push((name.into(), value.into()));
        }
    };
    say(words::RESULT, words::result(record).to_owned());
    say(words::CEREMONY, record.run.clone());
    say(words::PURPOSE, of.plan.map_or_else(String::new, |p| visible(&p.script.purpose).into_owned()));
    let version = record.newest(&facts::SCRIPT_VERSION).unwrap_or(0);
    say(words::SCRIPT, words::script(&record.script, version));
    say(words::SCRIPT_WORDS, in_words(&record.script_sha256));
    say(words::BEGUN, record.entries.first().map(minute).unwrap_or_default());
    say(words::ENDED, record.entries.last().map(minute).unwrap_or_default());
    let span = record.entries.first().and_then(at).zip(record.entries.last().and_then(at));
    say(
        words::LASTED,
        span.map_or_else(String::new, |(from, to)| words::lasted((to - from).whole_minutes())),
    );
    say(words::DEVICE, certificate::device(record));
    if record.newest(&facts::TOKEN_IS_SOFTWARE).is_some_and(|word| word == "yes") {
        say(words::SOFTWARE, words::SOFTWARE_SAYS.to_owned());
    }
    say(words::PEOPLE, who(record));
    facts
}

/// Who signed that they took part, by name and role; how many, where the reader may not have names.
fn who(record: &Record<'_>) -> String {
    let ids = record.newest(&facts::PEOPLE_ATTENDING).unwrap_or_default();
    let named: Vec<String> = ids
        .iter()
        .filter_map(|id| record.people.get(id))
        .map(|(name, role)| words::person(&visible(name), &visible(role)))
        .collect();
    match record.newest(&facts::ATTENDING) {
        _ if !named.is_empty() => named.join("; "),
        Some(many) => words::people(many),
        None => words::NOBODY_SIGNED_IN.to_owned(),
    }
}

/// The first four bytes of a digest in words, as they stand on screens.
fn in_words(sha256: &str) -> String {
    let bytes = data_encoding::HEXLOWER.decode(sha256.as_bytes()).unwrap_or_default();
    words_of(bytes.get(..4).unwrap_or_default()).join(" ")
}

/// What nobody could show, and what the script says of risks that stay.
fn not_shown(of: &ReportOf<'_>) -> Vec<String> {
    let mut all: Vec<String> = of.not_checked.iter().map(|says| visible(says).into_owned()).collect();
    all.extend(of.plan.iter().flat_map(|p| &p.script.notices).map(|says| visible(says).into_owned()));
    all.push(words::NOT_WHAT_HAPPENED.to_owned());
    all
}

/// Where the record ends, to be compared with what people noted.
fn head(of: &ReportOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::HEAD.into()));
    out.push(Block::Text(words::head(of.head.entries).into()));
    let column = |head: &'static str, share, fixed| Column { head: head.into(), share, fixed };
    let rows = ReadAloud::of(&of.head.chain)
        .rows
        .into_iter()
        .map(|row| vec![row.number.to_string().into(), row.hex.join(" ").into(), row.words.join(" ").into()]);
    out.push(Block::Table(
        vec![column(words::ROW, 9, false), column(words::HEX, 32, true), column(words::IN_WORDS, 59, false)],
        rows.collect(),
    ));
}
