//! `coffer verify` of a long transcript, against `sha256sum` of the same file: as it is written before there is a key, and with
//! a signature over each entry, which is half of all lines. To check 50,000 signatures costs more than to hash the file many
//! times over, whoever checks them; so that line has no goal, and is measured to see what it costs.

use crate::append::draft;
use crate::{beside, in_memory, table};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use transcript::{Draft, Journal, Kind, Level, Signer, SystemClock};

const ENTRIES: u32 = 100_000;
const ROUNDS: usize = 5;

pub(crate) fn measure() {
    of("transcript: verify 100,000 entries, to sha256sum", None, Some(3.0));
    let mut key = Key::generated();
    of("the same with a signature over each entry", Some(&mut key), None);
}

/// A workstation's key in software.
pub(crate) struct Key {
    pair: EcdsaKeyPair,
    spki: Vec<u8>,
}

impl Key {
    pub(crate) fn generated() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key");
        Self { spki: spki.as_ref().to_vec(), pair }
    }
}

impl Signer for Key {
    fn public_key(&self) -> &[u8] {
        &self.spki
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
        let signed = self.pair.sign(&SystemRandom::new(), message).map_err(|e| e.to_string())?;
        Ok(signed.as_ref().to_vec())
    }
}

fn of(what: &str, mut signer: Option<&mut Key>, goal: Option<f64>) {
    let dir = in_memory();
    let path = dir.path().join("transcript.jsonl");
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).expect("a journal");
    for n in 1..ENTRIES / if signer.is_some() { 2 } else { 1 } {
        journal.append(draft(n)).expect("an entry");
        if let Some(signer) = signer.as_deref_mut() {
            journal.checkpoint(signer).expect("is signed");
        }
    }
    drop(journal);
    let rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|_| {
            let state = dir.path();
            let ours =
                timed(Command::new(beside("coffer")).arg("--state").arg(state).arg("verify").arg(&path));
            (ours, timed(Command::new("sha256sum").arg(&path)))
        })
        .collect();
    table::line(what, &rounds, goal);
    let size = std::fs::metadata(&path).map_or(0, |m| m.len());
    table::note(&format!("the file has {} MB", size / 1_000_000));
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("it starts");
    // 3: it holds, and nobody named the signer.
    assert!(matches!(status.code(), Some(0 | 3)), "{command:?} found something");
    start.elapsed()
}
