//! `C_WrapKey` of elliptic-curve private keys whose number begins with zero bytes, which kryoptic leaves out. Everything
//! happens inside the module: the key is wrapped under a one-time key, opened as a plain secret, given its zeros, and
//! wrapped again.

use std::ptr::{from_ref, null_mut};

use kryoptic_lib::pkcs11::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_BBOOL, CK_BYTE_PTR, CK_FALSE, CK_FUNCTION_LIST, CK_KEY_TYPE,
    CK_MECHANISM, CK_MECHANISM_PTR, CK_OBJECT_CLASS, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_TRUE,
    CK_ULONG, CK_ULONG_PTR, CKA_CLASS, CKA_EXTRACTABLE, CKA_KEY_TYPE, CKA_SENSITIVE, CKA_TOKEN, CKA_UNWRAP,
    CKA_VALUE, CKA_VALUE_LEN, CKA_WRAP, CKK_EC, CKK_GENERIC_SECRET, CKM_AES_KEY_GEN, CKM_AES_KEY_WRAP,
    CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD, CKO_PRIVATE_KEY, CKO_SECRET_KEY, CKR_FUNCTION_NOT_SUPPORTED,
    CKR_GENERAL_ERROR, CKR_OK,
};

/// Room for any EC key in PKCS#8, wrapped: P-521 takes 104 bytes.
const ROOM: usize = 512;
const YES: CK_BBOOL = CK_TRUE;
const NO: CK_BBOOL = CK_FALSE;

/// An attribute that points at `value`, which must outlive its use.
fn attribute<T>(kind: CK_ATTRIBUTE_TYPE, value: &T) -> CK_ATTRIBUTE {
    CK_ATTRIBUTE { type_: kind, pValue: from_ref(value).cast_mut().cast(), ulValueLen: c_len(size_of::<T>()) }
}

fn c_len(len: usize) -> CK_ULONG {
    // Only buffers of a few hundred bytes pass here.
    CK_ULONG::try_from(len).unwrap_or(0)
}

fn done(rv: CK_RV) -> Result<(), CK_RV> {
    if rv == CKR_OK { Ok(()) } else { Err(rv) }
}

/// kryoptic in a session.
struct Behind {
    list: &'static CK_FUNCTION_LIST,
    session: CK_SESSION_HANDLE,
}

impl Behind {
    fn wrap(
        &self,
        how: &mut CK_MECHANISM,
        by: CK_OBJECT_HANDLE,
        key: CK_OBJECT_HANDLE,
    ) -> Result<Vec<u8>, CK_RV> {
        let call = self.list.C_WrapKey.ok_or(CKR_FUNCTION_NOT_SUPPORTED)?;
        let mut blob = vec![0; ROOM];
        let mut len = c_len(ROOM);
        // SAFETY: `len` is the size of `blob`; the mechanism has no parameters.
        done(unsafe { call(self.session, how, by, key, blob.as_mut_ptr(), &raw mut len) })?;
        blob.truncate(usize::try_from(len).map_err(|_| CKR_GENERAL_ERROR)?);
        Ok(blob)
    }

    /// The one-time key, which may wrap what it opens.
    fn one_time_key(&self) -> Result<CK_OBJECT_HANDLE, CK_RV> {
        let call = self.list.C_GenerateKey.ok_or(CKR_FUNCTION_NOT_SUPPORTED)?;
        let (mut how, mut made) = (plain(CKM_AES_KEY_GEN), 0);
        let len: CK_ULONG = 32;
        let mut template = [
            attribute(CKA_VALUE_LEN, &len),
            attribute(CKA_TOKEN, &NO),
            attribute(CKA_WRAP, &YES),
            attribute(CKA_UNWRAP, &YES),
        ];
        // SAFETY: the array's values live through the call.
        done(unsafe {
            call(self.session, &raw mut how, template.as_mut_ptr(), c_len(template.len()), &raw mut made)
        })?;
        Ok(made)
    }

