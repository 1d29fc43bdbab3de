//! What a key is, read back from the token after the fact.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};

use crate::pkcs11::not_offered;
use crate::words;
use crate::{Handle, KeyFacts, KeySpec, Pkcs11Token, TokenError, check, der};

impl Pkcs11Token {
    /// Reads a key's attributes and computes its check value. For a pair, `expected` is the public key it must belong
    /// to; without it, whichever public key the token shows for it. Either has to survive a challenge.
    pub(crate) fn facts(
        &self,
        key: ObjectHandle,
        spec: KeySpec,
        expected: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError> {
        let mut facts = KeyFacts {
            handle: Handle(key.handle()),
            label: String::new(),
            spec,
            id: None,
            unique_id: None,
            sensitive: None,
            extractable: None,
            always_sensitive: None,
            never_extractable: None,
            local: None,
            wrap_with_trusted: None,
            check_value: String::new(),
            public_key: None,
        };
        // One at a time: some modules fail the whole list for one attribute they do not know.
        for kind in [
            AttributeType::Label,
            AttributeType::Id,
            AttributeType::UniqueId,
            AttributeType::Sensitive,
            AttributeType::Extractable,
            AttributeType::AlwaysSensitive,
            AttributeType::NeverExtractable,
            AttributeType::Local,
            AttributeType::WrapWithTrusted,
        ] {
            match self.attribute(key, kind)? {
                Some(Attribute::Label(l)) => facts.label = String::from_utf8_lossy(&l).into_owned(),
                Some(Attribute::Id(id)) => facts.id = Some(id).filter(|id| !id.is_empty()),
                Some(Attribute::UniqueId(id)) => facts.unique_id = Some(id).filter(|id| !id.is_empty()),
                Some(Attribute::Sensitive(b)) => facts.sensitive = Some(b),
                Some(Attribute::Extractable(b)) => facts.extractable = Some(b),
                Some(Attribute::AlwaysSensitive(b)) => facts.always_sensitive = Some(b),
                Some(Attribute::NeverExtractable(b)) => facts.never_extractable = Some(b),
                Some(Attribute::Local(b)) => facts.local = Some(b),
                Some(Attribute::WrapWithTrusted(b)) => facts.wrap_with_trusted = Some(b),
                _ => {}
            }
        }
        match spec {
            KeySpec::Aes(_) => {
                let tag = self.session.sign(&Mechanism::AesCMac, key, &[0; 16])?;
                facts.check_value = check::of_mac("cmac-aes", &tag);
            }
            KeySpec::Hmac(_) => {
                let tag = self.session.sign(&Mechanism::Sha256Hmac, key, &[0; 16])?;
                facts.check_value = check::of_mac("hmac-sha256", &tag);
            }
            _ => {
                let spki = self.proven_public(key, spec, expected)?;
                facts.check_value = check::of_spki(&spki);
                facts.public_key = Some(spki);
            }
        }
        Ok(facts)
    }

    /// The public key that the private key proves to be its own.
    fn proven_public(
        &self,
        key: ObjectHandle,
        spec: KeySpec,
        expected: Option<&[u8]>,
    ) -> Result<Vec<u8>, TokenError> {
        let own = self.own_public(key, spec)?;
        let candidates = match (expected, own) {
            (Some(expected), Some(own)) if own != expected => return Err(TokenError::NotThisKey),
            (Some(expected), _) => vec![expected.to_vec()],
            (None, Some(own)) => vec![own],
            (None, None) => self.public_objects(key, spec)?,
        };
        if candidates.is_empty() {
            return Err(not_offered(words::SHOWS_NO_PUBLIC_HALF));
        }
        let answer = self.challenge(key, spec)?;
        candidates.into_iter().find(|spki| answer.fits(spki)).ok_or(TokenError::NotThisKey)
    }

    /// The public half as the private key's own attributes give it.
    fn own_public(&self, key: ObjectHandle, spec: KeySpec) -> Result<Option<Vec<u8>>, TokenError> {
        if let KeySpec::Rsa(_) = spec {
            let modulus = self.attribute(key, AttributeType::Modulus)?;
            let exponent = self.attribute(key, AttributeType::PublicExponent)?;
            return Ok(match (modulus, exponent) {
                (Some(Attribute::Modulus(n)), Some(Attribute::PublicExponent(e))) if !e.is_empty() => {
                    Some(der::rsa_spki(&n, &e))
                }
                _ => None,
            });
        }
        Ok(match self.attribute(key, AttributeType::EcPoint)? {
            Some(Attribute::EcPoint(point)) => der::ec_spki(spec, &point),
            _ => None,
        })
    }

    /// The public keys that carry the private key's `CKA_ID`. Anybody can give a key that identifier.
    fn public_objects(&self, key: ObjectHandle, spec: KeySpec) -> Result<Vec<Vec<u8>>, TokenError> {
        let mut found = Vec::new();
        for object in self.companions(key)? {
            found.extend(self.own_public(object, spec)?);
        }
        Ok(found)
    }

    /// Public key objects of the same, not empty, `CKA_ID`.
    pub(crate) fn companions(&self, key: ObjectHandle) -> Result<Vec<ObjectHandle>, TokenError> {
        match self.attribute(key, AttributeType::Id)? {
            Some(Attribute::Id(id)) if !id.is_empty() => Ok(self
                .session
                .find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id)])?),
            _ => Ok(Vec::new()),
        }
    }

    /// One attribute, `None` where the token would not say.
    pub(crate) fn attribute(
        &self,
        key: ObjectHandle,
        kind: AttributeType,
    ) -> Result<Option<Attribute>, TokenError> {
        let said = self.session.get_attributes(key, &[kind]).map_err(TokenError::from);
        Ok(TokenError::unless_refused(said)?.and_then(|mut list| list.pop()))
    }

    /// What kind of key this is, from its attributes; `None` where they do not tell.
    pub(crate) fn spec_of(&self, key: ObjectHandle) -> Result<Option<KeySpec>, TokenError> {
        let Some(Attribute::KeyType(kind)) = self.attribute(key, AttributeType::KeyType)? else {
            return Ok(None);
        };
        Ok(match kind {
            KeyType::AES => self.length(key)?.and_then(|n| n.checked_mul(8)).map(KeySpec::Aes),
            KeyType::GENERIC_SECRET | KeyType::SHA256_HMAC => self.length(key)?.map(KeySpec::Hmac),
            KeyType::RSA => match self.attribute(key, AttributeType::Modulus)? {
                Some(Attribute::Modulus(n)) => u16::try_from(n.len() * 8).ok().map(KeySpec::Rsa),
                _ => None,
            },
            KeyType::EC => match self.attribute(key, AttributeType::EcParams)? {
                Some(Attribute::EcParams(p)) => {
                    KeySpec::CURVES.into_iter().find(|s| der::curve(*s) == Some(p.as_slice()))
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// `CKA_VALUE_LEN`. `SoftHSM` leaves the length of an unwrapped key at 0: then the check value decides.
    pub(crate) fn length(&self, key: ObjectHandle) -> Result<Option<u16>, TokenError> {
        Ok(match self.attribute(key, AttributeType::ValueLen)? {
            Some(Attribute::ValueLen(n)) => u16::try_from(u64::from(n)).ok().filter(|n| *n > 0),
            _ => None,
        })
    }
}
