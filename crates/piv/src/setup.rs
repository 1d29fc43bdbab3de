//! The first set-up: the factory's PIN, PUK and management key go before anything else happens.
//!
//! It can be run again after a card was pulled out in the middle: what has been replaced is checked, not replaced
//! twice. The caller therefore keeps the new secrets until it has come to its end.

use aws_lc_rs::rand::SecureRandom;
use secrets::{SecretBytes, SecretText};
use yubikey::{MgmAlgorithmId, MgmKey};
use zeroize::Zeroizing;

use crate::card::usable_pin;
use crate::tlv::{element, value};
use crate::words;
use crate::{Card, FactorySecret, Firmware, PivError};

/// Yubico's objects for what is kept under the PIN (88, in it 89: the management key) and for settings (80, in it 81:
/// flags): <https://docs.yubico.com/yesdk/users-manual/application-piv/piv-objects.html>.
const PROTECTED_DATA: u32 = 0x5f_c109;
const ADMIN_DATA: u32 = 0x5f_ff00;
const COPY_IS_KEPT: u8 = 0x02;
const FACTORY_PIN: &str = "123456";
const FACTORY_PUK: &str = "12345678";

/// The algorithm of a management key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ManagementKind {
    /// Three-key triple DES, 24 bytes: all that firmware before 5.4 knows, and the factory's before 5.7.
    TripleDes,
    /// AES-192, 24 bytes: the factory's since 5.7.
    Aes192,
    /// AES-256, 32 bytes.
    Aes256,
}

impl ManagementKind {
    /// What a YubiKey should be given: AES-256 since 5.7, triple DES before, as older programs know nothing else.
    pub fn preferred(firmware: Firmware) -> Self {
        if firmware >= Firmware::LARGE_KEYS { Self::Aes256 } else { Self::TripleDes }
    }

    fn len(self) -> usize {
        if self == Self::Aes256 { 32 } else { 24 }
    }

    fn id(self) -> MgmAlgorithmId {
        match self {
            Self::TripleDes => MgmAlgorithmId::ThreeDes,
            Self::Aes192 => MgmAlgorithmId::Aes192,
            Self::Aes256 => MgmAlgorithmId::Aes256,
        }
    }
}

/// A management key.
pub struct ManagementKey {
    kind: ManagementKind,
    bytes: SecretBytes,
}

impl ManagementKey {
    /// A fresh one.
    pub fn generate(kind: ManagementKind, random: &dyn SecureRandom) -> Result<Self, PivError> {
        let bytes = SecretBytes::filled_by(kind.len(), |to| random.fill(to).map_err(PivError::from))?;
        Ok(Self { kind, bytes })
    }

    /// One that is kept elsewhere; none if the length is not the kind's.
    pub fn from_bytes(kind: ManagementKind, bytes: SecretBytes) -> Option<Self> {
        (bytes.len() == kind.len()).then_some(Self { kind, bytes })
    }

    /// Its algorithm.
    pub fn kind(&self) -> ManagementKind {
        self.kind
    }

    /// Its bytes, to keep elsewhere.
    pub fn bytes(&self) -> &SecretBytes {
        &self.bytes
    }

    pub(crate) fn for_the_crate(&self) -> Result<MgmKey, PivError> {
        MgmKey::from_bytes(self.bytes.expose(), Some(self.kind.id()))
            .map_err(|_| PivError::ManagementKeyRefused)
    }
}

/// Where the management key is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Custody {
    /// On the card, readable with the PIN: whoever has the card and its PIN administers it.
    UnderThePin,
    /// Elsewhere; the card does not hold a readable copy.
    Apart,
}

/// What a YubiKey is given at its first set-up.
pub struct NewSecrets<'a> {
    /// Six to eight characters, not the factory's.
    pub pin: &'a SecretText,
    /// Six to eight characters, not the factory's, and not the PIN.
    pub puk: &'a SecretText,
    /// The new management key.
    pub management: &'a ManagementKey,
    /// Where it is kept.
    pub custody: Custody,
}

/// What the set-up did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetUp {
    /// Secrets that were the factory's until now. Those that are absent had been replaced before, by the same values.
    pub replaced: Vec<FactorySecret>,
}

