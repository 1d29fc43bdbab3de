//! Whether a passphrase that somebody chooses will do: it stands alone between a stolen disk, or a lost medium, and what it
//! protects, so that how hard it is to guess counts, not how long it is.
//!
//! The estimator keeps copies of what it looks at in ordinary memory and on the stack. Both programs overwrite whatever
//! memory they give back (their allocator does), and the stack is overwritten here, so that the copies last as long as the
//! call.

use crate::words;
use secrets::SecretText;
use zxcvbn::zxcvbn;

/// How many characters a passphrase has at least.
pub const SHORTEST: usize = 12;

/// How many guesses it takes at least, as a power of ten. A guess costs some tenths of a second of a processor and 64 MiB or
/// more (Argon2id), so that 10^10 of them cost somebody with a thousand processors a month and more.
const GUESSES: f64 = 10.0;

/// How much of it is looked at, in characters: what comes after that only adds.
const LOOKED_AT: usize = 80;

/// Why a passphrase will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// It has fewer than [`SHORTEST`] characters.
    Short,
    /// An estimator that knows common words, names, dates, keyboards and passwords would find it soon.
    Guessed,
}

impl std::fmt::Display for Weak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => write!(f, "{}", words::PASSPHRASE_SHORT),
            Self::Guessed => write!(f, "{}", words::PASSPHRASE_GUESSED),
        }
    }
}

/// Judges a passphrase. `about` are names that who guesses would try first: the person's own.
pub fn weakness(passphrase: &SecretText, about: &[&str]) -> Option<Weak> {
    let text = passphrase.expose();
    if text.chars().count() < SHORTEST {
        return Some(Weak::Short);
    }
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    // A name as a whole, and each of its parts.
    let parts = about.iter().flat_map(|name| name.split_whitespace());
    let known: Vec<&str> = about.iter().copied().chain(parts).chain(words::EVERYBODY_TRIES).collect();
    let guesses = secrets::leaving_no_trace(|| zxcvbn(&text[..end], &known).guesses_log10());
    (guesses < GUESSES).then_some(Weak::Guessed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<Weak> {
        weakness(&SecretText::new(text.to_owned()).unwrap(), &["adm", "Anna Berger"])
    }

    #[test]
    fn what_is_guessed_soon_will_not_do_however_long_it_is() {
        for short in ["", "kQ7#vX2!pL9", "elf Zeichen"] {
            assert_eq!(judged(short), Some(Weak::Short), "{short}");
        }
        for guessed in [
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "passwordpassword",
            "Password12345!",
            "123456789012345678901234567890",
            "qwertyuiopasdfghjkl",
            "Anna Berger 1979",
            "annaberger2026",
            "hospital2026!",
            "Cofferdam2026",
            "abcabcabcabcabcabc",
            "letmeinletmein",
            "01.01.1980!!",
        ] {
            assert_eq!(judged(guessed), Some(Weak::Guessed), "{guessed}");
        }
        for good in [
            "quiet harbour ribbon ladle",
            "Regenschirm Tasse Mondlicht",
            "kQ7#vX2!pL9z",
            "a passphrase for tests only",
            "practice passphrase of adm",
            "пароль из четырёх слов ночью",
            "雨の日に傘を忘れた猫がいる朝",
        ] {
            assert_eq!(judged(good), None, "{good}");
        }
    }

    #[test]
    fn a_long_one_is_judged_at_once() {
        let long = "correct horse battery staple ".repeat(400);
        assert_eq!(judged(&long), None);
        // The cut falls between characters.
        assert_eq!(judged(&"ü".repeat(200)), Some(Weak::Guessed));
    }
}
