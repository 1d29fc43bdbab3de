//! `certify-drill`: what the drill showed, as a page, and when the next one is due.

use crate::drill::DRILLED;
use crate::earlier::{CERTIFICATE, certificate, plan};
use documents::certificate::{Drill, of_drill};
use engine::words::utc;
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage};
use script::Row;
use time::{Date, Month, OffsetDateTime};

/// Writes the certificate.
pub(crate) struct CertifyDrill;

impl Action for CertifyDrill {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "certify-drill",
                needs: &[&DRILLED],
                makes: &[&CERTIFICATE],
                states: &[&facts::CERTIFICATE_FILE, &facts::NEXT_DRILL],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let next = due(stage.now(), cue.plan.number("next-drill-months"));
        let text = of_drill(&Drill {
            mode: cue.plan.mode,
            run: cue.run,
            day: &utc(stage.now()),
            earlier: &stage.newest(&facts::EARLIER_CEREMONY).unwrap_or_default(),
            set: &stage.newest(&facts::DRILL_SET).unwrap_or_default(),
            keys: plan::kept(stage)?.map(|plan| plan.lines.len()),
            check_value: &stage.newest(&facts::DRILL_CHECK_VALUE).unwrap_or_default(),
            path: &stage.newest(&facts::EARLIER_KEY_PATH).unwrap_or_default(),
            result: &stage.need(&facts::DRILL_RESULT)?,
            minutes: stage.newest(&facts::DRILL_MINUTES).unwrap_or(0),
            objective_hours: u64::from(cue.plan.number("objective-hours")),
            next: &next,
        });
        Ok(certificate::keep(stage, "drill-certificate", &text)?.fact(&facts::NEXT_DRILL, next))
    }
}

/// The same day so many months later, or the last day of that month: `2027-02-28`.
fn due(unix: i64, months: u8) -> String {
    let Ok(now) = OffsetDateTime::from_unix_timestamp(unix) else { return String::new() };
    let month = i32::from(u8::from(now.month())) - 1 + i32::from(months);
    let year = now.year() + month / 12;
    let month = (0..month % 12).fold(Month::January, |m, _| m.next());
    let day = now.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).map_or_else(|_| String::new(), |d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::due;

    #[test]
    fn a_drill_falls_due_on_a_day_that_exists() {
        let day = |text: &str| script::day(text).unwrap();
        assert_eq!(due(day("2026-11-25"), 12), "2027-11-25");
        assert_eq!(due(day("2026-11-30"), 3), "2027-02-28");
        assert_eq!(due(day("2027-11-30"), 3), "2028-02-29");
        assert_eq!(due(day("2026-12-31"), 1), "2027-01-31");
    }
}
