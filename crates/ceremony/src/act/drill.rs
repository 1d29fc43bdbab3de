//! A recovery drill: the shares that custodians bring are tried against an earlier ceremony's backup. The master key is
//! opened inside the token as a session object that may not leave it, matched, and destroyed.

use super::enter::{self, Awaited};
use super::newest::{self, Newest};
use super::{backup, boxed, expected, noted, out_of_order, receipt, share, share_problem, token_problem};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::{disk, write_new};
use protocol::{Answer, Ask, Choice, Fact, Mode, Problem};
use shares::{SetId, Share, ShareError};
use std::path::Path;
use tokens::KeySpec;
use transcript::{Draft, FileDigest, Kind, Level, Reading};

/// The largest wrapped backup, in bytes: RSA-4096 in PKCS#8 under AES-KWP is about 2.4 KiB.
const LARGEST: u64 = 16 * 1024;

/// What an earlier ceremony's record says of its backup.
pub(super) struct Earlier {
    pub(super) set: String,
    pub(super) threshold: u64,
    pub(super) count: u64,
    commitments: Vec<String>,
    pub(super) check_value: String,
    pub(super) key_spec: String,
    /// The key's label in the token that it was backed up from, and that token's serial number.
    pub(super) key_label: String,
    pub(super) serial: String,
    /// What AWS calls the key, where it was wrapped for one.
    pub(super) key_arn: Option<String>,
    run: String,
    signer: String,
    /// Share index and the number of the bag it was sealed in.
    bags: Vec<(u64, String)>,
    /// What this workstation's own drills on the set say of its bags since.
    newest: Newest,
    /// What is left of the set before, where this one replaced it: a word for the record, and what it is.
    pub(super) older: Vec<(String, String)>,
    wrapped_name: String,
    wrapped: Vec<u8>,
    pub(super) public_key: Option<Vec<u8>>,
}

fn no_backup(what: &str) -> Problem {
    Problem::new(
        "pack-without-backup",
        format!("The pack's record does not say {what}, so no backup can be tried with it."),
        "Nothing was read from it.",
        "Choose the pack of the ceremony that made the key and its share sheets, not a shortened copy.",
    )
}

fn small(path: &Path) -> Result<Vec<u8>, Problem> {
    let size = std::fs::metadata(path).map_err(|e| disk(path, &e))?.len();
    if size > LARGEST {
        return Err(no_backup("what a file of that size is"));
    }
    std::fs::read(path).map_err(|e| disk(path, &e))
}

fn read(pack: &Path, mode: Mode) -> Result<Earlier, Problem> {
    let signer = receipt::verified(pack, mode)?;
    let path = pack.join("transcript.jsonl");
    let record = Reading::of(&std::fs::read(&path).map_err(|e| disk(&path, &e))?);
    let fact = |name: &str| record.entries.iter().rev().find_map(|e| e.value(name));
    let text =
        |name: &str| fact(name).and_then(|v| v.as_str()).map(str::to_owned).ok_or_else(|| no_backup(name));
    let number = |name: &str| fact(name).and_then(serde_json::Value::as_u64).ok_or_else(|| no_backup(name));
    // Its sheets guard every key of the plan: what ends with their destruction would leave the others without a backup.
    if let Some(keys) = fact("plan-keys").and_then(|v| v.as_str()) {
        return Err(Problem::new(
            "backup-of-a-plan",
            format!(
                "The pack is of a key plan with {keys} keys, and this ceremony takes the backup of one key."
            ),
            "Nothing was read from it.",
            "Keep its sheets and files as they are. Its file recovery/HOW-TO-RECOVER.md says how each file is opened.",
        ));
    }
    let set = text("share-set")?;
    // Sheets of an earlier, void set were given out too: only those after the set was made count.
    let dealt_at = record.entries.iter().rposition(|e| e.value("share-set").is_some()).unwrap_or(0);
    let bags = record.entries.iter().skip(dealt_at).filter_map(|e| {
        let bag = e.value("bag")?.as_str()?.to_owned();
        Some((e.value("share-index")?.as_u64()?, bag))
    });
    let commitments = fact("share-commitments")
        .and_then(|v| serde_json::from_value(v.clone()).ok())
        .ok_or_else(|| no_backup("share-commitments"))?;
    let wrapped_name = text("wrapped-backup")?;
    let mut older = Vec::new();
    if let Ok(before) = text("old-set") {
        let left = ["old-sheets-owed", "old-sheets-missing"].into_iter().filter_map(fact);
        for n in left.filter_map(|v| v.as_array()).flatten() {
            let sheet = format!("the sheet of share {n} of the older set {before}");
            older.push((format!("older-sheet-{n} {before}"), sheet));
        }
        older.extend(text("old-file-to-destroy").map(|file| (format!("older-file {before}"), file)));
    }
    let public_key = fact("public-key-file").and_then(|v| v.as_str()).map(|name| small(&pack.join(name)));
    Ok(Earlier {
        threshold: number("threshold")?,
        count: number("shares")?,
        commitments,
        check_value: text("check-value")?,
        key_spec: text("key-spec")?,
        key_label: text("key-label")?,
        serial: text("token-serial")?,
        key_arn: text("key-arn").ok(),
        run: text("run")?,
        signer,
        bags: bags.collect(),
        newest: Newest::default(),
        older,
        wrapped: small(&pack.join(&wrapped_name))?,
        wrapped_name,
        public_key: public_key.transpose()?,
        set,
    })
}

pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let bringing = engine.plan.steps.iter().filter(|s| s.action.name == "bring-share").count();
    let (earlier, draft) = opened(engine, step, |earlier| {
        if u64::try_from(bringing).is_ok_and(|n| (earlier.threshold..=earlier.count).contains(&n)) {
            return Ok(());
        }
        Err(Problem::new(
            "other-number-of-shares",
            format!(
                "This backup needs {} of {} shares, and this ceremony is for another number of custodians.",
                earlier.threshold, earlier.count
            ),
            "Nothing was read from it.",
            "Begin again with the number of custodians that bring a share.",
        ))
    })?;
    Ok(Outcome { draft: Some(draft), facts: about(&earlier), ..Outcome::default() })
}

/// What the people compare with their sheets and notes.
pub(super) fn about(earlier: &Earlier) -> Vec<Fact> {
    let mut facts = vec![
        noted("Backup made in", earlier.run.as_str()),
        noted("Share set", earlier.set.as_str()),
        noted("Needs", format!("{} of {} shares", earlier.threshold, earlier.count)),
        noted("Check value to match", earlier.check_value.as_str()),
    ];
    for (share, bag, run) in &earlier.newest.bags {
        facts.push(noted("Sealed again since", format!("share {share} in bag {bag}, in the ceremony {run}")));
    }
    for (run, why) in &earlier.newest.passed_over {
        facts.push(noted(
            "Bags not taken from a ceremony on this set",
            format!("{run}: {}", super::sentence(why)),
        ));
    }
    facts
}

