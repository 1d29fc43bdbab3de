//! What people type and paste is taken for what it means, and a clock that cannot be right is named: played through by
//! the whole program.

use byok::{KeyType, Target};
use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use transcript::{Clock, Draft, Journal, Kind, Level};
use whole_program::production::roster;
use whole_program::room::Room;
use whole_program::{files, run, said, write};

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// What a provider would send, valid for another hour where that ends.
fn reply(target: Target, bits: u16) -> Value {
    let wrapping = whole_program::wrapping_key(bits);
    let carried = byok::of(target).usual_stand_in(KeyType::Aes256, wrapping, now() + 3600).unwrap();
    serde_json::from_slice(&carried.bytes).unwrap()
}

/// The answer to a question of the step that reads a wrapping key.
fn state(prompt: &PromptView, target: Target, stated: &[(&str, &str)]) -> Option<Answer> {
    let Ask::Text { question, .. } = &prompt.ask else { return None };
    let ask = byok::of(target).asks().iter().find(|a| question.starts_with(a.question))?;
    let text = stated.iter().find(|(n, _)| *n == ask.name).map(|(_, v)| *v);
    text.or(ask.none).map(|t| Answer::Text { text: t.to_owned() })
}

/// Every text of a pack.
fn pack_text(pack: &Path) -> String {
    files(pack).iter().map(|f| String::from_utf8_lossy(&std::fs::read(f).unwrap()).into_owned()).collect()
}

/// Plays a script with these answers to its end, with no question asked again; gives the pack.
fn played(
    dir: &Path,
    script: &str,
    set: &[(&str, &str)],
    target: Target,
    carried: &Value,
    stated: &[(&str, &str)],
) -> PathBuf {
    let mut room = Room::open(&dir.join("state"));
    room.medium = dir.display().to_string();
    room.file = write(dir, "carried.json", carried.to_string().as_bytes()).display().to_string();
    let finished = room.rehearse(script, set, &mut |prompt, _| state(prompt, target, stated));
    assert!(room.problems.is_empty(), "{script} {set:?} {stated:?}: {:?}", room.problems);
    assert_eq!(finished.state, RunState::Closed);
    let pack = PathBuf::from(finished.pack.unwrap());
    let out = run(&dir.join("state"), &["verify", pack.to_str().unwrap()]);
    assert!(whole_program::intact(&out), "{}", said(&out));
    pack
}

