//! A recovery drill: the shares that custodians bring are tried against an earlier ceremony's backup. The master key is
//! opened inside the token as a session object that may not leave it, matched, and destroyed.

use super::boxed;
use super::enter::{self, Awaited};
use super::{earlier, expected, key_plan, noted, out_of_order, share, share_problem, token_problem};
use crate::dealing::DealtSet;
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use protocol::{Answer, Ask, Choice, Problem};
use secrets::SecretBytes;
use shares::{SetId, ShareError};
use tokens::{KeyFacts, KeySpec, Token};
use transcript::{Draft, FileDigest, Kind, Level, count};

/// Where a backup is opened in a drill, for the record.
pub(super) const WHERE: &str = "as a session object of the token that may not leave it; destroyed";

pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let bringing = engine.plan.steps.iter().filter(|s| s.action.name == "bring-share").count();
    // A key is brought back one at a time; a drill tries the backups of a whole plan.
    let one_key = engine.plan.steps.iter().any(|s| s.action.name == "restore-key");
    let (earlier, draft) = earlier::opened(engine, step, |earlier| {
        if one_key {
            earlier.one()?;
        }
        if (earlier.dealing.fewest()..=usize::from(earlier.dealing.count())).contains(&bringing) {
            return Ok(());
        }
        Err(Problem::new(
            "other-number-of-shares",
            format!(
                "{} to bring a share, and this backup needs {} to {} of them. {}",
                count(bringing, "custodian is", "custodians are"),
                earlier.dealing.fewest(),
                earlier.dealing.count(),
                earlier.dealing.needs()
            ),
            "Nothing was read from it.",
            "Begin again with the number of custodians that bring a share.",
        ))
    })?;
    Ok(Outcome { draft: Some(draft), facts: earlier::about(&earlier), ..Outcome::default() })
}

/// The set and the commitments of the backup that is tried.
fn dealt(engine: &Engine<'_>) -> Result<(SetId, Vec<[u8; 32]>), Problem> {
    let set = engine.fact("drill-set").and_then(|s| s.parse().ok()).ok_or_else(out_of_order)?;
    let texts: Vec<String> = engine
        .fact_value("drill-commitments")
        .and_then(|v| serde_json::from_value(v).ok())
        .ok_or_else(out_of_order)?;
    let one = |text: &String| {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
        <[u8; 32]>::try_from(bytes).ok()
    };
    let commitments: Option<Vec<_>> = texts.iter().map(one).collect();
    Ok((set, commitments.ok_or_else(out_of_order)?))
}

