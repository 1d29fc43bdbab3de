//! Salesforce Shield Platform Encryption: a certificate comes in, the wrapped secret and its hash go out.

use super::{Ask, Form, Import, Stated};
use crate::arrived::Wanted;
use crate::bundle::{Bundle, BundleFile, Layout, Manifest, Proof, check_order, lay_out};
use crate::digest::sha256;
use crate::moment::iso;
use crate::receipt::{Identity, Receipt, Replies, said, text};
use crate::script::Step;
use crate::text::made_of;
use crate::wrapping_key::certificate_validity;
use crate::{ByokError, Target, WrappingKey};
use data_encoding::BASE64;
use secrets::SecretBytes;

pub(crate) const ASKS: &[Ask] = &[Ask {
    name: "certificate",
    question: "What is the certificate's unique name in Salesforce?",
    example: "BYOK_2027",
    needed: true,
    form: Form::Read(|_, text| made_of(text, 80, b"_").then(|| text.to_owned())),
}];

pub(crate) const TO_FETCH: &str = "\
In Setup, Certificate and Key Management: make a certificate of 4096 bits with Use Platform Encryption on and Exportable
Private Key off, and download it (a .crt file). Write down its unique name.
";

pub(super) const WANTED: Wanted = Wanted {
    what: "the organisation's certificate (a .crt file)",
    how: "Download it in Setup, Certificate and Key Management, from the certificate's own page, and carry that file in.",
};

/// An organisation's certificate.
#[derive(Debug)]
pub struct Org {
    wrapping_key: WrappingKey,
    certificate: String,
    /// From when to when the certificate says that it is valid, Unix seconds.
    valid: (i64, i64),
}

impl Org {
    pub(super) fn read(bytes: &[u8], stated: &Stated) -> Result<Self, ByokError> {
        let (der, wrapping_key) = WANTED.certificate(bytes)?;
        if wrapping_key.bits() != 4096 {
            return Err(ByokError::ParametersDiffer {
                found: format!("RSA of {} bits", wrapping_key.bits()),
                expected: "RSA of 4096 bits, as Salesforce asks for it".to_owned(),
            });
        }
        let certificate = stated.needed("certificate")?.to_owned();
        Ok(Self { wrapping_key, certificate, valid: certificate_validity(&der)? })
    }
}

/// SHA-256 of the secret, which Salesforce compares after unwrapping. For keys on the host; a token that can digest a
/// key (`C_DigestKey`) gives the same bytes.
pub fn key_sha256(key: &SecretBytes) -> [u8; 32] {
    sha256(key.expose())
}

impl Import for Org {
    fn target(&self) -> Target {
        Target::SalesforceShield
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
            ("The certificate is valid", format!("from {} to {}", iso(self.valid.0), iso(self.valid.1))),
        ]
    }

    fn origin(&self) -> &'static str {
        "the certificate may be signed by itself; compare the SHA-256 of its key with the online team's slip"
    }

    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
        check_order(self, bundle)?;
        if bundle.expiry.is_some() {
            return Err(ByokError::ExpiryNotHere);
        }
        let Some(Proof::KeySha256(hash)) =
            bundle.proof.filter(|p| matches!(p, Proof::KeySha256(h) if h.len() == 32))
        else {
            return Err(ByokError::ProofMissing("the SHA-256 of the key"));
        };
        let line = |name: &str, bytes: &[u8]| BundleFile::text(name, BASE64.encode(bytes));
        let layout = Layout {
            destination: vec![("certificate", self.certificate.clone())],
            blob: (line("encrypted-secret.b64", bundle.blob), None),
            more: vec![line("secret-sha256.b64", hash)],
            steps: vec![
                Step::Say("In Setup, Key Management, Bring Your Own Key: choose the certificate (see CHECK-AFTER-IMPORT.txt), upload"),
                Step::Say("encrypted-secret.b64 as the encrypted secret and secret-sha256.b64 as its hash."),
                Step::Say("Then save the TenantSecret record as receipt.json."),
            ],
            permissions: BundleFile::text(
                "importer-permissions.txt",
                "The user needs the permissions Manage Encryption Keys, Manage Certificates and Customize Application. Give\n\
                 them for the upload alone. Another person should hold the permission to assign permissions.\n"
                    .to_owned(),
            ),
            revoke: "In Key Management, activate another secret first; then archive or destroy this one. What was encrypted with a\n\
                     destroyed secret cannot be read until it is imported again.\n",
            check: "Carry back receipt.json: the TenantSecret record with Id, Status and SecretValueHash, as the tooling or REST\n\
                    interface gives it. Status must be ACTIVE, and the hash ours.\n\n\
                    Proof that Salesforce holds this key: it hashes what it unwrapped, compares that with secret-sha256.b64,\n\
                    and refuses the upload if they differ. A secret can be used once only. SHA-1 is what its documentation\n\
                    still takes for fields, files and events; SHA-512 is recommended there and not used here, because the\n\
                    documentation does not say how its mask is made.\n"
                .to_owned(),
        };
        lay_out(self, bundle, layout)
    }
}

/// Reads a `TenantSecret` record.
pub(crate) fn receipt(
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
    if listed.is_none_or(|f| f.sha256 != crate::digest::sha256_hex(hash.as_bytes())) {
        return Err(ByokError::ReceiptOtherMaterial);
    }
    receipt.name = Some(id.to_owned());
    receipt.lines.push(format!("Tenant secret {id}: ACTIVE, with our hash"));
    receipt.identity = Identity::ProviderCompared;
    Ok(())
}
