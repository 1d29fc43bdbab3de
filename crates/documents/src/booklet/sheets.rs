//! What is filled in and kept with the booklet: who was there, notes, exceptions, where the record ended; and what helps to
//! read aloud.

use super::{BookletOf, words};
use crate::glossary;
use crate::page::shown;
use crate::sheet::with_title;
use paper::{Block, Column};
use std::borrow::Cow;

/// How many exception sheets are printed.
const EXCEPTIONS: usize = 2;

pub(super) fn section(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::NewPage);
    out.push(Block::Heading(2, words::SIGN_IN.into()));
    out.push(Block::Text(words::SIGN_IN_SAYS.into()));
    let name = |p: &script::Person| shown(&with_title(of.plan, p));
    out.push(Block::Signatures(of.plan.everyone().iter().map(name).collect()));
    for n in 1..=EXCEPTIONS {
        out.push(Block::NewPage);
        out.push(Block::Heading(2, words::exception(n).into()));
        out.push(Block::Text(words::EXCEPTION_SAYS.into()));
        out.push(Block::Blanks(words::OF_EXCEPTION.iter().map(|(says, n)| (Cow::from(*says), *n)).collect()));
        out.push(Block::Signatures(words::SIGN_EXCEPTION.iter().map(|who| Cow::from(*who)).collect()));
    }
    out.push(Block::NewPage);
    out.push(Block::Heading(2, words::NOTES.into()));
    out.push(Block::Blanks(vec![(words::NOTES_SAY.into(), NOTED)]));
    ends(out);
    out.push(Block::NewPage);
    out.push(Block::Heading(2, words::ALOUD.into()));
    out.push(Block::Text(words::ALOUD_SAYS.into()));
    let rows = words::NATO
        .chunks(2)
        .map(|pair| pair.iter().flat_map(|(letter, word)| [Cow::from(*letter), Cow::from(*word)]).collect());
    out.push(Block::Table(
        vec![
            Column::new(words::LETTER, 10),
            Column::new(words::SAY, 40),
            Column::new(words::LETTER, 10),
            Column::new(words::SAY, 40),
        ],
        rows.collect(),
    ));
    out.push(Block::Heading(2, words::GLOSSARY.into()));
    out.push(Block::Facts(glossary::all().map(|(word, means)| (word.into(), means.into())).collect()));
}

/// Lines of the note sheet: a page of Letter in large type holds them.
const NOTED: u8 = 20;

/// Where the record ends, noted at the end and at each stop, and kept away from the workstation.
fn ends(out: &mut Vec<Block<'static>>) {
    out.push(Block::NewPage);
    out.push(Block::Heading(2, words::HEAD.into()));
    out.push(Block::Text(words::HEAD_SAYS.into()));
    for when in [words::AT_THE_END, words::AT_A_STOP] {
        out.push(Block::Heading(3, when.into()));
        out.push(Block::Blanks(words::OF_HEAD.iter().map(|(says, n)| (Cow::from(*says), *n)).collect()));
    }
}
