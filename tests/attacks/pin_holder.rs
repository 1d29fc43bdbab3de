//! Who holds the token and a PKCS#11 client of their own: `pkcs11-tool` before, between and after ceremonies.

use protocol::{Answer, Ask, Mode, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::backup::bags;
use whole_program::room::Room;
use whole_program::softhsm::{self, MODULE as SOFTHSM, PIN};
use whole_program::{intact, module, pack, run, said, write};

/// A SoftHSM token in a folder of its own.
pub(crate) struct Hsm {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) conf: PathBuf,
}

impl Hsm {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let conf = softhsm::with_tokens(folder.path(), &["desk"]);
        Self { folder, conf }
    }

    /// What `pkcs11-tool` says, which is not signed in.
    pub(crate) fn client(&self, args: &[&str]) -> String {
        self.tries(args).unwrap_or_else(|why| panic!("{args:?}: {why}"))
    }

    /// The same where the token may refuse.
    fn tries(&self, args: &[&str]) -> Result<String, String> {
        let own = ["--module", SOFTHSM, "--token-label", "desk"];
        let mut tool = Command::new("pkcs11-tool");
        let out = tool.args(own).args(args).env("SOFTHSM2_CONF", &self.conf).output().unwrap();
        if out.status.success() { Ok(said(&out)) } else { Err(said(&out)) }
    }

    /// Takes a secret key out, as whoever has the PIN can while it is extractable: wrapped for a key of their own.
    pub(crate) fn take_out(&self, label: &str) -> Result<Vec<u8>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let openssl = |args: &[&str]| assert!(Command::new("openssl").args(args).status().unwrap().success());
        openssl(&["genrsa", "-out", &path("k.pem"), "2048"]);
        openssl(&["rsa", "-in", &path("k.pem"), "-pubout", "-outform", "DER", "-out", &path("pub.der")]);
        let login = ["--login", "--pin", PIN];
        let own = ["--type", "pubkey", "--label", "theirs", "--id", "7e", "--usage-wrap"];
        self.client(&[&login[..], &["--write-object", &path("pub.der")], &own].concat());
        let listed = self.client(&[&login[..], &["--list-objects", "--type", "secrkey"]].concat());
        let after = listed.split_once(label).unwrap().1;
        let id = after.lines().find_map(|line| line.trim().strip_prefix("ID:")).unwrap().trim();
        let out = path("wrapped");
        let wrap = ["--wrap", "--mechanism", "RSA-PKCS", "--id", "7e", "--application-id", id];
        let wrapped = self.tries(&[&login[..], &wrap, &["--output-file", &out]].concat());
        self.client(&[&login[..], &["--delete-object", "--type", "pubkey", "--label", "theirs"]].concat());
        wrapped?;
        openssl(&["pkeyutl", "-decrypt", "-inkey", &path("k.pem"), "-in", &out, "-out", &path("master")]);
        Ok(std::fs::read(folder.path().join("master")).unwrap())
    }

    /// Puts a key of these bytes in the place of a secret key, with the same label and usage.
    fn put_in_its_place(&self, label: &str, key: &[u8]) {
        let login = ["--login", "--pin", PIN];
        self.client(&[&login[..], &["--delete-object", "--type", "secrkey", "--label", label]].concat());
        let theirs = write(self.folder.path(), "theirs", key);
        let import =
            ["--write-object", theirs.to_str().unwrap(), "--type", "secrkey", "--key-type", "AES:32"];
        let as_it_was = ["--label", label, "--usage-sign", "--sensitive", "--extractable"];
        self.client(&[&login[..], &import, &as_it_was].concat());
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn run_folder(&self, run: &str) -> PathBuf {
        self.state().join("rehearsal/runs").join(run)
    }

    /// A room whose token is reached through the proxy where it has quirks.
    pub(crate) fn room(&self, quirks: Option<&str>) -> Room {
        let mut room = Room::with(
            &self.state(),
            &[
                ("SOFTHSM2_CONF", &self.conf),
                ("COFFERDAM_PROXY_MODULE", Path::new(SOFTHSM)),
                ("COFFERDAM_PROXY_QUIRKS", Path::new(quirks.unwrap_or_default())),
            ],
        );
        PIN.clone_into(&mut room.pin);
        room
    }

    pub(crate) fn start(module: &Path) -> ToRoom {
        ToRoom::Start {
            script: "rehearsal-minimal".to_owned(),
            mode: Mode::Rehearsal,
            parameters: BTreeMap::new(),
            roster: None,
            token: Some(format!("pkcs11:token=desk?module-path={}", module.display())),
        }
    }
}

pub(crate) fn stop_at(
    step: &'static str,
) -> impl FnMut(&PromptView, &whole_program::room::Sheet) -> Option<Answer> {
    move |prompt, _| (prompt.begins && prompt.step.id == step).then_some(Answer::Stop)
}

