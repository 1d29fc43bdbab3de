//! [`Token`] over a PKCS#11 session.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::Ulong;
use cryptoki_sys::{CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED};
use data_encoding::HEXLOWER;
use secrets::{SecretBytes, SecretText};

use crate::module::auth;
use crate::raw::{Raw, Wrapping};
use crate::{
    Capabilities, Handle, KeyFacts, KeySpec, OaepHash, Recipe, Rung, Token, TokenError, TokenInfo, Wrapped,
    der,
};

/// An open PKCS#11 token.
pub struct Pkcs11Token {
    pub(crate) raw: Arc<Raw>,
    pub(crate) session: Session,
    info: TokenInfo,
    /// The mechanism number shown to be RFC 5649, once tried.
    pub(crate) kwp: Option<u64>,
    /// Whether wrapped private keys are exact DER, once tried.
    pub(crate) private_exact: Option<bool>,
    /// Hashes for which `CKM_RSA_AES_KEY_WRAP` was shown to give the right bytes.
    pub(crate) one_mechanism: Vec<OaepHash>,
}

pub(crate) fn object(h: Handle) -> ObjectHandle {
    // SAFETY: an invalid number is answered by the module with CKR_OBJECT_HANDLE_INVALID.
    unsafe { ObjectHandle::new_from_raw(h.0) }
}

pub(crate) fn not_offered(reason: &str) -> TokenError {
    TokenError::NotOffered { reason: reason.to_owned() }
}

impl Pkcs11Token {
    pub(crate) fn new(raw: Arc<Raw>, session: Session, info: TokenInfo) -> Self {
        Self { raw, session, info, kwp: None, private_exact: None, one_mechanism: Vec::new() }
    }

