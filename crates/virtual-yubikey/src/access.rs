//! Who may do what: PIN, PUK, management key, and the use of keys (SP 800-73-4 part 2, 3.2).

use aes::{Aes128, Aes192, Aes256};
use cipher::{BlockCipherEncrypt, KeyInit};
use data_encoding::HEXLOWER;
use des::TdesEde3;

use crate::apdu::{self, Sw};
use crate::card::Card;
use crate::key::Algorithm;
use crate::state::{FACTORY_PIN, FACTORY_PUK, Firmware, ManagementKey, Reference};
use crate::tlv::{decode, encode, find};

const PIN: u8 = 0x80;
const PUK: u8 = 0x81;
/// The slot of the management key.
const MANAGEMENT: u8 = 0x9b;
const POLICY_NEVER: u8 = 1;
const POLICY_ALWAYS: u8 = 3;

impl Card {
    /// VERIFY: checks the PIN, forgets it (P1 FF), or with no data says how many tries are left.
    pub(crate) fn verify(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<Vec<u8>, Sw> {
        if p2 != PIN {
            return Err(apdu::NO_REFERENCE);
        }
        if p1 == 0xff {
            self.session.pin_verified = false;
            return Ok(vec![]);
        }
        match data.len() {
            0 if self.session.pin_verified => Ok(vec![]),
            0 if self.state.pin.left == 0 => Err(apdu::BLOCKED),
            0 => Err(apdu::tries_left(self.state.pin.left)),
            8 => {
                self.session.pin_verified = false;
                check(&mut self.state.pin, data)?;
                self.session.pin_verified = true;
                self.session.pin_just_verified = true;
                Ok(vec![])
            }
            _ => Err(apdu::INCORRECT_DATA),
        }
    }

    /// CHANGE REFERENCE DATA: the old value, then the new.
    pub(crate) fn change_reference(&mut self, p2: u8, data: &[u8]) -> Result<Vec<u8>, Sw> {
        let (old, new) = halves(data)?;
        let reference = match p2 {
            PIN => &mut self.state.pin,
            PUK => &mut self.state.puk,
            _ => return Err(apdu::NO_REFERENCE),
        };
        check(reference, old)?;
        reference.value = unpadded(new)?;
        Ok(vec![])
    }

    /// RESET RETRY COUNTER: the PUK, then a new PIN.
    pub(crate) fn reset_retry_counter(&mut self, p2: u8, data: &[u8]) -> Result<Vec<u8>, Sw> {
        let (puk, new) = halves(data)?;
        if p2 != PIN {
            return Err(apdu::NO_REFERENCE);
        }
        check(&mut self.state.puk, puk)?;
        self.state.pin = Reference::new(&unpadded(new)?, self.state.pin.tries);
        Ok(vec![])
    }

    /// Yubico SET PIN RETRIES: also puts PIN and PUK back to the factory's.
    pub(crate) fn set_retries(&mut self, pin: u8, puk: u8) -> Result<Vec<u8>, Sw> {
        if !self.session.management || !self.session.pin_verified {
            return Err(apdu::SECURITY_STATUS);
        }
        if pin == 0 || puk == 0 {
            return Err(apdu::INCORRECT_P1P2);
        }
        self.state.pin = Reference::new(FACTORY_PIN, pin);
        self.state.puk = Reference::new(FACTORY_PUK, puk);
        self.session.pin_verified = false;
        Ok(vec![])
    }

    /// Yubico RESET, allowed once PIN and PUK are both blocked.
    pub(crate) fn reset(&mut self) -> Result<Vec<u8>, Sw> {
        if self.state.pin.left != 0 || self.state.puk.left != 0 {
            return Err(apdu::CONDITIONS);
        }
        self.state.reset();
        self.session = crate::card::Session::default();
        Ok(vec![])
    }

    /// Yubico SET MANAGEMENT KEY: algorithm, 9B, length, key; P2 says whether it wants a touch.
    pub(crate) fn set_management_key(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<Vec<u8>, Sw> {
        if !self.session.management {
            return Err(apdu::SECURITY_STATUS);
        }
        let [algorithm, MANAGEMENT, len, key @ ..] = data else { return Err(apdu::INCORRECT_DATA) };
        let need = match algorithm {
            0x03 => 24,
            0x08 if self.state.firmware >= Firmware::V5_4_0 => 16,
            0x0a if self.state.firmware >= Firmware::V5_4_0 => 24,
            0x0c if self.state.firmware >= Firmware::V5_4_0 => 32,
            _ => return Err(apdu::INCORRECT_DATA),
        };
        if p1 != 0xff || key.len() != need || usize::from(*len) != need {
            return Err(apdu::INCORRECT_DATA);
        }
        let touch_policy = match p2 {
            0xfe => 2,
            0xfd => 3,
            _ => POLICY_NEVER,
        };
        self.state.management =
            ManagementKey { algorithm: *algorithm, value: HEXLOWER.encode(key), touch_policy };
        Ok(vec![])
    }

    /// GENERAL AUTHENTICATE: the management key's challenges, or the use of a slot's key.
    pub(crate) fn general_authenticate(
        &mut self,
        algorithm: u8,
        slot: u8,
        data: &[u8],
        just_verified: bool,
    ) -> Result<Vec<u8>, Sw> {
        let outer = decode(data).ok_or(apdu::INCORRECT_DATA)?;
        let template = decode(find(&outer, 0x7c).ok_or(apdu::INCORRECT_DATA)?).ok_or(apdu::INCORRECT_DATA)?;
        if slot == MANAGEMENT {
            return self.authenticate_management(algorithm, &template);
        }
        let key = self.state.keys.get(&slot).ok_or(apdu::NO_REFERENCE)?;
        if u8::from(key.algorithm) != algorithm {
            return Err(apdu::INCORRECT_DATA);
        }
        let pin_given = match key.pin_policy {
            POLICY_NEVER => true,
            POLICY_ALWAYS => just_verified,
            _ => self.session.pin_verified,
        };
        if !pin_given {
            return Err(apdu::SECURITY_STATUS);
        }
        if key.touch_policy > POLICY_NEVER {
            // The device waits 15 seconds for a finger before it says the same.
            if !self.touch {
                return Err(apdu::SECURITY_STATUS);
            }
            self.touched += 1;
        }
        let result = match (find(&template, 0x81), find(&template, 0x85)) {
            (Some(challenge), _) => key.sign(challenge),
            (None, Some(peer)) => key.agree(peer),
            (None, None) => None,
        };
        Ok(encode(0x7c, &encode(0x82, &result.ok_or(apdu::INCORRECT_DATA)?)))
    }

    fn authenticate_management(&mut self, algorithm: u8, template: &[(u32, Vec<u8>)]) -> Result<Vec<u8>, Sw> {
        if algorithm != self.state.management.algorithm {
            return Err(apdu::INCORRECT_DATA);
        }
        let block = if algorithm == 0x03 { 8 } else { 16 };
        match (find(template, 0x80), find(template, 0x81), find(template, 0x82)) {
            // Mutual authentication: the card shows an encrypted witness, the host decrypts it and sends a challenge.
            (Some([]), None, None) => {
                let witness = random(block)?;
                let shown = self.encrypt(&witness)?;
                self.session.witness = Some(witness);
                Ok(encode(0x7c, &encode(0x80, &shown)))
            }
            (Some(witness), Some(challenge), _) => {
                let right = self.session.witness.take().is_some_and(|w| w == witness);
                let touched = self.state.management.touch_policy == POLICY_NEVER || self.touch;
                if !right || !touched || challenge.len() != block {
                    return Err(apdu::SECURITY_STATUS);
                }
                self.session.management = true;
                Ok(encode(0x7c, &encode(0x82, &self.encrypt(challenge)?)))
            }
            // The host alone proves itself.
            (None, Some([]), None) => {
                let challenge = random(block)?;
                self.session.challenge = Some(challenge.clone());
                Ok(encode(0x7c, &encode(0x81, &challenge)))
            }
            (None, None, Some(response)) => {
                let challenge = self.session.challenge.take().ok_or(apdu::SECURITY_STATUS)?;
                if self.encrypt(&challenge)? != response {
                    return Err(apdu::SECURITY_STATUS);
                }
                self.session.management = true;
                Ok(vec![])
            }
            _ => Err(apdu::INCORRECT_DATA),
        }
    }

    /// One block under the management key.
    fn encrypt(&self, block: &[u8]) -> Result<Vec<u8>, Sw> {
        fn one<C: KeyInit + BlockCipherEncrypt>(key: &[u8], block: &[u8]) -> Option<Vec<u8>> {
            let mut block = cipher::Block::<C>::try_from(block).ok()?;
            C::new_from_slice(key).ok()?.encrypt_block(&mut block);
            Some(block.to_vec())
        }
        let key = HEXLOWER.decode(self.state.management.value.as_bytes()).map_err(|_| apdu::ABORTED)?;
        match self.state.management.algorithm {
            0x08 => one::<Aes128>(&key, block),
            0x0a => one::<Aes192>(&key, block),
            0x0c => one::<Aes256>(&key, block),
            _ => one::<TdesEde3>(&key, block),
        }
        .ok_or(apdu::ABORTED)
    }

    /// The PIN and touch policies of a key to be made or imported: tags AA and AB, or the slot's own.
    pub(crate) fn policies(slot: u8, template: &[(u32, Vec<u8>)]) -> Result<(u8, u8), Sw> {
        let given = |tag| find(template, tag).and_then(|v| v.first().copied()).unwrap_or(0);
        let pin = match (given(0xaa), slot) {
            (0, 0x9c) => POLICY_ALWAYS,
            (0, 0x9e) => POLICY_NEVER,
            (0, _) => 2,
            (policy @ 1..=3, _) => policy,
            _ => return Err(apdu::INCORRECT_DATA),
        };
        match given(0xab) {
            0 => Ok((pin, POLICY_NEVER)),
            touch @ 1..=3 => Ok((pin, touch)),
            _ => Err(apdu::INCORRECT_DATA),
        }
    }

    /// The algorithm that GENERATE or IMPORT asks for, if this firmware has it.
    pub(crate) fn offered(&self, id: u8) -> Result<Algorithm, Sw> {
        Algorithm::try_from(id)
            .ok()
            .filter(|a| a.is_offered_by(self.state.firmware))
            .ok_or(apdu::INCORRECT_DATA)
    }
}

/// Compares a padded value, and counts.
fn check(reference: &mut Reference, given: &[u8]) -> Result<(), Sw> {
    if reference.left == 0 {
        return Err(apdu::BLOCKED);
    }
    let mut right = reference.value.clone().into_bytes();
    right.resize(8, 0xff);
    if right == given {
        reference.left = reference.tries;
        return Ok(());
    }
    reference.left -= 1;
    Err(if reference.left == 0 { apdu::BLOCKED } else { apdu::tries_left(reference.left) })
}

fn halves(data: &[u8]) -> Result<(&[u8], &[u8]), Sw> {
    if data.len() == 16 { Ok(data.split_at(8)) } else { Err(apdu::WRONG_LENGTH) }
}

/// Six to eight characters, padded with FF.
fn unpadded(bytes: &[u8]) -> Result<String, Sw> {
    let end = bytes.iter().position(|b| *b == 0xff).unwrap_or(bytes.len());
    let (text, padding) = bytes.split_at(end);
    if text.len() < 6 || padding.iter().any(|b| *b != 0xff) {
        return Err(apdu::INCORRECT_DATA);
    }
    String::from_utf8(text.to_vec()).map_err(|_| apdu::INCORRECT_DATA)
}

fn random(len: usize) -> Result<Vec<u8>, Sw> {
    let mut bytes = vec![0; len];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| apdu::ABORTED)?;
    Ok(bytes)
}
