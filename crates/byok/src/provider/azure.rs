//! Azure Key Vault (Premium) and Managed HSM: a key exchange key (KEK) comes in, a `.byok` file goes out.

use super::realms::{AZURE, AzureCloud};
use super::{Ask, Form, Import, Stated, member};
use crate::answers::{host, url};
use crate::arrived::{JsonOrKey, Wanted};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, check_order, lay_out};
use crate::moment::{is_time, iso, unix_seconds};
use crate::receipt::{Receipt, Replies, said, text};
use crate::script::{Output, Word, run};
use crate::text::{any_base64, made_of};
use crate::{ByokError, KeyType, Target, WrappingKey, public_key};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use std::fmt;

const VAULT: Ask = Ask {
    name: "vault",
    question: "Which vault or managed HSM is the key for? Its address.",
    example: "https://hospital.vault.azure.net",
    needed: true,
    form: Form::Within(vault, |target| AZURE.iter().map(|c| ending(target, c)).collect()),
};

const KEY_NAME: Ask = Ask {
    name: "key-name",
    question: "What is the key to be called there? Letters, digits and hyphens, at most 127.",
    example: "records-2027",
    needed: true,
    form: Form::Read(|_, text| made_of(text, 127, b"-").then(|| text.to_owned())),
};

const KID: Ask = Ask {
    name: "kid",
    question: "What is the key identifier (kid) of the KEK, with its version? A PEM file does not say it.",
    example: "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef",
    needed: false,
    form: Form::Read(|_, text| Kid::read(text).map(|kid| kid.to_string())),
};

