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
            other => PackError::DoesNotHold(format!("{name} {other}")),
        })
    };
    let mut all = BTreeMap::new();
    if level == Level::Internal {
        for name in verify::names_in(pack).map_err(PackError::DoesNotHold)?.files {
            all.insert(name.clone(), read(&name)?);
        }
        return pack::land(dest, &all);
    }
    let mut transcript = Vec::new();
    let given = read(names::TRANSCRIPT)?;
    for one in given.split_inclusive(|byte| *byte == b'\n') {
        let one = one.strip_suffix(b"\n").unwrap_or(one);
        transcript.extend(line::withhold(one, level).map_err(PackError::DoesNotHold)?);
    }
    let said = verify::transcript(&transcript);
    if !said.holds {
        return Err(PackError::DoesNotHold("the shortened transcript does not verify".into()));
    }
    all.insert(names::TRANSCRIPT.to_owned(), transcript);
    for name in [names::HEAD, names::HEAD_SIG, names::SIGNER] {
        all.insert(name.to_owned(), read(name)?);
    }
    all.insert(names::DISCLOSED.to_owned(), notice(level).into_bytes());
    let sums = pack::sums(&all);
    all.insert(names::SUMS.to_owned(), sums.into_bytes());
    pack::land(dest, &all)
}

fn notice(level: Level) -> String {
    let gone = if level == Level::Public { "the auditor and internal parts" } else { "the internal part" };
    format!(
        "THIS IS A SHORTENED COPY\n\n\
         It was made for readers at the level: {}.\n\
         Withheld: {gone} of every entry in transcript.jsonl, and every other file of the full pack.\n\n\
         In place of each withheld part stands its commitment: a SHA-256 value that fixes what the part says\n\
         without telling it. The chain runs over those values, so HEAD and HEAD.sig are those of the full pack:\n\n\
         \x20   openssl dgst -sha256 -verify signer.pem -signature HEAD.sig HEAD\n\n\
         must say: Verified OK. \"coffer verify\" checks that transcript.jsonl leads to that HEAD.\n\n\
         SHA256SUMS was made anew for this copy and is not signed: it finds damage, not forgery.\n\
         This notice is not signed either. Compare the key in signer.pem with one you got elsewhere.\n",
        level.word()
    )
}
