//! What a provider is, in two traits: [`Provider`], of which there is one value for each place where keys can go, and
//! [`Import`], what a provider prepared for one key. Which there are is in [`crate::PROVIDERS`].

pub use crate::asks::{Ask, Form, Stated};

use crate::bundle::{Bundle, BundleFile, Manifest};
use crate::moment::{CLOCKS_DIFFER, is_time, iso};
use crate::proof::ProofKind;
use crate::replies::{Receipt, Replies};
use crate::stop::Stop;
use crate::table::{self, Row};
use crate::text::shown;
use crate::{ByokError, Disposable, KeyType, Recipe, Target, WrappingKey, asks};
use std::collections::BTreeMap;
use std::fmt;

mod words;

pub(crate) use words::ORIGIN;

/// The largest file taken, in bytes: an HSM's attestation with its certificates takes tens of thousands.
const LARGEST: usize = 262_144;

/// What was carried in.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file's name; it matters for archives only.
    pub file_name: &'a str,
    /// Its content, hostile until parsed.
    pub bytes: &'a [u8],
    /// Answers to [`Provider::asks`], by name.
    pub stated: &'a [(&'a str, &'a str)],
}

/// Until when a provider can be told to keep or allow a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// It cannot be told.
    Never,
    /// Until a time of the people's choice.
    Within {
        /// The most days after the import, where there is a limit.
        days: Option<u16>,
    },
}

/// A provider's file and the answers that go with it, for a wrapping key of our own: rehearsals and tests only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// What the file is called.
    pub file_name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Answers to [`Provider::asks`]: the examples, made to fit.
    pub stated: Answers,
}

/// What a stand-in is made for.
#[derive(Clone, Copy)]
pub struct Practice<'a> {
    /// The key that is going to be imported.
    pub key: KeyType,
    /// The algorithm, where it was chosen when the wrapping key was made, as Google has it.
    pub algorithm: &'a str,
    /// The wrapping key.
    pub wrapping: &'a Disposable,
    /// Until when, Unix seconds, where there is such a time.
    pub valid_to: i64,
}

/// Answers to [`Provider::asks`], to be made to fit what a stand-in is made for.
pub type Answers = Vec<(&'static str, String)>;

/// The name of a file that a provider would send, and its bytes.
pub type Sent = (&'static str, Vec<u8>);

/// One import of a key that lies in several Regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// 1 for the primary Region, then the replicas.
    pub number: usize,
    /// The Region.
    pub region: String,
    /// What the key is called there, as [`Import::called`] gives it.
    pub key: String,
    /// The provider's word for this import.
    pub import_type: &'static str,
    /// What to wait for before the next stage.
    pub then: &'static str,
}

/// What is always the same of a provider.
#[derive(Debug)]
pub struct Facts {
    /// Which one it is, in the table.
    pub target: Target,
    /// What people call it.
    pub title: &'static str,
    /// What to ask people beside the file.
    pub asks: &'static [Ask],
    /// How the names of its files end, in small letters.
    pub extensions: &'static [&'static str],
    /// What to fetch online before the ceremony, in words and commands to print.
    pub to_fetch: &'static str,
    /// Refuses a file that is something else than it sends. Ask [`Provider::fits`], which knows how large one may be.
    pub recognise: fn(&[u8]) -> Result<(), ByokError>,
    /// Whether it can be told until when it keeps or allows the key.
    pub expiry: Expiry,
    /// What it wants beside the wrapped key.
    pub proof: ProofKind,
    /// How long its parameters ever hold, in hours; none where people decide that themselves, or nothing ends.
    pub longest_life: Option<i64>,
    /// Whether one set of parameters serves one key only; else one wrapping key serves many.
    pub one_key_a_set: bool,
    /// Whether a key takes material again after its first import ([`crate::bundle::Rotation`]).
    pub rotates: bool,
    /// The ask that names a key which exists, and so says that the import is a new version of it.
    pub existing: Option<&'static str>,
    /// The size of wrapping key, in bits, that a stand-in needs.
    pub stand_in_bits: u16,
}

impl Facts {
    /// What is true of most providers.
    pub(crate) const fn of(
        target: Target,
        title: &'static str,
        asks: &'static [Ask],
        to_fetch: &'static str,
        recognise: fn(&[u8]) -> Result<(), ByokError>,
    ) -> Self {
        Self {
            target,
            title,
            asks,
            extensions: &["json", "pem"],
            to_fetch,
            recognise,
            expiry: Expiry::Never,
            proof: ProofKind::Nothing,
            longest_life: None,
            one_key_a_set: false,
            rotates: false,
            existing: None,
            stand_in_bits: 4096,
        }
    }
}

/// Gives facts by their names.
macro_rules! facts {
    ($($name:ident: $kind:ty),+ $(,)?) => {
        $(#[doc = concat!("[`Facts::", stringify!($name), "`].")]
        fn $name(&self) -> $kind {
            self.facts().$name
        })+
    };
}

