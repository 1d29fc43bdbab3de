//! The backup of an earlier ceremony, as its verified evidence pack tells of it, and what a run keeps of that: the pack's
//! medium may be gone when the shares are in.

use super::key_plan::Backups;
use super::newest::{self, Newest};
use super::places::{self, Place};
use super::{at_hand, boxed, noted, out_of_order, receipt, share_problem};
use crate::dealing::Dealing;
use crate::engine::{Engine, Halt};
use crate::plan::Planned;
use crate::store::{disk, read_outside, write_new};
use outside::NotOpened;
use protocol::{Fact, Mode, Problem};
use secrets::SecretBytes;
use std::path::Path;
use transcript::{Draft, Entry, Kind, Level, Reading, count};

/// The largest wrapped backup, in bytes: RSA-4096 in PKCS#8 under AES-KWP is about 2.4 KiB.
const LARGEST: u64 = 16 * 1024;

/// What an earlier ceremony's record says of its backup.
pub(super) struct Earlier {
    pub(super) set: String,
    pub(super) dealing: Dealing,
    commitments: Vec<String>,
    /// The serial number of the token that the keys were backed up from.
    serial: String,
    run: String,
    signer: String,
    /// Share index and the number of the bag it was sealed in.
    bags: Vec<(u64, String)>,
    /// Its shares that are encrypted to YubiKeys.
    boxes: Vec<boxed::Sealed>,
    /// What this workstation's own drills on the set say of its bags since.
    newest: Newest,
    keys: Keys,
}

/// What its shares open.
enum Keys {
    One(Box<One>),
    Plan(Backups),
}

/// The one key of a backup.
pub(super) struct One {
    pub(super) check_value: String,
    pub(super) key_spec: String,
    /// The key's label in the token that it was backed up from.
    pub(super) key_label: String,
    /// Every place where the key went, by that record, the ones before it and those at hand.
    pub(super) places: Vec<Place>,
    wrapped_name: String,
    wrapped: Vec<u8>,
    pub(super) public_key: Option<Vec<u8>>,
}

impl Earlier {
    /// Its one key. Refused for a plan's backup: its sheets guard every key of the plan, so that what ends with their
    /// destruction would leave the other keys without a backup.
    pub(super) fn one(&self) -> Result<&One, Problem> {
        let keys = match &self.keys {
            Keys::One(one) => return Ok(one),
            Keys::Plan(backups) => backups.count(),
        };
        Err(Problem::new(
            "backup-of-a-plan",
            format!(
                "The pack is of a key plan with {}, and this ceremony takes the backup of one key made alone.",
                count(keys, "key", "keys")
            ),
            "Nothing was read from it.",
            "Keep its sheets and files as they are. The ceremony drill proves the backup of a whole plan. To bring a key \
             back, open its wrapped file as recovery/HOW-TO-RECOVER.md in the pack says.",
        ))
    }
}

/// The pack's record does not say what a backup is tried with.
pub(super) fn no_backup(what: &str) -> Problem {
    Problem::new(
        "pack-without-backup",
        format!("The pack's record does not say {what}, so no backup can be tried with it."),
        "Nothing was read from it.",
        "Choose the pack of the ceremony that made the key and its share sheets, not a shortened copy.",
    )
}

/// A plain file of a folder of the pack, up to a size in bytes. Its name is the record's word: nothing outside of the
/// folder is read by it.
pub(super) fn file_of(folder: &Path, name: &str, largest: u64) -> Result<Vec<u8>, Problem> {
    if name.is_empty() || name.contains(['/', '\\']) || name == ".." || name == "." {
        return Err(no_backup(&format!("a file by the name {name:?}")));
    }
    let path = folder.join(name);
    outside::read_plain(&path, largest).map_err(|e| match e {
        NotOpened::Io(e) => disk(&path, &e),
        _ => no_backup("what a file of that size is"),
    })
}

