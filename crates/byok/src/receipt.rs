//! What came back after the import, held against the bundle's manifest. It closes the obligation that the bundle opened.

use crate::arrived::Wanted;
use crate::bundle::{BundleFile, MANIFEST, Manifest, find};
use crate::digest::sha256_hex;
use crate::json::Strict;
use crate::moment::iso;
use crate::provider::{alibaba, azure, google, ibm, oracle, salesforce, transit};
use crate::text::shown;
use crate::{ByokError, Target, aws};
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

pub(crate) const WANTED: Wanted = Wanted {
    what: "the receipt: what the provider's tool answered after the import, as JSON",
    how: "Ask the online team for receipt.json as the bundle's script left it, and carry that file in.",
};

/// Every JSON value of a receipt's file, in order.
pub(crate) fn values(bytes: &[u8]) -> Result<Vec<Value>, ByokError> {
    let kind = Kind::of(bytes);
    if !matches!(kind, Kind::Json | Kind::JsonSeveral(_)) {
        return Err(WANTED.not(&kind));
    }
    let text = incoming::text(bytes).map_err(ByokError::NotText)?;
    let replies = serde_json::Deserializer::from_str(&text).into_iter::<Strict>();
    replies
        .map(|reply| reply.map(|Strict(v)| v).map_err(|e| ByokError::ReceiptMalformed(e.to_string())))
        .collect()
}

/// The replies in the receipt's files.
pub(crate) struct Replies {
    /// Every JSON value, in order.
    pub(crate) json: Vec<Value>,
    /// DER of every PEM public key.
    pub(crate) public_keys: Vec<Vec<u8>>,
}

impl Replies {
    fn read(files: &[BundleFile]) -> Result<Self, ByokError> {
        let mut replies = Self { json: Vec::new(), public_keys: Vec::new() };
        for file in files {
            if file.bytes.len() > LARGEST {
                return Err(ByokError::ReceiptMalformed("too large".to_owned()));
            }
            match Kind::of(&file.bytes) {
                Kind::Pem(_) => replies.public_keys.push(crate::pem::decode(&file.bytes, &["PUBLIC KEY"])?),
                _ => replies.json.extend(values(&file.bytes)?),
            }
        }
        if replies.json.is_empty() {
            return Err(ByokError::ReceiptMalformed("empty".to_owned()));
        }
        Ok(replies)
    }
}

/// Reads a receipt: the files that the bundle's script left, against `manifest.json` of the bundle.
pub fn read(files: &[BundleFile], manifest: &[u8]) -> Result<Receipt, ByokError> {
    if aws::is_manifest(manifest) {
        let files: Vec<&[u8]> = files.iter().map(|f| f.bytes.as_slice()).collect();
        return aws::read_any_receipt(&files, manifest);
    }
    let manifest = Manifest::read(manifest)?;
    let replies = Replies::read(files)?;
    let mut receipt = Receipt { lines: Vec::new(), name: None, identity: Identity::CannotBeProven };
    if manifest.public_key_sha256.is_some() {
        receipt.identity = Identity::PublicKeyNotShown;
    }
    for key in &replies.public_keys {
        receipt.public_key(&manifest, key)?;
    }
    match manifest.target()? {
        Target::AwsKms => return Err(ByokError::ManifestMalformed("not an AWS manifest".to_owned())),
        Target::AzureKeyVault | Target::AzureManagedHsm => azure::receipt(&replies, &manifest, &mut receipt)?,
        Target::GoogleKms => google::receipt(&replies, &manifest, &mut receipt)?,
        Target::OracleVault => oracle::receipt(&replies, &manifest, &mut receipt)?,
        Target::AlibabaKms => alibaba::receipt(&replies, &manifest, &mut receipt)?,
        Target::IbmKeyProtect => ibm::receipt(&replies, &manifest, &mut receipt)?,
        Target::Transit => transit::receipt(&replies, &manifest, &mut receipt)?,
        Target::SalesforceShield => salesforce::receipt(&replies, &manifest, &mut receipt)?,
    }
    receipt.lines.push(
        match receipt.identity {
            Identity::PublicKeySame => "Public key: the same as ours",
            Identity::PublicKeyNotShown => "Not shown: the public key",
            Identity::ProviderCompared => "Which key: the provider compared a proof of it before it took it",
            Identity::CannotBeProven => "A receipt cannot prove which symmetric key the provider holds",
        }
        .to_owned(),
    );
    Ok(receipt)
}

/// Reads a receipt that lies in a folder together with the bundle.
pub fn read_beside_bundle(receipt: &[BundleFile], bundle: &[BundleFile]) -> Result<Receipt, ByokError> {
    read(receipt, &find(bundle, MANIFEST)?.bytes)
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

    /// The expiry that the provider reports, Unix seconds.
    pub(crate) fn expiry(&mut self, manifest: &Manifest, found: Option<i64>) -> Result<(), ByokError> {
        if found != manifest.expiry {
            return Err(ByokError::ReceiptExpiry);
        }
        self.lines.push(found.map_or("Expires: never".to_owned(), |t| format!("Expires: {}", iso(t))));
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
        Some(Value::Null) | None => "not given".to_owned(),
        Some(other) => shown(&other.to_string()),
    }
}
