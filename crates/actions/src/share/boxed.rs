//! A share that is encrypted to its custodian's own YubiKey, in place of a sheet: a custodian box
//! (`docs/formats/custodian-box.md`), which travels in the evidence pack and opens only with that YubiKey and its PIN.

use crate::share::dealt::{Cards as _, DealtSet};
use crate::share::words::{self, share_problem};
use crate::yubikey::card;
use engine::words::{memory, out_of_order};
use engine::{Cue, Halt, Keep, KeepRecord, Outcome, Recall, Stage};
use facts::Named as _;
use outside::NotOpened;
use piv::{Purpose, Slot};
use protocol::{Mode, Problem};
use script::{OwnYubiKey, P256Key, Person};
use secrets::{SecretBytes, SecretText};
use shares::{SetId, Share, ShareError};
use std::path::Path;
use store::disk;
use transcript::{Entry, FileDigest};

/// The value of the parameter `sheets` that asks for boxes.
pub(crate) const WORD: &str = "yubikey";
/// Larger than any box of a share, in bytes.
const LARGEST: u64 = 4096;

fn purpose(cue: Cue<'_>) -> Purpose {
    if cue.plan.mode == Mode::Rehearsal { Purpose::Rehearsal } else { Purpose::Production }
}

/// What a box is bound to besides its recipient.
fn context(index: u8, set: SetId) -> Vec<u8> {
    words::of_the_set(index, &set.to_string()).into_bytes()
}

/// The YubiKey and the key of it that opens what is encrypted to a person.
fn key_of(person: &Person) -> Option<(&OwnYubiKey, &P256Key)> {
    let own = person.yubikey.as_ref()?;
    Some((own, own.box_key.as_ref()?))
}

/// Whether a person can have a share as a box.
pub(crate) fn can_hold(person: &Person) -> bool {
    key_of(person).is_some()
}

/// Whether the plan gives its shares as boxes.
pub(crate) fn is_meant(cue: Cue<'_>) -> bool {
    cue.plan.value("sheets") == WORD
}

/// Gives this turn's share as a box, and reads it back through the YubiKey.
pub(crate) fn give(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    share: &Share,
    of: DealtSet<'_>,
) -> Result<(Outcome, Share), Halt> {
    let (index, person) = (cue.step.turn, &cue.step.actor);
    let (own, key) = key_of(person).ok_or_else(out_of_order)?;
    stage.signed_by(person, words::I_TAKE_MY_BOX)?;
    let sealed = piv::encrypt_to(key.spki(), purpose(cue), &context(index, of.set), &text_of(share)?)
        .map_err(|e| engine::words::piv(&e))?;
    let name = format!("share-{index}-box-{}.bin", stage.past().entries.len());
    stage.keep(&name, &sealed)?;
    // From the file, as it will be opened one day.
    let sealed = store::read_outside(&stage.folder().join(&name), outside::LARGEST_RECORD)?;
    let share = open(cue, stage, own.serial, &sealed, index, of)?;
    let outcome = Outcome::new()
        .fact(&facts::SHARE_INDEX, index)
        .fact(&facts::SHEET, words::ENCRYPTED)
        .fact(&facts::SHARE_BOX_FILE, name.as_str())
        .fact(&facts::READ_BACK, words::EQUALS_THE_COMMITMENT)
        .fact(&facts::READ_BACK_HOW, words::OPENED_BY_YUBIKEY)
        .fact(&facts::CUSTODIAN, person.id.as_str())
        .fact(&facts::SHARE_BOX_YUBIKEY, own.serial.to_string())
        .file(FileDigest::of(name, &sealed));
    Ok((outcome, share))
}

/// A share as its rows, a line each: what its sheet would say.
fn text_of(share: &Share) -> Result<SecretBytes, Problem> {
    let rows = share.rows();
    let length = rows.iter().map(|r| r.len() + 1).sum();
    SecretBytes::filled_by(length, |out| {
        let mut at = 0;
        for row in &rows {
            for byte in row.bytes().chain([b'\n']) {
                if let Some(place) = out.get_mut(at) {
                    *place = byte;
                }
                at += 1;
            }
        }
        Ok::<(), secrets::SecretError>(())
    })
    .map_err(memory)
}

/// Opens a box with its YubiKey: PIN, and a touch where the key wants one. The share has to be the one that was dealt.
fn open(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    serial: u32,
    sealed: &[u8],
    index: u8,
    of: DealtSet<'_>,
) -> Result<Share, Halt> {
    let pin = card::pin(cue, stage, serial)?;
    let (purpose, context) = (purpose(cue), context(index, of.set));
    let opened = card::with(stage, serial, words::OPENING_BOX, words::SECONDS, move |card| {
        card.decrypt(Slot::KeyManagement, Some(&pin), purpose, &context, sealed)
    })?;
    let share = share_in(opened)?;
    let rehearsal = cue.plan.mode == Mode::Rehearsal;
    of.has(&share, rehearsal).map_err(|e| share_problem(&e))?;
    if of.dealing.number_of(&share) == Some(index) { Ok(share) } else { Err(out_of_order().into()) }
}

