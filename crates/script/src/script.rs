//! The script format: one TOML file a ceremony. `ceremonies/README.md` is its specification.

use crate::declared::Declared;
use crate::words;
use protocol::Problem;
use serde::Deserialize;

/// A ceremony as people read, review and hash it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Script {
    /// The name given on the command line.
    pub name: String,
    /// Raised whenever the file's meaning changes.
    pub version: u32,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// What lies on the table.
    #[serde(default)]
    pub materials: Vec<String>,
    /// What it leaves behind.
    #[serde(default)]
    pub makes: Vec<String>,
    /// What is said before the day.
    #[serde(default)]
    pub notices: Vec<String>,
    /// The role that decides exceptions and failed steps, and signs the decision.
    pub decides_exceptions: String,
    /// What is decided before the day.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// Who takes part.
    #[serde(rename = "role")]
    pub roles: Vec<Role>,
    /// Acts, in order.
    #[serde(rename = "act")]
    pub acts: Vec<Act>,
}

/// One decision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What a person reads.
    pub title: String,
    /// What it decides.
    pub help: String,
    /// Used unless another value is given.
    pub default: String,
    /// The values it may have; empty for a number or free text.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What the text has to look like, where it is neither a choice nor a number.
    pub form: Option<Form>,
    /// Smallest number.
    pub least: Option<u32>,
    /// Largest number.
    pub most: Option<u32>,
}

/// What a parameter's text has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `never`, or a day as `2027-10-01`.
    NeverOrDay,
    /// A day as `2027-10-01`.
    Day,
    /// One to 40 of the characters a-z, A-Z, 0-9, `-`, `_` and `.`.
    Label,
    /// `none`, or the rising numbers of lines with commas between.
    Lines,
    /// The serial numbers of one to 20 tokens, with commas between, or `practice` for the rehearsal token alone.
    Tokens,
}

/// One role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// Its name in steps.
    pub role: String,
    /// What a person reads.
    pub title: String,
    /// What it does.
    pub duty: String,
    /// How many people: a number, or the name of a parameter that is one.
    #[serde(deserialize_with = "text_or_number")]
    pub count: String,
    /// Roles that the same person may not fill.
    #[serde(default)]
    pub apart_from: Vec<String>,
}

/// One act.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Its id, which the transcript names.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Its id, unique in the script.
    pub id: String,
    /// The role that acts.
    pub actor: String,
    /// The role that confirms.
    pub confirmer: Option<String>,
    /// One imperative sentence.
    pub say: String,
    /// Why, one line.
    pub why: String,
    /// What the primary button names.
    pub button: String,
    /// The action.
    pub action: String,
    /// What should be seen.
    pub expect: Option<String>,
    /// What to do if it is not.
    pub otherwise: Option<String>,
    /// Estimated seconds.
    pub seconds: u32,
    /// Played once for each person of this role, who is then the actor.
    pub for_each: Option<String>,
    /// Only so many of them, in the roster's order: a number, or the name of a parameter that is one.
    pub first: Option<String>,
    /// What the confirmer says in their own words before they sign.
    pub restate: Option<Restate>,
    /// What it records, where its action records what a script declares.
    pub record: Option<Declared>,
}

/// One fact that a confirmer restates: `is`, a text that may name parameters, or the `last` characters of the fact
/// that an earlier step recorded under the name `of`. Case and spaces do not count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restate {
    /// The question.
    pub ask: String,
    /// The answer as a text with parameters.
    pub is: Option<String>,
    /// The answer as the end of a recorded fact.
    pub of: Option<String>,
    /// How many characters of it; all where absent.
    pub last: Option<usize>,
    /// Whether they have it from their own notes: they are told to write it down at the step that shows it.
    #[serde(default)]
    pub noted: bool,
}

/// A number may stand in quotes or not.
fn text_or_number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(u32),
    }
    Ok(match Either::deserialize(from)? {
        Either::Text(text) => text,
        Either::Number(number) => number.to_string(),
    })
}

impl Script {
    /// Parses a script. The error names the line. The text may be as an editor left it, with a byte-order mark and any
    /// line ends: its hash is of the text as it is.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let plain = incoming::text(text.as_bytes()).unwrap_or_default();
        toml::from_str(&plain).map_err(|e| words::script_unreadable().with_detail(e.to_string()))
    }
}
