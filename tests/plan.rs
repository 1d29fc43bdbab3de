//! One ceremony for many keys: a mixed plan plays by itself, each bundle opens to the key of the record, each backup
//! opens with the shares and in a drill, a faulty plan makes nothing, and a room that is killed goes on without a key made
//! twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use byok::{Disposable, KeyType, Recipe, Target, table};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use protocol::{Answer, Ask, FromRoom, PromptView, RunState, ToRoom};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;
use tokens::KeySpec;
use whole_program::backup::{self, Sheets, bags, bringing, holds, in_token, opened_without_us, plant};
use whole_program::room::Room;
use whole_program::{files, forged, run, said};

#[path = "plan/lines.rs"]
mod lines;

/// A plan on a medium, with the keys that open what is wrapped for it.
struct Medium {
    dir: tempfile::TempDir,
    /// By the name of the parameters file.
    keys: BTreeMap<&'static str, &'static Disposable>,
    text: String,
}

/// Two Azure lines share a key exchange key; every other line has its own wrapping key.
const LINES: &[(Target, KeyType, &str, &str)] = &[
    (Target::AwsKms, KeyType::Aes256, "RSAES_OAEP_SHA_256", "first.json"),
    (Target::AwsKms, KeyType::HmacSha384, "RSAES_OAEP_SHA_256", "second.json"),
    (Target::AzureKeyVault, KeyType::P256, "CKM_RSA_AES_KEY_WRAP", "kek.json"),
    (Target::AzureKeyVault, KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP", "kek.json"),
    (Target::AlibabaKms, KeyType::Aes256, "RSAES_OAEP_SHA_256", "alibaba.json"),
    (Target::IbmKeyProtect, KeyType::Aes128, "RSAES_OAEP_SHA_256", "ibm.json"),
    (Target::Transit, KeyType::P384, "SHA256", "transit.json"),
    (Target::SalesforceShield, KeyType::Aes256, "RSA-OAEP with SHA-1", "org.crt"),
];

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// One wrapping key for each parameters file, the same in every test: making one takes longer than a ceremony.
static KEYS: LazyLock<BTreeMap<&str, Disposable>> = LazyLock::new(|| {
    let mut keys = BTreeMap::new();
    for (target, _, _, file) in LINES {
        let bits = match target {
            Target::AwsKms => 3072,
            Target::AzureKeyVault | Target::AlibabaKms => 2048,
            _ => 4096,
        };
        keys.entry(*file).or_insert_with(|| Disposable::generate(bits).unwrap());
    }
    keys
});

fn medium() -> Medium {
    let dir = tempfile::tempdir().unwrap();
    let asked: BTreeMap<&str, &str> = LINES
        .iter()
        .flat_map(|(target, ..)| byok::of(*target).asks())
        .map(|a| (byok::plan::column(a), a.name))
        .collect();
    let mut text = "system,provider,key type,algorithm,parameters file,owner".to_owned();
    text.extend(asked.keys().map(|column| format!(",{column}")));
    text.push('\n');
    for (n, (target, key, algorithm, file)) in LINES.iter().enumerate() {
        let wrapping = &KEYS[file];
        let sent = byok::of(*target).usual_stand_in(*key, wrapping, now() + 3600).unwrap();
        let arn = format!("arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-00000000000{n}");
        let bytes = if *target == Target::AwsKms {
            byok::stand_in_reply(wrapping.spki(), &arn, now() + 3600, b"a test's token")
        } else {
            sent.bytes
        };
        std::fs::write(dir.path().join(file), bytes).unwrap();
        let _ = write!(text, "S{n},{target},{key},{algorithm},{file},J. Doe");
        for ask in asked.values() {
            let answer = sent.stated.iter().find(|(name, _)| name == ask).map_or("", |(_, text)| text);
            let answer =
                if *ask == "key-name" && !answer.is_empty() { format!("k{n}") } else { answer.to_owned() };
            let _ = write!(text, ",{answer}");
        }
        text.push('\n');
    }
    Medium { dir, keys: KEYS.iter().map(|(file, key)| (*file, key)).collect(), text }
}

impl Medium {
    fn write(&self, text: &str) -> String {
        let path = self.dir.path().join("plan.csv");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn room(&self, state: &Path) -> Room {
        let mut room = Room::open(state);
        room.file = self.write(&self.text);
        room.medium = self.dir.path().display().to_string();
        room
    }

    /// Opens a bundle as its provider would, and gives the check value of what is in it.
    fn opened(&self, bundle: &Path, line: usize) -> String {
        let (target, key, algorithm, file) = LINES[line - 2];
        let manifest: Value =
            serde_json::from_slice(&std::fs::read(bundle.join("manifest.json")).unwrap()).unwrap();
        let bytes = |name: &str| std::fs::read(bundle.join(name)).unwrap();
        let blob = if target == Target::AwsKms {
            bytes("EncryptedKeyMaterial.bin")
        } else {
            let name = manifest["blob_file"].as_str().unwrap();
            match manifest["blob_member"].as_str() {
                Some(member) => {
                    let json: Value = serde_json::from_slice(&bytes(name)).unwrap();
                    let text = json[member].as_str().unwrap().to_owned();
                    let code = if target == Target::AzureKeyVault { BASE64URL_NOPAD } else { BASE64 };
                    code.decode(text.as_bytes()).unwrap()
                }
                None => BASE64.decode(bytes(name).trim_ascii_end()).unwrap(),
            }
        };
        let recipe: Recipe = table::rows(target).find(|r| r.algorithm == algorithm).unwrap().recipe;
        let opened = self.keys[file].unwrap(recipe, &blob).unwrap();
        tokens::check_value_of(spec(key), opened.expose()).unwrap()
    }
}

fn spec(key: KeyType) -> KeySpec {
    match key {
        KeyType::Aes128 => KeySpec::Aes(128),
        KeyType::Aes256 => KeySpec::Aes(256),
        KeyType::HmacSha384 => KeySpec::Hmac(48),
        KeyType::P256 => KeySpec::P256,
        KeyType::P384 => KeySpec::P384,
        KeyType::Rsa2048 => KeySpec::Rsa(2048),
        other => panic!("{other} is in no plan here"),
    }
}

fn start() -> ToRoom {
    ToRoom::Start {
        script: "byok-plan".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: [("shares", "3"), ("threshold", "2")].map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
        roster: None,
        token: None,
    }
}

fn resume(state: &Path) -> ToRoom {
    let runs: Value = serde_json::from_slice(&run(state, &["runs", "--json"]).stdout).unwrap();
    assert_eq!(runs.as_array().unwrap().len(), 1);
    ToRoom::Resume { run: runs[0]["run"].as_str().unwrap().to_owned(), token: None }
}

/// A fact of every entry that has it, with the line of the plan where the entry has one.
fn facts(record: &Path, name: &str) -> Vec<(u64, Value)> {
    let bytes = std::fs::read(record).unwrap();
    let entries = transcript::Reading::of(&bytes).entries;
    let of = |e: &transcript::Entry| {
        let line = e.value("plan-line").and_then(Value::as_u64).unwrap_or(0);
        Some((line, e.value(name)?.clone()))
    };
    entries.iter().filter_map(of).collect()
}

/// Everything that has to be true of a closed play of the whole plan.
fn check(medium: &Medium, state: &Path, pack: &Path) {
    let out = run(state, &["verify", pack.to_str().unwrap()]);
    let text = said(&out);
    assert!(out.status.success() && text.contains("follows the script byok-plan"), "{text}");
    assert!(text.contains("ships with this program"), "{text}");
    assert_eq!(text.matches("The bundle for ").count(), LINES.len(), "{text}");
    let record = pack.join("transcript.jsonl");
    let made = facts(&record, "plan-made-check-value");
    let lines: Vec<u64> = made.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, (2..2 + LINES.len() as u64).collect::<Vec<_>>(), "each line once, in order");
    let values: BTreeSet<String> = made.iter().map(|(_, v)| v.to_string()).collect();
    assert_eq!(values.len(), LINES.len(), "no key serves two lines");
    for (line, value) in &made {
        let folder = facts(&record, "plan-bundle-folder").into_iter().find(|(l, _)| l == line).unwrap().1;
        let bundle = pack.join(folder.as_str().unwrap());
        let opened = medium.opened(&bundle, usize::try_from(*line).unwrap());
        assert_eq!(*value, Value::String(opened), "line {line}");
        // What went to the medium is what is in the pack.
        let handed = files(medium.dir.path())
            .into_iter()
            .find(|p| p.ends_with(format!("line-{line}/manifest.json")))
            .unwrap();
        assert_eq!(std::fs::read(handed).unwrap(), std::fs::read(bundle.join("manifest.json")).unwrap());
    }
}

#[test]
fn a_mixed_plan_is_made_backed_up_wrapped_and_drilled() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let mut compared = 0;
    let finished = room.play(&start(), &mut |prompt, _| {
        compared += usize::from(matches!(prompt.ask, Ask::Compare { .. }));
        bags(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    // Two people, and each wrapping key once, however many lines use it.
    assert_eq!(compared, 2 * medium.keys.len());
    let heard = room.heard.join("\n");
    for n in 1..=LINES.len() {
        assert!(heard.contains(&format!("Making key {n} of {} in the token", LINES.len())), "{n}");
    }
    let sheets = room.sheets_shown();
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    check(&medium, &state, &pack);
    // Any two of the three sheets open every wrapped file, without this program.
    let record = pack.join("transcript.jsonl");
    let backups = facts(&record, "plan-backup-file");
    assert_eq!(backups.len(), LINES.len());
    for (line, file) in backups {
        let key = opened_without_us(&sheets[1..], &pack.join(file.as_str().unwrap())).unwrap();
        let spec = spec(LINES[usize::try_from(line).unwrap() - 2].1);
        let value = facts(&record, "plan-made-check-value").into_iter().find(|(l, _)| *l == line).unwrap().1;
        assert_eq!(Value::String(tokens::check_value_of(spec, &key).unwrap()), value, "line {line}");
        assert!(opened_without_us(&sheets[..1], &pack.join(file.as_str().unwrap())).is_err());
    }
    drilled(&state, &pack, &sheets[..2].to_vec());
    wrong_backups_are_named(&state, &pack, &sheets[..2].to_vec());
    // Where the sheets are only read, nothing is opened, and the certificate does not say so.
    let mut room = bringing(&state, &pack, sheets[..2].to_vec());
    let finished = room.rehearse("check-shares", &[("custodians", "2")], &mut |prompt, _| bags(prompt));
    assert_eq!((finished.state, room.problems.len()), (RunState::Closed, 0), "{:?}", room.problems);
    let checked = PathBuf::from(finished.pack.unwrap());
    holds(&state, &checked);
    let certificate =
        std::fs::read_to_string(checked.join(backup::fact(&checked, "certificate-file"))).unwrap();
    let words = certificate.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Keys 8, made by one key plan"), "{certificate}");
    assert!(words.contains("the ones that were dealt; nothing was rebuilt"), "{certificate}");
    assert!(backup::facts(&checked, "drilled-line").is_empty());
    let register = backup::json(&state, &["register", "--json"]);
    assert_eq!(register["rehearsal"]["sets"][0]["key"], "8 keys of a plan");
}

/// Two of three custodians drill the plan's backups; in the middle the room is killed, and every file is opened again.
fn drilled(state: &Path, pack: &Path, sheets: &Sheets) {
    let mut room = bringing(state, pack, sheets.clone());
    room.cut = Some(("Opening backup 5 of 8 (line 6)".to_owned(), Duration::ZERO));
    let start = ToRoom::Start {
        script: "drill".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: [("custodians".to_owned(), "2".to_owned())].into(),
        roster: None,
        token: None,
    };
    let cut = room.try_play(&start, &mut |prompt, _| bags(prompt)).unwrap_err();
    assert_eq!((cut.code.as_str(), room.problems.len()), ("cut", 0), "{:?}", room.problems);
    drop(room);
    // The newest comes first.
    let runs = backup::json(state, &["runs", "--json"]);
    let resume = ToRoom::Resume { run: runs[0]["run"].as_str().unwrap().to_owned(), token: None };
    let mut room = bringing(state, pack, sheets.clone());
    let mut asked = Vec::new();
    let finished = room.play(&resume, &mut |prompt, _| {
        if let Ask::Observe { facts, .. } = &prompt.ask {
            asked.extend(facts.iter().map(|f| (f.name.clone(), f.observed.clone())));
        }
        bags(prompt)
    });
    assert_eq!((finished.state, room.problems.len()), (RunState::Closed, 0), "{:?}", room.problems);
    drop(room);
    let end = PathBuf::from(finished.pack.unwrap());
    holds(state, &end);
    assert!(asked.contains(&("Backups that opened to their keys".to_owned(), "8".to_owned())), "{asked:?}");
    // What the ceremony of the plan told its people to compare is what the drill found.
    let (found, told) = (backup::fact(&end, "drilled-check-value"), backup::fact(pack, "plan-check-value"));
    assert_eq!(found, told);
    let opened: Vec<u64> = facts(&end.join("transcript.jsonl"), "drilled-line")
        .into_iter()
        .filter_map(|(_, v)| v.as_u64())
        .collect();
    // Four at least before the kill, and every one after it.
    assert!(opened.starts_with(&[2, 3, 4, 5]) && opened.ends_with(&[2, 3, 4, 5, 6, 7, 8, 9]), "{opened:?}");
    assert!(opened.len() > LINES.len() + 3, "{opened:?}");
    let certificate = std::fs::read_to_string(end.join(backup::fact(&end, "certificate-file"))).unwrap();
    for words in ["Keys           8, made by one key plan", "8 of 8 wrapped files", found.as_str()] {
        assert!(certificate.contains(words), "{words}: {certificate}");
    }
    // A record of it without one line, or with another key on one, does not follow the script.
    let (plan, entries) = ceremony::conform::pack(&end).unwrap().unwrap();
    let last = entries.iter().rposition(|e| e.value("drilled-line") == Some(&serde_json::json!(4))).unwrap();
    let mut without = entries.clone();
    without.remove(last);
    let mut another = entries;
    let of_line =
        another[last].facts.values_mut().find_map(|f| f.get_mut("drilled-line-check-value")).unwrap();
    *of_line = "spki-sha256:00".into();
    let (_, entries) = ceremony::conform::pack(&end).unwrap().unwrap();
    let mut twice = entries.clone();
    twice.insert(last, entries[last].clone());
    let mut one_file = entries;
    let drilled =
        one_file.iter_mut().flat_map(|e| e.facts.values_mut()).find_map(|f| f.get_mut("drill-plan"));
    let drilled = drilled.unwrap().as_array_mut().unwrap();
    drilled[3]["sha256"] = drilled[1]["sha256"].clone();
    for (record, why) in [
        (without, "the backup of line 4 was not opened"),
        (another, "is not the key of line 4"),
        (twice, "the backup of line 4 was opened twice"),
        (one_file, "how the keys of lines 3 and 5 differ"),
    ] {
        let found = ceremony::conform::follows(&plan, &record).unwrap_err();
        assert!(found.why.contains(why), "{found}");
    }
}

/// A pack whose record names another key for line 2, and then a kept file that is changed: each is named by its line, and
/// the others are opened all the same.
fn wrong_backups_are_named(state: &Path, pack: &Path, sheets: &Sheets) {
    let dir = tempfile::tempdir().unwrap();
    let other = dir.path().join("pack");
    forged::pack(pack, &other, &|entry| {
        let of_line = entry.value("plan-line").and_then(Value::as_u64) == Some(2);
        for facts in entry.facts.values_mut() {
            facts.remove("plan-check-value");
            for (name, value) in facts.iter_mut() {
                if of_line && name.ends_with("-check-value") {
                    *value = "cmac-aes:000000".into();
                }
            }
        }
    });
    let mut room = bringing(state, &other, sheets.clone());
    let mut said = String::new();
    let stopped = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match &prompt.ask {
        Ask::Begin { .. } if prompt.step.id == "prove" => {
            let kept = files(&state.join("rehearsal/runs")).into_iter().filter(|p| p.ends_with("line-4.kwp"));
            // Runs are named by their time.
            let path = kept.max().unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[9] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            None
        }
        Ask::Decide { .. } => {
            said = prompt.problem.as_ref().map(ToString::to_string).unwrap_or_default();
            Some(Answer::Stop)
        }
        _ => bags(prompt),
    });
    assert_eq!((stopped.state, room.problems.len()), (RunState::Open, 1), "{:?}", room.problems);
    assert_eq!(room.problems[0].1.code, "backup-does-not-match");
    assert!(said.contains("Of the 8 wrapped files of the plan 2 did not open to their keys"), "{said}");
    assert!(said.contains("line 2: it opens to a key with the check value cmac-aes:"), "{said}");
    assert!(said.contains("line 4: its file line-4.kwp in the run's folder was changed"), "{said}");
    let opened = room.record.iter().filter(|l| l.contains("opened to its key")).count();
    assert_eq!(opened, LINES.len() - 2, "{:?}", room.record);
}

#[test]
fn a_rehearsal_plays_by_itself_and_its_receipts_are_read_one_key_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "byok-plan", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let out = run(&state, &["verify", pack.to_str().unwrap()]);
    assert!(out.status.success() && said(&out).contains("follows the script byok-plan"), "{}", said(&out));
    // Line 2 is for AWS.
    let receipt = dir.path().join("receipt.json");
    let reply = serde_json::json!({ "KeyMetadata": {
        "Arn": facts(&pack.join("transcript.jsonl"), "plan-cloud-key")[0].1, "KeyState": "Enabled",
        "Origin": "EXTERNAL", "KeySpec": "SYMMETRIC_DEFAULT",
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    } });
    std::fs::write(&receipt, reply.to_string()).unwrap();
    let mut room = Room::open(&state);
    room.file = receipt.display().to_string();
    room.medium = pack.display().to_string();
    let mut typed = vec!["2", "1"];
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| {
        let Ask::Text { question, .. } = &prompt.ask else { return None };
        question
            .starts_with("Which line of the key plan")
            .then(|| Answer::Text { text: typed.pop().unwrap().to_owned() })
    });
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!((finished.state, codes), (RunState::Closed, vec!["no-such-line"]));
}

