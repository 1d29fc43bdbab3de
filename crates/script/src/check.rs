//! The checker: simulates a whole script without a token and refuses one that could end half-done.

mod record;

use crate::catalogue::Catalogue;
use crate::declared;
use crate::plan::{Plan, Planned, number_of, people_of};
use crate::roster::{Person, Roster};
use crate::row::{Hands, Material, Row};
use crate::script::{Script, Step};
use crate::words;
use protocol::Problem;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Everything that is wrong with a plan; empty when it can be played.
pub(crate) fn check(plan: &Plan, actions: &dyn Catalogue) -> Vec<Problem> {
    let (script, roster, values) = (&plan.script, &plan.roster, &plan.values);
    let mut found = Vec::new();
    people(script, roster, values, &mut found);
    flow(script, actions, &mut found);
    materials(script, actions, &mut found);
    restated(script, actions, &mut found);
    texts(script, &mut found);
    for step in steps(script) {
        for problem in actions.against(plan, step) {
            // What stands against several steps in one sentence is said once.
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    found.extend(crate::custody::check(plan, actions));
    first_of(script, values, &mut found);
    if found.is_empty() {
        found = people_of_steps(&plan.steps);
    }
    found
}

fn steps(script: &Script) -> impl Iterator<Item = &Step> {
    script.acts.iter().flat_map(|a| &a.steps)
}

/// Every name in braces, in what people read of a step, is one that is filled in.
fn texts(script: &Script, found: &mut Vec<Problem>) {
    let known = |name: &str| {
        name == "actor"
            || ["dealing-needed", "dealing-of", "dealing-units"].contains(&name)
            || script.parameters.iter().any(|p| p.name == name)
    };
    for step in steps(script) {
        let restated = step.restate.as_ref().map(|r| [Some(&r.ask), r.is.as_ref()]);
        let said = [Some(&step.say), Some(&step.why), step.expect.as_ref(), step.otherwise.as_ref()];
        let asked = step.record.iter().flat_map(|declared| declared.fields.iter().map(|field| &field.ask));
        let all = said.into_iter().chain(restated.into_iter().flatten()).flatten().chain(asked);
        for name in all.flat_map(|text| declared::named(text)).filter(|name| !known(name)) {
            found.push(words::text_names(&step.id, name));
        }
    }
}

/// A step for the first so many of a role asks for no more people than the role has.
fn first_of(script: &Script, values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    for step in steps(script) {
        let Some(first) = &step.first else { continue };
        let has = step
            .for_each
            .as_ref()
            .and_then(|role| script.roles.iter().find(|r| &r.role == role))
            .map_or(0, |role| people_of(role, values));
        let wants = number_of(first, values);
        if !(1..=has).contains(&wants) {
            found.push(words::first_of_too_few(&step.id, wants, has));
        }
    }
}

/// What only shows once the steps are expanded to people: that the two of a two-person step are two.
fn people_of_steps(steps: &[Planned]) -> Vec<Problem> {
    let mut found = Vec::new();
    for step in steps {
        if step.confirmer.as_ref().is_some_and(|c| c.id == step.actor.id || same_human(c, &step.actor)) {
            found.push(words::one_person_alone(&step.id, &step.actor.name));
        }
    }
    found
}

/// One human may stand in the roster under several ids; the name gives them away, however it is spaced or written.
fn same_human(a: &Person, b: &Person) -> bool {
    let plain = |p: &Person| p.name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(a) == plain(b)
}

fn people(script: &Script, roster: &Roster, values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    for role in &script.roles {
        let (have, need) = (roster.of_role(&role.role).len(), people_of(role, values));
        if need == 0 || have < need {
            let known: BTreeSet<&str> = roster.people.iter().map(|p| p.role.as_str()).collect();
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            found.push(words::too_few_people(&role.title, need, have, &role.role, &known));
        }
        let fill = roster.of_role(&role.role);
        for (at, person) in fill.iter().enumerate() {
            if fill.iter().take(at).any(|p| same_human(p, person)) {
                found.push(words::person_twice(&person.name, &role.role));
            }
        }
        for other in &role.apart_from {
            if !script.roles.iter().any(|r| &r.role == other) {
                found.push(words::apart_from_unknown(&role.role, other));
            }
            for person in roster.of_role(&role.role) {
                if roster.of_role(other).iter().any(|p| same_human(p, person)) {
                    found.push(words::roles_conflict(&person.name, &role.role, other));
                }
            }
        }
    }
}

fn flow(script: &Script, actions: &dyn Catalogue, found: &mut Vec<Problem>) {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut ids = HashSet::new();
    let mut closed = false;
    for step in steps(script) {
        if !ids.insert(&step.id) {
            found.push(words::step_twice(&step.id));
        }
        for role in [Some(&step.actor), step.confirmer.as_ref(), step.for_each.as_ref()].into_iter().flatten()
        {
            if !script.roles.iter().any(|r| &r.role == role) {
                found.push(words::role_unknown(&step.id, role));
            }
        }
        let Some(action) = actions.row(&step.action) else {
            let known: Vec<_> = actions.rows().iter().map(|a| a.name).collect();
            found.push(
                words::action_unknown(&step.id, &step.action)
                    .with_detail(words::known_actions(&known.join(", "))),
            );
            continue;
        };
        record::declared(step, action, found);
        if action.hands.are_two() && step.confirmer.as_ref().is_none_or(|c| *c == step.actor) {
            found.push(words::second_person_missing(&step.id));
        }
        open.extend(action.opens.iter().map(|owed| owed.id));
        for closes in action.closes {
            open.remove(closes.owed().id);
        }
        if closed {
            found.push(words::after_close(&step.id));
        }
        if action.ends {
            closed = true;
            for id in &open {
                found.push(words::obligation_open(id));
            }
        }
    }
    if !closed {
        found.push(words::no_close());
    }
}

/// What each step needs is there when its turn comes: an earlier step makes it, and none in between uses it up.
fn materials(script: &Script, actions: &dyn Catalogue, found: &mut Vec<Problem>) {
    let mut made: Vec<&'static Material> = Vec::new();
    let mut ended_by: BTreeMap<&str, &str> = BTreeMap::new();
    for step in steps(script) {
        let Some(action) = actions.row(&step.action) else { continue };
        for need in action.needs.iter().filter(|need| !need.is_in(&made)) {
            found.push(match ended_by.get(need.name) {
                Some(by) => used_up(&step.id, need, by, actions),
                None => input_missing(&step.id, need, actions),
            });
        }
        let own = |n: &&&'static Material| step.for_each.is_some() && action.leaves_none_of(n);
        if let Some(own) = action.needs.iter().find(own) {
            found.push(words::left_for_nobody(&step.id, own.says));
        }
        made.retain(|material| {
            let ends = action.leaves_none_of(material);
            if ends {
                ended_by.insert(material.name, &step.id);
            }
            !ends
        });
        made.extend(action.makes);
    }
}

fn input_missing(step: &str, need: &'static Material, actions: &dyn Catalogue) -> Problem {
    words::input_missing(step, need.says, &makers(need, actions))
}

fn used_up(step: &str, need: &'static Material, by: &str, actions: &dyn Catalogue) -> Problem {
    let says = if need.is_of_room() { words::wiped_by } else { words::void_by };
    says(step, need.says, by, &makers(need, actions))
}

/// The actions that make a material, for a remedy.
fn makers(need: &'static Material, actions: &dyn Catalogue) -> String {
    let names: Vec<_> =
        actions.rows().into_iter().filter(|row| row.makes(need)).map(|row| row.name).collect();
    names.join(" or ")
}

/// The facts that a confirmer may restate once these rows were played.
fn told<'r>(rows: impl IntoIterator<Item = &'r &'static Row>) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for name in rows.into_iter().flat_map(|row| row.makes).flat_map(|m| m.tells) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}

/// Before what cannot be taken back, the confirmer says one fact in their own words; and what they are asked for is
/// either a text of the script or a fact that an earlier step records.
fn restated(script: &Script, actions: &dyn Catalogue, found: &mut Vec<Problem>) {
    if !script.roles.iter().any(|r| r.role == script.decides_exceptions) {
        found.push(words::no_decider(&script.decides_exceptions));
    }
    let mut played: Vec<&'static Row> = Vec::new();
    for step in steps(script) {
        let Some(action) = actions.row(&step.action) else { continue };
        match &step.restate {
            None if action.hands == Hands::Two && action.irreversible => {
                found.push(words::nothing_restated(&step.id));
            }
            Some(r) => {
                let good = match (&r.is, &r.of) {
                    (Some(_), None) => r.last.is_none(),
                    (None, Some(of)) => told(&played).contains(&of.as_str()) && r.last != Some(0),
                    _ => false,
                };
                if !good || step.confirmer.is_none() || action.hands == Hands::TwoInside {
                    found.push(
                        words::restate_unknown(&step.id)
                            .with_detail(words::restatable(&told(&actions.rows()).join(", "))),
                    );
                }
            }
            None => {}
        }
        played.push(action);
    }
}
