//! The reports of a record, and how they are made of a pack that is there: the same bytes again.

use crate::people::write_roster::CARD as CARD_FILE;
use crate::words;
use documents::report::{PAPERS, PDF, Report, ReportOf, Summary, summary};
use documents::sheet;
use engine::{Ended, Packing, Past, Repertoire, replay};
use paper::{Media, PaperError};
use script::Plan;
use std::path::{Path, PathBuf};
use transcript::pack::PackFile;
use transcript::{FileDigest, Head, Kind, Level, verify};

/// Texts that are printed whole, where the pack has them.
const WHOLE: [&str; 4] =
    ["script.toml", "roster.toml", "recovery/HOW-TO-RECOVER.md", "recovery/decode_shares.py"];

/// What both reports are made of.
pub struct Source<'a> {
    /// The transcript's bytes, shortened where the reader may not have everything.
    transcript: &'a [u8],
    /// The script with its people, where the reader may have them.
    plan: Option<&'a Plan>,
    /// The files of the pack, where the reader may have them; else those that the record names are listed.
    files: Option<Vec<FileDigest>>,
    /// Texts to print whole, by name.
    texts: Vec<(String, String)>,
    /// The workstation card's text, where the ceremony wrote one.
    card: Option<String>,
    /// The paper.
    media: Media,
}

impl Source<'_> {
    /// Makes what a report is made of, and hands it on.
    fn with<T>(&self, repertoire: &Repertoire, use_it: impl FnOnce(&ReportOf<'_>) -> T) -> T {
        let checked = verify::transcript(self.transcript);
        let past = Past { entries: &checked.entries };
        let ended = if past.ended_as(Kind::Closed) {
            Ended::Closed(PathBuf::new())
        } else if past.is_over() {
            Ended::Abandoned(None)
        } else {
            Ended::Stopped
        };
        let made = match self.plan {
            Some(plan) => repertoire.made(plan, &past),
            None => repertoire.made_by_any(&past),
        };
        let next = self.plan.map(|plan| repertoire.next(plan, &past, &ended)).unwrap_or_default();
        let last = checked.entries.last();
        let head = Head { entries: last.map_or(0, |e| e.seq), chain: last.map_or([0; 32], |e| e.chain) };
        let recorded = || {
            let mut files: Vec<FileDigest> =
                checked.entries.iter().flat_map(|e| e.files.iter().cloned()).collect();
            files.sort_by(|a, b| a.name.cmp(&b.name));
            files.dedup();
            files
        };
        use_it(&ReportOf {
            level: checked.level,
            plan: self.plan,
            head,
            made: &made.into_iter().map(|made| (made.name.to_owned(), made.value)).collect::<Vec<_>>(),
            next: &next,
            checked: &checked.lines.into_iter().map(|line| (line.holds, line.says)).collect::<Vec<_>>(),
            not_checked: &checked.not_checked,
            files: &self.files.clone().unwrap_or_else(recorded),
            texts: &self.texts,
            card: self.card.as_deref(),
            media: self.media,
            entries: &checked.entries,
        })
    }

    /// The report.
    pub fn report(&self, repertoire: &Repertoire) -> Report {
        self.with(repertoire, Report::of)
    }

    /// The ceremony in short, as a binder has it.
    pub fn summary(&self, repertoire: &Repertoire) -> Summary {
        self.with(repertoire, summary)
    }
}

impl<'a> Source<'a> {
    /// Of a transcript alone.
    pub fn of_transcript(transcript: &'a [u8]) -> Self {
        Self { transcript, plan: None, files: None, texts: Vec::new(), card: None, media: Media::A4 }
    }
}

