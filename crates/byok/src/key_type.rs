//! What a key is, whoever it is for.

use crate::named::named;

named! {
    /// A kind of key that can be imported somewhere. The names are the words of a key plan.
    KeyType {
        /// 16 bytes raw.
        Aes128 = "aes-128",
        /// 24 bytes raw.
        Aes192 = "aes-192",
        /// 32 bytes raw.
        Aes256 = "aes-256",
        /// 20 bytes raw, for HMAC with SHA-1.
        HmacSha1 = "hmac-sha1",
        /// 28 bytes raw, for HMAC with SHA-224.
        HmacSha224 = "hmac-sha224",
        /// 32 bytes raw, for HMAC with SHA-256.
        HmacSha256 = "hmac-sha256",
        /// 48 bytes raw, for HMAC with SHA-384.
        HmacSha384 = "hmac-sha384",
        /// 64 bytes raw, for HMAC with SHA-512.
        HmacSha512 = "hmac-sha512",
        /// PKCS#8 DER.
        Rsa2048 = "rsa-2048",
        /// PKCS#8 DER.
        Rsa3072 = "rsa-3072",
        /// PKCS#8 DER.
        Rsa4096 = "rsa-4096",
        /// PKCS#8 DER, named curve.
        P256 = "ec-p256",
        /// PKCS#8 DER, named curve.
        P384 = "ec-p384",
        /// PKCS#8 DER, named curve.
        P521 = "ec-p521",
        /// PKCS#8 DER, named curve: SEC 2's secp256k1, which Azure calls P-256K.
        P256k1 = "ec-p256k1",
        /// PKCS#8 DER of version 0 (RFC 8410), 48 bytes.
        Ed25519 = "ed25519",
    }
}

impl KeyType {
    /// Whether there is a public key to compare.
    pub const fn is_asymmetric(self) -> bool {
        self.rsa_bits().is_some()
            || matches!(self, Self::P256 | Self::P384 | Self::P521 | Self::P256k1 | Self::Ed25519)
    }

    /// Whether it is an HMAC key.
    pub const fn is_hmac(self) -> bool {
        matches!(
            self,
            Self::HmacSha1 | Self::HmacSha224 | Self::HmacSha256 | Self::HmacSha384 | Self::HmacSha512
        )
    }

    /// The modulus in bits, of an RSA key.
    pub const fn rsa_bits(self) -> Option<u16> {
        match self {
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
            _ => None,
        }
    }

    /// The length of the key material in bytes: least and most. Raw keys have one length; PKCS#8 varies with leading
    /// zeros and with whether the public point is in it.
    pub const fn material_len(self) -> (usize, usize) {
        match self {
            Self::Aes128 => (16, 16),
            Self::Aes192 => (24, 24),
            Self::Aes256 | Self::HmacSha256 => (32, 32),
            Self::HmacSha1 => (20, 20),
            Self::HmacSha224 => (28, 28),
            Self::HmacSha384 | Self::Ed25519 => (48, 48),
            Self::HmacSha512 => (64, 64),
            Self::Rsa2048 => (1190, 1224),
            Self::Rsa3072 => (1760, 1808),
            Self::Rsa4096 => (2340, 2384),
            Self::P256 | Self::P256k1 => (60, 152),
            Self::P384 => (76, 200),
            Self::P521 => (92, 256),
        }
    }

    /// The length in bytes that OpenSSL and most tokens give such a key, for deciding whether it fits at all.
    pub(crate) const fn usual_len(self) -> usize {
        match self {
            Self::P256 => 138,
            Self::P256k1 => 135,
            Self::P384 => 185,
            Self::P521 => 241,
            other => other.material_len().1,
        }
    }
}
