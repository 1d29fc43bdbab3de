//! Alibaba Cloud KMS: the reply of `GetParametersForImport` comes in, base64 files for `ImportKeyMaterial` go out.

use super::{Ask, Form, Import, Stated, binary, member};
use crate::arrived::Wanted;
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, check_order, lay_out};
use crate::moment::{is_time, unix_seconds};
use crate::receipt::{Receipt, Replies, said, text};
use crate::script::{Output, Word, run};
use crate::text::made_of;
use crate::{ByokError, Target, WrappingKey, public_key};
use data_encoding::BASE64;
use serde_json::{Value, json};

pub(crate) const ASKS: &[Ask] = &[
    Ask {
        name: "region",
        question: "Which region is the key in?",
        example: "eu-central-1",
        needed: true,
        form: Form::Read(|_, text| made_of(text, 40, b"-").then(|| text.to_ascii_lowercase())),
    },
    Ask {
        name: "account",
        question: "Which account owns the key? Its number.",
        example: "1234567890123456",
        needed: true,
        form: Form::Read(|_, text| {
            let digits = text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.to_owned())
        }),
    },
];

pub(crate) const TO_FETCH: &str = "\
aliyun kms GetParametersForImport --region REGION --KeyId KEY --WrappingAlgorithm RSAES_OAEP_SHA_256 \\
    --WrappingKeySpec RSA_2048 > import-params.json
(for an RSA or elliptic-curve key: --WrappingAlgorithm RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD; the reply does not say
which algorithm was asked for: write it down. These lines follow the names of the interface and were not run.)
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the JSON that GetParametersForImport answers",
    how: "Save the output of aliyun kms GetParametersForImport as import-params.json, unchanged, and carry that file in.",
};

/// The longest import token taken, in bytes of base64.
const LONGEST_TOKEN: usize = 8192;

/// One set of import parameters.
#[derive(Debug)]
pub(crate) struct Parameters {
    wrapping_key: WrappingKey,
    key_id: String,
    /// Base64.
    token: String,
    valid_to: i64,
    region: String,
    account: String,
}

impl Parameters {
    pub(super) fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let reply = WANTED.json(bytes)?;
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
        if wrapping_key.bits() != 2048 {
            return Err(ByokError::ParametersDiffer {
                found: format!("RSA of {} bits", wrapping_key.bits()),
                expected: "RSA_2048, the only size Alibaba hands out".to_owned(),
            });
        }
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

impl Import for Parameters {
    fn target(&self) -> Target {
        Target::AlibabaKms
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

    fn takes_expiry(&self) -> bool {
        true
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![("Region", self.region.clone()), ("Account", self.account.clone()), ("Key", self.key_id.clone())]
    }

    fn origin(&self) -> &'static str {
        "nothing carried in proves it; compare its SHA-256 with the online team's slip"
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let until = bundle.expiry.unwrap_or(0).to_string();
        let import = run![
            Output::Shown,
            "aliyun",
            "kms",
            "ImportKeyMaterial",
            "--region",
            self.region.as_str(),
            "--KeyId",
            self.key_id.as_str(),
            "--EncryptedKeyMaterial",
            Word::LineOf("EncryptedKeyMaterial.b64"),
            "--ImportToken",
            Word::LineOf("ImportToken.b64"),
            "--KeyMaterialExpireUnix",
            until,
        ];
        let describe = run![
            Output::Receipt,
            "aliyun",
            "kms",
            "DescribeKey",
            "--region",
            self.region.as_str(),
            "--KeyId",
            self.key_id.as_str(),
        ];
        let file = |name: &str, text: &str| BundleFile::text(name, format!("{text}\n"));
        let layout = Layout {
            destination: vec![
                ("region", self.region.clone()),
                ("account", self.account.clone()),
                ("key", self.key_id.clone()),
            ],
            blob: (file("EncryptedKeyMaterial.b64", &BASE64.encode(bundle.blob)), None),
            more: vec![file("ImportToken.b64", &self.token)],
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
            revoke: "aliyun kms DeleteKeyMaterial --KeyId KEY deletes the material at once; the key stays and takes the same\n\
                     material again, no other.\n",
            check: check(bundle),
        };
        lay_out(self, bundle, layout)
    }
}

fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "receipt.json must show the key above, KeyState Enabled, Origin EXTERNAL, and the expiry decided.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "This provider's wrapping has no integrity of its own: without the next comparison nothing shows that the key arrived\n\
         whole. Save the reply of GetPublicKey for the key (or its version) as receipt-public-key.json and carry it back:\n\
         its public key must be PublicKey.pem. Then sign a message and verify it with PublicKey.pem.\n"
    } else {
        "What cannot be proven: Alibaba publishes no check value. The nearest thing to proof: the same material can be\n\
         imported again from the ceremony's backup, and other material is refused.\n"
    });
    s
}

/// Reads `DescribeKey`, and `GetPublicKey` where it is there.
pub(crate) fn receipt(
    replies: &Replies,
    manifest: &Manifest,
    receipt: &mut Receipt,
) -> Result<(), ByokError> {
    let about = replies
        .json
        .iter()
        .find_map(|r| r.get("KeyMetadata"))
        .ok_or(ByokError::ReceiptField("KeyMetadata (DescribeKey)"))?;
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
    receipt.lines.push("State: Enabled; origin: EXTERNAL".to_owned());
    receipt.expiry(manifest, expires)?;
    for reply in replies.json.iter().filter(|r| r.get("PublicKey").is_some()) {
        if text(reply, "KeyId")? != key {
            return Err(ByokError::ReceiptOtherKey);
        }
        receipt.public_key(manifest, &public_key::from_pem(text(reply, "PublicKey")?)?)?;
    }
    Ok(())
}
