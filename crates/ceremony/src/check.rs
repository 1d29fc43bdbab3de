//! The checker: simulates a whole script without a token and refuses one that could end half-done.

use crate::act::boxed;
use crate::action::{self, Hands, Material, RESTATABLE};
use crate::dealing::Dealing;
use crate::plan::{Planned, RECEIVING, number_of, people_of};
use crate::roster::{Person, Roster};
use crate::script::{Form, Script};
use protocol::Problem;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Everything that is wrong with a script, its people and its values; empty when it can be played.
pub fn check(script: &Script, roster: &Roster, values: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut found = Vec::new();
    people(script, roster, values, &mut found);
    flow(script, &mut found);
    materials(script, &mut found);
    restated(script, &mut found);
    every_share(script, values, &mut found);
    threshold(script, roster, values, &mut found);
    quorum(script, values, &mut found);
    found.extend(crate::custody::check(script, roster, values));
    found.extend(crate::cloud::check(script, values));
    first_of(script, values, &mut found);
    receiving(script, &mut found);
    printed(values, &mut found);
    found
}

/// A step for the first so many of a role asks for no more people than the role has.
fn first_of(script: &Script, values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    for step in script.acts.iter().flat_map(|a| &a.steps) {
        let Some(first) = &step.first else { continue };
        let has = step
            .for_each
            .as_ref()
            .and_then(|role| script.roles.iter().find(|r| &r.role == role))
            .map_or(0, |role| people_of(role, values));
        let wants = number_of(first, values);
        if !(1..=has).contains(&wants) {
            found.push(problem(
                "first-of-too-few",
                format!("Step {} is for the first {wants} people of a role that has {has}.", step.id),
            ));
        }
    }
}

/// A key is restored only into a token that the plan names.
fn receiving(script: &Script, found: &mut Vec<Problem>) {
    let restores = script.acts.iter().flat_map(|a| &a.steps).any(|s| s.action == "restore-key");
    let named = script.parameters.iter().any(|p| p.name == RECEIVING && p.form == Some(Form::Tokens));
    if restores && !named {
        found.push(problem(
            "no-allow-list",
            format!(
                "The script restores a key, and has no parameter {RECEIVING} of the form tokens that names the tokens \
                 which may receive it."
            ),
        ));
    }
}

/// What only shows once the steps are expanded to people: that the two of a two-person step are two.
pub fn people_of_steps(steps: &[Planned], values: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut found = Vec::new();
    if values.get("sheets").is_some_and(|v| v == boxed::WORD) {
        let gives = steps.iter().filter(|s| s.action.name == "give-share");
        found.extend(gives.filter(|s| !boxed::can_hold(&s.actor)).map(|s| {
            problem(
                "custodian-without-yubikey",
                format!("{} is enrolled with no YubiKey that a share could be encrypted to.", s.actor.name),
            )
        }));
    }
    for step in steps {
        if step.confirmer.as_ref().is_some_and(|c| c.id == step.actor.id || same_human(c, &step.actor)) {
            found.push(problem(
                "one-person-alone",
                format!("In step {}, {} would confirm what they do themselves.", step.id, step.actor.name),
            ));
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
            found.push(problem(
                "too-few-people",
                format!("{} needs {need} people and the roster has {have}.", role.title),
            ));
        }
        let fill = roster.of_role(&role.role);
        for (at, person) in fill.iter().enumerate() {
            if fill.iter().take(at).any(|p| same_human(p, person)) {
                found.push(problem(
                    "person-twice",
                    format!(
                        "{} fills the role {} twice, so one person would count for two.",
                        person.name, role.role
                    ),
                ));
            }
        }
        for other in &role.apart_from {
            if !script.roles.iter().any(|r| &r.role == other) {
                found.push(problem(
                    "role-unknown",
                    format!(
                        "The role {} is to be apart from {other}, which the script does not have.",
                        role.role
                    ),
                ));
            }
            for person in roster.of_role(&role.role) {
                if roster.of_role(other).iter().any(|p| same_human(p, person)) {
                    found.push(problem(
                        "roles-conflict",
                        format!("{} cannot be both {} and {other}.", person.name, role.role),
                    ));
                }
            }
        }
    }
}

