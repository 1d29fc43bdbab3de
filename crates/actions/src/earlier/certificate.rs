//! A certificate as the run keeps it.

use crate::earlier::words;
use engine::{Keep, KeepRecord, Outcome};
use protocol::Problem;
use transcript::FileDigest;

/// Keeps a certificate under this name and the number of its entry, and shows it.
pub(crate) fn keep(
    stage: &mut (impl Keep + KeepRecord + ?Sized),
    name: &str,
    text: &str,
) -> Result<Outcome, Problem> {
    let name = format!("{name}-{}.txt", stage.past().entries.len());
    stage.keep(&name, text.as_bytes())?;
    let lines = text.lines().filter(|l| !l.is_empty()).skip(1);
    Ok(Outcome::new()
        .fact(&facts::CERTIFICATE_FILE, name.as_str())
        .file(FileDigest::of(name, text.as_bytes()))
        .showing(lines.map(|l| words::certificate(l.trim()))))
}
