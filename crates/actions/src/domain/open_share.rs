//! `open-domain-share`: a custodian's key opens its share of the security domain.

use crate::cloud::words::byok_problem;
use crate::domain::{OPENED, kept, passphrase, words};
use byok::security_domain::{SecurityDomain, Share, belongs, open_key, thumbprint};
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use protocol::Problem;
use script::{Closes, Reach, Row};
use secrets::SecretBytes;
use store::read_outside;

/// A key file under a passphrase has a few thousand bytes.
const LARGEST_KEY: u64 = 64 * 1024;

/// Opens a custodian's share.
pub(crate) struct OpenDomainShare;

static ROW: Row = Row {
    name: "open-domain-share",
    needs: &[&super::SECURITY_DOMAIN],
    makes: &[&super::DOMAIN_SHARES],
    closes: &[Closes::Own(&super::CUSTODIAN_OPENED)],
    states: &[&facts::DOMAIN_SHARE, &facts::OPENED_FOR_CERTIFICATE],
    reach: &[Reach::Media],
    private: true,
    ..Row::PLAIN
};

impl Action for OpenDomainShare {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let read = kept::security_domain(&*stage)?;
        let made_here = kept::certificate(&*stage, cue.step.turn)?;
        let mut problem = None;
        let (thumbprint, share) = loop {
            let path = stage.file_of_medium(words::WHICH_KEY, &["key"], problem.take())?;
            let files = read_outside(&path, LARGEST_KEY).and_then(|sealed| {
                let certificate = match &made_here {
                    Some(made) => made.clone(),
                    // azure-cli looks for it there, too.
                    None => read_outside(&path.with_extension("cer"), LARGEST_KEY)?,
                };
                Ok((sealed, certificate))
            });
            let (sealed, certificate) = match files {
                Ok(files) => files,
                Err(p) => {
                    problem = Some(p.can_try_again());
                    continue;
                }
            };
            let phrase = passphrase::typed(cue, stage, words::YOUR_PASSPHRASE, None)?;
            let opened = open_key(&sealed, &phrase).map_err(|e| byok_problem(&e));
            if opened.is_err() {
                stage.note(Outcome::new().fact(&facts::NOTE, words::KEY_DID_NOT_OPEN))?;
            }
            match opened.and_then(|private| share_of(&read, room, &private, &certificate)) {
                Ok(found) => break found,
                Err(p) => problem = Some(p.can_try_again()),
            }
        };
        let number = share.number();
        room.change(&OPENED, |shares| shares.push(share))?;
        Ok(Outcome::new()
            .showing(words::share_opened(number, &thumbprint))
            .fact(&facts::DOMAIN_SHARE, number)
            .fact(&facts::OPENED_FOR_CERTIFICATE, thumbprint))
    }
}

/// The share that the file has for this certificate, opened; and the certificate's SHA-256 in hexadecimal.
fn share_of(
    read: &SecurityDomain,
    room: &Room<'_>,
    private: &SecretBytes,
    certificate: &[u8],
) -> Result<(String, Share), Problem> {
    if !belongs(private, certificate).map_err(|e| byok_problem(&e))? {
        return Err(words::key_of_another());
    }
    let thumbprint = thumbprint(certificate).map_err(|e| byok_problem(&e))?;
    let at = read.thumbprints().position(|t| *t == thumbprint);
    let at = at.ok_or_else(words::no_share_for_certificate)?;
    let share = read.open_share(at, private).map_err(|e| byok_problem(&e))?;
    // Nothing is there before the first.
    let before = room.get(&OPENED).map_or(&[][..], Vec::as_slice);
    if before.iter().any(|s| s.number() == share.number()) {
        return Err(words::share_twice());
    }
    Ok((script::hex(&thumbprint), share))
}
