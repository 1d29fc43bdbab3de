//! The files that go back to the provider's side.

use super::{KeySpec, Parameters, Rotation, WrappingAlgorithm, check_arn, recipe, recipe_for, scripts};
use crate::bundle::{BundleFile, Listed, MANIFEST, check_blob_len, check_list, find, list};
use crate::digest::sha256;
use crate::moment::{is_time, iso, unix_from_text};
use crate::text::check_plain;
use crate::{ByokError, json};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

/// The manifest's format.
const FORMAT: &str = "cofferdam-aws-kms-import/1";
pub(super) const MATERIAL: &str = "EncryptedKeyMaterial.bin";
pub(super) const TOKEN: &str = "ImportToken.bin";
const PUBLIC: &str = "PublicKey.der";

/// Until when AWS keeps the imported material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// `KEY_MATERIAL_DOES_NOT_EXPIRE`.
    Never,
    /// `KEY_MATERIAL_EXPIRES` at this Unix time, at most 365 days after the import.
    At(i64),
}

/// What goes into a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a> {
    /// What AWS sent.
    pub parameters: &'a Parameters,
    /// The KMS key's kind.
    pub spec: KeySpec,
    /// As stated when the parameters were fetched; the reply does not say it.
    pub algorithm: WrappingAlgorithm,
    /// The wrapped key, raw bytes.
    pub blob: &'a [u8],
    /// How the key was protected while it was wrapped, in the ceremony's words.
    pub rung: &'a str,
    /// The key's check value, as the ceremony shows it.
    pub check_value: &'a str,
    /// DER `SubjectPublicKeyInfo` of an RSA or elliptic-curve key; none for a symmetric one.
    pub public_key: Option<&'a [u8]>,
    /// Until when AWS keeps the material.
    pub expiry: Expiry,
    /// Made for practice: the scripts refuse to import it.
    pub rehearsal: bool,
    /// When, ISO 8601.
    pub made_at: &'a str,
    /// The ceremony's name.
    pub ceremony: &'a str,
}

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) rehearsal: bool,
    pub(super) ceremony: String,
    pub(super) made_at: String,
    pub(super) key_arn: String,
    pub(super) key_spec: String,
    pub(super) wrapping_algorithm: String,
    pub(super) wrapping_key_bits: u16,
    pub(super) wrapping_key_sha256: String,
    pub(super) parameters_valid_to: i64,
    pub(super) rung: String,
    pub(super) check_value: String,
    /// SHA-256 of the public key's DER.
    pub(super) public_key_sha256: Option<String>,
    pub(super) expiration_model: String,
    /// Unix seconds.
    pub(super) valid_to: Option<i64>,
    /// `NEW_KEY_MATERIAL` or `EXISTING_KEY_MATERIAL`; absent for a key's first import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) import_type: Option<String>,
    /// The material's name at AWS, where it was imported before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key_material_id: Option<String>,
    pub(super) files: Vec<Listed>,
}

/// Whether this is the manifest of a bundle for AWS, which has a format of its own.
pub(crate) fn is_manifest(bytes: &[u8]) -> bool {
    serde_json::from_slice::<json::Strict>(bytes)
        .is_ok_and(|json::Strict(v)| v.get("format").and_then(serde_json::Value::as_str) == Some(FORMAT))
}

impl Manifest {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ByokError> {
        let bad = |e: serde_json::Error| ByokError::ManifestMalformed(e.to_string());
        let json::Strict(value) = serde_json::from_slice(bytes).map_err(bad)?;
        let manifest: Self = serde_json::from_value(value).map_err(bad)?;
        if manifest.format != FORMAT {
            return Err(ByokError::ManifestMalformed("another format or version".to_owned()));
        }
        check_arn(&manifest.key_arn)?;
        Ok(manifest)
    }
}

/// What a bundle says it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The KMS key's ARN.
    pub key_arn: String,
    /// The ceremony that made it.
    pub ceremony: String,
    /// The key's check value.
    pub check_value: String,
    /// Made for practice.
    pub rehearsal: bool,
}

/// Reads what a bundle's `manifest.json` says of the key.
pub fn about(manifest: &[u8]) -> Result<About, ByokError> {
    let Manifest { key_arn, ceremony, check_value, rehearsal, .. } = Manifest::read(manifest)?;
    Ok(About { key_arn, ceremony, check_value, rehearsal })
}

/// Lays out the bundle. Refuses what AWS would refuse and a blob whose length cannot be right.
/// For a key's first import; see [`files_for`].
pub fn files(bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
    files_for(bundle, &Rotation::First)
}

