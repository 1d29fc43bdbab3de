//! What an action needs from outside, made for a rehearsal that plays by itself: files, media, an earlier ceremony. A
//! stand-in lies in the folder of the action that it is for; whoever rehearses walks the list of them and knows none.

use crate::words;
use engine::Action;
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

/// What stands in for the outside of an action. Rehearsals only.
pub trait StandIn: Sync {
    /// Whether the steps of an action with this row need it.
    fn serves(&self, row: &Row) -> bool;

    /// Makes what these steps of the plan need, in the folder `beside` the rehearsal. They are never none.
    fn make(&self, plan: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem>;

    /// What others would do meanwhile, tried after everything that the play shows.
    fn meanwhile(&self, _beside: &Path) {}
}

/// What was made for a play.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Answers by prompt key.
    pub answers: BTreeMap<String, String>,
    /// What is said of it, where people rehearse.
    pub says: Option<String>,
    /// What has to be played before.
    pub first: Option<First>,
}

/// An earlier ceremony that a play needs: one that ships, rehearsed with stand-ins of its own.
#[derive(Debug)]
pub struct First {
    /// What is said of it before it begins.
    pub says: &'static str,
    /// The script's name.
    pub script: &'static str,
    /// Its parameters.
    pub values: BTreeMap<String, String>,
    /// The prompt keys that the folder of its evidence pack answers.
    pub pack: Vec<String>,
    /// Whether those who come bring the sheets that it gave out.
    pub sheets: bool,
}

/// How a prompt's key ends, by what is asked.
pub(crate) const FILE: &str = "file";
pub(crate) const FOLDER: &str = "folder";
pub(crate) const CHOICE: &str = "choose";

/// The key of a step's first question of a kind.
pub(crate) fn key(step: &Planned, kind: &str) -> String {
    format!("{}/{kind}", step.id)
}

impl Prepared {
    /// Answers what each of these steps asks first of a kind.
    pub(crate) fn each(steps: &[&Planned], kind: &str, answer: impl Fn(&Planned) -> String) -> Self {
        let answers = steps.iter().map(|step| (key(step, kind), answer(step))).collect();
        Self { answers, ..Self::default() }
    }

    /// Names the same path in each of these steps.
    pub(crate) fn path(steps: &[&Planned], kind: &str, path: &Path) -> Self {
        Self::each(steps, kind, |_| path.display().to_string())
    }

    /// With what is said of it.
    pub(crate) fn saying(self, says: String) -> Self {
        Self { says: Some(says), ..self }
    }

    /// With what has to be played before.
    pub(crate) fn after(self, first: First) -> Self {
        Self { first: Some(first), ..self }
    }
}

/// Whether a row is this action's.
pub(crate) fn is(row: &Row, action: &dyn Action) -> bool {
    row.name == action.row().name
}

/// Makes the folder where it is not there yet.
pub(crate) fn folder(at: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(at).map_err(|e| failed(&e))
}

/// Something could not be made.
pub(crate) fn failed(why: &dyn Display) -> Problem {
    words::stand_in_failed().with_detail(why.to_string())
}
