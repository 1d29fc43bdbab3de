//! The texts of a bundle. Only checked values (ARN, enum names, times, digests) reach a script; free text goes into
//! the plain-text file and the manifest alone.

use super::Bundle;
use super::bundle::{MATERIAL, TOKEN, expiry_options};
use super::parameters::{iso, sha256};
use data_encoding::HEXLOWER;
use std::fmt::Write as _;

/// The region, fourth part of an ARN already checked.
fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// `import.sh`, POSIX shell.
pub(super) fn shell(b: &Bundle<'_>) -> String {
    let arn = &b.parameters.key_arn;
    let (model, until) = expiry_options(b.expiry);
    let mut s = format!(
        "#!/bin/sh\n# Imports the wrapped key into AWS KMS. Import parameters are valid until {}.\nset -eu\n\
         cd -- \"$(dirname -- \"$0\")\"\n",
        iso(b.parameters.valid_to)
    );
    if b.rehearsal {
        s.push_str("echo 'This bundle was made in a rehearsal; there is nothing to import.' >&2\nexit 1\n");
        return s;
    }
    let _ = write!(
        s,
        "key='{arn}'\nregion='{}'\nsha256sum -c - <<'END'\n{}  {MATERIAL}\n{}  {TOKEN}\nEND\n",
        region(arn),
        HEXLOWER.encode(&sha256(b.blob)),
        HEXLOWER.encode(&sha256(&b.parameters.import_token)),
    );
    let _ = write!(
        s,
        "aws kms import-key-material --region \"$region\" --key-id \"$key\" --output json \\\n    \
         --encrypted-key-material 'fileb://{MATERIAL}' --import-token 'fileb://{TOKEN}' \\\n    \
         --expiration-model {model}"
    );
    if let Some(until) = until {
        let _ = write!(s, " --valid-to '{until}'");
    }
    s.push_str(" > receipt.json\n");
    s.push_str("aws kms describe-key --region \"$region\" --key-id \"$key\" --output json >> receipt.json\n");
    if b.spec.is_asymmetric() {
        s.push_str(
            "aws kms get-public-key --region \"$region\" --key-id \"$key\" --output json >> receipt.json\n",
        );
    }
    s.push_str("cat receipt.json\necho 'Carry receipt.json back; see CHECK-AFTER-IMPORT.txt.'\n");
    s
}

/// `import.ps1`, Windows `PowerShell` 5.1 or later.
pub(super) fn powershell(b: &Bundle<'_>) -> String {
    let arn = &b.parameters.key_arn;
    let (model, until) = expiry_options(b.expiry);
    let mut s = format!(
        "# Imports the wrapped key into AWS KMS. Import parameters are valid until {}.\n\
         $ErrorActionPreference = 'Stop'\nSet-Location -LiteralPath $PSScriptRoot\n",
        iso(b.parameters.valid_to)
    );
    if b.rehearsal {
        s.push_str("throw 'This bundle was made in a rehearsal; there is nothing to import.'\n");
        return s;
    }
    let _ = write!(s, "$key = '{arn}'\n$region = '{}'\n", region(arn));
    for (name, bytes) in [(MATERIAL, b.blob), (TOKEN, &b.parameters.import_token[..])] {
        let _ = writeln!(
            s,
            "if ((Get-FileHash -Algorithm SHA256 -LiteralPath '{name}').Hash -ne '{}') {{ throw '{name} has changed; \
             copy the bundle again' }}",
            HEXLOWER.encode(&sha256(bytes))
        );
    }
    let _ = write!(
        s,
        "$receipt = @()\n$receipt += aws kms import-key-material --region $region --key-id $key --output json \
         --encrypted-key-material 'fileb://{MATERIAL}' --import-token 'fileb://{TOKEN}' --expiration-model {model}"
    );
    if let Some(until) = until {
        let _ = write!(s, " --valid-to '{until}'");
    }
    let stop = "\nif ($LASTEXITCODE -ne 0) { throw 'aws failed; see above' }\n";
    s.push_str(stop);
    s.push_str("$receipt += aws kms describe-key --region $region --key-id $key --output json");
    s.push_str(stop);
    if b.spec.is_asymmetric() {
        s.push_str("$receipt += aws kms get-public-key --region $region --key-id $key --output json");
        s.push_str(stop);
    }
    s.push_str(
        "$receipt | Out-File -FilePath receipt.json -Encoding ascii\n\
         'Carry receipt.json back; see CHECK-AFTER-IMPORT.txt.'\n",
    );
    s
}

/// `importer-policy.json`: the least an importer needs, on this key alone.
pub(super) fn policy(b: &Bundle<'_>) -> String {
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
    format!("{policy:#}\n")
}

/// `CHECK-AFTER-IMPORT.txt`.
pub(super) fn check_after(b: &Bundle<'_>) -> String {
    let mut s = String::new();
    if b.rehearsal {
        s.push_str("REHEARSAL. Nothing here is to be imported.\n\n");
    }
    let _ = write!(
        s,
        "Ceremony: {}\nMade: {}\nKMS key: {}\nKind: {}\nWrapped with: {} under RSA of {} bits\n\
         SHA-256 of the wrapping key: {}\nWrapped at: {}\nCheck value of the key: {}\n\n\
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
        expiry_options(b.expiry).0,
    );
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
