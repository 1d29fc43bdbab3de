//! `record`: asks what its step of the script declares, shows it, and has two people sign it.

use super::answers::{asked, fits, offered, says_a_state};
use super::offers::Offers;
use super::words;
use crate::room::sign::both_sign;
use crate::token::SIGNING_KEY;
use engine::media;
use engine::words::out_of_order;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use facts::Named as _;
use protocol::{Ask, Problem};
use script::declared::{Declared, DueAfter, Field, FieldForm, Reader, named};
use script::{Hands, Plan, Reach, Row, Step};
use serde_json::Value;
use transcript::{Entry, Level};

const DAY: i64 = 24 * 60 * 60;

/// Records what a script declares.
pub(crate) struct RecordDeclared;

impl Action for RecordDeclared {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "record",
                needs: &[&SIGNING_KEY],
                makes: &[&super::RECORDED],
                states: &[&facts::RECORDED, &facts::RECORDED_ON, &facts::DUE_OPENED, &facts::DUE_SETTLED],
                hands: Hands::TwoInside,
                says: &[words::FOR_THE_RECORD],
                reach: &[Reach::Shelf],
                records: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let declared = cue.step.record.as_ref().ok_or_else(out_of_order)?;
        let offers = Offers::of(cue, declared, stage)?;
        if let Some(text) = &declared.inject {
            let button = words::EVERYONE_HEARD.to_owned();
            stage.ask(
                Ask::Observe { facts: words::inject(text, declared.minutes), button, done: false },
                None,
            )?;
        }
        let heard = stage.now();
        let mut values = Vec::new();
        for field in &declared.fields {
            let of = |name: &str| {
                let found = values.iter().find(|(field, _): &&(&Field, Value)| field.name == name);
                found.map(|(_, value)| words::plain(value))
            };
            let key = of("key").filter(|_| field.name == "state" && says_a_state(&declared.kind));
            let choices = offered(declared, field, &offers, key.as_deref());
            values.push((field, asked(cue.plan.mode, stage, field, &choices)?));
        }
        let said = Said { declared, values };
        let day = media::day(stage.now());
        let due = said.due(&day).ok_or_else(out_of_order)?;
        // A clock that was set back says nothing.
        let took = u64::try_from(stage.now().saturating_sub(heard)).unwrap_or_default();
        let took = declared.inject.is_some().then_some(took);
        let mut facts = words::recorded(&said.values, &due);
        facts.extend(took.map(|seconds| words::took(seconds, declared.minutes)));
        stage.ask(Ask::Observe { facts, button: words::IS_RIGHT.to_owned(), done: false }, None)?;
        let says = said.sentence();
        both_sign(cue, stage, &says)?;
        let outcome = Outcome::new()
            .fact(&facts::RECORDED, declared.kind.as_str())
            .fact(&facts::RECORDED_ON, day)
            .fact(&facts::DUE_OPENED, due)
            .fact(&facts::DUE_SETTLED, said.settles());
        let outcome = match took {
            Some(seconds) => outcome.fact(&facts::ANSWERED_AFTER, seconds),
            None => outcome,
        };
        Ok(said.values.iter().fold(outcome, |outcome, (field, value)| {
            outcome.declared(level(field), &field.fact(&declared.kind), value.clone())
        }))
    }

    /// A kind that the register reads has the fields that it reads.
    fn against(&self, _: &Plan, step: &Step) -> Vec<Problem> {
        super::lacks_of_its_kind(step)
    }

    /// What two people signed is what is recorded, in the forms that the script declares, and what is due follows from it.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let departs = |says: String| done.departs("declared", says);
        let declared =
            done.step.record.as_ref().ok_or_else(|| departs(words::NOTHING_DECLARED.to_owned()))?;
        if facts::RECORDED.within(done.outcome).as_deref() != Some(declared.kind.as_str()) {
            return Err(departs(words::OTHER_KIND.to_owned()));
        }
        let names: Vec<String> = declared.fields.iter().map(|field| field.fact(&declared.kind)).collect();
        let of_others = done.outcome.facts.values().flat_map(|facts| facts.keys());
        if let Some(other) = of_others.filter(|name| name.contains('.')).find(|name| !names.contains(name)) {
            return Err(departs(words::not_declared(other)));
        }
        let mut values = Vec::new();
        for (field, name) in declared.fields.iter().zip(&names) {
            let value = at_its_level(done.outcome, field, name).filter(|value| fits(field, value));
            values.push((field, value.cloned().ok_or_else(|| departs(words::not_as_declared(name)))?));
        }
        if facts::ANSWERED_AFTER.within(done.outcome).is_some() != declared.inject.is_some() {
            return Err(departs(words::NO_TIME.to_owned()));
        }
        let said = Said { declared, values };
        let day = facts::RECORDED_ON.within(done.outcome).unwrap_or_default();
        if facts::DUE_OPENED.within(done.outcome) != said.due(&day)
            || facts::DUE_SETTLED.within(done.outcome) != Some(said.settles())
        {
            return Err(departs(words::OTHER_DUES.to_owned()));
        }
        done.signed_by(done.both(), &said.sentence())
    }
}

/// The answers.
struct Said<'d> {
    declared: &'d Declared,
    values: Vec<(&'d Field, Value)>,
}

impl Said<'_> {
    /// What both sign.
    fn sentence(&self) -> String {
        words::for_the_record(&self.declared.kind, &self.values)
    }

    /// What is due after this day; where what it names is none, nothing is. None where the day is none.
    fn due(&self, day: &str) -> Option<Vec<(String, String, String)>> {
        let on = script::day(day)?;
        let value = |name: &str| {
            self.values.iter().find(|(field, _)| field.name == name).map(|(_, v)| words::plain(v))
        };
        let filled = |text: &str| {
            named(text).fold(text.to_owned(), |out, name| {
                out.replace(&format!("{{{name}}}"), &value(name).unwrap_or_default())
            })
        };
        let means = |text: &str| !named(text).any(|name| value(name).as_deref() == Some(facts::NONE));
        let from = |due: &DueAfter| {
            let named = due.from.as_deref().and_then(value)?;
            if due.year_end {
                script::day(&format!("{}-12-31", named.get(..4)?))
            } else {
                script::day(&named)
            }
        };
        let due = self.declared.due.iter().filter(|due| means(&due.id));
        Some(
            due.map(|due| {
                let on = from(due).unwrap_or(on);
                (filled(&due.id), filled(&due.says), media::day(on + i64::from(due.within_days) * DAY))
            })
            .collect(),
        )
    }

    /// What was due and is settled.
    fn settles(&self) -> Vec<String> {
        let dues = self.values.iter().filter(|(field, _)| field.form == FieldForm::Due);
        dues.map(|(_, value)| words::plain(value)).filter(|id| id != facts::NONE).collect()
    }
}

fn level(field: &Field) -> Level {
    match field.level {
        Reader::Public => Level::Public,
        Reader::Auditor => Level::Auditor,
    }
}

/// The value of a declared fact, where it stands at its level.
fn at_its_level<'e>(entry: &'e Entry, field: &Field, name: &str) -> Option<&'e Value> {
    entry.facts.get(&level(field))?.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_that_of_utc() {
        assert_eq!(media::day(1_795_953_600), "2026-11-29");
    }
}
