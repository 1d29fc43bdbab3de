//! Opening a token, trying what it can really do, and the key that signs the transcript.

use super::{noted, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use protocol::{Mode, Problem};
use transcript::{Draft, Kind, Level, Signer};

pub(super) fn open(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    engine.unlock(step)?;
    let Some(token) = &engine.token else { return Err(super::out_of_order().into()) };
    let info = token.info().clone();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "token-model", format!("{} {}", info.manufacturer, info.model))
        .fact(Level::Public, "token-firmware", info.firmware.as_str())
        .fact(Level::Auditor, "token-label", info.label.as_str())
        .fact(Level::Auditor, "token-serial", info.serial.as_str());
    let facts = vec![
        noted("Model, as the token says", format!("{} {}", info.manufacturer, info.model)),
        noted("Serial number", info.serial),
        noted("Firmware", info.firmware),
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

pub(super) fn self_test(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let found = engine.work(step, "Trying the token on throw-away keys", "5 to 60 seconds", |token| {
        let found = token.self_test().map_err(|e| token_problem(&e))?;
        found.allows_backup().map_err(|why| {
            Problem::new(
                "no-backup-route",
                format!("This token cannot make the backup: {why}."),
                "No key was made.",
                "Use another token.",
            )
        })?;
        Ok(found)
    })?;
    let listed: Vec<_> =
        found.list.iter().map(|c| (c.name.clone(), format!("{:?}: {}", c.result, c.detail))).collect();
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "capabilities", serde_json::json!(listed));
    let facts = listed.into_iter().map(|(name, result)| noted(&name, result)).collect();
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The label of the workstation's signing key on the token.
fn label(mode: Mode) -> String {
    format!("cofferdam-{}-transcript-signing", mode.word())
}

/// Signs through the token.
pub(crate) struct TokenSigner<'t> {
    token: &'t mut dyn tokens::Token,
    key: tokens::Handle,
    spki: Vec<u8>,
    removed: bool,
}

impl<'t> TokenSigner<'t> {
    pub(crate) fn of(token: &'t mut dyn tokens::Token, mode: Mode) -> Result<Self, Problem> {
        let (key, spki) = token.signing_key(&label(mode)).map_err(|e| token_problem(&e))?;
        Ok(Self { token, key, spki, removed: false })
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
        self.token.sign(self.key, message).map_err(|e| {
            self.removed |= e == tokens::TokenError::TokenRemoved;
            e.to_string()
        })
    }
}

pub(super) fn signing_key(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    engine.unlock(step)?;
    let mode = engine.plan.mode;
    let Some(token) = engine.token.as_mut() else { return Err(super::out_of_order().into()) };
    let mut signer = TokenSigner::of(token.as_mut(), mode)?;
    let digest = crate::digest::sha256(signer.public_key());
    engine.journal.checkpoint(&mut signer).map_err(crate::engine::journal_problem)?;
    engine.show_record();
    let hex = crate::digest::hex(&digest);
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "signing-key-sha256", hex.as_str());
    Ok(Outcome { draft: Some(draft), facts: vec![noted("Signing key, SHA-256", hex)], ..Outcome::default() })
}
