//! The shares that custodians brought, in the room's memory.

use crate::earlier::{ON_THE_TABLE, kept};
use crate::share::dealt::Cards as _;
use crate::share::words::share_problem;
use engine::{KeepRecord, Room};
use protocol::Problem;
use script::Dealing;
use secrets::SecretBytes;
use shares::{Share, ShareError};

/// Refuses the number of a share that lies on the table already.
pub(crate) fn is_new(room: &Room<'_>, dealing: &Dealing, index: u8) -> Result<(), Problem> {
    // The first one finds nothing there.
    let has = |shares: &Vec<Share>| shares.iter().any(|s| dealing.number_of(s) == Some(index));
    match room.get(&ON_THE_TABLE) {
        Ok(shares) if has(shares) => Err(share_problem(&ShareError::Duplicate { index })),
        _ => Ok(()),
    }
}

/// Puts a share beside the others.
pub(crate) fn put(room: &mut Room<'_>, share: Share) -> Result<(), Problem> {
    room.change(&ON_THE_TABLE, |shares| shares.push(share))
}

/// The numbers of the shares on the table.
pub(crate) fn numbers(room: &Room<'_>, dealing: &Dealing) -> Result<Vec<u8>, Problem> {
    Ok(room.get(&ON_THE_TABLE)?.iter().filter_map(|s| dealing.number_of(s)).collect())
}

/// The backup wrapping key from the shares that were brought of it.
pub(crate) fn rebuilt(record: &(impl KeepRecord + ?Sized), room: &Room<'_>) -> Result<SecretBytes, Problem> {
    kept::dealing(record)?.combined(room.get(&ON_THE_TABLE)?).map_err(|e| share_problem(&e))
}