/// Lays out the bundle of a key's first or of a later import.
pub fn files_for(bundle: &Bundle<'_>, rotation: &Rotation) -> Result<Vec<BundleFile>, ByokError> {
    let p = bundle.parameters;
    check_arn(&p.key_arn)?;
    check_blob(bundle.spec, bundle.algorithm, p.modulus_bits, bundle.blob.len())?;
    recipe_for(&p.key_arn, bundle.spec, bundle.algorithm, p.modulus_bits)?;
    rotation.check(bundle.spec)?;
    if bundle.public_key.is_some() != bundle.spec.is_asymmetric() {
        return Err(ByokError::PublicKeyMismatch);
    }
    for (name, text) in [
        ("the rung", bundle.rung),
        ("the check value", bundle.check_value),
        ("the time", bundle.made_at),
        ("the ceremony's name", bundle.ceremony),
    ] {
        check_plain(name, text)?;
    }
    check_expiry(bundle)?;
    let mut out = vec![
        BundleFile { name: MATERIAL.to_owned(), bytes: bundle.blob.to_vec() },
        BundleFile { name: TOKEN.to_owned(), bytes: p.import_token.clone() },
    ];
    if let Some(public) = bundle.public_key {
        out.push(BundleFile { name: PUBLIC.to_owned(), bytes: public.to_vec() });
    }
    out.push(BundleFile::text("import.sh", scripts::shell(bundle, rotation)?));
    out.push(BundleFile::text("import.ps1", scripts::powershell(bundle, rotation)?));
    out.push(scripts::policy(bundle));
    out.push(BundleFile::text("REVOKE.txt", scripts::revoke(bundle)));
    out.push(BundleFile::text("CHECK-AFTER-IMPORT.txt", scripts::check_after(bundle, rotation)));
    let (model, _) = expiry_options(bundle.expiry);
    let valid_to = match bundle.expiry {
        Expiry::Never => None,
        Expiry::At(t) => Some(t),
    };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        rehearsal: bundle.rehearsal,
        ceremony: bundle.ceremony.to_owned(),
        made_at: bundle.made_at.to_owned(),
        key_arn: p.key_arn.clone(),
        key_spec: bundle.spec.to_string(),
        wrapping_algorithm: bundle.algorithm.to_string(),
        wrapping_key_bits: p.modulus_bits,
        wrapping_key_sha256: HEXLOWER.encode(&p.fingerprint()),
        parameters_valid_to: p.valid_to,
        rung: bundle.rung.to_owned(),
        check_value: bundle.check_value.to_owned(),
        public_key_sha256: bundle.public_key.map(|k| HEXLOWER.encode(&sha256(k))),
        expiration_model: model.to_owned(),
        valid_to,
        import_type: rotation.import_type().map(str::to_owned),
        key_material_id: rotation.key_material_id().map(str::to_owned),
        files: list(&out),
    };
    let manifest =
        serde_json::to_string_pretty(&manifest).map_err(|e| ByokError::ManifestMalformed(e.to_string()))?;
    out.push(BundleFile::text(MANIFEST, manifest + "\n"));
    Ok(out)
}

/// Checks a bundle against its own manifest: the same files, their sizes and SHA-256, a blob as long as the recipe
/// demands. It shows damage, not forgery: the manifest is not signed.
pub fn verify_bundle(files: &[BundleFile]) -> Result<(), ByokError> {
    let manifest = Manifest::read(&find(files, MANIFEST)?.bytes)?;
    check_list(files, &manifest.files)?;
    let blob = find(files, MATERIAL)?;
    find(files, TOKEN)?;
    check_blob(
        manifest.key_spec.parse()?,
        manifest.wrapping_algorithm.parse()?,
        manifest.wrapping_key_bits,
        blob.bytes.len(),
    )
}

fn check_blob(spec: KeySpec, algorithm: WrappingAlgorithm, bits: u16, found: usize) -> Result<(), ByokError> {
    check_blob_len(recipe(spec, algorithm, bits)?, bits, spec.key_type(), found)
}

/// Refuses an expiry that AWS would refuse if the import were made at once.
fn check_expiry(bundle: &Bundle<'_>) -> Result<(), ByokError> {
    const MOST: i64 = 365 * 86_400;
    let made = unix_from_text(bundle.made_at).ok_or(ByokError::TimeMalformed("the time of the bundle"))?;
    match bundle.expiry {
        Expiry::At(t) if !is_time(t) => Err(ByokError::TimeMalformed("the expiry")),
        Expiry::At(t) if t <= made => Err(ByokError::ExpiryPast(iso(t))),
        Expiry::At(t) if t - made > MOST => Err(ByokError::ExpiryTooFar(iso(t))),
        Expiry::At(_) | Expiry::Never => Ok(()),
    }
}

/// The expiry as the two CLI options need it.
pub(super) fn expiry_options(expiry: Expiry) -> (&'static str, Option<String>) {
    match expiry {
        Expiry::Never => ("KEY_MATERIAL_DOES_NOT_EXPIRE", None),
        Expiry::At(t) => ("KEY_MATERIAL_EXPIRES", Some(iso(t))),
    }
}
