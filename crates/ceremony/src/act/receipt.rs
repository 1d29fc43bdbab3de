//! What the cloud answered: an earlier ceremony's bundle is opened from its evidence pack, and the receipt held
//! against it.

use super::{byok_problem, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::{disk, write_new};
use byok::aws as kms;
use protocol::{Answer, Ask, Mode, Problem};
use std::path::Path;
use transcript::{Draft, FileDigest, Kind, Level};

/// The most files a bundle has.
const MOST_FILES: usize = 16;
/// Larger than any file of a bundle, in bytes.
const LARGEST: u64 = 256 * 1024;

/// The files of a folder that should be a bundle: plain files only, few and small, sorted by name.
pub fn bundle_in(folder: &Path) -> Result<Vec<kms::BundleFile>, Problem> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| disk(folder, &e))? {
        let entry = entry.map_err(|e| disk(folder, &e))?;
        let path = entry.path();
        let meta = entry.metadata().map_err(|e| disk(&path, &e))?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if !meta.is_file() || meta.len() > LARGEST || name.is_empty() || files.len() == MOST_FILES {
            let what = byok::ByokError::BundleFiles(format!("{name:?} does not belong in a bundle"));
            return Err(byok_problem(&what));
        }
        files.push(kms::BundleFile { name, bytes: std::fs::read(&path).map_err(|e| disk(&path, &e))? });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn manifest(files: &[kms::BundleFile]) -> Result<&[u8], Problem> {
    let found = files.iter().find(|f| f.name == "manifest.json");
    found.map(|f| f.bytes.as_slice()).ok_or_else(out_of_order)
}

/// Verifies an earlier ceremony's pack: it holds, and it is of this mode.
pub(super) fn verified(pack: &Path, mode: Mode) -> Result<(), Problem> {
    let report = transcript::verify::any(pack);
    if let Some(bad) = report.lines.iter().find(|l| !l.holds) {
        return Err(Problem::new(
            "pack-does-not-hold",
            format!("The evidence pack does not verify: {}", bad.says),
            "Nothing was read from it.",
            "Choose another copy of the pack: the folder that holds transcript.jsonl and SHA256SUMS.",
        ));
    }
    if report.mode.as_deref() != Some(mode.word()) {
        return Err(Problem::new(
            "pack-of-the-other-mode",
            format!("The pack is of {}, and this is {}.", report.mode.unwrap_or_default(), mode.word()),
            "Nothing was read from it.",
            "Choose the pack of the ceremony that made the key.",
        ));
    }
    Ok(())
}

/// Verifies an earlier ceremony's pack and reads the bundle in it.
fn earlier(pack: &Path, mode: Mode) -> Result<Vec<kms::BundleFile>, Problem> {
    verified(pack, mode)?;
    let files = bundle_in(&pack.join("bundle"))?;
    kms::verify_bundle(&files).map_err(|e| byok_problem(&e))?;
    Ok(files)
}

pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let mut problem = None;
    let (pack, files) = loop {
        let ask = Ask::Folder {
            question: "Which folder is the evidence pack of the ceremony that wrapped the key?".to_owned(),
            found: crate::media::folders(engine.media.as_ref()),
            writes: Vec::new(),
        };
        let Answer::Path { path } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match earlier(Path::new(&path), engine.plan.mode) {
            Ok(files) => break (path, files),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let about = kms::about(manifest(&files)?).map_err(|e| byok_problem(&e))?;
    // The run keeps the manifest: the pack's medium may be gone when the receipt is read.
    let kept = format!("earlier-manifest-{}.json", engine.journal.head().entries);
    write_new(&engine.folder.join(&kept), manifest(&files)?)?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "receipt-key-arn", about.key_arn.as_str())
        .fact(Level::Public, "earlier-ceremony", about.ceremony.as_str())
        .fact(Level::Public, "earlier-check-value", about.check_value.as_str())
        .fact(Level::Internal, "earlier-pack", pack)
        .fact(Level::Internal, "earlier-manifest", kept);
    let facts = vec![
        noted("Bundle for the key", about.key_arn),
        noted("Made in the ceremony", about.ceremony),
        noted("Check value of the key", about.check_value),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn read(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let kept = engine.folder.join(engine.fact("earlier-manifest").ok_or_else(out_of_order)?);
    let manifest = std::fs::read(&kept).map_err(|e| disk(&kept, &e))?;
    let mut problem = None;
    let (bytes, receipt) = loop {
        let extensions = vec!["json".to_owned()];
        let ask = Ask::File {
            question: "Which file is the receipt that the online team brought back?".to_owned(),
            found: crate::media::files(engine.media.as_ref(), &extensions),
            extensions,
        };
        let Answer::Path { path } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let tried = super::aws::read(Path::new(&path)).and_then(|bytes| {
            let receipt = kms::read_receipt(&bytes, &manifest).map_err(|e| byok_problem(&e))?;
            Ok((bytes, receipt))
        });
        match tried {
            Ok(read) => break read,
            // A receipt that says something else is no typing mistake: the people have to see it and decide.
            Err(p) if p.code.starts_with("receipt-") && p.code != "receipt-malformed" => return Err(p.into()),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let name = format!("receipt-{}.json", engine.journal.head().entries);
    write_new(&engine.folder.join(&name), &bytes)?;
    let mut draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "receipt", serde_json::json!(receipt.lines))
        .fact(Level::Internal, "receipt-file", name.as_str())
        .file(FileDigest {
            name,
            sha256: crate::digest::hex(&crate::digest::sha256(&bytes)),
            size: bytes.len() as u64,
        });
    if let Some(id) = &receipt.key_material_id {
        draft = draft.fact(Level::Public, "key-material-id", id.as_str());
    }
    let facts = receipt.lines.into_iter().map(|line| noted("The receipt says", line)).collect();
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
