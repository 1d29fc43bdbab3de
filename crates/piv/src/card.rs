//! An open YubiKey: its PIN, its management key, and the way every call to it goes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use secrets::SecretText;
use yubikey::piv::{self, ManagementSlotId, SlotId, SlotMetadata};
use yubikey::{Error, YubiKey};

use crate::reader::{self, Device, Found, Opened, What};
use crate::words;
use crate::{FactorySecret, Firmware, FormFactor, ManagementKey, PivError};

/// A YubiKey that is open. Closing it (dropping) makes it forget that the PIN was given.
pub struct Card {
    yubikey: YubiKey,
    /// After the card itself, so that it is closed before it stops counting as open.
    opened: Opened,
    serial: u32,
    firmware: Firmware,
    form_factor: Option<FormFactor>,
    pub(crate) pin_given: bool,
}

/// Names the card, never what was entered.
impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card")
            .field("serial", &self.serial)
            .field("firmware", &self.firmware)
            .finish_non_exhaustive()
    }
}

impl Card {
    /// Opens the YubiKey with this serial number; others that are plugged in are left in peace.
    ///
    /// Errors: [`PivError::NoService`], [`PivError::NoSuchCard`], [`PivError::AnotherCard`], [`PivError::InUse`],
    /// [`PivError::NotAYubiKey`], [`PivError::FirmwareTooOld`].
    pub fn open(serial: u32) -> Result<Self, PivError> {
        let found = reader::list()?;
        match openable(&found).find(|(_, device)| device.serial == serial) {
            Some((reader, device)) => Self::open_in(reader, device),
            None => Err(why_not(&found, serial)),
        }
    }

    /// Opens the one YubiKey that is plugged in and not open, for when its serial number is not known yet.
    ///
    /// Errors: as [`Card::open`], [`PivError::NoCard`] and [`PivError::SeveralCards`].
    pub fn open_the_only_one() -> Result<Self, PivError> {
        let found = reader::list()?;
        let cards: Vec<(&str, Device)> = openable(&found).collect();
        match cards[..] {
            [(reader, device)] => Self::open_in(reader, device),
            [] => Err(obstacle(&found).unwrap_or(PivError::NoCard)),
            _ => Err(PivError::SeveralCards { found: cards.iter().map(|c| c.1.serial).collect() }),
        }
    }

    fn open_in(name: &str, listed: Device) -> Result<Self, PivError> {
        let opened = catch_unwind(|| {
            let mut context = yubikey::reader::Context::open()?;
            let place = context.iter()?.find(|r| r.name() == name).ok_or(Error::NotFound)?;
            place.open()
        });
        let yubikey = opened
            .map_err(|_| PivError::Nonsense { what: "open" })?
            .map_err(|e| sorted(e, "open", || reader::answers(name)))?;
        let version = yubikey.version();
        let firmware = Firmware([version.major, version.minor, version.patch]);
        if firmware < Firmware::OLDEST {
            return Err(PivError::FirmwareTooOld { have: firmware, need: Firmware::OLDEST });
        }
        // Another card may have taken its place since it was listed.
        let found = u32::from(yubikey.serial());
        let Device { serial, form_factor, .. } = listed;
        if found != serial {
            return Err(PivError::AnotherCard { wanted: serial, found: vec![found] });
        }
        let opened = Opened::new(name, serial);
        Ok(Self { yubikey, opened, serial, firmware, form_factor, pin_given: false })
    }

    /// The number printed on it.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// Its firmware, as it says itself.
    pub fn firmware(&self) -> Firmware {
        self.firmware
    }

    /// Its shape, as it says itself, if it does.
    pub fn form_factor(&self) -> Option<FormFactor> {
        self.form_factor
    }

    /// The name of its reader in PC/SC.
    pub fn reader(&self) -> &str {
        self.opened.reader()
    }

    /// How many wrong PINs are left. Does not use one up, and does not take a given PIN back.
    pub fn pin_tries_left(&mut self) -> Result<u8, PivError> {
        self.tries_left(ManagementSlotId::Pin)
    }

    /// How many wrong PUKs are left.
    pub fn puk_tries_left(&mut self) -> Result<u8, PivError> {
        self.tries_left(ManagementSlotId::Puk)
    }

