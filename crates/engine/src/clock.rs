//! Whether this computer's clock can be right. Nothing here knows the time, but some times are impossible: one before
//! this program was written, and one before a record that was written here.

use crate::words::{self, utc};
use protocol::{Mode, Problem};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

/// The day on which this version was written, Unix seconds: raised with every release, and by hand. Not the time of the
/// build, because two builds of one source have to be the same, byte for byte.
pub const WRITTEN: i64 = datetime!(2026-11-26 0:00 UTC).unix_timestamp();

/// How far the clock may go back without being wrong, in seconds.
pub(crate) const GOES_BACK: i64 = 60;

/// The newest entry of all records in a state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// Unix seconds.
    pub at: i64,
    /// The ceremony that it is of.
    pub run: String,
}

impl Newest {
    /// Of a record's entries.
    pub fn of(run: &str, entries: &[transcript::Entry]) -> Option<Self> {
        let time = |e: &transcript::Entry| OffsetDateTime::parse(&e.utc, &Rfc3339).ok();
        let at = entries.iter().filter_map(time).map(OffsetDateTime::unix_timestamp).max()?;
        Some(Self { at, run: run.to_owned() })
    }
}

/// Why the clock cannot be right when it says Unix time `now`, in a sentence; none where nothing speaks against it.
pub(crate) fn fault(now: i64, newest: Option<&Newest>) -> Option<String> {
    if now < WRITTEN {
        return Some(words::before_the_program(&utc(now), &utc(WRITTEN)));
    }
    let newest = newest.filter(|n| now < n.at - GOES_BACK)?;
    Some(words::before_a_record(&utc(now), &newest.run, &utc(newest.at)))
}

/// What to do about such a clock. A production ceremony does not begin with it; a rehearsal says it and goes on, which
/// gives what to say.
pub(crate) fn at_the_start(mode: Mode, now: i64, newest: Option<&Newest>) -> Result<Option<String>, Problem> {
    match (fault(now, newest), mode) {
        (Some(why), Mode::Production) => Err(words::clock_behind(&why)),
        (found, _) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(at: i64) -> Newest {
        Newest { at, run: "20261126-090000-000-1".to_owned() }
    }

    #[test]
    fn a_clock_before_the_program_or_before_a_record_stops_production_and_is_said_in_a_rehearsal() {
        for (now, record, word) in [
            (0, None, "before this program was written"),
            (WRITTEN - 1, None, "before this program was written"),
            (WRITTEN + 10, Some(newest(WRITTEN + 86_400)), "20261126-090000-000-1"),
        ] {
            let problem = at_the_start(Mode::Production, now, record.as_ref()).unwrap_err();
            assert_eq!(problem.code, "clock-behind");
            assert!(problem.happened.contains(word), "{problem}");
            let said = at_the_start(Mode::Rehearsal, now, record.as_ref()).unwrap().unwrap();
            assert!(said.contains(word), "{said}");
        }
    }

    #[test]
    fn a_clock_that_nothing_speaks_against_is_believed() {
        for (now, record) in [
            (WRITTEN, None),
            (WRITTEN + 86_400, Some(newest(WRITTEN + 86_400))),
            // A clock that was set by some seconds, or a record that another window has just written.
            (WRITTEN + 86_400, Some(newest(WRITTEN + 86_430))),
        ] {
            assert_eq!(at_the_start(Mode::Production, now, record.as_ref()), Ok(None));
        }
    }
}
