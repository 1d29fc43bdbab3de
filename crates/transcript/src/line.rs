//! One line: its bytes, its commitments, its place in the chain. See `docs/formats/transcript.md`.
use std::collections::BTreeMap;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::canonical;
use crate::digest::sha256;
use crate::types::{Draft, Entry, FileDigest, Kind, Level, Obligation};
use crate::words;

/// The version of the format: what has to be in a record, and that it is signed as it is written, came with 2.
const VERSION: u64 = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    v: u64,
    seq: u64,
    prev: String,
    parts: Vec<Map<String, Value>>,
    chain: String,
}

/// What the public part says besides its level and salt.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Public {
    kind: Kind,
    utc: String,
    monotonic_ms: u64,
    act: Option<String>,
    step: Option<String>,
    actor: Option<String>,
    confirmer: Option<String>,
    files: Vec<FileDigest>,
    opens: Vec<Obligation>,
    closes: Vec<String>,
    facts: BTreeMap<String, Value>,
}

/// What the other parts say.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    facts: BTreeMap<String, Value>,
}

/// A line that was read by itself. What it says of its place is not held against the line before yet.
pub(crate) struct Read {
    /// The number that it says it has.
    pub(crate) seq: u64,
    /// The chain value that it says it follows; none where that is no such value.
    pub(crate) prev: Option<[u8; 32]>,
    /// What it holds, or what is wrong with it in itself.
    pub(crate) holds: Result<Holds, String>,
}

/// A line that holds in itself.
pub(crate) struct Holds {
    pub(crate) entry: Entry,
    pub(crate) withheld: Vec<Level>,
}

impl Line {
    /// The line's bytes without the newline: an object whose five names stand in canonical order.
    fn canonical(&self) -> Result<Vec<u8>, String> {
        let text = |text: &str| canonical::value(&Value::from(text));
        let mut out = Vec::with_capacity(2048);
        out.extend(b"{\"chain\":");
        out.extend(text(&self.chain)?);
        out.extend(b",\"parts\":[");
        for (n, part) in self.parts.iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            out.extend(canonical::object_without(part, &[])?);
        }
        out.extend(b"],\"prev\":");
        out.extend(text(&self.prev)?);
        out.extend(b",\"seq\":");
        out.extend(canonical::value(&Value::from(self.seq))?);
        out.extend(b",\"v\":");
        out.extend(canonical::value(&Value::from(self.v))?);
        out.push(b'}');
        Ok(out)
    }
}

fn bytes32(hex: Option<&str>) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex?.as_bytes()).ok()?.try_into().ok()
}

fn commitment(salt: &[u8; 32], content: &[u8]) -> [u8; 32] {
    sha256(&[words::COMMITMENT_DOMAIN, salt, content])
}

fn chained(prev: &[u8; 32], seq: u64, commitments: &[[u8; 32]; 3]) -> [u8; 32] {
    let [public, auditor, internal] = commitments;
    let level = Level::ALL.map(|level| [level.byte()]);
    let seq = seq.to_be_bytes();
    sha256(&[words::CHAIN_DOMAIN, prev, &seq, &level[0], public, &level[1], auditor, &level[2], internal])
}

