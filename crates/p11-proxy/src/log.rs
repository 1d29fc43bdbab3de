//! What crossed: one line a buffer, function, direction, and the bytes in hex. The keys of a test are worth nothing.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::slice;

use cryptoki_sys::{CK_ATTRIBUTE, CK_BYTE, CK_ULONG, CK_UNAVAILABLE_INFORMATION};

use crate::settings;

/// Writes down `bytes`. A log that cannot be written stops the program: a test must not take silence for proof.
fn write(function: &str, direction: &str, bytes: &[u8]) {
    let Some(path) = settings().and_then(|s| s.log.as_ref()) else { return };
    let mut line = format!("{function} {direction} ");
    for b in bytes {
        // Writing to a String cannot fail.
        let _ = write!(line, "{b:02x}");
    }
    line.push('\n');
    let written = OpenOptions::new().append(true).create(true).open(path).and_then(|mut f| {
        f.write_all(line.as_bytes()) // one write, so that lines of several threads do not mix
    });
    if written.is_err() {
        std::process::abort();
    }
}

/// A buffer, unless it is null.
///
/// # Safety
/// `data` is null or points to `len` readable bytes.
pub(crate) unsafe fn buffer(function: &str, direction: &str, data: *const CK_BYTE, len: CK_ULONG) {
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    if !data.is_null() && len > 0 {
        // SAFETY: by this function's contract.
        write(function, direction, unsafe { slice::from_raw_parts(data, len) });
    }
}

/// Every attribute's value in a template.
///
/// # Safety
/// `template` is null or points to `count` attributes, each null or with its true length.
pub(crate) unsafe fn template(
    function: &str,
    direction: &str,
    template: *const CK_ATTRIBUTE,
    count: CK_ULONG,
) {
    if template.is_null() {
        return;
    }
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: by this function's contract.
    for attribute in unsafe { slice::from_raw_parts(template, count) } {
        if attribute.ulValueLen != CK_UNAVAILABLE_INFORMATION {
            let name = format!("{function} {:#x}", attribute.type_);
            // SAFETY: by this function's contract.
            unsafe { buffer(&name, direction, attribute.pValue.cast(), attribute.ulValueLen) };
        }
    }
}
