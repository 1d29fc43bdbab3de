//! What is kept, as typed rows over the register of one mode, on one day.

use facts::NONE;
use register::{KeptRow, Key, KeyState, Register};
use std::collections::BTreeMap;
use time::format_description::FormatItem;
use time::macros::format_description;
use time::{Date, Duration};

const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A day as `2027-10-01`; none where it is none of the calendar.
pub(crate) fn day(text: &str) -> Option<Date> {
    (text.len() == "2027-10-01".len()).then(|| Date::parse(text, DAY).ok()).flatten()
}

/// So many days after a day.
pub(crate) fn days_after(text: &str, days: i64) -> Option<String> {
    day(text)?.checked_add(Duration::days(days))?.format(DAY).ok()
}

/// The same day some years later; 29 February becomes 1 March where that year has none, so that nothing ends too early.
pub(crate) fn years_after(text: &str, years: i32) -> Option<String> {
    let from = day(text)?;
    let year = from.year() + years;
    let later = from.replace_year(year).or_else(|_| from.next_day().unwrap_or(from).replace_year(year));
    later.ok()?.format(DAY).ok()
}

/// What is kept, and the register of keys beside it.
#[derive(Debug)]
pub struct Estate<'r> {
    /// The register of one mode.
    pub register: &'r Register,
    /// The day it is looked at, `2026-11-30`.
    pub today: String,
    /// Systems that are listed, by id.
    pub systems: Vec<System<'r>>,
    /// Agreements, those that are listed no longer too.
    pub agreements: Vec<Agreement<'r>>,
    /// Policies, likewise.
    pub policies: Vec<Policy<'r>>,
    /// What was decided of safeguards, by citation.
    pub safeguards: Vec<Kept<'r>>,
    /// Answers to questions.
    pub answers: Vec<Kept<'r>>,
    /// Incidents that were weighed.
    pub incidents: Vec<Incident<'r>>,
    keys: BTreeMap<&'r str, &'r Key>,
}

/// One row under its columns.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'r> {
    columns: &'r [String],
    /// The row.
    pub row: &'r KeptRow,
}

impl<'r> Kept<'r> {
    /// What it is called.
    pub fn id(&self) -> &'r str {
        &self.row.id
    }

    /// A value; `none` where there is none.
    pub fn text(&self, column: &str) -> &'r str {
        self.row.text(self.columns, column)
    }

    /// A value that says something.
    pub fn said(&self, column: &str) -> Option<&'r str> {
        Some(self.text(column)).filter(|value| *value != NONE)
    }

    /// Every column that says something, in the register's order.
    pub fn said_by_column(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        let said = self.columns.iter().zip(&self.row.values).filter(|(_, value)| *value != NONE);
        said.map(|(column, value)| (column.as_str(), value.as_str()))
    }

    /// Whether it is still listed.
    pub fn is_listed(&self) -> bool {
        self.row.left.is_none()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $kind<'r>(pub Kept<'r>);

            impl<'r> std::ops::Deref for $kind<'r> {
                type Target = Kept<'r>;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }
        )*
    };
}

kinds! {
    /// A system.
    System;
    /// An agreement with a business associate (45 CFR 164.308(b), 164.314(a)).
    Agreement;
    /// A policy or procedure (45 CFR 164.316).
    Policy;
    /// An incident that was weighed (45 CFR 164.402).
    Incident;
}

/// What is known of a system's encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encryption {
    /// Somebody verified it.
    Verified,
    /// Somebody said so.
    Said,
    /// Nobody knows.
    Unknown,
    /// It is not.
    Unencrypted,
}

/// Who has the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Custody {
    /// The hospital manages it at the provider.
    CustomerManaged,
    /// The provider has it.
    ProviderManaged,
    /// The hospital made it and brought it to the provider.
    Byok,
    /// It stays outside the provider.
    External,
    /// Nobody has decided.
    Undecided,
}

impl<'r> System<'r> {
    /// Whether it holds electronic protected health information, a limited data set among it.
    pub fn has_ephi(&self) -> bool {
        ["ephi", "limited-data-set"].contains(&self.text("data"))
    }

    /// What is known of its encryption.
    pub fn encryption(&self) -> Encryption {
        match self.text("encryption") {
            "verified" => Encryption::Verified,
            "said" => Encryption::Said,
            "unencrypted" => Encryption::Unencrypted,
            _ => Encryption::Unknown,
        }
    }

    /// Who has its key.
    pub fn custody(&self) -> Custody {
        match self.text("custody") {
            "customer-managed" => Custody::CustomerManaged,
            "provider-managed" => Custody::ProviderManaged,
            "byok" => Custody::Byok,
            "external" => Custody::External,
            _ => Custody::Undecided,
        }
    }

    /// Whether its key lies with its data, by what is said of both places.
    pub fn key_is_with_data(&self) -> bool {
        crate::lies_with_its_data(self.text("where-data"), self.text("where-key"))
    }

    /// Whether a ceremony offers it a bundle for a provider: not where the key stays outside, or is the provider's own.
    pub fn takes_a_bundle(&self) -> bool {
        matches!(self.custody(), Custody::Byok | Custody::CustomerManaged | Custody::Undecided)
    }

