//! What the engine and the checker ask of a repertoire.

use crate::action::{Action, Repertoire};
use crate::moves::{Made, Moves};
use crate::past::Past;
use crate::replay::Departure;
use crate::rule::Whole;
use crate::surroundings::Ended;
use crate::way_back::{How, WayBack};
use protocol::Problem;
use script::{Catalogue, Plan, Planned, Row, Step};

impl Repertoire {
    /// The action of that name.
    pub fn find(&self, name: &str) -> Option<&'static dyn Action> {
        self.actions.iter().copied().find(|a| a.row().name == name)
    }

    /// The actions of a plan's steps, each once, in the order of the steps.
    pub fn of(&self, plan: &Plan) -> Vec<&'static dyn Action> {
        self.of_steps(&plan.steps)
    }

    pub(crate) fn of_steps(&self, steps: &[Planned]) -> Vec<&'static dyn Action> {
        let mut names: Vec<&str> = Vec::new();
        for step in steps {
            if !names.contains(&step.action.name) {
                names.push(step.action.name);
            }
        }
        names.into_iter().filter_map(|name| self.find(name)).collect()
    }

    /// What was made so far.
    pub fn made(&self, plan: &Plan, past: &Past<'_>) -> Vec<Made> {
        each_once(self.of(plan).into_iter().flat_map(|a| a.made(past)))
    }

    /// The same of a record whose script is not at hand.
    pub fn made_by_any(&self, past: &Past<'_>) -> Vec<Made> {
        each_once(self.actions.iter().flat_map(|a| a.made(past)))
    }

    /// What has to happen after the play, each once.
    pub fn next(&self, plan: &Plan, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        each_once(self.of(plan).into_iter().flat_map(|a| a.next(past, ended)))
    }

    /// What a step's outcome opens and closes, of what is owed.
    pub(crate) fn moves(&self, plan: &Plan, step: &Planned) -> Moves {
        self.find(step.action.name).map_or_else(Moves::default, |a| a.moves(plan, step))
    }

    /// The ways back that are open at this place of a plan.
    pub(crate) fn ways_back_at(&self, plan: &Plan, at: usize) -> Vec<&'static WayBack> {
        let open = |way: &&WayBack| way.span(plan).is_some_and(|span| span.is_open_at(at));
        let anew = self.ways_back.iter().any(|way| matches!(way.how, How::Anew { .. }) && open(&way));
        self.ways_back
            .iter()
            .filter(open)
            .filter(|way| !anew || matches!(way.how, How::Anew { .. }))
            .collect()
    }

    /// Every rule, over a record.
    pub(crate) fn hold(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        self.rules.iter().try_for_each(|rule| rule.holds(whole))
    }
}

/// Each, where it stands first.
pub(crate) fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

impl Catalogue for Repertoire {
    fn row(&self, action: &str) -> Option<&'static Row> {
        self.find(action).map(Action::row)
    }

    fn rows(&self) -> Vec<&'static Row> {
        self.actions.iter().map(|a| a.row()).collect()
    }

    fn against(&self, plan: &Plan, step: &Step) -> Vec<Problem> {
        self.find(&step.action).map_or_else(Vec::new, |a| a.against(plan, step))
    }

    fn words(&self, parameter: &str) -> Vec<&'static str> {
        self.actions.iter().flat_map(|a| a.words(parameter)).collect()
    }
}
