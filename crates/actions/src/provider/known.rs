//! The keys at providers that the register knows, as the comparison takes them.

use byok::Target;
use byok::state::KnownKey;
use register::{CloudKey, KeyState, Register};

/// A key at a provider that the register knows.
pub(in crate::provider) struct Known<'r> {
    pub(in crate::provider) cloud: &'r CloudKey,
    pub(in crate::provider) key: KnownKey,
}

/// Each that is of a provider which this program knows. Of two ceremonies that wrapped for one key there the newer counts, once
/// the provider took in what it made: until then what was there before is.
pub(in crate::provider) fn known(register: &Register) -> Vec<Known<'_>> {
    let mut known: Vec<Known<'_>> = Vec::new();
    for cloud in &register.clouds {
        let Ok(target) = cloud.target.parse::<Target>() else { continue };
        let key = KnownKey::recorded(target, &cloud.name, &cloud.prepared, in_use(register, &cloud.key));
        let expires = cloud.expires.as_deref().and_then(unix);
        let aliases = cloud.seen.as_ref().map(|seen| seen.aliases.clone()).unwrap_or_default();
        let same =
            |k: &Known<'_>| (k.key.target, &k.key.name, &k.key.place) == (key.target, &key.name, &key.place);
        let arrived = known.iter().any(|k| same(k) && k.cloud.received.is_some());
        if arrived && cloud.received.is_none() {
            continue;
        }
        known.retain(|k| !same(k));
        known.push(Known { cloud, key: KnownKey { expires, aliases, ..key } });
    }
    known
}

/// The key exchange keys beside them, which a vault lists too: no key of a ceremony, and known all the same.
pub(in crate::provider) fn exchange_keys(register: &Register) -> Vec<KnownKey> {
    let of = |cloud: &CloudKey| {
        let target = cloud.target.parse::<Target>().ok()?;
        let name = cloud.prepared.get("KEK")?;
        Some(KnownKey::recorded(target, name, &cloud.prepared, true))
    };
    let mut all: Vec<KnownKey> = Vec::new();
    for key in register.clouds.iter().filter_map(of) {
        if !all.contains(&key) {
            all.push(key);
        }
    }
    all
}

/// Whether the register has a key in a state in which a provider should have it usable.
fn in_use(register: &Register, check_value: &str) -> bool {
    let key = register.keys.iter().find(|key| key.check_value == check_value);
    key.is_none_or(|key| matches!(key.state, KeyState::PreActivation | KeyState::Active))
}

/// A time (RFC 3339) or a day in Unix seconds.
pub(in crate::provider) fn unix(text: &str) -> Option<i64> {
    let form = &time::format_description::well_known::Rfc3339;
    let time = time::OffsetDateTime::parse(text, form).map(time::OffsetDateTime::unix_timestamp);
    time.ok().or_else(|| script::day(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_exchange_key_is_known_once_however_many_ceremonies_used_it() {
        let cloud = |vault: &str, name: &str| CloudKey {
            target: "azure-key-vault".to_owned(),
            name: name.to_owned(),
            prepared: [("KEK", "exchange"), ("Vault", vault)]
                .map(|(what, said)| (what.to_owned(), said.to_owned()))
                .into(),
            ..CloudKey::default()
        };
        let (one, other) = ("https://one.vault.azure.net", "https://other.vault.azure.net");
        let clouds = vec![cloud(one, "a"), cloud(other, "b"), cloud(one, "c")];
        assert_eq!(exchange_keys(&Register { clouds, ..Register::default() }).len(), 2);
    }
}