/// Makes the line, newline included, that puts this draft after `prev`. Fresh salts from the system's random source.
pub(crate) fn make(
    draft: Draft,
    seq: u64,
    prev: &[u8; 32],
    utc: String,
    monotonic_ms: u64,
) -> Result<Vec<u8>, String> {
    let Draft { kind, act, step, actor, confirmer, mut facts, files, opens, closes } = draft;
    let mut at = |level: Level| facts.remove(&level).unwrap_or_default();
    let public = Public {
        kind,
        utc,
        monotonic_ms,
        act,
        step,
        actor,
        confirmer,
        files,
        opens,
        closes,
        facts: at(Level::Public),
    };
    let contents = [
        serde_json::to_value(public),
        serde_json::to_value(Facts { facts: at(Level::Auditor) }),
        serde_json::to_value(Facts { facts: at(Level::Internal) }),
    ];
    let random = SystemRandom::new();
    let mut commitments = [[0; 32]; 3];
    let mut parts = Vec::new();
    for ((level, content), slot) in Level::ALL.into_iter().zip(contents).zip(&mut commitments) {
        let Ok(Value::Object(mut part)) = content else { return Err(words::NO_JSON_FORM.into()) };
        let mut salt = [0; 32];
        random.fill(&mut salt).map_err(|_| words::NO_RANDOM.to_owned())?;
        *slot = commitment(&salt, &canonical::object_without(&part, &[])?);
        part.insert("level".into(), level.word().into());
        part.insert("salt".into(), HEXLOWER.encode(&salt).into());
        parts.push(part);
    }
    let chain = chained(prev, seq, &commitments);
    let line = Line { v: VERSION, seq, prev: HEXLOWER.encode(prev), parts, chain: HEXLOWER.encode(&chain) };
    let mut bytes = line.canonical()?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<Line, String> {
    let line: Line = serde_json::from_slice(bytes).map_err(words::not_a_line)?;
    if line.v != VERSION {
        return Err(words::of_version(line.v));
    }
    // One form a content, so that no byte can change unseen: order, spacing, escapes, doubled names.
    if line.canonical()? != bytes {
        return Err(words::NOT_CANONICAL.into());
    }
    Ok(line)
}

/// The part's commitment, and its content unless that is withheld.
fn open_part(mut part: Map<String, Value>, level: Level) -> Result<([u8; 32], Option<Value>), String> {
    let word = level.word();
    if part.remove("level").as_ref().and_then(Value::as_str) != Some(word) {
        return Err(words::part_misplaced(word));
    }
    if let Some(given) = part.remove("commitment") {
        let given = bytes32(given.as_str()).filter(|_| part.is_empty() && level != Level::Public);
        return given.map(|c| (c, None)).ok_or_else(|| words::part_withheld_wrongly(word));
    }
    let salt = part.remove("salt");
    let salt =
        bytes32(salt.as_ref().and_then(Value::as_str)).ok_or_else(|| words::part_without_salt(word))?;
    let made = commitment(&salt, &canonical::object_without(&part, &[])?);
    Ok((made, Some(Value::Object(part))))
}

fn shape<T: serde::de::DeserializeOwned>(content: Value, level: Level) -> Result<T, String> {
    serde_json::from_value(content).map_err(|error| words::part_misshapen(level.word(), error))
}

/// Reads one line (without its newline) by itself: its form, and that it hashes to the chain value it says, from the number
/// and the chain value before it that it says. Costs nearly all of what a line costs, and needs no other line.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, String> {
    let line = parse(bytes)?;
    let (seq, prev) = (line.seq, bytes32(Some(&line.prev)));
    Ok(Read { seq, prev, holds: holds(line, &prev.unwrap_or_default()) })
}

fn holds(line: Line, prev: &[u8; 32]) -> Result<Holds, String> {
    let seq = line.seq;
    let Ok([public, auditor, internal]) = <[Map<String, Value>; 3]>::try_from(line.parts) else {
        return Err(words::NOT_THREE_PARTS.into());
    };
    let (public_commitment, public) = open_part(public, Level::Public)?;
    let (auditor_commitment, auditor) = open_part(auditor, Level::Auditor)?;
    let (internal_commitment, internal) = open_part(internal, Level::Internal)?;
    let chain = chained(prev, seq, &[public_commitment, auditor_commitment, internal_commitment]);
    if bytes32(Some(&line.chain)) != Some(chain) {
        return Err(words::NOT_ITS_CHAIN.into());
    }
    let public: Public = shape(public.ok_or(words::PUBLIC_WITHHELD)?, Level::Public)?;
    let mut facts = BTreeMap::new();
    let mut withheld = Vec::new();
    for (level, content) in [(Level::Auditor, auditor), (Level::Internal, internal)] {
        match content {
            None => withheld.push(level),
            Some(content) => {
                let Facts { facts: these } = shape(content, level)?;
                if !these.is_empty() {
                    facts.insert(level, these);
                }
            }
        }
    }
    let Public { kind, utc, monotonic_ms, act, step, actor, confirmer, files, opens, closes, facts: these } =
        public;
    if !these.is_empty() {
        facts.insert(Level::Public, these);
    }
    let entry = Entry {
        seq,
        kind,
        utc,
        monotonic_ms,
        act,
        step,
        actor,
        confirmer,
        facts,
        files,
        opens,
        closes,
        chain,
    };
    Ok(Holds { entry, withheld })
}

