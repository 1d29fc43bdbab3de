//! What people state beside the file of a provider.

use crate::cloud::import;
use crate::cloud::words::{self, byok_problem};
use byok::provider::{self, Import};
use byok::{ByokError, Target, of};
use engine::words::not_an_answer;
use engine::{AskPeople, Halt};
use protocol::{Answer, Ask, Problem};

/// The answers to a provider's questions.
pub(in crate::cloud) struct Answers {
    target: Target,
    /// What counts now, by the ask's name; none where the answer means that it does not apply.
    stated: Vec<(&'static str, Option<String>)>,
    /// What was answered for an earlier file, to be offered again.
    before: Vec<(&'static str, String)>,
}

impl Answers {
    /// None yet.
    pub(in crate::cloud) fn to(target: Target) -> Self {
        Self { target, stated: Vec::new(), before: Vec::new() }
    }

    /// As the library takes them.
    pub(in crate::cloud) fn for_library(&self) -> Vec<(&str, &str)> {
        self.stated.iter().filter_map(|(n, v)| Some((*n, v.as_deref()?))).collect()
    }

    /// Reads the file with what people state: first what is always asked, then what this file does not say.
    pub(in crate::cloud) fn read_with_people(
        &mut self,
        stage: &mut (impl AskPeople + ?Sized),
        (name, bytes): (&str, &[u8]),
    ) -> Result<Result<Box<dyn Import>, ByokError>, Halt> {
        let target = self.target;
        let asks = of(target).asks();
        self.stated.clear();
        for ask in asks.iter().filter(|a| a.needed || a.none.is_some()) {
            self.ask(stage, ask, None)?;
        }
        loop {
            let tried = import::read(target, name, bytes, &self.for_library());
            let (what, problem) = match &tried {
                Err(ByokError::StatedMissing { what, .. }) if !self.has(what) => (*what, None),
                Err(
                    e @ (ByokError::StatedMalformed { what, .. } | ByokError::StatedMissing { what, .. }),
                ) => (*what, Some(byok_problem(e).can_try_again())),
                _ => return Ok(tried),
            };
            let Some(ask) = asks.iter().find(|a| a.name == what) else { return Ok(tried) };
            self.ask(stage, ask, problem)?;
        }
    }

    fn has(&self, name: &str) -> bool {
        self.stated.iter().any(|(n, _)| *n == name)
    }

    fn ask(
        &mut self,
        stage: &mut (impl AskPeople + ?Sized),
        ask: &provider::Ask,
        mut problem: Option<Problem>,
    ) -> Result<(), Halt> {
        let none = ask.none;
        let earlier = self.before.iter().find(|(n, _)| *n == ask.name).map(|(_, text)| text.clone());
        let question = match none {
            Some(none) => words::or_answer(ask.question, none),
            None => ask.question.to_owned(),
        };
        loop {
            let text = Ask::Text {
                question: question.clone(),
                example: ask.example.to_owned(),
                suggested: earlier.clone().or_else(|| none.map(str::to_owned)),
            };
            let Answer::Text { text } = stage.ask(text, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let text = byok::cleaned(&text).to_owned();
            self.before.retain(|(n, _)| *n != ask.name);
            self.before.push((ask.name, text.clone()));
            self.stated.retain(|(n, _)| *n != ask.name);
            let applies = !none.is_some_and(|none| byok::same_word(none, &text));
            self.stated.push((ask.name, Some(text).filter(|_| applies)));
            return Ok(());
        }
    }
}
