//! A wrapping key of our own, thrown away after use: proves that a token's blob opens with the recipe.

use crate::{ByokError, Hash, Recipe};
use aws_lc_rs::cipher::{self, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use secrets::SecretBytes;

/// An RSA key pair in place of the provider's.
pub struct Disposable {
    key: PrivateDecryptingKey,
    spki: Vec<u8>,
}

impl Disposable {
    /// Makes a key pair of 2048, 3072 or 4096 bits.
    pub fn generate(bits: u16) -> Result<Self, ByokError> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => return Err(ByokError::WrappingKeySize),
        };
        Self::around(PrivateDecryptingKey::generate(size).map_err(|_| ByokError::Disposable)?)
    }

    fn around(key: PrivateDecryptingKey) -> Result<Self, ByokError> {
        let spki: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(|_| ByokError::Disposable)?;
        let spki = spki.as_ref().to_vec();
        Ok(Self { key, spki })
    }

    /// The public half, DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Opens a wrapped key as the provider would. Nothing but the recipe's own hash, MGF and layout opens.
    pub fn unwrap(&self, recipe: Recipe, blob: &[u8]) -> Result<SecretBytes, ByokError> {
        let modulus = self.key.key_size_bytes();
        match recipe {
            Recipe::Oaep(hash) => self.open(hash, blob),
            Recipe::RsaAesKeyWrap(hash) => {
                let (first, second) = blob.split_at_checked(modulus).ok_or(ByokError::Unwrap)?;
                unwrap_padded(&self.open(hash, first)?, second)
            }
            Recipe::OaepThenAesEcb(hash) => {
                let (first, second) = blob.split_at_checked(modulus).ok_or(ByokError::Unwrap)?;
                decrypt_ecb(&self.open(hash, first)?, second)
            }
        }
    }

    fn open(&self, hash: Hash, blob: &[u8]) -> Result<SecretBytes, ByokError> {
        let key = OaepPrivateDecryptingKey::new(self.key.clone()).map_err(|_| ByokError::Unwrap)?;
        let mut room = SecretBytes::copied_from(&vec![0; key.min_output_size()])?;
        let out = key.decrypt(oaep(hash), blob, room.expose_mut(), None).map_err(|_| ByokError::Unwrap)?;
        Ok(SecretBytes::copied_from(out)?)
    }

    /// The private half, PKCS#8 DER (RFC 5208): for a rehearsal's stand-in of the provider, never for a real key.
    pub fn private_pkcs8(&self) -> Result<SecretBytes, ByokError> {
        let der: Pkcs8V1Der<'_> = self.key.as_der().map_err(|_| ByokError::Disposable)?;
        Ok(SecretBytes::copied_from(der.as_ref())?)
    }
}

fn oaep(hash: Hash) -> &'static OaepAlgorithm {
    match hash {
        Hash::Sha1 => &OAEP_SHA1_MGF1SHA1,
        Hash::Sha256 => &OAEP_SHA256_MGF1SHA256,
        Hash::Sha384 => &OAEP_SHA384_MGF1SHA384,
        Hash::Sha512 => &OAEP_SHA512_MGF1SHA512,
    }
}

/// AES key wrap with padding (RFC 5649) under an AES-256 key.
fn unwrap_padded(kek: &SecretBytes, wrapped: &[u8]) -> Result<SecretBytes, ByokError> {
    let kek = AesKek::new(&AES_256, kek.expose()).map_err(|_| ByokError::Unwrap)?;
    // The library wants room for the whole input although less comes out.
    let mut room = SecretBytes::copied_from(&vec![0; wrapped.len()])?;
    let out = kek.unwrap_with_padding(wrapped, room.expose_mut()).map_err(|_| ByokError::Unwrap)?;
    Ok(SecretBytes::copied_from(out)?)
}

/// AES-256-ECB with the padding of PKCS#7 (RFC 5652, 6.3).
fn decrypt_ecb(key: &SecretBytes, sealed: &[u8]) -> Result<SecretBytes, ByokError> {
    let key = UnboundCipherKey::new(&cipher::AES_256, key.expose()).map_err(|_| ByokError::Unwrap)?;
    let key = PaddedBlockDecryptingKey::ecb_pkcs7(key).map_err(|_| ByokError::Unwrap)?;
    let mut room = SecretBytes::copied_from(sealed)?;
    let plain = key.decrypt(room.expose_mut(), DecryptionContext::None).map_err(|_| ByokError::Unwrap)?;
    Ok(SecretBytes::copied_from(plain)?)
}

#[cfg(test)]
mod tests;
