//! The devices: tokens and YubiKeys, as records name them.

use crate::told::{List, Told};
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::Entry;

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// What it is.
    pub sort: DeviceSort,
    /// Its serial number, as it says.
    pub serial: String,
    /// The model, of a token.
    pub model: Option<String>,
    /// The firmware version, as it says.
    pub firmware: Option<String>,
    /// The label, of a token.
    pub label: Option<String>,
    /// Who was enrolled with it, of a YubiKey.
    pub holder: Option<String>,
    /// When it was tried by this program last, of a token, UTC.
    pub tried: Option<String>,
    /// What was looked up last of its validation, of a token.
    #[serde(default)]
    pub validation: Option<Validation>,
    /// When a record named it first, UTC.
    pub since: String,
    /// When a record named it last, UTC, and that run.
    pub seen: String,
    /// See [`Self::seen`].
    pub run: String,
}

/// A validation certificate as somebody looked it up: the program has not seen it, and cannot tell whether it is this device's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// The certificate's number.
    pub certificate: String,
    /// The standard, as `FIPS 140-3`.
    pub standard: String,
    /// The level.
    pub level: String,
    /// The status on that day, as `active`.
    pub status: String,
    /// The day on which it was looked up.
    pub looked_up: String,
    /// By whom.
    pub by: String,
    /// The run whose record has it.
    pub run: String,
}

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceSort {
    /// A PKCS#11 token.
    Token,
    /// A YubiKey.
    Yubikey,
}

/// Every device, by sort and serial number.
#[derive(Default)]
pub(crate) struct Devices(BTreeMap<(DeviceSort, String), Device>);

impl List for Devices {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        if let Some(serial) = facts::TOKEN_SERIAL.within(entry) {
            let device = self.seen(of, entry, DeviceSort::Token, &serial);
            device.model = facts::TOKEN_MODEL.within(entry).or(device.model.take());
            device.firmware = facts::TOKEN_FIRMWARE.within(entry).or(device.firmware.take());
            device.label = facts::TOKEN_LABEL.within(entry).or(device.label.take());
        }
        if let (Some(_), Some(serial)) = (facts::CAPABILITIES.within(entry), &of.serial) {
            self.seen(of, entry, DeviceSort::Token, serial).tried = Some(entry.utc.clone());
        }
        if let (Some(certificate), Some(serial)) = (facts::VALIDATION_CERTIFICATE.within(entry), &of.serial) {
            let text = |fact: &facts::Fact<facts::Text>| fact.within(entry).unwrap_or_default();
            let validation = Validation {
                certificate,
                standard: text(&facts::VALIDATION_STANDARD),
                level: text(&facts::VALIDATION_LEVEL),
                status: text(&facts::VALIDATION_STATUS),
                looked_up: facts::VALIDATION_LOOKED_UP.within(entry).unwrap_or_default(),
                by: text(&facts::VALIDATION_BY),
                run: of.run.to_owned(),
            };
            self.seen(of, entry, DeviceSort::Token, serial).validation = Some(validation);
        }
        for (turn, serial) in facts::YUBIKEY_SERIAL.all_in(entry) {
            let firmware = facts::YUBIKEY_FIRMWARE.of(turn).within(entry);
            let device = self.seen(of, entry, DeviceSort::Yubikey, &serial);
            device.firmware = firmware.or(device.firmware.take());
        }
        for (person, enrolled) in facts::ENROLLED.all_in(entry) {
            let text = |name: &str| {
                let value = enrolled.get(name)?;
                value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|n| n.to_string()))
            };
            let Some(serial) = text("serial") else { continue };
            let holder = of.name_of(person);
            let device = self.seen(of, entry, DeviceSort::Yubikey, &serial);
            device.firmware = text("firmware").or(device.firmware.take());
            device.holder = Some(holder);
        }
    }
}

impl Devices {
    fn seen(&mut self, of: &Told<'_>, entry: &Entry, sort: DeviceSort, serial: &str) -> &mut Device {
        let device = self.0.entry((sort, serial.to_owned())).or_insert_with(|| Device {
            sort,
            serial: serial.to_owned(),
            model: None,
            firmware: None,
            label: None,
            holder: None,
            tried: None,
            validation: None,
            since: entry.utc.clone(),
            seen: String::new(),
            run: String::new(),
        });
        (device.seen, device.run) = (entry.utc.clone(), of.run.to_owned());
        device
    }

    /// Every device, tokens first.
    pub(crate) fn listed(self) -> Vec<Device> {
        self.0.into_values().collect()
    }
}
