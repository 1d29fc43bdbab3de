//! A copy of a pack for a reader at a level: what is above it is withheld, and the rest still verifies.
use std::collections::BTreeMap;
use std::path::Path;

use outside::{LARGEST_RECORD, NotOpened};

use crate::error::PackError;
use crate::line;
use crate::names;
use crate::pack;
use crate::types::Level;
use crate::verify;
use crate::words;

/// Copies a pack that verifies to `dest`, which must not exist, for a reader at `level`.
///
/// Below [`Level::Internal`], every part above the level is replaced by its commitment, and only the transcript,
/// the signed head and the signer's key go along: any other file may hold a name. The new `SHA256SUMS` is not
/// signed. At [`Level::Internal`] the copy is the whole pack as it is.
pub fn disclose(pack: &Path, level: Level, dest: &Path) -> Result<(), PackError> {
    let report = verify::pack(pack);
    if !report.holds {
        let why = report.lines.into_iter().find(|line| !line.holds).map(|line| line.says);
        return Err(PackError::DoesNotHold(why.unwrap_or_default()));
    }
    let read = |name: &str| {
        let path = pack.join(name);
        outside::read_plain(&path, LARGEST_RECORD).map_err(|e| match e {
            NotOpened::Io(source) => PackError::Io { path, source },
            other => PackError::DoesNotHold(words::file_is(name, other)),
        })
    };
    let mut all = BTreeMap::new();
    if level == Level::Internal {
        for name in verify::names_in(pack).map_err(PackError::DoesNotHold)?.files {
            all.insert(name.clone(), read(&name)?);
        }
        return pack::land(dest, &all);
    }
    let transcript = withhold(&read(names::TRANSCRIPT)?, level).map_err(PackError::DoesNotHold)?;
    let said = verify::transcript(&transcript);
    if !said.holds {
        return Err(PackError::DoesNotHold(words::SHORTENED_DOES_NOT_VERIFY.into()));
    }
    all.insert(names::TRANSCRIPT.to_owned(), transcript);
    for name in [names::HEAD, names::HEAD_SIG, names::SIGNER] {
        all.insert(name.to_owned(), read(name)?);
    }
    all.insert(names::DISCLOSED.to_owned(), words::shortened(level).into_bytes());
    let sums = pack::sums(&all);
    all.insert(names::SUMS.to_owned(), sums.into_bytes());
    pack::land(dest, &all)
}

/// A transcript with every part above `level` replaced by its commitment. It keeps its chain. The error says what is no line
/// of a transcript.
pub fn withhold(transcript: &[u8], level: Level) -> Result<Vec<u8>, String> {
    let mut shortened = Vec::with_capacity(transcript.len());
    for one in transcript.split_inclusive(|byte| *byte == b'\n') {
        let one = one.strip_suffix(b"\n").unwrap_or(one);
        shortened.extend(line::withhold(one, level)?);
    }
    Ok(shortened)
}
