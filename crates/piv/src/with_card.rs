//! Work that survives a card being pulled out.

use crate::{Card, PivError};

/// What to do about a card that is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Look again: the person says that it is back.
    LookAgain,
    /// Stop; the error is handed on.
    GiveUp,
}

/// Opens the YubiKey with this serial number and works with it. If it is pulled out, `wait` is asked what to do; once
/// the same YubiKey is back, the work starts again from its beginning, so `work` must bear being run again: give the
/// PIN and the management key anew, and look at what is already done.
///
/// `wait` is also asked when the card is not there to begin with, when another is there instead
/// ([`PivError::AnotherCard`]) and when no smart-card service runs. It blocks for as long as the person takes, and it
/// is not called for any other error. Another YubiKey is never worked with.
pub fn with_card<T>(
    serial: u32,
    mut wait: impl FnMut(&PivError) -> Wait,
    mut work: impl FnMut(&mut Card) -> Result<T, PivError>,
) -> Result<T, PivError> {
    loop {
        let result = Card::open(serial).and_then(|mut card| work(&mut card));
        match result {
            Err(e) if is_absence(&e) => match wait(&e) {
                Wait::LookAgain => {}
                Wait::GiveUp => return Err(e),
            },
            other => return other,
        }
    }
}

fn is_absence(e: &PivError) -> bool {
    matches!(
        e,
        PivError::Removed
            | PivError::NoSuchCard { .. }
            | PivError::AnotherCard { .. }
            | PivError::NotAYubiKey { .. }
            | PivError::InUse { .. }
            | PivError::NoService
    )
}
