//! The backups of a plan's keys as the evidence pack of an earlier ceremony has them, and what a run keeps of those: one
//! folder with a file a line, and one fact of the record that says what each of them has to open to.

use super::text;
use crate::act::earlier::{self, file_of, no_backup, opening};
use crate::act::{noted, out_of_order};
use crate::conform;
use crate::digest::sha256_hex;
use crate::engine::{Engine, Halt};
use crate::plan::Planned;
use crate::store::{make_folder, sync_folder, write_new};
use byok::KeyType;
use protocol::{Fact, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokens::KeySpec;
use transcript::{Draft, Entry, Kind, Level};

/// The largest wrapped key, in bytes: RSA-4096 in PKCS#8 under AES-KWP is about 2.4 KiB.
const LARGEST_WRAPPED: u64 = 4 * 1024;
/// The largest public half, in bytes: RSA-4096 as `SubjectPublicKeyInfo` has 550.
const LARGEST_PUBLIC: u64 = 1024;

/// What one wrapped file of a plan has to open to, as the record of a drill has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Backed {
    /// The line of the plan.
    pub(crate) line: u64,
    /// The kind of key, in the token's words.
    key_spec: String,
    pub(crate) check_value: String,
    /// SHA-256 of the wrapped file.
    sha256: String,
    /// SHA-256 of a pair's public half (DER `SubjectPublicKeyInfo`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_sha256: Option<String>,
}

/// The check value of all keys of a plan: the SHA-256 over one line of text for each, in the order of the plan, with the
/// line's number, a space, the key's check value and a line feed. 64 lower-case hex digits.
pub(crate) fn check_value_of_all<'a>(keys: impl Iterator<Item = (u64, &'a str)>) -> String {
    let mut all = String::new();
    for (line, check_value) in keys {
        let _ = writeln!(all, "{line} {check_value}");
    }
    sha256_hex(all.as_bytes())
}

/// The same of what a drill has to find.
pub(crate) fn check_value_of(lines: &[Backed]) -> String {
    check_value_of_all(lines.iter().map(|l| (l.line, l.check_value.as_str())))
}

/// A plan's backups in a pack.
pub(in crate::act) struct Backups {
    plan_sha256: String,
    lines: Vec<Backup>,
    check_value: String,
}

struct Backup {
    backed: Backed,
    wrapped: Vec<u8>,
    public_key: Option<Vec<u8>>,
}

impl Backups {
    /// Reads every wrapped file of the set that counts from a verified pack, each as the record names it.
    pub(in crate::act) fn of(pack: &Path, entries: &[Entry], set: &str) -> Result<Self, Problem> {
        let lines = conform::plan_lines(entries).unwrap_or_default();
        if lines.is_empty() {
            return Err(no_backup("which lines its plan has"));
        }
        let mut told: BTreeMap<u64, Told<'_>> = lines.into_iter().map(|l| (l, Told::default())).collect();
        for entry in entries.iter().filter(|e| e.kind == Kind::Note) {
            let Some(line) = entry.value("plan-line").and_then(serde_json::Value::as_u64) else { continue };
            let Some(told) = told.get_mut(&line) else {
                return Err(no_backup(&format!("what line {line} is, which its plan does not have")));
            };
            let mut twice = false;
            if entry.value("plan-made-check-value").is_some() {
                twice |= told.made.replace(entry).is_some();
            }
            // Files of a backup that became void are not in the pack any more.
            if entry.value("plan-backup-file").is_some() && text(entry, "plan-backup-set") == set {
                twice |= told.backed.replace(entry).is_some();
            }
            if twice {
                return Err(no_backup(&format!("which of two keys or files is that of line {line}")));
            }
        }
        let lines = told.into_iter().map(|(line, told)| told.backup(pack, line));
        let lines: Vec<Backup> = lines.collect::<Result<_, Problem>>()?;
        if let Some(why) = not_apart(lines.iter().map(|l| &l.backed)) {
            return Err(no_backup(&why));
        }
        let check_value =
            check_value_of_all(lines.iter().map(|l| (l.backed.line, l.backed.check_value.as_str())));
        Ok(Self { plan_sha256: earlier::text(entries, "plan-sha256")?, lines, check_value })
    }

    pub(in crate::act) fn count(&self) -> usize {
        self.lines.len()
    }

    /// What the people compare with their notes.
    pub(in crate::act) fn about(&self) -> [Fact; 3] {
        [
            noted("Keys of the plan", self.count().to_string()),
            noted("SHA-256 of the plan", self.plan_sha256.as_str()),
            noted("Check value of all keys, to match", self.check_value.as_str()),
        ]
    }

