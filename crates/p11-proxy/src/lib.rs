//! A PKCS#11 module for tests that stands in front of another one: it adds `CKM_RSA_AES_KEY_WRAP`, shows the quirks of
//! modules that are not at hand, lets a token be pulled, and writes down every byte that crosses the boundary.
//!
//! Set by environment variables, read when the module is loaded:
//!
//! * `COFFERDAM_PROXY_MODULE`: the path of the module behind it;
//! * `COFFERDAM_PROXY_QUIRKS`: names with commas, see [`settings::Quirk`];
//! * `COFFERDAM_PROXY_LOG`: a file that gets a line for every buffer that crosses, as `C_Sign in 00ff…`. A function
//!   that is not written down is not offered, so what is not in the file did not cross;
//! * `COFFERDAM_PROXY_READER`: the token is in while this file exists. A number in it counts down the calls until the
//!   token pulls itself out; see [`reader`];
//! * `COFFERDAM_PROXY_DIES`: a file that says in which call the process ends; see [`dies`];
//! * `COFFERDAM_PROXY_PIN`: what is entered on the keypad of a token with one.
#![allow(unsafe_code, reason = "a PKCS#11 module is C functions over C pointers")]
#![allow(non_snake_case, reason = "the functions bear their PKCS#11 names")]

mod behind;
mod claims;
mod dies;
mod form;
mod forward;
mod log;
mod mechanisms;
mod objects;
mod padding;
mod reader;
mod settings;
mod wrapping;

use std::ptr::null_mut;
use std::sync::OnceLock;

use cryptoki_sys::{
    CK_FUNCTION_LIST, CK_RV, CK_VERSION, CKR_ARGUMENTS_BAD, CKR_GENERAL_ERROR, CKR_OK, Pkcs11,
};

use settings::{Quirk, Settings};

/// The module behind, and the table that callers get.
struct Proxy {
    real: CK_FUNCTION_LIST,
    ours: CK_FUNCTION_LIST,
    settings: Settings,
    // Keeps the code mapped as long as `real` points into it.
    _library: Pkcs11,
}

// SAFETY: the tables are never written after they are made; the module behind locks for itself.
unsafe impl Send for Proxy {}
// SAFETY: as above.
unsafe impl Sync for Proxy {}

static PROXY: OnceLock<Option<Proxy>> = OnceLock::new();

/// The proxy; only entry points call this, and they are handed out only when there is one.
fn proxy() -> Option<&'static Proxy> {
    PROXY.get()?.as_ref()
}

fn settings() -> Option<&'static Settings> {
    proxy().map(|p| &p.settings)
}

fn has(quirk: Quirk) -> bool {
    settings().is_some_and(|s| s.quirks.contains(&quirk))
}

fn start() -> Option<Proxy> {
    let settings = Settings::from_environment()?;
    // SAFETY: loading runs the module's initialisers; the test chose the module.
    let library = unsafe { Pkcs11::new(&settings.module) }.ok()?;
    let mut list = null_mut();
    // SAFETY: the symbol is checked first, and `list` is a place for one pointer.
    let answer =
        library.C_GetFunctionList.is_ok().then(|| unsafe { library.C_GetFunctionList(&raw mut list) });
    if answer != Some(CKR_OK) || list.is_null() {
        return None;
    }
    // SAFETY: not null, and a whole table by PKCS#11's promise.
    let real = unsafe { *list };
    let mut ours = CK_FUNCTION_LIST { version: CK_VERSION { major: 2, minor: 40 }, ..Default::default() };
    ours.C_GetFunctionList = Some(C_GetFunctionList);
    forward::fill(&mut ours);
    mechanisms::fill(&mut ours);
    objects::fill(&mut ours);
    wrapping::fill(&mut ours);
    Some(Proxy { real, ours, settings, _library: library })
}

/// PKCS#11's one entry point. Answers `CKR_GENERAL_ERROR` when the settings are wrong or the module behind cannot be
/// loaded.
///
/// # Safety
/// `out` is null or a place for one pointer.
// SAFETY: the only symbol of this name in the module.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(out: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    let Some(proxy) = PROXY.get_or_init(start) else { return CKR_GENERAL_ERROR };
    if out.is_null() {
        return CKR_ARGUMENTS_BAD;
    }
    // SAFETY: not null; PKCS#11's type is not const, but no caller may write to the table.
    unsafe { *out = (&raw const proxy.ours).cast_mut() };
    CKR_OK
}
