//! What Alibaba's bundle, its questions and its receipts say.

use crate::arrived::Wanted;
use crate::bundle::Bundle;

pub(super) const CALLED: &str = "Alibaba Cloud KMS";
pub(super) const TO_FETCH: &str = "\
aliyun kms GetParametersForImport --region REGION --KeyId KEY --WrappingAlgorithm RSAES_OAEP_SHA_256 \\
    --WrappingKeySpec RSA_2048 > import-params.json
(for an RSA or elliptic-curve key: --WrappingAlgorithm RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD; the reply does not say
which algorithm was asked for: write it down. These lines follow the names of the interface and were not run.)
";
pub(super) const WANTED: Wanted = Wanted {
    what: "the JSON that GetParametersForImport answers",
    how: "Save the output of aliyun kms GetParametersForImport as import-params.json, unchanged, and carry that file in.",
};

/// What to know before a key is stopped, beside how `REVOKE.txt` takes it away.
pub(super) const STOP: &str = "\
    These commands follow the names of the interface and were not run.\n\
    disable stops all use; undo allows it again. expire deletes the imported material.\n\
    delete has the key deleted after 30 days; restore cancels that.\n\
    There is no revoke: RAM policies and, in a KMS instance, application access points say who may use the key.";
pub(super) const A_KEY: &str = "the ID of a key";
pub(super) const BLANK_REGION: &str = "\
    set it to the region of the key; the record does not say it";
pub(super) const REVOKE: &str = "\
    aliyun kms DeleteKeyMaterial --KeyId KEY deletes the material at once; the key stays and takes the same\n\
    material again, no other.\n";

/// What the receipt must say, and what proves which key the provider holds.
pub(super) fn check(b: &Bundle<'_>) -> String {
    let mut s = String::from(
        "receipt.json must show the key above, KeyState Enabled, Origin EXTERNAL, and the expiry decided.\n\n",
    );
    s.push_str(if b.key.is_asymmetric() {
        "This provider's wrapping has no integrity of its own: without the next comparison nothing shows that the key arrived\n\
         whole. Save the reply of GetPublicKey for the key (or its version) as receipt-public-key.json and carry it back:\n\
         its public key must be PublicKey.pem. Then sign a message and verify it with PublicKey.pem.\n"
    } else {
        "What cannot be proven: Alibaba publishes no check value. The nearest thing to proof: the same material can be\n\
         imported again from the ceremony's backup, and other material is refused.\n"
    });
    s
}

pub(super) const ASK_REGION: &str = "Which region is the key in?";
pub(super) const ASK_ACCOUNT: &str = "Which account owns the key? Its number.";
pub(super) const STATE: &str = "State: Enabled; origin: EXTERNAL";
pub(super) const SIZE: &str = "RSA_2048, the only size Alibaba hands out";
pub(super) const NOT_DESCRIBED: &str = "KeyMetadata (DescribeKey)";
