//! What was read from a provider, from the run's own copy.

use crate::cloud::order::Order;
use crate::cloud::words::{self, byok_problem};
use byok::provider::{Import, Input};
use byok::{ByokError, Target, of, security_domain};
use engine::words::out_of_order;
use engine::{Cue, Keep, KeepRecord, Recall};
use facts::Named as _;
use outside::NotOpened;
use protocol::Problem;
use std::path::Path;
use transcript::Entry;

/// Larger than any reply or zip that a provider sends, in bytes.
const LARGEST: u64 = 256 * 1024;

/// A provider's file on a medium.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Problem> {
    outside::read(path, LARGEST).map_err(|e| match e {
        NotOpened::TooLarge { size, .. } => words::parameters_too_large(&path.display(), size),
        other => store::not_opened(path, &other),
    })
}

/// Reads a provider's file with what people stated beside it.
pub(in crate::cloud) fn read(
    target: Target,
    name: &str,
    bytes: &[u8],
    stated: &[(&str, &str)],
) -> Result<Box<dyn Import>, ByokError> {
    of(target).read(&Input { file_name: name, bytes, stated })
}

/// What a provider's file says that was read and compared.
pub(in crate::cloud) fn compared(
    cue: Cue<'_>,
    stage: &(impl KeepRecord + Keep + ?Sized),
) -> Result<Box<dyn Import>, Problem> {
    let order = Order::of(&cue.plan.values)?;
    let bytes = stage.kept(&stage.need(&facts::PARAMETERS_FILE)?)?;
    let name = stage.newest(&facts::PARAMETERS_NAME).unwrap_or_default();
    let stated = stage.newest(&facts::STATED_BY_THE_OPERATOR).unwrap_or_default();
    let stated: Vec<(&str, &str)> = stated.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let import = read(order.target, &name, &bytes, &stated).map_err(|e| byok_problem(&e))?;
    // The copy has to be what two people compared.
    let fingerprint = script::hex(&import.wrapping_key().fingerprint());
    let same = stage.newest(&facts::WRAPPING_KEY_SHA256) == Some(fingerprint)
        && stage.newest(&facts::CLOUD_KEY).as_deref() == Some(import.called());
    if same { Ok(import) } else { Err(words::wrapping_key_changed()) }
}

/// What is compared with the online team's slip.
pub(in crate::cloud) struct ToCompare {
    /// What people call it.
    pub(in crate::cloud) what: &'static str,
    /// Its SHA-256, of the run's own copy.
    pub(in crate::cloud) sha256: [u8; 32],
}

/// A wrapping key, or the certificate of an HSM, whichever was read last.
pub(in crate::cloud) fn to_compare(
    cue: Cue<'_>,
    stage: &(impl KeepRecord + Keep + ?Sized),
) -> Result<ToCompare, Problem> {
    let is_key = |e: &Entry| facts::WRAPPING_KEY_SHA256.within(e).is_some();
    let is_certificate = |e: &Entry| facts::EXCHANGE_CERTIFICATE_SHA256.within(e).is_some();
    let newest = stage.past().entries.iter().rev().find(|e| is_key(e) || is_certificate(e));
    let newest = newest.ok_or_else(out_of_order)?;
    if is_certificate(newest) {
        let bytes = stage.kept(&stage.need(&facts::EXCHANGE_CERTIFICATE_FILE)?)?;
        let sha256 = security_domain::thumbprint(&bytes).map_err(|e| byok_problem(&e))?;
        return Ok(ToCompare { what: words::SHA256_OF_CERTIFICATE, sha256 });
    }
    let sha256 = compared(cue, stage)?.wrapping_key().fingerprint();
    Ok(ToCompare { what: words::SHA256_OF_WRAPPING_KEY, sha256 })
}