fn flow(script: &Script, found: &mut Vec<Problem>) {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut ids = HashSet::new();
    let mut closed = false;
    for step in script.acts.iter().flat_map(|a| &a.steps) {
        if !ids.insert(&step.id) {
            found.push(problem("step-twice", format!("The step id {} is used twice.", step.id)));
        }
        for role in [Some(&step.actor), step.confirmer.as_ref(), step.for_each.as_ref()].into_iter().flatten()
        {
            if !script.roles.iter().any(|r| &r.role == role) {
                found.push(problem(
                    "role-unknown",
                    format!("Step {} names the role {role}, which the script does not have.", step.id),
                ));
            }
        }
        let Some(action) = action::find(&step.action) else {
            let known: Vec<_> = action::ACTIONS.iter().map(|a| a.name).collect();
            found.push(
                problem(
                    "action-unknown",
                    format!(
                        "Step {} asks for the action \"{}\", which does not exist.",
                        step.id, step.action
                    ),
                )
                .with_detail(format!("known actions: {}", known.join(", "))),
            );
            continue;
        };
        if action.hands.are_two() && step.confirmer.as_ref().is_none_or(|c| *c == step.actor) {
            found.push(problem(
                "one-person-alone",
                format!("Step {} needs a second person in another role to confirm it.", step.id),
            ));
        }
        open.extend(action.opens);
        for id in action.closes {
            open.remove(id.replace('+', "#").as_str());
        }
        if closed {
            found.push(problem("after-close", format!("Step {} comes after the end.", step.id)));
        }
        if action.name == "close" {
            closed = true;
            for id in &open {
                found.push(problem(
                    "obligation-open",
                    format!("Nothing closes the obligation {id} before the end."),
                ));
            }
        }
    }
    if !closed {
        found.push(problem("no-close", "The script never closes.".to_owned()));
    }
}

/// What each step needs is there when its turn comes: an earlier step makes it, and none in between uses it up.
fn materials(script: &Script, found: &mut Vec<Problem>) {
    let mut made: HashSet<Material> = HashSet::new();
    let mut ended_by: HashMap<Material, &str> = HashMap::new();
    for step in script.acts.iter().flat_map(|a| &a.steps) {
        let Some(action) = action::find(&step.action) else { continue };
        for need in action.needs.iter().filter(|need| !made.contains(need)) {
            found.push(match ended_by.get(need) {
                Some(by) => used_up(&step.id, *need, by),
                None => input_missing(&step.id, *need),
            });
        }
        if let Some(own) =
            action.needs.iter().find(|n| step.for_each.is_some() && action.ends().any(|m| m == **n))
        {
            found.push(Problem::new(
                "input-used-up",
                format!(
                    "Step {} needs {} and leaves none, and it is to be played once for each of several people.",
                    step.id,
                    own.words()
                ),
                "Nothing was started.",
                "Have it played once: take for-each out of it.",
            ));
        }
        for material in action.ends() {
            if made.remove(&material) {
                ended_by.insert(material, &step.id);
            }
        }
        made.extend(action.makes);
    }
}

fn input_missing(step: &str, need: Material) -> Problem {
    Problem::new(
        "input-missing",
        format!("Step {step} needs {}, which no earlier step makes.", need.words()),
        "Nothing was started.",
        format!("Put a step before it that makes it: {}.", actions_for(need)),
    )
}

fn used_up(step: &str, need: Material, by: &str) -> Problem {
    let ended = if need.is_volatile() { "leaves nothing of that in memory" } else { "makes that void" };
    Problem::new(
        "input-used-up",
        format!("Step {step} needs {}, and step {by} before it {ended}.", need.words()),
        "Nothing was started.",
        format!(
            "Move step {step} before step {by}, or make it again between the two: {}.",
            actions_for(need)
        ),
    )
}

/// The actions that make a material, for a remedy.
fn actions_for(need: Material) -> String {
    let names: Vec<_> = need.made_by().collect();
    format!("the action {}", names.join(" or "))
}

