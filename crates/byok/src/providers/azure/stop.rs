//! How a key of Azure is stopped. Commands and their options: azure-cli 2.91.0, `keyvault/_params.py`.

use super::names::Place;
use super::words;
use crate::ByokError;
use crate::asks::one;
use crate::provider::Provider;
use crate::stop::{Blank, Command, Part, Stop};
use std::collections::BTreeMap;

static VAULT: Blank = Blank::of("STOP_VAULT", words::BLANK_VAULT);
static HSM: Blank = Blank::of("STOP_HSM", words::BLANK_HSM);
static EXPIRES: Blank = Blank::of("STOP_EXPIRES", words::BLANK_EXPIRES);

/// The key's words in a command, and its words when it is deleted.
struct Named {
    here: (&'static str, Vec<Part>),
    deleted: (&'static str, Vec<Part>),
}

impl Named {
    fn of(place: Place, host: Option<&str>, name: &str) -> Self {
        let twice = |text: &'static str, parts: Vec<Part>| Self {
            here: (text, parts.clone()),
            deleted: (text, parts),
        };
        match (place, host) {
            // The whole identifier says which of Azure's clouds is meant, whatever the tool is set to.
            (Place::Vault, Some(host)) => {
                let id = |folder: &str| vec![Part::from(format!("https://{host}/{folder}/{name}"))];
                Self { here: ("--id {}", id("keys")), deleted: ("--id {}", id("deletedkeys")) }
            }
            (Place::Vault, None) => twice("--vault-name {} --name {}", vec![(&VAULT).into(), name.into()]),
            (Place::ManagedHsm, host) => {
                let hsm = host.and_then(|host| place.name_of(host));
                let hsm = hsm.map_or_else(|| Part::from(&HSM), Part::from);
                twice("--hsm-name {} --name {}", vec![hsm, name.into()])
            }
        }
    }
}

fn about(command: &str, (words, parts): &(&str, Vec<Part>), options: &str) -> Result<Command, ByokError> {
    let mut values: Vec<&Part> = parts.iter().collect();
    let expires = Part::from(&EXPIRES);
    values.push(&expires);
    Command::new(format!("az keyvault key {command} {words} {options}").trim_end(), &values)
}

pub(super) fn stop(
    of: &dyn Provider,
    place: Place,
    called: &str,
    prepared: &BTreeMap<String, String>,
) -> Result<Stop, ByokError> {
    let name = one(of.asks(), "key-name", called)?;
    let vault = prepared.get("Vault").map(|vault| one(of.asks(), "vault", vault)).transpose()?;
    let host = vault.as_deref().and_then(|vault| vault.strip_prefix("https://"));
    let key = Named::of(place, host, &name);
    let set = |options: &str| about("set-attributes", &key.here, options);
    Ok(Stop {
        disable: vec![set("--enabled false")?],
        expire: vec![set("--expires {}")?],
        delete: vec![about("delete", &key.here, "")?],
        revoke: vec![about("list-versions", &key.here, "")?],
        restore: vec![about("recover", &key.deleted, "")?],
        undo: vec![set("--enabled true")?],
        ..Stop::of(of.target(), name.clone(), vec![words::STOP, words::REVOKE])
    })
}