/// The share that a box held. The bytes never leave their locked pages, whatever they are.
fn share_in(opened: SecretBytes) -> Result<Share, Problem> {
    let text = SecretText::in_place(opened).ok_or(ShareError::Damaged);
    text.and_then(|text| Share::parse(&text)).map_err(|e| share_problem(&e))
}

/// One box of an earlier ceremony.
pub(crate) struct Sealed {
    index: u8,
    bytes: Vec<u8>,
}

/// One box of an earlier ceremony, as this run keeps it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Kept {
    index: u8,
    file: String,
    sha256: String,
}

/// The boxes of an earlier set, from its pack, which was verified, by the entries since the set was dealt. Where a share
/// was given twice, the last one counts.
pub(crate) fn of(pack: &Path, entries: &[Entry]) -> Result<Vec<Sealed>, Problem> {
    let mut found: Vec<Sealed> = Vec::new();
    for entry in entries {
        let index = facts::SHARE_INDEX.within(entry).and_then(|n| u8::try_from(n).ok());
        let name = facts::SHARE_BOX_FILE.within(entry);
        let (Some(index), Some(name)) = (index, name) else { continue };
        let from = pack.join(name);
        let bytes = outside::read_plain(&from, LARGEST).map_err(|e| match e {
            NotOpened::Io(e) => disk(&from, &e),
            _ => out_of_order(),
        })?;
        found.retain(|b| b.index != index);
        found.push(Sealed { index, bytes });
    }
    Ok(found)
}

/// Keeps the boxes in this run's folder.
pub(crate) fn keep(
    stage: &mut (impl Keep + KeepRecord + ?Sized),
    boxes: &[Sealed],
    outcome: Outcome,
) -> Result<Outcome, Problem> {
    let mut kept = Vec::new();
    for Sealed { index, bytes } in boxes {
        let file = format!("drilled-box-{index}-{}.bin", stage.past().entries.len());
        if !stage.folder().join(&file).exists() {
            stage.keep(&file, bytes)?;
        }
        kept.push(Kept { index: *index, file, sha256: script::sha256_hex(bytes) });
    }
    if kept.is_empty() {
        return Ok(outcome);
    }
    let kept: Vec<_> = kept.into_iter().map(|kept| serde_json::json!(kept)).collect();
    Ok(outcome.fact(&facts::DRILL_BOXES, kept))
}

fn kept(record: &(impl KeepRecord + ?Sized)) -> Vec<Kept> {
    let kept = record.newest(&facts::DRILL_BOXES).unwrap_or_default();
    kept.into_iter().map(serde_json::from_value).collect::<Result<_, _>>().unwrap_or_default()
}

/// Whether the share of that index is a box, not a sheet.
pub(crate) fn is_box(record: &(impl KeepRecord + ?Sized), index: u8) -> bool {
    kept(record).iter().any(|b| b.index == index)
}

/// The box of the earlier set that is this person's, with its bytes.
fn box_of(
    stage: &(impl Keep + KeepRecord + ?Sized),
    person: &Person,
) -> Result<Option<(u8, Vec<u8>)>, Problem> {
    let Some((_, key)) = key_of(person) else { return Ok(None) };
    let mine = script::sha256(key.spki());
    for b in kept(stage) {
        let path = stage.folder().join(&b.file);
        let bytes = store::read_outside(&path, outside::LARGEST_RECORD)?;
        if script::sha256_hex(&bytes) != b.sha256 {
            return Err(out_of_order());
        }
        if piv::header(&bytes).is_ok_and(|header| header.recipient == mine) {
            return Ok(Some((b.index, bytes)));
        }
    }
    Ok(None)
}

/// A share that a custodian opened with their YubiKey.
pub(crate) struct Opened {
    pub(crate) share: Share,
    pub(crate) index: u8,
    /// The serial number of the YubiKey.
    pub(crate) serial: u32,
}

/// The share of an earlier set that is a box of this person's; `None` where they have none, and bring a sheet. They sign
/// the sentence before it is opened.
pub(crate) fn brought(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    of: DealtSet<'_>,
    says: &str,
) -> Result<Option<Opened>, Halt> {
    let person = &cue.step.actor;
    let Some((own, _)) = key_of(person) else { return Ok(None) };
    let Some((index, sealed)) = box_of(stage, person)? else { return Ok(None) };
    stage.signed_by(person, says)?;
    let share = open(cue, stage, own.serial, &sealed, index, of)?;
    Ok(Some(Opened { share, index, serial: own.serial }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_that_holds_no_text_is_refused_and_not_copied() {
        let held = SecretBytes::copied_from(b"0123 \xff\xfe").unwrap();
        let refused = share_in(held).err().unwrap();
        assert_eq!(refused.code, "share-refused");
        assert!(refused.happened.contains("damaged"), "{refused}");
    }
}
