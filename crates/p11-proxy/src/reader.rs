//! The reader: a file that stands for the slot. While it exists the token is in; without it every call on a session
//! answers `CKR_DEVICE_REMOVED`, and a token that comes back has none of its old sessions.
//!
//! A number in the file is how many more calls the token answers before it is pulled, so that a test can pull it at
//! every single call of an operation.

use std::fs;
use std::path::Path;

use cryptoki_sys::{CK_FALSE, CK_RV, CK_SLOT_ID, CKR_DEVICE_REMOVED};

use crate::{behind, settings};

/// Counts a call. What to answer instead when the token is out.
pub(crate) fn absent() -> Option<CK_RV> {
    let reader = settings()?.reader.as_deref()?;
    count_down(reader);
    if reader.exists() {
        return None;
    }
    close_sessions();
    Some(CKR_DEVICE_REMOVED)
}

/// Whether the token is out, without counting.
pub(crate) fn is_empty() -> bool {
    settings().and_then(|s| s.reader.as_deref()).is_some_and(|r| !r.exists())
}

fn count_down(reader: &Path) {
    let Some(left) = fs::read_to_string(reader).ok().and_then(|t| t.trim().parse::<u64>().ok()) else {
        return;
    };
    // A reader that cannot be changed shows in the test that waits for it.
    let _ = match left.checked_sub(1) {
        Some(left) => fs::write(reader, left.to_string()),
        None => fs::remove_file(reader),
    };
}

fn close_sessions() {
    let (Ok(list), Ok(close)) =
        (behind::function(|f| f.C_GetSlotList), behind::function(|f| f.C_CloseAllSessions))
    else {
        return;
    };
    let mut slots: [CK_SLOT_ID; 32] = [0; 32];
    let mut count = 32;
    // SAFETY: `slots` has room for as many slots as `count` says.
    if unsafe { list(CK_FALSE, slots.as_mut_ptr(), &raw mut count) } == cryptoki_sys::CKR_OK {
        for slot in slots.iter().take(usize::try_from(count).unwrap_or(0)) {
            // SAFETY: a slot number and nothing else.
            unsafe { close(*slot) };
        }
    }
}
