//! The report: a ceremony's record as a document for people who were not there. A pure function of the record and of what
//! lies beside it in the pack: the same input gives the same bytes.

mod acts;
mod appendix;
mod auditor;
mod certificate;
mod departures;
mod first;
mod flow;
mod keys;
mod people;
mod record;
mod timeline;
mod value;
mod words;

pub use value::{name as fact_name, text as fact_text};

use crate::{card, html, page};
use paper::{Block, Imprint, Look, Media, PaperError, When};
use record::Record;
use script::Plan;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Entry, FileDigest, Head, Level};

/// What a report is made of.
pub struct ReportOf<'a> {
    /// The record's entries, with nothing in them above the level.
    pub entries: &'a [Entry],
    /// For whom it is.
    pub level: Level,
    /// The script with its people, where the reader may have them.
    pub plan: Option<&'a Plan>,
    /// How far the record goes.
    pub head: Head,
    /// What was made, by name.
    pub made: &'a [(String, String)],
    /// What has to happen after it.
    pub next: &'a [String],
    /// What the record was checked for when the report was made, each with whether it holds.
    pub checked: &'a [(bool, String)],
    /// What could not be checked.
    pub not_checked: &'a [String],
    /// The files of the pack.
    pub files: &'a [FileDigest],
    /// Texts that are printed whole at the end, by name.
    pub texts: &'a [(String, String)],
    /// The text of the workstation card that the ceremony wrote, where it wrote one.
    pub card: Option<&'a str>,
    /// The paper.
    pub media: Media,
}

/// The names that the two forms of the report have in a pack.
pub const PDF: &str = "report.pdf";
/// See [`PDF`].
pub const HTML: &str = "report.html";
/// The name that the certificate has there.
pub const CERTIFICATE: &str = "certificate.pdf";
/// The name that the workstation card's page has there.
pub const CARD: &str = "workstation-card.pdf";
/// All of them, each with [`Report::made`].
pub const PAPERS: [&str; 4] = [PDF, HTML, CERTIFICATE, CARD];

/// A report, made of a record once, in whatever form it is then read.
pub struct Report {
    title: String,
    script_sha256: String,
    when: When,
    rehearsal: bool,
    media: Media,
    blocks: Vec<Block<'static>>,
    /// The certificate's title and what stands on it, where there is one.
    certificate: Option<(String, Vec<Block<'static>>)>,
    /// What stands on the workstation card's page, where there is one.
    card: Option<Vec<Block<'static>>>,
}

impl Report {
    /// Makes it.
    pub fn of(of: &ReportOf<'_>) -> Self {
        let record = Record::of(of);
        let certificate = certificate::blocks(of, &record);
        Self {
            title: words::title(&record),
            when: when(of.entries),
            rehearsal: record.rehearsal,
            media: of.media,
            blocks: blocks(of, &record),
            certificate: certificate.map(|blocks| (words::certificate_title(&record.title), blocks)),
            card: of.card.and_then(card::blocks),
            script_sha256: record.script_sha256,
        }
    }

    /// What its pages are made of, in order.
    pub fn blocks(&self) -> &[Block<'static>] {
        &self.blocks
    }

    /// As PDF/A and PDF/UA.
    pub fn pdf(&self) -> Result<Vec<u8>, PaperError> {
        self.set(&self.title, &self.blocks)
    }

    /// The certificate alone, one page as a rule; none of a record that did not close, or that did nothing that is certified.
    pub fn certificate(&self) -> Option<Result<Vec<u8>, PaperError>> {
        self.certificate.as_ref().map(|(title, blocks)| self.set(title, blocks))
    }

    /// The page of the workstation card that the ceremony wrote; none where it wrote none.
    pub fn card(&self) -> Option<Result<Vec<u8>, PaperError>> {
        self.card.as_ref().map(|blocks| self.set(card::TITLE, blocks))
    }

    /// As one page of HTML that loads nothing and runs nothing.
    pub fn html(&self) -> String {
        html::page(&self.title, self.rehearsal, &self.blocks)
    }

    /// The bytes of the paper with this name, one of [`PAPERS`]; none where the record makes none.
    pub fn made(&self, name: &str) -> Option<Result<Vec<u8>, PaperError>> {
        match name {
            PDF => Some(self.pdf()),
            HTML => Some(Ok(self.html().into_bytes())),
            CERTIFICATE => self.certificate(),
            CARD => self.card(),
            _ => None,
        }
    }

    fn set(&self, title: &str, blocks: &[Block<'_>]) -> Result<Vec<u8>, PaperError> {
        let imprint = Imprint {
            title,
            script_hash: &self.script_sha256,
            language: "en",
            when: self.when,
            rehearsal: self.rehearsal,
        };
        paper::document(&imprint, Look::on(self.media), blocks)
    }
}

/// A ceremony as a binder has it.
pub struct Summary {
    /// Its run.
    pub run: String,
    /// The script's name.
    pub script: String,
    /// The script's title, or its name.
    pub title: String,
    /// When it was begun: `2026-11-25 14:05 UTC`.
    pub begun: String,
    /// The day of its last entry.
    pub ended_on: String,
    /// How it ended, in words.
    pub result: &'static str,
    /// Each exception, refusal and decision, in a line.
    pub departed: Vec<String>,
    /// What came of a drill, where it was one.
    pub drill: Option<String>,
    /// The first page of its report, under headings of level 3.
    pub first_page: Vec<Block<'static>>,
}

/// A ceremony in short.
pub fn summary(of: &ReportOf<'_>) -> Summary {
    let record = Record::of(of);
    let mut first_page = Vec::new();
    first::page(of, &record, &mut first_page);
    let below = |block: Block<'static>| match block {
        Block::Heading(1, _) => None,
        Block::Heading(_, text) => Some(Block::Heading(3, text)),
        other => Some(other),
    };
    Summary {
        begun: record.entries.first().map(record::minute).unwrap_or_default(),
        ended_on: record.entries.last().and_then(|e| e.utc.get(..10)).unwrap_or_default().to_owned(),
        result: words::in_short(&record),
        departed: departures::in_short(&record),
        drill: record.newest(&facts::DRILL_RESULT),
        first_page: first_page.into_iter().filter_map(below).collect(),
        run: record.run,
        script: record.script,
        title: record.title,
    }
}

fn blocks(of: &ReportOf<'_>, record: &Record<'_>) -> Vec<Block<'static>> {
    let mut out = Vec::new();
    first::page(of, record, &mut out);
    people::section(of, record, &mut out);
    keys::section(record, &mut out);
    timeline::section(of, record, &mut out);
    departures::section(record, &mut out);
    acts::section(of, record, &mut out);
    auditor::section(of, record, &mut out);
    appendix::section(of, &mut out);
    out
}

/// When the record ends: a report has no time of its own.
fn when(entries: &[Entry]) -> When {
    let last = entries.last().and_then(|e| OffsetDateTime::parse(&e.utc, &Rfc3339).ok());
    page::when(last.unwrap_or(OffsetDateTime::UNIX_EPOCH))
}
