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
        let wrapped = came_out(spec, kek.open(&blob).as_deref().map(Vec::as_slice), &made.check_value);
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

/// What a wrapped key of this kind turned out to be: none where the blob did not open.
fn came_out(spec: KeySpec, key: Option<&[u8]>, check_value: &str) -> Shown {
    match key {
        Some(key) if spec.is_asymmetric() => exact(spec, key, check_value),
        Some(key) if check_value_of(spec, key).as_deref() == Some(check_value) => {
            Shown::works(words::RIGHT_KEY)
        }
        _ => Shown::lies(words::NOT_THE_KEY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selftest::Finding;

    /// A token that wraps another key than the one that was meant is found out, for each kind.
    #[test]
    fn another_key_that_comes_out_is_not_the_key() {
        for (spec, bytes) in [(KeySpec::Aes(256), 32), (KeySpec::Aes(128), 16), (KeySpec::Hmac(48), 48)] {
            let (key, other) = (vec![7; bytes], vec![8; bytes]);
            let value = check_value_of(spec, &key).unwrap();
            assert_eq!(came_out(spec, Some(&key), &value).result, Finding::Works, "{spec}");
            assert_eq!(came_out(spec, Some(&other), &value).result, Finding::Lies, "{spec}");
            assert_eq!(came_out(spec, Some(&key[1..]), &value).result, Finding::Lies, "{spec}");
            assert_eq!(came_out(spec, None, &value).result, Finding::Lies, "{spec}");
        }
        // A private key is held against its public half.
        let of_nobody = came_out(KeySpec::P256, Some(&[7; 32]), "spki-sha256:00").result;
        assert_eq!(of_nobody, Finding::Lies);
    }
}
