//! A share that is encrypted to its custodian's own YubiKey, in place of a sheet: a custodian box
//! (`docs/formats/custodian-box.md`), which travels in the evidence pack and opens only with that YubiKey and its PIN.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use super::{backup, card, out_of_order, share_problem, sheet};
use crate::dealing::DealtSet;
use crate::engine::{Engine, Halt, Outcome, memory};
use crate::plan::Planned;
use crate::roster::{OwnYubiKey, P256Key, Person};
use crate::store::{disk, write_new};
use outside::NotOpened;
use piv::{Purpose, Slot};
use protocol::{Mode, Problem};
use secrets::{SecretBytes, SecretText};
use shares::{SetId, Share};
use std::path::Path;
use transcript::{Draft, Entry, FileDigest, Kind, Level};

/// The value of the parameter `sheets` that asks for boxes.
pub(crate) const WORD: &str = "yubikey";
/// Larger than any box of a share, in bytes.
const LARGEST: u64 = 4096;

fn purpose(engine: &Engine<'_>) -> Purpose {
    if engine.plan.mode == Mode::Rehearsal { Purpose::Rehearsal } else { Purpose::Production }
}

/// What a box is bound to besides its recipient.
fn context(index: u8, set: SetId) -> Vec<u8> {
    format!("share {index} of {set}").into_bytes()
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

/// Gives this turn's share as a box, where the plan says so, and reads it back through the YubiKey.
pub(super) fn give(engine: &mut Engine<'_>, step: &Planned, set: SetId) -> Result<Option<Outcome>, Halt> {
    if engine.plan.value("sheets") != WORD {
        return Ok(None);
    }
    let index = step.turn;
    let person = step.actor.clone();
    let (own, key) = key_of(&person).ok_or_else(out_of_order)?;
    let words = "I take my share, encrypted to my own YubiKey, and open it here once.";
    engine.signed_by(step, &person, words, None)?;
    let dealing = backup::dealing(engine)?;
    let share = sheet::due(engine, step)?;
    let sealed = piv::encrypt_to(key.spki(), purpose(engine), &context(index, set), &text_of(share)?)
        .map_err(|e| card::problem_of(&e))?;
    let name = format!("share-{index}-box-{}.bin", engine.journal.head().entries);
    write_new(&engine.folder.join(&name), &sealed)?;
    let dealt = shares::commitments(&engine.room.shares);
    // From the file, as it will be opened one day.
    let path = engine.folder.join(&name);
    let sealed = crate::store::read_outside(&path, outside::LARGEST_RECORD)?;
    let of = DealtSet { set, dealing: &dealing, commitments: &dealt };
    let share = open(engine, step, own.serial, &sealed, index, of)?;
    engine.room.read_back.retain(|s| dealing.number_of(s) != Some(index));
    engine.room.read_back.push(share);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-index", index)
        .fact(Level::Public, "sheet", "none: encrypted to the custodian's YubiKey")
        .fact(Level::Public, "share-box-file", name.as_str())
        .fact(Level::Public, "read-back", "equals the commitment")
        .fact(Level::Public, "read-back-how", "opened by the YubiKey")
        .fact(Level::Auditor, "custodian", person.id.as_str())
        .fact(Level::Auditor, "share-box-yubikey", own.serial.to_string())
        .file(FileDigest::of(name, &sealed));
    Ok(Some(Outcome { draft: Some(draft), ..Outcome::default() }))
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
    engine: &mut Engine<'_>,
    step: &Planned,
    serial: u32,
    sealed: &[u8],
    index: u8,
    of: DealtSet<'_>,
) -> Result<Share, Halt> {
    let pin = card::pin(engine, step, serial)?;
    let (purpose, context) = (purpose(engine), context(index, of.set));
    let doing = "Opening the share with the YubiKey. Touch it when it blinks";
    let opened = card::with(engine, step, serial, doing, "seconds", move |card| {
        card.decrypt(Slot::KeyManagement, Some(&pin), purpose, &context, sealed)
    })?;
    let share = share_in(opened)?;
    let rehearsal = engine.plan.mode == Mode::Rehearsal;
    of.has(&share, rehearsal).map_err(|e| share_problem(&e))?;
    if of.dealing.number_of(&share) == Some(index) { Ok(share) } else { Err(out_of_order().into()) }
}

/// The share that a box held. The bytes never leave their locked pages, whatever they are.
fn share_in(opened: SecretBytes) -> Result<Share, Problem> {
    let text = SecretText::in_place(opened).ok_or(shares::ShareError::Damaged);
    text.and_then(|text| Share::parse(&text)).map_err(|e| share_problem(&e))
}

/// One box of an earlier ceremony.
pub(super) struct Sealed {
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
pub(super) fn of(pack: &Path, entries: &[Entry]) -> Result<Vec<Sealed>, Problem> {
    let mut found: Vec<Sealed> = Vec::new();
    for entry in entries {
        let index =
            entry.value("share-index").and_then(serde_json::Value::as_u64).and_then(|n| u8::try_from(n).ok());
        let name = entry.value("share-box-file").and_then(|v| v.as_str());
        let (Some(index), Some(name)) = (index, name) else { continue };
        let from = pack.join(name);
        if name.contains('/') {
            return Err(out_of_order());
        }
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
pub(super) fn keep(engine: &Engine<'_>, boxes: &[Sealed], draft: Draft) -> Result<Draft, Problem> {
    let mut kept = Vec::new();
    for Sealed { index, bytes } in boxes {
        let file = format!("drilled-box-{index}-{}.bin", engine.journal.head().entries);
        let to = engine.folder.join(&file);
        if !to.exists() {
            write_new(&to, bytes)?;
        }
        kept.push(Kept { index: *index, file, sha256: crate::digest::sha256_hex(bytes) });
    }
    if kept.is_empty() {
        return Ok(draft);
    }
    Ok(draft.fact(Level::Internal, "drill-boxes", serde_json::json!(kept)))
}

fn kept(engine: &Engine<'_>) -> Vec<Kept> {
    engine.fact_value("drill-boxes").and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default()
}

/// Whether the share of that index is a box, not a sheet.
pub(super) fn is_box(engine: &Engine<'_>, index: u8) -> bool {
    kept(engine).iter().any(|b| b.index == index)
}

/// The box of the earlier set that is this person's, with its bytes.
fn box_of(engine: &Engine<'_>, person: &Person) -> Result<Option<(u8, u32, Vec<u8>)>, Problem> {
    let Some((own, key)) = key_of(person) else { return Ok(None) };
    let mine = crate::digest::sha256(key.spki());
    for b in kept(engine) {
        let path = engine.folder.join(&b.file);
        let bytes = crate::store::read_outside(&path, outside::LARGEST_RECORD)?;
        if crate::digest::sha256_hex(&bytes) != b.sha256 {
            return Err(out_of_order());
        }
        if piv::header(&bytes).is_ok_and(|header| header.recipient == mine) {
            return Ok(Some((b.index, own.serial, bytes)));
        }
    }
    Ok(None)
}

/// Brings a share that is a box of this person's; `None` where they have none, and bring a sheet.
pub(super) fn bring(
    engine: &mut Engine<'_>,
    step: &Planned,
    of: DealtSet<'_>,
) -> Result<Option<Outcome>, Halt> {
    let person = step.actor.clone();
    let Some((index, serial, sealed)) = box_of(engine, &person)? else { return Ok(None) };
    engine.signed_by(step, &person, "I bring my YubiKey and open my share with it.", None)?;
    let share = open(engine, step, serial, &sealed, index, of)?;
    if engine.room.brought.iter().any(|s| of.dealing.number_of(s) == Some(index)) {
        return Err(share_problem(&shares::ShareError::Duplicate { index }).into());
    }
    engine.room.brought.push(share);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-index", index)
        .fact(Level::Public, "read-back", "equals the commitment")
        .fact(Level::Public, "read-back-how", "opened by the YubiKey")
        .fact(Level::Public, &boxed_turn(step), true)
        .fact(Level::Auditor, "share-box-yubikey", serial.to_string())
        .fact(Level::Auditor, "custodian", person.id.as_str());
    Ok(Some(Outcome { draft: Some(draft), ..Outcome::default() }))
}

fn boxed_turn(step: &Planned) -> String {
    format!("brought-by-yubikey-{}", step.turn)
}

/// Where this turn's share was opened by a YubiKey there is no bag to seal: its custodian takes the YubiKey back.
pub(super) fn taken_back(engine: &mut Engine<'_>, step: &Planned) -> Result<Option<Outcome>, Halt> {
    if engine.fact_value(&boxed_turn(step)).and_then(|v| v.as_bool()) != Some(true) {
        return Ok(None);
    }
    engine.signed_by(step, &step.actor, "I have my YubiKey again, and nobody else had its PIN.", None)?;
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "yubikey-taken-back", true).fact(
        Level::Auditor,
        "custodian",
        step.actor.id.as_str(),
    );
    Ok(Some(Outcome { draft: Some(draft), ..Outcome::default() }))
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
