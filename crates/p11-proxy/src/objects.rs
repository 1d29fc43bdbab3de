//! Making, copying and describing objects.

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_FUNCTION_LIST, CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG,
    CKR_ACTION_PROHIBITED, CKR_OK, CKR_TEMPLATE_INCONSISTENT,
};

use crate::behind::{self, c_len, done, function};
use crate::settings::Quirk;
use crate::{claims, dies, has, log, reader};

fn rv(outcome: Result<(), CK_RV>) -> CK_RV {
    outcome.err().unwrap_or(CKR_OK)
}

unsafe extern "C" fn C_CreateObject(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    made: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    // SAFETY: the caller's own arguments.
    rv(unsafe {
        log::template("C_CreateObject", "in", template, count);
        let of_data = claims::is_data(template, count);
        if has(Quirk::NoData) && of_data {
            return CKR_TEMPLATE_INCONSISTENT;
        }
        let mut loose = claims::loosen(template, count, false);
        let mut create = || behind::create(session, &mut loose.template);
        let created = if of_data { dies::in_call("C_CreateObject", create) } else { create() };
        created.map(|object| {
            loose.remember(object);
            *made = object;
        })
    })
}

unsafe extern "C" fn C_CopyObject(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    made: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_CopyObject) {
        // SAFETY: the caller's own arguments, handed on.
        Ok(call) => unsafe {
            log::template("C_CopyObject", "in", template, count);
            call(session, object, template, count, made)
        },
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_GetAttributeValue(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_GetAttributeValue) {
        // SAFETY: the caller's own arguments, handed on; then they are filled, also where some were refused.
        Ok(call) => unsafe {
            let rv = call(session, object, template, count);
            claims::answer(object, template, count);
            log::template("C_GetAttributeValue", "out", template, count);
            rv
        },
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_SetAttributeValue(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_SetAttributeValue) {
        // SAFETY: the caller's own arguments, handed on.
        Ok(call) => unsafe {
            log::template("C_SetAttributeValue", "in", template, count);
            let loose = claims::loosen(template, count, false);
            if has(Quirk::NoChanges) {
                CKR_ACTION_PROHIBITED
            } else if loose.lies() {
                // Said, and not done.
                loose.remember(object);
                CKR_OK
            } else {
                call(session, object, template, count)
            }
        },
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_GenerateKey(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    made: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_GenerateKey) {
        // SAFETY: the caller's own arguments, the template perhaps changed.
        Ok(call) => rv(unsafe {
            log::template("C_GenerateKey", "in", template, count);
            let mut loose = claims::loosen(template, count, false);
            let answer =
                call(session, mechanism, loose.template.as_mut_ptr(), c_len(loose.template.len()), made);
            done(answer).map(|()| loose.remember(*made))
        }),
        Err(rv) => rv,
    }
}

unsafe extern "C" fn C_GenerateKeyPair(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    public: *mut CK_ATTRIBUTE,
    public_count: CK_ULONG,
    private: *mut CK_ATTRIBUTE,
    private_count: CK_ULONG,
    made_public: *mut CK_OBJECT_HANDLE,
    made_private: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    if let Some(rv) = reader::absent() {
        return rv;
    }
    match function(|f| f.C_GenerateKeyPair) {
        // SAFETY: the caller's own arguments, the private template perhaps changed.
        Ok(call) => rv(unsafe {
            log::template("C_GenerateKeyPair", "in", public, public_count);
            log::template("C_GenerateKeyPair", "in", private, private_count);
            let mut loose = claims::loosen(private, private_count, true);
            let answer = call(
                session,
                mechanism,
                public,
                public_count,
                loose.template.as_mut_ptr(),
                c_len(loose.template.len()),
                made_public,
                made_private,
            );
            done(answer).map(|()| loose.remember(*made_private))
        }),
        Err(rv) => rv,
    }
}

pub(crate) fn fill(list: &mut CK_FUNCTION_LIST) {
    list.C_CreateObject = Some(C_CreateObject);
    list.C_CopyObject = Some(C_CopyObject);
    list.C_GetAttributeValue = Some(C_GetAttributeValue);
    list.C_SetAttributeValue = Some(C_SetAttributeValue);
    list.C_GenerateKey = Some(C_GenerateKey);
    list.C_GenerateKeyPair = Some(C_GenerateKeyPair);
}
