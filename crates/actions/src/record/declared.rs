//! `record`: asks what its step of the script declares, shows it, and has two people sign it.

use super::offers::Offers;
use super::words;
use crate::room::sign::both_sign;
use crate::token::SIGNING_KEY;
use engine::media;
use engine::words::{not_an_answer, out_of_order};
use engine::{Action, AskPeople, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use facts::Named as _;
use protocol::{Answer, Ask, Choice, Mode, Problem};
use script::declared::{Declared, Field, FieldForm, Reader, named};
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
        let Some(declared) = &step.record else { return Vec::new() };
        let wanted = facts::KINDS.iter().find(|(kind, _)| *kind == declared.kind);
        let missing: Vec<&str> = wanted
            .into_iter()
            .flat_map(|(_, fields)| fields.iter().copied())
            .filter(|name| !declared.fields.iter().any(|field| field.name == *name))
            .collect();
        if missing.is_empty() {
            return Vec::new();
        }
        vec![words::kind_of_the_register(&step.id, &declared.kind, &missing.join(", "))]
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
        let due = self.declared.due.iter().filter(|due| means(&due.id));
        Some(
            due.map(|due| {
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

/// Whether a record of this kind says in which state a key is.
fn says_a_state(kind: &str) -> bool {
    [facts::KEY_STATE, facts::COMPROMISE].contains(&kind)
}

/// What there is to choose from. Of the states of the key `of_key` those stand there and cannot be chosen to which it may not
/// come, by the records here, and so do keys that may come to none of them.
fn offered(declared: &Declared, field: &Field, offers: &Offers, of_key: Option<&str>) -> Vec<Choice> {
    let states = declared.fields.iter().find(|f| f.name == "state" && says_a_state(&declared.kind));
    let stuck = |choice: &Choice| {
        states.is_some_and(|states| states.choices.iter().all(|s| offers.refuses(&choice.id, s).is_some()))
    };
    match field.form {
        FieldForm::Choice => {
            let refused = |choice: &str| offers.refuses(of_key?, choice);
            let choice = |choice: &String| Choice { refused: refused(choice), ..words::choice(choice) };
            field.choices.iter().map(choice).collect()
        }
        FieldForm::Key => {
            let refused = |choice: &Choice| stuck(choice).then(|| words::COMES_TO_NO_SUCH_STATE.to_owned());
            offers.keys.iter().map(|c| Choice { refused: refused(c), ..c.clone() }).collect()
        }
        FieldForm::Due => offers.dues.clone(),
        FieldForm::Person => offers.people.clone(),
        FieldForm::Bag => offers.bags.clone(),
        FieldForm::Token => offers.tokens.clone(),
        FieldForm::Set => offers.sets.clone(),
        FieldForm::Script => offers.scripts.clone(),
        FieldForm::Text | FieldForm::Day | FieldForm::Number => Vec::new(),
    }
}

/// Asks for one field until there is an answer of its form.
fn asked(
    mode: Mode,
    on: &mut (impl AskPeople + ?Sized),
    field: &Field,
    choices: &[Choice],
) -> Result<Value, Halt> {
    let example = words::example(field);
    let mut problem = None;
    loop {
        let ask = if choices.is_empty() {
            let suggested = (mode == Mode::Rehearsal).then(|| example.clone());
            Ask::Text { question: field.ask.clone(), example: example.clone(), suggested }
        } else {
            Ask::Choose { question: field.ask.clone(), choices: choices.to_vec() }
        };
        let found = match on.ask(ask, problem.take())? {
            Answer::Chosen { id } => match choices.iter().find(|choice| choice.id == id) {
                Some(Choice { refused: Some(why), .. }) => Err(words::not_to_be_chosen(why)),
                Some(_) => Ok(Value::from(id)),
                None => Err(not_an_answer()),
            },
            Answer::Text { text } if choices.is_empty() => typed(field, text.trim()),
            _ => Err(not_an_answer()),
        };
        match found {
            Ok(value) => return Ok(value),
            Err(why) => problem = Some(why),
        }
    }
}

/// What somebody typed, where it has the field's form.
fn typed(field: &Field, text: &str) -> Result<Value, Problem> {
    if field.form == FieldForm::Text && names_a_patient(text) {
        return Err(words::names_a_patient());
    }
    // Whoever writes None. means none: else it would be due.
    let text = if text.trim_end_matches('.').eq_ignore_ascii_case(facts::NONE) { facts::NONE } else { text };
    let value = match field.form {
        FieldForm::Number => text.parse::<u64>().map_or(Value::Null, Value::from),
        _ => Value::from(text),
    };
    if fits(field, &value) { Ok(value) } else { Err(words::not_of_its_form(field)) }
}

/// Whether a value has the form that the script declares. Which keys, people and dues there are, other records say.
fn fits(field: &Field, value: &Value) -> bool {
    let text = value.as_str();
    match field.form {
        FieldForm::Number => value.is_u64(),
        FieldForm::Choice => text.is_some_and(|text| field.choices.iter().any(|choice| choice == text)),
        FieldForm::Day => text.is_some_and(|text| script::day(text).is_some()),
        FieldForm::Text => text.is_some_and(|text| {
            // What stands in lists and calendars has one line.
            let clean = |c: char| !c.is_control() || (c == '\n' && field.level == Reader::Auditor);
            (1..=field.longest()).contains(&text.chars().count()) && text.chars().all(clean)
        }),
        FieldForm::Person
        | FieldForm::Key
        | FieldForm::Due
        | FieldForm::Bag
        | FieldForm::Token
        | FieldForm::Set
        | FieldForm::Script => text.is_some_and(|text| !text.is_empty()),
    }
}

/// Whether a text has the shape of a social security number or of a medical record number: no record of keys is to hold one
/// (45 CFR 164.514(b)(2)).
fn names_a_patient(text: &str) -> bool {
    let digits = |part: &str, many: usize| part.len() == many && part.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || ",;:.#()".contains(c)).filter(|w| !w.is_empty()).collect();
    let ssn = words.iter().any(|word| {
        let parts: Vec<&str> = word.split('-').collect();
        matches!(parts[..], [a, b, c] if digits(a, 3) && digits(b, 2) && digits(c, 4))
    });
    let numbered = |word: &str| word.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let mrn = words.iter().enumerate().any(|(at, word)| {
        let lower = word.to_lowercase();
        let next = words.get(at + 1).is_some_and(|next| numbered(next));
        lower.strip_prefix("mrn").is_some_and(|rest| numbered(rest) || (rest.is_empty() && next))
    });
    ssn || mrn
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
    fn numbers_of_patients_are_known_by_their_shape() {
        for text in ["Patient 123-45-6789", "MRN 00412345", "mrn:00412345", "MRN#1234", "MRN0041234"] {
            assert!(names_a_patient(text), "{text}");
        }
        for text in
            ["ticket 4711", "call 555-123-4567", "the MRN system is down", "2027-10-01", "key 12-34-5678"]
        {
            assert!(!names_a_patient(text), "{text}");
        }
    }

    #[test]
    fn a_day_is_that_of_utc() {
        assert_eq!(media::day(1_795_953_600), "2026-11-29");
    }
}
