//! A ceremony on two YubiKeys, through real pcscd and real APDUs: what openssl says of it, and what happens when a
//! YubiKey is pulled out or another is put in its place.

use protocol::{Answer, Ask, RunState};
use std::path::Path;
use std::process::Command;
use virtual_yubikey::Moment;
use whole_program::room::Room;
use whole_program::two_yubikeys::TwoYubiKeys;
use whole_program::{files, run, said};

fn sh(folder: &Path, line: &str) {
    let out = Command::new("sh").args(["-ec", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
}

fn again() -> Answer {
    Answer::Decided { id: "again".into(), reason: "the YubiKey is back".into() }
}

#[test]
fn keys_are_made_attested_and_signed_with_and_openssl_agrees() {
    let Some(keys) = TwoYubiKeys::new() else { return };
    let state = keys.folder.path().join("state");
    let pack = keys.folder.path().join("pack");
    let roots = keys.roots.display().to_string();
    let out = run(
        &state,
        &["--attestation-roots", &roots, "rehearse", "master-key-yubikey", "--out", pack.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    let verified = run(&state, &["verify", pack.to_str().unwrap()]);
    assert!(
        whole_program::intact(&verified) && said(&verified).contains("follows the script"),
        "{}",
        said(&verified)
    );
    for n in [1, 2] {
        let name = |end: &str| {
            let found = files(&pack).into_iter().find(|f| {
                let name = f.file_name().unwrap().to_string_lossy().into_owned();
                name.starts_with(&format!("yubikey-{n}-")) && name.ends_with(end)
            });
            found.unwrap().file_name().unwrap().to_string_lossy().into_owned()
        };
        // The attestation leads to the root with openssl alone, over the pack's own files.
        sh(
            &pack,
            &format!(
                "openssl verify -CAfile {} -untrusted {} {}",
                name("attestation-root.pem"),
                name("attestation-chain.pem"),
                name("-attestation.pem")
            ),
        );
        // It attests the very key that signed the record.
        sh(
            &pack,
            &format!(
                "openssl x509 -in {} -noout -pubkey | cmp - {key} && openssl x509 -in {} -noout -pubkey | cmp - {key}
                 openssl dgst -sha256 -verify {key} -signature {} {}",
                name("-attestation.pem"),
                name("certificate.pem"),
                name("approval.sig"),
                name("approval.txt"),
                key = name("public-key.pem"),
            ),
        );
    }
    let transcript = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    for secret in ["842613", "60251734"] {
        assert!(!whole_program::tells(&transcript, secret), "a PIN or PUK is in the record");
    }

    what_a_forger_says_of_keys_is_held_against_their_attestations(keys.folder.path(), &state, &pack);

    // Without the test root the same key is not believed, and nothing is claimed.
    let mut room = Room::open(&keys.folder.path().join("other"));
    let mut code = String::new();
    let finished = room.rehearse("master-key-yubikey", &[("slot", "9a")], &mut |prompt, _| {
        if let (Ask::Decide { .. }, Some(p)) = (&prompt.ask, &prompt.problem) {
            code.clone_from(&p.code);
            return Some(Answer::Stop);
        }
        None
    });
    assert_eq!((finished.state, code.as_str()), (RunState::Open, "piv-attestation"));
    drop(room);
    keys.desk.close();
}

/// The forger again, with a key of their own to sign the pack: the key of one YubiKey said to be another's, a key that no
/// YubiKey made, rules that it does not have.
fn what_a_forger_says_of_keys_is_held_against_their_attestations(folder: &Path, state: &Path, pack: &Path) {
    let forged = |name: &str, change: &dyn Fn(&Path, &mut transcript::Entry)| {
        let (mine, theirs) = (folder.join(format!("{name}-files")), folder.join(name));
        sh(folder, &format!("cp -r {} {}", pack.display(), mine.display()));
        whole_program::forged::pack(&mine, &theirs, &|entry| {
            change(&mine, entry);
            // Whatever files became, their digests are right.
            for file in &mut entry.files {
                if let Ok(bytes) = std::fs::read(mine.join(&file.name)) {
                    *file = transcript::FileDigest::of(&file.name, &bytes);
                }
            }
        });
        let out = run(state, &["verify", theirs.to_str().unwrap()]);
        (out.status.code(), said(&out))
    };
    let fact = |entry: &mut transcript::Entry, name: &str, value: &str| {
        for facts in entry.facts.values_mut() {
            if let Some(there) = facts.get_mut(name) {
                *there = value.into();
            }
        }
    };
    let made = |entry: &transcript::Entry, turn: &str| {
        entry.value(&format!("yubikey-public-key-sha256-{turn}")).is_some()
    };
    let ends = |entry: &transcript::Entry, end: &str| {
        let name = entry.files.iter().map(|f| f.name.clone()).find(|name| name.ends_with(end));
        name.unwrap()
    };
    let theirs = |pack: &Path, turn: &str, end: &str| {
        let found = files(pack).into_iter().find(|f| {
            let name = f.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with(&format!("yubikey-{turn}-")) && name.ends_with(end)
        });
        std::fs::read(found.unwrap()).unwrap()
    };
    // Nothing changed but who signs the pack: the YubiKeys have signed heads of another record.
    let (status, words) = forged("as-it-was", &|_, _| {});
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("what it signed is no head of this record"), "{words}");
    let another = "0a".repeat(32);
    let (status, words) =
        forged("made-elsewhere", &|_, entry| fact(entry, "yubikey-public-key-sha256-1", &another));
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("it states another Public key, SHA-256"), "{words}");
    let (status, words) = forged("strict", &|_, entry| {
        fact(entry, "yubikey-rules-1", "PIN before each use, touch before each use");
        fact(entry, "yubikey-rules-2", "PIN before each use, touch never");
    });
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("it states another Rules"), "{words}");
    let (status, words) = forged("never-copied", &|_, entry| fact(entry, "yubikey-copyable-2", "no"));
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("it states another Can be copied"), "{words}");
    let (status, words) = forged("swapped", &|mine, entry| {
        if made(entry, "1") {
            let path = mine.join(ends(entry, "-attestation.pem"));
            std::fs::write(path, theirs(pack, "2", "-attestation.pem")).unwrap();
        }
    });
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("does not show that"), "{words}");
    let (status, words) = forged("unsigned", &|mine, entry| {
        if entry.value("yubikey-approval-1").is_some() {
            let path = mine.join(ends(entry, "-approval.sig"));
            std::fs::write(path, theirs(pack, "2", "-approval.sig")).unwrap();
        }
    });
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("the approval of YubiKey 1 does not hold"), "{words}");
}

