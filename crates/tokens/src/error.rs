//! What can go wrong with a token, in words for the person at the keyboard.

use cryptoki::error::{Error, RvError};

use crate::words;

/// A failure of a token or its module.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// The PIN was not accepted.
    #[error(
        "the PIN was wrong{tries_hint}; check it before trying again, tokens lock after a few wrong PINs"
    )]
    WrongPin {
        /// What the token says of the tries left, as words that follow "the PIN was wrong"; empty when it says nothing.
        tries_hint: String,
    },
    /// Too many wrong PINs.
    #[error("the token has locked its PIN; its security officer must set a new one")]
    PinLocked,
    /// The PIN is one that must be changed before anything else.
    #[error("the token wants its PIN changed first; do that with the vendor's own tool, then sign in")]
    PinMustChange,
    /// Nobody is signed in, or no longer.
    #[error("nobody is signed in to the token; sign in again")]
    NotSignedIn,
    /// The token is gone from its reader, or its session was closed under us.
    #[error("the token was removed or stopped answering; put it back, open it and sign in again")]
    TokenRemoved,
    /// No token matches.
    #[error("no token matches {0}; check that it is plugged in, and its label and serial number")]
    NoSuchToken(String),
    /// No token fits an address. What is there instead, in sentences.
    #[error("no token fits {address}. {there} Check that it is plugged in, and its label and serial number")]
    NoneFits {
        /// The address, written anew.
        address: String,
        /// The tokens that are there.
        there: String,
    },
    /// Several tokens fit an address.
    #[error("several tokens fit {address}. {there} Add the serial number of the one that is meant")]
    SeveralFit {
        /// The address, written anew.
        address: String,
        /// Those that fit.
        there: String,
    },
    /// The token that an address names says another manufacturer, model or module of itself than the address.
    #[error(
        "the token that answered says that its {part} is \"{found}\", and the address says \"{wanted}\"; it may be another \
         one: compare the label on the device, and name the one that is meant"
    )]
    OtherToken {
        /// What differs, such as "model".
        part: &'static str,
        /// What the address says.
        wanted: String,
        /// What the token or its module says.
        found: String,
    },
    /// A key of this label is there already.
    #[error("the token already holds a key called \"{0}\"; choose another label, nothing was overwritten")]
    LabelTaken(String),
    /// The key that should sign records was not made in the token, or can leave it: whoever brought it in has it.
    #[error(
        "the token's key \"{0}\" was brought in from outside, or can be taken out; find out who put it there, it was not used"
    )]
    BroughtIn(String),
    /// Several keys have this label, which this program never does.
    #[error(
        "the token holds several keys called \"{0}\", and which one is meant cannot be told; find out who added one, none was used"
    )]
    LabelAmbiguous(String),
    /// The token cannot do this, or must not.
    #[error("the token does not offer this: {reason}")]
    NotOffered {
        /// Why, in words.
        reason: String,
    },
    /// A wrapped private key would carry stray bytes after its DER (`SoftHSM` pads with zeros).
    #[error(
        "this token adds bytes to a private key when it wraps it, which a cloud may refuse; use a symmetric key or another token"
    )]
    NotByteExact,
    /// A wrapped private key would not be in the form of RFC 5208 with RFC 5915 or RFC 8017; why, in words. The usual
    /// reason is a private number that begins with a zero byte and was wrapped without it.
    #[error(
        "this token does not wrap private keys in the form that the standards give them: {0}; use a symmetric key or another token"
    )]
    NotWhole(String),
    /// A private key came in whole, but belongs to another public key than the one named.
    #[error(
        "the private key that was unwrapped does not belong to the expected public key: its signature of a fresh challenge does not verify; this is another key's backup, or a damaged one"
    )]
    NotThisKey,
    /// The PKCS#11 module could not be loaded or started.
    #[error(
        "the PKCS#11 module {path} could not be started: {why}; check the path and the vendor's set-up guide"
    )]
    ModuleLoad {
        /// The module's path.
        path: String,
        /// The loader's or the module's reason.
        why: String,
    },
    /// No `pkcs11:` URI (RFC 7512) that can be used, and why. The text itself is not kept: it may have a PIN in it.
    #[error(
        "what was given is no token address that can be used: {0}. One looks like \
         pkcs11:token=NAME;serial=NUMBER?module-path=/usr/lib/module.so"
    )]
    BadUri(String),
    /// No locked memory for a secret, or the rehearsal store could not be written.
    #[error("{0}")]
    Host(String),
    /// Any other refusal.
    #[error("the token's {call} failed with {rv}; look the code up in the vendor's guide")]
    Failed {
        /// The PKCS#11 function, such as `C_WrapKey`.
        call: String,
        /// The return value's name or number.
        rv: String,
    },
}

