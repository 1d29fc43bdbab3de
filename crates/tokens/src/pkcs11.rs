//! [`Token`] over a PKCS#11 session.

use aws_lc_rs::digest::{SHA256, digest};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::Ulong;
use secrets::{SecretBytes, SecretText};
use std::cell::Cell;

use crate::module::auth;
use crate::raw::Wrapping;
use crate::running::Lease;
use crate::selftest::{Opener, Shown, Trial};
use crate::words;
use crate::{
    Capabilities, Handle, KeyFacts, KeySpec, Locked, Note, OtherKey, PinState, Recipe, Token, TokenError,
    TokenInfo, Wrapped, der,
};

/// An open PKCS#11 token.
pub struct Pkcs11Token {
    // Before `running`: fields are dropped in order, and a session is closed before its module is finalised.
    pub(crate) session: Session,
    pub(crate) running: Lease,
    info: TokenInfo,
    /// Trials made in this session.
    pub(crate) tried: Vec<(Trial, Shown)>,
    /// The destination's stand-in for trials.
    pub(crate) opener: Option<Opener>,
    /// The RSA pair of the trials: to make one takes a token longer than all the rest, so they share it.
    pub(crate) pair: Option<KeyFacts>,
    /// The object that was last seen to be a secret key: asking again costs half as much as wrapping it.
    pub(crate) secret: Cell<Option<u64>>,
}

pub(crate) fn object(h: Handle) -> ObjectHandle {
    // SAFETY: an invalid number is answered by the module with CKR_OBJECT_HANDLE_INVALID.
    unsafe { ObjectHandle::new_from_raw(h.0) }
}

pub(crate) fn not_offered(reason: &str) -> TokenError {
    TokenError::NotOffered { reason: reason.to_owned() }
}

impl Pkcs11Token {
    pub(crate) fn new(running: Lease, session: Session, info: TokenInfo) -> Self {
        Self { running, session, info, tried: Vec::new(), opener: None, pair: None, secret: Cell::new(None) }
    }

    /// Destroys an object. Its number may then be another's.
    pub(crate) fn destroy_object(&self, object: ObjectHandle) -> Result<(), TokenError> {
        if self.secret.get() == Some(object.handle()) {
            self.secret.set(None);
        }
        Ok(self.session.destroy_object(object)?)
    }

    /// Makes a key and reads back what it is; `label` is empty for a session's throw-away.
    fn make(&mut self, label: &str, spec: KeySpec, extractable: bool) -> Result<KeyFacts, TokenError> {
        let made = self.make_object(label, spec, extractable)?;
        let facts = self.facts(made, spec, None);
        // Nobody asks for a throw-away's public half again. A key that cannot be recognised is of no use to anyone and
        // was shown to nobody: it goes too, so that its label is free again.
        if facts.is_err() || label.is_empty() {
            let mut unwanted = self.companions(made)?;
            unwanted.extend(facts.is_err().then_some(made));
            for object in unwanted {
                let destroyed = self.destroy_object(object);
                TokenError::unless_refused(destroyed)?;
            }
        }
        facts
    }

    pub(crate) fn make_object(
        &mut self,
        label: &str,
        spec: KeySpec,
        extractable: bool,
    ) -> Result<ObjectHandle, TokenError> {
        let keep = !label.is_empty();
        let id = self.session.generate_random_vec(16)?;
        let mut secret = vec![
            Attribute::Token(keep),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(extractable),
            Attribute::Sign(true),
            Attribute::Label(label.into()),
            Attribute::Id(id.clone()),
        ];
        let mut public = vec![
            Attribute::Token(keep),
            Attribute::Verify(true),
            Attribute::Label(label.into()),
            Attribute::Id(id),
        ];
        let made = match spec {
            KeySpec::Aes(bits) => {
                secret
                    .extend([Attribute::Verify(true), Attribute::ValueLen(Ulong::from(u64::from(bits / 8)))]);
                self.session.generate_key(&Mechanism::AesKeyGen, &secret)?
            }
            KeySpec::Hmac(bytes) => {
                secret.extend([Attribute::Verify(true), Attribute::ValueLen(Ulong::from(u64::from(bytes)))]);
                self.session.generate_key(&Mechanism::GenericSecretKeyGen, &secret)?
            }
            KeySpec::Rsa(bits) => {
                secret.push(Attribute::Decrypt(true));
                public.extend([
                    Attribute::Encrypt(true),
                    Attribute::ModulusBits(Ulong::from(u64::from(bits))),
                    Attribute::PublicExponent(vec![1, 0, 1]),
                ]);
                self.session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, &public, &secret)?.1
            }
            KeySpec::P256 | KeySpec::P384 | KeySpec::P521 | KeySpec::Secp256k1 => {
                public.push(Attribute::EcParams(der::curve(spec).unwrap_or_default().to_vec()));
                self.session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &secret)?.1
            }
        };
        Ok(made)
    }
}

