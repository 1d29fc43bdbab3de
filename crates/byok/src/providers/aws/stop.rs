//! How a key of AWS KMS is stopped. Commands and their options: service model of botocore 1.44.5.

use super::arn::{key_arn, region};
use super::words;
use crate::stop::{Blank, Command, Part, Stop};
use crate::{ByokError, Target};

static GRANT: Blank = Blank::of("STOP_GRANT", words::BLANK_GRANT);

/// A command about this key. `REVOKE.txt` has these lines too.
fn about(arn: &str, command: &str) -> Result<Command, ByokError> {
    let text = format!("aws kms {command} --key-id {{}} --region {{}}");
    Command::new(&text, &[&arn.into(), &region(arn).into()])
}

/// Switches the key off.
pub(super) fn disable(arn: &str) -> Result<Command, ByokError> {
    about(arn, "disable-key")
}

/// Deletes its material.
pub(super) fn delete_material(arn: &str) -> Result<Command, ByokError> {
    about(arn, "delete-imported-key-material")
}

pub(super) fn stop(called: &str) -> Result<Stop, ByokError> {
    let key = key_arn(called)?;
    let one_of = |command: &str, value: &Part| {
        let text = format!("aws kms {command} {{}} --key-id {{}} --region {{}}");
        Command::new(&text, &[value, &key.as_str().into(), &region(&key).into()])
    };
    Ok(Stop {
        disable: vec![disable(&key)?],
        expire: vec![delete_material(&key)?],
        // The longest time that AWS waits, and its default.
        delete: vec![one_of("schedule-key-deletion --pending-window-in-days", &"30".into())?],
        revoke: vec![
            about(&key, "list-grants")?,
            about(&key, "get-key-policy --policy-name default")?,
            one_of("revoke-grant --grant-id", &Part::from(&GRANT))?,
        ],
        restore: vec![about(&key, "cancel-key-deletion")?],
        undo: vec![about(&key, "enable-key")?],
        ..Stop::of(Target::AwsKms, key.clone(), words::STOP.to_vec())
    })
}
