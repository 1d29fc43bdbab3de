//! How a key of IBM Key Protect is stopped. Commands and their options: Key Protect CLI reference and error messages, as
//! read for the import.

use super::words;
use crate::asks::one;
use crate::provider::Provider;
use crate::stop::{Blank, Command, Part, Stop};
use crate::{ByokError, Target};
use std::collections::BTreeMap;

static KEY: Blank = Blank::of("STOP_KEY", words::BLANK_KEY);
static INSTANCE: Blank = Blank::of("STOP_INSTANCE", words::BLANK_INSTANCE);

pub(super) fn stop(
    of: &dyn Provider,
    called: &str,
    prepared: &BTreeMap<String, String>,
) -> Result<Stop, ByokError> {
    let name = one(of.asks(), "key-name", called)?;
    let instance = Part::recorded(of.asks(), "instance", prepared.get("Instance"), &INSTANCE)?;
    // The commands take a key's ID; names need not be the only ones of their kind.
    let about = |verb: &str| -> Result<Vec<Command>, ByokError> {
        let text = format!("ibmcloud kp key {verb} {{}} -i {{}}");
        Ok(vec![
            Command::new("ibmcloud kp keys -i {}", &[&instance])?,
            Command::new(&text, &[&Part::from(&KEY), &instance])?,
        ])
    };
    Ok(Stop {
        disable: about("disable")?,
        delete: about("delete")?,
        undo: about("enable")?,
        ..Stop::of(Target::IbmKeyProtect, name, vec![words::STOP, words::REVOKE])
    })
}
