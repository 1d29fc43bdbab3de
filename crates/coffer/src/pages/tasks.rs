//! What is to be seen to before a ceremony is begun: what would show itself at its seventh step, or its eleventh, is said now.

use super::ledger::day;
use super::register;
use super::words::tasks as words;
use crate::desk::{Cups, Desk, warnings};
use ::register::Register;
use actions::cloud::{HANDED_OVER, PARAMETERS, provider};
use engine::media;
use engine::printing::Printers as _;
use estate::Estate;
use protocol::{Mode, RunState, TaskState, TaskView};
use script::Plan;
use std::cell::LazyCell;
use std::path::Path;

/// The script that commissions a workstation, and the one that approves others.
const COMMISSIONS: &str = "commission-workstation";
const APPROVES: &str = "approve-script";
/// The script that keeps agreements.
const KEEPS_AGREEMENTS: &str = "keep-agreements";
/// Larger than any reply of a cloud, in bytes.
const LARGEST_REPLY: u64 = 1024 * 1024;

impl Desk {
    /// The tasks for a plan that can be made; `minutes` is its estimated length.
    pub(crate) fn tasks(&self, plan: &Plan, minutes: u32) -> Vec<TaskView> {
        let production = plan.mode == Mode::Production;
        // Every record is read for it, at each change of the plan: only where something asks it, and once.
        let register = LazyCell::new(|| register::alone(self, plan.mode).unwrap_or_default());
        let mut tasks = vec![machine(production)];
        if production {
            tasks.extend([self.commissioned(plan), approval(plan, &register)]);
        }
        tasks.extend(handed_to(plan).and_then(|provider| agreement(plan.mode, provider, &register)));
        tasks.push(people(plan));
        if plan.value("sheets").starts_with("printed") {
            tasks.push(printer(plan.mode));
        } else if plan.value("sheets") == "written" {
            tasks.push(task(words::SHEETS, TaskState::Unseen, words::BLANK_SHEETS.to_owned()));
        }
        let reads = plan.steps.iter().any(|step| step.action.makes(&PARAMETERS));
        tasks.extend(reads.then(|| self.reply(minutes)));
        let writes = plan.steps.iter().find(|step| step.action.makes(&HANDED_OVER));
        tasks.extend(writes.map(|step| self.medium(step.view.number)));
        tasks.push(task(words::BOOKLET, TaskState::Unseen, words::BOOKLET_SAYS.to_owned()));
        tasks
    }

    /// Whether a ceremony commissioned this workstation, whose card people hold against it.
    fn commissioned(&self, plan: &Plan) -> TaskView {
        let commissions = plan.script.name == COMMISSIONS;
        let home = self.runs(Mode::Production).into_iter();
        let done =
            home.filter(|run| run.state == RunState::Closed && run.script.as_deref() == Some(COMMISSIONS));
        match done.map(|run| run.begun).max() {
            Some(begun) => task(words::CARD, TaskState::Ready, words::commissioned(&day(&begun))),
            None if commissions => task(words::CARD, TaskState::Ready, words::COMMISSIONS_NOW.to_owned()),
            None => TaskView {
                script: Some(COMMISSIONS.to_owned()),
                ..task(words::CARD, TaskState::ToDo, words::NOT_COMMISSIONED.to_owned())
            },
        }
    }

    /// What a cloud sent, and whether it is valid until the ceremony is over, as far as its own words say.
    fn reply(&self, minutes: u32) -> TaskView {
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let over = now + i64::from(minutes) * 60;
        let found = media::files(self.media().as_ref(), &["json".to_owned()]);
        let valid = found.into_iter().filter_map(|file| {
            let until = valid_until(&outside::read(Path::new(&file.path), LARGEST_REPLY).ok()?)?;
            Some((until, file.path))
        });
        let Some((until, file)) = valid.max() else {
            return task(words::REPLY, TaskState::Unseen, words::no_reply(minutes));
        };
        let (state, says) = match until {
            past if past <= now => (TaskState::ToDo, words::reply_expired(&file, &media::minute(past))),
            soon if soon <= over => {
                (TaskState::ToDo, words::reply_expires(&file, &media::minute(soon), minutes))
            }
            later => (TaskState::Ready, words::reply_lasts(&file, &media::minute(later), minutes)),
        };
        task(words::REPLY, state, says)
    }

    fn medium(&self, step: u32) -> TaskView {
        let roots: Vec<String> = self.media().roots().iter().map(|root| root.display().to_string()).collect();
        match roots.as_slice() {
            [] => task(words::MEDIUM, TaskState::Unseen, words::no_medium(step)),
            some => task(words::MEDIUM, TaskState::Ready, words::media(some)),
        }
    }
}

