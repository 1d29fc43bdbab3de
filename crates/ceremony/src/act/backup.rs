//! The backup: a fresh wrapping key wraps the master in the token and is split; the shares are read back, the
//! wrapping key is rebuilt from them, and the wrapped file has to open to the same check value.

use super::route::Way;
use super::{expected, key, noted, out_of_order, share_problem, token_problem};
use crate::dealing::Dealing;
use crate::dice::{self, Thrown};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use protocol::{Answer, Ask, Mode, Problem};
use secrets::{SecretBytes, SecretText};
use shares::KeyPrint;
use transcript::{Draft, FileDigest, Kind, Level};

/// AES-256.
const BACKUP_KEY_LEN: usize = 32;

/// How a key is wrapped for its backup, for the record.
pub(super) const HOW: &str = "AES-256 key wrap with padding (RFC 5649), in the token";
/// The same where the token's form of a private key is mended.
const HOW_MENDED: &str = "AES-256 key wrap with padding (RFC 5649), in this computer's locked memory, after the token wrapped it for that";
/// What the backup wrapping key is rebuilt from, for the record.
pub(super) const FROM: &str =
    "every share as read back from its sheet, in overlapping groups of the threshold";

/// What a rehearsal proposes as throws.
const PRACTICE_DICE: &str =
    "3511462632415263146526153421365412646351323641562514632516424353126114655236142351646325413625514236";

/// The system's generator, `XORed` with the token's and, where dice were thrown, with the digest of the throws: no one
/// of them alone decides the key, and none takes anything away from the others.
pub(super) fn fresh_key(
    token: &mut dyn tokens::Token,
    dice: Option<&Thrown>,
) -> Result<SecretBytes, Problem> {
    let mut other = SecretBytes::copied_from(&[0; BACKUP_KEY_LEN]).map_err(crate::engine::memory)?;
    token.random(other.expose_mut()).map_err(|e| token_problem(&e))?;
    let thrown = dice.map_or(&[][..], |dice| dice.digest.expose());
    SecretBytes::filled_by(BACKUP_KEY_LEN, |key| {
        fill_random(key)?;
        for source in [other.expose(), thrown] {
            for (a, b) in key.iter_mut().zip(source) {
                *a ^= b;
            }
        }
        Ok::<(), shares::ShareError>(())
    })
    .map_err(|e| share_problem(&e))
}

/// The throws of the dice, where the plan asks for them.
pub(super) fn thrown(engine: &mut Engine<'_>, step: &Planned) -> Result<Option<Thrown>, Halt> {
    if engine.plan.value("dice") != "yes" {
        return Ok(None);
    }
    let mut problem = None;
    loop {
        let ask = Ask::NewSecret {
            name: step.actor.name.clone(),
            what: "What the dice show".to_owned(),
            rule: format!(
                "{} throws of a six-sided die, each as a digit from 1 to 6, in the order they fell. Nobody else looks; no \
                 note is kept.",
                dice::FEWEST
            ),
            hint: (engine.plan.mode == Mode::Rehearsal).then(|| PRACTICE_DICE.to_owned()),
        };
        let Answer::Secret { text } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let text = SecretText::new(text.into_text()).map_err(crate::engine::memory)?;
        match dice::read(&text) {
            Ok(thrown) => return Ok(Some(thrown)),
            Err(fault) => {
                problem = Some(
                    Problem::new(
                        "dice-refused",
                        fault.happened(),
                        "Nothing was made. The throws were forgotten.",
                        "Throw again, all of them, and type what falls: throws that are made up are worth little.",
                    )
                    .can_try_again(),
                );
            }
        }
    }
}

fn fill_random(out: &mut [u8]) -> Result<(), shares::ShareError> {
    SystemRandom::new().fill(out).map_err(|_| shares::ShareError::Random)
}

pub(super) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    destroy_void_sheets(engine, step)?;
    let dice = thrown(engine, step)?;
    let recorded = key::Recorded::of(engine)?;
    let way = Way::recorded(engine, "backup-route");
    let approved = way.approved(engine, step)?;
    let doing = "Wrapping the master key under a fresh backup wrapping key";
    let (backup_key, blob) = engine.work(step, doing, "a few seconds", |token| {
        let master = recorded.in_token(token)?;
        let backup_key = fresh_key(token, dice.as_ref())?;
        let blob = way.wrap_under(token, &backup_key, &master)?;
        Ok((backup_key, blob))
    })?;
    let set = fresh_set()?;
    let name = format!("{}-master-key-backup-{}.kwp", engine.plan.mode.word(), plain(set));
    write_new(&engine.folder.join(&name), &blob)?;
    engine.room.backup_key = Some(backup_key);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-set", set.to_string())
        .fact(Level::Public, "wrapped-backup", name.as_str())
        .fact(Level::Public, "wrapped-with", if way == Way::Inside { HOW } else { HOW_MENDED })
        .fact(Level::Public, "backup-key-origin", origin(dice.as_ref()))
        .file(FileDigest::of(name.clone(), &blob));
    let mut draft = Way::recorded_in(draft, approved, recorded.spec);
    if way == Way::ThroughHost {
        draft = draft.fact(Level::Public, "backup-rung", tokens::Rung::HostMemory.word());
    }
    Ok(Outcome {
        draft: Some(draft),
        facts: vec![noted("Wrapped backup file", name), noted("Share set", set.to_string())],
        ..Outcome::default()
    })
}

