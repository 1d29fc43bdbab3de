//! IBM Key Protect: an import token comes in; the wrapped key and the token's nonce under the new key go out.

mod stop;
mod words;

use crate::answers::uuid;
use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::json::{binary, file};
use crate::layout::{check_order, lay_out};
use crate::moment::{is_time, iso, unix_seconds};
use crate::proof::{Proof, ProofKind};
use crate::provider::{Answers, Facts, Import, Input, Practice, Provider, Sent};
use crate::replies::{Identity, Receipt, Replies, said, text};
use crate::script::{Output, Word, run};
use crate::stop::Stop;
use crate::text::made_of;
use crate::{ByokError, Target, WrappingKey, pem};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// IBM Key Protect.
#[derive(Debug)]
pub(crate) struct Ibm;

const ASKS: &[Ask] = &[
    Ask::needed(
        "instance",
        words::ASK_INSTANCE,
        "01234567-89ab-cdef-0123-456789abcdef",
        Form::Read(instance),
    ),
    Ask::needed(
        "key-name",
        words::ASK_KEY_NAME,
        "records-2027",
        Form::Read(|text| (text.len() >= 2 && made_of(text, 90, b"-_")).then(|| text.to_owned())),
    ),
];

/// An import token and the key to make with it.
#[derive(Debug)]
struct Token {
    wrapping_key: WrappingKey,
    nonce: Vec<u8>,
    valid_to: i64,
    valid_from: Option<i64>,
    instance: String,
    key_name: String,
}

impl Token {
    fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let reply = words::WANTED.json(bytes)?;
        // The payload is base64 of a PEM text.
        let wrapping_key = WrappingKey::from_pem(&binary(&reply, "payload")?).map_err(|e| match e {
            ByokError::NotText(_) => ByokError::ParametersField("payload"),
            e => e,
        })?;
        let nonce = binary(&reply, "nonce")?;
        if nonce.len() != 12 {
            return Err(ByokError::ParametersField("nonce"));
        }
        let valid_to = reply.get("expirationDate").and_then(unix_seconds).filter(|t| is_time(*t));
        Ok(Self {
            wrapping_key,
            nonce,
            valid_to: valid_to.ok_or(ByokError::TimeMalformed("expirationDate"))?,
            valid_from: reply.get("creationDate").and_then(unix_seconds),
            instance: stated.needed("instance")?.to_owned(),
            key_name: stated.needed("key-name")?.to_owned(),
        })
    }
}

/// An instance's ID, from that or from a CRN of the instance or of something in it:
/// `crn:v1:CLOUD:KIND:kms:REGION:a/ACCOUNT:INSTANCE:TYPE:RESOURCE`.
fn instance(text: &str) -> Option<String> {
    let Some(crn) = text.get(..4).filter(|begins| begins.eq_ignore_ascii_case("crn:")) else {
        return uuid(text);
    };
    let parts: Vec<&str> = text.get(crn.len()..)?.split(':').collect();
    let [version, _, _, service, _, _, instance, _, _] = parts[..] else { return None };
    (version.eq_ignore_ascii_case("v1") && service.eq_ignore_ascii_case("kms")).then(|| uuid(instance))?
}

static FACTS: Facts = Facts {
    extensions: &["json"],
    proof: ProofKind::SealedNonce,
    longest_life: Some(24),
    ..Facts::of(Target::IbmKeyProtect, words::CALLED, ASKS, words::TO_FETCH, |bytes| {
        words::WANTED.json(bytes).map(drop)
    })
};