/// The report in both forms and the certificate of a record that has ended. Where one of them cannot be made, a page says why:
/// the pack is written all the same.
pub(crate) fn for_the_pack(packing: &Packing<'_>) -> Vec<PackFile> {
    let repertoire = packing.repertoire;
    let named = packing.files.iter().map(|f| (f.name.as_str(), f.bytes.as_slice()));
    let source = of_files(packing.plan, packing.transcript, named);
    let made = match kept_from_breaking(|| Ok(source.report(repertoire))) {
        Ok(report) => PAPERS.map(|name| (name, kept_from_breaking(|| report.made(name).transpose()))).into(),
        Err(why) => vec![(PDF, Err(why))],
    };
    let (mut files, mut failed) = (Vec::new(), Vec::new());
    for (name, made) in made {
        match made {
            Ok(bytes) => files.extend(bytes.map(|bytes| PackFile { name: name.to_owned(), bytes })),
            Err(why) => failed.push(words::document_not_made(name, &why)),
        }
    }
    if !failed.is_empty() {
        let bytes = words::report_not_made(&failed).into_bytes();
        files.push(PackFile { name: NOT_MADE.to_owned(), bytes });
    }
    files
}

/// What is made, or why it is not. A record that has ended has to get its pack, whatever the library for documents runs into.
fn kept_from_breaking<T>(make: impl FnOnce() -> Result<T, PaperError>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(make))
        .map_err(|_| words::BROKE_OFF.to_owned())?
        .map_err(|e| e.to_string())
}

/// For a reader who has everything: these files of the pack beside the transcript.
fn of_files<'a>(
    plan: &'a Plan,
    transcript: &'a [u8],
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Source<'a> {
    let mut digests = vec![FileDigest::of("transcript.jsonl", transcript)];
    let (mut texts, mut card) = (Vec::new(), None);
    for (name, bytes) in files {
        digests.push(FileDigest::of(name, bytes));
        if let Some(place) = WHOLE.iter().position(|whole| *whole == name) {
            texts.push((place, name.to_owned(), String::from_utf8_lossy(bytes).into_owned()));
        }
        if name.starts_with(CARD_FILE) {
            card = std::str::from_utf8(bytes).ok().map(str::to_owned);
        }
    }
    digests.sort_by(|a, b| a.name.cmp(&b.name));
    texts.sort();
    Source {
        transcript,
        plan: Some(plan),
        files: Some(digests),
        texts: texts.into_iter().map(|(_, name, text)| (name, text)).collect(),
        card,
        media: match sheet::media(plan) {
            Media::A5 => Media::A4,
            other => other,
        },
    }
}

/// What stands in the pack in place of a document.
const NOT_MADE: &str = "report-not-made.txt";
/// The longest record whose papers are made again to be compared, in entries: a few seconds.
const MOST_COMPARED: usize = 20_000;

/// What is found where a pack's papers are made again of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Papers {
    /// The pack has none.
    None,
    /// These are what its record makes, to the byte.
    AsMade(Vec<&'static str>),
    /// These are not what this program makes of the record.
    Otherwise(Vec<&'static str>),
    /// The record is too long to make them again beside a check.
    TooLong,
    /// They could not be made: why.
    NotMade(String),
}

/// A pack, read to make its reports of.
pub struct OfPack {
    transcript: Vec<u8>,
    plan: Option<Plan>,
    files: Vec<(String, Vec<u8>)>,
    repertoire: &'static Repertoire,
}

/// Why no report is made of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoReport {
    /// The pack does not verify: what does not hold.
    DoesNotHold(String),
    /// Its record departs from its script: where, in words.
    Departs(String),
}

impl OfPack {
    /// Reads a pack that verifies and whose record follows its script, for a reader at `level`.
    pub fn read(pack: &Path, level: Level, repertoire: &'static Repertoire) -> Result<Self, NoReport> {
        let checked = verify::pack(pack);
        if !checked.holds {
            let wrong = checked.lines.into_iter().find(|line| !line.holds).map(|line| line.says);
            return Err(NoReport::DoesNotHold(wrong.unwrap_or_default()));
        }
        let read = |name: &str| read(pack, name).map_err(NoReport::DoesNotHold);
        let followed = replay::in_pack(pack, repertoire, &checked.entries);
        let plan = followed.map_err(|departure| NoReport::Departs(departure.why.to_string()))?;
        let level = level.min(checked.level);
        let Some(plan) = plan.filter(|_| level == Level::Internal) else {
            let transcript = transcript::withhold(&read("transcript.jsonl")?, level);
            let transcript = transcript.map_err(NoReport::DoesNotHold)?;
            return Ok(Self { transcript, plan: None, files: Vec::new(), repertoire });
        };
        Self::whole(pack, plan, repertoire).map_err(NoReport::DoesNotHold)
    }

