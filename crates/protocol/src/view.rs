//! What a player shows: where a ceremony stands, what there is, what was made.

use crate::{Ask, Choice, Fact, Problem, ReadAloud};
use serde::{Deserialize, Serialize};

/// Rehearsal or production. They share no folder, key, token, file name or colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Practice, with keys that protect nothing.
    Rehearsal,
    /// The real thing.
    Production,
}

impl Mode {
    /// The word that every screen, sheet and file name carries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rehearsal => "rehearsal",
            Self::Production => "production",
        }
    }
}

/// What the home screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct HomeView {
    /// Ceremonies that can be played.
    pub scripts: Vec<ScriptCard>,
    /// Ceremonies begun or closed on this workstation, newest first.
    pub runs: Vec<RunCard>,
    /// What this machine should mend before a production ceremony (swap on, an interface up), one sentence each.
    pub warnings: Vec<String>,
    /// Where rehearsals are kept.
    pub state_folder: String,
}

/// What is plugged in, and what it must not be trusted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct DevicesView {
    /// Tokens and YubiKeys.
    pub devices: Vec<DeviceCard>,
    /// What could not be looked at, and what to do, one sentence each.
    pub notes: Vec<String>,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct DeviceCard {
    /// "HSM token", "YubiKey".
    pub kind: String,
    /// Its name or model, as it says.
    pub name: String,
    /// Its serial number, as it says.
    pub serial: String,
    /// Firmware, module, form factor and the like.
    pub facts: Vec<Fact>,
    /// Its PKCS#11 address (RFC 7512), where it has one: what `token` in Review takes.
    pub uri: Option<String>,
    /// What it must not be trusted with, or what has to be done first; one sentence each.
    pub cautions: Vec<String>,
}

/// One ceremony script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ScriptCard {
    /// The name a person gives on the command line, `byok-aws`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for, one or two sentences.
    pub purpose: String,
    /// Estimated minutes, from the steps.
    pub minutes: u32,
    /// How many people it needs with the parameters' defaults.
    pub people: u32,
}

/// One run of a ceremony on this workstation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RunCard {
    /// The run's id.
    pub run: String,
    /// The script's title.
    pub title: String,
    /// Rehearsal or production.
    pub mode: Mode,
    /// When it began, UTC, ISO 8601.
    pub begun: String,
    /// Where it stands.
    pub state: RunState,
    /// "step 7 of 23: Wrap the master key for AWS KMS", or what went wrong when it was read.
    pub stands: String,
    /// The evidence pack's folder, once closed.
    pub pack: Option<String>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Begun and not closed: it can be resumed.
    Open,
    /// Closed with an evidence pack.
    Closed,
    /// Given up by decision; nothing it made may be used.
    Abandoned,
    /// Its transcript does not verify; it cannot be resumed.
    Damaged,
}

/// A script as it will be played, for review before the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ReviewView {
    /// The script's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// SHA-256 of the script file.
    pub hash: ReadAloud,
    /// Its parameters with the values it would be played with.
    pub parameters: Vec<ParameterView>,
    /// Its roles and who fills them.
    pub roles: Vec<RoleView>,
    /// Acts and steps.
    pub acts: Vec<ActView>,
    /// What has to lie on the table: devices, sheets, media.
    pub materials: Vec<String>,
    /// What the online team fetches before the day, in words and commands, several lines; none where nothing comes in
    /// from a cloud.
    pub to_fetch: Option<String>,
    /// What it leaves behind.
    pub makes: Vec<String>,
    /// Estimated minutes.
    pub minutes: u32,
    /// Why it cannot be played like this; empty when it can.
    pub problems: Vec<Problem>,
    /// What will be true of every run, said before the day ("Shamir runs in locked host memory").
    pub notices: Vec<String>,
}

/// A parameter that is decided before the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ParameterView {
    /// Its name in the script.
    pub name: String,
    /// What a person reads.
    pub title: String,
    /// What it decides.
    pub help: String,
    /// The value it would be played with.
    pub value: String,
    /// The values it may have; empty where it is a number or free text.
    pub choices: Vec<Choice>,
    /// Smallest number, where it is one.
    pub least: Option<u32>,
    /// Largest number, where it is one.
    pub most: Option<u32>,
}

/// A role and the people who fill it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct RoleView {
    /// The role's name in the script.
    pub role: String,
    /// What a person reads.
    pub title: String,
    /// What it does.
    pub duty: String,
    /// Who fills it.
    pub people: Vec<PersonView>,
    /// Roles that may not be filled by the same person.
    pub apart_from: Vec<String>,
}

/// A person of the roster in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// The person's id in the roster.
    pub id: String,
    /// Their name.
    pub name: String,
    /// The role they act in.
    pub role: String,
    /// The role's title.
    pub role_title: String,
    /// The role's place in the script, from 0: the page gives each place a shape and a colour.
    pub mark: u32,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ActView {
    /// Its title.
    pub title: String,
    /// Its steps.
    pub steps: Vec<StepOutline>,
}

/// One step in an outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct StepOutline {
    /// The step's id, unique in the run.
    pub id: String,
    /// Its number in the run, from 1.
    pub number: u32,
    /// The imperative sentence.
    pub say: String,
    /// Why, one line.
    pub why: String,
    /// Who acts (role title or name).
    pub actor: String,
    /// Who confirms.
    pub confirmer: Option<String>,
    /// Whether it can be taken back.
    pub irreversible: bool,
    /// Estimated seconds.
    pub seconds: u32,
    /// Where it stands.
    pub state: StepState,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Not reached.
    Ahead,
    /// The one being played.
    Now,
    /// Done and recorded.
    Done,
}

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
    /// Why the last answer was not taken.
    pub problem: Option<Problem>,
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

/// What the verifier found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct VerifyView {
    /// What was looked at.
    pub path: String,
    /// Rehearsal or production, as the header says.
    pub mode: Option<Mode>,
    /// Whether everything that was checked holds.
    pub holds: bool,
    /// What was checked, one line each.
    pub lines: Vec<VerifyLine>,
    /// What could not be checked here, and how to.
    pub not_checked: Vec<String>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct VerifyLine {
    /// Whether it holds.
    pub holds: bool,
    /// What was checked and found, one sentence; on failure it names the entry or file.
    pub says: String,
}

/// A pack was copied to a folder and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct ExportedView {
    /// Where it lies now.
    pub path: String,
    /// How many files were written and re-read.
    pub files: u32,
}
