//! A bundle: the files that leave for a provider's side, with a manifest that lists them.

use crate::digest::sha256_hex;
use crate::json::Strict;
use crate::moment::{is_time, iso, unix_from_text};
use crate::provider::Import;
use crate::script::{Script, Step};
use crate::table::{self, Encoding};
use crate::text::check_plain;
use crate::{ByokError, KeyType, Recipe, Target, aws, expected_blob_len, pem, public_key};
use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The manifest's format.
const FORMAT: &str = "cofferdam-byok-bundle/1";
/// The manifest's name in every bundle.
pub const MANIFEST: &str = "manifest.json";
/// The longest manifest taken back, in bytes.
const LONGEST_MANIFEST: usize = 65_536;

/// What a ceremony knows when it makes a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a> {
    /// What was wrapped.
    pub key: KeyType,
    /// The algorithm's name at the target, one of [`table::rows`].
    pub algorithm: &'a str,
    /// The wrapped key, raw bytes.
    pub blob: &'a [u8],
    /// How the key was protected while it was wrapped, in the ceremony's words.
    pub rung: &'a str,
    /// The key's check value, as the ceremony shows it.
    pub check_value: &'a str,
    /// DER `SubjectPublicKeyInfo` of an RSA or elliptic-curve key; none for a symmetric one.
    pub public_key: Option<&'a [u8]>,
    /// What some providers want beside the blob.
    pub proof: Option<Proof<'a>>,
    /// Until when the provider is to keep or allow the key, Unix seconds.
    pub expiry: Option<i64>,
    /// Made for practice: the scripts refuse to import it.
    pub rehearsal: bool,
    /// When, ISO 8601.
    pub made_at: &'a str,
    /// The ceremony's name.
    pub ceremony: &'a str,
}

/// What shows the provider that it unwrapped the right key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// IBM: the token's nonce under AES-GCM with the new key. IV of 12 bytes; ciphertext with the tag of 16 after it.
    SealedNonce {
        /// Fresh and random.
        iv: &'a [u8],
        /// Ciphertext ‖ tag.
        sealed: &'a [u8],
    },
    /// Salesforce: SHA-256 of the key. The key has 256 random bits, so its digest gives nothing away.
    KeySha256(&'a [u8]),
}

/// One file, in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Plain file name, no folder.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl BundleFile {
    pub(crate) fn text(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), bytes: text.into_bytes() }
    }

    pub(crate) fn json(name: &str, value: &Value) -> Self {
        Self::text(name, format!("{value:#}\n"))
    }
}

/// What one provider puts into its bundle.
pub(crate) struct Layout {
    /// Where the key goes: names and values to compare with the receipt.
    pub(crate) destination: Vec<(&'static str, String)>,
    /// The file that holds the blob, and the JSON member in it.
    pub(crate) blob: (BundleFile, Option<&'static str>),
    /// What else the import command reads.
    pub(crate) more: Vec<BundleFile>,
    /// What the script does.
    pub(crate) steps: Vec<Step>,
    /// The least that the importer must be allowed, as the provider writes it.
    pub(crate) permissions: BundleFile,
    /// How to take the key away again.
    pub(crate) revoke: &'static str,
    /// What the receipt must say, and what proves which key the provider holds.
    pub(crate) check: String,
}

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: String,
    pub(crate) target: String,
    pub(crate) rehearsal: bool,
    pub(crate) ceremony: String,
    pub(crate) made_at: String,
    pub(crate) destination: BTreeMap<String, String>,
    pub(crate) key_type: String,
    pub(crate) wrapping_algorithm: String,
    pub(crate) wrapping_key_bits: u16,
    pub(crate) wrapping_key_sha256: String,
    /// Unix seconds.
    pub(crate) parameters_valid_to: Option<i64>,
    pub(crate) rung: String,
    pub(crate) check_value: String,
    /// SHA-256 of the public key's DER.
    pub(crate) public_key_sha256: Option<String>,
    /// Unix seconds.
    pub(crate) expiry: Option<i64>,
    pub(crate) blob_file: String,
    pub(crate) blob_member: Option<String>,
    pub(crate) files: Vec<Listed>,
}

impl Manifest {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ByokError> {
        let bad = |e: serde_json::Error| ByokError::ManifestMalformed(e.to_string());
        if bytes.len() > LONGEST_MANIFEST {
            return Err(ByokError::ManifestMalformed("too large".to_owned()));
        }
        let Strict(value) = serde_json::from_slice(bytes).map_err(bad)?;
        let manifest: Self = serde_json::from_value(value).map_err(bad)?;
        if manifest.format != FORMAT {
            return Err(ByokError::ManifestMalformed("another format or version".to_owned()));
        }
        Ok(manifest)
    }

