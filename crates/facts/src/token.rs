//! The token, what it was seen to do, and its key that signs the record.

use crate::declare::facts;
use crate::{Day, FileInPack, List, Number, Pair, RouteWord, Sha256Hex, Text, YesNo};

facts! {
    TOKEN_MODEL: Fact = public "token-model", Text, "the token's manufacturer and model, as it says";
    TOKEN_FIRMWARE: Fact = public "token-firmware", Text, "the token's firmware version, as it says";
    TOKEN_LABEL: Fact = auditor "token-label", Text, "the token's label";
    TOKEN_SERIAL: Fact = auditor "token-serial", Text, "the token's serial number, as it says";
    CAPABILITIES: Fact = public "capabilities", List<Pair<Text, Text>>, "each trial of the token by its name, and what came of it";
    BACKUP_ROUTE: Fact = public "backup-route", RouteWord, "how the master key will leave the token for its backup, where not inside it: `host-memory`";
    CLOUD_ROUTE: Fact = public "cloud-route", RouteWord, "how the master key will leave the token for the cloud, by the trials";
    HOST_MEMORY_BECAUSE: Fact = public "host-memory-because", Text, "what stands against wrapping inside the token, where only this computer's memory is left; empty where nothing more is known";
    TOKEN_IS_SOFTWARE: Fact = public "token-is-software", YesNo, "whether the token calls itself by a name that only software has: its keys are then in this computer";
    TOKEN_LOG: Fact = public "token-log", Text, "what was read of the token's own log, in words";
    VALIDATION_CERTIFICATE: Fact = public "validation-certificate", Text, "the number of a validation certificate, as somebody looked it up";
    VALIDATION_STANDARD: Fact = public "validation-standard", Text, "the standard that it is for, as that file has it";
    VALIDATION_LEVEL: Fact = public "validation-level", Text, "its level, the same";
    VALIDATION_STATUS: Fact = public "validation-status", Text, "its status on the day on which it was looked up, the same";
    VALIDATION_MODULE: Fact = public "validation-module", Text, "the module that it names, with its versions, the same";
    VALIDATION_LOOKED_UP: Fact = public "validation-looked-up", Day, "the day on which it was looked up, the same";
    VALIDATION_BY: Fact = auditor "validation-by", Text, "who looked it up, the same";
    VALIDATION_SOURCE: Fact = public "validation-source", Text, "where, the same";
    VALIDATION_KNOWN: Fact = public "validation-known", Text, "what an earlier ceremony read of the token's validation, in words: certificate, standard, level, status, the day on which it was looked up, and that ceremony";
    VALIDATION_FILE: Fact = internal "validation-file", FileInPack, "the file that was carried in, in the pack";
    REPORT_FILE: Fact = public "report-file", FileInPack, "the report on the token, in the pack";
    TOKEN_REMEMBERS: Fact = public "token-remembers", YesNo, "whether the token keeps the newest head of this record in a private data object, so that the record cannot be taken back in time without the PIN";
    OTHER_LISTS: Fact = public "other-lists", Number, "how many lists of ended ceremonies the token remembers that are not this workstation's: another's, or its own before it was lost";
    LIST_LINES_BY_OTHERS: Fact = public "list-lines-by-others", Number, "how many lines of the list of ended ceremonies neither that key signed nor one that was commissioned here before them; not stated where there are none; in production somebody decided to go on";
    SIGNER_FROM: Fact = public "signer-from", Text, "which ceremony of this workstation commissioned that key, in words; in production somebody decided to go on where none did";
    SIGNING_KEY_ID: Fact = public "signing-key-id", Text, "that key's `CKA_ID` in lower-case hex, or `the token does not say`";
    SIGNING_KEY_ATTRIBUTES: Fact = public "signing-key-attributes", List<Pair<Text, Text>>, "what the token says of that key, by name of the attribute: `yes`, `no` or `the token does not say`";
    SIGNING_KEY_SHA256: Fact = public "signing-key-sha256", Sha256Hex, "the digest of the public key (DER `SubjectPublicKeyInfo`) that signs this record";
}
