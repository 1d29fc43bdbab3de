//! Azure Key Vault (Premium) and Managed HSM: a key exchange key (KEK) comes in, a `.byok` file goes out.

use super::{Ask, Import, Stated, member};
use crate::arrived::{JsonOrKey, Wanted};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, check_order, lay_out};
use crate::moment::{is_time, iso, unix_seconds};
use crate::receipt::{Receipt, Replies, said, text};
use crate::script::{Output, Word, run};
use crate::text::{any_base64, made_of};
use crate::{ByokError, KeyType, Target, WrappingKey, public_key};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

pub(crate) const ASKS: &[Ask] = &[
    Ask {
        name: "vault",
        question: "Which vault or managed HSM is the key for? Its address.",
        example: "https://hospital.vault.azure.net",
        needed: true,
    },
    Ask {
        name: "key-name",
        question: "What is the key to be called there? Letters, digits and hyphens, at most 127.",
        example: "records-2027",
        needed: true,
    },
    Ask {
        name: "kid",
        question: "What is the key identifier (kid) of the KEK, with its version? A PEM file does not say it.",
        example: "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef",
        needed: false,
    },
];

pub(crate) const TO_FETCH: &str = "\
az keyvault key create --kty RSA-HSM --size 4096 --name KEKforBYOK --ops import --vault-name VAULT
az keyvault key show --name KEKforBYOK --vault-name VAULT --output json > kek.json
(for a managed HSM: --hsm-name HSM in place of --vault-name VAULT, and beside it
az keyvault key get-attestation --hsm-name HSM --name KEKforBYOK --file attestation.json)
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the KEK as JSON, or its public key as PEM",
    how: "Save it with az keyvault key show --name KEK --vault-name VAULT --output json > kek.json, and carry that file in.",
};

/// The suffixes of vaults and of managed HSMs, in the public cloud, in China and in the US government's.
const VAULTS: &[&str] = &[".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net"];
const HSMS: &[&str] = &[".managedhsm.azure.net", ".managedhsm.azure.cn", ".managedhsm.usgovcloudapi.net"];

/// A key exchange key and the key that is to be imported with it.
#[derive(Debug)]
pub struct Kek {
    target: Target,
    wrapping_key: WrappingKey,
    /// `https://HOST/keys/NAME/VERSION`.
    kid: String,
    host: String,
    key_name: String,
    expires: Option<i64>,
    ops_known: bool,
}

impl Kek {
    pub(super) fn read(target: Target, bytes: &[u8], stated: &Stated<'_>) -> Result<Self, ByokError> {
        let host = stated
            .checked("vault", |v| host_of(target, v.trim_end_matches('/')).is_some())
            .map(|v| v.trim_end_matches('/').trim_start_matches("https://").to_owned())?;
        let key_name = stated.checked("key-name", |n| made_of(n, 127, b"-"))?.to_owned();
        let stated_kid = stated.given("kid");
        let (wrapping_key, said_kid, expires, ops_known) = match WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(key) => (key, None, None, false),
            JsonOrKey::Json(reply) => {
                let (key, kid, expires) = from_json(&reply)?;
                (key, kid, expires, true)
            }
        };
        let kid = match (said_kid, stated_kid) {
            (Some(said), Some(given)) if said != given => {
                return Err(ByokError::ParametersDiffer {
                    found: said,
                    expected: "the kid stated".to_owned(),
                });
            }
            (Some(said), _) => said,
            (None, _) => stated.needed("kid")?.to_owned(),
        };
        let (kid_host, _, _) = parts(&kid).ok_or_else(|| stated.malformed("kid"))?;
        // A KEK of another vault would make a file that only fails online.
        if kid_host != host {
            return Err(ByokError::ParametersDiffer { found: format!("of {kid_host}"), expected: host });
        }
        Ok(Self { target, wrapping_key, kid, host, key_name, expires, ops_known })
    }

    /// The vault's own name: the first label of its address.
    fn short_name(&self) -> &str {
        self.host.split('.').next().unwrap_or_default()
    }
}

