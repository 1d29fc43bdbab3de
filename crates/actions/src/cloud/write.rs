//! `write-bundle`: what was wrapped is written to a medium and read back from it.

use crate::cloud::bundles::Bundles;
use crate::cloud::medium::onto_medium;
use crate::cloud::words;
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Room, Stage};
use script::{Closes, Hands, Reach, Row};
use std::path::Path;

/// Writes one bundle, or all of a key plan.
pub(crate) struct WriteBundle;

static ROW: Row = Row {
    name: "write-bundle",
    needs: &[&super::BUNDLE],
    makes: &[&super::HANDED_OVER],
    closes: &[Closes::Own(&super::BUNDLE_ON_MEDIUM)],
    states: &[&facts::WRITTEN_TO_MEDIUM, &facts::MEDIUM_FOLDER],
    hands: Hands::Two,
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for WriteBundle {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let bundles = Bundles::of(&*stage)?;
        let (question, folder) = (bundles.question(), bundles.folder(cue));
        let write = |medium: &Path| bundles.hand_over(medium, &folder);
        let dest = onto_medium(cue, stage, &question, &[&folder], write)?;
        Ok(bundles.written(&dest))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::shown(words::MADE_ON_MEDIUM, past.newest(&facts::MEDIUM_FOLDER)).into_iter().collect()
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        if matches!(ended, Ended::Closed(_)) && past.newest(&facts::MEDIUM_FOLDER).is_some() {
            return vec![words::ONLINE_TEAM_IMPORTS.to_owned(), words::READ_THE_RECEIPT.to_owned()];
        }
        Vec::new()
    }
}