    /// Opens a wrapped key as a secret that may be read, and reads it.
    fn opened(&self, once: CK_OBJECT_HANDLE, blob: &mut [u8]) -> Result<Vec<u8>, CK_RV> {
        let call = self.list.C_UnwrapKey.ok_or(CKR_FUNCTION_NOT_SUPPORTED)?;
        let (class, kind): (CK_OBJECT_CLASS, CK_KEY_TYPE) = (CKO_SECRET_KEY, CKK_GENERIC_SECRET);
        let mut template = [
            attribute(CKA_CLASS, &class),
            attribute(CKA_KEY_TYPE, &kind),
            attribute(CKA_TOKEN, &NO),
            attribute(CKA_SENSITIVE, &NO),
            attribute(CKA_EXTRACTABLE, &YES),
        ];
        let (mut how, mut made) = (plain(CKM_AES_KEY_WRAP_KWP), 0);
        // SAFETY: slices bring their true lengths, and the template's values live through the call.
        done(unsafe {
            call(
                self.session,
                &raw mut how,
                once,
                blob.as_mut_ptr(),
                c_len(blob.len()),
                template.as_mut_ptr(),
                c_len(template.len()),
                &raw mut made,
            )
        })?;
        let value = self.value(made, CKA_VALUE, ROOM);
        self.destroy(made);
        value
    }

    fn value(
        &self,
        object: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
        room: usize,
    ) -> Result<Vec<u8>, CK_RV> {
        let call = self.list.C_GetAttributeValue.ok_or(CKR_FUNCTION_NOT_SUPPORTED)?;
        let mut bytes = vec![0u8; room];
        let mut asked =
            CK_ATTRIBUTE { type_: kind, pValue: bytes.as_mut_ptr().cast(), ulValueLen: c_len(room) };
        // SAFETY: the attribute says how much room `bytes` has.
        done(unsafe { call(self.session, object, &raw mut asked, 1) })?;
        bytes.truncate(usize::try_from(asked.ulValueLen).map_err(|_| CKR_GENERAL_ERROR)?);
        Ok(bytes)
    }

    /// A secret that may be wrapped.
    fn secret(&self, bytes: &[u8]) -> Result<CK_OBJECT_HANDLE, CK_RV> {
        let call = self.list.C_CreateObject.ok_or(CKR_FUNCTION_NOT_SUPPORTED)?;
        let (class, kind): (CK_OBJECT_CLASS, CK_KEY_TYPE) = (CKO_SECRET_KEY, CKK_GENERIC_SECRET);
        let mut made = 0;
        let mut template = [
            attribute(CKA_CLASS, &class),
            attribute(CKA_KEY_TYPE, &kind),
            attribute(CKA_TOKEN, &NO),
            attribute(CKA_EXTRACTABLE, &YES),
            CK_ATTRIBUTE {
                type_: CKA_VALUE,
                pValue: bytes.as_ptr().cast_mut().cast(),
                ulValueLen: c_len(bytes.len()),
            },
        ];
        // SAFETY: the array's values live through the call.
        done(unsafe { call(self.session, template.as_mut_ptr(), c_len(template.len()), &raw mut made) })?;
        Ok(made)
    }

    fn destroy(&self, object: CK_OBJECT_HANDLE) {
        if let Some(call) = self.list.C_DestroyObject {
            // SAFETY: two numbers. What cannot be destroyed ends with the session.
            unsafe { call(self.session, object) };
        }
    }

    fn is_ec_private(&self, key: CK_OBJECT_HANDLE) -> bool {
        let is = |kind, wanted: CK_ULONG| {
            self.value(key, kind, size_of::<CK_ULONG>()).is_ok_and(|v| v == wanted.to_ne_bytes())
        };
        is(CKA_CLASS, CKO_PRIVATE_KEY) && is(CKA_KEY_TYPE, CKK_EC)
    }

    /// The key with its zeros, as a secret in its place; none where nothing is left out.
    fn lengthened(&self, key: CK_OBJECT_HANDLE) -> Result<Option<CK_OBJECT_HANDLE>, CK_RV> {
        let once = self.one_time_key()?;
        let opened = self
            .wrap(&mut plain(CKM_AES_KEY_WRAP_KWP), once, key)
            .and_then(|mut blob| self.opened(once, &mut blob));
        self.destroy(once);
        let mut der = opened?;
        let whole = lengthened(&der);
        der.fill(0);
        whole
            .map(|mut whole| {
                let secret = self.secret(&whole);
                whole.fill(0);
                secret
            })
            .transpose()
    }
}

/// A mechanism without parameters.
fn plain(mechanism: CK_ULONG) -> CK_MECHANISM {
    CK_MECHANISM { mechanism, pParameter: null_mut(), ulParameterLen: 0 }
}

