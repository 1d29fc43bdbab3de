//! Wrapping by AES-KWP, with what some modules make of a private key.

use cryptoki_sys::{
    CK_FALSE, CK_MECHANISM_TYPE, CK_OBJECT_CLASS, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_TRUE,
    CK_ULONG, CKA_CLASS, CKA_ENCRYPT, CKA_EXTRACTABLE, CKA_KEY_TYPE, CKA_SENSITIVE, CKA_TOKEN, CKA_UNWRAP,
    CKA_VALUE, CKA_VALUE_LEN, CKA_WRAP, CKK_GENERIC_SECRET, CKM_AES_KEY_GEN, CKO_PRIVATE_KEY, CKO_SECRET_KEY,
};

use crate::behind::{self, attribute, c_len, plain};
use crate::form;

fn is_private(session: CK_SESSION_HANDLE, key: CK_OBJECT_HANDLE) -> bool {
    behind::value(session, key, CKA_CLASS).is_ok_and(|class| class == CKO_PRIVATE_KEY.to_ne_bytes())
}

/// A one-time AES key of the module behind.
pub(crate) fn one_time_key(session: CK_SESSION_HANDLE, bits: CK_ULONG) -> Result<CK_OBJECT_HANDLE, CK_RV> {
    let (yes, no, len) = (CK_TRUE, CK_FALSE, bits / 8);
    let mut template = [
        attribute(CKA_VALUE_LEN, &len),
        attribute(CKA_TOKEN, &no),
        attribute(CKA_SENSITIVE, &yes),
        attribute(CKA_EXTRACTABLE, &yes),
        attribute(CKA_WRAP, &yes),
        attribute(CKA_UNWRAP, &yes),
    ];
    // SAFETY: the values live through the call.
    unsafe { behind::generate(session, CKM_AES_KEY_GEN, &mut template) }
}

/// AES-KWP under `mechanism` of the module behind.
pub(crate) fn kwp(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_TYPE,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
) -> Result<Vec<u8>, CK_RV> {
    if form::is_spoilt() && is_private(session, key) {
        return spoilt(session, mechanism, wrapping, key);
    }
    // SAFETY: a mechanism without parameters.
    unsafe { behind::wrap(session, &mut plain(mechanism), wrapping, key) }
}

/// Takes the private key apart inside the boundary, spoils its DER and wraps that as a plain secret.
fn spoilt(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_TYPE,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
) -> Result<Vec<u8>, CK_RV> {
    let once = one_time_key(session, 256)?;
    // SAFETY: a mechanism without parameters.
    let blob = unsafe { behind::wrap(session, &mut plain(mechanism), once, key) };
    let opened = blob.and_then(|mut blob| open(session, mechanism, once, &mut blob));
    behind::destroy(session, once);
    let secret = import(session, &form::spoilt(&opened?))?;
    // SAFETY: a mechanism without parameters.
    let blob = unsafe { behind::wrap(session, &mut plain(mechanism), wrapping, secret) };
    behind::destroy(session, secret);
    blob
}

/// A wrapped key's bytes, by unwrapping it as a secret that may be read.
fn open(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_TYPE,
    once: CK_OBJECT_HANDLE,
    blob: &mut [u8],
) -> Result<Vec<u8>, CK_RV> {
    let (class, kind, yes, no): (CK_OBJECT_CLASS, _, _, _) =
        (CKO_SECRET_KEY, CKK_GENERIC_SECRET, CK_TRUE, CK_FALSE);
    let mut template = [
        attribute(CKA_CLASS, &class),
        attribute(CKA_KEY_TYPE, &kind),
        attribute(CKA_TOKEN, &no),
        attribute(CKA_SENSITIVE, &no),
        attribute(CKA_EXTRACTABLE, &yes),
    ];
    // SAFETY: the values live through the call.
    let secret = unsafe { behind::unwrap(session, &mut plain(mechanism), once, blob, &mut template) }?;
    let value = behind::value(session, secret, CKA_VALUE);
    behind::destroy(session, secret);
    value
}

fn import(session: CK_SESSION_HANDLE, bytes: &[u8]) -> Result<CK_OBJECT_HANDLE, CK_RV> {
    let (class, kind, yes, no): (CK_OBJECT_CLASS, _, _, _) =
        (CKO_SECRET_KEY, CKK_GENERIC_SECRET, CK_TRUE, CK_FALSE);
    let mut value = attribute(CKA_VALUE, &0u8);
    (value.pValue, value.ulValueLen) = (bytes.as_ptr().cast_mut().cast(), c_len(bytes.len()));
    let mut template = [
        attribute(CKA_CLASS, &class),
        attribute(CKA_KEY_TYPE, &kind),
        attribute(CKA_TOKEN, &no),
        attribute(CKA_EXTRACTABLE, &yes),
        attribute(CKA_ENCRYPT, &no),
        value,
    ];
    // SAFETY: the values live through the call.
    unsafe { behind::create(session, &mut template) }
}
