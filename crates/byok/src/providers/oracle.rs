//! Oracle Cloud Infrastructure Vault: the vault's one wrapping key comes in, JSON files for `oci … import` go out.

mod stop;
mod words;

use super::realms::{ORACLE, oracle_domain, same_oracle_realm};
use crate::answers::host;
use crate::arrived::JsonOrKey;
use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::json::{file, member};
use crate::layout::{check_order, lay_out};
use crate::provider::{Answers, Facts, Import, Input, Practice, Provider, Sent};
use crate::replies::{Receipt, Replies, said, text};
use crate::script::{Output, Step, Word, run};
use crate::stop::Stop;
use crate::text::{made_of, shown};
use crate::{ByokError, KeyType, Target, WrappingKey, pem, public_key};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Oracle Cloud Infrastructure Vault.
#[derive(Debug)]
pub(crate) struct Oracle;

const ASKS: &[Ask] = &[
    Ask::needed(
        "endpoint",
        words::ASK_ENDPOINT,
        "https://abcd-management.kms.eu-frankfurt-1.oraclecloud.com",
        Form::Within(endpoint, domains),
    ),
    Ask::needed(
        "key-name",
        words::ASK_KEY_NAME,
        "records-2027",
        Form::Read(|text| made_of(text, 100, b"-_").then(|| text.to_owned())),
    ),
    // A tenancy is its own root compartment.
    Ask::needed(
        "compartment",
        words::ASK_COMPARTMENT,
        "ocid1.compartment.oc1..aaaa",
        Form::Read(|text| ocid(text, &["compartment", "tenancy"])),
    ),
    Ask::needed("protection-mode", words::ASK_PROTECTION_MODE, "HSM", Form::Choice(&["HSM", "SOFTWARE"])),
    Ask {
        none: Some("new"),
        ..Ask::beside(
            "key",
            words::ASK_KEY,
            "ocid1.key.oc1.eu-frankfurt-1.abcd.aaaa",
            Form::Read(|text| ocid(text, &["key"])),
        )
    },
];

/// A vault and the key to make in it.
#[derive(Debug)]
struct Vault {
    wrapping_key: WrappingKey,
    endpoint: String,
    key_name: String,
    compartment: String,
    protection: String,
    key: Option<String>,
    /// The OCID of the vault that the file says the wrapping key is of, to be shown.
    named_in_file: Option<String>,
}

/// A management endpoint as `https://HOST`, in one of the domains of Oracle's realms.
fn endpoint(text: &str) -> Option<String> {
    let host = host(text)?;
    let name = host.strip_suffix(oracle_domain(&host)?)?.strip_suffix('.')?;
    name.contains("-management.kms.").then(|| format!("https://{host}"))
}

/// The domains of Oracle's realms, each once.
fn domains() -> Vec<&'static str> {
    let mut domains: Vec<_> = ORACLE.iter().map(|(_, domain)| *domain).collect();
    domains.dedup();
    domains
}

/// An OCID of one of these kinds. Oracle writes them in small letters.
fn ocid(text: &str, kinds: &[&str]) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let of_kind = |kind: &&str| {
        let rest = text.strip_prefix("ocid1.").and_then(|rest| rest.strip_prefix(*kind));
        rest.is_some_and(|rest| rest.starts_with('.') && made_of(rest, 200, b".-_"))
    };
    kinds.iter().any(of_kind).then_some(text)
}

impl Vault {
    fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let mut named_in_file = None;
        let wrapping_key = match words::WANTED.json_or_key(bytes)? {
            JsonOrKey::Key(key) => key,
            JsonOrKey::Json(reply) => {
                let data = reply.get("data").ok_or(ByokError::ParametersField("data"))?;
                named_in_file = data.get("vault-id").and_then(Value::as_str).map(shown);
                WrappingKey::from_pem(member(data, "public-key")?.as_bytes())?
            }
        };
        let compartment = stated.needed("compartment")?.to_owned();
        let endpoint = stated.needed("endpoint")?.to_owned();
        let key = stated.given("key").map(str::to_owned);
        for ocid in [Some(&compartment), key.as_ref()].into_iter().flatten() {
            same_oracle_realm(&endpoint, ocid)?;
        }
        Ok(Self {
            wrapping_key,
            endpoint,
            key_name: stated.needed("key-name")?.to_owned(),
            compartment,
            protection: stated.needed("protection-mode")?.to_owned(),
            key,
            named_in_file,
        })
    }

    fn steps(&self) -> Vec<Step> {
        let endpoint = self.endpoint.as_str();
        let (key, mut steps): (Word, Vec<Step>) = if let Some(known) = &self.key {
            let import = run![
                Output::Kept("version"),
                "oci kms management key-version import --key-id",
                known.as_str(),
                "--wrapped-import-key file://wrapped-import-key.json --endpoint",
                endpoint,
                "--query data.id --raw-output"
            ];
            (known.as_str().into(), vec![import, Step::Wait(60)])
        } else {
            let import = run![
                Output::Kept("key"),
                "oci kms management key import --compartment-id",
                self.compartment.as_str(),
                "--display-name",
                self.key_name.as_str(),
                "--endpoint",
                endpoint,
                "--key-shape file://key-shape.json --wrapped-import-key file://wrapped-import-key.json",
                "--protection-mode",
                self.protection.as_str(),
                "--query data.id --raw-output"
            ];
            let list = run![
                Output::Kept("version"),
                "oci kms management key-version list --key-id",
                Word::Kept("key"),
                "--endpoint",
                endpoint,
                "--query data[0].id --raw-output"
            ];
            (Word::Kept("key"), vec![import, Step::Wait(60), list])
        };
        let again = key.clone();
        steps.push(run![
            Output::Receipt,
            "oci kms management key get --key-id",
            again,
            "--endpoint",
            endpoint
        ]);
        steps.push(run![
            Output::Receipt,
            "oci kms management key-version get --key-id",
            key,
            "--key-version-id",
            Word::Kept("version"),
            "--endpoint",
            endpoint
        ]);
        steps
    }
}

