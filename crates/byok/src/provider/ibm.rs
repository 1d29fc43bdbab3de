//! IBM Key Protect: an import token comes in; the wrapped key and the token's nonce under the new key go out.

use super::{Ask, Form, Import, Stated, binary};
use crate::answers::uuid;
use crate::arrived::Wanted;
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Proof, check_order, lay_out};
use crate::moment::{is_time, unix_seconds};
use crate::receipt::{Identity, Receipt, Replies, said, text};
use crate::script::{Output, Word, run};
use crate::text::made_of;
use crate::{ByokError, Target, WrappingKey};
use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use data_encoding::BASE64;
use secrets::SecretBytes;
use serde_json::{Value, json};

pub(crate) const ASKS: &[Ask] = &[
    Ask {
        name: "instance",
        question: "Which Key Protect instance is the key for? Its ID, or its CRN.",
        example: "01234567-89ab-cdef-0123-456789abcdef",
        needed: true,
        form: Form::Read(|_, text| instance(text)),
    },
    Ask {
        name: "key-name",
        question: "What is the key to be called there? Letters, digits, hyphens and underscores, 2 to 90.",
        example: "records-2027",
        needed: true,
        form: Form::Read(|_, text| (text.len() >= 2 && made_of(text, 90, b"-_")).then(|| text.to_owned())),
    },
];

pub(crate) const TO_FETCH: &str = "\
ibmcloud kp import-token create -i INSTANCE -e 86400 -m 1
ibmcloud kp import-token show -i INSTANCE --output json > import-token.json
(-e is the token's life in seconds, at most 86400; the default of 600 is over before a ceremony has begun. An instance
has one token: making another ends this one.)
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the import token as JSON",
    how: "Save it with ibmcloud kp import-token show -i INSTANCE --output json > import-token.json, and carry that file in; \
          without --output json the tool prints a table.",
};

/// An import token and the key to make with it.
#[derive(Debug)]
pub struct Token {
    wrapping_key: WrappingKey,
    nonce: Vec<u8>,
    valid_to: i64,
    valid_from: Option<i64>,
    instance: String,
    key_name: String,
}

impl Token {
    pub(super) fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let reply = WANTED.json(bytes)?;
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

/// The token's nonce under AES-GCM with the new key, and no additional data: what shows the service that it unwrapped
/// this key. `iv` must be 12 fresh random bytes. For keys on the host; a token with AES-GCM makes the same bytes.
pub fn seal_nonce(key: &SecretBytes, iv: &[u8], nonce: &[u8]) -> Result<Vec<u8>, ByokError> {
    let wrong = || ByokError::ProofMissing("the nonce under the key");
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        _ => return Err(wrong()),
    };
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key.expose()).map_err(|_| wrong())?);
    let iv = Nonce::try_assume_unique_for_key(iv).map_err(|_| wrong())?;
    let mut out = nonce.to_vec();
    key.seal_in_place_append_tag(iv, Aad::empty(), &mut out).map_err(|_| wrong())?;
    Ok(out)
}

/// The nonce in an import token, 12 bytes, for whoever seals it.
pub fn nonce(token: &[u8]) -> Result<Vec<u8>, ByokError> {
    let reply = WANTED.json(token)?;
    Some(binary(&reply, "nonce")?).filter(|n| n.len() == 12).ok_or(ByokError::ParametersField("nonce"))
}

impl Import for Token {
    fn target(&self) -> Target {
        Target::IbmKeyProtect
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

    fn place(&self) -> String {
        format!("{}/{}", self.instance, self.key_name)
    }

    fn called(&self) -> &str {
        &self.key_name
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Instance", self.instance.clone()),
            ("Key to make", self.key_name.clone()),
            ("Nonce", BASE64.encode(&self.nonce)),
        ]
    }

    fn origin(&self) -> &'static str {
        "nothing carried in proves it; compare its SHA-256 with the online team's slip"
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        if bundle.expiry.is_some() {
            return Err(ByokError::ExpiryNotHere);
        }
        let (iv, sealed) = match bundle.proof {
            Some(Proof::SealedNonce { iv, sealed })
                if iv.len() == 12 && sealed.len() == self.nonce.len() + 16 =>
            {
                (iv, sealed)
            }
            _ => return Err(ByokError::ProofMissing("the nonce under the key")),
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
            "ibmcloud",
            "kp",
            "key",
            "create",
            self.key_name.as_str(),
            "-i",
            self.instance.as_str(),
            "--key-material",
            Word::LineOf("payload.b64"),
            "--encrypted-nonce",
            Word::LineOf("encrypted-nonce.b64"),
            "--iv",
            Word::LineOf("iv.b64"),
            "--output",
            "json",
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
            permissions: BundleFile::text(
                "importer-role.txt",
                format!(
                    "Service access role Writer on the Key Protect instance {}, for the import alone; take it away\n\
                     afterwards. An instance policy (keyCreateImportAccess) can forbid that root keys are made in it.\n",
                    self.instance
                ),
            ),
            revoke: "ibmcloud kp key disable KEY -i INSTANCE, at once; ibmcloud kp key delete KEY -i INSTANCE. A deleted key\n\
                     can be restored for a while.\n",
            check: "receipt.json must name the key above and say that it is not extractable.\n\n\
                    Proof that IBM holds this key: the service opens the nonce with what it unwrapped, and refuses the\n\
                    import if that fails. So an accepted import is an import of this key. key-request.json is the same\n\
                    request for POST /api/v2/keys. The service is given no expiry; set one afterwards if it is wanted.\n"
                .to_owned(),
        };
        lay_out(self, bundle, layout)
    }
}

/// Reads what `ibmcloud kp key create` prints, or the reply of `POST /api/v2/keys`.
pub(crate) fn receipt(
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
        return Err(ByokError::ReceiptOrigin("not imported".to_owned()));
    }
    if key.get("extractable") != Some(&Value::Bool(false)) {
        return Err(ByokError::ReceiptSpec(format!("extractable: {}", said(key, "extractable"))));
    }
    if !made_of(id, 64, b"-") {
        return Err(ByokError::ReceiptField("id"));
    }
    receipt.name = Some(id.to_owned());
    receipt.lines.push(format!("Imported as {id}, not extractable"));
    receipt.identity = Identity::ProviderCompared;
    Ok(())
}
