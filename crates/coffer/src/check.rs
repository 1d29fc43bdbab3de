//! The verifier as players show it: a pack, a transcript or a bundle, and whether the record follows its script.

use byok::aws as kms;
use ceremony::Plan;
use protocol::{Mode, VerifyLine, VerifyView};
use std::path::Path;
use transcript::Reading;

/// Checks whatever is there: a bundle, a pack or a transcript.
pub(crate) fn verify(path: &Path) -> VerifyView {
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
        if path.join("bundle").is_dir() {
            let found = bundle(&path.join("bundle"));
            view.holds &= found.holds;
            view.lines.extend(found.lines);
            view.not_checked.extend(found.not_checked);
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
        .and_then(|files| kms::verify_bundle(&files).map(|()| files).map_err(|e| e.to_string()));
    let (line, rehearsal) = match &checked {
        Ok(files) => {
            let manifest = files.iter().find(|f| f.name == "manifest.json").map_or(&[][..], |f| &f.bytes);
            let about = kms::about(manifest).ok();
            let key = about.as_ref().map_or(String::new(), |a| a.key_arn.clone());
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
        not_checked: vec![
            "Whether the blob opens to the key: only the cloud's private key can tell. The ceremony tried the same \
             route with a key of its own."
                .to_owned(),
            "Who wrote the manifest: it is signed as part of an evidence pack, not alone.".to_owned(),
        ],
    }
}

/// Replays the record against the script in the pack.
fn follows_its_script(pack: &Path, view: &mut VerifyView) {
    let read = |name: &str| std::fs::read_to_string(pack.join(name)).ok();
    let (Some(script), Some(roster), Some(record)) =
        (read("script.toml"), read("roster.toml"), read("transcript.jsonl"))
    else {
        view.not_checked
            .push("Whether the record follows its script: the script is not in this copy.".to_owned());
        return;
    };
    let reading = Reading::of(record.as_bytes());
    let values = reading
        .entries
        .first()
        .and_then(|e| e.value("parameters"))
        .and_then(|v| serde_json::from_value(v.clone()).ok())
        .unwrap_or_default();
    let line = match Plan::of_record(&script, &roster, &values) {
        Ok(plan) => match ceremony::conform::follows(&plan, &reading.entries) {
            Ok(()) => VerifyLine {
                holds: true,
                says: format!("The record follows the script {}, step by step.", plan.script.name),
            },
            Err((seq, why)) => {
                VerifyLine { holds: false, says: format!("Entry {seq} does not follow the script: {why}.") }
            }
        },
        Err(found) => VerifyLine {
            holds: false,
            says: format!(
                "The script in the pack cannot be played: {}",
                found.into_iter().next().map(|p| p.happened).unwrap_or_default()
            ),
        },
    };
    view.holds &= line.holds;
    view.lines.push(line);
}