/// Offers plans one after another, each with what was done to its folder; gives the faults shown for each.
fn refused(medium: &Medium, plans: &[(String, &dyn Fn())]) -> Vec<Vec<String>> {
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let mut left = plans.iter();
    let mut shown = Vec::new();
    let stopped = room.play(&start(), &mut |prompt, _| match &prompt.ask {
        Ask::File { .. } if prompt.key.starts_with("read-plan") => match left.next() {
            Some((text, prepare)) => {
                prepare();
                Some(Answer::Path { path: medium.write(text) })
            }
            None => Some(Answer::Stop),
        },
        Ask::Observe { facts, .. } if prompt.key.starts_with("read-plan") => {
            shown.push(facts.iter().map(|f| format!("{}: {}", f.name, f.observed)).collect());
            None
        }
        _ => None,
    });
    assert_eq!(stopped.state, RunState::Open);
    assert!(room.record.iter().all(|l| !l.contains("Make every key")), "{:?}", room.record);
    assert!(room.problems.iter().all(|(_, p)| p.code == "plan-faulty"), "{:?}", room.problems);
    drop(room);
    // Nothing of what was refused is kept.
    let kept = files(&state.join("rehearsal/runs"));
    assert!(kept.iter().all(|p| !p.display().to_string().contains("plan-")), "{kept:?}");
    shown
}

