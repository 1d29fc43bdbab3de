//! `HashiCorp` Vault and `OpenBao`, transit engine: the mount's wrapping key comes in, base64 goes out.

mod stop;
mod words;

use crate::arrived::JsonOrKey;
use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::json::{file, member};
use crate::layout::{check_order, lay_out};
use crate::provider::{Answers, Facts, Import, Input, Practice, Provider, Sent, check_bits};
use crate::replies::{Receipt, Replies, said, text};
use crate::script::{Output, Step, Word, run};
use crate::stop::Stop;
use crate::table::not_taken_by;
use crate::text::{any_base64, made_of};
use crate::{ByokError, KeyType, Target, WrappingKey, pem, public_key};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A transit engine.
#[derive(Debug)]
pub(crate) struct Transit;

const ASKS: &[Ask] = &[
    Ask::needed("program", words::ASK_PROGRAM, "bao", Form::Choice(&["vault", "bao"])),
    Ask::needed("mount", words::ASK_MOUNT, "transit", Form::Read(mount)),
    Ask::needed(
        "key-name",
        words::ASK_KEY_NAME,
        "records-2027",
        Form::Read(|text| made_of(text, 64, b"-_").then(|| text.to_owned())),
    ),
    Ask {
        none: Some("no"),
        ..Ask::beside("version", words::ASK_VERSION, "no", Form::Choice(&["yes", "no"]))
    },
];

/// A mount and the key to make in it.
#[derive(Debug)]
struct Mount {
    wrapping_key: WrappingKey,
    program: String,
    path: String,
    key_name: String,
    new_version: bool,
}

impl Mount {
    fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let wrapping_key = match words::WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(key) => key,
            JsonOrKey::Json(reply) => {
                let data = reply.get("data").ok_or(ByokError::ParametersField("data"))?;
                WrappingKey::from_pem(member(data, "public_key")?.as_bytes())?
            }
        };
        // The engine cuts the blob after 512 bytes whatever the key.
        check_bits(&wrapping_key, 4096, words::SIZE)?;
        Ok(Self {
            wrapping_key,
            program: stated.needed("program")?.to_owned(),
            path: stated.needed("mount")?.to_owned(),
            key_name: stated.needed("key-name")?.to_owned(),
            new_version: stated.given("version") == Some("yes"),
        })
    }
}

/// A mount's path without the slash that `bao secrets list` prints after it.
fn mount(text: &str) -> Option<String> {
    let path = text.strip_suffix('/').unwrap_or(text);
    (made_of(path, 64, b"-_/") && path.split('/').all(|part| !part.is_empty())).then(|| path.to_owned())
}

/// The engine's `type` for a key.
fn key_type(key: KeyType) -> Result<&'static str, ByokError> {
    Ok(match key {
        KeyType::Aes128 => "aes128-gcm96",
        KeyType::Aes256 => "aes256-gcm96",
        KeyType::HmacSha256 | KeyType::HmacSha384 | KeyType::HmacSha512 => "hmac",
        KeyType::Rsa2048 => "rsa-2048",
        KeyType::Rsa3072 => "rsa-3072",
        KeyType::Rsa4096 => "rsa-4096",
        KeyType::P256 => "ecdsa-p256",
        KeyType::P384 => "ecdsa-p384",
        KeyType::P521 => "ecdsa-p521",
        KeyType::Ed25519 => "ed25519",
        key => return Err(not_taken_by(Target::Transit, key, words::NO_TYPE)),
    })
}

static FACTS: Facts = Facts {
    existing: Some("version"),
    ..Facts::of(Target::Transit, words::CALLED, ASKS, words::TO_FETCH, |bytes| {
        words::WANTED.json_or_key(bytes).map(drop)
    })
};

impl Provider for Transit {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Mount::read(input.bytes, stated)?))
    }

    /// Reads `bao read -format=json MOUNT/keys/NAME`.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let data = replies.json.iter().find_map(|r| r.get("data")).ok_or(ByokError::ReceiptField("data"))?;
        if text(data, "name")? != manifest.destination("key-name")? {
            return Err(ByokError::ReceiptOtherKey);
        }
        if text(data, "type")? != manifest.destination("type")? {
            return Err(ByokError::ReceiptSpec(said(data, "type")));
        }
        if data.get("imported_key") != Some(&Value::Bool(true)) {
            return Err(ByokError::ReceiptOrigin(words::not_imported(&said(data, "imported_key"))));
        }
        let latest = data
            .get("latest_version")
            .and_then(Value::as_u64)
            .ok_or(ByokError::ReceiptField("latest_version"))?;
        let version = data
            .get("keys")
            .and_then(|k| k.get(latest.to_string()))
            .ok_or(ByokError::ReceiptField(words::NO_LATEST))?;
        receipt.name = Some(words::name(manifest.destination("key-name")?, latest));
        receipt.lines.push(words::imported(latest));
        let key = manifest.key_type()?;
        let Some(public) = version.get("public_key").and_then(Value::as_str).filter(|_| key.is_asymmetric())
        else {
            return Ok(());
        };
        let theirs = if key == KeyType::Ed25519 {
            any_base64(public)
                .and_then(|raw| public_key::from_ed25519(&raw))
                .ok_or(ByokError::ReceiptPublicKey)?
        } else {
            public_key::from_pem(public)?
        };
        receipt.public_key(manifest, &theirs)
    }

    fn stop(&self, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(self, called, prepared)
    }

    fn practise(&self, with: &Practice<'_>, _: &mut Answers) -> Result<Sent, ByokError> {
        let text = pem::encode(with.wrapping.spki(), "PUBLIC KEY");
        Ok(("wrapping-key.json", file(&json!({ "data": { "public_key": text } }))))
    }
}

impl Import for Mount {
    fn provider(&self) -> &'static dyn Provider {
        &Transit
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn called(&self) -> &str {
        &self.key_name
    }

    fn place(&self) -> String {
        format!("{} {}/{}", self.program, self.path, self.key_name)
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let what = if self.new_version { words::NEW_VERSION } else { words::NEW_KEY };
        vec![("Key", format!("{}/keys/{}", self.path, self.key_name)), ("Made as", what.to_owned())]
    }

    fn origin(&self) -> &'static str {
        words::ORIGIN
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let kind = key_type(bundle.key)?;
        let path = format!("{}/keys/{}", self.path, self.key_name);
        let verb = if self.new_version { "import_version" } else { "import" };
        let hash = format!("hash_function={}", bundle.algorithm);
        let program = self.program.as_str();
        let mut words: Vec<Word> = vec![
            program.into(),
            "write".into(),
            format!("{path}/{verb}").into(),
            "ciphertext=@ciphertext.b64".into(),
            hash.into(),
        ];
        if !self.new_version {
            words.push(format!("type={kind}").into());
        }
        let write = Step::Run(words, Output::Shown);
        let read = run![Output::Receipt, program, "read -format=json", path.as_str()];
        let layout = Layout {
            destination: vec![
                ("mount", self.path.clone()),
                ("key-name", self.key_name.clone()),
                ("type", kind.to_owned()),
            ],
            // No newline: the engine decodes the file as it is.
            blob: (BundleFile::text("ciphertext.b64", BASE64.encode(bundle.blob)), None),
            more: Vec::new(),
            steps: vec![write, read],
            permissions: BundleFile::text("importer-policy.hcl", words::permissions(&path, verb)),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::check(bundle) },
        };
        lay_out(self, bundle, layout)
    }
}
