//! `enrol-person`: somebody chooses what they will sign with: a YubiKey of their own, or a passphrase.

use super::{enrolled, words, yubikey};
use crate::yubikey::card;
use engine::words::{not_an_answer, observed, sentence};
use engine::{Action, AskPeople, Cue, Halt, KeepRecord, Outcome, Recall as _, Room, Stage, Tokens, WorkWith};
use piv::Device;
use protocol::{Answer, Ask, Choice};
use script::passphrase::{SHORTEST, weakness};
use script::roster::verifier;
use script::{Person, Reach, Row};
use secrets::SecretText;
use serde_json::json;

/// The choice of a passphrase.
pub(super) const PASSPHRASE: &str = "passphrase";

/// Enrols one person.
pub(crate) struct EnrolPerson;

impl Action for EnrolPerson {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "enrol-person",
                needs: &[&crate::token::SIGNING_KEY, &crate::room::ROLES],
                makes: &[&super::ENROLLED],
                states_of_actor: &[
                    facts::ENROLLED.stem(),
                    facts::ENROLMENT_FILE.stem(),
                    facts::ENROLMENT_SHA256.stem(),
                ],
                reach: &[Reach::Card],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        match chosen(cue, stage)? {
            With::YubiKey(device) => yubikey::enrolled_with(cue, stage, &device),
            With::Passphrase => with_passphrase(cue, stage),
        }
    }
}

/// What a person can be enrolled with.
enum With {
    YubiKey(Device),
    Passphrase,
}

fn chosen(cue: Cue<'_>, on: &mut (impl AskPeople + KeepRecord + Tokens + ?Sized)) -> Result<With, Halt> {
    let others = cue.plan.everyone().into_iter().filter(|p| p.id != cue.step.actor.id);
    let serial = |p: Person| {
        let enrolled = on.newest(&facts::ENROLLED.of(&p.id))?;
        enrolled.get("serial")?.as_str().map(str::to_owned)
    };
    let taken: Vec<String> = others.filter_map(serial).collect();
    let mut problem = None;
    loop {
        // Without a smart-card service people can still be enrolled with passphrases, and are told why only so.
        let (devices, why_none) = match card::plugged_in() {
            Ok(devices) => (devices, None),
            Err(e) => (Vec::new(), Some(sentence(&e.happened()))),
        };
        let mut choices = card::choices(&devices, &taken);
        choices.push(Choice {
            id: PASSPHRASE.to_owned(),
            title: words::A_PASSPHRASE.to_owned(),
            note: Some(words::IT_CONVINCES_THIS_WORKSTATION.to_owned()),
            refused: None,
        });
        choices.push(Choice { note: why_none.or(card::look_again().note), ..card::look_again() });
        let question = words::what_will_they_sign_with(&cue.step.actor.name);
        let Answer::Chosen { id } = on.ask(Ask::Choose { question, choices }, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match devices.into_iter().find(|d| d.serial.to_string() == id && !taken.contains(&id)) {
            Some(device) => {
                card::of_this_mode(on, &id)?;
                return Ok(With::YubiKey(device));
            }
            None if id == PASSPHRASE => return Ok(With::Passphrase),
            None if id == card::LOOK => {}
            None => problem = Some(not_an_answer()),
        }
    }
}

fn with_passphrase(cue: Cue<'_>, stage: &mut dyn Stage) -> Result<Outcome, Halt> {
    let person = &cue.step.actor;
    let rule = words::rule_of_a_passphrase(SHORTEST);
    let practice = words::practice_passphrase(&person.id);
    let weak = |typed: &SecretText| {
        let why = weakness(typed, &[&person.id, &person.name])?;
        Some(words::passphrase_weak(&why))
    };
    let passphrase = card::new_secret(cue, stage, words::SIGN_IN_PASSPHRASE, &rule, &practice, weak)?;
    let phc = stage.wait_for(words::MAKING_THE_VERIFIER, words::A_SECOND_OR_TWO, move || {
        verifier(&passphrase).map_err(|e| words::verifier_not_made(&sentence(&e)))
    })?;
    let outcome = Outcome::new().fact(&facts::ENROLLED.of(&person.id), json!({"with": "passphrase"}));
    let line = format!("passphrase = {}\n", enrolled::quoted(&phc));
    let outcome = enrolled::kept(cue.plan, stage, person, outcome, &line)?;
    Ok(outcome.shows(observed(words::SIGNS_WITH, words::A_PASSPHRASE_IS_KEPT)))
}
