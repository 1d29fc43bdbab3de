//! What is known here against what an export shows.

use super::difference::{Change, Difference};
use super::keys::{Condition, Id, SeenKey, full_name};
use super::{ProviderState, place};
use crate::Target;
use std::collections::{BTreeMap, BTreeSet};

/// A key that is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// Where it was sent.
    pub target: Target,
    /// What it is called there, as the record of its import has it ([`crate::provider::Import::called`]) or as a receipt
    /// names it: an Azure key identifier and a Google key version are taken as well, and then mean that version alone.
    pub name: String,
    /// Where it lies there, as [`place`] gives it; none where the record does not say it. An Azure key's name alone does
    /// not: then it is found only where one key of the export has that name.
    pub place: Option<String>,
    /// Whether it is in use by what is known here.
    pub active: bool,
    /// Until when, Unix seconds.
    pub expires: Option<i64>,
    /// Its AWS aliases as they were seen last time; empty where they never were.
    pub aliases: Vec<String>,
}

impl KnownKey {
    /// A key by its name in a record and what the record has beside it, without expiry and aliases.
    pub fn recorded(target: Target, called: &str, prepared: &BTreeMap<String, String>, active: bool) -> Self {
        let (name, place) = (called.to_owned(), place(target, called, prepared));
        Self { target, name, place, active, expires: None, aliases: Vec::new() }
    }

    fn id(&self) -> Id {
        Id::read(self.target, &self.name, self.place.as_deref())
    }

    /// Its name for people and for [`Difference::id`].
    pub fn key(&self) -> String {
        let id = self.id();
        match self.target {
            Target::AzureKeyVault | Target::AzureManagedHsm if !self.name.contains('/') => {
                full_name(self.target, id.place.as_deref(), &self.name, None)
            }
            _ => self.name.clone(),
        }
    }
}

impl From<&SeenKey> for KnownKey {
    /// A key as it is seen, to be compared the next time.
    fn from(seen: &SeenKey) -> Self {
        Self {
            target: seen.target,
            name: seen.full_name(),
            place: Some(seen.place.clone()),
            active: seen.condition == Condition::Usable,
            expires: seen.expires,
            aliases: seen.aliases.clone(),
        }
    }
}

/// What differs, first by the order of the keys known, then the keys that nobody knows.
///
/// A record names no version, so that for a key of which the export shows several the best of them counts: it is called
/// disabled when none of them can be used, and usable when one can.
pub fn compare(known: &[KnownKey], seen: &ProviderState) -> Vec<Difference> {
    let seen = Seen::of(seen);
    let mut found = Vec::new();
    let mut matched = BTreeSet::new();
    let earlier: Earlier<'_> = known
        .iter()
        .filter_map(|k| Some((k.id().place?, k)))
        .flat_map(|(place, k)| k.aliases.iter().map(move |alias| (place.clone(), alias.as_str())))
        .collect();
    for key in known {
        let id = key.id();
        let here = seen.matching(&id);
        matched.extend(here.iter().map(|s| Id::of(s)));
        let differences = changes(key, &id, &here, &seen);
        found.extend(differences.into_iter().map(|what| Difference {
            target: key.target,
            key: key.key(),
            what,
        }));
        found.extend(aliases(key, &here, &earlier, &seen));
    }
    let places: BTreeSet<(Target, String)> =
        known.iter().filter_map(|k| Some((k.target, k.id().place?))).collect();
    for s in &seen.state.keys {
        // At AWS many keys are in an account that nobody imported; a vault or a key ring is for keys of one purpose.
        let of_interest = match s.target {
            Target::AwsKms => s.imported == Some(true),
            _ => places.contains(&(s.target, s.place.clone())) && s.condition != Condition::Destroyed,
        };
        if of_interest && !matched.contains(&Id::of(s)) {
            found.push(Difference { target: s.target, key: s.full_name(), what: Change::Unknown });
        }
    }
    found
}

impl ProviderState {
    /// What it shows of a known key: of several versions the one that says the most use of it; none where it does not show it.
    pub fn of_key(&self, known: &KnownKey) -> Option<&SeenKey> {
        Seen::of(self).matching(&known.id()).into_iter().min_by_key(|seen| rank(&seen.condition))
    }

    /// Whether it lists the aliases of the place of this key.
    pub fn lists_aliases_beside(&self, seen: &SeenKey) -> bool {
        self.alias_lists.contains(&seen.place)
    }
}

/// The aliases that were seen last time, each with the Region and account that it was in.
type Earlier<'k> = BTreeSet<(String, &'k str)>;

/// An export by the names in it.
struct Seen<'s> {
    state: &'s ProviderState,
    by_name: BTreeMap<(Target, String), Vec<&'s SeenKey>>,
    by_alias: BTreeMap<(&'s str, &'s str), &'s SeenKey>,
}

