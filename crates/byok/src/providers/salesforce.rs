//! Salesforce Shield Platform Encryption: a certificate comes in, the wrapped secret and its hash go out.

mod words;

use crate::asks::{Ask, Form, Stated};
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Texts};
use crate::digest::sha256_hex;
use crate::layout::{check_order, lay_out};
use crate::moment::iso;
use crate::proof::{Proof, ProofKind};
use crate::provider::{Answers, Facts, Import, Input, Practice, Provider, Sent, check_bits};
use crate::replies::{Identity, Receipt, Replies, said, text};
use crate::script::Step;
use crate::stop::Stop;
use crate::text::made_of;
use crate::wrapping_key::certificate_validity;
use crate::{ByokError, Disposable, Target, WrappingKey, asks, pem, security_domain};
use aws_lc_rs::rsa::KeyPair;
use data_encoding::BASE64;
use std::collections::BTreeMap;

/// Salesforce Shield.
#[derive(Debug)]
pub(crate) struct Salesforce;

const ASKS: &[Ask] = &[Ask::needed(
    "certificate",
    words::ASK_CERTIFICATE,
    "BYOK_2027",
    Form::Read(|text| made_of(text, 80, b"_").then(|| text.to_owned())),
)];

/// An organisation's certificate.
#[derive(Debug)]
struct Org {
    wrapping_key: WrappingKey,
    certificate: String,
    /// From when to when the certificate says that it is valid, Unix seconds.
    valid: (i64, i64),
}

impl Org {
    fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let (der, wrapping_key) = words::WANTED.certificate(bytes)?;
        check_bits(&wrapping_key, 4096, words::SIZE)?;
        let certificate = stated.needed("certificate")?.to_owned();
        Ok(Self { wrapping_key, certificate, valid: certificate_validity(&der)? })
    }
}

fn certificate(wrapping: &Disposable, valid_to: i64) -> Result<Vec<u8>, ByokError> {
    let pair = KeyPair::from_pkcs8(wrapping.private_pkcs8()?.expose()).map_err(|_| ByokError::Disposable)?;
    let der = security_domain::self_signed(&pair, "rehearsal", valid_to - 86_400, valid_to, [1; 16])?;
    Ok(pem::encode(&der, "CERTIFICATE").into_bytes())
}

static FACTS: Facts = Facts {
    extensions: &["crt", "cer", "pem"],
    proof: ProofKind::KeySha256,
    ..Facts::of(Target::SalesforceShield, words::CALLED, ASKS, words::TO_FETCH, |bytes| {
        words::WANTED.certificate(bytes).map(drop)
    })
};

impl Provider for Salesforce {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError> {
        Ok(Box::new(Org::read(input.bytes, stated)?))
    }

    /// Reads a `TenantSecret` record.
    fn receipt(
        &self,
        replies: &Replies,
        manifest: &Manifest,
        receipt: &mut Receipt,
    ) -> Result<(), ByokError> {
        let reply = replies.json.first().ok_or(ByokError::ReceiptField("Id"))?;
        // A query gives a list of records.
        let records = reply.get("result").unwrap_or(reply).get("records");
        let record = records.and_then(|r| r.get(0)).unwrap_or(reply);
        let id = text(record, "Id")?;
        if !made_of(id, 18, b"") {
            return Err(ByokError::ReceiptField("Id"));
        }
        if text(record, "Status")? != "ACTIVE" {
            return Err(ByokError::ReceiptState(said(record, "Status")));
        }
        let named = record.get("SecretValueCertificate").is_some();
        if named && text(record, "SecretValueCertificate")? != manifest.destination("certificate")? {
            return Err(ByokError::ReceiptOtherKey);
        }
        // The hash file's own digest is in the manifest; what it holds is base64 of 32 bytes.
        let hash = text(record, "SecretValueHash")?;
        let listed = manifest.files.iter().find(|f| f.name == "secret-sha256.b64");
        if listed.is_none_or(|f| f.sha256 != sha256_hex(hash.as_bytes())) {
            return Err(ByokError::ReceiptOtherMaterial);
        }
        receipt.name = Some(id.to_owned());
        receipt.lines.push(words::active(id));
        receipt.identity = Identity::ProviderCompared;
        Ok(())
    }

    fn stop(&self, called: &str, _: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
        let certificate = asks::one(ASKS, "certificate", called)?;
        Ok(Stop::of(Target::SalesforceShield, certificate, vec![words::STOP, words::REVOKE]))
    }

    fn practise(&self, with: &Practice<'_>, _: &mut Answers) -> Result<Sent, ByokError> {
        Ok(("BYOK_2027.crt", certificate(with.wrapping, with.valid_to)?))
    }
}

impl Import for Org {
    fn provider(&self) -> &'static dyn Provider {
        &Salesforce
    }

    fn wrapping_key(&self) -> &WrappingKey {
        &self.wrapping_key
    }

    /// That the certificate has ended is shown, and not refused: nothing documented says that Salesforce does.
    fn valid_from(&self) -> Option<i64> {
        Some(self.valid.0)
    }

    fn called(&self) -> &str {
        &self.certificate
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Certificate", self.certificate.clone()),
            (words::VALID, words::from_to(&iso(self.valid.0), &iso(self.valid.1))),
        ]
    }

    fn origin(&self) -> &'static str {
        words::ORIGIN
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        let Some(Proof::KeySha256(hash)) =
            bundle.proof.filter(|p| matches!(p, Proof::KeySha256(h) if h.len() == 32))
        else {
            return Err(ByokError::ProofMissing(words::NO_PROOF));
        };
        let line = |name: &str, bytes: &[u8]| BundleFile::text(name, BASE64.encode(bytes));
        let layout = Layout {
            destination: vec![("certificate", self.certificate.clone())],
            blob: (line("encrypted-secret.b64", bundle.blob), None),
            more: vec![line("secret-sha256.b64", hash)],
            steps: words::STEPS.map(Step::Say).into(),
            permissions: BundleFile::text("importer-permissions.txt", words::PERMISSIONS.to_owned()),
            texts: Texts::Framed { revoke: words::REVOKE, check: words::CHECK.to_owned() },
        };
        lay_out(self, bundle, layout)
    }
}
