//! The verifier as players show it: a pack, a transcript or a bundle, and whether the record follows its script.

use super::words;
use crate::desk::{self, LARGEST_TEXT, SHIPPED};
use actions::REPERTOIRE;
use actions::report::{Papers, papers};
use byok::bundle as bundles;
use facts::Named as _;
use protocol::{Mode, Problem, VerifyLine, VerifyView};
use script::{Plan, script_hash};
use std::path::{Path, PathBuf};
use transcript::Kind;

/// Reads a signer as somebody names it: the 64 hex digits of the SHA-256 of its public key, or a file that came another way
/// than the pack: a `signer.pem`, or the workstation card that commissioning wrote.
pub(crate) fn signer(named: &str) -> Result<String, Problem> {
    if let Some(digits) = fingerprint(named) {
        return Ok(digits);
    }
    let file = outside::read(&outside::meant(named), LARGEST_TEXT).unwrap_or_default();
    if let Some(card) = transcript::card::read(&file) {
        return Ok(script::sha256_hex(&card.key));
    }
    if file.starts_with(transcript::card::CALLED.as_bytes()) {
        return Err(words::card_changed());
    }
    transcript::verify::fingerprint(&file).ok_or_else(words::signer_not_understood)
}

/// The fingerprint of the key in a pack's `signer.pem`.
pub(crate) fn signer_of(pack: &Path) -> Option<String> {
    transcript::verify::fingerprint(&outside::read(&pack.join("signer.pem"), LARGEST_TEXT).ok()?)
}

/// 64 hex digits, with whatever stands between groups of them on paper.
fn fingerprint(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !":-".contains(*c)).collect();
    (digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit())).then(|| digits.to_lowercase())
}

/// The signer that the page names: by digits, since it names no file. An empty field names nobody.
pub(super) fn fingerprint_named(signer: Option<&str>) -> Result<Option<String>, Problem> {
    let named = signer.filter(|text| !text.trim().is_empty());
    named.map(|text| fingerprint(text).ok_or_else(words::signer_not_understood)).transpose()
}

/// Checks whatever is there: a bundle, a pack or a transcript; against a signer's fingerprint where one is named.
pub(crate) fn verify(path: &Path, signer: Option<&str>) -> VerifyView {
    let path = &*outside::meant_path(path);
    let mut view = verify_at(path);
    who_signed(&mut view, signer);
    if !view.holds {
        view.lines.extend(instead(path).map(|says| VerifyLine { holds: false, says }));
    }
    view
}

/// Whether it is signed by whom the reader named. Without a name anybody may have written all of it.
fn who_signed(view: &mut VerifyView, named: Option<&str>) {
    match (named, view.signer.as_deref()) {
        (Some(named), Some(signer)) if named == signer => {
            view.signer_named = true;
            view.lines.push(VerifyLine { holds: true, says: words::signed_as_named(signer) });
        }
        (Some(named), other) => {
            view.holds = false;
            let says = match other {
                Some(other) => words::signed_otherwise(other, named),
                None => words::SIGNED_BY_NOBODY.to_owned(),
            };
            view.lines.push(VerifyLine { holds: false, says });
        }
        (None, Some(signer)) => view.not_checked.insert(0, words::whose_signer(signer)),
        (None, None) => {}
    }
}

