//! A player that answers from a file: for rehearsals and tests. Production refuses it, because a file is not people.

use super::answers::Answers;
use super::words;
use engine::Player;
use protocol::{Answer, Ask, CompareRow, FromRoom, Private, PromptView, ScanOffer, SharePage, SharePart};
use serde::{Deserialize, Serialize};

/// A custodian's sheet, as far as it was seen.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Sheet {
    index: u32,
    /// What was written by hand.
    rows: Vec<Private>,
    code_word: Option<Private>,
    /// The file that was handed out instead of a printed sheet.
    file: Option<String>,
}

/// Answers from [`Answers`]; remembers the shares it is shown, as a custodian's sheet would.
pub(crate) struct Unattended {
    answers: Answers,
    sheets: Vec<Sheet>,
    /// The sheet being typed, and those typed in this play.
    typing: Option<u32>,
    typed: Vec<u32>,
    tell: Box<dyn FnMut(&FromRoom)>,
    missing: Option<String>,
}

impl Unattended {
    /// A player that tells every message to `tell`.
    pub(crate) fn new(answers: Answers, tell: Box<dyn FnMut(&FromRoom)>) -> Self {
        Self { answers, sheets: Vec::new(), typing: None, typed: Vec::new(), tell, missing: None }
    }

    /// The key of the prompt that had no answer, where that ended the play.
    pub(crate) fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    fn signature(&self, person: &str, hint: Option<&str>) -> Private {
        Private::new(
            self.answers.passphrases.get(person).map(String::as_str).or(hint).unwrap_or_default().to_owned(),
        )
    }

    /// Lends the sheets to another play: a drill brings what a ceremony gave out.
    pub(crate) fn bring_sheets_of(&mut self, earlier: &mut Self) {
        self.sheets = std::mem::take(&mut earlier.sheets);
    }

    /// Somebody who brings these sheets, none of which was typed yet.
    pub(crate) fn with_sheets(sheets: Vec<Sheet>) -> Self {
        Self { sheets, ..Self::new(Answers::default(), Box::new(|_| ())) }
    }

    /// The sheets that they have.
    pub(crate) fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn sheet(&mut self, index: u32) -> &mut Sheet {
        let at = self.sheets.iter().position(|s| s.index == index).unwrap_or_else(|| {
            self.sheets.push(Sheet { index, ..Sheet::default() });
            self.sheets.len() - 1
        });
        &mut self.sheets[at]
    }

    /// Writes down what is shown.
    fn write(&mut self, page: SharePage) {
        let sheet = self.sheet(page.index);
        match page.part {
            SharePart::CodeWord => sheet.code_word = Some(page.row.text),
            SharePart::Row => {
                if page.row.number == 1 {
                    sheet.rows.clear();
                }
                sheet.rows.push(page.row.text);
                sheet.rows.extend(page.next.map(|row| row.text));
            }
        }
    }

    /// A row of the sheet that is due, or of the next one that was not typed yet; its file, where it was handed out as
    /// one.
    fn typed_row(&mut self, row: u32, due: Option<u32>, scan: Option<ScanOffer>) -> Option<Answer> {
        if let (Some(due), Some(file)) = (due, scan.and_then(|s| s.handed)) {
            self.sheet(due).file = Some(file);
        }
        match due {
            _ if row != 1 => {}
            Some(_) => self.typing = due,
            None => self.take_the_next_sheet(),
        }
        if let Some(path) = self.sheet_in_hand().and_then(|sheet| sheet.file.as_ref()) {
            return Some(Answer::Path { path: path.clone() });
        }
        self.row_in_hand(row).map(|text| Answer::Secret { text })
    }

    /// The next sheet that was not typed yet.
    fn take_the_next_sheet(&mut self) {
        self.typing = self.sheets.iter().map(|s| s.index).find(|i| !self.typed.contains(i));
        self.typed.extend(self.typing);
    }

    fn sheet_in_hand(&self) -> Option<&Sheet> {
        self.sheets.iter().find(|s| Some(s.index) == self.typing)
    }

    /// A row of the sheet that is typed.
    fn row_in_hand(&self, row: u32) -> Option<Private> {
        let text = self.sheet_in_hand()?.rows.get(usize::try_from(row).ok()?.checked_sub(1)?)?;
        Some(Private::new(text.expose().to_owned()))
    }

