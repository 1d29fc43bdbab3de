//! `coffer print --pdf`: the booklet of a script, as people hold it on the day.

use super::{register, words};
use crate::desk::{Desk, Wanted};
use crate::screen::say;
use actions::REPERTOIRE;
use documents::booklet::{BookletOf, pdf};
use paper::{Media, When};
use protocol::Problem;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is asked for beside the script.
#[derive(clap::Args)]
pub(crate) struct Asked {
    /// Write the booklet as PDF into this file, which must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
    /// On US Letter instead of A4.
    #[arg(long, requires = "pdf")]
    letter: bool,
    /// In large type.
    #[arg(long, requires = "pdf")]
    large: bool,
}

/// Writes it.
pub(crate) fn write(
    desk: &Desk,
    wanted: &Wanted<'_>,
    asked: &Asked,
    out: &std::path::Path,
) -> Result<ExitCode, Problem> {
    let plan = wanted.plan()?;
    let sha256 = script::hex(&script::script_hash(&plan.text));
    let bytes = pdf(&BookletOf {
        to_fetch: actions::cloud::to_fetch(&plan.script, &plan.values),
        notice: script::custody::notice(&plan, &REPERTOIRE).as_deref(),
        approved: register::approved(desk, &sha256).as_deref(),
        when: now(),
        media: if asked.letter { Media::Letter } else { Media::A4 },
        large: asked.large,
        plan: &plan,
    })
    .map_err(|e| words::booklet_not_made(&e.to_string()))?;
    let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    store::write_new(&out, &bytes)?;
    say(out.display().to_string());
    Ok(ExitCode::SUCCESS)
}

fn now() -> When {
    let now = time::OffsetDateTime::now_utc();
    When {
        year: u16::try_from(now.year()).unwrap_or(1970),
        month: now.month().into(),
        day: now.day(),
        hour: now.hour(),
        minute: now.minute(),
    }
}
