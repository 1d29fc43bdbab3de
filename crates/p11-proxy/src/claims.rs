//! Keys that are not what they say: made looser than asked for in the module behind, and described as asked for.

use std::slice;
use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_BBOOL, CK_FALSE, CK_OBJECT_HANDLE, CK_TRUE, CK_ULONG, CKA_ALWAYS_SENSITIVE, CKA_CLASS,
    CKA_EXTRACTABLE, CKA_LOCAL, CKA_NEVER_EXTRACTABLE, CKA_SENSITIVE, CKO_DATA,
};

use crate::has;
use crate::settings::Quirk;

static YES: CK_BBOOL = CK_TRUE;
static NO: CK_BBOOL = CK_FALSE;

/// What a key says although it is not so.
#[derive(Clone, Copy, Default)]
struct Claim {
    not_extractable: bool,
    sensitive: bool,
}

static CLAIMS: Mutex<Vec<(CK_OBJECT_HANDLE, Claim)>> = Mutex::new(Vec::new());

/// A template for the module behind, and the lie that goes with it.
pub(crate) struct Loosened {
    pub(crate) template: Vec<CK_ATTRIBUTE>,
    claim: Claim,
}

/// Whether a template is that of a data object.
///
/// # Safety
/// As for [`loosen`].
pub(crate) unsafe fn is_data(template: *const CK_ATTRIBUTE, count: CK_ULONG) -> bool {
    if template.is_null() {
        return false;
    }
    // SAFETY: by this function's contract.
    let template = unsafe { slice::from_raw_parts(template, usize::try_from(count).unwrap_or(0)) };
    template.iter().any(|attribute| {
        let long = usize::try_from(attribute.ulValueLen) == Ok(size_of::<CK_ULONG>());
        attribute.type_ == CKA_CLASS
            && long
            && !attribute.pValue.is_null()
            // SAFETY: as long as it says, as just checked; it need not be aligned.
            && unsafe { attribute.pValue.cast::<CK_ULONG>().read_unaligned() } == CKO_DATA
    })
}

/// The template as a module makes an object by it that keeps less than it was asked for; `of_pair` for a private key.
///
/// # Safety
/// `template` is null or points to `count` valid attributes, which outlive the answer.
pub(crate) unsafe fn loosen(template: *const CK_ATTRIBUTE, count: CK_ULONG, of_pair: bool) -> Loosened {
    let mut out = Loosened { template: Vec::new(), claim: Claim::default() };
    if template.is_null() {
        return out;
    }
    // SAFETY: by this function's contract.
    out.template = unsafe { slice::from_raw_parts(template, usize::try_from(count).unwrap_or(0)) }.to_vec();
    for attribute in &mut out.template {
        let point = |to: &'static CK_BBOOL| std::ptr::from_ref(to).cast_mut().cast();
        if attribute.pValue.is_null() || attribute.ulValueLen != 1 {
            continue;
        }
        // SAFETY: one byte, as just checked.
        let on = unsafe { *attribute.pValue.cast::<CK_BBOOL>() } != CK_FALSE;
        match attribute.type_ {
            CKA_EXTRACTABLE if !on && has(Quirk::WrapsLocked) => {
                attribute.pValue = point(&YES);
                out.claim.not_extractable = true;
            }
            CKA_SENSITIVE if on && (has(Quirk::LeaksValue) || (of_pair && has(Quirk::LeaksPrivate))) => {
                attribute.pValue = point(&NO);
                out.claim.sensitive = true;
            }
            _ => {}
        }
    }
    out
}

impl Loosened {
    /// Whether something is made looser than asked for.
    pub(crate) fn lies(&self) -> bool {
        self.claim.not_extractable || self.claim.sensitive
    }

    /// Keeps the lie about the object that was made.
    pub(crate) fn remember(&self, object: CK_OBJECT_HANDLE) {
        let mut claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
        claims.retain(|c| c.0 != object);
        claims.push((object, self.claim));
    }
}

/// Overwrites the module's true answers.
///
/// # Safety
/// `template` is null or points to `count` attributes that the module just filled.
pub(crate) unsafe fn answer(object: CK_OBJECT_HANDLE, template: *mut CK_ATTRIBUTE, count: CK_ULONG) {
    if template.is_null() {
        return;
    }
    let claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
    let claim = claims.iter().find(|c| c.0 == object).map(|c| c.1).unwrap_or_default();
    // SAFETY: by this function's contract.
    for attribute in unsafe { slice::from_raw_parts_mut(template, usize::try_from(count).unwrap_or(0)) } {
        let says = match attribute.type_ {
            CKA_EXTRACTABLE if claim.not_extractable => CK_FALSE,
            CKA_NEVER_EXTRACTABLE if claim.not_extractable => CK_TRUE,
            CKA_SENSITIVE if claim.sensitive => CK_TRUE,
            CKA_ALWAYS_SENSITIVE if claim.sensitive || has(Quirk::AlwaysSensitive) => CK_TRUE,
            CKA_LOCAL if has(Quirk::Local) => CK_TRUE,
            _ => continue,
        };
        if !attribute.pValue.is_null() && attribute.ulValueLen == 1 {
            // SAFETY: one byte of the caller's, as just checked.
            unsafe { *attribute.pValue.cast::<CK_BBOOL>() = says };
        }
    }
}