    pub(crate) fn target(&self) -> Result<Target, ByokError> {
        self.target.parse()
    }

    pub(crate) fn key_type(&self) -> Result<KeyType, ByokError> {
        self.key_type.parse()
    }

    /// One part of the destination.
    pub(crate) fn destination(&self, name: &str) -> Result<&str, ByokError> {
        self.destination
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| ByokError::ManifestMalformed(format!("no {name}")))
    }
}

/// One file in a manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) size: usize,
    pub(crate) sha256: String,
}

/// The list of these files.
pub(crate) fn list(files: &[BundleFile]) -> Vec<Listed> {
    files
        .iter()
        .map(|f| Listed { name: f.name.clone(), size: f.bytes.len(), sha256: sha256_hex(&f.bytes) })
        .collect()
}

/// Whether the files are those that the manifest lists, unchanged.
pub(crate) fn check_list(files: &[BundleFile], listed: &[Listed]) -> Result<(), ByokError> {
    let mut names: Vec<&str> = listed.iter().map(|f| f.name.as_str()).collect();
    names.push(MANIFEST);
    names.sort_unstable();
    // What an operating system left there and the receipt that the bundle's own script wrote are no part of it.
    let beside = |name: &str| outside::left_behind(name).is_some() || outside::of_a_receipt(name);
    let mut present: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    present.retain(|name| names.binary_search(name).is_ok() || !beside(name));
    present.sort_unstable();
    if names != present {
        let (n, p) = (names.len(), present.len());
        return Err(ByokError::BundleFiles(format!("{n} listed, {p} present, or other names")));
    }
    for entry in listed {
        let file = find(files, &entry.name)?;
        if file.bytes.len() != entry.size || sha256_hex(&file.bytes) != entry.sha256 {
            return Err(ByokError::BundleFileChanged(entry.name.clone()));
        }
    }
    Ok(())
}

pub(crate) fn find<'a>(files: &'a [BundleFile], name: &str) -> Result<&'a BundleFile, ByokError> {
    files.iter().find(|f| f.name == name).ok_or_else(|| ByokError::BundleFiles(format!("no {name}")))
}

/// Refuses a blob whose length cannot be that of such a key.
pub(crate) fn check_blob_len(recipe: Recipe, bits: u16, key: KeyType, found: usize) -> Result<(), ByokError> {
    let (least, most) = key.material_len();
    let (from, to) = (expected_blob_len(recipe, bits, least), expected_blob_len(recipe, bits, most));
    let step = match recipe {
        Recipe::Oaep(_) => 1,
        Recipe::RsaAesKeyWrap(_) => 8,
        Recipe::OaepThenAesEcb(_) => 16,
    };
    if (from..=to).contains(&found) && found.is_multiple_of(step) {
        return Ok(());
    }
    let expected =
        if from == to { from.to_string() } else { format!("{from} to {to} (a multiple of {step})") };
    Err(ByokError::BlobLength { found, expected })
}

/// How to wrap this key for what the provider prepared, and a refusal of everything that [`files`] would refuse later
/// and that can be known before there is a key. `expiry` and `now` are Unix seconds.
pub fn check_before(
    import: &dyn Import,
    key: KeyType,
    algorithm: &str,
    expiry: Option<i64>,
    now: i64,
) -> Result<&'static table::Row, ByokError> {
    check_fixed(import, algorithm)?;
    if let Some(other) = import.made_for().filter(|made_for| *made_for != key) {
        return Err(ByokError::ParametersDiffer {
            found: format!("for a key of the kind {other}"),
            expected: key.to_string(),
        });
    }
    match expiry {
        Some(_) if !import.takes_expiry() => return Err(ByokError::ExpiryNotHere),
        Some(expiry) if !is_time(expiry) => return Err(ByokError::TimeMalformed("the expiry")),
        Some(expiry) if expiry <= now => return Err(ByokError::ExpiryPast(iso(expiry))),
        _ => {}
    }
    import.row(key, algorithm)
}

/// Refuses an algorithm other than the one that the provider settled.
fn check_fixed(import: &dyn Import, algorithm: &str) -> Result<(), ByokError> {
    match import.fixed_algorithm() {
        Some(fixed) if fixed != algorithm => Err(ByokError::ParametersDiffer {
            found: format!("for {fixed}"),
            expected: crate::text::shown(algorithm),
        }),
        _ => Ok(()),
    }
}

