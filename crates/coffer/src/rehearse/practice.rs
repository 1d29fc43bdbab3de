//! A rehearsal that people play in the window, with all that others would bring: what a cloud would send, media, an earlier
//! ceremony with its sheets. At each question it says what to answer with, and the online team's slip differs once. It is kept
//! beside the rehearsals, so that one that was stopped goes on with it; all of it is fictional, and its keys are for tests.

use super::{Outside, SILENT, outside, words};
use crate::desk::Desk;
use crate::players::answers::Answers;
use crate::players::unattended::{Sheet, Unattended};
use actions::{STAND_INS, StandIn};
use protocol::{Answer, Ask, Mode, PracticeView, Private, Problem, PromptView, ReadAloud, SharePart};
use script::{Plan, Planned};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was made for it.
pub(crate) struct Practice {
    answers: Answers,
    earlier: Option<Unattended>,
    used: Vec<&'static dyn StandIn>,
    beside: PathBuf,
    slip: Slip,
}

/// As much of it as a rehearsal that was stopped goes on with. It lies in the folder that was made for the rehearsal.
#[derive(Deserialize)]
struct Kept {
    /// The rehearsal's run.
    run: String,
    answers: BTreeMap<String, String>,
    /// Of an earlier ceremony.
    sheets: Option<Vec<Sheet>>,
    slip: Slip,
}

/// The file of [`Kept`].
const KEPT: &str = "practice.json";

/// The online team's slip: once a row of it is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Slip {
    /// It has a wrong row, and so many people compared it and did not see that.
    Wrong(u8),
    /// Nobody saw it, which people are told once.
    Overlooked,
    /// It is right.
    Right,
}

/// How many compare a value.
const COMPARE: u8 = 2;

impl Practice {
    /// Makes it, in the folder `beside` the rehearsal: seconds, and longer where an earlier ceremony has to be played.
    pub(crate) fn made(desk: &Desk, plan: &Plan, beside: &Path) -> Result<Self, Problem> {
        let Outside { answers, earlier, used } = outside(desk, plan, beside, SILENT, false)?;
        Ok(Self { answers, earlier, used, beside: beside.to_owned(), slip: Slip::Wrong(0) })
    }

    /// Keeps it for a run, which it was made for; a rehearsal goes on without it where it cannot be kept.
    pub(crate) fn keep(&self, run: &str) {
        let sheets = self.earlier.as_ref().map(Unattended::sheets);
        let kept = serde_json::json!({ "run": run, "answers": self.answers.by_key, "sheets": sheets, "slip": self.slip });
        let new = self.beside.join(format!("{KEPT}.new"));
        let _ = std::fs::write(&new, kept.to_string())
            .and_then(|()| std::fs::rename(&new, self.beside.join(KEPT)));
    }

    /// What was kept for a run that was begun so. Sheets are brought anew: what was typed of them is gone.
    pub(crate) fn kept(desk: &Desk, plan: &Plan, run: &str) -> Option<Self> {
        let folders = if plan.mode == Mode::Rehearsal { desk.practices() } else { Vec::new() };
        folders.iter().rev().find_map(|beside| {
            let text = outside::text(&beside.join(KEPT), outside::LARGEST_RECORD).ok()?;
            let kept: Kept = serde_json::from_str(&text).ok().filter(|kept: &Kept| kept.run == run)?;
            let serves =
                |one: &&&dyn StandIn| plan.steps.iter().any(|step: &Planned| one.serves(step.action));
            Some(Self {
                answers: Answers { by_key: kept.answers, ..Answers::default() },
                earlier: kept.sheets.map(Unattended::with_sheets),
                used: STAND_INS.iter().filter(serves).copied().collect(),
                beside: beside.clone(),
                slip: kept.slip,
            })
        })
    }

