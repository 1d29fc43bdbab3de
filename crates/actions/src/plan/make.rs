//! `make-plan-keys`: the keys of a plan are made in the token, one after another, each in the record before the next is
//! begun.

use crate::backup;
use crate::cloud::by_line::{notes, one_key};
use crate::earlier::plan::PUBLIC_KEYS;
use crate::earlier::plan::shown;
use crate::key::master::{id, is_as_asked, label, unique_id};
use crate::plan::lines::{PlanLine, all_made, load, made};
use crate::plan::words;
use crate::token::said::said;
use engine::words::observed;
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Room, Stage, TokenRefusal, WorkWith as _};
use facts::Named as _;
use protocol::Fact;
use script::{Hands, Reach, Row};
use std::collections::BTreeMap;
use store::make_folder;
use tokens::{KeyFacts, Token};
use transcript::FileDigest;

/// Makes the plan's keys.
pub(crate) struct MakePlanKeys;

static ROW: Row = Row {
    name: "make-plan-keys",
    needs: &[&super::PLAN_ROUTES, &super::COMPARED_PLAN],
    makes: &[&super::PLAN_KEYS],
    // Keys that are new to the record have no backup there yet.
    uses_up: &[&backup::BACKUP_KEY, &backup::SHARES, &backup::READ_BACK, &backup::PROVEN_BACKUP],
    opens: &[&super::PLAN_BACKED_UP, &super::PLAN_SETTLED],
    states: &[&facts::PLAN_MADE],
    notes: &[
        &[&facts::PLAN_ANNOUNCED_LABEL, &facts::PLAN_LINE],
        &[
            &facts::PLAN_MADE_CHECK_VALUE,
            &facts::PLAN_LINE,
            &facts::PLAN_MADE_LABEL,
            &facts::PLAN_KEY_TYPE,
            &facts::PLAN_TARGET,
            &facts::PLAN_SYSTEM,
            &facts::PLAN_OWNER,
            &facts::KEY_ID,
            &facts::KEY_UNIQUE_ID,
            &facts::SENSITIVE,
            &facts::EXTRACTABLE,
            &facts::ALWAYS_SENSITIVE,
            &facts::LOCAL,
        ],
    ],
    hands: Hands::Two,
    reach: &[Reach::Token],
    irreversible: true,
    ..Row::PLAIN
};

impl Action for MakePlanKeys {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let lines = load(&*stage)?;
        let before = made(&*stage, &lines)?;
        if !before.is_empty() {
            stage.work(&words::finding(before.len()), words::SOME_SECONDS, |token| {
                before.values().try_for_each(|key| {
                    key.in_token(token)?;
                    Ok(())
                })
            })?;
        }
        make_folder(&stage.folder().join(PUBLIC_KEYS))?;
        let mut public_halves: BTreeMap<Vec<u8>, u64> =
            before.iter().filter_map(|(line, key)| Some((key.public_key.clone()?, *line))).collect();
        for (n, line) in lines.iter().enumerate() {
            if !before.contains_key(&line.number()) {
                let doing = words::making(n + 1, lines.len(), &line.says());
                make_one(cue, stage, line, &doing, &mut public_halves)?;
            }
        }
        let keys = all_made(&*stage, &lines)?;
        let each = lines
            .iter()
            .filter_map(|l| Some(observed(l.says(), keys.get(&l.number())?.check_value.as_str())));
        Ok(Outcome::new()
            .fact(&facts::PLAN_MADE, keys.len() as u64)
            .shows(words::keys_made(lines.len(), keys.len()))
            .showing(left_behind(&stage.past()))
            .showing(shown(each.collect(), words::OF_MADE)))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::shown(words::KEYS_OF_THE_PLAN, past.newest(&facts::PLAN_KEYS)).into_iter().collect()
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        if matches!(ended, Ended::Abandoned(_)) && past.says(&facts::PLAN_ANNOUNCED_LABEL) {
            return vec![words::STILL_IN_THE_TOKEN.to_owned()];
        }
        Vec::new()
    }
}

/// What interruptions left in the token, so that people can delete it.
fn left_behind(past: &Past<'_>) -> Vec<Fact> {
    let labels =
        notes(*past, &facts::PLAN_LEFT_BEHIND).filter_map(|(_, e)| facts::PLAN_LEFT_BEHIND.within(e));
    shown(labels.flatten().map(words::left_behind).collect(), words::OF_LEFT_BEHIND)
}

