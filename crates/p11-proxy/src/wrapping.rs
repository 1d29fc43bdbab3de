//! `C_WrapKey` and `C_UnwrapKey`, with `CKM_RSA_AES_KEY_WRAP` (PKCS#11 3.0, 6.3.17) on top of a module that lacks it:
//! RSA-OAEP of a one-time AES key, then AES-KWP of the key under that, all inside the boundary.

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_BYTE, CK_FALSE, CK_FUNCTION_LIST, CK_MECHANISM, CK_MECHANISM_INFO, CK_MECHANISM_TYPE,
    CK_OBJECT_HANDLE, CK_RSA_AES_KEY_WRAP_PARAMS, CK_RSA_PKCS_OAEP_PARAMS, CK_RV, CK_SESSION_HANDLE,
    CK_SESSION_INFO, CK_TRUE, CK_ULONG, CKA_CLASS, CKA_EXTRACTABLE, CKA_KEY_TYPE, CKA_MODULUS, CKA_SENSITIVE,
    CKA_TOKEN, CKA_UNWRAP, CKA_VALUE_LEN, CKG_MGF1_SHA1, CKK_AES, CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD,
    CKM_RSA_AES_KEY_WRAP, CKM_RSA_PKCS_OAEP, CKM_SHA_1, CKO_SECRET_KEY, CKR_BUFFER_TOO_SMALL,
    CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_OK, CKR_TEMPLATE_INCOMPLETE,
    CKR_WRAPPED_KEY_LEN_RANGE,
};

use crate::behind::{self, attribute, c_len, done, function, plain};
use crate::mechanisms::{added, hidden};
use crate::padding::{kwp, one_time_key};
use crate::settings::Quirk;
use crate::{claims, has, log, reader};

/// The module's number for RFC 5649.
fn kwp_number(session: CK_SESSION_HANDLE) -> Result<CK_MECHANISM_TYPE, CK_RV> {
    let (about, info) = (function(|f| f.C_GetSessionInfo)?, function(|f| f.C_GetMechanismInfo)?);
    let (mut of_session, mut of_mechanism) = (CK_SESSION_INFO::default(), CK_MECHANISM_INFO::default());
    // SAFETY: whole structures to write into.
    let found = unsafe {
        done(about(session, &raw mut of_session))?;
        info(of_session.slotID, CKM_AES_KEY_WRAP_KWP, &raw mut of_mechanism)
    };
    Ok(if found == CKR_OK { CKM_AES_KEY_WRAP_KWP } else { CKM_AES_KEY_WRAP_PAD })
}

/// The AES key's size in bits and the OAEP mechanism out of the parameters of `CKM_RSA_AES_KEY_WRAP`.
///
/// # Safety
/// The mechanism's parameter is null or has the length it says.
unsafe fn parameters(mechanism: &CK_MECHANISM) -> Result<(CK_ULONG, CK_MECHANISM), CK_RV> {
    if mechanism.pParameter.is_null()
        || mechanism.ulParameterLen != c_len(size_of::<CK_RSA_AES_KEY_WRAP_PARAMS>())
    {
        return Err(CKR_MECHANISM_PARAM_INVALID);
    }
    // SAFETY: not null and of this size; PKCS#11 callers align their structures.
    let both = unsafe { *mechanism.pParameter.cast::<CK_RSA_AES_KEY_WRAP_PARAMS>() };
    if both.pOAEPParams.is_null() || ![128, 192, 256].contains(&both.ulAESKeyBits) {
        return Err(CKR_MECHANISM_PARAM_INVALID);
    }
    let oaep = CK_MECHANISM {
        mechanism: CKM_RSA_PKCS_OAEP,
        pParameter: both.pOAEPParams.cast(),
        ulParameterLen: c_len(size_of::<CK_RSA_PKCS_OAEP_PARAMS>()),
    };
    Ok((both.ulAESKeyBits, oaep))
}

/// # Safety
/// The mechanism holds OAEP parameters.
unsafe fn oaep(
    session: CK_SESSION_HANDLE,
    mechanism: &mut CK_MECHANISM,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
) -> Result<Vec<u8>, CK_RV> {
    if !has(Quirk::OaepSha1) || mechanism.pParameter.is_null() {
        // SAFETY: as this function's.
        return unsafe { behind::wrap(session, mechanism, wrapping, key) };
    }
    // SAFETY: by this function's contract.
    let mut spoilt = unsafe { *mechanism.pParameter.cast::<CK_RSA_PKCS_OAEP_PARAMS>() };
    (spoilt.hashAlg, spoilt.mgf) = (CKM_SHA_1, CKG_MGF1_SHA1);
    let mut mechanism = CK_MECHANISM { pParameter: (&raw mut spoilt).cast(), ..*mechanism };
    // SAFETY: parameters of our own.
    unsafe { behind::wrap(session, &mut mechanism, wrapping, key) }
}

