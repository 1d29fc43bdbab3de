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
    /// Whether a line with a part withheld is refused: who goes on with a record needs all of it.
    needs_all: bool,
}

/// A line read by itself, and the key that signed the head before it, where it is a checkpoint.
struct Alone {
    line: line::Read,
    signer: Result<Option<Vec<u8>>, String>,
}

impl Alone {
    fn of(bytes: &[u8]) -> Result<Self, String> {
        let line = line::read(bytes)?;
        let signer = match &line.holds {
            Ok(line::Holds { entry, .. }) if entry.kind == Kind::Checkpoint => {
                // The head before it, if it has the place that it says; whether it has is seen where lines are held together.
                let before =
                    Head { entries: line.seq.saturating_sub(1), chain: line.prev.unwrap_or_default() };
                checkpoint(entry, before).map(Some)
            }
            _ => Ok(None),
        };
        Ok(Self { line, signer })
    }
}

/// How many lines are read before they are held together: what is wrong early is found early, and little is kept twice.
const AT_ONCE: usize = 2048;
/// Fewer lines than this are read by one processor: to start another costs more.
const WORTH_IT: usize = 64;

/// Reads lines by themselves, on all processors there are. The results stand in the lines' order.
fn alone(lines: &[&[u8]]) -> Vec<Result<Alone, String>> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    if lines.len() < WORTH_IT || processors == 1 {
        return lines.iter().map(|line| Alone::of(line)).collect();
    }
    let each = |lines: &[&[u8]]| lines.iter().map(|line| Alone::of(line)).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let shares = lines.chunks(lines.len().div_ceil(processors));
        let workers: Vec<_> = shares
            .map(|share| (share, std::thread::Builder::new().spawn_scoped(scope, move || each(share))))
            .collect();
        // Where no thread can be had, or it is lost, its share is read here.
        workers
            .into_iter()
            .flat_map(|(share, worker)| {
                let done = worker.ok().and_then(|worker| worker.join().ok());
                done.unwrap_or_else(|| each(share))
            })
            .collect()
    })
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
            needs_all: false,
        }
    }

    /// The same for who goes on with a record: a line with a part withheld is refused.
    pub(crate) fn of_all() -> Self {
        Self { needs_all: true, ..Self::new() }
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

    /// Takes the next lines (without their newlines), up to the first that does not hold; says what is wrong with that one.
    pub(crate) fn take<'l>(&mut self, lines: impl IntoIterator<Item = &'l [u8]>) -> Result<(), String> {
        let mut lines = lines.into_iter();
        loop {
            let next: Vec<&[u8]> = lines.by_ref().take(AT_ONCE).collect();
            if next.is_empty() {
                return Ok(());
            }
            for line in alone(&next) {
                let step = self.follows(line?)?;
                self.admit(step);
            }
        }
    }

    /// Checks the next line (without its newline) and changes nothing.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<Step, String> {
        self.follows(Alone::of(bytes)?)
    }

    /// Holds a line against those before it.
    fn follows(&self, Alone { line, signer }: Alone) -> Result<Step, String> {
        if line.seq != self.next() {
            return Err(words::numbered(line.seq));
        }
        if line.prev != Some(self.chain) {
            return Err(words::DOES_NOT_FOLLOW.into());
        }
        let line::Holds { entry, withheld } = line.holds?;
        let open = self.rules(&entry)?;
        let signer = signer?;
        if self.needs_all && !withheld.is_empty() {
            return Err(words::PARTS_WITHHELD.into());
        }
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
}

/// Checks a checkpoint's signature over the head before it; gives the DER key.
fn checkpoint(entry: &Entry, before: Head) -> Result<Vec<u8>, String> {
    let head = before.text();
    let fact = |name: &str| entry.facts.get(&Level::Public)?.get(name)?.as_str();
    if fact("signed") != Some(head.as_str()) {
        return Err(words::ANOTHER_HEAD.into());
    }
    let bytes = |name: &str| BASE64.decode(fact(name)?.as_bytes()).ok();
    match (bytes("signer"), bytes("signature")) {
        (Some(signer), Some(signature)) if sign::good(&signer, head.as_bytes(), &signature) => Ok(signer),
        _ => Err(words::SIGNATURE_NOT_GOOD.into()),
    }
}
