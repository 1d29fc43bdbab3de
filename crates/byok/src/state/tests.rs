use super::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

mod compared;
mod documents;

const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER: &str = "arn:aws:kms:eu-central-1:111122223333:key/mrk-0000111122223333444455556666777a";
const RING: &str = "projects/hospital-1/locations/europe-west3/keyRings/records";

fn state(files: &[&str]) -> ProviderState {
    let files: Vec<&[u8]> = files.iter().map(|f| f.as_bytes()).collect();
    ProviderState::read(&files).unwrap()
}

fn refused(file: &str) -> &'static str {
    ProviderState::read(&[file.as_bytes()]).unwrap_err().code()
}

/// As `aws kms describe-key` prints it.
fn described(arn: &str, key_state: &str, more: &str) -> String {
    let id = arn.rsplit('/').next().unwrap();
    format!(
        r#"{{
    "KeyMetadata": {{
        "AWSAccountId": "111122223333",
        "KeyId": "{id}",
        "Arn": "{arn}",
        "CreationDate": "2026-11-24T11:00:00.123000+01:00",
        "Enabled": {},
        "Description": "records, 2027",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "{key_state}",
        "Origin": "EXTERNAL",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        {more}
        "MultiRegion": false
    }}
}}
"#,
        key_state == "Enabled"
    )
}

/// As `aws kms list-keys` prints it.
fn listed(arns: &[&str]) -> String {
    let mut s = String::from("{\n    \"Keys\": [");
    for (at, arn) in arns.iter().enumerate() {
        let id = arn.rsplit('/').next().unwrap();
        let _ = write!(s, "{}{{\"KeyId\": \"{id}\", \"KeyArn\": \"{arn}\"}}", if at > 0 { "," } else { "" });
    }
    s + "]\n}\n"
}

/// As `aws kms list-aliases` prints it.
fn aliased(alias: &str, arn: &str) -> String {
    let id = arn.rsplit('/').next().unwrap();
    format!(
        r#"{{"Aliases": [
            {{"AliasName": "alias/aws/s3", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3"}},
            {{"AliasName": "{alias}", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:{alias}",
              "TargetKeyId": "{id}", "CreationDate": 1568290320.5, "LastUpdatedDate": 1568290320.5}}]}}"#
    )
}

/// An entry as `az keyvault key list` prints it.
fn entry(kid: &str, enabled: bool, expires: &str) -> String {
    let name = kid.split('/').nth(4).unwrap();
    format!(
        r#"{{"attributes": {{"created": "2026-11-24T10:00:00+00:00", "enabled": {enabled}, "expires": {expires},
            "exportable": false, "hsmPlatform": null, "notBefore": null, "recoverableDays": 90,
            "recoveryLevel": "Recoverable", "updated": "2026-11-24T10:00:00+00:00"}},
            "keySize": null, "kid": "{kid}", "managed": null, "name": "{name}", "releasePolicy": null, "tags": null}}"#
    )
}

/// As `gcloud kms keys versions list --format json` prints it.
fn version(key: &str, number: u32, version_state: &str, more: &str) -> String {
    format!(
        r#"{{"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "createTime": "2026-11-24T10:00:00.123456789Z",
            "importJob": "{RING}/importJobs/j1", "importTime": "2026-11-24T10:01:00Z", {more}
            "name": "{RING}/cryptoKeys/{key}/cryptoKeyVersions/{number}", "protectionLevel": "HSM",
            "state": "{version_state}"}}"#
    )
}

fn known(target: Target, name: &str, place: Option<&str>) -> KnownKey {
    KnownKey {
        target,
        name: name.to_owned(),
        place: place.map(str::to_owned),
        active: true,
        expires: None,
        aliases: Vec::new(),
    }
}

/// The words of all differences.
fn ids(known: &[KnownKey], seen: &ProviderState) -> Vec<String> {
    let found = compare(known, seen);
    for difference in &found {
        let says = difference.says();
        assert!(says.ends_with('.') && says.contains(&difference.key), "{says}");
    }
    found.iter().map(Difference::id).collect()
}
