//! `coffer binder`: what the records of a period say, in one document.

use super::booklet::now;
use super::{register, words};
use crate::desk::Desk;
use crate::screen::say;
use actions::REPERTOIRE;
use actions::report::Source;
use documents::binder::{BinderOf, pdf};
use paper::Media;
use protocol::{Mode, Problem};
use std::path::PathBuf;
use std::process::ExitCode;

/// What is asked for.
#[derive(clap::Args)]
pub(crate) struct Asked {
    /// The first day, as 2026-01-01.
    #[arg(long, value_name = "DAY")]
    from: String,
    /// The last day.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// Of rehearsals instead of production.
    #[arg(long)]
    rehearsals: bool,
    /// On US Letter instead of A4.
    #[arg(long)]
    letter: bool,
    /// Where it goes; the file must not be there yet.
    #[arg(long, default_value = "binder.pdf")]
    pub(crate) out: PathBuf,
}

/// Writes it into a new file.
pub(crate) fn write(desk: &Desk, asked: &Asked) -> Result<ExitCode, Problem> {
    let days = (script::day(&asked.from), script::day(&asked.to));
    if !matches!(days, (Some(from), Some(to)) if from <= to) {
        return Err(words::no_period(&asked.from, &asked.to));
    }
    let mode = if asked.rehearsals { Mode::Rehearsal } else { Mode::Production };
    let (register, _, ended, records) = register::of(desk, mode)?;
    let mut within: Vec<(String, &[u8])> =
        records.iter().map(|(_, bytes)| (transcript::begun(bytes), &bytes[..])).collect();
    within.retain(|(utc, _)| utc.get(..10).is_some_and(|day| *asked.from <= *day && *day <= *asked.to));
    within.sort();
    let of = BinderOf {
        from: &asked.from,
        to: &asked.to,
        rehearsal: asked.rehearsals,
        when: now(),
        media: if asked.letter { Media::Letter } else { Media::A4 },
        register: &register,
        ceremonies: within
            .iter()
            .map(|(_, bytes)| Source::of_transcript(bytes).summary(&REPERTOIRE))
            .collect(),
        listed: ended.listed,
        wrong: &ended.wrong,
    };
    let bytes = pdf(&of).map_err(|e| words::booklet_not_made(&e.to_string()))?;
    let out = std::path::absolute(&asked.out).unwrap_or_else(|_| asked.out.clone());
    store::write_new(&out, &bytes)?;
    say(out.display().to_string());
    Ok(ExitCode::SUCCESS)
}
