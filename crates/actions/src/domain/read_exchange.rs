//! `read-exchange-certificate`: the certificate of the HSM that is to take the security domain is carried in.

use crate::cloud::read_file;
use crate::cloud::words::byok_problem;
use crate::domain::words;
use byok::{WrappingKey, check_begun, security_domain};
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Reach, Row};
use transcript::FileDigest;

/// Reads an exchange certificate.
pub(crate) struct ReadExchangeCertificate;

static ROW: Row = Row {
    name: "read-exchange-certificate",
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&crate::cloud::PARAMETERS, &super::EXCHANGE_CERTIFICATE],
    states: &[&facts::EXCHANGE_CERTIFICATE_SHA256, &facts::EXCHANGE_CERTIFICATE_FILE],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for ReadExchangeCertificate {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let mut problem = None;
        let (bytes, key, thumbprint) = loop {
            let path = stage.file_of_medium(words::WHICH_CERTIFICATE, &["cer", "pem"], problem.take())?;
            let tried = read_file(&path).and_then(|bytes| {
                let key = WrappingKey::from_certificate(&bytes).map_err(|e| byok_problem(&e))?;
                check_begun(&bytes, stage.now()).map_err(|e| byok_problem(&e))?;
                let thumbprint = security_domain::thumbprint(&bytes).map_err(|e| byok_problem(&e))?;
                Ok((bytes, key, script::hex(&thumbprint)))
            });
            match tried {
                Ok(read) => break read,
                Err(p) => problem = Some(p.can_try_again()),
            }
        };
        let kept = format!("exchange-certificate-{}.cer", stage.past().entries.len());
        stage.keep(&kept, &bytes)?;
        Ok(Outcome::new()
            .file(FileDigest::of(kept.as_str(), &bytes))
            .showing(words::exchange(&thumbprint, key.bits()))
            .fact(&facts::EXCHANGE_CERTIFICATE_SHA256, thumbprint)
            .fact(&facts::EXCHANGE_CERTIFICATE_FILE, kept))
    }
}
