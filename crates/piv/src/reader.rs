//! What is plugged in. Looks without disturbing: a card that a program has open keeps its PIN and session.

use std::ffi::CStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pcsc::{Context, Disposition, Protocols, Scope, ShareMode};

use crate::words;
use crate::{Firmware, FormFactor, PivError};

/// The readers whose YubiKey this program has open, with its serial number.
static OPENED: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());

const SELECT_PIV: &[u8] = b"\x00\xa4\x04\x00\x05\xa0\x00\x00\x03\x08\x00";
const SELECT_MANAGEMENT: &[u8] = b"\x00\xa4\x04\x00\x08\xa0\x00\x00\x05\x27\x47\x11\x17\x00";
/// Yubico GET VERSION and GET SERIAL NUMBER of the PIV application, READ CONFIG of the Management application.
const GET_VERSION: &[u8] = b"\x00\xfd\x00\x00\x00";
const GET_SERIAL: &[u8] = b"\x00\xf8\x00\x00\x00";
const READ_CONFIG: &[u8] = b"\x00\x1d\x00\x00\x00";
/// The element of READ CONFIG's answer with the form factor.
const FORM_FACTOR: u8 = 0x04;

/// A YubiKey, as it describes itself. None of this is proven; an attestation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Device {
    /// The number printed on it.
    pub serial: u32,
    /// Its firmware.
    pub firmware: Firmware,
    /// Its shape, if its Management application says.
    pub form_factor: Option<FormFactor>,
}

/// What a reader holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A YubiKey that nobody else uses.
    YubiKey(Device),
    /// A card that is open and was left in peace.
    InUse {
        /// Its serial number, if it is this program that has it open.
        ours: Option<u32>,
    },
    /// Nothing.
    Empty,
    /// A card that is no YubiKey 5, or whose PIV application is turned off.
    Foreign,
}

/// A reader. A YubiKey in USB is its own reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its name in PC/SC, as in `Yubico YubiKey OTP+FIDO+CCID 00 00`.
    pub reader: String,
    /// What it holds.
    pub what: What,
}

/// Lists the readers and what they hold, in the system's order; none when nothing was ever plugged in. Blocks for some
/// ten milliseconds a card. Errors: [`PivError::NoService`].
pub fn list() -> Result<Vec<Found>, PivError> {
    let context = Context::establish(Scope::System).map_err(no_service)?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(pcsc::Error::NoReadersAvailable) => vec![],
        Err(e) => return Err(no_service(e)),
    };
    let look =
        |name: &CStr| Found { reader: name.to_string_lossy().into_owned(), what: look(&context, name) };
    Ok(names.iter().map(|name| look(name)).collect())
}

fn opened() -> MutexGuard<'static, Vec<(String, u32)>> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn opened_here(reader: &str) -> Option<u32> {
    opened().iter().find(|o| o.0 == reader).map(|o| o.1)
}

/// Remembers, for as long as it lives, that this program has a YubiKey open.
pub(crate) struct Opened(String);

impl Opened {
    pub(crate) fn new(reader: &str, serial: u32) -> Self {
        opened().push((reader.to_owned(), serial));
        Self(reader.to_owned())
    }

    pub(crate) fn reader(&self) -> &str {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        opened().retain(|o| o.0 != self.0);
    }
}

/// Whether a card answers in this reader, without changing which application is selected or what it allows.
pub(crate) fn answers(reader: &str) -> bool {
    let ask = || {
        let name = std::ffi::CString::new(reader).ok()?;
        let context = Context::establish(Scope::System).ok()?;
        let card = context.connect(&name, ShareMode::Shared, Protocols::T1).ok()?;
        let mut buffer = [0; 64];
        // Any status word will do; a card that is gone gives none.
        let there = card.transmit(GET_VERSION, &mut buffer).is_ok_and(|answer| answer.len() >= 2);
        let _ = card.disconnect(Disposition::LeaveCard);
        Some(there)
    };
    ask().unwrap_or(false)
}

pub(crate) fn no_service(e: pcsc::Error) -> PivError {
    match e {
        pcsc::Error::NoService | pcsc::Error::ServiceStopped | pcsc::Error::CommError => PivError::NoService,
        other => PivError::Host { why: words::service_said(other) },
    }
}

fn look(context: &Context, reader: &CStr) -> What {
    // Exclusive, because selecting an application ends the session of whoever has the card open.
    match context.connect(reader, ShareMode::Exclusive, Protocols::T1) {
        Ok(card) => {
            let device = describe(&card);
            let _ = card.disconnect(Disposition::ResetCard);
            device.map_or(What::Foreign, What::YubiKey)
        }
        Err(pcsc::Error::SharingViolation) => What::InUse { ours: opened_here(&reader.to_string_lossy()) },
        Err(pcsc::Error::NoSmartcard | pcsc::Error::RemovedCard) => What::Empty,
        Err(_) => What::Foreign,
    }
}

fn describe(card: &pcsc::Card) -> Option<Device> {
    ask(card, SELECT_PIV)?;
    let firmware = Firmware(ask(card, GET_VERSION)?.try_into().ok()?);
    if firmware.0[0] != 5 {
        return None;
    }
    let serial = u32::from_be_bytes(ask(card, GET_SERIAL)?.try_into().ok()?);
    let form_factor = ask(card, SELECT_MANAGEMENT)
        .and_then(|_| ask(card, READ_CONFIG))
        .and_then(|answer| form_factor(&answer))
        .map(FormFactor::from_byte);
    Some(Device { serial, firmware, form_factor })
}

/// The data of a good answer.
fn ask(card: &pcsc::Card, command: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = [0; 300];
    let answer = card.transmit(command, &mut buffer).ok()?;
    answer.strip_suffix(&[0x90, 0x00]).map(<[u8]>::to_vec)
}

/// READ CONFIG: a length byte, then elements of tag, length and value, all one byte.
fn form_factor(answer: &[u8]) -> Option<u8> {
    let (&len, mut rest) = answer.split_first()?;
    rest = rest.get(..usize::from(len))?;
    while let [tag, len, more @ ..] = rest {
        let (value, next) = more.split_at_checked(usize::from(*len))?;
        if *tag == FORM_FACTOR {
            return value.first().copied();
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_factor_is_found_or_absent() {
        assert_eq!(form_factor(&[6, 1, 1, 0, 4, 1, 3]), Some(3));
        assert_eq!(form_factor(&[3, 1, 1, 0]), None);
        assert_eq!(form_factor(&[]), None);
        assert_eq!(form_factor(&[9, 4, 1, 3]), None, "shorter than it says");
        assert_eq!(form_factor(&[2, 4, 9]), None, "an element that runs over the end");
    }
}