pub(super) fn bring(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (set, commitments) = dealt(engine)?;
    let dealing = earlier::dealing(engine)?;
    let of = DealtSet { set, dealing: &dealing, commitments: &commitments };
    if let Some(brought) = boxed::bring(engine, step, of)? {
        return Ok(brought);
    }
    engine.signed_by(step, &step.actor, "I bring my share in its bag and am alone at the screen.", None)?;
    let bag = share::bag_number(engine, step, "What is the number of the bag, before it is opened?")?;
    let seal = seal(engine, step)?;
    let awaited = Awaited { of, due: None, scan: true, handed: None };
    let mut problem = None;
    let (brought, index, how) = loop {
        let Some((share, how)) = enter::share(engine, step, &awaited, problem.take())? else { continue };
        let index = dealing.number_of(&share).ok_or_else(out_of_order)?;
        if engine.room.brought.iter().any(|s| dealing.number_of(s) == Some(index)) {
            problem = Some(share_problem(&ShareError::Duplicate { index }));
            continue;
        }
        break (share, index, how);
    };
    let sealed_in = sealed_in(engine, index);
    if let Some((was, since)) = sealed_in.as_ref().filter(|(was, _)| *was != bag) {
        let since = since.as_ref().map_or(String::new(), |run| format!(" in the ceremony {run}"));
        let differs = Problem::new(
            "another-bag",
            format!("Share {index} was sealed in bag {was}{since}, and it was brought in bag {bag}."),
            "The share is the one that was dealt; nothing was rebuilt.",
            "Find out from the custodian when and why the bag was changed, and decide.",
        );
        engine.raise(step, &differs, &format!("share {index} in bag {was}"))?;
    }
    engine.room.brought.push(brought);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-index", index)
        .fact(Level::Public, "read-back", "equals the commitment")
        .fact(Level::Public, "read-back-how", how.words())
        .fact(Level::Public, "seal", seal)
        .fact(Level::Auditor, "bag-brought", bag)
        .fact(Level::Auditor, "custodian", step.actor.id.as_str());
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

/// The bag a share was sealed in last, as far as this record knows, and the later ceremony that sealed it, where it was
/// not the one that made it.
pub(super) fn sealed_in(engine: &Engine<'_>, index: u8) -> Option<(String, Option<String>)> {
    // Both were recorded by the step that opened the pack.
    let opened = earlier::opening(engine)?;
    let newer = opened.value("drill-newer-bags").cloned();
    let newer: Vec<(u8, String, String)> =
        newer.and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default();
    if let Some((_, bag, run)) = newer.into_iter().find(|(n, ..)| *n == index) {
        return Some((bag, Some(run)));
    }
    let bags: Vec<(u8, String)> = serde_json::from_value(opened.value("drill-bags")?.clone()).ok()?;
    bags.into_iter().rev().find(|(n, _)| *n == index).map(|(_, bag)| (bag, None))
}

/// Whether the seal is whole. One that is not is an exception: somebody may have read the share.
fn seal(engine: &mut Engine<'_>, step: &Planned) -> Result<&'static str, Halt> {
    let choice = |id: &str, title: &str| Choice {
        id: id.to_owned(),
        title: title.to_owned(),
        note: None,
        refused: None,
    };
    let mut problem = None;
    loop {
        let ask = Ask::Choose {
            question: "How is the seal of the bag?".to_owned(),
            choices: vec![
                choice("whole", "Whole"),
                choice("broken", "Broken, torn or glued again"),
                choice("none", "There is no bag, or no seal"),
            ],
        };
        let (seal, happened) = match engine.ask(step, ask, problem.take())? {
            Answer::Chosen { id } if id == "whole" => return Ok("whole"),
            Answer::Chosen { id } if id == "broken" => ("broken", "The seal of the bag is broken."),
            Answer::Chosen { id } if id == "none" => ("none", "The share came without a sealed bag."),
            _ => {
                problem = Some(not_an_answer());
                continue;
            }
        };
        let broken = Problem::new(
            "seal-not-whole",
            happened,
            "No share was typed in.",
            "Decide whether the share may have been seen by others. If so, the backup has to be made anew after this.",
        );
        engine.raise(step, &broken, "a bag with a whole seal")?;
        return Ok(seal);
    }
}

/// Opens a wrapped file inside the token, as a session object that may not leave it, and sees it gone again.
pub(super) fn look(
    token: &mut dyn Token,
    rebuilt: &SecretBytes,
    blob: &[u8],
    spec: KeySpec,
    public: Option<&[u8]>,
) -> Result<KeyFacts, Problem> {
    let opened = token.look_under(rebuilt, blob, spec, public).map_err(|e| token_problem(&e))?;
    // Destroyed means absent: a second destruction has to be refused.
    if token.destroy(opened.handle).is_ok() {
        return Err(Problem::new(
            "scratch-not-gone",
            "The token still knows the key that was opened for the drill.",
            "Nothing left the token.",
            "Close the token's session: take it out, put it in again, and begin this step again.",
        )
        .can_try_again());
    }
    Ok(opened)
}

/// Rebuilds the backup wrapping key, opens the wrapped backup with it inside the token, matches, and destroys. Of a
/// plan, every wrapped file.
pub(super) fn prove(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    if let Some(plan) = key_plan::kept(engine)? {
        return key_plan::drill(engine, step, &plan);
    }
    let (blob, public) = earlier::kept(engine)?;
    let spec: KeySpec =
        engine.fact("drill-key-spec").and_then(|s| s.parse().ok()).ok_or_else(out_of_order)?;
    let wanted = engine.fact("drill-check-value").ok_or_else(out_of_order)?;
    let rebuilt = earlier::rebuilt(engine)?;
    let doing = "Opening the backup inside the token, and forgetting it";
    let opened = engine
        .work(step, doing, "a few seconds", |token| look(token, &rebuilt, &blob, spec, public.as_deref()))?;
    let extractable = opened.extractable != Some(false);
    let facts = vec![
        expected("Check value from the backup", &wanted, &opened.check_value),
        expected("May leave the token", "no", if extractable { "yes" } else { "no" }),
        noted("Opened key", "destroyed, and no longer known to the token"),
    ];
    if opened.check_value != wanted {
        return Err(Problem::new(
            "backup-does-not-match",
            "The backup opens, but not to the key that it was made of.",
            "Nothing left the token, and the opened key was destroyed.",
            "Stop. Treat the backup as lost: make a new one from the key in its token while that exists.",
        )
        .into());
    }
    let minutes = minutes(engine);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "drill-result", "the backup opens to the key that it was made of")
        .fact(Level::Public, "drilled-check-value", opened.check_value.as_str())
        .fact(Level::Public, "drilled-where", WHERE)
        .fact(Level::Public, "drill-minutes", minutes);
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The shares were each held against their commitments as they came in; here only what that means is recorded.
pub(super) fn check(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let dealing = earlier::dealing(engine)?;
    let indices: Vec<u8> = engine.room.brought.iter().filter_map(|s| dealing.number_of(s)).collect();
    let enough = dealing.is_enough(&indices);
    let minutes = minutes(engine);
    let seen =
        format!("{} of {} shares were seen and are the ones that were dealt", indices.len(), dealing.count());
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "drill-result", format!("{seen}; nothing was rebuilt"))
        .fact(Level::Public, "shares-seen", serde_json::json!(indices))
        .fact(Level::Public, "drill-minutes", minutes);
    let facts =
        vec![noted("Seen", seen), expected("Enough to rebuild", "yes", if enough { "yes" } else { "no" })];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn reseal(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    if let Some(taken) = boxed::taken_back(engine, step)? {
        return Ok(taken);
    }
    let bag = share::bag_number(engine, step, "Seal the sheet in a new bag. What is the new bag's number?")?;
    engine.signed_by(step, &step.actor, &format!("I sealed my sheet in bag {bag}."), None)?;
    let draft = Draft::new(Kind::Outcome).fact(Level::Auditor, "bag-resealed", bag).fact(
        Level::Auditor,
        "custodian",
        step.actor.id.as_str(),
    );
    let draft = share::at_site(draft, &step.actor);
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

pub(super) fn certify(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let next = due((engine.now)(), engine.plan.number("next-drill-months"));
    let text = crate::report::of_drill(&crate::report::Drill {
        mode: engine.plan.mode,
        run: &engine.run,
        day: &super::aws::utc((engine.now)()),
        earlier: &engine.fact("earlier-ceremony").unwrap_or_default(),
        set: &engine.fact("drill-set").unwrap_or_default(),
        keys: key_plan::kept(engine)?.map(|plan| plan.lines.len()),
        check_value: &engine.fact("drill-check-value").unwrap_or_default(),
        result: &engine.fact("drill-result").ok_or_else(out_of_order)?,
        minutes: engine.fact_value("drill-minutes").and_then(|v| v.as_u64()).unwrap_or(0),
        objective_hours: u64::from(engine.plan.number("objective-hours")),
        next: &next,
    });
    let name = format!("drill-certificate-{}.txt", engine.journal.head().entries);
    write_new(&engine.folder.join(&name), text.as_bytes())?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "certificate-file", name.as_str())
        .fact(Level::Public, "next-drill", next)
        .file(FileDigest::of(name, text.as_bytes()));
    let facts =
        text.lines().filter(|l| !l.is_empty()).skip(1).map(|l| noted("Certificate", l.trim())).collect();
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The same day so many months later, or the last day of that month: `2027-02-28`.
fn due(unix: i64, months: u8) -> String {
    let Ok(now) = time::OffsetDateTime::from_unix_timestamp(unix) else { return String::new() };
    let month = i32::from(u8::from(now.month())) - 1 + i32::from(months);
    let year = now.year() + month / 12;
    let month = (0..month % 12).fold(time::Month::January, |m, _| m.next());
    let day = now.day().min(month.length(year));
    time::Date::from_calendar_date(year, month, day).map_or_else(|_| String::new(), |d| d.to_string())
}

/// Whole minutes since the record was opened.
pub(super) fn minutes(engine: &Engine<'_>) -> u64 {
    let first = engine.journal.entries().first().map(|e| e.utc.as_str()).unwrap_or_default();
    let begun = time::OffsetDateTime::parse(first, &time::format_description::well_known::Rfc3339);
    let passed = begun.map_or(0, |t| (engine.now)() - t.unix_timestamp());
    u64::try_from(passed).unwrap_or(0) / 60
}

#[cfg(test)]
mod tests {
    use super::due;

    #[test]
    fn a_drill_falls_due_on_a_day_that_exists() {
        let day = |text: &str| crate::plan::day(text).unwrap();
        assert_eq!(due(day("2026-11-25"), 12), "2027-11-25");
        assert_eq!(due(day("2026-11-30"), 3), "2027-02-28");
        assert_eq!(due(day("2027-11-30"), 3), "2028-02-29");
        assert_eq!(due(day("2026-12-31"), 1), "2027-01-31");
    }
}
