//! The rehearsal token: kryoptic as a PKCS#11 module of our own build, so that a ceremony can be practised with no
//! hardware. It keeps keys in a file and protects nothing; the engine marks every rehearsal as such.
//!
//! One thing is not kryoptic's: it keeps the private number of an elliptic-curve key that it made without the zero bytes
//! it begins with, and wraps it so. This module puts them back, see [`whole`], so that a rehearsal shows what a token does
//! that follows RFC 5915.
//!
//! Only the entry point that every PKCS#11 caller looks up by name is exported, so that nobody gets at `C_WrapKey` as
//! kryoptic has it.
#![allow(unsafe_code, reason = "PKCS#11 modules are found by unmangled C symbol names")]
#![allow(non_snake_case, reason = "the names are fixed by PKCS#11 3.0, section 5")]

mod whole;

use std::ptr::null;
use std::sync::OnceLock;

use kryoptic_lib::fns::general::fn_get_function_list;
use kryoptic_lib::pkcs11::{CK_FUNCTION_LIST, CK_FUNCTION_LIST_PTR_PTR, CK_RV, CKR_ARGUMENTS_BAD, CKR_OK};

/// kryoptic's table.
fn kryoptic() -> Result<&'static CK_FUNCTION_LIST, CK_RV> {
    let mut list: *const CK_FUNCTION_LIST = null();
    match fn_get_function_list((&raw mut list).cast()) {
        // SAFETY: kryoptic gives the address of a static.
        CKR_OK => unsafe { list.as_ref() }.ok_or(CKR_ARGUMENTS_BAD),
        other => Err(other),
    }
}

/// `C_GetFunctionList` (PKCS#11 2.40 table).
///
/// # Safety
/// `list` is null or a place for one pointer.
// SAFETY: the only symbol of this name in the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: CK_FUNCTION_LIST_PTR_PTR) -> CK_RV {
    static OURS: OnceLock<CK_FUNCTION_LIST> = OnceLock::new();
    if list.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    let theirs = match kryoptic() {
        Ok(theirs) => theirs,
        Err(rv) => return rv,
    };
    let ours = OURS.get_or_init(|| CK_FUNCTION_LIST {
        C_GetFunctionList: Some(C_GetFunctionList),
        C_WrapKey: Some(whole::C_WrapKey),
        ..*theirs
    });
    // SAFETY: not null; PKCS#11's type is not const, but no caller may write to the table.
    unsafe { *list = std::ptr::from_ref(ours).cast_mut().cast() };
    CKR_OK
}
