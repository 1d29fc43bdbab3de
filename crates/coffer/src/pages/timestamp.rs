//! A time from outside for an evidence pack: a request (RFC 3161) over its `HEAD`, which the online team takes to a time-stamping
//! authority, and the authority's answer, kept beside the pack. The pack itself stays as it was signed.

mod answer;

use super::words;
use crate::screen::say;
use protocol::Problem;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::write_new;

/// The largest answer, in bytes: with a chain of certificates they have some thousands.
const LARGEST: u64 = 256 * 1024;

/// A `TimeStampReq` (RFC 3161, 2.4.1) of version 1 for SHA-256, up to the digest: DER.
const REQUEST: [u8; 24] = [
    0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
    0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];
/// `certReq`: the answer is to bring the certificate that signs it.
const WITH_CERTIFICATE: [u8; 3] = [0x01, 0x01, 0xff];

/// The digest of what a pack's record ends with.
fn head(pack: &Path) -> Result<[u8; 32], Problem> {
    let path = outside::meant_path(pack).join("HEAD");
    let bytes = outside::read(&path, LARGEST).map_err(|e| words::no_head(&path.display(), &e))?;
    Ok(script::sha256(&bytes))
}

/// Writes the request into a new file.
pub(crate) fn request(pack: &Path, out: &Path) -> Result<ExitCode, Problem> {
    let text = [&REQUEST[..], &head(pack)?, &WITH_CERTIFICATE].concat();
    // A name alone is meant in the folder where one is.
    let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    write_new(&out, &text)?;
    for line in words::request_written(&out.display()) {
        say(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// Keeps an answer beside the pack, under the pack's name.
pub(crate) fn keep(pack: &Path, answer: &Path) -> Result<ExitCode, Problem> {
    let digest = head(pack)?;
    let bytes = outside::read(&outside::meant_path(answer), LARGEST)
        .map_err(|e| words::no_answer(&answer.display(), &e))?;
    if !answer::is_to(&digest, &bytes) {
        return Err(words::another_answer(&answer.display()));
    }
    let pack = std::path::absolute(outside::meant_path(pack)).unwrap_or_else(|_| pack.to_owned());
    let kept = beside(&pack);
    write_new(&kept, &bytes)?;
    for line in words::answer_kept(&kept.display(), &pack.join("HEAD").display()) {
        say(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// `records-evidence.tsr` beside `records-evidence`.
fn beside(pack: &Path) -> PathBuf {
    let mut name = pack.file_name().unwrap_or_default().to_os_string();
    name.push(".tsr");
    pack.with_file_name(name)
}
