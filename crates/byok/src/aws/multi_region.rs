//! Multi-Region keys: one bundle a Region, in the one order that works.

use super::Parameters;
use crate::ByokError;

/// One import of a multi-Region key's new material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// 1 for the primary Region, then the replicas.
    pub number: usize,
    /// The Region.
    pub region: String,
    /// The key's ARN there.
    pub key_arn: String,
    /// `NEW_KEY_MATERIAL` in the primary Region, `EXISTING_KEY_MATERIAL` in the replicas.
    pub import_type: &'static str,
    /// What to wait for before the next stage.
    pub then: &'static str,
}

/// The parts of a multi-Region key's ARN that its replicas share, and the Region.
fn parts(arn: &str) -> Option<(&str, &str, &str, &str)> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "kms", region, account, key] = parts[..] else { return None };
    key.starts_with("key/mrk-").then_some((partition, region, account, key))
}

/// The order of imports for one multi-Region key: each Region has its own import parameters, wrapping key and bundle of
/// the same material.
pub fn order(primary: &Parameters, replicas: &[Parameters]) -> Result<Vec<Stage>, ByokError> {
    let not_one =
        || ByokError::Rotation("these are not the parameters of one multi-Region key (mrk-…) in its Regions");
    let (partition, region, account, key) = parts(&primary.key_arn).ok_or_else(not_one)?;
    let last =
        "all Regions show PENDING_ROTATION: then run aws kms rotate-key-on-demand in the primary Region";
    let mut stages = vec![Stage {
        number: 1,
        region: region.to_owned(),
        key_arn: primary.key_arn.clone(),
        import_type: "NEW_KEY_MATERIAL",
        then: if replicas.is_empty() {
            last
        } else {
            "the material shows PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
        },
    }];
    let mut wrapping = vec![primary.fingerprint()];
    for (at, replica) in replicas.iter().enumerate() {
        let (p, region, a, k) = parts(&replica.key_arn).ok_or_else(not_one)?;
        if (p, a, k) != (partition, account, key) || stages.iter().any(|s| s.region == region) {
            return Err(not_one());
        }
        if wrapping.contains(&replica.fingerprint()) {
            return Err(ByokError::Rotation(
                "two Regions have the same wrapping key; fetch each Region's own parameters",
            ));
        }
        wrapping.push(replica.fingerprint());
        stages.push(Stage {
            number: at + 2,
            region: region.to_owned(),
            key_arn: replica.key_arn.clone(),
            import_type: "EXISTING_KEY_MATERIAL",
            then: if at + 1 == replicas.len() { last } else { "the import succeeded in this Region" },
        });
    }
    Ok(stages)
}
