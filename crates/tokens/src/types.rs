//! What the rest of the program sees of a token.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use secrets::{SecretBytes, SecretText};

use crate::{TokenError, TokenUri};

/// What a token says of itself (`CK_TOKEN_INFO`). Labels can be copied: the serial number too is only a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The slot number; not stable across restarts.
    pub slot: u64,
    /// The label given at initialisation, up to 32 bytes.
    pub label: String,
    /// The manufacturer, up to 32 bytes.
    pub manufacturer: String,
    /// The model, up to 16 bytes.
    pub model: String,
    /// The serial number, up to 16 bytes.
    pub serial: String,
    /// The firmware version, `major.minor`.
    pub firmware: String,
    /// Whether it was initialised and has a user PIN.
    pub initialised: bool,
}

impl TokenInfo {
    /// The token's address (RFC 7512) in the module at `module`.
    pub fn uri(&self, module: &Path) -> String {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        TokenUri { module_path: module.to_owned(), token: some(&self.label), serial: some(&self.serial) }
            .to_string()
    }
}

/// The kinds of key a ceremony makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySpec {
    /// AES; the size in bits: 128, 192 or 256.
    Aes(u16),
    /// A secret for HMAC; the size in bytes.
    Hmac(u16),
    /// RSA with exponent 65537; the modulus in bits: 2048, 3072 or 4096.
    Rsa(u16),
    /// NIST P-256 (FIPS 186-5).
    P256,
    /// NIST P-384 (FIPS 186-5).
    P384,
    /// NIST P-521 (FIPS 186-5).
    P521,
}

impl KeySpec {
    /// Whether this is a key pair.
    pub fn is_asymmetric(self) -> bool {
        matches!(self, Self::Rsa(_) | Self::P256 | Self::P384 | Self::P521)
    }
}

impl fmt::Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aes(bits) => write!(f, "aes-{bits}"),
            Self::Hmac(bytes) => write!(f, "hmac-{bytes}"),
            Self::Rsa(bits) => write!(f, "rsa-{bits}"),
            Self::P256 => f.write_str("p-256"),
            Self::P384 => f.write_str("p-384"),
            Self::P521 => f.write_str("p-521"),
        }
    }
}

impl FromStr for KeySpec {
    type Err = TokenError;

    /// `aes-256`, `hmac-32` (bytes), `rsa-3072`, `p-256`, `p-384`, `p-521`.
    fn from_str(s: &str) -> Result<Self, TokenError> {
        let no = || TokenError::NotOffered { reason: format!("\"{s}\" is not a kind of key made here") };
        let (family, size) = s.split_once('-').ok_or_else(no)?;
        let size: u16 = size.parse().map_err(|_| no())?;
        match (family, size) {
            ("aes", 128 | 192 | 256) => Ok(Self::Aes(size)),
            ("hmac", 16..=128) => Ok(Self::Hmac(size)),
            ("rsa", 2048 | 3072 | 4096) => Ok(Self::Rsa(size)),
            ("p", 256) => Ok(Self::P256),
            ("p", 384) => Ok(Self::P384),
            ("p", 521) => Ok(Self::P521),
            _ => Err(no()),
        }
    }
}

/// A key inside the token, for this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle(pub(crate) u64);

/// A key's attributes as read back from the token after the fact; `None` where it would not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// The key (the private half of a pair).
    pub handle: Handle,
    /// Its label.
    pub label: String,
    /// Its kind.
    pub spec: KeySpec,
    /// `CKA_SENSITIVE`.
    pub sensitive: Option<bool>,
    /// `CKA_EXTRACTABLE`.
    pub extractable: Option<bool>,
    /// `CKA_ALWAYS_SENSITIVE`.
    pub always_sensitive: Option<bool>,
    /// `CKA_NEVER_EXTRACTABLE`.
    pub never_extractable: Option<bool>,
    /// `CKA_LOCAL`: made inside the token.
    pub local: Option<bool>,
    /// `CKA_WRAP_WITH_TRUSTED`.
    pub wrap_with_trusted: Option<bool>,
    /// `cmac-aes:` and the first 3 bytes of AES-CMAC (SP 800-38B) over 16 zero bytes; `hmac-sha256:` likewise of
    /// HMAC-SHA-256; `spki-sha256:` and SHA-256 of the public key. Lower-case hex.
    pub check_value: String,
    /// The public half, DER `SubjectPublicKeyInfo` (RFC 5280).
    pub public_key: Option<Vec<u8>>,
}

/// The hash of RSA-OAEP and of its MGF1; the label is empty (RFC 8017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OaepHash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// How a key is wrapped for its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipe {
    /// RSA-OAEP over the key itself: secret keys only.
    Oaep(OaepHash),
    /// `CKM_RSA_AES_KEY_WRAP`: RSA-OAEP of a one-time AES-256 key, then AES-KWP (RFC 5649) of the target.
    RsaAesKeyWrap(OaepHash),
}

/// Which of the ways was taken, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rung {
    /// One `CKM_RSA_AES_KEY_WRAP` call.
    OneMechanism,
    /// AES-KWP and RSA-OAEP put together, each inside the token.
    ComposedInToken,
    /// RSA-OAEP of the key itself, inside the token.
    OaepInToken,
    /// The key was in this computer's memory.
    HostMemory,
}

