//! What is done to stop a key, as commands whose every word is checked.

use crate::asks::one;
use crate::provider::Ask;
use crate::script::check;
use crate::{ByokError, Target};

/// Something that no record says and that a person has to fill in.
#[derive(Debug, PartialEq, Eq)]
pub struct Blank {
    /// The variable of the shell that has it. Its name begins with `STOP_`, so that none is set by accident.
    pub name: &'static str,
    /// What it has to be, and where to find it.
    pub what: &'static str,
    /// What it may be; empty where anything of harmless characters may.
    pub choices: &'static [&'static str],
}

impl Blank {
    /// One of which every value of harmless characters is taken.
    pub(crate) const fn of(name: &'static str, what: &'static str) -> Self {
        Self { name, what, choices: &[] }
    }
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// As it is.
    Is(String),
    /// What a person fills in.
    Blank(&'static Blank),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Is(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Is(text)
    }
}

impl From<&'static Blank> for Part {
    fn from(blank: &'static Blank) -> Self {
        Self::Blank(blank)
    }
}

impl Part {
    /// What a record has of this ask, in its normal form, or what a person fills in where it has none.
    pub(crate) fn recorded(
        asks: &'static [Ask],
        name: &str,
        said: Option<&String>,
        blank: &'static Blank,
    ) -> Result<Self, ByokError> {
        said.map_or(Ok(Self::Blank(blank)), |said| one(asks, name, said).map(Self::Is))
    }
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Each word with its parts: whole, without any quotes.
    pub(super) words: Vec<Vec<Part>>,
}

impl Command {
    /// A command from its text, in which each `{}` is the next of these values. A value is never more than one word or a
    /// part of one, and is refused where it begins with a hyphen, which would make it an option, or has a character that
    /// means something to a shell.
    pub(crate) fn new(text: &str, values: &[&Part]) -> Result<Self, ByokError> {
        let mut values = values.iter();
        let mut words = Vec::new();
        for word in text.split(' ') {
            let mut parts = Vec::new();
            for (at, fixed) in word.split("{}").enumerate() {
                if at > 0 {
                    add(&mut parts, checked(values.next().copied())?);
                }
                if !fixed.is_empty() {
                    check(fixed)?;
                    add(&mut parts, Part::from(fixed));
                }
            }
            words.push(parts);
        }
        Ok(Self { words })
    }

    /// Its words, each one argument; `<NAME>` stands for a [`Blank`].
    pub fn argv(&self) -> Vec<String> {
        let part = |part: &Part| match part {
            Part::Is(text) => text.clone(),
            Part::Blank(blank) => format!("<{}>", blank.name),
        };
        self.words.iter().map(|word| word.iter().map(part).collect()).collect()
    }

    /// [`Self::argv`] in one line, for people.
    pub fn line(&self) -> String {
        self.argv().join(" ")
    }

    /// What has to be filled in, each once, in order.
    pub fn blanks(&self) -> Vec<&'static Blank> {
        let mut found: Vec<&'static Blank> = Vec::new();
        for part in self.words.iter().flatten() {
            if let Part::Blank(blank) = part
                && !found.contains(blank)
            {
                found.push(blank);
            }
        }
        found
    }
}

/// Adds a part to a word; two that are known are one.
fn add(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (Some(Part::Is(before)), Part::Is(text)) => before.push_str(&text),
        (_, part) => parts.push(part),
    }
}

fn checked(value: Option<&Part>) -> Result<Part, ByokError> {
    match value {
        Some(Part::Is(text)) if !text.starts_with('-') => check(text).map(|()| Part::Is(text.clone())),
        Some(Part::Blank(blank)) => Ok(Part::Blank(blank)),
        Some(Part::Is(_)) | None => Err(ByokError::TextNotPlain("a word of a command")),
    }
}

/// How a key is stopped at its provider. What a provider has no command for is empty; [`Self::notes`] say why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Where the key lies.
    pub target: Target,
    /// What the record calls it, in the form of the provider.
    pub called: String,
    /// Switches it off.
    pub disable: Vec<Command>,
    /// Takes its material away, or gives it an end.
    pub expire: Vec<Command>,
    /// Has the provider delete it.
    pub delete: Vec<Command>,
    /// Shows who may use it, and takes that away.
    pub revoke: Vec<Command>,
    /// Undoes [`Self::delete`], while the provider allows it.
    pub restore: Vec<Command>,
    /// Undoes [`Self::disable`].
    pub undo: Vec<Command>,
    /// What to know before, each of one line or more.
    pub notes: Vec<&'static str>,
}

impl Stop {
    /// One without any command.
    pub(crate) fn of(target: Target, called: impl Into<String>, notes: Vec<&'static str>) -> Self {
        let none = Vec::new;
        Self {
            target,
            called: called.into(),
            disable: none(),
            expire: none(),
            delete: none(),
            revoke: none(),
            restore: none(),
            undo: none(),
            notes,
        }
    }

    /// The names of the stages, as a script takes them, with their commands.
    pub fn stages(&self) -> [(&'static str, &[Command]); 6] {
        [
            ("disable", &self.disable),
            ("expire", &self.expire),
            ("delete", &self.delete),
            ("revoke", &self.revoke),
            ("restore", &self.restore),
            ("undo", &self.undo),
        ]
    }

    /// All that has to be filled in by hand, each once.
    pub fn blanks(&self) -> Vec<&'static Blank> {
        let mut found: Vec<&'static Blank> = Vec::new();
        for (_, commands) in self.stages() {
            for blank in commands.iter().flat_map(Command::blanks) {
                if !found.contains(&blank) {
                    found.push(blank);
                }
            }
        }
        found
    }
}
