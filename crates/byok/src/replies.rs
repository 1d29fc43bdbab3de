//! What came back after the import: the replies of a provider's tool, and what they show.

mod words;

use crate::bundle::{BundleFile, Manifest};
use crate::digest::sha256_hex;
use crate::json::Strict;
use crate::text::shown;
use crate::{ByokError, pem};
use incoming::Kind;
use serde_json::Value;

/// The largest receipt file taken, in bytes.
const LARGEST: usize = 262_144;

/// How well the receipt shows which key the provider holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The public key it reports is ours.
    PublicKeySame,
    /// The key has a public key, and it is not in the receipt.
    PublicKeyNotShown,
    /// The provider compared a proof of the key itself before it took it.
    ProviderCompared,
    /// A symmetric key: the receipt cannot show it; what can be done instead is in CHECK-AFTER-IMPORT.txt.
    CannotBeProven,
}

/// What a receipt shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// One finding a line, for the transcript.
    pub lines: Vec<String>,
    /// The provider's name of the key or key version that was made.
    pub name: Option<String>,
    /// Which key it is.
    pub identity: Identity,
}

/// Every JSON value of a receipt's file, in order.
fn values(bytes: &[u8]) -> Result<Vec<Value>, ByokError> {
    let kind = Kind::of(bytes);
    if !matches!(kind, Kind::Json | Kind::JsonSeveral(_)) {
        return Err(words::WANTED.not(&kind));
    }
    let text = incoming::text(bytes).map_err(ByokError::NotText)?;
    let replies = serde_json::Deserializer::from_str(&text).into_iter::<Strict>();
    replies
        .map(|reply| reply.map(|Strict(v)| v).map_err(|e| ByokError::ReceiptMalformed(e.to_string())))
        .collect()
}

/// The replies in the receipt's files.
#[derive(Debug)]
pub struct Replies {
    /// Every JSON value, in order.
    pub(crate) json: Vec<Value>,
    /// DER of every PEM public key.
    pub(crate) public_keys: Vec<Vec<u8>>,
}

impl Replies {
    pub(crate) fn read(files: &[BundleFile]) -> Result<Self, ByokError> {
        let mut replies = Self { json: Vec::new(), public_keys: Vec::new() };
        for file in files {
            if file.bytes.len() > LARGEST {
                return Err(ByokError::ReceiptMalformed(words::TOO_LARGE.to_owned()));
            }
            match Kind::of(&file.bytes) {
                Kind::Pem(_) => replies.public_keys.push(pem::decode(&file.bytes, &["PUBLIC KEY"])?),
                _ => replies.json.extend(values(&file.bytes)?),
            }
        }
        if replies.json.is_empty() {
            return Err(ByokError::ReceiptMalformed(words::EMPTY.to_owned()));
        }
        Ok(replies)
    }
}

impl Receipt {
    /// A public key that the provider reports: ours, or an error.
    pub(crate) fn public_key(&mut self, manifest: &Manifest, der: &[u8]) -> Result<(), ByokError> {
        if manifest.public_key_sha256.as_deref() != Some(&sha256_hex(der)) {
            return Err(ByokError::ReceiptPublicKey);
        }
        self.identity = Identity::PublicKeySame;
        Ok(())
    }

    /// Says in the last line what the receipt shows of which key it is.
    pub(crate) fn conclude(&mut self) {
        let line = match self.identity {
            Identity::PublicKeySame => words::PUBLIC_KEY_SAME,
            Identity::PublicKeyNotShown => words::PUBLIC_KEY_NOT_SHOWN,
            Identity::ProviderCompared => words::PROVIDER_COMPARED,
            Identity::CannotBeProven => words::CANNOT_BE_PROVEN,
        };
        self.lines.push(line.to_owned());
    }

    /// The expiry that the provider reports, Unix seconds.
    pub(crate) fn expiry(&mut self, manifest: &Manifest, found: Option<i64>) -> Result<(), ByokError> {
        if found != manifest.expiry {
            return Err(ByokError::ReceiptExpiry);
        }
        self.lines.push(words::expires(found));
        Ok(())
    }
}

/// A text member, or an error that names it.
pub(crate) fn text<'a>(value: &'a Value, name: &'static str) -> Result<&'a str, ByokError> {
    value.get(name).and_then(Value::as_str).ok_or(ByokError::ReceiptField(name))
}

/// What a reply says under a name, to be shown in an error.
pub(crate) fn said(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => shown(text),
        Some(Value::Null) | None => words::NOT_GIVEN.to_owned(),
        Some(other) => shown(&other.to_string()),
    }
}
