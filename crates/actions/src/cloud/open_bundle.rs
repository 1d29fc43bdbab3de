//! `open-bundle`: the bundle of an earlier ceremony is opened from its evidence pack.

use crate::cloud::medium::bundle_in;
use crate::cloud::receipt::manifest;
use crate::cloud::words::{self, byok_problem};
use crate::earlier::copied::Copied;
use crate::earlier::signer::{known_signer, verified_copy};
use byok::bundle::{self, BundleFile};
use engine::words::not_an_answer;
use engine::{Action, AskPeople, Cue, Halt, Made, Outcome, Past, Room, Stage};
use protocol::{Answer, Ask, Problem};
use script::{Reach, Row};
use std::path::{Path, PathBuf};
use store::disk;
use transcript::FileDigest;

/// Opens an earlier bundle.
pub(crate) struct OpenBundle;

static ROW: Row = Row {
    name: "open-bundle",
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&super::EARLIER_BUNDLE],
    opens: &[&super::RECEIPT_READ],
    states: &[
        &facts::EARLIER_PACK_SIGNED_BY,
        &facts::RECEIPT_TARGET,
        &facts::RECEIPT_KEY,
        &facts::EARLIER_CEREMONY,
        &facts::EARLIER_CHECK_VALUE,
        &facts::EARLIER_PACK,
        &facts::EARLIER_MANIFEST,
    ],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for OpenBundle {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let mut problem = None;
        let (pack, signer, files) = loop {
            let pack = stage.folder_of_medium(words::WHICH_PACK, &[], problem.take())?;
            let copy = match Copied::of(&pack, stage.folder()) {
                Ok(copy) => copy,
                Err(p) => {
                    problem = Some(p.can_try_again());
                    continue;
                }
            };
            let folder = which(stage, copy.path())?;
            match earlier(cue, &pack, copy.path(), &folder) {
                Ok((signer, files)) => break (pack, signer, files),
                Err(p) => problem = Some(p.can_try_again()),
            }
        };
        let signed_by = known_signer(cue, stage, &signer)?;
        let bytes = manifest(&files)?;
        let about = bundle::about(bytes).map_err(|e| byok_problem(&e))?;
        // The run keeps the manifest: the pack's medium may be gone when the receipt is read.
        let kept = format!("earlier-manifest-{}.json", stage.past().entries.len());
        stage.keep(&kept, bytes)?;
        Ok(Outcome::new()
            .file(FileDigest::of(kept.as_str(), bytes))
            .fact(&facts::EARLIER_PACK_SIGNED_BY, signed_by)
            .fact(&facts::RECEIPT_TARGET, about.target.to_string())
            .fact(&facts::RECEIPT_KEY, about.key.as_str())
            .fact(&facts::EARLIER_CEREMONY, about.ceremony.as_str())
            .fact(&facts::EARLIER_CHECK_VALUE, about.check_value.as_str())
            .fact(&facts::EARLIER_PACK, pack.display().to_string())
            .fact(&facts::EARLIER_MANIFEST, kept)
            .showing(words::about_bundle(&about)))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::agreed(words::RECEIPT_FOR, past.newest(&facts::RECEIPT_KEY)).into_iter().collect()
    }
}

/// Which bundle of the pack is meant: its only one, or that of one line where a plan made many.
fn which(stage: &mut (impl AskPeople + ?Sized), pack: &Path) -> Result<PathBuf, Halt> {
    let (one, many) = (pack.join("bundle"), pack.join("bundles"));
    if one.is_dir() || !many.is_dir() {
        return Ok(one);
    }
    let names = std::fs::read_dir(&many).map_err(|e| disk(&many, &e))?.flatten();
    let names: Vec<String> = names.filter_map(|e| e.file_name().into_string().ok()).collect();
    let mut problem = None;
    loop {
        let ask =
            Ask::Text { question: words::WHICH_LINE.to_owned(), example: "4".to_owned(), suggested: None };
        let Answer::Text { text } = stage.ask(ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let begins = format!("line-{}-", text.trim());
        let mut of_line = names.iter().filter(|n| n.starts_with(&begins));
        // Two would be two keys of one line, or a folder that the record does not name.
        if let (Some(name), None) = (of_line.next(), of_line.next()) {
            return Ok(many.join(name));
        }
        problem = Some(words::no_such_line(text.trim()));
    }
}

/// Verifies an earlier ceremony's pack and reads the bundle in this folder of it.
fn earlier(
    cue: Cue<'_>,
    brought: &Path,
    copy: &Path,
    folder: &Path,
) -> Result<(String, Vec<BundleFile>), Problem> {
    let signer = verified_copy(brought, copy, cue.plan.mode, cue.repertoire)?;
    let files = bundle_in(folder)?;
    bundle::verify(&files).map_err(|e| byok_problem(&e))?;
    Ok((signer, files))
}
