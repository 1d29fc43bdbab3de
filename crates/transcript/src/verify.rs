//! The verifier: what holds, what does not, what was not looked at, and the first entry or file that is wrong.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use outside::LARGEST_RECORD;

use crate::count;
use crate::names::{self, DISCLOSED, HEAD, HEAD_SIG, SIGNER, SUMS, SUMS_SIG, TRANSCRIPT};
use crate::replay::Replay;
use crate::sign;
use crate::types::Kind;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// Whether it holds.
    pub holds: bool,
    /// What was checked and found, in a sentence.
    pub says: String,
}

/// What the verifier found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Whether everything that was checked holds.
    pub holds: bool,
    /// `rehearsal` or `production`, if the first entry could be read.
    pub mode: Option<String>,
    /// Each check; the mode stands first.
    pub lines: Vec<Line>,
    /// What this cannot tell, and what a reader must do about it.
    pub not_checked: Vec<String>,
    /// The first thing that is wrong: `entry 7`, or a file's name.
    pub first_bad: Option<String>,
}

impl Report {
    fn new() -> Self {
        Self { holds: true, mode: None, lines: Vec::new(), not_checked: Vec::new(), first_bad: None }
    }

    fn good(&mut self, says: impl Into<String>) {
        self.lines.push(Line { holds: true, says: says.into() });
    }

    fn bad(&mut self, what: &str, says: impl Into<String>) {
        self.holds = false;
        self.first_bad.get_or_insert_with(|| what.to_owned());
        self.lines.push(Line { holds: false, says: says.into() });
    }

    fn check(&mut self, holds: bool, what: &str, good: impl Into<String>, bad: impl Into<String>) {
        if holds { self.good(good) } else { self.bad(what, bad) }
    }

    fn unknown(&mut self, says: impl Into<String>) {
        self.not_checked.push(says.into());
    }
}

/// Verifies a transcript alone: form, numbering, chain, order, obligations, and every signed checkpoint.
pub fn transcript(bytes: &[u8]) -> Report {
    let mut report = Report::new();
    let replay = chain(bytes, &mut report);
    let signed = replay.entries.last().is_some_and(|last| last.kind == Kind::Checkpoint);
    if !signed {
        report.unknown(
            "Whether entries are missing from the end, or all were written anew: the last entry is not a signature. \
             Compare the number of entries and the last chain value with a signed HEAD.",
        );
    }
    keys(&replay, &mut report);
    report
}

