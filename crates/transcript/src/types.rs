//! What an entry holds, how one is drafted, and the two things the record asks of the outside: time and signing.
use std::collections::BTreeMap;
use std::time::Instant;

use crate::digest::sha256_hex;
use crate::words;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who may read a part of an entry. `Public < Auditor < Internal`; a reader at a level sees it and all below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Anyone: fingerprints, check values, role ids. Never a person's name.
    Public,
    /// An auditor under an agreement.
    Auditor,
    /// The organisation alone.
    Internal,
}

impl Level {
    /// Every level, in the order the parts of a line stand.
    pub(crate) const ALL: [Level; 3] = [Level::Public, Level::Auditor, Level::Internal];

    /// The byte that stands for the level in the chain: 0, 1, 2.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Level::Public => 0,
            Level::Auditor => 1,
            Level::Internal => 2,
        }
    }

    /// The word the files use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Level::Public => "public",
            Level::Auditor => "auditor",
            Level::Internal => "internal",
        }
    }
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The first entry, and only the first. Its public fact `mode` is `rehearsal` or `production`.
    Opened,
    /// A step is about to act.
    Intent,
    /// The step acted, and this is what came of it.
    Outcome,
    /// The step did not succeed.
    Failed,
    /// A signature over the head before it. Written by [`crate::Journal::checkpoint`] alone.
    Checkpoint,
    /// Taken up again after a stop.
    Resumed,
    /// An earlier answer is withdrawn; it stays in the record.
    TakenBack,
    /// Something departed from the script.
    Exception,
    /// A remark.
    Note,
    /// The ceremony ended as meant. Only one checkpoint may follow.
    Closed,
    /// The ceremony was given up. Only one checkpoint may follow.
    Abandoned,
}

/// A file the ceremony made or read, by its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// Its name, as in the evidence pack where it is put there.
    pub name: String,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its length in bytes.
    pub size: u64,
}

impl FileDigest {
    /// Of these bytes, under this name.
    pub fn of(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self { name: name.into(), sha256: sha256_hex(bytes), size: bytes.len() as u64 }
    }
}

/// Something that must still be done before all is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// Its id, unique among those open.
    pub id: String,
    /// What must be done, in words.
    pub says: String,
}

/// An entry before it has a number, a time and a place in the chain.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) kind: Kind,
    pub(crate) act: Option<String>,
    pub(crate) step: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) confirmer: Option<String>,
    pub(crate) facts: BTreeMap<Level, BTreeMap<String, Value>>,
    pub(crate) files: Vec<FileDigest>,
    pub(crate) opens: Vec<Obligation>,
    pub(crate) closes: Vec<String>,
}

impl Draft {
    /// An empty entry of a kind.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            act: None,
            step: None,
            actor: None,
            confirmer: None,
            facts: BTreeMap::new(),
            files: Vec::new(),
            opens: Vec::new(),
            closes: Vec::new(),
        }
    }

    /// The facts and files of another one, too. Where both have a fact, the other's counts.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (level, facts) in other.facts {
            self.facts.entry(level).or_default().extend(facts);
        }
        self.files.extend(other.files);
        self
    }

    /// The same entry of another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The act and step of the script it belongs to.
    #[must_use]
    pub fn at(mut self, act: &str, step: &str) -> Self {
        self.act = Some(act.to_owned());
        self.step = Some(step.to_owned());
        self
    }

    /// Who acted and who confirmed, as role ids: these are public, so never names.
    #[must_use]
    pub fn by(mut self, actor: &str, confirmer: Option<&str>) -> Self {
        self.actor = Some(actor.to_owned());
        self.confirmer = confirmer.map(str::to_owned);
        self
    }

    /// A fact at a level. A second fact of the same name at the same level replaces the first.
    #[must_use]
    pub fn fact(mut self, level: Level, name: &str, value: impl Into<Value>) -> Self {
        self.facts.entry(level).or_default().insert(name.to_owned(), value.into());
        self
    }

    /// Opens an obligation.
    #[must_use]
    pub fn opens(mut self, id: &str, says: &str) -> Self {
        self.opens.push(Obligation { id: id.to_owned(), says: says.to_owned() });
        self
    }

    /// Closes an open obligation.
    #[must_use]
    pub fn closes(mut self, id: &str) -> Self {
        self.closes.push(id.to_owned());
        self
    }

    /// Names a file by its digest.
    #[must_use]
    pub fn file(mut self, file: FileDigest) -> Self {
        self.files.push(file);
        self
    }
}

