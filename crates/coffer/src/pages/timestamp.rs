//! A time from outside for an evidence pack: a request (RFC 3161) over its `HEAD`, which the online team takes to a time-stamping
//! authority, and the authority's answer, kept beside the pack. The pack itself stays as it was signed.

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

/// How a digest stands in an answer's `TSTInfo`: an OCTET STRING of 32 bytes.
const DIGEST: [u8; 2] = [0x04, 0x20];

/// The object identifier of `SignedData` (RFC 5652, 5.1), in DER: what holds an answer's token.
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// Whether bytes begin as a `TimeStampResp` (RFC 3161, 2.4.2) whose status is `granted` or `grantedWithMods`.
fn is_granted(answer: &[u8]) -> bool {
    let body = |bytes: &[u8]| match bytes {
        [0x30, length, rest @ ..] if *length < 0x80 => Some(rest.to_vec()),
        [0x30, length, rest @ ..] => rest.get(usize::from(*length & 0x7f)..).map(<[u8]>::to_vec),
        _ => None,
    };
    let status = body(answer).and_then(|response| body(&response));
    matches!(status.as_deref(), Some([0x02, 0x01, 0 | 1, ..]))
}

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
    let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
    // Whether an authority signed it is for `openssl ts -verify` to say; that it is an answer, and to this question, is seen
    // here. The request has the same digest in it.
    if !has(&[&DIGEST[..], &digest].concat()) || !has(&SIGNED_DATA) || !is_granted(&bytes) {
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
