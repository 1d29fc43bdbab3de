//! The list of the ceremonies that ended on a workstation, in one mode: one line each. Every line names the one before by
//! its digest and is signed with the key that signed the ceremony's record, so that a ceremony that is missing or was
//! replaced shows. The exact bytes are in `docs/formats/ended-runs.md`.

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use crate::canonical;
use crate::digest::sha256_hex;
use crate::sign;
use crate::types::{Entry, Head, Kind, Signer};
use crate::words;

/// What the first line names in place of a line before it.
const NONE_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A ceremony that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRun {
    /// Its run.
    pub run: String,
    /// [`Kind::Closed`] or [`Kind::Abandoned`].
    pub how: Kind,
    /// Where its record ends, the last signature included.
    pub head: Head,
}

impl EndedRun {
    /// Whether a record with these entries is the one that ended, whole.
    pub fn is_of(&self, entries: &[Entry]) -> bool {
        let last = entries.last().map(|last| last.chain);
        entries.len() as u64 == self.head.entries && last == Some(self.head.chain)
    }
}

/// How far a list goes: what a token remembers of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// How many lines; at least 1.
    pub lines: u64,
    /// SHA-256 of the last of them without its newline, lower-case hex.
    pub digest: String,
}

/// A list that was read and that holds in itself.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    ended: Vec<EndedRun>,
    digests: Vec<String>,
    signers: Vec<String>,
    whole: u64,
}

