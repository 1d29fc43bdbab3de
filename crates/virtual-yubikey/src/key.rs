//! The key in a slot: what SP 800-78-4 and Yubico's extensions allow, done in software.

use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use data_encoding::HEXLOWER;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, RsaPrivateKey};
use serde::{Deserialize, Serialize};

use crate::state::Firmware;
use crate::tlv::encode;

/// The algorithm identifiers of SP 800-78-4 table 6-2 and of Yubico's extensions.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub(crate) enum Algorithm {
    Rsa3072 = 0x05,
    Rsa2048 = 0x07,
    P256 = 0x11,
    P384 = 0x14,
    Rsa4096 = 0x16,
    Ed25519 = 0xe0,
    X25519 = 0xe1,
}

impl TryFrom<u8> for Algorithm {
    type Error = String;

    fn try_from(id: u8) -> Result<Self, String> {
        [Self::Rsa3072, Self::Rsa2048, Self::P256, Self::P384, Self::Rsa4096, Self::Ed25519, Self::X25519]
            .into_iter()
            .find(|a| *a as u8 == id)
            .ok_or_else(|| format!("algorithm {id:02x}"))
    }
}

impl From<Algorithm> for u8 {
    fn from(a: Algorithm) -> Self {
        a as Self
    }
}

impl Algorithm {
    /// Whether this firmware has it.
    pub(crate) fn is_offered_by(self, firmware: Firmware) -> bool {
        matches!(self, Self::Rsa2048 | Self::P256 | Self::P384) || firmware >= Firmware::V5_7_0
    }

    fn agreement(self) -> Option<&'static agreement::Algorithm> {
        match self {
            Self::P256 => Some(&agreement::ECDH_P256),
            Self::P384 => Some(&agreement::ECDH_P384),
            Self::X25519 => Some(&agreement::X25519),
            _ => None,
        }
    }

    fn rsa(self) -> Option<KeySize> {
        match self {
            Self::Rsa2048 => Some(KeySize::Rsa2048),
            Self::Rsa3072 => Some(KeySize::Rsa3072),
            Self::Rsa4096 => Some(KeySize::Rsa4096),
            _ => None,
        }
    }

    fn scalar_len(self) -> usize {
        if self == Self::P384 { 48 } else { 32 }
    }
}

/// A key, where it came from and when it may be used.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct SlotKey {
    pub(crate) algorithm: Algorithm,
    /// Yubico: 1 never, 2 once, 3 always.
    pub(crate) pin_policy: u8,
    /// Yubico: 1 never, 2 always, 3 cached for 15 seconds.
    pub(crate) touch_policy: u8,
    pub(crate) generated: bool,
    /// RSA: PKCS#8; curves: the scalar or seed. Hexadecimal.
    secret: String,
}

