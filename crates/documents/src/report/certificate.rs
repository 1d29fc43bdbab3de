//! The certificate: one page of what a ceremony that closed did, for a file and for a frame.

use super::record::{Record, minute};
use super::{ReportOf, keys, words};
use crate::page::shown;
use crate::sheet::with_title;
use paper::Block;
use protocol::ReadAloud;
use std::borrow::Cow;
use transcript::Kind;

/// The blocks of it; none for a record that did not close, or that did nothing that is certified.
pub(super) fn blocks(of: &ReportOf<'_>, record: &Record<'_>) -> Option<Vec<Block<'static>>> {
    if record.ended != Some(Kind::Closed) {
        return None;
    }
    let done = record.shows();
    if done.is_empty() {
        return None;
    }
    let mut out = vec![Block::Heading(1, words::CERTIFICATE.into())];
    if record.rehearsal {
        out.push(Block::Framed(words::CERTIFIES_PRACTICE.into()));
    }
    out.push(Block::Text(words::certifies(&record.title, &record.run).into()));
    out.push(Block::Heading(2, words::DONE_HERE.into()));
    out.push(Block::List(done.into_iter().map(Cow::from).collect()));
    out.push(Block::Facts(facts(of, record)));
    out.push(Block::Heading(2, words::NOT_SHOWN.into()));
    let mut not: Vec<Cow<'static, str>> = vec![words::NOT_WHAT_HAPPENED.into(), words::NOT_ALL_COPIES.into()];
    not.extend(keys::validated(record).map(Cow::from));
    out.push(Block::List(not));
    out.push(Block::Signatures(signers(of)));
    Some(out)
}

fn facts(of: &ReportOf<'_>, record: &Record<'_>) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
    let mut facts: Vec<(Cow<'static, str>, Cow<'static, str>)> = Vec::new();
    let mut say = |name: &'static str, text: Option<String>| {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            facts.push((name.into(), text.into()));
        }
    };
    say(words::DAY, record.entries.last().map(minute));
    say(words::DEVICE, Some(record.device()));
    say(
        words::CHECK_VALUE,
        record.text(&facts::CHECK_VALUE).or_else(|| record.text(&facts::DRILL_CHECK_VALUE)),
    );
    say(words::PATH, record.text(&facts::EARLIER_KEY_PATH));
    say(words::SHARES_DEALT, shares(record));
    say(words::NEXT_DRILL, record.text(&facts::NEXT_DRILL));
    let head = ReadAloud::of(&of.head.chain).rows.into_iter().next();
    say(
        words::HEAD_BEGINS,
        head.map(|row| words::begins(of.head.entries, &row.hex.join(" "), &row.words.join(" "))),
    );
    say(words::SIGNER, record.text(&facts::SIGNING_KEY_SHA256));
    facts
}

fn shares(record: &Record<'_>) -> Option<String> {
    let shares = record.newest(&facts::SHARES)?;
    let needed = record.newest(&facts::THRESHOLD).or_else(|| record.newest(&facts::SITES_NEEDED))?;
    Some(words::dealt(needed, shares, record.newest(&facts::SITES_NEEDED).is_some()))
}

/// Who signs it by hand: everybody in a role of whom there is one.
fn signers(of: &ReportOf<'_>) -> Vec<Cow<'static, str>> {
    let roles = of.plan.iter().flat_map(|plan| &plan.script.roles).filter(|role| role.count == "1");
    let named = roles.filter_map(|role| {
        let person = of.plan?.roster.of_role(&role.role).first().copied()?;
        Some(shown(&with_title(of.plan?, person)))
    });
    let mut all: Vec<Cow<'static, str>> = named.collect();
    if all.is_empty() {
        all.push(words::SIGNS.into());
    }
    all
}
