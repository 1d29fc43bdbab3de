//! The backups of a plan's keys as the evidence pack of an earlier ceremony has them, and what a run keeps of those: one
//! folder with a file a line, and one fact of the record that says what each of them has to open to.

use crate::earlier::files::file_of;
use crate::earlier::kept;
use crate::earlier::words::{self, no_backup};
use crate::key::spec::token_spec;
use byok::KeyType;
use engine::words::out_of_order;
use engine::{Halt, Keep, KeepRecord, Outcome, Stage, WorkWith as _};
use facts::{Form, Named};
use protocol::{Fact, Problem};
use script::sha256_hex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use store::{make_folder, sync_folder, write_new};
use tokens::KeySpec;
use transcript::{Entry, Kind};

/// The largest wrapped key, in bytes: RSA-4096 in PKCS#8 under AES-KWP is about 2.4 KiB.
const LARGEST_WRAPPED: u64 = 4 * 1024;
/// The largest public half, in bytes: RSA-4096 as `SubjectPublicKeyInfo` has 550.
const LARGEST_PUBLIC: u64 = 1024;

/// The folder of a pack with the public halves of a plan's pairs.
pub(crate) const PUBLIC_KEYS: &str = "public-keys";

/// How many lines or faults are shown on one screen; the record and the files have them all.
pub(crate) const SHOWN: usize = 36;

/// What of a list fits on a screen, and how many more there are.
pub(crate) fn shown(facts: Vec<Fact>, what: &str) -> Vec<Fact> {
    let more = facts.len().saturating_sub(SHOWN);
    let mut facts: Vec<Fact> = facts.into_iter().take(SHOWN).collect();
    if more > 0 {
        facts.push(words::and_more(more, what));
    }
    facts
}

/// The lines of the key plan that a record is about, as it was last read; none where it is about no plan. Each is there
/// once and they rise, as many as the record says that the plan has keys.
pub(crate) fn plan_lines(entries: &[Entry]) -> Result<Vec<u64>, String> {
    let Some(lines) = facts::PLAN_LINES.newest(entries) else { return Ok(Vec::new()) };
    if !lines.is_sorted_by(|a, b| a < b) {
        return Err(words::LINES_DO_NOT_RISE.to_owned());
    }
    let many = facts::PLAN_KEYS.newest(entries).unwrap_or_default();
    if lines.is_empty() || lines.len() > byok::plan::MOST_KEYS || many != lines.len().to_string() {
        return Err(words::so_many_keys(&many, lines.len()));
    }
    Ok(lines)
}

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
pub(crate) struct Backups {
    plan_sha256: String,
    lines: Vec<Backup>,
    check_value: String,
}

/// The backup of one line.
pub(crate) struct Backup {
    backed: Backed,
    /// The key's label in the token that it was made in.
    label: String,
    /// The wrapped file's name in the pack.
    file: String,
    wrapped: Vec<u8>,
    public_key: Option<Vec<u8>>,
}

/// The parts of one line's backup, for whoever brings that one key back.
pub(crate) struct OneLine {
    pub(crate) key_spec: String,
    pub(crate) check_value: String,
    pub(crate) label: String,
    pub(crate) file: String,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) public_key: Option<Vec<u8>>,
}

