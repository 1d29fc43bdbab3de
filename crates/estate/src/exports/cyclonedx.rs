//! An inventory of keys as `CycloneDX` has it (a CBOM): keys, the sets of shares that open their backups, the devices they are
//! in, the algorithms they are for, and the systems that they are to protect. `docs/exports/cyclonedx.md` says what is where.

mod algorithms;
mod keys;
mod parts;

use super::{uuid, words};
use crate::{Estate, System};
use parts::{Bom, Component, Dependency, Lifecycle, Metadata, Named, Properties, Tools};
use register::{Device, DeviceSort, Set};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A version of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CycloneDx {
    /// 1.6 (ECMA-424, first edition).
    V1_6,
    /// 1.7.
    V1_7,
}

impl CycloneDx {
    fn number(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }

    fn schema(self) -> &'static str {
        match self {
            Self::V1_6 => "http://cyclonedx.org/schema/bom-1.6.schema.json",
            Self::V1_7 => "http://cyclonedx.org/schema/bom-1.7.schema.json",
        }
    }
}

/// The type of a component that is an algorithm or a key.
const ASSET: &str = "cryptographic-asset";
/// The component that stands for all of it.
const WHOLE: &str = "estate";

/// The inventory at a moment (RFC 3339). The same estate gives the same document at the same moment, its serial number, a UUID
/// of version 5 over all the rest, too.
///
/// Wrapping keys of providers are not in it: the register keeps none of them. No value of a key, of a share or of a wrapped
/// file is in it, and no fingerprint of a secret but the check value that every record shows.
pub fn cyclonedx(estate: &Estate<'_>, version: CycloneDx, at: &str) -> Value {
    let mut all = Inventory { version, components: BTreeMap::new(), needs: BTreeMap::new() };
    for set in &estate.register.sets {
        all.put(share_set(set));
    }
    for one in &estate.register.devices {
        all.put(device(one));
    }
    for key in &estate.register.keys {
        keys::put(&mut all, estate, key);
    }
    for one in &estate.systems {
        all.put(system(one));
        all.need(WHOLE, system_ref(one.id()));
        if let Some(key) = one.key().and_then(|key| estate.key(key)) {
            all.need(&system_ref(one.id()), keys::bom_ref(&key.check_value));
        }
    }
    let mut bom = all.bom(at);
    // The bytes are those of sorted names, so that no order of the members here shows in the serial number.
    let content = valued(&bom).to_string();
    bom.serial_number = Some(format!("urn:uuid:{}", uuid::of(&["cyclonedx", &content])));
    valued(&bom)
}

/// Texts and numbers alone always have a form in JSON.
fn valued(bom: &Bom) -> Value {
    serde_json::to_value(bom).unwrap_or_default()
}

/// Components by their names, and which needs which.
struct Inventory {
    version: CycloneDx,
    components: BTreeMap<String, Component>,
    needs: BTreeMap<String, BTreeSet<String>>,
}

impl Inventory {
    fn put(&mut self, component: Component) {
        self.components.entry(component.bom_ref.clone()).or_insert(component);
    }

    fn has(&self, bom_ref: &str) -> bool {
        self.components.contains_key(bom_ref)
    }

    fn need(&mut self, of: &str, what: String) {
        self.needs.entry(of.to_owned()).or_default().insert(what);
    }

    fn bom(self, at: &str) -> Bom {
        let needs = self.needs.into_iter();
        let whole = Component {
            sort: "platform",
            bom_ref: WHOLE.to_owned(),
            name: words::WHOLE.to_owned(),
            ..Component::default()
        };
        let tool = Component {
            sort: "application",
            name: words::PRODUCT.to_owned(),
            version: Some(words::VERSION.to_owned()),
            ..Component::default()
        };
        Bom {
            schema: self.version.schema(),
            format: "CycloneDX",
            spec_version: self.version.number(),
            serial_number: None,
            version: 1,
            metadata: Metadata {
                timestamp: at.to_owned(),
                lifecycles: [Lifecycle { phase: "operations" }],
                tools: Tools { components: [tool] },
                component: whole,
            },
            components: self.components.into_values().collect(),
            dependencies: needs
                .map(|(of, on)| Dependency { of, depends_on: on.into_iter().collect() })
                .collect(),
        }
    }
}

