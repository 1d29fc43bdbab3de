//! Wrapping AES keys in a token, against a bare loop of the same `C_WrapKey` calls on the same module in the same
//! process: what our session handling, checks and trials cost a key.
#![allow(
    unsafe_code,
    reason = "the other side of the measurement is the module's own functions, called bare"
)]

use crate::table;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_FUNCTION_LIST, CK_MECHANISM, CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CKA_CLASS,
    CKA_ENCRYPT, CKA_KEY_TYPE, CKA_LABEL, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_TOKEN, CKA_UNWRAP, CKA_VALUE,
    CKA_WRAP, CKF_RW_SESSION, CKF_SERIAL_SESSION, CKG_MGF1_SHA1, CKK_AES, CKK_RSA, CKM_RSA_PKCS_OAEP,
    CKM_SHA_1, CKO_PUBLIC_KEY, CKO_SECRET_KEY, CKZ_DATA_SPECIFIED,
};
use secrets::{SecretBytes, SecretText};
use std::ffi::c_void;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use tokens::{KeySpec, Module, OaepHash, Recipe, Token as _};

const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
const ROUNDS: usize = 7;
const KEYS: u32 = 1000;
const LABEL: &[u8] = b"bench-master";
/// SoftHSM's number for AES-KWP (RFC 5649).
const KWP: u64 = 0x210a;

/// The module's functions, a session and the key, as a C program would have them.
struct Bare {
    list: *mut CK_FUNCTION_LIST,
    session: CK_SESSION_HANDLE,
    key: CK_OBJECT_HANDLE,
    _library: cryptoki_sys::Pkcs11,
}

fn attribute<T: ?Sized>(kind: u64, value: &T) -> CK_ATTRIBUTE {
    CK_ATTRIBUTE {
        type_: kind,
        pValue: std::ptr::from_ref(value).cast::<c_void>().cast_mut(),
        ulValueLen: u64::try_from(size_of_val(value)).unwrap_or(0),
    }
}

macro_rules! call {
    ($bare:expr, $name:ident, $($argument:expr),*) => {{
        // SAFETY: the list is the loaded module's, and the arguments are as PKCS#11 wants them for this function.
        let code = unsafe { ((*$bare.list).$name.expect("a function"))($($argument),*) };
        assert_eq!(code, 0, "{}: {code:#x}", stringify!($name));
    }};
}

impl Bare {
    fn open(slot: u64) -> Self {
        // SAFETY: the module is running in this process already.
        let library = unsafe { cryptoki_sys::Pkcs11::new(SOFTHSM) }.expect("a module");
        let mut list: *mut CK_FUNCTION_LIST = std::ptr::null_mut();
        // SAFETY: the pointer is where the answer goes.
        assert_eq!(unsafe { library.C_GetFunctionList(&raw mut list) }, 0);
        let mut bare = Self { list, session: 0, key: 0, _library: library };
        let flags = CKF_SERIAL_SESSION | CKF_RW_SESSION;
        call!(bare, C_OpenSession, slot, flags, std::ptr::null_mut(), None, &raw mut bare.session);
        let mut template = [attribute(CKA_LABEL, LABEL), attribute(CKA_CLASS, &CKO_SECRET_KEY)];
        call!(bare, C_FindObjectsInit, bare.session, template.as_mut_ptr(), 2);
        let mut found = 0;
        call!(bare, C_FindObjects, bare.session, &raw mut bare.key, 1, &raw mut found);
        call!(bare, C_FindObjectsFinal, bare.session);
        assert_eq!(found, 1, "the key is not there");
        bare
    }

    fn object(&self, template: &mut [CK_ATTRIBUTE]) -> CK_OBJECT_HANDLE {
        let mut made = 0;
        let count = u64::try_from(template.len()).unwrap_or(0);
        call!(self, C_CreateObject, self.session, template.as_mut_ptr(), count, &raw mut made);
        made
    }

    fn aes(&self, value: &[u8]) -> CK_OBJECT_HANDLE {
        let (yes, no) = (1_u8, 0_u8);
        self.object(&mut [
            attribute(CKA_CLASS, &CKO_SECRET_KEY),
            attribute(CKA_KEY_TYPE, &CKK_AES),
            attribute(CKA_TOKEN, &no),
            attribute(CKA_WRAP, &yes),
            attribute(CKA_UNWRAP, &yes),
            attribute(CKA_VALUE, value),
        ])
    }