pub(crate) const ASKS: &[Ask] = &[VAULT, KEY_NAME, KID];
pub(crate) const HSM_ASKS: &[Ask] = &[
    Ask { example: "https://hospital.managedhsm.azure.net", ..VAULT },
    KEY_NAME,
    Ask {
        example: "https://hospital.managedhsm.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef",
        ..KID
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
    how: "Save it with az keyvault key show --name KEK --vault-name VAULT --output json > kek.json (for a managed HSM \
          --hsm-name HSM in place of --vault-name VAULT), and carry that file in.",
};

/// A key exchange key and the key that is to be imported with it.
#[derive(Debug)]
pub struct Kek {
    target: Target,
    wrapping_key: WrappingKey,
    kid: Kid,
    key_name: String,
    valid_from: Option<i64>,
    expires: Option<i64>,
    ops_known: bool,
}

impl Kek {
    pub(super) fn read(target: Target, bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let (vault, key_name) = (stated.needed("vault")?, stated.needed("key-name")?.to_owned());
        let file = match WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(wrapping_key) => {
                File { wrapping_key, kid: None, valid: (None, None), ops_known: false }
            }
            JsonOrKey::Json(reply) => from_json(&reply)?,
        };
        let given = stated.given("kid").and_then(Kid::read);
        let kid = match (file.kid, given) {
            (Some(said), given) => {
                let read = Kid::read(&said).ok_or_else(|| stated.malformed("kid"))?;
                if given.is_some_and(|given| given != read) {
                    return Err(ByokError::ParametersDiffer {
                        found: read.to_string(),
                        expected: "the kid stated".to_owned(),
                    });
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
        let kek = Self { target, wrapping_key, kid, key_name, valid_from, expires, ops_known };
        // A name alone does not say which of Azure's clouds is meant: the KEK's own address does.
        let named = vault == kek.short_name() && name_of(target, &kek.kid.host).is_some();
        match vault.strip_prefix("https://") {
            Some(host) if host == kek.kid.host => Ok(kek),
            // A KEK of another vault would make a file that only fails online.
            Some(host) => Err(ByokError::ParametersDiffer {
                found: format!("of {}", kek.kid.host),
                expected: host.to_owned(),
            }),
            None if named => Ok(kek),
            None => Err(stated.malformed("vault")),
        }
    }

    /// The vault's own name: the first label of its address.
    fn short_name(&self) -> &str {
        self.kid.host.split('.').next().unwrap_or_default()
    }
}

/// How the addresses of this kind of place end in one of Azure's clouds.
const fn ending(target: Target, cloud: &AzureCloud) -> &'static str {
    if matches!(target, Target::AzureManagedHsm) { cloud.hsms } else { cloud.vaults }
}

/// The name of a vault or managed HSM, if this host in small letters is one of the target's kind.
fn name_of(target: Target, host: &str) -> Option<&str> {
    let name = AZURE.iter().find_map(|cloud| host.strip_suffix(ending(target, cloud)))?;
    made_of(name, 24, b"-").then_some(name)
}

/// A vault's address as `https://HOST`; or its bare name, in small letters, where only that was given, alone or at the
/// end of its resource ID.
fn vault(target: Target, text: &str) -> Option<String> {
    let kind = if target == Target::AzureManagedHsm { "managedhsms" } else { "vaults" };
    let small = text.to_ascii_lowercase();
    let of_resource = small
        .strip_prefix("/subscriptions/")
        .and_then(|id| id.split_once(&format!("/providers/microsoft.keyvault/{kind}/")))
        .map(|(_, name)| name);
    if let Some(name) = of_resource.or(Some(small.as_str())).filter(|name| made_of(name, 24, b"-")) {
        return Some(name.to_owned());
    }
    let host = host(text)?;
    name_of(target, &host)?;
    Some(format!("https://{host}"))
}

/// A key identifier: `https://HOST/keys/NAME/VERSION`. Microsoft: "always compare them as case-insensitive strings"
/// (About keys, secrets, and certificates; read 2026-11-29).
#[derive(Debug, Clone)]
struct Kid {
    host: String,
    name: String,
    version: String,
}

impl Kid {
    fn read(text: &str) -> Option<Self> {
        // Nothing but the whole identifier: without its scheme it would be no URL, which the `.byok` file wants.
        let (host, path) = text.contains("://").then(|| url(text))??;
        let parts: Vec<&str> = path.split('/').collect();
        let [kind, name, version] = parts[..] else { return None };
        let known =
            [Target::AzureKeyVault, Target::AzureManagedHsm].iter().any(|t| name_of(*t, &host).is_some());
        let hex = version.len() == 32 && version.bytes().all(|b| b.is_ascii_hexdigit());
        let good = known && kind.eq_ignore_ascii_case("keys") && made_of(name, 127, b"-") && hex;
        good.then(|| Self { host, name: name.to_owned(), version: version.to_ascii_lowercase() })
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}/keys/{}/{}", self.host, self.name, self.version)
    }
}

impl PartialEq for Kid {
    fn eq(&self, other: &Self) -> bool {
        (&self.host, &self.version) == (&other.host, &other.version)
            && self.name.eq_ignore_ascii_case(&other.name)
    }
}

/// What a KEK's file says.
struct File {
    wrapping_key: WrappingKey,
    kid: Option<String>,
    /// From when and until when, Unix seconds.
    valid: (Option<i64>, Option<i64>),
    /// Whether it says what the KEK may do.
    ops_known: bool,
}

/// A JWK (RFC 7517), bare or as `az keyvault key show` and the REST interface put it, with the KEK's attributes.
fn from_json(reply: &Value) -> Result<File, ByokError> {
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
    // azure-cli's names, and those of the interface.
    let time = |names: [&str; 2], what: &'static str| {
        let found = names.iter().find_map(|n| attributes?.get(*n)).filter(|t| !t.is_null());
        let read = |t| unix_seconds(t).filter(|t| is_time(*t)).ok_or(ByokError::TimeMalformed(what));
        found.map(read).transpose()
    };
    let from = time(["notBefore", "nbf"], "the KEK's notBefore")?;
    let expires = time(["expires", "exp"], "the KEK's expiry")?;
    if attributes.and_then(|a| a.get("enabled")).is_some_and(|e| e != &Value::Bool(true)) {
        return Err(ByokError::ParametersDiffer {
            found: "disabled".to_owned(),
            expected: "enabled".to_owned(),
        });
    }
    let kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
    Ok(File { wrapping_key: key, kid, valid: (from, expires), ops_known: true })
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

    fn takes_expiry(&self) -> bool {
        true
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let ops = if self.ops_known { "import alone" } else { "not said by a PEM file; check it online" };
        let mut shown = vec![
            ("Vault", format!("https://{}", self.kid.host)),
            ("Key to make", self.key_name.clone()),
            ("KEK", self.kid.to_string()),
            ("What the KEK may do", ops.to_owned()),
        ];
        if let Some(cloud) = AzureCloud::of(&self.kid.host).filter(|c| *c != &AZURE[0]) {
            shown.push(("Azure's cloud", cloud.name.to_owned()));
            if !cloud.inferred.is_empty() {
                shown.push(("Not certain of this cloud", cloud.inferred.to_owned()));
            }
        }
        shown
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
                ("vault", self.kid.host.clone()),
                ("key-name", self.key_name.clone()),
                ("kek", self.kid.to_string()),
            ],
            blob: (BundleFile::json(&name, &byok(&self.kid.to_string(), bundle.blob)), Some("ciphertext")),
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
    receipt.lines.push(format!("Imported as {}, version {}, enabled", kid.name, kid.version));
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
