//! The backup: a fresh wrapping key wraps the master in the token and is split; the shares are read back, the
//! wrapping key is rebuilt from them, and the wrapped file has to open to the same check value.

use super::{expected, key, noted, out_of_order, share_problem, token_problem};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use protocol::{Answer, Ask, Mode, Private, Problem, SharePage, ShareRow};
use secrets::{SecretBytes, SecretText};
use transcript::{Draft, FileDigest, Kind, Level};

/// AES-256.
const BACKUP_KEY_LEN: usize = 32;

/// The system's generator, XORed with the token's: neither alone decides the key.
fn fresh_key(token: &mut dyn tokens::Token) -> Result<SecretBytes, Problem> {
    let mut other = SecretBytes::copied_from(&[0; BACKUP_KEY_LEN]).map_err(|e| crate::engine::memory(&e))?;
    token.random(other.expose_mut()).map_err(|e| token_problem(&e))?;
    SecretBytes::filled_by(BACKUP_KEY_LEN, |key| {
        fill_random(key)?;
        for (a, b) in key.iter_mut().zip(other.expose()) {
            *a ^= b;
        }
        Ok::<(), shares::ShareError>(())
    })
    .map_err(|e| share_problem(&e))
}

fn fill_random(out: &mut [u8]) -> Result<(), shares::ShareError> {
    SystemRandom::new().fill(out).map_err(|_| shares::ShareError::Random)
}

pub(super) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    engine.unlock(step)?;
    engine.room = crate::engine::Secrets::default();
    let label = engine.fact("key-label").ok_or_else(out_of_order)?;
    let Some(token) = engine.token.as_mut() else { return Err(out_of_order().into()) };
    let master = token.find(&label).map_err(|e| token_problem(&e))?.ok_or_else(out_of_order)?;
    let backup_key = fresh_key(token.as_mut())?;
    let wrapping = token.import_backup_key(&backup_key).map_err(|e| token_problem(&e))?;
    let wrapped = token.wrap_kwp(wrapping, master.handle);
    let forgotten = token.destroy(wrapping);
    let blob = wrapped.map_err(|e| token_problem(&e))?;
    forgotten.map_err(|e| token_problem(&e))?;
    // The set's number keeps a file from an earlier, abandoned backup apart from this one.
    let set = {
        let mut id = [0; 8];
        fill_random(&mut id).map_err(|e| share_problem(&e))?;
        shares::SetId::from_bytes(id)
    };
    let name = format!("{}-master-key-backup-{}.kwp", engine.plan.mode.word(), plain(&set));
    write_new(&engine.folder.join(&name), &blob)?;
    engine.room.backup_key = Some(backup_key);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-set", set.to_string())
        .fact(Level::Public, "wrapped-backup", name.as_str())
        .fact(Level::Public, "wrapped-with", "AES-256 key wrap with padding (RFC 5649), in the token")
        .fact(
            Level::Public,
            "backup-key-origin",
            "host memory: system generator XOR token generator; imported as a session key and destroyed there",
        )
        .file(FileDigest {
            name: name.clone(),
            sha256: crate::digest::hex(&crate::digest::sha256(&blob)),
            size: blob.len() as u64,
        });
    Ok(Outcome {
        draft: Some(draft),
        facts: vec![noted("Wrapped backup file", name), noted("Share set", set.to_string())],
        ..Outcome::default()
    })
}

/// The set's id without dashes, for a file's name.
fn plain(set: &shares::SetId) -> String {
    set.to_string().replace('-', "").to_lowercase()
}

fn current_set(engine: &Engine<'_>) -> Result<shares::SetId, Problem> {
    engine.fact("share-set").and_then(|s| s.parse().ok()).ok_or_else(out_of_order)
}

pub(super) fn split(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let set = current_set(engine)?;
    let (threshold, count) = (engine.plan.number("threshold"), engine.plan.number("shares"));
    let rehearsal = engine.plan.mode == Mode::Rehearsal;
    let secret = engine.room.backup_key.as_ref().ok_or_else(out_of_order)?;
    let dealt = shares::split(secret, threshold, count, set, rehearsal, &mut fill_random)
        .map_err(|e| share_problem(&e))?;
    let commitments: Vec<String> =
        shares::commitments(&dealt).iter().map(|c| crate::digest::hex(c)).collect();
    engine.room.shares = dealt;
    // From here on only the shares hold it: what is rebuilt later is rebuilt from sheets.
    engine.room.backup_key = None;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "threshold", threshold)
        .fact(Level::Public, "shares", count)
        .fact(Level::Public, "share-commitments", serde_json::json!(commitments))
        .fact(Level::Public, "split-where", "locked host memory, outside any validated module");
    Ok(Outcome {
        draft: Some(draft),
        facts: vec![noted("Split", format!("any {threshold} of {count} shares rebuild it"))],
        ..Outcome::default()
    })
}

