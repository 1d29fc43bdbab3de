//! Keys on the device: what they are, making one, reading back what came of it.

use yubikey::piv::{self, AlgorithmId, SlotAlgorithmId};
use yubikey::{PinPolicy, TouchPolicy};

use crate::words;
use crate::{Card, Firmware, PivError, Slot, spki};

/// The kind of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyKind {
    /// RSA, 2048 bits.
    Rsa2048,
    /// RSA, 3072 bits (firmware 5.7).
    Rsa3072,
    /// RSA, 4096 bits (firmware 5.7).
    Rsa4096,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// Ed25519 (firmware 5.7).
    Ed25519,
    /// X25519 (firmware 5.7): key agreement alone. Recognised, not made here.
    X25519,
    /// RSA, 1024 bits: too short. Recognised, not made here.
    Rsa1024,
}

impl KeyKind {
    /// The kinds that are made here.
    pub const MADE: [Self; 6] =
        [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::P256, Self::P384, Self::Ed25519];

    /// The oldest firmware that makes it.
    pub fn needs(self) -> Firmware {
        match self {
            Self::Rsa2048 | Self::P256 | Self::P384 | Self::Rsa1024 => Firmware::OLDEST,
            Self::Rsa3072 | Self::Rsa4096 | Self::Ed25519 | Self::X25519 => Firmware::LARGE_KEYS,
        }
    }

    pub(crate) fn id(self) -> AlgorithmId {
        match self {
            Self::Rsa1024 => AlgorithmId::Rsa1024,
            Self::Rsa2048 => AlgorithmId::Rsa2048,
            Self::Rsa3072 => AlgorithmId::Rsa3072,
            Self::Rsa4096 => AlgorithmId::Rsa4096,
            Self::P256 => AlgorithmId::EccP256,
            Self::P384 => AlgorithmId::EccP384,
            Self::Ed25519 => AlgorithmId::Ed25519,
            Self::X25519 => AlgorithmId::X25519,
        }
    }

    fn from_id(id: AlgorithmId) -> Self {
        match id {
            AlgorithmId::Rsa1024 => Self::Rsa1024,
            AlgorithmId::Rsa2048 => Self::Rsa2048,
            AlgorithmId::Rsa3072 => Self::Rsa3072,
            AlgorithmId::Rsa4096 => Self::Rsa4096,
            AlgorithmId::EccP256 => Self::P256,
            AlgorithmId::EccP384 => Self::P384,
            AlgorithmId::Ed25519 => Self::Ed25519,
            AlgorithmId::X25519 => Self::X25519,
        }
    }
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rsa1024 => "RSA-1024",
            Self::Rsa2048 => "RSA-2048",
            Self::Rsa3072 => "RSA-3072",
            Self::Rsa4096 => "RSA-4096",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
        })
    }
}

/// When a key wants the PIN; the stricter rule is the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PinRule {
    /// Never.
    Never,
    /// Once for as long as the card is open.
    Once,
    /// Right before each use.
    Always,
}

/// When a key wants a touch; the stricter rule is the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TouchRule {
    /// Never.
    Never,
    /// A touch counts for 15 seconds.
    Cached,
    /// Before each use.
    Always,
}

impl PinRule {
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        [None, Some(Self::Never), Some(Self::Once), Some(Self::Always)].get(usize::from(byte)).copied()?
    }

    /// How it is written in an error.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Once => "once",
            Self::Always => "always",
        }
    }

    fn policy(self) -> PinPolicy {
        match self {
            Self::Never => PinPolicy::Never,
            Self::Once => PinPolicy::Once,
            Self::Always => PinPolicy::Always,
        }
    }
}

impl TouchRule {
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        [None, Some(Self::Never), Some(Self::Always), Some(Self::Cached)].get(usize::from(byte)).copied()?
    }

    /// How it is written in an error.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Always => "always",
            Self::Cached => "cached",
        }
    }

    fn policy(self) -> TouchPolicy {
        match self {
            Self::Never => TouchPolicy::Never,
            Self::Always => TouchPolicy::Always,
            Self::Cached => TouchPolicy::Cached,
        }
    }
}

/// Where a key comes from, as the card says; only an attestation proves it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Made on the card.
    Generated,
    /// Brought from outside.
    Imported,
}

