//! AWS KMS: `ImportKeyMaterial` into a key of origin `EXTERNAL`.

mod arn;
mod files;
mod kind;
mod multi_region;
mod parameters;
mod receipt;
mod stand_in;
mod stop;
mod words;

pub use arn::key_arn;
pub use kind::KeySpec;
pub use parameters::Parameters;
pub use stand_in::stand_in_reply;
pub use words::ARN as PRACTICE_ARN;

use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Manifest};
use crate::layout::{check_order, lay_out};
use crate::moment::{iso, utc};
use crate::provider::{Answers, Expiry, Facts, Import, Input, Practice, Provider, Sent, Stage};
use crate::replies::{Receipt, Replies};
use crate::stop::Stop;
use crate::table::not_taken_by;
use crate::{ByokError, KeyType, Recipe, Target, WrappingKey};
use std::collections::BTreeMap;

/// AWS KMS.
#[derive(Debug)]
pub struct Kms;

const ASKS: &[Ask] = &[
    Ask::beside("key-arn", words::KEY_ARN, words::ARN, Form::Read(|text| key_arn(text).ok())),
    Ask::beside("valid-to", words::VALID_TO, words::A_TIME, Form::Read(|text| utc(text).map(iso))),
];

static FACTS: Facts = Facts {
    extensions: &["json", "zip"],
    expiry: Expiry::Within { days: Some(365) },
    longest_life: Some(24),
    one_key_a_set: true,
    rotates: true,
    // It takes all three sizes; to make one of 4,096 bits was half of a rehearsal.
    stand_in_bits: 3072,
    ..Facts::of(Target::AwsKms, words::CALLED, ASKS, words::TO_FETCH, parameters::recognise)
};

impl Provider for Kms {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        let (key_arn, valid_to) = (stated.given("key-arn"), stated.given("valid-to").and_then(utc));
        Ok(Box::new(Parameters::read_with(input.bytes, input.file_name, key_arn, valid_to)?))
    }

    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        receipt::read(replies, manifest, receipt)
    }

    fn stop(&self, called: &str, _: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(called)
    }

    fn practise(&self, with: &Practice<'_>, _: &mut Answers) -> Result<Sent, ByokError> {
        let reply =
            stand_in_reply(with.wrapping.spki(), words::ARN, with.valid_to, b"rehearsal import token");
        Ok(("import-params.json", reply))
    }

    fn key_named(&self, text: &str) -> Result<KeyType, ByokError> {
        text.parse::<KeySpec>().map(KeySpec::key_type).or_else(|own| text.parse().map_err(|_| own))
    }

    fn key_name(&self, key: KeyType) -> &'static str {
        KeySpec::of(key).map_or(key.name(), KeySpec::name)
    }

    fn stages(&self, primary: &dyn Import, replicas: &[&dyn Import]) -> Result<Vec<Stage>, ByokError> {
        multi_region::order(primary, replicas)
    }
}

impl Import for Parameters {
    fn provider(&self) -> &'static dyn Provider {
        &Kms
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        Some(self.valid_to)
    }

    fn called(&self) -> &str {
        &self.key_arn
    }

    fn place(&self) -> String {
        self.key_arn.to_ascii_lowercase()
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![("Key", self.key_arn.clone())]
    }

    /// KMS in China takes less. Source: AWS KMS Developer Guide, "Importing key material", its pages on requirements and
    /// on the wrapping algorithms.
    fn refuses(&self, key: KeyType, recipe: Recipe) -> Option<ByokError> {
        if self.key_arn.split(':').nth(1) != Some("aws-cn") {
            return None;
        }
        let why = match (key, recipe) {
            (KeyType::Aes256, _) => words::CHINA_TAKES_SM4,
            (_, Recipe::RsaAesKeyWrap(_)) => words::CHINA_TAKES_OAEP,
            _ => return None,
        };
        Some(not_taken_by(Target::AwsKms, key, why))
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        lay_out(self, bundle, files::layout(self, bundle)?)
    }
}

#[cfg(test)]
mod tests;
