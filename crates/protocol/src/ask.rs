//! What the engine asks and what a person answers.

use crate::{Private, ReadAloud, visible};
use serde::{Deserialize, Serialize};

/// One question. The page has one component a kind.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Ask {
    /// Start the step. The button names the act ("Generate the master key"). Answer: [`Answer::Go`].
    Begin { button: String },
    /// One person proves that they are there: their sign-in passphrase, or the PIN of their own `yubikey`, which then
    /// signs. A confirmer of an act that cannot be taken back also restates one fact from their own view. `button`
    /// names the act where this is the last signature before it. Answer: [`Answer::Signature`].
    Sign {
        person: String,
        name: String,
        purpose: String,
        button: Option<String>,
        restate: Option<Restate>,
        hint: Option<String>,
        yubikey: Option<SignsWith>,
    },
    /// A token's PIN; `says` is what the token says of the tries that are left, as a sentence. Answer:
    /// [`Answer::Secret`].
    Pin { of: PinOf, says: String, tries_left: Option<u32>, hint: Option<String> },
    /// A secret that is chosen here and now, such as a YubiKey's new PIN; asked twice, and both have to be the same.
    /// Answer: [`Answer::Secret`].
    NewSecret { name: String, what: String, rule: String, hint: Option<String> },
    /// Pick one. Answer: [`Answer::Chosen`] with the choice's id.
    Choose { question: String, choices: Vec<Choice> },
    /// Public text. Answer: [`Answer::Text`].
    Text { question: String, example: String, suggested: Option<String> },
    /// A file from a medium; `found` is what the room sees on media. Answer: [`Answer::Path`], empty to have the room look
    /// for media again.
    File { question: String, extensions: Vec<String>, found: Vec<FoundFile> },
    /// An existing folder on a medium, to write `writes` into or, where that is empty, to read. Answer: as for
    /// [`Ask::File`].
    Folder { question: String, found: Vec<String>, writes: Vec<String> },
    /// One of two people compares a value with another source, row by row; the other does it after them, on a blank
    /// list. Answer: [`Answer::Compared`].
    Compare { person: String, name: String, what: String, against: String, value: ReadAloud },
    /// One custodian, alone at the screen, writes a row or two of a share down. Answer: [`Answer::Go`] when they are
    /// written, [`Answer::Back`] for the rows before.
    ShowShare { page: SharePage },
    /// A custodian types a row or two from the sheet, or the code word written on it; each row is checked at once.
    /// `columns` are its characters without spaces, `index` the share that is due, where only one is, `at_once` how many
    /// rows are taken together, from `row` on. Where `scan` is there, a scan of the sheet does for all rows, and so does a
    /// hand scanner that types the symbol's text. Answer: [`Answer::Secret`] with the row, [`Answer::Rows`] with as many as
    /// are taken together, of which those before the first wrong one are kept, [`Answer::Path`] of a scan, [`Answer::Back`]
    /// to see the share again or make its sheet again, where it was just made, and else to enter it from its first row.
    EnterShare {
        custodian: String,
        index: Option<u32>,
        set: String,
        part: SharePart,
        row: u32,
        rows: u32,
        at_once: u32,
        columns: u32,
        scan: Option<ScanOffer>,
    },
    /// What is to be seen, expected beside observed; `done` where the step is over and these are its findings. Answer:
    /// [`Answer::Go`].
    Observe { facts: Vec<Fact>, button: String, done: bool },
    /// Something failed or an exception was raised: how to go on. Answer: [`Answer::Decided`].
    Decide { question: String, choices: Vec<Choice> },
    /// At the end each person says whether the record is right. Answer: [`Answer::Agreement`].
    Agree {
        person: String,
        name: String,
        summary: Vec<String>,
        hint: Option<String>,
        yubikey: Option<SignsWith>,
    },
}