pub(super) fn give(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let set = current_set(engine)?;
    let rehearsal = engine.plan.mode == Mode::Rehearsal;
    engine.signed_by(step, &step.actor, "I am alone at the screen and take my share.")?;
    let commitments = shares::commitments(&engine.room.shares);
    let share = engine.room.shares.iter().find(|s| s.index() == step.turn).ok_or_else(out_of_order)?;
    let (qr, width) = share.qr().map_err(|e| share_problem(&e))?;
    let page = SharePage {
        custodian: step.actor.name.clone(),
        index: u32::from(share.index()),
        set: set.to_string(),
        threshold: u32::from(share.threshold()),
        count: u32::from(share.count()),
        rows: share
            .rows()
            .into_iter()
            .zip(1..)
            .map(|(row, number)| ShareRow { number, text: Private::new(row.to_string()) })
            .collect(),
        qr: Private::new(qr.to_string()),
        qr_width: width,
    };
    let index = share.index();
    engine.ask(step, Ask::ShowShare { page }, None)?;
    let mut problem = None;
    let typed = loop {
        let ask = Ask::EnterShare {
            custodian: step.actor.name.clone(),
            index: u32::from(index),
            set: set.to_string(),
            rows: shares::ROWS,
            columns: shares::COLUMNS,
        };
        let Answer::Secret { text } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let text = SecretText::new(text.into_text()).map_err(|e| crate::engine::memory(&e))?;
        let read =
            shares::Share::parse(&text).and_then(|s| s.belongs(set, rehearsal, &commitments).map(|()| s));
        match read {
            Ok(share) if share.index() == index => break share,
            Ok(other) => {
                problem = Some(
                    Problem::new(
                        "another-share",
                        format!("This is share {}, and share {index} is due.", other.index()),
                        "No share was taken.",
                        "Type the share of the sheet just written.",
                    )
                    .can_try_again(),
                );
            }
            Err(e) => problem = Some(share_problem(&e)),
        }
    };
    engine.room.read_back.retain(|s| s.index() != index);
    engine.room.read_back.push(typed);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-index", index)
        .fact(Level::Public, "read-back", "equals the commitment")
        .fact(Level::Auditor, "custodian", step.actor.id.as_str());
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

pub(super) fn rebuild(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    engine.unlock(step)?;
    let threshold = usize::from(engine.plan.number("threshold"));
    let count = usize::from(engine.plan.number("shares"));
    let name = engine.fact("wrapped-backup").ok_or_else(out_of_order)?;
    let label = engine.fact("key-label").ok_or_else(out_of_order)?;
    let path = engine.folder.join(&name);
    let blob = std::fs::read(&path).map_err(|e| crate::store::disk(&path, &e))?;
    let spec = key::token_spec(key::aws_spec(engine)?)?;
    if engine.room.read_back.len() != count {
        return Err(out_of_order().into());
    }
    // Each window of neighbours covers every share at least once; `combine` cross-checks all of them together too.
    let all: Vec<&shares::Share> = engine.room.read_back.iter().collect();
    let rebuilt = shares::combine(&all).map_err(|e| share_problem(&e))?;
    for window in all.windows(threshold) {
        let part = shares::combine(window).map_err(|e| share_problem(&e))?;
        if !part.same_as(rebuilt.expose()) {
            return Err(share_problem(&shares::ShareError::Damaged).into());
        }
    }
    let Some(token) = engine.token.as_mut() else { return Err(out_of_order().into()) };
    let master = token.find(&label).map_err(|e| token_problem(&e))?.ok_or_else(out_of_order)?;
    let wrapping = token.import_backup_key(&rebuilt).map_err(|e| token_problem(&e))?;
    let opened = token.unwrap_kwp(wrapping, &blob, spec);
    let forgotten = token.destroy(wrapping);
    let opened = opened.map_err(|e| token_problem(&e))?;
    token.destroy(opened.handle).map_err(|e| token_problem(&e))?;
    forgotten.map_err(|e| token_problem(&e))?;
    // For key pairs the token computes the same public check value only from a public key; the spec decides which.
    let same = opened.check_value == master.check_value;
    let facts =
        vec![expected("Check value from the rebuilt backup", &master.check_value, &opened.check_value)];
    if !same {
        return Err(Problem::new(
            "backup-does-not-match",
            "The backup opens, but not to the master key.",
            "The master key is unchanged in the token; the backup does not count.",
            "Stop. Do not use this key: resume and make the backup again.",
        )
        .into());
    }
    engine.room = crate::engine::Secrets::default();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "rebuilt-check-value", opened.check_value.as_str())
        .fact(
            Level::Public,
            "rebuilt-from",
            "every share as read back from its sheet, in overlapping groups of the threshold",
        );
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
