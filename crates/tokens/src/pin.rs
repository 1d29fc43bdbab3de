//! What a token says of its user PIN, in words. PKCS#11 has four marks and no number.

use cryptoki_sys::{
    CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED, CKF_USER_PIN_TO_BE_CHANGED,
};

/// The marks of `CK_TOKEN_INFO.flags`, worst first. Many tokens never set any, so their absence promises nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinState {
    /// `CKF_USER_PIN_LOCKED`.
    Locked,
    /// `CKF_USER_PIN_FINAL_TRY`.
    LastTry,
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

    /// A sentence to show before the PIN is asked for.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Locked => {
                "The token has locked its PIN: no PIN is accepted until its security officer sets a new one."
            }
            Self::LastTry => "One try is left: a wrong PIN now locks the token.",
            Self::WrongBefore => {
                "A wrong PIN was entered since the last right one. The token counts them, but does not say how many are left."
            }
            Self::MustBeChanged => "The token wants its PIN changed; do that with the vendor's tool first.",
            Self::NothingSaid => {
                "The token does not say how many tries are left. Many lock after 3 to 10 wrong PINs."
            }
        }
    }

    /// 1 at the final-try mark, 0 when locked, else the token does not say.
    pub fn tries_left(self) -> Option<u32> {
        match self {
            Self::Locked => Some(0),
            Self::LastTry => Some(1),
            Self::WrongBefore | Self::MustBeChanged | Self::NothingSaid => None,
        }
    }

    /// Words that follow "the PIN was wrong".
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::LastTry => " (one try is left before the token locks)",
            Self::WrongBefore => " (the token counts wrong PINs, but does not say how many are left)",
            Self::Locked | Self::MustBeChanged | Self::NothingSaid => {
                " (the token does not say how many tries are left)"
            }
        }
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
        assert!(PinState::LastTry.sentence().contains("One try is left"));
    }
}
