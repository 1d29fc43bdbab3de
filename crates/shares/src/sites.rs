//! Sharing over sites: the key among the sites first, then each site's part among its people.

use crate::combine::{gives_back, reads_back};
use crate::deal::{self, deal};
use crate::layout::Head;
use crate::place::{KeyPrint, Place, Role};
use crate::{SetId, Share, ShareError};
use secrets::SecretBytes;

/// One site's people: any `threshold` of `count` give the site's part back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SitePlan {
    /// How many of the site's custodians are needed.
    pub threshold: u8,
    /// How many custodians the site has.
    pub count: u8,
}

/// Splits a 32-byte key so that `needed` of the sites give it back, each by its own threshold of people. One list of
/// shares a site, in the given order. The shares carry their site and `key`; roles are set with [`Share::placed`].
/// `rng` is asked once, and then once for every site. Checked like [`crate::split`] before anything is returned.
pub fn split_over_sites(
    secret: &SecretBytes,
    needed: u8,
    sites: &[SitePlan],
    key: KeyPrint,
    set: SetId,
    rehearsal: bool,
    rng: &mut dyn FnMut(&mut [u8]) -> Result<(), ShareError>,
) -> Result<Vec<Vec<Share>>, ShareError> {
    let total = u8::try_from(sites.len()).unwrap_or(0);
    if needed < 2 || needed > total {
        return Err(ShareError::Parameters { threshold: needed, count: total });
    }
    for SitePlan { threshold, count } in sites.iter().copied() {
        if threshold < 2 || threshold > count {
            return Err(ShareError::Parameters { threshold, count });
        }
    }
    let payload = deal::payload(secret, set)?;
    let parts = deal(payload.expose(), needed, total, rng)?;
    let mut dealt = Vec::with_capacity(sites.len());
    for ((site, part), plan) in (1u8..=total).zip(&parts).zip(sites) {
        let place = Some(Place { site, needed, sites: total, role: Role::Custodian, key });
        let SitePlan { threshold, count } = *plan;
        let head = |index| Head { index, threshold, count, set, rehearsal, place };
        let people = deal(part.expose(), threshold, count, rng)?;
        dealt.push((1u8..=count).zip(people).map(|(index, y)| Share { head: head(index), y }).collect());
    }
    verify(&dealt, needed, secret)?;
    Ok(dealt)
}

/// Whether the shares give the key back: all of them, and neighbouring people of neighbouring sites.
fn verify(dealt: &[Vec<Share>], needed: u8, secret: &SecretBytes) -> Result<(), ShareError> {
    let all: Vec<&Share> = dealt.iter().flatten().collect();
    gives_back(&all, secret)?;
    let longest = dealt.iter().map(Vec::len).max().unwrap_or(0);
    for start in 0..longest.max(dealt.len()).min(8) {
        let subset: Vec<&Share> = dealt
            .iter()
            .cycle()
            .skip(start)
            .take(needed.into())
            .flat_map(|people| {
                let threshold = people.first().map_or(0, Share::threshold);
                people.iter().cycle().skip(start).take(threshold.into())
            })
            .collect();
        gives_back(&subset, secret)?;
    }
    all.into_iter().try_for_each(reads_back)
}
