//! A PKCS#11 module: its tokens, and opening one of them.

use std::path::Path;
use std::sync::Arc;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use secrets::SecretText;

use crate::raw::Raw;
use crate::{Pkcs11Token, TokenError, TokenInfo, TokenUri};

/// A loaded and started PKCS#11 module.
pub struct Module {
    context: Pkcs11,
    raw: Arc<Raw>,
}

/// The library's own secret text, wiped when dropped.
pub(crate) fn auth(pin: &SecretText) -> AuthPin {
    AuthPin::new(pin.expose().into())
}

fn slot_of(id: u64) -> Result<Slot, TokenError> {
    Slot::try_from(id).map_err(TokenError::from)
}

impl Module {
    /// Loads the shared library at `path` and starts it. Loading it again shares the running one.
    pub fn load(path: &Path) -> Result<Self, TokenError> {
        let error = |e: &dyn std::fmt::Display| TokenError::ModuleLoad {
            path: path.display().to_string(),
            why: e.to_string(),
        };
        let context = Pkcs11::new(path).map_err(|e| error(&e))?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(e) => return Err(error(&e)),
        }
        Ok(Self { context, raw: Arc::new(Raw::load(path)?) })
    }

    /// Every token in the module, initialised or not.
    pub fn tokens(&self) -> Result<Vec<TokenInfo>, TokenError> {
        self.context.get_slots_with_token()?.into_iter().map(|s| self.raw.token_info(s.id())).collect()
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
        self.context.init_token(slot_of(slot)?, &auth(so_pin), label)?;
        // The same slot where it kept its number; else the one of this label that was not there before.
        let after = self.tokens()?;
        let new = after
            .iter()
            .find(|t| t.label == label && t.slot == slot)
            .or_else(|| after.iter().find(|t| t.label == label && !before.contains(t)))
            .ok_or_else(|| TokenError::NoSuchToken(label.to_owned()))?
            .slot;
        let session = self.context.open_rw_session(slot_of(new)?)?;
        session.login(UserType::So, Some(&auth(so_pin)))?;
        let set = session.init_pin(&auth(pin));
        session.logout()?;
        set?;
        drop(session);
        self.raw.token_info(new)
    }

    /// Opens a session with the one token that matches; two that match are refused.
    pub fn open(&self, which: &TokenUri) -> Result<Pkcs11Token, TokenError> {
        let mut found = self.tokens()?.into_iter().filter(|t| {
            which.token.as_ref().is_none_or(|l| *l == t.label)
                && which.serial.as_ref().is_none_or(|s| *s == t.serial)
                && t.initialised
        });
        let none = || TokenError::NoSuchToken(which.to_string());
        let info = found.next().ok_or_else(none)?;
        if found.next().is_some() {
            return Err(TokenError::NoSuchToken(format!(
                "{which} alone (several do; add the serial number)"
            )));
        }
        let session = self.context.open_rw_session(slot_of(info.slot)?)?;
        Ok(Pkcs11Token::new(Arc::clone(&self.raw), session, info))
    }
}
