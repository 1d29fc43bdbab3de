//! What a token says of its user PIN, in words. PKCS#11 has four marks and no number; other interfaces have a number.

use cryptoki_sys::{
    CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED, CKF_USER_PIN_TO_BE_CHANGED,
};

use crate::words;

/// What is known of the PIN, worst first. Many PKCS#11 tokens never set a mark, so its absence promises nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinState {
    /// `CKF_USER_PIN_LOCKED`.
    Locked,
    /// `CKF_USER_PIN_FINAL_TRY`.
    LastTry,
    /// A count, from a token that gives one; more than 1.
    TriesLeft(u32),
    /// `CKF_USER_PIN_COUNT_LOW`: a wrong PIN was entered since the last right one.
    WrongBefore,
    /// `CKF_USER_PIN_TO_BE_CHANGED`.
    MustBeChanged,
    /// No mark, or no answer.
    NothingSaid,
}

impl PinState {
    pub(crate) fn of_flags(flags: u64) -> Self {
        [
            (CKF_USER_PIN_LOCKED, Self::Locked),
            (CKF_USER_PIN_FINAL_TRY, Self::LastTry),
            (CKF_USER_PIN_COUNT_LOW, Self::WrongBefore),
            (CKF_USER_PIN_TO_BE_CHANGED, Self::MustBeChanged),
        ]
        .into_iter()
        .find(|(mark, _)| flags & mark != 0)
        .map_or(Self::NothingSaid, |(_, state)| state)
    }

    /// From a number of tries left.
    pub fn of_tries(left: Option<u32>) -> Self {
        match left {
            Some(0) => Self::Locked,
            Some(1) => Self::LastTry,
            Some(n) => Self::TriesLeft(n),
            None => Self::NothingSaid,
        }
    }

    /// A sentence to show before the PIN is asked for.
    pub fn sentence(self) -> String {
        words::before_pin(self)
    }

    /// 1 at the final-try mark, 0 when locked, else the token does not say.
    pub fn tries_left(self) -> Option<u32> {
        match self {
            Self::Locked => Some(0),
            Self::LastTry => Some(1),
            Self::TriesLeft(n) => Some(n),
            Self::WrongBefore | Self::MustBeChanged | Self::NothingSaid => None,
        }
    }

    /// Words that follow "the PIN was wrong".
    pub(crate) fn hint(self) -> String {
        words::wrong_pin_hint(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_mark_is_the_one_that_is_shown() {
        let low_and_last = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY;
        assert_eq!(PinState::of_flags(low_and_last), PinState::LastTry);
        assert_eq!(PinState::of_flags(low_and_last | CKF_USER_PIN_LOCKED).tries_left(), Some(0));
        assert_eq!(PinState::of_flags(CKF_USER_PIN_TO_BE_CHANGED), PinState::MustBeChanged);
        assert_eq!(PinState::of_flags(0).tries_left(), None);
        assert_eq!(PinState::of_tries(Some(1)), PinState::LastTry);
        assert_eq!(PinState::of_tries(Some(3)).hint(), " (3 tries are left before the token locks)");
        assert!(PinState::LastTry.sentence().contains("One try is left"));
    }
}
