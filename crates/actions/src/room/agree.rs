//! `agree`: everyone says whether the record is right, and who does not agree is heard.

use super::words;
use engine::{Action, AskPeople, Cue, Departure, Done, Halt, Outcome, Past, Room, Stage};
use facts::Named as _;
use protocol::{Answer, Ask};
use script::{Hands, Person, Plan, Row};
use secrets::SecretText;
use transcript::{Entry, Kind};

/// Has everyone agree to the record, or say what is wrong with it.
pub(crate) struct Agree;

impl Action for Agree {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "agree",
                needs: &[&super::ATTENDANCE],
                makes: &[&super::AGREEMENT],
                states: &[&facts::DISAGREEING, &facts::DISAGREEMENTS],
                hands: Hands::Everyone,
                asks_first: true,
                says: &[words::THE_RECORD_IS_RIGHT, words::THE_RECORD_IS_NOT_RIGHT],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let made = cue.repertoire.made(cue.plan, &stage.past());
        let agreed = made.into_iter().filter(|one| one.agreed);
        let mut summary: Vec<String> = agreed.map(|one| words::made(one.name, &one.value)).collect();
        let name =
            |id: &str| cue.plan.everyone().into_iter().find(|p| p.id == id).map_or(id.to_owned(), |p| p.name);
        let refused = stage.past().refused_sign_ins();
        summary.extend(refused.into_iter().map(|(id, times)| words::refused_sign_ins(&name(&id), times)));
        summary.extend(went_otherwise(cue.plan, &stage.past()));
        let mut disagree: Vec<(String, String)> = Vec::new();
        for person in cue.plan.everyone() {
            if let Some(reason) = disagreement_of(stage, &person, &summary)? {
                disagree.push((person.id, reason));
            }
        }
        if !disagree.is_empty() {
            stage.raise(&words::people_disagree(disagree.len()), words::EVERYONE_AGREES)?;
        }
        Ok(Outcome::new()
            .fact(&facts::DISAGREEING, disagree.len() as u64)
            .fact(&facts::DISAGREEMENTS, disagree))
    }

    /// Who signed that the record is not right is who is said to disagree, and that was decided on.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let listed = facts::DISAGREEMENTS.within(done.outcome).unwrap_or_default();
        let disagrees = |person: &Person| listed.iter().any(|(id, _)| *id == person.id);
        if facts::DISAGREEING.within(done.outcome) != u64::try_from(listed.len()).ok() {
            return Err(done.departs("disagreement", words::OTHER_DISAGREEMENT));
        }
        if !listed.is_empty() {
            done.decided(&words::people_disagree(listed.len()), words::NOBODY_HEARD_THEM)?;
        }
        for person in done.plan.everyone() {
            let says =
                if disagrees(&person) { words::THE_RECORD_IS_NOT_RIGHT } else { words::THE_RECORD_IS_RIGHT };
            done.signed_by([&person], says)?;
        }
        Ok(())
    }
}

/// What the record says that went otherwise than the script: who agrees has seen it.
fn went_otherwise(plan: &Plan, past: &Past<'_>) -> Vec<String> {
    let number = |entry: &Entry| {
        let step = plan.steps.iter().find(|step| entry.step.as_ref() == Some(&step.id));
        step.map_or(0, |step| step.view.number)
    };
    let said = past.entries.iter().filter_map(|entry| match entry.kind {
        Kind::Exception => Some(words::exception_was(
            number(entry),
            &facts::EXPECTED.within(entry).unwrap_or_default(),
            &facts::HAPPENED.within(entry).unwrap_or_default(),
        )),
        Kind::Failed => {
            Some(words::came_to_nothing(number(entry), &facts::HAPPENED.within(entry).unwrap_or_default()))
        }
        Kind::TakenBack => Some(words::went_back(&facts::BECAUSE.within(entry).unwrap_or_default())),
        Kind::Resumed => Some(words::went_on_after_a_stop(&entry.utc)),
        Kind::Note => facts::DECISION.within(entry).map(|decision| {
            words::was_decided(
                &facts::DECIDED_BY.within(entry).unwrap_or_default(),
                &decision,
                &facts::REASON.within(entry).unwrap_or_default(),
            )
        }),
        _ => None,
    });
    said.collect()
}

/// What one person says is wrong with the record; none where they agree to it. They sign either.
fn disagreement_of(
    on: &mut (impl AskPeople + ?Sized),
    person: &Person,
    summary: &[String],
) -> Result<Option<String>, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::Agree {
            person: person.id.clone(),
            name: person.name.clone(),
            summary: summary.to_vec(),
            hint: person.rehearsal_passphrase.clone(),
            yubikey: engine::signs_with(person),
        };
        let Answer::Agreement { agrees, reason, passphrase } = on.ask(ask, problem.take())? else {
            problem = Some(engine::words::not_an_answer());
            continue;
        };
        let typed = SecretText::new(passphrase.into_text()).map_err(engine::words::memory)?;
        let says = if agrees { words::THE_RECORD_IS_RIGHT } else { words::THE_RECORD_IS_NOT_RIGHT };
        match on.proves(person, typed, says, reason.clone())? {
            Ok(()) if agrees => return Ok(None),
            Ok(()) => return Ok(Some(reason.unwrap_or_default())),
            Err(refusal) => problem = Some(refusal),
        }
    }
}
