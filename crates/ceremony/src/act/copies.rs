//! The copies of a key and of its shares: which there are by the record, where people say that they are, and what became
//! of each. What was said of a copy is noted at once, so that an interrupted step goes on with the next one.

use super::places::{self, Place, Sort};
use super::{boxed, drill, earlier, noted, out_of_order, token_problem};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use protocol::{Answer, Ask, Choice, Fact, Problem, Verdict};
use std::collections::BTreeSet;
use std::fmt;
use tokens::KeySpec;
use transcript::{Draft, Kind, Level};

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Copy {
    /// A sheet of the set, by its share's index, and the bag it was sealed in, with the later ceremony that did so.
    Sheet(u8, Option<(String, Option<String>)>),
    /// A share of the set that is encrypted to a custodian's YubiKey, by its index.
    Boxed(u8),
    /// The wrapped file, by its name and SHA-256.
    File(String, String),
    /// The key in the token that is open, by its label.
    Here(String),
    /// The key in another token, by that one's serial number.
    Elsewhere(String),
    /// Any other place that a record names.
    Known(Place),
}

impl Copy {
    /// The word that notes in the record have.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Sheet(n, _) | Self::Boxed(n) => format!("sheet-{n}"),
            Self::File(..) => "wrapped-file".to_owned(),
            Self::Here(label) => format!("token-key {label}"),
            Self::Elsewhere(serial) => places::token_id(serial),
            Self::Known(place) => place.id.clone(),
        }
    }
}

impl fmt::Display for Copy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sheet(n, Some((bag, None))) => {
                write!(f, "the sheet of share {n}, sealed in bag {bag} by that record")
            }
            Self::Sheet(n, Some((bag, Some(run)))) => {
                write!(f, "the sheet of share {n}, sealed in bag {bag} in the ceremony {run} since")
            }
            Self::Sheet(n, None) => {
                write!(f, "the sheet of share {n}, of whose bag that record says nothing")
            }
            Self::Boxed(n) => write!(
                f,
                "share {n}, encrypted to its custodian's YubiKey, which is destroyed with the key in slot 9D"
            ),
            Self::File(name, sha256) => {
                write!(f, "the wrapped file {name} (SHA-256 {sha256}), wherever it was copied to")
            }
            Self::Here(label) => write!(f, "the key {label} in this token"),
            Self::Elsewhere(serial) => write!(f, "the key in the token with the serial number {serial}"),
            Self::Known(place) => {
                f.write_str(&place.says)?;
                if let Some((became, run)) = place.became.as_ref().filter(|_| place.gone_in().is_none()) {
                    write!(f, " (noted as {became} in the ceremony {run})")?;
                }
                if place.perhaps {
                    write!(
                        f,
                        " (perhaps of another key: the record of {} names one of the same short check value)",
                        place.run
                    )?;
                }
                Ok(())
            }
        }
    }
}

/// What became of a copy: the words of the record.
pub(super) const DESTROYED: &str = "destroyed";
pub(super) const OWED: &str = "owed";
pub(super) const MISSING: &str = "missing";
pub(super) const BROUGHT: &str = "brought";
pub(super) const BEFORE: &str = "destroyed-before";
pub(super) const ANOTHER: &str = "of-another-key";

fn choice(id: &str, title: &str) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), note: None, refused: None }
}

/// Every sheet of the earlier set.
pub(super) fn sheets(engine: &Engine<'_>) -> Result<Vec<Copy>, Problem> {
    Ok((1..=earlier::dealing(engine)?.count())
        .map(|n| {
            if boxed::is_box(engine, n) {
                Copy::Boxed(n)
            } else {
                Copy::Sheet(n, drill::sealed_in(engine, n))
            }
        })
        .collect())
}

/// The wrapped file of the earlier backup.
fn wrapped_file(engine: &Engine<'_>) -> Option<Copy> {
    let name = engine.fact("earlier-wrapped-backup")?;
    Some(Copy::File(name, engine.fact("drilled-backup-sha256")?))
}

/// What the record says last of a copy of the earlier set.
pub(super) fn became(engine: &Engine<'_>, copy: &Copy) -> Option<String> {
    let id = copy.id();
    let of = |e: &&transcript::Entry| e.value("copy").and_then(|v| v.as_str()) == Some(id.as_str());
    let said = engine.journal.entries().iter().rev().find(of)?.value("became")?;
    said.as_str().map(str::to_owned)
}

/// Notes what became of a copy.
pub(super) fn note(engine: &mut Engine<'_>, step: &Planned, copy: &Copy, became: &str) -> Result<(), Halt> {
    let set = engine.fact("drill-set").unwrap_or_default();
    let note = Draft::new(Kind::Note)
        .fact(Level::Public, "note", format!("{}: {became}", copy.id()))
        .fact(Level::Public, "copy", copy.id())
        .fact(Level::Public, "copy-of", set)
        .fact(Level::Public, "became", became);
    engine.append(engine.placed(note, step, false))?;
    Ok(())
}