fn read(pack: &Path, mode: Mode) -> Result<Earlier, Problem> {
    let signer = receipt::verified(pack, mode)?;
    let path = pack.join("transcript.jsonl");
    let entries = Reading::of(&read_outside(&path, outside::LARGEST_RECORD)?).entries;
    let set = text(&entries, "share-set")?;
    // Sheets of an earlier, void set were given out too: only those after the set was made count.
    let dealt_at = entries.iter().rposition(|e| e.value("share-set").is_some()).unwrap_or(0);
    let bags = entries.iter().skip(dealt_at).filter_map(|e| {
        let bag = e.value("bag")?.as_str()?.to_owned();
        Some((e.value("share-index")?.as_u64()?, bag))
    });
    let commitments = newest_value(&entries, "share-commitments")
        .and_then(|v| serde_json::from_value(v.clone()).ok())
        .ok_or_else(|| no_backup("share-commitments"))?;
    let keys = if newest_value(&entries, "plan-keys").is_some() {
        Keys::Plan(Backups::of(pack, &entries, &set)?)
    } else {
        Keys::One(Box::new(one(pack, &entries)?))
    };
    Ok(Earlier {
        dealing: Dealing::recorded("", &entries).ok_or_else(|| no_backup("how its shares were dealt"))?,
        commitments,
        serial: text(&entries, "token-serial")?,
        run: text(&entries, "run")?,
        signer,
        bags: bags.collect(),
        boxes: boxed::of(pack, entries.get(dealt_at..).unwrap_or_default())?,
        newest: Newest::default(),
        keys,
        set,
    })
}

fn newest_value<'e>(entries: &'e [Entry], name: &str) -> Option<&'e serde_json::Value> {
    entries.iter().rev().find_map(|e| e.value(name))
}

/// The newest text fact of that name.
pub(super) fn text(entries: &[Entry], name: &str) -> Result<String, Problem> {
    let found = newest_value(entries, name).and_then(|v| v.as_str());
    found.map(str::to_owned).ok_or_else(|| no_backup(name))
}

fn one(pack: &Path, entries: &[Entry]) -> Result<One, Problem> {
    let text = |name: &str| text(entries, name);
    let wrapped_name = text("wrapped-backup")?;
    let public_key = text("public-key-file").ok().map(|name| file_of(pack, &name, LARGEST));
    Ok(One {
        check_value: text("check-value")?,
        key_spec: text("key-spec")?,
        key_label: text("key-label")?,
        places: places::of_record(entries, true),
        wrapped: file_of(pack, &wrapped_name, LARGEST)?,
        wrapped_name,
        public_key: public_key.transpose()?,
    })
}

