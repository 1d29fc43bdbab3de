//! What a record can say: each fact once, with its name, its level, the form of its value and one line of doc.
//!
//! Actions write facts, the engine's replay, the register and the documents read them; all of them name the constants
//! here, so that no name is spelt twice and no level is chosen where a fact is written. `docs/formats/facts.md` lists
//! them, by test. This crate needs `transcript` alone: whoever builds the verifier can build it too.

mod declare;
mod forms;

mod backup;
mod cloud;
mod copies;
mod domain;
mod drill;
mod earlier;
mod kept;
mod key;
mod ledger;
mod people;
mod plan;
mod record;
mod recover;
mod room;
mod share;
mod token;
mod yubikey;

pub use declare::About;
pub use forms::{
    BagNumber, Base64, Became, CheckValue, CheckValueOrOfAll, Day, Digits, FileInPack, FileName, Flag,
    FolderInPack, Form, Json, KeySpecName, List, Map, Minute, ModeWord, Number, Pair, PathInPack, RouteWord,
    RunId, SealWord, SetName, Sha256Hex, Text, Triple, YesNo,
};

pub use backup::*;
pub use cloud::*;
pub use copies::*;
pub use domain::*;
pub use drill::*;
pub use earlier::*;
pub use kept::*;
pub use key::*;
pub use ledger::*;
pub use people::*;
pub use plan::*;
pub use record::*;
pub use recover::*;
pub use room::*;
pub use share::*;
pub use token::*;
pub use yubikey::*;

use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use transcript::{Entry, Level};

/// The rooms' names, in the order of [`ALL`].
pub const ROOMS: &[&str] = &[
    "record", "room", "people", "token", "yubikey", "key", "share", "backup", "earlier", "drill", "recover",
    "copies", "cloud", "plan", "domain", "ledger", "kept",
];

/// Every fact, a list for each room.
pub const ALL: &[&[About]] = &[
    record::ALL,
    room::ALL,
    people::ALL,
    token::ALL,
    yubikey::ALL,
    key::ALL,
    share::ALL,
    backup::ALL,
    earlier::ALL,
    drill::ALL,
    recover::ALL,
    copies::ALL,
    cloud::ALL,
    plan::ALL,
    domain::ALL,
    ledger::ALL,
    kept::ALL,
];

/// What is declared of the fact that a record calls so; none for a name that no fact has, such as one that a script
/// declares by itself.
pub fn about(name: &str) -> Option<&'static About> {
    ALL.iter().flat_map(|room| room.iter()).find(|about| about.is_called(name))
}

/// One fact, whose value has the form `F`.
pub struct Fact<F> {
    name: &'static str,
    level: Level,
    doc: &'static str,
    of: PhantomData<fn() -> F>,
}

impl<F: Form> Fact<F> {
    const fn at(level: Level, name: &'static str, doc: &'static str) -> Self {
        Self { name, level, doc, of: PhantomData }
    }

    const fn public(name: &'static str, doc: &'static str) -> Self {
        Self::at(Level::Public, name, doc)
    }

    const fn auditor(name: &'static str, doc: &'static str) -> Self {
        Self::at(Level::Auditor, name, doc)
    }

    const fn internal(name: &'static str, doc: &'static str) -> Self {
        Self::at(Level::Internal, name, doc)
    }

    /// Its name, for tables that hold facts of several forms.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What a fact is called, where both [`Named`] and [`AnyFact`] are at hand.
    pub const fn called(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.name)
    }

    /// Who may read it.
    pub const fn level(&self) -> Level {
        self.level
    }
}

/// A fact that stands once for each turn, person or file: `custodian-thumbprint-3`.
pub struct Each<F> {
    stem: Fact<F>,
}

impl<F: Form> Each<F> {
    const fn public(stem: &'static str, doc: &'static str) -> Self {
        Self { stem: Fact::public(stem, doc) }
    }

    const fn auditor(stem: &'static str, doc: &'static str) -> Self {
        Self { stem: Fact::auditor(stem, doc) }
    }

    const fn internal(stem: &'static str, doc: &'static str) -> Self {
        Self { stem: Fact::internal(stem, doc) }
    }

    /// What the names of all of them begin with, without the dash: a script that restates one of a turn's own facts names
    /// it so.
    pub const fn stem(&self) -> &'static str {
        self.stem.name
    }

    /// Who may read them.
    pub const fn level(&self) -> Level {
        self.stem.level
    }

    /// All of them that an entry has: of which turn, person or file each is, and its value.
    pub fn all_in<'e>(&self, entry: &'e Entry) -> impl Iterator<Item = (&'e str, F::Value)> + use<'e, F> {
        let stem = self.stem.name;
        entry.facts.values().flatten().filter_map(move |(name, value)| {
            Some((name.strip_prefix(stem)?.strip_prefix('-')?, F::read(value)?))
        })
    }

    /// The one of this turn, person or file.
    pub fn of(&self, which: impl Display) -> One<F> {
        One { name: format!("{}-{which}", self.stem.name), level: self.stem.level, of: PhantomData }
    }
}

/// One of an [`Each`].
pub struct One<F> {
    name: String,
    level: Level,
    of: PhantomData<fn() -> F>,
}

/// What an entry can be asked for, and what an outcome can say.
pub trait Named<F: Form> {
    /// The name in the record.
    fn called(&self) -> Cow<'_, str>;

    /// Who may read it.
    fn level(&self) -> Level;

    /// The value in this entry; none where it is not there or has another form.
    fn within(&self, entry: &Entry) -> Option<F::Value> {
        F::read(entry.value(&self.called())?)
    }

    /// The newest value in these entries that has the form.
    fn newest(&self, entries: &[Entry]) -> Option<F::Value> {
        entries.iter().rev().find_map(|e| self.within(e))
    }
}

impl<F: Form> Named<F> for Fact<F> {
    fn called(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.name)
    }

    fn level(&self) -> Level {
        self.level
    }
}

impl<F: Form> Named<F> for One<F> {
    fn called(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }

    fn level(&self) -> Level {
        self.level
    }
}

/// A fact whatever its form: for tables, and for whoever asks only whether it stands there as it should.
pub trait AnyFact: Sync {
    /// The name in the record.
    fn called(&self) -> &'static str;
    /// Who may read it.
    fn level(&self) -> Level;
    /// Whether this value has its form.
    fn fits(&self, value: &Value) -> bool;
}

impl<F: Form> AnyFact for Fact<F> {
    fn called(&self) -> &'static str {
        self.name
    }

    fn level(&self) -> Level {
        self.level
    }

    fn fits(&self, value: &Value) -> bool {
        F::read(value).is_some()
    }
}
