//! What is printed whole at the end: what the names mean, the script, the people, and how to recover without this program.

use super::{ReportOf, value, words};
use crate::page::shown;
use paper::Block;
use protocol::visible_lines;
use std::borrow::Cow;
use std::collections::BTreeSet;
use transcript::Kind;

pub(super) fn section(of: &ReportOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::NAMES.into()));
    out.push(Block::Text(words::NAMES_SAY.into()));
    let entries = of.entries.iter().filter(|e| e.kind != Kind::Checkpoint);
    let names: BTreeSet<&String> =
        entries.flat_map(|e| e.facts.values().flat_map(|facts| facts.keys())).collect();
    let mut seen = BTreeSet::new();
    let meant = names.into_iter().filter_map(|name| {
        let about = facts::about(name)?;
        seen.insert(about.name).then(|| (Cow::from(value::name(about.name)), Cow::from(about.doc)))
    });
    out.push(Block::Facts(meant.collect()));
    for (name, text) in of.texts {
        out.push(Block::NewPage);
        out.push(Block::Heading(2, shown(name)));
        out.push(Block::Fixed(
            visible_lines(&text.replace("\r\n", "\n").replace('\t', "    ")).into_owned().into(),
        ));
    }
}