/// The host of a vault's address, if it is one of this kind.
fn host_of(target: Target, address: &str) -> Option<&str> {
    let host = address.strip_prefix("https://")?;
    let suffixes = if target == Target::AzureManagedHsm { HSMS } else { VAULTS };
    let name = suffixes.iter().find_map(|s| host.strip_suffix(s))?;
    made_of(name, 24, b"-").then_some(host)
}

/// Host, name and version of a key identifier.
fn parts(kid: &str) -> Option<(&str, &str, &str)> {
    let (host, path) = kid.strip_prefix("https://")?.split_once('/')?;
    let mut path = path.split('/');
    let (Some("keys"), Some(name), Some(version), None) =
        (path.next(), path.next(), path.next(), path.next())
    else {
        return None;
    };
    let known = VAULTS.iter().chain(HSMS).any(|s| host.strip_suffix(s).is_some_and(|n| made_of(n, 24, b"-")));
    let hex = version.len() == 32 && version.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (known && made_of(name, 127, b"-") && hex).then_some((host, name, version))
}

/// A JWK (RFC 7517), bare or as `az keyvault key show` and the REST interface put it, with the KEK's attributes.
fn from_json(reply: &Value) -> Result<(WrappingKey, Option<String>, Option<i64>), ByokError> {
    let jwk = reply.get("key").filter(|k| k.is_object()).unwrap_or(reply);
    // A software key could have been read by anyone with access to the vault.
    if member(jwk, "kty")? != "RSA-HSM" {
        return Err(ByokError::ParametersDiffer {
            found: format!("of type {}", said(jwk, "kty")),
            expected: "RSA-HSM".to_owned(),
        });
    }
    let ops =
        jwk.get("keyOps").or_else(|| jwk.get("key_ops")).ok_or(ByokError::ParametersField("key_ops"))?;
    if ops.as_array().is_none_or(|a| a.len() != 1 || a.first().and_then(Value::as_str) != Some("import")) {
        return Err(ByokError::ParametersDiffer {
            found: "allowed other operations (key_ops)".to_owned(),
            expected: "import alone".to_owned(),
        });
    }
    let number = |name: &'static str| -> Result<Vec<u8>, ByokError> {
        let bytes = any_base64(member(jwk, name)?).ok_or(ByokError::ParametersField(name))?;
        // Some tools write a leading zero.
        Ok(bytes.iter().copied().skip_while(|b| *b == 0).collect())
    };
    let key = WrappingKey::from_modulus(&number("n")?, &number("e")?)?;
    let attributes = reply.get("attributes");
    let expires = attributes.and_then(|a| a.get("expires").or_else(|| a.get("exp"))).filter(|e| !e.is_null());
    let expires = match expires {
        Some(e) => Some(
            unix_seconds(e).filter(|t| is_time(*t)).ok_or(ByokError::TimeMalformed("the KEK's expiry"))?,
        ),
        None => None,
    };
    if attributes.and_then(|a| a.get("enabled")).is_some_and(|e| e != &Value::Bool(true)) {
        return Err(ByokError::ParametersDiffer {
            found: "disabled".to_owned(),
            expected: "enabled".to_owned(),
        });
    }
    let kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
    Ok((key, kid, expires))
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

impl Import for Kek {
    fn target(&self) -> Target {
        self.target
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        self.expires
    }

