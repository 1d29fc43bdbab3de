//! Handing the bundles of a plan over: all of them on one medium, a folder a line, each read back from it.

use super::agree::{lines, same_lines, wrapped};
use crate::act::bundle::is_medium;
use crate::act::receipt::bundle_in;
use crate::act::{byok_problem, noted};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::{disk, is_folder, make_folder, read_again, sync_folder, whole_folder, write_new};
use byok::bundle::{self, BundleFile};
use protocol::Problem;
use std::path::{Path, PathBuf};
use transcript::{Draft, Kind, Level, count};

/// A bundle and the name of its folder on the medium.
type Folder = (String, Vec<BundleFile>);

/// The bundle of every line, exactly as the record names it.
fn kept(engine: &Engine<'_>) -> Result<Vec<Folder>, Problem> {
    let recorded = engine.recorded_files();
    let folders = wrapped(engine)?;
    same_lines("wrapped", lines(engine)?.into_iter(), folders.keys().copied())?;
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
    Ok(all)
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
        .fact(Level::Public, "plan-written", bundles.len())
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
    is_folder(medium)?;
    if dest.exists() {
        let there = std::fs::read_dir(&dest).map_err(|e| disk(&dest, &e))?.flatten();
        let left = |e: &std::fs::DirEntry| {
            e.file_name().to_str().is_some_and(|name| outside::left_behind(name).is_some())
        };
        let many = there.filter(|e| !left(e)).count();
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
    whole_folder(&dest, |partial| {
        for (folder, files) in bundles {
            let within = partial.join(folder);
            make_folder(&within)?;
            for file in files {
                write_new(&within.join(&file.name), &file.bytes)?;
            }
        }
        sync_folder(partial)
    })?;
    Ok(dest)
}
