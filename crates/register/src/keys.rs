//! The keys: what each is, in which state of SP 800-57 it is, and until when it may protect and process.

use crate::told::{List, Told, declared};
use crate::wrapped_still::{Left, WrappedStill, left_of};
use crate::{day, words};
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// A key, by its check value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The check value: of 128 bits at least, so that no two keys have one.
    pub check_value: String,
    /// The kind of key, as `aes-256`; absent where no record here says it.
    pub spec: Option<String>,
    /// Its security strength in bits (SP 800-57 Part 1 Rev. 5, tables 2 and 3).
    pub strength: Option<u16>,
    /// The label in the token that it was made in.
    pub label: Option<String>,
    /// Where it was made, in words.
    pub made: String,
    /// The line of its plan, the system that it is for, and who answers for that system, where it is of a plan.
    pub line: Option<u64>,
    /// See [`Self::line`].
    pub system: Option<String>,
    /// See [`Self::line`].
    pub owner: Option<String>,
    /// The run that made it, or the first one that names it.
    pub run: String,
    /// When, UTC.
    pub since: String,
    /// The newest set of shares that its backup opens with.
    pub set: Option<String>,
    /// The day until which it may protect data, counted from when it was made.
    pub protects_until: Option<String>,
    /// The day until which it may process what it protected.
    pub processes_until: Option<String>,
    /// The run in which two people set other days than the usual ones, for a reason and with an approver.
    #[serde(default)]
    pub days_set_by: Option<String>,
    /// The state that it is in.
    pub state: KeyState,
    /// How it came to that state: each state, when it began, UTC, and the run that says so.
    pub states: Vec<(KeyState, String, String)>,
}

/// A state of SP 800-57 Part 1 Rev. 5, section 7.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// Made, and not in use.
    #[default]
    PreActivation,
    /// In use: a provider says that it took it in.
    Active,
    /// Not to be used until somebody has looked.
    Suspended,
    /// It protects nothing any more, and still opens what it protected.
    Deactivated,
    /// Somebody may have it who should not.
    Compromised,
    /// Every copy that the records know is gone.
    Destroyed,
}

impl KeyState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PreActivation,
        Self::Active,
        Self::Suspended,
        Self::Deactivated,
        Self::Compromised,
        Self::Destroyed,
    ];

    /// Whether a key may go from this state to that one (SP 800-57 Part 1 Rev. 5, section 7, figure 3).
    pub fn may_become(self, next: Self) -> bool {
        use KeyState::{Active, Compromised, Deactivated, Destroyed, PreActivation, Suspended};
        match self {
            PreActivation => matches!(next, Active | Compromised | Destroyed),
            Active => matches!(next, Suspended | Deactivated | Compromised | Destroyed),
            Suspended => matches!(next, Active | Deactivated | Compromised | Destroyed),
            Deactivated => matches!(next, Compromised | Destroyed),
            Compromised => next == Destroyed,
            Destroyed => false,
        }
    }

    /// Whether it may protect something, now or once it is activated.
    pub(crate) fn protects(self) -> bool {
        matches!(self, Self::PreActivation | Self::Active | Self::Suspended)
    }
}

/// Every key, by its check value.
#[derive(Default)]
pub(crate) struct Keys {
    all: BTreeMap<String, Key>,
    /// The key that the record at hand destroyed in its token, and what is left of it by then.
    going: Option<(String, Left)>,
    /// Whether it left fewer sheets than rebuild anything.
    below: bool,
    /// Keys of which nothing is left but wrapped files.
    wrapped_still: WrappedStill,
    contradictions: Vec<String>,
}

impl List for Keys {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        self.made(of, entry);
        self.of_plan(of, entry);
        self.elsewhere(of, entry);
        self.backed_up(of, entry);
        self.received(of, entry);
        self.destroyed(of, entry);
        self.declared(of, entry);
        self.other_days(of, entry);
        for gone in self.wrapped_still.take(of, entry) {
            self.becomes(of, entry, &gone, KeyState::Destroyed);
        }
    }

    fn begins(&mut self) {
        (self.going, self.below) = (None, false);
        self.wrapped_still.begins();
    }
}

