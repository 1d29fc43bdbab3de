//! The two clocks of a record.

use super::Why;
use crate::clock::GOES_BACK;
use facts::Named as _;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Entry, Kind};

/// What the entries so far say of the time.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// The room's clock at the entry before, in milliseconds.
    monotonic: u64,
    /// The latest time of day so far, in Unix seconds.
    latest: i64,
    /// Whether the clock was doubted when the room was opened.
    doubted: bool,
}

impl Times {
    /// Within one room's life its clock only goes forward. The time of day falls by no more than clocks are set right, or
    /// the record says that the clock was doubted.
    pub(super) fn take(&mut self, entry: &Entry) -> Result<(), Why> {
        if matches!(entry.kind, Kind::Opened | Kind::Resumed) {
            self.doubted = facts::CLOCK_DOUBTED.within(entry).is_some();
        } else if entry.monotonic_ms < self.monotonic {
            return Err(Why::TimeFalls);
        }
        self.monotonic = entry.monotonic_ms;
        let at = OffsetDateTime::parse(&entry.utc, &Rfc3339).map_err(|_| Why::ClockFalls)?.unix_timestamp();
        if at < self.latest.saturating_sub(GOES_BACK) && !self.doubted {
            return Err(Why::ClockFalls);
        }
        self.latest = self.latest.max(at);
        Ok(())
    }
}
