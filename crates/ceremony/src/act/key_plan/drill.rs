//! The drill of a plan's backups: the rebuilt key opens every wrapped file inside the token, and each has to be the key
//! of its line. One that is not is noted, and the others are tried all the same: people have to know how many are left.

use super::SHOWN;
use super::earlier::{Backed, Kept, check_value_of, check_value_of_all};
use crate::act::drill::{self, WHERE};
use crate::act::{earlier, expected, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use protocol::Problem;
use secrets::SecretBytes;
use tokens::KeyFacts;
use transcript::{Draft, Kind, Level};

/// How many lines are named in one sentence; the record has them all.
const NAMED: usize = 5;

pub(in crate::act) fn drill(engine: &mut Engine<'_>, step: &Planned, plan: &Kept) -> Result<Outcome, Halt> {
    let set = engine.fact("drill-set").ok_or_else(out_of_order)?;
    let rebuilt = earlier::rebuilt(engine)?;
    let many = plan.lines.len();
    let (mut opened, mut wrong) = (Vec::new(), Vec::new());
    for (n, backed) in plan.lines.iter().enumerate() {
        let doing = format!("Opening backup {} of {many} (line {})", n + 1, backed.line);
        let note = Draft::new(Kind::Note).fact(Level::Public, "drilled-line-of", set.as_str());
        let note = match one(engine, step, &doing, &rebuilt, (plan, backed))? {
            Ok(key) => {
                let note = note
                    .fact(
                        Level::Public,
                        "note",
                        format!("the backup of line {} opened to its key", backed.line),
                    )
                    .fact(Level::Public, "drilled-line", backed.line)
                    .fact(Level::Public, "drilled-line-check-value", key.check_value.as_str());
                opened.push((backed.line, key));
                note
            }
            Err(why) => {
                let says = format!("the backup of line {} did not open to its key: {why}", backed.line);
                wrong.push(format!("line {}: {why}", backed.line));
                note.fact(Level::Public, "note", says).fact(Level::Public, "drill-failed-line", backed.line)
            }
        };
        engine.append(engine.placed(note, step, false))?;
    }
    if !wrong.is_empty() {
        return Err(not_all(&wrong, many).into());
    }
    let found = check_value_of_all(opened.iter().map(|(line, key)| (*line, key.check_value.as_str())));
    let leaves = opened.iter().filter(|(_, key)| key.extractable != Some(false)).count();
    let result = format!(
        "{} of {many} wrapped files of the key plan open to the keys that they were made of",
        opened.len()
    );
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "drill-result", result)
        .fact(Level::Public, "drilled-lines", opened.len())
        .fact(Level::Public, "drilled-check-value", found.as_str())
        .fact(Level::Public, "drilled-where", WHERE)
        .fact(Level::Public, "drill-minutes", drill::minutes(engine));
    let mut facts = vec![
        expected("Backups that opened to their keys", &many.to_string(), &opened.len().to_string()),
        expected("Check value of all keys", &check_value_of(&plan.lines), &found),
        expected("Of them may leave the token", "0", &leaves.to_string()),
        noted("Opened keys", "each destroyed, and no longer known to the token"),
    ];
    let each = opened.iter().map(|(line, key)| noted(&format!("Line {line}"), key.check_value.as_str()));
    facts.extend(super::shown(each.collect(), "keys, each with its check value in the record"));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Opens one line's file, or says why it is not that line's key. What is wrong with the token ends the step.
fn one(
    engine: &mut Engine<'_>,
    step: &Planned,
    doing: &str,
    rebuilt: &SecretBytes,
    (plan, backed): (&Kept, &Backed),
) -> Result<Result<KeyFacts, String>, Halt> {
    let wrapped = match plan.wrapped(backed) {
        Ok(wrapped) => wrapped,
        Err(why) => return Ok(Err(why)),
    };
    let opened = engine.work(step, doing, "a few seconds", |token| {
        drill::look(token, rebuilt, &wrapped.blob, wrapped.spec, wrapped.public_key.as_deref())
    });
    match opened {
        Ok(key) if key.check_value == backed.check_value => Ok(Ok(key)),
        Ok(key) => Ok(Err(format!("it opens to a key with the check value {}", key.check_value))),
        // The token is there and refuses this file.
        Err(Halt::Problem(p)) if p.code == "token-refused" => {
            Ok(Err(p.happened.trim_end_matches('.').to_owned()))
        }
        Err(halt) => Err(halt),
    }
}

fn not_all(wrong: &[String], many: usize) -> Problem {
    let more = wrong.len().saturating_sub(NAMED);
    let mut named = wrong.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 {
        named = format!("{named}; and {more} more, which the record names");
    }
    Problem::new(
        "backup-does-not-match",
        format!("Of the {many} wrapped files of the plan {} did not open to their keys. {named}.", wrong.len()),
        "Nothing left the token, and every opened key was destroyed. The record names each line that opened.",
        "Stop. Compare these files with other copies of the pack. Treat the backups of these lines as lost: make new ones \
         from their keys in the token while those exist.",
    )
    .with_detail(wrong.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n"))
}
