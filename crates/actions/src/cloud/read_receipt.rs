//! `read-receipt`: what the cloud answered is read and held against the bundle.

use crate::cloud::receipt::{NotTaken, files, held_against, proves};
use crate::cloud::words::{self, byok_problem};
use byok::bundle;
use engine::{Action, Cue, Halt, Made, Outcome, Past, Recall as _, Room, Stage};
use script::{Closes, Reach, Row};
use transcript::FileDigest;

/// Reads a receipt.
pub(crate) struct ReadReceipt;

static ROW: Row = Row {
    name: "read-receipt",
    needs: &[&super::EARLIER_BUNDLE],
    makes: &[&super::RECEIPT],
    closes: &[Closes::Own(&super::RECEIPT_READ)],
    states: &[&facts::RECEIPT, &facts::RECEIPT_FILE],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for ReadReceipt {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let manifest = stage.kept(&stage.need(&facts::EARLIER_MANIFEST)?)?;
        let target = bundle::about(&manifest).map_err(|e| byok_problem(&e))?.target;
        let mut problem = None;
        let (files, shown) = loop {
            let path = stage.file_of_medium(words::WHICH_RECEIPT, &["json"], problem.take())?;
            let tried = files(target, &path).map_err(NotTaken::from);
            match tried.and_then(|files| held_against(&files, &manifest).map(|shown| (files, shown))) {
                Ok(read) => break read,
                Err(NotTaken::SaysOtherwise(p)) => return Err(p.into()),
                Err(NotTaken::NotRead(p)) => problem = Some(p.can_try_again()),
            }
        };
        let entries = stage.past().entries.len();
        let mut outcome = Outcome::new().fact(&facts::RECEIPT, shown.lines.clone());
        for (at, file) in files.iter().enumerate() {
            let name = match (at, file.name.strip_prefix("receipt-")) {
                (1.., Some(beside)) => format!("receipt-{entries}-{beside}"),
                _ => format!("receipt-{entries}.json"),
            };
            stage.keep(&name, &file.bytes)?;
            if at == 0 {
                outcome = outcome.fact(&facts::RECEIPT_FILE, name.as_str());
            }
            outcome = outcome.file(FileDigest::of(name, &file.bytes));
        }
        if let Some((fact, value)) = shown.more {
            outcome = outcome.fact(fact, value);
        }
        outcome = outcome
            .showing(files.iter().skip(1).map(|f| words::read_with_it(&f.name)))
            .showing(shown.lines.into_iter().map(words::receipt_says));
        if let Some(identity) = shown.identity {
            let (word, verdict) = proves(identity);
            outcome =
                outcome.fact(&facts::RECEIPT_SHOWS_WHICH_KEY, word).shows(words::which_key(word, verdict));
        }
        Ok(outcome)
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::shown(words::KEY_MATERIAL, past.newest(&facts::KEY_MATERIAL_ID)).into_iter().collect()
    }
}
