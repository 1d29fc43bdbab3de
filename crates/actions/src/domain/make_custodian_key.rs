//! `make-custodian-key`: a custodian of a security domain gets a key pair, its private half on a medium of their own.

use crate::cloud::medium::onto_medium;
use crate::cloud::words::byok_problem;
use crate::domain::{passphrase, words};
use byok::ByokError;
use byok::security_domain::{Custodian, belongs, make_custodian, open_key, seal_key, system_random};
use engine::{Action, Cue, Halt, Media, Outcome, Room, Stage, WorkWith as _};
use protocol::{Mode, Problem};
use script::{HandsOut, Plan, Reach, Row, Step};
use secrets::SecretText;
use std::path::Path;
use store::{disk, read_again, sync_folder, write_new};
use transcript::FileDigest;

/// How long a custodian's certificate says that it holds, in seconds: 20 years. Azure looks only at its key.
const CERTIFICATE_LIFE: i64 = 20 * 365 * 24 * 3600;

/// Makes a custodian's key.
pub(crate) struct MakeCustodianKey;

static ROW: Row = Row {
    name: "make-custodian-key",
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&super::CUSTODIAN_KEYS],
    opens: &[&super::CUSTODIAN_OPENED],
    states_of_turn: &[
        facts::CUSTODIAN_THUMBPRINT.stem(),
        facts::CUSTODIAN_CERTIFICATE.stem(),
        facts::CUSTODIAN_PRIVATE_KEY.stem(),
        facts::CUSTODIAN_MEDIUM.stem(),
    ],
    hands_out: Some(HandsOut { needed: "quorum", over_sites: false }),
    reach: &[Reach::Media],
    private: true,
    ..Row::PLAIN
};

impl Action for MakeCustodianKey {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let turn = cue.step.turn;
        let phrase = passphrase::new(cue, stage)?;
        let practice = if cue.plan.mode == Mode::Rehearsal { "rehearsal-" } else { "" };
        let subject = format!("{practice}custodian-{turn}");
        let now = stage.now();
        let (made, sealed) = stage.wait_for(words::MAKING, words::A_FEW_SECONDS, || {
            made_and_sealed(&subject, now, &phrase).map_err(|e| byok_problem(&e))
        })?;
        // An interrupted attempt may have left its files on the same medium.
        let attempts = stage.attempts();
        let attempt = if attempts > 1 { format!("-{attempts}") } else { String::new() };
        let name = format!("custodian-{turn}{attempt}");
        let folder = hand_to_custodian(cue, stage, &name, &made, &sealed)?;
        let kept = format!("custodian-{turn}-{}.cer", stage.past().entries.len());
        let pem = made.certificate_pem();
        stage.keep(&kept, pem.as_bytes())?;
        let thumbprint = script::hex(&made.thumbprint());
        let outcome = Outcome::new()
            .file(FileDigest::of(kept.as_str(), pem.as_bytes()))
            .shows(words::thumbprint(&thumbprint))
            .shows(words::on_your_medium(&name))
            .fact(&facts::CUSTODIAN_THUMBPRINT.of(turn), thumbprint)
            .fact(&facts::CUSTODIAN_CERTIFICATE.of(turn), kept)
            .fact(&facts::CUSTODIAN_PRIVATE_KEY.of(turn), words::ON_OWN_MEDIUM)
            .fact(&facts::CUSTODIAN_MEDIUM.of(turn), folder);
        Ok(if attempts > 1 { outcome.shows(words::left_behind(turn)) } else { outcome })
    }

    /// Azure takes 3 to 10 custodians; and one lost key must not lose the HSM.
    fn against(&self, plan: &Plan, _: &Step) -> Vec<Problem> {
        let number = |name: &str| plan.values.get(name).and_then(|v| v.parse::<u32>().ok());
        match (number("quorum"), number("custodians")) {
            (Some(quorum), Some(custodians @ 3..=10)) if (2..custodians).contains(&quorum) => Vec::new(),
            _ => vec![words::quorum()],
        }
    }
}

/// A key pair with its certificate, and the private half under the passphrase. What leaves is opened before it does: a
/// key that never opened is none.
fn made_and_sealed(subject: &str, now: i64, phrase: &SecretText) -> Result<(Custodian, String), ByokError> {
    // A day's grace for clocks.
    let made = make_custodian(subject, now - 24 * 3600, now + CERTIFICATE_LIFE, &mut system_random)?;
    let sealed = seal_key(&made.private_key, phrase, &mut system_random)?;
    let opened = open_key(sealed.as_bytes(), phrase)?;
    let ours = opened.same_as(made.private_key.expose()) && belongs(&opened, &made.certificate)?;
    if ours { Ok((made, sealed)) } else { Err(ByokError::Unwrap) }
}

/// Writes the sealed key and the certificate to the custodian's own medium, and reads both back from it.
fn hand_to_custodian(
    cue: Cue<'_>,
    stage: &mut (impl Media + ?Sized),
    name: &str,
    made: &Custodian,
    sealed: &str,
) -> Result<String, Halt> {
    let files = [(format!("{name}.cer"), made.certificate_pem()), (format!("{name}.key"), sealed.to_owned())];
    let names = files.each_ref().map(|(name, _)| name.as_str());
    onto_medium(cue, stage, words::WHICH_FOLDER_FOR_KEY, &names, |folder| {
        written(folder, &files).map(|()| folder.display().to_string())
    })
}

/// Writes new files, and takes back those of a write that did not come to its end: the next try may be here again.
fn written(folder: &Path, files: &[(String, String)]) -> Result<(), Problem> {
    if let Some((taken, _)) = files.iter().find(|(name, _)| folder.join(name).exists()) {
        return Err(disk(&folder.join(taken), &std::io::ErrorKind::AlreadyExists.into()));
    }
    let all = || {
        for (name, text) in files {
            write_new(&folder.join(name), text.as_bytes())?;
        }
        sync_folder(folder)?;
        files.iter().try_for_each(|(name, text)| read_again(&folder.join(name), text.as_bytes()))
    };
    all().inspect_err(|_| {
        for (name, _) in files {
            let _ = std::fs::remove_file(folder.join(name));
        }
    })
}