impl Runs {
    /// Reads a list and checks form, order, digests and signatures; the error says which line is wrong and why. What comes
    /// after the last newline was never acknowledged and is passed over.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut runs = Self { whole: whole as u64, ..Self::default() };
        for line in bytes[..whole].split(|byte| *byte == b'\n').take_while(|line| !line.is_empty()) {
            runs.take(line).ok_or_else(|| words::list_line_bad(runs.digests.len() + 1))?;
        }
        // An empty line ends the walk above: there is none in a list.
        let lines = bytes[..whole].split(|byte| *byte == b'\n').count() - 1;
        if lines == runs.digests.len() { Ok(runs) } else { Err(words::list_line_bad(runs.digests.len() + 1)) }
    }

    fn take(&mut self, line: &[u8]) -> Option<()> {
        let value: Value = serde_json::from_slice(line).ok()?;
        let text = |name: &str| value.get(name)?.as_str();
        let how = match text("ended")? {
            "closed" => Kind::Closed,
            "abandoned" => Kind::Abandoned,
            _ => return None,
        };
        let chain = HEXLOWER.decode(text("head")?.as_bytes()).ok()?.try_into().ok()?;
        let head = Head { entries: value.get("entries")?.as_u64()?, chain };
        let one = EndedRun { run: text("run")?.to_owned(), how, head };
        let signer = BASE64.decode(text("signer")?.as_bytes()).ok()?;
        let signature = BASE64.decode(text("signature")?.as_bytes()).ok()?;
        let same = self.line(&one, &signer, &signature).ok()? == line;
        let listed = self.of(&one.run).is_some();
        if listed || !same || !sign::good(&signer, self.signed(&one).as_bytes(), &signature) {
            return None;
        }
        self.digests.push(sha256_hex(line));
        self.signers.push(sha256_hex(&signer));
        self.ended.push(one);
        Some(())
    }

    /// What is signed of the line that comes next.
    fn signed(&self, one: &EndedRun) -> String {
        words::list_line(
            self.digests.len() + 1,
            &one.run,
            words::ended_word(one.how),
            one.head.entries,
            &HEXLOWER.encode(&one.head.chain),
            self.before(),
        )
    }

    fn before(&self) -> &str {
        self.digests.last().map_or(NONE_BEFORE, String::as_str)
    }

    /// The line that comes next, without its newline.
    fn line(&self, one: &EndedRun, signer: &[u8], signature: &[u8]) -> Result<Vec<u8>, String> {
        canonical::value(&json!({
            "before": self.before(),
            "ended": words::ended_word(one.how),
            "entries": one.head.entries,
            "head": HEXLOWER.encode(&one.head.chain),
            "n": self.digests.len() + 1,
            "run": one.run,
            "signature": BASE64.encode(signature),
            "signer": BASE64.encode(signer),
        }))
    }

    /// The bytes to add for a ceremony that ended, newline included; the list itself is unchanged.
    pub fn next(&self, one: &EndedRun, signer: &mut dyn Signer) -> Result<Vec<u8>, String> {
        let signature = sign::signed(signer, self.signed(one).as_bytes())?;
        let mut line = self.line(one, signer.public_key(), &signature)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Every ceremony, in the order in which they ended.
    pub fn ended(&self) -> &[EndedRun] {
        &self.ended
    }

    /// SHA-256 (lower-case hex) of the key, DER `SubjectPublicKeyInfo`, that signed each line. Any key can sign one: whether
    /// it is the workstation's is for the reader to hold against it.
    pub fn signers(&self) -> &[String] {
        &self.signers
    }

    /// The ceremony of this run.
    pub fn of(&self, run: &str) -> Option<&EndedRun> {
        self.ended.iter().find(|one| one.run == run)
    }

    /// How far it goes; none where it is empty.
    pub fn place(&self) -> Option<Place> {
        let digest = self.digests.last()?.clone();
        Some(Place { lines: self.digests.len() as u64, digest })
    }

    /// Whether it goes through a place that was remembered.
    pub fn goes_through(&self, place: &Place) -> bool {
        let at = usize::try_from(place.lines).unwrap_or(usize::MAX).checked_sub(1);
        at.and_then(|at| self.digests.get(at)).is_some_and(|digest| *digest == place.digest)
    }

    /// Up to where its bytes were acknowledged: what comes next goes there.
    pub fn bytes(&self) -> u64 {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::tests::Key;

    fn run(n: u8) -> EndedRun {
        let how = if n == 2 { Kind::Abandoned } else { Kind::Closed };
        EndedRun { run: format!("20270101-00000{n}-000-1"), how, head: Head { entries: 7, chain: [n; 32] } }
    }

    fn list(key: &mut Key, of: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        for n in 1..=of {
            let next = Runs::read(&bytes).unwrap().next(&run(n), key).unwrap();
            bytes.extend(next);
        }
        bytes
    }

    #[test]
    fn what_was_listed_is_read_and_goes_through_every_place_before() {
        let mut key = Key::new();
        let bytes = list(&mut key, 3);
        let runs = Runs::read(&bytes).unwrap();
        assert_eq!(runs.ended(), [run(1), run(2), run(3)]);
        assert_eq!((runs.bytes(), runs.place().unwrap().lines), (bytes.len() as u64, 3));
        for lines in 1..=3 {
            let earlier = Runs::read(&list_of(&bytes, lines)).unwrap();
            assert!(runs.goes_through(&earlier.place().unwrap()));
            assert_eq!(earlier.goes_through(&runs.place().unwrap()), lines == 3, "{lines}");
        }
        assert!(Runs::read(b"").unwrap().place().is_none());
    }

    fn list_of(bytes: &[u8], lines: usize) -> Vec<u8> {
        bytes.split_inclusive(|b| *b == b'\n').take(lines).flatten().copied().collect()
    }

    #[test]
    fn another_list_of_the_same_length_is_another_place() {
        let mut key = Key::new();
        let (one, other) = (list(&mut key, 2), list(&mut Key::new(), 2));
        let (one, other) = (Runs::read(&one).unwrap(), Runs::read(&other).unwrap());
        assert!(!other.goes_through(&one.place().unwrap()));
    }

    #[test]
    fn every_byte_counts() {
        let bytes = list(&mut Key::new(), 3);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            // A changed last newline leaves a line that was never acknowledged; the list is shorter then.
            let shorter = Runs::read(&changed).is_ok_and(|runs| runs.ended().len() < 3);
            assert!(Runs::read(&changed).is_err() || (shorter && at == bytes.len() - 1), "byte {at}");
        }
        for gone in 0..3 {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            lines.remove(gone);
            assert_eq!(Runs::read(&lines.concat()).is_err(), gone < 2, "line {gone}");
        }
    }

    /// What is signed and what names the line before, made here by hand from `docs/formats/ended-runs.md`.
    #[test]
    fn a_line_is_what_its_format_says() {
        let mut key = Key::new();
        let bytes = list(&mut key, 3);
        let mut before = NONE_BEFORE.to_owned();
        for (at, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            let line = &line[..line.len() - 1];
            let value: Value = serde_json::from_slice(line).unwrap();
            let text = |name: &str| value[name].as_str().unwrap();
            assert_eq!((value["n"].as_u64(), text("before")), (Some(at as u64 + 1), before.as_str()));
            let signed = format!(
                "cofferdam-ended-runs 1 {} {} {} 7 {} {before}\n",
                at + 1,
                text("run"),
                text("ended"),
                text("head")
            );
            let signature = BASE64.decode(text("signature").as_bytes()).unwrap();
            assert!(sign::good(&key.1, signed.as_bytes(), &signature));
            before = sha256_hex(line);
        }
        let runs = Runs::read(&bytes).unwrap();
        assert_eq!(runs.signers(), vec![sha256_hex(&key.1); 3]);
        let bad = [list_of(&bytes, 2), b"{}\n".to_vec()].concat();
        assert!(Runs::read(&bad).unwrap_err().contains("line 3 "));
        let empty = [list_of(&bytes, 2), b"\n".to_vec(), bytes.clone()].concat();
        assert!(Runs::read(&empty).unwrap_err().contains("line 3 "));
    }

    #[test]
    fn an_unfinished_line_is_passed_over_and_nothing_ends_twice() {
        let mut key = Key::new();
        let bytes = list(&mut key, 2);
        let torn = &bytes[..bytes.len() - 5];
        let runs = Runs::read(torn).unwrap();
        assert_eq!((runs.ended().len(), runs.bytes()), (1, list_of(&bytes, 1).len() as u64));
        let again = [bytes.clone(), Runs::read(&bytes).unwrap().next(&run(1), &mut key).unwrap()].concat();
        assert!(Runs::read(&again).unwrap_err().contains("line 3"));
        assert!(Runs::read(b"\n").is_err());
        assert!(Runs::read(&[&bytes[..], b"\n"].concat()).is_err());
    }
}
