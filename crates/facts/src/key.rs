//! The master key in the token, and what the token says of a key.

use crate::declare::facts;
use crate::{CheckValue, FileInPack, KeySpecName, List, Text};

facts! {
    KEY_LABEL: Fact = public "key-label", Text, "the master key's label in the token";
    KEY_SPEC: Fact = public "key-spec", KeySpecName, "the master key's kind";
    CHECK_VALUE: Fact = public "check-value", CheckValue, "the master key's check value";
    KEY_ID: Fact = public "key-id", Text, "the key's `CKA_ID` in lower-case hex, 16 random bytes, or `the token does not say`";
    KEY_UNIQUE_ID: Fact = public "key-unique-id", Text, "the key's `CKA_UNIQUE_ID` in lower-case hex, or `the token does not say`";
    AFTER_THE_CLOSE: Fact = public "after-the-close", Text, "what became of a key once it was backed up and wrapped: `sealed` in its token, left `as-it-is` by the plan, or `the-token-cannot`";
    EXTRACTABLE_AFTER: Fact = public "extractable-after", Text, "whether the key can be wrapped then, as the token says: `yes`, `no` or `the token does not say`";
    WRAP_TRIED: Fact = public "wrap-tried", Text, "what came of trying to wrap it then: `refused`, `wrapped`, `refused, but a copy can leave` or `not tried`";
    OTHER_KEYS_THAT_LEAVE: Fact = auditor "other-keys-that-leave", List<Text>, "the labels of other keys in the token that may be the same one and can leave, which somebody decided about";
    SEALED_CHECK_VALUE: Fact = public "sealed-check-value", CheckValue, "the check value of the key that was sealed, or left as it is";
    LEFT_BEHIND_BY_INTERRUPTIONS: Fact = public "left-behind-by-interruptions", List<Text>, "the labels of keys that attempts which broke off left in the token, to be deleted by hand";
    SENSITIVE: Fact = public "sensitive", Text, "whether the key never leaves the token in the clear, as the token says: `yes`, `no` or `the token does not say`";
    EXTRACTABLE: Fact = public "extractable", Text, "whether the key can be wrapped, as the token says: `yes`, `no` or `the token does not say`";
    ALWAYS_SENSITIVE: Fact = public "always-sensitive", Text, "whether the key was sensitive ever since it was made, as the token says: `yes`, `no` or `the token does not say`";
    LOCAL: Fact = public "local", Text, "whether the key was made in this token, as the token says: `yes`, `no` or `the token does not say`";
    WRAP_WITH_TRUSTED: Fact = public "wrap-with-trusted", Text, "whether only trusted keys may wrap it, as the token says: `yes`, `no` or `the token does not say`";
    PUBLIC_KEY_FILE: Fact = public "public-key-file", FileInPack, "the public half of the master key (DER `SubjectPublicKeyInfo`), in the pack";
    HOST_MEMORY_APPROVED_BY: Fact = public "host-memory-approved-by", Text, "the role of who agreed that the key passes through this computer's memory to be wrapped";
    PRIVATE_KEY_FORM: Fact = public "private-key-form", Text, "in which form a private key was wrapped, and where that form was set, in words";
}