impl Keys {
    fn put(&mut self, key: Key) {
        let key = Key { states: vec![(key.state, key.since.clone(), key.run.clone())], ..key };
        self.all.entry(key.check_value.clone()).or_insert(key);
    }

    /// The one key of a ceremony, which was made in it.
    fn made(&mut self, of: &Told<'_>, entry: &Entry) {
        let (Some(check_value), Some(label)) =
            (facts::CHECK_VALUE.within(entry), facts::KEY_LABEL.within(entry))
        else {
            return;
        };
        // One that was found or restored was made before.
        if of.earlier.is_some() {
            return;
        }
        let made = words::made_where(facts::LOCAL.within(entry).as_deref());
        self.put(key(of, entry, check_value, facts::KEY_SPEC.within(entry), Some(label), made));
    }

    /// A key of a plan.
    fn of_plan(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(check_value) = facts::PLAN_MADE_CHECK_VALUE.within(entry) else { return };
        let spec = facts::PLAN_KEY_TYPE.within(entry);
        let made = words::made_where(facts::LOCAL.within(entry).as_deref());
        let label = facts::PLAN_MADE_LABEL.within(entry);
        self.put(Key {
            line: facts::PLAN_LINE.within(entry),
            system: facts::PLAN_SYSTEM.within(entry),
            owner: facts::PLAN_OWNER.within(entry),
            ..key(of, entry, check_value, spec, label, made)
        });
    }

    /// Keys of an earlier ceremony of which no record here told before: of another workstation, or from before this one.
    fn elsewhere(&mut self, of: &Told<'_>, entry: &Entry) {
        let made = || words::MADE_ELSEWHERE.to_owned();
        let lines = facts::DRILL_PLAN.within(entry);
        if let (Some(check_value), None) = (facts::DRILL_CHECK_VALUE.within(entry), &lines) {
            self.put(key(of, entry, check_value, facts::DRILL_KEY_SPEC.within(entry), None, made()));
        }
        for line in lines.into_iter().flatten() {
            let text = |name: &str| line.get(name).and_then(|v| v.as_str()).map(str::to_owned);
            let Some(check_value) = text("check_value") else { continue };
            let number = line.get("line").and_then(serde_json::Value::as_u64);
            self.put(Key { line: number, ..key(of, entry, check_value, text("key_spec"), None, made()) });
        }
        if let Some(check_value) = facts::EARLIER_CHECK_VALUE.within(entry) {
            self.put(key(of, entry, check_value, None, None, made()));
        }
    }

    fn backed_up(&mut self, of: &Told<'_>, entry: &Entry) {
        let (check_value, set) = match facts::PLAN_BACKED_CHECK_VALUE.within(entry) {
            Some(line) => (Some(line), facts::PLAN_BACKUP_SET.within(entry)),
            None => (of.of_key().cloned(), facts::SHARE_SET.within(entry)),
        };
        if let (Some(set), Some(key)) = (set, check_value.and_then(|value| self.all.get_mut(&value))) {
            key.set = Some(set);
        }
    }

    /// A provider said that it took the key in.
    fn received(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(check_value) = of.sent.clone().filter(|_| facts::RECEIPT.within(entry).is_some()) else {
            return;
        };
        // A second provider, or a second receipt, changes nothing.
        let waits = self.all.get(&check_value).is_some_and(|key| key.state == KeyState::PreActivation);
        if waits {
            self.becomes(of, entry, &check_value, KeyState::Active);
        }
    }

