//! What a forger can do to the entries of a record, one thing at a time.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use transcript::{Entry, Kind, Level};

/// One change of a record.
pub(crate) struct Change {
    /// The number of the entry.
    seq: u64,
    what: What,
}

enum What {
    /// The entry is not there.
    Gone,
    /// It is there twice.
    Twice,
    /// It stands after the one that follows it.
    Later,
    /// Another role did it.
    Actor,
    /// Nobody confirmed it, or somebody whom nobody asked.
    Confirmer,
    /// It is of another step.
    Step,
    /// It opens or closes nothing.
    Opens,
    Closes,
    /// It names none of its files.
    Files,
    /// It was a year earlier; its clock went back.
    Year,
    Monotonic,
    /// A fact is not there, stands at another level, has not its form, or says something else.
    Without(Level, String),
    Elsewhere(Level, String),
    Misshapen(Level, String),
    Other(Level, String),
}

impl Change {
    /// All of them, each fact of each kind of entry of each step once.
    pub(crate) fn all(entries: &[Entry]) -> Vec<Self> {
        let mut all = Vec::new();
        let mut seen = BTreeSet::new();
        for entry in entries {
            let seq = entry.seq;
            let mut add = |what: What| all.push(Self { seq, what });
            add(What::Gone);
            add(What::Twice);
            if entry.seq < entries.len() as u64 {
                add(What::Later);
            }
            add(What::Year);
            add(What::Monotonic);
            if entry.step.is_some() {
                for what in [What::Actor, What::Confirmer, What::Step] {
                    add(what);
                }
            }
            if !entry.opens.is_empty() {
                add(What::Opens);
            }
            if !entry.closes.is_empty() {
                add(What::Closes);
            }
            if !entry.files.is_empty() {
                add(What::Files);
            }
            for (level, facts) in &entry.facts {
                for name in facts.keys() {
                    if seen.insert((format!("{:?}", entry.kind), entry.step.clone(), name.clone())) {
                        for what in [What::Without, What::Elsewhere, What::Misshapen, What::Other] {
                            add(what(*level, name.clone()));
                        }
                    }
                }
            }
        }
        all
    }

    /// Whether a record with this change must not follow its script, whatever it is about. Another value may be as true as
    /// the one that stood there: that the record's signer stands for.
    pub(crate) fn must_be_refused(&self) -> bool {
        !matches!(self.what, What::Other(..))
    }

    /// The entries with the change.
    pub(crate) fn made(&self, entries: &[Entry]) -> Vec<Entry> {
        let at = usize::try_from(self.seq).unwrap() - 1;
        let mut made = entries.to_vec();
        match &self.what {
            What::Gone => {
                made.remove(at);
            }
            What::Twice => made.insert(at, entries[at].clone()),
            What::Later => made.swap(at, at + 1),
            What::Actor => made[at].actor = Some("nobody".to_owned()),
            What::Confirmer => {
                made[at].confirmer = made[at].confirmer.is_none().then(|| "nobody".to_owned());
            }
            What::Step => made[at].step = Some("another".to_owned()),
            What::Opens => made[at].opens.clear(),
            What::Closes => made[at].closes.clear(),
            What::Files => made[at].files.clear(),
            What::Year => {
                let (year, rest) = made[at].utc.split_at(4);
                made[at].utc = format!("{}{rest}", year.parse::<u32>().unwrap() - 1);
            }
            What::Monotonic => made[at].monotonic_ms = 0,
            What::Without(level, name) => {
                made[at].facts.get_mut(level).unwrap().remove(name);
            }
            What::Elsewhere(level, name) => {
                let value = made[at].facts.get_mut(level).unwrap().remove(name).unwrap();
                let other = if *level == Level::Public { Level::Internal } else { Level::Public };
                made[at].facts.entry(other).or_default().insert(name.clone(), value);
            }
            What::Misshapen(level, name) => {
                made[at].facts.get_mut(level).unwrap().insert(name.clone(), misshapen());
            }
            What::Other(level, name) => {
                let value = made[at].facts.get_mut(level).unwrap().get_mut(name).unwrap();
                *value = other(value);
            }
        }
        for (n, entry) in made.iter_mut().enumerate() {
            entry.seq = n as u64 + 1;
        }
        made
    }
}

/// No fact has this form.
fn misshapen() -> Value {
    serde_json::json!({ "a": [null] })
}

