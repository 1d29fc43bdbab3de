//! Multi-Region keys: one bundle a Region, in the one order that works.

use super::words;
use crate::ByokError;
use crate::provider::{Import, Stage};

/// The parts of a multi-Region key's ARN that its replicas share, and the Region.
fn parts(arn: &str) -> Option<(&str, &str, &str, &str)> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "kms", region, account, key] = parts[..] else { return None };
    key.starts_with("key/mrk-").then_some((partition, region, account, key))
}

/// `NEW_KEY_MATERIAL` in the primary Region, `EXISTING_KEY_MATERIAL` in the replicas.
pub(super) fn order(primary: &dyn Import, replicas: &[&dyn Import]) -> Result<Vec<Stage>, ByokError> {
    let not_one = || ByokError::Rotation(words::NOT_ONE_KEY);
    let (partition, region, account, key) = parts(primary.called()).ok_or_else(not_one)?;
    let mut stages = vec![Stage {
        number: 1,
        region: region.to_owned(),
        key: primary.called().to_owned(),
        import_type: "NEW_KEY_MATERIAL",
        then: if replicas.is_empty() { words::THEN_ROTATE } else { words::THEN_REPLICAS },
    }];
    let mut wrapping = vec![primary.wrapping_key().fingerprint()];
    for (at, replica) in replicas.iter().enumerate() {
        let (p, region, a, k) = parts(replica.called()).ok_or_else(not_one)?;
        if (p, a, k) != (partition, account, key) || stages.iter().any(|s| s.region == region) {
            return Err(not_one());
        }
        if wrapping.contains(&replica.wrapping_key().fingerprint()) {
            return Err(ByokError::Rotation(words::SAME_WRAPPING_KEY));
        }
        wrapping.push(replica.wrapping_key().fingerprint());
        stages.push(Stage {
            number: at + 2,
            region: region.to_owned(),
            key: replica.called().to_owned(),
            import_type: "EXISTING_KEY_MATERIAL",
            then: if at + 1 == replicas.len() { words::THEN_ROTATE } else { words::THEN_NEXT },
        });
    }
    Ok(stages)
}
