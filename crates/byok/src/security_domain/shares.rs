//! Shares of a security domain: Shamir's scheme over the integers modulo 257, one number a secret byte. No library has
//! this field; the arithmetic is what azure-cli publishes for it.

use super::{bad, words};
use crate::ByokError;
use secrets::SecretBytes;

/// The field's size, a prime.
const P: u32 = 257;

/// One custodian's share, opened.
pub struct Share {
    number: u8,
    /// Little-endian 16-bit words; the low nine bits of each are a point's value.
    words: SecretBytes,
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The number is in every word of the file's plaintext and names the custodian; the values stay out.
        f.debug_struct("Share").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Share {
    /// Reads words whose high seven bits are the share's number and whose low nine bits are at most 256.
    pub(super) fn read(plain: &SecretBytes) -> Result<Self, ByokError> {
        let bytes = plain.expose();
        let (words, rest) = bytes.as_chunks::<2>();
        let number = words.first().map_or(0, |w| u16::from_le_bytes(*w) >> 9);
        // One pass over all words whatever they hold.
        let odd = words.iter().fold(0_u8, |odd, w| {
            let w = u16::from_le_bytes(*w);
            odd | u8::from(w >> 9 != number) | u8::from(u32::from(w & 0x1ff) >= P)
        });
        if number == 0 || !rest.is_empty() || odd != 0 {
            return Err(bad(words::SHARE_NUMBERS));
        }
        let number = u8::try_from(number).map_err(|_| bad(words::SHARE_NUMBER))?;
        Ok(Self { number, words: SecretBytes::copied_from(bytes)? })
    }

    /// The custodian's number, from 1.
    pub const fn number(&self) -> u8 {
        self.number
    }

    fn value(&self, at: usize) -> Option<u32> {
        let (words, _) = self.words.expose().as_chunks::<2>();
        words.get(at).map(|w| u32::from(u16::from_le_bytes(*w) & 0x1ff))
    }
}

/// x to the power of 255, the inverse modulo 257 of anything but 0 (Fermat).
fn inverse(x: u32) -> u32 {
    (0..7).fold(x, |acc, _| acc * acc % P * x % P)
}

/// The secret that exactly `required` of these shares give: Lagrange's interpolation at 0, byte by byte.
pub(super) fn combine(shares: &[&Share], required: usize) -> Result<SecretBytes, ByokError> {
    let Some(used) = shares.get(..required) else {
        return Err(ByokError::QuorumTooSmall { found: shares.len(), required });
    };
    let len = used.first().map_or(0, |s| s.words.len() / 2);
    for (at, share) in shares.iter().enumerate() {
        if share.words.len() != 2 * len || shares.iter().take(at).any(|s| s.number == share.number) {
            return Err(bad(words::ONE_CUSTODIAN));
        }
    }
    let weights: Vec<u32> = used
        .iter()
        .map(|own| {
            let x = u32::from(own.number);
            let others = used.iter().map(|s| u32::from(s.number)).filter(|other| *other != x);
            let (above, below) =
                others.fold((1, 1), |(above, below), o| (above * o % P, below * ((o + P - x) % P) % P));
            above * inverse(below) % P
        })
        .collect();
    let mut whole = true;
    let secret = SecretBytes::filled_by(len, |out| -> Result<(), ByokError> {
        for (at, byte) in out.iter_mut().enumerate() {
            let sum = used
                .iter()
                .zip(&weights)
                .fold(0, |sum, (share, weight)| (sum + weight * share.value(at).unwrap_or_default()) % P);
            // 256 is a number of the field and no byte: the shares do not belong together.
            whole &= sum < 256;
            *byte = u8::try_from(sum & 0xff).unwrap_or_default();
        }
        Ok(())
    })?;
    if whole { Ok(secret) } else { Err(ByokError::QuorumWrong) }
}
