//! Signing and the raw use of keys, with the PIN and the touch told apart when the card refuses.

use aws_lc_rs::digest;
use der::Decode;
use secrets::SecretText;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use yubikey::piv;
use zeroize::Zeroizing;

use crate::spki::{self, SignatureKind};
use crate::words;
use crate::{Card, KeyFacts, KeyKind, PinRule, PivError, Slot, TouchRule};

/// `DigestInfo` of SHA-256 up to the digest (RFC 8017, 9.2, note 1).
const SHA256_INFO: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
/// The longest message that a YubiKey's Ed25519 takes in one command through this crate.
const ED25519_LIMIT: usize = 1000;

impl Card {
    /// Signs a message and verifies the signature before it is returned.
    ///
    /// P-256: ECDSA with SHA-256; P-384: ECDSA with SHA-384, both DER `ECDSA-Sig-Value`. RSA: PKCS#1 v1.5 with SHA-256.
    /// Ed25519: RFC 8032, of messages up to 1,000 bytes. `pin` is given right before, if the key's rule asks for it; it
    /// may be absent where [`Card::verify_pin`] was called and the rule is [`PinRule::Once`] or never.
    ///
    /// Errors: [`PivError::SlotEmpty`], [`PivError::PinNeeded`], [`PivError::TouchNotGiven`],
    /// [`PivError::BadSignature`].
    pub fn sign(
        &mut self,
        slot: Slot,
        pin: Option<&SecretText>,
        message: &[u8],
    ) -> Result<Vec<u8>, PivError> {
        let key = self.needed_key(slot)?;
        let sha256 = || digest::digest(&digest::SHA256, message).as_ref().to_vec();
        let (input, kind) = match key.kind {
            KeyKind::P256 => (sha256(), SignatureKind::EcdsaSha256),
            KeyKind::P384 => {
                (digest::digest(&digest::SHA384, message).as_ref().to_vec(), SignatureKind::EcdsaSha384)
            }
            KeyKind::Rsa2048 => (pkcs1(&sha256(), 256), SignatureKind::RsaSha256),
            KeyKind::Rsa3072 => (pkcs1(&sha256(), 384), SignatureKind::RsaSha256),
            KeyKind::Rsa4096 => (pkcs1(&sha256(), 512), SignatureKind::RsaSha256),
            KeyKind::Ed25519 if message.len() <= ED25519_LIMIT => (message.to_vec(), SignatureKind::Ed25519),
            KeyKind::Ed25519 => {
                return Err(PivError::Refused { what: "sign", why: words::ED25519_LIMIT.to_owned() });
            }
            KeyKind::X25519 | KeyKind::Rsa1024 => {
                return Err(PivError::WrongKind { slot, need: words::ONE_THAT_SIGNS });
            }
        };
        let signature = self.use_key(&key, pin, "sign", |yubikey| {
            piv::sign_data(yubikey, &input, key.kind.id(), slot.id())
        })?;
        let public = SubjectPublicKeyInfoOwned::from_der(&key.public_key)
            .map_err(|_| PivError::Nonsense { what: words::DESCRIBE_A_KEY })?;
        if !spki::verifies(&public, kind, message, &signature) {
            return Err(PivError::BadSignature { slot });
        }
        Ok(signature.to_vec())
    }

