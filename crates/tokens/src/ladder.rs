//! The ways a key leaves the token: every rung that keeps it inside.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use cryptoki::types::Ulong;
use zeroize::Zeroize as _;

use crate::pkcs11::{not_offered, object};
use crate::raw::Wrapping;
use crate::routes::{Way, tried_for};
use crate::selftest::Trial;
use crate::words;
use crate::{
    Finding, Handle, KeySpec, OaepHash, Pkcs11Token, Recipe, Rung, Token as _, TokenError, Wrapped, der,
};

impl Pkcs11Token {
    /// Brings in an AES key that wraps and unwraps, and cannot leave again.
    pub(crate) fn import_aes(&self, key: &[u8]) -> Result<Handle, TokenError> {
        self.import(key, &[Attribute::Extractable(false), Attribute::Wrap(true), Attribute::Unwrap(true)])
    }

    /// A known key that may leave again: for trials only.
    pub(crate) fn import_extractable(&self, key: &[u8]) -> Result<Handle, TokenError> {
        self.import(key, &[Attribute::Extractable(true), Attribute::Sign(true)])
    }

    fn import(&self, key: &[u8], usage: &[Attribute]) -> Result<Handle, TokenError> {
        let mut template = vec![
            Attribute::Value(key.to_vec()),
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Sensitive(true),
        ];
        template.extend_from_slice(usage);
        let made = self.session.create_object(&template);
        // The library's attribute does not wipe itself.
        if let Some(Attribute::Value(copy)) = template.first_mut() {
            copy.zeroize();
        }
        Ok(Handle(made?.handle()))
    }

    pub(crate) fn wrap(&self, how: Wrapping, wrapping: Handle, key: Handle) -> Result<Vec<u8>, TokenError> {
        self.running.raw.wrap(self.session.handle(), how, wrapping.0, key.0)
    }

    fn is_private(&self, key: Handle) -> Result<bool, TokenError> {
        // By its class where the token tells it: of a secret key that came in wrapped, some do not tell the size.
        if self.secret.get() == Some(key.0) {
            return Ok(false);
        }
        let class = TokenError::unless_refused(self.running.raw.class(self.session.handle(), key.0))?;
        let private = match class {
            Some(cryptoki_sys::CKO_PRIVATE_KEY) => true,
            Some(cryptoki_sys::CKO_SECRET_KEY) => false,
            _ => self.spec_of(object(key))?.is_none_or(KeySpec::is_asymmetric),
        };
        self.secret.set((!private).then_some(key.0));
        Ok(private)
    }

    /// The number of AES-KWP; refuses a private key where the trial showed padding after its DER.
    pub(crate) fn exact(&mut self, key: Handle) -> Result<u64, TokenError> {
        let number = self.kwp_number()?;
        if self.is_private(key)? && !self.proven(Trial::PrivateExact)? {
            return Err(TokenError::NotByteExact);
        }
        Ok(number)
    }

    /// The same, and refuses a private key of a kind that the trials did not show to leave in its right form. A key's own
    /// wrapping cannot be looked into, so what stands against one of a kind stands against all.
    pub(crate) fn whole(&mut self, key: Handle) -> Result<u64, TokenError> {
        let number = self.exact(key)?;
        if self.is_private(key)? {
            self.form_proven(key, Way::Kwp)?;
        }
        Ok(number)
    }

    fn form_proven(&mut self, key: Handle, way: Way) -> Result<(), TokenError> {
        let spec = self.spec_of(object(key))?.ok_or_else(|| not_offered(words::KIND_NOT_SAID))?;
        let shown = self.tried(Trial::Form(tried_for(spec), way))?;
        match shown.result {
            Finding::Works => Ok(()),
            _ => Err(TokenError::NotWhole(shown.detail)),
        }
    }

    /// Refuses a hash whose trial did not show RSA-OAEP.
    fn oaep_proven(&mut self, hash: OaepHash) -> Result<(), TokenError> {
        let shown = self.tried(Trial::Oaep(hash))?;
        match shown.result {
            Finding::Works => Ok(()),
            _ => Err(not_offered(&words::oaep_not_passed(&shown.detail))),
        }
    }

    fn compose(&mut self, to: Handle, key: Handle, hash: OaepHash) -> Result<Vec<u8>, TokenError> {
        let number = self.whole(key)?;
        self.oaep_proven(hash)?;
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
        let forgotten = self.destroy(once); // also when wrapping failed, which then says more
        let blob = parts?;
        forgotten?;
        Ok(blob)
    }

    /// Wraps for an imported public key, by the best rung whose trial was passed. The trials are made here if the
    /// self-test was not run in this session.
    pub(crate) fn wrap_to(&mut self, to: Handle, key: Handle, recipe: Recipe) -> Result<Wrapped, TokenError> {
        let private = self.is_private(key)?;
        let (rung, blob) = match recipe {
            Recipe::Oaep(_) if private => {
                return Err(not_offered(words::OAEP_IS_FOR_SECRETS));
            }
            Recipe::Oaep(hash) => {
                self.oaep_proven(hash)?;
                (Rung::OaepInToken, self.wrap(Wrapping::Oaep(hash), to, key)?)
            }
            Recipe::RsaAesKeyWrap(hash) => {
                let one = if private { Trial::RsaAesPair(hash) } else { Trial::RsaAes(hash) };
                let one = self.proven(one)?;
                // Where the one call is there, but not in the right form, the other rung may still be.
                if one && (!private || self.form_proven(key, Way::OneMechanism).is_ok()) {
                    (Rung::OneMechanism, self.wrap(Wrapping::RsaAes(hash), to, key)?)
                } else {
                    (Rung::ComposedInToken, self.compose(to, key, hash)?)
                }
            }
        };
        Ok(Wrapped { blob, rung })
    }

    pub(crate) fn import_rsa(&self, spki: &[u8]) -> Result<Handle, TokenError> {
        let (n, e) = der::destination(spki).ok_or_else(|| not_offered(words::NOT_A_DESTINATION))?;
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
