//! How a key version of Google Cloud KMS is stopped. Commands and their options: gcloud 528.0.0.

use super::names::key_in;
use super::words;
use crate::stop::{Blank, Command, Part, Stop};
use crate::{ByokError, Target};

static VERSION: Blank = Blank::of("STOP_VERSION", words::BLANK_VERSION);
static MEMBER: Blank = Blank::of("STOP_MEMBER", words::BLANK_MEMBER);
static ROLE: Blank = Blank::of("STOP_ROLE", words::BLANK_ROLE);

pub(super) fn stop(called: &str) -> Result<Stop, ByokError> {
    let malformed = || ByokError::StatedMalformed { what: "key", form: words::A_KEY.to_owned() };
    let (_, key, version) = key_in(called).ok_or_else(malformed)?;
    let whole = version.as_ref().map_or_else(|| key.clone(), |v| format!("{key}/cryptoKeyVersions/{v}"));
    let parts: Vec<&str> = key.split('/').collect();
    let part = |at: usize| Part::from(parts.get(at).copied().unwrap_or_default());
    let [project, location, ring, name] = [part(1), part(3), part(5), part(7)];
    let number = version.as_deref().map_or_else(|| Part::from(&VERSION), Part::from);
    let versions = |verb: &str| {
        let text = format!(
            "gcloud kms keys versions {verb} {{}} --key {{}} --keyring {{}} --location {{}} --project {{}}"
        );
        Command::new(&text, &[&number, &name, &ring, &location, &project])
    };
    // Which version it is, is to be seen in the list.
    let with_list = |verb: &str| -> Result<Vec<Command>, ByokError> {
        let text = "gcloud kms keys versions list --key {} --keyring {} --location {} --project {}";
        let list = Command::new(text, &[&name, &ring, &location, &project])?;
        let known = version.is_some();
        Ok(if known { vec![versions(verb)?] } else { vec![list, versions(verb)?] })
    };
    let policy = |verb: &str, options: &str, values: &[&Part]| {
        let text =
            format!("gcloud kms keys {verb} {{}} --keyring {{}} --location {{}} --project {{}} {options}");
        Command::new(text.trim_end(), &[&[&name, &ring, &location, &project], values].concat())
    };
    Ok(Stop {
        disable: with_list("disable")?,
        delete: with_list("destroy")?,
        revoke: vec![
            policy("get-iam-policy", "", &[])?,
            policy(
                "remove-iam-policy-binding",
                "--member {} --role {}",
                &[&Part::from(&MEMBER), &Part::from(&ROLE)],
            )?,
        ],
        restore: with_list("restore")?,
        undo: with_list("enable")?,
        ..Stop::of(Target::GoogleKms, whole, vec![words::STOP, words::REVOKE])
    })
}
