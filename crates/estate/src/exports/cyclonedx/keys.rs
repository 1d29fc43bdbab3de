//! Keys, with where they are and what opens their backups.

use super::algorithms::{self, Spec, WRAP};
use super::parts::{Component, Crypto, Material, Properties, Related, SecuredBy};
use super::{ASSET, CycloneDx, Inventory, WHOLE, device_ref, set_ref};
use crate::Estate;
use crate::exports::words;
use register::places::token_id;
use register::{Device, DeviceSort, Key, KeyState, SetState};

/// The name of a key's component.
pub(super) fn bom_ref(check_value: &str) -> String {
    format!("key/{check_value}")
}

/// What is material and no algorithm.
pub(super) fn related(material: Material) -> Crypto {
    Crypto {
        asset_type: "related-crypto-material",
        related_crypto_material_properties: Some(material),
        ..Crypto::default()
    }
}

/// Adds a key and what it needs: its algorithm, the tokens that have it, and the set of shares that its backup opens with.
pub(super) fn put(all: &mut Inventory, estate: &Estate<'_>, key: &Key) {
    let own = bom_ref(&key.check_value);
    let spec = key.spec.as_deref().and_then(Spec::of);
    if let Some(spec) = &spec {
        all.put(spec.component(key.strength, all.version));
        all.need(&own, spec.bom_ref());
    }
    let tokens: Vec<&Device> = tokens(estate, key).collect();
    for token in &tokens {
        all.need(&own, device_ref(DeviceSort::Token, &token.serial));
    }
    let backup = backup(estate, key);
    if let Some(set) = key.set.as_deref().map(set_ref).filter(|set| all.has(set)) {
        all.need(&own, set);
    }
    if backup {
        all.put(algorithms::wrap(all.version));
        all.need(&own, WRAP.to_owned());
    }
    all.need(WHOLE, own);
    all.put(component(all.version, estate, key, spec.as_ref(), secured_by(!tokens.is_empty(), backup)));
}

/// The tokens in which a copy of the key may be.
fn tokens<'e>(estate: &'e Estate<'_>, key: &Key) -> impl Iterator<Item = &'e Device> {
    let copies = estate.register.copies_of(&key.check_value);
    estate.register.devices.iter().filter(move |device| {
        let id = token_id(&device.serial);
        device.sort == DeviceSort::Token
            && copies.iter().any(|copy| copy.place.id == id && copy.may_be_there())
    })
}

/// Whether it has a backup whose set of shares is in use.
fn backup(estate: &Estate<'_>, key: &Key) -> bool {
    let in_use = |set: &&register::Set| set.state == SetState::InUse && key.set.as_ref() == Some(&set.set);
    key.state != KeyState::Destroyed && estate.register.sets.iter().any(|set| in_use(&set))
}

/// What guards the key by the register. It does not know hardware from software: so no token is called an HSM.
fn secured_by(in_token: bool, backup: bool) -> Option<SecuredBy> {
    let mechanism = match (in_token, backup) {
        (true, true) => words::IN_TOKEN_AND_BACKUP,
        (true, false) => words::IN_TOKEN,
        (false, true) => words::IN_BACKUP,
        (false, false) => return None,
    };
    Some(SecuredBy { mechanism: mechanism.to_owned(), algorithm_ref: backup.then(|| WRAP.to_owned()) })
}

fn component(
    version: CycloneDx,
    estate: &Estate<'_>,
    key: &Key,
    spec: Option<&Spec>,
    secured_by: Option<SecuredBy>,
) -> Component {
    let algorithm = spec.map(Spec::bom_ref);
    let new = version == CycloneDx::V1_7;
    let began = |state: KeyState| {
        key.states.iter().find(|(one, ..)| *one == state).map(|(_, since, _)| since.clone())
    };
    // A key has a label where a ceremony here made it. Of any other it is only known since when records name it.
    let made_here = key.label.is_some();
    let material = Material {
        sort: spec.map_or("unknown", |spec| spec.material),
        id: key.check_value.clone(),
        state: Some(key.state.to_string()),
        size: spec.map(|spec| spec.bits),
        related_cryptographic_assets: algorithm
            .iter()
            .filter(|_| new)
            .map(|to| Related { sort: "algorithm", to: to.clone() })
            .collect(),
        algorithm_ref: algorithm.filter(|_| !new),
        creation_date: made_here.then(|| key.since.clone()),
        activation_date: began(KeyState::Active),
        update_date: key.states.last().map(|(_, since, _)| since.clone()),
        // It may protect all through that day.
        expiration_date: key.protects_until.as_ref().map(|day| format!("{day}T23:59:59Z")),
        secured_by,
    };
    Component {
        sort: ASSET,
        bom_ref: bom_ref(&key.check_value),
        name: key.label.clone().unwrap_or_else(|| key.check_value.clone()),
        description: Some(words::key(key)),
        crypto_properties: Some(related(material)),
        properties: properties(estate, key, made_here).0,
        ..Component::default()
    }
}

fn properties(estate: &Estate<'_>, key: &Key, made_here: bool) -> Properties {
    let copies = estate.register.copies_of(&key.check_value).iter().filter(|copy| copy.may_be_there());
    let said = Properties::default()
        .says("cofferdam:check-value", &key.check_value)
        .knows("cofferdam:spec", key.spec.as_ref())
        .knows("cofferdam:strength", key.strength)
        .knows("cofferdam:named-first", (!made_here).then_some(&key.since))
        .knows("cofferdam:line", key.line)
        .knows("cofferdam:system", key.system.as_ref())
        .knows("cofferdam:owner", key.owner.as_ref())
        .knows("cofferdam:set", key.set.as_ref())
        .knows("cofferdam:processes-until", key.processes_until.as_ref())
        .knows("cofferdam:days-set-by", key.days_set_by.as_ref())
        .says("cofferdam:copies", copies.count())
        .says("cofferdam:record", &key.run);
    let states = key.states.iter();
    let said = states.fold(said, |said, (state, since, run)| {
        said.says("cofferdam:state", words::state(*state, since, run))
    });
    let clouds = estate.register.clouds.iter().filter(|cloud| cloud.key == key.check_value);
    clouds.fold(said, |said, cloud| said.says("cofferdam:at-provider", words::at_provider(cloud)))
}
