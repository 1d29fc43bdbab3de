//! The verifier: what holds, what does not, what was not looked at, and the first entry or file that is wrong.

mod chain;
mod folder;
mod pack;
mod report;
mod words;

pub use chain::transcript;
pub(crate) use folder::names_in;
pub use pack::pack;
pub use report::{Line, Report};

use crate::names;
use outside::LARGEST_RECORD;
use std::path::Path;

/// The fingerprint of a signer's public key in PEM, as `signer.pem` has it: SHA-256 of its DER `SubjectPublicKeyInfo`, in
/// lower-case hex; none where it is not such a key.
pub fn fingerprint(pem: &[u8]) -> Option<String> {
    crate::sign::from_pem(pem).map(|key| crate::digest::sha256_hex(&key))
}

/// The names of the files that the ceremony put into a pack, with `/` between folders, as the list of a pack that was found to
/// verify has them: without the pack's own, and without whatever lies beside them. A list that cannot be read is an error.
pub fn files_put_into(pack: &Path) -> Result<Vec<String>, String> {
    let list = pack.join(names::SUMS);
    let listed = outside::text(&list, LARGEST_RECORD).map_err(|e| words::path_is(list.display(), e))?;
    let all = listed.lines().filter_map(|line| Some(line.split_once("  ")?.1.to_owned()));
    Ok(all.filter(|name| !names::RESERVED.contains(&name.as_str())).collect())
}

/// Verifies whatever is there: a folder as a pack, a file as a transcript.
pub fn any(path: &Path) -> Report {
    if path.is_dir() {
        return pack(path);
    }
    match outside::read_lines(path, LARGEST_RECORD, folder::LONGEST_LINE) {
        Ok(bytes) => transcript(&bytes),
        Err(error) => {
            let mut report = Report::new();
            report.bad(&path.display().to_string(), words::path_is(path.display(), error));
            report
        }
    }
}
