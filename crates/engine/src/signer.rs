//! The workstation's key that signs the record, on the ceremony's token.

use crate::stage::TokenRefusal;
use crate::words;
use protocol::{Mode, Problem};
use transcript::Signer;

/// The label of the workstation's signing key on the token.
fn label(mode: Mode) -> String {
    format!("cofferdam-{}-transcript-signing", mode.word())
}

/// Signs through the token.
pub(crate) struct TokenSigner<'t> {
    token: &'t mut dyn tokens::Token,
    key: tokens::KeyFacts,
    spki: Vec<u8>,
    removed: bool,
}

impl<'t> TokenSigner<'t> {
    /// The workstation's key on this token; made where there is none only if `may_make`.
    pub(crate) fn of(token: &'t mut dyn tokens::Token, mode: Mode, may_make: bool) -> Result<Self, Problem> {
        let found = token.signing_key(&label(mode), may_make).map_err(TokenRefusal::from)?;
        let mut key = found.ok_or_else(words::no_signing_key)?;
        let spki = key.public_key.take().unwrap_or_default();
        Ok(Self { token, key, spki, removed: false })
    }

    /// What the token says of the key.
    pub(crate) fn key(&self) -> &tokens::KeyFacts {
        &self.key
    }

    /// Whether the token was pulled while it signed.
    pub(crate) fn removed(&self) -> bool {
        self.removed
    }
}

impl Signer for TokenSigner<'_> {
    fn public_key(&self) -> &[u8] {
        &self.spki
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
        self.token.sign(self.key.handle, message).map_err(|e| {
            self.removed |= e == tokens::TokenError::TokenRemoved;
            e.to_string()
        })
    }
}
