//! What a drill does with a backup: opened inside the token as a session object that may not leave it, and destroyed.

use crate::drill::words;
use engine::{KeepRecord, Machine, TokenRefusal};
use secrets::SecretBytes;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokens::{KeyFacts, KeySpec, Token};

/// Opens a wrapped file inside the token, as a session object that may not leave it, and sees it gone again.
pub(in crate::drill) fn look(
    token: &mut dyn Token,
    rebuilt: &SecretBytes,
    blob: &[u8],
    spec: KeySpec,
    public: Option<&[u8]>,
) -> Result<KeyFacts, TokenRefusal> {
    let opened = token.look_under(rebuilt, blob, spec, public)?;
    // Destroyed means absent: a second destruction has to be refused.
    if token.destroy(opened.handle).is_ok() {
        return Err(words::scratch_not_gone().into());
    }
    Ok(opened)
}

/// Whole minutes since the record was opened.
pub(in crate::drill) fn minutes(stage: &(impl KeepRecord + Machine + ?Sized)) -> u64 {
    let past = stage.past();
    let first = past.entries.first().map(|e| e.utc.as_str()).unwrap_or_default();
    let passed =
        OffsetDateTime::parse(first, &Rfc3339).map_or(0, |begun| stage.now() - begun.unix_timestamp());
    u64::try_from(passed).unwrap_or(0) / 60
}
