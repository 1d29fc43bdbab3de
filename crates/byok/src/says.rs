//! Sentences with values in them, for the files `words.rs`.

/// Declares what is said, each with the values that stand in it.
macro_rules! says {
    ($($name:ident($($value:ident: $kind:ty),+) $text:literal)+) => {
        $(pub(super) fn $name($($value: $kind),+) -> String { format!($text) })+
    };
}
pub(crate) use says;
