//! The keys of the parts: SP 800-108 counter mode with HMAC-SHA-512, one block.

use crate::ByokError;
use aws_lc_rs::hmac;
use secrets::SecretBytes;

/// `HMAC(master, BE32(1) ‖ tag ‖ 00 ‖ BE32(512))`: 64 bytes, the content key of the part.
pub(super) fn item_key(master: &SecretBytes, tag: &str) -> Result<SecretBytes, ByokError> {
    one_block(master, tag, "", 512)
}

/// The first `bits` (at most 512, whole bytes) of what SP 800-108 derives from a key, label and context.
pub(super) fn one_block(
    key: &SecretBytes,
    label: &str,
    context: &str,
    bits: u32,
) -> Result<SecretBytes, ByokError> {
    let key = hmac::Key::new(hmac::HMAC_SHA512, key.expose());
    let mut run = hmac::Context::with_key(&key);
    run.update(&1_u32.to_be_bytes());
    run.update(label.as_bytes());
    run.update(&[0]);
    run.update(context.as_bytes());
    run.update(&bits.to_be_bytes());
    let tag = run.sign();
    let len = usize::try_from(bits / 8).unwrap_or(64).min(64);
    Ok(SecretBytes::copied_from(tag.as_ref().get(..len).unwrap_or_default())?)
}
