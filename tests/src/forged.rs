//! An evidence pack that says something else and holds: what a forger with a key of their own can make.

use crate::files;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::HEXLOWER;
use std::path::{Path, PathBuf};
use transcript::pack::PackFile;
use transcript::runs::{EndedRun, Runs};
use transcript::{Draft, Entry, Journal, Kind, Level, Signer, SystemClock};

/// A forger's own key, ECDSA P-256.
pub struct Forger {
    pair: EcdsaKeyPair,
    spki: Vec<u8>,
}

impl Default for Forger {
    fn default() -> Self {
        Self::new()
    }
}

impl Forger {
    /// Makes one.
    pub fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key");
        Self { spki: public.as_ref().to_vec(), pair }
    }
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

/// An entry of any record as one to be written into another: whoever can write files can do that, with right hashes.
pub fn draft_of(entry: &Entry) -> Draft {
    let mut draft = Draft::new(entry.kind);
    if let (Some(act), Some(step), Some(actor)) = (&entry.act, &entry.step, &entry.actor) {
        draft = draft.at(act, step).by(actor, entry.confirmer.as_deref());
    }
    for (level, facts) in &entry.facts {
        draft = facts.iter().fold(draft, |d, (name, value)| d.fact(*level, name, value.clone()));
    }
    draft = entry.files.iter().cloned().fold(draft, Draft::file);
    draft = entry.opens.iter().fold(draft, |d, o| d.opens(&o.id, &o.says));
    entry.closes.iter().fold(draft, |d, id| d.closes(id))
}

/// Puts a ceremony on the list of those that ended in the folder of a mode: a record of one's own with these facts, which was
/// closed, and a line for it, signed with a key of the forger's own.
pub fn ended(mode: &Path, run: &str, facts: &[(&str, &str)]) {
    let folder = mode.join("runs").join(run);
    std::fs::create_dir(&folder).expect("a new folder");
    let public = |draft: Draft, (name, value): &(&str, &str)| draft.fact(Level::Public, name, *value);
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "production");
    let first = facts.iter().fold(first, public);
    let path = folder.join("transcript.jsonl");
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).expect("a record");
    journal.append(Draft::new(Kind::Closed)).expect("is taken");
    let mut forger = Forger::new();
    journal.checkpoint(&mut forger).expect("is signed");
    let list = mode.join("ended.jsonl");
    let bytes = std::fs::read(&list).unwrap_or_default();
    let one = EndedRun { run: run.to_owned(), how: Kind::Closed, head: journal.head() };
    let line = Runs::read(&bytes).expect("a list").next(&one, &mut forger).expect("is signed");
    std::fs::write(&list, [bytes, line].concat()).expect("is written");
}

/// Signs the record at a path as it stands, with a key of the forger's own.
pub fn sign(record: &Path) {
    let mut journal = Journal::open(record, Box::new(SystemClock::default())).expect("a record");
    journal.checkpoint(&mut Forger::new()).expect("is signed");
}

/// Writes a pack anew to `dest` with a record that says something else, signed with a key of the forger's own: it holds,
/// and only the key tells it from the true one. The documents of the true record are left out. Gives who can sign more.
pub fn pack(from: &Path, dest: &Path, change: &dyn Fn(&mut Entry)) -> Forger {
    let mut forger = Forger::new();
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
        for facts in entry.facts.values_mut() {
            if let Some(named) = facts.get_mut("signing-key-sha256") {
                *named = own.clone().into();
            }
        }
        let draft = draft_of(&entry);
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
        "report.pdf",
        "report.html",
        "certificate.pdf",
    ];
    let named = |path: PathBuf| Some((path.strip_prefix(from).ok()?.to_str()?.to_owned(), path));
    let files = files(from).into_iter().filter_map(named).filter(|(name, _)| !own.contains(&name.as_str()));
    let files =
        files.map(|(name, path)| PackFile { name, bytes: std::fs::read(path).expect("a file") }).collect();
    transcript::pack::write(dest, files, &journal.expect("a first entry"), &mut forger).expect("a pack");
    forger
}

/// Puts a file into a forged pack, or another in place of one, and signs the pack's list anew.
pub fn put(pack: &Path, name: &str, bytes: &[u8], forger: &mut Forger) {
    std::fs::write(pack.join(name), bytes).expect("is written");
    let listed = |path: PathBuf| {
        let name = path.strip_prefix(pack).ok()?.to_str()?.to_owned();
        let sum = script::sha256_hex(&std::fs::read(&path).ok()?);
        (!name.starts_with("SHA256SUMS")).then(|| (name.clone(), format!("{sum}  {name}\n")))
    };
    let lines: std::collections::BTreeMap<String, String> =
        files(pack).into_iter().filter_map(listed).collect();
    let sums = lines.into_values().collect::<String>();
    std::fs::write(pack.join("SHA256SUMS"), &sums).expect("is written");
    let signature = forger.sign(sums.as_bytes()).expect("is signed");
    std::fs::write(pack.join("SHA256SUMS.sig"), signature).expect("is written");
}

/// A record of so many entries, unsigned: notes, each of which says its number.
pub fn long_record(path: &Path, entries: u64) {
    // Each entry is flushed as it is written: in memory that takes no time.
    let memory = Path::new("/dev/shm");
    let dir =
        if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder");
    let made = dir.path().join("transcript.jsonl");
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
    let mut journal = Journal::create(&made, first, Box::new(SystemClock::default())).expect("a record");
    for n in 2..=entries {
        let note = Draft::new(Kind::Note).fact(Level::Public, "note", format!("entry {n} of a long record"));
        journal.append(note).expect("is taken");
    }
    drop(journal);
    std::fs::copy(&made, path).expect("is copied");
}
