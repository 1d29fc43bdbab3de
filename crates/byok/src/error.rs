//! The codes of what can be wrong with what came in or with what was asked for. What an error says, and what to do about
//! it, is in [`crate::words`].

pub use crate::words::ByokError;

impl ByokError {
    /// What was sent is not what the answers say, in words that follow "the wrapping key here is" and "not what".
    pub(crate) fn differs(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::ParametersDiffer { found: found.into(), expected: expected.into() }
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
            Self::StateMalformed(_) => "state-malformed",
            Self::ReceiptField(_) => "receipt-field",
            Self::KeyTooLongForWrappingKey(_) => "key-too-long-for-wrapping-key",
            Self::UnknownName { .. } => "unknown-name",
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
