//! Numbers of things in sentences.

use std::fmt::Display;

/// How many there are, in words that fit the number: `1 file`, `3 files`, `0 files`. A verb can go with them
/// (`"step is"`, `"steps are"`).
pub fn count(n: impl Display, one: &str, many: &str) -> String {
    let n = n.to_string();
    let words = if n == "1" { one } else { many };
    format!("{n} {words}")
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_not_several() {
        assert_eq!(count(1_usize, "time", "times"), "1 time");
        assert_eq!(count(0_u64, "try is", "tries are"), "0 tries are");
        assert_eq!(count("2", "entry", "entries"), "2 entries");
    }
}
