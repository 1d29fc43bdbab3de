//! Two virtual YubiKeys behind real pcscd.
#![allow(clippy::unwrap_used, clippy::doc_markdown, reason = "tests; YubiKey is a name")]

use crate::room::Room;
use std::path::{Path, PathBuf};
use virtual_yubikey::{Desk, Firmware, Plug};

/// Two cards in the one reader a machine can have, and a file with the roots of both.
pub struct TwoYubiKeys {
    /// The desk with its smart-card service.
    pub desk: Desk,
    /// Firmware 5.7.1, serial number 30000001.
    pub first: Plug,
    /// Firmware 5.4.3, serial number 20000002.
    pub second: Plug,
    /// The roots of both, PEM.
    pub roots: PathBuf,
    /// A folder for the test.
    pub folder: tempfile::TempDir,
}

/// A certificate as PEM.
pub fn pem(der: &[u8]) -> String {
    // RFC 7468 wants 64 characters a line.
    let text = data_encoding::BASE64.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

impl TwoYubiKeys {
    /// Both plugged in; none where this machine cannot have them, which the test's output says.
    pub fn new() -> Option<Self> {
        let desk = Desk::open_or_skip()?;
        let first = desk.card(0, Firmware::V5_7_1, 30_000_001).unwrap();
        let second = desk.card(1, Firmware::V5_4_3, 20_000_002).unwrap();
        desk.insert(&first).unwrap();
        desk.insert(&second).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let roots = folder.path().join("roots.pem");
        std::fs::write(&roots, pem(&first.root_certificate()) + &pem(&second.root_certificate())).unwrap();
        Some(Self { desk, first, second, roots, folder })
    }

    /// A room that takes both as YubiKeys.
    pub fn room(&self, state: &Path) -> Room {
        Room::with_roots(state, &self.roots)
    }

    /// Forgets every key: a card's slots are finite, and a used one refuses a new key.
    pub fn factory_reset(&self) {
        for plug in [&self.first, &self.second] {
            self.desk.remove(plug).unwrap();
            plug.factory_reset();
            self.desk.insert(plug).unwrap();
        }
    }
}
