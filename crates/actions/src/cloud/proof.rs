//! What the token makes to show the provider that it unwrapped the right key. Two providers want that.

use crate::cloud::words::byok_problem;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use byok::proof::{Proof, ProofKind};
use byok::{ByokError, Target, of};
use engine::TokenRefusal;
use protocol::Problem;
use secrets::SecretBytes;
use tokens::{Handle, Token};

/// What the token made.
pub(crate) enum KeyProof {
    /// The provider wants nothing.
    Nothing,
    /// The provider's nonce under the key (AES-GCM).
    Sealed {
        /// 12 bytes.
        iv: [u8; 12],
        /// The nonce, with its tag.
        sealed: Vec<u8>,
    },
    /// SHA-256 of the key's bytes.
    Digest([u8; 32]),
}

impl KeyProof {
    /// Whether this provider wants one.
    pub(in crate::cloud) fn is_wanted_by(target: Target) -> bool {
        of(target).proof() != ProofKind::Nothing
    }

    /// By the token, with a key in it.
    pub(crate) fn by(
        token: &mut dyn Token,
        key: Handle,
        target: Target,
        nonce: &[u8],
    ) -> Result<Self, TokenRefusal> {
        Ok(match of(target).proof() {
            ProofKind::SealedNonce => {
                let mut iv = [0; 12];
                SystemRandom::new().fill(&mut iv).map_err(|_| no_random_bytes())?;
                let sealed = token.seal(key, &iv, nonce)?;
                Self::Sealed { iv, sealed }
            }
            ProofKind::KeySha256 => Self::Digest(token.digest(key)?),
            ProofKind::Nothing => Self::Nothing,
        })
    }

    /// Whether it is what this computer makes with the same key.
    pub(in crate::cloud) fn is_right(&self, key: &SecretBytes, nonce: &[u8]) -> bool {
        self.proof().is_none_or(|proof| proof.is_of(key, nonce))
    }

    /// As a bundle takes it.
    pub(crate) fn proof(&self) -> Option<Proof<'_>> {
        match self {
            Self::Nothing => None,
            Self::Sealed { iv, sealed } => Some(Proof::SealedNonce { iv, sealed }),
            Self::Digest(digest) => Some(Proof::KeySha256(digest)),
        }
    }
}

fn no_random_bytes() -> Problem {
    byok_problem(&ByokError::ProofMissing(crate::cloud::words::FRESH_BYTES))
}