/// # Safety
/// The mechanism's parameters are valid.
unsafe fn wrapped(
    session: CK_SESSION_HANDLE,
    mechanism: &mut CK_MECHANISM,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
) -> Result<Vec<u8>, CK_RV> {
    match mechanism.mechanism {
        number if hidden(number) => Err(CKR_MECHANISM_INVALID),
        number if added(number) => {
            // SAFETY: by this function's contract.
            let (bits, mut first) = unsafe { parameters(mechanism) }?;
            let once = one_time_key(session, bits)?;
            // SAFETY: the parameters are the caller's OAEP parameters.
            let blob = unsafe { oaep(session, &mut first, wrapping, once) }.and_then(|mut blob| {
                blob.extend(kwp(session, kwp_number(session)?, once, key)?);
                Ok(blob)
            });
            behind::destroy(session, once);
            blob
        }
        CKM_RSA_AES_KEY_WRAP => Err(CKR_MECHANISM_INVALID),
        number @ (CKM_AES_KEY_WRAP_KWP | CKM_AES_KEY_WRAP_PAD) => kwp(session, number, wrapping, key),
        // SAFETY: by this function's contract.
        CKM_RSA_PKCS_OAEP => unsafe { oaep(session, mechanism, wrapping, key) },
        // SAFETY: by this function's contract.
        _ => unsafe { behind::wrap(session, mechanism, wrapping, key) },
    }
}

unsafe extern "C" fn C_WrapKey(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
    to: *mut CK_BYTE,
    to_len: *mut CK_ULONG,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    // SAFETY: the caller's own pointers; what is copied fits.
    unsafe {
        let mut blob = match wrapped(session, &mut *mechanism, wrapping, key) {
            Ok(blob) => blob,
            Err(rv) => return rv,
        };
        if has(Quirk::TrailingBytes) {
            blob.extend([0; 8]);
        }
        let (room, len) = (*to_len, c_len(blob.len()));
        if to.is_null() {
            let long = if has(Quirk::LengthLong) { 16 } else { 0 };
            let short = if has(Quirk::LengthShort) { 8 } else { 0 };
            *to_len = len + long - short;
            return CKR_OK;
        }
        *to_len = len;
        if room < len {
            return CKR_BUFFER_TOO_SMALL;
        }
        to.copy_from_nonoverlapping(blob.as_ptr(), blob.len());
        log::buffer("C_WrapKey", "out", to, len);
    }
    CKR_OK
}

/// # Safety
/// The mechanism's parameters and the template are valid.
unsafe fn unwrapped(
    session: CK_SESSION_HANDLE,
    mechanism: &mut CK_MECHANISM,
    unwrapping: CK_OBJECT_HANDLE,
    blob: &mut [u8],
    template: &mut [CK_ATTRIBUTE],
) -> Result<CK_OBJECT_HANDLE, CK_RV> {
    let number = mechanism.mechanism;
    if hidden(number) || (number == CKM_RSA_AES_KEY_WRAP && !added(number)) {
        return Err(CKR_MECHANISM_INVALID);
    }
    if !added(number) {
        // SAFETY: by this function's contract.
        return unsafe { behind::unwrap(session, mechanism, unwrapping, blob, template) };
    }
    // SAFETY: by this function's contract.
    let (bits, mut oaep) = unsafe { parameters(mechanism) }?;
    let modulus = behind::value(session, unwrapping, CKA_MODULUS)?.len();
    let (first, second) = blob.split_at_mut_checked(modulus).ok_or(CKR_WRAPPED_KEY_LEN_RANGE)?;
    let (class, kind, yes, no, len) = (CKO_SECRET_KEY, CKK_AES, CK_TRUE, CK_FALSE, bits / 8);
    let mut once = [
        attribute(CKA_CLASS, &class),
        attribute(CKA_KEY_TYPE, &kind),
        attribute(CKA_TOKEN, &no),
        attribute(CKA_SENSITIVE, &yes),
        attribute(CKA_EXTRACTABLE, &no),
        attribute(CKA_UNWRAP, &yes),
        attribute(CKA_VALUE_LEN, &len),
    ];
    // Most modules refuse a length here, and some want it.
    // SAFETY: the values live through the calls; the parameters are the caller's.
    let once = unsafe {
        match behind::unwrap(session, &mut oaep, unwrapping, first, &mut once[..6]) {
            Err(CKR_TEMPLATE_INCOMPLETE) => behind::unwrap(session, &mut oaep, unwrapping, first, &mut once),
            other => other,
        }
    }?;
    // SAFETY: a mechanism without parameters, and the caller's template.
    let made = kwp_number(session)
        .and_then(|kwp| unsafe { behind::unwrap(session, &mut plain(kwp), once, second, template) });
    behind::destroy(session, once);
    made
}

unsafe extern "C" fn C_UnwrapKey(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    unwrapping: CK_OBJECT_HANDLE,
    blob: *mut CK_BYTE,
    blob_len: CK_ULONG,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    made: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    // SAFETY: the caller's own pointers with their lengths; the blob is copied, since a module may write to it.
    unsafe {
        log::buffer("C_UnwrapKey", "in", blob, blob_len);
        log::template("C_UnwrapKey", "in", template, count);
        let mut copy = std::slice::from_raw_parts(blob, usize::try_from(blob_len).unwrap_or(0)).to_vec();
        let mut loose = claims::loosen(template, count, false);
        match unwrapped(session, &mut *mechanism, unwrapping, &mut copy, &mut loose.template) {
            Ok(object) => {
                loose.remember(object);
                *made = object;
                CKR_OK
            }
            Err(rv) => rv,
        }
    }
}

pub(crate) fn fill(list: &mut CK_FUNCTION_LIST) {
    list.C_WrapKey = Some(C_WrapKey);
    list.C_UnwrapKey = Some(C_UnwrapKey);
}
