//! The security domain of an Azure Managed HSM: what its custodians need to bring it back, offline.
//!
//! Each custodian has an RSA key pair and a certificate made here ([`make_custodian`]); only the certificates go online.
//! What Azure gives for them is one file ([`SecurityDomain::read`]) with a share for each. Enough custodians together
//! can show that their shares still open it ([`SecurityDomain::test_quorum`]), and can seal it for another HSM
//! ([`SecurityDomain::restore_blob`]).
//!
//! The formats are those of azure-cli 2.91; fields beyond those it reads are kept apart and not interpreted.

mod custodian;
mod derive;
mod jwe;
mod restore;
mod sealed_key;
mod shares;
mod stand_in;
mod words;

pub(crate) use custodian::self_signed;
pub use custodian::{Custodian, download_command, make_custodian};
pub use sealed_key::{belongs, open_key, seal_key};
pub use shares::Share;
pub use stand_in::stand_in;

use crate::digest::sha256;
use crate::text::shown;
use crate::{ByokError, WrappingKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::BASE64URL_NOPAD;
use jwe::Jwe;
use secrets::SecretBytes;
use serde_json::Value;

/// The largest file taken, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;
/// The fewest and the most custodians that azure-cli takes.
const CUSTODIANS: std::ops::RangeInclusive<usize> = 3..=10;
/// The fewest and the most that must come together.
const QUORUM: std::ops::RangeInclusive<u64> = 2..=10;
/// The most parts a file may have.
const MOST_ITEMS: usize = 1000;

/// Where random bytes come from; fills the whole slice or fails.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]) -> Result<(), ByokError>;

/// The system's generator, for a [`Random`].
pub fn system_random(to: &mut [u8]) -> Result<(), ByokError> {
    SystemRandom::new().fill(to).map_err(|_| ByokError::Disposable)
}

/// A security domain file, parsed.
#[derive(Debug)]
pub struct SecurityDomain {
    required: usize,
    shares: Vec<SealedShare>,
    items: Vec<Item>,
}

#[derive(Debug)]
struct SealedShare {
    jwe: Jwe,
    /// SHA-256 of the certificate's DER.
    thumbprint: [u8; 32],
}

#[derive(Debug)]
struct Item {
    tag: String,
    jwe: Jwe,
}

/// What a test of a quorum showed. The secret it was shown with is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumTest {
    /// The parts that opened, by tag; all of them.
    pub opened: Vec<String>,
    /// The custodians' numbers, as their shares say them.
    pub shares: Vec<u8>,
}

fn bad(what: impl Into<String>) -> ByokError {
    ByokError::SecurityDomain(what.into())
}

fn member<'a>(value: &'a Value, name: &str) -> Result<&'a Value, ByokError> {
    value.get(name).ok_or_else(|| bad(words::no(name)))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, ByokError> {
    member(value, name)?.as_str().ok_or_else(|| bad(words::not_text(name)))
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], ByokError> {
    let list = member(value, name)?.as_array().ok_or_else(|| bad(words::not_a_list(name)))?;
    if list.is_empty() || list.len() > MOST_ITEMS {
        return Err(bad(words::parts(name, list.len())));
    }
    Ok(list)
}

impl SecurityDomain {
    /// Reads the file that `az keyvault security-domain download` writes.
    pub fn read(bytes: &[u8]) -> Result<Self, ByokError> {
        if bytes.len() > LARGEST {
            return Err(bad(words::too_many(bytes.len())));
        }
        let file = words::FILE.json(bytes)?;
        let keys = member(&file, "SharedKeys")?;
        if text(keys, "key_algorithm")? != "shamir_share" {
            return Err(bad(words::other_shares(&shown(text(keys, "key_algorithm")?))));
        }
        let required = member(keys, "required")?.as_u64().filter(|n| QUORUM.contains(n));
        let required = required.and_then(|n| usize::try_from(n).ok()).ok_or_else(|| bad(words::REQUIRED))?;
        let mut shares: Vec<SealedShare> = Vec::new();
        for entry in list(keys, "enc_shares")? {
            let thumbprint = BASE64URL_NOPAD.decode(text(entry, "x5t_256")?.trim_end_matches('=').as_bytes());
            let thumbprint = thumbprint.ok().and_then(|t| <[u8; 32]>::try_from(t).ok());
            let thumbprint = thumbprint.ok_or_else(|| bad(words::NO_THUMBPRINT))?;
            if shares.iter().any(|s| s.thumbprint == thumbprint) {
                return Err(bad(words::ONE_CERTIFICATE));
            }
            let jwe = Jwe::read(text(entry, "enc_key")?)?;
            if jwe.oaep_hash().is_none() {
                return Err(bad(words::SHARE_SEALED));
            }
            shares.push(SealedShare { jwe, thumbprint });
        }
        if shares.len() < required || !CUSTODIANS.contains(&shares.len()) {
            return Err(bad(words::shares(shares.len(), required)));
        }
        let sealed = member(&file, "EncData")?;
        if text(sealed, "kdf")? != "sp108_kdf" {
            return Err(bad(words::other_kdf(&shown(text(sealed, "kdf")?))));
        }
        let mut items: Vec<Item> = Vec::new();
        for entry in list(sealed, "data")? {
            let tag = text(entry, "tag")?;
            if tag.is_empty() || tag.len() > 256 || tag.chars().any(char::is_control) {
                return Err(bad(words::TAG));
            }
            let jwe = Jwe::read(text(entry, "compact_jwe")?)?;
            if !jwe.is_direct() {
                return Err(bad(words::PART_SEALED));
            }
            items.push(Item { tag: tag.to_owned(), jwe });
        }
        Ok(Self { required, shares, items })
    }

