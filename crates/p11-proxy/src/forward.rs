//! Calls handed on as they are, once the token is known to be in; their data is written down.

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_BYTE, CK_FLAGS, CK_FUNCTION_LIST, CK_INFO, CK_MECHANISM, CK_NOTIFY, CK_OBJECT_HANDLE,
    CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SLOT_ID, CK_SLOT_INFO, CK_ULONG, CK_USER_TYPE, CK_UTF8CHAR,
    CK_VOID_PTR, CKR_ARGUMENTS_BAD, CKR_OK, CKU_USER,
};

use crate::behind::{c_len, function};
use crate::settings::Quirk;
use crate::{dies, has, log, reader, settings};

/// `name(arguments) in [data; length] out [buffer; pointer to its length]`.
macro_rules! forward {
    ($($name:ident($($arg:ident: $kind:ty),*)
        $(in [$input:ident; $input_len:ident])?
        $(out [$output:ident; $output_len:ident])?;)*) => {
        $(
            unsafe extern "C" fn $name($($arg: $kind),*) -> CK_RV {
                if let Some(rv) = reader::absent() {
                    return rv;
                }
                let call = match function(|f| f.$name) {
                    Ok(call) => call,
                    Err(rv) => return rv,
                };
                // SAFETY: the caller's own arguments, valid by PKCS#11's contract, are read and handed on.
                unsafe {
                    $(log::buffer(stringify!($name), "in", $input, $input_len);)?
                    let rv = dies::in_call(stringify!($name), || call($($arg),*));
                    $(if rv == CKR_OK {
                        log::buffer(stringify!($name), "out", $output, *$output_len);
                    })?
                    rv
                }
            }
        )*

        fn fill_gated(list: &mut CK_FUNCTION_LIST) {
            $(list.$name = Some($name);)*
        }
    };
}

forward! {
    C_CloseSession(session: CK_SESSION_HANDLE);
    C_CloseAllSessions(slot: CK_SLOT_ID);
    C_GetSessionInfo(session: CK_SESSION_HANDLE, info: *mut CK_SESSION_INFO);
    C_OpenSession(
        slot: CK_SLOT_ID, flags: CK_FLAGS, app: CK_VOID_PTR, notify: CK_NOTIFY, session: *mut CK_SESSION_HANDLE
    );
    C_InitToken(slot: CK_SLOT_ID, pin: *mut CK_UTF8CHAR, pin_len: CK_ULONG, label: *mut CK_UTF8CHAR);
    C_InitPIN(session: CK_SESSION_HANDLE, pin: *mut CK_UTF8CHAR, pin_len: CK_ULONG);
    C_Logout(session: CK_SESSION_HANDLE);
    C_FindObjectsInit(session: CK_SESSION_HANDLE, template: *mut CK_ATTRIBUTE, count: CK_ULONG);
    C_FindObjects(
        session: CK_SESSION_HANDLE, objects: *mut CK_OBJECT_HANDLE, room: CK_ULONG, found: *mut CK_ULONG
    );
    C_FindObjectsFinal(session: CK_SESSION_HANDLE);
    C_EncryptInit(session: CK_SESSION_HANDLE, mechanism: *mut CK_MECHANISM, key: CK_OBJECT_HANDLE);
    C_Encrypt(
        session: CK_SESSION_HANDLE, data: *mut CK_BYTE, len: CK_ULONG, to: *mut CK_BYTE, to_len: *mut CK_ULONG
    ) in [data; len] out [to; to_len];
    C_DecryptInit(session: CK_SESSION_HANDLE, mechanism: *mut CK_MECHANISM, key: CK_OBJECT_HANDLE);
    C_Decrypt(
        session: CK_SESSION_HANDLE, data: *mut CK_BYTE, len: CK_ULONG, to: *mut CK_BYTE, to_len: *mut CK_ULONG
    ) in [data; len] out [to; to_len];
    C_SignInit(session: CK_SESSION_HANDLE, mechanism: *mut CK_MECHANISM, key: CK_OBJECT_HANDLE);
    C_Sign(
        session: CK_SESSION_HANDLE, data: *mut CK_BYTE, len: CK_ULONG, to: *mut CK_BYTE, to_len: *mut CK_ULONG
    ) in [data; len] out [to; to_len];
    C_SeedRandom(session: CK_SESSION_HANDLE, data: *mut CK_BYTE, len: CK_ULONG) in [data; len];
}

/// The calls that have nothing to do with a token being in.
macro_rules! always {
    ($($name:ident($($arg:ident: $kind:ty),*);)*) => {
        $(
            unsafe extern "C" fn $name($($arg: $kind),*) -> CK_RV {
                match function(|f| f.$name) {
                    // SAFETY: the caller's own arguments, handed on.
                    Ok(call) => unsafe { call($($arg),*) },
                    Err(rv) => rv,
                }
            }
        )*

        fn fill_always(list: &mut CK_FUNCTION_LIST) {
            $(list.$name = Some($name);)*
        }
    };
}

always! {
    C_Initialize(arguments: CK_VOID_PTR);
    C_Finalize(reserved: CK_VOID_PTR);
    C_GetInfo(info: *mut CK_INFO);
    C_GetSlotInfo(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO);
}

unsafe extern "C" fn C_DestroyObject(session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_DestroyObject) {
        Ok(call) => dies::in_destroying(session, object, || {
            // SAFETY: two numbers.
            unsafe { call(session, object) }
        }),
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_GenerateRandom(session: CK_SESSION_HANDLE, to: *mut CK_BYTE, len: CK_ULONG) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_GenerateRandom) {
        // SAFETY: the caller's own arguments, handed on; then the buffer is full.
        Ok(call) => unsafe {
            let rv = call(session, to, len);
            if rv == CKR_OK {
                log::buffer("C_GenerateRandom", "out", to, len);
            }
            rv
        },
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_Login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    pin_len: CK_ULONG,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    let (mut pin, mut pin_len) = (pin, pin_len);
    if has(Quirk::PinPad) && user == CKU_USER {
        if !pin.is_null() {
            return CKR_ARGUMENTS_BAD;
        }
        let pad = settings().map_or("", |s| s.pin.as_str());
        (pin, pin_len) = (pad.as_ptr().cast_mut(), c_len(pad.len()));
    }
    match function(|f| f.C_Login) {
        // SAFETY: the caller's own arguments, or a PIN that lives as long as the proxy.
        Ok(call) => unsafe { call(session, user, pin, pin_len) },
        Err(rv) => rv,
    }
}

pub(crate) fn fill(list: &mut CK_FUNCTION_LIST) {
    fill_gated(list);
    fill_always(list);
    list.C_DestroyObject = Some(C_DestroyObject);
    list.C_GenerateRandom = Some(C_GenerateRandom);
    list.C_Login = Some(C_Login);
}