    /// Makes a key; `label` is empty for a session's throw-away.
    fn make(&mut self, label: &str, spec: KeySpec, extractable: bool) -> Result<KeyFacts, TokenError> {
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
            KeySpec::P256 | KeySpec::P384 | KeySpec::P521 => {
                public.push(Attribute::EcParams(der::curve(spec).unwrap_or_default().to_vec()));
                self.session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &secret)?.1
            }
        };
        self.facts(made, spec)
    }

    fn facts(&self, key: ObjectHandle, spec: KeySpec) -> Result<KeyFacts, TokenError> {
        let mut facts = KeyFacts {
            handle: Handle(key.handle()),
            label: String::new(),
            spec,
            sensitive: None,
            extractable: None,
            always_sensitive: None,
            never_extractable: None,
            local: None,
            wrap_with_trusted: None,
            check_value: String::new(),
            public_key: None,
        };
        use AttributeType as T;
        // One at a time: some modules fail the whole list for one attribute they do not know.
        for kind in [
            T::Label,
            T::Sensitive,
            T::Extractable,
            T::AlwaysSensitive,
            T::NeverExtractable,
            T::Local,
            T::WrapWithTrusted,
        ] {
            match self.attribute(key, kind) {
                Some(Attribute::Label(l)) => facts.label = String::from_utf8_lossy(&l).into_owned(),
                Some(Attribute::Sensitive(b)) => facts.sensitive = Some(b),
                Some(Attribute::Extractable(b)) => facts.extractable = Some(b),
                Some(Attribute::AlwaysSensitive(b)) => facts.always_sensitive = Some(b),
                Some(Attribute::NeverExtractable(b)) => facts.never_extractable = Some(b),
                Some(Attribute::Local(b)) => facts.local = Some(b),
                Some(Attribute::WrapWithTrusted(b)) => facts.wrap_with_trusted = Some(b),
                _ => {}
            }
        }
        let short = |mac: &[u8]| HEXLOWER.encode(mac.get(..3).unwrap_or_default());
        facts.check_value = match spec {
            KeySpec::Aes(_) => {
                format!("cmac-aes:{}", short(&self.session.sign(&Mechanism::AesCMac, key, &[0; 16])?))
            }
            KeySpec::Hmac(_) => {
                format!("hmac-sha256:{}", short(&self.session.sign(&Mechanism::Sha256Hmac, key, &[0; 16])?))
            }
            _ => {
                let spki = self
                    .public(key, spec)
                    .ok_or_else(|| not_offered("it does not show this key's public half"))?;
                let sum = HEXLOWER.encode(digest(&SHA256, &spki).as_ref());
                facts.public_key = Some(spki);
                format!("spki-sha256:{sum}")
            }
        };
        Ok(facts)
    }

    fn attribute(&self, key: ObjectHandle, kind: AttributeType) -> Option<Attribute> {
        self.session.get_attributes(key, &[kind]).ok()?.pop()
    }

    fn public(&self, key: ObjectHandle, spec: KeySpec) -> Option<Vec<u8>> {
        if let KeySpec::Rsa(_) = spec {
            let Attribute::Modulus(n) = self.attribute(key, AttributeType::Modulus)? else { return None };
            let Attribute::PublicExponent(e) = self.attribute(key, AttributeType::PublicExponent)? else {
                return None;
            };
            return Some(der::rsa_spki(&n, &e));
        }
        let mut halves = vec![key];
        if let Some(Attribute::Id(id)) = self.attribute(key, AttributeType::Id)
            && !id.is_empty()
        {
            let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id)];
            halves.extend(self.session.find_objects(&template).ok()?);
        }
        halves.into_iter().find_map(|h| match self.attribute(h, AttributeType::EcPoint)? {
            Attribute::EcPoint(point) => der::ec_spki(spec, &point),
            _ => None,
        })
    }

    /// What kind of key this is, from its attributes.
    fn spec_of(&self, key: ObjectHandle) -> Option<KeySpec> {
        let Attribute::KeyType(kind) = self.attribute(key, AttributeType::KeyType)? else { return None };
        let size = |h| match self.attribute(h, AttributeType::ValueLen)? {
            // SoftHSM leaves the length of an unwrapped key at 0: then the check value decides.
            Attribute::ValueLen(n) => u16::try_from(u64::from(n)).ok().filter(|n| *n > 0),
            _ => None,
        };
        match kind {
            KeyType::AES => size(key)?.checked_mul(8).map(KeySpec::Aes),
            KeyType::GENERIC_SECRET | KeyType::SHA256_HMAC => size(key).map(KeySpec::Hmac),
            KeyType::RSA => match self.attribute(key, AttributeType::Modulus)? {
                Attribute::Modulus(n) => u16::try_from(n.len() * 8).ok().map(KeySpec::Rsa),
                _ => None,
            },
            KeyType::EC => match self.attribute(key, AttributeType::EcParams)? {
                Attribute::EcParams(p) => [KeySpec::P256, KeySpec::P384, KeySpec::P521]
                    .into_iter()
                    .find(|s| der::curve(*s) == Some(p.as_slice())),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn import_aes(&self, key: &[u8]) -> Result<Handle, TokenError> {
        let made = self.session.create_object(&[
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Wrap(true),
            Attribute::Unwrap(true),
            Attribute::Value(key.to_vec()),
        ])?;
        Ok(Handle(made.handle()))
    }

    pub(crate) fn wrap(&self, how: Wrapping, wrapping: Handle, key: Handle) -> Result<Vec<u8>, TokenError> {
        self.raw.wrap(self.session.handle(), how, wrapping.0, key.0)
    }

    /// Refuses a private key where the trial showed padding after its DER.
    fn exact(&mut self, key: Handle) -> Result<u64, TokenError> {
        let number = self.kwp_number()?;
        let private = self.spec_of(object(key)).is_none_or(KeySpec::is_asymmetric);
        if private && !self.private_keys_exact()? {
            return Err(TokenError::NotByteExact);
        }
        Ok(number)
    }

    fn compose(&mut self, to: Handle, key: Handle, hash: OaepHash) -> Result<Vec<u8>, TokenError> {
        let number = self.exact(key)?;
        let once = self.session.generate_key(
            &Mechanism::AesKeyGen,
            &[
                Attribute::Token(false),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(true),
                Attribute::Wrap(true),
                Attribute::ValueLen(Ulong::from(32)),
            ],
        )?;
        let once = Handle(once.handle());
        let parts = self.wrap(Wrapping::Kwp(number), once, key).and_then(|inner| {
            let mut blob = self.wrap(Wrapping::Oaep(hash), to, once)?;
            blob.extend(inner);
            Ok(blob)
        });
        self.destroy(once)?; // also when wrapping failed
        parts
    }

    /// Wraps one way, with an imported public key.
    pub(crate) fn wrap_to(&mut self, to: Handle, key: Handle, recipe: Recipe) -> Result<Wrapped, TokenError> {
        let (rung, blob) = match recipe {
            Recipe::Oaep(hash) => {
                if self.spec_of(object(key)).is_none_or(KeySpec::is_asymmetric) {
                    return Err(not_offered("a private key is too long for RSA-OAEP alone"));
                }
                (Rung::OaepInToken, self.wrap(Wrapping::Oaep(hash), to, key)?)
            }
            Recipe::RsaAesKeyWrap(hash) if self.one_mechanism.contains(&hash) => {
                self.exact(key)?;
                (Rung::OneMechanism, self.wrap(Wrapping::RsaAes(hash), to, key)?)
            }
            Recipe::RsaAesKeyWrap(hash) => (Rung::ComposedInToken, self.compose(to, key, hash)?),
        };
        Ok(Wrapped { blob, rung })
    }

    pub(crate) fn import_rsa(&self, spki: &[u8]) -> Result<Handle, TokenError> {
        let (n, e) = der::rsa_parts(spki).ok_or_else(|| not_offered("the destination's key is not RSA"))?;
        let made = self.session.create_object(&[
            Attribute::Class(ObjectClass::PUBLIC_KEY),
            Attribute::KeyType(KeyType::RSA),
            Attribute::Token(false),
            Attribute::Wrap(true),
            Attribute::Encrypt(true),
            Attribute::Modulus(n),
            Attribute::PublicExponent(e),
        ])?;
        Ok(Handle(made.handle()))
    }
}

impl Token for Pkcs11Token {
    fn info(&self) -> &TokenInfo {
        &self.info
    }

    fn log_in(&mut self, pin: &SecretText) -> Result<(), TokenError> {
        match self.session.login(UserType::User, Some(&auth(pin))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(e) => Err(match TokenError::from(e) {
                TokenError::WrongPin { .. } => {
                    let flags = self.raw.flags(self.info.slot).unwrap_or(0);
                    let hint = if flags & CKF_USER_PIN_LOCKED != 0 {
                        return Err(TokenError::PinLocked);
                    } else if flags & CKF_USER_PIN_FINAL_TRY != 0 {
                        " (one try is left before the token locks)"
                    } else if flags & CKF_USER_PIN_COUNT_LOW != 0 {
                        " (the token counts wrong PINs)"
                    } else {
                        ""
                    };
                    TokenError::WrongPin { tries_hint: hint.to_owned() }
                }
                other => other,
            }),
        }
    }

    fn self_test(&mut self) -> Result<Capabilities, TokenError> {
        self.trials()
    }

    fn generate(&mut self, label: &str, spec: KeySpec, extractable: bool) -> Result<KeyFacts, TokenError> {
        if label.is_empty() {
            return Err(not_offered("a key needs a label"));
        }
        // A public half alone is no key: some modules write it before the private one, and a crash came in between. It
        // is left where it is; the new pair is told apart by its CKA_ID.
        for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
            let template = [Attribute::Class(class), Attribute::Label(label.into())];
            if !self.session.find_objects(&template)?.is_empty() {
                return Err(TokenError::LabelTaken(label.to_owned()));
            }
        }
        self.make(label, spec, extractable)
    }

    fn find(&mut self, label: &str) -> Result<Option<KeyFacts>, TokenError> {
        for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
            let found =
                self.session.find_objects(&[Attribute::Class(class), Attribute::Label(label.into())])?;
            if let Some(key) = found.first() {
                let spec = self.spec_of(*key).ok_or_else(|| not_offered("this key is of an unknown kind"))?;
                return self.facts(*key, spec).map(Some);
            }
        }
        Ok(None)
    }

    fn import_backup_key(&mut self, key: &SecretBytes) -> Result<Handle, TokenError> {
        if key.len() != 32 {
            return Err(not_offered("a backup key has 32 bytes (AES-256)"));
        }
        self.import_aes(key.expose())
    }

    fn wrap_kwp(&mut self, wrapping: Handle, key: Handle) -> Result<Vec<u8>, TokenError> {
        let number = self.exact(key)?;
        self.wrap(Wrapping::Kwp(number), wrapping, key)
    }

    fn unwrap_kwp(&mut self, wrapping: Handle, blob: &[u8], spec: KeySpec) -> Result<KeyFacts, TokenError> {
        let number = self.kwp_number()?;
        let (class, kind) = match spec {
            KeySpec::Aes(_) => (ObjectClass::SECRET_KEY, KeyType::AES),
            KeySpec::Hmac(_) => (ObjectClass::SECRET_KEY, KeyType::GENERIC_SECRET),
            KeySpec::Rsa(_) => (ObjectClass::PRIVATE_KEY, KeyType::RSA),
            _ => (ObjectClass::PRIVATE_KEY, KeyType::EC),
        };
        let template = [
            Attribute::Class(class),
            Attribute::KeyType(kind),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        let made =
            self.raw.unwrap(self.session.handle(), Wrapping::Kwp(number), wrapping.0, blob, &template)?;
        let key = object(Handle(made));
        if self.spec_of(key).is_some_and(|s| s != spec) {
            self.session.destroy_object(key)?;
            return Err(not_offered("the wrapped key is of another kind than expected"));
        }
        self.facts(key, spec)
    }

    fn wrap_for(&mut self, key: Handle, spki: &[u8], recipe: Recipe) -> Result<Wrapped, TokenError> {
        let to = self.import_rsa(spki)?;
        let wrapped = self.wrap_to(to, key, recipe);
        self.destroy(to)?;
        wrapped
    }

    fn generate_throwaway(&mut self, spec: KeySpec) -> Result<KeyFacts, TokenError> {
        self.make("", spec, true)
    }

    fn random(&mut self, out: &mut [u8]) -> Result<(), TokenError> {
        Ok(self.session.generate_random_slice(out)?)
    }

    fn signing_key(&mut self, label: &str) -> Result<(Handle, Vec<u8>), TokenError> {
        let facts = match self.find(label)? {
            Some(f) if f.spec == KeySpec::P256 => f,
            Some(_) => return Err(TokenError::LabelTaken(label.to_owned())),
            None => self.generate(label, KeySpec::P256, false)?,
        };
        let spki = facts.public_key.ok_or_else(|| not_offered("it does not show the key's public half"))?;
        Ok((facts.handle, spki))
    }

    fn sign(&mut self, key: Handle, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let hash = digest(&SHA256, message);
        Ok(der::ecdsa_signature(&self.session.sign(&Mechanism::Ecdsa, object(key), hash.as_ref())?))
    }

    fn destroy(&mut self, h: Handle) -> Result<(), TokenError> {
        Ok(self.session.destroy_object(object(h))?)
    }

    fn tries_left(&mut self) -> Option<u32> {
        match self.raw.flags(self.info.slot).ok()? {
            f if f & CKF_USER_PIN_LOCKED != 0 => Some(0),
            f if f & CKF_USER_PIN_FINAL_TRY != 0 => Some(1),
            _ => None,
        }
    }
}
