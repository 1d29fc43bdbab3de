//! A clock that ticks by the call and a P-256 signer made on the spot.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    missing_docs,
    reason = "helpers shared by several test programs"
)]
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use transcript::{Clock, Draft, FileDigest, Journal, Kind, Level, Signer};

#[derive(Default)]
pub struct Ticks(AtomicU64);

impl Clock for Ticks {
    fn utc(&self) -> String {
        "2026-11-24T09:31:07.123Z".into()
    }
    fn monotonic_ms(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

pub struct Key {
    pair: EcdsaKeyPair,
    spki: Vec<u8>,
}

impl Key {
    pub fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let spki = der.as_ref().to_vec();
        Self { pair, spki }
    }
}

impl Signer for Key {
    fn public_key(&self) -> &[u8] {
        &self.spki
    }
    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        Ok(self.pair.sign(&random, message).map_err(|e| e.to_string())?.as_ref().to_vec())
    }
}

pub fn opened() -> Draft {
    Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal").fact(
        Level::Internal,
        "operator",
        "Ada Å. \"Countess\"",
    )
}

/// Opened, an intent with an obligation and a file, its outcome, closed, signed.
pub fn small(path: &Path, key: &mut Key) -> Journal {
    let mut journal = Journal::create(path, opened(), Box::new(Ticks::default())).unwrap();
    let file = FileDigest {
        name: "script.toml".into(),
        sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".into(),
        size: 3,
    };
    journal
        .append(
            Draft::new(Kind::Intent)
                .at("make", "generate")
                .by("operator", Some("witness-1"))
                .file(file)
                .opens("zeroise", "Zeroise the rehearsal token"),
        )
        .unwrap();
    journal
        .append(
            Draft::new(Kind::Outcome)
                .at("make", "generate")
                .fact(Level::Public, "check", "cmac-aes:763cbc")
                .fact(Level::Auditor, "serial", "HSM-0042")
                .closes("zeroise"),
        )
        .unwrap();
    journal.append(Draft::new(Kind::Closed)).unwrap();
    journal.checkpoint(key).unwrap();
    journal
}
