//! One copy of a key or of a share: which there are by the record, and what the record says became of each.

use crate::copies::words;
use crate::earlier::kept;
use crate::earlier::places;
use crate::share::boxed;
use engine::{KeepRecord, Outcome, Recall as _};
use facts::{AnyFact, Named as _};
use protocol::Problem;
use register::places::{Place, token_id};
use std::fmt;

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Copy {
    /// A sheet of the set, by its share's index, and the bag it was sealed in, with the later ceremony that did so.
    Sheet(u8, Option<(String, Option<String>)>),
    /// A share of the set that is encrypted to a custodian's YubiKey, by its index.
    Boxed(u8),
    /// The wrapped file, by its name and SHA-256.
    File(String, String),
    /// The key in the token that is open, by its label.
    Here(String),
    /// The key in another token, by that one's serial number.
    Elsewhere(String),
    /// Any other place that a record names.
    Known(Place),
}

impl Copy {
    /// The word that notes in the record have.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Sheet(n, _) | Self::Boxed(n) => format!("sheet-{n}"),
            Self::File(..) => "wrapped-file".to_owned(),
            Self::Here(label) => format!("token-key {label}"),
            Self::Elsewhere(serial) => token_id(serial),
            Self::Known(place) => place.id.clone(),
        }
    }
}

impl fmt::Display for Copy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Sheet(n, sealed_in) => words::sheet(*n, sealed_in.as_ref()),
            Self::Boxed(n) => words::boxed(*n),
            Self::File(name, sha256) => words::file(name, sha256),
            Self::Here(label) => words::here(label),
            Self::Elsewhere(serial) => words::elsewhere(serial),
            Self::Known(place) => words::known(place),
        })
    }
}

/// What became of a copy: the words of the record.
pub(crate) const DESTROYED: &str = "destroyed";
pub(crate) const OWED: &str = "owed";
pub(crate) const MISSING: &str = "missing";
pub(crate) const BROUGHT: &str = "brought";
pub(crate) const BEFORE: &str = "destroyed-before";
pub(crate) const ANOTHER: &str = "of-another-key";

/// Every sheet of the earlier set.
pub(crate) fn sheets(record: &(impl KeepRecord + ?Sized)) -> Result<Vec<Copy>, Problem> {
    let one = |n| {
        if boxed::is_box(record, n) {
            Copy::Boxed(n)
        } else {
            Copy::Sheet(n, kept::sealed_in(&record.past(), n))
        }
    };
    Ok((1..=kept::dealing(record)?.count()).map(one).collect())
}

/// The wrapped file of the earlier backup.
pub(crate) fn wrapped_file(record: &(impl KeepRecord + ?Sized)) -> Option<Copy> {
    let name = record.newest(&facts::EARLIER_WRAPPED_BACKUP)?;
    Some(Copy::File(name, record.newest(&facts::DRILLED_BACKUP_SHA256)?))
}

/// The labels under which the key was found in the token when the copies were listed.
pub(crate) fn labels_here(record: &(impl KeepRecord + ?Sized)) -> Vec<String> {
    record.newest(&facts::COPIES_IN_TOKEN).unwrap_or_default()
}

/// Every copy that the records know of and that no earlier ceremony saw destroyed: the key in this token, the wrapped
/// file, each sheet, and every other place that the opened pack, the records before it and those at hand name.
pub(crate) fn all(record: &(impl KeepRecord + ?Sized)) -> Result<Vec<Copy>, Problem> {
    let mut copies: Vec<Copy> = labels_here(record).into_iter().map(Copy::Here).collect();
    copies.extend(wrapped_file(record));
    copies.extend(sheets(record)?);
    let others = places::others_here(record);
    copies.extend(others.into_iter().filter(|p| p.gone_in().is_none()).map(Copy::Known));
    Ok(copies)
}

/// Copies that an earlier ceremony saw destroyed, with that ceremony.
pub(crate) fn gone_before(record: &(impl KeepRecord + ?Sized)) -> Vec<(Place, String)> {
    let others = places::others_here(record).into_iter();
    others.filter_map(|p| p.gone_in().map(str::to_owned).map(|run| (p, run))).collect()
}

/// What the record says last of a copy of the earlier set.
pub(crate) fn became(record: &(impl KeepRecord + ?Sized), copy: &Copy) -> Option<String> {
    let id = copy.id();
    let of = |e: &&transcript::Entry| facts::COPY.within(e).as_deref() == Some(id.as_str());
    facts::BECAME.within(record.past().entries.iter().rev().find(of)?)
}

/// The same of each, by its word; empty where nothing was said.
pub(crate) fn states(record: &(impl KeepRecord + ?Sized), copies: &[Copy]) -> Vec<(String, String)> {
    copies.iter().map(|c| (c.id(), became(record, c).unwrap_or_default())).collect()
}

/// The indices of the sheets of which the record says one of these words last.
pub(crate) fn sheets_that(record: &(impl KeepRecord + ?Sized), words: &[&str]) -> Result<Vec<u8>, Problem> {
    let said = |copy: &Copy| became(record, copy).is_some_and(|b| words.contains(&b.as_str()));
    let index = |copy: Copy| match copy {
        Copy::Sheet(n, _) | Copy::Boxed(n) => Some(n),
        _ => None,
    };
    Ok(sheets(record)?.into_iter().filter(said).filter_map(index).collect())
}

/// What a note of a copy states, whichever of it is there.
pub(crate) const NOTES: &[&[&dyn AnyFact]] = &[
    &[&facts::COPY, &facts::COPY_OF, &facts::BECAME],
    &[&facts::BECAME, &facts::COPY],
    &[&facts::COPY_OF, &facts::COPY],
];

/// Notes what became of a copy.
pub(crate) fn note(
    record: &mut (impl KeepRecord + ?Sized),
    copy: &Copy,
    became: &str,
) -> Result<(), Problem> {
    let set = record.newest(&facts::DRILL_SET).unwrap_or_default();
    let note = Outcome::new()
        .fact(&facts::NOTE, words::noted(&copy.id(), became))
        .fact(&facts::COPY, copy.id())
        .fact(&facts::COPY_OF, set)
        .fact(&facts::BECAME, became);
    record.note(note)
}

/// The shares of these numbers, of the record.
pub(crate) fn shares(numbers: Option<Vec<u64>>) -> Vec<u8> {
    numbers.into_iter().flatten().filter_map(|n| u8::try_from(n).ok()).collect()
}

/// The numbers of shares, for the record.
pub(crate) fn numbers(shares: &[u8]) -> Vec<u64> {
    shares.iter().copied().map(u64::from).collect()
}