impl SlotKey {
    /// Makes a key on the "card".
    pub(crate) fn generate(algorithm: Algorithm, pin_policy: u8, touch_policy: u8) -> Option<Self> {
        let with = |secret: &[u8]| Self {
            algorithm,
            pin_policy,
            touch_policy,
            generated: true,
            secret: HEXLOWER.encode(secret),
        };
        if let Some(size) = algorithm.rsa() {
            let pair = aws_lc_rs::rsa::KeyPair::generate(size).ok()?;
            return Some(with(AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).ok()?.as_ref()));
        }
        // A random string is a scalar of the curve but for one in 2^32, so this ends.
        loop {
            let mut scalar = vec![0; algorithm.scalar_len()];
            rand::fill(&mut scalar).ok()?;
            let key = with(&scalar);
            if key.public_point().is_some() {
                return Some(key);
            }
        }
    }

    /// Takes a key from the host: RSA as p and q, a curve as its scalar or seed.
    pub(crate) fn import(
        algorithm: Algorithm,
        pin_policy: u8,
        touch_policy: u8,
        parts: &[&[u8]],
    ) -> Option<Self> {
        let secret = match (algorithm.rsa(), parts) {
            (Some(_), [p, q, ..]) => {
                let number = |b: &[u8]| BoxedUint::from_be_slice_vartime(b);
                let key = RsaPrivateKey::from_p_q(number(p), number(q), BoxedUint::from(65_537_u64)).ok()?;
                key.to_pkcs8_der().ok()?.as_bytes().to_vec()
            }
            (None, [scalar, ..]) if scalar.len() == algorithm.scalar_len() => scalar.to_vec(),
            _ => return None,
        };
        let key =
            Self { algorithm, pin_policy, touch_policy, generated: false, secret: HEXLOWER.encode(&secret) };
        key.public_key_elements().is_some().then_some(key)
    }

    fn secret(&self) -> Vec<u8> {
        HEXLOWER.decode(self.secret.as_bytes()).unwrap_or_default()
    }

    fn rsa(&self) -> Option<RsaPrivateKey> {
        RsaPrivateKey::from_pkcs8_der(&self.secret()).ok()
    }

    /// The public key of a curve: an uncompressed point, or 32 bytes.
    fn public_point(&self) -> Option<Vec<u8>> {
        if self.algorithm == Algorithm::Ed25519 {
            let pair = Ed25519KeyPair::from_seed_unchecked(&self.secret()).ok()?;
            return Some(pair.public_key().as_ref().to_vec());
        }
        let key = PrivateKey::from_private_key(self.algorithm.agreement()?, &self.secret()).ok()?;
        Some(key.compute_public_key().ok()?.as_ref().to_vec())
    }

    /// The elements of the 7F49 template (SP 800-73-4 part 2, 3.3.2): modulus 81 and exponent 82, or point 86.
    pub(crate) fn public_key_elements(&self) -> Option<Vec<u8>> {
        if self.algorithm.rsa().is_none() {
            return Some(encode(0x86, &self.public_point()?));
        }
        let key = self.rsa()?;
        Some([encode(0x81, &trimmed(key.n().as_ref())), encode(0x82, &trimmed(key.e()))].concat())
    }

    /// The public key as DER `SubjectPublicKeyInfo` (RFC 5280, RFC 8410).
    pub(crate) fn spki(&self) -> Option<Vec<u8>> {
        let (prefix, point) = match self.algorithm {
            Algorithm::P256 => (&b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"[..], self.public_point()?),
            Algorithm::P384 => (&b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00"[..], self.public_point()?),
            Algorithm::Ed25519 => (&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..], self.public_point()?),
            Algorithm::X25519 => (&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x6e\x03\x21\x00"[..], self.public_point()?),
            _ => return Some(self.rsa()?.to_public_key().to_public_key_der().ok()?.into_vec()),
        };
        Some([prefix, &point].concat())
    }

    /// GENERAL AUTHENTICATE with a challenge (tag 81): a raw signature. ECDSA takes the digest, left-padded to the
    /// field's size; Ed25519 the message; RSA a block that the host has padded.
    pub(crate) fn sign(&self, input: &[u8]) -> Option<Vec<u8>> {
        match self.algorithm {
            Algorithm::P256 => {
                self.ecdsa(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, &aws_lc_rs::digest::SHA256, input)
            }
            Algorithm::P384 => {
                self.ecdsa(&signature::ECDSA_P384_SHA384_ASN1_SIGNING, &aws_lc_rs::digest::SHA384, input)
            }
            Algorithm::Ed25519 => {
                let pair = Ed25519KeyPair::from_seed_unchecked(&self.secret()).ok()?;
                Some(pair.sign(input).as_ref().to_vec())
            }
            Algorithm::X25519 => None,
            _ => self.rsa_raw(input),
        }
    }

    fn ecdsa(
        &self,
        algorithm: &'static signature::EcdsaSigningAlgorithm,
        digest: &'static aws_lc_rs::digest::Algorithm,
        input: &[u8],
    ) -> Option<Vec<u8>> {
        let mut padded = vec![0; digest.output_len().checked_sub(input.len())?];
        padded.extend_from_slice(input);
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &self.secret(), &self.public_point()?)
                .ok()?;
        let digest = aws_lc_rs::digest::Digest::import_less_safe(&padded, digest).ok()?;
        Some(pair.sign_digest(&digest).ok()?.as_ref().to_vec())
    }

    fn rsa_raw(&self, input: &[u8]) -> Option<Vec<u8>> {
        let key = self.rsa()?;
        let block = BoxedUint::from_be_slice(input, key.n().as_ref().bits_precision()).ok()?;
        if input.len() != key.size() {
            return None;
        }
        // Blinding guards against timing, which a test tool's key does not need.
        let out = rsa::hazmat::rsa_decrypt_and_check(&key, None::<&mut NoRng>, &block).ok()?;
        let out = out.to_be_bytes();
        Some(out[out.len().checked_sub(key.size())?..].to_vec())
    }

    /// GENERAL AUTHENTICATE with a peer's public key (tag 85): the raw shared secret.
    pub(crate) fn agree(&self, peer: &[u8]) -> Option<Vec<u8>> {
        let algorithm = self.algorithm.agreement()?;
        let key = PrivateKey::from_private_key(algorithm, &self.secret()).ok()?;
        agreement::agree(&key, UnparsedPublicKey::new(algorithm, peer), (), |z| Ok(z.to_vec())).ok()
    }
}

/// Names a type where no random generator is given.
enum NoRng {}

impl rsa::rand_core::TryRng for NoRng {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        match *self {}
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        match *self {}
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        match *self {}
    }
}
impl rsa::rand_core::TryCryptoRng for NoRng {}

fn trimmed(n: &BoxedUint) -> Vec<u8> {
    let bytes = n.to_be_bytes();
    let first = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    bytes[first..].to_vec()
}