/// The same line with every part above `level` withheld; it keeps its chain value.
pub(crate) fn withhold(bytes: &[u8], level: Level) -> Result<Vec<u8>, String> {
    let mut line = parse(bytes)?;
    for (part, its) in line.parts.iter_mut().zip(Level::ALL) {
        if its > level {
            let (commitment, _) = open_part(part.clone(), its)?;
            *part = Map::from_iter([
                ("level".to_owned(), Value::from(its.word())),
                ("commitment".to_owned(), Value::from(HEXLOWER.encode(&commitment))),
            ]);
        }
    }
    let mut out = line.canonical()?;
    out.push(b'\n');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (Line, Vec<u8>) {
        let draft = Draft::new(Kind::Note).fact(Level::Internal, "who", "Ada");
        let mut bytes = make(draft, 7, &[3; 32], "2026-11-24T09:31:07.123Z".into(), 9).unwrap();
        assert_eq!(bytes.pop(), Some(b'\n'));
        (parse(&bytes).unwrap(), bytes)
    }

    /// What is wrong with a line whose part of that place was changed.
    fn changed(place: usize, change: impl FnOnce(&mut Map<String, Value>)) -> Option<String> {
        let (mut line, _) = made();
        change(&mut line.parts[place]);
        match read(&line.canonical().unwrap()) {
            Err(why) => Some(why),
            Ok(read) => read.holds.err(),
        }
    }

    fn hide(part: &mut Map<String, Value>, level: Level) {
        let (commitment, _) = open_part(part.clone(), level).unwrap();
        let commitment = Value::from(HEXLOWER.encode(&commitment));
        *part = Map::from_iter([("level".into(), level.word().into()), ("commitment".into(), commitment)]);
    }

    #[test]
    fn a_part_is_whole_or_its_commitment_and_nothing_beside() {
        assert_eq!(changed(0, |_| ()), None);
        for level in [Level::Auditor, Level::Internal] {
            let place = level as usize;
            assert_eq!(changed(place, |part| hide(part, level)), None);
            let withheld = words::part_withheld_wrongly(level.word());
            for (name, value) in [("note", "anything"), ("salt", "00"), ("commitment", "00")] {
                let with = |part: &mut Map<String, Value>| {
                    hide(part, level);
                    part.insert(name.into(), value.into());
                };
                assert_eq!(changed(place, with), Some(withheld.clone()), "{name}");
            }
            assert!(changed(place, |part| drop(part.insert("note".into(), "x".into()))).is_some());
        }
        let public = changed(0, |part| hide(part, Level::Public));
        assert_eq!(public, Some(words::part_withheld_wrongly("public")));
        assert!(changed(0, |part| drop(part.insert("note".into(), "x".into()))).is_some());
    }

    #[test]
    fn parts_are_three_in_their_order_with_salts_of_their_own() {
        assert_eq!(changed(1, |part| drop(part.remove("level"))), Some(words::part_misplaced("auditor")));
        let other = |part: &mut Map<String, Value>| drop(part.insert("level".into(), "internal".into()));
        assert_eq!(changed(1, other), Some(words::part_misplaced("auditor")));
        assert_eq!(changed(2, |part| drop(part.remove("salt"))), Some(words::part_without_salt("internal")));
        let short = |part: &mut Map<String, Value>| drop(part.insert("salt".into(), "00".into()));
        assert_eq!(changed(2, short), Some(words::part_without_salt("internal")));
        let zero = |part: &mut Map<String, Value>| drop(part.insert("salt".into(), "00".repeat(32).into()));
        assert_eq!(changed(2, zero), Some(words::NOT_ITS_CHAIN.into()));
        let (mut line, bytes) = made();
        line.parts.pop();
        assert_eq!(
            read(&line.canonical().unwrap()).unwrap().holds.err().as_deref(),
            Some(words::NOT_THREE_PARTS)
        );
        // Another number, another line before, another chain value.
        let holds = |change: fn(&mut Line)| {
            let (mut line, _) = made();
            change(&mut line);
            read(&line.canonical().unwrap()).map(|read| read.holds.err())
        };
        for change in [
            |l: &mut Line| l.seq = 8,
            |l: &mut Line| l.prev = "03".repeat(31) + "04",
            |l: &mut Line| {
                l.chain = "00".repeat(32);
            },
        ] {
            assert_eq!(holds(change).unwrap().as_deref(), Some(words::NOT_ITS_CHAIN));
        }
        assert_eq!(holds(|l| l.v = 1).err(), Some(words::of_version(1)));
        let spaced = [&bytes[..1], b" ", &bytes[1..]].concat();
        assert_eq!(read(&spaced).err().as_deref(), Some(words::NOT_CANONICAL));
    }
}