    /// It is destroyed once the ceremony closes, and every copy that is known is gone by then.
    fn destroyed(&mut self, of: &Told<'_>, entry: &Entry) {
        if let Some(below) = facts::BELOW_THRESHOLD.within(entry) {
            self.below = below == words::YES;
        }
        if let Some(check_value) = facts::DESTROYED_CHECK_VALUE.within(entry) {
            self.going = Some((check_value, Left::Copies));
        }
        if let (Some((_, left)), Some(copies)) = (&mut self.going, facts::COPIES_AT_THE_END.within(entry)) {
            *left = left_of(&copies, of.earlier.as_deref().unwrap_or_default());
        }
        if entry.kind == Kind::Closed {
            match self.going.take() {
                Some((check_value, Left::Nothing)) => {
                    self.wrapped_still.remove(&check_value);
                    self.becomes(of, entry, &check_value, KeyState::Destroyed);
                    // The sheets are gone that opened the wrapped files of other keys, too.
                    if let Some(set) = of.earlier.as_ref().filter(|_| self.below) {
                        for gone in self.wrapped_still.opens_nothing(set) {
                            self.becomes(of, entry, &gone, KeyState::Destroyed);
                        }
                    }
                }
                Some((check_value, Left::Backup(sets))) => {
                    self.wrapped_still.extend(&check_value, sets);
                }
                Some((_, Left::Copies)) | None => {}
            }
        }
    }

    /// People said in which state it is.
    fn declared(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(said) = [facts::KEY_STATE, facts::COMPROMISE].iter().find_map(|kind| declared(entry, kind))
        else {
            return;
        };
        let (Some(key), Some(state)) = (said("key"), said("state")) else { return };
        if let Some(next) = KeyState::ALL.into_iter().find(|one| one.to_string() == state) {
            self.becomes(of, entry, &key, next);
        }
    }

    /// People set other days until which it protects and processes.
    fn other_days(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(said) = declared(entry, facts::CRYPTOPERIOD) else { return };
        let (protects, processes) = (said("protects-until"), said("processes-until"));
        let Some(key) = said("key").and_then(|value| self.all.get_mut(&value)) else { return };
        let backwards = protects > processes || said("reason").is_none() || said("approver").is_none();
        if backwards {
            let says = words::not_those_days(&key.check_value);
            self.contradictions.push(words::contradiction(of.run, entry.seq, &says));
            return;
        }
        (key.protects_until, key.processes_until) = (protects, processes);
        key.days_set_by = Some(of.run.to_owned());
    }

    /// A state that the standard does not allow is none: the record that says so contradicts the ones before it.
    fn becomes(&mut self, of: &Told<'_>, entry: &Entry, check_value: &str, next: KeyState) {
        let Some(key) = self.all.get_mut(check_value) else { return };
        if !key.state.may_become(next) {
            let says = words::not_that_state(check_value, key.state, next);
            self.contradictions.push(words::contradiction(of.run, entry.seq, &says));
            return;
        }
        key.state = next;
        key.states.push((next, entry.utc.clone(), of.run.to_owned()));
    }

    /// The keys of which only wrapped files are left, each with the sets that open them.
    pub(crate) fn ends_of_backups(&self) -> Vec<(String, String)> {
        self.wrapped_still.listed()
    }

    /// Every key, oldest first, and what cannot have happened.
    pub(crate) fn listed(self) -> (Vec<Key>, Vec<String>) {
        let mut keys: Vec<Key> = self.all.into_values().collect();
        keys.sort_by(|a, b| {
            (&a.since, &a.run, a.line, &a.check_value).cmp(&(&b.since, &b.run, b.line, &b.check_value))
        });
        (keys, self.contradictions)
    }
}

/// A key that an entry tells of.
fn key(
    of: &Told<'_>,
    entry: &Entry,
    check_value: String,
    spec: Option<String>,
    label: Option<String>,
    made: String,
) -> Key {
    let (protects, processes) = spec.as_deref().map_or((None, None), |spec| periods(spec, &entry.utc));
    Key {
        check_value,
        strength: spec.as_deref().and_then(strength),
        spec,
        label,
        made,
        run: of.run.to_owned(),
        since: entry.utc.clone(),
        protects_until: protects,
        processes_until: processes,
        ..Key::default()
    }
}