#[test]
fn every_fault_of_a_plan_is_named_by_its_line_and_nothing_is_made() {
    let medium = medium();
    let line = |text: &str, n: usize, from: &str, to: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(lines[n - 1].contains(from), "{}", lines[n - 1]);
        lines[n - 1] = lines[n - 1].replacen(from, to, 1);
        lines.join("\n") + "\n"
    };
    // Faults of the file itself.
    let mut bad = line(&medium.text, 3, "hmac-sha384", "hmac-sha999");
    bad = line(&bad, 5, "azure-key-vault", "azur");
    bad = line(&bad, 9, "J. Doe", "");
    // Faults that only the parameters files show.
    let mut wrong = line(&medium.text, 3, "second.json", "absent.json");
    wrong = line(&wrong, 7, "ibm.json", "transit.json");
    let nothing = || ();
    let expire = || {
        let old =
            byok::stand_in_reply(medium.keys["first.json"].spki(), whole_program::ARN, now() - 60, b"old");
        std::fs::write(medium.dir.path().join("first.json"), old).unwrap();
    };
    // Another set for the key of the other AWS line, under another name.
    let twice = || {
        for name in ["first.json", "second.json"] {
            let reply = byok::stand_in_reply(
                medium.keys[name].spki(),
                whole_program::ARN,
                now() + 3600,
                name.as_bytes(),
            );
            std::fs::write(medium.dir.path().join(name), reply).unwrap();
        }
        // And what is no plain file is not opened: this one would never end.
        std::fs::remove_file(medium.dir.path().join("org.crt")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", medium.dir.path().join("org.crt")).unwrap();
    };
    let shown = refused(
        &medium,
        &[(bad, &nothing), (wrong, &nothing), (medium.text.clone(), &expire), (medium.text.clone(), &twice)],
    );
    let begins = |n: usize, with: &[&str]| {
        let found: &Vec<String> = &shown[n];
        assert_eq!(found.len(), with.len(), "{found:#?}");
        for (found, with) in found.iter().zip(with) {
            assert!(found.starts_with(with), "{found} does not begin with {with}");
        }
    };
    begins(0, &["Line 3, key type: ", "Line 5, provider: ", "Line 9, owner: it is empty"]);
    begins(1, &["Line 3, parameters file: the folder has no file", "Line 7, parameters file: "]);
    begins(2, &["Line 2, parameters file: "]);
    assert!(shown[2][0].contains("expired") || shown[2][0].contains("ran out"), "{:?}", shown[2]);
    begins(3, &["Line 3, parameters file: line 2 is for the same key", "Line 9, parameters file: "]);
}

