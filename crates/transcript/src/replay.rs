//! The rules an entry must keep with those before it, the same for writing and for verifying.
use std::collections::BTreeSet;

use data_encoding::BASE64;

use crate::line;
use crate::many::side_by_side;
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
            for line in side_by_side(&next, WORTH_IT, |line| Alone::of(line)) {
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

    /// Leaves out the entries after the first so many, for a record that stops there: what they opened and closed stays as it was
    /// taken in, since nothing follows.
    pub(crate) fn back_to(&mut self, entries: usize) {
        self.entries.truncate(entries);
        self.chain = self.entries.last().map_or(self.chain, |last| last.chain);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::tests::Key;
    use crate::types::{Draft, Signer as _};

    /// Lines that hold in themselves and follow one another, whatever they say: what a forger can write.
    #[derive(Default)]
    struct Forged {
        lines: Vec<Vec<u8>>,
        head: Option<Head>,
    }

    impl Forged {
        fn and(mut self, draft: Draft) -> Self {
            let before = self.head();
            let seq = before.entries + 1;
            let mut line =
                line::make(draft, seq, &before.chain, "2026-11-24T09:31:07.123Z".into(), seq).unwrap();
            line.pop();
            let chain = line::read(&line).ok().unwrap().holds.ok().unwrap().entry.chain;
            self.head = Some(Head { entries: seq, chain });
            self.lines.push(line);
            self
        }

        fn opened() -> Self {
            Self::default().and(Draft::new(Kind::Opened).fact(Level::Public, "mode", "production"))
        }

        fn head(&self) -> Head {
            self.head.unwrap_or(Head { entries: 0, chain: [0; 32] })
        }

        /// Where a reader stands after it, or what it says against it.
        fn read(&self) -> Result<Replay, String> {
            let mut replay = Replay::new();
            replay.take(self.lines.iter().map(Vec::as_slice))?;
            Ok(replay)
        }

        fn refused(&self) -> String {
            self.read().err().unwrap()
        }
    }

    fn signed(text: &str, signature: &[u8], signer: &[u8]) -> Draft {
        Draft::new(Kind::Checkpoint)
            .fact(Level::Public, "signed", text)
            .fact(Level::Public, "signature", BASE64.encode(signature))
            .fact(Level::Public, "signer", BASE64.encode(signer))
    }

    #[test]
    fn a_checkpoint_is_a_signature_over_the_head_before_it() {
        let (mut key, mut other) = (Key::new(), Key::new());
        let head = Forged::opened().head().text();
        let good = key.sign(head.as_bytes()).unwrap();
        // Each record has salts of its own, so the head to sign is that of the record at hand.
        let of = |signs: &mut dyn FnMut(&str) -> Draft| {
            let opened = Forged::opened();
            let head = opened.head().text();
            opened.and(signs(&head))
        };
        let spki = key.1.clone();
        let replay = of(&mut |head| signed(head, &key.sign(head.as_bytes()).unwrap(), &spki)).read().unwrap();
        assert_eq!(replay.signers, BTreeSet::from([spki.clone()]));
        assert_eq!(of(&mut |now| signed(now, &good, &spki)).refused(), words::SIGNATURE_NOT_GOOD);
        assert_eq!(of(&mut |_| signed(&head, &good, &spki)).refused(), words::ANOTHER_HEAD);
        let another = |now: &str| signed(now, &other.sign(now.as_bytes()).unwrap(), &spki);
        assert_eq!(of(&mut { another }).refused(), words::SIGNATURE_NOT_GOOD);
        let nobody = |_: &str| Draft::new(Kind::Checkpoint);
        assert_eq!(of(&mut { nobody }).refused(), words::ANOTHER_HEAD);
        let without = |now: &str| Draft::new(Kind::Checkpoint).fact(Level::Public, "signed", now);
        assert_eq!(of(&mut { without }).refused(), words::SIGNATURE_NOT_GOOD);
    }

    #[test]
    fn a_number_a_chain_value_and_an_order_of_ones_own_are_refused() {
        let (one, two) = (Forged::opened(), Forged::opened().and(Draft::new(Kind::Note)));
        let mixed = Forged { lines: vec![one.lines[0].clone(), two.lines[1].clone()], head: None };
        assert_eq!(mixed.refused(), words::DOES_NOT_FOLLOW);
        let doubled = Forged { lines: vec![one.lines[0].clone(), one.lines[0].clone()], head: None };
        assert_eq!(doubled.refused(), words::numbered(1));
        let alone = Forged { lines: vec![two.lines[1].clone()], head: None };
        assert_eq!(alone.refused(), words::numbered(2));
        assert_eq!(Forged::opened().and(Draft::new(Kind::Opened)).refused(), words::FIRST_OPENS);
        assert_eq!(Forged::default().and(Draft::new(Kind::Note)).refused(), words::FIRST_OPENS);
        let mode =
            |mode: &str| Forged::default().and(Draft::new(Kind::Opened).fact(Level::Public, "mode", mode));
        assert_eq!(mode("real").refused(), words::NO_MODE);
        assert_eq!(mode("rehearsal").read().unwrap().mode(), Some("rehearsal"));
        let hidden = Draft::new(Kind::Opened).fact(Level::Auditor, "mode", "rehearsal");
        assert_eq!(Forged::default().and(hidden).refused(), words::NO_MODE);
    }

    #[test]
    fn what_is_owed_is_opened_once_and_closed_once() {
        let owes = || Forged::opened().and(Draft::new(Kind::Note).opens("a", "Do a").opens("b", "Do b"));
        let open =
            |forged: Forged| forged.read().unwrap().open.iter().map(|o| o.id.clone()).collect::<Vec<_>>();
        assert_eq!(open(owes()), ["a", "b"]);
        assert_eq!(open(owes().and(Draft::new(Kind::Note).closes("a"))), ["b"]);
        // Closed and opened anew in one entry.
        assert_eq!(open(owes().and(Draft::new(Kind::Note).closes("a").opens("a", "Do a again"))), ["b", "a"]);
        assert_eq!(owes().and(Draft::new(Kind::Note).opens("b", "Do b")).refused(), words::opens_twice("b"));
        let twice = Draft::new(Kind::Note).closes("a").closes("a");
        assert_eq!(owes().and(twice).refused(), words::closes_what_is_not_open("a"));
        assert_eq!(owes().and(Draft::new(Kind::Closed)).refused(), words::closes_too_early("a"));
        assert_eq!(owes().and(Draft::new(Kind::Abandoned)).read().unwrap().ended, Some(Kind::Abandoned));
        let done = owes().and(Draft::new(Kind::Closed).closes("b").closes("a"));
        assert_eq!(done.read().unwrap().ended, Some(Kind::Closed));
    }

    #[test]
    fn after_the_end_one_signature_comes_and_nothing_else() {
        let ended = || Forged::opened().and(Draft::new(Kind::Closed));
        assert_eq!(ended().and(Draft::new(Kind::Note)).refused(), words::AFTER_THE_END);
        let mut key = Key::new();
        let mut sign = |forged: Forged| {
            let head = forged.head().text();
            let signature = key.sign(head.as_bytes()).unwrap();
            forged.and(signed(&head, &signature, &key.1))
        };
        let once = sign(ended());
        assert!(once.read().is_ok());
        assert_eq!(sign(once).refused(), words::AFTER_THE_END);
    }

    #[test]
    fn who_goes_on_with_a_record_needs_all_of_it() {
        let all = Forged::opened().and(Draft::new(Kind::Note).fact(Level::Auditor, "a", 1));
        let shortened =
            |level| all.lines.iter().map(move |l| line::withhold(l, level).unwrap()).collect::<Vec<_>>();
        for (level, withheld) in
            [(Level::Public, [2, 2]), (Level::Auditor, [0, 2]), (Level::Internal, [0, 0])]
        {
            let lines = shortened(level);
            let lines = || lines.iter().map(|line| &line[..line.len() - 1]);
            let mut reader = Replay::new();
            reader.take(lines()).unwrap();
            assert_eq!(reader.withheld, withheld);
            let goes_on = Replay::of_all().take(lines());
            assert_eq!(goes_on.err().as_deref(), (level < Level::Internal).then_some(words::PARTS_WITHHELD));
        }
    }

    /// As many as are read side by side, and more than are kept at once.
    #[test]
    fn many_lines_are_read_in_their_order() {
        let mut forged = Forged::opened();
        let many = AT_ONCE + WORTH_IT + 1;
        for _ in 1..many {
            forged = forged.and(Draft::new(Kind::Note));
        }
        let replay = forged.read().unwrap();
        assert_eq!((replay.entries.len(), replay.head()), (many, forged.head()));
        let bad = many - 3;
        forged.lines[bad].pop();
        let mut replay = Replay::new();
        assert!(replay.take(forged.lines.iter().map(Vec::as_slice)).is_err());
        assert_eq!(replay.next(), bad as u64 + 1);
    }
}
