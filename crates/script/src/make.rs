//! Making a plan: the parameters are decided, the people named, the steps expanded, and all of it checked.

use crate::catalogue::Catalogue;
use crate::dealing::in_order;
use crate::declared::{Declared, Field};
use crate::plan::{Plan, Planned, day, lines, number_of, people_of, person_view, serials};
use crate::roster::{Person, Roster};
use crate::script::{Form, Parameter, Restate, Script};
use crate::words;
use protocol::{Mode, Problem, StepView};
use std::collections::BTreeMap;

/// How many tokens it may name, and how long a serial number may be, in characters (PKCS#11: 16 bytes).
const MOST_TOKENS: usize = 20;
const LONGEST_SERIAL: usize = 16;

impl Plan {
    /// Decides the parameters, names the people and expands the steps; refuses what [`crate::check`] refuses.
    pub fn make(
        text: &str,
        roster_text: &str,
        mode: Mode,
        given: &BTreeMap<String, String>,
        actions: &dyn Catalogue,
    ) -> Result<Self, Vec<Problem>> {
        let roster = Roster::parse(roster_text, mode).map_err(|p| vec![p])?;
        Self::over(text, roster, roster_text, mode, given, actions)
    }

    fn over(
        text: &str,
        roster: Roster,
        roster_text: &str,
        mode: Mode,
        given: &BTreeMap<String, String>,
        actions: &dyn Catalogue,
    ) -> Result<Self, Vec<Problem>> {
        let script = Script::parse(text).map_err(|p| vec![p])?;
        let values = decide(&script, given, actions)?;
        let steps = expand(&script, &roster, &values, actions);
        let plan = Self {
            dealing: crate::custody::dealing(&script, &roster, &values, actions),
            wanted: crate::custody::planned(&script, &roster, &values, actions),
            script,
            text: text.to_owned(),
            mode,
            values,
            roster,
            roster_text: roster_text.to_owned(),
            steps,
        };
        let problems = crate::check::check(&plan, actions);
        if problems.is_empty() { Ok(plan) } else { Err(problems) }
    }

    /// The plan of an evidence pack, whose roster has no passphrase verifiers: to read a record by, never to play.
    pub fn of_record(
        text: &str,
        roster_text: &str,
        mode: Mode,
        given: &BTreeMap<String, String>,
        actions: &dyn Catalogue,
    ) -> Result<Self, Vec<Problem>> {
        let roster = Roster::of_record(roster_text).map_err(|p| vec![p])?;
        Self::over(text, roster, roster_text, mode, given, actions)
    }
}