impl Card {
    /// Replaces the factory's PIN, PUK and management key, checks that none is left, and leaves the card with the PIN
    /// and the management key given.
    ///
    /// Errors: [`PivError::UnusablePin`] before anything is changed; [`PivError::WrongPin`], [`PivError::WrongPuk`] or
    /// [`PivError::ManagementKeyRefused`] if the card has been set up before with other secrets (each costs a try).
    pub fn set_up(&mut self, new: &NewSecrets<'_>) -> Result<SetUp, PivError> {
        self.check_new(new)?;
        let replaced = self.factory_secrets()?;

        let old_pin = SecretText::new(FACTORY_PIN.to_owned())?;
        if replaced.contains(&FactorySecret::Pin) {
            self.change_pin(&old_pin, new.pin)?;
        }
        self.verify_pin(new.pin)?;

        let old_puk = SecretText::new(FACTORY_PUK.to_owned())?;
        let old_puk = if replaced.contains(&FactorySecret::Puk) { &old_puk } else { new.puk };
        self.change_puk(old_puk, new.puk)?;

        if replaced.contains(&FactorySecret::ManagementKey) {
            let what = words::TAKE_FACTORY_KEY;
            self.call(what, |yubikey| {
                let key = MgmKey::get_default(yubikey)?;
                yubikey.authenticate(&key)
            })?;
        } else {
            self.authenticate(new.management)?;
        }
        self.store_management(new)?;

        let left = self.factory_secrets()?;
        if left.is_empty() {
            Ok(SetUp { replaced })
        } else {
            Err(PivError::FactorySecretsLeft { which: left })
        }
    }

    fn check_new(&self, new: &NewSecrets<'_>) -> Result<(), PivError> {
        for pin in [new.pin, new.puk] {
            usable_pin(pin)?;
            if [FACTORY_PIN, FACTORY_PUK].contains(&pin.expose()) {
                return Err(PivError::UnusablePin { why: words::IS_OF_THE_FACTORY });
            }
        }
        if new.pin.expose() == new.puk.expose() {
            return Err(PivError::UnusablePin { why: words::PIN_IS_PUK });
        }
        let aes = new.management.kind != ManagementKind::TripleDes;
        if aes && self.firmware() < Firmware::AES_MANAGEMENT {
            return Err(PivError::FirmwareTooOld { have: self.firmware(), need: Firmware::AES_MANAGEMENT });
        }
        Ok(())
    }

    /// Sets the management key, and keeps it under the PIN if asked; then looks what is there, because the crate does
    /// not report every failure on the way.
    fn store_management(&mut self, new: &NewSecrets<'_>) -> Result<(), PivError> {
        let key = new.management.for_the_crate()?;
        let under_the_pin = new.custody == Custody::UnderThePin;
        if under_the_pin {
            // The copy first: pulled out in between, a YubiKey must not be left with a key that nobody has. The crate
            // does it the other way round.
            let mut copy =
                Zeroizing::new(element(0x88, &Zeroizing::new(element(0x89, new.management.bytes.expose()))));
            self.call(words::KEEP_MANAGEMENT, |y| y.save_object(PROTECTED_DATA, &mut copy))?;
            self.call(words::KEEP_MANAGEMENT, |y| key.set_protected(y))?;
        } else {
            self.call(words::TAKE_MANAGEMENT, |y| key.set_manual(y, false))?;
        }
        let copy = self.copy_of_management()?;
        let right = match &copy {
            Some(copy) => under_the_pin && new.management.bytes.same_as(copy),
            None => !under_the_pin,
        };
        if !right || self.says_that_a_copy_is_kept()? != under_the_pin {
            return Err(PivError::ReadBack { what: "management key" });
        }
        self.authenticate(new.management)
    }

    /// The management key that the card keeps under the PIN.
    fn copy_of_management(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, PivError> {
        let object = self.object(PROTECTED_DATA, words::READ_MANAGEMENT)?;
        let key = object.as_ref().and_then(|o| value(value(o, 0x88)?, 0x89));
        Ok(key.filter(|k| !k.is_empty()).map(|k| Zeroizing::new(k.to_vec())))
    }

    /// Whether the card tells other programs to look for one.
    fn says_that_a_copy_is_kept(&mut self) -> Result<bool, PivError> {
        let object = self.object(ADMIN_DATA, words::READ_SETTINGS)?;
        let flags = object.as_ref().and_then(|o| value(value(o, 0x80)?, 0x81)?.first().copied());
        Ok(flags.is_some_and(|f| f & COPY_IS_KEPT != 0))
    }
}