/// Before what cannot be taken back, the confirmer says one fact in their own words; and what they are asked for is
/// either a text of the script or a fact that an earlier step records.
fn restated(script: &Script, found: &mut Vec<Problem>) {
    if !script.roles.iter().any(|r| r.role == script.decides_exceptions) {
        found.push(problem(
            "no-decider",
            format!(
                "The role \"{}\", which decides exceptions, is not a role of this script.",
                script.decides_exceptions
            ),
        ));
    }
    let mut made: HashSet<Material> = HashSet::new();
    for step in script.acts.iter().flat_map(|a| &a.steps) {
        let Some(action) = action::find(&step.action) else { continue };
        match &step.restate {
            None if action.hands == Hands::Two && action.irreversible => found.push(problem(
                "nothing-restated",
                format!("Step {} cannot be taken back, and its confirmer restates nothing.", step.id),
            )),
            Some(r) => {
                let recorded = r.of.as_ref().and_then(|of| RESTATABLE.iter().find(|(name, _)| name == of));
                let good = match (&r.is, recorded) {
                    (Some(_), None) => r.of.is_none() && r.last.is_none(),
                    (None, Some((_, made_by))) => made.contains(made_by) && r.last != Some(0),
                    _ => false,
                };
                if !good || step.confirmer.is_none() || action.hands == Hands::TwoInside {
                    let known: Vec<_> = RESTATABLE.iter().map(|(name, _)| *name).collect();
                    found.push(
                        problem(
                            "restate-unknown",
                            format!("What step {} asks its confirmer to restate cannot be checked.", step.id),
                        )
                        .with_detail(format!(
                            "give `is`, or `of` with the name of a fact that an earlier step records: {}",
                            known.join(", ")
                        )),
                    );
                }
            }
            None => {}
        }
        made.extend(action.makes);
    }
}

/// Each share of the set is given to somebody, and read back from them.
fn every_share(script: &Script, values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    let shares = values.get("shares").and_then(|v| v.parse::<usize>().ok());
    for step in script.acts.iter().flat_map(|a| &a.steps).filter(|s| s.action == "give-share") {
        let people = step
            .for_each
            .as_ref()
            .and_then(|role| script.roles.iter().find(|r| &r.role == role))
            .map(|role| people_of(role, values));
        if people.is_none() || people != shares || step.first.is_some() {
            found.push(problem(
                "share-without-custodian",
                format!("Step {} does not give every share of the set to a custodian of its own.", step.id),
            ));
        }
    }
}

/// What does not fit is refused now, and not when the first custodian sits alone at the screen.
fn printed(values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    let is = |name: &str, value: &str| values.get(name).is_some_and(|v| v == value);
    if (is("sheets", "printed") || is("sheets", "printed-with-codeword"))
        && is("paper", "A5")
        && is("large-type", "yes")
    {
        found.push(problem(
            "sheet-does-not-fit",
            "A share sheet in large type does not fit on A5: choose A4 or Letter, or the usual type."
                .to_owned(),
        ));
    }
}

fn threshold(script: &Script, roster: &Roster, values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    let number = |name: &str| values.get(name).and_then(|v| v.parse::<u32>().ok());
    let splits = script.acts.iter().flat_map(|a| &a.steps).any(|s| s.action == "split-backup");
    if !splits {
        return;
    }
    if let Some(planned) = crate::custody::planned(script, roster, values).filter(Dealing::over_sites) {
        found.extend(planned.fault().map(|(code, what)| problem(code, what)));
        return;
    }
    match (number("threshold"), number("shares")) {
        (Some(threshold), Some(shares)) if (2..shares).contains(&threshold) && shares <= 255 => {}
        _ => found.push(problem(
            "threshold",
            "The threshold has to be at least 2 and smaller than the number of shares, which is at most 255: one lost \
             sheet must not lose the backup."
                .to_owned(),
        )),
    }
}

/// Azure takes 3 to 10 custodians; and one lost key must not lose the HSM.
fn quorum(script: &Script, values: &BTreeMap<String, String>, found: &mut Vec<Problem>) {
    let number = |name: &str| values.get(name).and_then(|v| v.parse::<u32>().ok());
    if !script.acts.iter().flat_map(|a| &a.steps).any(|s| s.action == "make-custodian-key") {
        return;
    }
    match (number("quorum"), number("custodians")) {
        (Some(quorum), Some(3..=10)) if (2..number("custodians").unwrap_or(0)).contains(&quorum) => {}
        _ => found.push(problem(
            "quorum",
            "The quorum has to be at least 2 and smaller than the number of custodians, which is 3 to 10: one lost key \
             must not lose the HSM."
                .to_owned(),
        )),
    }
}

fn problem(code: &str, happened: String) -> Problem {
    Problem::new(
        code,
        happened,
        "Nothing was started.",
        "Mend the script, the roster or the parameters, and check again.",
    )
}

#[cfg(test)]
mod tests;
