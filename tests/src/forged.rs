//! An evidence pack that says something else and holds: what a forger with a key of their own can make.

use crate::files;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::HEXLOWER;
use std::path::{Path, PathBuf};
use transcript::pack::PackFile;
use transcript::{Draft, Entry, Journal, Kind, Signer, SystemClock};

/// A forger's own key, ECDSA P-256.
struct Forger {
    pair: EcdsaKeyPair,
    spki: Vec<u8>,
}

impl Signer for Forger {
    fn public_key(&self) -> &[u8] {
        &self.spki
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
        let signature = self.pair.sign(&SystemRandom::new(), message).map_err(|e| e.to_string())?;
        Ok(signature.as_ref().to_vec())
    }
}

/// Writes a pack anew to `dest` with a record that says something else, signed with a key of the forger's own: it holds,
/// and only the key tells it from the true one.
pub fn pack(from: &Path, dest: &Path, change: &dyn Fn(&mut Entry)) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key");
    let mut forger = Forger { spki: public.as_ref().to_vec(), pair };
    let own = HEXLOWER.encode(&script::sha256(&forger.spki));
    let folder = tempfile::tempdir().expect("a folder");
    let record = std::fs::read(from.join("transcript.jsonl")).expect("a record");
    let mut journal: Option<Journal> = None;
    for mut entry in transcript::Reading::of(&record).entries {
        if let (Kind::Checkpoint, Some(journal)) = (entry.kind, journal.as_mut()) {
            journal.checkpoint(&mut forger).expect("is signed");
            continue;
        }
        change(&mut entry);
        let mut draft = Draft::new(entry.kind);
        if let (Some(act), Some(step), Some(actor)) = (&entry.act, &entry.step, &entry.actor) {
            draft = draft.at(act, step).by(actor, entry.confirmer.as_deref());
        }
        for (level, name, value) in
            entry.facts.iter().flat_map(|(l, all)| all.iter().map(move |(n, v)| (*l, n, v)))
        {
            let value = if name == "signing-key-sha256" { own.clone().into() } else { value.clone() };
            draft = draft.fact(level, name, value);
        }
        draft = entry.files.into_iter().fold(draft, Draft::file);
        draft = entry.opens.iter().fold(draft, |d, o| d.opens(&o.id, &o.says));
        draft = entry.closes.iter().fold(draft, |d, id| d.closes(id));
        if let Some(journal) = journal.as_mut() {
            journal.append(draft).expect("is taken");
        } else {
            let path = folder.path().join("record");
            journal =
                Some(Journal::create(&path, draft, Box::new(SystemClock::default())).expect("a record"));
        }
    }
    let own = [
        "transcript.jsonl",
        "HEAD",
        "HEAD.sig",
        "signer.pem",
        "HOW-TO-CHECK.txt",
        "SHA256SUMS",
        "SHA256SUMS.sig",
    ];
    let named = |path: PathBuf| Some((path.strip_prefix(from).ok()?.to_str()?.to_owned(), path));
    let files = files(from).into_iter().filter_map(named).filter(|(name, _)| !own.contains(&name.as_str()));
    let files =
        files.map(|(name, path)| PackFile { name, bytes: std::fs::read(path).expect("a file") }).collect();
    transcript::pack::write(dest, files, &journal.expect("a first entry"), &mut forger).expect("a pack");
}
