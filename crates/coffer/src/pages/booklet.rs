//! `coffer print --pdf`, `--forms` and `--sheets`: what is printed before the day.

use super::{register, words};
use crate::desk::{Desk, Wanted};
use crate::players::terminal;
use crate::screen::say;
use actions::REPERTOIRE;
use documents::booklet::{BookletOf, pdf};
use documents::forms::{self, FormsOf};
use paper::{Media, When};
use protocol::Problem;
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
    /// Where something is written.
    pub(crate) fn out(&self) -> Option<&Path> {
        [&self.pdf, &self.forms, &self.sheets].into_iter().find_map(|out| out.as_deref())
    }
}

/// Writes what is asked for; the script as text in the terminal, where no file is named.
pub(crate) fn print(desk: &Desk, wanted: &Wanted<'_>, asked: &Asked) -> Result<ExitCode, Problem> {
    if asked.out().is_none() { terminal::print(wanted) } else { write(desk, wanted, asked) }
}

fn write(desk: &Desk, wanted: &Wanted<'_>, asked: &Asked) -> Result<ExitCode, Problem> {
    let plan = wanted.plan()?;
    let sha256 = script::hex(&script::script_hash(&plan.text));
    let (when, media) = (now(), if asked.letter { Media::Letter } else { Media::A4 });
    let to_fetch = actions::cloud::to_fetch(&plan.script, &plan.values);
    let not_made = |e: paper::PaperError| words::booklet_not_made(&e.to_string());
    let absolute = |out: &Path| std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let file = |out: &Path, bytes: &[u8]| -> Result<(), Problem> {
        let out = absolute(out);
        store::write_new(&out, bytes)?;
        say(out.display().to_string());
        Ok(())
    };
    if let Some(out) = &asked.pdf {
        let booklet = pdf(&BookletOf {
            to_fetch,
            notice: script::custody::notice(&plan, &REPERTOIRE).as_deref(),
            approved: register::approved(desk, &sha256).as_deref(),
            when,
            media,
            large: asked.large,
            plan: &plan,
        });
        file(out, &booklet.map_err(not_made)?)?;
    }
    let of = FormsOf { plan: &plan, to_fetch, when, media };
    if let Some(out) = &asked.forms {
        file(out, &forms::pdf(&of).map_err(not_made)?)?;
    }
    if let Some(out) = &asked.sheets {
        let sheets = forms::blank_sheets(&of).map_err(not_made)?;
        if sheets.is_empty() {
            return Err(words::no_sheets());
        }
        let out = absolute(out);
        if out.symlink_metadata().is_ok() {
            return Err(store::disk(&out, &std::io::ErrorKind::AlreadyExists.into()));
        }
        store::whole_folder(&out, |folder| {
            sheets.iter().try_for_each(|(name, bytes)| store::write_new(&folder.join(name), bytes))
        })?;
        say(out.display().to_string());
    }
    Ok(ExitCode::SUCCESS)
}

/// This moment, for a document.
pub(super) fn now() -> When {
    let now = time::OffsetDateTime::now_utc();
    When {
        year: u16::try_from(now.year()).unwrap_or(1970),
        month: now.month().into(),
        day: now.day(),
        hour: now.hour(),
        minute: now.minute(),
    }
}
