//! A small secret encrypted to a custodian's P-256 key on a YubiKey: the custodian box, version 1.
//!
//! `docs/formats/custodian-box.md` describes the bytes so that a box can be opened without this program. P-256 ECDH
//! (SP 800-56A, one-pass with an ephemeral key), HKDF-SHA256 (RFC 5869), AES-256-GCM (SP 800-38D).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use secrets::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use crate::roots::fingerprint;
use crate::spki::{p256_point, p256_point_is_valid};
use crate::words;
use crate::{Card, KeyKind, PivError, Slot};

const VERSION: u8 = 1;
const REHEARSAL: u8 = 0x01;
const RECIPIENT: std::ops::Range<usize> = 2..34;
const EPHEMERAL: std::ops::Range<usize> = 34..99;
const HEADER_LEN: usize = 99;
const TAG_LEN: usize = 16;
/// The longest secret, in bytes.
const SECRET_LIMIT: usize = 1024;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;

/// Whether a secret is real.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Of a rehearsal.
    Rehearsal,
    /// Real.
    Production,
}

/// What can be read of a box without its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BoxHeader {
    /// Whether the secret is real, as the box says; that it says so truly is known once it has been opened.
    pub purpose: Purpose,
    /// SHA-256 of the recipient's public key (DER `SubjectPublicKeyInfo`).
    pub recipient: [u8; 32],
}

/// Reads a box's header. Errors: [`PivError::BoxDamaged`].
pub fn header(sealed: &[u8]) -> Result<BoxHeader, PivError> {
    let damaged = |why| PivError::BoxDamaged { why };
    match sealed.first() {
        Some(&VERSION) => {}
        Some(_) => return Err(damaged(words::UNKNOWN_VERSION)),
        None => return Err(damaged(words::EMPTY)),
    }
    if !(HEADER_LEN + TAG_LEN + 1..=HEADER_LEN + TAG_LEN + SECRET_LIMIT).contains(&sealed.len()) {
        return Err(damaged(words::BOX_LENGTH));
    }
    let purpose = match sealed[1] {
        0 => Purpose::Production,
        REHEARSAL => Purpose::Rehearsal,
        _ => return Err(damaged(words::UNKNOWN_SETTING)),
    };
    let mut recipient = [0; 32];
    recipient.copy_from_slice(&sealed[RECIPIENT]);
    Ok(BoxHeader { purpose, recipient })
}

/// Encrypts a secret of 1 to 1,024 bytes to a P-256 public key (DER `SubjectPublicKeyInfo`, 91 bytes). No card is
/// needed. `context` names what the secret is, for instance a share set and an index; it is not kept in the box, and
/// the box opens only with the same again.
///
/// Whether the key belongs to a YubiKey is for the caller to know from [`Card::attest`].
pub fn encrypt_to(
    public_key: &[u8],
    purpose: Purpose,
    context: &[u8],
    secret: &SecretBytes,
) -> Result<Vec<u8>, PivError> {
    let ephemeral = PrivateKey::generate(&ECDH_P256)?;
    seal(&ephemeral, public_key, purpose, context, secret)
}

fn seal(
    ephemeral: &PrivateKey,
    public_key: &[u8],
    purpose: Purpose,
    context: &[u8],
    secret: &SecretBytes,
) -> Result<Vec<u8>, PivError> {
    let why = words::NOT_P256;
    let point = p256_point(public_key).ok_or(PivError::NotEncryptable { why })?;
    if !(1..=SECRET_LIMIT).contains(&secret.len()) {
        return Err(PivError::NotEncryptable { why: words::SECRET_LENGTH });
    }
    let mut out = vec![VERSION, if purpose == Purpose::Rehearsal { REHEARSAL } else { 0 }];
    out.extend_from_slice(&fingerprint(public_key));
    out.extend_from_slice(ephemeral.compute_public_key()?.as_ref());
    let z = agreement::agree(
        ephemeral,
        UnparsedPublicKey::new(&ECDH_P256, &point),
        PivError::NotEncryptable { why },
        |z| Ok(Zeroizing::new(z.to_vec())),
    )?;
    let (key, nonce) = key_and_nonce(&z, &out)?;
    let mut text = Zeroizing::new(secret.expose().to_vec());
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(bound(&out, context)), &mut text)?;
    out.extend_from_slice(&text);
    out.extend_from_slice(tag.as_ref());
    Ok(out)
}

impl Card {
    /// Opens a box with a slot's P-256 key. `pin` and touch as in [`Card::sign`].
    ///
    /// Errors: [`PivError::BoxWrongMode`], [`PivError::BoxForAnother`] and [`PivError::BoxDamaged`] before the key is
    /// used where that can be told; [`PivError::BoxDamaged`] also when box or context were changed.
    pub fn decrypt(
        &mut self,
        slot: Slot,
        pin: Option<&SecretText>,
        purpose: Purpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<SecretBytes, PivError> {
        let header = header(sealed)?;
        if header.purpose != purpose {
            return Err(PivError::BoxWrongMode { rehearsal: header.purpose == Purpose::Rehearsal });
        }
        let key = self.needed_key(slot)?;
        if key.kind != KeyKind::P256 || fingerprint(&key.public_key) != header.recipient {
            return Err(PivError::BoxForAnother);
        }
        let point = &sealed[EPHEMERAL];
        if !p256_point_is_valid(point) {
            return Err(PivError::BoxDamaged { why: words::NOT_A_POINT });
        }
        let z = self.agree(&key, pin, point)?;
        open(&z, context, sealed)
    }
}

/// Opens a box whose header has been checked with the shared secret.
fn open(z: &[u8], context: &[u8], sealed: &[u8]) -> Result<SecretBytes, PivError> {
    let damaged = PivError::BoxDamaged { why: words::BOX_CHANGED };
    let (header, body) = sealed.split_at_checked(HEADER_LEN).ok_or(damaged.clone())?;
    let (key, nonce) = key_and_nonce(z, header)?;
    let mut text = Zeroizing::new(body.to_vec());
    let opened =
        key.open_in_place(nonce, Aad::from(bound(header, context)), &mut text).map_err(|_| damaged)?;
    Ok(SecretBytes::copied_from(opened)?)
}

/// What is authenticated beside the secret: the header, then the context.
fn bound(header: &[u8], context: &[u8]) -> Vec<u8> {
    [header, context].concat()
}

/// HKDF-SHA256: 32 bytes of AES key, then 12 of nonce. The nonce may be derived, as the key is used once.
fn key_and_nonce(z: &[u8], header: &[u8]) -> Result<(LessSafeKey, Nonce), PivError> {
    struct Len;
    impl KeyType for Len {
        fn len(&self) -> usize {
            KEY_LEN + NONCE_LEN
        }
    }
    let mut okm = Zeroizing::new([0; KEY_LEN + NONCE_LEN]);
    Salt::new(HKDF_SHA256, words::BOX_SALT).extract(z).expand(&[header], Len)?.fill(&mut okm[..])?;
    let (key, nonce) = okm.split_at(KEY_LEN);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?);
    Ok((key, Nonce::try_assume_unique_for_key(nonce)?))
}

#[cfg(test)]
mod tests;