/// A place where keys can go.
pub trait Provider: fmt::Debug + Sync {
    /// What is always the same of it; the methods below that have no argument give one of these facts.
    fn facts(&self) -> &'static Facts;

    /// Parses what it sent. Ask [`Self::read`], which reads the answers first.
    fn parse(&self, input: &Input<'_>, stated: &Stated) -> Result<Box<dyn Import>, ByokError>;

    /// Holds what its tool answered against the bundle's manifest. Ask [`crate::receipt::read`].
    fn receipt(&self, replies: &Replies, manifest: &Manifest, receipt: &mut Receipt)
    -> Result<(), ByokError>;

    /// How a key is stopped there. Ask [`crate::stop::stop`].
    fn stop(&self, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError>;

    /// The name and the bytes of what it would send. Ask [`Self::stand_in`].
    fn practise(&self, with: &Practice<'_>, stated: &mut Answers) -> Result<Sent, ByokError>;

    facts! {
        target: Target, title: &'static str, asks: &'static [Ask], extensions: &'static [&'static str], to_fetch: &'static str,
        expiry: Expiry, proof: ProofKind, longest_life: Option<i64>, one_key_a_set: bool, rotates: bool,
        stand_in_bits: u16,
    }

    /// A kind of key by its name in the table, or by the provider's own name for it.
    fn key_named(&self, text: &str) -> Result<KeyType, ByokError> {
        text.parse()
    }

    /// The provider's own name for a kind of key.
    fn key_name(&self, key: KeyType) -> &'static str {
        key.name()
    }

    /// Where a new key goes by these answers, to tell whether two lines of a plan mean one place; none where they say that
    /// it is a new version of a key that exists.
    fn place(&self, answers: &[(&str, &str)]) -> Option<Vec<String>> {
        asks::place(self.asks(), self.facts().existing, answers)
    }

    /// The order of imports for one key in several Regions: each has its own parameters, wrapping key and bundle of the
    /// same material.
    fn stages(&self, _primary: &dyn Import, _replicas: &[&dyn Import]) -> Result<Vec<Stage>, ByokError> {
        Err(ByokError::Rotation(words::ONE_REGION))
    }

    /// Refuses a file that is something else than it sends, before anybody is asked about what is in it.
    fn fits(&self, bytes: &[u8]) -> Result<(), ByokError> {
        check_size(bytes)?;
        (self.facts().recognise)(bytes)
    }

    /// Reads what it sent and what people stated beside it.
    fn read(&self, input: &Input<'_>) -> Result<Box<dyn Import>, ByokError> {
        check_size(input.bytes)?;
        self.parse(input, &Stated::of(self.asks(), input.stated)?)
    }

    /// The answers in their normal forms, those left out that are empty or say that the question does not apply. Refuses a
    /// name that is not asked for, one given twice, and what is not of its form.
    fn normal(&self, answers: &[(&str, &str)]) -> Result<Answers, ByokError> {
        asks::normal(self.asks(), answers)
    }

    /// Makes what it would send. It reads like the real one in everything but that nobody else holds the private half.
    fn stand_in(&self, with: &Practice<'_>) -> Result<StandIn, ByokError> {
        let needed = self.asks().iter().filter(|a| a.needed);
        let mut stated: Answers = needed.map(|a| (a.name, a.example.to_owned())).collect();
        let (file_name, bytes) = self.practise(with, &mut stated)?;
        Ok(StandIn { file_name, bytes, stated })
    }

    /// The same for the algorithm that the table offers first.
    fn usual_stand_in(
        &self,
        key: KeyType,
        wrapping: &Disposable,
        valid_to: i64,
    ) -> Result<StandIn, ByokError> {
        let algorithm = table::rows(self.target()).next().map_or("", |row| row.algorithm);
        self.stand_in(&Practice { key, algorithm, wrapping, valid_to })
    }
}

fn check_size(bytes: &[u8]) -> Result<(), ByokError> {
    if bytes.len() > LARGEST { Err(ByokError::ParametersTooLarge(bytes.len())) } else { Ok(()) }
}

/// Refuses a wrapping key of another size, in bits, than the one that a provider hands out; `which` names that one.
pub(crate) fn check_bits(key: &WrappingKey, bits: u16, which: &str) -> Result<(), ByokError> {
    if key.bits() == bits { Ok(()) } else { Err(words::other_size(key.bits(), which)) }
}

/// What a provider prepared for one import: its wrapping key and where the key is to go, parsed and checked.
pub trait Import: fmt::Debug + Send {
    /// Who prepared it.
    fn provider(&self) -> &'static dyn Provider;

    /// The provider's wrapping key.
    fn wrapping_key(&self) -> &WrappingKey;

    /// Names and values for people to compare, and for the transcript. Nothing secret.
    fn shown(&self) -> Vec<(&'static str, String)>;

    /// What the key is called there, or is going to be: what people say before it is wrapped. Plain characters.
    fn called(&self) -> &str;

    /// What does or does not show that the wrapping key is the provider's, in one sentence.
    fn origin(&self) -> &'static str {
        ORIGIN
    }

