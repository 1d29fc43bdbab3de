//! What a time-stamping authority answered. Uses nothing else of this program, so that a fuzz target can take it in.

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

/// Whether an answer is one to a question with this digest. Whether an authority signed it is for `openssl ts -verify` to say;
/// that it is an answer, and to this question, is seen here. The request has the same digest in it.
pub(crate) fn is_to(digest: &[u8; 32], answer: &[u8]) -> bool {
    let has = |wanted: &[u8]| answer.windows(wanted.len()).any(|part| part == wanted);
    has(&[&DIGEST[..], digest].concat()) && has(&SIGNED_DATA) && is_granted(answer)
}
