//! YubiKeys through PIV (NIST SP 800-73-4 with Yubico's extensions): found by serial number, set up, keys made on them
//! and attested, signing, and small secrets encrypted to a custodian.
//!
//! **Every call that takes a [`Card`] blocks**: a touch is waited for up to about 15 seconds, and a large RSA key takes
//! a YubiKey a good while. Call from a thread of its own, never from one that draws.
//!
//! What a card says is not believed: a signature is verified before it is returned, a certificate is read back after it
//! is written, and a key counts as made on a YubiKey only when its [attestation](Card::attest) leads to a pinned root.
//!
//! What cannot be done: PIV never gives a private key out and holds no AES key, so a YubiKey's key is never material
//! for a cloud's key import.
//!
//! Known limits. The `yubikey` crate keeps a verified PIN, and the management key while it is used, in ordinary memory
//! that it does not wipe; [`Card`] is therefore best dropped when a step ends. A card that answers nonsense can make
//! that crate panic; such a panic is caught and comes back as [`PivError::Nonsense`].

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

mod attest;
mod card;
mod certificate;
mod custodian_box;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod key;
mod reader;
mod roots;
mod setup;
mod sign;
mod slot;
mod spki;
mod tlv;
mod verify;
mod watch;
mod with_card;
mod words;

pub use attest::AttestedKey;
pub use card::Card;
pub use certificate::CertificateRequest;
pub use custodian_box::{BoxHeader, Purpose, encrypt_to, header};
pub use error::{AttestationFault, FactorySecret, PivError};
pub use key::{KeyFacts, KeyKind, KeyRequest, Origin, Overwrite, PinRule, TouchRule};
pub use reader::{Device, Found, What, list};
pub use roots::Roots;
pub use setup::{Custody, ManagementKey, ManagementKind, NewSecrets, SetUp};
pub use sign::{CardSigner, is_signed_by};
pub use slot::Slot;
pub use verify::{Attested, FormFactor, verify_attestation};
pub use watch::Watcher;
pub use with_card::{Wait, with_card};

/// A firmware version, as in 5.7.1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Firmware(pub [u8; 3]);

impl Firmware {
    /// The oldest that is used: it can say what its PIN, its policies and the origin of its keys are (GET METADATA).
    pub const OLDEST: Self = Self([5, 3, 0]);
    /// AES management keys.
    pub const AES_MANAGEMENT: Self = Self([5, 4, 0]);
    /// RSA-3072, RSA-4096, Ed25519, and an AES management key from the factory.
    pub const LARGE_KEYS: Self = Self([5, 7, 0]);
    /// The first whose keys on elliptic curves cannot be copied by who holds the device and its PIN: Yubico's advisory
    /// YSA-2024-03.
    pub const AFTER_YSA_2024_03: Self = Self([5, 7, 0]);

    /// Whether who holds a device with this firmware, and its PIN, can copy a key of this kind that it made
    /// (YSA-2024-03).
    pub fn lets_copy(self, kind: KeyKind) -> bool {
        let on_a_curve =
            !matches!(kind, KeyKind::Rsa1024 | KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096);
        on_a_curve && self < Self::AFTER_YSA_2024_03
    }
}

impl std::fmt::Display for Firmware {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}