    /// The shared secret of a P-256 key and a peer's uncompressed point (SP 800-56A, 5.7.1.2): 32 bytes.
    pub(crate) fn agree(
        &mut self,
        key: &KeyFacts,
        pin: Option<&SecretText>,
        point: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, PivError> {
        // The crate's `decrypt_data` sends a point as what it is: tag 85, key agreement.
        let z = self.use_key(key, pin, "agree on a key", |yubikey| {
            piv::decrypt_data(yubikey, point, key.kind.id(), key.slot.id())
        })?;
        if z.len() == 32 { Ok(z) } else { Err(PivError::Nonsense { what: "agree on a key" }) }
    }

    /// Gives the PIN if the rule asks for it, uses the key, and names the reason of a refusal. The card has one answer
    /// (6982) for "PIN needed" and "not touched", so what was given tells which it is.
    fn use_key<T>(
        &mut self,
        key: &KeyFacts,
        pin: Option<&SecretText>,
        what: &'static str,
        call: impl FnOnce(&mut yubikey::YubiKey) -> Result<T, yubikey::Error>,
    ) -> Result<T, PivError> {
        let slot = key.slot;
        match (key.pin, pin) {
            (PinRule::Never, _) => {}
            (_, Some(pin)) => self.verify_pin(pin)?,
            (PinRule::Once, None) if self.pin_given => {}
            (PinRule::Once | PinRule::Always, None) => return Err(PivError::PinNeeded { slot }),
        }
        let mut refused_access = false;
        let result = self.call(what, |yubikey| {
            call(yubikey).inspect_err(|e| refused_access = *e == yubikey::Error::AuthenticationError)
        });
        match result {
            Err(PivError::Refused { .. }) if refused_access && key.touch != TouchRule::Never => {
                Err(PivError::TouchNotGiven { slot })
            }
            Err(PivError::Refused { .. }) if refused_access => Err(PivError::PinNeeded { slot }),
            other => other,
        }
    }
}

/// Whether a signature over a message is by the key of this DER `SubjectPublicKeyInfo`, made as [`Card::sign`] makes it.
pub fn is_signed_by(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = SubjectPublicKeyInfoOwned::from_der(spki) else { return false };
    let kinds = [
        SignatureKind::EcdsaSha256,
        SignatureKind::EcdsaSha384,
        SignatureKind::RsaSha256,
        SignatureKind::Ed25519,
    ];
    kinds.into_iter().any(|kind| spki::verifies(&key, kind, message, signature))
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2) of a SHA-256 digest.
fn pkcs1(digest: &[u8], len: usize) -> Vec<u8> {
    let info = [SHA256_INFO, digest].concat();
    let padding = len.saturating_sub(info.len() + 3);
    [&[0, 1][..], &vec![0xff; padding], &[0], &info].concat()
}

/// A P-256 key on an open card that signs what it is given: what a transcript's signer needs.
///
/// [`CardSigner::public_key`] and [`CardSigner::sign`] have the shapes of `transcript::Signer`.
pub struct CardSigner {
    card: Card,
    slot: Slot,
    public_key: Vec<u8>,
    pin: Option<SecretText>,
}

impl CardSigner {
    /// Takes over a card. `pin` is kept, in locked memory, for a key that asks for it each time; for one that asks once
    /// it is given now. Errors: [`PivError::SlotEmpty`], [`PivError::WrongKind`], [`PivError::PinNeeded`], and those of
    /// [`Card::verify_pin`].
    pub fn new(mut card: Card, slot: Slot, pin: Option<SecretText>) -> Result<Self, PivError> {
        let key = card.needed_key(slot)?;
        if key.kind != KeyKind::P256 {
            return Err(PivError::WrongKind { slot, need: "a P-256 key" });
        }
        if let Some(pin) = &pin {
            card.verify_pin(pin)?;
        } else if key.pin == PinRule::Always || key.pin == PinRule::Once && !card.pin_given {
            return Err(PivError::PinNeeded { slot });
        }
        let pin = if key.pin == PinRule::Always { pin } else { None };
        Ok(Self { card, slot, public_key: key.public_key, pin })
    }

    /// DER `SubjectPublicKeyInfo`, P-256, uncompressed point, 91 bytes.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Signs the message (not its digest). The answer is a DER `ECDSA-Sig-Value`.
    pub fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, PivError> {
        self.card.sign(self.slot, self.pin.as_ref(), message)
    }

    /// Gives the card back.
    pub fn into_card(self) -> Card {
        self.card
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_fills_the_block() {
        let block = pkcs1(&[7; 32], 256);
        assert_eq!(block.len(), 256);
        assert_eq!(block[..3], [0, 1, 0xff]);
        assert_eq!(block[204..206], [0, 0x30]);
        assert!(block.ends_with(&[7; 32]));
    }
}
