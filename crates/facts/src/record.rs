//! The record's own facts: how it was opened and goes on, what was decided, said and signed.

use crate::declare::facts;
use crate::{Base64, FileName, Json, List, Map, ModeWord, Number, Pair, RunId, Sha256Hex, Text};

/// What the note says that a passphrase was not the person's, or a PIN not their YubiKey's.
pub const PASSPHRASE_REFUSED: &str = "a sign-in passphrase was refused";
/// What the note says that the token did not take a PIN.
pub const PIN_REFUSED: &str = "the token refused a PIN";
/// What a note says where somebody typed the PIN that such a token leaves its maker with.
pub const PIN_OF_THE_FACTORY: &str = "the PIN that such a token comes with was typed, and not sent";

facts! {
    MODE: Fact = public "mode", ModeWord, "whether the record is of a rehearsal or of production; in the first entry";
    RUN: Fact = public "run", RunId, "the id of the run, which is the name of its folder";
    SCRIPT: Fact = public "script", Text, "the name of the script that is played";
    SCRIPT_VERSION: Fact = public "script-version", Number, "the version that the script gives itself";
    SCRIPT_SHA256: Fact = public "script-sha256", Sha256Hex, "the digest of the script's bytes";
    ROSTER_SHA256: Fact = public "roster-sha256", Sha256Hex, "the digest of the roster's bytes as the workstation has them, passphrase verifiers included";
    PUBLIC_ROSTER_SHA256: Fact = public "public-roster-sha256", Sha256Hex, "the digest of the roster as it stands in the pack: names, roles, places and public keys, without passphrase verifiers";
    RUNS_ENDED_BEFORE: Fact = public "runs-ended-before", Number, "how many ceremonies of this mode had ended on this workstation when this one was begun, by its list of them";
    ENDED_LIST_SHA256: Fact = public "ended-list-sha256", Sha256Hex, "the digest of that list's last line; none where it was empty";
    PARAMETERS: Fact = public "parameters", Map<Text>, "the value of each parameter of the script, as it was decided";
    PROGRAM: Fact = public "program", Text, "the program's name, version and digest, as it says of itself";
    PEOPLE: Fact = auditor "people", List<Pair<Text, Pair<Text, Text>>>, "everybody in the roster: id, and name with role";
    TOKEN_URI: Fact = internal "token-uri", Text, "the address of the token (RFC 7512) that was named when the run was begun";
    MODULE_SHA256: Fact = public "module-sha256", Sha256Hex, "the digest of the file of the PKCS#11 module that the room loads, as this computer read it; in the first entry, and where a run goes on";
    CLOCK_DOUBTED: Fact = public "clock-doubted", Text, "why this computer's clock cannot be right, in a sentence";
    RECORD_ENDS_BY: Fact = public "record-ends-by", Text, "by what it was known, when a ceremony went on, that its record ends where it ended: `the token` that remembers it, `two people` who signed it, or `nothing was signed` before";
    STOOD_AT: Fact = public "stood-at", Number, "the number of the step, from 1, at which a resumed ceremony stood";
    UNACKNOWLEDGED_BYTES_SET_ASIDE: Fact = public "unacknowledged-bytes-set-aside", Number, "how many bytes of an unfinished last line were set aside when the record was opened again";
    SET_ASIDE_FILE: Fact = public "set-aside-file", FileName, "the file beside the record with the entries that nobody signed and that were cut off when it was opened again; it goes into no pack";
    SET_ASIDE_SHA256: Fact = public "set-aside-sha256", Sha256Hex, "the digest of that file";
    SET_ASIDE_ENTRIES: Fact = public "set-aside-entries", Number, "how many entries it has";
    SIGNED: Fact = public "signed", Text, "the head that a checkpoint signs, of all lines before it: one line with its LF";
    SIGNATURE: Fact = public "signature", Base64, "a checkpoint's signature over the head: DER, ECDSA P-256 with SHA-256";
    SIGNER: Fact = public "signer", Base64, "the public key that a checkpoint's signature verifies with: DER `SubjectPublicKeyInfo`";
    CODE: Fact = public "code", Text, "the code of the problem with which a step failed or which was made an exception";
    EXPECTED: Fact = auditor "expected", Text, "what should have been, of an exception";
    HAPPENED: Fact = auditor "happened", Text, "what happened instead, or why a step did not come to its end";
    DECISION: Fact = public "decision", Text, "what was decided: `go-on`, `again`, `back`, `parameters` or `abandon`";
    DECIDED_BY: Fact = public "decided-by", Text, "the role of who decided and signed";
    REASON: Fact = auditor "reason", Text, "the reason that was given with a decision";
    NOTE: Fact = public "note", Text, "what a note says, in words";
    SECONDS: Fact = public "seconds", Number, "how long work on a device has gone on, in seconds, with the note that it does";
    PERSON: Fact = auditor "person", Text, "the id of the person whom a note is about";
    APPROVAL: Fact = auditor "approval", Json, "what a person signed with their own YubiKey: an object of `statement` (the text that was signed) and `signature` (base64 of DER)";
    TO: Fact = public "to", Text, "the id of the step to which the ceremony was taken back";
    BECAUSE: Fact = public "because", Text, "why the ceremony was taken back";
    UP_TO: Fact = public "up-to", Text, "the id of the last step that is played again, where the ceremony then goes on at the one in `then`";
    THEN: Fact = public "then", Text, "the id of the step at which the ceremony goes on after the one in `up-to`";
    REMOVED_FILES: Fact = public "removed-files", List<FileName>, "files that were recorded before and that were removed from the run's folder";
}
