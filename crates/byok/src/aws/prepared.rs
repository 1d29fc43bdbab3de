//! AWS KMS behind the interface of all providers.

use super::{Bundle, Expiry, KeySpec, Parameters, files};
use crate::bundle::{self, BundleFile, check_order};
use crate::moment::{iso, utc};
use crate::provider::{Ask, Form, Import, Input, Stated};
use crate::{ByokError, KeyType, Recipe, Target, WrappingKey};

pub(crate) const ASKS: &[Ask] = &[
    Ask {
        name: "key-arn",
        question: "Which key is it for? Its ARN, which the console's archive does not say.",
        example: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        needed: false,
        form: Form::Read(|_, text| super::key_arn(text).ok()),
    },
    Ask {
        name: "valid-to",
        question: "Until when are the parameters valid, in UTC? The console's archive does not say it: 24 hours after \
                   the download.",
        example: "2027-01-31T12:00:00Z",
        needed: false,
        form: Form::Read(|_, text| utc(text).map(iso)),
    },
];

pub(crate) const TO_FETCH: &str = "\
aws kms create-key --origin EXTERNAL --key-spec SYMMETRIC_DEFAULT
aws kms get-parameters-for-import --key-id KEY_ARN --wrapping-algorithm RSAES_OAEP_SHA_256 \\
    --wrapping-key-spec RSA_4096 --output json > import-params.json
(for RSA keys: --wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256; the reply does not say which was asked for: write it down.
The parameters last 24 hours.)
";

/// Import parameters as one of the providers'.
#[derive(Debug)]
pub(crate) struct Prepared {
    parameters: Parameters,
    wrapping_key: WrappingKey,
}

impl Prepared {
    pub(crate) fn read(input: &Input<'_>, stated: &Stated) -> Result<Self, ByokError> {
        let valid_to = stated.given("valid-to").and_then(utc);
        let parameters =
            Parameters::read_with(input.bytes, input.file_name, stated.given("key-arn"), valid_to)?;
        let wrapping_key = WrappingKey::from_der(&parameters.public_key)?;
        Ok(Self { parameters, wrapping_key })
    }
}

impl Import for Prepared {
    fn target(&self) -> Target {
        Target::AwsKms
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        Some(self.parameters.valid_to)
    }

    fn called(&self) -> &str {
        &self.parameters.key_arn
    }

    fn place(&self) -> String {
        self.parameters.key_arn.to_ascii_lowercase()
    }

    fn refuses(&self, key: KeyType, recipe: Recipe) -> Option<ByokError> {
        super::refused_in_china(&self.parameters.key_arn, key, recipe)
    }

    fn takes_expiry(&self) -> bool {
        true
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![("Key", self.parameters.key_arn.clone())]
    }

    fn origin(&self) -> &'static str {
        "nothing carried in proves it; compare its SHA-256 with the online team's slip"
    }

    fn files(&self, order: &bundle::Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, order)?;
        let spec = KeySpec::ALL.iter().copied().find(|s| s.key_type() == order.key);
        files(&Bundle {
            parameters: &self.parameters,
            spec: spec.ok_or(ByokError::PublicKeyMismatch)?,
            algorithm: order.algorithm.parse()?,
            blob: order.blob,
            rung: order.rung,
            check_value: order.check_value,
            public_key: order.public_key,
            expiry: order.expiry.map_or(Expiry::Never, Expiry::At),
            rehearsal: order.rehearsal,
            made_at: order.made_at,
            ceremony: order.ceremony,
        })
    }
}
