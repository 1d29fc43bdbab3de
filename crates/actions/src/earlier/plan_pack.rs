//! The backups of a plan's keys as the evidence pack of an earlier ceremony has them.

use crate::earlier::files::file_of;
use crate::earlier::plan::{
    Backed, LARGEST_PUBLIC, LARGEST_WRAPPED, PUBLIC_KEYS, WHERE, Where, check_value_of_all, not_apart,
    plan_lines, public_in, text, wrapped_in,
};
use crate::earlier::words::{self, no_backup};
use crate::key::spec::token_spec;
use byok::KeyType;
use engine::{Halt, Outcome, Stage, WorkWith as _};
use facts::Named as _;
use protocol::{Fact, Problem};
use register::places::Place;
use register::walk_plan;
use script::sha256_hex;
use std::collections::BTreeMap;
use std::path::Path;
use store::{make_folder, sync_folder, write_new};
use tokens::KeySpec;
use transcript::{Entry, Kind};

/// A plan's backups in a pack.
pub(crate) struct Backups {
    pub(in crate::earlier) plan_sha256: String,
    lines: Vec<Backup>,
    check_value: String,
    /// Every place where each key went, by check value.
    places: BTreeMap<String, Vec<Place>>,
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
        let places = walk_plan::of_record(entries, true).into_iter().collect();
        Ok(Self { plan_sha256, lines, check_value, places })
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Each line with the check value of its key.
    pub(in crate::earlier) fn lines(&self) -> Vec<(u64, String)> {
        self.lines.iter().map(|l| (l.backed.line, l.backed.check_value.clone())).collect()
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

    /// Has `known` add to the places of each key what other records name.
    pub(in crate::earlier) fn places_known(&mut self, known: impl Fn(&str, &mut Vec<Place>)) {
        for line in &self.lines {
            let check_value = &line.backed.check_value;
            known(check_value, self.places.entry(check_value.clone()).or_default());
        }
    }

    /// Where the key of a line went.
    fn went(&self, line: &Backup) -> Where {
        let places = self.places.get(&line.backed.check_value).cloned().unwrap_or_default();
        Where { line: line.backed.line, label: line.label.clone(), places }
    }

    /// Keeps the files in this run's folder, and says what they are.
    pub(crate) fn keep(&self, stage: &mut dyn Stage, outcome: Outcome) -> Result<Outcome, Halt> {
        let name = format!("drilled-plan-{}", stage.past().entries.len());
        let (run, folder) = (stage.folder().to_owned(), stage.folder().join(&name));
        let places: Vec<Where> = self.lines.iter().map(|line| self.went(line)).collect();
        let places = serde_json::json!(places).to_string().into_bytes();
        let doing = words::keeping_files(self.count());
        stage.wait_for(&doing, words::LONGER_FOR_MORE, || {
            make_folder(&folder)?;
            for Backup { backed, wrapped, public_key, .. } in &self.lines {
                write_new(&wrapped_in(&folder, backed.line), wrapped)?;
                if let Some(public) = public_key {
                    write_new(&public_in(&folder, backed.line), public)?;
                }
            }
            write_new(&folder.join(WHERE), &places)?;
            sync_folder(&run)
        })?;
        let lines: Vec<_> = self.lines.iter().map(|l| serde_json::json!(l.backed)).collect();
        Ok(outcome
            .fact(&facts::DRILL_PLAN, lines)
            .fact(&facts::DRILL_PLAN_SHA256, self.plan_sha256.as_str())
            .fact(&facts::DRILL_CHECK_VALUE, self.check_value.as_str())
            .fact(&facts::DRILLED_PLAN_PLACES_SHA256, sha256_hex(&places))
            .fact(&facts::DRILLED_PLAN, name))
    }
}

/// The entries that say something of one line.
#[derive(Default)]
struct Told<'e> {
    made: Option<&'e Entry>,
    backed: Option<&'e Entry>,
}

impl Told<'_> {
    fn backup(&self, pack: &Path, line: u64) -> Result<Backup, Problem> {
        let Some(backed) = self.backed else {
            return Err(no_backup(&words::which_file(line)));
        };
        // Where the backup was made again, its note has what the making of the key would say.
        let again = facts::PLAN_AGAIN_SPEC.within(backed);
        let Some(made) = self.made.or(again.is_some().then_some(backed)) else {
            return Err(no_backup(&words::which_file(line)));
        };
        let kind = match &again {
            Some(spec) => spec.parse().ok(),
            None => text(made, &facts::PLAN_KEY_TYPE).parse::<KeyType>().ok().and_then(token_spec),
        };
        let spec: KeySpec = kind.ok_or_else(|| no_backup(&words::which_kind(line)))?;
        let check_value = text(backed, &facts::PLAN_BACKED_CHECK_VALUE);
        let as_made = again.is_some() || check_value == text(made, &facts::PLAN_MADE_CHECK_VALUE);
        if check_value.is_empty() || !as_made {
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
            label: if again.is_some() {
                text(backed, &facts::PLAN_AGAIN_LABEL)
            } else {
                text(made, &facts::PLAN_MADE_LABEL)
            },
            file,
            wrapped,
            public_key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::earlier::plan::tests::entry;
    use serde_json::json;

    const SET: &str = "0123-4567-89AB-CDEF";
    const VOID: &str = "0000-0000-0000-0000";

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