    /// Reads a whole pack that was found to verify and to follow this plan.
    fn whole(pack: &Path, plan: Plan, repertoire: &'static Repertoire) -> Result<Self, String> {
        let names = verify::files_put_into(pack)?.into_iter();
        // Those that are made of the others are none to make them of.
        let made = |name: &str| PAPERS.contains(&name) || name == NOT_MADE;
        let files = names.filter(|name| !made(name));
        let files =
            files.map(|name| Ok((name.clone(), read(pack, &name)?))).collect::<Result<_, String>>()?;
        Ok(Self { transcript: read(pack, "transcript.jsonl")?, plan: Some(plan), files, repertoire })
    }

    /// Its report, on this paper or on that of its plan.
    pub fn report(&self, on: Option<Media>) -> Report {
        let mut source = match &self.plan {
            Some(plan) => {
                let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
                of_files(plan, &self.transcript, files)
            }
            None => Source::of_transcript(&self.transcript),
        };
        source.media = on.unwrap_or(source.media);
        source.report(self.repertoire)
    }
}

/// Makes the papers of a whole pack again, which was found to verify and to follow this plan, and compares them with those that
/// it has. A pack is signed by the machine that wrote it; this tells a page of that machine's own from what its record says.
pub fn papers(pack: &Path, plan: Plan, entries: usize, repertoire: &'static Repertoire) -> Papers {
    let there: Vec<&'static str> = PAPERS.into_iter().filter(|name| pack.join(name).exists()).collect();
    if there.is_empty() {
        return Papers::None;
    }
    if entries > MOST_COMPARED {
        return Papers::TooLong;
    }
    match others_than_made(pack, plan, &there, repertoire) {
        Err(why) => Papers::NotMade(why),
        Ok(others) if others.is_empty() => Papers::AsMade(there),
        Ok(others) => Papers::Otherwise(others),
    }
}

fn others_than_made(
    pack: &Path,
    plan: Plan,
    there: &[&'static str],
    repertoire: &'static Repertoire,
) -> Result<Vec<&'static str>, String> {
    let of_pack = OfPack::whole(pack, plan, repertoire)?;
    let report = kept_from_breaking(|| Ok(of_pack.report(None)))?;
    let mut others = Vec::new();
    for name in there {
        let made = kept_from_breaking(|| report.made(name).transpose())?;
        if made.as_deref() != Some(read(pack, name)?.as_slice()) {
            others.push(*name);
        }
    }
    Ok(others)
}

/// A file of a pack; the error says which and why not.
fn read(pack: &Path, name: &str) -> Result<Vec<u8>, String> {
    outside::read_plain(&pack.join(name), outside::LARGEST_RECORD).map_err(|e| format!("{name} {e}"))
}

#[cfg(test)]
mod tests {
    use super::kept_from_breaking;
    use crate::words;
    use paper::PaperError;

    #[test]
    fn a_document_that_breaks_off_leaves_a_reason_and_no_ruin() {
        assert_eq!(kept_from_breaking(|| Ok(1)), Ok(1));
        assert_eq!(kept_from_breaking(|| Err::<u8, _>(PaperError::Date)), Err(PaperError::Date.to_string()));
        let broken = kept_from_breaking(|| -> Result<u8, PaperError> { panic!("a row that no page holds") });
        assert_eq!(broken, Err(words::BROKE_OFF.to_owned()));
        let page = words::report_not_made(&[words::document_not_made("report.pdf", words::BROKE_OFF)]);
        assert!(page.contains("report.pdf") && page.contains("coffer report FOLDER"));
    }
}