/// Whether the token says that a key was brought in, or can leave it: then it is in somebody's hands.
fn comes_from_outside(key: &KeyFacts) -> bool {
    let leaves = key.extractable == Some(true) || key.never_extractable == Some(false);
    leaves || key.local == Some(false) || key.sensitive == Some(false)
}

impl Token for Pkcs11Token {
    fn info(&self) -> &TokenInfo {
        &self.info
    }

    fn log_in(&mut self, pin: &SecretText) -> Result<(), TokenError> {
        if pin.is_empty() && !self.info.pin_pad {
            // Sending it would cost a try.
            return Err(TokenError::WrongPin { tries_hint: words::EMPTY_NOT_TRIED.to_owned() });
        }
        let typed = (!pin.is_empty()).then(|| auth(pin));
        match self.session.login(UserType::User, typed.as_ref()) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(e) => Err(match TokenError::from(e) {
                TokenError::WrongPin { .. } => match self.pin_state() {
                    PinState::Locked => TokenError::PinLocked,
                    state => TokenError::WrongPin { tries_hint: state.hint() },
                },
                other => other,
            }),
        }
    }

    fn self_test(&mut self) -> Result<Capabilities, TokenError> {
        self.trials()
    }

    fn generate(&mut self, label: &str, spec: KeySpec, extractable: bool) -> Result<KeyFacts, TokenError> {
        if label.is_empty() {
            return Err(not_offered(words::NEEDS_A_LABEL));
        }
        // A public half alone is no key: some modules write it before the private one, and a crash came in between. It
        // is left where it is; the new pair is told apart by its CKA_ID.
        if !self.labelled(label)?.is_empty() {
            return Err(TokenError::LabelTaken(label.to_owned()));
        }
        self.make(label, spec, extractable)
    }

    fn find(&mut self, label: &str) -> Result<Option<KeyFacts>, TokenError> {
        match self.labelled(label)?[..] {
            [] => Ok(None),
            [key] => {
                let spec = self.spec_of(key)?.ok_or_else(|| not_offered(words::KIND_UNKNOWN))?;
                self.facts(key, spec, None).map(Some)
            }
            _ => Err(TokenError::LabelAmbiguous(label.to_owned())),
        }
    }

    fn find_as(
        &mut self,
        label: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Option<KeyFacts>, TokenError> {
        self.known_by(label, spec, public_key)
    }

    fn keys_like(
        &mut self,
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Vec<KeyFacts>, TokenError> {
        self.alike(check_value, spec, public_key)
    }

    fn other_keys(
        &mut self,
        known: &[Handle],
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Vec<OtherKey>, TokenError> {
        self.others(known, check_value, spec, public_key)
    }

    fn lock_in(&mut self, key: Handle) -> Result<Locked, TokenError> {
        Self::lock_in(self, key)
    }

    fn import_backup_key(&mut self, key: &SecretBytes) -> Result<Handle, TokenError> {
        if key.len() != 32 {
            return Err(not_offered(words::BACKUP_KEY_SIZE));
        }
        self.import_aes(key.expose())
    }

    fn wrap_kwp(&mut self, wrapping: Handle, key: Handle) -> Result<Vec<u8>, TokenError> {
        let number = self.whole(key)?;
        self.wrap(Wrapping::Kwp(number), wrapping, key)
    }

    fn wrap_as_it_is(&mut self, kek: &SecretBytes, key: Handle) -> Result<Vec<u8>, TokenError> {
        let number = self.exact(key)?;
        let wrapping = self.import_backup_key(kek)?;
        let wrapped = self.wrap(Wrapping::Kwp(number), wrapping, key);
        let forgotten = self.destroy(wrapping); // also when wrapping failed, which then says more
        let blob = wrapped?;
        forgotten?;
        Ok(blob)
    }

    fn unwrap_kwp(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError> {
        self.unwrapped_for_session(wrapping, blob, (spec, public_key), false)
    }

    fn lend_kwp(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError> {
        self.unwrapped_for_session(wrapping, blob, (spec, public_key), true)
    }

    fn restore_kwp(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        label: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError> {
        self.restored(wrapping, blob, label, (spec, public_key))
    }

    fn wrap_for(&mut self, key: Handle, spki: &[u8], recipe: Recipe) -> Result<Wrapped, TokenError> {
        let to = self.import_rsa(spki)?;
        let wrapped = self.wrap_to(to, key, recipe);
        let forgotten = self.destroy(to);
        let wrapped = wrapped?;
        forgotten?;
        Ok(wrapped)
    }

    fn seal(&mut self, key: Handle, iv: &[u8; 12], text: &[u8]) -> Result<Vec<u8>, TokenError> {
        self.seal_in_token(key, iv, text)
    }

    fn digest(&mut self, key: Handle) -> Result<[u8; 32], TokenError> {
        self.digest_in_token(key)
    }

    fn generate_throwaway(&mut self, spec: KeySpec) -> Result<KeyFacts, TokenError> {
        self.make("", spec, true)
    }

    fn random(&mut self, out: &mut [u8]) -> Result<(), TokenError> {
        Ok(self.session.generate_random_slice(out)?)
    }

    fn signing_key(&mut self, label: &str, may_make: bool) -> Result<Option<KeyFacts>, TokenError> {
        let facts = match self.find(label)? {
            Some(f) if f.spec == KeySpec::P256 => f,
            Some(_) => return Err(TokenError::LabelTaken(label.to_owned())),
            None if may_make => self.generate(label, KeySpec::P256, false)?,
            None => return Ok(None),
        };
        if comes_from_outside(&facts) {
            // Some tokens say so of every key (NSS): then it tells nothing.
            let sample = self.make("", KeySpec::P256, false)?;
            let says_so_of_all = comes_from_outside(&sample);
            self.destroy(sample.handle)?;
            if !says_so_of_all {
                return Err(TokenError::BroughtIn(label.to_owned()));
            }
        }
        if facts.public_key.is_none() {
            return Err(not_offered(words::SHOWS_NOT_ITS_PUBLIC_HALF));
        }
        Ok(Some(facts))
    }

    fn sign(&mut self, key: Handle, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let hash = digest(&SHA256, message);
        Ok(der::ecdsa_signature(&self.session.sign(&Mechanism::Ecdsa, object(key), hash.as_ref())?))
    }

    fn recall(&mut self) -> Result<Vec<Note>, TokenError> {
        self.notes()
    }

    fn keep(&mut self, label: &str, value: &[u8]) -> Result<(), TokenError> {
        self.keep_note(label, value)
    }

    fn forget(&mut self, label: &str) -> Result<(), TokenError> {
        self.forget_notes(label)
    }

    fn destroy(&mut self, h: Handle) -> Result<(), TokenError> {
        self.destroy_object(object(h))
    }

    fn destroy_pair(&mut self, h: Handle) -> Result<(), TokenError> {
        self.destroy_whole(h)
    }

    fn tries_left(&mut self) -> Option<u32> {
        self.pin_state().tries_left()
    }

    fn pin_state(&mut self) -> PinState {
        // A token that does not answer says nothing; the next call on it tells why.
        self.running.raw.flags(self.info.slot).map_or(PinState::NothingSaid, PinState::of_flags)
    }
}
