//! Everything that can be wrong, in the sentences that people read: what happened, and what to do about it. Each error has
//! its own remedy: a mistyped answer is typed again, a receipt is saved again; only what is wrong with the parameters
//! themselves sends people back to the provider.

use crate::says::says;
use incoming::{Kind, NotText};

pub(crate) const KEY_OR_CERTIFICATE: &str = "a public key or a certificate";

says! {
    several_blocks(wanted: &str) "it has several blocks {wanted} where one belongs"
    other_blocks(found: &Kind, wanted: &str) "it is {found}, and {wanted} belongs here"
    json_list(many: usize) "JSON, but a list of {many}"
    certificates(many: usize) "PEM with {many} certificates, and only one belongs here"
}

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
    #[error("no {spec} keys wrapped with {algorithm} are taken by {target}")]
    AlgorithmNotForKeyType { target: &'static str, spec: String, algorithm: String, instead: &'static str },
    #[error("{algorithm} is not used here: {why}")]
    AlgorithmLeftOut { algorithm: &'static str, why: &'static str },
    #[error("{algorithm} does not come with an RSA wrapping key of {found} bits")]
    WrappingKeySizeForAlgorithm { algorithm: &'static str, found: u16 },
    #[error("no {key} keys are taken by {target}: {why}")]
    KeyTypeNotTaken { target: &'static str, key: &'static str, why: &'static str },
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
    #[error("{text} is not a name used here: these are {names}")]
    UnknownName { text: String, names: String },
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
    #[error("what was carried in of a provider's keys cannot be read ({0})")]
    StateMalformed(String),
    #[error("a disposable RSA key could not be made")]
    Disposable,
    #[error("the wrapped key does not open: hash, MGF or layout is not the recipe's, or bytes changed")]
    Unwrap,
    #[error(transparent)]
    Memory(#[from] secrets::SecretError),
}

const FETCH: &str = "Ask the online team for a fresh set of import parameters.";
const RECEIPT: &str =
    "Ask the online team to save the output of the bundle's script unchanged, and carry that in.";
const BUNDLE: &str = "Copy the bundle again from where it was written.";
const LOOK: &str = "Do not use this key. Find out with the online team what was imported.";

impl ByokError {
    /// What people have to do, as one or more sentences.
    #[allow(clippy::too_many_lines, reason = "a table: one line an error, and a new one cannot be forgotten")]
    pub fn remedy(&self) -> String {
        let fixed = match self {
            Self::WrongFile { how, .. } => how,
            Self::NotText(why) => why.remedy(),
            Self::PrivateKeyCameIn { .. } => {
                "Take the medium out. Whoever made this file has to treat the key in it as known to others: make another pair, \
                 and carry in the public key or the certificate alone."
            }
            Self::ParametersExpired(_) => {
                "Compare this computer's clock with a watch first. If it is right, ask the online team for a fresh set of \
                 import parameters."
            }
            Self::ParametersNotJson(_) => {
                "Save the output of the provider's tool unchanged, as JSON, and carry that in."
            }
            Self::ParametersTooLarge(_) => "Carry in the file that was saved for this step.",
            Self::ParametersField(_) | Self::FieldTwice(_) => {
                "Save the provider's reply again, unchanged; where it looks the same, ask the online team which command printed \
                 it."
            }
            Self::KeyArnDiffers => {
                "Check which key is meant; then give its ARN, or carry in the parameters of that key."
            }
            Self::KeyArnMalformed => {
                "Give the key's ARN as arn:aws:kms:REGION:ACCOUNT:key/ID; an alias does not do."
            }
            Self::TimeMalformed(_) => "Write it as 2027-01-31T12:00:00Z, or as seconds since 1970.",
            Self::ZipUnreadable(_) | Self::ZipMissingEntry(_) => {
                "Download the archive again, and carry it in as it is."
            }
            Self::ZipUnexpectedEntry => {
                "Download the archive again, and carry it in as it is; do not unpack it and pack it anew."
            }
            Self::ZipTooLarge => {
                "Do not use this file. Download the archive again, and find out where this one came from."
            }
            Self::WrappingKeyNotRsa | Self::WrappingKeySize => {
                "Ask the online team for parameters with a wrapping key RSA_2048, RSA_3072 or RSA_4096."
            }
            Self::WrappingKeyMalformed
            | Self::WrappingKeyTrailingBytes
            | Self::WrappingKeyExponent
            | Self::ImportTokenSize(_)
            | Self::WrappingKeySizeForAlgorithm { .. } => FETCH,
            Self::AlgorithmNotForKeyType { instead, .. } => {
                return format!("Fetch parameters for {instead}.");
            }
            Self::AlgorithmLeftOut { .. } => "Choose another algorithm.",
            Self::KeyTypeNotTaken { .. } | Self::KeyStrongerThanWrappingKey(_) => {
                "Choose another kind of key, or a larger wrapping key."
            }
            Self::ParametersDiffer { .. } => {
                "Check the answers that were given here; where they are right, ask the online team for the parameters that belong \
                 to them."
            }
            Self::StatedMissing { example, .. } => return format!("Give it, for example {example}."),
            Self::StatedMalformed { form, .. } => return format!("It must be {form}."),
            Self::RealmsDiffer { .. } => "Find out which of the two is meant, and give both from there.",
            Self::NotYetValid { .. } => {
                "This computer's clock is probably behind: set it right, then read the file again."
            }
            Self::ValidTooLong { .. } => {
                "Where that time was typed here, look at it again. Else this computer's clock is probably behind: set it right, \
                 then read the file again."
            }
            Self::Pem(_) => "Save the file again, and copy it unchanged.",
            Self::Certificate => "Export the certificate again, as PEM or DER.",
            Self::MaterialLength { .. } => "Bring a key of the right kind.",
            Self::MaterialForm(_) => "Export the key as PKCS#8 DER of the right kind.",
            Self::ExpiryPast(_) => "Choose a later expiry.",
            Self::ExpiryTooFar(_) => "Choose an earlier expiry.",
            Self::ExpiryNotHere => "Choose none here, and set the expiry in the cloud afterwards.",
            Self::ProofMissing(_) => "Make the proof first: it is a step of its own in the script.",
            Self::Rotation(_) => "Choose another kind of import.",
            Self::PlanMalformed(_) => {
                "Save the plan as CSV in UTF-8 with the heading that the documentation shows."
            }
            Self::SecurityDomain(_) => "Copy the security domain file again from where it was downloaded.",
            Self::ShareNotOpened(_) => "Bring the private key that belongs to this share's certificate.",
            Self::QuorumTooSmall { .. } => "Bring more custodians together.",
            Self::QuorumWrong => "Open the shares again, each with its own custodian's key.",
            Self::KeyTooLongForWrappingKey(_) => {
                "Ask the online team for parameters with a larger wrapping key."
            }
            Self::UnknownName { .. } => "Choose one of these.",
            Self::BlobLength { .. } => "Wrap the key again with the right recipe.",
            Self::TextNotPlain(_) => "Use one line of at most 256 plain characters.",
            Self::PublicKeyMismatch => "Give a public key exactly where the key has one.",
            Self::ManifestMalformed(_) => {
                "Copy the bundle again from where it was written; where that one has the same manifest, make the bundle again."
            }
            Self::BundleFiles(_) | Self::BundleFileChanged(_) => BUNDLE,
            Self::ReceiptMalformed(_) | Self::ReceiptField(_) => RECEIPT,
            Self::ReceiptOtherKey => "Carry in the receipt of the key that the bundle's manifest names.",
            Self::ReceiptState(_) | Self::ReceiptOrigin(_) => {
                "Look at the key in the cloud's console: the import did not succeed, or was undone. Import again with the \
                 bundle's script, then save a new receipt."
            }
            Self::ReceiptSpec(_) | Self::ReceiptPublicKey | Self::ReceiptOtherMaterial => LOOK,
            Self::ReceiptExpiry => {
                "Import again with the bundle's script, which sets the expiry that was decided."
            }
            Self::StateMalformed(_) => {
                "Ask the online team to save the output of the provider's tool again, all of it at one time and unchanged, and \
                 carry that in."
            }
            Self::Disposable => "Do this step again.",
            Self::Unwrap => {
                "Do not export anything. Do the step again; where it fails again, use another token."
            }
            Self::Memory(_) => {
                "Close other programs, or allow this one to lock more memory, then do the step again."
            }
        };
        fixed.to_owned()
    }

    /// What happened and what to do in one line, for lists.
    pub fn in_full(&self) -> String {
        let remedy = self.remedy();
        let mut chars = remedy.trim_end_matches('.').chars();
        let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        format!("{self}; {first}{}", chars.as_str())
    }
}

pub(crate) const TWICE_GIVEN: &str = "name given twice: ";

pub(crate) const NONCE_UNDER_THE_KEY: &str = "the nonce under the key";
