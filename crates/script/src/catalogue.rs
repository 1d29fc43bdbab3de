//! What the checker has to know of actions.

use crate::plan::Plan;
use crate::row::Row;
use crate::script::Step;
use protocol::Problem;

/// What the checker has to know of actions. The engine's repertoire is one.
pub trait Catalogue: Sync {
    /// The row of the action of that name.
    fn row(&self, action: &str) -> Option<&'static Row>;

    /// Every row.
    fn rows(&self) -> Vec<&'static Row>;

    /// What speaks against a step of this action before the day.
    fn against(&self, plan: &Plan, step: &Step) -> Vec<Problem>;

    /// Words that a parameter's value may be meant as, beside the script's own choices.
    fn words(&self, parameter: &str) -> Vec<&'static str>;
}
