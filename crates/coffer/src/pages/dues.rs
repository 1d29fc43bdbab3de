//! `coffer dues`: what is due by when, by the records on this workstation, and the same as a calendar file (RFC 5545).

use super::{register, words};
use crate::desk::Desk;
use crate::screen::{self, say};
use ::estate::exports::calendar;
use ::register::Due;
use protocol::{Mode, Problem};
use std::path::Path;
use std::process::ExitCode;
use store::write_new;
use time::OffsetDateTime;

/// What of it is asked for.
pub(crate) struct Asked<'a> {
    /// Only what is due within so many days.
    pub(crate) within: Option<i64>,
    /// The calendar file to write; it must not be there yet.
    pub(crate) ics: Option<&'a Path>,
    pub(crate) json: bool,
}

pub(crate) fn print(desk: &Desk, asked: &Asked<'_>) -> Result<ExitCode, Problem> {
    let today = OffsetDateTime::now_utc().date().to_string();
    let mut all = Vec::new();
    for mode in [Mode::Production, Mode::Rehearsal] {
        let dues = register::dues(desk, mode)?;
        let meant =
            dues.into_iter().filter(|due| asked.within.is_none_or(|days| due.is_within(days, &today)));
        all.extend(meant.map(|due| (mode, due)));
    }
    if let Some(path) = asked.ics {
        // A rehearsal is nobody's appointment.
        write_calendar(path, all.iter().filter(|(mode, _)| *mode == Mode::Production).map(|(_, due)| due))?;
        say(words::calendar_written(&path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    if asked.json {
        let of = |mode: Mode| all.iter().filter(|(m, _)| *m == mode).map(|(_, due)| due).collect::<Vec<_>>();
        let both =
            serde_json::json!({ "rehearsal": of(Mode::Rehearsal), "production": of(Mode::Production) });
        screen::json(protocol::json(&both));
        return Ok(ExitCode::SUCCESS);
    }
    let open: Vec<_> = all.iter().filter(|(_, due)| due.settled.is_none()).collect();
    for (mode, due) in &open {
        say(words::due(*mode, due, &today));
    }
    if open.is_empty() {
        say(words::NOTHING_DUE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes these days into a new file.
pub(super) fn write_calendar<'d>(path: &Path, dues: impl Iterator<Item = &'d Due>) -> Result<(), Problem> {
    write_new(path, calendar(dues).as_bytes())
}
