//! What people state beside a provider's file: the questions, and each answer in its one normal form.

use super::{asks, without};
use crate::answers::{choice, cleaned, same_word};
use crate::{ByokError, Target};

/// One thing to ask people before a provider's files can be read.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// Its name in a plan and in `Input::stated`.
    pub name: &'static str,
    /// What to ask.
    pub question: &'static str,
    /// What an answer looks like.
    pub example: &'static str,
    /// Whether an answer is needed; otherwise it is asked for only where the file does not say it.
    pub needed: bool,
    /// What an answer has to be.
    pub form: Form,
}

/// What an answer has to be.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What this reads, written anew in its normal form; none where it is not of the form.
    Read(fn(Target, &str) -> Option<String>),
    /// The same, of an address whose endings are known: these, for the people to see.
    Within(fn(Target, &str) -> Option<String>, fn(Target) -> Vec<&'static str>),
}

impl Ask {
    /// What an answer must be, to follow "it must be".
    fn form_in_words(&self, target: Target) -> String {
        match self.form {
            Form::Choice(words) => format!("one of {}", words.join(", ")),
            Form::Read(_) => format!("like {}", self.example),
            Form::Within(_, endings) => {
                format!("like {}; the endings known here are {}", self.example, endings(target).join(", "))
            }
        }
    }

    fn malformed(&self, target: Target) -> ByokError {
        ByokError::StatedMalformed { what: self.name, form: self.form_in_words(target) }
    }

    /// The answer's normal form.
    fn normal(&self, target: Target, text: &str) -> Result<String, ByokError> {
        match self.form {
            Form::Choice(words) => choice(text, words.iter().copied()).map(str::to_owned),
            Form::Read(read) | Form::Within(read, _) => read(target, text),
        }
        .ok_or_else(|| self.malformed(target))
    }
}

/// The answers in their normal forms, those left out that are empty or say that the question does not apply. Refuses a
/// name that is not asked for, one given twice, and what is not of its form.
pub fn normal(target: Target, answers: &[(&str, &str)]) -> Result<Vec<(&'static str, String)>, ByokError> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for (at, (name, answer)) in answers.iter().enumerate() {
        let Some(ask) = asks(target).iter().find(|a| a.name == *name) else {
            return Err(ByokError::unknown_name(name, asks(target).iter().map(|a| a.name)));
        };
        if answers.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Err(ByokError::FieldTwice((*name).to_owned()));
        }
        let answer = cleaned(answer);
        if !answer.is_empty() && !without(target, ask.name).is_some_and(|none| same_word(none, answer)) {
            found.push((ask.name, ask.normal(target, answer)?));
        }
    }
    Ok(found)
}

/// Where a new key goes by these answers, to tell whether two lines of a plan mean one place; none where they say that it
/// is a new version of a key that exists. What is not of its form stands as it is: it is refused when it is read.
pub fn place(target: Target, answers: &[(&str, &str)]) -> Option<Vec<String>> {
    // What is asked for only where a file does not say it (a KEK's kid) is not part of the place.
    let needed = |ask: &&Ask| ask.needed || matches!(ask.name, "key" | "version");
    let stated: Vec<(&str, String)> = asks(target)
        .iter()
        .filter(needed)
        .filter_map(|ask| {
            let answer = cleaned(answers.iter().find(|(name, _)| *name == ask.name)?.1);
            let none = answer.is_empty() || without(target, ask.name).is_some_and(|w| same_word(w, answer));
            (!none).then(|| (ask.name, ask.normal(target, answer).unwrap_or_else(|_| answer.to_owned())))
        })
        .collect();
    if stated.iter().any(|(name, _)| matches!(*name, "key" | "version")) {
        return None;
    }
    // Azure's names are the same in capitals.
    let folds = matches!(target, Target::AzureKeyVault | Target::AzureManagedHsm);
    let plain = |answer: String| if folds { answer.to_ascii_lowercase() } else { answer };
    Some(stated.into_iter().map(|(_, answer)| plain(answer)).collect())
}

/// The answers in their normal forms, each looked up by its name.
pub(crate) struct Stated {
    target: Target,
    answers: Vec<(&'static str, String)>,
}

impl Stated {
    /// Reads the answers; refuses what [`normal`] refuses, and that one is missing which is needed.
    pub(super) fn of(target: Target, answers: &[(&str, &str)]) -> Result<Self, ByokError> {
        let given = |name: &str| answers.iter().any(|(n, a)| *n == name && !cleaned(a).is_empty());
        let known = |name: &str| asks(target).iter().any(|a| a.name == name);
        if answers.iter().all(|(name, _)| known(name))
            && let Some(ask) = asks(target).iter().find(|a| a.needed && !given(a.name))
        {
            return Err(ByokError::StatedMissing { what: ask.name, example: ask.example });
        }
        Ok(Self { target, answers: normal(target, answers)? })
    }

    fn ask(&self, name: &str) -> Option<&'static Ask> {
        asks(self.target).iter().find(|a| a.name == name)
    }

    /// An answer in its normal form, if it was given.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.answers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
    }

    /// An answer that must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<&str, ByokError> {
        let (what, example) = self.ask(name).map_or(("an answer", ""), |a| (a.name, a.example));
        self.given(name).ok_or(ByokError::StatedMissing { what, example })
    }

    /// The error for an answer that does not fit what else is known.
    pub(crate) fn malformed(&self, name: &str) -> ByokError {
        let unknown = || ByokError::StatedMalformed { what: "an answer", form: "another".to_owned() };
        self.ask(name).map_or_else(unknown, |a| a.malformed(self.target))
    }
}