    fn tries_left(&mut self, which: ManagementSlotId) -> Result<u8, PivError> {
        let what = words::SAY_TRIES;
        let metadata = self.metadata(SlotId::Management(which), what)?;
        metadata.retries.map(|r| r.remaining_count).ok_or(PivError::Nonsense { what })
    }

    /// Which of the factory's PIN, PUK and management key are still in place.
    pub fn factory_secrets(&mut self) -> Result<Vec<FactorySecret>, PivError> {
        let what = words::SAY_FACTORY;
        let mut left = vec![];
        for (slot, secret) in [
            (ManagementSlotId::Pin, FactorySecret::Pin),
            (ManagementSlotId::Puk, FactorySecret::Puk),
            (ManagementSlotId::Management, FactorySecret::ManagementKey),
        ] {
            match self.metadata(SlotId::Management(slot), what)?.default {
                Some(true) => left.push(secret),
                Some(false) => {}
                None => return Err(PivError::Nonsense { what }),
            }
        }
        Ok(left)
    }

    /// Gives the PIN, for as long as the card stays open (keys with [`crate::PinRule::Always`] want it each time).
    ///
    /// Errors: [`PivError::WrongPin`] with the tries left, [`PivError::PinBlocked`].
    pub fn verify_pin(&mut self, pin: &SecretText) -> Result<(), PivError> {
        usable_pin(pin)?;
        self.pin_given = false;
        let result = self.call(words::CHECK_PIN, |yubikey| yubikey.verify_pin(pin.expose().as_bytes()));
        self.pin_given = result.is_ok();
        result
    }

    /// Replaces the PIN. Errors: as [`Card::verify_pin`], of the old one.
    pub fn change_pin(&mut self, old: &SecretText, new: &SecretText) -> Result<(), PivError> {
        usable_pin(new)?;
        self.call(words::CHANGE_PIN, |y| y.change_pin(old.expose().as_bytes(), new.expose().as_bytes()))
    }

    /// Replaces the PUK. Errors: [`PivError::WrongPuk`], [`PivError::PukBlocked`].
    pub fn change_puk(&mut self, old: &SecretText, new: &SecretText) -> Result<(), PivError> {
        usable_pin(new)?;
        self.call(words::CHANGE_PUK, |y| y.change_puk(old.expose().as_bytes(), new.expose().as_bytes()))
            .map_err(of_the_puk)
    }

    /// Sets a new PIN with the PUK, also when the PIN is blocked. Errors: as [`Card::change_puk`].
    pub fn unblock_pin(&mut self, puk: &SecretText, new_pin: &SecretText) -> Result<(), PivError> {
        usable_pin(new_pin)?;
        self.call(words::SET_NEW_PIN, |y| y.unblock_pin(puk.expose().as_bytes(), new_pin.expose().as_bytes()))
            .map_err(of_the_puk)
    }

    /// Gives the management key, which making keys and writing certificates needs.
    pub fn authenticate(&mut self, key: &ManagementKey) -> Result<(), PivError> {
        let key = key.for_the_crate()?;
        self.call(words::CHECK_MANAGEMENT, |yubikey| yubikey.authenticate(&key)).map_err(of_management)
    }

    /// The same with the management key that is kept on the card under the PIN.
    pub fn authenticate_with_pin(&mut self, pin: &SecretText) -> Result<(), PivError> {
        self.verify_pin(pin)?;
        let key = self.call(words::READ_MANAGEMENT, yubikey::MgmKey::get_protected).map_err(|e| match e {
            PivError::Removed | PivError::NoService => e,
            _ => PivError::ManagementKeyRefused,
        })?;
        self.call(words::CHECK_MANAGEMENT, |yubikey| yubikey.authenticate(&key)).map_err(of_management)
    }

    pub(crate) fn metadata(&mut self, slot: SlotId, what: &'static str) -> Result<SlotMetadata, PivError> {
        self.call(what, |yubikey| piv::metadata(yubikey, slot))
    }

    /// The content of a data object, or none.
    pub(crate) fn object(
        &mut self,
        id: u32,
        what: &'static str,
    ) -> Result<Option<yubikey::Buffer>, PivError> {
        self.call(what, |yubikey| match yubikey.fetch_object(id) {
            Err(Error::NotFound) => Ok(None),
            other => other.map(Some),
        })
    }