    /// Lays out the bundle. Refuses what the provider would refuse and a blob whose length cannot be right.
    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError>;

    /// Unix seconds after which the provider no longer takes what is wrapped; none where there is no limit.
    fn valid_to(&self) -> Option<i64> {
        None
    }

    /// Unix seconds before which what was carried in does not exist or is not valid; none where it does not say.
    fn valid_from(&self) -> Option<i64> {
        None
    }

    /// Where the key goes, in the one normal form: two imports of one target with the same place are for one key.
    fn place(&self) -> String {
        self.called().to_owned()
    }

    /// The algorithm, where the provider settled it when it made the wrapping key.
    fn fixed_algorithm(&self) -> Option<&'static str> {
        None
    }

    /// The kind of key that it is for, where the provider settled it.
    fn made_for(&self) -> Option<KeyType> {
        None
    }

    /// What is to be sealed for [`ProofKind::SealedNonce`].
    fn nonce(&self) -> Option<&[u8]> {
        None
    }

    /// Why this place takes no such key, where its provider's other places do.
    fn refuses(&self, _key: KeyType, _recipe: Recipe) -> Option<ByokError> {
        None
    }

    /// Where the key goes.
    fn target(&self) -> Target {
        self.provider().target()
    }

    /// Refuses parameters that have run out at Unix time `now`, or that are not valid yet.
    fn check_fresh(&self, now: i64) -> Result<(), ByokError> {
        if let Some(from) = self.valid_from().filter(|from| *from > now + CLOCKS_DIFFER) {
            return Err(ByokError::NotYetValid { from: iso(from), now: iso(now) });
        }
        match self.valid_to() {
            Some(end) if now >= end => Err(ByokError::ParametersExpired(words::expired(end, now))),
            _ => Ok(()),
        }
    }

    /// The same when a file is read for the first time, at Unix time `now`; refuses as well what is valid for longer than
    /// the provider ever gives, which shows that the clock here is behind.
    fn check_times(&self, now: i64) -> Result<(), ByokError> {
        self.check_fresh(now)?;
        match (self.valid_to(), self.provider().longest_life()) {
            (Some(end), Some(most)) if end.saturating_sub(now) > most * 3600 + CLOCKS_DIFFER => {
                Err(ByokError::ValidTooLong { until: iso(end), now: iso(now), most })
            }
            _ => Ok(()),
        }
    }

    /// The algorithms that this wrapping key allows for this kind of key, the one to offer first first.
    fn algorithms(&self, key: KeyType) -> Vec<&'static Row> {
        table::rows(self.target())
            .filter(|row| self.check_fixed(row.algorithm).is_ok() && self.row(key, row.algorithm).is_ok())
            .collect()
    }

    /// How to wrap, or why not.
    fn recipe(&self, key: KeyType, algorithm: &str) -> Result<Recipe, ByokError> {
        self.row(key, algorithm).map(|row| row.recipe)
    }

    /// The row of the table that says how to wrap, or why not.
    fn row(&self, key: KeyType, algorithm: &str) -> Result<&'static Row, ByokError> {
        let row = table::look_up(self.target(), key, algorithm, self.wrapping_key().bits())?;
        self.refuses(key, row.recipe).map_or(Ok(row), Err)
    }

    /// Refuses an algorithm other than the one that the provider settled.
    fn check_fixed(&self, algorithm: &str) -> Result<(), ByokError> {
        match self.fixed_algorithm() {
            Some(fixed) if fixed != algorithm => Err(words::differs(fixed, &shown(algorithm))),
            _ => Ok(()),
        }
    }

    /// Refuses an expiry that the provider cannot be told, or would refuse if the import were made at Unix time `now`.
    fn check_expiry(&self, expiry: Option<i64>, now: i64) -> Result<(), ByokError> {
        let Some(at) = expiry else { return Ok(()) };
        match self.provider().expiry() {
            Expiry::Never => Err(ByokError::ExpiryNotHere),
            Expiry::Within { .. } if !is_time(at) => Err(ByokError::TimeMalformed("the expiry")),
            Expiry::Within { .. } if at <= now => Err(ByokError::ExpiryPast(iso(at))),
            Expiry::Within { days: Some(days) } if at - now > i64::from(days) * 86_400 => {
                Err(ByokError::ExpiryTooFar(iso(at)))
            }
            Expiry::Within { .. } => Ok(()),
        }
    }

    /// How to wrap this key for what the provider prepared, and a refusal of everything that [`Self::files`] would refuse
    /// later and that can be known before there is a key. `expiry` and `now` are Unix seconds.
    fn check_before(
        &self,
        key: KeyType,
        algorithm: &str,
        expiry: Option<i64>,
        now: i64,
    ) -> Result<&'static Row, ByokError> {
        self.check_fixed(algorithm)?;
        if let Some(other) = self.made_for().filter(|made_for| *made_for != key) {
            return Err(words::made_for(other, key));
        }
        self.check_expiry(expiry, now)?;
        self.row(key, algorithm)
    }
}
