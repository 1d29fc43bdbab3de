//! The backup of a plan's keys: one fresh wrapping key wraps each of them into a file of its own, and what is rebuilt
//! from its shares has to open every one of these files to the right key.

use super::agree::{backed, one_key, same_lines};
use super::load;
use crate::act::{backup, expected, key, noted, out_of_order, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::write_new;
use protocol::Problem;
use secrets::SecretBytes;
use std::collections::BTreeMap;
use tokens::Token;
use transcript::{Draft, FileDigest, Kind, Level};

pub(in crate::act) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    backup::destroy_void_sheets(engine, step)?;
    drop_unfinished(engine, step)?;
    let dice = backup::thrown(engine, step)?;
    let keys = super::all_made(engine, &load(engine)?)?;
    let set = backup::fresh_set()?;
    let doing = "Making a fresh backup wrapping key";
    let backup_key =
        engine.work(step, doing, "a few seconds", |token| backup::fresh_key(token, dice.as_ref()))?;
    let mut blobs = BTreeMap::new();
    for (n, (line, key)) in keys.iter().enumerate() {
        let doing = format!("Backing up key {} of {} (line {line})", n + 1, keys.len());
        let blob = engine.work(step, &doing, "a few seconds", |token| wrap_one(token, &backup_key, key))?;
        // AES-KWP has no random part: the same bytes are the same key. Two secret keys of a large plan may have one check
        // value by chance, and are told apart here and in the record.
        if let Some(first) = blobs.insert(crate::digest::sha256(&blob), *line) {
            return Err(one_key(first, *line).into());
        }
        let name = format!("{}-plan-backup-{}-line-{line}.kwp", engine.plan.mode.word(), backup::plain(set));
        write_new(&engine.folder.join(&name), &blob)?;
        let note = Draft::new(Kind::Note)
            .fact(Level::Public, "note", format!("the key of line {line} was backed up"))
            .fact(Level::Public, "plan-line", *line)
            .fact(Level::Public, "plan-backup-set", set.to_string())
            .fact(Level::Public, "plan-backup-file", name.as_str())
            .fact(Level::Public, "plan-backed-check-value", key.check_value.as_str())
            .file(FileDigest::of(name, &blob));
        engine.append(engine.placed(note, step, false))?;
    }
    let files = backed(engine, &set.to_string())?;
    same_lines("backed up", keys.keys().copied(), files.keys().copied())?;
    engine.room.backup_key = Some(backup_key);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-set", set.to_string())
        .fact(Level::Public, "plan-backed-up", files.len())
        .fact(Level::Public, "wrapped-with", backup::HOW)
        .fact(Level::Public, "backup-key-origin", backup::origin(dice.as_ref()));
    let facts = vec![
        noted("Wrapped backup files, one a key", files.len().to_string()),
        noted("Share set, one for all of them", set.to_string()),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Files of an attempt that broke off: the key that opens them is gone, so they back nothing up.
fn drop_unfinished(engine: &mut Engine<'_>, step: &Planned) -> Result<(), Problem> {
    let names = engine.plan_backups();
    if names.is_empty() {
        return Ok(());
    }
    engine.remove_files(&names)?;
    let note = Draft::new(Kind::Note)
        .fact(Level::Public, "note", "the files of a backup that broke off were removed")
        .fact(Level::Public, "removed-files", serde_json::json!(names));
    engine.append(engine.placed(note, step, false))
}

fn wrap_one(
    token: &mut dyn Token,
    backup_key: &SecretBytes,
    key: &key::Recorded,
) -> Result<Vec<u8>, Problem> {
    let own = key.in_token(token)?;
    token.wrap_under(backup_key, own.handle).map_err(|e| token_problem(&e))
}

pub(in crate::act) fn rebuild(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let keys = super::all_made(engine, &load(engine)?)?;
    let set = engine.fact("share-set").ok_or_else(out_of_order)?;
    let files = backed(engine, &set)?;
    same_lines("backed up", keys.keys().copied(), files.keys().copied())?;
    let recorded = engine.recorded_files();
    let rebuilt = backup::from_sheets(engine)?;
    for (n, (line, key)) in keys.iter().enumerate() {
        let blob = engine.kept_of(&recorded, files.get(line).ok_or_else(out_of_order)?)?;
        let doing = format!("Opening backup {} of {} with the rebuilt key (line {line})", n + 1, keys.len());
        engine.work(step, &doing, "a few seconds", |token| open_one(token, &rebuilt, &blob, key, *line))?;
        let note = Draft::new(Kind::Note)
            .fact(Level::Public, "note", format!("the backup of line {line} opened to its key"))
            .fact(Level::Public, "plan-line", *line)
            .fact(Level::Public, "plan-backup-set", set.as_str())
            .fact(Level::Public, "plan-rebuilt-check-value", key.check_value.as_str());
        engine.append(engine.placed(note, step, false))?;
    }
    let all = super::check_value_of_all(keys.iter().map(|(line, key)| (*line, key.check_value.as_str())));
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "plan-rebuilt", keys.len())
        .fact(Level::Public, "plan-check-value", all.as_str())
        .fact(Level::Public, "rebuilt-from", backup::FROM);
    let many = keys.len().to_string();
    let facts = vec![
        expected("Backups that opened to their keys", &many, &many),
        noted("Check value of all keys, for the drills", all),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

fn open_one(
    token: &mut dyn Token,
    rebuilt: &SecretBytes,
    blob: &[u8],
    key: &key::Recorded,
    line: u64,
) -> Result<(), Problem> {
    let own = key.in_token(token)?;
    let opened = token
        .look_under(rebuilt, blob, key.spec, own.public_key.as_deref())
        .map_err(|e| token_problem(&e))?;
    if opened.check_value == own.check_value {
        return Ok(());
    }
    Err(Problem::new(
        "backup-does-not-match",
        format!("The backup of line {line} opens, but not to the key of that line."),
        "The keys are unchanged in the token; the backup does not count.",
        "Make the backup anew, or stop and find out who changed the token or the wrapped file.",
    ))
}
