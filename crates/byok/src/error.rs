//! Everything that can be wrong with what came in or with what was asked for. An error says what happened; what to do
//! about it is [`ByokError::remedy`]'s.

use crate::{KeyType, Target};
use incoming::NotText;

/// Why an import bundle could not be read, made or believed.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant's message is its description; fields are named in it")]
pub enum ByokError {
    #[error("the import parameters expired at {0}")]
    ParametersExpired(String),
    #[error("what was carried in is valid from {from} on, and by this computer's clock it is {now}")]
    NotYetValid { from: String, now: String },
    #[error(
        "the parameters are valid until {until}, which by this computer's clock ({now}) is longer than the {most} hours that \
         this provider ever gives"
    )]
    ValidTooLong { until: String, now: String, most: i64 },
    #[error("the import parameters are not the JSON that the provider's tool prints ({0})")]
    ParametersNotJson(String),
    #[error("the file is {0} bytes: import parameters are never that large")]
    ParametersTooLarge(usize),
    #[error("the import parameters lack {0}, or it is not of the right kind")]
    ParametersField(&'static str),
    #[error("the field {0} occurs twice: a provider's reply has each once")]
    FieldTwice(String),
    #[error("the archive does not say which key it is for")]
    KeyArnNeeded,
    #[error("the archive does not say until when it is valid")]
    ValidToNeeded,
    #[error("the ARN given and the ARN or key ID in the parameters name different keys")]
    KeyArnDiffers,
    #[error("this is not the ARN of a KMS key")]
    KeyArnMalformed,
    #[error("the time in {0} cannot be read")]
    TimeMalformed(&'static str),
    #[error("the zip archive cannot be read ({0})")]
    ZipUnreadable(String),
    #[error(
        "the zip archive holds something else than WrappingPublicKey.bin, ImportToken.bin and README.txt"
    )]
    ZipUnexpectedEntry,
    #[error("the zip archive lacks {0}")]
    ZipMissingEntry(&'static str),
    #[error("an entry of the zip archive unpacks to more than it may")]
    ZipTooLarge,
    #[error("the wrapping key is not an RSA key")]
    WrappingKeyNotRsa,
    #[error("the wrapping key is not a DER SubjectPublicKeyInfo in its one right encoding")]
    WrappingKeyMalformed,
    #[error("bytes follow the wrapping key")]
    WrappingKeyTrailingBytes,
    #[error("the wrapping key must be RSA of 2048, 3072 or 4096 bits")]
    WrappingKeySize,
    #[error("the wrapping key's public exponent is not 65537")]
    WrappingKeyExponent,
    #[error("the import token is {0} bytes: it must be 1 to 6144")]
    ImportTokenSize(usize),
    #[error("{target} does not take {spec} keys wrapped with {algorithm}")]
    AlgorithmNotForKeyType { target: Target, spec: String, algorithm: String, instead: &'static str },
    #[error("{algorithm} is not used here: {why}")]
    AlgorithmLeftOut { algorithm: &'static str, why: &'static str },
    #[error("{algorithm} does not come with an RSA wrapping key of {found} bits")]
    WrappingKeySizeForAlgorithm { algorithm: &'static str, found: u16 },
    #[error("{target} takes no {key} keys: {why}")]
    KeyTypeNotTaken { target: Target, key: KeyType, why: &'static str },
    #[error("a {0} key is stronger than the wrapping key, which this provider refuses")]
    KeyStrongerThanWrappingKey(String),
    #[error("the wrapping key here is {found} and not what {expected} needs")]
    ParametersDiffer { found: String, expected: String },
    #[error("{what} is missing")]
    StatedMissing { what: &'static str, example: &'static str },
    #[error("{what} is not of the right form")]
    StatedMalformed { what: &'static str, form: String },
    #[error("{one}, and {other}: nothing is shared between the two")]
    RealmsDiffer { one: String, other: String },
    #[error("the PEM text cannot be read: {0}")]
    Pem(String),
    #[error("the file is {found}, and what belongs here is {wanted}")]
    WrongFile { found: String, wanted: &'static str, how: &'static str },
    #[error("the file is {0}")]
    NotText(NotText),
    #[error("the file holds a private key, where {wanted} belongs")]
    PrivateKeyCameIn { wanted: &'static str },
    #[error("the certificate cannot be read")]
    Certificate,
    #[error("the key material is {found} bytes: a raw key of this kind has {expected}")]
    MaterialLength { found: usize, expected: usize },
    #[error("the key material is not what this provider takes: {0}")]
    MaterialForm(&'static str),
    #[error("the expiry is {0}")]
    ExpiryPast(String),
    #[error("the expiry is {0}, more than 365 days after the ceremony: AWS refuses that")]
    ExpiryTooFar(String),
    #[error("this provider's bundle carries no expiry of the key")]
    ExpiryNotHere,
    #[error("the proof that belongs into this bundle ({0}) was not given or is of the wrong length")]
    ProofMissing(&'static str),
    #[error("key material cannot be rotated like this: {0}")]
    Rotation(&'static str),
    #[error("the key plan cannot be read ({0})")]
    PlanMalformed(String),
    #[error("the security domain file cannot be read: {0}")]
    SecurityDomain(String),
    #[error("share {0} of the security domain does not open with this private key")]
    ShareNotOpened(usize),
    #[error("{found} shares were opened and {required} are needed")]
    QuorumTooSmall { found: usize, required: usize },
    #[error("the shares do not give the key that the security domain is sealed with: one of them is wrong")]
    QuorumWrong,
    #[error("a {0} key does not fit under a wrapping key of this size")]
    KeyTooLongForWrappingKey(String),
    #[error("{0}")]
    UnknownName(String),
    #[error("the wrapped key is {found} bytes where {expected} are needed")]
    BlobLength { found: usize, expected: String },
    #[error("{0} holds control characters or is too long")]
    TextNotPlain(&'static str),
    #[error("a key of this kind has a public key and a symmetric one has none")]
    PublicKeyMismatch,
    #[error("the bundle's manifest cannot be read ({0})")]
    ManifestMalformed(String),
    #[error("the bundle's files are not those its manifest lists ({0})")]
    BundleFiles(String),
    #[error("{0} is not the file that was written (size or SHA-256 differs)")]
    BundleFileChanged(String),
    #[error("the receipt cannot be read ({0})")]
    ReceiptMalformed(String),
    #[error("the receipt is about another key")]
    ReceiptOtherKey,
    #[error("the receipt names no {0}")]
    ReceiptField(&'static str),
    #[error("the key's state is {0}, not enabled: the import did not succeed or was undone")]
    ReceiptState(String),
    #[error("the key's origin is {0}, not imported: this key does not hold imported material")]
    ReceiptOrigin(String),
    #[error("the key's type is {0}, which is not what the bundle was made for")]
    ReceiptSpec(String),
    #[error("the expiry reported differs from the one decided")]
    ReceiptExpiry,
    #[error("the public key reported is not ours")]
    ReceiptPublicKey,
    #[error("the receipt names two different key materials")]
    ReceiptOtherMaterial,
    #[error("a disposable RSA key could not be made")]
    Disposable,
    #[error("the wrapped key does not open: hash, MGF or layout is not the recipe's, or bytes changed")]
    Unwrap,
    #[error(transparent)]
    Memory(#[from] secrets::SecretError),
}

impl ByokError {
    /// A name that nobody uses, shortened and without control characters, with the names that there are.
    pub(crate) fn unknown_name<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        Self::UnknownName(format!(
            "{} is not a name used here: these are {}",
            crate::text::shown(text),
            names.join(", ")
        ))
    }

    /// A stable name for logs, tests and the page.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ParametersExpired(_) => "parameters-expired",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::ValidTooLong { .. } => "valid-too-long",
            Self::ParametersNotJson(_) => "parameters-not-json",
            Self::ParametersTooLarge(_) => "parameters-too-large",
            Self::ParametersField(_) => "parameters-field",
            Self::FieldTwice(_) => "field-twice",
            Self::KeyArnNeeded => "key-arn-needed",
            Self::ValidToNeeded => "valid-to-needed",
            Self::KeyArnDiffers => "key-arn-differs",
            Self::KeyArnMalformed => "key-arn-malformed",
            Self::TimeMalformed(_) => "time-malformed",
            Self::ZipUnreadable(_) => "zip-unreadable",
            Self::ZipUnexpectedEntry => "zip-unexpected-entry",
            Self::ZipMissingEntry(_) => "zip-missing-entry",
            Self::ZipTooLarge => "zip-too-large",
            Self::WrappingKeyNotRsa => "wrapping-key-not-rsa",
            Self::WrappingKeyMalformed => "wrapping-key-malformed",
            Self::WrappingKeyTrailingBytes => "wrapping-key-trailing-bytes",
            Self::WrappingKeySize => "wrapping-key-size",
            Self::WrappingKeyExponent => "wrapping-key-exponent",
            Self::ImportTokenSize(_) => "import-token-size",
            Self::AlgorithmNotForKeyType { .. } => "algorithm-not-for-key-type",
            Self::AlgorithmLeftOut { .. } => "algorithm-left-out",
            Self::WrappingKeySizeForAlgorithm { .. } => "wrapping-key-size-for-algorithm",
            Self::KeyTypeNotTaken { .. } => "key-type-not-taken",
            Self::KeyStrongerThanWrappingKey(_) => "key-stronger-than-wrapping-key",
            Self::ParametersDiffer { .. } => "parameters-differ",
            Self::StatedMissing { .. } => "stated-missing",
            Self::StatedMalformed { .. } => "stated-malformed",
            Self::WrongFile { .. } => "wrong-file",
            Self::NotText(_) => "not-text",
            Self::PrivateKeyCameIn { .. } => "private-key-came-in",
            Self::RealmsDiffer { .. } => "realms-differ",
            Self::Pem(_) => "pem",
            Self::Certificate => "certificate",
            Self::MaterialLength { .. } => "material-length",
            Self::MaterialForm(_) => "material-form",
            Self::ExpiryPast(_) => "expiry-past",
            Self::ExpiryTooFar(_) => "expiry-too-far",
            Self::ExpiryNotHere => "expiry-not-here",
            Self::ProofMissing(_) => "proof-missing",
            Self::Rotation(_) => "rotation",
            Self::PlanMalformed(_) => "plan-malformed",
            Self::SecurityDomain(_) => "security-domain",
            Self::ShareNotOpened(_) => "share-not-opened",
            Self::QuorumTooSmall { .. } => "quorum-too-small",
            Self::QuorumWrong => "quorum-wrong",
            Self::ReceiptField(_) => "receipt-field",
            Self::KeyTooLongForWrappingKey(_) => "key-too-long-for-wrapping-key",
            Self::UnknownName(_) => "unknown-name",
            Self::BlobLength { .. } => "blob-length",
            Self::TextNotPlain(_) => "text-not-plain",
            Self::PublicKeyMismatch => "public-key-mismatch",
            Self::ManifestMalformed(_) => "manifest-malformed",
            Self::BundleFiles(_) => "bundle-files",
            Self::BundleFileChanged(_) => "bundle-file-changed",
            Self::ReceiptMalformed(_) => "receipt-malformed",
            Self::ReceiptOtherKey => "receipt-other-key",
            Self::ReceiptState(_) => "receipt-state",
            Self::ReceiptOrigin(_) => "receipt-origin",
            Self::ReceiptSpec(_) => "receipt-spec",
            Self::ReceiptExpiry => "receipt-expiry",
            Self::ReceiptPublicKey => "receipt-public-key",
            Self::ReceiptOtherMaterial => "receipt-other-material",
            Self::Disposable => "disposable",
            Self::Unwrap => "unwrap",
            Self::Memory(_) => "no-locked-memory",
        }
    }
}
