//! The keys of a key plan, line by line.

use crate::declare::facts;
use crate::{
    CheckValue, Digits, FileInPack, FileName, FolderInPack, KeySpecName, List, Map, Number, PathInPack,
    RouteWord, SetName, Sha256Hex, Text,
};

facts! {
    PLAN_KEYS: Fact = public "plan-keys", Digits, "how many keys the plan has";
    PLAN_LINES: Fact = public "plan-lines", List<Number>, "the lines of the plan's file that a key is on, rising";
    PLAN_SHA256: Fact = public "plan-sha256", Sha256Hex, "the digest of the plan's file";
    PLAN_WRAPPING_KEYS: Fact = public "plan-wrapping-keys", Number, "how many different wrapping keys the plan's files hold";
    PLAN_READ_AT: Fact = public "plan-read-at", Number, "when the plan was read, in Unix seconds";
    PLAN_FILE: Fact = internal "plan-file", FileInPack, "the plan, in the pack";
    PLAN_PARAMETERS: Fact = internal "plan-parameters", Map<FileName>, "the providers' files, in the pack, by the names that the plan has for them";
    PLAN_PARAMETERS_SPELT: Fact = internal "plan-parameters-spelt", Map<Text>, "the names of those files in the folder that they were read from, where the plan spells them otherwise";
    PLAN_ROUTES: Fact = public "plan-routes", Map<List<Number>>, "for each way that keys leave the token by, the lines that go it";
    PLAN_COMPARED_SHA256: Fact = public "plan-compared-sha256", List<Sha256Hex>, "the digests of the wrapping keys that two people compared";
    PLAN_LINE: Fact = public "plan-line", Number, "the line of the plan that a note is about";
    PLAN_ANNOUNCED_LABEL: Fact = public "plan-announced-label", Text, "the label under which the line's key is about to be made";
    PLAN_MADE_LABEL: Fact = public "plan-made-label", Text, "the label of the line's key in the token";
    PLAN_MADE_CHECK_VALUE: Fact = public "plan-made-check-value", CheckValue, "the check value of the line's key";
    PLAN_KEY_TYPE: Fact = public "plan-key-type", Text, "the kind of key that the line asks for, in the plan's word";
    PLAN_TARGET: Fact = public "plan-target", Text, "the provider that the line's key is for";
    PLAN_SYSTEM: Fact = auditor "plan-system", Text, "the system that the line's key is for";
    PLAN_OWNER: Fact = auditor "plan-owner", Text, "who answers for that system";
    PLAN_LEFT_BEHIND: Fact = public "plan-left-behind", List<Text>, "the labels of keys that attempts which broke off left in the token for this line";
    PLAN_PUBLIC_KEY_FILE: Fact = public "plan-public-key-file", PathInPack, "the public half of the line's key (DER `SubjectPublicKeyInfo`), with its folder in the pack";
    PLAN_AGAIN_FROM_SET: Fact = public "plan-again-from-set", SetName, "the older set whose shares brought the line's key back, where its backup was made again";
    PLAN_AGAIN_SPEC: Fact = public "plan-again-spec", KeySpecName, "the kind of the line's key, in the token's word, where its backup was made again";
    PLAN_AGAIN_LABEL: Fact = public "plan-again-label", Text, "the label under which the line's key was made, where its backup was made again";
    PLAN_LEFT_OUT: Fact = public "plan-left-out", List<Number>, "the lines of the older backup that the new one is without";
    PLAN_MADE: Fact = public "plan-made", Number, "how many keys of the plan were made";
    PLAN_BACKUP_SET: Fact = public "plan-backup-set", SetName, "the set whose shares open the line's backup";
    PLAN_BACKUP_FILE: Fact = public "plan-backup-file", FileInPack, "the line's wrapped key, in the pack";
    PLAN_BACKED_CHECK_VALUE: Fact = public "plan-backed-check-value", CheckValue, "the check value of the key that was backed up";
    PLAN_BACKED_UP: Fact = public "plan-backed-up", Number, "how many keys of the plan were backed up";
    PLAN_REBUILT_CHECK_VALUE: Fact = public "plan-rebuilt-check-value", CheckValue, "the check value of what the line's backup opened to with the rebuilt key";
    PLAN_REBUILT: Fact = public "plan-rebuilt", Number, "how many backups opened to their keys";
    PLAN_CHECK_VALUE: Fact = public "plan-check-value", Sha256Hex, "the check value of all keys: the digest over one line of text for each, its number, a space, its check value and LF";
    PLAN_WRAPPED_CHECK_VALUE: Fact = public "plan-wrapped-check-value", CheckValue, "the check value of the key that was wrapped for the line's provider";
    PLAN_WRAPPED_FOR: Fact = public "plan-wrapped-for", Text, "the provider that it was wrapped for";
    PLAN_CLOUD_KEY: Fact = public "plan-cloud-key", Text, "what the key is called there";
    PLAN_WRAPPING_KEY_SHA256: Fact = public "plan-wrapping-key-sha256", Sha256Hex, "the digest of the wrapping key (DER `SubjectPublicKeyInfo`) that was used";
    PLAN_RUNG: Fact = public "plan-rung", RouteWord, "how the line's key left the token";
    PLAN_BUNDLE_FOLDER: Fact = internal "plan-bundle-folder", FolderInPack, "the folder of the line's bundle, with the one that it lies in, in the pack";
    PLAN_WRAPPED: Fact = public "plan-wrapped", Number, "how many keys of the plan were wrapped";
    PLAN_SEALED: Fact = public "plan-sealed", Number, "how many keys of the plan were sealed in their token, or left as they are";
    PLAN_WRITTEN: Fact = public "plan-written", Number, "how many bundles were written to the medium";
}
