//! People sign in at the start and agree at the end.

use crate::engine::{Engine, Halt, Outcome, not_an_answer, signs_with};
use crate::plan::{Plan, Planned, people_of};
use crate::roster::Person;
use protocol::{Answer, Ask, Problem};
use transcript::{Draft, Kind, Level};

/// Everyone the plan names: as many of each role as it needs, in the script's order.
pub(crate) fn everyone(plan: &Plan) -> Vec<Person> {
    plan.script
        .roles
        .iter()
        .flat_map(|r| plan.roster.of_role(&r.role).into_iter().take(people_of(r, &plan.values)).cloned())
        .collect()
}

pub(super) fn attend(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let people = everyone(&engine.plan);
    // No program can tell whether its own clock is right, so each person holds it against their watch.
    let mut clock = String::new();
    for person in &people {
        clock = crate::media::minute((engine.now)());
        let words =
            format!("I am here and I take part. My watch agrees with this clock to some minutes: {clock}.");
        engine.signed_by(step, person, &words, None)?;
    }
    let ids: Vec<_> = people.iter().map(|p| p.id.as_str()).collect();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "attending", ids.len())
        .fact(Level::Public, "clock-agreed", clock)
        .fact(Level::Auditor, "people-attending", serde_json::json!(ids));
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

pub(super) fn agree(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let summary: Vec<String> = [
        ("Master key", "key-label"),
        ("Check value", "check-value"),
        ("Wrapped for", "key-arn"),
        ("Wrapped for", "cloud-key"),
        ("Receipt for", "receipt-key"),
        ("Security domain, SHA-256", "security-domain-sha256"),
        ("Quorum", "quorum-tested"),
        ("Restore blob sealed for", "sealed-for-certificate"),
    ]
    .into_iter()
    .filter_map(|(name, fact)| engine.fact(fact).map(|v| format!("{name}: {v}")))
    .collect();
    let mut disagree = Vec::new();
    for person in everyone(&engine.plan) {
        let mut problem = None;
        loop {
            let ask = Ask::Agree {
                person: person.id.clone(),
                name: person.name.clone(),
                summary: summary.clone(),
                yubikey: signs_with(&person),
            };
            let Answer::Agreement { agrees, reason, passphrase } = engine.ask(step, ask, problem.take())?
            else {
                problem = Some(not_an_answer());
                continue;
            };
            let typed = secrets::SecretText::new(passphrase.into_text()).map_err(crate::engine::memory)?;
            let says = if agrees { "The record is right." } else { "The record is not right." };
            if let Err(refusal) = engine.proves(step, &person, typed, says, reason.clone())? {
                problem = Some(refusal);
                continue;
            }
            if !agrees {
                disagree.push((person.id.clone(), reason.unwrap_or_default()));
            }
            break;
        }
    }
    if !disagree.is_empty() {
        let many = Problem::new(
            "people-disagree",
            format!("{} of those present say that the record is not right.", disagree.len()),
            "What each of them said is kept beside the record's other entries.",
            "Hear them, and decide: go on, so that the record closes with their disagreement in it, or give it up.",
        );
        engine.raise(step, &many, "everyone agrees")?;
    }
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "disagreeing", disagree.len()).fact(
        Level::Auditor,
        "disagreements",
        serde_json::json!(disagree),
    );
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}
