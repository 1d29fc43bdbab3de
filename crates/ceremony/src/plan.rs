//! A script with its parameters decided and its people named: the steps as they will be played.

use crate::action::{self, Action};
use crate::dealing::{Dealing, in_order};
use crate::roster::{Person, Roster};
use crate::script::{Form, Parameter, Restate, Role, Script};
use protocol::{Mode, PersonView, Problem, StepView};
use std::collections::BTreeMap;

/// The parameter that names the tokens which may receive a restored key.
pub(crate) const RECEIVING: &str = "receiving-tokens";
/// Its value where only the rehearsal token may.
pub(crate) const PRACTICE: &str = "practice";
/// How many tokens it may name, and how long a serial number may be, in characters (PKCS#11: 16 bytes).
const MOST_TOKENS: usize = 20;
const LONGEST_SERIAL: usize = 16;

/// A ceremony ready to be played.
pub struct Plan {
    /// The script.
    pub script: Script,
    /// The script's bytes, for the evidence pack and its hash.
    pub text: String,
    /// Rehearsal or production.
    pub mode: Mode,
    /// Every parameter's value.
    pub values: BTreeMap<String, String>,
    /// The people.
    pub roster: Roster,
    /// The roster's bytes.
    pub roster_text: String,
    /// The steps, expanded.
    pub steps: Vec<Planned>,
    /// How the shares of a backup are dealt, where the script deals any.
    pub(crate) dealing: Option<Dealing>,
}

/// One step of one run.
#[derive(Clone)]
pub struct Planned {
    /// `step` or `step.person`.
    pub id: String,
    /// The act's id.
    pub act: String,
    /// The act's title.
    pub act_title: String,
    /// The action.
    pub action: &'static Action,
    /// Who acts.
    pub actor: Person,
    /// Who confirms.
    pub confirmer: Option<Person>,
    /// Which of its kind, from 1, where it is played for each person of a role.
    pub turn: u8,
    /// What its screen shows.
    pub view: StepView,
    /// What the button names.
    pub button: String,
    /// What the confirmer restates, with its texts filled in.
    pub restate: Option<Restate>,
}

impl Plan {
    /// Decides the parameters, names the people and expands the steps; refuses what [`crate::check`] refuses.
    pub fn make(
        text: &str,
        roster_text: &str,
        mode: Mode,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<Problem>> {
        let roster = Roster::parse(roster_text, mode).map_err(|p| vec![p])?;
        Self::over(text, roster, roster_text, mode, given)
    }

    fn over(
        text: &str,
        roster: Roster,
        roster_text: &str,
        mode: Mode,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<Problem>> {
        let script = Script::parse(text).map_err(|p| vec![p])?;
        let values = decide(&script, given)?;
        if mode == Mode::Production && values.get(RECEIVING).is_some_and(|v| v == PRACTICE) {
            return Err(vec![refused(
                "no-receiving-token",
                format!("No token is named that may receive the key; the parameter is {RECEIVING}."),
            )]);
        }
        let problems = crate::check::check(&script, &roster, &values);
        if !problems.is_empty() {
            return Err(problems);
        }
        let steps = expand(&script, &roster, &values);
        let problems = crate::check::people_of_steps(&steps, &values);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            dealing: crate::custody::dealing(&script, &roster, &values),
            script,
            text: text.to_owned(),
            mode,
            values,
            roster,
            roster_text: roster_text.to_owned(),
            steps,
        })
    }