    /// Its key's check value.
    pub fn key(&self) -> Option<&'r str> {
        self.said("key")
    }
}

impl Incident<'_> {
    /// The sixtieth calendar day after it was discovered: no notice may come later (45 CFR 164.404(b)), and most come earlier,
    /// since the rule says without unreasonable delay.
    pub fn sixtieth_day(&self) -> Option<String> {
        days_after(self.text("found"), 60)
    }
}

impl Agreement<'_> {
    /// Whether it counts on a day: it is listed, signed by that day, and does not end before it.
    pub fn is_current(&self, today: &str) -> bool {
        self.is_listed()
            && self.said("signed").is_none_or(|signed| signed <= today)
            && self.said("expires").is_none_or(|expires| expires >= today)
    }
}

impl Policy<'_> {
    /// Whether it is in effect on a day.
    pub fn is_in_effect(&self, today: &str) -> bool {
        self.is_listed()
            && self.text("effective") <= today
            && self.said("ended").is_none_or(|ended| ended > today)
    }
}

/// Whether a key protects nobody's data any more.
fn is_spent(state: KeyState) -> bool {
    matches!(state, KeyState::Compromised | KeyState::Destroyed)
}

impl<'r> Estate<'r> {
    /// What is kept by this register, on this day (`2026-11-30`).
    pub fn of(register: &'r Register, today: &str) -> Self {
        let rows = |kind: &str| {
            let (columns, rows) = register.kept_of(kind);
            rows.iter().map(move |row| Kept { columns, row })
        };
        let systems = rows(facts::SYSTEM).filter(Kept::is_listed).map(System).collect();
        Self {
            register,
            today: today.to_owned(),
            systems,
            agreements: rows(facts::AGREEMENT).map(Agreement).collect(),
            policies: rows(facts::POLICY).map(Policy).collect(),
            safeguards: rows(facts::SAFEGUARD).filter(Kept::is_listed).collect(),
            answers: rows(facts::ANSWER).filter(Kept::is_listed).collect(),
            incidents: rows(facts::INCIDENT).map(Incident).collect(),
            keys: register.keys.iter().map(|key| (key.check_value.as_str(), key)).collect(),
        }
    }

    /// The key of that check value, where a ceremony here made or opened it.
    pub fn key(&self, check_value: &str) -> Option<&'r Key> {
        self.keys.get(check_value).copied()
    }

    /// Whether a system counts as covered: it holds ePHI, its encryption was verified, and its key is one that the register has
    /// and that nobody destroyed or found compromised.
    pub fn is_covered(&self, system: &System<'_>) -> bool {
        system.has_ephi()
            && system.encryption() == Encryption::Verified
            && system.key().and_then(|key| self.key(key)).is_some_and(|key| !is_spent(key.state))
    }

    /// What is still open of a system's evidence, by column: a system that a provider manages needs no key of ours, and one whose
    /// key is at a provider needs an agreement that counts.
    pub fn lacks(&self, system: &System<'_>) -> Vec<&'static str> {
        let decided = ["custody", "because", "approver", "review"];
        let mut lacks: Vec<&'static str> =
            decided.into_iter().filter(|column| system.said(column).is_none()).collect();
        let custody = system.custody();
        if custody == Custody::Undecided && !lacks.contains(&"custody") {
            lacks.insert(0, "custody");
        }
        if system.encryption() != Encryption::Verified {
            lacks.push("encryption");
        }
        let counts =
            |id: &str| self.agreements.iter().any(|one| one.id() == id && one.is_current(&self.today));
        let with_others =
            system.said("vendor").is_some() || matches!(custody, Custody::Byok | Custody::ProviderManaged);
        if system.said("agreement").map_or(with_others, |id| !counts(id)) {
            lacks.push("agreement");
        }
        let needs_key = matches!(custody, Custody::Byok | Custody::CustomerManaged | Custody::External);
        let counts = |key: &str| self.key(key).is_some_and(|key| !is_spent(key.state));
        if system.key().map_or(needs_key, |key| !counts(key)) {
            lacks.push("key");
        }
        lacks
    }

    /// What rows said of policies and agreements that others took the place of.
    pub fn former(&self) -> impl Iterator<Item = Kept<'r>> {
        let (policy, agreement) =
            (self.register.kept_of(facts::POLICY).0, self.register.kept_of(facts::AGREEMENT).0);
        self.register
            .kept_former
            .iter()
            .map(move |row| Kept { columns: if row.kind == facts::POLICY { policy } else { agreement }, row })
    }

    /// Agreements with a provider (`aws`, `azure`, `google`, `other`) that count today.
    pub fn current_with(&self, provider: &str) -> impl Iterator<Item = &Agreement<'r>> {
        self.agreements.iter().filter(move |a| a.text("provider") == provider && a.is_current(&self.today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_the_calendar() {
        assert!(day("2027-02-29").is_none() && day("2027-1-1").is_none() && day("none").is_none());
        assert_eq!(days_after("2026-12-31", 60).as_deref(), Some("2027-03-01"));
        assert_eq!(years_after("2024-02-29", 6).as_deref(), Some("2030-03-01"));
        assert_eq!(years_after("2026-11-30", 6).as_deref(), Some("2032-11-30"));
    }
}
