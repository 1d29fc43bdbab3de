//! Splitting a key into shares and combining shares into the key.

use crate::{CHECK_LEN, KEY_LEN, SetId, Share, ShareError, Y_LEN, field, sha256};
use secrets::{SecretBytes, SecretText};
use sharks::Sharks;
use std::convert::Infallible;
use zeroize::Zeroizing;

const CHECK_DOMAIN: &[u8] = b"cofferdam shared key v1\0";
/// Bytes the dealer draws for one coefficient (a 32-bit word, of which it keeps eight bits).
const DRAW: usize = 4;

/// The check that travels with the key through the sharing, so that a wrong combination is noticed.
fn key_check(set: SetId, key: &[u8]) -> Zeroizing<[u8; CHECK_LEN]> {
    let digest = Zeroizing::new(sha256(CHECK_DOMAIN, &[set.as_bytes(), key]));
    let mut check = Zeroizing::new([0; CHECK_LEN]);
    check.copy_from_slice(&digest[..CHECK_LEN]);
    check
}

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
fn deal(
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

/// Splits a 32-byte key into `count` shares, of which any `threshold` give it back. `rng` fills a buffer with random
/// bytes; it is asked once, before anything is dealt. Before the shares are returned, all of them, several
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
    if secret.len() != KEY_LEN {
        return Err(ShareError::SecretLength { have: secret.len() });
    }
    let payload = SecretBytes::filled_by(Y_LEN, |to| {
        let (key, check) = to.split_at_mut(KEY_LEN);
        key.copy_from_slice(secret.expose());
        check.copy_from_slice(&*key_check(set, secret.expose()));
        Ok::<(), ShareError>(())
    })?;
    let shares: Vec<Share> = (1u8..=count)
        .zip(deal(payload.expose(), threshold, count, rng)?)
        .map(|(index, y)| Share { index, threshold, count, set, rehearsal, y })
        .collect();
    verify(&shares, secret)?;
    Ok(shares)
}

/// Whether the shares give the key back in every way they will be used.
fn verify(shares: &[Share], secret: &SecretBytes) -> Result<(), ShareError> {
    let gives_back = |subset: &[&Share]| match combine(subset) {
        Ok(key) if key.same_as(secret.expose()) => Ok(()),
        _ => Err(ShareError::SelfCheck),
    };
    let all: Vec<&Share> = shares.iter().collect();
    gives_back(&all)?;
    let threshold = usize::from(all.first().map_or(0, |s| s.threshold));
    // Subsets starting at up to eight places round the table, the last share's included.
    for start in (0..all.len()).step_by(all.len().div_ceil(8)).chain([all.len() - 1]) {
        let subset: Vec<&Share> = all.iter().cycle().skip(start).take(threshold).copied().collect();
        gives_back(&subset)?;
    }
    for share in shares {
        let mut text = String::with_capacity(200);
        for row in share.rows() {
            text.push_str(&row);
            text.push('\n');
        }
        let read = Share::parse(&SecretText::new(text)?)?;
        if read.commitment() != share.commitment() {
            return Err(ShareError::SelfCheck);
        }
    }
    Ok(())
}

/// Combines shares into the 32-byte key. At least the threshold's number of different shares of one dealing are
/// needed; every share beyond it must lie on the same polynomials. Two independent combiners must agree, and the key
/// must match the check that was shared with it.
pub fn combine(shares: &[&Share]) -> Result<SecretBytes, ShareError> {
    let Some(first) = shares.first() else {
        return Err(ShareError::TooFew { have: 0, need: 2 });
    };
    let mut seen = [false; 256];
    for share in shares {
        let same = share.set == first.set
            && share.rehearsal == first.rehearsal
            && share.threshold == first.threshold
            && share.count == first.count;
        if !same {
            return Err(ShareError::MixedSets);
        }
        // A pair of equal shares cancels itself in the sum and gives a wrong key without complaint.
        if std::mem::replace(&mut seen[usize::from(share.index)], true) {
            return Err(ShareError::Duplicate { index: share.index });
        }
    }
    let need = first.threshold;
    let Some((used, extra)) = shares.split_at_checked(usize::from(need)) else {
        let have = u8::try_from(shares.len()).unwrap_or(u8::MAX);
        return Err(ShareError::TooFew { have, need });
    };
    let points: Vec<(u8, &[u8])> = used.iter().map(|s| (s.index, s.y.expose())).collect();
    let payload = SecretBytes::filled_by(Y_LEN, |to| {
        field::interpolate(&points, 0, to);
        Ok::<(), ShareError>(())
    })?;
    if !payload.same_as(&library_combine(used)?) {
        return Err(ShareError::CombinersDisagree);
    }
    for share in extra {
        let expected = SecretBytes::filled_by(Y_LEN, |to| {
            field::interpolate(&points, share.index, to);
            Ok::<(), ShareError>(())
        })?;
        if !expected.same_as(share.y.expose()) {
            return Err(ShareError::Contradiction);
        }
    }
    let (key, check) = payload.expose().split_at(KEY_LEN);
    let key = SecretBytes::copied_from(key)?;
    let right = SecretBytes::copied_from(&*key_check(first.set, key.expose()))?;
    if right.same_as(check) { Ok(key) } else { Err(ShareError::DigestMismatch) }
}

/// What the library that dealt makes of the shares.
fn library_combine(shares: &[&Share]) -> Result<Zeroizing<Vec<u8>>, ShareError> {
    let threshold = u8::try_from(shares.len()).map_err(|_| ShareError::CombinersDisagree)?;
    let mut points = Vec::with_capacity(shares.len());
    for share in shares {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1 + Y_LEN));
        bytes.push(share.index);
        bytes.extend(share.y.expose());
        let point = sharks::Share::try_from(bytes.as_slice()).map_err(|_| ShareError::Damaged)?;
        points.push(point);
    }
    let dealer = Sharks(threshold);
    let secret = dealer.recover(&points);
    secret.map(Zeroizing::new).map_err(|_| ShareError::CombinersDisagree)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With all shares but one and the key known, a holder sees the leading coefficient times a constant. A dealer
    /// that never draws zero (RUSTSEC-2024-0398) scores above 1000 here; 330.5 is the 99.9 % limit for 255 degrees
    /// of freedom. Seeds are fixed, so the result is too.
    #[test]
    fn colluders_see_uniform_coefficients() {
        for threshold in [2u8, 3, 5] {
            let mut counter = u64::from(threshold) << 32;
            let mut bins = [0u32; 256];
            let payload = [0x42; 1024];
            for _ in 0..300 {
                let shares = deal(&payload, threshold, threshold - 1, &mut |to| {
                    for block in to.chunks_mut(32) {
                        counter += 1;
                        let random = sha256(b"test", &[&counter.to_be_bytes()]);
                        block.copy_from_slice(&random[..block.len()]);
                    }
                    Ok(())
                })
                .unwrap();
                let points: Vec<(u8, &[u8])> = (1u8..).zip(&shares).map(|(x, y)| (x, y.expose())).collect();
                let mut seen = [0; 1024];
                field::interpolate(&points, 0, &mut seen);
                for value in seen {
                    bins[usize::from(value)] += 1;
                }
            }
            let expected = 300.0 * 1024.0 / 256.0;
            let chi: f64 = bins.iter().map(|b| (f64::from(*b) - expected).powi(2) / expected).sum();
            assert!(chi < 330.5, "threshold {threshold}: chi-square {chi}");
            assert!(bins[0x42] > 0, "the true value is never ruled out");
        }
    }
}