/// Plays until a prompt or a piece of work comes, and kills the room there.
fn killed_at(medium: &Medium, state: &Path, first: &ToRoom, doing: &str, after: Duration) -> bool {
    let mut room = medium.room(state);
    room.cut = Some((doing.to_owned(), after));
    matches!(room.try_play(first, &mut |_: &PromptView, _| None), Err(p) if p.code == "cut")
}

#[test]
fn a_room_killed_while_it_makes_and_wraps_goes_on_without_making_a_key_twice() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut first = start();
    for (doing, after) in [
        ("Making key 3 of 8", 0),
        ("Making key 4 of 8", 30),
        ("Making key 8 of 8", 5),
        ("Backing up key 5 of 8", 0),
        ("Opening backup 4 of 8", 0),
        ("Wrapping key 2 of 8", 0),
        ("Wrapping key 6 of 8", 20),
    ] {
        assert!(
            killed_at(&medium, &state, &first, doing, Duration::from_millis(after)),
            "{doing} never came"
        );
        first = resume(&state);
    }
    let mut room = medium.room(&state);
    let finished = room.play(&first, &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    check(&medium, &state, &pack);
    // The backup of each attempt but the last is void, and its files are not in the pack.
    let record = pack.join("transcript.jsonl");
    let set = facts(&record, "share-set").pop().unwrap().1.as_str().unwrap().replace('-', "").to_lowercase();
    let backups: Vec<_> =
        files(&pack).into_iter().filter(|p| p.extension().is_some_and(|e| e == "kwp")).collect();
    assert_eq!(backups.len(), LINES.len());
    assert!(backups.iter().all(|p| p.display().to_string().contains(&set)), "{backups:?}");
    // What is announced is made, or left behind and named.
    let announced = facts(&record, "plan-announced-label").len();
    let left: usize =
        facts(&record, "plan-left-behind").iter().map(|(_, v)| v.as_array().unwrap().len()).sum();
    assert!(announced >= LINES.len() + left, "{announced} {left}");
}