/// What the people compare with their sheets and notes.
pub(super) fn about(earlier: &Earlier) -> Vec<Fact> {
    let mut facts = vec![
        noted("Backup made in", earlier.run.as_str()),
        noted("Share set", earlier.set.as_str()),
        noted("Needs", earlier.dealing.needs()),
    ];
    match &earlier.keys {
        Keys::One(one) => facts.push(noted("Check value to match", one.check_value.as_str())),
        Keys::Plan(backups) => facts.extend(backups.about()),
    }
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
        let path = engine.folder_of_medium(
            step,
            "Which folder is the evidence pack of the ceremony that made the backup?",
            &[],
            problem.take(),
        )?;
        match read(&path, engine.plan.mode).and_then(|e| fits(&e).map(|()| e)) {
            Ok(earlier) => break (path, earlier),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let signed_by = receipt::known_signer(engine, step, &earlier.signer)?;
    let own = engine.fact("signing-key-sha256").unwrap_or_default();
    earlier.newest = newest::of(engine, &earlier.set, &[&own, &earlier.signer]);
    if let Keys::One(one) = &mut earlier.keys {
        let signers = [own.as_str(), &earlier.signer];
        at_hand::add(engine, &earlier.run, &one.check_value, &signers, &mut one.places);
    }
    let draft = boxed::keep(engine, &earlier.boxes, Draft::new(Kind::Outcome))?;
    let mut draft = earlier
        .dealing
        .record("drill-", draft)
        .fact(Level::Public, "drill-set", earlier.set.as_str())
        .fact(Level::Public, "drill-commitments", serde_json::json!(earlier.commitments))
        .fact(Level::Public, "earlier-ceremony", earlier.run.as_str())
        .fact(Level::Auditor, "drill-bags", serde_json::json!(earlier.bags))
        .fact(Level::Auditor, "earlier-token-serial", earlier.serial.as_str())
        .fact(Level::Internal, "earlier-pack", pack.display().to_string())
        .fact(Level::Public, "earlier-pack-signed-by", signed_by);
    if !earlier.newest.bags.is_empty() {
        draft = draft.fact(Level::Auditor, "drill-newer-bags", serde_json::json!(earlier.newest.bags));
    }
    if !earlier.newest.passed_over.is_empty() {
        draft =
            draft.fact(Level::Auditor, "drill-bags-not-taken", serde_json::json!(earlier.newest.passed_over));
    }
    let draft = match &earlier.keys {
        Keys::One(one) => keep(engine, one, draft)?,
        Keys::Plan(backups) => backups.keep(engine, step, draft)?,
    };
    Ok((earlier, draft))
}

/// Keeps the one key's files in this run's folder.
fn keep(engine: &Engine<'_>, one: &One, draft: Draft) -> Result<Draft, Problem> {
    let entries = engine.journal.head().entries;
    let kept = format!("drilled-backup-{entries}.kwp");
    write_new(&engine.folder.join(&kept), &one.wrapped)?;
    let draft = draft
        .fact(Level::Public, "drill-check-value", one.check_value.as_str())
        .fact(Level::Public, "drill-key-spec", one.key_spec.as_str())
        .fact(Level::Auditor, places::FACT, serde_json::json!(one.places))
        .fact(Level::Public, "earlier-wrapped-backup", one.wrapped_name.as_str())
        .fact(Level::Public, "drilled-backup-sha256", crate::digest::sha256_hex(&one.wrapped))
        .fact(Level::Internal, "drilled-backup", kept);
    let Some(public) = &one.public_key else { return Ok(draft) };
    let name = format!("drilled-public-key-{entries}.der");
    write_new(&engine.folder.join(&name), public)?;
    Ok(draft.fact(Level::Internal, "drilled-public-key", name))
}

/// The entry of the step that opened the pack last; facts of an earlier attempt at it do not count.
pub(super) fn opening<'e>(engine: &'e Engine<'_>) -> Option<&'e Entry> {
    engine.journal.entries().iter().rev().find(|e| e.value("drill-set").is_some())
}

/// How the shares of the backup that was opened last were dealt.
pub(super) fn dealing(engine: &Engine<'_>) -> Result<Dealing, Problem> {
    Dealing::recorded("drill-", engine.journal.entries()).ok_or_else(out_of_order)
}

/// The backup wrapping key from the shares that were brought of it.
pub(super) fn rebuilt(engine: &Engine<'_>) -> Result<SecretBytes, Problem> {
    dealing(engine)?.combined(&engine.room.brought).map_err(|e| share_problem(&e))
}

/// The wrapped backup and, for a pair, its public half, as they were kept when the pack was opened.
pub(super) fn kept(engine: &Engine<'_>) -> Result<(Vec<u8>, Option<Vec<u8>>), Problem> {
    let file = |name: &str| engine.fact(name).map(|f| engine.folder.join(f));
    let path = file("drilled-backup").ok_or_else(out_of_order)?;
    let blob = read_outside(&path, outside::LARGEST_RECORD)?;
    // Not in the pack, which would spread copies of it, hence a fact of its own.
    if engine.fact("drilled-backup-sha256") != Some(crate::digest::sha256_hex(&blob)) {
        return Err(out_of_order());
    }
    let public = file("drilled-public-key").map(|p| read_outside(&p, outside::LARGEST_RECORD)).transpose()?;
    Ok((blob, public))
}
