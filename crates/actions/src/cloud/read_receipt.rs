//! `read-receipt`: what the cloud answered is read and held against the bundle.

use crate::cloud::receipt::{NotTaken, files, proves};
use crate::cloud::words;
use byok::receipt;
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
    states: &[&facts::RECEIPT, &facts::RECEIPT_FILE, &facts::RECEIPT_SHOWS_WHICH_KEY],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for ReadReceipt {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let manifest = stage.kept(&stage.need(&facts::EARLIER_MANIFEST)?)?;
        let mut problem = None;
        let (files, receipt) = loop {
            let path = stage.file_of_medium(words::WHICH_RECEIPT, &["json"], problem.take())?;
            let tried = files(&path).map_err(NotTaken::from);
            match tried.and_then(|files| Ok((receipt::read(&files, &manifest)?, files))) {
                Ok((receipt, files)) => break (files, receipt),
                Err(NotTaken::SaysOtherwise(p)) => return Err(p.into()),
                Err(NotTaken::NotRead(p)) => problem = Some(p.can_try_again()),
            }
        };
        let entries = stage.past().entries.len();
        let mut outcome = Outcome::new().fact(&facts::RECEIPT, receipt.lines.clone());
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
        if let Some(name) = receipt.name {
            outcome = outcome.fact(&facts::RECEIPT_NAME, name);
        }
        let (word, verdict) = proves(receipt.identity);
        Ok(outcome
            .showing(files.iter().skip(1).map(|f| words::read_with_it(&f.name)))
            .showing(receipt.lines.into_iter().map(words::receipt_says))
            .fact(&facts::RECEIPT_SHOWS_WHICH_KEY, word)
            .shows(words::which_key(word, verdict)))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::shown(words::NAMED_THERE, past.newest(&facts::RECEIPT_NAME)).into_iter().collect()
    }
}
