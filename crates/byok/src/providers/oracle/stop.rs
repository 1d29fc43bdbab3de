//! How a key of OCI Vault is stopped. Commands and their options: oci-cli, `kms management key`.

use super::words;
use crate::asks::one;
use crate::provider::Provider;
use crate::stop::{Blank, Command, Part, Stop};
use crate::{ByokError, Target};
use std::collections::BTreeMap;

static KEY: Blank = Blank::of("STOP_KEY", words::BLANK_KEY);
static ENDPOINT: Blank = Blank::of("STOP_ENDPOINT", words::BLANK_ENDPOINT);

pub(super) fn stop(
    of: &dyn Provider,
    called: &str,
    prepared: &BTreeMap<String, String>,
) -> Result<Stop, ByokError> {
    // A record has the OCID of a key that existed before the import, and else the name that it was to get.
    let (called, key) = match one(of.asks(), "key", called) {
        Ok(ocid) => (ocid.clone(), Part::from(ocid)),
        Err(_) => (one(of.asks(), "key-name", called)?, Part::from(&KEY)),
    };
    let endpoint = Part::recorded(of.asks(), "endpoint", prepared.get("Management endpoint"), &ENDPOINT)?;
    let about = |verb: &str| {
        let text = format!("oci kms management key {verb} --key-id {{}} --endpoint {{}}");
        Ok::<_, ByokError>(vec![Command::new(&text, &[&key, &endpoint])?])
    };
    Ok(Stop {
        disable: about("disable")?,
        delete: about("schedule-deletion")?,
        restore: about("cancel-deletion")?,
        undo: about("enable")?,
        ..Stop::of(Target::OracleVault, called, vec![words::STOP, words::REVOKE])
    })
}
