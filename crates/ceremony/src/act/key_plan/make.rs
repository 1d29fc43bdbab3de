//! Making the keys of a plan in the token, one after another, each in the record before the next is begun.

use super::agree::one_key;
use super::{Line, load, made, notes, shown, text};
use crate::act::{expected, key, noted, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::{make_folder, write_new};
use protocol::{Fact, Problem, Verdict};
use std::collections::BTreeMap;
use tokens::Token;
use transcript::{Draft, FileDigest, Kind, Level, count};

/// Where the public halves lie in the run's folder.
pub(super) const PUBLIC: &str = "public-keys";

pub(in crate::act) fn make(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let lines = load(engine)?;
    let before = made(engine, &lines)?;
    if !before.is_empty() {
        let doing = format!("Finding {} made before", count(before.len(), "key that was", "keys that were"));
        engine.work(step, &doing, "some seconds", |token| {
            before.values().try_for_each(|key| key.in_token(token).map(|_| ()))
        })?;
    }
    make_folder(&engine.folder.join(PUBLIC))?;
    let mut public_halves: BTreeMap<Vec<u8>, u64> =
        before.iter().filter_map(|(line, key)| Some((key.public_key.clone()?, *line))).collect();
    for (n, line) in lines.iter().enumerate() {
        if !before.contains_key(&line.number()) {
            let doing = format!("Making key {} of {} in the token ({})", n + 1, lines.len(), line.says());
            make_one(engine, step, line, &doing, &mut public_halves)?;
        }
    }
    let keys = super::all_made(engine, &lines)?;
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "plan-made", keys.len());
    let mut facts = vec![expected("Keys made", &lines.len().to_string(), &keys.len().to_string())];
    facts.extend(left_behind(engine));
    let each =
        lines.iter().filter_map(|l| Some(noted(&l.says(), keys.get(&l.number())?.check_value.as_str())));
    facts.extend(shown(each.collect(), "keys, each with its check value in the record"));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// What interruptions left in the token, so that people can delete it.
fn left_behind(engine: &Engine<'_>) -> Vec<Fact> {
    let labels =
        notes(engine, "plan-left-behind").filter_map(|(_, e)| e.value("plan-left-behind")?.as_array());
    let fact = |label: &serde_json::Value| Fact {
        name: "Left behind by an interruption; delete it with the token's own tool".to_owned(),
        expected: None,
        observed: label.as_str().unwrap_or_default().to_owned(),
        verdict: Verdict::Differs,
    };
    shown(labels.flatten().map(fact).collect(), "keys that interruptions left behind; the record names them")
}

/// A label that no key has. One that this line announced may be taken: an attempt was interrupted before its key was in
/// the record. That key is not taken over: nobody can tell whether it is what the attempt made, or what somebody put
/// there since. A key under a label that was not announced was put there by somebody else.
fn free_label(
    token: &mut dyn Token,
    first: &str,
    announced: &[String],
) -> Result<(String, Vec<String>), Problem> {
    let mut left_behind = Vec::new();
    let mut label = first.to_owned();
    while token.find(&label).map_err(|e| token_problem(&e))?.is_some() {
        if !announced.contains(&label) {
            return Err(Problem::new(
                "key-planted",
                format!("The token holds a key called {label}, which this ceremony has not made."),
                "It is not used, and no key was made for its line. The keys made before are in the record.",
                "Find out who put it there. Give the ceremony up, or delete the key with the token's own tool, two people \
                 present, and begin this step again.",
            ));
        }
        left_behind.push(label);
        label = format!("{first}-{}", left_behind.len() + 1);
    }
    Ok((label, left_behind))
}

fn make_one(
    engine: &mut Engine<'_>,
    step: &Planned,
    line: &Line,
    doing: &str,
    public_halves: &mut BTreeMap<Vec<u8>, u64>,
) -> Result<(), Halt> {
    let number = line.number();
    let first = format!("{}-line-{number}", key::label(engine));
    let announced: Vec<String> = notes(engine, "plan-announced-label")
        .filter(|(of, _)| *of == number)
        .map(|(_, e)| text(e, "plan-announced-label").to_owned())
        .collect();
    let usual = "under a minute; RSA-4096 can take several";
    let (label, left_behind) =
        engine.work(step, doing, usual, |token| free_label(token, &first, &announced))?;
    // Said before it is done, so that after a kill this label and no other may be in use.
    let note = Draft::new(Kind::Note)
        .fact(Level::Public, "note", format!("about to make the key of line {number}"))
        .fact(Level::Public, "plan-line", number)
        .fact(Level::Public, "plan-announced-label", label.as_str());
    engine.append(engine.placed(note, step, false))?;
    let spec = line.spec;
    let made = engine.work(step, doing, usual, |token| {
        token.generate(&label, spec, true).map_err(|e| token_problem(&e))
    })?;
    if !key::is_as_asked(&made, spec) {
        return Err(Problem::new(
            "key-not-as-asked",
            format!(
                "The token made a key for line {number}, but does not say of it that it is what was asked for, made \
                 inside and never shown."
            ),
            "The key is in the token under this run's label; nothing was wrapped.",
            "Delete the key with the token's own tool and use another token.",
        )
        .into());
    }
    // The key is found by its label from here on, and some tokens keep less of one than they were given.
    if made.label != label {
        return Err(Problem::new(
            "key-not-as-asked",
            format!(
                "The token calls the key of line {number} \"{}\" and was told to call it \"{label}\".",
                made.label
            ),
            "The key is in the token under that label; nothing was wrapped.",
            "Delete the key with the token's own tool and use another token, or a shorter key-label.",
        )
        .into());
    }
    if let Some(public) = &made.public_key
        && let Some(first) = public_halves.insert(public.clone(), number)
    {
        return Err(one_key(first, number).into());
    }
    let p = &line.planned;
    let mut note = Draft::new(Kind::Note)
        .fact(Level::Public, "note", format!("the key of line {number} was made"))
        .fact(Level::Public, "plan-line", number)
        .fact(Level::Public, "plan-made-label", made.label.as_str())
        .fact(Level::Public, "plan-made-check-value", made.check_value.as_str())
        .fact(Level::Public, "plan-key-type", p.key.to_string())
        .fact(Level::Public, "plan-target", p.target.to_string())
        .fact(Level::Auditor, "plan-system", p.system.as_str())
        .fact(Level::Auditor, "plan-owner", p.owner.as_str())
        .fact(Level::Public, "sensitive", key::said(made.sensitive))
        .fact(Level::Public, "extractable", key::said(made.extractable))
        .fact(Level::Public, "always-sensitive", key::said(made.always_sensitive))
        .fact(Level::Public, "local", key::said(made.local));
    if !left_behind.is_empty() {
        note = note.fact(Level::Public, "plan-left-behind", serde_json::json!(left_behind));
    }
    if let Some(public) = &made.public_key {
        // Under the key's label, which no interrupted attempt has used.
        let name = format!("{PUBLIC}/{}.der", made.label);
        write_new(&engine.folder.join(&name), public)?;
        note = note
            .fact(Level::Public, "plan-public-key-file", name.as_str())
            .file(FileDigest::of(name, public));
    }
    engine.append(engine.placed(note, step, false))?;
    Ok(())
}
