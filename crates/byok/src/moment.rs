//! Times as providers write them, and as people read them.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How far the clock here may be from a provider's without being wrong, in seconds.
pub(crate) const CLOCKS_DIFFER: i64 = 600;

/// Unix seconds as ISO 8601 in UTC; the number itself where it is no time.
pub(crate) fn iso(unix: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix)
        .ok()
        .and_then(|t| t.format(&Rfc3339).ok())
        .unwrap_or_else(|| unix.to_string())
}

/// ISO 8601 (RFC 3339) as Unix seconds, fractions dropped, which errs on the early side.
pub(crate) fn unix_from_text(text: &str) -> Option<i64> {
    // Python's tools write "+00:00" and fractions of any length; RFC 3339 allows both.
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}

/// A time that somebody typed to a question which says UTC, as Unix seconds, fractions dropped: ISO 8601, or with a space
/// between day and time, without seconds, without a zone (then UTC is meant), or with `UTC` or `GMT` in its place.
pub fn utc(text: &str) -> Option<i64> {
    let text = crate::answers::cleaned(text);
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    let time = rest.trim_start_matches(|c: char| matches!(c, 'T' | 't') || c.is_whitespace());
    if time.len() == rest.len() {
        return None;
    }
    let upper = time.to_ascii_uppercase();
    let named = ["UTC", "GMT", "Z"].into_iter().find_map(|zone| upper.strip_suffix(zone));
    let (time, zone) = match (named, upper.find(['+', '-'])) {
        (Some(time), _) => (time.trim_end().to_owned(), "Z".to_owned()),
        (None, None) => (upper, "Z".to_owned()),
        (None, Some(at)) => {
            let (time, zone) = upper.split_at(at);
            // `+0100` is ISO 8601 as well, and not RFC 3339.
            let zone = match zone.len() {
                5 if !zone.contains(':') => format!("{}:{}", zone.get(..3)?, zone.get(3..)?),
                _ => zone.to_owned(),
            };
            (time.trim_end().to_owned(), zone)
        }
    };
    let seconds = if time.split(':').count() == 2 { ":00" } else { "" };
    unix_from_text(&format!("{day}T{time}{seconds}{zone}")).filter(|t| is_time(*t))
}

/// A time in a reply: integer or float seconds, or ISO 8601.
pub(crate) fn unix_seconds(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => unix_from_text(text),
        Value::Number(n) => n.as_i64().or_else(|| {
            // Beyond 2^53 a float is no longer exact, and no time of ours.
            let f = n.as_f64().filter(|f| (0.0..9_007_199_254_740_992.0).contains(f))?;
            format!("{:.0}", f.floor()).parse().ok()
        }),
        _ => None,
    }
}

/// Whether these Unix seconds can be written as a date.
pub(crate) fn is_time(unix: i64) -> bool {
    OffsetDateTime::from_unix_timestamp(unix).is_ok()
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn a_time_typed_without_a_zone_is_utc_where_the_question_says_so() {
        for text in [
            "2027-01-31T12:00:00Z",
            "2027-01-31 12:00",
            " 2027-01-31T12:00 ",
            "2027-01-31  12:00:00.5",
            "2027-01-31 12:00 UTC",
            "2027-01-31 12:00:00 gmt",
            "2027-01-31t12:00z",
            "2027-01-31T13:00:00+01:00",
            "2027-01-31 13:00 +0100",
            "2027-01-31\u{a0}12:00",
        ] {
            assert_eq!(utc(text), Some(1_801_396_800), "{text}");
        }
        for text in [
            "2027-01-31",
            "12:00",
            "31.01.2027 12:00",
            "2027-01-31 noon",
            "2027-13-31 12:00",
            "2027-01-31 12",
            "",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
