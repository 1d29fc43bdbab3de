//! Handing the bundles of a plan over: all of them on one medium, a folder a line, each read back from it.

use super::{notes, text};
use crate::act::bundle::is_medium;
use crate::act::receipt::bundle_in;
use crate::act::{byok_problem, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::{disk, make_folder, read_again, sync_folder, write_new};
use byok::bundle::{self, BundleFile};
use protocol::Problem;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use transcript::{Draft, Kind, Level, count};

/// A bundle and the name of its folder on the medium.
type Folder = (String, Vec<BundleFile>);

/// Every bundle exactly as the record names it, by line.
fn kept(engine: &Engine<'_>) -> Result<Vec<Folder>, Problem> {
    let recorded = engine.recorded_files();
    let folders: BTreeMap<u64, &str> =
        notes(engine, "plan-bundle-folder").map(|(line, e)| (line, text(e, "plan-bundle-folder"))).collect();
    let mut all = Vec::new();
    for (line, folder) in folders {
        let within = format!("{folder}/");
        let mut files = Vec::new();
        for (path, name) in recorded.keys().filter_map(|n| Some((n, n.strip_prefix(&within)?))) {
            files.push(BundleFile { name: name.to_owned(), bytes: engine.kept_of(&recorded, path)? });
        }
        // What left the wrapping step is what is handed over.
        bundle::verify(&files).map_err(|e| byok_problem(&e))?;
        all.push((format!("line-{line}"), files));
    }
    if all.is_empty() { Err(out_of_order()) } else { Ok(all) }
}

pub(in crate::act) fn write(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let bundles = kept(engine)?;
    let name = format!("{}-bundles-{}", engine.plan.mode.word(), engine.run);
    let mut problem = None;
    let dest = loop {
        let path = engine.folder_of_medium(
            step,
            &format!(
                "Into which folder of the medium {} written?",
                count(bundles.len(), "bundle is", "bundles are")
            ),
            &[&name],
            problem.take(),
        )?;
        match is_medium(engine, &path).and_then(|()| hand_over(&path, &name, &bundles)) {
            Ok(dest) => break dest,
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let files: usize = bundles.iter().map(|(_, files)| files.len()).sum();
    let draft = Draft::new(Kind::Outcome)
        .fact(
            Level::Public,
            "written-to-medium",
            format!(
                "{}, {}, read back from the medium",
                count(bundles.len(), "bundle", "bundles"),
                count(files, "file", "files")
            ),
        )
        .fact(Level::Internal, "medium-folder", dest.display().to_string());
    let facts = vec![
        noted("Written to", dest.display().to_string()),
        noted("Bundles, a folder each", bundles.len().to_string()),
        noted("Files read back from the medium", files.to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Writes the folders into a new one of the medium and reads every file back from the medium itself. A folder of that
/// name that is there already is taken as ours only where it holds these very files: a crash came before the record.
fn hand_over(medium: &Path, name: &str, bundles: &[Folder]) -> Result<PathBuf, Problem> {
    let dest = medium.join(name);
    if !medium.is_dir() {
        return Err(disk(medium, &std::io::ErrorKind::NotFound.into()));
    }
    if dest.exists() {
        let many = std::fs::read_dir(&dest).map_err(|e| disk(&dest, &e))?.count();
        let same =
            |(folder, files): &Folder| bundle_in(&dest.join(folder)).is_ok_and(|there| there == *files);
        if many != bundles.len() || !bundles.iter().all(same) {
            return Err(disk(&dest, &std::io::ErrorKind::AlreadyExists.into()));
        }
        for (folder, files) in bundles {
            files.iter().try_for_each(|f| read_again(&dest.join(folder).join(&f.name), &f.bytes))?;
        }
        return Ok(dest);
    }
    // Under another name until it is whole, so that a stick pulled too early shows it.
    let partial = medium.join(format!("{name}.partial"));
    if partial.exists() {
        std::fs::remove_dir_all(&partial).map_err(|e| disk(&partial, &e))?;
    }
    for (folder, files) in bundles {
        let within = partial.join(folder);
        make_folder(&within)?;
        for file in files {
            write_new(&within.join(&file.name), &file.bytes)?;
        }
    }
    sync_folder(&partial)?;
    std::fs::rename(&partial, &dest).map_err(|e| disk(&dest, &e))?;
    sync_folder(medium)?;
    Ok(dest)
}