impl Ask {
    /// What of the question may come back as the answer: paths, ids of choices, a suggested text. They are as they are,
    /// while people and pages see them as [`visible`] shows them.
    pub fn offered(&self) -> Vec<&str> {
        match self {
            Self::File { found, .. } => found.iter().map(|f| f.path.as_str()).collect(),
            Self::Folder { found, .. } => found.iter().map(String::as_str).collect(),
            Self::EnterShare { scan: Some(scan), .. } => {
                scan.found.iter().map(|f| f.path.as_str()).chain(scan.handed.as_deref()).collect()
            }
            Self::Choose { choices, .. } | Self::Decide { choices, .. } => {
                choices.iter().map(|c| c.id.as_str()).collect()
            }
            Self::Text { suggested, .. } => suggested.as_deref().into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl Answer {
    /// The answer as it was meant: people answer with what they were shown, and that is the one of `offered` that is
    /// shown like this. One that is written exactly like this comes first; what was not offered stays as it is.
    #[must_use]
    pub fn as_meant(mut self, offered: &[String]) -> Self {
        if let Self::Signed { answer, passphrase } = self {
            return Self::Signed { answer: Box::new(answer.as_meant(offered)), passphrase };
        }
        let (Self::Path { path: text }
        | Self::Chosen { id: text }
        | Self::Text { text }
        | Self::Decided { id: text, .. }) = &mut self
        else {
            return self;
        };
        if !offered.contains(text)
            && let Some(raw) = offered.iter().find(|raw| visible(raw) == text.as_str())
        {
            text.clone_from(raw);
        }
        self
    }
}

/// The YubiKey that a person signs with, and what is known of it when the question is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignsWith {
    /// The number printed on it.
    pub serial: String,
    /// What to do with it, and how many tries for the PIN are left, in sentences.
    pub says: String,
}

/// Who signs what they answer, on the same screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProofView {
    /// The person's name.
    pub name: String,
    /// The sentence that is signed.
    pub says: String,
    /// A rehearsal's passphrase.
    pub hint: Option<String>,
    /// The YubiKey that signs, where they have one.
    pub yubikey: Option<SignsWith>,
}

/// One fact that a confirmer says in their own words before an act that cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Restate {
    /// What is asked ("How many shares rebuild the key, of how many?").
    pub question: String,
    /// The answer, given away in rehearsals only.
    pub hint: Option<String>,
}

/// Whose PIN is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PinOf {
    /// The token's label.
    pub label: String,
    /// The token's model and manufacturer as it reports them.
    pub model: String,
    /// The token's serial number.
    pub serial: String,
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Choice {
    /// What the answer names.
    pub id: String,
    /// What the person reads.
    pub title: String,
    /// One line more.
    pub note: Option<String>,
    /// Why it cannot be chosen, where it cannot.
    pub refused: Option<String>,
}

/// A file the room found on a medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FoundFile {
    /// Absolute path.
    pub path: String,
    /// Size in bytes.
    #[cfg_attr(feature = "export", ts(type = "number"))]
    pub size: u64,
    /// When it was last changed, `2026-11-24 09:30 UTC`.
    pub changed: String,
}

/// What of a sheet is written or typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum SharePart {
    /// A row.
    Row,
    /// The code word that opens a locked sheet, which is written on it by hand.
    CodeWord,
}

/// That a scan of the sheet is taken as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScanOffer {
    /// Endings of the files that are taken.
    pub extensions: Vec<String>,
    /// What the room sees on media.
    pub found: Vec<FoundFile>,
    /// The sheet that a rehearsal handed out as a file instead of printing it.
    pub handed: Option<String>,
}

/// How many rows of a share are on the screen at once, at most: fewer than any share has, so that the page never holds one.
pub const ROWS_AT_ONCE: u32 = 2;