/// Asks of one copy what became of it. A missing one is an exception, and decided, before that is noted.
fn ask(engine: &mut Engine<'_>, step: &Planned, copy: &Copy, choices: &[Choice]) -> Result<(), Halt> {
    let mut problem = None;
    loop {
        let question = format!("What of {copy}?");
        let ask = Ask::Choose { question, choices: choices.to_vec() };
        match engine.ask(step, ask, problem.take())? {
            Answer::Chosen { id } if id == MISSING => {
                let missing = Problem::new(
                    "copy-missing",
                    super::sentence(&format!("{copy} is missing")),
                    "Nothing was destroyed because of it.",
                    "Whoever has it may use it one day. Decide whether to go on; what cannot be confirmed stays in the \
                     record.",
                );
                engine.raise(step, &missing, &copy.to_string())?;
                return note(engine, step, copy, MISSING);
            }
            Answer::Chosen { id } if choices.iter().any(|c| c.id == id) => {
                return note(engine, step, copy, &id);
            }
            _ => problem = Some(not_an_answer()),
        }
    }
}

/// Both people of the step sign what they saw.
pub(super) fn both_sign(engine: &mut Engine<'_>, step: &Planned, saw: &str) -> Result<(), Halt> {
    for person in [Some(step.actor.clone()), step.confirmer.clone()].into_iter().flatten() {
        engine.signed_by(step, &person, saw, None)?;
    }
    Ok(())
}