/// One line of the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number; the first is 1.
    pub seq: u64,
    /// What it is about.
    pub kind: Kind,
    /// Wall-clock time, RFC 3339 in UTC with milliseconds: `2026-11-24T09:31:07.123Z`.
    pub utc: String,
    /// Milliseconds on a clock that only goes forward, for order and intervals within one boot.
    pub monotonic_ms: u64,
    /// The script's act.
    pub act: Option<String>,
    /// The script's step.
    pub step: Option<String>,
    /// The role id of who acted.
    pub actor: Option<String>,
    /// The role id of who confirmed.
    pub confirmer: Option<String>,
    /// Facts by level. A withheld level, or one without facts, is absent.
    pub facts: BTreeMap<Level, BTreeMap<String, Value>>,
    /// Files named by digest.
    pub files: Vec<FileDigest>,
    /// Obligations opened here.
    pub opens: Vec<Obligation>,
    /// Ids of obligations closed here.
    pub closes: Vec<String>,
    /// The chain value after this entry (SHA-256, 32 bytes).
    pub chain: [u8; 32],
}

impl Entry {
    /// The fact of that name, at whatever level; the most public wins.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.facts.values().find_map(|facts| facts.get(name))
    }
}

/// How far a record goes: its length and its last chain value. This is what gets signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub entries: u64,
    /// The chain value after the last (SHA-256, 32 bytes).
    pub chain: [u8; 32],
}

impl Head {
    /// The exact bytes that are signed: one line of ASCII that ends in a newline.
    pub fn text(&self) -> String {
        words::head(self.entries, &HEXLOWER.encode(&self.chain))
    }
}

/// Where an entry's times come from.
pub trait Clock: Send {
    /// RFC 3339 in UTC with milliseconds: `2026-11-24T09:31:07.123Z`.
    fn utc(&self) -> String;
    /// Milliseconds on a clock that only goes forward.
    fn monotonic_ms(&self) -> u64;
}

/// The machine's own clocks. Monotonic time counts from boot, so it goes on across a restart of the program.
#[derive(Debug)]
pub struct SystemClock {
    base_ms: u64,
    since: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        // The kernel's uptime has centiseconds; without /proc the count starts from this program's own start.
        let uptime = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
        let mut parts = uptime.split_whitespace().next().unwrap_or("0.0").splitn(2, '.');
        let mut next = || parts.next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
        let (seconds, hundredths) = (next(), next());
        Self { base_ms: seconds.saturating_mul(1000).saturating_add(hundredths * 10), since: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn utc(&self) -> String {
        let now = time::OffsetDateTime::now_utc();
        let (h, m, s, ms) = now.time().as_hms_milli();
        format!("{}T{h:02}:{m:02}:{s:02}.{ms:03}Z", now.date())
    }

    fn monotonic_ms(&self) -> u64 {
        let passed = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.base_ms.saturating_add(passed)
    }
}

/// Something that signs with ECDSA on P-256 over SHA-256 (FIPS 186-5): a token, as a rule.
pub trait Signer {
    /// The public key: DER `SubjectPublicKeyInfo`, P-256, uncompressed point, 91 bytes.
    fn public_key(&self) -> &[u8];
    /// Signs the message (not its digest). The answer is a DER `ECDSA-Sig-Value`.
    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_clock_says_the_time_of_day_and_goes_on() {
        let clock = SystemClock::default();
        let (utc, before) = (clock.utc(), clock.monotonic_ms());
        let form = "YYYY-MM-DDThh:mm:ss.mmmZ";
        let fits = |(shown, meant): (char, char)| {
            if meant.is_alphabetic() && !"TZ".contains(meant) {
                shown.is_ascii_digit()
            } else {
                shown == meant
            }
        };
        assert!(utc.len() == form.len() && utc.chars().zip(form.chars()).all(fits), "{utc}");
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(clock.monotonic_ms() >= before + 15);
        assert!(clock.utc() > utc);
    }
}