    /// The code word of a sheet.
    fn code_word_of(&self, index: Option<u32>) -> Option<Private> {
        let sheet = self.sheets.iter().find(|s| Some(s.index) == index)?;
        Some(Private::new(sheet.code_word.as_ref()?.expose().to_owned()))
    }

    /// What stands on the sheet that is typed at this question, for somebody who reads it from the screen: the rows, with a
    /// slash between them, or the code word. The next sheet is taken as its first row is asked for; a row that was refused is asked for again.
    pub(crate) fn sheet_at(&mut self, prompt: &PromptView) -> Option<Private> {
        let Ask::EnterShare { part, row, at_once, index, .. } = &prompt.ask else { return None };
        if *part == SharePart::CodeWord {
            return self.code_word_of(self.typing.filter(|typing| Some(*typing) == *index));
        }
        if index.is_some() {
            // A share that was just made: its sheet is in somebody's hand.
            self.typing = None;
        } else if *row == 1 && prompt.problem.is_none() {
            self.take_the_next_sheet();
        }
        let rows: Vec<Private> = (*row..row + at_once).filter_map(|row| self.row_in_hand(row)).collect();
        let lines: Vec<&str> = rows.iter().map(Private::expose).collect();
        (!lines.is_empty()).then(|| Private::new(lines.join(" / ")))
    }

    fn given(&self, key: &str) -> Option<String> {
        self.answers.by_key.get(key).cloned()
    }
}

impl Player for Unattended {
    fn ask(&mut self, prompt: PromptView) -> std::io::Result<Answer> {
        // A problem means the last answer was wrong, and the same answer would be wrong again.
        if let Some(problem) = &prompt.problem {
            self.missing = Some(format!("{}: {problem}", prompt.key));
            return Ok(Answer::Stop);
        }
        let answer = match prompt.ask {
            Ask::Begin { .. } | Ask::Observe { .. } => Some(Answer::Go),
            Ask::Sign { person, hint, restate, .. } => Some(Answer::Signature {
                passphrase: self.signature(&person, hint.as_deref()),
                restated: restate.and_then(|r| self.given(&prompt.key).or(r.hint)),
            }),
            Ask::Pin { hint, .. } => {
                let pin = if self.answers.pin.is_empty() {
                    hint.unwrap_or_default()
                } else {
                    self.answers.pin.clone()
                };
                Some(Answer::Secret { text: Private::new(pin) })
            }
            Ask::Text { suggested, .. } => {
                self.given(&prompt.key).or(suggested).map(|text| Answer::Text { text })
            }
            Ask::File { .. } | Ask::Folder { .. } => {
                self.given(&prompt.key).map(|path| Answer::Path { path })
            }
            Ask::Compare { value, .. } => Some(Answer::Compared {
                rows: value.rows.iter().map(|r| CompareRow { number: r.number, same: true }).collect(),
            }),
            Ask::ShowShare { page } => {
                self.write(page);
                Some(Answer::Go)
            }
            Ask::EnterShare { part: SharePart::CodeWord, index, .. } => {
                self.code_word_of(index).map(|text| Answer::Secret { text })
            }
            Ask::EnterShare { row, index, scan, .. } => self.typed_row(row, index, scan),
            Ask::NewSecret { hint, .. } => {
                let text = self.given(&prompt.key).or(hint);
                text.map(|text| Answer::Secret { text: Private::new(text) })
            }
            Ask::Choose { choices, .. } => {
                // The first choice that there is, is the ordinary one: a whole seal.
                let ordinary = choices.into_iter().find(|c| c.refused.is_none()).map(|c| c.id);
                self.given(&prompt.key).or(ordinary).map(|id| Answer::Chosen { id })
            }
            Ask::Decide { .. } => self
                .given(&prompt.key)
                .map(|id| Answer::Decided { id, reason: words::FROM_ANSWERS_FILE.to_owned() }),
            Ask::Agree { person, .. } => {
                let hint = self.answers.passphrases.get(&person).cloned();
                Some(Answer::Agreement {
                    agrees: true,
                    reason: None,
                    passphrase: Private::new(hint.unwrap_or_default()),
                })
            }
        };
        if answer.is_none() {
            self.missing = Some(prompt.key);
        }
        Ok(answer.unwrap_or(Answer::Stop))
    }

    fn show(&mut self, message: FromRoom) {
        (self.tell)(&message);
    }
}