    /// What stands in for the world outside at this question.
    pub(crate) fn at(&mut self, prompt: &PromptView) -> Option<PracticeView> {
        for stand_in in &self.used {
            stand_in.meanwhile(&self.beside);
        }
        let told = self.told_of_the_slip();
        let view = |says: &str, text: Option<Private>| PracticeView {
            says: says.to_owned(),
            text,
            slip: Vec::new(),
        };
        let given = || self.answers.by_key.get(&prompt.key).cloned();
        let offered = || given().map(Private::new);
        let at_it = match &prompt.ask {
            Ask::File { .. } | Ask::Folder { .. } => {
                offered().map(|path| view(words::PRACTICE_MEDIUM, Some(path)))
            }
            Ask::Text { .. } | Ask::NewSecret { .. } => {
                offered().map(|text| view(words::PRACTICE_ANSWER, Some(text)))
            }
            Ask::Choose { choices, .. } => {
                let title =
                    given().and_then(|id| choices.iter().find(|c| c.id == id).map(|c| c.title.clone()));
                title.map(|title| view(words::PRACTICE_ANSWER, Some(Private::new(title))))
            }
            Ask::Compare { value, .. } => {
                let slip =
                    if matches!(self.slip, Slip::Wrong(_)) { with_a_wrong_row(value) } else { value.clone() };
                Some(PracticeView { says: words::PRACTICE_SLIP.to_owned(), text: None, slip: slip.rows })
            }
            Ask::EnterShare { part, .. } => {
                let says = match part {
                    SharePart::CodeWord => words::PRACTICE_CODE_WORD,
                    SharePart::Row => words::PRACTICE_SHEET,
                };
                let text = self.earlier.as_mut().and_then(|earlier| earlier.sheet_at(prompt));
                text.map(|text| view(says, Some(text)))
            }
            _ => None,
        };
        match (told, at_it) {
            (Some(told), Some(view)) => Some(PracticeView { says: format!("{told} {}", view.says), ..view }),
            (Some(told), None) => Some(view(told, None)),
            (None, view) => view,
        }
    }

    /// Hears what was answered; whether that changed it.
    pub(crate) fn hears(&mut self, answer: &Answer) -> bool {
        let answer = if let Answer::Signed { answer, .. } = answer { answer } else { answer };
        let (Answer::Compared { rows }, Slip::Wrong(overlooked)) = (answer, self.slip) else { return false };
        self.slip = match (rows.iter().all(|row| row.same), overlooked + 1) {
            (false, _) => Slip::Right,
            (true, COMPARE) => Slip::Overlooked,
            (true, by) => Slip::Wrong(by),
        };
        true
    }

    fn told_of_the_slip(&mut self) -> Option<&'static str> {
        let overlooked = self.slip == Slip::Overlooked;
        if overlooked {
            self.slip = Slip::Right;
        }
        overlooked.then_some(words::SLIP_OVERLOOKED)
    }
}

/// The value with one digit of its second row another, as somebody who writes digits down makes a mistake.
fn with_a_wrong_row(value: &ReadAloud) -> ReadAloud {
    let digits: String = value.rows.iter().flat_map(|row| &row.hex).map(String::as_str).collect();
    let Ok(mut bytes) = data_encoding::HEXUPPER.decode(digits.as_bytes()) else { return value.clone() };
    // The last digit of the sixth byte of that row, or of the last byte where it is shorter.
    let at = bytes.len().saturating_sub(1).min(13);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0x01;
    }
    ReadAloud::of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_of_a_slip_is_wrong() {
        for length in [1, 8, 20, 32] {
            let value = ReadAloud::of(&vec![0x5a; length]);
            let slip = with_a_wrong_row(&value);
            let apart: Vec<u32> =
                value.rows.iter().zip(&slip.rows).filter(|(a, b)| a != b).map(|(a, _)| a.number).collect();
            assert_eq!(apart.len(), 1, "{length}");
            assert_eq!(slip.rows.len(), value.rows.len());
        }
        assert!(with_a_wrong_row(&ReadAloud::of(&[])).rows.is_empty());
    }
}
