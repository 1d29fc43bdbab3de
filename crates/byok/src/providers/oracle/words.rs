//! What Oracle's bundle, its questions and its receipts say.

use crate::arrived::Wanted;
use crate::bundle::Bundle;
use crate::says::says;

pub(super) const CALLED: &str = "OCI Vault";
pub(super) const TO_FETCH: &str = "\
oci kms management wrapping-key get --endpoint MANAGEMENT_ENDPOINT > wrapping-key.json
(the vault has one wrapping key and never changes it: keep its SHA-256 and compare it every time)
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the vault's wrapping key, as the JSON that oci prints or as PEM",
    how: "Save it with oci kms management wrapping-key get --endpoint MANAGEMENT_ENDPOINT > wrapping-key.json (without \
          --output table), and carry that file in.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    disable stops all use at once; undo allows it again.\n\
    delete schedules the deletion of the key, in 30 days; restore cancels that.\n\
    There is no expire: imported material has no end at Oracle. There is no revoke: the policies of the compartment say who\n\
    may use the key; look at those.";
pub(super) const BLANK_KEY: &str = "\
    set it to the OCID of the key (ocid1.key...); the record has its name alone, and a receipt has the OCID";
pub(super) const BLANK_ENDPOINT: &str = "\
    set it to the management endpoint of the vault; the record does not say it";
pub(super) const REVOKE: &str = "\
    oci kms management key disable --key-id KEY --endpoint ENDPOINT, at once; then\n\
    oci kms management key schedule-deletion, which can be cancelled until its date.\n";

/// What the receipt must say, and what proves which key the provider holds.
pub(super) fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "receipt.json holds the key and its version as Oracle reports them: ENABLED, origin EXTERNAL, the name, compartment\n\
         and protection mode above. Imported material does not expire.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that Oracle holds this key: the public-key of the version is PublicKey.pem. Then sign a message in the vault\n\
         and verify it with PublicKey.pem.\n"
    } else {
        "What cannot be proven: Oracle publishes no check value of an AES key. Encrypting and decrypting at the vault's crypto\n\
         endpoint shows that the key works, not which key it is.\n"
    });
    s
}

pub(super) const ASK_ENDPOINT: &str = "What is the vault's management endpoint?";
pub(super) const ASK_KEY_NAME: &str =
    "What is the key to be called there? Letters, digits, hyphens and underscores.";
pub(super) const ASK_COMPARTMENT: &str = "Which compartment is the key for? Its OCID.";
pub(super) const ASK_PROTECTION_MODE: &str =
    "Is the key to be kept in the HSM or in software? HSM or SOFTWARE.";
pub(super) const ASK_KEY: &str = "For a new version of a key that exists: its OCID.";
pub(super) const ORIGIN: &str = "\
    nothing carried in proves it; the vault never changes it, so that its SHA-256 must be that of every time before";
pub(super) const OTHER_REALM: &str = " (NOT of the endpoint's realm: make sure of the file)";
pub(super) const VAULT_OF_FILE: &str = "Vault that the file names";
pub(super) const NO_KEY: &str = "key (oci kms management key get)";
pub(super) const NO_VERSION: &str = "key version (oci kms management key-version get)";
pub(super) const STATE: &str = "State: ENABLED; origin: EXTERNAL";

/// `importer-policy.txt`.
pub(super) fn permissions(compartment: &str) -> String {
    format!(
        "Allow group KeyImporters to manage keys in compartment id {compartment}\n\n\
         Take the group's members out again when the import is done. The policy can be narrowed with a condition on\n\
         target.vault.id; the names of the single permissions are in Oracle's policy reference for Vault.\n"
    )
}

says! {
    new_key(name: &str) "a new one, {name}"
}