/// What a bundle says it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Where the key goes.
    pub target: Target,
    /// What it is called there, as [`Import::called`] gives it.
    pub key: String,
    /// The ceremony that made it.
    pub ceremony: String,
    /// The key's check value.
    pub check_value: String,
    /// Made for practice.
    pub rehearsal: bool,
}

/// Reads what the `manifest.json` of any provider's bundle says of the key.
pub fn about(manifest: &[u8]) -> Result<About, ByokError> {
    if aws::is_manifest(manifest) {
        let aws::About { key_arn, ceremony, check_value, rehearsal } = aws::about(manifest)?;
        return Ok(About { target: Target::AwsKms, key: key_arn, ceremony, check_value, rehearsal });
    }
    let manifest = Manifest::read(manifest)?;
    let target = manifest.target()?;
    let key = match target {
        Target::OracleVault if manifest.destination("key")? == "new" => manifest.destination("key-name")?,
        Target::GoogleKms | Target::AlibabaKms | Target::OracleVault => manifest.destination("key")?,
        Target::SalesforceShield => manifest.destination("certificate")?,
        _ => manifest.destination("key-name")?,
    };
    if [key, &manifest.ceremony, &manifest.check_value].iter().any(|t| t.chars().any(char::is_control)) {
        return Err(ByokError::TextNotPlain("a text of the manifest"));
    }
    Ok(About {
        target,
        key: key.to_owned(),
        ceremony: manifest.ceremony.clone(),
        check_value: manifest.check_value.clone(),
        rehearsal: manifest.rehearsal,
    })
}

/// Lays out the bundle. Refuses what the provider would refuse and a blob whose length cannot be right.
pub fn files(import: &dyn Import, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError> {
    import.files(bundle)
}

/// The bundle of every provider but AWS, which had its own format first.
pub(crate) fn lay_out(
    import: &dyn Import,
    bundle: &Bundle<'_>,
    layout: Layout,
) -> Result<Vec<BundleFile>, ByokError> {
    let wrapping = import.wrapping_key();
    let mut out = vec![layout.blob.0];
    out.extend(layout.more);
    let script = Script {
        title: format!("Imports the wrapped key into {}.", import.target()),
        until: import.valid_to(),
        files: out.iter().map(|f| (f.name.as_str(), sha256_hex(&f.bytes))).collect(),
        steps: &layout.steps,
        rehearsal: bundle.rehearsal,
    };
    let (shell, powershell) = (script.shell()?, script.powershell()?);
    let blob_file = out.first().map(|f| f.name.clone()).unwrap_or_default();
    if let Some(public) = bundle.public_key {
        out.push(BundleFile { name: "PublicKey.der".to_owned(), bytes: public.to_vec() });
        out.push(BundleFile::text("PublicKey.pem", pem::encode(public, "PUBLIC KEY")));
    }
    out.push(BundleFile::text("import.sh", shell));
    out.push(BundleFile::text("import.ps1", powershell));
    out.push(layout.permissions);
    out.push(BundleFile::text("REVOKE.txt", revoke(bundle, layout.revoke)));
    out.push(BundleFile::text(
        "CHECK-AFTER-IMPORT.txt",
        check(import, bundle, &layout.destination, &layout.check),
    ));
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        target: import.target().to_string(),
        rehearsal: bundle.rehearsal,
        ceremony: bundle.ceremony.to_owned(),
        made_at: bundle.made_at.to_owned(),
        destination: layout.destination.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        key_type: bundle.key.to_string(),
        wrapping_algorithm: bundle.algorithm.to_owned(),
        wrapping_key_bits: wrapping.bits(),
        wrapping_key_sha256: HEXLOWER.encode(&wrapping.fingerprint()),
        parameters_valid_to: import.valid_to(),
        rung: bundle.rung.to_owned(),
        check_value: bundle.check_value.to_owned(),
        public_key_sha256: bundle.public_key.map(sha256_hex),
        expiry: bundle.expiry,
        blob_file,
        blob_member: layout.blob.1.map(str::to_owned),
        files: list(&out),
    };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|e| ByokError::ManifestMalformed(e.to_string()))?;
    out.push(BundleFile::text(MANIFEST, text + "\n"));
    Ok(out)
}

