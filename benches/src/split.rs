//! Splitting and combining 32 bytes, against the library that does it underneath. Ours also proves every share and
//! many subsets before it hands any out, and combines twice by independent code; the ratio says what that costs.

use crate::table;
use rand_core::{TryCryptoRng, TryRng};
use secrets::SecretBytes;
use shares::{SetId, Share, ShareError};
use sharks::Sharks;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 9;

/// Cheap numbers for both sides; how good they are is not what is measured.
struct Cheap(u64);

impl TryRng for Cheap {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::try_from(self.try_next_u64()? >> 32).unwrap_or(0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for byte in to {
            *byte = u8::try_from(self.try_next_u64()? >> 56).unwrap_or(0);
        }
        Ok(())
    }
}

impl TryCryptoRng for Cheap {}

pub(crate) fn measure() {
    for (threshold, count, times) in [(3_u8, 5_u8, 50_u32), (128, 255, 1)] {
        let (mut splits, mut combines) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let secret = SecretBytes::copied_from(&[u8::try_from(round).unwrap_or(0); 32]).expect("memory");
            let mut rng = Cheap(1);
            let set = SetId::from_bytes([7; 8]);
            let split = || -> Result<Vec<Share>, ShareError> {
                shares::split(&secret, threshold, count, set, true, &mut |to| {
                    let _ = rng.try_fill_bytes(to);
                    Ok(())
                })
            };
            let (ours, made) = timed(times, split);
            let made = made.expect("shares");
            let mut rng = Cheap(1);
            let (least, dealt) = timed(times, || {
                Sharks(threshold)
                    .dealer_rng(secret.expose(), &mut rng)
                    .take(usize::from(count))
                    .collect::<Vec<_>>()
            });
            splits.push((ours, least));
            let used: Vec<&Share> = made.iter().take(usize::from(threshold)).collect();
            let (ours, key) = timed(times, || shares::combine(&used));
            assert!(key.expect("the key").same_as(secret.expose()), "another key came back");
            let library = Sharks(threshold);
            let (least, key) = timed(times, || library.recover(dealt.iter().take(usize::from(threshold))));
            assert_eq!(key.expect("the key"), secret.expose());
            combines.push((ours, least));
        }
        let (split_goal, combine_goal) = if threshold == 3 { (20.0, 20.0) } else { (5.0, 2.0) };
        table::line(
            &format!("shares: split {threshold} of {count}, to blahaj alone"),
            &splits,
            Some(split_goal),
        );
        let what = format!("shares: combine {threshold} of {count}, to blahaj alone");
        table::line(&what, &combines, Some(combine_goal));
    }
}

/// The time of one call, from `times` of them, and what the last gave.
fn timed<T>(times: u32, mut what: impl FnMut() -> T) -> (std::time::Duration, T) {
    let start = Instant::now();
    for _ in 1..times {
        black_box(what());
    }
    let last = what();
    (start.elapsed() / times, last)
}