impl Backups {
    /// Reads every wrapped file of the set that counts from a verified pack, each as the record names it.
    pub(crate) fn of(pack: &Path, entries: &[Entry], set: &str) -> Result<Self, Problem> {
        let lines = plan_lines(entries).unwrap_or_default();
        if lines.is_empty() {
            return Err(no_backup(words::WHICH_LINES));
        }
        let mut told: BTreeMap<u64, Told<'_>> = lines.into_iter().map(|l| (l, Told::default())).collect();
        for entry in entries.iter().filter(|e| e.kind == Kind::Note) {
            let Some(line) = facts::PLAN_LINE.within(entry) else { continue };
            let Some(told) = told.get_mut(&line) else {
                return Err(no_backup(&words::what_line_is(line)));
            };
            let mut twice = false;
            if facts::PLAN_MADE_CHECK_VALUE.within(entry).is_some() {
                twice |= told.made.replace(entry).is_some();
            }
            // Files of a backup that became void are not in the pack any more.
            if facts::PLAN_BACKUP_FILE.within(entry).is_some() && text(entry, &facts::PLAN_BACKUP_SET) == set
            {
                twice |= told.backed.replace(entry).is_some();
            }
            if twice {
                return Err(no_backup(&words::which_of_two(line)));
            }
        }
        let lines = told.into_iter().map(|(line, told)| told.backup(pack, line));
        let lines: Vec<Backup> = lines.collect::<Result<_, Problem>>()?;
        if let Some(why) = not_apart(lines.iter().map(|l| &l.backed)) {
            return Err(no_backup(&why));
        }
        let check_value =
            check_value_of_all(lines.iter().map(|l| (l.backed.line, l.backed.check_value.as_str())));
        let plan_sha256 = facts::PLAN_SHA256.newest(entries);
        let plan_sha256 = plan_sha256.ok_or_else(|| no_backup(facts::PLAN_SHA256.name()))?;
        Ok(Self { plan_sha256, lines, check_value })
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// One line's; refused where the plan has no key on it.
    pub(crate) fn line(self, line: u64) -> Result<OneLine, Problem> {
        let lines: Vec<u64> = self.lines.iter().map(|l| l.backed.line).collect();
        let one = self.lines.into_iter().find(|l| l.backed.line == line);
        let Backup { backed, label, file, wrapped, public_key } =
            one.ok_or_else(|| words::no_key_on_that_line(line, &lines))?;
        let Backed { key_spec, check_value, .. } = backed;
        Ok(OneLine { key_spec, check_value, label, file, wrapped, public_key })
    }

    /// What the people compare with their notes.
    pub(crate) fn about(&self) -> [Fact; 3] {
        words::of_a_plan(self.count(), &self.plan_sha256, &self.check_value)
    }

    /// Keeps the files in this run's folder, and says what they are.
    pub(crate) fn keep(&self, stage: &mut dyn Stage, outcome: Outcome) -> Result<Outcome, Halt> {
        let name = format!("drilled-plan-{}", stage.past().entries.len());
        let (run, folder) = (stage.folder().to_owned(), stage.folder().join(&name));
        let doing = words::keeping_files(self.count());
        stage.wait_for(&doing, words::LONGER_FOR_MORE, || {
            make_folder(&folder)?;
            for Backup { backed, wrapped, public_key, .. } in &self.lines {
                write_new(&wrapped_in(&folder, backed.line), wrapped)?;
                if let Some(public) = public_key {
                    write_new(&public_in(&folder, backed.line), public)?;
                }
            }
            sync_folder(&run)
        })?;
        let lines: Vec<_> = self.lines.iter().map(|l| serde_json::json!(l.backed)).collect();
        Ok(outcome
            .fact(&facts::DRILL_PLAN, lines)
            .fact(&facts::DRILL_PLAN_SHA256, self.plan_sha256.as_str())
            .fact(&facts::DRILL_CHECK_VALUE, self.check_value.as_str())
            .fact(&facts::DRILLED_PLAN, name))
    }
}

/// A text of an entry; empty where it says none.
fn text<F: Form<Value = String>>(entry: &Entry, fact: &impl Named<F>) -> String {
    fact.within(entry).unwrap_or_default()
}

/// What these do not say, where they are not one key a line, each in a file of its own: one key always wraps to the same bytes (RFC 5649).
pub(crate) fn not_apart<'l>(lines: impl Iterator<Item = &'l Backed>) -> Option<String> {
    let (mut last, mut seen) = (0, BTreeMap::new());
    for Backed { line, sha256, .. } in lines {
        if *line <= last {
            return Some(words::ORDER_OF_LINES.to_owned());
        }
        last = *line;
        if let Some(first) = seen.insert(sha256, line) {
            return Some(words::how_they_differ(*first, *line));
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
            return Err(no_backup(&words::which_file(line)));
        };
        let kind = text(made, &facts::PLAN_KEY_TYPE).parse::<KeyType>().ok().and_then(token_spec);
        let spec = kind.ok_or_else(|| no_backup(&words::which_kind(line)))?;
        let check_value = text(backed, &facts::PLAN_BACKED_CHECK_VALUE);
        if check_value.is_empty() || check_value != text(made, &facts::PLAN_MADE_CHECK_VALUE) {
            return Err(no_backup(&words::opens_to_what(line)));
        }
        // The entry that names a file has its digest.
        let recorded = |entry: &Entry, within: &str, name: &str, largest: u64| {
            let bytes = file_of(&pack.join(within), name.strip_prefix(within).unwrap_or_default(), largest)?;
            let sha256 = sha256_hex(&bytes);
            if entry.files.iter().any(|f| f.name == name && f.sha256 == sha256) {
                return Ok((bytes, sha256));
            }
            Err(no_backup(&words::what_file(name, line)))
        };
        let file = text(backed, &facts::PLAN_BACKUP_FILE);
        let (wrapped, sha256) = recorded(backed, "", &file, LARGEST_WRAPPED)?;
        let public = if spec.is_asymmetric() {
            let file = text(made, &facts::PLAN_PUBLIC_KEY_FILE);
            Some(recorded(made, &format!("{PUBLIC_KEYS}/"), &file, LARGEST_PUBLIC)?)
        } else {
            None
        };
        let (public_key, public_sha256) = public.unzip();
        let key_spec = spec.to_string();
        Ok(Backup {
            backed: Backed { line, key_spec, check_value, sha256, public_sha256 },
            label: text(made, &facts::PLAN_MADE_LABEL),
            file,
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
pub(crate) struct Kept {
    folder: PathBuf,
    pub(crate) lines: Vec<Backed>,
}

/// The lines that the opening of a pack tells of; none where it is of one key, or tells of something else.
pub(crate) fn lines_of(opening: &Entry) -> Option<Result<Vec<Backed>, ()>> {
    let lines = facts::DRILL_PLAN.within(opening)?.into_iter();
    Some(lines.map(serde_json::from_value).collect::<Result<_, _>>().map_err(|_| ()))
}

/// The plan whose backups are drilled; none where the backup is of one key.
pub(crate) fn kept(stage: &(impl Keep + KeepRecord + ?Sized)) -> Result<Option<Kept>, Problem> {
    let past = stage.past();
    let Some(opening) = kept::opening(&past) else { return Ok(None) };
    let Some(lines) = lines_of(opening) else { return Ok(None) };
    let lines = lines.map_err(|()| out_of_order())?;
    if lines.is_empty() || not_apart(lines.iter()).is_some() {
        return Err(out_of_order());
    }
    Ok(Some(Kept { folder: stage.folder().join(text(opening, &facts::DRILLED_PLAN)), lines }))
}

/// A wrapped key, what it has to be, and a pair's public half.
pub(crate) struct Wrapped {
    pub(crate) blob: Vec<u8>,
    pub(crate) spec: KeySpec,
    pub(crate) public_key: Option<Vec<u8>>,
}

impl Kept {
    /// One line's files exactly as they were kept, or what is wrong with them.
    pub(crate) fn wrapped(&self, backed: &Backed) -> Result<Wrapped, String> {
        let read = |path: &Path, largest: u64, sha256: &str| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let bytes = file_of(&self.folder, name, largest).ok();
            let same = bytes.filter(|b| sha256_hex(b) == sha256);
            same.ok_or_else(|| words::changed_since(name))
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
pub(crate) mod tests {
    use super::*;
    use serde_json::{Value, json};
    use transcript::FileDigest;

    const SET: &str = "0123-4567-89AB-CDEF";
    const VOID: &str = "0000-0000-0000-0000";

    pub(crate) fn entry(kind: Kind, facts: Value, file: Option<(&str, &[u8])>) -> Entry {
        Entry {
            seq: 1,
            kind,
            utc: String::new(),
            monotonic_ms: 0,
            act: None,
            step: None,
            actor: None,
            confirmer: None,
            facts: [(transcript::Level::Public, serde_json::from_value(facts).unwrap())].into(),
            files: file.map(|(name, bytes)| FileDigest::of(name, bytes)).into_iter().collect(),
            opens: Vec::new(),
            closes: Vec::new(),
            chain: [0; 32],
        }
    }

    fn backed(line: u64, set: &str, name: &str, bytes: &[u8]) -> Entry {
        let facts = json!({
            "plan-line": line, "plan-backup-set": set, "plan-backup-file": name,
            "plan-backed-check-value": format!("cmac-aes:{line:032}"),
        });
        entry(Kind::Note, facts, Some((name, bytes)))
    }

    /// A record of two AES keys; the files are `two.kwp` and `three.kwp`, and of a void set `void.kwp`.
    fn record() -> Vec<Entry> {
        let made = |line: u64| {
            let value = format!("cmac-aes:{line:032}");
            let facts =
                json!({ "plan-line": line, "plan-made-check-value": value, "plan-key-type": "aes-256" });
            entry(Kind::Note, facts, None)
        };
        let plan = json!({ "plan-keys": "2", "plan-lines": [2, 3], "plan-sha256": "00".repeat(32) });
        vec![
            entry(Kind::Outcome, plan, None),
            made(2),
            made(3),
            backed(2, VOID, "void.kwp", b"void"),
            backed(2, SET, "two.kwp", b"two"),
            backed(3, SET, "three.kwp", b"three"),
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
        let read = Backups::of(&pack, entries, SET).map_err(|p| p.happened)?;
        assert!(read.lines.iter().all(|l| l.backed.sha256 == sha256_hex(&l.wrapped)));
        Ok(read.lines.iter().map(|l| l.backed.line).collect())
    }

    #[test]
    fn what_a_pack_says_of_a_plans_files_is_not_believed() {
        assert_eq!(read(&record()), Ok(vec![2, 3]));
        let large = vec![0; 4097];
        for (name, bytes, why) in [
            // A name that is a path is none.
            ("../outside.kwp", b"outside".as_slice(), "which wrapped file the key of line 3 has"),
            ("link.kwp", b"outside", "of that size"),
            ("large.kwp", &large, "of that size"),
            ("two.kwp", b"another", "what the file two.kwp of line 3 is"),
            ("two.kwp", b"two", "how the keys of lines 2 and 3 differ"),
        ] {
            let mut entries = record();
            entries[5] = backed(3, SET, name, bytes);
            let refused = read(&entries).unwrap_err();
            assert!(refused.contains(why), "{name}: {refused}");
        }
        for (more, why) in [
            (backed(3, SET, "three.kwp", b"three"), "which of two keys or files is that of line 3"),
            (record().swap_remove(1), "which of two keys or files is that of line 2"),
            (backed(4, SET, "three.kwp", b"three"), "what line 4 is, which its plan does not have"),
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
            let facts = json!({ "plan-keys": "2", "plan-lines": lines, "plan-sha256": "00".repeat(32) });
            entries[0] = entry(Kind::Outcome, facts, None);
            assert!(read(&entries).is_err());
        }
    }
}