/// Walks the chain and reports on it; what comes back stands before the first bad entry.
fn chain(bytes: &[u8], report: &mut Report) -> Replay {
    let mut replay = Replay::new();
    let mut wrong = None;
    let (body, whole) = match bytes.strip_suffix(b"\n") {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    for line in body.split(|byte| *byte == b'\n') {
        if let Err(why) = replay.take(line) {
            wrong = Some((replay.next(), why));
            break;
        }
    }
    if wrong.is_none() && !whole {
        wrong = Some((replay.entries.len() as u64, "the line was not finished".into()));
    }
    report.mode = replay.mode().map(str::to_owned);
    match report.mode.as_deref() {
        Some("rehearsal") => report.good("This is a REHEARSAL: nothing in it is a production key."),
        Some("production") => report.good("This is a production ceremony."),
        _ => report.bad("entry 1", "Whether this is a rehearsal or production cannot be read."),
    }
    if let Some((seq, why)) = wrong {
        let what = format!("entry {seq}");
        // The mode line may have named entry 1 already; it is the same entry.
        report.bad(&what, format!("Entry {seq} does not verify: {why}."));
        return replay;
    }
    report.good(match replay.entries.len() {
        1 => "The 1 entry is unchanged.".to_owned(),
        n => format!("All {n} entries follow one another unchanged."),
    });
    let checkpoints = replay.entries.iter().filter(|entry| entry.kind == Kind::Checkpoint).count();
    report.good(match checkpoints {
        0 => "No entry is a signed checkpoint.".to_owned(),
        1 => "The 1 signed checkpoint verifies.".to_owned(),
        n => format!("All {n} signed checkpoints verify."),
    });
    let [auditor, internal] = replay.withheld;
    if auditor + internal > 0 {
        report.good(format!(
            "Withheld: the auditor part of {}, the internal part of {internal}. Their commitments verify.",
            count(auditor, "entry", "entries")
        ));
        report.unknown("What the withheld parts say.");
    }
    report.good(match replay.ended {
        Some(Kind::Abandoned) => "The ceremony was abandoned; the record says so and is ended.",
        Some(_) => "The ceremony was closed.",
        None => "The record is not ended: the ceremony is under way, or was left.",
    });
    if replay.open.is_empty() {
        report.good("No obligation is open.");
    } else {
        let list: Vec<_> = replay.open.iter().map(|one| format!("{} ({})", one.id, one.says)).collect();
        report.good(format!("Still to be done: {}.", list.join("; ")));
    }
    replay
}

fn keys(replay: &Replay, report: &mut Report) {
    for key in &replay.signers {
        report.unknown(format!(
            "Whose key signed the checkpoints. Compare its SHA-256 with one you got elsewhere: {}",
            sign::sha256_hex(key)
        ));
    }
}

/// What lies below a folder.
#[derive(Default)]
pub(crate) struct Within {
    /// Every file, by relative name.
    pub(crate) files: BTreeSet<String>,
    /// What an operating system left behind: the relative name, a folder's with `/` at its end, and what left it. None
    /// of it was read or entered.
    left: BTreeMap<String, &'static str>,
}

/// What lies below a folder. Anything but plain files and folders is an error.
pub(crate) fn names_in(folder: &Path) -> Result<Within, String> {
    fn walk(folder: &Path, prefix: &str, into: &mut Within) -> Result<(), String> {
        let cannot = |error: std::io::Error| format!("{} cannot be read ({error})", folder.display());
        for item in std::fs::read_dir(folder).map_err(cannot)? {
            let item = item.map_err(cannot)?;
            let kind = item.file_type().map_err(cannot)?;
            let shown = item.file_name();
            let plain = shown.to_str().ok_or_else(|| format!("{prefix}{} is not UTF-8", shown.display()))?;
            let name = format!("{prefix}{plain}");
            let left = outside::left_behind(plain).filter(|_| kind.is_dir() || kind.is_file());
            if let Some(by) = left {
                into.left.insert(if kind.is_dir() { format!("{name}/") } else { name }, by);
            } else if kind.is_dir() {
                walk(&item.path(), &format!("{name}/"), into)?;
            } else if kind.is_file() {
                into.files.insert(name);
            } else {
                return Err(format!("{name} is neither a plain file nor a folder"));
            }
        }
        Ok(())
    }
    let mut into = Within::default();
    walk(folder, "", &mut into)?;
    Ok(into)
}

/// Every file of a pack with its bytes; a medium may claim to hold more than any pack has.
fn bytes_of(dir: &Path, names: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut left = 2 * LARGEST_RECORD;
    let mut files = BTreeMap::new();
    for name in names {
        let bytes = outside::read_plain(&dir.join(name), LARGEST_RECORD.min(left))
            .map_err(|error| format!("{name} {error}"))?;
        left = left.saturating_sub(bytes.len() as u64);
        files.insert(name.clone(), bytes);
    }
    Ok(files)
}

/// Whether a folder can be a pack at all: what has none of these is not read through, for it may be somebody's home.
fn may_be_pack(dir: &Path) -> bool {
    [TRANSCRIPT, HEAD, SUMS].iter().any(|name| dir.join(name).symlink_metadata().is_ok())
}

/// Verifies an evidence pack, full or shortened for a reader.
pub fn pack(dir: &Path) -> Report {
    let mut report = Report::new();
    if dir.is_dir() && !may_be_pack(dir) {
        report.bad(TRANSCRIPT, "transcript.jsonl is missing: this folder is no evidence pack.");
        return report;
    }
    let files = names_in(dir).and_then(|within| {
        beside(&within, &mut report);
        bytes_of(dir, &within.files)
    });
    let files: BTreeMap<String, Vec<u8>> = match files {
        Ok(files) => files,
        Err(why) => {
            report.bad(&dir.display().to_string(), format!("The folder cannot be checked: {why}."));
            return report;
        }
    };
    let get = |name: &str| files.get(name).map(Vec::as_slice);
    let replay = if let Some(bytes) = get(TRANSCRIPT) {
        chain(bytes, &mut report)
    } else {
        report.bad(TRANSCRIPT, "transcript.jsonl is missing.");
        Replay::new()
    };
    report.check(
        replay.ended.is_some(),
        TRANSCRIPT,
        "The record was ended before it was packed.",
        "The record was packed before it was ended.",
    );
    let key = get(SIGNER).and_then(sign::from_pem).unwrap_or_default();
    let under = |name: &str, sig: &str| match (get(name), get(sig)) {
        (Some(message), Some(signature)) => sign::good(&key, message, signature),
        _ => false,
    };
    let heads = get(HEAD) == Some(replay.head().text().as_bytes());
    report.check(
        heads,
        HEAD,
        "HEAD is the transcript's own.",
        "HEAD is missing or not the transcript's own.",
    );
    report.check(
        under(HEAD, HEAD_SIG),
        HEAD_SIG,
        "HEAD is signed with the key in signer.pem.",
        "The signature over HEAD is missing or not good under signer.pem.",
    );
    let shortened = get(DISCLOSED).is_some() && get(SUMS_SIG).is_none();
    if shortened {
        let extra = files.keys().find(|name| !names::DISCLOSED_FILES.contains(&name.as_str()));
        if let Some(extra) = extra {
            report
                .bad(extra, format!("{extra} does not belong in a shortened copy; nothing vouches for it."));
        }
        report.unknown(
            "SHA256SUMS is not signed: this is a shortened copy. The transcript verifies against the signed head; \
             DISCLOSED.txt is only a notice.",
        );
    } else {
        report.check(
            under(SUMS, SUMS_SIG),
            SUMS_SIG,
            "SHA256SUMS is signed with the key in signer.pem.",
            "The signature over SHA256SUMS is missing or not good under signer.pem.",
        );
    }
    one_signer(&key, &replay, &mut report);
    covered(&files, &mut report);
    recorded(&files, &replay, shortened, &mut report);
    if !key.is_empty() {
        report.unknown(format!(
            "Whose key signer.pem is. Compare its SHA-256 with one you got elsewhere: {}",
            sign::sha256_hex(&key)
        ));
    }
    report
}

/// The pack, its checkpoints and the record's own words name one key: a tail signed anew with another shows here.
fn one_signer(key: &[u8], replay: &Replay, report: &mut Report) {
    let said = replay.entries.iter().filter_map(|e| e.value("signing-key-sha256")?.as_str());
    let others = said.filter(|said| *said != sign::sha256_hex(key)).count();
    let foreign = replay.signers.iter().filter(|one| one.as_slice() != key).count();
    report.check(
        others == 0 && foreign == 0,
        SIGNER,
        "Every signature in the record, and the key that the record names, is that of signer.pem.",
        "signer.pem is not the key that signed the record, or not the one that the record names.",
    );
}

/// Names what operating systems left beside the files: whoever opened the folder put it there without knowing.
fn beside(within: &Within, report: &mut Report) {
    /// More than a person reads.
    const SHOWN: usize = 10;
    let mut by_maker: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, by) in &within.left {
        by_maker.entry(by).or_default().push(name);
    }
    for (by, names) in by_maker {
        let shown: Vec<&str> = names.iter().copied().take(SHOWN).collect();
        let more = match names.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        report.unknown(format!(
            "What {by} left beside the files: {}{more}. It is no part of the pack, and nothing vouches for it.",
            shown.join(", ")
        ));
    }
}

