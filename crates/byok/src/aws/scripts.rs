//! The texts of a bundle. Only checked values (ARN, enum names, times, digests) reach a script; free text goes into
//! the plain-text file and the manifest alone.

use super::bundle::{MATERIAL, TOKEN, expiry_options};
use super::{Bundle, Rotation};
use crate::ByokError;
use crate::bundle::BundleFile;
use crate::digest::{sha256, sha256_hex};
use crate::moment::iso;
use crate::script::{Output, Script, Step, Word};
use data_encoding::HEXLOWER;
use std::fmt::Write as _;

/// The region, fourth part of an ARN already checked.
fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

fn script<'a>(b: &'a Bundle<'_>, steps: &'a [Step]) -> Script<'a> {
    Script {
        title: "Imports the wrapped key into AWS KMS.".to_owned(),
        until: Some(b.parameters.valid_to),
        files: vec![(MATERIAL, sha256_hex(b.blob)), (TOKEN, sha256_hex(&b.parameters.import_token))],
        steps,
        rehearsal: b.rehearsal,
    }
}

fn steps(b: &Bundle<'_>, rotation: &Rotation) -> Vec<Step> {
    let key = b.parameters.key_arn.as_str();
    let command = |verb: &str| -> Vec<Word> {
        ["aws", "kms", verb, "--region", region(key), "--key-id", key, "--output", "json"]
            .map(Word::from)
            .into()
    };
    let (model, until) = expiry_options(b.expiry);
    let mut import = command("import-key-material");
    for word in [
        "--encrypted-key-material",
        "fileb://EncryptedKeyMaterial.bin",
        "--import-token",
        "fileb://ImportToken.bin",
    ] {
        import.push(word.into());
    }
    import.push("--expiration-model".into());
    import.push(model.into());
    if let Some(until) = until {
        import.push("--valid-to".into());
        import.push(until.into());
    }
    import.extend(rotation.options().into_iter().map(Word::from));
    let mut steps = vec![
        Step::Run(import, Output::Receipt),
        // The key's state follows the import a moment later.
        Step::Wait(10),
        Step::Run(command("describe-key"), Output::Receipt),
    ];
    if b.spec.is_asymmetric() {
        steps.push(Step::Run(command("get-public-key"), Output::Receipt));
    }
    steps
}

/// `import.sh`, POSIX shell.
pub(super) fn shell(b: &Bundle<'_>, rotation: &Rotation) -> Result<String, ByokError> {
    script(b, &steps(b, rotation)).shell()
}

/// `import.ps1`, Windows `PowerShell` 5.1 or later.
pub(super) fn powershell(b: &Bundle<'_>, rotation: &Rotation) -> Result<String, ByokError> {
    script(b, &steps(b, rotation)).powershell()
}

/// `REVOKE.txt`.
pub(super) fn revoke(b: &Bundle<'_>) -> String {
    let key = &b.parameters.key_arn;
    format!(
        "Ceremony: {}\nMade: {}\nCheck value of the key: {}\n\nTo take this key out of the cloud again:\n\
         aws kms disable-key --key-id {key} --region {region}\n\
         aws kms delete-imported-key-material --key-id {key} --region {region}\n\
         The second deletes the material at once; the same material, and no other, can be imported again. Disable a key that\n\
         may be compromised first, and see what still uses it. The ceremony's backup still holds the key. Destroying it too\n\
         is another ceremony.\n",
        b.ceremony,
        b.made_at,
        b.check_value,
        region = region(key),
    )
}

/// `importer-policy.json`: the least an importer needs, on this key alone.
pub(super) fn policy(b: &Bundle<'_>) -> BundleFile {
    let mut actions = vec!["kms:ImportKeyMaterial", "kms:DescribeKey"];
    if b.spec.is_asymmetric() {
        actions.push("kms:GetPublicKey");
    }
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "ImportThisKeyOnly",
            "Effect": "Allow",
            "Action": actions,
            "Resource": b.parameters.key_arn,
        }],
    });
    BundleFile::json("importer-policy.json", &policy)
}

/// `CHECK-AFTER-IMPORT.txt`.
pub(super) fn check_after(b: &Bundle<'_>, rotation: &Rotation) -> String {
    let mut s = String::new();
    if b.rehearsal {
        s.push_str("REHEARSAL. Nothing here is to be imported.\n\n");
    }
    let _ = write!(
        s,
        "Ceremony: {}\nMade: {}\nKMS key: {}\nKind: {}\nWrapped with: {} under RSA of {} bits\n\
         SHA-256 of the wrapping key: {}\nWrapped at: {}\nCheck value of the key: {}\n\n\
         Import before {}. On Windows: powershell -ExecutionPolicy Bypass -File import.ps1\n\n\
         After import.sh or import.ps1, receipt.json must say:\n\
         - the key above, KeyState Enabled, Origin EXTERNAL, ExpirationModel {}\n\
         - KeyMaterialId: write it down. Only AWS can compute it; an import of the same key must show the same one.\n\n",
        b.ceremony,
        b.made_at,
        b.parameters.key_arn,
        b.spec,
        b.algorithm,
        b.parameters.modulus_bits,
        HEXLOWER.encode(&b.parameters.fingerprint()),
        b.rung,
        b.check_value,
        iso(b.parameters.valid_to),
        expiry_options(b.expiry).0,
    );
    s.push_str(&rotation.explained());
    if let Some(public) = b.public_key {
        let _ = write!(
            s,
            "Proof that AWS holds this key: the PublicKey of get-public-key, decoded, equals PublicKey.der\n\
             (SHA-256 {}). Then sign a message in KMS and verify it with PublicKey.der.\n",
            HEXLOWER.encode(&sha256(public))
        );
    } else if b.spec.is_hmac() {
        s.push_str(
            "Proof that AWS holds this key: generate-mac of a known message equals the HMAC that the ceremony's key\n\
             gives for the same message.\n",
        );
    } else {
        s.push_str(
            "What cannot be proven: AWS publishes no check value of a symmetric key, and its ciphertexts cannot be\n\
             opened outside KMS. That the import succeeded shows that AWS unwrapped 32 bytes; encrypting and decrypting\n\
             shows that the key works, not which key it is. The nearest thing to proof: import the same key again from\n\
             the ceremony's backup with fresh parameters. It succeeds for the same key only; another one fails with\n\
             IncorrectKeyMaterialException.\n",
        );
    }
    s
}