impl From<Error> for TokenError {
    fn from(e: Error) -> Self {
        match e {
            Error::Pkcs11(rv, call) => {
                let call = call.to_string();
                Self::from_rv(rv, &format!("C_{}", call.trim_start_matches("Function::")))
            }
            other => Self::Failed { call: "answer".to_owned(), rv: other.to_string() },
        }
    }
}

impl From<secrets::SecretError> for TokenError {
    fn from(e: secrets::SecretError) -> Self {
        Self::Host(e.to_string())
    }
}

impl TokenError {
    /// Sorts a return value into the cases a person acts on differently.
    pub(crate) fn from_rv(rv: RvError, call: &str) -> Self {
        match rv {
            RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid => {
                Self::WrongPin { tries_hint: String::new() }
            }
            RvError::PinLocked => Self::PinLocked,
            RvError::PinExpired => Self::PinMustChange,
            RvError::UserNotLoggedIn => Self::NotSignedIn,
            RvError::DeviceRemoved
            | RvError::TokenNotPresent
            | RvError::SessionHandleInvalid
            | RvError::SessionClosed => Self::TokenRemoved,
            RvError::MechanismInvalid | RvError::FunctionNotSupported => {
                Self::NotOffered { reason: format!("{call} answered {}", named(rv)) }
            }
            RvError::KeyUnextractable | RvError::KeyNotWrappable => {
                Self::NotOffered { reason: words::MADE_NEVER_TO_LEAVE.to_owned() }
            }
            other => Self::Failed { call: call.to_owned(), rv: named(other) },
        }
    }

    /// Whether this says that nothing can be learnt now: nobody may take a pulled cable, a PIN not yet entered or this
    /// computer's own failure for a missing attribute or mechanism.
    pub(crate) fn ends_trials(&self) -> bool {
        matches!(self, Self::TokenRemoved | Self::NotSignedIn | Self::Host(_))
    }

    /// `None` for a mere refusal; what [ends trials](Self::ends_trials) stays an error.
    pub(crate) fn unless_refused<T>(outcome: Result<T, Self>) -> Result<Option<T>, Self> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.ends_trials() => Err(e),
            Err(_) => Ok(None),
        }
    }
}

/// A return value as PKCS#11 writes it, which is what a vendor's guide has: `CKR_MECHANISM_INVALID`, or the number where
/// it is the vendor's own or unknown.
fn named(rv: RvError) -> String {
    if let RvError::VendorDefined(number) | RvError::UnknownErrorCode(number) = rv {
        return format!("{number:#010x}");
    }
    // The library's names are those of the standard in another spelling.
    let mut name = "CKR".to_owned();
    for c in format!("{rv:?}").chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_gone_is_told_from_one_that_fails() {
        for gone in [
            RvError::DeviceRemoved,
            RvError::TokenNotPresent,
            RvError::SessionHandleInvalid,
            RvError::SessionClosed,
        ] {
            assert_eq!(TokenError::from_rv(gone, "C_Sign"), TokenError::TokenRemoved);
        }
        // A device that fails is still there; taking it out and in would hide why.
        for here in [RvError::DeviceError, RvError::DeviceMemory, RvError::GeneralError] {
            assert!(matches!(TokenError::from_rv(here, "C_Sign"), TokenError::Failed { .. }), "{here:?}");
        }
        assert_eq!(
            TokenError::unless_refused::<()>(Err(TokenError::TokenRemoved)),
            Err(TokenError::TokenRemoved)
        );
        assert_eq!(TokenError::unless_refused::<()>(Err(TokenError::PinLocked)), Ok(None));
    }

    #[test]
    fn a_return_value_has_the_name_that_a_vendors_guide_has() {
        for (value, name) in [
            (cryptoki_sys::CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID"),
            (cryptoki_sys::CKR_WRAPPING_KEY_HANDLE_INVALID, "CKR_WRAPPING_KEY_HANDLE_INVALID"),
            (cryptoki_sys::CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE"),
            (cryptoki_sys::CKR_RANDOM_NO_RNG, "CKR_RANDOM_NO_RNG"),
            (cryptoki_sys::CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID"),
            (0x8000_0102, "0x80000102"),
            (0x0000_0ffe, "0x00000ffe"),
        ] {
            let cryptoki::error::Rv::Error(rv) = cryptoki::error::Rv::from(value) else { panic!("{name}") };
            assert_eq!(named(rv), name);
        }
    }

    #[test]
    fn a_failure_names_the_function_as_the_standard_does() {
        let e = TokenError::from(Error::Pkcs11(
            RvError::GeneralError,
            cryptoki::context::Function::GenerateKeyPair,
        ));
        assert_eq!(
            e,
            TokenError::Failed { call: "C_GenerateKeyPair".into(), rv: "CKR_GENERAL_ERROR".into() }
        );
    }
}
