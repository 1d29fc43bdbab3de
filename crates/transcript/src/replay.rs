//! The rules an entry must keep with those before it, the same for writing and for verifying.
use std::collections::BTreeSet;

use data_encoding::BASE64;

use crate::line;
use crate::sign;
use crate::types::{Entry, Head, Kind, Level, Obligation};
use crate::words;

/// Where the record stands after the entries so far.
pub(crate) struct Replay {
    pub(crate) entries: Vec<Entry>,
    pub(crate) chain: [u8; 32],
    pub(crate) open: Vec<Obligation>,
    /// How many parts of each level above public are withheld: auditor, internal.
    pub(crate) withheld: [u64; 2],
    /// `Closed` or `Abandoned`, once it is.
    pub(crate) ended: Option<Kind>,
    /// DER keys that signed checkpoints.
    pub(crate) signers: BTreeSet<Vec<u8>>,
}

/// A line that holds after those before it.
pub(crate) struct Step {
    entry: Entry,
    withheld: Vec<Level>,
    open: Vec<Obligation>,
    signer: Option<Vec<u8>>,
}

impl Replay {
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            chain: [0; 32],
            open: Vec::new(),
            withheld: [0; 2],
            ended: None,
            signers: BTreeSet::new(),
        }
    }

    pub(crate) fn head(&self) -> Head {
        Head { entries: self.entries.len() as u64, chain: self.chain }
    }

    /// The number the next entry will have.
    pub(crate) fn next(&self) -> u64 {
        self.entries.len() as u64 + 1
    }

    /// `rehearsal` or `production`, from the first entry.
    pub(crate) fn mode(&self) -> Option<&str> {
        self.entries.first()?.facts.get(&Level::Public)?.get("mode")?.as_str()
    }

    /// Takes the next line (without its newline), or says what is wrong with it and stays as it was.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let step = self.check(bytes)?;
        self.admit(step);
        Ok(())
    }

    /// Checks the next line (without its newline) and changes nothing.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<Step, String> {
        let line::Read { entry, withheld } = line::read(bytes, self.next(), &self.chain)?;
        let open = self.rules(&entry)?;
        let signer = if entry.kind == Kind::Checkpoint { Some(self.checkpoint(&entry)?) } else { None };
        Ok(Step { entry, withheld, open, signer })
    }

    /// Moves on by a line that was checked here.
    pub(crate) fn admit(&mut self, step: Step) {
        let Step { entry, withheld, open, signer } = step;
        self.signers.extend(signer);
        for level in withheld {
            self.withheld[usize::from(level == Level::Internal)] += 1;
        }
        if matches!(entry.kind, Kind::Closed | Kind::Abandoned) {
            self.ended = Some(entry.kind);
        }
        self.open = open;
        self.chain = entry.chain;
        self.entries.push(entry);
    }

    /// Checks order and obligations; gives the obligations open after the entry.
    fn rules(&self, entry: &Entry) -> Result<Vec<Obligation>, String> {
        if self.entries.is_empty() != (entry.kind == Kind::Opened) {
            return Err(words::FIRST_OPENS.into());
        }
        if entry.kind == Kind::Opened {
            let mode = entry.facts.get(&Level::Public).and_then(|facts| facts.get("mode"));
            if !matches!(mode.and_then(|mode| mode.as_str()), Some("rehearsal" | "production")) {
                return Err(words::NO_MODE.into());
            }
        }
        if self.ended.is_some() {
            let last = self.entries.last().map(|last| last.kind);
            if entry.kind != Kind::Checkpoint || last == Some(Kind::Checkpoint) {
                return Err(words::AFTER_THE_END.into());
            }
        }
        let mut open = self.open.clone();
        for id in &entry.closes {
            let Some(at) = open.iter().position(|one| one.id == *id) else {
                return Err(words::closes_what_is_not_open(id));
            };
            open.remove(at);
        }
        for one in &entry.opens {
            if open.iter().any(|other| other.id == one.id) {
                return Err(words::opens_twice(&one.id));
            }
            open.push(one.clone());
        }
        if entry.kind == Kind::Closed
            && let Some(owed) = open.first()
        {
            return Err(words::closes_too_early(&owed.id));
        }
        Ok(open)
    }

    /// Checks a checkpoint's signature over the head before it; gives the DER key.
    fn checkpoint(&self, entry: &Entry) -> Result<Vec<u8>, String> {
        let fact = |name: &str| entry.facts.get(&Level::Public)?.get(name)?.as_str();
        if fact("signed") != Some(self.head().text().as_str()) {
            return Err(words::ANOTHER_HEAD.into());
        }
        let bytes = |name: &str| BASE64.decode(fact(name)?.as_bytes()).ok();
        match (bytes("signer"), bytes("signature")) {
            (Some(signer), Some(signature))
                if sign::good(&signer, self.head().text().as_bytes(), &signature) =>
            {
                Ok(signer)
            }
            _ => Err(words::SIGNATURE_NOT_GOOD.into()),
        }
    }
}