/// What a custodian copies to the sheet: [`ROWS_AT_ONCE`] at most, so that the page never holds a share.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharePage {
    /// The custodian's name.
    pub custodian: String,
    /// The share's number in the set, 1 to 255.
    pub index: u32,
    /// The set's id as printed on every sheet of the set.
    pub set: String,
    /// How many there are.
    pub count: u32,
    /// Which of them rebuild the key, in a sentence.
    pub needs: String,
    /// Whether it is a row or the code word.
    pub part: SharePart,
    /// The row to write now.
    pub row: ShareRow,
    /// The row after it, where there is one that is written with it.
    pub next: Option<ShareRow>,
    /// How many rows there are.
    pub rows: u32,
}

/// One row of a share.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShareRow {
    /// Row number, from 1.
    pub number: u32,
    /// The row in groups of four characters, the last group being its check characters, separated by spaces.
    pub text: Private,
}

/// A row of a comparison that a person ticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompareRow {
    /// Row number as shown.
    pub number: u32,
    /// Whether both people saw the same.
    pub same: bool,
}

/// Expected and observed, with the verdict in a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fact {
    /// What is observed ("Check value").
    pub name: String,
    /// What the script expects, where it says.
    pub expected: Option<String>,
    /// What was observed.
    pub observed: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// A verdict, shown as a word and an icon, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Observed equals expected.
    Matches,
    /// It does not.
    Differs,
    /// Recorded for later; nothing was expected.
    Noted,
    /// It cannot be shown to be true here; the record says so.
    NotProvable,
}

/// What a person answers.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Answer {
    /// Go on.
    Go,
    /// Go back: the row before, or the share again from its first row.
    Back,
    /// A sign-in passphrase or the PIN of the person's YubiKey, and the restated fact where one was asked for.
    Signature { passphrase: Private, restated: Option<String> },
    /// A PIN, or one row of a share.
    Secret { text: Private },
    /// Rows of a share, from the one that was asked for on.
    Rows { rows: Vec<Private> },
    /// An answer with the passphrase or PIN of whoever gave it, at a question that takes both. One without is asked for its
    /// signature by itself.
    Signed { answer: Box<Answer>, passphrase: Private },
    /// The id of a choice.
    Chosen { id: String },
    /// Public text.
    Text { text: String },
    /// A path.
    Path { path: String },
    /// Each row ticked as same or not.
    Compared { rows: Vec<CompareRow> },
    /// How to go on, and why in a person's own words.
    Decided { id: String, reason: String },
    /// Whether the record is right; a reason where it is not. The passphrase, or the YubiKey whose PIN it is, signs it.
    Agreement { agrees: bool, reason: Option<String>, passphrase: Private },
    /// Raise an exception instead of answering; the same prompt comes again unless the decision is to stop.
    Exception { report: ExceptionReport },
    /// Lock the screen: what it showed is gone from it, and two people who sign get the same question back.
    Lock { why: LockedBy },
    /// Stop here; the ceremony can be resumed.
    Stop,
}

/// Why a screen was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum LockedBy {
    /// Somebody asked for it.
    Hand,
    /// Nobody had touched keyboard or mouse for a while.
    Idle,
    /// The YubiKey of somebody who had signed for the step was pulled.
    Yubikey,
}

/// What went differently than the script says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExceptionReport {
    /// What was expected.
    pub expected: String,
    /// What happened instead.
    pub happened: String,
}

impl Ask {
    /// What kind of question it is, as prompt keys name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Begin { .. } => "begin",
            Self::Sign { .. } => "sign",
            Self::Pin { .. } => "pin",
            Self::NewSecret { .. } => "new-secret",
            Self::Choose { .. } => "choose",
            Self::Text { .. } => "text",
            Self::File { .. } => "file",
            Self::Folder { .. } => "folder",
            Self::Compare { .. } => "compare",
            Self::ShowShare { .. } => "show-share",
            Self::EnterShare { .. } => "enter-share",
            Self::Observe { .. } => "observe",
            Self::Decide { .. } => "decide",
            Self::Agree { .. } => "agree",
        }
    }
}
