//! The witness display: a second window for everybody in the room. It is told what to show and can ask for nothing: its page
//! has no command, and what it is told is made here, field by field, of what the room says to the first window. Nothing that
//! only one person may see has a field.

use crate::words;
use protocol::{Ask, Fact, FromRoom, Mode, PromptView, ReadAloud};
use serde::Serialize;

/// The label of the window; its capability file names no command.
pub(crate) const LABEL: &str = "witness";

/// What everybody may see.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WitnessView {
    mode: Option<Mode>,
    title: String,
    act: String,
    number: u32,
    of: u32,
    say: String,
    /// Who acts and who confirms.
    people: Vec<String>,
    /// Whose turn it is, and what they do.
    turn: Option<(String, &'static str)>,
    expect: Option<String>,
    irreversible: bool,
    /// What the screen is at.
    state: Shows,
    /// Findings: expected beside observed.
    facts: Vec<Fact>,
    /// What is compared, and with what.
    compares: Option<(String, String, ReadAloud)>,
    /// Long work: what is done, and for how many seconds already.
    work: Option<(String, u32)>,
    /// Lines of the record that tell of something that went otherwise.
    exceptions: Vec<String>,
    /// The record's newest line.
    newest: Option<String>,
}

/// What the first window is at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Shows {
    /// No ceremony is played.
    #[default]
    Nothing,
    /// A question that everybody may see.
    Question,
    /// A custodian, or somebody who chooses a secret, is alone at the first screen.
    Private,
    /// The findings of a step that is over.
    Findings,
    /// Long work.
    Work,
    /// The first screen is locked.
    Locked,
    /// The ceremony has ended or was stopped.
    Ended,
}

/// So many exceptions stay in sight.
const MOST: usize = 5;

impl WitnessView {
    /// Takes what everybody may know of a message; `false` where it has nothing for this display.
    pub(crate) fn hears(&mut self, message: &FromRoom) -> bool {
        match message {
            FromRoom::Run { run } => {
                if self.state == Shows::Nothing || self.state == Shows::Ended {
                    *self = Self { state: Shows::Work, ..Self::default() };
                }
                self.mode = Some(run.mode);
                self.title.clone_from(&run.title);
            }
            FromRoom::Prompt { prompt } => self.question(prompt),
            FromRoom::Progress { progress } => {
                self.state = Shows::Work;
                self.turn = None;
                self.work = Some((progress.doing.clone(), progress.elapsed));
            }
            FromRoom::Recorded { line } => {
                if line.departs {
                    self.exceptions.push(line.says.clone());
                    let over = self.exceptions.len().saturating_sub(MOST);
                    self.exceptions.drain(..over);
                }
                self.newest = Some(line.says.clone());
            }
            FromRoom::Finished { .. } => {
                self.state = Shows::Ended;
                (self.turn, self.work, self.compares) = (None, None, None);
                self.facts.clear();
            }
            _ => return false,
        }
        true
    }

    /// The room is gone.
    pub(crate) fn is_gone(&mut self) {
        *self = Self::default();
    }

    fn question(&mut self, prompt: &PromptView) {
        let step = &prompt.step;
        self.act.clone_from(&step.act);
        (self.number, self.of, self.irreversible) = (step.number, step.of, step.irreversible);
        self.say.clone_from(&step.say);
        self.expect.clone_from(&step.expect);
        self.people = [Some(&step.actor), step.confirmer.as_ref()]
            .into_iter()
            .flatten()
            .map(|person| person.name.clone())
            .collect();
        (self.work, self.compares) = (None, None);
        self.facts.clear();
        let actor = || step.actor.name.clone();
        let (state, turn) = match &prompt.ask {
            _ if prompt.locked.is_some() => (Shows::Locked, None),
            Ask::ShowShare { page } => (Shows::Private, Some((page.custodian.clone(), words::WRITES_ALONE))),
            Ask::EnterShare { custodian, .. } => {
                (Shows::Private, Some((custodian.clone(), words::TYPES_ALONE)))
            }
            Ask::NewSecret { name, .. } => (Shows::Private, Some((name.clone(), words::CHOOSES_ALONE))),
            Ask::Observe { facts, done, .. } => {
                self.facts.clone_from(facts);
                (if *done { Shows::Findings } else { Shows::Question }, Some((actor(), words::READS)))
            }
            Ask::Compare { name, what, against, value, .. } => {
                self.compares = Some((what.clone(), against.clone(), value.clone()));
                (Shows::Question, Some((name.clone(), words::COMPARES)))
            }
            Ask::Sign { name, .. } => (Shows::Question, Some((name.clone(), words::SIGNS))),
            Ask::Agree { name, .. } => (Shows::Question, Some((name.clone(), words::AGREES))),
            Ask::Pin { .. } => (Shows::Question, Some((actor(), words::PIN))),
            Ask::Decide { .. } => (Shows::Question, None),
            Ask::Begin { .. }
            | Ask::Choose { .. }
            | Ask::Text { .. }
            | Ask::File { .. }
            | Ask::Folder { .. } => (Shows::Question, Some((actor(), words::ACTS))),
        };
        (self.state, self.turn) = (state, turn);
    }

    /// The call that makes the page show it: a function of its own, with JSON as its one argument.
    pub(crate) fn call(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_else(|_| "null".to_owned());
        format!("window.cofferdamShows?.({json});")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::tests::prompt;

    /// A row of a share, a hint, a PIN: what stands in a question and is nobody else's does not stand here.
    #[test]
    fn nothing_private_of_a_question_is_told() {
        let mut view = WitnessView::default();
        assert!(view.hears(&prompt(7)));
        let call = view.call();
        assert!(!call.contains("ROW 7"), "{call}");
        assert!(call.contains("\"state\":\"private\"") && call.contains("Carla Novak"), "{call}");
        let sign = r#"{"kind":"sign","person":"adm","name":"Ada","purpose":"p","button":null,
            "restate":{"question":"q","hint":"HINT 1"},"hint":"HINT 2","yubikey":null}"#;
        let pin = r#"{"kind":"pin","of":{"label":"l","model":"m","serial":"s"},"says":"","triesLeft":3,"hint":"HINT 3"}"#;
        let secret = r#"{"kind":"new-secret","name":"Ada","what":"w","rule":"r","hint":"HINT 4"}"#;
        for ask in [sign, pin, secret] {
            assert!(view.hears(&crate::relay::tests::asked(8, ask)));
            assert!(!view.call().contains("HINT"), "{}", view.call());
        }
    }

    #[test]
    fn a_message_that_is_nobodys_business_changes_nothing() {
        let mut view = WitnessView::default();
        assert!(!view.hears(&FromRoom::Hello { protocol: 1, version: String::new() }));
    }

    #[test]
    fn its_capability_has_nothing_in_it() {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/witness.json")).unwrap();
        assert_eq!(file["permissions"], serde_json::json!([]));
        assert_eq!(file["windows"], serde_json::json!([LABEL]));
    }
}
