//! A PKCS#11 module: its tokens, and opening one of them.

use std::path::Path;

use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use secrets::SecretText;
use serde::{Deserialize, Serialize};

use crate::running::Lease;
use crate::words;
use crate::{Pkcs11Token, TokenError, TokenInfo, TokenUri};

/// A loaded and started PKCS#11 module. It is finalised when the last `Module` and token of it are gone, so that loading
/// it again looks at the slots afresh: after a token was removed, drop what is left of it and load the module again.
pub struct Module {
    running: Lease,
}

/// The library's own secret text, wiped when dropped.
pub(crate) fn auth(pin: &SecretText) -> AuthPin {
    AuthPin::new(pin.expose().into())
}

fn slot_of(id: u64) -> Result<Slot, TokenError> {
    Slot::try_from(id).map_err(TokenError::from)
}

/// What a module says of itself (`CK_INFO`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleInfo {
    /// The manufacturer, up to 32 bytes.
    pub manufacturer: String,
    /// What it is, up to 32 bytes.
    pub description: String,
    /// The library's version, `major.minor`.
    pub version: String,
}

impl Module {
    /// Loads the shared library at `path` and starts it. Loading it again shares the running one.
    pub fn load(path: &Path) -> Result<Self, TokenError> {
        Ok(Self { running: Lease::of(path, None)? })
    }

    /// The same for a module that is told its settings when it starts, as text through `C_Initialize`. NSS wants
    /// `configdir='sql:FOLDER' certPrefix='' keyPrefix='' secmod='secmod.db' flags=` there, and other vendors take
    /// theirs too. RFC 7512 has no attribute for this, so it comes from the workstation's own settings and never from a
    /// token's address. `settings` must not contain a zero byte; another set than the one a module runs with is refused.
    pub fn load_with(path: &Path, settings: &str) -> Result<Self, TokenError> {
        Ok(Self { running: Lease::of(path, Some(settings))? })
    }

    /// What it says of itself.
    pub fn about(&self) -> Result<ModuleInfo, TokenError> {
        self.running.raw.about()
    }

    /// Every token in the module, initialised or not.
    pub fn tokens(&self) -> Result<Vec<TokenInfo>, TokenError> {
        let slots = self.running.context.get_slots_with_token()?;
        let asked = slots.into_iter().map(|s| match self.running.raw.token_info(s.id()) {
            Ok(info) => Ok(Some(info)),
            Err(TokenError::TokenRemoved) => Ok(None), // went between the two calls
            Err(e) => Err(e),
        });
        Ok(asked.collect::<Result<Vec<_>, TokenError>>()?.into_iter().flatten().collect())
    }

    /// Initialises the token in `slot`, which erases it, and sets the user's PIN. The slot number may change
    /// (`SoftHSM` does that); the answer has the new one.
    pub fn initialise(
        &self,
        slot: u64,
        label: &str,
        so_pin: &SecretText,
        pin: &SecretText,
    ) -> Result<TokenInfo, TokenError> {
        let before = self.tokens()?;
        self.running.context.init_token(slot_of(slot)?, &auth(so_pin), label)?;
        // The same slot where it kept its number; else the one of this label that was not there before.
        let after = self.tokens()?;
        let new = after
            .iter()
            .find(|t| t.label == label && t.slot == slot)
            .or_else(|| after.iter().find(|t| t.label == label && !before.contains(t)))
            .ok_or_else(|| TokenError::NoSuchToken(label.to_owned()))?
            .slot;
        let session = self.running.context.open_rw_session(slot_of(new)?)?;
        session.login(UserType::So, Some(&auth(so_pin)))?;
        let set = session.init_pin(&auth(pin));
        session.logout()?;
        set?;
        drop(session);
        self.running.raw.token_info(new)
    }

    /// Opens a session with the one token that matches; two that match are refused, and so is one that says another
    /// manufacturer or model than the address.
    pub fn open(&self, which: &TokenUri) -> Result<Pkcs11Token, TokenError> {
        let (there, module) = (self.tokens()?, self.about()?);
        let info = chosen(which, &there, &module)?.clone();
        let session = self.running.context.open_rw_session(slot_of(info.slot)?)?;
        Ok(Pkcs11Token::new(self.running.clone(), session, info))
    }
}

/// The one token of a module that an address means.
pub fn chosen<'t>(
    which: &TokenUri,
    there: &'t [TokenInfo],
    module: &ModuleInfo,
) -> Result<&'t TokenInfo, TokenError> {
    let named: Vec<&TokenInfo> = there.iter().filter(|t| t.initialised && which.names(t)).collect();
    let fit: Vec<&TokenInfo> = named.iter().copied().filter(|t| which.differs(t, module).is_none()).collect();
    let address = || which.to_string();
    match (fit.as_slice(), named.as_slice()) {
        ([one], _) => Ok(one),
        ([], [one]) => Err(match which.differs(one, module) {
            Some(d) => TokenError::OtherToken { part: d.part, wanted: d.wanted, found: d.found },
            None => TokenError::NoSuchToken(address()),
        }),
        ([], _) => Err(TokenError::NoneFits { address: address(), there: listed(there) }),
        (several, _) => {
            Err(TokenError::SeveralFit { address: address(), there: listed(several.iter().copied()) })
        }
    }
}

/// Tokens that are there, in sentences.
pub fn listed<'t>(there: impl IntoIterator<Item = &'t TokenInfo>) -> String {
    let each: Vec<String> = there.into_iter().map(|t| format!("{t}.")).collect();
    if each.is_empty() { words::NO_TOKEN_THERE.to_owned() } else { words::there_are(&each) }
}