/// A label that no key has. One that this line announced may be taken: an attempt was interrupted before its key was in
/// the record. That key is not taken over: nobody can tell whether it is what the attempt made, or what somebody put
/// there since. A key under a label that was not announced was put there by somebody else.
fn free_label(
    token: &mut dyn Token,
    first: &str,
    announced: &[String],
) -> Result<(String, Vec<String>), TokenRefusal> {
    let mut left_behind = Vec::new();
    let mut label = first.to_owned();
    while token.find(&label)?.is_some() {
        if !announced.contains(&label) {
            return Err(words::key_planted(&label).into());
        }
        left_behind.push(label);
        label = format!("{first}-{}", left_behind.len() + 1);
    }
    Ok((label, left_behind))
}

fn make_one(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    line: &PlanLine,
    doing: &str,
    public_halves: &mut BTreeMap<Vec<u8>, u64>,
) -> Result<(), Halt> {
    let (number, spec) = (line.number(), line.spec);
    let first = format!("{}-line-{number}", label(cue));
    let announced: Vec<String> = notes(stage.past(), &facts::PLAN_ANNOUNCED_LABEL)
        .filter(|(of, _)| *of == number)
        .filter_map(|(_, e)| facts::PLAN_ANNOUNCED_LABEL.within(e))
        .collect();
    let (label, left_behind) =
        stage.work(doing, words::UNDER_A_MINUTE, |token| free_label(token, &first, &announced))?;
    // Said before it is done, so that after a kill this label and no other may be in use.
    let note = Outcome::new()
        .fact(&facts::NOTE, words::about_to_make(number))
        .fact(&facts::PLAN_LINE, number)
        .fact(&facts::PLAN_ANNOUNCED_LABEL, label.as_str());
    stage.note(note)?;
    let made = stage.work(doing, words::UNDER_A_MINUTE, |token| Ok(token.generate(&label, spec, true)?))?;
    if !is_as_asked(&made, spec) {
        return Err(words::key_not_as_asked(number).into());
    }
    // The key is found by its label from here on, and some tokens keep less of one than they were given.
    if made.label != label {
        return Err(words::key_called_otherwise(number, &made.label, &label).into());
    }
    if let Some(public) = &made.public_key
        && let Some(first) = public_halves.insert(public.clone(), number)
    {
        return Err(one_key(first, number).into());
    }
    let mut note = made_of(line, &made);
    if !left_behind.is_empty() {
        note = note.fact(&facts::PLAN_LEFT_BEHIND, left_behind);
    }
    if let Some(public) = &made.public_key {
        // Under the key's label, which no interrupted attempt has used.
        let name = format!("{PUBLIC_KEYS}/{}.der", made.label);
        stage.keep(&name, public)?;
        note = note.fact(&facts::PLAN_PUBLIC_KEY_FILE, name.as_str()).file(FileDigest::of(name, public));
    }
    stage.note(note)?;
    Ok(())
}

/// The key of a line, for the record.
fn made_of(line: &PlanLine, made: &KeyFacts) -> Outcome {
    let (number, p) = (line.number(), &line.planned);
    Outcome::new()
        .fact(&facts::NOTE, words::was_made(number))
        .fact(&facts::PLAN_LINE, number)
        .fact(&facts::PLAN_MADE_LABEL, made.label.as_str())
        .fact(&facts::PLAN_MADE_CHECK_VALUE, made.check_value.as_str())
        .fact(&facts::PLAN_KEY_TYPE, p.key.to_string())
        .fact(&facts::PLAN_TARGET, p.target.to_string())
        .fact(&facts::PLAN_SYSTEM, p.system.as_str())
        .fact(&facts::PLAN_OWNER, p.owner.as_str())
        .fact(&facts::KEY_ID, id(made))
        .fact(&facts::KEY_UNIQUE_ID, unique_id(made))
        .fact(&facts::SENSITIVE, said(made.sensitive))
        .fact(&facts::EXTRACTABLE, said(made.extractable))
        .fact(&facts::ALWAYS_SENSITIVE, said(made.always_sensitive))
        .fact(&facts::LOCAL, said(made.local))
}
