//! Names of KMS keys.

use crate::ByokError;
use crate::answers::cleaned;
use crate::providers::realms;

/// The full ARN of a KMS key as somebody typed it, in its normal form: not an alias or a bare key ID, in a Region of the
/// partition that it names.
pub fn key_arn(text: &str) -> Result<String, ByokError> {
    // AWS writes every part in small letters.
    let arn = cleaned(text).to_ascii_lowercase();
    check_arn(&arn)?;
    Ok(arn)
}

/// Whether this is a KMS key's ARN: `arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+`, at most 256 bytes.
/// Nothing outside these characters may reach a script or a policy. The Region must be one of the partition.
pub(crate) fn check_arn(arn: &str) -> Result<(), ByokError> {
    fn all(text: &str, ok: impl Fn(u8) -> bool) -> bool {
        !text.is_empty() && text.bytes().all(ok)
    }
    let parts: Vec<&str> = arn.split(':').collect();
    let good = arn.len() <= 256
        && matches!(parts[..], ["arn", partition, "kms", region, account, key]
        if partition.strip_prefix("aws").is_some_and(|p| p.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
            && all(region, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && account.len() == 12 && all(account, |b| b.is_ascii_digit())
            && key.strip_prefix("key/").is_some_and(|k| all(k, |b| b.is_ascii_alphanumeric() || b == b'-')));
    match parts[..] {
        [_, partition, _, region, ..] if good => realms::same_aws_partition(partition, region),
        _ => Err(ByokError::KeyArnMalformed),
    }
}

/// The Region, fourth part of an ARN already checked.
pub(super) fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}
