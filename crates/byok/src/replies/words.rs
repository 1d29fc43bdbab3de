//! What is said of a receipt.

use crate::arrived::Wanted;
use crate::moment::iso;

pub(super) const WANTED: Wanted = Wanted {
    what: "the receipt: what the provider's tool answered after the import, as JSON",
    how: "Ask the online team for receipt.json as the bundle's script left it, and carry that file in.",
};
pub(super) const NOT_GIVEN: &str = "not given";
pub(super) const PUBLIC_KEY_SAME: &str = "Public key: the same as ours";
pub(super) const PUBLIC_KEY_NOT_SHOWN: &str = "Not shown: the public key";
pub(super) const PROVIDER_COMPARED: &str = "Which key: the provider compared a proof of it before it took it";
pub(super) const CANNOT_BE_PROVEN: &str = "A receipt cannot prove which symmetric key the provider holds";
pub(super) const TOO_LARGE: &str = "too large";
pub(super) const EMPTY: &str = "empty";

pub(super) fn expires(at: Option<i64>) -> String {
    at.map_or("Expires: never".to_owned(), |t| format!("Expires: {}", iso(t)))
}
