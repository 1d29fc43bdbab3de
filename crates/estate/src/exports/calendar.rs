//! What is due, as a calendar file (RFC 5545).

use super::words;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, EventStatus, Property, Trigger};
use register::Due;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// How many days before a calendar reminds.
const REMINDS: [i64; 3] = [90, 30, 7];

/// A calendar with a day for each due that has one, and reminders before it. A due keeps its UID from file to file, so that a
/// calendar that takes in the next one changes what it has; one that was settled is cancelled there.
pub fn calendar<'d>(dues: impl Iterator<Item = &'d Due>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//Cofferdam//dues//EN"), ("CALSCALE", "GREGORIAN")]
    {
        calendar.append_property(Property::new(name, value));
    }
    for due in dues {
        if let Some(event) = event(due) {
            calendar.push(event);
        }
    }
    calendar.to_string()
}

fn event(due: &Due) -> Option<Event> {
    let day = due.by.as_ref()?.replace('-', "");
    let uid = format!("{}@cofferdam.invalid", HEXLOWER.encode(digest(&SHA256, due.id.as_bytes()).as_ref()));
    let stamp = stamp_of(&due.since)?;
    let mut event = Event::new();
    event.uid(&uid).summary(&words::calendar_title(due)).description(&format!("{} [{}]", due.says, due.run));
    // A day, whatever the calendar's zone; the stamp is that of the record, so that the same records give the same file.
    event.append_multi_property(Property::new("DTSTART", &day).add_parameter("VALUE", "DATE").done());
    event.append_property(Property::new("DTSTAMP", &stamp));
    if let Some((at, _)) = &due.settled {
        event.status(EventStatus::Cancelled).sequence(1);
        event.append_property(Property::new("LAST-MODIFIED", &stamp_of(at)?));
    } else {
        for days in REMINDS {
            let trigger = Trigger::before_start(chrono::Duration::days(days));
            let mut alarm = Alarm::display(&words::calendar_title(due), trigger);
            alarm.uid(&format!("{days}.{uid}"));
            alarm.append_property(Property::new("DTSTAMP", &stamp));
            event.alarm(alarm);
        }
    }
    Some(event.done())
}

/// A time as calendars have it, in UTC.
fn stamp_of(utc: &str) -> Option<String> {
    let at = OffsetDateTime::parse(utc, &Rfc3339).ok()?;
    at.format(format_description!("[year][month][day]T[hour][minute][second]Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(id: &str, by: Option<&str>, settled: bool) -> Due {
        Due {
            id: id.to_owned(),
            says: "The bundle for a, b; c (aws-kms) needs its receipt: import it, and read what the provider says.".into(),
            by: by.map(str::to_owned),
            since: "2026-11-30T01:20:39.848Z".to_owned(),
            run: "20261130-012038-246-1".to_owned(),
            settled: settled.then(|| ("2026-12-01T08:00:00.000Z".to_owned(), "20261201-080000-000-1".to_owned())),
        }
    }

    fn made(dues: &[Due]) -> String {
        calendar(dues.iter())
    }

    #[test]
    fn each_due_with_a_day_is_an_appointment_that_reminds_three_times() {
        let text =
            made(&[due("receipt r aws-kms: k", Some("2026-12-24"), false), due("drill s", None, false)]);
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20261224\r\n"), "{text}");
        assert!(text.contains("DTSTAMP:20261130T012039Z\r\n"), "{text}");
        for days in REMINDS {
            let seconds = days * 24 * 60 * 60;
            assert!(text.contains(&format!("TRIGGER;RELATED=START:-PT{seconds}S\r\n")), "{days}: {text}");
        }
        // RFC 5545, 3.1 and 3.3.11: lines of 75 octets at most, and escaped commas and semicolons.
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains("a\\, b\\; c (aws-kms)"), "{text}");
        assert_eq!(text.matches("PRODID").count(), 1);
    }

    #[test]
    fn a_due_keeps_its_uid_and_is_cancelled_once_it_is_settled() {
        let uid = |text: &str| text.lines().find(|l| l.starts_with("UID:")).map(str::to_owned);
        let (open, settled) = (
            made(&[due("drill s", Some("2027-01-01"), false)]),
            made(&[due("drill s", Some("2027-01-01"), true)]),
        );
        assert_eq!(uid(&open), uid(&settled));
        assert_ne!(uid(&open), uid(&made(&[due("drill t", Some("2027-01-01"), false)])));
        assert!(settled.contains("STATUS:CANCELLED") && !settled.contains("VALARM"), "{settled}");
        assert_eq!(
            open,
            made(&[due("drill s", Some("2027-01-01"), false)]),
            "the same records give the same file"
        );
    }
}
