//! What the cloud answered: an earlier ceremony's bundle is opened from its evidence pack, and the receipt held
//! against it.

use super::{byok_problem, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::{disk, not_opened, read_outside, write_new};
use byok::Target;
use byok::bundle::{self, BundleFile};
use byok::receipt::Identity;
use protocol::{Answer, Ask, Fact, Mode, Problem, Verdict};
use std::path::{Path, PathBuf};
use transcript::{Draft, FileDigest, Kind, Level};

/// The most files a bundle has.
const MOST_FILES: usize = 16;
/// Larger than any file of a bundle, in bytes.
const LARGEST: u64 = 256 * 1024;

/// The files of a folder that should be a bundle: plain files only, few and small, sorted by name. What an operating
/// system left there, and the receipt that the bundle's own script wrote, are passed over.
pub fn bundle_in(folder: &Path) -> Result<Vec<BundleFile>, Problem> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| disk(folder, &e))? {
        let entry = entry.map_err(|e| disk(folder, &e))?;
        let path = entry.path();
        let meta = entry.metadata().map_err(|e| disk(&path, &e))?;
        let name = entry.file_name().into_string().unwrap_or_default();
        let plain = meta.is_file() || meta.is_dir();
        if plain && outside::left_behind(&name).is_some() || meta.is_file() && outside::of_a_receipt(&name) {
            continue;
        }
        if !meta.is_file() || meta.len() > LARGEST || name.is_empty() || files.len() == MOST_FILES {
            let what = byok::ByokError::BundleFiles(format!("{name:?} does not belong in a bundle"));
            return Err(byok_problem(&what));
        }
        let bytes = outside::read_plain(&path, LARGEST).map_err(|e| not_opened(&path, &e))?;
        files.push(BundleFile { name, bytes });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn manifest(files: &[BundleFile]) -> Result<&[u8], Problem> {
    let found = files.iter().find(|f| f.name == "manifest.json");
    found.map(|f| f.bytes.as_slice()).ok_or_else(out_of_order)
}

/// Verifies an earlier ceremony's pack: it holds, it is of this mode, and its record follows its script. Gives the
/// SHA-256 of the key that signed it.
pub(super) fn verified(pack: &Path, mode: Mode) -> Result<String, Problem> {
    let report = transcript::verify::pack(pack);
    let bad = report.lines.iter().find(|l| !l.holds).map(|l| l.says.clone());
    let departs = || match crate::conform::pack(pack) {
        Ok(Some(_)) => None,
        Ok(None) => Some("its script and roster are not in it".to_owned()),
        Err(departure) => Some(departure.to_string()),
    };
    if let Some(why) = bad.or_else(departs) {
        return Err(Problem::new(
            "pack-does-not-hold",
            format!("The evidence pack does not verify: {why}"),
            "Nothing was read from it.",
            match crate::media::packs_below(pack).first() {
                Some(inside) if !pack.join("SHA256SUMS").exists() => {
                    format!("A pack lies in {}: choose that folder.", inside.display())
                }
                _ => {
                    "Choose another copy of the pack: the folder that holds transcript.jsonl and SHA256SUMS."
                        .to_owned()
                }
            },
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
    let record = read_outside(&pack.join("transcript.jsonl"), outside::LARGEST_RECORD)?;
    let entries = transcript::Reading::of(&record).entries;
    let signer = entries.iter().rev().find_map(|e| e.value("signing-key-sha256")).and_then(|v| v.as_str());
    signer.map(str::to_owned).ok_or_else(out_of_order)
}

/// A pack signed with this workstation's own key is known. Any other key is compared by two people with the digest
/// that was noted on paper when its ceremony was held: anybody can sign a folder with a key of their own.
pub(super) fn known_signer(
    engine: &mut Engine<'_>,
    step: &Planned,
    signer: &str,
) -> Result<&'static str, Halt> {
    if engine.fact("signing-key-sha256").as_deref() == Some(signer) {
        return Ok("this workstation's own key");
    }
    let bytes = data_encoding::HEXLOWER.decode(signer.as_bytes()).map_err(|_| out_of_order())?;
    let second = step.confirmer.clone().or_else(|| engine.plan.decider().cloned());
    for person in [Some(step.actor.clone()), second].into_iter().flatten() {
        let what = "SHA-256 of the key that signed the pack, which is not this workstation's";
        if !engine.finds_the_same(
            step,
            &person,
            what,
            "the digest noted on paper in that ceremony",
            &bytes,
        )? {
            return Err(Problem::new(
                "pack-of-a-stranger",
                format!("{} did not find the key that signed the pack on paper.", person.name),
                "Nothing was read from the pack.",
                "Use the pack that was signed in the ceremony itself.",
            )
            .into());
        }
        engine.signed_by(
            step,
            &person,
            "I compared every row with the paper, and each is the same.",
            None,
        )?;
    }
    Ok("another key, compared with paper by two people")
}

/// Which bundle of the pack is meant: its only one, or that of one line where a plan made many.
fn which(engine: &mut Engine<'_>, step: &Planned, pack: &Path) -> Result<PathBuf, Halt> {
    let (one, many) = (pack.join("bundle"), pack.join("bundles"));
    if one.is_dir() || !many.is_dir() {
        return Ok(one);
    }
    let names = std::fs::read_dir(&many).map_err(|e| disk(&many, &e))?.flatten();
    let names: Vec<String> = names.filter_map(|e| e.file_name().into_string().ok()).collect();
    let mut problem = None;
    loop {
        let ask = Ask::Text {
            question: "Which line of the key plan is the receipt for?".to_owned(),
            example: "4".to_owned(),
            suggested: None,
        };
        let Answer::Text { text } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let begins = format!("line-{}-", text.trim());
        let mut of_line = names.iter().filter(|n| n.starts_with(&begins));
        // Two would be two keys of one line, or a folder that the record does not name.
        if let (Some(name), None) = (of_line.next(), of_line.next()) {
            return Ok(many.join(name));
        }
        let what = format!("The pack has no bundle of line {:?}, or more than one.", text.trim());
        let todo = "Look the line up in the plan with an editor that shows the numbers of lines.";
        problem = Some(Problem::new("no-such-line", what, "Nothing was read.", todo).can_try_again());
    }
}

/// Verifies an earlier ceremony's pack and reads the bundle in this folder of it.
fn earlier(pack: &Path, folder: &Path, mode: Mode) -> Result<(String, Vec<BundleFile>), Problem> {
    let signer = verified(pack, mode)?;
    let files = bundle_in(folder)?;
    bundle::verify(&files).map_err(|e| byok_problem(&e))?;
    Ok((signer, files))
}

pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let mut problem = None;
    let (pack, signer, files) = loop {
        let path = engine.folder_of_medium(
            step,
            "Which folder is the evidence pack of the ceremony that wrapped the key?",
            &[],
            problem.take(),
        )?;
        let folder = which(engine, step, &path)?;
        match earlier(&path, &folder, engine.plan.mode) {
            Ok((signer, files)) => break (path, signer, files),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let signed_by = known_signer(engine, step, &signer)?;
    let about = bundle::about(manifest(&files)?).map_err(|e| byok_problem(&e))?;
    // The run keeps the manifest: the pack's medium may be gone when the receipt is read.
    let kept = format!("earlier-manifest-{}.json", engine.journal.head().entries);
    let bytes = manifest(&files)?;
    write_new(&engine.folder.join(&kept), bytes)?;
    let draft = Draft::new(Kind::Outcome)
        .file(FileDigest::of(kept.clone(), bytes))
        .fact(Level::Public, "earlier-pack-signed-by", signed_by)
        .fact(Level::Public, "receipt-target", about.target.to_string())
        .fact(Level::Public, "receipt-key", about.key.as_str())
        .fact(Level::Public, "earlier-ceremony", about.ceremony.as_str())
        .fact(Level::Public, "earlier-check-value", about.check_value.as_str())
        .fact(Level::Internal, "earlier-pack", pack.display().to_string())
        .fact(Level::Internal, "earlier-manifest", kept);
    let draft = match about.target {
        // What scripts of the first version restate.
        Target::AwsKms => draft.fact(Level::Public, "receipt-key-arn", about.key.as_str()),
        _ => draft,
    };
    let facts = vec![
        noted("Where the key goes", about.target.to_string()),
        noted("Bundle for the key", about.key),
        noted("Made in the ceremony", about.ceremony),
        noted("Check value of the key", about.check_value),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// What a receipt showed, whoever's it is.
struct Shown {
    lines: Vec<String>,
    /// What the receipt proves of which key it is, with a word for the record.
    identity: Option<(Identity, &'static str)>,
    /// Facts of one provider only.
    more: Vec<(&'static str, String)>,
}

/// The receipt, and what its script left beside it.
fn receipt_files(path: &Path) -> Result<Vec<BundleFile>, Problem> {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let mut files = vec![BundleFile { name: name.to_owned(), bytes: super::aws::read(path)? }];
    // The public key as the provider reports it, where it was saved beside the receipt.
    for beside in outside::RECEIPTS.iter().filter(|b| b.starts_with("receipt-") && **b != name) {
        let path = path.with_file_name(beside);
        if path.is_file() {
            files.push(BundleFile { name: (*beside).to_owned(), bytes: super::aws::read(&path)? });
        }
    }
    Ok(files)
}

fn held_against(files: &[BundleFile], manifest: &[u8]) -> Result<Shown, Problem> {
    let target = bundle::about(manifest).map_err(|e| byok_problem(&e))?.target;
    if let (Target::AwsKms, Some(receipt)) = (target, files.first()) {
        let receipt =
            byok::receipt::read(std::slice::from_ref(receipt), manifest).map_err(|e| byok_problem(&e))?;
        let more = receipt.name.map(|id| ("key-material-id", id)).into_iter().collect();
        return Ok(Shown { lines: receipt.lines, identity: None, more });
    }
    let receipt = byok::receipt::read(files, manifest).map_err(|e| byok_problem(&e))?;
    let word = match receipt.identity {
        Identity::PublicKeySame => "the public key in it is ours",
        Identity::PublicKeyNotShown => {
            "the public key is not in it, so that it does not show which key this is"
        }
        Identity::ProviderCompared => "the provider compared a proof of the key before it took it",
        Identity::CannotBeProven => "for a symmetric key this cannot be proven offline",
    };
    let more = receipt.name.map(|name| ("receipt-name", name)).into_iter().collect();
    Ok(Shown { lines: receipt.lines, identity: Some((receipt.identity, word)), more })
}

pub(super) fn read(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let manifest = engine.kept(&engine.fact("earlier-manifest").ok_or_else(out_of_order)?)?;
    let target = bundle::about(&manifest).map_err(|e| byok_problem(&e))?.target;
    let mut problem = None;
    let (files, shown) = loop {
        let path = engine.file_of_medium(
            step,
            "Which file is the receipt that the online team brought back?",
            &["json"],
            problem.take(),
        )?;
        let files = if target == Target::AwsKms {
            super::aws::read(&path).map(|bytes| vec![BundleFile { name: "receipt.json".to_owned(), bytes }])
        } else {
            receipt_files(&path)
        };
        let tried = files.and_then(|files| held_against(&files, &manifest).map(|shown| (files, shown)));
        match tried {
            Ok(read) => break read,
            // A receipt that says something else is no typing mistake: the people have to see it and decide.
            Err(p) if p.code.starts_with("receipt-") && p.code != "receipt-malformed" => return Err(p.into()),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let entries = engine.journal.head().entries;
    let mut draft = Draft::new(Kind::Outcome).fact(Level::Public, "receipt", serde_json::json!(shown.lines));
    for (at, file) in files.iter().enumerate() {
        let name = match (at, file.name.strip_prefix("receipt-")) {
            (1.., Some(beside)) => format!("receipt-{entries}-{beside}"),
            _ => format!("receipt-{entries}.json"),
        };
        write_new(&engine.folder.join(&name), &file.bytes)?;
        if at == 0 {
            draft = draft.fact(Level::Internal, "receipt-file", name.as_str());
        }
        draft = draft.file(FileDigest::of(name, &file.bytes));
    }
    for (name, value) in &shown.more {
        draft = draft.fact(Level::Public, name, value.as_str());
    }
    let mut facts: Vec<Fact> = files.iter().skip(1).map(|f| noted("Read with it", f.name.clone())).collect();
    facts.extend(shown.lines.into_iter().map(|line| noted("The receipt says", line)));
    if let Some((identity, word)) = shown.identity {
        draft = draft.fact(Level::Public, "receipt-shows-which-key", word);
        let verdict = match identity {
            Identity::PublicKeySame => Verdict::Matches,
            Identity::ProviderCompared => Verdict::Noted,
            Identity::PublicKeyNotShown | Identity::CannotBeProven => Verdict::NotProvable,
        };
        facts.push(Fact {
            name: "Which key it is".to_owned(),
            expected: None,
            observed: word.to_owned(),
            verdict,
        });
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