fn decide(
    script: &Script,
    given: &BTreeMap<String, String>,
    actions: &dyn Catalogue,
) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let mut problems = Vec::new();
    for name in given.keys().filter(|n| !script.parameters.iter().any(|p| &p.name == *n)) {
        problems.push(words::parameter_unknown(name));
    }
    let mut values = BTreeMap::new();
    for p in &script.parameters {
        let value = as_written(p, given.get(&p.name).unwrap_or(&p.default), actions);
        let number = value.parse::<u32>().ok();
        let fits = if p.least.is_some() || p.most.is_some() {
            number.is_some_and(|n| n >= p.least.unwrap_or(0) && n <= p.most.unwrap_or(u32::MAX))
        } else {
            !value.is_empty()
                && (p.choices.is_empty() || p.choices.contains(&value))
                && p.form.is_none_or(|form| has_form(form, &value))
        };
        if !fits {
            problems.push(words::parameter_value(&p.title, &value, &allowed(p)));
        }
        values.insert(p.name.clone(), value);
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// A value as the script writes it: capitals, and what parts its words, do not make another choice of it.
fn as_written(p: &Parameter, given: &str, actions: &dyn Catalogue) -> String {
    let given = incoming::cleaned(given);
    let never = (p.form == Some(Form::NeverOrDay)).then_some("never");
    // What is free text in the script, because a table of the actions' decides it.
    let words = p.choices.iter().map(String::as_str).chain(never).chain(actions.words(&p.name));
    incoming::choice(given, words).unwrap_or(given).to_owned()
}

/// What a parameter may be, in a sentence.
fn allowed(p: &Parameter) -> String {
    let (least, most) = (p.least.map(|n| n.to_string()), p.most.map(|n| n.to_string()));
    match (least, most, p.form) {
        (None, None, _) if !p.choices.is_empty() => words::is_one_of(&p.choices.join(", ")),
        (None, None, Some(Form::Day)) => words::IS_A_DAY.to_owned(),
        (None, None, Some(Form::NeverOrDay)) => words::IS_NEVER_OR_A_DAY.to_owned(),
        (None, None, Some(Form::Label)) => words::IS_A_LABEL.to_owned(),
        (None, None, Some(Form::Lines)) => words::IS_LINES.to_owned(),
        (None, None, Some(Form::Tokens)) => words::is_tokens(MOST_TOKENS),
        (None, None, None) => words::IS_NOT_EMPTY.to_owned(),
        (least, most, _) => words::is_number(
            &least.unwrap_or_else(|| "0".to_owned()),
            &most.unwrap_or_else(|| u32::MAX.to_string()),
        ),
    }
}

fn has_form(form: Form, value: &str) -> bool {
    match form {
        Form::Day => day(value).is_some(),
        Form::Lines => lines(value).is_some(),
        Form::Tokens => {
            let serials: Vec<_> = serials(value).collect();
            let fits = |s: &&str| {
                (1..=LONGEST_SERIAL).contains(&s.chars().count()) && !s.chars().any(char::is_control)
            };
            serials.len() <= MOST_TOKENS && serials.iter().all(fits)
        }
        Form::NeverOrDay => value == "never" || day(value).is_some(),
        Form::Label => {
            (1..=40).contains(&value.len())
                && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        }
    }
}

/// What the script's sentences may name: its values, and how its shares are dealt.
fn texts(
    script: &Script,
    roster: &Roster,
    values: &BTreeMap<String, String>,
    actions: &dyn Catalogue,
) -> BTreeMap<String, String> {
    let mut texts = values.clone();
    if let Some(dealing) = crate::custody::planned(script, roster, values, actions) {
        let (needed, of, units) = dealing.in_words();
        let named = [("needed", needed.to_string()), ("of", of.to_string()), ("units", units.to_owned())];
        texts.extend(named.map(|(name, text)| (format!("dealing-{name}"), text)));
    }
    texts
}

fn expand(
    script: &Script,
    roster: &Roster,
    values: &BTreeMap<String, String>,
    actions: &dyn Catalogue,
) -> Vec<Planned> {
    let texts = &texts(script, roster, values, actions);
    let mut steps = Vec::new();
    for act in &script.acts {
        for step in &act.steps {
            let Some(action) = actions.row(&step.action) else { continue };
            let count =
                |role: &str| script.roles.iter().find(|r| r.role == role).map_or(0, |r| people_of(r, values));
            let turns: Vec<(String, Person, u8)> = if let Some(role) = &step.for_each {
                let people = in_order(roster.of_role(role).into_iter().take(count(role)).collect(), values);
                let first = step.first.as_ref().map_or(usize::MAX, |f| number_of(f, values));
                people
                    .into_iter()
                    .take(first)
                    .zip(1..=u8::MAX)
                    .map(|(p, n)| (format!("{}.{n}", step.id), p.clone(), n))
                    .collect()
            } else {
                roster
                    .of_role(&step.actor)
                    .first()
                    .map(|p| (step.id.clone(), (*p).clone(), 1))
                    .into_iter()
                    .collect()
            };
            for (id, actor, turn) in turns {
                let confirmer =
                    step.confirmer.as_ref().and_then(|r| roster.of_role(r).first().map(|p| (*p).clone()));
                let view = StepView {
                    id: id.clone(),
                    act: act.title.clone(),
                    number: 0,
                    of: 0,
                    actor: person_view(script, &actor),
                    confirmer: confirmer.as_ref().map(|c| person_view(script, c)),
                    say: fill(&step.say, texts, &actor),
                    why: fill(&step.why, texts, &actor),
                    expect: step.expect.as_ref().map(|t| fill(t, texts, &actor)),
                    otherwise: step.otherwise.as_ref().map(|t| fill(t, texts, &actor)),
                    irreversible: action.irreversible,
                    private: action.private,
                    seconds: step.seconds,
                };
                steps.push(Planned {
                    id,
                    act: act.id.clone(),
                    act_title: act.title.clone(),
                    action,
                    confirmer,
                    turn,
                    view,
                    button: step.button.clone(),
                    restate: step.restate.as_ref().map(|r| Restate {
                        ask: fill(&r.ask, texts, &actor),
                        is: r.is.as_ref().map(|t| fill(t, texts, &actor)),
                        ..r.clone()
                    }),
                    record: step.record.as_ref().map(|declared| Declared {
                        fields: declared
                            .fields
                            .iter()
                            .map(|field| Field { ask: fill(&field.ask, texts, &actor), ..field.clone() })
                            .collect(),
                        ..declared.clone()
                    }),
                    actor,
                });
            }
        }
    }
    let of = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    for (step, number) in steps.iter_mut().zip(1..) {
        step.view.number = number;
        step.view.of = of;
    }
    steps
}

/// Puts texts and the actor's name where a sentence says `{name}`.
fn fill(text: &str, texts: &BTreeMap<String, String>, actor: &Person) -> String {
    let mut out = text.replace("{actor}", &actor.name);
    for (name, value) in texts {
        out = out.replace(&format!("{{{name}}}"), value);
    }
    out
}
