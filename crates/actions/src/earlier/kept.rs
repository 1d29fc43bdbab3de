//! What a run keeps of an earlier ceremony's backup that it opened: the pack's medium may be gone when the shares are in.

use crate::share::dealt::{DealtSet, OPENED};
use engine::words::out_of_order;
use engine::{Keep, KeepRecord, Past, Recall as _};
use facts::Named as _;
use outside::LARGEST_RECORD;
use protocol::Problem;
use script::Dealing;
use shares::SetId;
use store::read_outside;
use transcript::Entry;

/// The entry of the step that opened the pack last; facts of an earlier attempt at it do not count.
pub(crate) fn opening<'r>(past: &Past<'r>) -> Option<&'r Entry> {
    past.entries.iter().rev().find(|e| facts::DRILL_SET.within(e).is_some())
}

/// How the shares of the backup that was opened last were dealt.
pub(crate) fn dealing(record: &(impl KeepRecord + ?Sized)) -> Result<Dealing, Problem> {
    OPENED.read(record.past().entries).ok_or_else(out_of_order)
}

/// The set that was opened, as it was dealt.
pub(crate) struct Set {
    id: SetId,
    pub(crate) dealing: Dealing,
    commitments: Vec<[u8; 32]>,
}

impl Set {
    /// By the newest opening.
    pub(crate) fn of(record: &(impl KeepRecord + ?Sized)) -> Result<Self, Problem> {
        let set = record.newest(&facts::DRILL_SET).and_then(|s| s.parse().ok());
        let one = |text: &String| {
            let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
            <[u8; 32]>::try_from(bytes).ok()
        };
        let texts = record.newest(&facts::DRILL_COMMITMENTS).unwrap_or_default();
        let commitments = texts.iter().map(one).collect::<Option<Vec<_>>>().filter(|c| !c.is_empty());
        Ok(Self {
            id: set.ok_or_else(out_of_order)?,
            commitments: commitments.ok_or_else(out_of_order)?,
            dealing: dealing(record)?,
        })
    }

    /// To hold shares against.
    pub(crate) fn dealt(&self) -> DealtSet<'_> {
        DealtSet { set: self.id, dealing: &self.dealing, commitments: &self.commitments }
    }
}

/// The bag a share was sealed in last, as far as this record knows, and the later ceremony that sealed it, where it was
/// not the one that made it.
pub(crate) fn sealed_in(past: &Past<'_>, index: u8) -> Option<(String, Option<String>)> {
    // Both were recorded by the step that opened the pack.
    let opened = opening(past)?;
    let index = u64::from(index);
    let newer = facts::DRILL_NEWER_BAGS.within(opened).unwrap_or_default();
    if let Some((_, bag, run)) = newer.into_iter().find(|(n, ..)| *n == index) {
        return Some((bag, Some(run)));
    }
    let bags = facts::DRILL_BAGS.within(opened)?;
    bags.into_iter().rev().find(|(n, _)| *n == index).map(|(_, bag)| (bag, None))
}

/// The wrapped backup of one key and, for a pair, its public half.
pub(crate) fn of_one_key(
    stage: &(impl Keep + KeepRecord + ?Sized),
) -> Result<(Vec<u8>, Option<Vec<u8>>), Problem> {
    let path = stage.folder().join(stage.need(&facts::DRILLED_BACKUP)?);
    let blob = read_outside(&path, LARGEST_RECORD)?;
    // Not in the pack, which would spread copies of it, hence a fact of its own.
    if stage.newest(&facts::DRILLED_BACKUP_SHA256) != Some(script::sha256_hex(&blob)) {
        return Err(out_of_order());
    }
    let public = stage.newest(&facts::DRILLED_PUBLIC_KEY).map(|f| stage.folder().join(f));
    let public = public.map(|path| read_outside(&path, LARGEST_RECORD)).transpose()?;
    Ok((blob, public))
}