impl<'s> Seen<'s> {
    fn of(state: &'s ProviderState) -> Self {
        let mut seen = Self { state, by_name: BTreeMap::new(), by_alias: BTreeMap::new() };
        for key in &state.keys {
            seen.by_name.entry((key.target, Id::of(key).name)).or_default().push(key);
            for alias in &key.aliases {
                seen.by_alias.insert((&key.place, alias), key);
            }
        }
        seen
    }

    /// The keys of that name in that place, of whatever version.
    fn named(&self, id: &Id) -> Vec<&'s SeenKey> {
        let all = self.by_name.get(&(id.target, id.name.clone())).map_or(&[][..], Vec::as_slice);
        let here = |s: &&&SeenKey| id.place.as_deref().is_none_or(|place| place == s.place);
        let found: Vec<&SeenKey> = all.iter().filter(here).copied().collect();
        // A name that two vaults have means neither.
        let one = found.windows(2).all(|two| two[0].place == two[1].place);
        if one { found } else { Vec::new() }
    }

    /// Those that may be the one meant. What the export shows without a version stands for each of them.
    fn matching(&self, id: &Id) -> Vec<&'s SeenKey> {
        let same = |s: &&SeenKey| id.version.is_none() || s.version.is_none() || s.version == id.version;
        self.named(id).into_iter().filter(same).collect()
    }

    /// Whether the export would show the key if it were there.
    fn covers(&self, id: &Id) -> bool {
        let lists = |place: Option<&str>| {
            place.is_some_and(|place| self.state.lists.contains(&(id.target, place.to_owned())))
        };
        // A list of keys does not name all their versions.
        lists(Some(&id.name)) || (lists(id.place.as_deref()) && self.named(id).is_empty())
    }
}

fn changes(key: &KnownKey, id: &Id, here: &[&SeenKey], seen: &Seen<'_>) -> Vec<Change> {
    if here.is_empty() {
        return match (seen.covers(id), key.active) {
            (true, true) => vec![Change::KnownAbsent],
            (true, false) => Vec::new(),
            (false, _) => vec![Change::NotCovered],
        };
    }
    let mut found = Vec::new();
    if id.place.is_none() {
        found.push(Change::ByNameAlone);
    }
    let said = here.iter().filter(|s| s.condition != Condition::NotSaid);
    let Some(best) = said.min_by_key(|s| rank(&s.condition)) else {
        found.push(Change::StateNotShown);
        return found;
    };
    let changed = match (&best.condition, key.active) {
        (Condition::Usable, false) => Some(Change::StillUsable),
        (Condition::Other(word), _) => Some(Change::Unclear(word.clone())),
        (Condition::Usable, true) | (Condition::NotSaid, _) | (_, false) => None,
        (Condition::Disabled, true) => Some(Change::Disabled),
        (Condition::PendingDeletion(day), true) => Some(Change::PendingDeletion(*day)),
        (Condition::Destroyed, true) => Some(Change::Destroyed),
        (Condition::PendingImport, true) => Some(Change::NotImported),
    };
    found.extend(changed);
    // Where the material is gone, so is its expiry.
    let has_material = matches!(best.condition, Condition::Usable | Condition::Disabled);
    if key.active && has_material && best.expires != key.expires {
        found.push(Change::ExpiryMoved { was: key.expires, is: best.expires });
    }
    found
}

/// The more use there is of a key, the lower.
fn rank(condition: &Condition) -> usize {
    match condition {
        Condition::Usable => 0,
        // It may be usable.
        Condition::Other(_) => 1,
        Condition::Disabled => 2,
        Condition::PendingImport => 3,
        Condition::PendingDeletion(_) => 4,
        Condition::Destroyed => 5,
        Condition::NotSaid => 6,
    }
}

/// Aliases that left the key, and those that came to it and were nobody's, where the export lists the aliases of its place.
fn aliases(key: &KnownKey, here: &[&SeenKey], earlier: &Earlier<'_>, seen: &Seen<'_>) -> Vec<Difference> {
    let place = key.id().place.unwrap_or_default();
    if key.target != Target::AwsKms || key.aliases.is_empty() || !seen.state.alias_lists.contains(&place) {
        return Vec::new();
    }
    let name = key.key();
    let moved = |alias: &str, from: Option<String>, to: Option<String>| Difference {
        target: key.target,
        key: name.clone(),
        what: Change::AliasMoved { alias: alias.to_owned(), from, to },
    };
    let mut found = Vec::new();
    for alias in &key.aliases {
        let now = seen.by_alias.get(&(place.as_str(), alias.as_str()));
        if !now.is_some_and(|now| here.iter().any(|s| Id::of(s) == Id::of(now))) {
            found.push(moved(alias, Some(name.clone()), now.map(|s| s.name.clone())));
        }
    }
    for alias in here.iter().flat_map(|s| &s.aliases) {
        if !earlier.contains(&(place.clone(), alias.as_str())) {
            found.push(moved(alias, None, Some(name.clone())));
        }
    }
    found
}
