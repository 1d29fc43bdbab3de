//! The people of a roster that `commission-workstation` enrolled in a rehearsal: those with YubiKeys type their PIN, the
//! others the passphrase that the rehearsal proposed to them.

use protocol::{Answer, Ask, Mode, Private, PromptView, ToRoom};
use std::collections::BTreeMap;
use std::path::Path;

/// The PIN that a rehearsal proposes for a YubiKey.
pub const PIN: &str = "842613";

/// Begins a rehearsal with this roster.
pub fn start(script: &str, roster: &Path, parameters: &[(&str, &str)]) -> ToRoom {
    let parameters: BTreeMap<_, _> =
        parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    ToRoom::Start {
        script: script.to_owned(),
        mode: Mode::Rehearsal,
        parameters,
        roster: Some(roster.display().to_string()),
        token: None,
    }
}

/// The signature of whoever is asked for one; nothing for other prompts. `about` is told whose it is before it is given.
pub fn signs(prompt: &PromptView, about: impl Fn(&str)) -> Option<Answer> {
    let typed = |person: &str, with_yubikey: bool| {
        about(person);
        Private::new(if with_yubikey { PIN.to_owned() } else { format!("practice passphrase of {person}") })
    };
    match &prompt.ask {
        Ask::Sign { person, yubikey, restate, .. } => Some(Answer::Signature {
            passphrase: typed(person, yubikey.is_some()),
            restated: restate.as_ref().and_then(|r| r.hint.clone()),
        }),
        Ask::Agree { person, yubikey, .. } => Some(Answer::Agreement {
            agrees: true,
            reason: None,
            passphrase: typed(person, yubikey.is_some()),
        }),
        _ => None,
    }
}