#[test]
fn a_record_that_lost_a_line_or_swapped_a_key_does_not_follow_its_script() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let finished = room.play(&start(), &mut |_, _| None);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    let (plan, entries) = ceremony::conform::pack(&pack).unwrap().unwrap();
    ceremony::conform::follows(&plan, &entries).unwrap();
    for (fact, why) in [
        ("plan-backed-check-value", "was never backed up"),
        ("plan-rebuilt-check-value", "was never brought back"),
        ("plan-wrapped-check-value", "was never wrapped"),
        ("plan-made-check-value", "is not that of the key of line 4"),
    ] {
        let of_line = |e: &&transcript::Entry| {
            e.value(fact).is_some() && e.value("plan-line").and_then(Value::as_u64) == Some(4)
        };
        let without: Vec<_> = entries.iter().filter(|e| !of_line(e)).cloned().collect();
        assert_eq!(without.len() + 1, entries.len(), "{fact}");
        let found = ceremony::conform::follows(&plan, &without).unwrap_err();
        assert!(found.why.contains(why), "{fact}: {found}");
    }
    lines::one_key_for_two_lines_departs(&plan, &entries);
}

#[test]
fn a_planted_key_is_refused_and_the_keys_before_it_are_kept() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let stopped =
        room.play(&start(), &mut |prompt, _| (prompt.key == "make-keys/begin").then_some(Answer::Stop));
    drop(room);
    plant(&state, &format!("plan-{}-line-4", stopped.run), &[7; 32]);
    let mut room = medium.room(&state);
    let stopped = room.play(&resume(&state), &mut |_, _| None);
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
    assert_eq!((stopped.state, codes), (RunState::Open, vec!["key-planted".to_owned()]));
    drop(room);
    let record = files(&state.join("rehearsal/runs")).into_iter().find(|p| p.ends_with("transcript.jsonl"));
    let made = facts(&record.unwrap(), "plan-made-check-value");
    assert_eq!(made.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
}