/// Asks for an earlier ceremony's evidence pack, verifies it, and keeps what this run needs of it: the pack's medium may
/// be gone when the shares are in. Gives what the record says, and the facts for this one.
pub(super) fn opened(
    engine: &mut Engine<'_>,
    step: &Planned,
    fits: impl Fn(&Earlier) -> Result<(), Problem>,
) -> Result<(Earlier, Draft), Halt> {
    let mut problem = None;
    let (pack, mut earlier) = loop {
        let ask = Ask::Folder {
            question: "Which folder is the evidence pack of the ceremony that made the backup?".to_owned(),
            found: crate::media::folders(engine.media.as_ref()),
            writes: Vec::new(),
        };
        let Answer::Path { path } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match read(Path::new(&path), engine.plan.mode).and_then(|e| fits(&e).map(|()| e)) {
            Ok(earlier) => break (path, earlier),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let signed_by = receipt::known_signer(engine, step, &earlier.signer)?;
    let own = engine.fact("signing-key-sha256").unwrap_or_default();
    earlier.newest = newest::of(engine, &earlier.set, &[&own, &earlier.signer]);
    let entries = engine.journal.head().entries;
    let kept = format!("drilled-backup-{entries}.kwp");
    write_new(&engine.folder.join(&kept), &earlier.wrapped)?;
    let draft = boxed::carry_over(engine, Path::new(&pack), Draft::new(Kind::Outcome))?;
    let mut draft = draft
        .fact(Level::Public, "drill-set", earlier.set.as_str())
        .fact(Level::Public, "drill-threshold", earlier.threshold)
        .fact(Level::Public, "drill-shares", earlier.count)
        .fact(Level::Public, "drill-commitments", serde_json::json!(earlier.commitments))
        .fact(Level::Public, "drill-check-value", earlier.check_value.as_str())
        .fact(Level::Public, "drill-key-spec", earlier.key_spec.as_str())
        .fact(Level::Public, "earlier-ceremony", earlier.run.as_str())
        .fact(Level::Auditor, "drill-bags", serde_json::json!(earlier.bags))
        .fact(Level::Auditor, "earlier-token-serial", earlier.serial.as_str())
        .fact(Level::Internal, "earlier-pack", pack)
        .fact(Level::Public, "earlier-pack-signed-by", signed_by)
        .fact(Level::Public, "earlier-wrapped-backup", earlier.wrapped_name.as_str())
        .fact(
            Level::Public,
            "drilled-backup-sha256",
            crate::digest::hex(&crate::digest::sha256(&earlier.wrapped)),
        )
        .fact(Level::Internal, "drilled-backup", kept);
    if !earlier.newest.bags.is_empty() {
        draft = draft.fact(Level::Auditor, "drill-newer-bags", serde_json::json!(earlier.newest.bags));
    }
    if !earlier.newest.passed_over.is_empty() {
        draft =
            draft.fact(Level::Auditor, "drill-bags-not-taken", serde_json::json!(earlier.newest.passed_over));
    }
    if let Some(public) = &earlier.public_key {
        let name = format!("drilled-public-key-{entries}.der");
        write_new(&engine.folder.join(&name), public)?;
        draft = draft.fact(Level::Internal, "drilled-public-key", name);
    }
    Ok((earlier, draft))
}

/// The wrapped backup and, for a pair, its public half, as they were kept when the pack was opened.
pub(super) fn kept(engine: &Engine<'_>) -> Result<(Vec<u8>, Option<Vec<u8>>), Problem> {
    let file = |name: &str| engine.fact(name).map(|f| engine.folder.join(f));
    let path = file("drilled-backup").ok_or_else(out_of_order)?;
    let blob = std::fs::read(&path).map_err(|e| disk(&path, &e))?;
    // Not in the pack, which would spread copies of it, hence a fact of its own.
    if engine.fact("drilled-backup-sha256") != Some(crate::digest::hex(&crate::digest::sha256(&blob))) {
        return Err(out_of_order());
    }
    let public =
        file("drilled-public-key").map(|p| std::fs::read(&p).map_err(|e| disk(&p, &e))).transpose()?;
    Ok((blob, public))
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
    if let Some(brought) = boxed::bring(engine, step, set, &commitments)? {
        return Ok(brought);
    }
    engine.signed_by(step, &step.actor, "I bring my share in its bag and am alone at the screen.", None)?;
    let bag = share::bag_number(engine, step, "What is the number of the bag, before it is opened?")?;
    let seal = seal(engine, step)?;
    let awaited = Awaited { set, dealt: &commitments, due: None, scan: true, handed: None };
    let mut problem = None;
    let (brought, how) = loop {
        let Some((share, how)) = enter::share(engine, step, &awaited, problem.take())? else { continue };
        if engine.room.read_back.iter().any(|s| s.index() == share.index()) {
            problem = Some(share_problem(&ShareError::Duplicate { index: share.index() }));
            continue;
        }
        break (share, how);
    };
    let index = brought.index();
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
    engine.room.read_back.push(brought);
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
    // Both were recorded by the step that opened the pack; facts of an earlier attempt at it do not count.
    let opened = engine.journal.entries().iter().rev().find(|e| e.value("drill-bags").is_some())?;
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

/// Rebuilds the backup wrapping key, opens the wrapped backup with it inside the token, matches, and destroys.
pub(super) fn prove(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (blob, public) = kept(engine)?;
    let spec: KeySpec =
        engine.fact("drill-key-spec").and_then(|s| s.parse().ok()).ok_or_else(out_of_order)?;
    let wanted = engine.fact("drill-check-value").ok_or_else(out_of_order)?;
    let rebuilt = backup::combined(&engine.room.read_back, threshold(engine)?)?;
    let doing = "Opening the backup inside the token, and forgetting it";
    let opened = engine.work(step, doing, "a few seconds", |token| {
        let wrapping = token.import_backup_key(&rebuilt).map_err(|e| token_problem(&e))?;
        let opened = token.unwrap_kwp(wrapping, &blob, spec, public.as_deref());
        let forgotten = token.destroy(wrapping);
        let opened = opened.map_err(|e| token_problem(&e))?;
        token.destroy(opened.handle).map_err(|e| token_problem(&e))?;
        forgotten.map_err(|e| token_problem(&e))?;
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
    })?;
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
    engine.room = crate::engine::Secrets::default();
    let minutes = minutes(engine);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "drill-result", "the backup opens to the key that it was made of")
        .fact(Level::Public, "drilled-check-value", opened.check_value.as_str())
        .fact(
            Level::Public,
            "drilled-where",
            "as a session object of the token that may not leave it; destroyed",
        )
        .fact(Level::Public, "drill-minutes", minutes);
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The shares were each held against their commitments as they came in; here only what that means is recorded.
pub(super) fn check(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let indices: Vec<u8> = engine.room.read_back.iter().map(Share::index).collect();
    let (threshold, count) = (threshold(engine)?, engine.fact_value("drill-shares"));
    let enough = indices.len() >= threshold;
    engine.room = crate::engine::Secrets::default();
    let minutes = minutes(engine);
    let seen = format!(
        "{} of {} shares were seen and are the ones that were dealt",
        indices.len(),
        count.map_or(String::new(), |c| c.to_string())
    );
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
        .file(FileDigest {
            sha256: crate::digest::hex(&crate::digest::sha256(text.as_bytes())),
            size: text.len() as u64,
            name,
        });
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

pub(super) fn threshold(engine: &Engine<'_>) -> Result<usize, Problem> {
    let number = engine.fact_value("drill-threshold").and_then(|v| v.as_u64());
    number.and_then(|n| usize::try_from(n).ok()).ok_or_else(out_of_order)
}

/// Whole minutes since the record was opened.
fn minutes(engine: &Engine<'_>) -> u64 {
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
