//! The key on its way to a cloud: the wrapping key, the bundle and the receipt.

use crate::declare::facts;
use crate::{CheckValue, FileInPack, FileName, List, Map, Number, Pair, RouteWord, Sha256Hex, Text};

facts! {
    TARGET: Fact = public "target", Text, "the provider that the wrapping key is from";
    CLOUD_KEY: Fact = public "cloud-key", Text, "what the key is called at the provider: of AWS KMS its ARN";
    WRAPPING_KEY_SHA256: Fact = public "wrapping-key-sha256", Sha256Hex, "the digest of the provider's wrapping key (DER `SubjectPublicKeyInfo`)";
    WRAPPING_KEY_BITS: Fact = public "wrapping-key-bits", Number, "the size of that RSA key in bits";
    VALID_TO_UTC: Fact = public "valid-to-utc", Text, "until when what was fetched can be used (RFC 3339), or that no end was stated";
    WRAPPING_ALGORITHM: Fact = public "wrapping-algorithm", Text, "the wrapping algorithm, in the provider's word";
    RECIPE: Fact = public "recipe", Text, "what that algorithm does, as `OAEP(SHA-256)`";
    PREPARED: Fact = public "prepared", Map<Text>, "what else the provider's file shows, by name";
    STATED_BY_THE_OPERATOR: Fact = public "stated-by-the-operator", Map<Text>, "what people stated beside the file, by name";
    PARAMETERS_FILE: Fact = internal "parameters-file", FileInPack, "the provider's file as it was read, in the pack";
    PARAMETERS_NAME: Fact = internal "parameters-name", Text, "the name that this file had on its medium";
    COMPARED: Fact = public "compared", Text, "what was compared with the slip, and by whom, in words";
    AGREEMENTS: Fact = public "agreements", List<Pair<Text, Text>>, "the providers that keys go to, each with the agreements that count that day by the register, or `none`";
    WITHOUT_AGREEMENT: Fact = auditor "without-agreement", Text, "why two people go on without one";
    RUNG: Fact = public "rung", RouteWord, "how the key left the token for the cloud";
    WRAPPED_CHECK_VALUE: Fact = public "wrapped-check-value", CheckValue, "the check value of the key that was wrapped";
    WRAPPED_FOR: Fact = public "wrapped-for", Text, "the provider that it was wrapped for";
    IMPORTED_AS: Fact = public "imported-as", Text, "which import of its key it is: `first`, `new-material`, or `existing-material` that the key had before";
    EXPIRY: Fact = public "expiry", Text, "until when the provider is to keep it: `never`, or a time (RFC 3339)";
    ROUTE_SELF_TEST: Fact = public "route-self-test", Text, "what came of trying the route on throw-away keys, in words";
    BUNDLE_FOLDER: Fact = internal "bundle-folder", FileName, "the folder of the run's folder with the bundle, which the pack has as `bundle`";
    WRITTEN_TO_MEDIUM: Fact = public "written-to-medium", Text, "how many files were written to a medium and read back, in words";
    MEDIUM_FOLDER: Fact = internal "medium-folder", Text, "the path of the bundle's folder on the medium";
    EARLIER_CHECK_VALUE: Fact = public "earlier-check-value", CheckValue, "the check value of the key in an earlier ceremony's bundle";
    EARLIER_MANIFEST: Fact = internal "earlier-manifest", FileInPack, "the manifest of that bundle, in the pack";
    RECEIPT_TARGET: Fact = public "receipt-target", Text, "the provider that the receipt is from";
    RECEIPT_KEY: Fact = public "receipt-key", Text, "what the key is called there";
    RECEIPT: Fact = public "receipt", List<Text>, "what the receipt says, line by line";
    RECEIPT_FILE: Fact = internal "receipt-file", FileInPack, "the receipt, in the pack";
    RECEIPT_NAME: Fact = public "receipt-name", Text, "what the provider calls what it took in, where its receipt says so";
    RECEIPT_SHOWS_WHICH_KEY: Fact = public "receipt-shows-which-key", Text, "what the receipt proves of which key was taken in, in words";
}
