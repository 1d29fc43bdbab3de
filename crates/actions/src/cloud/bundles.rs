//! Bundles for clouds: one in the run's folder, or, of a key plan, many with an index.

use crate::cloud::by_line::{lines, same_lines, wrapped};
use crate::cloud::medium::{Folder, hand_all_over, hand_over};
use crate::cloud::words::{self, byok_problem};
use byok::bundle::{self, BundleFile};
use engine::{Cue, Keep, KeepRecord, Outcome, Recall};
use protocol::Problem;
use std::path::{Path, PathBuf};
use store::make_folder;
use transcript::FileDigest;

/// What the record calls the folder of the run's only bundle.
const ONE: &str = "bundle/";

/// What left the wrapping step, exactly as the record names it.
pub(in crate::cloud) enum Bundles {
    /// Of one key; sorted by name.
    One(Vec<BundleFile>),
    /// Of a plan's keys, each with the name of its folder, in the order of the lines.
    Many(Vec<Folder>),
}

impl Bundles {
    /// Reads them from the run's folder, each verified: what left the wrapping step is what is handed over.
    pub(in crate::cloud) fn of(stage: &(impl KeepRecord + Keep + ?Sized)) -> Result<Self, Problem> {
        let recorded = stage.past().files();
        let within = |folder: &str| -> Result<Vec<BundleFile>, Problem> {
            let names = recorded.keys().filter_map(|n| Some((n, n.strip_prefix(folder)?)));
            let file = |(path, name): (&String, &str)| {
                Ok(BundleFile { name: name.to_owned(), bytes: stage.kept_of(&recorded, path)? })
            };
            let files: Vec<BundleFile> = names.map(file).collect::<Result<_, Problem>>()?;
            bundle::verify(&files).map_err(|e| byok_problem(&e))?;
            Ok(files)
        };
        if stage.newest(&facts::PLAN_WRAPPED).is_none() {
            return within(ONE).map(Self::One);
        }
        let folders = wrapped(stage.past())?;
        same_lines(words::WRAPPED, lines(stage.past())?.into_iter(), folders.keys().copied())?;
        let each =
            |(line, folder): (u64, String)| Ok((format!("line-{line}"), within(&format!("{folder}/"))?));
        folders.into_iter().map(each).collect::<Result<_, Problem>>().map(Self::Many)
    }

    /// The folder that they are written into on the medium.
    pub(in crate::cloud) fn folder(&self, cue: Cue<'_>) -> String {
        let what = match self {
            Self::One(_) => "bundle",
            Self::Many(_) => "bundles",
        };
        format!("{}-{what}-{}", cue.plan.mode.word(), cue.run)
    }

    /// Asks where they go.
    pub(in crate::cloud) fn question(&self) -> String {
        match self {
            Self::One(_) => words::WHERE_IS_ONE_WRITTEN.to_owned(),
            Self::Many(bundles) => words::where_are_written(bundles.len()),
        }
    }

    /// Writes them into a new folder of the medium, and reads every file back from it.
    pub(in crate::cloud) fn hand_over(&self, medium: &Path, folder: &str) -> Result<PathBuf, Problem> {
        match self {
            Self::One(files) => hand_over(medium, folder, files),
            Self::Many(bundles) => hand_all_over(medium, folder, bundles),
        }
    }

    /// That they were written there.
    pub(in crate::cloud) fn written(&self, dest: &Path) -> Outcome {
        let dest = dest.display().to_string();
        let shown = Outcome::new().shows(words::written_to(&dest)).fact(&facts::MEDIUM_FOLDER, dest);
        match self {
            Self::One(files) => shown
                .fact(&facts::WRITTEN_TO_MEDIUM, words::files_read_back(files.len()))
                .shows(words::read_back(files.len())),
            Self::Many(bundles) => {
                let files: usize = bundles.iter().map(|(_, files)| files.len()).sum();
                shown
                    .fact(&facts::WRITTEN_TO_MEDIUM, words::bundles_read_back(bundles.len(), files))
                    .fact(&facts::PLAN_WRITTEN, bundles.len() as u64)
                    .shows(words::bundles(bundles.len()))
                    .shows(words::read_back(files))
            }
        }
    }
}

/// Writes a bundle into a new folder of the run, and names the folder and each file in the outcome.
pub(in crate::cloud) fn keep(
    stage: &mut (impl KeepRecord + Keep + ?Sized),
    mut outcome: Outcome,
    files: &[BundleFile],
) -> Result<Outcome, Problem> {
    let folder = format!("bundle-{}", stage.past().entries.len());
    make_folder(&stage.folder().join(&folder))?;
    for file in files {
        stage.keep(&format!("{folder}/{}", file.name), &file.bytes)?;
        outcome = outcome.file(FileDigest::of(format!("{ONE}{}", file.name), &file.bytes));
    }
    Ok(outcome.fact(&facts::BUNDLE_FOLDER, folder))
}