    /// How many custodians must come together.
    pub const fn required(&self) -> usize {
        self.required
    }

    /// How many there are.
    pub fn custodians(&self) -> usize {
        self.shares.len()
    }

    /// The tags of its parts, in order.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|i| i.tag.as_str())
    }

    /// SHA-256 of each custodian's certificate, in the shares' order.
    pub fn thumbprints(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.shares.iter().map(|s| &s.thumbprint)
    }

    /// Which share is for the certificate (DER), by the SHA-256 that the file names it with (`x5t#S256`).
    pub fn share_for(&self, certificate: &[u8]) -> Option<usize> {
        let thumbprint = sha256(certificate);
        self.shares.iter().position(|s| s.thumbprint == thumbprint)
    }

    /// The wrapped content key of a share, for a custodian whose private key is in a token: RSAES-OAEP, hash and MGF1 as
    /// [`Self::share_hash`] says, empty label; 64 bytes come out.
    pub fn wrapped_key(&self, share: usize) -> Option<&[u8]> {
        self.shares.get(share).map(|s| s.jwe.encrypted_key())
    }

    /// The hash of a share's RSAES-OAEP.
    pub fn share_hash(&self, share: usize) -> Option<crate::Hash> {
        self.shares.get(share).and_then(|s| s.jwe.oaep_hash())
    }

    /// Opens a share with its content key.
    pub fn open_share_with(&self, share: usize, content_key: &SecretBytes) -> Result<Share, ByokError> {
        let sealed = self.shares.get(share).ok_or(ByokError::ShareNotOpened(share + 1))?;
        let plain = sealed.jwe.open(content_key).map_err(|_| ByokError::ShareNotOpened(share + 1))?;
        Share::read(&plain)
    }

    /// Opens a share with the custodian's private key, PKCS#8 DER.
    pub fn open_share(&self, share: usize, private_key: &SecretBytes) -> Result<Share, ByokError> {
        let sealed = self.shares.get(share).ok_or(ByokError::ShareNotOpened(share + 1))?;
        let content_key =
            sealed.jwe.unwrap_key(private_key).map_err(|_| ByokError::ShareNotOpened(share + 1))?;
        self.open_share_with(share, &content_key)
    }

    /// Shows that these shares open the security domain, without keeping or giving out what is in it.
    pub fn test_quorum(&self, shares: &[&Share]) -> Result<QuorumTest, ByokError> {
        let master = shares::combine(shares, self.required)?;
        let mut opened = Vec::new();
        for item in &self.items {
            open_item(item, &master)?;
            opened.push(item.tag.clone());
        }
        Ok(QuorumTest { opened, shares: shares.iter().map(|s| s.number()).collect() })
    }

    /// Seals the security domain for the HSM that has the exchange certificate (PEM or DER, as
    /// `az keyvault security-domain init-recovery` wrote it). The result is the file for
    /// `az keyvault security-domain upload --restore-blob`.
    pub fn restore_blob(
        &self,
        shares: &[&Share],
        exchange: &[u8],
        random: Random<'_>,
    ) -> Result<Vec<u8>, ByokError> {
        let (certificate, key) = certificate(exchange)?;
        let master = shares::combine(shares, self.required)?;
        restore::blob(self, &master, &certificate, &key, random)
    }
}

fn open_item(item: &Item, master: &SecretBytes) -> Result<SecretBytes, ByokError> {
    let key = derive::item_key(master, &item.tag)?;
    item.jwe.open(&key).map_err(|_| ByokError::QuorumWrong)
}

/// SHA-256 of a certificate's DER (`x5t#S256`), from PEM or DER; refuses what is not a certificate of an RSA key.
pub fn thumbprint(bytes: &[u8]) -> Result<[u8; 32], ByokError> {
    certificate(bytes).map(|(der, _)| sha256(&der))
}

/// DER and key of a certificate. azure-cli writes PEM with lines of 65 characters.
pub(crate) fn certificate(bytes: &[u8]) -> Result<(Vec<u8>, WrappingKey), ByokError> {
    words::CERTIFICATE.certificate(bytes)
}

#[cfg(test)]
mod tests;