/// What the card says of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyFacts {
    /// Its slot.
    pub slot: Slot,
    /// Its kind.
    pub kind: KeyKind,
    /// Where it comes from.
    pub origin: Origin,
    /// When it wants the PIN.
    pub pin: PinRule,
    /// When it wants a touch.
    pub touch: TouchRule,
    /// Its public key, DER `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
}

/// What may be lost when a key is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overwrite {
    /// Nothing: the slot must hold neither key nor certificate.
    Nothing,
    /// A key for which no certificate was written: what is left when a card is pulled out while a key is made.
    Unfinished,
}

/// A key to be made on the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyRequest {
    /// Where.
    pub slot: Slot,
    /// What.
    pub kind: KeyKind,
    /// When it shall want the PIN.
    pub pin: PinRule,
    /// When it shall want a touch.
    pub touch: TouchRule,
    /// What may be lost.
    pub overwrite: Overwrite,
}

impl Card {
    /// Makes a key on the device and reads back what the device says of it. Needs the management key to have been
    /// given. Large RSA keys take a good while.
    ///
    /// Errors: [`PivError::FirmwareTooOld`], [`PivError::FactorySecretsLeft`], [`PivError::SlotTaken`] before anything
    /// is changed; [`PivError::ReadBack`] when the key is not what was asked for.
    pub fn generate(&mut self, request: &KeyRequest) -> Result<KeyFacts, PivError> {
        let KeyRequest { slot, kind, pin, touch, overwrite } = *request;
        if !KeyKind::MADE.contains(&kind) {
            return Err(PivError::WrongKind { slot, need: words::MADE_HERE });
        }
        if self.firmware() < kind.needs() {
            return Err(PivError::FirmwareTooOld { have: self.firmware(), need: kind.needs() });
        }
        let left = self.factory_secrets()?;
        if !left.is_empty() {
            return Err(PivError::FactorySecretsLeft { which: left });
        }
        let certificate = self.read_certificate(slot)?.is_some();
        let key = overwrite == Overwrite::Nothing && self.key(slot)?.is_some();
        if certificate || key {
            return Err(PivError::SlotTaken { slot });
        }
        let made = self.call(words::MAKE_A_KEY, |yubikey| {
            piv::generate(yubikey, slot.id(), kind.id(), pin.policy(), touch.policy())
        })?;
        let facts = self.key(slot)?.ok_or(PivError::ReadBack { what: "key" })?;
        let asked = KeyFacts {
            slot,
            kind,
            origin: Origin::Generated,
            pin,
            touch,
            public_key: spki::to_der(&made).ok_or(PivError::Nonsense { what: words::MAKE_A_KEY })?,
        };
        if facts == asked { Ok(facts) } else { Err(PivError::ReadBack { what: "key" }) }
    }

    /// What the card says of the key in a slot, or none.
    pub fn key(&mut self, slot: Slot) -> Result<Option<KeyFacts>, PivError> {
        let what = "describe a key";
        let found = self.call(what, |yubikey| match piv::metadata(yubikey, slot.id()) {
            Err(yubikey::Error::NotFound) => Ok(None),
            other => other.map(Some),
        })?;
        let Some(metadata) = found else { return Ok(None) };
        let nonsense = PivError::Nonsense { what };
        let SlotAlgorithmId::Asymmetric(id) = metadata.algorithm else { return Err(nonsense) };
        let (pin, touch) = metadata.policy.ok_or(nonsense.clone())?;
        Ok(Some(KeyFacts {
            slot,
            kind: KeyKind::from_id(id),
            origin: match metadata.origin.ok_or(nonsense.clone())? {
                piv::Origin::Generated => Origin::Generated,
                piv::Origin::Imported => Origin::Imported,
            },
            pin: PinRule::from_byte(pin.into()).ok_or(nonsense.clone())?,
            touch: TouchRule::from_byte(touch.into()).ok_or(nonsense.clone())?,
            public_key: metadata.public.as_ref().and_then(spki::to_der).ok_or(nonsense)?,
        }))
    }

    /// Every key on the card, each once.
    pub fn keys(&mut self) -> Result<Vec<KeyFacts>, PivError> {
        let mut found = vec![];
        for slot in Slot::all() {
            found.extend(self.key(slot)?);
        }
        Ok(found)
    }

    /// The key in a slot that must hold one.
    pub(crate) fn needed_key(&mut self, slot: Slot) -> Result<KeyFacts, PivError> {
        self.key(slot)?.ok_or(PivError::SlotEmpty { slot })
    }
}
