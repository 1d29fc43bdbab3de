//! Combining shares into the key, by two combiners that have to agree.

use crate::{CHECK_LEN, KEY_LEN, SetId, Share, ShareError, Y_LEN, field, sha256, words};
use secrets::{SecretBytes, SecretText};
use sharks::Sharks;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The check that travels with the key through the sharing, so that a wrong combination is noticed.
pub(crate) fn key_check(set: SetId, key: &[u8]) -> Zeroizing<[u8; CHECK_LEN]> {
    let digest = Zeroizing::new(sha256(words::KEY_DOMAIN, &[set.as_bytes(), key]));
    let mut check = Zeroizing::new([0; CHECK_LEN]);
    check.copy_from_slice(&digest[..CHECK_LEN]);
    check
}

/// Whether these shares give this key.
pub(crate) fn gives_back(subset: &[&Share], secret: &SecretBytes) -> Result<(), ShareError> {
    match combine(subset) {
        Ok(key) if key.same_as(secret.expose()) => Ok(()),
        _ => Err(ShareError::SelfCheck),
    }
}

/// Whether a share's card reads as the share.
pub(crate) fn reads_back(share: &Share) -> Result<(), ShareError> {
    let mut text = String::with_capacity(256);
    for row in share.rows() {
        text.push_str(&row);
        text.push('\n');
    }
    let read = Share::parse(&SecretText::new(text)?)?;
    if read.commitment() == share.commitment() { Ok(()) } else { Err(ShareError::SelfCheck) }
}

/// Combines shares into the 32-byte key. At least the threshold's number of different shares of one dealing are
/// needed, or as much from enough sites; every share beyond it must lie on the same polynomials. Two independent
/// combiners must agree, and the key must match the check that was shared with it.
pub fn combine(shares: &[&Share]) -> Result<SecretBytes, ShareError> {
    let Some(first) = shares.first() else {
        return Err(ShareError::TooFew { have: 0, need: 2 });
    };
    let dealing = |s: &Share| (s.head.set, s.head.rehearsal, s.head.sites_needed());
    if shares.iter().any(|s| dealing(s) != dealing(first)) {
        return Err(ShareError::MixedSets);
    }
    let payload = match first.head.sites_needed() {
        0 => people(shares)?,
        _ => at_sites(shares)?,
    };
    let (key, check) = payload.expose().split_at(KEY_LEN);
    let key = SecretBytes::copied_from(key)?;
    let right = SecretBytes::copied_from(&*key_check(first.head.set, key.expose()))?;
    if right.same_as(check) { Ok(key) } else { Err(ShareError::DigestMismatch) }
}

/// What people's shares of one threshold were dealt from.
fn people(shares: &[&Share]) -> Result<SecretBytes, ShareError> {
    let (need, count) = shares.first().map_or((2, 0), |s| (s.threshold(), s.count()));
    if shares.iter().any(|s| (s.threshold(), s.count()) != (need, count)) {
        return Err(ShareError::MixedSets);
    }
    points(&shares.iter().map(|s| (s.index(), s.y.expose())).collect::<Vec<_>>(), need)
}

/// What points (x, y bytes) of a threshold were dealt from: by two combiners, the points beyond the threshold checked.
fn points(points: &[(u8, &[u8])], need: u8) -> Result<SecretBytes, ShareError> {
    let mut seen = [false; 256];
    for (x, _) in points {
        // A pair of equal shares cancels itself in the sum and gives a wrong key without complaint.
        if std::mem::replace(&mut seen[usize::from(*x)], true) {
            return Err(ShareError::Duplicate { index: *x });
        }
    }
    let Some((used, extra)) = points.split_at_checked(usize::from(need)) else {
        let have = u8::try_from(points.len()).unwrap_or(u8::MAX);
        return Err(ShareError::TooFew { have, need });
    };
    let through = field::Through::new(used);
    let at = |x: u8| {
        SecretBytes::filled_by(Y_LEN, |to| {
            through.value(x, to);
            Ok::<(), ShareError>(())
        })
    };
    let dealt_from = at(0)?;
    if !dealt_from.same_as(&library_combine(used)?) {
        return Err(ShareError::CombinersDisagree);
    }
    for (x, y) in extra {
        if !at(*x)?.same_as(y) {
            return Err(ShareError::Contradiction);
        }
    }
    Ok(dealt_from)
}

/// What the library that dealt makes of the points.
fn library_combine(points: &[(u8, &[u8])]) -> Result<Zeroizing<Vec<u8>>, ShareError> {
    let threshold = u8::try_from(points.len()).map_err(|_| ShareError::CombinersDisagree)?;
    let mut theirs = Vec::with_capacity(points.len());
    for (x, y) in points {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1 + Y_LEN));
        bytes.push(*x);
        bytes.extend(*y);
        theirs.push(sharks::Share::try_from(bytes.as_slice()).map_err(|_| ShareError::Damaged)?);
    }
    let dealer = Sharks(threshold);
    let secret = dealer.recover(&theirs);
    secret.map(Zeroizing::new).map_err(|_| ShareError::CombinersDisagree)
}

/// What the sites' parts were dealt from. A site with too few shares is refused rather than left out in silence.
fn at_sites(shares: &[&Share]) -> Result<SecretBytes, ShareError> {
    let mut by_site: BTreeMap<u8, Vec<&Share>> = BTreeMap::new();
    let (mut need, mut total) = (2, None);
    for share in shares {
        let place = share.place().ok_or(ShareError::MixedSets)?;
        if *total.get_or_insert(place.sites) != place.sites {
            return Err(ShareError::MixedSets);
        }
        need = place.needed;
        by_site.entry(place.site).or_default().push(share);
    }
    let mut parts = Vec::with_capacity(by_site.len());
    for (site, at_site) in &by_site {
        let part = people(at_site).map_err(|e| match e {
            ShareError::Duplicate { index } => ShareError::DuplicateAtSite { site: *site, index },
            ShareError::TooFew { have, need } => ShareError::TooFewAtSite { site: *site, have, need },
            other => other,
        })?;
        parts.push((*site, part));
    }
    let site_points: Vec<(u8, &[u8])> = parts.iter().map(|(site, part)| (*site, part.expose())).collect();
    points(&site_points, need).map_err(|e| match e {
        ShareError::TooFew { have, need } => ShareError::TooFewSites { have, need },
        other => other,
    })
}
