//! A cloud's stand-in, as far as a ceremony sees it.

use byok::Disposable;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The fictional KMS key of the stand-in.
pub const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";

/// The wrapping key of that size that clouds have here: one a size and process, because to make one takes as long as a
/// ceremony. Where two of a size have to differ, a test makes its own.
pub fn wrapping_key(bits: u16) -> &'static Disposable {
    static KEYS: [OnceLock<Disposable>; 3] = [const { OnceLock::new() }; 3];
    let of_size = [2048, 3072, 4096].iter().position(|b| *b == bits).expect("a size that clouds have");
    KEYS[of_size].get_or_init(|| Disposable::generate(bits).expect("a key"))
}

/// A cloud's stand-in: its reply in AWS's form in `folder`, with an RSA key made here, and the key to open blobs with.
pub fn stand_in(folder: &Path, valid_for: i64) -> (PathBuf, &'static Disposable) {
    let key = wrapping_key(3072);
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let reply = byok::stand_in_reply(key.spki(), ARN, now + valid_for, b"import token of a test");
    let path = folder.join("import-parameters.json");
    std::fs::write(&path, reply).expect("is written");
    (path, key)
}
