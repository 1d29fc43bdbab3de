//! People as they are enrolled, and the roster that is made of them.

use crate::declare::facts;
use crate::{FileName, Json, Sha256Hex, Text};

facts! {
    ENROLLED: Each = auditor "enrolled", Json, "for each person by id, what they sign with: an object of `with` (`passphrase` or `yubikey`) and, of a YubiKey, `serial`, `firmware`, `sign-key-sha256`, `box-key-sha256`, `attestation-root-sha256`, `origin`, `rules` (texts), `can-be-copied` (true or false) and `factory-secrets-replaced` (a number)";
    ENROLMENT_SHA256: Each = internal "enrolment-sha256", Sha256Hex, "for each person by id, the digest of the file with their lines of the roster";
    ENROLMENT_FILE: Each = internal "enrolment-file", FileName, "for each person by id, the file of the run's folder with their lines of the roster; never in the pack";
    ROSTER_ENROLLED_SHA256: Fact = public "roster-enrolled-sha256", Sha256Hex, "the digest of the roster that was written";
    ROSTER_FILE: Fact = internal "roster-file", Text, "the path of the roster that was written";
}
