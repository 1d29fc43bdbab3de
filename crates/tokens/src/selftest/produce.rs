//! Mechanisms by what they produce, not by their number.

use cryptoki::mechanism::Mechanism;
use cryptoki_sys::{CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD};
use secrets::SecretBytes;
use zeroize::Zeroizing;

use super::open::{BLOCK, Kek, Target, kwp};
use super::words;
use super::{Report, Shown};
use crate::pkcs11::{not_offered, object};
use crate::raw::Wrapping;
use crate::routes::{Way, hash_word};
use crate::{
    Finding, Handle, KeySpec, OaepHash, Pkcs11Token, Token as _, TokenError, check, check_value_of, der, form,
};

/// A trial that the ladder asks for too; made once a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// Whether this mechanism number is RFC 5649.
    Kwp(u64),
    /// Whether wrapped private keys are exact DER.
    PrivateExact,
    /// RSA-OAEP with this hash.
    Oaep(OaepHash),
    /// `CKM_RSA_AES_KEY_WRAP` of a secret key.
    RsaAes(OaepHash),
    /// `CKM_RSA_AES_KEY_WRAP` of a private key.
    RsaAesPair(OaepHash),
    /// Whether private keys of this kind leave in the form of RFC 5208, whatever their numbers.
    Form(KeySpec, Way),
}

/// The two numbers under which modules have RFC 5649: the one that means it, and the ambiguous one.
const KWP_NUMBERS: [u64; 2] = [CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD];

fn right(yes: bool) -> Shown {
    if yes { Shown::works(words::RIGHT_KEY) } else { Shown::lies(words::NOT_THE_KEY) }
}

impl Pkcs11Token {
    /// The trial's outcome, made now unless it was made before in this session.
    pub(crate) fn tried(&mut self, trial: Trial) -> Result<Shown, TokenError> {
        if let Some((_, shown)) = self.tried.iter().find(|t| t.0 == trial) {
            return Ok(shown.clone());
        }
        let outcome = match trial {
            Trial::Kwp(number) => self.try_kwp(number),
            Trial::PrivateExact => self.try_private_keys(),
            Trial::Oaep(hash) => self.try_oaep(hash),
            Trial::RsaAes(hash) => self.try_rsa_aes(hash),
            Trial::RsaAesPair(hash) => self.try_rsa_aes_pair(hash),
            Trial::Form(spec, way) => self.try_form(spec, way),
        };
        let shown = Shown::of(outcome)?;
        self.tried.push((trial, shown.clone()));
        Ok(shown)
    }

    /// Whether the trial showed that it works.
    pub(crate) fn proven(&mut self, trial: Trial) -> Result<bool, TokenError> {
        Ok(self.tried(trial)?.result == Finding::Works)
    }

    /// The mechanism number that is RFC 5649 here.
    pub(crate) fn kwp_number(&mut self) -> Result<u64, TokenError> {
        for number in KWP_NUMBERS {
            if self.proven(Trial::Kwp(number))? {
                return Ok(number);
            }
        }
        Err(not_offered(words::NO_KWP))
    }

    fn try_kwp(&mut self, number: u64) -> Result<Shown, TokenError> {
        let kek = self.known_kek()?;
        let target = self.target()?;
        let blob = self.wrap(Wrapping::Kwp(number), kek.handle, target.handle);
        self.forget(&[target.handle, kek.handle])?;
        Ok(describe(&kek, &target, &blob?))
    }

    fn try_private_keys(&mut self) -> Result<Shown, TokenError> {
        let number = self.kwp_number()?;
        let kek = self.known_kek()?;
        let mut shown = Shown::absent(words::NO_PAIR);
        // Several, since a length that happens to be a multiple of eight hides padding.
        for spec in [KeySpec::P256, KeySpec::P384, KeySpec::Rsa(2048)] {
            let Some(pair) = TokenError::unless_refused(self.key_to_try(spec))? else { continue };
            let blob = self.wrap(Wrapping::Kwp(number), kek.handle, pair.handle);
            self.forget(&[pair.handle])?;
            shown = match kek.open(&blob?) {
                Some(key) => exact(spec, &key, &pair.check_value),
                None => right(false),
            };
            if shown.result != Finding::Works {
                break;
            }
        }
        self.forget(&[kek.handle])?;
        Ok(shown)
    }

    fn try_oaep(&mut self, hash: OaepHash) -> Result<Shown, TokenError> {
        // First what may be refused: tpm2-pkcs11 takes the public key, and keeps it beyond the session.
        let target = self.target()?;
        let to = self.opener_handle()?;
        let blob = self.wrap(Wrapping::Oaep(hash), to, target.handle);
        self.forget(&[target.handle, to])?;
        let opened = self.opener()?.oaep(hash, &blob?);
        Ok(right(opened.is_some_and(|key| target.is(&key))))
    }