    fn fixed_algorithm(&self) -> Option<&'static str> {
        Some("CKM_RSA_AES_KEY_WRAP")
    }

    fn called(&self) -> &str {
        &self.key_name
    }

    fn takes_expiry(&self) -> bool {
        true
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let ops = if self.ops_known { "import alone" } else { "not said by a PEM file; check it online" };
        vec![
            ("Vault", format!("https://{}", self.host)),
            ("Key to make", self.key_name.clone()),
            ("KEK", self.kid.clone()),
            ("What the KEK may do", ops.to_owned()),
        ]
    }

    fn origin(&self) -> &'static str {
        match self.target {
            Target::AzureManagedHsm => {
                "a managed HSM can attest its KEK, and this program verifies no attestation; compare its SHA-256 with the \
                 online team's slip"
            }
            _ => "nothing carried in proves it; compare its SHA-256 with the online team's slip",
        }
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let name = format!("{}.byok", self.key_name);
        let place = if self.target == Target::AzureManagedHsm { "--hsm-name" } else { "--vault-name" };
        let mut words: Vec<Word> = ["az", "keyvault", "key", "import", place].map(Word::from).into();
        words.push(self.short_name().into());
        words.push("--name".into());
        words.push(self.key_name.as_str().into());
        words.push("--byok-file".into());
        words.push(name.as_str().into());
        words.extend(options(bundle.key)?.into_iter().map(Word::from));
        if let Some(expiry) = bundle.expiry {
            words.push("--expires".into());
            words.push(iso(expiry).into());
        }
        words.push("--output".into());
        words.push("json".into());
        let version = run![Output::Shown, "az", "version", "--output", "table"];
        let steps = vec![version, crate::script::Step::Run(words, Output::Receipt)];
        let layout = Layout {
            destination: vec![
                ("vault", self.host.clone()),
                ("key-name", self.key_name.clone()),
                ("kek", self.kid.clone()),
            ],
            blob: (BundleFile::json(&name, &byok(&self.kid, bundle.blob)), Some("ciphertext")),
            more: Vec::new(),
            steps,
            permissions: permissions(self.target),
            revoke: "az keyvault key delete with --vault-name or --hsm-name and --name; then purge, if it was compromised.\n\
                     Soft delete keeps it until its retention ends. Afterwards delete the KEK too.\n",
            check: check(bundle),
        };
        lay_out(self, bundle, layout)
    }
}

fn permissions(target: Target) -> BundleFile {
    let (scope, actions) = if target == Target::AzureManagedHsm {
        (
            "/keys",
            [
                "Microsoft.KeyVault/managedHsm/keys/import/action",
                "Microsoft.KeyVault/managedHsm/keys/read/action",
            ],
        )
    } else {
        (
            "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.KeyVault/vaults/VAULT",
            ["Microsoft.KeyVault/vaults/keys/import/action", "Microsoft.KeyVault/vaults/keys/read"],
        )
    };
    BundleFile::json(
        "importer-role.json",
        &json!({
            "Name": "Key importer",
            "Description": "Imports keys and reads their public parts; nothing else.",
            "Actions": [],
            "DataActions": actions,
            "AssignableScopes": [scope],
        }),
    )
}

fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "After the script, receipt.json holds the key as Azure reports it: the vault and name above, enabled, the\n\
         expiry decided. An expiry of Azure is an attribute that can be changed; nothing is deleted when it passes.\n\
         Azure looks at the file only when it imports it: a wrong --kty or --curve is refused there, not before.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that Azure holds this key: the public key in the receipt (n and e, or x and y) is PublicKey.der. Then\n\
         sign a message in the vault and verify it with PublicKey.der.\n"
    } else {
        "What cannot be proven from the receipt: an oct key has no public part. In a managed HSM, encrypt a known text\n\
         with AES-GCM or AES-CBC and open it in a ceremony with the backup; this was not tried on a real HSM.\n"
    });
    s
}

/// Reads the key bundle that `az keyvault key import` prints.
pub(crate) fn receipt(
    replies: &Replies,
    manifest: &Manifest,
    receipt: &mut Receipt,
) -> Result<(), ByokError> {
    let reply = replies.json.iter().find(|r| r.get("key").is_some()).ok_or(ByokError::ReceiptField("key"))?;
    let jwk = reply.get("key").unwrap_or(&Value::Null);
    let kid = text(jwk, "kid")?;
    let (host, name, version) = parts(kid).ok_or(ByokError::ReceiptField("kid"))?;
    if host != manifest.destination("vault")? || name != manifest.destination("key-name")? {
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
    receipt.name = Some(kid.to_owned());
    receipt.lines.push(format!("Imported as {name}, version {version}, enabled"));
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
