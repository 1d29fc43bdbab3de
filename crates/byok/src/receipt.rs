//! A receipt, held against the bundle's manifest. It closes the obligation that the bundle opened.

pub use crate::replies::{Identity, Receipt, Replies};

use crate::ByokError;
use crate::bundle::{BundleFile, MANIFEST, Manifest, find};

/// Reads a receipt: the files that the bundle's script left, against `manifest.json` of the bundle.
pub fn read(files: &[BundleFile], manifest: &[u8]) -> Result<Receipt, ByokError> {
    let manifest = Manifest::read(manifest)?;
    let replies = Replies::read(files)?;
    let mut receipt = Receipt { lines: Vec::new(), name: None, identity: Identity::CannotBeProven };
    if manifest.public_key_sha256.is_some() {
        receipt.identity = Identity::PublicKeyNotShown;
    }
    for key in &replies.public_keys {
        receipt.public_key(&manifest, key)?;
    }
    crate::of(manifest.target()?).receipt(&replies, &manifest, &mut receipt)?;
    receipt.conclude();
    Ok(receipt)
}

/// Reads a receipt that lies in a folder together with the bundle.
pub fn read_beside_bundle(receipt: &[BundleFile], bundle: &[BundleFile]) -> Result<Receipt, ByokError> {
    read(receipt, &find(bundle, MANIFEST)?.bytes)
}
