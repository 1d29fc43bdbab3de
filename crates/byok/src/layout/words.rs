//! What every bundle's texts say.

use crate::bundle::Bundle;
use crate::digest::sha256_hex;
use crate::provider::Import;
use crate::table::Target;
use data_encoding::HEXLOWER;
use std::fmt::Write as _;

pub(super) const FIRST_ONLY: &str = "this provider's keys take material once";

/// What the scripts say of themselves.
pub(super) fn title(target: Target) -> String {
    format!("Imports the wrapped key into {target}.")
}

/// `REVOKE.txt`, around how this provider takes a key away.
pub(super) fn revoke(bundle: &Bundle<'_>, how: &str) -> String {
    format!(
        "Ceremony: {}\nMade: {}\nCheck value of the key: {}\n\nTo take this key out of the cloud again:\n{how}\n\
         The ceremony's backup still holds the key. Destroying it too is another ceremony.\n",
        bundle.ceremony, bundle.made_at, bundle.check_value
    )
}

/// `CHECK-AFTER-IMPORT.txt`, before what this provider has to say.
pub(super) fn check(
    import: &dyn Import,
    b: &Bundle<'_>,
    destination: &[(&str, String)],
    provider: &str,
) -> String {
    let mut s = String::new();
    if b.rehearsal {
        s.push_str("REHEARSAL. Nothing here is to be imported.\n\n");
    }
    let wrapping = import.wrapping_key();
    let _ = write!(s, "Ceremony: {}\nMade: {}\nFor: {}\n", b.ceremony, b.made_at, import.target());
    for (name, value) in destination {
        let _ = writeln!(s, "{name}: {value}");
    }
    let _ = write!(
        s,
        "Kind: {}\nWrapped with: {} under RSA of {} bits\nSHA-256 of the wrapping key: {}\nWrapped at: {}\n\
         Check value of the key: {}\n",
        b.key,
        b.algorithm,
        wrapping.bits(),
        HEXLOWER.encode(&wrapping.fingerprint()),
        b.rung,
        b.check_value,
    );
    if let Some(public) = b.public_key {
        let _ = writeln!(s, "SHA-256 of the public key (PublicKey.der): {}", sha256_hex(public));
    }
    let _ = write!(s, "\n{provider}");
    s
}

pub(crate) const ITS_TIME: &str = "the time of the bundle";

pub(crate) const ITS_CHECK_VALUE: &str = "the check value";

pub(crate) const ITS_CEREMONY: &str = "the ceremony's name";