/// The number of a new set; it keeps a file from an earlier, abandoned backup apart from this one.
pub(super) fn fresh_set() -> Result<shares::SetId, Problem> {
    let mut id = [0; 8];
    fill_random(&mut id).map_err(|e| share_problem(&e))?;
    Ok(shares::SetId::from_bytes(id))
}

/// Where the backup wrapping key came from, for the record.
pub(super) fn origin(dice: Option<&Thrown>) -> String {
    format!(
        "host memory: system generator XOR token generator{}; imported as a session key and destroyed there",
        dice.map_or(String::new(), |d| format!(" XOR SHA-256 of {} throws of dice", d.throws))
    )
}

/// Sheets of a backup that became void are destroyed before another one is made: two people say so for each set.
pub(super) fn destroy_void_sheets(engine: &mut Engine<'_>, step: &Planned) -> Result<(), Halt> {
    let void = |o: &transcript::Obligation| o.id.starts_with("void-sheets-");
    for owed in engine.journal.open_obligations().into_iter().filter(void) {
        let set = owed.id.trim_start_matches("void-sheets-").to_owned();
        let facts = vec![noted("Collect and destroy every sheet of the set", set.clone())];
        let button = "Every sheet of this set is destroyed".to_owned();
        engine.ask(step, Ask::Observe { facts, button }, None)?;
        let says = format!("I saw every sheet of the set {set} destroyed.");
        let people = [Some(step.actor.clone()), step.confirmer.clone()];
        for person in people.into_iter().flatten() {
            engine.signed_by(step, &person, &says, None)?;
        }
        let note = Draft::new(Kind::Note)
            .fact(Level::Public, "note", format!("the sheets of the void set {set} were destroyed"))
            .closes(&owed.id);
        engine.append(engine.placed(note, step, false))?;
    }
    Ok(())
}

/// The set's id without dashes, for a file's name.
pub(super) fn plain(set: shares::SetId) -> String {
    set.to_string().replace('-', "").to_lowercase()
}

pub(super) fn current_set(engine: &Engine<'_>) -> Result<shares::SetId, Problem> {
    engine.fact("share-set").and_then(|s| s.parse().ok()).ok_or_else(out_of_order)
}

/// How this run's shares are dealt.
pub(super) fn dealing(engine: &Engine<'_>) -> Result<Dealing, Problem> {
    engine.plan.dealing.clone().ok_or_else(out_of_order)
}

pub(super) fn split(engine: &mut Engine<'_>, _step: &Planned) -> Result<Outcome, Halt> {
    let set = current_set(engine)?;
    let dealing = dealing(engine)?;
    let rehearsal = engine.plan.mode == Mode::Rehearsal;
    // A plan's shares open many files, so its record names none, and neither do the cards.
    let key = match engine.fact("wrapped-backup") {
        Some(name) => KeyPrint::of_file(&engine.kept(&name)?),
        None => KeyPrint::default(),
    };
    let secret = engine.room.backup_key.as_ref().ok_or_else(out_of_order)?;
    let dealt = dealing.deal(secret, set, key, rehearsal, &mut fill_random).map_err(|e| share_problem(&e))?;
    let commitments: Vec<String> =
        shares::commitments(&dealt).iter().map(|c| crate::digest::hex(c)).collect();
    engine.room.shares = dealt;
    let draft = dealing
        .record("", Draft::new(Kind::Outcome))
        .fact(Level::Public, "share-commitments", serde_json::json!(commitments))
        .fact(Level::Public, "split-where", "locked host memory, outside any validated module");
    Ok(Outcome { draft: Some(draft), facts: vec![noted("Split", dealing.needs())], ..Outcome::default() })
}

pub(super) fn rebuild(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let name = engine.fact("wrapped-backup").ok_or_else(out_of_order)?;
    let recorded = key::Recorded::of(engine)?;
    let blob = engine.kept(&name)?;
    let rebuilt = from_sheets(engine)?;
    let doing = "Opening the wrapped backup with the rebuilt key";
    let opened = engine.work(step, doing, "a few seconds", |token| {
        let master = recorded.in_token(token)?;
        let opened = token
            .look_under(&rebuilt, &blob, recorded.spec, master.public_key.as_deref())
            .map_err(|e| token_problem(&e))?;
        if opened.check_value == master.check_value {
            return Ok(opened.check_value);
        }
        Err(Problem::new(
            "backup-does-not-match",
            "The backup opens, but not to the master key.",
            "The master key is unchanged in the token; the backup does not count.",
            "Make the backup anew, or stop and find out who changed the token or the wrapped file.",
        ))
    })?;
    let facts = vec![expected("Check value from the rebuilt backup", &recorded.check_value, &opened)];
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "rebuilt-check-value", opened.as_str()).fact(
        Level::Public,
        "rebuilt-from",
        FROM,
    );
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The backup wrapping key from the shares as they were typed back, every one of them.
pub(super) fn from_sheets(engine: &Engine<'_>) -> Result<SecretBytes, Problem> {
    if engine.room.read_back.len() != usize::from(engine.plan.number("shares")) {
        return Err(out_of_order());
    }
    dealing(engine)?.combined(&engine.room.read_back).map_err(|e| share_problem(&e))
}