/// Parameters that run out between the making and the wrapping: others are read under the same plan, compared again, and
/// no key is made anew. Another plan is not taken then.
#[test]
fn other_parameters_are_read_for_the_same_plan_alone() {
    let mut medium = medium();
    let state = medium.dir.path().join("state");
    let other: &Disposable = Box::leak(Box::new(Disposable::generate(3072).unwrap()));
    let mut room = medium.room(&state);
    let (mut raised, mut offered) = (false, 0);
    let shorter = medium.text.lines().take(8).collect::<Vec<_>>().join("\n") + "\n";
    let finished = room.play(&start(), &mut |prompt, _| match &prompt.ask {
        Ask::Begin { .. } if prompt.step.id == "wrap" && !std::mem::replace(&mut raised, true) => {
            let report =
                protocol::ExceptionReport { expected: "time".into(), happened: "a day has passed".into() };
            Some(Answer::Exception { report })
        }
        Ask::Decide { .. } => Some(Answer::Decided { id: "parameters".into(), reason: "they expire".into() }),
        Ask::File { .. } => {
            offered += 1;
            if offered == 1 {
                return None;
            }
            let arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";
            let reply = byok::stand_in_reply(other.spki(), arn, now() + 3600, b"a new set");
            std::fs::write(medium.dir.path().join("first.json"), reply).unwrap();
            Some(Answer::Path { path: medium.write(if offered == 2 { &shorter } else { &medium.text }) })
        }
        _ => None,
    });
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
    assert_eq!((finished.state, codes), (RunState::Closed, vec!["another-plan".to_owned()]));
    drop(room);
    medium.keys.insert("first.json", other);
    check(&medium, &state, Path::new(&finished.pack.unwrap()));
}

