//! How many systems with ePHI have a key that is known here and encryption that somebody verified.

use crate::estate::{Encryption, Estate, System};
use serde::Serialize;
use std::collections::BTreeMap;

/// Systems counted. `covered` to `unencrypted` count those with ePHI and add up to `with_ephi`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Count {
    /// All.
    pub systems: usize,
    /// Those that hold ePHI.
    pub with_ephi: usize,
    /// Encryption verified, and the key is one that the register has.
    pub covered: usize,
    /// Encryption verified, and the key is none that the register has.
    pub verified_not_covered: usize,
    /// Encrypted by somebody's word alone.
    pub said: usize,
    /// Nobody knows.
    pub unknown: usize,
    /// Not encrypted.
    pub unencrypted: usize,
}

impl Count {
    fn add(&mut self, estate: &Estate<'_>, system: &System<'_>) {
        self.systems += 1;
        if !system.has_ephi() {
            return;
        }
        self.with_ephi += 1;
        match system.encryption() {
            Encryption::Verified if estate.is_covered(system) => self.covered += 1,
            Encryption::Verified => self.verified_not_covered += 1,
            Encryption::Said => self.said += 1,
            Encryption::Unknown => self.unknown += 1,
            Encryption::Unencrypted => self.unencrypted += 1,
        }
    }
}

/// The same in all, and by what people ask for.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// All systems.
    pub all: Count,
    /// By vendor.
    pub by_vendor: BTreeMap<String, Count>,
    /// By custody model.
    pub by_custody: BTreeMap<String, Count>,
    /// By data class.
    pub by_data: BTreeMap<String, Count>,
}

/// Counts the systems of an estate.
pub fn coverage(estate: &Estate<'_>) -> Coverage {
    let mut found = Coverage::default();
    for system in &estate.systems {
        found.all.add(estate, system);
        for (by, column) in [
            (&mut found.by_vendor, "vendor"),
            (&mut found.by_custody, "custody"),
            (&mut found.by_data, "data"),
        ] {
            by.entry(system.text(column).to_owned()).or_default().add(estate, system);
        }
    }
    found
}
