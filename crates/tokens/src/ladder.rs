//! The ways a key leaves the token: every rung that keeps it inside.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use cryptoki::types::Ulong;

use crate::pkcs11::{not_offered, object};
use crate::raw::Wrapping;
use crate::{Handle, KeySpec, OaepHash, Pkcs11Token, Recipe, Rung, Token as _, TokenError, Wrapped, der};

impl Pkcs11Token {
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
        self.running.raw.wrap(self.session.handle(), how, wrapping.0, key.0)
    }

    /// Refuses a private key where the trial showed padding after its DER.
    pub(crate) fn exact(&mut self, key: Handle) -> Result<u64, TokenError> {
        let number = self.kwp_number()?;
        let private = self.spec_of(object(key))?.is_none_or(KeySpec::is_asymmetric);
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
                if self.spec_of(object(key))?.is_none_or(KeySpec::is_asymmetric) {
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
