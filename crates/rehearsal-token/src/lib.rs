//! The rehearsal token: kryoptic as a PKCS#11 3.0 module of our own build, so that a ceremony can be practised with no
//! hardware. It keeps keys in a file and protects nothing; the engine marks every rehearsal as such.
//!
//! Only the three entry points that a PKCS#11 caller looks up by name are exported.
#![allow(unsafe_code, reason = "PKCS#11 modules are found by unmangled C symbol names")]
#![allow(non_snake_case, reason = "the names are fixed by PKCS#11 3.0, section 5")]

use kryoptic_lib::fns::general::{fn_get_function_list, fn_get_interface, fn_get_interface_list};
use kryoptic_lib::pkcs11::{
    CK_FLAGS, CK_FUNCTION_LIST_PTR_PTR, CK_INTERFACE_PTR, CK_INTERFACE_PTR_PTR, CK_RV, CK_ULONG_PTR,
    CK_UTF8CHAR_PTR, CK_VERSION_PTR,
};

/// `C_GetFunctionList` (PKCS#11 2.40 table).
// SAFETY: the only symbol of this name in the module.
#[unsafe(no_mangle)]
pub extern "C" fn C_GetFunctionList(list: CK_FUNCTION_LIST_PTR_PTR) -> CK_RV {
    fn_get_function_list(list)
}

/// `C_GetInterface` (PKCS#11 3.0).
// SAFETY: the only symbol of this name in the module.
#[unsafe(no_mangle)]
pub extern "C" fn C_GetInterface(
    name: CK_UTF8CHAR_PTR,
    version: CK_VERSION_PTR,
    interface: CK_INTERFACE_PTR_PTR,
    flags: CK_FLAGS,
) -> CK_RV {
    fn_get_interface(name, version, interface, flags)
}

/// `C_GetInterfaceList` (PKCS#11 3.0).
// SAFETY: the only symbol of this name in the module.
#[unsafe(no_mangle)]
pub extern "C" fn C_GetInterfaceList(list: CK_INTERFACE_PTR, count: CK_ULONG_PTR) -> CK_RV {
    fn_get_interface_list(list, count)
}