/// Whether a name is that of a provider's answer in the folder of a bundle, where the bundle's own script puts it.
fn is_receipt_of_bundle(name: &str) -> bool {
    match name.split('/').collect::<Vec<_>>()[..] {
        ["bundle", file] | ["bundles", _, file] => outside::of_a_receipt(file),
        _ => false,
    }
}

/// Every file once in `SHA256SUMS`, none left over on either side, every digest right.
fn covered(files: &BTreeMap<String, Vec<u8>>, report: &mut Report) {
    let listed = files.get(SUMS).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    if listed.is_empty() || !listed.ends_with('\n') {
        report.bad(SUMS, "SHA256SUMS is missing, empty or cut short.");
        return;
    }
    let mut seen = BTreeSet::new();
    let mut wrong = false;
    for line in listed.lines() {
        let Some((digest, name)) = line.split_once("  ").filter(|(_, name)| names::trouble(name).is_none())
        else {
            report.bad(SUMS, format!("SHA256SUMS has a line that names no file of this folder: {line:?}."));
            return;
        };
        let says = match files.get(name) {
            _ if !seen.insert(name) => format!("{name} is listed more than once."),
            None => format!("{name} is listed and not there."),
            Some(bytes) if sign::sha256_hex(bytes) != digest => format!("{name} was changed."),
            Some(_) => continue,
        };
        wrong = true;
        report.bad(name, says);
    }
    for name in files.keys().filter(|name| ![SUMS, SUMS_SIG].contains(&name.as_str())) {
        if !seen.contains(name.as_str()) {
            if is_receipt_of_bundle(name) {
                report.unknown(format!(
                    "What {name} says: an import script left it in the bundle, and it is no part of this pack. The \
                     ceremony byok-receipt holds it against the bundle."
                ));
                continue;
            }
            wrong = true;
            report.bad(name, format!("{name} is there and not listed."));
        }
    }
    if !wrong {
        report.good(format!("All {} files are listed once in SHA256SUMS and are unchanged.", seen.len()));
    }
}

