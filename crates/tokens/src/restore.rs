//! Keys that came back from a backup: brought in to stay, found again, and destroyed with all that belongs to them.

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};

use crate::pkcs11::{not_offered, object};
use crate::raw::Wrapping;
use crate::words;
use crate::{Handle, KeyFacts, KeySpec, Pkcs11Token, TokenError, der};

/// The class and the type of key objects of this kind.
pub(crate) fn kind(spec: KeySpec) -> (ObjectClass, KeyType) {
    match spec {
        KeySpec::Aes(_) => (ObjectClass::SECRET_KEY, KeyType::AES),
        KeySpec::Hmac(_) => (ObjectClass::SECRET_KEY, KeyType::GENERIC_SECRET),
        KeySpec::Rsa(_) => (ObjectClass::PRIVATE_KEY, KeyType::RSA),
        _ => (ObjectClass::PRIVATE_KEY, KeyType::EC),
    }
}

impl Pkcs11Token {
    /// Unwraps, and reads back what came in; a key that is not what it should be is destroyed again.
    pub(crate) fn unwrapped(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        (spec, public_key): (KeySpec, Option<&[u8]>),
        more: &[Attribute],
    ) -> Result<KeyFacts, TokenError> {
        let number = self.kwp_number()?;
        let (class, key_type) = kind(spec);
        let mut template = vec![
            Attribute::Class(class),
            Attribute::KeyType(key_type),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Sign(true),
        ];
        template.extend_from_slice(more);
        let made = self.running.raw.unwrap(
            self.session.handle(),
            Wrapping::Kwp(number),
            wrapping.0,
            blob,
            &template,
        )?;
        let key = object(Handle(made));
        let facts = self.facts_as(key, spec, public_key).map_err(|e| match e {
            TokenError::NotThisKey if !spec.is_asymmetric() => not_offered(words::OTHER_KIND),
            other => other,
        });
        if facts.is_err() {
            // What refused the key says more than a failure to destroy it.
            let _ = self.destroy_object(key);
        }
        facts
    }

    /// The same for this session alone.
    pub(crate) fn unwrapped_for_session(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        key: (KeySpec, Option<&[u8]>),
        extractable: bool,
    ) -> Result<KeyFacts, TokenError> {
        let session = [Attribute::Token(false), Attribute::Extractable(extractable)];
        self.unwrapped(wrapping, blob, key, &session)
    }

    /// As [`Pkcs11Token::facts`], for a key whose kind is known from elsewhere. Only another kind is refused: a token
    /// may not show the size of a secret key that came in wrapped.
    pub(crate) fn facts_as(
        &self,
        key: ObjectHandle,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<KeyFacts, TokenError> {
        match self.spec_of(key)? {
            Some(other) if other != spec => Err(TokenError::NotThisKey),
            _ => self.facts(key, spec, public_key),
        }
    }

    /// Every private and secret key with this label.
    pub(crate) fn labelled(&self, label: &str) -> Result<Vec<ObjectHandle>, TokenError> {
        let mut found = Vec::new();
        for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
            found.extend(
                self.session.find_objects(&[Attribute::Class(class), Attribute::Label(label.into())])?,
            );
        }
        Ok(found)
    }

    pub(crate) fn known_by(
        &self,
        label: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Option<KeyFacts>, TokenError> {
        match self.labelled(label)?[..] {
            [] => Ok(None),
            [key] => self.facts_as(key, spec, public_key).map(Some),
            _ => Err(TokenError::LabelAmbiguous(label.to_owned())),
        }
    }

    pub(crate) fn restored(
        &mut self,
        wrapping: Handle,
        blob: &[u8],
        label: &str,
        key: (KeySpec, Option<&[u8]>),
    ) -> Result<KeyFacts, TokenError> {
        if label.is_empty() {
            return Err(not_offered("a key needs a label"));
        }
        if !self.labelled(label)?.is_empty() {
            return Err(TokenError::LabelTaken(label.to_owned()));
        }
        // First for this session alone: what does not open, or opens to another key, never comes to stay.
        let tried = self.unwrapped_for_session(wrapping, blob, key, false)?;
        self.destroy_object(object(tried.handle))?;
        let id = self.session.generate_random_vec(16)?;
        let mut more = vec![
            Attribute::Token(true),
            Attribute::Extractable(true),
            Attribute::Label(label.into()),
            Attribute::Id(id.clone()),
        ];
        match key.0 {
            KeySpec::Aes(_) | KeySpec::Hmac(_) => more.push(Attribute::Verify(true)),
            KeySpec::Rsa(_) => more.push(Attribute::Decrypt(true)),
            _ => {}
        }
        // The public half first: alone it is no key, and after an interruption it is in nobody's way.
        let public = tried.public_key.as_deref().map(|spki| self.public_half(label, id, key.0, spki));
        let public = public.transpose()?;
        let stays = self.unwrapped(wrapping, blob, key, &more);
        if let (Err(_), Some(public)) = (&stays, public) {
            let _ = self.destroy_object(public);
        }
        stays
    }

    /// Puts the public half of a pair beside it, so that the pair is found as any other.
    fn public_half(
        &self,
        label: &str,
        id: Vec<u8>,
        spec: KeySpec,
        spki: &[u8],
    ) -> Result<ObjectHandle, TokenError> {
        let mut template = vec![
            Attribute::Class(ObjectClass::PUBLIC_KEY),
            Attribute::KeyType(kind(spec).1),
            Attribute::Token(true),
            Attribute::Verify(true),
            Attribute::Label(label.into()),
            Attribute::Id(id),
        ];
        if let Some((modulus, exponent)) = der::rsa_parts(spki) {
            template.extend([
                Attribute::Encrypt(true),
                Attribute::Modulus(modulus),
                Attribute::PublicExponent(exponent),
            ]);
        } else {
            let curve = der::curve(spec).zip(der::ec_point(spec, spki)).ok_or(TokenError::NotThisKey)?;
            template.extend([Attribute::EcParams(curve.0.to_vec()), Attribute::EcPoint(curve.1)]);
        }
        Ok(self.session.create_object(&template)?)
    }

    pub(crate) fn alike(
        &self,
        check_value: &str,
        spec: KeySpec,
        public_key: Option<&[u8]>,
    ) -> Result<Vec<KeyFacts>, TokenError> {
        let (class, key_type) = kind(spec);
        let all = self.session.find_objects(&[Attribute::Class(class), Attribute::KeyType(key_type)])?;
        let mut found = Vec::new();
        for key in all {
            match self.facts_as(key, spec, public_key) {
                Ok(facts) if facts.check_value == check_value => found.push(facts),
                Err(e @ (TokenError::TokenRemoved | TokenError::NotSignedIn)) => return Err(e),
                // Another key, or one that may not sign: such a key was not made or restored by this program.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(found)
    }

    pub(crate) fn destroy_whole(&mut self, key: Handle) -> Result<(), TokenError> {
        let key = object(key);
        let class = self.attribute(key, AttributeType::Class)?;
        let private = class == Some(Attribute::Class(ObjectClass::PRIVATE_KEY));
        let public = if private { self.companions(key)? } else { Vec::new() };
        self.destroy_object(key)?;
        for half in public {
            self.destroy_object(half)?;
        }
        Ok(())
    }
}
