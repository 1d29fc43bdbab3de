//! Whether a record follows its script: an auditor's replay of the entries against the plan they were played from.

use crate::action;
use crate::engine::{closed_by, opened_by};
use crate::plan::{Plan, Planned, script_hash};
use transcript::{Entry, Kind};

/// Walks the entries beside the plan. The error names the first entry that no play of this script could have written.
pub fn follows(plan: &Plan, entries: &[Entry]) -> Result<(), (u64, String)> {
    let mut at = 0;
    let mut begun = false;
    for entry in entries {
        let bad = |why: String| Err((entry.seq, why));
        let step = match &entry.step {
            Some(id) => match plan.steps.iter().position(|s| s.id == *id) {
                Some(n) => Some(n),
                None => return bad(format!("it names the step {id:?}, which the script does not have")),
            },
            None => None,
        };
        if let Some(planned) = step.and_then(|n| plan.steps.get(n))
            && let Some(why) = by_others(entry, planned)
        {
            return bad(why);
        }
        match entry.kind {
            Kind::Opened => {
                let said = entry.value("script-sha256").and_then(|v| v.as_str());
                if said != Some(crate::digest::hex(&script_hash(&plan.text)).as_str()) {
                    return bad("it names another script by its hash".to_owned());
                }
                if entry.value("parameters") != Some(&serde_json::json!(plan.values)) {
                    return bad("it was opened with other parameters".to_owned());
                }
            }
            Kind::Intent if step != Some(at) => {
                return bad(format!("the step due here is {}", name(plan, at)));
            }
            Kind::Intent => begun = true,
            Kind::Outcome | Kind::Closed => {
                if step != Some(at) || !begun {
                    return bad(format!("no intent of {} comes before it", name(plan, at)));
                }
                if let Some(planned) = plan.steps.get(at)
                    && let Some(why) = owes_otherwise(plan, planned, entry)
                {
                    return bad(why);
                }
                at += 1;
                begun = false;
            }
            Kind::TakenBack => {
                let to = entry.value("to").and_then(|v| v.as_str());
                match plan.steps.iter().position(|s| Some(s.id.as_str()) == to) {
                    Some(n) if n <= at => at = n,
                    _ => return bad("it goes back to a step that was not reached".to_owned()),
                }
                begun = false;
            }
            Kind::Failed | Kind::Resumed => begun = false,
            Kind::Checkpoint | Kind::Exception | Kind::Note | Kind::Abandoned => {}
        }
    }
    let closed = entries.iter().any(|e| e.kind == Kind::Closed);
    if closed && at < plan.steps.len() {
        let last = entries.last().map_or(0, |e| e.seq);
        return Err((last, format!("it was closed before {}", name(plan, at))));
    }
    Ok(())
}

fn name(plan: &Plan, at: usize) -> String {
    plan.steps.get(at).map_or_else(|| "the end".to_owned(), |s| format!("the step {:?}", s.id))
}

/// The roles that acted and confirmed are those of the script.
fn by_others(entry: &Entry, planned: &Planned) -> Option<String> {
    let confirmer = planned.confirmer.as_ref().map(|c| &c.role);
    let same = entry.actor.as_ref() == Some(&planned.actor.role) && entry.confirmer.as_ref() == confirmer;
    (!same).then(|| format!("other roles acted in {:?} than the script says", planned.id))
}

/// What an outcome owes and settles is what its action does. Something that was owed already is not opened again, and
/// what is not open is not closed: so only what is missing from neither side counts.
fn owes_otherwise(plan: &Plan, planned: &Planned, entry: &Entry) -> Option<String> {
    let (opens, closes) = (opened_by(plan, planned), closed_by(planned));
    if let Some(extra) = entry.opens.iter().find(|o| !opens.contains(&o.id)) {
        return Some(format!("it opens {:?}, which its action does not", extra.id));
    }
    if let Some(extra) = entry.closes.iter().find(|id| !closes.contains(id)) {
        return Some(format!("it closes {extra:?}, which its action does not"));
    }
    let known = action::find(planned.action.name).is_some();
    (!known).then(|| "its action is not known".to_owned())
}
