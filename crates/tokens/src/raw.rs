//! The few PKCS#11 calls that `cryptoki` lacks or gets wrong, made straight through the module's function list:
//! `C_Initialize` (with NSS's settings), `C_GetTokenInfo` (fails there on a malformed clock), `C_WrapKey` (not truncated there) and `C_UnwrapKey` with AES-KWP.

use std::ffi::{CStr, c_void};
use std::path::Path;
use std::ptr::null_mut;

use cryptoki::error::Rv;
use cryptoki::object::Attribute;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_C_INITIALIZE_ARGS, CK_FUNCTION_LIST, CK_INFO, CK_MECHANISM, CK_MECHANISM_TYPE,
    CK_OBJECT_CLASS, CK_RSA_AES_KEY_WRAP_PARAMS, CK_RSA_PKCS_OAEP_PARAMS, CK_TOKEN_INFO, CKA_CLASS,
    CKF_OS_LOCKING_OK, CKF_PROTECTED_AUTHENTICATION_PATH, CKF_TOKEN_INITIALIZED, CKF_USER_PIN_INITIALIZED,
    CKG_MGF1_SHA1, CKG_MGF1_SHA256, CKG_MGF1_SHA384, CKG_MGF1_SHA512, CKM_RSA_AES_KEY_WRAP,
    CKM_RSA_PKCS_OAEP, CKM_SHA_1, CKM_SHA256, CKM_SHA384, CKM_SHA512, CKR_CRYPTOKI_ALREADY_INITIALIZED,
    CKZ_DATA_SPECIFIED,
};

use crate::words;
use crate::{ModuleInfo, OaepHash, TokenError, TokenInfo};

/// Room for any wrapped key here: RSA-4096 in PKCS#8 (about 2.4 KiB) and an OAEP block. Some modules' length queries
/// are too small, so none is made.
const BLOB_MAX: usize = 8 * 1024;

/// A wrapping mechanism with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// AES key wrap with padding under this mechanism number.
    Kwp(CK_MECHANISM_TYPE),
    /// RSA-OAEP, MGF1 with the same hash, empty label.
    Oaep(OaepHash),
    /// `CKM_RSA_AES_KEY_WRAP` with a 256-bit AES key.
    RsaAes(OaepHash),
}

impl std::fmt::Display for Wrapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kwp(_) => f.write_str("AES key wrap"),
            Self::Oaep(_) => f.write_str("RSA-OAEP"),
            Self::RsaAes(_) => f.write_str("CKM_RSA_AES_KEY_WRAP"),
        }
    }
}

/// A second handle on the loaded module; the loader shares one copy of the library.
pub(crate) struct Raw {
    list: CK_FUNCTION_LIST,
    // Keeps the code mapped as long as `list` points into it.
    _library: cryptoki_sys::Pkcs11,
}

fn failed(rv: cryptoki_sys::CK_RV, call: &str) -> Result<(), TokenError> {
    match Rv::from(rv) {
        Rv::Ok => Ok(()),
        Rv::Error(e) => Err(TokenError::from_rv(e, call)),
    }
}

fn absent(call: &str) -> TokenError {
    TokenError::NotOffered { reason: words::module_lacks(call) }
}

fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(field).trim_end_matches([' ', '\0']).to_owned()
}

fn c_len(len: usize) -> cryptoki_sys::CK_ULONG {
    // Only lengths of buffers of ours, far below 4 GiB.
    cryptoki_sys::CK_ULONG::try_from(len).unwrap_or(0)
}

impl Raw {
    pub(crate) fn load(path: &Path) -> Result<Self, TokenError> {
        let error = |why: String| TokenError::ModuleLoad { path: path.display().to_string(), why };
        // SAFETY: loading runs the module's initialisers; the operator chose the module by path.
        let library = unsafe { cryptoki_sys::Pkcs11::new(path) }.map_err(|e| error(e.to_string()))?;
        if library.C_GetFunctionList.is_err() {
            return Err(error(words::NO_FUNCTION_LIST.to_owned()));
        }
        let mut list = null_mut();
        // SAFETY: the symbol exists (checked above) and `list` is a place for one pointer.
        let rv = unsafe { library.C_GetFunctionList(&raw mut list) };
        failed(rv, "C_GetFunctionList")?;
        if list.is_null() {
            return Err(error(words::FUNCTION_LIST_EMPTY.to_owned()));
        }
        // SAFETY: not null; PKCS#11 promises a CK_FUNCTION_LIST that lives as long as the library, kept beside it.
        let list = unsafe { *list };
        Ok(Self { list, _library: library })
    }

