//! What AWS KMS would send: rehearsals and tests only.

use data_encoding::BASE64;

/// The JSON `aws kms get-parameters-for-import` prints, for a wrapping key of our own (DER `SubjectPublicKeyInfo`), the
/// key's full ARN, valid until Unix time `valid_to`, with these bytes for a token.
pub fn stand_in_reply(public_key: &[u8], key_arn: &str, valid_to: i64, token: &[u8]) -> Vec<u8> {
    let reply = serde_json::json!({
        "KeyId": key_arn,
        "ImportToken": BASE64.encode(token),
        "PublicKey": BASE64.encode(public_key),
        "ParametersValidTo": valid_to,
    });
    format!("{reply:#}\n").into_bytes()
}
