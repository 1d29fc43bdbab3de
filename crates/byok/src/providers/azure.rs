//! Azure Key Vault (Premium) and Managed HSM: a key exchange key (KEK) comes in, a `.byok` file goes out.

mod kek_file;
mod names;
mod stop;
mod words;

pub(crate) use names::key_in;

use super::realms::{AZURE, AzureCloud};
use crate::arrived::JsonOrKey;
use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::json::file;
use crate::layout::{check_order, lay_out};
use crate::moment::{iso, unix_seconds};
use crate::provider::{Answers, Expiry, Facts, Import, Input, ORIGIN, Practice, Provider, Sent};
use crate::replies::{Receipt, Replies, said, text};
use crate::script::{Output, Step, Word, run};
use crate::stop::Stop;
use crate::text::{any_base64, made_of};
use crate::{ByokError, KeyType, Target, WrappingKey, public_key};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use kek_file::File;
use names::{Kid, Place};
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One of Azure's two kinds of places.
#[derive(Debug)]
pub(crate) struct Azure {
    facts: Facts,
    place: Place,
    /// The address of one.
    example: &'static str,
    /// The option of `az keyvault key import` that names it.
    option: &'static str,
    /// See [`Import::origin`].
    origin: &'static str,
    /// What the importer's role may do, and where.
    actions: [&'static str; 2],
    scope: &'static str,
}

/// Key Vault, tier Premium.
pub(crate) static KEY_VAULT: Azure = Azure {
    facts: facts(
        Target::AzureKeyVault,
        words::KEY_VAULT,
        &[
            Ask::needed(
                "vault",
                words::ASK_VAULT,
                "https://hospital.vault.azure.net",
                Form::Within(|text| Place::Vault.address(text), || Place::Vault.endings()),
            ),
            KEY_NAME,
            kid("https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef"),
        ],
    ),
    place: Place::Vault,
    example: "https://hospital.vault.azure.net",
    option: "--vault-name",
    origin: ORIGIN,
    actions: ["Microsoft.KeyVault/vaults/keys/import/action", "Microsoft.KeyVault/vaults/keys/read"],
    scope: "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.KeyVault/vaults/VAULT",
};

/// Key Vault Managed HSM.
pub(crate) static MANAGED_HSM: Azure = Azure {
    facts: facts(
        Target::AzureManagedHsm,
        words::MANAGED_HSM,
        &[
            Ask::needed(
                "vault",
                words::ASK_VAULT,
                "https://hospital.managedhsm.azure.net",
                Form::Within(|text| Place::ManagedHsm.address(text), || Place::ManagedHsm.endings()),
            ),
            KEY_NAME,
            kid("https://hospital.managedhsm.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef"),
        ],
    ),
    place: Place::ManagedHsm,
    example: "https://hospital.managedhsm.azure.net",
    option: "--hsm-name",
    origin: words::ORIGIN_OF_HSM,
    actions: [
        "Microsoft.KeyVault/managedHsm/keys/import/action",
        "Microsoft.KeyVault/managedHsm/keys/read/action",
    ],
    scope: "/keys",
};

const fn facts(target: Target, title: &'static str, asks: &'static [Ask]) -> Facts {
    Facts {
        expiry: Expiry::Within { days: None },
        ..Facts::of(target, title, asks, words::TO_FETCH, |bytes| words::WANTED.json_or_key(bytes).map(drop))
    }
}

const KEY_NAME: Ask = Ask::needed(
    "key-name",
    words::ASK_KEY_NAME,
    "records-2027",
    Form::Read(|text| made_of(text, 127, b"-").then(|| text.to_owned())),
);

const fn kid(example: &'static str) -> Ask {
    Ask::beside("kid", words::ASK_KID, example, Form::Read(|text| Kid::read(text).map(|kid| kid.to_string())))
}

/// A key exchange key and the key that is to be imported with it.
#[derive(Debug)]
struct Kek {
    of: &'static Azure,
    wrapping_key: WrappingKey,
    kid: Kid,
    key_name: String,
    valid_from: Option<i64>,
    expires: Option<i64>,
    ops_known: bool,
}

impl Azure {
    /// Itself, which lasts.
    fn of(&self) -> &'static Self {
        match self.place {
            Place::Vault => &KEY_VAULT,
            Place::ManagedHsm => &MANAGED_HSM,
        }
    }

    /// `importer-role.json`: the least an importer needs.
    fn permissions(&self) -> BundleFile {
        BundleFile::json(
            "importer-role.json",
            &json!({
                "Name": "Key importer",
                "Description": words::IMPORTER,
                "Actions": [],
                "DataActions": self.actions,
                "AssignableScopes": [self.scope],
            }),
        )
    }
}