/// A kill between the announcement of a key and its entry: whatever lies under the announced label is named and left
/// alone, and the line's key is made under another.
#[test]
fn what_an_interruption_left_in_the_token_is_named_and_not_used() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    room.send(&start());
    loop {
        match room.message() {
            FromRoom::Recorded { line } if line.says.contains("about to make the key of line 4") => break,
            FromRoom::Prompt { prompt } => {
                let id = prompt.id;
                let answer = room.answer(prompt, &mut |_, _| None);
                room.send(&ToRoom::Answer { prompt: id, answer });
            }
            FromRoom::Finished { finished } => panic!("{finished:?}"),
            _ => {}
        }
    }
    room.kill();
    let ToRoom::Resume { run: id, .. } = resume(&state) else { panic!("a resume") };
    let label = format!("plan-{id}-line-4");
    // The room may have come so far that the key is there.
    if !in_token(&state).iter().any(|key| key.contains(&label)) {
        plant(&state, &label, &[7; 32]);
    }
    let mut room = medium.room(&state);
    let mut named = false;
    let finished = room.play(&resume(&state), &mut |prompt, _| {
        if let Ask::Observe { facts, .. } = &prompt.ask {
            named |= facts.iter().any(|f| f.name.starts_with("Left behind") && f.observed == label);
        }
        None
    });
    drop(room);
    assert!(named && finished.state == RunState::Closed);
    let pack = PathBuf::from(finished.pack.unwrap());
    check(&medium, &state, &pack);
    let record = pack.join("transcript.jsonl");
    let used = facts(&record, "plan-made-label").into_iter().find(|(line, _)| *line == 4).unwrap().1;
    assert_eq!(used, Value::String(format!("{label}-2")));
    // Its sheets guard all keys of the plan: what takes the backup of one key does not take the pack.
    for script in ["recover", "change-custodian", "destroy"] {
        let mut room = Room::open(&state);
        room.medium = pack.display().to_string();
        let stopped =
            room.rehearse(script, &[], &mut |prompt, _| prompt.problem.is_some().then_some(Answer::Stop));
        let code = room.problems[0].1.code.as_str();
        assert_eq!((stopped.state, code), (RunState::Open, "backup-of-a-plan"), "{script}");
    }
}

/// What lies in the run's folder is held against the record before it is used.
#[test]
fn files_that_were_changed_in_the_run_folder_are_not_used() {
    for (step, part) in
        [("make-keys", "plan-parameters-"), ("rebuild", "plan-backup-"), ("write-bundles", "manifest.json")]
    {
        let medium = medium();
        let state = medium.dir.path().join("state");
        let mut room = medium.room(&state);
        let stopped = room.play(&start(), &mut |prompt, _| {
            if prompt.step.id == step && matches!(prompt.ask, Ask::Begin { .. }) {
                let run = state.join("rehearsal/runs");
                let path = files(&run).into_iter().find(|p| p.display().to_string().contains(part)).unwrap();
                let mut bytes = std::fs::read(&path).unwrap();
                bytes[9] ^= 1;
                std::fs::write(&path, bytes).unwrap();
            }
            matches!(prompt.ask, Ask::Decide { .. }).then_some(Answer::Stop)
        });
        let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
        assert_eq!((stopped.state, codes), (RunState::Open, vec!["file-changed".to_owned()]), "{step}");
    }
}
