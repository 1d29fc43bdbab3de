//! How a key of a transit engine is stopped. The engine's rules: `path_keys_config.go` of openbao/openbao at 5b51cab6.

use super::words;
use crate::asks::one;
use crate::provider::Provider;
use crate::stop::{Blank, Command, Part, Stop};
use crate::{ByokError, Target};
use std::collections::BTreeMap;

static PROGRAM: Blank =
    Blank { choices: &["vault", "bao"], ..Blank::of("STOP_PROGRAM", words::BLANK_PROGRAM) };
static MOUNT: Blank = Blank::of("STOP_MOUNT", words::BLANK_MOUNT);
static NEXT: Blank = Blank::of("STOP_NEXT", words::BLANK_NEXT);
static OLDEST: Blank = Blank::of("STOP_OLDEST", words::BLANK_OLDEST);

pub(super) fn stop(
    of: &dyn Provider,
    called: &str,
    prepared: &BTreeMap<String, String>,
) -> Result<Stop, ByokError> {
    let name = one(of.asks(), "key-name", called)?;
    let mount = match prepared.get("Key") {
        Some(path) => {
            let mount = path.strip_suffix(&format!("/keys/{name}"));
            let mount = mount
                .ok_or_else(|| ByokError::StatedMalformed { what: "key", form: words::A_PATH.to_owned() })?;
            Part::from(one(of.asks(), "mount", mount)?)
        }
        None => Part::from(&MOUNT),
    };
    let key = Part::from(name.as_str());
    // Records do not say which of the two programs it is.
    let about = |verb: &str, options: &str, value: &Part| {
        let text = format!("{{}} {verb} {{}}/keys/{{}}{options}");
        Command::new(&text, &[&Part::from(&PROGRAM), &mount, &key, value, value])
    };
    let none = Part::from(&NEXT);
    let config = |setting: &str, value: &Part| about("write", &format!("/config {setting}"), value);
    Ok(Stop {
        disable: vec![
            about("read -format=json", "", &none)?,
            config("min_encryption_version={} min_decryption_version={}", &none)?,
        ],
        delete: vec![config("deletion_allowed=true", &none)?, about("delete", "", &none)?],
        undo: vec![config("min_decryption_version={}", &Part::from(&OLDEST))?],
        ..Stop::of(Target::Transit, name.clone(), vec![words::STOP, words::REVOKE])
    })
}
