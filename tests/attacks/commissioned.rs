//! What commissioning made is what later production ceremonies take: the people whom it enrolled, and the key that it had sign.
//! Somebody who starts the program with people of their own, or has a token of their own, is noticed before anything is made.

use crate::pin_holder::Hsm;
use protocol::{Answer, Ask, Mode, Private, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::forged;
use whole_program::pack::entries;
use whole_program::production::{PASSPHRASE, roster};
use whole_program::room::{Room, a_watch};
use whole_program::softhsm::{self, MODULE as SOFTHSM, PIN};

/// A workstation with a token, and whoever wants to play on it.
struct Workstation {
    hsm: Hsm,
    named: String,
}

/// What a play came to.
struct Played {
    state: RunState,
    /// The codes of what was not as it should be.
    codes: Vec<String>,
    run: PathBuf,
}

impl Workstation {
    fn new() -> Self {
        let hsm = Hsm::new();
        let named = roster(hsm.folder.path(), 2);
        Self { hsm, named }
    }

    fn parameters(script: &str) -> BTreeMap<String, String> {
        let commissions = script == "commission-workstation";
        commissions.then(|| ("custodians".to_owned(), "2".to_owned())).into_iter().collect()
    }

    /// The same workstation as it stands now, its token with it, in a folder of its own.
    fn copied(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let whole = format!("{}/.", self.hsm.folder.path().display());
        let copied = Command::new("cp").args(["-a", &whole]).arg(folder.path()).status().unwrap();
        assert!(copied.success());
        let conf = folder.path().join("softhsm2.conf");
        let (old, new) = (self.hsm.folder.path().display().to_string(), folder.path().display().to_string());
        std::fs::write(&conf, std::fs::read_to_string(&conf).unwrap().replace(&old, &new)).unwrap();
        let named = self.named.replace(&old, &new);
        Self { hsm: Hsm { folder, conf }, named }
    }

    fn mode(&self) -> PathBuf {
        self.hsm.state().join("production")
    }

    /// The rosters in the folder of those enrolled, by what they are called.
    fn rosters(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> =
            std::fs::read_dir(self.mode().join("rosters")).unwrap().flatten().map(|e| e.path()).collect();
        all.sort();
        all
    }

    /// Begins a ceremony, which is stopped early, with the roster that production takes where none is chosen.
    fn plays_with_its_own(&self) -> Played {
        self.begins(None)
    }

    fn begins(&self, roster: Option<&Path>) -> Played {
        self.plays("byok-receipt", roster.map(|r| r.display().to_string()), "desk", Some("open-bundle"))
    }

    /// Goes on with a ceremony on a machine with something to mend, and stops again. Who decides has the step begun again
    /// first, which is no decision on the machine.
    fn resumes_to_be_mended(&self, stopped: &Played) -> Played {
        let mut room = Room::to_be_mended(&self.hsm.state(), &[("SOFTHSM2_CONF", &self.hsm.conf)]);
        room.names(vec![format!("--roster={}", self.named)]);
        let run = stopped.run.file_name().unwrap().to_str().unwrap().to_owned();
        let mut codes = Vec::new();
        let finished = room.asked(&ToRoom::Resume { run, token: None }, &mut |prompt| {
            codes.extend(prompt.problem.as_ref().map(|p| p.code.clone()));
            match &prompt.ask {
                Ask::Decide { choices, .. } if codes.len() == 1 => {
                    assert!(choices.iter().any(|c| c.id == "again"), "{choices:?}");
                    Answer::Decided { id: "again".into(), reason: "it was mended".into() }
                }
                _ => answer(prompt, Some("open-bundle"), &self.hsm),
            }
        });
        Played { state: finished.state, codes, run: stopped.run.clone() }
    }

    /// Plays in production with this roster and the token of this label, and stops where it is to stop.
    fn play(&self, script: &str, roster: &str, token: &str, stop_at: Option<&str>) -> Played {
        self.plays(script, Some(roster.to_owned()), token, stop_at)
    }

    fn plays(&self, script: &str, roster: Option<String>, token: &str, stop_at: Option<&str>) -> Played {
        let mut room = self.hsm.room(None);
        room.names(vec![format!("--roster={}", self.named)]);
        let start = ToRoom::Start {
            script: script.into(),
            mode: Mode::Production,
            parameters: Self::parameters(script),
            roster,
            token: Some(format!("pkcs11:token={token}?module-path={SOFTHSM}")),
        };
        let mut codes = Vec::new();
        let finished = room.asked(&start, &mut |prompt| {
            codes.extend(prompt.problem.as_ref().map(|p| p.code.clone()));
            assert!(codes.len() < 20, "again and again: {codes:?}");
            answer(prompt, stop_at, &self.hsm)
        });
        codes.retain(|code| code != "workstation-to-mend");
        let run = self.hsm.state().join("production/runs").join(finished.run);
        Played { state: finished.state, codes, run }
    }
}

/// Everybody has one passphrase, also whoever is enrolled; what is not as it should be is gone on with.
fn answer(prompt: PromptView, stop_at: Option<&str>, hsm: &Hsm) -> Answer {
    let secret = || Private::new(PASSPHRASE.to_owned());
    match prompt.ask {
        _ if prompt.begins && stop_at == Some(prompt.step.id.as_str()) => Answer::Stop,
        Ask::Begin { .. } | Ask::Observe { .. } => Answer::Go,
        Ask::Text { .. } => Answer::Text { text: a_watch() },
        Ask::Decide { .. } => Answer::Decided { id: "go-on".into(), reason: "as both have seen".into() },
        Ask::Folder { .. } => Answer::Path { path: hsm.folder.path().display().to_string() },
        Ask::Pin { .. } => Answer::Secret { text: Private::new(PIN.to_owned()) },
        Ask::NewSecret { .. } => Answer::Secret { text: secret() },
        Ask::Choose { choices, .. } => {
            let with_passphrase = choices.iter().find(|c| c.id == "passphrase");
            Answer::Chosen { id: with_passphrase.unwrap_or(&choices[0]).id.clone() }
        }
        // The serial number, as it stands on the HSM itself.
        Ask::Sign { restate: Some(_), .. } => {
            let listed = hsm.client(&["--list-slots"]);
            // Its own, and not that of the token beside it.
            let of_desk =
                listed.split("token label").find(|one| one.lines().next().unwrap().ends_with(" desk"));
            let mut lines = of_desk.unwrap().lines();
            let serial = lines.find_map(|line| line.trim().strip_prefix("serial num")).unwrap();
            let serial = serial.trim_start_matches([' ', ':']);
            let last = serial[serial.len() - 4..].to_owned();
            Answer::Signature { passphrase: secret(), restated: Some(last) }
        }
        Ask::Sign { .. } => Answer::Signature { passphrase: secret(), restated: None },
        Ask::Agree { .. } => Answer::Agreement { agrees: true, reason: None, passphrase: secret() },
        Ask::Compare { value, .. } => Answer::Compared {
            rows: value.rows.iter().map(|r| protocol::CompareRow { number: r.number, same: true }).collect(),
        },
        other => panic!("nobody answers {}", other.kind()),
    }
}

/// The roster that commissioning enrolled.
fn enrolled(state: &Path) -> String {
    let rosters = std::fs::read_dir(state.join("production/rosters")).unwrap();
    rosters.flatten().map(|e| e.path()).next().unwrap().display().to_string()
}

fn says(played: &Played, name: &str) -> String {
    let newest = entries(&played.run).iter().rev().find_map(|e| Some(e.value(name)?.as_str()?.to_owned()));
    newest.unwrap()
}

#[test]
fn people_and_a_key_that_commissioning_does_not_know_are_decided_on() {
    let workstation = Workstation::new();
    softhsm::add_token(&workstation.hsm.conf, "theirs");
    let named = workstation.named.clone();
    // The first of all: nobody can have been enrolled before it, and no key commissioned.
    let first = workstation.play("commission-workstation", &named, "desk", None);
    assert_eq!((first.state, first.codes.as_slice()), (RunState::Closed, &[][..]));
    assert_eq!(says(&first, "signer-from"), "commissioned by this ceremony");
    let run = first.run.file_name().unwrap().to_str().unwrap();

    let enrolled = enrolled(&workstation.hsm.state());
    let good = workstation.play("byok-receipt", &enrolled, "desk", Some("open-bundle"));
    assert_eq!(good.codes, Vec::<String>::new());
    assert_eq!(says(&good, "roster-from"), format!("enrolled by the ceremony {run}"));
    assert_eq!(says(&good, "signer-from"), format!("commissioned by the ceremony {run}"));

    // The machine is looked at when the ceremony goes on, too: a network may have been switched on since.
    let resumed = workstation.resumes_to_be_mended(&good);
    assert_eq!(resumed.codes, ["workstation-to-mend", "workstation-to-mend"]);
    let says_so = |e: &transcript::Entry| e.kind == transcript::Kind::Resumed && e.value("to-mend").is_some();
    assert!(entries(&resumed.run).iter().any(says_so));

    // People whom somebody brought, and a token that somebody brought: each is an exception before anything is made.
    let others = workstation.play("byok-receipt", &named, "desk", Some("open-bundle"));
    assert_eq!(others.codes, ["roster-not-enrolled"]);
    let theirs = workstation.play("byok-receipt", &enrolled, "theirs", Some("open-bundle"));
    assert_eq!(theirs.codes, ["signer-not-commissioned"]);

    // Another module, which does all that the true one does and would see every PIN: one byte more at its end.
    let module = workstation.hsm.folder.path().join("libsofthsm2.so");
    let bytes = [std::fs::read(SOFTHSM).unwrap(), vec![0]].concat();
    std::fs::write(&module, bytes).unwrap();
    let begin = |script: &str| ToRoom::Start {
        script: script.into(),
        mode: Mode::Production,
        parameters: Workstation::parameters(script),
        roster: Some(enrolled.clone()),
        token: Some(format!("pkcs11:token=desk?module-path={}", module.display())),
    };
    let mut room = workstation.hsm.room(None);
    room.names(vec![format!("--module={}", module.display())]);
    room.send(&begin("byok-receipt"));
    let protocol::FromRoom::Refused { problem } = room.message() else { panic!("it is taken") };
    assert_eq!(problem.code, "module-not-commissioned");
    // Commissioning may bring one: what it is stands on the card then.
    room.send(&begin("commission-workstation"));
    assert!(!matches!(room.message(), protocol::FromRoom::Refused { .. }));
    drop(room);

    // A roster in the folder of those enrolled, byte for byte another, is none to choose.
    let folder = workstation.hsm.state().join("production/rosters/20990101-000000-000-1.toml");
    std::fs::copy(&named, &folder).unwrap();
    let mut room = workstation.hsm.room(None);
    room.send(&ToRoom::Review {
        script: "token-check".into(),
        mode: Mode::Production,
        parameters: BTreeMap::new(),
        roster: Some(folder.display().to_string()),
    });
    let protocol::FromRoom::Refused { problem } = room.message() else { panic!("it is taken") };
    assert_eq!(problem.code, "roster-not-listed");
    drop(room);
    std::fs::remove_file(&folder).unwrap();

    on_a_list_that_somebody_wrote_on(&workstation.copied());
    without_the_record_of_a_commissioning(&workstation.copied(), run);
    once_others_were_enrolled(&workstation);
}

/// Whoever writes files can write the record of a commissioning, and a line on the list with a key of their own. Then
/// production takes their people, and says who enrolled them; but the token's key signed no such line.
fn on_a_list_that_somebody_wrote_on(workstation: &Workstation) {
    let people = std::fs::read(&workstation.named).unwrap();
    std::fs::write(workstation.mode().join("rosters/20990101-000000-000-1.toml"), &people).unwrap();
    let digest = script::sha256_hex(&people);
    forged::ended(&workstation.mode(), "20990101-000000-000-1", &[("roster-enrolled-sha256", &digest)]);
    let played = workstation.plays_with_its_own();
    assert_eq!(says(&played, "roster-from"), "enrolled by the ceremony 20990101-000000-000-1");
    assert_eq!(played.codes, ["list-by-others"]);
    assert_eq!(entries(&played.run).iter().find_map(|e| e.value("list-lines-by-others")?.as_u64()), Some(1));
}

/// Without the record of what ended nobody can tell who was enrolled, with which key or which module: that is not the same as
/// that nobody was.
fn without_the_record_of_a_commissioning(workstation: &Workstation, run: &str) {
    let record = workstation.mode().join("runs").join(run).join("transcript.jsonl");
    let mut bytes = std::fs::read(&record).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&record, bytes).unwrap();
    let mut room = workstation.hsm.room(None);
    room.names(vec![format!("--roster={}", workstation.named)]);
    let start = ToRoom::Start {
        script: "byok-receipt".into(),
        mode: Mode::Production,
        parameters: BTreeMap::new(),
        roster: Some(workstation.named.clone()),
        token: Some(format!("pkcs11:token=desk?module-path={SOFTHSM}")),
    };
    room.send(&start);
    let protocol::FromRoom::Refused { problem } = room.message() else { panic!("it is taken") };
    assert_eq!(problem.code, "module-unknown");
}

/// The people who were enrolled once are not those of now, whatever their file is called.
fn once_others_were_enrolled(workstation: &Workstation) {
    let [first] = &workstation.rosters()[..] else { panic!("one was enrolled") };
    let again = workstation.play("commission-workstation", &workstation.named, "desk", None);
    assert_eq!(
        (again.state, again.codes.as_slice()),
        (RunState::Closed, &["roster-not-enrolled".to_owned()][..])
    );
    let old = std::fs::read(first).unwrap();
    let second = workstation.rosters().into_iter().find(|path| path != first).unwrap();
    let later = first.with_file_name("20990101-000000-000-1.toml");
    std::fs::rename(first, &later).unwrap();
    let own = workstation.plays_with_its_own();
    assert_eq!(own.codes, Vec::<String>::new());
    assert_eq!(std::fs::read(own.run.join("roster.toml")).unwrap(), std::fs::read(&second).unwrap());
    let once = workstation.begins(Some(&later));
    assert_eq!(once.codes, ["roster-replaced"]);
    assert_eq!(says(&once, "roster-from"), "enrolled here once, and others since");
    assert_eq!(std::fs::read(once.run.join("roster.toml")).unwrap(), old);
}
