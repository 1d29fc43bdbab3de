//! One ceremony for many keys: a mixed plan plays by itself, each bundle opens to the key of the record, each backup
//! opens with the shares and in a drill, a faulty plan makes nothing, and a room that is killed goes on without a key made
//! twice.

mod again;
mod cut_off;
mod faulty;
mod host_memory;
mod life;
mod lines;
mod whole;

use byok::{Disposable, KeyType, Recipe, Target, table};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use protocol::ToRoom;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use tokens::KeySpec;
use whole_program::room::Room;
use whole_program::{files, run, said};

/// A plan on a medium, with the keys that open what is wrapped for it.
pub(super) struct Medium {
    pub(super) dir: tempfile::TempDir,
    /// By the name of the parameters file.
    keys: BTreeMap<&'static str, &'static Disposable>,
    pub(super) text: String,
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

pub(super) fn medium() -> Medium {
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

    pub(super) fn room(&self, state: &Path) -> Room {
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
pub(super) fn facts(record: &Path, name: &str) -> Vec<(u64, Value)> {
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
    assert!(whole_program::intact(&out) && text.contains("follows the script byok-plan"), "{text}");
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

/// The check value of each line's key, by the record that made it.
pub(super) fn check_values(pack: &Path) -> BTreeMap<u64, String> {
    let found = facts(&pack.join("transcript.jsonl"), "plan-made-check-value");
    found.into_iter().map(|(line, value)| (line, value.as_str().unwrap().to_owned())).collect()
}