impl Kek {
    fn read(of: &'static Azure, bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let (vault, key_name) = (stated.needed("vault")?, stated.needed("key-name")?.to_owned());
        let file = match words::WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(wrapping_key) => {
                File { wrapping_key, kid: None, valid: (None, None), ops_known: false }
            }
            JsonOrKey::Json(reply) => kek_file::from_json(&reply)?,
        };
        let given = stated.given("kid").and_then(Kid::read);
        let kid = match (file.kid, given) {
            (Some(said), given) => {
                let read = Kid::read(&said).ok_or_else(|| stated.malformed("kid"))?;
                if given.is_some_and(|given| given != read) {
                    return Err(words::other_kid(&read.to_string()));
                }
                read
            }
            (None, Some(given)) => given,
            (None, None) => {
                stated.needed("kid")?;
                return Err(stated.malformed("kid"));
            }
        };
        let (valid_from, expires) = file.valid;
        let (wrapping_key, ops_known) = (file.wrapping_key, file.ops_known);
        let kek = Self { of, wrapping_key, kid, key_name, valid_from, expires, ops_known };
        // A name alone does not say which of Azure's clouds is meant: the KEK's own address does.
        let named = vault == kek.short_name() && of.place.name_of(&kek.kid.host).is_some();
        match vault.strip_prefix("https://") {
            Some(host) if host == kek.kid.host => Ok(kek),
            // A KEK of another vault would make a file that only fails online.
            Some(host) => Err(words::other_vault(&kek.kid.host, host)),
            None if named => Ok(kek),
            None => Err(stated.malformed("vault")),
        }
    }

    /// The vault's own name: the first label of its address.
    fn short_name(&self) -> &str {
        self.kid.host.split('.').next().unwrap_or_default()
    }
}

/// `--kty`, `--curve` and `--ops` of `az keyvault key import`, as azure-cli 2.91 takes them: the `EC-HSM` and
/// `--curve-name` of Microsoft's pages are refused by it.
fn options(key: KeyType) -> Result<Vec<&'static str>, ByokError> {
    let curve = match key {
        KeyType::P256 => "P-256",
        KeyType::P384 => "P-384",
        KeyType::P521 => "P-521",
        KeyType::P256k1 => "P-256K",
        KeyType::Aes128 | KeyType::Aes192 | KeyType::Aes256 => return Ok(vec!["--kty", "oct"]),
        KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096 => return Ok(vec!["--kty", "RSA"]),
        _ => return Err(ByokError::PublicKeyMismatch),
    };
    // Without these operations an EC key is imported and cannot be used.
    Ok(vec!["--kty", "EC", "--curve", curve, "--ops", "sign", "verify"])
}

/// The `.byok` file: JSON in the shape of a JWE header, and not JOSE otherwise.
fn byok(kid: &str, blob: &[u8]) -> Value {
    json!({
        "schema_version": "1.0.0",
        "header": { "kid": kid, "alg": "dir", "enc": "CKM_RSA_AES_KEY_WRAP" },
        "ciphertext": BASE64URL_NOPAD.encode(blob),
        "generator": "Cofferdam",
    })
}

