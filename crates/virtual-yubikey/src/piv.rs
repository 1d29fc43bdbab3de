//! The PIV application: keys, data objects, metadata, attestation.

use data_encoding::HEXLOWER;

use crate::apdu::{self, Command, Sw};
use crate::card::Card;
use crate::certificate;
use crate::key::SlotKey;
use crate::state::{ATTESTATION_SLOT, FACTORY_MANAGEMENT_KEY, FACTORY_PIN, FACTORY_PUK, Firmware, Reference};
use crate::tlv::{decode, encode, find};

/// The most bytes that a data object holds.
const OBJECT_LIMIT: usize = 3063;
/// Objects that want the PIN to be read: printed information, fingerprints, face, iris (SP 800-73-4 part 1, table 3).
const PRIVATE_OBJECTS: [u32; 4] = [0x5f_c109, 0x5f_c103, 0x5f_c108, 0x5f_c121];
/// The discovery object (SP 800-73-4 part 1, 3.3.2): application, PIN policy 40 00.
const DISCOVERY: &[u8] = b"\x7e\x12\x4f\x0b\xa0\x00\x00\x03\x08\x00\x00\x10\x00\x01\x00\x5f\x2f\x02\x40\x00";

impl Card {
    pub(crate) fn piv(
        &mut self,
        command: &Command<'_>,
        data: &[u8],
        just_verified: bool,
    ) -> Result<Vec<u8>, Sw> {
        let (p1, p2) = (command.p1, command.p2);
        match command.ins {
            0x20 => self.verify(p1, p2, data),
            0x24 => self.change_reference(p2, data),
            0x2c => self.reset_retry_counter(p2, data),
            0x47 => self.generate(p2, data),
            0x87 => self.general_authenticate(p1, p2, data, just_verified),
            0xcb if (p1, p2) == (0x3f, 0xff) => self.get_data(data),
            0xdb if (p1, p2) == (0x3f, 0xff) => self.put_data(data),
            0xcb | 0xdb => Err(apdu::INCORRECT_P1P2),
            // Yubico's own from here.
            0xf6 if self.state.firmware >= Firmware::V5_7_0 => self.move_key(p1, p2),
            0xf7 => self.metadata(p2),
            0xf8 => Ok(self.state.serial.to_be_bytes().to_vec()),
            0xf9 => self.attest(p1),
            0xfa => self.set_retries(p1, p2),
            0xfb => self.reset(),
            0xfd => Ok(self.state.firmware.0.to_vec()),
            0xfe => self.import(p1, p2, data),
            0xff => self.set_management_key(p1, p2, data),
            _ => Err(apdu::UNKNOWN_INSTRUCTION),
        }
    }

    /// GENERATE ASYMMETRIC KEY PAIR.
    fn generate(&mut self, slot: u8, data: &[u8]) -> Result<Vec<u8>, Sw> {
        self.may_write_key(slot)?;
        let outer = decode(data).ok_or(apdu::INCORRECT_DATA)?;
        let template = decode(find(&outer, 0xac).ok_or(apdu::INCORRECT_DATA)?).ok_or(apdu::INCORRECT_DATA)?;
        let id = find(&template, 0x80).and_then(|v| v.first()).ok_or(apdu::INCORRECT_DATA)?;
        let algorithm = self.offered(*id)?;
        let (pin, touch) = Self::policies(slot, &template)?;
        let key = SlotKey::generate(algorithm, pin, touch).ok_or(apdu::ABORTED)?;
        let answer = encode(0x7f49, &key.public_key_elements().ok_or(apdu::ABORTED)?);
        self.state.keys.insert(slot, key);
        Ok(answer)
    }

    /// Yubico IMPORT ASYMMETRIC KEY: the numbers under tags 01 to 08.
    fn import(&mut self, algorithm: u8, slot: u8, data: &[u8]) -> Result<Vec<u8>, Sw> {
        self.may_write_key(slot)?;
        let algorithm = self.offered(algorithm)?;
        let template = decode(data).ok_or(apdu::INCORRECT_DATA)?;
        let (pin, touch) = Self::policies(slot, &template)?;
        let parts: Vec<&[u8]> =
            template.iter().filter(|e| (1..=8).contains(&e.0)).map(|e| e.1.as_slice()).collect();
        let key = SlotKey::import(algorithm, pin, touch, &parts).ok_or(apdu::INCORRECT_DATA)?;
        self.state.keys.insert(slot, key);
        Ok(vec![])
    }

