//! What a card keeps when it is unplugged, as JSON.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::certificate;
use crate::key::{Algorithm, SlotKey};
use crate::tlv::encode;

pub(crate) const FACTORY_PIN: &str = "123456";
pub(crate) const FACTORY_PUK: &str = "12345678";
pub(crate) const FACTORY_MANAGEMENT_KEY: &str = "010203040506070801020304050607080102030405060708";
/// The slot whose key signs attestations, and the data object with its certificate.
pub(crate) const ATTESTATION_SLOT: u8 = 0xf9;
pub(crate) const ATTESTATION_OBJECT: u32 = 0x5f_ff01;

/// A firmware version, as in 5.7.1.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Firmware(pub [u8; 3]);

impl Firmware {
    /// AES management keys appear.
    pub const V5_4_0: Self = Self([5, 4, 0]);
    /// The last 5.4 that was sold in numbers: 3DES management key from the factory, RSA-2048 and NIST curves.
    pub const V5_4_3: Self = Self([5, 4, 3]);
    /// AES-192 management key from the factory; RSA-3072/4096, Ed25519, X25519; keys can be moved.
    pub const V5_7_0: Self = Self([5, 7, 0]);
    /// The 5.7 that most tests use.
    pub const V5_7_1: Self = Self([5, 7, 1]);
}

impl std::str::FromStr for Firmware {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Vec<u8> = text.split('.').filter_map(|n| n.parse().ok()).collect();
        numbers.try_into().map(Self).map_err(|_| format!("{text} is not a firmware version such as 5.7.1"))
    }
}

impl std::fmt::Display for Firmware {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// A PIN or PUK with its counter.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct Reference {
    pub(crate) value: String,
    pub(crate) tries: u8,
    pub(crate) left: u8,
}

impl Reference {
    pub(crate) fn new(value: &str, tries: u8) -> Self {
        Self { value: value.to_owned(), tries, left: tries }
    }
}

/// The 9B key.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct ManagementKey {
    /// SP 800-78-4: 03 3DES, 08 AES-128, 0A AES-192, 0C AES-256.
    pub(crate) algorithm: u8,
    /// Hexadecimal.
    pub(crate) value: String,
    pub(crate) touch_policy: u8,
}

/// Everything that outlives a power cycle.
#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) firmware: Firmware,
    pub(crate) serial: u32,
    pub(crate) pin: Reference,
    pub(crate) puk: Reference,
    pub(crate) management: ManagementKey,
    /// By slot.
    pub(crate) keys: BTreeMap<u8, SlotKey>,
    /// Content of the 53 element, by object identifier. Hexadecimal.
    pub(crate) objects: BTreeMap<u32, String>,
    /// The test root, DER in hexadecimal, for whoever wants to pin it.
    pub(crate) root_certificate: String,
}

impl State {
    /// A card as it leaves the factory, under a test root of its own.
    pub(crate) fn factory(firmware: Firmware, serial: u32) -> Option<Self> {
        let root = SlotKey::generate(Algorithm::P256, 1, 1)?;
        let device = SlotKey::generate(Algorithm::P256, 1, 1)?;
        let chain = certificate::device_chain(firmware, &root, &device)?;
        let mut state = Self {
            firmware,
            serial,
            pin: Reference::new(FACTORY_PIN, 3),
            puk: Reference::new(FACTORY_PUK, 3),
            management: factory_management(firmware),
            keys: BTreeMap::from([(ATTESTATION_SLOT, device)]),
            objects: BTreeMap::new(),
            root_certificate: HEXLOWER.encode(&chain.root),
        };
        let object = [encode(0x70, &chain.device), encode(0x71, &[0]), encode(0xfe, &[])].concat();
        state.objects.insert(ATTESTATION_OBJECT, HEXLOWER.encode(&object));
        Some(state)
    }

    /// RESET: everything but the attestation key and its certificate goes, as on the device.
    pub(crate) fn reset(&mut self) {
        self.pin = Reference::new(FACTORY_PIN, 3);
        self.puk = Reference::new(FACTORY_PUK, 3);
        self.management = factory_management(self.firmware);
        self.keys.retain(|slot, _| *slot == ATTESTATION_SLOT);
        self.objects.retain(|id, _| *id == ATTESTATION_OBJECT);
    }
}

fn factory_management(firmware: Firmware) -> ManagementKey {
    ManagementKey {
        algorithm: if firmware >= Firmware::V5_7_0 { 0x0a } else { 0x03 },
        value: FACTORY_MANAGEMENT_KEY.to_owned(),
        touch_policy: 1,
    }
}
