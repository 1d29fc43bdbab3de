//! Proof that a private key inside the token belongs to a public key: it signs a fresh challenge, verified here.

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;

use crate::words;
use crate::{KeySpec, Pkcs11Token, TokenError, der};

/// What precedes a SHA-256 hash in a PKCS#1 v1.5 signature (RFC 8017, 9.2, note 1).
const SHA256_DIGEST_INFO: &[u8] =
    &[0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];

/// A private key's signature of 32 random bytes that were never used before.
pub(crate) struct Answer {
    spec: KeySpec,
    challenge: [u8; 32],
    signature: Vec<u8>,
}

impl Pkcs11Token {
    /// Lets a private key sign a challenge: ECDSA with the hash of the curve's size, or RSA PKCS#1 v1.5 with SHA-256
    /// (RFC 8017), which more tokens have than RSASSA-PSS. The key needs `CKA_SIGN`.
    pub(crate) fn challenge(&self, key: ObjectHandle, spec: KeySpec) -> Result<Answer, TokenError> {
        let mut challenge = [0; 32];
        // This computer's randomness, not the token's: the token must not be able to know the challenge before.
        rand::fill(&mut challenge).map_err(|_| TokenError::Host(words::NO_RANDOM_CHALLENGE.to_owned()))?;
        let hash = match spec {
            KeySpec::P384 => &SHA384,
            KeySpec::P521 => &SHA512,
            _ => &SHA256,
        };
        let signature = if let KeySpec::Rsa(_) = spec {
            self.rsa_signature(key, &challenge)?
        } else {
            let hash = digest(hash, &challenge);
            der::ecdsa_signature(&self.session.sign(&Mechanism::Ecdsa, key, hash.as_ref())?)
        };
        Ok(Answer { spec, challenge, signature })
    }

    /// By the mechanism that hashes too, or by the one that wants the hash ready.
    fn rsa_signature(&self, key: ObjectHandle, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        match self.session.sign(&Mechanism::Sha256RsaPkcs, key, message).map_err(TokenError::from) {
            Err(TokenError::NotOffered { .. }) => {
                let info = [SHA256_DIGEST_INFO, digest(&SHA256, message).as_ref()].concat();
                Ok(self.session.sign(&Mechanism::RsaPkcs, key, &info)?)
            }
            other => other,
        }
    }
}

impl Answer {
    /// Whether the signature verifies under this DER `SubjectPublicKeyInfo`.
    pub(crate) fn fits(&self, spki: &[u8]) -> bool {
        let algorithm: &dyn VerificationAlgorithm = match self.spec {
            KeySpec::Rsa(_) => &signature::RSA_PKCS1_2048_8192_SHA256,
            KeySpec::P256 => &signature::ECDSA_P256_SHA256_ASN1,
            KeySpec::P384 => &signature::ECDSA_P384_SHA384_ASN1,
            KeySpec::P521 => &signature::ECDSA_P521_SHA512_ASN1,
            KeySpec::Secp256k1 => &signature::ECDSA_P256K1_SHA256_ASN1,
            KeySpec::Aes(_) | KeySpec::Hmac(_) => return false,
        };
        der::is_canonical(self.spec, spki)
            && UnparsedPublicKey::new(algorithm, spki).verify(&self.challenge, &self.signature).is_ok()
    }
}
