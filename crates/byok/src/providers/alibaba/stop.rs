//! How a key of Alibaba Cloud KMS is stopped. The commands follow the names of the interface (API reference of Key
//! Management Service, 2016-01-20) and were not run.

use super::words;
use crate::provider::Provider;
use crate::stop::{Blank, Command, Part, Stop};
use crate::text::made_of;
use crate::{ByokError, Target};
use std::collections::BTreeMap;

static REGION: Blank = Blank::of("STOP_REGION", words::BLANK_REGION);

pub(super) fn stop(
    of: &dyn Provider,
    called: &str,
    prepared: &BTreeMap<String, String>,
) -> Result<Stop, ByokError> {
    if !made_of(called, 128, b"-_") {
        return Err(ByokError::StatedMalformed { what: "key", form: words::A_KEY.to_owned() });
    }
    let region = Part::recorded(of.asks(), "region", prepared.get("Region"), &REGION)?;
    let key = Part::from(called);
    let about = |operation: &str, options: &str| {
        let text = format!("aliyun kms {operation} --region {{}} --KeyId {{}} {options}");
        Ok::<_, ByokError>(vec![Command::new(text.trim_end(), &[&region, &key])?])
    };
    Ok(Stop {
        disable: about("DisableKey", "")?,
        expire: about("DeleteKeyMaterial", "")?,
        delete: about("ScheduleKeyDeletion", "--PendingWindowInDays 30")?,
        restore: about("CancelKeyDeletion", "")?,
        undo: about("EnableKey", "")?,
        ..Stop::of(Target::AlibabaKms, called, vec![words::STOP, words::REVOKE])
    })
}
