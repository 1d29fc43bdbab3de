//! What Google's bundle, its questions and its receipts say.

use crate::ByokError;
use crate::arrived::Wanted;
use crate::bundle::Bundle;
use crate::says::says;
use crate::text::shown;

pub(super) const CALLED: &str = "Google Cloud KMS";
pub(super) const TO_FETCH: &str = "\
gcloud kms keys create KEY --location L --keyring R --purpose PURPOSE --default-algorithm ALGORITHM \\
    --protection-level hsm --import-only --skip-initial-version-creation
gcloud kms import-jobs create JOB --location L --keyring R --import-method rsa-oaep-4096-sha256-aes-256 \\
    --protection-level hsm
gcloud kms import-jobs describe JOB --location L --keyring R --format json > job.json
(wait until its state is ACTIVE; it lasts three days)
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the import job as JSON, or its public key as PEM",
    how: "Save it with gcloud kms import-jobs describe JOB --location L --keyring R --format json > job.json, and carry that \
          file in; without --format json the tool prints YAML.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    disable stops all use of one version at once; undo allows it again. Every version of the key has to be stopped.\n\
    delete schedules the destruction of the version; restore takes that back, and leaves the version disabled.\n\
    There is no expire: imported material has no end at Google.\n\
    revoke shows who has a role on this key. Roles on the key ring and on the project hold for it too.";
pub(super) const A_KEY: &str = "like projects/P/locations/L/keyRings/R/cryptoKeys/K";
pub(super) const BLANK_VERSION: &str = "\
    set it to the number of the version, from the list above; the record does not say it";
pub(super) const BLANK_MEMBER: &str = "\
    set it to a member that is to lose a role, as the policy above has it, and run this stage again";
pub(super) const BLANK_ROLE: &str = "\
    set it to the role that this member is to lose, as the policy above has it";
pub(super) const REVOKE: &str = "\
    gcloud kms keys versions disable VERSION, at once; gcloud kms keys versions destroy VERSION schedules\n\
    its destruction, which can be undone until the time set for the key has passed.\n";

/// What the receipt must say, and what proves which key the provider holds.
pub(super) fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "Google imports in the background: PENDING_IMPORT first, then ENABLED or IMPORT_FAILED with a reason. The receipt\n\
         must say ENABLED, the key, algorithm, job and protection level above. If it says PENDING_IMPORT, run the\n\
         describe command of the script again. Imported material does not expire.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "Proof that Google holds this key: receipt-public-key.pem is PublicKey.pem. Then sign a message in Cloud KMS and\n\
         verify it with PublicKey.pem, or encrypt one to it and let Cloud KMS decrypt it.\n"
    } else if b.key.is_hmac() {
        "Proof that Google holds this key: gcloud kms mac-sign of a known message equals the HMAC that the ceremony's key\n\
         gives for the same message.\n"
    } else {
        "For the algorithms AES_128_* and AES_256_*: gcloud kms raw-encrypt of a known text opens in a ceremony with the\n\
         backup, which proves which key Google holds. For GOOGLE_SYMMETRIC_ENCRYPTION that cannot be proven: its\n\
         ciphertexts open in Cloud KMS only, so that encrypting and decrypting shows that the key works, not which it is.\n"
    });
    s
}

pub(super) const ASK_KEY: &str = "Which key is to get the new version? Its full resource name.";
pub(super) const ASK_ALGORITHM: &str = "Which algorithm does the key have?";
pub(super) const ASK_PROTECTION_LEVEL: &str =
    "Which protection level does the key have? HSM or SOFTWARE; the job's must be the same.";
pub(super) const ASK_JOB: &str = "Which import job is the wrapping key of? A PEM file does not say it.";
pub(super) const ASK_METHOD: &str = "Which import method has the job? A PEM file does not say it.";
pub(super) const ASK_VALID_TO: &str =
    "When does the job expire, in UTC? A PEM file does not say it; jobs last three days.";
pub(super) const PERMISSIONS: &str = "\
    # gcloud iam roles create keyImporter --project P --file importer-role.yaml; bind it on the key ring alone.\n\
    title: Key importer\n\
    stage: GA\n\
    includedPermissions:\n\
    - cloudkms.importJobs.get\n\
    - cloudkms.importJobs.useToImport\n\
    - cloudkms.cryptoKeyVersions.create\n\
    - cloudkms.cryptoKeyVersions.get\n\
    - cloudkms.cryptoKeyVersions.viewPublicKey\n";
pub(super) const ALGORITHM_OF_VERSION: &str = "Algorithm of the new version";
pub(super) const WAITING: &str = "The import runs in the background; waiting for a minute.";
pub(super) const ORIGIN_ATTESTED: &str = "\
    the job carries an HSM's attestation; it is kept, and not verified by this program: Google's and Marvell's tools \
    do that online";

pub(super) fn not_as_stated(said: &str, name: &str) -> ByokError {
    ByokError::differs(shown(said), format!("the {name} stated"))
}

pub(super) fn other_ring(ring: &str) -> ByokError {
    ByokError::differs(format!("of the key ring {ring}"), "the key's own key ring")
}

pub(super) fn not_active(state: &str) -> ByokError {
    ByokError::differs(format!("in the state {}", shown(state)), "ACTIVE")
}

pub(super) fn other_level(level: &str, protection: &str) -> ByokError {
    ByokError::differs(
        format!("of protection level {}", shown(level)),
        format!("the key's level, {protection}"),
    )
}

says! {
    attested(format: &str) "present ({format}), not verified"
    imported(version: &str) "Imported as version {version}, ENABLED, by this job"
}
