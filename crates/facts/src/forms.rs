//! The forms that a fact's value can have. A value of another form is none: whoever reads a fact gets what was meant, or
//! nothing.

use serde_json::Value;
use std::collections::BTreeMap;
use std::marker::PhantomData;

mod says;
use says::Says;

/// How a fact's value is written, and how it is read back.
pub trait Form: 'static {
    /// The value in this program.
    type Value;

    /// The form in words, for the list of facts.
    const SAYS: &'static str;

    /// The value as the record has it.
    fn write(value: Self::Value) -> Value;

    /// The value that a record has; none where it has another form.
    fn read(value: &Value) -> Option<Self::Value>;
}

/// Any text.
pub struct Text;

impl Form for Text {
    type Value = String;
    const SAYS: &'static str = "text";

    fn write(value: String) -> Value {
        value.into()
    }

    fn read(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }
}

/// A whole number.
pub struct Number;

impl Form for Number {
    type Value = u64;
    const SAYS: &'static str = "number";

    fn write(value: u64) -> Value {
        value.into()
    }

    fn read(value: &Value) -> Option<u64> {
        value.as_u64()
    }
}

/// True or false.
pub struct Flag;

impl Form for Flag {
    type Value = bool;
    const SAYS: &'static str = "`true` or `false`";

    fn write(value: bool) -> Value {
        value.into()
    }

    fn read(value: &Value) -> Option<bool> {
        value.as_bool()
    }
}

/// Any JSON; the fact's doc says which.
pub struct Json;

impl Form for Json {
    type Value = Value;
    const SAYS: &'static str = "JSON";

    fn write(value: Value) -> Value {
        value
    }

    fn read(value: &Value) -> Option<Value> {
        Some(value.clone())
    }
}

/// A list, all of one form; refused whole where one of it has another.
pub struct List<F>(PhantomData<F>);

impl<F: Form> List<F> {
    const WORDS: &'static Says = &Says::of(&["list of (", F::SAYS, ")"]);
}

impl<F: Form> Form for List<F> {
    type Value = Vec<F::Value>;
    const SAYS: &'static str = Self::WORDS.text();

    fn write(value: Self::Value) -> Value {
        value.into_iter().map(F::write).collect()
    }

    fn read(value: &Value) -> Option<Self::Value> {
        value.as_array()?.iter().map(F::read).collect()
    }
}

/// Two values of a JSON array.
pub struct Pair<A, B>(PhantomData<(A, B)>);

impl<A: Form, B: Form> Pair<A, B> {
    const WORDS: &'static Says = &Says::of(&["[", A::SAYS, ", ", B::SAYS, "]"]);
}

impl<A: Form, B: Form> Form for Pair<A, B> {
    type Value = (A::Value, B::Value);
    const SAYS: &'static str = Self::WORDS.text();

    fn write((a, b): Self::Value) -> Value {
        Value::Array(vec![A::write(a), B::write(b)])
    }

    fn read(value: &Value) -> Option<Self::Value> {
        let [a, b] = value.as_array()?.as_slice() else { return None };
        Some((A::read(a)?, B::read(b)?))
    }
}

/// Three values of a JSON array.
pub struct Triple<A, B, C>(PhantomData<(A, B, C)>);

impl<A: Form, B: Form, C: Form> Triple<A, B, C> {
    const WORDS: &'static Says = &Says::of(&["[", A::SAYS, ", ", B::SAYS, ", ", C::SAYS, "]"]);
}

impl<A: Form, B: Form, C: Form> Form for Triple<A, B, C> {
    type Value = (A::Value, B::Value, C::Value);
    const SAYS: &'static str = Self::WORDS.text();

    fn write((a, b, c): Self::Value) -> Value {
        Value::Array(vec![A::write(a), B::write(b), C::write(c)])
    }

    fn read(value: &Value) -> Option<Self::Value> {
        let [a, b, c] = value.as_array()?.as_slice() else { return None };
        Some((A::read(a)?, B::read(b)?, C::read(c)?))
    }
}

/// A JSON object whose members are all of one form.
pub struct Map<F>(PhantomData<F>);

impl<F: Form> Map<F> {
    const WORDS: &'static Says = &Says::of(&["object of (", F::SAYS, ")"]);
}

impl<F: Form> Form for Map<F> {
    type Value = BTreeMap<String, F::Value>;
    const SAYS: &'static str = Self::WORDS.text();

    fn write(value: Self::Value) -> Value {
        value.into_iter().map(|(name, v)| (name, F::write(v))).collect()
    }

    fn read(value: &Value) -> Option<Self::Value> {
        value.as_object()?.iter().map(|(name, v)| Some((name.clone(), F::read(v)?))).collect()
    }
}