    /// Starts the module with the system's locks, telling it `settings` the way NSS wants it; `false` when it was
    /// running already.
    pub(crate) fn initialise(&self, settings: Option<&CStr>) -> Result<bool, TokenError> {
        /// NSS puts its settings where PKCS#11 has the reserved pointer, and expects one more pointer after it.
        #[repr(C)]
        struct Arguments {
            standard: CK_C_INITIALIZE_ARGS,
            after: *mut c_void,
        }
        let call = self.list.C_Initialize.ok_or_else(|| absent("C_Initialize"))?;
        let mut arguments = Arguments {
            standard: CK_C_INITIALIZE_ARGS {
                CreateMutex: None,
                DestroyMutex: None,
                LockMutex: None,
                UnlockMutex: None,
                flags: CKF_OS_LOCKING_OK,
                pReserved: settings.map_or(null_mut(), |s| s.as_ptr().cast_mut().cast()),
            },
            after: null_mut(),
        };
        // SAFETY: the arguments outlive the call; `settings` is zero-terminated and only read.
        let rv = unsafe { call((&raw mut arguments).cast()) };
        if rv == CKR_CRYPTOKI_ALREADY_INITIALIZED {
            return Ok(false);
        }
        failed(rv, "C_Initialize").map(|()| true)
    }

    /// Stops the module: every session and login of this process ends.
    pub(crate) fn finalise(&self) -> Result<(), TokenError> {
        let call = self.list.C_Finalize.ok_or_else(|| absent("C_Finalize"))?;
        // SAFETY: the argument is reserved and must be null.
        failed(unsafe { call(null_mut()) }, "C_Finalize")
    }

    pub(crate) fn about(&self) -> Result<ModuleInfo, TokenError> {
        let call = self.list.C_GetInfo.ok_or_else(|| absent("C_GetInfo"))?;
        let mut info = CK_INFO::default();
        // SAFETY: `info` is a whole CK_INFO to write into.
        failed(unsafe { call(&raw mut info) }, "C_GetInfo")?;
        Ok(ModuleInfo {
            manufacturer: text(&info.manufacturerID),
            description: text(&info.libraryDescription),
            version: format!("{}.{}", info.libraryVersion.major, info.libraryVersion.minor),
        })
    }

    fn raw_info(&self, slot: u64) -> Result<CK_TOKEN_INFO, TokenError> {
        let call = self.list.C_GetTokenInfo.ok_or_else(|| absent("C_GetTokenInfo"))?;
        let mut info = CK_TOKEN_INFO::default();
        // SAFETY: `info` is a whole CK_TOKEN_INFO to write into.
        failed(unsafe { call(slot, &raw mut info) }, "C_GetTokenInfo")?;
        Ok(info)
    }

    pub(crate) fn token_info(&self, slot: u64) -> Result<TokenInfo, TokenError> {
        let i = self.raw_info(slot)?;
        Ok(TokenInfo {
            slot,
            label: text(&i.label),
            manufacturer: text(&i.manufacturerID),
            model: text(&i.model),
            serial: text(&i.serialNumber),
            firmware: format!("{}.{}", i.firmwareVersion.major, i.firmwareVersion.minor),
            pin_pad: i.flags & CKF_PROTECTED_AUTHENTICATION_PATH != 0,
            initialised: i.flags & CKF_TOKEN_INITIALIZED != 0 && i.flags & CKF_USER_PIN_INITIALIZED != 0,
        })
    }

    /// `CK_TOKEN_INFO.flags`.
    pub(crate) fn flags(&self, slot: u64) -> Result<u64, TokenError> {
        Ok(self.raw_info(slot)?.flags)
    }

    /// `CKA_CLASS` of an object, in the one call that it takes.
    pub(crate) fn class(&self, session: u64, object: u64) -> Result<u64, TokenError> {
        let call = self.list.C_GetAttributeValue.ok_or_else(|| absent("C_GetAttributeValue"))?;
        let mut class: CK_OBJECT_CLASS = 0;
        let mut asked = CK_ATTRIBUTE {
            type_: CKA_CLASS,
            pValue: (&raw mut class).cast(),
            ulValueLen: c_len(size_of::<CK_OBJECT_CLASS>()),
        };
        // SAFETY: one attribute, whose value points to a place of the length that it says.
        failed(unsafe { call(session, object, &raw mut asked, 1) }, "C_GetAttributeValue")?;
        Ok(class)
    }

