//! A fresh backup wrapping key and its set, and the key as it is rebuilt from the sheets.

use crate::backup::dice::Thrown;
use crate::backup::{SEEN, WRAPPING, words};
use crate::share::dealt::{Cards as _, dealing};
use crate::share::words::share_problem;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use engine::words::{memory, out_of_order};
use engine::{Cue, KeepRecord, Recall, Room, TokenRefusal};
use protocol::Problem;
use secrets::SecretBytes;
use shares::{SetId, ShareError};

/// AES-256.
const BACKUP_KEY_LEN: usize = 32;

/// The system's generator, `XORed` with the token's and, where dice were thrown, with the digest of the throws: no one
/// of them alone decides the key, and none takes anything away from the others.
pub(crate) fn fresh_key(
    token: &mut dyn tokens::Token,
    dice: Option<&Thrown>,
) -> Result<SecretBytes, TokenRefusal> {
    let mut other = SecretBytes::copied_from(&[0; BACKUP_KEY_LEN]).map_err(memory)?;
    token.random(other.expose_mut())?;
    let thrown = dice.map_or(&[][..], |dice| dice.digest.expose());
    let key = SecretBytes::filled_by(BACKUP_KEY_LEN, |key| {
        fill_random(key)?;
        for source in [other.expose(), thrown] {
            for (a, b) in key.iter_mut().zip(source) {
                *a ^= b;
            }
        }
        Ok::<(), ShareError>(())
    });
    Ok(key.map_err(|e| share_problem(&e))?)
}

pub(in crate::backup) fn fill_random(out: &mut [u8]) -> Result<(), ShareError> {
    SystemRandom::new().fill(out).map_err(|_| ShareError::Random)
}

/// Puts the backup wrapping key into the room, for the step that splits it.
pub(crate) fn put_wrapping_key(room: &mut Room<'_>, key: SecretBytes) -> Result<(), Problem> {
    room.put(&WRAPPING, key)
}

/// The number of a new set; it keeps a file from an earlier, abandoned backup apart from this one.
pub(crate) fn fresh_set() -> Result<SetId, Problem> {
    let mut id = [0; 8];
    fill_random(&mut id).map_err(|e| share_problem(&e))?;
    Ok(SetId::from_bytes(id))
}

/// Where the backup wrapping key came from, for the record.
pub(crate) fn origin(dice: Option<&Thrown>) -> String {
    words::origin(dice.map(|d| d.throws))
}

/// The set's id without dashes, for a file's name.
pub(crate) fn plain(set: SetId) -> String {
    set.to_string().replace('-', "").to_lowercase()
}

/// The set that is made.
pub(crate) fn current_set(record: &(impl KeepRecord + ?Sized)) -> Result<SetId, Problem> {
    record.newest(&facts::SHARE_SET).and_then(|s| s.parse().ok()).ok_or_else(out_of_order)
}

/// The backup wrapping key from the shares as they were typed back, every one of them.
pub(crate) fn from_sheets(cue: Cue<'_>, room: &Room<'_>) -> Result<SecretBytes, Problem> {
    let seen = room.get(&SEEN)?;
    if seen.len() != usize::from(cue.plan.number("shares")) {
        return Err(out_of_order());
    }
    dealing(cue)?.combined(seen).map_err(|e| share_problem(&e))
}