/// Places to pull at that differ from run to run, and are printed so that a failure can be looked into.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let seed = std::env::var("COFFERDAM_SEED").ok().and_then(|s| s.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(now.subsec_nanos()) | 1);
        println!("COFFERDAM_SEED={seed}");
        Self(seed)
    }

    /// 1 to `most`.
    fn up_to(&mut self, most: u32) -> u32 {
        // Xorshift: any spread does.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(most)).unwrap() + 1
    }

    fn pull(&mut self, plug: &virtual_yubikey::Plug, most: u32) {
        let moment = if self.up_to(2) == 1 { Moment::BeforeRunning } else { Moment::BeforeAnswering };
        plug.pull_at(self.up_to(most), moment);
    }
}

/// How many pulls the plays have to see together.
const PULLS: usize = 20;

#[test]
fn a_yubikey_that_is_pulled_is_asked_for_and_the_ceremony_goes_on() {
    let Some(keys) = TwoYubiKeys::new() else { return };
    let mut chance = Chance::new();
    let mut pulls = 0;
    for play in 0..12 {
        if pulls >= PULLS {
            break;
        }
        let slot = ["9c", "9a", "9d"][play % 3];
        let state = keys.folder.path().join(format!("state-{play}"));
        let mut room = keys.room(&state);
        let mut armed = false;
        let mut codes = Vec::new();
        let kinds = [("slot", slot), ("holders", "2")];
        let finished = room.rehearse("master-key-yubikey", &kinds, &mut |prompt, _| match &prompt.ask {
            _ if prompt.begins && prompt.step.id == "set-up.1" && !std::mem::replace(&mut armed, true) => {
                chance.pull(&keys.first, 40);
                None
            }
            Ask::Decide { .. } => {
                let problem = prompt.problem.as_ref().unwrap();
                assert!(problem.again, "{problem}");
                codes.push(problem.code.clone());
                assert!(codes.len() < 20, "play {play}: {codes:?}");
                keys.desk.insert(&keys.first).unwrap();
                if codes.len() < 6 {
                    chance.pull(&keys.first, 25);
                }
                Some(again())
            }
            _ => None,
        });
        assert!(!codes.iter().any(|c| c == "piv-slot-taken"), "play {play}: {codes:?}");
        pulls += codes.len();
        assert_eq!(finished.state, RunState::Closed, "play {play}: {codes:?} {:?}", room.problems);
        // The record says of each pull that the step did not come to its end, and that it was decided to go on.
        let said = room.record.iter().filter(|l| l.starts_with("Did not come to its end (piv-")).count();
        assert_eq!(said, codes.len(), "play {play}: {codes:?}");
        let out = run(&state, &["verify", &finished.pack.unwrap()]);
        assert!(whole_program::intact(&out), "play {play}: {}", whole_program::said(&out));
        keys.first.do_not_pull();
        // The next play begins with a card as it came from the factory.
        keys.factory_reset();
    }
    assert!(pulls >= PULLS, "only {pulls} pulls came before the end of their step");
    keys.desk.close();
}
