//! Days, as records have them: `2027-10-01`.

use time::Date;
use time::format_description::FormatItem;
use time::macros::format_description;

const FORM: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The day of a time (RFC 3339, UTC) or of a day; none where it is neither.
pub(crate) fn of(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    parsed(day).map(|_| day.to_owned())
}

/// The same day some years later; the 29th of February becomes the 28th where that year has none.
pub(crate) fn years_after(text: &str, years: i32) -> Option<String> {
    let day = parsed(text.get(..10)?)?;
    let year = day.year() + years;
    let later = day.replace_year(year).or_else(|_| day.previous_day().unwrap_or(day).replace_year(year));
    later.ok()?.format(FORM).ok()
}

/// How many days lie between two days, from the first to the second.
pub fn between(from: &str, to: &str) -> Option<i64> {
    Some((parsed(to)? - parsed(from)?).whole_days())
}

fn parsed(day: &str) -> Option<Date> {
    Date::parse(day, FORM).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_exist() {
        assert_eq!(of("2027-02-28T10:00:00Z").as_deref(), Some("2027-02-28"));
        for none in ["never", "2027-02-29", "2027-13-01", "", "no end was stated"] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(years_after("2028-02-29", 1).as_deref(), Some("2029-02-28"));
        assert_eq!(years_after("2027-12-31T23:59:59.999Z", 2).as_deref(), Some("2029-12-31"));
        assert_eq!(between("2027-12-31", "2028-01-02"), Some(2));
        assert_eq!(between("2026-12-31", "2027-03-01"), Some(60));
        assert_eq!(between("2028-01-02", "2027-12-31"), Some(-2));
    }
}