/// What anybody can put on a token without the PIN does not make a record look cut, nor stop its ceremony.
#[test]
fn what_is_planted_without_the_pin_is_not_the_tokens_memory() {
    let hsm = Hsm::new();
    let mut room = hsm.room(None);
    let stopped = room.play(&Hsm::start(Path::new(SOFTHSM)), &mut stop_at("split"));
    assert_eq!(stopped.state, RunState::Open, "{:?}", room.problems);
    drop(room);
    let label = format!("cofferdam-run-{}", stopped.run);
    let login = ["--login", "--pin", PIN, "--list-objects", "--type", "data"];
    assert!(hsm.client(&login).contains(&label), "{}", hsm.client(&login));
    assert!(
        !hsm.client(&["--list-objects", "--type", "data"]).contains(&label),
        "it is read without the PIN"
    );
    let planted = write(hsm.folder.path(), "planted", format!("900 {}", "ab".repeat(32)).as_bytes());
    hsm.client(&[
        "--write-object",
        planted.to_str().unwrap(),
        "--type",
        "data",
        "--label",
        &label,
        "--application-label",
        "Cofferdam",
    ]);
    let mut room = hsm.room(None);
    let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    // The ceremony's head is forgotten, and the list's is kept.
    let left = hsm.client(&login);
    assert!(left.contains("cofferdam-ended-rehearsal-"), "{left}");
}

