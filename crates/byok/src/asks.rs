//! What people state beside a provider's file: the questions, and each answer in its one normal form.

mod words;

use crate::ByokError;
use crate::answers::{choice, cleaned, same_word, unknown_name};

/// One thing to ask people before a provider's files can be read.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// Its name in a plan and in [`crate::provider::Input::stated`].
    pub name: &'static str,
    /// What to ask.
    pub question: &'static str,
    /// What an answer looks like.
    pub example: &'static str,
    /// Whether an answer is needed; otherwise it is asked for only where the file does not say it.
    pub needed: bool,
    /// The answer that means "none", to an ask that is not needed and that no file answers either: it has to be asked all
    /// the same, and with this answer nothing is stated.
    pub none: Option<&'static str>,
    /// What an answer has to be.
    pub form: Form,
}

/// What an answer has to be.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What this reads, written anew in its normal form; none where it is not of the form.
    Read(fn(&str) -> Option<String>),
    /// The same, of an address whose endings are known: these, for the people to see.
    Within(fn(&str) -> Option<String>, fn() -> Vec<&'static str>),
}

impl Ask {
    /// An answer that is needed.
    pub(crate) const fn needed(
        name: &'static str,
        question: &'static str,
        example: &'static str,
        form: Form,
    ) -> Self {
        Self { name, question, example, needed: true, none: None, form }
    }

    /// An answer that a file may give instead.
    pub(crate) const fn beside(
        name: &'static str,
        question: &'static str,
        example: &'static str,
        form: Form,
    ) -> Self {
        Self { needed: false, ..Self::needed(name, question, example, form) }
    }

    fn malformed(&self) -> ByokError {
        let form = match self.form {
            Form::Choice(choices) => words::one_of(choices),
            Form::Read(_) => words::like(self.example),
            Form::Within(_, endings) => words::within(self.example, &endings()),
        };
        ByokError::StatedMalformed { what: self.name, form }
    }

    /// The answer's normal form.
    fn normal(&self, text: &str) -> Result<String, ByokError> {
        match self.form {
            Form::Choice(words) => choice(text, words.iter().copied()).map(str::to_owned),
            Form::Read(read) | Form::Within(read, _) => read(text),
        }
        .ok_or_else(|| self.malformed())
    }

    /// Whether the answer says that the question does not apply.
    fn is_none(&self, answer: &str) -> bool {
        answer.is_empty() || self.none.is_some_and(|none| same_word(none, answer))
    }
}

/// The answers in their normal forms, those left out that are empty or say that the question does not apply. Refuses a
/// name that is not asked for, one given twice, and what is not of its form.
pub(crate) fn normal(
    asks: &'static [Ask],
    answers: &[(&str, &str)],
) -> Result<Vec<(&'static str, String)>, ByokError> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for (at, (name, answer)) in answers.iter().enumerate() {
        let Some(ask) = asks.iter().find(|a| a.name == *name) else {
            return Err(unknown_name(name, asks.iter().map(|a| a.name)));
        };
        if answers.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Err(ByokError::FieldTwice((*name).to_owned()));
        }
        let answer = cleaned(answer);
        if !ask.is_none(answer) {
            found.push((ask.name, ask.normal(answer)?));
        }
    }
    Ok(found)
}

/// One answer that must be there, in its normal form.
pub(crate) fn one(asks: &'static [Ask], name: &str, answer: &str) -> Result<String, ByokError> {
    let ask = asks.iter().find(|a| a.name == name).ok_or_else(words::no_such_ask)?;
    ask.normal(cleaned(answer))
}

/// Where a new key goes by these answers; none where `existing`, the ask that names a key which exists, is answered. What
/// is not of its form stands as it is: it is refused when it is read.
pub(crate) fn place(
    asks: &'static [Ask],
    existing: Option<&str>,
    answers: &[(&str, &str)],
) -> Option<Vec<String>> {
    let answered = |ask: &'static Ask| {
        let answer = cleaned(answers.iter().find(|(name, _)| *name == ask.name)?.1);
        (!ask.is_none(answer)).then(|| ask.normal(answer).unwrap_or_else(|_| answer.to_owned()))
    };
    if asks.iter().any(|ask| Some(ask.name) == existing && answered(ask).is_some()) {
        return None;
    }
    // What is asked for only where a file does not say it (a KEK's kid) is not part of the place.
    Some(asks.iter().filter(|ask| ask.needed).filter_map(answered).collect())
}

/// The answers in their normal forms, each looked up by its name.
#[derive(Debug)]
pub struct Stated {
    asks: &'static [Ask],
    answers: Vec<(&'static str, String)>,
}

impl Stated {
    /// Reads the answers; refuses what [`normal`] refuses, and that one is missing which is needed.
    pub(crate) fn of(asks: &'static [Ask], answers: &[(&str, &str)]) -> Result<Self, ByokError> {
        let given = |name: &str| answers.iter().any(|(n, a)| *n == name && !cleaned(a).is_empty());
        let known = |name: &str| asks.iter().any(|a| a.name == name);
        if answers.iter().all(|(name, _)| known(name))
            && let Some(ask) = asks.iter().find(|a| a.needed && !given(a.name))
        {
            return Err(ByokError::StatedMissing { what: ask.name, example: ask.example });
        }
        Ok(Self { asks, answers: normal(asks, answers)? })
    }

    fn ask(&self, name: &str) -> Option<&'static Ask> {
        self.asks.iter().find(|a| a.name == name)
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
        self.ask(name).map_or_else(words::no_such_ask, Ask::malformed)
    }
}
