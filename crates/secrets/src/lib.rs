//! Secret bytes and text: locked in memory, wiped at the end, never printed, cloned or serialised.
//!
//! [`SecretBytes`] lives on its own guarded pages (`memsec`): locked against swapping where the system allows it,
//! surrounded by unmapped pages, zeroised when dropped. It has no `Debug`, `Clone`, `Display` or `Serialize`; the
//! only way to the bytes is [`SecretBytes::expose`], so that every use can be found by searching for that word.
//!
//! ```compile_fail
//! let s = secrets::SecretBytes::copied_from(b"k").unwrap();
//! println!("{s:?}"); // a secret cannot be printed
//! ```
//! ```compile_fail
//! let s = secrets::SecretBytes::copied_from(b"k").unwrap();
//! let t = s.clone(); // a secret cannot be copied by accident
//! ```
//! ```compile_fail
//! let s = secrets::SecretText::new("1234".to_owned()).unwrap();
//! println!("{s}"); // neither can a PIN
//! ```
#![allow(
    unsafe_code,
    reason = "guarded, locked pages come from memsec's C-style allocator; all of it is in `pages`"
)]

mod pages;

use zeroize::{Zeroize, Zeroizing};

/// No memory could be had for a secret, or it was not text where text is needed.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum SecretError {
    /// The system refused guarded, locked memory (`RLIMIT_MEMLOCK` is commonly 8 MiB).
    #[error("the system refused locked memory for a secret; raise the limit on locked memory (ulimit -l)")]
    NoLockedMemory,
}

/// A fixed number of secret bytes on locked, guarded pages. Wiped on drop.
pub struct SecretBytes(pages::Pages);

impl SecretBytes {
    /// Allocates `len` zero bytes and lets `fill` write them in place, so that no copy is left elsewhere.
    pub fn filled_by<E: From<SecretError>>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut pages = pages::Pages::zeroed(len)?;
        fill(pages.as_mut())?;
        Ok(Self(pages))
    }

    /// Copies bytes that already exist elsewhere; the caller is responsible for the original.
    pub fn copied_from(bytes: &[u8]) -> Result<Self, SecretError> {
        Self::filled_by(bytes.len(), |to| {
            to.copy_from_slice(bytes);
            Ok(())
        })
    }

    /// Takes over a vector's bytes and wipes the vector, also when no memory can be had.
    pub fn taken_from(bytes: Vec<u8>) -> Result<Self, SecretError> {
        let bytes = Zeroizing::new(bytes);
        Self::copied_from(&bytes)
    }

    /// The bytes. Every call is a place to review.
    pub fn expose(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// The bytes, to write into.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        self.0.as_mut()
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.0.as_ref().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Compares in time that does not depend on the content; lengths are not secret.
    pub fn same_as(&self, other: &[u8]) -> bool {
        pages::equal(self.expose(), other)
    }
}

/// A PIN, passphrase or typed share: UTF-8 text with the guarantees of [`SecretBytes`].
pub struct SecretText(SecretBytes);

impl SecretText {
    /// Takes over a string and wipes it.
    pub fn new(mut text: String) -> Result<Self, SecretError> {
        let taken = SecretBytes::copied_from(text.as_bytes());
        text.zeroize();
        taken.map(Self)
    }

    /// Takes over bytes that should be text, where they lie; `None`, with the bytes wiped, where they are not UTF-8.
    /// `String::from_utf8` would need a copy, and its error would keep it.
    pub fn in_place(bytes: SecretBytes) -> Option<Self> {
        std::str::from_utf8(bytes.expose()).is_ok().then_some(Self(bytes))
    }

    /// The text. Every call is a place to review.
    pub fn expose(&self) -> &str {
        // Both constructors see to it that the bytes are UTF-8; an empty text is the safe answer otherwise.
        std::str::from_utf8(self.0.expose()).unwrap_or("")
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How much of the stack below is overwritten, in bytes: more than a library's calls go down.
const DEPTH: usize = 256 * 1024;

/// Does something with a secret by means of a library that is not ours, and overwrites what its calls left on the stack.
pub fn leaving_no_trace<T>(work: impl FnOnce() -> T) -> T {
    #[inline(never)]
    fn below<T>(work: impl FnOnce() -> T) -> T {
        work()
    }
    #[allow(clippy::large_stack_arrays, reason = "the stack is what is overwritten")]
    #[inline(never)]
    fn overwritten() {
        // Each write is volatile, so that none is left out: by words an eighth of the time of that by bytes, which was most of the
        // time that a split took.
        let mut below = [0_u64; DEPTH / size_of::<u64>()];
        below.zeroize();
        std::hint::black_box(&below);
    }
    let done = below(work);
    overwritten();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_what_was_put_in() {
        let s = SecretBytes::taken_from(vec![7; 100]).expect("memory");
        assert_eq!(s.expose(), [7; 100]);
        assert!(s.same_as(&[7; 100]));
        assert!(!s.same_as(&[8; 100]));
        assert!(!s.same_as(&[7; 99]));
    }

    #[test]
    fn empty_secrets_exist() {
        assert!(SecretBytes::copied_from(&[]).expect("memory").is_empty());
        assert!(SecretText::new(String::new()).expect("memory").is_empty());
    }

    #[test]
    fn bytes_become_text_where_they_lie_or_not_at_all() {
        let bytes = SecretBytes::copied_from("ÄB12".as_bytes()).expect("memory");
        let at = bytes.expose().as_ptr();
        let text = SecretText::in_place(bytes).expect("is text");
        assert_eq!((text.expose(), text.expose().as_ptr()), ("ÄB12", at), "nothing was copied");
        assert!(SecretText::in_place(SecretBytes::copied_from(b"AB\xff12").expect("memory")).is_none());
    }

    #[test]
    fn a_failed_fill_is_reported() {
        let r: Result<SecretBytes, SecretError> =
            SecretBytes::filled_by(4, |_| Err(SecretError::NoLockedMemory));
        assert!(r.is_err());
    }

    #[test]
    fn pages_are_locked() {
        let s = SecretBytes::copied_from(&[1; 64]).expect("memory");
        assert!(is_locked(s.expose().as_ptr() as usize), "a secret's page is locked while it lives");
        let open = vec![1; 64];
        assert!(!is_locked(open.as_ptr() as usize), "and this test could tell");
    }

    /// Whether the mapping that an address lies in has the flag `lo`. What other tests lock meanwhile makes no difference.
    fn is_locked(address: usize) -> bool {
        let maps = std::fs::read_to_string("/proc/self/smaps").expect("proc");
        let mut within = false;
        for line in maps.lines() {
            let range = line.split(' ').next().and_then(|r| r.split_once('-'));
            let range = range.map(|(a, b)| (usize::from_str_radix(a, 16), usize::from_str_radix(b, 16)));
            if let Some((Ok(from), Ok(to))) = range {
                within = (from..to).contains(&address);
            }
            if within && line.starts_with("VmFlags:") {
                return line.split_whitespace().any(|flag| flag == "lo");
            }
        }
        false
    }
}
