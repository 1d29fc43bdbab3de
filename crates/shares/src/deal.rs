//! Splitting a key into shares.

use crate::combine::{gives_back, key_check, reads_back};
use crate::layout::Head;
use crate::{KEY_LEN, SetId, Share, ShareError, Y_LEN};
use secrets::SecretBytes;
use sharks::Sharks;
use std::convert::Infallible;
use zeroize::Zeroizing;

/// Bytes the dealer draws for one coefficient (a 32-bit word, of which it keeps eight bits).
const DRAW: usize = 4;

/// Hands the dealer random bytes that were drawn beforehand. The dealer's trait allows no failure, so the draw, which
/// may fail, is done before it starts; a dealer that asks for more than expected is noticed afterwards.
struct Drawn<'a> {
    left: &'a [u8],
    short: &'a mut bool,
}

impl rand_core::TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        if let Some((now, later)) = self.left.split_at_checked(to.len()) {
            to.copy_from_slice(now);
            self.left = later;
        } else {
            *self.short = true;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Drawn<'_> {}

/// Deals `count` shares of the payload: for each, its y on locked pages. The x are 1, 2, 3 and so on.
pub(crate) fn deal(
    payload: &[u8],
    threshold: u8,
    count: u8,
    rng: &mut dyn FnMut(&mut [u8]) -> Result<(), ShareError>,
) -> Result<Vec<SecretBytes>, ShareError> {
    let coefficients = payload.len() * usize::from(threshold - 1);
    let drawn = SecretBytes::filled_by(coefficients * DRAW, |to| rng(to))?;
    let mut short = false;
    let mut dealer_rng = Drawn { left: drawn.expose(), short: &mut short };
    let dealt: Vec<_> = Sharks(threshold)
        .dealer_rng(payload, &mut dealer_rng)
        .take(usize::from(count))
        .map(|share| {
            // The library wipes its own share on drop, not the copy it hands out.
            let bytes = Zeroizing::new(Vec::from(&share));
            SecretBytes::copied_from(bytes.get(1..).unwrap_or_default()).map_err(ShareError::from)
        })
        .collect::<Result<_, _>>()?;
    // Bytes left over would mean that the dealer drew fewer coefficients than it must.
    let left = dealer_rng.left.len();
    if short || left > 0 { Err(ShareError::SelfCheck) } else { Ok(dealt) }
}

/// Key and check, as they are shared.
pub(crate) fn payload(secret: &SecretBytes, set: SetId) -> Result<SecretBytes, ShareError> {
    if secret.len() != KEY_LEN {
        return Err(ShareError::SecretLength { have: secret.len() });
    }
    SecretBytes::filled_by(Y_LEN, |to| {
        let (key, check) = to.split_at_mut(KEY_LEN);
        key.copy_from_slice(secret.expose());
        check.copy_from_slice(&*key_check(set, secret.expose()));
        Ok::<(), ShareError>(())
    })
}

/// Splits a 32-byte key into `count` shares, of which any `threshold` give it back. `rng` fills a buffer with random
/// bytes; it is asked once, before anything is dealt. Before the shares are returned, all of them, some
/// subsets of `threshold`, and every card's text are checked to give the key back.
pub fn split(
    secret: &SecretBytes,
    threshold: u8,
    count: u8,
    set: SetId,
    rehearsal: bool,
    rng: &mut dyn FnMut(&mut [u8]) -> Result<(), ShareError>,
) -> Result<Vec<Share>, ShareError> {
    if threshold < 2 || threshold > count {
        return Err(ShareError::Parameters { threshold, count });
    }
    let payload = payload(secret, set)?;
    let shares: Vec<Share> = (1u8..=count)
        .zip(deal(payload.expose(), threshold, count, rng)?)
        .map(|(index, y)| Share { head: Head { index, threshold, count, set, rehearsal, place: None }, y })
        .collect();
    verify(&shares, secret)?;
    Ok(shares)
}

/// Whether the shares give the key back in every way they will be used.
fn verify(shares: &[Share], secret: &SecretBytes) -> Result<(), ShareError> {
    let all: Vec<&Share> = shares.iter().collect();
    gives_back(&all, secret)?;
    let threshold = usize::from(all.first().map_or(0, |s| s.threshold()));
    // Every share lies on the polynomials of the first ones, which was just seen; so any subset gives the key. That both combiners
    // find it is tried with subsets from four places round the table.
    for start in (0..all.len()).step_by(all.len().div_ceil(4)) {
        let subset: Vec<&Share> = all.iter().cycle().skip(start).take(threshold).copied().collect();
        gives_back(&subset, secret)?;
    }
    shares.iter().try_for_each(reads_back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{field, sha256};

    /// Chi-square (255 degrees of freedom) of what `threshold - 1` colluders who know the key see: the leading
    /// coefficient times a constant. `word` may change each 32-bit word that the dealer draws. Seeds are fixed, so the
    /// result is too.
    fn chi_square(threshold: u8, word: fn(&mut [u8])) -> (f64, [u32; 256]) {
        let mut counter = u64::from(threshold) << 32;
        let mut bins = [0u32; 256];
        let payload = [0x42; 1024];
        for _ in 0..300 {
            let shares = deal(&payload, threshold, threshold - 1, &mut |to| {
                for block in to.chunks_mut(32) {
                    counter += 1;
                    let random = sha256(b"test", &[&counter.to_be_bytes()]);
                    block.copy_from_slice(&random[..block.len()]);
                    block.chunks_mut(DRAW).for_each(word);
                }
                Ok(())
            })
            .unwrap();
            let points: Vec<(u8, &[u8])> = (1u8..).zip(&shares).map(|(x, y)| (x, y.expose())).collect();
            let mut seen = [0; 1024];
            field::Through::new(&points).value(0, &mut seen);
            for value in seen {
                bins[usize::from(value)] += 1;
            }
        }
        let expected = 300.0 * 1024.0 / 256.0;
        (bins.iter().map(|b| (f64::from(*b) - expected).powi(2) / expected).sum(), bins)
    }

    /// 330.5 is the 99.9 % limit for 255 degrees of freedom.
    #[test]
    fn colluders_see_uniform_coefficients() {
        for threshold in [2u8, 3, 5] {
            let (chi, bins) = chi_square(threshold, |_| ());
            assert!(chi < 330.5, "threshold {threshold}: chi-square {chi}");
            assert!(bins[0x42] > 0, "the true value is never ruled out");
        }
    }

    /// The test above can fail: a dealer that never draws a zero, as in RUSTSEC-2024-0398, is told from a right one.
    #[test]
    fn a_dealer_that_never_draws_zero_would_be_noticed() {
        for threshold in [2u8, 3, 5] {
            let never_zero = |word: &mut [u8]| {
                // blahaj takes the lowest byte of the little-endian word.
                if let [low, ..] = word
                    && *low == 0
                {
                    *low = 1;
                }
            };
            let (chi, bins) = chi_square(threshold, never_zero);
            assert!(chi > 1000.0, "threshold {threshold}: chi-square {chi}");
            assert_eq!(bins[0x42], 0, "the true value is ruled out");
        }
    }
}