impl Provider for Ibm {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Token::read(input.bytes, stated)?))
    }

    /// Reads what `ibmcloud kp key create` prints, or the reply of `POST /api/v2/keys`.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let reply = replies.json.first().ok_or(ByokError::ReceiptField("id"))?;
        let key = reply.get("resources").and_then(|r| r.get(0)).unwrap_or(reply);
        let id = text(key, "id")?;
        if text(key, "name")? != manifest.destination("key-name")? {
            return Err(ByokError::ReceiptOtherKey);
        }
        // 1 is Active. The two forms of the reply do not show the same members.
        if key.get("state").is_some_and(|s| s != &json!(1) && s != &json!("Active")) {
            return Err(ByokError::ReceiptState(said(key, "state")));
        }
        if key.get("imported").is_some_and(|i| i != &Value::Bool(true)) {
            return Err(ByokError::ReceiptOrigin(words::NOT_IMPORTED.to_owned()));
        }
        if key.get("extractable") != Some(&Value::Bool(false)) {
            return Err(ByokError::ReceiptSpec(words::extractable(&said(key, "extractable"))));
        }
        if !made_of(id, 64, b"-") {
            return Err(ByokError::ReceiptField("id"));
        }
        receipt.name = Some(id.to_owned());
        receipt.lines.push(words::imported(id));
        receipt.identity = Identity::ProviderCompared;
        Ok(())
    }

    fn stop(&self, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        stop::stop(self, called, prepared)
    }

    fn practise(&self, with: &Practice<'_>, _: &mut Answers) -> Result<Sent, ByokError> {
        let payload = pem::encode(with.wrapping.spki(), "PUBLIC KEY");
        let token = json!({
            "expirationDate": iso(with.valid_to),
            "maxAllowedRetrievals": 1,
            "remainingRetrievals": 0,
            "payload": BASE64.encode(payload.as_bytes()),
            "nonce": BASE64.encode(b"rehearsal!!!"),
        });
        Ok(("import-token.json", file(&token)))
    }
}

impl Import for Token {
    fn provider(&self) -> &'static dyn Provider {
        &Ibm
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    fn valid_to(&self) -> Option<i64> {
        Some(self.valid_to)
    }

    fn valid_from(&self) -> Option<i64> {
        self.valid_from
    }

    fn nonce(&self) -> Option<&[u8]> {
        Some(&self.nonce)
    }

    fn place(&self) -> String {
        format!("{}/{}", self.instance, self.key_name)
    }

    fn called(&self) -> &str {
        &self.key_name
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Instance", self.instance.clone()),
            (words::KEY_TO_MAKE, self.key_name.clone()),
            ("Nonce", BASE64.encode(&self.nonce)),
        ]
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let (iv, sealed) = match bundle.proof {
            Some(Proof::SealedNonce { iv, sealed })
                if iv.len() == 12 && sealed.len() == self.nonce.len() + 16 =>
            {
                (iv, sealed)
            }
            _ => return Err(ByokError::ProofMissing(words::NO_PROOF)),
        };
        let line = |name: &str, bytes: &[u8]| BundleFile::text(name, BASE64.encode(bytes) + "\n");
        let request = json!({
            "name": self.key_name,
            "payload": BASE64.encode(bundle.blob),
            "iv": BASE64.encode(iv),
            "encryptedNonce": BASE64.encode(sealed),
            "encryptionAlgorithm": bundle.algorithm,
            "extractable": false,
        });
        let import = run![
            Output::Receipt,
            "ibmcloud kp key create",
            self.key_name.as_str(),
            "-i",
            self.instance.as_str(),
            "--key-material",
            Word::LineOf("payload.b64"),
            "--encrypted-nonce",
            Word::LineOf("encrypted-nonce.b64"),
            "--iv",
            Word::LineOf("iv.b64"),
            "--output json"
        ];
        let layout = Layout {
            destination: vec![("instance", self.instance.clone()), ("key-name", self.key_name.clone())],
            blob: (BundleFile::json("key-request.json", &request), Some("payload")),
            more: vec![
                line("payload.b64", bundle.blob),
                line("encrypted-nonce.b64", sealed),
                line("iv.b64", iv),
            ],
            steps: vec![import],
            permissions: BundleFile::text("importer-role.txt", words::permissions(&self.instance)),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::CHECK.to_owned() },
        };
        lay_out(self, bundle, layout)
    }
}
