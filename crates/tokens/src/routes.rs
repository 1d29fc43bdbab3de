//! The ways a key leaves a token: recipes (what the destination expects) and rungs (how the token did it).

/// The hash of RSA-OAEP and of its MGF1; the label is empty (RFC 8017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OaepHash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// How a key is wrapped for its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipe {
    /// RSA-OAEP over the key itself: secret keys only.
    Oaep(OaepHash),
    /// `CKM_RSA_AES_KEY_WRAP`: RSA-OAEP of a one-time AES-256 key, then AES-KWP (RFC 5649) of the target.
    RsaAesKeyWrap(OaepHash),
}

/// Which of the ways was taken, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rung {
    /// One `CKM_RSA_AES_KEY_WRAP` call.
    OneMechanism,
    /// AES-KWP and RSA-OAEP put together, each inside the token.
    ComposedInToken,
    /// RSA-OAEP of the key itself, inside the token.
    OaepInToken,
    /// The key was in this computer's memory.
    HostMemory,
}

impl Rung {
    /// The word used in records.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneMechanism => "one-mechanism",
            Self::ComposedInToken => "composed-in-token",
            Self::OaepInToken => "oaep-in-token",
            Self::HostMemory => "host-memory",
        }
    }
}

/// A wrapped key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// The bytes for the destination.
    pub blob: Vec<u8>,
    /// How they were made.
    pub rung: Rung,
}