/// The shares of a list, as people say them: "1, 3 and 4".
pub(super) fn listed(shares: &[u8]) -> String {
    let words: Vec<String> = shares.iter().map(u8::to_string).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// The indices of the sheets of which the record says one of these words last.
pub(super) fn sheets_that(engine: &Engine<'_>, words: &[&str]) -> Result<Vec<u8>, Problem> {
    let said = |copy: &Copy| became(engine, copy).is_some_and(|b| words.contains(&b.as_str()));
    let index = |copy: Copy| match copy {
        Copy::Sheet(n, _) | Copy::Boxed(n) => Some(n),
        _ => None,
    };
    Ok(sheets(engine)?.into_iter().filter(said).filter_map(index).collect())
}

/// The sheets of a set that was replaced: destroyed here under two signatures, or, where the script allows it, owed.
pub(super) fn settle_old(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let set = engine.fact("drill-set").ok_or_else(out_of_order)?;
    let file = wrapped_file(engine).ok_or_else(out_of_order)?;
    let here = engine.fact("token-serial").unwrap_or_default();
    let before = engine.fact("earlier-token-serial").unwrap_or_default();
    let may_owe = step.action.name == "settle-old-sheets";
    let mut choices = vec![choice(DESTROYED, "Destroyed here; both of us saw it")];
    if may_owe {
        choices.push(choice(OWED, "Not here; it is to be destroyed later"));
    }
    choices.push(choice(MISSING, "Missing"));
    // New shares do not make old ones useless: they still open the old wrapped file.
    let why = vec![
        noted("Older set", set.as_str()),
        noted("Its sheets still open", file.to_string()),
        noted("So", "destroy each sheet of that set, and every copy of that file"),
    ];
    engine.ask(step, Ask::Observe { facts: why, button: "Go through the sheets".to_owned() }, None)?;
    let mut copies = sheets(engine)?;
    if may_owe && before != here {
        copies.push(Copy::Elsewhere(before));
    }
    for copy in &copies {
        if became(engine, copy).is_none() {
            ask(engine, step, copy, &choices)?;
        }
    }
    let destroyed = sheets_that(engine, &[DESTROYED])?;
    let (owed, missing) = (sheets_that(engine, &[OWED])?, sheets_that(engine, &[MISSING])?);
    let saw = format!(
        "Of the set {set} I saw destroyed: {}. Not here: {}. Missing: {}.",
        listed(&destroyed),
        listed(&owed),
        listed(&missing)
    );
    both_sign(engine, step, &saw)?;
    let enough = earlier::dealing(engine)?.is_enough(&[owed.as_slice(), &missing].concat());
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "old-set", set.as_str())
        .fact(Level::Public, "old-sheets-destroyed", serde_json::json!(destroyed))
        .fact(Level::Public, "old-sheets-owed", serde_json::json!(owed))
        .fact(Level::Public, "old-sheets-missing", serde_json::json!(missing))
        .fact(Level::Public, "old-set-still-opens", if enough { "yes" } else { "no" })
        .fact(Level::Public, "old-file-to-destroy", file.to_string());
    let facts = vec![
        noted("Sheets destroyed", listed(&destroyed)),
        noted("Sheets owed", listed(&owed)),
        noted("Sheets missing", listed(&missing)),
        Fact {
            name: "Enough old sheets left to open the old file".to_owned(),
            expected: Some("no".to_owned()),
            observed: if enough { "yes: make a new master key if they are not found" } else { "no" }
                .to_owned(),
            verdict: if enough { Verdict::Differs } else { Verdict::Matches },
        },
        noted("Destroy every copy of", file.to_string()),
        noted("One copy lies in", engine.fact("earlier-pack").unwrap_or_default()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Opens the pack of the newest backup of a key that is to be destroyed, and lists every copy the record knows of.
pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (earlier, draft) = earlier::opened(engine, step, |earlier| earlier.one().map(|_| ()))?;
    let one = earlier.one()?;
    let spec: KeySpec = one.key_spec.parse().map_err(|e| token_problem(&e))?;
    let in_token = engine.work(step, "Looking for the key in the token", "a few seconds", |token| {
        let found = token.keys_like(&one.check_value, spec, one.public_key.as_deref());
        found.map_err(|e| token_problem(&e))
    })?;
    let labels: Vec<String> = in_token.into_iter().map(|k| k.label).collect();
    let draft = draft.fact(Level::Public, "copies-in-token", serde_json::json!(labels)).fact(
        Level::Public,
        "earlier-key-label",
        one.key_label.as_str(),
    );
    let mut facts = earlier::about(&earlier);
    let here = if labels.is_empty() { "no key of this check value".to_owned() } else { labels.join(", ") };
    facts.push(noted("In this token", here));
    facts.push(noted("Places where the key and its shares went", known(&one.places)));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// How many places there are, and whose records name them.
fn known(places: &[Place]) -> String {
    let runs: BTreeSet<_> = places.iter().map(|p| p.run.as_str()).collect();
    let runs: Vec<_> = runs.into_iter().collect();
    format!("{}, by the records of {}", places.len(), runs.join(", "))
}

/// The labels under which the key was found in the token when the copies were listed.
pub(super) fn labels_here(engine: &Engine<'_>) -> Vec<String> {
    engine.fact_value("copies-in-token").and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default()
}

/// Every copy that the records know of and that no earlier ceremony saw destroyed: the key in this token, the wrapped
/// file, each sheet, and every other place that the opened pack, the records before it and those at hand name.
pub(super) fn all(engine: &Engine<'_>) -> Result<Vec<Copy>, Problem> {
    let mut copies: Vec<Copy> = labels_here(engine).into_iter().map(Copy::Here).collect();
    copies.extend(wrapped_file(engine));
    copies.extend(sheets(engine)?);
    let others = places::others_here(engine);
    copies.extend(others.into_iter().filter(|p| p.gone_in().is_none()).map(Copy::Known));
    Ok(copies)
}

/// What may be said of a copy, the ordinary answer first. What is elsewhere is not destroyed here: that was done before, or
/// cannot be confirmed.
fn answers(copy: &Copy) -> Vec<Choice> {
    let brought = || choice(BROUGHT, "Brought; it lies on the table");
    let before = |title: &str| choice(BEFORE, title);
    let seen = "Destroyed before; we saw the proof of it";
    let mut choices = match copy {
        Copy::Known(place) => match place.sort {
            Sort::Token => vec![before(seen)],
            Sort::Cloud => vec![before("Deleted there, or never taken in; we saw the proof of it")],
            Sort::Printer => {
                vec![before("Its memory was cleared, or it was destroyed; we saw the proof of it")]
            }
            Sort::Record => {
                vec![before("We read it; what else it names is destroyed, and we saw the proof of it")]
            }
            Sort::File | Sort::Sheet | Sort::Boxed | Sort::Bundle => vec![brought(), before(seen)],
        },
        Copy::Here(_) | Copy::Elsewhere(_) => vec![before(seen)],
        Copy::Sheet(..) | Copy::Boxed(_) | Copy::File(..) => vec![brought(), before(seen)],
    };
    if matches!(copy, Copy::Known(place) if place.perhaps) {
        choices.push(choice(ANOTHER, "It is of another key; we compared"));
    }
    choices.push(choice(MISSING, "Missing, or nobody can say"));
    choices
}

/// Two people say of each copy where it is. The key in this token the program sees by itself.
pub(super) fn account(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    for copy in all(engine)? {
        if became(engine, &copy).is_some() {
            continue;
        }
        match &copy {
            Copy::Here(_) => note(engine, step, &copy, BROUGHT)?,
            _ => ask(engine, step, &copy, &answers(&copy))?,
        }
    }
    both_sign(
        engine,
        step,
        "I looked at every copy that was brought, and what was said of the others is right.",
    )?;
    let copies = all(engine)?;
    let state = |copy: &Copy| became(engine, copy).unwrap_or_default();
    let list: Vec<_> = copies.iter().map(|c| (c.id(), state(c))).collect();
    let mut facts: Vec<Fact> =
        copies.iter().map(|c| noted(&super::sentence(&c.to_string()), state(c))).collect();
    facts.extend(gone_before(engine).into_iter().map(|(place, run)| {
        noted(&super::sentence(&place.says), format!("destroyed in the ceremony {run}"))
    }));
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "copies-accounted", serde_json::json!(list));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Copies that an earlier ceremony saw destroyed, with that ceremony.
pub(super) fn gone_before(engine: &Engine<'_>) -> Vec<(Place, String)> {
    let others = places::others_here(engine).into_iter();
    others.filter_map(|p| p.gone_in().map(str::to_owned).map(|run| (p, run))).collect()
}
