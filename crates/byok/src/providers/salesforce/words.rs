//! What Salesforce's bundle, its questions and its receipts say.

use crate::arrived::Wanted;
use crate::says::says;

pub(super) const CALLED: &str = "Salesforce Shield";
pub(super) const TO_FETCH: &str = "\
In Setup, Certificate and Key Management: make a certificate of 4096 bits with Use Platform Encryption on and Exportable
Private Key off, and download it (a .crt file). Write down its unique name.
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the organisation's certificate (a .crt file)",
    how: "Download it in Setup, Certificate and Key Management, from the certificate's own page, and carry that file in.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    Salesforce has no tool for this: it is done in Setup, Key Management.";
pub(super) const REVOKE: &str = "\
    In Key Management, activate another secret first; then archive or destroy this one. What was encrypted with a\n\
    destroyed secret cannot be read until it is imported again.\n";

pub(super) const CHECK: &str = "\
    Carry back receipt.json: the TenantSecret record with Id, Status and SecretValueHash, as the tooling or REST\n\
    interface gives it. Status must be ACTIVE, and the hash ours.\n\
    \n\
    Proof that Salesforce holds this key: it hashes what it unwrapped, compares that with secret-sha256.b64,\n\
    and refuses the upload if they differ. A secret can be used once only. SHA-1 is what its documentation\n\
    still takes for fields, files and events; SHA-512 is recommended there and not used here, because the\n\
    documentation does not say how its mask is made.\n";

pub(super) const ASK_CERTIFICATE: &str = "What is the certificate's unique name in Salesforce?";
pub(super) const STEPS: [&str; 3] = [
    "In Setup, Key Management, Bring Your Own Key: choose the certificate (see CHECK-AFTER-IMPORT.txt), upload",
    "encrypted-secret.b64 as the encrypted secret and secret-sha256.b64 as its hash.",
    "Then save the TenantSecret record as receipt.json.",
];
pub(super) const PERMISSIONS: &str = "\
    The user needs the permissions Manage Encryption Keys, Manage Certificates and Customize Application. Give\n\
    them for the upload alone. Another person should hold the permission to assign permissions.\n";
pub(super) const SIZE: &str = "RSA of 4096 bits, as Salesforce asks for it";
pub(super) const VALID: &str = "The certificate is valid";
pub(super) const NO_PROOF: &str = "the SHA-256 of the key";
pub(super) const ORIGIN: &str =
    "the certificate may be signed by itself; compare the SHA-256 of its key with the online team's slip";

says! {
    from_to(from: &str, to: &str) "from {from} to {to}"
    active(id: &str) "Tenant secret {id}: ACTIVE, with our hash"
}