/// Files the transcript names by digest: a full pack has each of them, the newest of each name, but for those that the
/// record says were removed. A shortened copy has none.
fn recorded(files: &BTreeMap<String, Vec<u8>>, replay: &Replay, shortened: bool, report: &mut Report) {
    let mut wanted: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in &replay.entries {
        wanted.extend(entry.files.iter().map(|f| (f.name.as_str(), f.sha256.as_str())));
        for name in entry.value("removed-files").and_then(|v| v.as_array()).into_iter().flatten() {
            wanted.remove(name.as_str().unwrap_or_default());
        }
    }
    if shortened {
        if !wanted.is_empty() {
            report.unknown(format!(
                "{} that the transcript recorded: not in this copy.",
                count(wanted.len(), "file", "files")
            ));
        }
        return;
    }
    let mut matching = 0;
    for (name, digest) in wanted {
        match files.get(name) {
            None => report.bad(name, format!("{name} was recorded and is not here.")),
            Some(bytes) if sign::sha256_hex(bytes) == digest => matching += 1,
            Some(_) => report.bad(name, format!("{name} is not the file the transcript recorded.")),
        }
    }
    if matching > 0 {
        let files = count(matching, "file is one", "files are the ones");
        report.good(format!("{files} the transcript recorded."));
    }
}

/// Verifies whatever is there: a folder as a pack, a file as a transcript.
pub fn any(path: &Path) -> Report {
    if path.is_dir() {
        return pack(path);
    }
    match outside::read(path, LARGEST_RECORD) {
        Ok(bytes) => transcript(&bytes),
        Err(error) => {
            let mut report = Report::new();
            report.bad(&path.display().to_string(), format!("{} {error}.", path.display()));
            report
        }
    }
}
