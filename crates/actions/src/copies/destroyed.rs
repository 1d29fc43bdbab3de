//! A copy that is destroyed in front of two people.

use crate::copies::copy::{Copy, DESTROYED, note};
use crate::copies::words;
use engine::{AskPeople, Halt, KeepRecord};
use protocol::Ask;
use register::places::{Place, Sort};

/// Has one copy destroyed in front of both people, and notes it.
pub(in crate::copies) fn destroyed(
    stage: &mut (impl AskPeople + KeepRecord + ?Sized),
    copy: &Copy,
    how: &str,
) -> Result<(), Halt> {
    let facts = words::destroy_now(&copy.to_string(), how);
    stage.ask(Ask::Observe { facts, button: words::IT_IS_DESTROYED.to_owned(), done: false }, None)?;
    Ok(note(stage, copy, DESTROYED)?)
}

/// How a copy of a share is destroyed; none for other copies.
pub(in crate::copies) fn how_of_a_share(copy: &Copy) -> Option<&'static str> {
    match copy {
        Copy::Boxed(_) | Copy::Known(Place { sort: Sort::Boxed, .. }) => Some(words::DELETE),
        Copy::Sheet(..) | Copy::Known(Place { sort: Sort::Sheet, .. }) => Some(words::SHRED),
        _ => None,
    }
}