/// What was probably meant, where something beside a pack was named: the folder above it, or one of its files.
fn instead(path: &Path) -> Option<String> {
    let is_pack =
        |folder: &Path| folder.join("SHA256SUMS").is_file() && folder.join("transcript.jsonl").is_file();
    let command = |at: &Path| words::to_check(&quoted(at));
    if path.is_file() {
        let folder = path.parent().filter(|folder| is_pack(folder))?;
        return Some(words::is_one_file(&command(folder)));
    }
    if is_pack(path) {
        return None;
    }
    let found: Vec<String> = engine::media::packs_below(path).iter().map(|at| command(at)).collect();
    match found.as_slice() {
        [] => None,
        [one] => Some(words::lies_below(one)),
        several => Some(words::lie_below(several)),
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let bare = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@".contains(c);
    if !text.is_empty() && text.chars().all(bare) {
        return text;
    }
    // A control character has no place on a screen, and no shell takes its escape: the path is only shown then.
    let shown: String = text
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect();
    format!("'{}'", shown.replace('\'', "'\\''"))
}

fn verify_at(path: &Path) -> VerifyView {
    if path.is_dir() && path.join("manifest.json").is_file() && !path.join("transcript.jsonl").exists() {
        return bundle(path);
    }
    let report = transcript::verify::any(path);
    let mut view = VerifyView {
        path: path.display().to_string(),
        mode: mode(report.mode.as_deref()),
        holds: report.holds,
        signer: report.signer,
        signer_named: false,
        lines: report.lines.into_iter().map(|l| VerifyLine { holds: l.holds, says: l.says }).collect(),
        not_checked: report.not_checked,
    };
    if path.is_dir() && report.holds {
        follows_its_script(path, &report.entries, &mut view);
        let one = path.join("bundle");
        if one.is_dir() {
            each(&[one], &mut view);
        }
        if path.join("bundles").is_dir() {
            of_a_plan(&path.join("bundles"), &mut view);
        }
    }
    view
}

fn mode(word: Option<&str>) -> Option<Mode> {
    match word {
        Some("production") => Some(Mode::Production),
        Some("rehearsal") => Some(Mode::Rehearsal),
        _ => None,
    }
}

/// A bundle alone, against its own manifest. The manifest is not signed: this finds damage, not forgery.
fn bundle(folder: &Path) -> VerifyView {
    let checked = actions::cloud::bundle_in(folder)
        .map_err(|p| p.happened)
        .and_then(|files| bundles::verify(&files).map(|()| files).map_err(|e| e.to_string()));
    let (line, rehearsal) = match &checked {
        Ok(files) => {
            let manifest = files.iter().find(|f| f.name == "manifest.json").map_or(&[][..], |f| &f.bytes);
            let about = bundles::about(manifest).ok();
            let key = about.as_ref().map_or(String::new(), |a| format!("{} ({})", a.key, a.target));
            (
                VerifyLine { holds: true, says: words::bundle_holds(&key, files.len()) },
                about.map(|a| a.rehearsal),
            )
        }
        Err(why) => (VerifyLine { holds: false, says: words::bundle_does_not_hold(why) }, None),
    };
    VerifyView {
        path: folder.display().to_string(),
        mode: rehearsal.map(|r| if r { Mode::Rehearsal } else { Mode::Production }),
        holds: line.holds,
        signer: None,
        signer_named: false,
        lines: vec![line],
        not_checked: [
            beside(folder),
            vec![words::BLOB_NOT_OPENED.to_owned(), words::MANIFEST_NOT_SIGNED.to_owned()],
        ]
        .concat(),
    }
}

/// What lies beside a bundle's files without belonging to it: each in a sentence.
fn beside(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.file_name());
    let mut names: Vec<String> = names.filter_map(|n| n.into_string().ok()).collect();
    names.sort();
    let says = |name: &String| match outside::left_behind(name) {
        Some(by) => Some(words::left_beside(by, name)),
        None if outside::of_a_receipt(name) => Some(words::left_by_a_script(name)),
        None => None,
    };
    names.iter().filter_map(says).collect()
}

/// Each bundle of a plan's pack. What cannot be checked is said once, not for each.
fn of_a_plan(folder: &Path, view: &mut VerifyView) {
    let mut folders: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    let left = |name: &std::ffi::OsStr| name.to_str().is_some_and(|n| outside::left_behind(n).is_some());
    folders.retain(|f| !f.file_name().is_some_and(left));
    folders.sort();
    each(&folders, view);
}

