//! What the rest of the program sees of a token.

use std::path::Path;

use secrets::{SecretBytes, SecretText};
use serde::{Deserialize, Serialize};

use crate::{
    Capabilities, Handle, KeyFacts, KeySpec, Locked, Note, OtherKey, PinState, Recipe, TokenError, TokenUri,
    Wrapped,
};

/// What a token says of itself (`CK_TOKEN_INFO`). Labels can be copied: the serial number too is only a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether the PIN is entered on the token's own keypad (`CKF_PROTECTED_AUTHENTICATION_PATH`): then nobody types it
    /// here, and [`Token::log_in`] takes an empty one.
    pub pin_pad: bool,
}

impl TokenInfo {
    /// The token's address (RFC 7512) in the module at `module`.
    pub fn uri(&self, module: &Path) -> String {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        TokenUri {
            module_path: Some(module.to_owned()),
            token: some(&self.label),
            serial: some(&self.serial),
            ..TokenUri::default()
        }
        .to_string()
    }
}

/// A token that somebody opened. All key work happens inside it.
pub trait Token: Send {
    /// What it says of itself.
    fn info(&self) -> &TokenInfo;
    /// Signs in as the user. Signing in twice is harmless. An empty PIN is sent to no token; one with a keypad asks for
    /// its PIN there.
    fn log_in(&mut self, pin: &SecretText) -> Result<(), TokenError>;
    /// Tries everything a ceremony needs on throw-away keys; leaves nothing behind.
    fn self_test(&mut self) -> Result<Capabilities, TokenError>;
    /// Makes a key that stays in the token; refuses a label already taken.
    fn generate(&mut self, label: &str, spec: KeySpec, extractable: bool) -> Result<KeyFacts, TokenError>;
    /// Finds a key by label; several of one label are refused.
    fn find(&mut self, label: &str) -> Result<Option<KeyFacts>, TokenError>;
    /// Finds a key by label whose kind, and for a pair whose public half, are known from a record: some tokens show
    /// neither of a key that came in wrapped. [`TokenError::NotThisKey`] where the token says that it is another.
    fn find_as(
        &mut self,
        label: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Option<KeyFacts>, TokenError>;
    /// Every key of this kind in the token that has this check value, under whatever label. Keys that may not sign,
    /// which this program neither makes nor restores, cannot be told and are passed over.
    fn keys_like(
        &mut self,
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Vec<KeyFacts>, TokenError>;
    /// Every secret and private key in the token but `known`, and whether it is the key of this kind and check value.
    fn other_keys(
        &mut self,
        known: &[Handle],
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Vec<OtherKey>, TokenError>;
    /// Forbids a key ever to leave the token again (`CKA_EXTRACTABLE` false, which cannot be undone), and tries whether
    /// it still does.
    fn lock_in(&mut self, key: Handle) -> Result<Locked, TokenError>;
    /// Brings in a 32-byte AES-256 key, for this session, to wrap and unwrap.
    fn import_backup_key(&mut self, key: &SecretBytes) -> Result<Handle, TokenError>;
    /// AES-KWP (RFC 5649) of `key` under `wrapping`: raw for secret keys; PKCS#8 for private ones, which is refused with
    /// [`TokenError::NotWhole`] where the trials showed that the token does not write every such key as RFC 5915 and
    /// RFC 8017 want it.
    fn wrap_kwp(&mut self, wrapping: Handle, key: Handle) -> Result<Vec<u8>, TokenError>;
    /// AES-KWP (RFC 5649) of `key` under an AES-256 key of 32 bytes, which comes in for this and goes again.
    fn wrap_under(&mut self, kek: &SecretBytes, key: Handle) -> Result<Vec<u8>, TokenError> {
        let wrapping = self.import_backup_key(kek)?;
        let wrapped = self.wrap_kwp(wrapping, key);
        let forgotten = self.destroy(wrapping); // also when wrapping failed, which then says more
        let blob = wrapped?;
        forgotten?;
        Ok(blob)
    }
    /// The same in the form that the token itself gives a private key, which may lack zeros that belong to it: only for
    /// [`host`](crate::host), which puts them back in this computer's memory.
    fn wrap_as_it_is(&mut self, kek: &SecretBytes, key: Handle) -> Result<Vec<u8>, TokenError>;
    /// Opens what [`Token::wrap_under`] gave, as [`Token::unwrap_kwp`] does, says what it is, and destroys both keys: the
    /// handle in the answer is of a key that is gone.
    fn look_under(
        &mut self,
        kek: &SecretBytes,
        blob: &[u8],
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError> {
        let wrapping = self.import_backup_key(kek)?;
        let opened = self.unwrap_kwp(wrapping, blob, spec, public_key);
        let forgotten = self.destroy(wrapping);
        let opened = opened?;
        self.destroy(opened.handle)?;
        forgotten?;
        Ok(opened)
    }
    /// Brings back a key wrapped by [`Token::wrap_kwp`], for this session, not extractable.
    ///
    /// For a pair, `public_key` is the DER `SubjectPublicKeyInfo` it must belong to: tokens rarely show the public half
    /// of a private key that came in wrapped. The unwrapped key signs a fresh challenge, and only when that verifies
    /// under `public_key` does the answer carry its check value; else [`TokenError::NotThisKey`]. `None` is enough for
    /// secret keys, and for pairs only where the token shows the public half.
    fn unwrap_kwp(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError>;
    /// The same, extractable, so that it can be wrapped for somebody else while this session lasts.
    fn lend_kwp(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError>;
    /// Unwraps (AES-KWP, RFC 5649) into a key that stays in the token: private, sensitive, extractable so that it can be
    /// backed up again, under a label that must be free. It is unwrapped for the session first, so that what opens to
    /// another kind of key, or to another pair than `public_key`, never comes to stay. A pair's public half is put
    /// beside it.
    fn restore_kwp(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        label: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError>;
    /// Wraps `key` for the RSA public key `spki` (DER `SubjectPublicKeyInfo`).
    fn wrap_for(&mut self, key: Handle, spki: &[u8], recipe: Recipe) -> Result<Wrapped, TokenError>;
    /// AES-GCM (NIST SP 800-38D) of `text` under an extractable AES key, inside the token: no additional data, a tag of
    /// 16 bytes after the ciphertext. `iv` must never have been used with this key.
    fn seal(&mut self, key: Handle, iv: &[u8; 12], text: &[u8]) -> Result<Vec<u8>, TokenError>;
    /// SHA-256 (FIPS 180-4) of a secret key's bytes, computed inside the token (`C_DigestKey`).
    fn digest(&mut self, key: Handle) -> Result<[u8; 32], TokenError>;
    /// Makes an extractable key for this session only.
    fn generate_throwaway(&mut self, spec: KeySpec) -> Result<KeyFacts, TokenError>;
    /// Fills `out` from the token's random generator.
    fn random(&mut self, out: &mut [u8]) -> Result<(), TokenError>;
    /// Finds a P-256 key that never leaves the token, or makes it where there is none and `may_make`; its public half is
    /// there. One of this label that the token says was brought in, or can leave it, is
    /// [`TokenError::BroughtIn`].
    fn signing_key(&mut self, label: &str, may_make: bool) -> Result<Option<KeyFacts>, TokenError>;
    /// ECDSA P-256 with SHA-256; the signature is DER (RFC 3279).
    fn sign(&mut self, key: Handle, message: &[u8]) -> Result<Vec<u8>, TokenError>;
    /// What it remembers for this program: every private data object (`CKO_DATA`) of ours. Needs the user's PIN.
    fn recall(&mut self) -> Result<Vec<Note>, TokenError>;
    /// Keeps a text under a label, in place of what is there; a crash in between can leave both.
    fn keep(&mut self, label: &str, value: &[u8]) -> Result<(), TokenError>;
    /// Forgets what it keeps under a label.
    fn forget(&mut self, label: &str) -> Result<(), TokenError>;
    /// Destroys a key.
    fn destroy(&mut self, h: Handle) -> Result<(), TokenError>;
    /// Destroys a key, and for a private one then the public keys of its `CKA_ID`.
    fn destroy_pair(&mut self, h: Handle) -> Result<(), TokenError>;
    /// How many tries for the PIN are left, where the token says so: 1 at its final-try mark, 0 when locked.
    fn tries_left(&mut self) -> Option<u32>;
    /// What the token says of its PIN now, for the words shown before a person enters it.
    fn pin_state(&mut self) -> PinState {
        PinState::of_tries(self.tries_left())
    }
}