    fn try_rsa_aes(&mut self, hash: OaepHash) -> Result<Shown, TokenError> {
        let target = self.target()?;
        let opened = self.rsa_aes(hash, target.handle)?;
        Ok(right(opened.is_some_and(|key| target.is(&key))))
    }

    fn try_rsa_aes_pair(&mut self, hash: OaepHash) -> Result<Shown, TokenError> {
        // Its DER is not a multiple of eight bytes long, with its public half (138) or without (67).
        let spec = KeySpec::P256;
        let pair = self.generate_throwaway(spec)?;
        Ok(match self.rsa_aes(hash, pair.handle)? {
            Some(key) => exact(spec, &key, &pair.check_value),
            None => right(false),
        })
    }

    /// Wraps by `CKM_RSA_AES_KEY_WRAP`, destroys the key, and opens the blob.
    fn rsa_aes(&mut self, hash: OaepHash, key: Handle) -> Result<Option<Zeroizing<Vec<u8>>>, TokenError> {
        let opened = self.rsa_aes_kept(hash, key);
        self.forget(&[key])?;
        opened
    }

    /// The same with a key that stays.
    pub(super) fn rsa_aes_kept(
        &mut self,
        hash: OaepHash,
        key: Handle,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, TokenError> {
        let to = self.opener_handle()?;
        let blob = self.wrap(Wrapping::RsaAes(hash), to, key);
        self.forget(&[to])?;
        let blob = blob?;
        let opener = self.opener()?;
        Ok(blob.split_at_checked(BLOCK).and_then(|(one, two)| kwp(&opener.oaep(hash, one)?, two)))
    }

    pub(super) fn try_products(&mut self, report: &mut Report) -> Result<(), TokenError> {
        let random = self.try_random();
        report.note("random", words::RANDOM, random)?;
        let imported = self.known_kek().and_then(|kek| self.forget(&[kek.handle]));
        let imported = imported.map(|()| Shown::works(words::KEY_CAME_IN));
        report.note("import-aes", words::IMPORT_AES, imported)?;
        let check_value = self.try_check_value();
        report.note("check-value", words::CHECK_VALUE, check_value)?;
        for number in KWP_NUMBERS {
            let shown = self.tried(Trial::Kwp(number));
            let name = format!("mechanism-{number:#x}");
            report.note(&name, &words::mechanism_is_kwp(number), shown)?;
        }
        let found = self.try_any_kwp();
        report.note("aes-kwp", words::AES_KWP, found)?;
        let length = self.try_length_query();
        report.note("wrap-length-query", words::WRAP_LENGTH_QUERY, length)?;
        let back = self.try_unwrap();
        report.note("aes-kwp-unwrap", words::AES_KWP_UNWRAP, back)?;
        let tampered = self.try_tampered();
        report.note("aes-kwp-tamper", words::AES_KWP_TAMPER, tampered)?;
        let exact = self.tried(Trial::PrivateExact);
        report.note("private-key-exact", words::PRIVATE_KEY_EXACT, exact)?;
        for hash in OaepHash::ALL {
            let word = hash_word(hash);
            let name = word.replace("sha", "SHA-");
            let shown = self.tried(Trial::Oaep(hash));
            report.note(&format!("oaep-{word}"), &words::wraps_by_oaep(&name), shown)?;
            let shown = self.tried(Trial::RsaAes(hash));
            let sentence = words::wraps_secret(&name);
            report.note(&format!("rsa-aes-key-wrap-{word}"), &sentence, shown)?;
            let shown = self.tried(Trial::RsaAesPair(hash));
            let sentence = words::wraps_private(&name);
            report.note(&format!("rsa-aes-key-wrap-{word}-pair"), &sentence, shown)?;
        }
        Ok(())
    }

    fn try_any_kwp(&mut self) -> Result<Shown, TokenError> {
        for number in KWP_NUMBERS {
            let shown = self.tried(Trial::Kwp(number))?;
            if shown.result == Finding::Works {
                return Ok(Shown::works(format!("by mechanism {number:#x}")));
            }
        }
        // 0x210B has one meaning; 0x210A may mean another padding and is no lie by itself.
        let shown = self.tried(Trial::Kwp(CKM_AES_KEY_WRAP_KWP))?;
        if shown.result == Finding::Lies {
            return Ok(shown);
        }
        Err(not_offered(words::NO_KWP))
    }

    fn try_random(&mut self) -> Result<Shown, TokenError> {
        let mut draws = [[0; 32]; 2];
        let [a, b] = &mut draws;
        self.random(a)?;
        self.random(b)?;
        Ok(if a == b { Shown::lies(words::SAME_TWICE) } else { Shown::works("they do") })
    }

    fn try_check_value(&mut self) -> Result<Shown, TokenError> {
        let key = [0x5a; 32];
        let handle = self.import_extractable(&key)?;
        let tag = self.session.sign(&Mechanism::AesCMac, object(handle), &[0; 16]);
        self.forget(&[handle])?;
        let said = check::of_mac("cmac-aes", &tag?);
        Ok(if check_value_of(KeySpec::Aes(256), &key).as_ref() == Some(&said) {
            Shown::works("it is")
        } else {
            Shown::lies(words::gives_for_known(said))
        })
    }

    fn try_length_query(&mut self) -> Result<Shown, TokenError> {
        let how = Wrapping::Kwp(self.kwp_number()?);
        let kek = self.known_kek()?;
        let target = self.target()?;
        let session = self.session.handle();
        let said = self.running.raw.wrapped_length(session, how, kek.handle.0, target.handle.0);
        let blob = self.wrap(how, kek.handle, target.handle);
        self.forget(&[target.handle, kek.handle])?;
        let (said, len) = (said?, blob?.len());
        let detail = words::says_length(said, len);
        Ok(if said < len { Shown::lies(detail) } else { Shown::works(detail) })
    }

    fn try_unwrap(&mut self) -> Result<Shown, TokenError> {
        let how = Wrapping::Kwp(self.kwp_number()?);
        let kek = self.known_kek()?;
        let target = self.target()?;
        let blob = self.wrap(how, kek.handle, target.handle)?;
        let back = self.unwrap_kwp(kek.handle, &blob, KeySpec::Aes(256), None)?;
        self.forget(&[target.handle, kek.handle, back.handle])?;
        Ok(if !target.has_check_value(&back.check_value) {
            right(false)
        } else if back.extractable == Some(true) {
            Shown::lies(words::MAY_LEAVE_AGAIN)
        } else {
            Shown::works(words::RIGHT_AND_STAYS)
        })
    }

    fn try_tampered(&mut self) -> Result<Shown, TokenError> {
        let how = Wrapping::Kwp(self.kwp_number()?);
        let kek = self.known_kek()?;
        let target = self.target()?;
        let mut blob = self.wrap(how, kek.handle, target.handle)?;
        if let Some(byte) = blob.last_mut() {
            *byte ^= 1;
        }
        let back = self.unwrap_kwp(kek.handle, &blob, KeySpec::Aes(256), None);
        self.forget(&[target.handle, kek.handle])?;
        match back {
            Ok(facts) => {
                self.forget(&[facts.handle])?;
                Ok(Shown::lies(words::TOOK_CHANGED))
            }
            Err(e) if e.ends_trials() => Err(e),
            Err(e) => Ok(Shown::refused(e.to_string())),
        }
    }
}

/// Bytes of a wrapped AES-256 key by RFC 5649: the key in whole blocks of 8, and one more.
const WRAPPED: usize = 40;

/// Names what a wrapped AES-256 key turned out to be.
fn describe(kek: &Kek, target: &Target, blob: &[u8]) -> Shown {
    let opens = |blob: &[u8]| kek.open(blob).is_some_and(|key| target.is(&key));
    if opens(blob) {
        return right(true);
    }
    if blob.get(..WRAPPED).is_some_and(opens) {
        return Shown::lies(words::right_but_followed(blob.len() - WRAPPED));
    }
    match kek.open_unpadded(blob) {
        Some(key) if target.is(&key) => Shown::lies(words::WITHOUT_PADDING),
        Some(key) if key.get(..32).is_some_and(|k| target.is(k)) => Shown::lies(words::PADDED_ANOTHER_WAY),
        _ => right(false),
    }
}

/// Whether a private key came out as DER and nothing after it.
pub(super) fn exact(spec: KeySpec, key: &[u8], check_value: &str) -> Shown {
    let after = der::read(key).map_or(0, |r| r.2.len());
    if after > 0 {
        return Shown::lies(words::follow_its_der(after));
    }
    // What is wrong with the lengths of its numbers alone is another trial's.
    let mended = SecretBytes::copied_from(key).ok().and_then(|key| form::mended(spec, &key).ok());
    let is_it = |key: &[u8]| check_value_of(spec, key).as_deref() == Some(check_value);
    right(is_it(key) || mended.is_some_and(|key| is_it(key.expose())))
}
