//! What some destinations want beside the wrapped key, to see that they unwrapped the right one: made inside the token.

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use cryptoki::types::Ulong;

use crate::pkcs11::{not_offered, object};
use crate::raw::Wrapping;
use crate::words;
use crate::{Handle, Pkcs11Token, Token as _, TokenError};

impl Pkcs11Token {
    /// AES-GCM by a copy of the key that may encrypt and do nothing else, for this session. The key itself was made
    /// without that use, and keeps none.
    pub(crate) fn seal_in_token(
        &mut self,
        key: Handle,
        iv: &[u8; 12],
        text: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        const TAG_BITS: u64 = 128;
        let copy = self.encrypting_copy(key)?;
        let mut iv = *iv;
        let sealed = GcmParams::new(&mut iv, &[], Ulong::from(TAG_BITS))
            .and_then(|how| self.session.encrypt(&Mechanism::AesGcm(how), object(copy), text))
            .map_err(TokenError::from);
        let forgotten = self.destroy(copy); // also when sealing failed, which then says more
        let sealed = sealed?;
        forgotten?;
        if sealed.len() != text.len() + 16 {
            return Err(not_offered(words::NO_TAG));
        }
        Ok(sealed)
    }

    /// The same key under a one-time AES-256 key and back, all inside the token.
    fn encrypting_copy(&mut self, key: Handle) -> Result<Handle, TokenError> {
        let number = self.kwp_number()?;
        let once = self.session.generate_key(
            &Mechanism::AesKeyGen,
            &[
                Attribute::Token(false),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Wrap(true),
                Attribute::Unwrap(true),
                Attribute::ValueLen(Ulong::from(32)),
            ],
        )?;
        let once = Handle(once.handle());
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
        ];
        let how = Wrapping::Kwp(number);
        let copy = self
            .wrap(how, once, key)
            .and_then(|blob| self.running.raw.unwrap(self.session.handle(), how, once.0, &blob, &template));
        let forgotten = self.destroy(once);
        let copy = Handle(copy?);
        if let Err(e) = forgotten {
            let _ = self.destroy(copy); // ends with the session anyway
            return Err(e);
        }
        Ok(copy)
    }

    /// The digest by the mechanism that takes a key in place of data.
    pub(crate) fn digest_in_token(&mut self, key: Handle) -> Result<[u8; 32], TokenError> {
        self.session.digest_init(&Mechanism::Sha256)?;
        let digested = self.session.digest_key(object(key)).and_then(|()| self.session.digest_final());
        let digest = match digested {
            Ok(digest) => digest,
            Err(e) => {
                // An operation that was left open would refuse the next one.
                let _ = self.session.digest_final();
                return Err(e.into());
            }
        };
        digest.try_into().map_err(|_| not_offered(words::NOT_A_DIGEST))
    }
}
