//! The code word that locks a printed sheet, so that no printer has seen all of it.

use crate::share::words::share_problem;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use engine::words;
use protocol::Problem;
use secrets::SecretText;
use shares::ShareError;
use zeroize::Zeroizing;

/// Characters of a code word, in groups of four: 80 bits, so that whoever has what a printer remembered cannot try them
/// all.
const CODE_WORD: usize = 16;
/// Digits and capital letters without I, L, O and U, as in the rows of a card.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new one.
pub(in crate::share) fn fresh() -> Result<SecretText, Problem> {
    let mut random = Zeroizing::new([0u8; CODE_WORD]);
    SystemRandom::new().fill(&mut *random).map_err(|_| share_problem(&ShareError::Random))?;
    let mut text = Zeroizing::new(String::with_capacity(CODE_WORD));
    // 32 divides 256, so every character is as likely as any other.
    text.extend(random.iter().filter_map(|b| ALPHABET.get(usize::from(b % 32))).map(|b| char::from(*b)));
    written_out(&text)
}

/// A code word as it is written on the sheet, `K7QM-2XNA-9RTD-5HJW`, however it was typed. It is the passphrase itself:
/// other programs have to be told it in just this form.
pub(in crate::share) fn written_out(typed: &str) -> Result<SecretText, Problem> {
    let mut text = String::with_capacity(2 * typed.len() + 8);
    let characters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    for (at, c) in characters.enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    }
    SecretText::new(text).map_err(words::memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_word_is_the_same_however_it_is_typed() {
        let word = fresh().unwrap();
        assert_eq!(word.expose().len(), 19);
        assert_ne!(word.expose(), fresh().unwrap().expose());
        for typed in ["K7QM-2XNA-9RTD-0H1W", "k7qm 2xna 9rtd ohlw", "K7QM2XNA9RTD0HIW"] {
            assert_eq!(written_out(typed).unwrap().expose(), "K7QM-2XNA-9RTD-0H1W");
        }
    }
}
