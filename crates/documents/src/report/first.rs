//! The first page: for whoever has two minutes.

use super::record::{Record, at, minute};
use super::{ReportOf, departures, words};
use crate::page::{read_aloud, shown};
use paper::Block;
use protocol::{visible, words_of};
use std::borrow::Cow;
use transcript::{Kind, Level};

/// How many departures stand there in a line each.
const SHOWN: usize = 6;

pub(super) fn page(of: &ReportOf<'_>, record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(1, words::title(record).into()));
    out.extend(warnings(of, record));
    out.push(Block::Facts(what(of, record)));
    out.push(Block::Heading(2, words::EXCEPTIONS.into()));
    let mut departed = departures::in_short(record);
    let more = departed.len().saturating_sub(SHOWN);
    if more > 0 {
        departed.truncate(SHOWN);
        departed.push(words::and_more(more));
    }
    if departed.is_empty() {
        out.push(Block::Text(words::NO_EXCEPTION.into()));
    } else {
        out.push(Block::List(departed.into_iter().map(Cow::from).collect()));
    }
    out.push(Block::Heading(2, words::MADE.into()));
    let done = record.shows();
    if of.made.is_empty() && done.is_empty() {
        out.push(Block::Text(words::NOTHING_MADE.into()));
    }
    if !of.made.is_empty() {
        out.push(Block::Facts(of.made.iter().map(|(name, value)| (shown(name), shown(value))).collect()));
    }
    if !done.is_empty() {
        out.push(Block::List(done.into_iter().map(Cow::from).collect()));
    }
    out.push(Block::Heading(2, words::NOT_SHOWN.into()));
    out.push(Block::List(not_shown(of)));
    out.push(Block::Heading(2, words::SIGNED_BY.into()));
    let signer = record.newest(&facts::SIGNING_KEY_SHA256);
    out.push(Block::Text(match &signer {
        Some(sha256) => words::signer(sha256).into(),
        None => words::NO_SIGNER.into(),
    }));
    head(of, out);
    if !of.next.is_empty() {
        out.push(Block::Heading(2, words::NEXT.into()));
        out.push(Block::List(of.next.iter().map(|next| shown(next)).collect()));
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
    say(words::DEVICE, record.device());
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
fn not_shown(of: &ReportOf<'_>) -> Vec<Cow<'static, str>> {
    let notices = of.plan.iter().flat_map(|p| &p.script.notices);
    let said = of.not_checked.iter().chain(notices).map(|says| shown(says));
    said.chain([words::NOT_WHAT_HAPPENED.into()]).collect()
}

/// Where the record ends, to be compared with what people noted.
fn head(of: &ReportOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::HEAD.into()));
    out.push(Block::Text(words::head(of.head.entries).into()));
    out.push(read_aloud(&of.head.chain));
}