/// `https://Hospital.vault.azure.net/` was another vault than the KEK's `hospital.vault.azure.net`.
#[test]
fn a_vault_in_capitals_and_with_a_slash_is_the_vault_of_the_kek() {
    for vault in ["https://Hospital.vault.azure.net/", "HTTPS://hospital.VAULT.azure.net:443", "Hospital"] {
        let dir = tempfile::tempdir().unwrap();
        let kek = reply(Target::AzureKeyVault, 2048);
        let stated = [("vault", vault), ("key-name", "records-2027")];
        let set = [("key-spec", "EC_P256")];
        let pack = played(dir.path(), "byok-azure", &set, Target::AzureKeyVault, &kek, &stated);
        let manifest: Value =
            serde_json::from_slice(&std::fs::read(pack.join("bundle/manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["destination"]["vault"], "hospital.vault.azure.net");
        let text = pack_text(&pack);
        assert!(!text.contains("Hospital") && !text.contains("VAULT.azure"), "the record has one form of it");
    }
}

/// The EU's sovereign realm was refused, and a compartment of another realm was not looked at.
#[test]
fn oracles_sovereign_realm_is_taken_and_a_compartment_of_another_realm_refused() {
    let dir = tempfile::tempdir().unwrap();
    let carried = reply(Target::OracleVault, 2048);
    let eu = "https://abcd-management.kms.eu-frankfurt-2.oraclecloud.eu";
    let stated = |compartment| {
        [
            ("endpoint", eu),
            ("key-name", "records-2027"),
            ("compartment", compartment),
            ("protection-mode", "hsm"),
        ]
    };
    let set = [("target", "Oracle-Vault")];
    played(
        dir.path(),
        "byok-other",
        &set,
        Target::OracleVault,
        &carried,
        &stated("ocid1.compartment.oc19..aaaa"),
    );

    let mut room = Room::open(&dir.path().join("other"));
    room.file = dir.path().join("carried.json").display().to_string();
    room.medium = dir.path().display().to_string();
    let wrong = stated("ocid1.compartment.oc1..aaaa");
    room.rehearse("byok-other", &set, &mut |prompt, _| {
        if prompt.problem.is_some() { Some(Answer::Stop) } else { state(prompt, Target::OracleVault, &wrong) }
    });
    let (_, problem) = &room.problems[0];
    assert_eq!(problem.code, "realms-differ");
    assert!(problem.happened.contains("oraclecloud.eu") && problem.happened.contains("oc1"), "{problem}");
}

#[test]
fn words_in_capitals_are_choices_and_a_refused_choice_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    let carried = reply(Target::Transit, 4096);
    let stated = [("program", "Vault"), ("mount", "transit/"), ("key-name", "records"), ("version", "No")];
    let set = [("target", "Vault-Transit"), ("wrapping-algorithm", "sha512"), ("dice", "No")];
    let pack = played(dir.path(), "byok-other", &set, Target::Transit, &carried, &stated);
    let script = std::fs::read_to_string(pack.join("bundle/import.sh")).unwrap();
    assert!(!script.contains("Vault write") && !script.contains("transit//"), "{script}");
    assert!(pack_text(&pack).contains("hash_function=SHA512") || pack_text(&pack).contains("\"SHA512\""));

    let out = run(&dir.path().join("none"), &["play", "byok-other", "--set", "target=oracle"]);
    let text = said(&out);
    assert_eq!(out.status.code(), Some(2), "{text}");
    assert!(text.contains("parameter-value") && text.contains("oracle-vault, alibaba-kms"), "{text}");
    let mut room = Room::open(&dir.path().join("asked"));
    room.file = dir.path().join("carried.json").display().to_string();
    let wrong = [("program", "consul"), stated[1], stated[2], stated[3]];
    room.rehearse("byok-other", &[("target", "vault-transit")], &mut |prompt, _| {
        if prompt.problem.is_some() { Some(Answer::Stop) } else { state(prompt, Target::Transit, &wrong) }
    });
    let (key, problem) = &room.problems[0];
    assert!(key.starts_with("read-wrapping-key/text"), "{key}");
    assert!(problem.todo.contains("vault, bao"), "{problem}");
}

/// A plan that wrote one vault in two ways made two keys for one place, and reported success.
#[test]
fn a_plan_with_one_place_written_two_ways_makes_no_key() {
    let head = "system,provider,key type,algorithm,parameters file,owner,vault,key-name,key,key algorithm,protection-level\n";
    let azure = |vault: &str, name: &str| {
        format!("A,azure-key-vault,rsa-3072,CKM_RSA_AES_KEY_WRAP,kek.json,x,{vault},{name},,,\n")
    };
    let google = |key: &str| {
        format!(
            "G,google-kms,aes-256,RSA_OAEP_4096_SHA256_AES_256,job.json,x,,,{key},GOOGLE_SYMMETRIC_ENCRYPTION,HSM\n"
        )
    };
    let first = "https://hospital.vault.azure.net";
    let key = "projects/P/locations/L/keyRings/R/cryptoKeys/K";
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "kek.json", reply(Target::AzureKeyVault, 2048).to_string().as_bytes());
    write(dir.path(), "job.json", reply(Target::GoogleKms, 4096).to_string().as_bytes());
    for (n, (one, two)) in [
        (azure(first, "records"), azure(first, "Records")),
        (azure(first, "records"), azure("https://hospital.vault.azure.net/", "records")),
        (azure(first, "records"), azure("https://HOSPITAL.vault.azure.net:443", "records")),
        // What the plan alone does not say: a name without its cloud, and two versions of one key.
        (azure(first, "records"), azure("hospital", "records")),
        (google(key), google(key)),
        (google(key), google(&format!("//cloudkms.googleapis.com/{key}"))),
    ]
    .into_iter()
    .enumerate()
    {
        let state = dir.path().join(format!("state-{n}"));
        let mut room = Room::open(&state);
        room.file =
            write(dir.path(), "plan.csv", format!("{head}{one}{two}").as_bytes()).display().to_string();
        room.medium = dir.path().display().to_string();
        let mut shown = Vec::new();
        let stopped = room.rehearse("byok-plan", &[("shares", "3"), ("threshold", "2")], &mut |prompt, _| {
            if let Ask::Observe { facts, .. } = &prompt.ask
                && prompt.key.starts_with("read-plan")
            {
                shown.extend(facts.iter().map(|f| format!("{}: {}", f.name, f.observed)));
            }
            prompt.problem.is_some().then_some(Answer::Stop)
        });
        assert_eq!(stopped.state, RunState::Open, "{one}{two}");
        assert_eq!(shown.len(), 1, "{shown:?}");
        assert!(shown[0].starts_with("Line 3") && shown[0].contains("line 2"), "{shown:?}");
        assert!(
            files(&state).iter().all(|f| !f.display().to_string().contains("bundle")),
            "something was made"
        );
    }
}

/// By a clock that is sixteen hours behind, a day's parameters hold for forty hours.
#[test]
fn parameters_that_hold_for_longer_than_aws_gives_name_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let (parameters, _) = whole_program::stand_in(dir.path(), 40 * 3600);
    let mut room = Room::open(&dir.path().join("state"));
    room.file = parameters.display().to_string();
    room.rehearse("byok-aws", &[], &mut |prompt, _| prompt.problem.is_some().then_some(Answer::Stop));
    let (key, problem) = &room.problems[0];
    assert!(key.starts_with("read-parameters/file"), "{key}");
    assert_eq!(problem.code, "valid-too-long");
    assert!(problem.happened.contains("clock"), "{problem}");
    // In a plan likewise, and in a set that has run out.
    let old = whole_program::stand_in(dir.path(), -60).0;
    let mut room = Room::open(&dir.path().join("old"));
    room.file = old.display().to_string();
    room.rehearse("byok-aws", &[], &mut |prompt, _| prompt.problem.is_some().then_some(Answer::Stop));
    assert_eq!(room.problems[0].1.code, "parameters-expired");
    assert!(room.problems[0].1.happened.contains("clock"), "{}", room.problems[0].1);
}