/// What is true of every provider's bundle, checked before a provider adds its own. Gives the row of the table.
pub(crate) fn check_order(
    import: &dyn Import,
    bundle: &Bundle<'_>,
) -> Result<&'static table::Row, ByokError> {
    let bits = import.wrapping_key().bits();
    check_fixed(import, bundle.algorithm)?;
    let row = table::look_up(import.target(), bundle.key, bundle.algorithm, bits)?;
    check_blob_len(row.recipe, bits, bundle.key, bundle.blob.len())?;
    match bundle.public_key {
        Some(der) if bundle.key.is_asymmetric() => public_key::check(bundle.key, der)?,
        None if !bundle.key.is_asymmetric() => {}
        _ => return Err(ByokError::PublicKeyMismatch),
    }
    for (name, text) in [
        ("the rung", bundle.rung),
        ("the check value", bundle.check_value),
        ("the time", bundle.made_at),
        ("the ceremony's name", bundle.ceremony),
    ] {
        check_plain(name, text)?;
    }
    let made_at = unix_from_text(bundle.made_at).ok_or(ByokError::TimeMalformed("the time of the bundle"))?;
    if let Some(expiry) = bundle.expiry {
        if !is_time(expiry) {
            return Err(ByokError::TimeMalformed("the expiry"));
        }
        if expiry <= made_at {
            return Err(ByokError::ExpiryPast(iso(expiry)));
        }
    }
    Ok(row)
}

/// Checks a bundle against its own manifest: the same files, their sizes and SHA-256, a blob as long as the recipe
/// demands. It shows damage, not forgery: the manifest is not signed.
pub fn verify(files: &[BundleFile]) -> Result<(), ByokError> {
    let bytes = &find(files, MANIFEST)?.bytes;
    if aws::is_manifest(bytes) {
        return aws::verify_bundle(files);
    }
    let manifest = Manifest::read(bytes)?;
    check_list(files, &manifest.files)?;
    let key = manifest.key_type()?;
    let bits = manifest.wrapping_key_bits;
    let row = table::look_up(manifest.target()?, key, &manifest.wrapping_algorithm, bits)?;
    let unreadable = || ByokError::BundleFileChanged(manifest.blob_file.clone());
    let file = &find(files, &manifest.blob_file)?.bytes;
    let text = || std::str::from_utf8(file).map(str::trim_end).map_err(|_| unreadable());
    let member = || -> Result<String, ByokError> {
        let Strict(value) = serde_json::from_slice(file).map_err(|_| unreadable())?;
        let name = manifest.blob_member.as_deref().unwrap_or_default();
        value.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(unreadable)
    };
    let blob = match row.encoding {
        Encoding::Raw => file.clone(),
        Encoding::Base64Text => BASE64.decode(text()?.as_bytes()).map_err(|_| unreadable())?,
        Encoding::Base64Json => BASE64.decode(member()?.as_bytes()).map_err(|_| unreadable())?,
        Encoding::ByokJson => {
            data_encoding::BASE64URL_NOPAD.decode(member()?.as_bytes()).map_err(|_| unreadable())?
        }
    };
    check_blob_len(row.recipe, bits, key, blob.len())
}

fn revoke(bundle: &Bundle<'_>, how: &str) -> String {
    format!(
        "Ceremony: {}\nMade: {}\nCheck value of the key: {}\n\nTo take this key out of the cloud again:\n{how}\n\
         The ceremony's backup still holds the key. Destroying it too is another ceremony.\n",
        bundle.ceremony, bundle.made_at, bundle.check_value
    )
}

fn check(import: &dyn Import, b: &Bundle<'_>, destination: &[(&str, String)], provider: &str) -> String {
    let mut s = String::new();
    if b.rehearsal {
        s.push_str("REHEARSAL. Nothing here is to be imported.\n\n");
    }
    let wrapping = import.wrapping_key();
    let _ = write!(s, "Ceremony: {}\nMade: {}\nFor: {}\n", b.ceremony, b.made_at, import.target());
    for (name, value) in destination {
        let _ = writeln!(s, "{name}: {value}");
    }
    let _ = write!(
        s,
        "Kind: {}\nWrapped with: {} under RSA of {} bits\nSHA-256 of the wrapping key: {}\nWrapped at: {}\n\
         Check value of the key: {}\n",
        b.key,
        b.algorithm,
        wrapping.bits(),
        HEXLOWER.encode(&wrapping.fingerprint()),
        b.rung,
        b.check_value,
    );
    if let Some(public) = b.public_key {
        let _ = writeln!(s, "SHA-256 of the public key (PublicKey.der): {}", sha256_hex(public));
    }
    let _ = write!(s, "\n{provider}");
    s
}
