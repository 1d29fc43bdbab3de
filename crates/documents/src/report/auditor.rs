//! The auditor's page: the files, what was checked, how to check it again, and what is proven.

use super::record::Record;
use super::{ReportOf, words};
use crate::page::shown;
use paper::{Block, Column};
use protocol::visible;
use std::borrow::Cow;

pub(super) fn section(of: &ReportOf<'_>, record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    files(of, out);
    out.push(Block::Heading(2, words::CHECKED.into()));
    out.push(Block::Text(words::CHECKED_SAYS.into()));
    let line = |(holds, says): &(bool, String)| Cow::from(words::checked(*holds, &visible(says)));
    out.push(Block::List(of.checked.iter().map(line).collect()));
    out.push(Block::Heading(2, words::FOR_THE_AUDITOR.into()));
    out.push(Block::List(words::HOW_TO_CHECK.iter().map(|says| Cow::from(*says)).collect()));
    out.push(Block::Heading(3, words::PROVEN.into()));
    out.push(Block::List(words::IS_PROVEN.iter().map(|says| Cow::from(*says)).collect()));
    out.push(Block::Heading(3, words::NOT_PROVEN.into()));
    let mut not: Vec<Cow<'static, str>> = words::IS_NOT_PROVEN.iter().map(|says| Cow::from(*says)).collect();
    if record.rehearsal {
        not.insert(0, words::REHEARSAL.into());
    }
    out.push(Block::List(not));
}

fn files(of: &ReportOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::FILES_OF_THE_PACK.into()));
    if of.files.is_empty() {
        out.push(Block::Text(words::NO_FILES.into()));
        return;
    }
    let row =
        |f: &transcript::FileDigest| vec![shown(&f.name), f.size.to_string().into(), f.sha256.clone().into()];
    out.push(Block::Table(
        vec![
            Column::new(words::NAME, 38),
            Column::new(words::BYTES, 12),
            Column::new(words::SHA256, 50).fixed(),
        ],
        of.files.iter().map(row).collect(),
    ));
}