fn approval(plan: &Plan, register: &Register) -> TaskView {
    let exempt = [COMMISSIONS, APPROVES].contains(&plan.script.name.as_str());
    let to_do = |says: String| TaskView {
        script: Some(APPROVES.to_owned()),
        ..task(words::APPROVAL, TaskState::ToDo, says)
    };
    let again = ::register::approve_again_id(&plan.script.name);
    match register::approved_in(register, &script::sha256_hex(plan.text.as_bytes())) {
        Some(_) if register.dues.iter().any(|due| due.id == again) => to_do(words::POLICY_CHANGED.to_owned()),
        Some(by) => task(words::APPROVAL, TaskState::Ready, words::approved(&by)),
        None if exempt => task(words::APPROVAL, TaskState::Ready, words::NEEDS_NO_APPROVAL.to_owned()),
        None => to_do(words::NOT_APPROVED.to_owned()),
    }
}

/// The provider that the key goes to, where this ceremony hands it over.
fn handed_to(plan: &Plan) -> Option<&'static str> {
    let target = plan.value("target").parse().ok()?;
    plan.steps.iter().find(|step| step.action.makes(&HANDED_OVER))?;
    Some(provider(target))
}

/// Whether an agreement with the provider counts today. In a rehearsal only where agreements are kept.
fn agreement(mode: Mode, provider: &str, register: &Register) -> Option<TaskView> {
    let estate = Estate::of(register, &time::OffsetDateTime::now_utc().date().to_string());
    if mode == Mode::Rehearsal && estate.agreements.is_empty() {
        return None;
    }
    let ids: Vec<&str> = estate.current_with(provider).map(|agreement| agreement.id()).collect();
    Some(if ids.is_empty() {
        TaskView {
            script: Some(KEEPS_AGREEMENTS.to_owned()),
            ..task(words::AGREEMENT, TaskState::ToDo, words::no_agreement(provider))
        }
    } else {
        task(words::AGREEMENT, TaskState::Ready, words::agreement(&ids.join(", "), provider))
    })
}

fn task(title: &str, state: TaskState, says: String) -> TaskView {
    TaskView { title: title.to_owned(), state, says, script: None }
}

fn machine(production: bool) -> TaskView {
    let mend = warnings();
    match (mend.is_empty(), production) {
        (true, _) => task(words::MACHINE, TaskState::Ready, words::NOTHING_TO_MEND.to_owned()),
        (false, true) => task(words::MACHINE, TaskState::ToDo, mend.join(" ")),
        (false, false) => task(words::MACHINE, TaskState::Ready, words::mend_before_production(mend.len())),
    }
}

/// Whether sheets can be printed here.
fn printer(mode: Mode) -> TaskView {
    match Cups::of_this_machine().queues(mode) {
        Ok(queues) if queues.is_empty() => {
            task(words::PRINTER, TaskState::ToDo, words::NO_PRINTER.to_owned())
        }
        Ok(queues) => {
            let names: Vec<String> = queues.into_iter().map(|queue| queue.name).collect();
            task(words::PRINTER, TaskState::Ready, words::printers(&names))
        }
        Err(problem) => {
            task(words::PRINTER, TaskState::ToDo, format!("{} {}", problem.happened, problem.todo))
        }
    }
}

/// Who takes part, and who on the roster could stand in for whom.
fn people(plan: &Plan) -> TaskView {
    let taking: Vec<String> = plan.everyone().into_iter().map(|one| one.id).collect();
    let title =
        |role: &str| plan.script.roles.iter().find(|r| r.role == role).map(|r| r.title.to_lowercase());
    let spare = plan.roster.people.iter().filter(|one| !taking.contains(&one.id));
    let spare: Vec<String> =
        spare.filter_map(|one| Some(words::stands_in(&one.name, &title(&one.role)?))).collect();
    task(words::PEOPLE, TaskState::Ready, words::people(taking.len(), &spare))
}

/// Until when a reply of `get-parameters-for-import` is valid, in Unix seconds; none where it is something else. The step that
/// reads it reads all of it; here only this one member is looked at.
fn valid_until(bytes: &[u8]) -> Option<i64> {
    let reply: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let until = reply.get("ParametersValidTo")?;
    let seconds = || format!("{:.0}", until.as_f64()?.floor()).parse().ok();
    until.as_i64().or_else(seconds).or_else(|| byok::utc(until.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_says_until_when_it_is_valid() {
        for (reply, until) in [
            ("{\"ParametersValidTo\":1800000000}", Some(1_800_000_000)),
            ("{\"ParametersValidTo\":1800000000.5}", Some(1_800_000_000)),
            ("{\"ParametersValidTo\":\"2027-01-15T08:00:00+00:00\"}", Some(1_800_000_000)),
            ("{\"ParametersValidTo\":\"tomorrow\"}", None),
            ("{}", None),
            ("[", None),
        ] {
            assert_eq!(valid_until(reply.as_bytes()), until, "{reply}");
        }
    }
}
