//! The process that loaded the module ends in the middle of a call, as it does where somebody kills it or pulls the plug: no
//! destructor runs, no buffer is written.
//!
//! `COFFERDAM_PROXY_DIES` names a file with three words: a function, how many more calls of it come through, and when the
//! process ends in the next: `before` the module behind is called, `after` it answered, or so many microseconds after it
//! began. What is counted of `C_CreateObject` and `C_DestroyObject` is data objects alone. The file goes first, so that
//! whoever goes on lives.

use std::time::Duration;
use std::{fs, process, thread};

use cryptoki_sys::{CK_OBJECT_CLASS, CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CKA_CLASS, CKO_DATA};

use crate::{behind, settings};

enum Moment {
    Before,
    After,
    Within(Duration),
}

/// Hands a call on, unless the process ends in it.
pub(crate) fn in_call<T>(function: &str, call: impl FnOnce() -> T) -> T {
    match due(function) {
        None => call(),
        Some(Moment::Before) => process::abort(),
        Some(Moment::After) => {
            call();
            process::abort()
        }
        Some(Moment::Within(time)) => {
            thread::spawn(move || {
                thread::sleep(time);
                process::abort()
            });
            call();
            // Nobody hears that it was done in less.
            loop {
                thread::park();
            }
        }
    }
}

/// The same for an object's destruction, where it is a data object.
pub(crate) fn in_destroying<T>(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    call: impl FnOnce() -> T,
) -> T {
    if settings().is_none_or(|s| s.dies.is_none()) {
        return call();
    }
    let class = behind::value(session, object, CKA_CLASS).unwrap_or_default();
    let of_data: CK_OBJECT_CLASS = CKO_DATA;
    if class == of_data.to_ne_bytes() { in_call("C_DestroyObject", call) } else { call() }
}

/// Counts a call of this function; when the process ends in it, if it does.
fn due(function: &str) -> Option<Moment> {
    let path = settings()?.dies.as_deref()?;
    let said = fs::read_to_string(path).ok()?;
    let words: Vec<&str> = said.split_whitespace().collect();
    let [name, left, when] = words[..] else { return None };
    if name != function {
        return None;
    }
    if let Some(left) = left.parse::<u64>().ok()?.checked_sub(1) {
        fs::write(path, format!("{name} {left} {when}")).ok()?;
        return None;
    }
    fs::remove_file(path).ok()?;
    Some(match when {
        "before" => Moment::Before,
        "after" => Moment::After,
        micros => Moment::Within(Duration::from_micros(micros.parse().ok()?)),
    })
}
