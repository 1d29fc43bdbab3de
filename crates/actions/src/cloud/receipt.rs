//! What the cloud answered, held against the manifest of a bundle.

use crate::cloud::import::read_file;
use crate::cloud::words::{self, byok_problem};
use byok::ByokError;
use byok::bundle::{self, BundleFile};
use byok::receipt::Identity;
use engine::words::out_of_order;
use protocol::{Problem, Verdict};
use std::path::Path;

/// The manifest of a bundle.
pub(in crate::cloud) fn manifest(files: &[BundleFile]) -> Result<&[u8], Problem> {
    let found = files.iter().find(|f| f.name == bundle::MANIFEST);
    found.map(|f| f.bytes.as_slice()).ok_or_else(out_of_order)
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
pub(in crate::cloud) fn files(path: &Path) -> Result<Vec<BundleFile>, Problem> {
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

/// What a receipt proves of which key it is, for the record and for people.
pub(in crate::cloud) fn proves(identity: Identity) -> (&'static str, Verdict) {
    match identity {
        Identity::PublicKeySame => (words::PUBLIC_KEY_SAME, Verdict::Matches),
        Identity::PublicKeyNotShown => (words::PUBLIC_KEY_NOT_SHOWN, Verdict::NotProvable),
        Identity::ProviderCompared => (words::PROVIDER_COMPARED, Verdict::Noted),
        Identity::CannotBeProven => (words::CANNOT_BE_PROVEN, Verdict::NotProvable),
    }
}
