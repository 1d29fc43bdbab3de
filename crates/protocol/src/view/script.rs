//! A ceremony as it is written: reviewed before the day, and an outline while it is played.

use crate::{Choice, Problem, ReadAloud};
use serde::{Deserialize, Serialize};

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
    /// The rosters that the window may choose from; empty in a terminal, where one is named.
    pub rosters: Vec<Choice>,
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
    /// What is to be seen to before the day; empty where it cannot be played, and in a terminal.
    pub tasks: Vec<TaskView>,
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
    /// What is read aloud and asked, where the step has something recorded that its script declares.
    pub asks: Vec<String>,
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

/// Something to see to before a ceremony is begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    /// What it is about, in a few words; the same for every ceremony.
    pub title: String,
    /// How it stands.
    pub state: TaskState,
    /// What was seen, and what to do where something is to be done.
    pub says: String,
    /// The ceremony that does it, by the script's name, where one does.
    pub script: Option<String>,
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum TaskState {
    /// Nothing is to be done.
    Ready,
    /// Something is.
    ToDo,
    /// It cannot be seen from here.
    Unseen,
}
