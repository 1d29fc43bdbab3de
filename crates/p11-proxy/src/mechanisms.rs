//! Slots and mechanisms as the proxy shows them.

use cryptoki_sys::{
    CK_BBOOL, CK_FALSE, CK_FUNCTION_LIST, CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_RV, CK_SLOT_ID,
    CK_TOKEN_INFO, CK_ULONG, CKF_HW, CKF_PROTECTED_AUTHENTICATION_PATH, CKF_UNWRAP, CKF_WRAP,
    CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD, CKM_RSA_AES_KEY_WRAP, CKR_BUFFER_TOO_SMALL,
    CKR_MECHANISM_INVALID, CKR_OK, CKR_TOKEN_NOT_PRESENT,
};

use crate::behind::{c_len, done, function};
use crate::settings::Quirk;
use crate::{has, reader};

/// Whether the caller must not see this mechanism.
pub(crate) fn hidden(mechanism: CK_MECHANISM_TYPE) -> bool {
    has(Quirk::NoKwp) && matches!(mechanism, CKM_AES_KEY_WRAP_KWP | CKM_AES_KEY_WRAP_PAD)
}

/// Whether this is the mechanism the proxy adds.
pub(crate) fn added(mechanism: CK_MECHANISM_TYPE) -> bool {
    mechanism == CKM_RSA_AES_KEY_WRAP && !has(Quirk::NoRsaAes)
}

/// Writes a list the PKCS#11 way: only its length when there is no room.
///
/// # Safety
/// `to` is null or has room for `*count` values; `count` is valid.
unsafe fn deliver<T: Copy>(list: &[T], to: *mut T, count: *mut CK_ULONG) -> CK_RV {
    // SAFETY: by this function's contract; what is copied fits.
    unsafe {
        let room = usize::try_from(*count).unwrap_or(0);
        *count = c_len(list.len());
        if to.is_null() {
            return CKR_OK;
        }
        if room < list.len() {
            return CKR_BUFFER_TOO_SMALL;
        }
        to.copy_from_nonoverlapping(list.as_ptr(), list.len());
    }
    CKR_OK
}

unsafe extern "C" fn C_GetSlotList(present: CK_BBOOL, to: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    if present != CK_FALSE && reader::is_empty() {
        // SAFETY: the caller's pointers.
        return unsafe { deliver::<CK_SLOT_ID>(&[], to, count) };
    }
    match function(|f| f.C_GetSlotList) {
        // SAFETY: the caller's own arguments, handed on.
        Ok(call) => unsafe { call(present, to, count) },
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_GetTokenInfo(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    if reader::is_empty() {
        return CKR_TOKEN_NOT_PRESENT;
    }
    match function(|f| f.C_GetTokenInfo) {
        // SAFETY: the caller's own arguments, handed on; then the structure is filled.
        Ok(call) => unsafe {
            let rv = call(slot, info);
            if rv == CKR_OK && has(Quirk::PinPad) {
                (*info).flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
            }
            rv
        },
        Err(rv) => rv,
    }
}

fn list(slot: CK_SLOT_ID) -> Result<Vec<CK_MECHANISM_TYPE>, CK_RV> {
    let call = function(|f| f.C_GetMechanismList)?;
    let mut found = vec![0; 1024];
    let mut count = c_len(found.len());
    // SAFETY: `count` is the room there is.
    done(unsafe { call(slot, found.as_mut_ptr(), &raw mut count) })?;
    found.truncate(usize::try_from(count).unwrap_or(0));
    found.retain(|m| !hidden(*m) && *m != CKM_RSA_AES_KEY_WRAP);
    if added(CKM_RSA_AES_KEY_WRAP) {
        found.push(CKM_RSA_AES_KEY_WRAP);
    }
    Ok(found)
}

unsafe extern "C" fn C_GetMechanismList(
    slot: CK_SLOT_ID,
    to: *mut CK_MECHANISM_TYPE,
    count: *mut CK_ULONG,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match list(slot) {
        // SAFETY: the caller's pointers.
        Ok(found) => unsafe { deliver(&found, to, count) },
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_GetMechanismInfo(
    slot: CK_SLOT_ID,
    mechanism: CK_MECHANISM_TYPE,
    to: *mut CK_MECHANISM_INFO,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    if hidden(mechanism) || (mechanism == CKM_RSA_AES_KEY_WRAP && !added(mechanism)) {
        return CKR_MECHANISM_INVALID;
    }
    let mut info = CK_MECHANISM_INFO { ulMinKeySize: 2048, ulMaxKeySize: 4096, flags: CKF_WRAP | CKF_UNWRAP };
    if !added(mechanism) {
        let call = match function(|f| f.C_GetMechanismInfo) {
            Ok(call) => call,
            Err(rv) => return rv,
        };
        // SAFETY: `info` is a whole structure.
        if let Err(rv) = done(unsafe { call(slot, mechanism, &raw mut info) }) {
            return rv;
        }
    }
    if has(Quirk::Hardware) {
        info.flags |= CKF_HW;
    }
    // SAFETY: the caller's pointer.
    unsafe { *to = info };
    CKR_OK
}

pub(crate) fn fill(list: &mut CK_FUNCTION_LIST) {
    list.C_GetSlotList = Some(C_GetSlotList);
    list.C_GetTokenInfo = Some(C_GetTokenInfo);
    list.C_GetMechanismList = Some(C_GetMechanismList);
    list.C_GetMechanismInfo = Some(C_GetMechanismInfo);
}