    /// The plan of an evidence pack, whose roster has no passphrase verifiers: to read a record by, never to play.
    pub fn of_record(
        text: &str,
        roster_text: &str,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<Problem>> {
        let roster = Roster::of_record(roster_text).map_err(|p| vec![p])?;
        Self::over(text, roster, roster_text, Mode::Rehearsal, given)
    }

    /// Who decides exceptions and failed steps.
    pub fn decider(&self) -> Option<&Person> {
        self.roster.of_role(&self.script.decides_exceptions).first().copied()
    }

    /// A parameter's value; empty where the script has none of that name.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A parameter that is a number from 1 to 255.
    pub fn number(&self, name: &str) -> u8 {
        self.value(name).parse().unwrap_or(0)
    }
}

fn decide(
    script: &Script,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let mut problems = Vec::new();
    for name in given.keys().filter(|n| !script.parameters.iter().any(|p| &p.name == *n)) {
        problems.push(refused("parameter-unknown", format!("The script has no parameter {name}.")));
    }
    let mut values = BTreeMap::new();
    for p in &script.parameters {
        let value = as_written(p, given.get(&p.name).unwrap_or(&p.default));
        let number = value.parse::<u32>().ok();
        let fits = if p.least.is_some() || p.most.is_some() {
            number.is_some_and(|n| n >= p.least.unwrap_or(0) && n <= p.most.unwrap_or(u32::MAX))
        } else {
            !value.is_empty()
                && (p.choices.is_empty() || p.choices.contains(&value))
                && p.form.is_none_or(|form| has_form(form, &value))
        };
        if !fits {
            problems
                .push(refused("parameter-value", format!("{} cannot be {value:?}. {}", p.title, allowed(p))));
        }
        values.insert(p.name.clone(), value);
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// A value as the script writes it: capitals, and what parts its words, do not make another choice of it.
fn as_written(p: &Parameter, given: &str) -> String {
    let given = byok::cleaned(given);
    let never = (p.form == Some(Form::NeverOrDay)).then_some("never");
    // Free text in the script, because the providers' tables decide it.
    let algorithms =
        byok::table::ROWS.iter().map(|row| row.algorithm).filter(|_| p.name == "wrapping-algorithm");
    let words = p.choices.iter().map(String::as_str).chain(never).chain(algorithms);
    byok::choice(given, words).unwrap_or(given).to_owned()
}

/// What a parameter may be, in a sentence.
fn allowed(p: &Parameter) -> String {
    let (least, most) = (p.least.map(|n| n.to_string()), p.most.map(|n| n.to_string()));
    match (least, most, p.form) {
        (None, None, _) if !p.choices.is_empty() => format!("It is one of {}.", p.choices.join(", ")),
        (None, None, Some(Form::Day)) => "It is a day such as 2027-10-01.".to_owned(),
        (None, None, Some(Form::NeverOrDay)) => "It is `never`, or a day such as 2027-10-01.".to_owned(),
        (None, None, Some(Form::Label)) => {
            "It has 1 to 40 letters, digits, hyphens, underscores or full stops.".to_owned()
        }
        (None, None, Some(Form::Tokens)) => {
            format!("It is the serial numbers of 1 to {MOST_TOKENS} tokens, with commas between.")
        }
        (None, None, None) => "It is not empty.".to_owned(),
        (least, most, _) => format!(
            "It is a number from {} to {}.",
            least.unwrap_or_else(|| "0".to_owned()),
            most.unwrap_or_else(|| u32::MAX.to_string())
        ),
    }
}

fn has_form(form: Form, value: &str) -> bool {
    match form {
        Form::Day => day(value).is_some(),
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

/// The serial numbers of a list with commas between.
pub(crate) fn serials(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// The first second of a day written as `2027-10-01`, UTC, in Unix seconds.
pub fn day(text: &str) -> Option<i64> {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    time::Date::parse(text, form).ok().map(|d| d.midnight().assume_utc().unix_timestamp())
}

/// What the script's sentences may name: its values, and how its shares are dealt.
fn texts(script: &Script, roster: &Roster, values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut texts = values.clone();
    if let Some(dealing) = crate::custody::planned(script, roster, values) {
        let (needed, of, units) = dealing.in_words();
        let named = [("needed", needed.to_string()), ("of", of.to_string()), ("units", units.to_owned())];
        texts.extend(named.map(|(name, text)| (format!("dealing-{name}"), text)));
    }
    texts
}

fn expand(script: &Script, roster: &Roster, values: &BTreeMap<String, String>) -> Vec<Planned> {
    let texts = &texts(script, roster, values);
    let mut steps = Vec::new();
    for act in &script.acts {
        for step in &act.steps {
            let Some(action) = action::find(&step.action) else { continue };
            let count =
                |role: &str| script.roles.iter().find(|r| r.role == role).map_or(0, |r| people_of(r, values));
            let turns: Vec<(String, Person, u8)> = if let Some(role) = &step.for_each {
                let people = in_order(roster.of_role(role).into_iter().take(count(role)).collect(), values);
                let first = step.first.as_ref().map_or(usize::MAX, |f| number_of(f, values));
                people
                    .into_iter()
                    .take(first)
                    .zip(1..)
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

/// How many people a role needs.
pub fn people_of(role: &Role, values: &BTreeMap<String, String>) -> usize {
    number_of(&role.count, values)
}

/// A number, or the value of the parameter of that name; 0 where it is neither.
pub(crate) fn number_of(text: &str, values: &BTreeMap<String, String>) -> usize {
    text.parse().ok().or_else(|| values.get(text).and_then(|v| v.parse().ok())).unwrap_or(0)
}

/// A person as players show them.
pub fn person_view(script: &Script, person: &Person) -> PersonView {
    let place = script.roles.iter().position(|r| r.role == person.role);
    PersonView {
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role.clone(),
        role_title: place.and_then(|p| script.roles.get(p)).map_or(String::new(), |r| r.title.clone()),
        mark: place.and_then(|p| u32::try_from(p).ok()).unwrap_or(0),
    }
}

/// Puts texts and the actor's name where a sentence says `{name}`.
fn fill(text: &str, texts: &BTreeMap<String, String>, actor: &Person) -> String {
    let mut out = text.replace("{actor}", &actor.name);
    for (name, value) in texts {
        out = out.replace(&format!("{{{name}}}"), value);
    }
    out
}

fn refused(code: &str, happened: String) -> Problem {
    Problem::new(
        code,
        happened,
        "Nothing was started.",
        "Choose another value; `coffer print` shows what is allowed.",
    )
}

/// SHA-256 of a script's bytes, as the transcript's header holds it.
pub fn script_hash(text: &str) -> [u8; 32] {
    crate::digest::sha256(text.as_bytes())
}
