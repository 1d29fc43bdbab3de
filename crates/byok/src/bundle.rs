//! A bundle: the files that leave for a provider's side, with a manifest that lists them. One format for all providers:
//! `docs/formats/bundle.md`.

mod words;

use crate::digest::sha256_hex;
use crate::json::Strict;
use crate::proof::Proof;
use crate::script::Step;
use crate::table::{self, Encoding};
use crate::{ByokError, KeyType, Recipe, Target, expected_blob_len};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

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
    /// Which import of the key this is.
    pub rotation: Rotation<'a>,
}

/// Which import of a key this is. Most providers know the first only ([`crate::provider::Provider::rotates`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation<'a> {
    /// The key's first. What it imports belongs to the key for ever.
    #[default]
    First,
    /// New material for a symmetric key.
    New {
        /// What the provider shows beside the material: letters, digits and `-_.:/=@+`, at most 256.
        description: Option<&'a str>,
    },
    /// Material that the key had before and lost, by expiry or deletion; or new material, in a replica's Region.
    Existing {
        /// The provider's name of it, from the receipt of its first import: 64 lower-case hexadecimal digits at AWS. With
        /// it, the provider refuses other material.
        material_id: Option<&'a str>,
    },
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
    /// What people read in it.
    pub(crate) texts: Texts,
}

/// What people read in a bundle.
pub(crate) enum Texts {
    /// The provider's part of each text, for the frame that all share; the public key is there as PEM too.
    Framed {
        /// How to take the key away again.
        revoke: &'static str,
        /// What the receipt must say, and what proves which key the provider holds.
        check: String,
    },
    /// Whole texts.
    Whole {
        /// What the scripts do.
        title: &'static str,
        /// `REVOKE.txt`.
        revoke: String,
        /// `CHECK-AFTER-IMPORT.txt`.
        check: String,
    },
}

/// `manifest.json`, as `docs/formats/bundle.md` says it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Set when it is written.
    pub(crate) format: String,
    pub(crate) target: String,
    /// What the key is called there.
    pub(crate) called: String,
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
            return Err(ByokError::ManifestMalformed(words::TOO_LARGE.to_owned()));
        }
        let Strict(value) = serde_json::from_slice(bytes).map_err(bad)?;
        let manifest: Self = serde_json::from_value(value).map_err(bad)?;
        if manifest.format != FORMAT {
            return Err(ByokError::ManifestMalformed(words::ANOTHER_FORMAT.to_owned()));
        }
        Ok(manifest)
    }

    /// The manifest as it lies in a bundle: indented JSON with a line's end behind it.
    pub(crate) fn file(mut self) -> Result<BundleFile, ByokError> {
        FORMAT.clone_into(&mut self.format);
        let text = serde_json::to_string_pretty(&self);
        let text = text.map_err(|e| ByokError::ManifestMalformed(e.to_string()))?;
        Ok(BundleFile::text(MANIFEST, text + "\n"))
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
            .ok_or_else(|| ByokError::ManifestMalformed(words::no_member(name)))
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
        return Err(ByokError::BundleFiles(words::other_files(names.len(), present.len())));
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
    files.iter().find(|f| f.name == name).ok_or_else(|| ByokError::BundleFiles(words::no_file(name)))
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
    Err(ByokError::BlobLength { found, expected: words::length(from, to, step) })
}

/// What a bundle says it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Where the key goes.
    pub target: Target,
    /// What it is called there, as [`crate::provider::Import::called`] gives it.
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
    let manifest = Manifest::read(manifest)?;
    let (target, Manifest { called: key, ceremony, check_value, rehearsal, .. }) =
        (manifest.target()?, manifest);
    if [&key, &ceremony, &check_value].iter().any(|t| t.chars().any(char::is_control)) {
        return Err(ByokError::TextNotPlain(words::A_TEXT));
    }
    Ok(About { target, key, ceremony, check_value, rehearsal })
}

/// Checks a bundle against its own manifest: the same files, their sizes and SHA-256, a blob as long as the recipe
/// demands. It shows damage, not forgery: the manifest is not signed.
pub fn verify(files: &[BundleFile]) -> Result<(), ByokError> {
    let manifest = Manifest::read(&find(files, MANIFEST)?.bytes)?;
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
        Encoding::ByokJson => BASE64URL_NOPAD.decode(member()?.as_bytes()).map_err(|_| unreadable())?,
    };
    check_blob_len(row.recipe, bits, key, blob.len())
}
