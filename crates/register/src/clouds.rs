//! Keys as providers have them: what each is called there, until when it is kept, and what was seen of it last.

use crate::told::{List, Told};
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// A key at a provider, by the ceremony that wrapped it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudKey {
    /// The check value.
    pub key: String,
    /// The provider, as `aws-kms`.
    pub target: String,
    /// What the key is called there.
    pub name: String,
    /// What else was said of where it is, such as its vault.
    pub prepared: BTreeMap<String, String>,
    /// The run that wrapped it.
    pub run: String,
    /// When, UTC.
    pub since: String,
    /// Until when the provider keeps it (RFC 3339); absent where for ever.
    pub expires: Option<String>,
    /// When its receipt was read, UTC, and by which run.
    pub received: Option<(String, String)>,
    /// What the provider calls what it took in, where the receipt says so.
    pub called: Option<String>,
    /// What the provider showed of it, where that was carried in.
    pub seen: Option<Seen>,
}

/// What a provider showed of a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// In which condition it was, as `usable`.
    pub condition: String,
    /// Its aliases.
    pub aliases: Vec<String>,
    /// Until when it is kept (RFC 3339).
    pub expires: Option<String>,
    /// When that was read here, UTC, and by which run.
    pub on: String,
    /// See [`Self::on`].
    pub run: String,
}

/// A key at a provider: by run, provider, name and check value. Two lines of a plan may be of one name, in two vaults.
type At = (String, String, String, String);

/// Every key at a provider.
#[derive(Default)]
pub(crate) struct Clouds {
    all: BTreeMap<At, CloudKey>,
    /// What the record at hand says of where the key is that it wraps, and of the receipt that it reads.
    prepared: BTreeMap<String, String>,
    receipt: Option<At>,
}

impl List for Clouds {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        self.prepared = facts::PREPARED.within(entry).unwrap_or_else(|| std::mem::take(&mut self.prepared));
        self.sent(of, entry);
        self.received(of, entry);
        self.seen(of, entry);
        // What was wrapped in a ceremony that was given up is nobody's to import.
        if entry.kind == Kind::Abandoned {
            self.all.retain(|(run, ..), _| run != of.run);
        }
    }

    fn begins(&mut self) {
        self.prepared.clear();
        self.receipt = None;
    }
}

impl Clouds {
    fn sent(&mut self, of: &Told<'_>, entry: &Entry) {
        let alone = facts::WRAPPED_FOR.within(entry).map(|target| {
            (target, of.cloud.clone().unwrap_or_default(), facts::WRAPPED_CHECK_VALUE.within(entry))
        });
        let of_plan = facts::PLAN_WRAPPED_FOR.within(entry).map(|target| {
            let name = facts::PLAN_CLOUD_KEY.within(entry).unwrap_or_default();
            (target, name, facts::PLAN_WRAPPED_CHECK_VALUE.within(entry))
        });
        let Some((target, name, Some(key))) = alone.or(of_plan) else { return };
        let expires = facts::EXPIRY.within(entry).filter(|until| crate::day::of(until).is_some());
        let at = (of.run.to_owned(), target.clone(), name.clone(), key.clone());
        self.all.insert(
            at,
            CloudKey {
                key,
                target,
                name,
                prepared: self.prepared.clone(),
                run: of.run.to_owned(),
                since: entry.utc.clone(),
                expires,
                ..CloudKey::default()
            },
        );
    }

    fn received(&mut self, of: &Told<'_>, entry: &Entry) {
        if let (Some(target), Some(name), Some(earlier), Some(sent)) =
            (facts::RECEIPT_TARGET.within(entry), facts::RECEIPT_KEY.within(entry), &of.earlier_run, &of.sent)
        {
            self.receipt = Some((earlier.clone(), target, name, sent.clone()));
        }
        if facts::RECEIPT.within(entry).is_none() {
            return;
        }
        let at = self.receipt.take();
        if let Some(key) = at.and_then(|at| self.all.get_mut(&at)) {
            key.received = Some((entry.utc.clone(), of.run.to_owned()));
            key.called = facts::RECEIPT_NAME.within(entry);
        }
    }

    fn seen(&mut self, of: &Told<'_>, entry: &Entry) {
        for seen in facts::PROVIDER_STATE_SEEN.within(entry).into_iter().flatten() {
            let text = |name: &str| seen.get(name).and_then(|v| v.as_str()).map(str::to_owned);
            let (Some(run), Some(target), Some(name), Some(check_value)) =
                (text("run"), text("target"), text("name"), text("key"))
            else {
                continue;
            };
            // Absent where the file listed no aliases of that place: what was seen before stands.
            let aliases = seen.get("aliases").and_then(|v| v.as_array());
            let aliases: Option<Vec<String>> =
                aliases.map(|all| all.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect());
            if let Some(key) = self.all.get_mut(&(run, target, name, check_value)) {
                let before = key.seen.take().map(|seen| seen.aliases);
                key.seen = Some(Seen {
                    condition: text("condition").unwrap_or_default(),
                    aliases: aliases.or(before).unwrap_or_default(),
                    expires: text("expires"),
                    on: entry.utc.clone(),
                    run: of.run.to_owned(),
                });
            }
        }
    }

    /// Every key at a provider, oldest first.
    pub(crate) fn listed(self) -> Vec<CloudKey> {
        let mut all: Vec<CloudKey> = self.all.into_values().collect();
        all.sort_by(|a, b| {
            (&a.since, &a.run, &a.target, &a.name).cmp(&(&b.since, &b.run, &b.target, &b.name))
        });
        all
    }
}