/// What lies beside the files of a pack's bundle is said of the pack already.
fn each(bundles: &[PathBuf], view: &mut VerifyView) {
    for folder in bundles {
        let (found, said) = (bundle(folder), beside(folder));
        view.holds &= found.holds;
        view.lines.extend(found.lines);
        // A rehearsal's record can be written anew as one of production; what it made still says what it is.
        if found.mode.is_some() && found.mode != view.mode {
            view.holds = false;
            let says = words::bundle_of_the_other_mode(&folder.display());
            view.lines.push(VerifyLine { holds: false, says });
        }
        for what in found.not_checked {
            if !view.not_checked.contains(&what) && !said.contains(&what) {
                view.not_checked.push(what);
            }
        }
    }
}

/// Replays the record against the script in the pack, and says what an auditor has to see at once.
fn follows_its_script(pack: &Path, entries: &[transcript::Entry], view: &mut VerifyView) {
    let plan = match engine::replay::in_pack(pack, &REPERTOIRE, entries) {
        Ok(Some(plan)) => plan,
        Ok(None) => {
            view.not_checked.push(words::SCRIPT_NOT_IN_COPY.to_owned());
            return;
        }
        Err(departure) => {
            view.holds = false;
            view.lines.push(VerifyLine { holds: false, says: words::departs(&departure) });
            return;
        }
    };
    let good = |view: &mut VerifyView, says: String| view.lines.push(VerifyLine { holds: true, says });
    good(view, words::follows(&plan.script.name));
    let own = |e: &&transcript::Entry| engine::is_approval(e);
    let signatures = entries.iter().filter(own).count();
    if signatures > 0 {
        good(view, words::signed_with_yubikeys(signatures));
    }
    if plan.roster.people.iter().any(|p| p.yubikey.is_none()) {
        view.not_checked.push(words::PASSPHRASES_NOT_CHECKED.to_owned());
    }
    let hash = script_hash(&plan.text);
    if SHIPPED.iter().any(|shipped| script_hash(shipped.text) == hash) {
        good(view, words::SCRIPT_SHIPS.to_owned());
    } else {
        view.not_checked.push(words::script_does_not_ship(&protocol::words_of(&hash[..8])));
    }
    let count = |kind: Kind| entries.iter().filter(|e| e.kind == kind).count();
    let disagreeing = facts::DISAGREEING.newest(entries).unwrap_or(0);
    for (n, what) in [
        (count(Kind::Exception), words::EXCEPTIONS),
        (count(Kind::Failed), words::FAILURES),
        (count(Kind::TakenBack), words::TAKEN_BACK),
        (count(Kind::Resumed), words::RESUMED),
        (usize::try_from(disagreeing).unwrap_or(0), words::DISAGREEING),
    ] {
        if n > 0 {
            view.not_checked.push(words::lies_behind(n, what));
        }
    }
    papers_of(pack, plan, entries, view);
}

/// Whether the documents of the pack are what its record makes. Another version of the program may set them otherwise; the
/// one that wrote them may not.
fn papers_of(pack: &Path, plan: Plan, entries: &[transcript::Entry], view: &mut VerifyView) {
    match papers(pack, plan, entries.len(), &REPERTOIRE) {
        Papers::None => {}
        Papers::AsMade(names) => {
            view.lines.push(VerifyLine { holds: true, says: words::papers_as_made(&names.join(", ")) });
        }
        Papers::Otherwise(names)
            if facts::PROGRAM.newest(entries).as_ref() == Some(&desk::this_program()) =>
        {
            view.holds = false;
            let says = words::papers_otherwise(&names.join(", "));
            view.lines.push(VerifyLine { holds: false, says });
        }
        Papers::Otherwise(names) => {
            view.not_checked.push(words::papers_of_another_version(&names.join(", ")));
        }
        Papers::TooLong => view.not_checked.push(words::PAPERS_TOO_LONG.to_owned()),
        Papers::NotMade(why) => view.not_checked.push(words::papers_not_made(&why)),
    }
}
