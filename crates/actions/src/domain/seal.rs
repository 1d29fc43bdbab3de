//! `seal-restore-blob`: the security domain is sealed for the HSM that is to take it.

use crate::cloud::words::byok_problem;
use crate::domain::{OPENED, kept, words};
use byok::security_domain::{Share, system_random};
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Made, Outcome, Past, Recall as _, Room, Stage};
use script::{Hands, Row, sha256_hex};
use transcript::FileDigest;

/// Seals the security domain.
pub(crate) struct SealRestoreBlob;

static ROW: Row = Row {
    name: "seal-restore-blob",
    needs: &[
        &super::DOMAIN_SHARES,
        &super::TESTED_QUORUM,
        &super::EXCHANGE_CERTIFICATE,
        &crate::cloud::COMPARED_KEY,
    ],
    makes: &[&super::RESTORE_BLOB],
    opens: &[&super::RESTORE_BLOB_ON_MEDIUM],
    states: &[&facts::RESTORE_BLOB_SHA256, &facts::SEALED_FOR_CERTIFICATE, &facts::RESTORE_BLOB_FILE],
    hands: Hands::Two,
    irreversible: true,
    ..Row::PLAIN
};

impl Action for SealRestoreBlob {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let read = kept::security_domain(&*stage)?;
        let (certificate, thumbprint) = kept::exchange(&*stage)?;
        let thumbprint = script::hex(&thumbprint);
        // The copy has to be what two people compared.
        if stage.newest(&facts::EXCHANGE_CERTIFICATE_SHA256).as_ref() != Some(&thumbprint) {
            return Err(out_of_order().into());
        }
        let shares: Vec<&Share> = room.get(&OPENED)?.iter().collect();
        let blob =
            read.restore_blob(&shares, &certificate, &mut system_random).map_err(|e| byok_problem(&e))?;
        let kept = format!("restore-blob-{}.json", stage.past().entries.len());
        stage.keep(&kept, &blob)?;
        let sha256 = sha256_hex(&blob);
        Ok(Outcome::new()
            .file(FileDigest::of(kept.as_str(), &blob))
            .showing(words::sealed(&thumbprint, &sha256))
            .fact(&facts::RESTORE_BLOB_SHA256, sha256)
            .fact(&facts::SEALED_FOR_CERTIFICATE, thumbprint)
            .fact(&facts::RESTORE_BLOB_FILE, kept))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        let made = [
            Made::agreed(words::SEALED_FOR, past.newest(&facts::SEALED_FOR_CERTIFICATE)),
            Made::shown(words::RESTORE_BLOB, past.newest(&facts::RESTORE_BLOB_SHA256)),
        ];
        made.into_iter().flatten().collect()
    }
}
