//! What the cloud answered, held against the manifest of a bundle.

use crate::cloud::import::read_file;
use crate::cloud::words::{self, byok_problem};
use byok::bundle::{self, BundleFile};
use byok::receipt::Identity;
use byok::{ByokError, Target};
use engine::words::out_of_order;
use facts::{Fact, Text};
use protocol::{Problem, Verdict};
use std::path::Path;

/// The manifest of a bundle.
pub(in crate::cloud) fn manifest(files: &[BundleFile]) -> Result<&[u8], Problem> {
    let found = files.iter().find(|f| f.name == bundle::MANIFEST);
    found.map(|f| f.bytes.as_slice()).ok_or_else(out_of_order)
}

/// What a receipt showed, whoever's it is.
pub(in crate::cloud) struct Shown {
    pub(in crate::cloud) lines: Vec<String>,
    /// What the receipt proves of which key it is.
    pub(in crate::cloud) identity: Option<Identity>,
    /// What one provider's only says beside.
    pub(in crate::cloud) more: Option<(&'static Fact<Text>, String)>,
}

/// Why a receipt was not taken.
pub(in crate::cloud) enum NotTaken {
    /// It says something else than the bundle: no typing mistake, and people have to see it and decide.
    SaysOtherwise(Problem),
    /// It could not be read, or is of something else: another file may be meant.
    NotRead(Problem),
}

impl From<Problem> for NotTaken {
    fn from(problem: Problem) -> Self {
        Self::NotRead(problem)
    }
}

impl From<ByokError> for NotTaken {
    fn from(e: ByokError) -> Self {
        use ByokError as E;
        let problem = byok_problem(&e);
        match e {
            E::ReceiptField(_)
            | E::ReceiptOtherKey
            | E::ReceiptState(_)
            | E::ReceiptOrigin(_)
            | E::ReceiptSpec(_)
            | E::ReceiptExpiry
            | E::ReceiptPublicKey
            | E::ReceiptOtherMaterial => Self::SaysOtherwise(problem),
            _ => Self::NotRead(problem),
        }
    }
}

/// The receipt, and what its script left beside it.
pub(in crate::cloud) fn files(target: Target, path: &Path) -> Result<Vec<BundleFile>, Problem> {
    let [receipt, ..] = outside::RECEIPTS;
    if target == Target::AwsKms {
        return Ok(vec![BundleFile { name: receipt.to_owned(), bytes: read_file(path)? }]);
    }
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let mut files = vec![BundleFile { name: name.to_owned(), bytes: read_file(path)? }];
    // The public key as the provider reports it, where it was saved beside the receipt.
    for beside in outside::RECEIPTS.iter().filter(|b| b.starts_with("receipt-") && **b != name) {
        let path = path.with_file_name(beside);
        if path.is_file() {
            files.push(BundleFile { name: (*beside).to_owned(), bytes: read_file(&path)? });
        }
    }
    Ok(files)
}

/// Reads a receipt against the manifest of its bundle.
pub(in crate::cloud) fn held_against(files: &[BundleFile], manifest: &[u8]) -> Result<Shown, NotTaken> {
    let target = bundle::about(manifest)?.target;
    if let (Target::AwsKms, Some(receipt)) = (target, files.first()) {
        let receipt = byok::receipt::read(std::slice::from_ref(receipt), manifest)?;
        let more = receipt.name.map(|id| (&facts::KEY_MATERIAL_ID, id));
        return Ok(Shown { lines: receipt.lines, identity: None, more });
    }
    let receipt = byok::receipt::read(files, manifest)?;
    let more = receipt.name.map(|name| (&facts::RECEIPT_NAME, name));
    Ok(Shown { lines: receipt.lines, identity: Some(receipt.identity), more })
}

/// What a receipt proves of which key it is, for the record and for people.
pub(in crate::cloud) fn proves(identity: Identity) -> (&'static str, Verdict) {
    match identity {
        Identity::PublicKeySame => (words::PUBLIC_KEY_SAME, Verdict::Matches),
        Identity::PublicKeyNotShown => (words::PUBLIC_KEY_NOT_SHOWN, Verdict::NotProvable),
        Identity::ProviderCompared => (words::PROVIDER_COMPARED, Verdict::Noted),
        Identity::CannotBeProven => (words::CANNOT_BE_PROVEN, Verdict::NotProvable),
    }
}
