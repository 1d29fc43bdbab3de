//! `coffer print --pdf`, `--forms` and `--sheets`: what is printed before the day.

use super::{register, words};
use crate::desk::{Desk, Wanted};
use crate::players::terminal;
use crate::screen::say;
use actions::REPERTOIRE;
use documents::booklet::{BookletOf, pdf};
use documents::forms::{self, FormsOf};
use documents::page;
use paper::{Media, PaperError, When};
use protocol::Problem;
use script::Plan;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is asked for beside the script.
#[derive(clap::Args)]
pub(crate) struct Asked {
    /// Write the booklet as PDF into this file, which must not be there yet.
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
    /// Write the online team's slip, slips for where the record ends, and labels as PDF into this file.
    #[arg(long, value_name = "FILE")]
    forms: Option<PathBuf>,
    /// Write a blank share sheet for each custodian into this folder, which must not be there yet.
    #[arg(long, value_name = "FOLDER")]
    sheets: Option<PathBuf>,
    /// On US Letter instead of A4.
    #[arg(long)]
    letter: bool,
    /// In large type, the booklet.
    #[arg(long, requires = "pdf")]
    large: bool,
}

impl Asked {
    /// Everything that is written.
    pub(crate) fn outs(&self) -> impl Iterator<Item = &Path> {
        [&self.pdf, &self.forms, &self.sheets].into_iter().flatten().map(PathBuf::as_path)
    }
}

/// Writes what is asked for; the script as text in the terminal, where no file is named.
pub(crate) fn print(desk: &Desk, wanted: &Wanted<'_>, asked: &Asked) -> Result<ExitCode, Problem> {
    if asked.outs().next().is_none() { terminal::print(wanted) } else { write(desk, wanted, asked) }
}

fn write(desk: &Desk, wanted: &Wanted<'_>, asked: &Asked) -> Result<ExitCode, Problem> {
    let plan = wanted.plan()?;
    let papers = Papers { desk, plan: &plan, media: media(asked.letter), large: asked.large };
    let absolute = |out: &Path| std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    if let Some(out) = &asked.pdf {
        let out = absolute(out);
        store::write_new(&out, &papers.booklet()?)?;
        say(out.display().to_string());
    }
    if let Some(out) = &asked.forms {
        let out = absolute(out);
        store::write_new(&out, &papers.forms()?)?;
        say(out.display().to_string());
    }
    if let Some(out) = &asked.sheets {
        let out = absolute(out);
        let sheets = papers.sheets()?;
        if sheets.is_empty() {
            return Err(words::no_sheets());
        }
        new_folder(&out, &sheets)?;
        say(out.display().to_string());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes everything that is printed before the day into a new folder in this one; gives the folder, and how many files.
pub(crate) fn all_into(
    desk: &Desk,
    wanted: &Wanted<'_>,
    folder: &Path,
    letter: bool,
) -> Result<(PathBuf, u32), Problem> {
    let plan = wanted.plan()?;
    let papers = Papers { desk, plan: &plan, media: media(letter), large: false };
    let mut files =
        vec![("booklet.pdf".to_owned(), papers.booklet()?), ("forms.pdf".to_owned(), papers.forms()?)];
    files.extend(papers.sheets()?);
    let out = folder.join(format!("{}-papers-{}", plan.mode.word(), plan.script.name));
    if desk.holds(&out) {
        return Err(words::papers_not_here(&out.display()));
    }
    new_folder(&out, &files)?;
    Ok((out, u32::try_from(files.len()).unwrap_or(u32::MAX)))
}

fn media(letter: bool) -> Media {
    if letter { Media::Letter } else { Media::A4 }
}

/// What is printed of one plan.
struct Papers<'a> {
    desk: &'a Desk,
    plan: &'a Plan,
    media: Media,
    large: bool,
}

impl Papers<'_> {
    fn to_fetch(&self) -> Option<&str> {
        actions::cloud::to_fetch(&self.plan.script, &self.plan.values)
    }

    fn booklet(&self) -> Result<Vec<u8>, Problem> {
        let sha256 = script::hex(&script::script_hash(&self.plan.text));
        let booklet = pdf(&BookletOf {
            to_fetch: self.to_fetch(),
            notice: script::custody::notice(self.plan, &REPERTOIRE).as_deref(),
            approved: register::approved(self.desk, &sha256).as_deref(),
            when: now(),
            media: self.media,
            large: self.large,
            plan: self.plan,
        });
        booklet.map_err(not_made)
    }

    fn of_forms(&self) -> FormsOf<'_> {
        FormsOf { plan: self.plan, to_fetch: self.to_fetch(), when: now(), media: self.media }
    }

    fn forms(&self) -> Result<Vec<u8>, Problem> {
        forms::pdf(&self.of_forms()).map_err(not_made)
    }

    fn sheets(&self) -> Result<Vec<(String, Vec<u8>)>, Problem> {
        forms::blank_sheets(&self.of_forms()).map_err(not_made)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an error that ends here")]
pub(super) fn not_made(e: PaperError) -> Problem {
    words::booklet_not_made(&e.to_string())
}

/// Writes files into a folder that is not there yet.
fn new_folder(out: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    store::whole_folder(out, |folder| {
        files.iter().try_for_each(|(name, bytes)| store::write_new(&folder.join(name), bytes))
    })
}

/// This moment, for a document.
pub(super) fn now() -> When {
    page::when(time::OffsetDateTime::now_utc())
}