/// How long a kind of key protects, and how much longer it processes, in years: the upper ends of what SP 800-57 Part 1
/// Rev. 5, table 1, suggests for symmetric keys that wrap or encrypt, keys for authentication codes, and private keys. The
/// standard calls them orders of magnitude. A private key opens and signs only in its one period.
fn periods(spec: &str, made: &str) -> (Option<String>, Option<String>) {
    const PROTECTS: i32 = 2;
    const PROCESSES_LONGER: i32 = 3;
    let until = day::years_after(made, PROTECTS);
    let longer = if is_symmetric(spec) { day::years_after(made, PROTECTS + PROCESSES_LONGER) } else { None };
    (until, longer)
}

fn is_symmetric(spec: &str) -> bool {
    spec.starts_with("aes-") || spec.starts_with("hmac-")
}

/// The security strength of a kind of key in bits (SP 800-57 Part 1 Rev. 5, tables 2 and 3), by the word of a token or of a
/// plan for it; none for one that is not known.
pub fn strength(spec: &str) -> Option<u16> {
    let (kind, size) = spec.split_once('-').unwrap_or((spec, ""));
    match (kind, size) {
        ("aes", bits) => bits.parse().ok(),
        ("hmac", "sha1") => Some(160),
        ("hmac", size) => {
            let bits: u16 = size
                .strip_prefix("sha")
                .map_or_else(|| size.parse::<u16>().map(|b| b * 8), str::parse)
                .ok()?;
            Some(bits.min(256))
        }
        ("rsa", bits) => match bits.parse::<u16>().ok()? {
            bits if bits >= 15_360 => Some(256),
            bits if bits >= 7_680 => Some(192),
            bits if bits >= 3_072 => Some(128),
            bits if bits >= 2_048 => Some(112),
            _ => None,
        },
        ("p" | "ec", "256" | "p256" | "p256k1") | ("secp256k1", "") => Some(128),
        ("p" | "ec", "384" | "p384") => Some(192),
        ("p" | "ec", "521" | "p521") => Some(256),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strength_of_each_kind_of_key_is_that_of_the_standards_tables() {
        for (spec, bits) in [
            ("aes-128", Some(128)),
            ("aes-256", Some(256)),
            ("hmac-32", Some(256)),
            ("hmac-64", Some(256)),
            ("hmac-20", Some(160)),
            ("hmac-sha256", Some(256)),
            ("rsa-2048", Some(112)),
            ("rsa-3072", Some(128)),
            ("rsa-4096", Some(128)),
            ("p-256", Some(128)),
            ("ec-p384", Some(192)),
            ("p-521", Some(256)),
            ("secp256k1", Some(128)),
            ("ec-p256k1", Some(128)),
            ("rsa-1024", None),
            ("dsa-2048", None),
        ] {
            assert_eq!(strength(spec), bits, "{spec}");
        }
    }

    /// Each pair of states, as section 7 has it.
    #[test]
    fn no_key_goes_from_a_state_to_one_that_the_standard_does_not_allow() {
        use KeyState::{Active, Compromised, Deactivated, Destroyed, PreActivation, Suspended};
        let allowed = [
            (PreActivation, Active),
            (PreActivation, Compromised),
            (PreActivation, Destroyed),
            (Active, Suspended),
            (Active, Deactivated),
            (Active, Compromised),
            (Active, Destroyed),
            (Suspended, Active),
            (Suspended, Deactivated),
            (Suspended, Compromised),
            (Suspended, Destroyed),
            (Deactivated, Compromised),
            (Deactivated, Destroyed),
            (Compromised, Destroyed),
        ];
        for from in KeyState::ALL {
            for to in KeyState::ALL {
                assert_eq!(from.may_become(to), allowed.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_key_protects_two_years_and_a_symmetric_one_processes_three_more() {
        let day = |text: &str| Some(text.to_owned());
        assert_eq!(periods("aes-256", "2027-03-01T09:00:00.000Z"), (day("2029-03-01"), day("2032-03-01")));
        assert_eq!(periods("p-256", "2028-02-29T09:00:00.000Z"), (day("2030-02-28"), None));
    }
}