    /// Every call to the card goes through here: what it says is sorted, and a panic over a nonsensical answer caught.
    pub(crate) fn call<T>(
        &mut self,
        what: &'static str,
        call: impl FnOnce(&mut YubiKey) -> Result<T, Error>,
    ) -> Result<T, PivError> {
        let yubikey = &mut self.yubikey;
        let reader = self.opened.reader();
        match catch_unwind(AssertUnwindSafe(|| call(yubikey))) {
            Ok(result) => result.map_err(|e| sorted(e, what, || reader::answers(reader))),
            // A card that left in the middle of an answer looks like nonsense, too.
            Err(_) if !reader::answers(reader) => Err(PivError::Removed),
            Err(_) => Err(PivError::Nonsense { what }),
        }
    }
}

/// The YubiKeys that can be opened, with their readers.
fn openable(found: &[Found]) -> impl Iterator<Item = (&str, Device)> {
    found.iter().filter_map(|f| match f.what {
        What::YubiKey(device) => Some((f.reader.as_str(), device)),
        _ => None,
    })
}

/// Why the YubiKey with this serial number cannot be opened, when no reader offers it.
fn why_not(found: &[Found], wanted: u32) -> PivError {
    let here = What::InUse { ours: Some(wanted) };
    if let Some(open) = found.iter().find(|f| f.what == here) {
        return PivError::InUse { reader: open.reader.clone() };
    }
    // A card that another program has open may be the one, so that comes before "another card".
    let others: Vec<u32> = openable(found).map(|o| o.1.serial).collect();
    match obstacle(found) {
        Some(in_use @ PivError::InUse { .. }) => in_use,
        _ if !others.is_empty() => PivError::AnotherCard { wanted, found: others },
        Some(foreign) => foreign,
        None => PivError::NoSuchCard { wanted },
    }
}

/// A card in use elsewhere, or else one that is no YubiKey.
fn obstacle(found: &[Found]) -> Option<PivError> {
    let reader = |what| found.iter().find(|f| f.what == what).map(|f| f.reader.clone());
    let in_use = reader(What::InUse { ours: None }).map(|reader| PivError::InUse { reader });
    in_use.or_else(|| reader(What::Foreign).map(|reader| PivError::NotAYubiKey { reader }))
}

/// Sorts the crate's error into the cases that a person acts on differently. A card that is pulled in the middle of an
/// answer shows as any error, so `answers` has the last word.
fn sorted(e: Error, what: &'static str, answers: impl FnOnce() -> bool) -> PivError {
    use pcsc::Error as P;
    match e {
        Error::WrongPin { tries: 0 } | Error::PinLocked => PivError::PinBlocked,
        Error::WrongPin { tries } => PivError::WrongPin { tries },
        Error::PcscError { inner: Some(P::NoService | P::ServiceStopped) } => PivError::NoService,
        Error::PcscError {
            inner:
                Some(
                    P::RemovedCard
                    | P::ResetCard
                    | P::UnpoweredCard
                    | P::UnresponsiveCard
                    | P::NoSmartcard
                    | P::ReaderUnavailable
                    | P::UnknownReader
                    | P::NotTransacted
                    | P::InvalidHandle,
                ),
        } => PivError::Removed,
        _ if !answers() => PivError::Removed,
        Error::ParseError | Error::InvalidObject => PivError::Nonsense { what },
        Error::AuthenticationError => PivError::Refused { what, why: words::WANTS_PIN_OR_TOUCH.to_owned() },
        other => PivError::Refused { what, why: other.to_string() },
    }
}

/// The crate reports a wrong PUK as a wrong PIN.
fn of_the_puk(e: PivError) -> PivError {
    match e {
        PivError::WrongPin { tries } => PivError::WrongPuk { tries },
        PivError::PinBlocked => PivError::PukBlocked,
        other => other,
    }
}

fn of_management(e: PivError) -> PivError {
    match e {
        PivError::Refused { .. } => PivError::ManagementKeyRefused,
        other => other,
    }
}

/// Six to eight characters of ASCII (SP 800-73-4 part 2, 2.4.3; Yubico allows more than digits).
pub(crate) fn usable_pin(pin: &SecretText) -> Result<(), PivError> {
    let text = pin.expose();
    if !(6..=8).contains(&text.len()) {
        return Err(PivError::UnusablePin { why: words::NOT_SIX_TO_EIGHT });
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(PivError::UnusablePin { why: words::ODD_CHARACTERS });
    }
    Ok(())
}
