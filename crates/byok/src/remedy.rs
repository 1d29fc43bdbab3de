//! What to do about each error: its own remedy, not one for all of them. A mistyped answer is typed again, a receipt is
//! saved again; only what is wrong with the parameters themselves sends people back to the provider.

use crate::ByokError;

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
            Self::KeyArnNeeded => "Give the key's full ARN.",
            Self::ValidToNeeded => "Give the time until which it is valid: 24 hours after the download.",
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
            Self::NotYetValid { .. } | Self::ValidTooLong { .. } => {
                "This computer's clock is probably behind: set it right, then read the file again."
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
            Self::UnknownName(_) => "Choose one of these.",
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