impl Provider for Azure {
    fn facts(&self) -> &'static Facts {
        &self.of().facts
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Kek::read(self.of(), input.bytes, stated)?))
    }

    /// Reads the key bundle that `az keyvault key import` prints.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let reply =
            replies.json.iter().find(|r| r.get("key").is_some()).ok_or(ByokError::ReceiptField("key"))?;
        let jwk = reply.get("key").unwrap_or(&Value::Null);
        let kid = Kid::read(text(jwk, "kid")?).ok_or(ByokError::ReceiptField("kid"))?;
        let ours =
            |found: &str, part| Ok::<_, ByokError>(found.eq_ignore_ascii_case(manifest.destination(part)?));
        if !ours(&kid.host, "vault")? || !ours(&kid.name, "key-name")? {
            return Err(ByokError::ReceiptOtherKey);
        }
        let attributes = reply.get("attributes").unwrap_or(&Value::Null);
        if attributes.get("enabled") != Some(&Value::Bool(true)) {
            return Err(ByokError::ReceiptState(said(attributes, "enabled")));
        }
        let expires = attributes.get("expires").or_else(|| attributes.get("exp")).filter(|e| !e.is_null());
        let expires = match expires {
            Some(e) => Some(unix_seconds(e).ok_or(ByokError::ReceiptExpiry)?),
            None => None,
        };
        receipt.name = Some(kid.to_string());
        receipt.lines.push(words::imported(&kid.name, &kid.version));
        receipt.expiry(manifest, expires)?;
        let key = manifest.key_type()?;
        let kty = text(jwk, "kty")?;
        let expected = if key.rsa_bits().is_some() {
            "RSA-HSM"
        } else if key.is_asymmetric() {
            "EC-HSM"
        } else {
            "oct-HSM"
        };
        if kty != expected {
            return Err(ByokError::ReceiptSpec(said(jwk, "kty")));
        }
        if !key.is_asymmetric() {
            return Ok(());
        }
        let number = |name: &'static str| any_base64(text(jwk, name)?).ok_or(ByokError::ReceiptField(name));
        let theirs = if key.rsa_bits().is_some() {
            let n: Vec<u8> = number("n")?.into_iter().skip_while(|b| *b == 0).collect();
            public_key::from_rsa(&n, &number("e")?).map_err(|_| ByokError::ReceiptPublicKey)?
        } else {
            public_key::from_point(key, &number("x")?, &number("y")?).ok_or(ByokError::ReceiptPublicKey)?
        };
        receipt.public_key(manifest, &theirs)
    }

    fn stop(&self, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(self, self.place, called, prepared)
    }

    fn practise(&self, with: &Practice<'_>, stated: &mut Answers) -> Result<Sent, ByokError> {
        for (name, answer) in stated {
            if *name == "vault" {
                self.example.clone_into(answer);
            }
        }
        let key =
            RsaPublicKey::from_public_key_der(with.wrapping.spki()).map_err(|_| ByokError::Disposable)?;
        let kek = json!({
            "attributes": { "enabled": true, "expires": iso(with.valid_to) },
            "key": {
                "kid": format!("{}/keys/KEKforBYOK/0123456789abcdef0123456789abcdef", self.example),
                "kty": "RSA-HSM",
                "keyOps": ["import"],
                "n": BASE64.encode(&key.n().to_be_bytes_trimmed_vartime()),
                "e": "AQAB",
            },
        });
        Ok(("kek.json", file(&kek)))
    }

    /// Azure's names are the same in capitals.
    fn place(&self, answers: &[(&str, &str)]) -> Option<Vec<String>> {
        let place = crate::asks::place(self.asks(), None, answers)?;
        Some(place.into_iter().map(|answer| answer.to_ascii_lowercase()).collect())
    }
}

impl Import for Kek {
    fn provider(&self) -> &'static dyn Provider {
        self.of
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        self.expires
    }

    fn valid_from(&self) -> Option<i64> {
        self.valid_from
    }

    fn place(&self) -> String {
        format!("{}/{}", self.kid.host, self.key_name).to_ascii_lowercase()
    }

    fn fixed_algorithm(&self) -> Option<&'static str> {
        Some("CKM_RSA_AES_KEY_WRAP")
    }

    fn called(&self) -> &str {
        &self.key_name
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let ops = if self.ops_known { words::IMPORT_ALONE } else { words::OPS_NOT_SAID };
        let mut shown = vec![
            ("Vault", format!("https://{}", self.kid.host)),
            (words::KEY_TO_MAKE, self.key_name.clone()),
            ("KEK", self.kid.to_string()),
            (words::OPS, ops.to_owned()),
        ];
        if let Some(cloud) = AzureCloud::of(&self.kid.host).filter(|c| *c != &AZURE[0]) {
            shown.push(("Azure's cloud", cloud.name.to_owned()));
            if !cloud.inferred.is_empty() {
                shown.push((words::NOT_CERTAIN, cloud.inferred.to_owned()));
            }
        }
        shown
    }

    fn origin(&self) -> &'static str {
        self.of.origin
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let name = format!("{}.byok", self.key_name);
        let mut import: Vec<Word> = ["az", "keyvault", "key", "import"].map(Word::from).into();
        let mut option = |name: &str, value: &str| import.extend([Word::from(name), Word::from(value)]);
        option(self.of.option, self.short_name());
        option("--name", &self.key_name);
        option("--byok-file", &name);
        import.extend(options(bundle.key)?.into_iter().map(Word::from));
        if let Some(expiry) = bundle.expiry {
            import.extend(["--expires".into(), iso(expiry).into()]);
        }
        import.extend(["--output", "json"].map(Word::from));
        let version = run![Output::Shown, "az version --output table"];
        let steps = vec![version, Step::Run(import, Output::Receipt)];
        let layout = Layout {
            destination: vec![
                ("vault", self.kid.host.clone()),
                ("key-name", self.key_name.clone()),
                ("kek", self.kid.to_string()),
            ],
            blob: (BundleFile::json(&name, &byok(&self.kid.to_string(), bundle.blob)), Some("ciphertext")),
            more: Vec::new(),
            steps,
            permissions: self.of.permissions(),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::check(bundle) },
        };
        lay_out(self, bundle, layout)
    }
}