    /// Keeps the files in this run's folder, and says what they are.
    pub(in crate::act) fn keep(
        &self,
        engine: &mut Engine<'_>,
        step: &Planned,
        draft: Draft,
    ) -> Result<Draft, Halt> {
        let name = format!("drilled-plan-{}", engine.journal.head().entries);
        let (run, folder) = (engine.folder.clone(), engine.folder.join(&name));
        let doing = format!("Keeping the {} wrapped files of the plan", self.count());
        engine.wait_for(step, &doing, "longer for more keys", || {
            make_folder(&folder)?;
            for Backup { backed, wrapped, public_key } in &self.lines {
                write_new(&wrapped_in(&folder, backed.line), wrapped)?;
                if let Some(public) = public_key {
                    write_new(&public_in(&folder, backed.line), public)?;
                }
            }
            sync_folder(&run)
        })?;
        let lines: Vec<&Backed> = self.lines.iter().map(|l| &l.backed).collect();
        Ok(draft
            .fact(Level::Public, "drill-plan", serde_json::json!(lines))
            .fact(Level::Public, "drill-plan-sha256", self.plan_sha256.as_str())
            .fact(Level::Public, "drill-check-value", self.check_value.as_str())
            .fact(Level::Internal, "drilled-plan", name))
    }
}

/// What these do not say, where they are not one key a line, each in a file of its own: one key always wraps to the same bytes (RFC 5649).
pub(crate) fn not_apart<'l>(lines: impl Iterator<Item = &'l Backed>) -> Option<String> {
    let (mut last, mut seen) = (0, BTreeMap::new());
    for Backed { line, sha256, .. } in lines {
        if *line <= last {
            return Some("in which order its lines are, each once".to_owned());
        }
        last = *line;
        if let Some(first) = seen.insert(sha256, line) {
            return Some(format!(
                "how the keys of lines {first} and {line} differ: one wrapped file is of both"
            ));
        }
    }
    None
}

/// The entries that say something of one line.
#[derive(Default)]
struct Told<'e> {
    made: Option<&'e Entry>,
    backed: Option<&'e Entry>,
}

impl Told<'_> {
    fn backup(&self, pack: &Path, line: u64) -> Result<Backup, Problem> {
        let (Some(made), Some(backed)) = (self.made, self.backed) else {
            return Err(no_backup(&format!("which wrapped file the key of line {line} has")));
        };
        let kind = text(made, "plan-key-type").parse::<KeyType>().ok().and_then(crate::cloud::token_spec);
        let spec = kind.ok_or_else(|| no_backup(&format!("what kind of key line {line} asks for")))?;
        let check_value = text(backed, "plan-backed-check-value");
        if check_value.is_empty() || check_value != text(made, "plan-made-check-value") {
            return Err(no_backup(&format!("what the backup of line {line} has to open to")));
        }
        // The entry that names a file has its digest.
        let recorded = |entry: &Entry, within: &str, fact: &str, largest: u64| {
            let name = text(entry, fact);
            let bytes = file_of(&pack.join(within), name.strip_prefix(within).unwrap_or_default(), largest)?;
            let sha256 = sha256_hex(&bytes);
            if entry.files.iter().any(|f| f.name == name && f.sha256 == sha256) {
                return Ok((bytes, sha256));
            }
            Err(no_backup(&format!("what the file {name} of line {line} is")))
        };
        let (wrapped, sha256) = recorded(backed, "", "plan-backup-file", LARGEST_WRAPPED)?;
        let public = if spec.is_asymmetric() {
            let within = format!("{}/", super::make::PUBLIC);
            Some(recorded(made, &within, "plan-public-key-file", LARGEST_PUBLIC)?)
        } else {
            None
        };
        let (public_key, public_sha256) = public.unzip();
        let (key_spec, check_value) = (spec.to_string(), check_value.to_owned());
        Ok(Backup {
            backed: Backed { line, key_spec, check_value, sha256, public_sha256 },
            wrapped,
            public_key,
        })
    }
}

fn wrapped_in(folder: &Path, line: u64) -> PathBuf {
    folder.join(format!("line-{line}.kwp"))
}

fn public_in(folder: &Path, line: u64) -> PathBuf {
    folder.join(format!("line-{line}.der"))
}

/// What was kept of a plan's backups when their pack was opened.
pub(in crate::act) struct Kept {
    folder: PathBuf,
    pub(in crate::act) lines: Vec<Backed>,
}

/// The plan whose backups are drilled; none where the backup is of one key.
pub(in crate::act) fn kept(engine: &Engine<'_>) -> Result<Option<Kept>, Problem> {
    let Some(opened) = opening(engine).filter(|e| e.value("drill-plan").is_some()) else { return Ok(None) };
    let lines = opened.value("drill-plan").and_then(|v| serde_json::from_value(v.clone()).ok());
    let lines: Vec<Backed> = lines.ok_or_else(out_of_order)?;
    if lines.is_empty() || not_apart(lines.iter()).is_some() {
        return Err(out_of_order());
    }
    Ok(Some(Kept { folder: engine.folder.join(text(opened, "drilled-plan")), lines }))
}

/// A wrapped key, what it has to be, and a pair's public half.
pub(super) struct Wrapped {
    pub(super) blob: Vec<u8>,
    pub(super) spec: KeySpec,
    pub(super) public_key: Option<Vec<u8>>,
}

