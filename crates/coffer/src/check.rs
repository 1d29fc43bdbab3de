//! The verifier as players show it: a pack, a transcript or a bundle, and whether the record follows its script.

use byok::bundle as bundles;
use ceremony::plan::script_hash;
use protocol::{Mode, VerifyLine, VerifyView};
use std::path::{Path, PathBuf};
use transcript::Kind;

/// Checks whatever is there: a bundle, a pack or a transcript.
pub(crate) fn verify(path: &Path) -> VerifyView {
    let path = &*outside::meant_path(path);
    let mut view = verify_at(path);
    if !view.holds {
        view.lines.extend(instead(path).map(|says| VerifyLine { holds: false, says }));
    }
    view
}

/// What was probably meant, where something beside a pack was named: the folder above it, or one of its files.
fn instead(path: &Path) -> Option<String> {
    let is_pack =
        |folder: &Path| folder.join("SHA256SUMS").is_file() && folder.join("transcript.jsonl").is_file();
    let command = |at: &Path| format!("coffer verify {}", quoted(at));
    if path.is_file() {
        let folder = path.parent().filter(|folder| is_pack(folder))?;
        return Some(format!("This is one file of an evidence pack. Check its folder: {}", command(folder)));
    }
    if is_pack(path) {
        return None;
    }
    let found: Vec<String> = ceremony::media::packs_below(path).iter().map(|at| command(at)).collect();
    match found.as_slice() {
        [] => None,
        [one] => Some(format!("A pack or bundle lies below this folder. Check it: {one}")),
        several => Some(format!("Packs or bundles lie below this folder. Check one: {}", several.join("; "))),
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
        lines: report.lines.into_iter().map(|l| VerifyLine { holds: l.holds, says: l.says }).collect(),
        not_checked: report.not_checked,
    };
    if path.is_dir() && report.holds {
        follows_its_script(path, &mut view);
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
    let checked = ceremony::bundle_in(folder)
        .map_err(|p| p.happened)
        .and_then(|files| bundles::verify(&files).map(|()| files).map_err(|e| e.to_string()));
    let (line, rehearsal) = match &checked {
        Ok(files) => {
            let manifest = files.iter().find(|f| f.name == "manifest.json").map_or(&[][..], |f| &f.bytes);
            let about = bundles::about(manifest).ok();
            let key = about.as_ref().map_or(String::new(), |a| format!("{} ({})", a.key, a.target));
            let says =
                format!("The bundle for {key}: all {} files are those its manifest lists.", files.len());
            (VerifyLine { holds: true, says }, about.map(|a| a.rehearsal))
        }
        Err(why) => (VerifyLine { holds: false, says: format!("The bundle does not hold: {why}.") }, None),
    };
    VerifyView {
        path: folder.display().to_string(),
        mode: rehearsal.map(|r| if r { Mode::Rehearsal } else { Mode::Production }),
        holds: line.holds,
        lines: vec![line],
        not_checked: [beside(folder), vec![
            "Whether the blob opens to the key: only the cloud's private key can tell. The ceremony tried the same \
             route with a key of its own."
                .to_owned(),
            "Who wrote the manifest: it is signed as part of an evidence pack, not alone.".to_owned(),
        ]]
        .concat(),
    }
}

/// What lies beside a bundle's files without belonging to it: each in a sentence.
fn beside(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.file_name());
    let mut names: Vec<String> = names.filter_map(|n| n.into_string().ok()).collect();
    names.sort();
    let says = |name: &String| match outside::left_behind(name) {
        Some(by) => {
            Some(format!("What {by} left beside the bundle's files: {name}. It is no part of the bundle."))
        }
        None if outside::of_a_receipt(name) => Some(format!(
            "What {name} says: an import script left it here, and it is no part of the bundle. The ceremony byok-receipt \
             holds it against the bundle."
        )),
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
        for what in found.not_checked {
            if !view.not_checked.contains(&what) && !said.contains(&what) {
                view.not_checked.push(what);
            }
        }
    }
}

/// Replays the record against the script in the pack, and says what an auditor has to see at once.
fn follows_its_script(pack: &Path, view: &mut VerifyView) {
    let (plan, entries) = match ceremony::conform::pack(pack) {
        Ok(Some(replayed)) => replayed,
        Ok(None) => {
            view.not_checked
                .push("Whether the record follows its script: the script is not in this copy.".to_owned());
            return;
        }
        Err(departure) => {
            view.holds = false;
            view.lines.push(VerifyLine { holds: false, says: format!("The record departs: {departure}.") });
            return;
        }
    };
    let good = |view: &mut VerifyView, says: String| view.lines.push(VerifyLine { holds: true, says });
    good(view, format!("The record follows the script {}, step by step.", plan.script.name));
    let own = |e: &&transcript::Entry| ceremony::conform::is_approval(e);
    let signatures = entries.iter().filter(own).count();
    if signatures > 0 {
        let statements = transcript::count(signatures, "statement is", "statements are");
        good(view, format!("{statements} signed with the YubiKeys that the roster names."));
    }
    if plan.roster.people.iter().any(|p| p.yubikey.is_none()) {
        view.not_checked.push(
            "What people signed with passphrases: only the workstation could tell, and its own key signs for it."
                .to_owned(),
        );
    }
    let hash = script_hash(&plan.text);
    if crate::desk::SHIPPED.iter().any(|(_, text)| script_hash(text) == hash) {
        good(view, "The script is one that ships with this program, unchanged.".to_owned());
    } else {
        view.not_checked.push(format!(
            "What the script asks: it is not one that ships with this program. Read it; its hash begins {}.",
            protocol::words_of(&hash[..8]).join(" ")
        ));
    }
    let count = |kind: Kind| entries.iter().filter(|e| e.kind == kind).count();
    let number = |name: &str| entries.iter().rev().find_map(|e| e.value(name)?.as_u64()).unwrap_or(0);
    let disagreeing = usize::try_from(number("disagreeing")).unwrap_or(0);
    for (n, one, many, what) in [
        (count(Kind::Exception), "exception was", "exceptions were", "raised and decided"),
        (count(Kind::Failed), "time", "times", "a step did not come to its end"),
        (count(Kind::TakenBack), "time", "times", "the ceremony was taken back"),
        (count(Kind::Resumed), "time", "times", "the ceremony was resumed"),
        (disagreeing, "person", "people", "said that the record is not right"),
    ] {
        if n > 0 {
            let counted = transcript::count(n, one, many);
            view.not_checked.push(format!("What lies behind this: {counted} {what}. Read those entries."));
        }
    }
}