impl Rung {
    /// The word used in records.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneMechanism => "one-mechanism",
            Self::ComposedInToken => "composed-in-token",
            Self::OaepInToken => "oaep-in-token",
            Self::HostMemory => "host-memory",
        }
    }
}

/// A wrapped key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// The bytes for the destination.
    pub blob: Vec<u8>,
    /// How they were made.
    pub rung: Rung,
}

/// What a trial showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Done, and the result checked on the host.
    Works,
    /// Something forbidden was refused, as it should be.
    RefusedRightly,
    /// The token does not have it.
    Absent,
    /// The token reported success but the result is wrong, or allowed what it must refuse.
    Lies,
}

/// One trial of the self-test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// What was tried, such as `aes-kwp`.
    pub name: String,
    /// What it showed.
    pub result: Finding,
    /// The evidence or the token's answer.
    pub detail: String,
}

/// All trials of a self-test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// In the order tried.
    pub list: Vec<Capability>,
}

impl Capabilities {
    /// The finding of the trial called `name`.
    pub fn finding(&self, name: &str) -> Option<Finding> {
        self.list.iter().find(|c| c.name == name).map(|c| c.result)
    }

    fn needs(&self, names: &[&str]) -> Result<(), String> {
        for name in names {
            match self.list.iter().find(|c| c.name == *name) {
                Some(c) if matches!(c.result, Finding::Works | Finding::RefusedRightly) => {}
                Some(c) => return Err(format!("this token failed the trial \"{name}\": {}", c.detail)),
                None => return Err(format!("the trial \"{name}\" was not made; run the token's self-test")),
            }
        }
        Ok(())
    }

    /// Whether keys may be wrapped this way; the error says which trial stands against it.
    pub fn allows(&self, r: Recipe) -> Result<(), String> {
        match r {
            Recipe::Oaep(OaepHash::Sha1) => self.needs(&["oaep-sha1"]),
            Recipe::Oaep(OaepHash::Sha256) => self.needs(&["oaep-sha256"]),
            Recipe::RsaAesKeyWrap(OaepHash::Sha1) => self.needs(&["aes-kwp", "oaep-sha1"]),
            Recipe::RsaAesKeyWrap(OaepHash::Sha256) => self.needs(&["aes-kwp", "oaep-sha256"]),
        }
    }

    /// Whether keys can be backed up under an imported AES-256 key (AES-KWP, both ways).
    pub fn allows_backup(&self) -> Result<(), String> {
        self.needs(&["import-aes", "aes-kwp", "aes-kwp-unwrap"])
    }
}

/// A token that somebody opened. All key work happens inside it.
pub trait Token: Send {
    /// What it says of itself.
    fn info(&self) -> &TokenInfo;
    /// Signs in as the user. Signing in twice is harmless.
    fn log_in(&mut self, pin: &SecretText) -> Result<(), TokenError>;
    /// Tries everything a ceremony needs on throw-away keys; leaves nothing behind.
    fn self_test(&mut self) -> Result<Capabilities, TokenError>;
    /// Makes a key that stays in the token; refuses a label already taken.
    fn generate(&mut self, label: &str, spec: KeySpec, extractable: bool) -> Result<KeyFacts, TokenError>;
    /// Finds a key by label.
    fn find(&mut self, label: &str) -> Result<Option<KeyFacts>, TokenError>;
    /// Brings in a 32-byte AES-256 key, for this session, to wrap and unwrap.
    fn import_backup_key(&mut self, key: &SecretBytes) -> Result<Handle, TokenError>;
    /// AES-KWP (RFC 5649) of `key` under `wrapping`.
    fn wrap_kwp(&mut self, wrapping: Handle, key: Handle) -> Result<Vec<u8>, TokenError>;
    /// Brings back a key wrapped by [`Token::wrap_kwp`], for this session, not extractable.
    fn unwrap_kwp(&mut self, wrapping: Handle, blob: &[u8], spec: KeySpec) -> Result<KeyFacts, TokenError>;
    /// Wraps `key` for the RSA public key `spki` (DER `SubjectPublicKeyInfo`).
    fn wrap_for(&mut self, key: Handle, spki: &[u8], recipe: Recipe) -> Result<Wrapped, TokenError>;
    /// Makes an extractable key for this session only.
    fn generate_throwaway(&mut self, spec: KeySpec) -> Result<KeyFacts, TokenError>;
    /// Fills `out` from the token's random generator.
    fn random(&mut self, out: &mut [u8]) -> Result<(), TokenError>;
    /// Finds or makes a P-256 key that never leaves the token; gives its DER `SubjectPublicKeyInfo`.
    fn signing_key(&mut self, label: &str) -> Result<(Handle, Vec<u8>), TokenError>;
    /// ECDSA P-256 with SHA-256; the signature is DER (RFC 3279).
    fn sign(&mut self, key: Handle, message: &[u8]) -> Result<Vec<u8>, TokenError>;
    /// Destroys a key.
    fn destroy(&mut self, h: Handle) -> Result<(), TokenError>;
    /// How many tries for the PIN are left, where the token says so: 1 at its final-try mark, 0 when locked.
    fn tries_left(&mut self) -> Option<u32>;
}
