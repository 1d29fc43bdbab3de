//! What a token must refuse. Each attempt is one that works with another key, so that a refusal means something.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::types::Ulong;
use zeroize::Zeroize as _;

use super::words;
use super::{Report, Shown, Trial};
use crate::pkcs11::object;
use crate::raw::Wrapping;
use crate::{Finding, Handle, KeySpec, OaepHash, Pkcs11Token, TokenError};

impl Pkcs11Token {
    pub(super) fn try_refusals(&mut self, report: &mut Report) -> Result<(), TokenError> {
        let shown = self.try_value();
        report.note("sensitive-unreadable", words::SENSITIVE_UNREADABLE, shown)?;
        let shown = self.try_locked();
        report.note("non-extractable-refused", words::NON_EXTRACTABLE_REFUSED, shown)?;
        let shown = self.try_loosening(&Attribute::Extractable(true), false);
        report.note("extractable-stays", words::EXTRACTABLE_STAYS, shown)?;
        let shown = self.try_loosening(&Attribute::Sensitive(false), true);
        report.note("sensitive-stays", words::SENSITIVE_STAYS, shown)?;
        let shown = self.try_wrap_with_trusted();
        report.note("wrap-with-trusted", words::WRAP_WITH_TRUSTED, shown)?;
        let shown = self.try_trusted();
        report.note("trusted-by-user", words::TRUSTED_BY_USER, shown)
    }

    /// Ways of wrapping that were shown to work.
    fn ways(&mut self) -> Result<Vec<Wrapping>, TokenError> {
        let mut ways = Vec::new();
        ways.extend(TokenError::unless_refused(self.kwp_number())?.map(Wrapping::Kwp));
        for hash in [OaepHash::Sha256, OaepHash::Sha1] {
            if self.proven(Trial::Oaep(hash))? {
                ways.push(Wrapping::Oaep(hash));
            }
        }
        Ok(ways)
    }

    /// Tries to wrap `key` in every way that works, and destroys it.
    fn must_not_leave(&mut self, key: Handle) -> Result<Shown, TokenError> {
        let mut shown = Shown::absent(words::NO_WAY_OF_WRAPPING);
        for how in self.ways()? {
            let wrapping = match how {
                Wrapping::Kwp(_) => self.known_kek()?.handle,
                Wrapping::Oaep(_) | Wrapping::RsaAes(_) => self.opener_handle()?,
            };
            let out = self.wrap(how, wrapping, key);
            self.forget(&[wrapping])?;
            match out {
                Ok(_) => {
                    self.forget(&[key])?;
                    return Ok(Shown::lies(words::wrapped_by(how)));
                }
                Err(e) if e.ends_trials() => return Err(e),
                Err(e) => shown = Shown::refused(e.to_string()),
            }
        }
        self.forget(&[key])?;
        Ok(shown)
    }

    /// A key made here that must never leave; where the token makes none, one brought in.
    fn locked(&mut self) -> Result<Handle, TokenError> {
        match TokenError::unless_refused(self.make_object("", KeySpec::Aes(256), false))? {
            Some(made) => Ok(Handle(made.handle())),
            None => self.import_aes(&[0x5a; 32]),
        }
    }

    fn try_locked(&mut self) -> Result<Shown, TokenError> {
        let key = self.locked()?;
        self.must_not_leave(key)
    }

    fn try_value(&mut self) -> Result<Shown, TokenError> {
        let target = self.target()?;
        let mut shown = self.must_not_show(target.handle, AttributeType::Value)?;
        for (spec, part) in
            [(KeySpec::P256, AttributeType::Value), (KeySpec::Rsa(2048), AttributeType::PrivateExponent)]
        {
            if shown.result == Finding::Lies {
                break;
            }
            if let Some(pair) = TokenError::unless_refused(self.key_to_try(spec))? {
                shown = self.must_not_show(pair.handle, part)?;
            }
        }
        Ok(shown)
    }

    fn must_not_show(&mut self, key: Handle, part: AttributeType) -> Result<Shown, TokenError> {
        let said = self.attribute(object(key), part)?;
        self.forget(&[key])?;
        Ok(match said {
            Some(Attribute::Value(mut bytes) | Attribute::PrivateExponent(mut bytes))
                if !bytes.is_empty() =>
            {
                bytes.zeroize();
                Shown::lies(words::SHOWED_THE_VALUE)
            }
            _ => Shown::refused(words::VALUE_NOT_SHOWN),
        })
    }

    /// Tries to take a protection off a key: on itself, then on a copy.
    pub(crate) fn try_loosening(
        &mut self,
        loose: &Attribute,
        extractable: bool,
    ) -> Result<Shown, TokenError> {
        let key = if extractable { self.target()?.handle } else { self.locked()? };
        let set = self.session.update_attributes(object(key), std::slice::from_ref(loose));
        let set = TokenError::unless_refused(set.map_err(TokenError::from))?;
        if set.is_some() && self.is_now(object(key), loose)? {
            self.forget(&[key])?;
            return Ok(Shown::lies(words::TOOK_PROTECTION_OFF));
        }
        let copy = self.session.copy_object(object(key), std::slice::from_ref(loose));
        let copy = TokenError::unless_refused(copy.map_err(TokenError::from))?;
        let mut shown = Shown::refused(words::PROTECTION_STAYS);
        if let Some(copy) = copy {
            if self.is_now(copy, loose)? {
                shown = Shown::lies(words::COPY_WITHOUT_PROTECTION);
            }
            self.forget(&[Handle(copy.handle())])?;
        }
        self.forget(&[key])?;
        Ok(shown)
    }

    fn is_now(&self, key: ObjectHandle, wanted: &Attribute) -> Result<bool, TokenError> {
        Ok(self.attribute(key, wanted.attribute_type())?.as_ref() == Some(wanted))
    }

    fn try_wrap_with_trusted(&mut self) -> Result<Shown, TokenError> {
        let made = self.session.generate_key(
            &Mechanism::AesKeyGen,
            &[
                Attribute::Token(false),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(true),
                Attribute::WrapWithTrusted(true),
                Attribute::ValueLen(Ulong::from(32)),
            ],
        )?;
        self.must_not_leave(Handle(made.handle()))
    }

    fn try_trusted(&mut self) -> Result<Shown, TokenError> {
        // A token that takes no key at all did not refuse the mark.
        let unmarked = self.known_kek()?;
        self.forget(&[unmarked.handle])?;
        let made = self.session.create_object(&[
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Token(false),
            Attribute::Private(true),
            Attribute::Wrap(true),
            Attribute::Trusted(true),
            Attribute::Value(vec![0x5a; 32]),
        ]);
        let Some(key) = TokenError::unless_refused(made.map_err(TokenError::from))? else {
            return Ok(Shown::refused(words::MARK_REFUSED));
        };
        let marked = self.is_now(key, &Attribute::Trusted(true))?;
        self.forget(&[Handle(key.handle())])?;
        Ok(if marked { Shown::lies(words::TOOK_THE_MARK) } else { Shown::refused(words::LEFT_THE_MARK_OFF) })
    }
}
