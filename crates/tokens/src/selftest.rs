//! Trials on throw-away keys, checked on the host: what a module can really do, whatever it claims.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded as _};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use cryptoki_sys::{CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD};
use zeroize::Zeroizing;

use crate::pkcs11::{Pkcs11Token, not_offered};
use crate::raw::Wrapping;
use crate::{
    Capabilities, Capability, Finding, Handle, KeySpec, OaepHash, Token, TokenError, check_value_of, der,
};

/// RFC 5649 on the host.
fn host_unwrap(kek: &[u8], blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(vec![0; blob.len()]);
    let len = AesKek::new(&AES_256, kek).ok()?.unwrap_with_padding(blob, &mut out).ok()?.len();
    out.truncate(len);
    Some(out)
}

/// The check value of a 32-byte AES key.
fn host_check(key: &[u8]) -> Option<String> {
    check_value_of(KeySpec::Aes(256), key)
}

impl Pkcs11Token {
    /// A key-encryption key known to both sides, for trials only.
    fn known_kek(&mut self) -> Result<(Zeroizing<Vec<u8>>, Handle), TokenError> {
        let mut kek = Zeroizing::new(vec![0; 32]);
        self.random(&mut kek)?;
        let handle = self.import_aes(&kek)?;
        Ok((kek, handle))
    }

    /// The mechanism number that is RFC 5649 here: 0x210B, or the ambiguous 0x210A where the bytes prove it.
    pub(crate) fn kwp_number(&mut self) -> Result<u64, TokenError> {
        if let Some(number) = self.kwp {
            return Ok(number);
        }
        let (kek, handle) = self.known_kek()?;
        let target = self.generate_throwaway(KeySpec::Aes(256))?;
        for number in [CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD] {
            let Ok(blob) = self.wrap(Wrapping::Kwp(number), handle, target.handle) else { continue };
            let plain = host_unwrap(&kek, &blob);
            if plain.and_then(|p| host_check(&p)).as_ref() == Some(&target.check_value) {
                self.kwp = Some(number);
                break;
            }
        }
        self.destroy(target.handle)?;
        self.destroy(handle)?;
        self.kwp.ok_or_else(|| not_offered("no mechanism of it gives AES key wrap with padding (RFC 5649)"))
    }

    /// Whether a private key is wrapped as DER and nothing after it.
    pub(crate) fn private_keys_exact(&mut self) -> Result<bool, TokenError> {
        if let Some(known) = self.private_exact {
            return Ok(known);
        }
        let number = self.kwp_number()?;
        let (kek, handle) = self.known_kek()?;
        let mut exact = true;
        // Two kinds, since a length that happens to be a multiple of eight hides padding.
        for spec in [KeySpec::P256, KeySpec::P384, KeySpec::Rsa(2048)] {
            let target = self.generate_throwaway(spec)?;
            let blob = self.wrap(Wrapping::Kwp(number), handle, target.handle);
            self.destroy(target.handle)?;
            exact &= host_unwrap(&kek, &blob?).is_some_and(|p| der::read(&p).is_some_and(|r| r.2.is_empty()));
        }
        self.destroy(handle)?;
        self.private_exact = Some(exact);
        Ok(exact)
    }

    pub(crate) fn trials(&mut self) -> Result<Capabilities, TokenError> {
        let mut list = Vec::new();
        let mut note = |name: &str, outcome: Result<bool, TokenError>| {
            let (result, detail) = match outcome {
                Ok(true) => (Finding::Works, "checked on this computer".to_owned()),
                Ok(false) => (Finding::Lies, "it reported success, but the result was wrong".to_owned()),
                Err(e) => (Finding::Absent, e.to_string()),
            };
            list.push(Capability { name: name.to_owned(), result, detail });
        };
        let mut noise = [[0; 32]; 2];
        let [a, b] = &mut noise;
        let random = self.random(a).and_then(|()| self.random(b)).map(|()| a != b);
        note("random", random);
        let (kek, handle) = match self.known_kek() {
            Ok(known) => {
                note("import-aes", Ok(true));
                known
            }
            Err(e) => {
                note("import-aes", Err(e));
                return Ok(Capabilities { list });
            }
        };
        note("aes-kwp", self.kwp_number().map(|_| true));
        let target = self.generate_throwaway(KeySpec::Aes(256))?;
        let back = self.wrap_kwp(handle, target.handle).and_then(|blob| {
            let facts = self.unwrap_kwp(handle, &blob, KeySpec::Aes(256), None)?;
            self.destroy(facts.handle)?;
            Ok(facts.check_value == target.check_value)
        });
        note("aes-kwp-unwrap", back);
        note("private-key-exact", self.private_keys_exact());

        let failed = |_| TokenError::Host("this computer could not make an RSA key for the trial".to_owned());
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?;
        let spki = private.public_key().as_der().map_err(failed)?.as_ref().to_vec();
        let private = OaepPrivateDecryptingKey::new(private).map_err(failed)?;
        let to = self.import_rsa(&spki)?;
        for (hash, oaep, word) in [
            (OaepHash::Sha1, &OAEP_SHA1_MGF1SHA1, "sha1"),
            (OaepHash::Sha256, &OAEP_SHA256_MGF1SHA256, "sha256"),
        ] {
            let open = |blob: &[u8]| {
                let mut out = Zeroizing::new(vec![0; 256]);
                let len = private.decrypt(oaep, blob, &mut out, None).ok()?.len();
                out.truncate(len);
                Some(out)
            };
            let right = |key: Option<Zeroizing<Vec<u8>>>| {
                key.and_then(|k| host_check(&k)).as_ref() == Some(&target.check_value)
            };
            let outcome = self.wrap(Wrapping::Oaep(hash), to, target.handle).map(|blob| right(open(&blob)));
            note(&format!("oaep-{word}"), outcome);
            let outcome = self.wrap(Wrapping::RsaAes(hash), to, target.handle).map(|blob| {
                right(blob.split_at_checked(256).and_then(|(one, two)| host_unwrap(&open(one)?, two)))
            });
            if outcome == Ok(true) {
                self.one_mechanism.push(hash);
            }
            note(&format!("rsa-aes-key-wrap-{word}"), outcome);
        }
        self.destroy(to)?;
        self.destroy(target.handle)?;

        // A key that came in as not extractable must not go out again, under the right mechanism.
        if let Some(number) = self.kwp {
            let locked = self.import_aes(&kek)?;
            let (result, detail) = match self.wrap(Wrapping::Kwp(number), handle, locked) {
                Ok(_) => (Finding::Lies, "it wrapped a key that must never leave".to_owned()),
                Err(e) => (Finding::RefusedRightly, e.to_string()),
            };
            list.push(Capability { name: "non-extractable-refused".to_owned(), result, detail });
            self.destroy(locked)?;
        }
        self.destroy(handle)?;
        Ok(Capabilities { list })
    }
}