/// `--key-shape`: the length is in bytes, of an RSA key the modulus'.
fn shape(key: KeyType) -> Value {
    match key.rsa_bits() {
        Some(bits) => json!({ "algorithm": "RSA", "length": bits / 8 }),
        None => json!({ "algorithm": "AES", "length": key.material_len().0 }),
    }
}

static FACTS: Facts = Facts {
    existing: Some("key"),
    ..Facts::of(Target::OracleVault, words::CALLED, ASKS, words::TO_FETCH, |bytes| {
        words::WANTED.json_or_key(bytes).map(drop)
    })
};

impl Provider for Oracle {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Vault::read(input.bytes, stated)?))
    }

    /// Reads `oci kms management key get` and `key-version get`.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let data: Vec<&Value> = replies.json.iter().filter_map(|r| r.get("data")).collect();
        let key = data
            .iter()
            .find(|d| d.get("key-shape").is_some())
            .ok_or(ByokError::ReceiptField(words::NO_KEY))?;
        let id = text(key, "id")?;
        let (ours, name) = (manifest.destination("key")?, manifest.destination("key-name")?);
        let new = ours == "new";
        let same = |found: &str, ocid: &str| found.eq_ignore_ascii_case(ocid);
        if (!new && !same(id, ours))
            || (new && text(key, "display-name")? != name)
            || !same(text(key, "compartment-id")?, manifest.destination("compartment")?)
        {
            return Err(ByokError::ReceiptOtherKey);
        }
        let state = |value: &Value| -> Result<(), ByokError> {
            if text(value, "lifecycle-state")? == "ENABLED" {
                return Ok(());
            }
            Err(ByokError::ReceiptState(said(value, "lifecycle-state")))
        };
        state(key)?;
        if key.get("key-shape").is_none_or(|s| {
            let want = manifest.key_type().map(shape).unwrap_or_default();
            s.get("algorithm") != want.get("algorithm") || s.get("length") != want.get("length")
        }) {
            return Err(ByokError::ReceiptSpec(said(key, "key-shape")));
        }
        if text(key, "protection-mode")? != manifest.destination("protection-mode")? {
            return Err(ByokError::ReceiptSpec(said(key, "protection-mode")));
        }
        let version = data
            .iter()
            .find(|d| d.get("key-id").is_some())
            .ok_or(ByokError::ReceiptField(words::NO_VERSION))?;
        if text(version, "key-id")? != id {
            return Err(ByokError::ReceiptOtherKey);
        }
        state(version)?;
        if text(version, "origin")? != "EXTERNAL" {
            return Err(ByokError::ReceiptOrigin(said(version, "origin")));
        }
        receipt.name = Some(id.to_owned());
        receipt.lines.push(words::STATE.to_owned());
        receipt.expiry(manifest, None)?;
        match version.get("public-key").and_then(Value::as_str) {
            Some(pem) => receipt.public_key(manifest, &public_key::from_pem(pem)?),
            None => Ok(()),
        }
    }

    fn stop(&self, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(self, called, prepared)
    }

    fn practise(&self, with: &Practice<'_>, _: &mut Answers) -> Result<Sent, ByokError> {
        let text = pem::encode(with.wrapping.spki(), "PUBLIC KEY");
        Ok(("wrapping-key.json", file(&json!({ "data": { "public-key": text } }))))
    }
}

impl Import for Vault {
    fn provider(&self) -> &'static dyn Provider {
        &Oracle
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn called(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.key_name)
    }

    fn place(&self) -> String {
        let new = || format!("{} {} {}", self.endpoint, self.compartment, self.key_name);
        self.key.clone().unwrap_or_else(new)
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let mut shown = vec![
            ("Management endpoint", self.endpoint.clone()),
            ("Compartment", self.compartment.clone()),
            ("Key", self.key.clone().unwrap_or_else(|| words::new_key(&self.key_name))),
            ("Protection mode", self.protection.clone()),
        ];
        if let Some(vault) = &self.named_in_file {
            let realm = same_oracle_realm(&self.endpoint, vault);
            let beside = realm.err().map_or("", |_| words::OTHER_REALM);
            shown.push((words::VAULT_OF_FILE, format!("{vault}{beside}")));
        }
        shown
    }

    fn origin(&self) -> &'static str {
        words::ORIGIN
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let wrapped = json!({
            "keyMaterial": BASE64.encode(bundle.blob),
            "wrappingAlgorithm": bundle.algorithm,
        });
        let layout = Layout {
            destination: vec![
                ("endpoint", self.endpoint.clone()),
                ("compartment", self.compartment.clone()),
                ("key-name", self.key_name.clone()),
                ("key", self.key.clone().unwrap_or_else(|| "new".to_owned())),
                ("protection-mode", self.protection.clone()),
            ],
            blob: (BundleFile::json("wrapped-import-key.json", &wrapped), Some("keyMaterial")),
            more: vec![BundleFile::json("key-shape.json", &shape(bundle.key))],
            steps: self.steps(),
            permissions: BundleFile::text("importer-policy.txt", words::permissions(&self.compartment)),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::check(bundle) },
        };
        lay_out(self, bundle, layout)
    }
}