/// Bytes of the private numbers of the curve with this object identifier (RFC 5480; RFC 5915, 3).
fn number_size(curve: &[u8]) -> Option<usize> {
    match curve {
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7] => Some(32),
        [0x2b, 0x81, 4, 0, 0x22] => Some(48),
        [0x2b, 0x81, 4, 0, 0x23] => Some(66),
        _ => None,
    }
}

/// PKCS#8 as kryoptic writes it, with the number's zeros put back; none where none is missing. No element of it is longer
/// than 127 bytes, so each length is one byte, and every one round the number grows by as much as the number does.
fn lengthened(der: &[u8]) -> Option<Vec<u8>> {
    let [0x30, _, 2, 1, 0, 0x30, algorithm, ..] = der else { return None };
    let inner = 7 + usize::from(*algorithm);
    let [0x04, _, 0x30, _, 2, 1, 1, 0x04, len, number @ ..] = der.get(inner..)? else { return None };
    // The key's own identifier has nine bytes with its head; the curve's follows.
    let curve = der.get(7 + 9 + 2..inner)?;
    let zeros = number_size(curve)?.checked_sub(usize::from(*len)).filter(|n| *n > 0)?;
    if number.len() != usize::from(*len) {
        return None;
    }
    let grown = u8::try_from(zeros).ok()?;
    let mut whole = der.to_vec();
    for length in [1, inner + 1, inner + 3, inner + 8] {
        whole[length] += grown;
    }
    let at = inner + 9;
    whole.splice(at..at, std::iter::repeat_n(0, zeros));
    Some(whole)
}

/// `C_WrapKey`, by kryoptic.
///
/// # Safety
/// As PKCS#11's.
pub(crate) unsafe extern "C" fn C_WrapKey(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    by: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
    to: CK_BYTE_PTR,
    to_len: CK_ULONG_PTR,
) -> CK_RV {
    let list = match super::kryoptic() {
        Ok(list) => list,
        Err(rv) => return rv,
    };
    let Some(call) = list.C_WrapKey else { return CKR_FUNCTION_NOT_SUPPORTED };
    let behind = Behind { list, session };
    // SAFETY: null, or the caller's mechanism.
    let number = unsafe { mechanism.as_ref() }.map(|m| m.mechanism);
    let by_aes = matches!(number, Some(CKM_AES_KEY_WRAP | CKM_AES_KEY_WRAP_PAD | CKM_AES_KEY_WRAP_KWP));
    let mut secret = None;
    if by_aes && behind.is_ec_private(key) {
        match behind.lengthened(key) {
            Ok(lengthened) => secret = lengthened,
            Err(rv) => return rv,
        }
    }
    // SAFETY: the caller's own arguments; in the key's place perhaps an object made here.
    let rv = unsafe { call(session, mechanism, by, secret.unwrap_or(key), to, to_len) };
    if let Some(secret) = secret {
        behind.destroy(secret);
    }
    rv
}

#[cfg(test)]
mod tests {
    use super::*;

    const P521: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];
    const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&[tag, u8::try_from(body.len()).expect("short")], &body[..]].concat()
    }

    fn pkcs8(curve: &[u8], number: &[u8]) -> Vec<u8> {
        let ec = element(6, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]]);
        let inner = element(0x30, &[&[2, 1, 1], &element(4, &[number])]);
        element(0x30, &[&[2, 1, 0], &element(0x30, &[&ec, &element(6, &[curve])]), &element(4, &[&inner])])
    }

    #[test]
    fn a_number_that_begins_with_zeros_gets_them_back() {
        for (curve, size) in [(P521, 66), (P256, 32)] {
            for missing in [1, 2, 5] {
                let short = pkcs8(curve, &vec![7; size - missing]);
                let mut number = vec![0; missing];
                number.resize(size, 7);
                assert_eq!(lengthened(&short), Some(pkcs8(curve, &number)));
            }
            assert_eq!(lengthened(&pkcs8(curve, &vec![7; size])), None, "nothing is missing");
            assert_eq!(lengthened(&pkcs8(curve, &vec![7; size + 1])), None);
        }
        let short = pkcs8(P521, &[7; 65]);
        for cut in 0..short.len() {
            assert_eq!(lengthened(&short[..cut]), None, "{cut} bytes of a key");
        }
    }
}