fn set_ref(set: &str) -> String {
    format!("set/{set}")
}

fn device_ref(sort: DeviceSort, serial: &str) -> String {
    match sort {
        DeviceSort::Token => format!("device/token/{serial}"),
        DeviceSort::Yubikey => format!("device/yubikey/{serial}"),
    }
}

fn system_ref(id: &str) -> String {
    format!("system/{id}")
}

/// A set of shares. The schema's `shared-secret` is a secret that parties of a communication agree on, which this is not: so
/// `other`, and how many of how many open it as properties.
fn share_set(set: &Set) -> Component {
    let groups: Vec<String> = set.groups.iter().map(|(need, have)| words::of_site(*need, *have)).collect();
    // A set has its key's label where a ceremony here dealt it. Of any other it is only known since when records name it.
    let made_here = set.key.is_some();
    let properties = Properties::default()
        .says("cofferdam:state", set.state)
        .knows("cofferdam:named-first", (!made_here).then_some(&set.since))
        .knows("cofferdam:shares-needed", set.threshold)
        .knows("cofferdam:shares-dealt", set.shares)
        .knows("cofferdam:sites-that-are-needed", set.sites_needed)
        .knows("cofferdam:shares-by-site", (!groups.is_empty()).then(|| groups.join("; ")))
        .knows("cofferdam:check-value-of-key", set.check_value.as_ref())
        .knows("cofferdam:drill-due-by", set.next_drill.as_ref())
        .says("cofferdam:record", &set.run);
    let material = parts::Material {
        sort: "other",
        id: set.set.clone(),
        creation_date: made_here.then(|| set.since.clone()),
        ..parts::Material::default()
    };
    Component {
        sort: ASSET,
        bom_ref: set_ref(&set.set),
        name: words::share_set(&set.set),
        description: Some(words::SHARE_SET.to_owned()),
        crypto_properties: Some(keys::related(material)),
        properties: properties.0,
        ..Component::default()
    }
}

fn device(device: &Device) -> Component {
    let (sort, name) = match device.sort {
        DeviceSort::Token => ("token", device.model.as_deref().unwrap_or(words::TOKEN)),
        DeviceSort::Yubikey => ("yubikey", words::YUBIKEY),
    };
    let looked_up = device.validation.as_ref();
    let properties = Properties::default()
        .says("cofferdam:sort", sort)
        .says("cofferdam:serial", &device.serial)
        .knows("cofferdam:label", device.label.as_ref())
        .knows("cofferdam:tried", device.tried.as_ref())
        .says("cofferdam:named-first", &device.since)
        .says("cofferdam:named-last", &device.seen)
        .knows("cofferdam:validation-record", looked_up.map(words::looked_up))
        .knows("cofferdam:validation-record-of", looked_up.map(|it| &it.looked_up))
        .knows("cofferdam:validation-record-in", looked_up.map(|it| &it.run));
    Component {
        sort: "device",
        bom_ref: device_ref(device.sort, &device.serial),
        name: name.to_owned(),
        version: device.firmware.clone(),
        properties: properties.0,
        ..Component::default()
    }
}

fn system(system: &System<'_>) -> Component {
    let properties = Properties::default()
        .says("cofferdam:id", system.id())
        .knows("cofferdam:sort", system.said("sort"))
        .knows("cofferdam:owner", system.said("owner"))
        .knows("cofferdam:data", system.said("data"))
        .knows("cofferdam:where-data", system.said("where-data"))
        .knows("cofferdam:where-key", system.said("where-key"))
        .knows("cofferdam:encryption", system.said("encryption"))
        .knows("cofferdam:custody", system.said("custody"))
        .knows("cofferdam:check-value-of-key", system.key())
        .knows("cofferdam:agreement", system.said("agreement"))
        .knows("cofferdam:review", system.said("review"))
        .says("cofferdam:record", &system.row.run);
    Component {
        sort: "application",
        bom_ref: system_ref(system.id()),
        supplier: system.said("vendor").map(|vendor| Named { name: vendor.to_owned() }),
        name: system.said("name").unwrap_or(system.id()).to_owned(),
        properties: properties.0,
        ..Component::default()
    }
}

#[cfg(test)]
mod tests;
