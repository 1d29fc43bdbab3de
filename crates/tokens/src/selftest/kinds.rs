//! Each kind of key: made, wrapped, opened on this computer, and brought back.

use super::produce::exact;
use super::words;
use super::{Report, Shown};
use crate::pkcs11::not_offered;
use crate::raw::Wrapping;
use crate::{KeySpec, Pkcs11Token, Token as _, TokenError, check_value_of};

/// One of each kind; RSA in the smallest size, since the larger ones differ only in the time they take.
const KINDS: [KeySpec; 7] = [
    KeySpec::Aes(256),
    KeySpec::Hmac(32),
    KeySpec::Rsa(2048),
    KeySpec::P256,
    KeySpec::P384,
    KeySpec::P521,
    KeySpec::Secp256k1,
];

impl Pkcs11Token {
    pub(super) fn try_kinds(&mut self, report: &mut Report) -> Result<(), TokenError> {
        for spec in KINDS {
            let (wrapped, restored) = match self.try_kind(spec) {
                Ok((wrapped, restored)) => (Ok(wrapped), restored),
                Err(e) => (Err(e.clone()), Err(e)),
            };
            report.note(&format!("wrap-{spec}"), &words::makes_and_wraps(spec), wrapped)?;
            report.note(&format!("restore-{spec}"), &words::brings_back(spec), restored)?;
        }
        Ok(())
    }

    fn try_kind(&mut self, spec: KeySpec) -> Result<(Shown, Result<Shown, TokenError>), TokenError> {
        let made = self.key_to_try(spec)?;
        let how = Wrapping::Kwp(self.kwp_number().map_err(|_| not_offered(words::NO_KWP_TO_TRY))?);
        let kek = self.known_kek()?;
        let blob = self.wrap(how, kek.handle, made.handle);
        self.forget(&[made.handle])?;
        let blob = blob?;
        let wrapped = match kek.open(&blob) {
            Some(key) if spec.is_asymmetric() => exact(spec, &key, &made.check_value),
            Some(key) if check_value_of(spec, &key).as_ref() == Some(&made.check_value) => {
                Shown::works(words::RIGHT_KEY)
            }
            _ => Shown::lies(words::NOT_THE_KEY),
        };
        let restored = match self.unwrap_kwp(kek.handle, &blob, spec, made.public_key.as_deref()) {
            Ok(back) => {
                self.forget(&[back.handle])?;
                Ok(if back.check_value == made.check_value {
                    Shown::works(if spec.is_asymmetric() {
                        words::SIGNED_A_CHALLENGE
                    } else {
                        words::CHECK_VALUE_SAME
                    })
                } else {
                    Shown::lies(words::ANOTHER_CAME_BACK)
                })
            }
            Err(TokenError::NotThisKey) => Ok(Shown::lies(words::ANOTHER_CAME_BACK)),
            Err(e) => Err(e),
        };
        self.forget(&[kek.handle])?;
        Ok((wrapped, restored))
    }
}
