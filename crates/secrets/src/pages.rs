//! One allocation on guarded, locked pages.

use crate::SecretError;
use std::ptr::NonNull;

/// Owned bytes from `memsec`: guard pages on both sides, a canary in front, `mlock`ed, wiped when freed.
pub(crate) struct Pages(Option<NonNull<[u8]>>);

// SAFETY: the allocation is owned by this value alone and has no thread affinity.
unsafe impl Send for Pages {}
// SAFETY: shared access only reads plain bytes.
unsafe impl Sync for Pages {}

impl Pages {
    pub(crate) fn zeroed(len: usize) -> Result<Self, SecretError> {
        if len == 0 {
            return Ok(Self(None));
        }
        // SAFETY: memsec returns an exclusive allocation of `len` bytes, or none.
        let mut bytes = unsafe { memsec::malloc_sized(len) }.ok_or(SecretError::NoLockedMemory)?;
        // SAFETY: just allocated and not yet shared; memsec fills with garbage, so write before any read.
        unsafe { bytes.as_mut() }.fill(0);
        Ok(Self(Some(bytes)))
    }

    pub(crate) fn as_ref(&self) -> &[u8] {
        // SAFETY: the pointer is valid and initialised for as long as `self` lives.
        self.0.map_or(&[], |p| unsafe { &*p.as_ptr() })
    }

    pub(crate) fn as_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` makes the access exclusive.
        self.0.map_or(&mut [], |p| unsafe { &mut *p.as_ptr() })
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        if let Some(p) = self.0.take() {
            // SAFETY: allocated by memsec above and freed once; `free` wipes the bytes first.
            unsafe { memsec::free(p) }
        }
    }
}

/// Constant-time equality for equal lengths.
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    // SAFETY: both slices are valid for `a.len()` bytes once the lengths agree.
    a.len() == b.len() && (a.is_empty() || unsafe { memsec::memeq(a.as_ptr(), b.as_ptr(), a.len()) })
}
