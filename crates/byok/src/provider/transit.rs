//! `HashiCorp` Vault and `OpenBao`, transit engine: the mount's wrapping key comes in, base64 goes out.

use super::{Ask, Form, Import, Stated, member};
use crate::arrived::{JsonOrKey, Wanted};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, check_order, lay_out};
use crate::receipt::{Receipt, Replies, said, text};
use crate::script::{Output, run};
use crate::text::{any_base64, made_of};
use crate::{ByokError, KeyType, Target, WrappingKey, public_key};
use data_encoding::BASE64;
use serde_json::Value;

pub(crate) const ASKS: &[Ask] = &[
    Ask {
        name: "program",
        question: "Which program imports it? vault or bao.",
        example: "bao",
        needed: true,
        form: Form::Choice(&["vault", "bao"]),
    },
    Ask {
        name: "mount",
        question: "Where is the transit engine mounted?",
        example: "transit",
        needed: true,
        form: Form::Read(|_, text| mount(text)),
    },
    Ask {
        name: "key-name",
        question: "What is the key called there? Letters, digits, hyphens, underscores.",
        example: "records-2027",
        needed: true,
        form: Form::Read(|_, text| made_of(text, 64, b"-_").then(|| text.to_owned())),
    },
    Ask {
        name: "version",
        question: "Is it a new version of an imported key that exists? yes or no.",
        example: "no",
        needed: false,
        form: Form::Choice(&["yes", "no"]),
    },
];

pub(crate) const TO_FETCH: &str = "\
bao read -format=json transit/wrapping_key > wrapping-key.json
(or vault in place of bao; the key belongs to the mount and has no end. Never use `bao transit import`: it wants the
key itself on the online machine.)
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the mount's wrapping key, as JSON or as PEM",
    how: "Save it with bao read -format=json transit/wrapping_key > wrapping-key.json (or vault in place of bao), and carry \
          that file in; without -format=json the tool prints a table.",
};

/// A mount and the key to make in it.
#[derive(Debug)]
pub(crate) struct Mount {
    wrapping_key: WrappingKey,
    program: String,
    path: String,
    key_name: String,
    new_version: bool,
}

impl Mount {
    pub(super) fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let wrapping_key = match WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(key) => key,
            JsonOrKey::Json(reply) => {
                let data = reply.get("data").ok_or(ByokError::ParametersField("data"))?;
                WrappingKey::from_pem(member(data, "public_key")?.as_bytes())?
            }
        };
        // The engine cuts the blob after 512 bytes whatever the key.
        if wrapping_key.bits() != 4096 {
            return Err(ByokError::ParametersDiffer {
                found: format!("RSA of {} bits", wrapping_key.bits()),
                expected: "RSA of 4096 bits, as every transit engine has it".to_owned(),
            });
        }
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
        key => {
            let why = "the engine has no type for it";
            return Err(ByokError::KeyTypeNotTaken { target: Target::Transit, key, why });
        }
    })
}

impl Import for Mount {
    fn target(&self) -> Target {
        Target::Transit
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
        let what = if self.new_version { "a new version" } else { "a new key" };
        vec![("Key", format!("{}/keys/{}", self.path, self.key_name)), ("Made as", what.to_owned())]
    }

    fn origin(&self) -> &'static str {
        "nothing carried in proves it; the mount never changes it, so that its SHA-256 must be that of every time before"
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        if bundle.expiry.is_some() {
            return Err(ByokError::ExpiryNotHere);
        }
        let kind = key_type(bundle.key)?;
        let path = format!("{}/keys/{}", self.path, self.key_name);
        let verb = if self.new_version { "import_version" } else { "import" };
        let hash = format!("hash_function={}", bundle.algorithm);
        let program = self.program.as_str();
        let mut words: Vec<crate::script::Word> = vec![
            program.into(),
            "write".into(),
            format!("{path}/{verb}").into(),
            "ciphertext=@ciphertext.b64".into(),
            hash.into(),
        ];
        if !self.new_version {
            words.push(format!("type={kind}").into());
        }
        let write = crate::script::Step::Run(words, Output::Shown);
        let read = run![Output::Receipt, program, "read", "-format=json", path.as_str()];
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
            permissions: BundleFile::text(
                "importer-policy.hcl",
                format!(
                    "# Imports this key and reads about it; it cannot use it.\n\
                     path \"{path}/{verb}\" {{\n  capabilities = [\"create\", \"update\"]\n}}\n\
                     path \"{path}\" {{\n  capabilities = [\"read\"]\n}}\n"
                ),
            ),
            revoke: "Set deletion_allowed=true on the key's config, then delete MOUNT/keys/NAME. To end one version only, raise\n\
                     min_decryption_version above it.\n",
            check: check(bundle),
        };
        lay_out(self, bundle, layout)
    }
}

fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "receipt.json must show the key above, its type, and imported_key true. Imported keys have no expiry, and get new\n\
         versions by import only unless allow_rotation was set.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that the engine holds this key: the public_key of its latest version is that of PublicKey.pem.\n"
    } else if b.key.is_hmac() {
        "Proof that the engine holds this key: its HMAC of a known message equals the HMAC that the ceremony's key gives.\n"
    } else {
        "What the receipt cannot prove: which AES key the engine holds. Encrypt a known text there and open it in a\n\
         ceremony with the backup.\n"
    });
    s
}

/// Reads `bao read -format=json MOUNT/keys/NAME`.
pub(crate) fn receipt(
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
        return Err(ByokError::ReceiptOrigin(format!("imported_key: {}", said(data, "imported_key"))));
    }
    let latest = data
        .get("latest_version")
        .and_then(Value::as_u64)
        .ok_or(ByokError::ReceiptField("latest_version"))?;
    let version = data
        .get("keys")
        .and_then(|k| k.get(latest.to_string()))
        .ok_or(ByokError::ReceiptField("keys (of the latest version)"))?;
    receipt.name = Some(format!("{} version {latest}", manifest.destination("key-name")?));
    receipt.lines.push(format!("Imported as version {latest}"));
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