    fn rsa(&self, n: &[u8], e: &[u8]) -> CK_OBJECT_HANDLE {
        let (yes, no) = (1_u8, 0_u8);
        self.object(&mut [
            attribute(CKA_CLASS, &CKO_PUBLIC_KEY),
            attribute(CKA_KEY_TYPE, &CKK_RSA),
            attribute(CKA_TOKEN, &no),
            attribute(CKA_WRAP, &yes),
            attribute(CKA_ENCRYPT, &yes),
            attribute(CKA_MODULUS, n),
            attribute(CKA_PUBLIC_EXPONENT, e),
        ])
    }

    /// One `C_WrapKey` with a buffer that is large enough, as a C program would.
    fn wrap(&self, mechanism: &CK_MECHANISM, with: CK_OBJECT_HANDLE) -> u64 {
        let mut out = [0_u8; 1024];
        let mut length = 1024;
        let mechanism = std::ptr::from_ref(mechanism).cast_mut();
        call!(self, C_WrapKey, self.session, mechanism, with, self.key, out.as_mut_ptr(), &raw mut length);
        black_box(out);
        length
    }
}

pub(crate) fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let conf = folder.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", folder.path().display());
    std::fs::write(&conf, text).expect("is written");
    // SAFETY: nothing else in this program reads or writes the environment meanwhile.
    unsafe { std::env::set_var("SOFTHSM2_CONF", &conf) };
    let secret = |s: &str| SecretText::new(s.to_owned()).expect("memory");
    let module = Module::load(Path::new(SOFTHSM)).expect("SoftHSM");
    let slot = module.tokens().expect("slots").first().expect("a slot").slot;
    let info = module.initialise(slot, "bench", &secret("12345678"), &secret("123456")).expect("a token");
    let mut token = module.open(&info.uri(Path::new(SOFTHSM)).parse().expect("a URI")).expect("opens");
    token.log_in(&secret("123456")).expect("signs in");
    // The trials are made once a session; they are not part of what is measured.
    token.self_test().expect("trials");
    let label = std::str::from_utf8(LABEL).expect("ASCII");
    let master = token.generate(label, KeySpec::Aes(256), true).expect("a key").handle;
    let backup =
        token.import_backup_key(&SecretBytes::copied_from(&[7; 32]).expect("memory")).expect("a key");
    let to = byok::Disposable::generate(2048).expect("a key");
    let bare = Bare::open(info.slot);

    let kwp = CK_MECHANISM { mechanism: KWP, pParameter: std::ptr::null_mut(), ulParameterLen: 0 };
    let with = bare.aes(&[7; 32]);
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let ours = timed(|| drop(black_box(token.wrap_kwp(backup, master).expect("wraps"))));
            (ours, timed(|| assert_eq!(bare.wrap(&kwp, with), 40)))
        })
        .collect();
    table::line("1,000 AES keys wrapped in the token, AES-KWP", &rounds, Some(1.1));

    let mut parameters = cryptoki_sys::CK_RSA_PKCS_OAEP_PARAMS {
        hashAlg: CKM_SHA_1,
        mgf: CKG_MGF1_SHA1,
        source: CKZ_DATA_SPECIFIED,
        pSourceData: std::ptr::null_mut(),
        ulSourceDataLen: 0,
    };
    let oaep = CK_MECHANISM {
        mechanism: CKM_RSA_PKCS_OAEP,
        pParameter: (&raw mut parameters).cast(),
        ulParameterLen: u64::try_from(size_of_val(&parameters)).unwrap_or(0),
    };
    let (n, e) = modulus(to.spki());
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let recipe = Recipe::Oaep(OaepHash::Sha1);
            let ours = timed(|| drop(black_box(token.wrap_for(master, to.spki(), recipe).expect("wraps"))));
            let least = timed(|| {
                let with = bare.rsa(&n, &e);
                assert_eq!(bare.wrap(&oaep, with), 256);
                call!(bare, C_DestroyObject, bare.session, with);
            });
            (ours, least)
        })
        .collect();
    table::line("1,000 AES keys wrapped for RSA-2048, OAEP", &rounds, Some(1.1));
}

/// Modulus and exponent of an RSA-2048 `SubjectPublicKeyInfo` with the exponent 65537: 256 bytes, and 3 at the end.
fn modulus(spki: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let at = spki.len() - 5 - 256;
    (spki[at..at + 256].to_vec(), spki[spki.len() - 3..].to_vec())
}

fn timed(mut one: impl FnMut()) -> std::time::Duration {
    let begun = Instant::now();
    for _ in 0..KEYS {
        one();
    }
    begun.elapsed()
}