/// A clock at one time.
struct At(&'static str);

impl Clock for At {
    fn utc(&self) -> String {
        self.0.to_owned()
    }

    fn monotonic_ms(&self) -> u64 {
        1
    }
}

/// A record here whose only entry is of another year.
fn record_of_2099(state: &Path) {
    let folder = state.join("rehearsal/runs/20990101-000000-000-1");
    std::fs::create_dir_all(&folder).unwrap();
    let opened = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
    let opened = opened.fact(Level::Public, "run", "20990101-000000-000-1");
    Journal::create(&folder.join("transcript.jsonl"), opened, Box::new(At("2099-01-01T00:00:00.000Z")))
        .unwrap();
}

#[test]
fn a_clock_before_the_newest_record_stops_production_and_is_said_in_a_rehearsal() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    record_of_2099(&state);
    let people = roster(dir.path(), 3);
    let start = |mode| ToRoom::Start {
        script: "rehearsal-minimal".to_owned(),
        mode,
        parameters: std::collections::BTreeMap::new(),
        roster: (mode == protocol::Mode::Production).then(|| people.clone()),
        token: (mode == protocol::Mode::Production)
            .then(|| "pkcs11:token=x?module-path=/usr/lib/softhsm/libsofthsm2.so".to_owned()),
    };
    let mut room = Room::open(&state);
    let refused = room.try_play(&start(protocol::Mode::Production), &mut |_, _| None).err().unwrap();
    assert_eq!(refused.code, "clock-behind");
    assert!(refused.happened.contains("20990101-000000-000-1"), "{refused}");
    assert_eq!(
        std::fs::read_dir(state.join("production/runs")).unwrap().count(),
        0,
        "nothing is left behind"
    );
    drop(room);

    let mut room = Room::open(&state);
    room.medium = dir.path().display().to_string();
    let mut told = Vec::new();
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        if let Ask::Observe { facts, .. } = &prompt.ask {
            told.extend(facts.iter().filter(|f| f.name.contains("clock")).map(|f| f.observed.clone()));
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(told.iter().filter(|t| t.contains("2099-01-01")).count(), 1, "{told:?}");
    let pack = PathBuf::from(finished.pack.unwrap());
    assert!(std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap().contains("clock-doubted"));
    let out = run(&state, &["verify", pack.to_str().unwrap()]);
    assert!(whole_program::intact(&out), "{}", said(&out));
}

/// A salesforce certificate, a KEK and the like that are not valid yet: here the KEK.
#[test]
fn a_kek_that_is_not_valid_yet_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut kek = reply(Target::AzureKeyVault, 2048);
    kek["attributes"] = json!({ "enabled": true, "nbf": now() + 86_400, "exp": null });
    let mut room = Room::open(&dir.path().join("state"));
    room.file = write(dir.path(), "kek.json", kek.to_string().as_bytes()).display().to_string();
    let stated = [("vault", "https://hospital.vault.azure.net"), ("key-name", "k")];
    room.rehearse("byok-azure", &[("key-spec", "ec-p256")], &mut |prompt, _| {
        if prompt.problem.is_some() {
            Some(Answer::Stop)
        } else {
            state(prompt, Target::AzureKeyVault, &stated)
        }
    });
    assert_eq!(room.problems[0].1.code, "not-yet-valid");
}