/// Something else of the same shape.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::Bool(true),
        Value::Bool(is) => Value::Bool(!is),
        Value::Number(n) => Value::from(n.as_u64().unwrap_or(0) + 1),
        Value::String(text) => {
            let last = text.chars().next_back().unwrap_or('a');
            let kept = text.strip_suffix(last).unwrap_or_default();
            let another = match last {
                '0' => '1',
                c if c.is_ascii_digit() => '0',
                'a' => 'b',
                _ => 'a',
            };
            Value::String(format!("{kept}{another}"))
        }
        Value::Array(values) => Value::Array(values.iter().skip(1).cloned().collect()),
        Value::Object(members) => {
            Value::Object(members.iter().skip(1).map(|(k, v)| (k.clone(), v.clone())).collect())
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match &self.what {
            What::Gone => write!(f, "{seq} gone"),
            What::Twice => write!(f, "{seq} twice"),
            What::Later => write!(f, "{seq} after the next"),
            What::Actor => write!(f, "{seq} by nobody"),
            What::Confirmer => write!(f, "{seq} confirmed otherwise"),
            What::Step => write!(f, "{seq} of another step"),
            What::Opens => write!(f, "{seq} opens nothing"),
            What::Closes => write!(f, "{seq} closes nothing"),
            What::Files => write!(f, "{seq} names no file"),
            What::Year => write!(f, "{seq} a year earlier"),
            What::Monotonic => write!(f, "{seq} when the machine started"),
            What::Without(_, name) => write!(f, "{seq} without {name}"),
            What::Elsewhere(_, name) => write!(f, "{seq} {name} at another level"),
            What::Misshapen(_, name) => write!(f, "{seq} {name} of another form"),
            What::Other(_, name) => write!(f, "{seq} {name} says something else"),
        }
    }
}

/// Why a change may hold though the script does not object to it; none where it must not.
pub(crate) fn may_hold(change: &Change, entries: &[Entry]) -> Option<&'static str> {
    if let Some(why) = refused_by_the_record_itself(&change.made(entries)) {
        return Some(why);
    }
    let at = usize::try_from(change.seq).unwrap() - 1;
    let entry = &entries[at];
    let note = entry.value("note").and_then(Value::as_str).unwrap_or_default();
    let next = entries.get(at + 1).and_then(|e| e.value("note")).and_then(Value::as_str).unwrap_or_default();
    Some(match (&change.what, entry.kind) {
        (What::Gone, Kind::Checkpoint) => {
            "a token that was away signs with the next entry, and the last is in HEAD.sig"
        }
        (What::Year | What::Monotonic, Kind::Opened) => "no clock stands before the first",
        (What::Monotonic, Kind::Resumed) => "the machine may have been started anew",
        (What::Twice, Kind::Resumed) => "a room that went on may have ended before anything else",
        (What::Closes, Kind::Note) if entries.iter().any(|e| e.kind == Kind::Abandoned) => {
            "a ceremony that was given up leaves open what it leaves open"
        }
        (What::Twice, Kind::Failed) => "that it failed is said again",
        (What::Twice, Kind::Note) => "what was said is said again, and says no more",
        (What::Without(_, name), Kind::Exception) if name == "code" => "people raise exceptions without one",
        (What::Without(_, name), Kind::Opened) if name == "token-uri" => "a rehearsal has none",
        (What::Without(_, name), Kind::Resumed) if name == "to-mend" => {
            "not every machine has something to mend, and what this one had it says itself"
        }
        (What::Without(_, name), _)
            if ["script-approved", "token-is-software", "token-log"].contains(&name.as_str()) =>
        {
            "a record from before says nothing of it, and to say nothing claims nothing"
        }
        (What::Gone | What::Without(..), Kind::Note) if note.contains("sign-in passphrase") => {
            "a passphrase convinces the workstation alone, and a record from before has no line of it"
        }
        (What::Later, _) if note.contains("sign-in passphrase") || next.contains("sign-in passphrase") => {
            "a passphrase convinces the workstation alone, and a record from before has no line of it"
        }
        (What::Without(_, name), _) if name == "kept-from-sha256" => {
            "rows that were typed have none, and to say nothing claims nothing"
        }
        (What::Without(_, name), _) if name == "valid-to-utc" => {
            "not every plan has a wrapping key that expires"
        }
        (What::Gone, Kind::Note) if note.contains("refused") => "a guess that failed leaves nothing else",
        (What::Without(..), Kind::Note) if note.starts_with("Slot ") || note.starts_with("about to ") => {
            "it is for the room that goes on after an interruption, and claims nothing"
        }
        _ => return None,
    })
}

/// What the verifier says before it looks at a script: obligations are opened once and closed while they are open, and none is
/// left at the end.
fn refused_by_the_record_itself(entries: &[Entry]) -> Option<&'static str> {
    let mut open: Vec<&str> = Vec::new();
    for entry in entries {
        for id in &entry.closes {
            let Some(at) = open.iter().position(|one| one == id) else {
                return Some("it closes what is not open");
            };
            open.remove(at);
        }
        for owed in &entry.opens {
            if open.contains(&owed.id.as_str()) {
                return Some("it opens what is open");
            }
            open.push(&owed.id);
        }
        if entry.kind == Kind::Closed && !open.is_empty() {
            return Some("something is open at its end");
        }
    }
    None
}
