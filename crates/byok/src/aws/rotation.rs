//! The first import of a key, and the later ones.

use super::KeySpec;
use crate::ByokError;
use crate::text::made_of;

/// Which import of the key this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// The key's first. What it imports belongs to the key for ever.
    First,
    /// New material for a symmetric key. It waits until `rotate-key-on-demand` makes it the current one.
    New {
        /// What AWS shows beside the material: letters, digits and `-_.:/=@+`, at most 256.
        description: Option<String>,
    },
    /// Material that the key had before and lost, by expiry or deletion; or new material, in a replica's Region.
    Existing {
        /// AWS's name of it, 64 lower-case hexadecimal digits, from the receipt of its first import. With it, AWS
        /// refuses other material.
        key_material_id: Option<String>,
    },
}

impl Rotation {
    pub(super) fn check(&self, spec: KeySpec) -> Result<(), ByokError> {
        match self {
            Self::New { .. } if spec != KeySpec::SymmetricDefault => Err(ByokError::Rotation(
                "only a symmetric key takes new material; an HMAC, RSA or elliptic-curve key keeps its first for ever",
            )),
            Self::New { description: Some(d) } if !made_of(d, 256, b"-_.:/=@+") => Err(ByokError::Rotation(
                "its description must be of letters, digits and -_.:/=@+ only, at most 256",
            )),
            Self::Existing { key_material_id: Some(id) }
                if id.len() != 64 || !id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) =>
            {
                Err(ByokError::Rotation("a key material ID is 64 lower-case hexadecimal digits"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn import_type(&self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::New { .. } => Some("NEW_KEY_MATERIAL"),
            Self::Existing { .. } => Some("EXISTING_KEY_MATERIAL"),
        }
    }

    pub(super) fn key_material_id(&self) -> Option<&str> {
        match self {
            Self::Existing { key_material_id } => key_material_id.as_deref(),
            _ => None,
        }
    }

    /// What it adds to `import-key-material`.
    pub(super) fn options(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut push = |name: &str, value: &str| out.extend([name.to_owned(), value.to_owned()]);
        if let Some(kind) = self.import_type() {
            push("--import-type", kind);
        }
        match self {
            Self::New { description: Some(d) } => push("--key-material-description", d),
            Self::Existing { key_material_id: Some(id) } => push("--key-material-id", id),
            _ => {}
        }
        out
    }

    /// What people must know about it.
    pub(super) fn explained(&self) -> String {
        match self {
            Self::First => String::new(),
            Self::New { .. } => "This is new material. After the import it is PENDING_ROTATION: nothing uses it until somebody runs\n\
                 aws kms rotate-key-on-demand for the key (at most 25 times in a key's life; for a multi-Region key only after\n\
                 every replica has the material). Older material stays for decryption and must stay importable: keep every\n\
                 generation's backup. aws kms list-key-rotations --include-key-material ALL_KEY_MATERIAL shows them all.\n\n"
                .to_owned(),
            Self::Existing { key_material_id } => format!(
                "This puts back material that the key had before{}. The key is usable again only when all its material is back.\n\n",
                if key_material_id.is_some() {
                    "; AWS compares its ID and refuses any other"
                } else {
                    "; without its ID AWS finds out by itself whether it is the same"
                }
            ),
        }
    }
}
