//! Times as providers write them, and as people read them.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