    /// Yubico MOVE KEY (5.7): to a slot, or to FF, which deletes it.
    fn move_key(&mut self, to: u8, from: u8) -> Result<Vec<u8>, Sw> {
        if to != 0xff {
            self.may_write_key(to)?;
        }
        self.may_write_key(from)?;
        let key = self.state.keys.remove(&from).ok_or(apdu::NO_REFERENCE)?;
        if to != 0xff {
            self.state.keys.insert(to, key);
        }
        Ok(vec![])
    }

    fn may_write_key(&self, slot: u8) -> Result<(), Sw> {
        if !self.session.management {
            return Err(apdu::SECURITY_STATUS);
        }
        match slot {
            0x9a | 0x9c | 0x9d | 0x9e | 0x82..=0x95 | ATTESTATION_SLOT => Ok(()),
            _ => Err(apdu::WRONG_SLOT),
        }
    }

    fn get_data(&self, data: &[u8]) -> Result<Vec<u8>, Sw> {
        let list = decode(data).ok_or(apdu::INCORRECT_DATA)?;
        let id = object_id(find(&list, 0x5c).ok_or(apdu::INCORRECT_DATA)?);
        if id == 0x7e {
            return Ok(DISCOVERY.to_vec());
        }
        if PRIVATE_OBJECTS.contains(&id) && !self.session.pin_verified {
            return Err(apdu::SECURITY_STATUS);
        }
        let object = self.state.objects.get(&id).ok_or(apdu::NOT_FOUND)?;
        Ok(encode(0x53, &HEXLOWER.decode(object.as_bytes()).map_err(|_| apdu::ABORTED)?))
    }

    fn put_data(&mut self, data: &[u8]) -> Result<Vec<u8>, Sw> {
        if !self.session.management {
            return Err(apdu::SECURITY_STATUS);
        }
        let list = decode(data).ok_or(apdu::INCORRECT_DATA)?;
        let id = object_id(find(&list, 0x5c).ok_or(apdu::INCORRECT_DATA)?);
        match find(&list, 0x53).ok_or(apdu::INCORRECT_DATA)? {
            [] => drop(self.state.objects.remove(&id)),
            value if value.len() > OBJECT_LIMIT => return Err(apdu::NO_SPACE),
            value => drop(self.state.objects.insert(id, HEXLOWER.encode(value))),
        }
        Ok(vec![])
    }

    /// Yubico ATTEST: only for keys that were generated here.
    fn attest(&self, slot: u8) -> Result<Vec<u8>, Sw> {
        let key = self.state.keys.get(&slot).ok_or(apdu::INCORRECT_DATA)?;
        if !key.generated || slot == ATTESTATION_SLOT {
            return Err(apdu::INCORRECT_DATA);
        }
        let device = self.state.keys.get(&ATTESTATION_SLOT).ok_or(apdu::NO_REFERENCE)?;
        certificate::attestation(self.state.firmware, self.state.serial, slot, key, device)
            .ok_or(apdu::ABORTED)
    }

    /// Yubico GET METADATA (5.3).
    fn metadata(&self, slot: u8) -> Result<Vec<u8>, Sw> {
        let is = |yes: bool| [u8::from(yes)];
        let reference = |r: &Reference, factory: &str| {
            [encode(1, &[0xff]), encode(5, &is(r.value == factory)), encode(6, &[r.tries, r.left])].concat()
        };
        Ok(match slot {
            0x80 => reference(&self.state.pin, FACTORY_PIN),
            0x81 => reference(&self.state.puk, FACTORY_PUK),
            0x9b => {
                let key = &self.state.management;
                [
                    encode(1, &[key.algorithm]),
                    encode(2, &[0, key.touch_policy]),
                    encode(5, &is(key.value == FACTORY_MANAGEMENT_KEY)),
                ]
                .concat()
            }
            _ => {
                let key = self.state.keys.get(&slot).ok_or(apdu::NO_REFERENCE)?;
                [
                    encode(1, &[key.algorithm.into()]),
                    encode(2, &[key.pin_policy, key.touch_policy]),
                    encode(3, &[if key.generated { 1 } else { 2 }]),
                    encode(4, &key.public_key_elements().ok_or(apdu::ABORTED)?),
                ]
                .concat()
            }
        })
    }
}

fn object_id(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |id, b| id << 8 | u32::from(*b))
}
