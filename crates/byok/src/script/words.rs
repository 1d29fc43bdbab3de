//! What the import scripts say.

use crate::says::says;

pub(super) const NOTHING: &str = "This bundle was made in a rehearsal; there is nothing to import.";
pub(super) const EXPIRED: &str =
    "The import parameters have expired. Nothing was imported. A new bundle is needed.";
pub(super) const DONE: &str = "Carry the receipt files back; see CHECK-AFTER-IMPORT.txt.";
pub(super) const FAILED: &str = "the command failed; see above";
pub(super) const CHANGED: &str = "has changed; copy the bundle again";

says! {
    valid_until(title: &str, until: &str) "{title} Import parameters are valid until {until}."
}

/// PowerShell that stops where a file is not the one that was written.
pub(super) fn same_file(name: &str, digest: &str) -> String {
    format!(
        "if ((Get-FileHash -Algorithm SHA256 -LiteralPath '{name}').Hash -ne '{digest}') {{ throw '{name} {CHANGED}' }}\n"
    )
}
