//! A ceremony as it is played: its frame, its question, its end.

use super::home::RunState;
use super::mode::Mode;
use super::pack::VerifyView;
use super::script::{ActView, PersonView};
use crate::{Ask, Fact, LockedBy, Private, Problem, ProofView, ReadAloud, ReadRow};
use serde::{Deserialize, Serialize};

/// The frame round the current step: what is played, by whom, how far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RunView {
    /// The run's id.
    pub run: String,
    /// The script's title.
    pub title: String,
    /// Rehearsal or production.
    pub mode: Mode,
    /// The script's hash: first four words, for recognition; the full hash is compared in Review.
    pub hash_words: Vec<String>,
    /// Acts and steps with where they stand.
    pub acts: Vec<ActView>,
    /// What is still open.
    pub obligations: Vec<ObligationView>,
    /// Until when the cloud's wrapping key may be used, ISO 8601 UTC, once known.
    pub deadline: Option<String>,
    /// How many entries the transcript has.
    pub entries: u32,
}

/// Something that must be closed before the ceremony can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ObligationView {
    /// Its id, `share-3-read-back`.
    pub id: String,
    /// What is owed, one sentence.
    pub says: String,
    /// Which step closes it.
    pub closed_by: Option<String>,
}

/// One question with the step it belongs to.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PromptView {
    /// Which question of this room; an answer names it, so a late answer to an earlier question is refused.
    #[cfg_attr(feature = "export", ts(type = "number"))]
    pub id: u64,
    /// `step-id/kind`, or `step-id/kind/n` where a step asks the same kind again: what an answers file names.
    pub key: String,
    /// The step.
    pub step: StepView,
    /// The question.
    pub ask: Ask,
    /// Whether it is the first question of the step: people are told where they are.
    pub begins: bool,
    /// Who signs the answer with it.
    pub signs: Option<ProofView>,
    /// Serial numbers of the YubiKeys that signed for this step: where one that was plugged in is pulled meanwhile, the screen
    /// is locked. None where somebody else is asked to sign, who may need its place.
    pub watches: Vec<u32>,
    /// That the screen is locked, and this question unlocks it.
    pub locked: Option<LockView>,
    /// Whose turn it is among everyone, where everyone is asked.
    pub round: Option<RoundView>,
    /// Why the last answer was not taken.
    pub problem: Option<Problem>,
    /// What was made for practice, in a rehearsal that was begun so.
    pub practice: Option<PracticeView>,
    /// What it would mean to stop here.
    pub stop: StopView,
}

/// A locked screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct LockView {
    /// Why it was locked.
    pub why: LockedBy,
    /// Since when, `2026-11-24 09:30 UTC`.
    pub since: String,
    /// Names of those who sign for it to be unlocked.
    pub unlock: Vec<String>,
}

/// One of several people who are asked one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RoundView {
    /// Names of those who have answered already.
    pub done: Vec<String>,
    /// Names of those who are asked afterwards.
    pub ahead: Vec<String>,
}

/// What stopping at a question means: the room's secrets are gone when it ends, and what was made of them is made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct StopView {
    /// The number of the step with which the ceremony would go on.
    pub goes_on_at: u32,
    /// What that step does.
    pub goes_on_with: String,
    /// How many finished steps would have to be done again.
    pub again: u32,
    /// Whether shares were handed out in them: their sheets would be void.
    pub sheets: bool,
    /// The number of the nearest later step after which nothing would have to be done again; none where there is none near.
    pub safe_after: Option<u32>,
}

/// What stands in for the world outside at a question of a rehearsal.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PracticeView {
    /// What it is, in sentences.
    pub says: String,
    /// What to answer with, where that is a text: a path, a choice's title, a row of a sheet.
    pub text: Option<Private>,
    /// The paper that a value is compared with, row by row; it may differ from what is shown.
    pub slip: Vec<ReadRow>,
}

/// The current step as its screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// The step's id.
    pub id: String,
    /// The act's title.
    pub act: String,
    /// The step's number, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
    /// Who acts.
    pub actor: PersonView,
    /// Who confirms.
    pub confirmer: Option<PersonView>,
    /// The imperative sentence.
    pub say: String,
    /// Why, one line.
    pub why: String,
    /// What should be seen.
    pub expect: Option<String>,
    /// What to do if it is not.
    pub otherwise: Option<String>,
    /// Whether it can be taken back.
    pub irreversible: bool,
    /// Whether only the actor may look: the room is cleared, the witness display is blank.
    pub private: bool,
    /// Estimated seconds.
    pub seconds: u32,
}

/// Long work, shown as it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ProgressView {
    /// What is being done, "Making an RSA-4096 key in the token".
    pub doing: String,
    /// Whole seconds since it began.
    pub elapsed: u32,
    /// How long it usually takes, in words.
    pub usual: String,
    /// What must not be done meanwhile.
    pub keep: String,
}

/// One sentence of the growing record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RecordLine {
    /// The entry's sequence number.
    pub seq: u32,
    /// `09:31:07`, UTC.
    pub at: String,
    /// One sentence.
    pub says: String,
    /// The first eight hex characters of the chain after it.
    pub chain: String,
    /// Whether it tells of something that went otherwise than the script.
    pub departs: bool,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct FinishedView {
    /// The run's id.
    pub run: String,
    /// The script's title.
    pub title: String,
    /// Rehearsal or production.
    pub mode: Mode,
    /// How it ended.
    pub state: RunState,
    /// The evidence pack's folder.
    pub pack: Option<String>,
    /// What was made, as facts.
    pub made: Vec<Fact>,
    /// The transcript's signed head.
    pub head: Option<ReadAloud>,
    /// What has to happen next, and by whom.
    pub next: Vec<String>,
    /// The verifier's findings on the pack just written.
    pub verified: Option<VerifyView>,
}
