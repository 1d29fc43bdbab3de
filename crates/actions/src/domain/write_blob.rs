//! `write-restore-blob`: the sealed security domain goes to the online team, with how it is uploaded.

use crate::domain::{online_team, words};
use byok::bundle::BundleFile;
use engine::{Action, Cue, Halt, Made, Outcome, Past, Recall as _, Room, Stage};
use script::{Closes, Hands, Reach, Row};

/// Its name on the medium.
const BLOB: &str = "restore-blob.json";

/// Writes the restore blob.
pub(crate) struct WriteRestoreBlob;

static ROW: Row = Row {
    name: "write-restore-blob",
    needs: &[&super::RESTORE_BLOB],
    closes: &[Closes::Own(&super::RESTORE_BLOB_ON_MEDIUM)],
    states: &[&facts::WRITTEN_TO_MEDIUM, &facts::HANDED_OVER_FOLDER],
    hands: Hands::Two,
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for WriteRestoreBlob {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let bytes = stage.kept(&stage.need(&facts::RESTORE_BLOB_FILE)?)?;
        let text = words::how_to_upload(cue.plan, BLOB);
        let files = [
            BundleFile { name: "UPLOAD.txt".to_owned(), bytes: text.into_bytes() },
            BundleFile { name: BLOB.to_owned(), bytes },
        ];
        online_team::hand_to(cue, stage, "restore", &files)
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        online_team::made(past)
    }
}