    pub(crate) fn wrap(
        &self,
        session: u64,
        how: Wrapping,
        wrapping: u64,
        key: u64,
    ) -> Result<Vec<u8>, TokenError> {
        let call = self.list.C_WrapKey.ok_or_else(|| absent("C_WrapKey"))?;
        let mut blob = vec![0; BLOB_MAX];
        let mut len = c_len(BLOB_MAX);
        with_mechanism(how, |mechanism| {
            // SAFETY: the mechanism and what it points to live through this closure; `len` says how big `blob` is.
            failed(
                unsafe { call(session, mechanism, wrapping, key, blob.as_mut_ptr(), &raw mut len) },
                "C_WrapKey",
            )
        })?;
        blob.truncate(usize::try_from(len).unwrap_or(0));
        Ok(blob)
    }

    /// What a length query answers, which may be too much and is sometimes too little. Only the trials ask.
    pub(crate) fn wrapped_length(
        &self,
        session: u64,
        how: Wrapping,
        wrapping: u64,
        key: u64,
    ) -> Result<usize, TokenError> {
        let call = self.list.C_WrapKey.ok_or_else(|| absent("C_WrapKey"))?;
        let mut len = 0;
        with_mechanism(how, |mechanism| {
            // SAFETY: the mechanism lives through this closure; a null buffer asks for the length alone.
            let rv = unsafe { call(session, mechanism, wrapping, key, null_mut(), &raw mut len) };
            failed(rv, "C_WrapKey")
        })?;
        usize::try_from(len)
            .map_err(|_| TokenError::Failed { call: "C_WrapKey".into(), rv: "a length".into() })
    }

    pub(crate) fn unwrap(
        &self,
        session: u64,
        how: Wrapping,
        wrapping: u64,
        blob: &[u8],
        template: &[Attribute],
    ) -> Result<u64, TokenError> {
        let call = self.list.C_UnwrapKey.ok_or_else(|| absent("C_UnwrapKey"))?;
        let mut attributes: Vec<CK_ATTRIBUTE> = template.iter().map(Into::into).collect();
        let mut blob = blob.to_vec(); // the C signature is not const
        let mut handle = 0;
        with_mechanism(how, |mechanism| {
            // SAFETY: every pointer comes with its true length; `template` outlives the attributes that point into it.
            let rv = unsafe {
                call(
                    session,
                    mechanism,
                    wrapping,
                    blob.as_mut_ptr(),
                    c_len(blob.len()),
                    attributes.as_mut_ptr(),
                    c_len(attributes.len()),
                    &raw mut handle,
                )
            };
            failed(rv, "C_UnwrapKey")
        })?;
        Ok(handle)
    }
}

/// Builds the mechanism on the stack and lends it to `f`.
fn with_mechanism<T>(how: Wrapping, f: impl FnOnce(*mut CK_MECHANISM) -> T) -> T {
    let hash = match how {
        Wrapping::Oaep(h) | Wrapping::RsaAes(h) => h,
        Wrapping::Kwp(number) => {
            let mut plain = CK_MECHANISM { mechanism: number, pParameter: null_mut(), ulParameterLen: 0 };
            return f(&raw mut plain);
        }
    };
    let (hash, mgf) = match hash {
        OaepHash::Sha1 => (CKM_SHA_1, CKG_MGF1_SHA1),
        OaepHash::Sha256 => (CKM_SHA256, CKG_MGF1_SHA256),
        OaepHash::Sha384 => (CKM_SHA384, CKG_MGF1_SHA384),
        OaepHash::Sha512 => (CKM_SHA512, CKG_MGF1_SHA512),
    };
    let mut oaep = CK_RSA_PKCS_OAEP_PARAMS {
        hashAlg: hash,
        mgf,
        source: CKZ_DATA_SPECIFIED,
        pSourceData: null_mut(),
        ulSourceDataLen: 0,
    };
    if matches!(how, Wrapping::Oaep(_)) {
        let mut mechanism = CK_MECHANISM {
            mechanism: CKM_RSA_PKCS_OAEP,
            pParameter: (&raw mut oaep).cast(),
            ulParameterLen: c_len(size_of::<CK_RSA_PKCS_OAEP_PARAMS>()),
        };
        return f(&raw mut mechanism);
    }
    let mut both = CK_RSA_AES_KEY_WRAP_PARAMS { ulAESKeyBits: 256, pOAEPParams: &raw mut oaep };
    let mut mechanism = CK_MECHANISM {
        mechanism: CKM_RSA_AES_KEY_WRAP,
        pParameter: (&raw mut both).cast(),
        ulParameterLen: c_len(size_of::<CK_RSA_AES_KEY_WRAP_PARAMS>()),
    };
    f(&raw mut mechanism)
}
