//! What Azure's bundle, its questions and its receipts say.

use crate::ByokError;
use crate::arrived::Wanted;
use crate::bundle::Bundle;
use crate::says::says;

pub(super) const KEY_VAULT: &str = "Azure Key Vault";
pub(super) const MANAGED_HSM: &str = "Azure Managed HSM";
pub(super) const TO_FETCH: &str = "\
az keyvault key create --kty RSA-HSM --size 4096 --name KEKforBYOK --ops import --vault-name VAULT
az keyvault key show --name KEKforBYOK --vault-name VAULT --output json > kek.json
(for a managed HSM: --hsm-name HSM in place of --vault-name VAULT, and beside it
az keyvault key get-attestation --hsm-name HSM --name KEKforBYOK --file attestation.json)
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the KEK as JSON, or its public key as PEM",
    how: "Save it with az keyvault key show --name KEK --vault-name VAULT --output json > kek.json (for a managed HSM \
          --hsm-name HSM in place of --vault-name VAULT), and carry that file in.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    disable stops new use of the version that is current; undo allows it again. revoke lists all versions: an earlier one\n\
    stays enabled until it is disabled with its own identifier.\n\
    expire sets the time from which the key is not to be used. That can be changed again, and deletes nothing.\n\
    delete is a soft delete, of all versions; restore recovers the key until its retention ends or it is purged.\n\
    Who may use keys is decided for the vault or managed HSM, by access policies or roles: look at those in the portal.";
pub(super) const BLANK_VAULT: &str = "\
    set it to the name of the vault; the record does not say it";
pub(super) const BLANK_HSM: &str = "\
    set it to the name of the managed HSM; the record does not say it";
pub(super) const BLANK_EXPIRES: &str = "\
    set it to the time of the end in UTC, written as 2027-01-31T12:00:00Z";
pub(super) const REVOKE: &str = "\
    az keyvault key delete with --vault-name or --hsm-name and --name; then purge, if it was compromised.\n\
    Soft delete keeps it until its retention ends. Afterwards delete the KEK too.\n";

/// What the receipt must say, and what proves which key the provider holds.
pub(super) fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "After the script, receipt.json holds the key as Azure reports it: the vault and name above, enabled, the\n\
         expiry decided. An expiry of Azure is an attribute that can be changed; nothing is deleted when it passes.\n\
         Azure looks at the file only when it imports it: a wrong --kty or --curve is refused there, not before.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that Azure holds this key: the public key in the receipt (n and e, or x and y) is PublicKey.der. Then\n\
         sign a message in the vault and verify it with PublicKey.der.\n"
    } else {
        "What cannot be proven from the receipt: an oct key has no public part. In a managed HSM, encrypt a known text\n\
         with AES-GCM or AES-CBC and open it in a ceremony with the backup; this was not tried on a real HSM.\n"
    });
    s
}

pub(super) const ASK_VAULT: &str = "Which vault or managed HSM is the key for? Its address.";
pub(super) const ASK_KEY_NAME: &str =
    "What is the key to be called there? Letters, digits and hyphens, at most 127.";
pub(super) const ASK_KID: &str =
    "What is the key identifier (kid) of the KEK, with its version? A PEM file does not say it.";
pub(super) const ORIGIN_OF_HSM: &str = "\
    a managed HSM can attest its KEK, and this program verifies no attestation; compare its SHA-256 with the online \
    team's slip";
pub(super) const OPS: &str = "What the KEK may do";
pub(super) const IMPORT_ALONE: &str = "import alone";
pub(super) const OPS_NOT_SAID: &str = "not said by a PEM file; check it online";
pub(super) const NOT_CERTAIN: &str = "Not certain of this cloud";
pub(super) const IMPORTER: &str = "Imports keys and reads their public parts; nothing else.";

pub(super) fn other_kid(found: &str) -> ByokError {
    ByokError::differs(found, "the kid stated")
}

pub(super) fn other_vault(found: &str, expected: &str) -> ByokError {
    ByokError::differs(format!("of {found}"), expected)
}

pub(super) fn other_type(found: &str) -> ByokError {
    ByokError::differs(format!("of type {found}"), "RSA-HSM")
}

pub(super) fn other_operations() -> ByokError {
    ByokError::differs("allowed other operations (key_ops)", IMPORT_ALONE)
}

says! {
    imported(name: &str, version: &str) "Imported as {name}, version {version}, enabled"
}

pub(crate) const KEY_TO_MAKE: &str = "Key to make";

pub(crate) const KEK_BEGINS: &str = "the KEK's notBefore";

pub(crate) const KEK_ENDS: &str = "the KEK's expiry";
