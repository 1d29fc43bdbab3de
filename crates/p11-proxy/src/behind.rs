//! Calls on the module behind, in Rust's terms.

use std::ptr::null_mut;

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_FUNCTION_LIST, CK_MECHANISM, CK_MECHANISM_TYPE, CK_OBJECT_HANDLE,
    CK_RV, CK_SESSION_HANDLE, CK_ULONG, CK_UNAVAILABLE_INFORMATION, CKR_FUNCTION_NOT_SUPPORTED,
    CKR_GENERAL_ERROR, CKR_OK,
};

use crate::proxy;

/// Room for any wrapped key: RSA-4096 in PKCS#8 is about 2.4 KiB.
const ROOM: usize = 16 * 1024;

/// A function of the module behind.
pub(crate) fn function<F>(pick: impl Fn(&CK_FUNCTION_LIST) -> Option<F>) -> Result<F, CK_RV> {
    proxy().and_then(|p| pick(&p.real)).ok_or(CKR_FUNCTION_NOT_SUPPORTED)
}

pub(crate) fn done(rv: CK_RV) -> Result<(), CK_RV> {
    if rv == CKR_OK { Ok(()) } else { Err(rv) }
}

/// A length that fits both ways; only buffers of a few KiB pass here.
pub(crate) fn c_len(len: usize) -> CK_ULONG {
    CK_ULONG::try_from(len).unwrap_or(0)
}

/// A mechanism without parameters.
pub(crate) fn plain(mechanism: CK_MECHANISM_TYPE) -> CK_MECHANISM {
    CK_MECHANISM { mechanism, pParameter: null_mut(), ulParameterLen: 0 }
}

/// An attribute that points at `value`, which must outlive its use.
pub(crate) fn attribute<T>(kind: CK_ATTRIBUTE_TYPE, value: &T) -> CK_ATTRIBUTE {
    CK_ATTRIBUTE {
        type_: kind,
        pValue: std::ptr::from_ref(value).cast_mut().cast(),
        ulValueLen: c_len(size_of::<T>()),
    }
}

/// # Safety
/// The mechanism's parameters are valid.
pub(crate) unsafe fn wrap(
    session: CK_SESSION_HANDLE,
    mechanism: &mut CK_MECHANISM,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
) -> Result<Vec<u8>, CK_RV> {
    let call = function(|f| f.C_WrapKey)?;
    let mut blob = vec![0; ROOM];
    let mut len = c_len(ROOM);
    // SAFETY: `len` is the size of `blob`; the mechanism is valid by contract.
    done(unsafe { call(session, mechanism, wrapping, key, blob.as_mut_ptr(), &raw mut len) })?;
    blob.truncate(usize::try_from(len).map_err(|_| CKR_GENERAL_ERROR)?);
    Ok(blob)
}

/// # Safety
/// The mechanism's parameters and the template are valid.
pub(crate) unsafe fn unwrap(
    session: CK_SESSION_HANDLE,
    mechanism: &mut CK_MECHANISM,
    unwrapping: CK_OBJECT_HANDLE,
    blob: &mut [u8],
    template: &mut [CK_ATTRIBUTE],
) -> Result<CK_OBJECT_HANDLE, CK_RV> {
    let call = function(|f| f.C_UnwrapKey)?;
    let mut made = 0;
    // SAFETY: slices bring their true lengths; the rest is valid by contract.
    done(unsafe {
        call(
            session,
            mechanism,
            unwrapping,
            blob.as_mut_ptr(),
            c_len(blob.len()),
            template.as_mut_ptr(),
            c_len(template.len()),
            &raw mut made,
        )
    })?;
    Ok(made)
}

/// # Safety
/// The template's values are valid.
pub(crate) unsafe fn generate(
    session: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_TYPE,
    template: &mut [CK_ATTRIBUTE],
) -> Result<CK_OBJECT_HANDLE, CK_RV> {
    let call = function(|f| f.C_GenerateKey)?;
    let (mut mechanism, mut made) = (plain(mechanism), 0);
    // SAFETY: the slice brings its true length; its values are valid by contract.
    done(unsafe {
        call(session, &raw mut mechanism, template.as_mut_ptr(), c_len(template.len()), &raw mut made)
    })?;
    Ok(made)
}

/// # Safety
/// The template's values are valid.
pub(crate) unsafe fn create(
    session: CK_SESSION_HANDLE,
    template: &mut [CK_ATTRIBUTE],
) -> Result<CK_OBJECT_HANDLE, CK_RV> {
    let call = function(|f| f.C_CreateObject)?;
    let mut made = 0;
    // SAFETY: the slice brings its true length; its values are valid by contract.
    done(unsafe { call(session, template.as_mut_ptr(), c_len(template.len()), &raw mut made) })?;
    Ok(made)
}

pub(crate) fn destroy(session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) {
    if let Ok(call) = function(|f| f.C_DestroyObject) {
        // SAFETY: two numbers. What cannot be destroyed ends with the session.
        unsafe { call(session, object) };
    }
}

/// An attribute's bytes.
pub(crate) fn value(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    kind: CK_ATTRIBUTE_TYPE,
) -> Result<Vec<u8>, CK_RV> {
    let call = function(|f| f.C_GetAttributeValue)?;
    let mut bytes = vec![0u8; ROOM];
    let mut wanted =
        CK_ATTRIBUTE { type_: kind, pValue: bytes.as_mut_ptr().cast(), ulValueLen: c_len(bytes.len()) };
    // SAFETY: the attribute says how much room `bytes` has.
    done(unsafe { call(session, object, &raw mut wanted, 1) })?;
    if wanted.ulValueLen == CK_UNAVAILABLE_INFORMATION {
        return Err(CKR_GENERAL_ERROR);
    }
    bytes.truncate(usize::try_from(wanted.ulValueLen).map_err(|_| CKR_GENERAL_ERROR)?);
    Ok(bytes)
}