impl Kept {
    /// One line's files exactly as they were kept, or what is wrong with them.
    pub(super) fn wrapped(&self, backed: &Backed) -> Result<Wrapped, String> {
        let read = |path: &Path, largest: u64, sha256: &str| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let bytes = file_of(&self.folder, name, largest).ok();
            let same = bytes.filter(|b| sha256_hex(b) == sha256);
            same.ok_or_else(|| {
                format!("its file {name} in the run's folder was changed since the pack was opened")
            })
        };
        let blob = read(&wrapped_in(&self.folder, backed.line), LARGEST_WRAPPED, &backed.sha256)?;
        let public = backed.public_sha256.as_ref();
        let public_key =
            public.map(|sha256| read(&public_in(&self.folder, backed.line), LARGEST_PUBLIC, sha256));
        let spec = backed.key_spec.parse().map_err(|e: tokens::TokenError| e.to_string())?;
        Ok(Wrapped { blob, spec, public_key: public_key.transpose()? })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::{Value, json};
    use transcript::FileDigest;

    pub(in crate::act::key_plan) fn entry(kind: Kind, facts: Value, file: Option<(&str, &[u8])>) -> Entry {
        Entry {
            seq: 1,
            kind,
            utc: String::new(),
            monotonic_ms: 0,
            act: None,
            step: None,
            actor: None,
            confirmer: None,
            facts: [(Level::Public, serde_json::from_value(facts).unwrap())].into(),
            files: file.map(|(name, bytes)| FileDigest::of(name, bytes)).into_iter().collect(),
            opens: Vec::new(),
            closes: Vec::new(),
            chain: [0; 32],
        }
    }

    fn backed(line: u64, set: &str, name: &str, bytes: &[u8]) -> Entry {
        let facts = json!({
            "plan-line": line, "plan-backup-set": set, "plan-backup-file": name,
            "plan-backed-check-value": format!("cmac-aes:00000{line}"),
        });
        entry(Kind::Note, facts, Some((name, bytes)))
    }

    /// A record of two AES keys; the files are `two.kwp` and `three.kwp`, and of a void set `void.kwp`.
    fn record() -> Vec<Entry> {
        let made = |line: u64| {
            let value = format!("cmac-aes:00000{line}");
            let facts =
                json!({ "plan-line": line, "plan-made-check-value": value, "plan-key-type": "aes-256" });
            entry(Kind::Note, facts, None)
        };
        let plan = json!({ "plan-keys": "2", "plan-lines": [2, 3], "plan-sha256": "00" });
        vec![
            entry(Kind::Outcome, plan, None),
            made(2),
            made(3),
            backed(2, "VOID", "void.kwp", b"void"),
            backed(2, "SET", "two.kwp", b"two"),
            backed(3, "SET", "three.kwp", b"three"),
        ]
    }

    fn read(entries: &[Entry]) -> Result<Vec<u64>, String> {
        let dir = tempfile::tempdir().unwrap();
        let pack = dir.path().join("pack");
        std::fs::create_dir(&pack).unwrap();
        for (name, bytes) in [("two.kwp", "two"), ("three.kwp", "three"), ("../outside.kwp", "outside")] {
            std::fs::write(pack.join(name), bytes).unwrap();
        }
        std::fs::write(pack.join("large.kwp"), vec![0; 4097]).unwrap();
        std::os::unix::fs::symlink(dir.path().join("outside.kwp"), pack.join("link.kwp")).unwrap();
        let read = Backups::of(&pack, entries, "SET").map_err(|p| p.happened)?;
        assert!(read.lines.iter().all(|l| l.backed.sha256 == sha256_hex(&l.wrapped)));
        Ok(read.lines.iter().map(|l| l.backed.line).collect())
    }

    #[test]
    fn what_a_pack_says_of_a_plans_files_is_not_believed() {
        assert_eq!(read(&record()), Ok(vec![2, 3]));
        let large = vec![0; 4097];
        for (name, bytes, why) in [
            ("../outside.kwp", b"outside".as_slice(), "by the name"),
            ("link.kwp", b"outside", "of that size"),
            ("large.kwp", &large, "of that size"),
            ("two.kwp", b"another", "what the file two.kwp of line 3 is"),
            ("two.kwp", b"two", "how the keys of lines 2 and 3 differ"),
        ] {
            let mut entries = record();
            entries[5] = backed(3, "SET", name, bytes);
            let refused = read(&entries).unwrap_err();
            assert!(refused.contains(why), "{name}: {refused}");
        }
        for (more, why) in [
            (backed(3, "SET", "three.kwp", b"three"), "which of two keys or files is that of line 3"),
            (record().swap_remove(1), "which of two keys or files is that of line 2"),
            (backed(4, "SET", "three.kwp", b"three"), "what line 4 is, which its plan does not have"),
        ] {
            let mut entries = record();
            entries.push(more);
            let refused = read(&entries).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        let mut without = record();
        without.pop();
        assert!(read(&without).unwrap_err().contains("which wrapped file the key of line 3 has"));
        for lines in [json!([3, 2]), json!([2, 2]), json!([2]), json!(["2", "3"])] {
            let mut entries = record();
            let facts = json!({ "plan-keys": "2", "plan-lines": lines, "plan-sha256": "00" });
            entries[0] = entry(Kind::Outcome, facts, None);
            assert!(read(&entries).is_err());
        }
    }
}
