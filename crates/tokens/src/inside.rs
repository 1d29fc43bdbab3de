//! Keys that may not leave their token any more, and what else in it could be the same key.

use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};

use crate::pkcs11::object;
use crate::raw::Wrapping;
use crate::restore::kind;
use crate::words;
use crate::{Finding, Handle, KeyFacts, KeySpec, Pkcs11Token, TokenError};

/// What came of forbidding a key to leave its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// The token says that it may not leave, and refused to wrap it.
    In,
    /// The token does not change the key; why, in words.
    NotChanged(String),
    /// The token says that it may not leave, and wrapped it all the same.
    LeavesAllTheSame,
    /// The token refused to wrap it, and lets a copy of such a key leave (`C_CopyObject`).
    LeavesAsCopy,
}

/// A secret or private key in the token that is not one of those that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherKey {
    /// Its label, which may be empty.
    pub label: String,
    /// `CKA_EXTRACTABLE`; none where the token does not say.
    pub extractable: Option<bool>,
    /// Whether it is the key that was meant; none where that cannot be told, because it may not sign or is of another type
    /// with as many bytes.
    pub same: Option<bool>,
}

impl Pkcs11Token {
    /// PKCS#11 lets `CKA_EXTRACTABLE` go from true to false and never back (3.0, §4.9 and §4.10). What the token then says
    /// is not believed: it is asked to wrap the key.
    pub(crate) fn lock_in(&mut self, key: Handle) -> Result<Locked, TokenError> {
        if self.extractable(object(key))? != Some(false) {
            let changed = self.session.update_attributes(object(key), &[Attribute::Extractable(false)]);
            match changed.map_err(TokenError::from) {
                Ok(()) => {}
                Err(e @ (TokenError::TokenRemoved | TokenError::NotSignedIn)) => return Err(e),
                Err(refused) => return Ok(Locked::NotChanged(refused.to_string())),
            }
            if self.extractable(object(key))? != Some(false) {
                return Ok(Locked::NotChanged(words::STILL_SAYS_IT_LEAVES.to_owned()));
            }
        }
        let number = self.kwp_number()?;
        let once = self.session.generate_random_vec(32)?;
        let wrapping = self.import_aes(&once)?;
        let tried = TokenError::unless_refused(self.wrap(Wrapping::Kwp(number), wrapping, key));
        let forgotten = self.destroy_object(object(wrapping));
        let tried = tried?;
        forgotten?;
        if tried.is_some() {
            return Ok(Locked::LeavesAllTheSame);
        }
        // On a throw-away key: a copy of this one that may leave would be what is to be prevented.
        let copied = self.try_loosening(&Attribute::Extractable(true), false)?;
        Ok(if copied.result == Finding::Lies { Locked::LeavesAsCopy } else { Locked::In })
    }

    /// `CKA_EXTRACTABLE`; none where the token does not say.
    fn extractable(&self, key: ObjectHandle) -> Result<Option<bool>, TokenError> {
        Ok(match self.attribute(key, AttributeType::Extractable)? {
            Some(Attribute::Extractable(says)) => Some(says),
            _ => None,
        })
    }

    /// Every secret and private key but these.
    pub(crate) fn others(
        &self,
        known: &[Handle],
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Vec<OtherKey>, TokenError> {
        let mut found = Vec::new();
        for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
            for key in self.session.find_objects(&[Attribute::Class(class)])? {
                if known.iter().any(|k| k.0 == key.handle()) {
                    continue;
                }
                let label = match self.attribute(key, AttributeType::Label)? {
                    Some(Attribute::Label(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
                    _ => String::new(),
                };
                let extractable = self.extractable(key)?;
                // A private key has a form of its own, in which no bytes of somebody's choice lie.
                let same = match (class == kind(spec).0, class) {
                    (true, _) => self.is_same(key, check_value, spec, public_key)?,
                    (false, ObjectClass::PRIVATE_KEY) => Some(false),
                    (false, _) => self.without_it(key, spec)?,
                };
                found.push(OtherKey { label, extractable, same });
            }
        }
        Ok(found)
    }

    /// Whether an object of another class or type is without the key that is meant: as bytes of another type, or within more
    /// bytes (`CKM_CONCATENATE_BASE_AND_DATA`), anything can lie in a secret key. It does not where the key was made in the
    /// token as it is, or is too short for it; else that cannot be told without reading it.
    fn without_it(&self, key: ObjectHandle, spec: KeySpec) -> Result<Option<bool>, TokenError> {
        if self.attribute(key, AttributeType::Local)? == Some(Attribute::Local(true)) {
            return Ok(Some(false));
        }
        // Of a pair, a prime or the private number is enough.
        let least = match spec {
            KeySpec::Aes(bits) => bits / 8,
            KeySpec::Hmac(bytes) => bytes,
            KeySpec::Rsa(bits) => bits / 16,
            KeySpec::P256 | KeySpec::Secp256k1 => 32,
            KeySpec::P384 => 48,
            KeySpec::P521 => 65,
        };
        Ok(self.length(key)?.filter(|length| *length < least).map(|_| false))
    }

    /// Whether an object of the same class is the key that is meant.
    fn is_same(
        &self,
        key: ObjectHandle,
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Option<bool>, TokenError> {
        let of_type = self.attribute(key, AttributeType::KeyType)?;
        if of_type != Some(Attribute::KeyType(kind(spec).1)) {
            // A pair of another type is another pair. The bytes of a secret key can be given another type.
            let is_secret = matches!(spec, KeySpec::Aes(_) | KeySpec::Hmac(_));
            return if is_secret { self.without_it(key, spec) } else { Ok(Some(false)) };
        }
        match self.facts_as(key, spec, public_key) {
            Ok(KeyFacts { check_value: own, .. }) => Ok(Some(own == check_value)),
            Err(TokenError::NotThisKey) => Ok(Some(false)),
            Err(e) => TokenError::unless_refused::<()>(Err(e)).map(|_| None),
        }
    }
}
