//! Alibaba Cloud KMS: the reply of `GetParametersForImport` comes in, base64 files for `ImportKeyMaterial` go out.

mod stop;
mod words;

use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::json::{binary, file, member};
use crate::layout::{check_order, lay_out};
use crate::moment::{is_time, iso, unix_seconds};
use crate::provider::{Answers, Expiry, Facts, Import, Input, Practice, Provider, Sent, check_bits};
use crate::replies::{Receipt, Replies, said, text};
use crate::script::{Output, Word, run};
use crate::stop::Stop;
use crate::text::made_of;
use crate::{ByokError, Target, WrappingKey, public_key};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Alibaba Cloud KMS.
#[derive(Debug)]
pub(crate) struct Alibaba;

const ASKS: &[Ask] = &[
    Ask::needed(
        "region",
        words::ASK_REGION,
        "eu-central-1",
        Form::Read(|text| made_of(text, 40, b"-").then(|| text.to_ascii_lowercase())),
    ),
    Ask::needed(
        "account",
        words::ASK_ACCOUNT,
        "1234567890123456",
        Form::Read(|text| {
            let digits = text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.to_owned())
        }),
    ),
];

/// The longest import token taken, in bytes of base64.
const LONGEST_TOKEN: usize = 8192;

/// One set of import parameters.
#[derive(Debug)]
struct Parameters {
    wrapping_key: WrappingKey,
    key_id: String,
    /// Base64.
    token: String,
    valid_to: i64,
    region: String,
    account: String,
}

impl Parameters {
    fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let reply = words::WANTED.json(bytes)?;
        let key_id = member(&reply, "KeyId")?;
        if !made_of(key_id, 128, b"-_") {
            return Err(ByokError::ParametersField("KeyId"));
        }
        // In one line, however many it came in.
        let token = BASE64.encode(&binary(&reply, "ImportToken")?);
        if token.len() > LONGEST_TOKEN || token.is_empty() {
            return Err(ByokError::ParametersField("ImportToken"));
        }
        let spki = binary(&reply, "PublicKey")?;
        let valid_to = reply.get("TokenExpireTime").and_then(unix_seconds).filter(|t| is_time(*t));
        let wrapping_key = WrappingKey::from_der(&spki)?;
        check_bits(&wrapping_key, 2048, words::SIZE)?;
        Ok(Self {
            wrapping_key,
            key_id: key_id.to_owned(),
            token,
            valid_to: valid_to.ok_or(ByokError::TimeMalformed("TokenExpireTime"))?,
            region: stated.needed("region")?.to_owned(),
            account: stated.needed("account")?.to_owned(),
        })
    }
}

static FACTS: Facts = Facts {
    extensions: &["json"],
    expiry: Expiry::Within { days: None },
    longest_life: Some(24),
    one_key_a_set: true,
    stand_in_bits: 2048,
    ..Facts::of(Target::AlibabaKms, words::CALLED, ASKS, words::TO_FETCH, |bytes| {
        words::WANTED.json(bytes).map(drop)
    })
};

impl Provider for Alibaba {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Parameters::read(input.bytes, stated)?))
    }

    /// Reads `DescribeKey`, and `GetPublicKey` where it is there.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let about = replies
            .json
            .iter()
            .find_map(|r| r.get("KeyMetadata"))
            .ok_or(ByokError::ReceiptField(words::NOT_DESCRIBED))?;
        let key = manifest.destination("key")?;
        if text(about, "KeyId")? != key {
            return Err(ByokError::ReceiptOtherKey);
        }
        if text(about, "KeyState")? != "Enabled" {
            return Err(ByokError::ReceiptState(said(about, "KeyState")));
        }
        if text(about, "Origin")? != "EXTERNAL" {
            return Err(ByokError::ReceiptOrigin(said(about, "Origin")));
        }
        let expires = match about.get("MaterialExpireTime") {
            None | Some(Value::Null) => None,
            Some(Value::String(empty)) if empty.is_empty() => None,
            Some(time) => Some(unix_seconds(time).ok_or(ByokError::ReceiptExpiry)?),
        };
        receipt.name = Some(key.to_owned());
        receipt.lines.push(words::STATE.to_owned());
        receipt.expiry(manifest, expires)?;
        for reply in replies.json.iter().filter(|r| r.get("PublicKey").is_some()) {
            if text(reply, "KeyId")? != key {
                return Err(ByokError::ReceiptOtherKey);
            }
            receipt.public_key(manifest, &public_key::from_pem(text(reply, "PublicKey")?)?)?;
        }
        Ok(())
    }

    fn stop(&self, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(self, called, prepared)
    }

    fn practise(&self, with: &Practice<'_>, _: &mut Answers) -> Result<Sent, ByokError> {
        let reply = json!({
            "KeyId": "key-rehearsal",
            "ImportToken": BASE64.encode(b"rehearsal import token"),
            "PublicKey": BASE64.encode(with.wrapping.spki()),
            "TokenExpireTime": iso(with.valid_to),
        });
        Ok(("import-params.json", file(&reply)))
    }
}

impl Import for Parameters {
    fn provider(&self) -> &'static dyn Provider {
        &Alibaba
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        Some(self.valid_to)
    }

    fn called(&self) -> &str {
        &self.key_id
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![("Region", self.region.clone()), ("Account", self.account.clone()), ("Key", self.key_id.clone())]
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let until = bundle.expiry.unwrap_or(0).to_string();
        let import = run![
            Output::Shown,
            "aliyun kms ImportKeyMaterial --region",
            self.region.as_str(),
            "--KeyId",
            self.key_id.as_str(),
            "--EncryptedKeyMaterial",
            Word::LineOf("EncryptedKeyMaterial.b64"),
            "--ImportToken",
            Word::LineOf("ImportToken.b64"),
            "--KeyMaterialExpireUnix",
            until
        ];
        let describe = run![
            Output::Receipt,
            "aliyun kms DescribeKey --region",
            self.region.as_str(),
            "--KeyId",
            self.key_id.as_str()
        ];
        let line = |name: &str, text: &str| BundleFile::text(name, format!("{text}\n"));
        let layout = Layout {
            destination: vec![
                ("region", self.region.clone()),
                ("account", self.account.clone()),
                ("key", self.key_id.clone()),
            ],
            blob: (line("EncryptedKeyMaterial.b64", &BASE64.encode(bundle.blob)), None),
            more: vec![line("ImportToken.b64", &self.token)],
            steps: vec![import, describe],
            permissions: BundleFile::json(
                "importer-policy.json",
                &json!({
                    "Version": "1",
                    "Statement": [{
                        "Effect": "Allow",
                        "Action": ["kms:ImportKeyMaterial", "kms:DescribeKey", "kms:GetPublicKey"],
                        "Resource": [format!("acs:kms:{}:{}:key/{}", self.region, self.account, self.key_id)],
                    }],
                }),
            ),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::check(bundle) },
        };
        lay_out(self, bundle, layout)
    }
}