/// A token that keeps no data objects: the record says so, and the ceremony is stopped, resumed and closed.
#[test]
fn a_token_that_remembers_nothing_is_recorded_as_one() {
    let hsm = Hsm::new();
    let proxy = module("libcofferdam_p11_proxy.so", "p11-proxy");
    let mut room = hsm.room(Some("no-data"));
    let stopped = room.play(&Hsm::start(&proxy), &mut stop_at("split"));
    assert_eq!(stopped.state, RunState::Open, "{:?}", room.problems);
    drop(room);
    // What is signed of it is noted at the stop, and two people say that it still ends there.
    let slip = stopped.next.iter().find(|line| line.contains("Note on a slip")).unwrap();
    let mut room = hsm.room(Some("no-data"));
    room.names(vec![format!("--module={}", proxy.display())]);
    let mut signed = Vec::new();
    let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| {
        match &prompt.ask {
            Ask::Observe { facts, button, .. } if button == "The record ends there" => {
                let row = facts.iter().find(|f| f.name == "First row of its head").unwrap();
                assert!(slip.contains(&row.observed), "{slip}: {}", row.observed);
            }
            Ask::Sign { person, purpose, .. } if purpose.starts_with("The record ends where I know") => {
                signed.push(person.clone());
            }
            _ => {}
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(signed.len(), 2, "{signed:?}");
    let closed = PathBuf::from(finished.pack.unwrap());
    assert_eq!(pack::fact(&closed, "token-remembers"), "no");
    assert_eq!(pack::fact(&closed, "record-ends-by"), "two people");
    let out = run(&hsm.state(), &["verify", closed.to_str().unwrap()]);
    assert!(intact(&out), "{}", said(&out));
    let list = std::fs::read(hsm.state().join("rehearsal/ended.jsonl")).unwrap();
    assert_eq!(transcript::runs::Runs::read(&list).unwrap().ended().len(), 1);
}

/// A run that was stopped when its master key was made, before the backup.
pub(crate) struct Made {
    hsm: Hsm,
    run: String,
    folder: PathBuf,
    label: String,
    check_value: String,
}

impl Made {
    pub(crate) fn new() -> Self {
        let hsm = Hsm::new();
        let mut room = hsm.room(None);
        let stopped = room.play(&Hsm::start(Path::new(SOFTHSM)), &mut stop_at("wrap-backup"));
        assert_eq!(stopped.state, RunState::Open, "{:?}", room.problems);
        let folder = hsm.run_folder(&stopped.run);
        let entries = pack::entries(&folder);
        let text =
            |name: &str| entries.iter().find_map(|e| Some(e.value(name)?.as_str()?.to_owned())).unwrap();
        let (label, check_value) = (text("key-label"), text("check-value"));
        Self { hsm, run: stopped.run, folder, label, check_value }
    }

    /// Puts a key of these bytes in the place of the master key.
    fn replace(&self, key: &[u8]) {
        self.hsm.put_in_its_place(&self.label, key);
    }

    fn taken_out(&self) -> Vec<u8> {
        self.hsm.take_out(&self.label).unwrap()
    }

    /// Goes on as far as the key is looked for; gives the problem.
    fn refused(&self) -> protocol::Problem {
        let mut room = self.hsm.room(None);
        let finished = room.play(&ToRoom::Resume { run: self.run.clone(), token: None }, &mut |prompt, _| {
            matches!(prompt.ask, Ask::Decide { .. }).then_some(Answer::Stop)
        });
        assert_eq!(finished.state, RunState::Open);
        assert!(!self.folder.join("backup.bin").exists(), "a backup was made");
        room.problems.last().unwrap().1.clone()
    }
}

/// On 0.1.0 the master key was deleted during a stop and another imported under its label, with the same 24-bit check
/// value: backup, proof and bundle were of the attacker's key. Sixteen bytes do not collide, and any other value stops it.
#[test]
fn a_master_key_swapped_during_a_stop_is_not_gone_on_with() {
    let made = Made::new();
    assert_eq!(made.check_value.rsplit(':').next().unwrap().len(), 32, "{}", made.check_value);
    made.replace(&[7; 32]);
    assert_eq!(made.refused().code, "another-key");
}

/// The same bytes again are not the same key: who brought them in has them.
#[test]
fn a_master_key_that_was_taken_out_and_brought_in_again_is_not_gone_on_with() {
    let made = Made::new();
    let master = made.taken_out();
    let tag = aws_lc_rs::cmac::sign(
        &aws_lc_rs::cmac::Key::new(aws_lc_rs::cmac::AES_256, &master).unwrap(),
        &[0; 16],
    );
    let known = data_encoding::HEXLOWER.encode(tag.unwrap().as_ref());
    assert_eq!(made.check_value, format!("cmac-aes:{known}"), "this is the master key");
    made.replace(&master);
    let problem = made.refused();
    assert_eq!(problem.code, "key-changed", "{problem}");
    assert!(problem.happened.contains("made in the token was yes, and is no"), "{problem}");
}

/// The same between two ceremonies, where the key was left as it is: whoever backs it up again is told.
#[test]
fn a_master_key_that_was_brought_in_again_after_the_close_is_noticed_when_it_is_found() {
    let hsm = Hsm::new();
    let mut start = Hsm::start(Path::new(SOFTHSM));
    if let ToRoom::Start { parameters, .. } = &mut start {
        let set = [("after-the-close", "as-it-is"), ("threshold", "2"), ("shares", "3")];
        parameters.extend(set.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    let mut room = hsm.room(None);
    let finished = room.play(&start, &mut |prompt, _| bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let pack = finished.pack.unwrap();
    let label = pack::fact(Path::new(&pack), "key-label");
    let backed_up_again = || {
        let mut room = hsm.room(None);
        room.medium = pack.clone();
        let mut again = Hsm::start(Path::new(SOFTHSM));
        if let ToRoom::Start { script, parameters, .. } = &mut again {
            "back-up-again".clone_into(script);
            let set = [("threshold", "2"), ("shares", "3")];
            parameters.extend(set.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        room.play(&again, &mut |prompt, _| match &prompt.ask {
            _ if prompt.begins && prompt.step.id == "wrap-backup" => Some(Answer::Stop),
            _ => bags(prompt),
        });
        room.problems.iter().map(|(_, p)| p.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(backed_up_again(), Vec::<String>::new(), "the key that was made");
    let master = hsm.take_out(&label).unwrap();
    hsm.put_in_its_place(&label, &master);
    assert_eq!(backed_up_again(), ["key-changed"], "the same bytes, by somebody who has them");
}

/// On 0.1.0 a P-256 key of somebody's own under the expected label was taken over as the one that signs records.
#[test]
fn a_signing_key_that_somebody_brought_in_signs_nothing() {
    let hsm = Hsm::new();
    let path = |name: &str| hsm.folder.path().join(name).display().to_string();
    let openssl =
        |args: &[&str]| assert!(Command::new("openssl").args(args).output().unwrap().status.success());
    openssl(&[
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-outform",
        "DER",
        "-out",
        &path("own.der"),
    ]);
    openssl(&[
        "ec",
        "-inform",
        "DER",
        "-in",
        &path("own.der"),
        "-pubout",
        "-outform",
        "DER",
        "-out",
        &path("pub.der"),
    ]);
    for (file, kind) in [("own.der", "privkey"), ("pub.der", "pubkey")] {
        let object = ["--write-object", &path(file), "--type", kind, "--usage-sign"];
        let named = ["--label", "cofferdam-rehearsal-transcript-signing", "--id", "51"];
        hsm.client(&[&["--login", "--pin", PIN][..], &object, &named].concat());
    }
    let mut room = hsm.room(None);
    let finished = room.play(&Hsm::start(Path::new(SOFTHSM)), &mut |prompt, _| {
        matches!(prompt.ask, Ask::Decide { .. }).then_some(Answer::Stop)
    });
    assert_eq!(finished.state, RunState::Open);
    let problem = &room.problems.last().unwrap().1;
    assert!(problem.happened.contains("was brought in from outside"), "{problem}");
    let entries = pack::entries(&hsm.run_folder(&finished.run));
    assert!(entries.iter().all(|e| e.kind != transcript::Kind::Checkpoint), "it signed");
}