/// Texts that are refused unless they have their form.
macro_rules! texts {
    ($($(#[$about:meta])* $form:ident = $says:literal, $is:expr;)*) => {$(
        $(#[$about])*
        pub struct $form;

        impl Form for $form {
            type Value = String;
            const SAYS: &'static str = $says;

            fn write(value: String) -> Value {
                value.into()
            }

            fn read(value: &Value) -> Option<String> {
                let is: fn(&str) -> bool = $is;
                value.as_str().filter(|text| is(text)).map(str::to_owned)
            }
        }
    )*};
}

texts! {
    /// `rehearsal` or `production`.
    ModeWord = "`rehearsal` or `production`", |t| matches!(t, "rehearsal" | "production");
    /// `yes` or `no`.
    YesNo = "`yes` or `no`", |t| matches!(t, "yes" | "no");
    /// How a key leaves the token.
    RouteWord = "`one-mechanism`, `composed-in-token`, `oaep-in-token` or `host-memory`",
        |t| matches!(t, "one-mechanism" | "composed-in-token" | "oaep-in-token" | "host-memory");
    /// How the seal of a bag was found.
    SealWord = "`whole`, `broken` or `none`", |t| matches!(t, "whole" | "broken" | "none");
    /// What became of a copy.
    Became = "`destroyed`, `destroyed-before`, `brought`, `owed`, `missing`, `kept` or `of-another-key`",
        |t| matches!(t, "destroyed" | "destroyed-before" | "brought" | "owed" | "missing" | "kept" | "of-another-key");
    /// A share set as it stands on its sheets: `0123-4567-89AB-CDEF`.
    SetName = "share set: four groups of four upper-case hex digits with dashes", set_name;
    /// A check value of one key.
    CheckValue = "check value: `cmac-aes:` or `hmac-sha256:` and 32 hex digits, or `spki-sha256:` and 64", check_value;
    /// A check value of one key, or that of all keys of a plan.
    CheckValueOrOfAll = "check value of one key, or SHA-256 over those of a plan",
        |t| check_value(t) || hex(t, 64);
    /// The kind of a key, in the words for tokens.
    KeySpecName = "kind of key: `aes-256`, `hmac-32` (bytes), `rsa-3072`, `p-256`, `secp256k1` and their like", key_spec;
    /// A SHA-256.
    Sha256Hex = "SHA-256, 64 lower-case hex digits", |t| hex(t, 64);
    /// A day.
    Day = "day, as `2027-02-28`", day;
    /// A minute.
    Minute = "minute, as `2026-11-26 09:31 UTC`", minute;
    /// The number on a bag.
    BagNumber = "bag number: 1 to 40 characters in capitals, single spaces", bag_number;
    /// The name of a file or a folder, without a path.
    FileName = "file name without a path", file_name;
    /// The name of a file that the entry names with its digest, and that is in the pack.
    FileInPack = "name of a file of the pack, which the entry names with its digest", file_name;
    /// The name of such a file, with a folder before it.
    PathInPack = "name of a file of the pack with its folder, which the entry names with its digest",
        |t| t.split_once('/').is_some_and(|(folder, name)| file_name(folder) && file_name(name));
    /// A folder of the pack, of whose files the entry names the digests.
    FolderInPack = "name of a folder of the pack, of which the entry names the files with their digests",
        |t| t.split_once('/').is_some_and(|(above, name)| file_name(above) && file_name(name));
    /// The id of a run.
    RunId = "run id: letters, digits and dashes",
        |t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    /// A number that people restate, and that is therefore a text.
    Digits = "number as text",
        |t| t.parse::<u64>().is_ok_and(|n| n.to_string() == t);
    /// Base64 (RFC 4648) with padding.
    Base64 = "base64", base64;
}

/// So many lower-case hex digits.
fn hex(text: &str, many: usize) -> bool {
    text.len() == many && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn set_name(text: &str) -> bool {
    let group = |g: &str| g.len() == 4 && g.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    text.split('-').count() == 4 && text.split('-').all(group)
}

fn check_value(text: &str) -> bool {
    match text.split_once(':') {
        Some(("cmac-aes" | "hmac-sha256", tag)) => hex(tag, 32),
        Some(("spki-sha256", digest)) => hex(digest, 64),
        _ => false,
    }
}

fn key_spec(text: &str) -> bool {
    match text.split_once('-') {
        Some(("aes", size)) => matches!(size, "128" | "192" | "256"),
        Some(("hmac", size)) => {
            size.parse::<u16>().is_ok_and(|n| (16..=128).contains(&n) && n.to_string() == size)
        }
        Some(("rsa", size)) => matches!(size, "2048" | "3072" | "4096"),
        Some(("p", size)) => matches!(size, "256" | "384" | "521"),
        _ => text == "secp256k1",
    }
}

/// A text of digits, each at the place of a `0`, and of the other characters of a pattern.
fn like(text: &str, pattern: &str) -> bool {
    let same = |(t, p): (u8, u8)| if p == b'0' { t.is_ascii_digit() } else { t == p };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(same)
}

/// The number in these places of a text, where they are digits.
fn part(text: &str, places: std::ops::Range<usize>) -> u32 {
    text.get(places).and_then(|t| t.parse().ok()).unwrap_or(u32::MAX)
}

fn day(text: &str) -> bool {
    let (year, month, day) = (part(text, 0..4), part(text, 5..7), part(text, 8..10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    like(text, "0000-00-00") && (1..=last).contains(&day)
}

fn minute(text: &str) -> bool {
    like(text, "0000-00-00 00:00 UTC")
        && text.get(..10).is_some_and(day)
        && part(text, 11..13) < 24
        && part(text, 14..16) < 60
}

fn bag_number(text: &str) -> bool {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=40).contains(&text.chars().count())
        && spaced == text
        && text.to_uppercase() == text
        && !text.chars().any(char::is_control)
}

fn file_name(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.chars().any(|c| c == '/' || c == '\\' || c.is_control())
}

fn base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - body.len() < 3
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

#[cfg(test)]
mod tests;
