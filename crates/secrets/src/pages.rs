//! One allocation on guarded, locked pages.

use crate::SecretError;
use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroize as _;

/// Owned bytes from `memsec`: guard pages on both sides, a canary in front, `mlock`ed, wiped when freed.
pub(crate) struct Pages(Option<Allocation>);

/// What `memsec` gave: `len` initialised bytes, owned by whoever holds this.
struct Allocation(NonNull<[u8]>);

// SAFETY: the allocation is owned by this value alone and has no thread affinity.
unsafe impl Send for Allocation {}
// SAFETY: shared access only reads plain bytes.
unsafe impl Sync for Allocation {}

/// Wiped allocations that wait for the next secret of their length. To map, guard, lock and unmap pages takes nine calls of the
/// kernel, which was most of the time that splitting a key took; one that is taken from here keeps its guards and its lock.
static SPARE: Mutex<Vec<Allocation>> = Mutex::new(Vec::new());
/// The most that wait: some hundred kilobytes stay locked.
const SPARES: usize = 48;
/// Longer ones are given back at once.
const LONGEST_SPARE: usize = 2048;

impl Allocation {
    fn new(len: usize) -> Result<Self, SecretError> {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = spare.iter().rposition(|one| one.0.len() == len) {
            return Ok(spare.swap_remove(at));
        }
        drop(spare);
        // SAFETY: memsec returns an exclusive allocation of `len` bytes, or none.
        let mut bytes = unsafe { memsec::malloc_sized(len) }.ok_or(SecretError::NoLockedMemory)?;
        // SAFETY: just allocated and not yet shared; memsec fills with garbage, so write before any read.
        unsafe { bytes.as_mut() }.fill(0);
        Ok(Self(bytes))
    }

    /// Wipes it, and keeps it for the next or gives it back.
    fn release(mut self) {
        // SAFETY: owned, valid and initialised.
        unsafe { self.0.as_mut() }.zeroize();
        if self.0.len() <= LONGEST_SPARE {
            let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
            if spare.len() == SPARES {
                // The one that waited longest is of a length that is not in use now.
                let oldest = spare.remove(0);
                spare.push(self);
                drop(spare);
                return oldest.free();
            }
            spare.push(self);
        } else {
            self.free();
        }
    }

    fn free(self) {
        // SAFETY: allocated by memsec and freed once; `free` looks at the canary and wipes the bytes first.
        unsafe { memsec::free(self.0) }
    }
}

impl Pages {
    pub(crate) fn zeroed(len: usize) -> Result<Self, SecretError> {
        if len == 0 { Ok(Self(None)) } else { Allocation::new(len).map(|bytes| Self(Some(bytes))) }
    }

    pub(crate) fn as_ref(&self) -> &[u8] {
        // SAFETY: the pointer is valid and initialised for as long as `self` lives.
        self.0.as_ref().map_or(&[], |one| unsafe { &*one.0.as_ptr() })
    }

    pub(crate) fn as_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` makes the access exclusive.
        self.0.as_mut().map_or(&mut [], |one| unsafe { &mut *one.0.as_ptr() })
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        if let Some(one) = self.0.take() {
            one.release();
        }
    }
}

/// Constant-time equality for equal lengths.
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    // SAFETY: both slices are valid for `a.len()` bytes once the lengths agree.
    a.len() == b.len() && (a.is_empty() || unsafe { memsec::memeq(a.as_ptr(), b.as_ptr(), a.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_again_was_wiped_and_what_waits_is_bounded() {
        // A length that no other test has.
        let mut first = Pages::zeroed(1237).expect("memory");
        first.as_mut().fill(7);
        let at = first.as_ref().as_ptr();
        drop(first);
        let again = Pages::zeroed(1237).expect("memory");
        assert_eq!(again.as_ref().as_ptr(), at, "the same pages");
        assert!(again.as_ref().iter().all(|byte| *byte == 0));
        let many: Vec<Pages> = (0..200).map(|_| Pages::zeroed(1238).expect("memory")).collect();
        drop(many);
        assert!(SPARE.lock().unwrap_or_else(PoisonError::into_inner).len() <= SPARES);
    }
}
