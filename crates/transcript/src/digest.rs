//! SHA-256, as aws-lc-rs does it.
use aws_lc_rs::digest::{self, SHA256};
use data_encoding::HEXLOWER;

/// SHA-256 over the pieces, one after another.
pub(crate) fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&SHA256);
    for piece in pieces {
        context.update(piece);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(&[bytes]))
}
