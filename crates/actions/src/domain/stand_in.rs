//! Folders in place of the custodians' media, and what the online team of a managed HSM would do.

use crate::domain::make_custodian_key::MakeCustodianKey;
use crate::domain::open_share::OpenDomainShare;
use crate::domain::read::ReadSecurityDomain;
use crate::domain::read_exchange::ReadExchangeCertificate;
use crate::domain::words;
use crate::domain::write_blob::WriteRestoreBlob;
use crate::domain::write_certificates::WriteCertificates;
use crate::stand_in::{FILE, FOLDER, First, Prepared, StandIn, failed, folder, is};
use byok::security_domain::{self, system_random};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// Where a custodian's medium lies.
fn medium(beside: &Path, custodian: u8) -> PathBuf {
    beside.join(format!("custodian-{custodian}"))
}

/// Where the security domain lies once it was downloaded.
fn domain_at(beside: &Path) -> PathBuf {
    beside.join("HSM-SD.json")
}

/// For `make-custodian-key`: a medium for each custodian.
pub(crate) struct CustodianMedia;

impl StandIn for CustodianMedia {
    fn serves(&self, row: &Row) -> bool {
        is(row, &MakeCustodianKey)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        for step in steps {
            folder(&medium(beside, step.turn))?;
        }
        Ok(Prepared::each(steps, FOLDER, |step| medium(beside, step.turn).display().to_string()))
    }
}

/// For `write-certificates`: the online team, which downloads the security domain once the certificates were handed over.
pub(crate) struct OnlineTeam;

impl StandIn for OnlineTeam {
    fn serves(&self, row: &Row) -> bool {
        is(row, &WriteCertificates)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        Ok(Prepared::path(steps, FOLDER, beside))
    }

    /// Makes the security domain as the service would, for the quorum that DOWNLOAD.txt asks for. What cannot be made is
    /// missing, and the play stops where it is read.
    fn meanwhile(&self, beside: &Path) {
        if domain_at(beside).exists() {
            return;
        }
        let handed = std::fs::read_dir(beside).into_iter().flatten().flatten().find(|e| {
            e.file_name()
                .to_str()
                .is_some_and(|n| n.starts_with("rehearsal-certificates-") && !n.ends_with(".partial"))
        });
        let Some(folder) = handed.map(|e| e.path()) else { return };
        let command = std::fs::read_to_string(folder.join("DOWNLOAD.txt")).unwrap_or_default();
        let word = |at: usize| command.split_whitespace().skip_while(|w| *w != "--sd-quorum").nth(at);
        let Some(required) = word(1).and_then(|n| n.parse().ok()) else { return };
        let certificates = (1..).map_while(|n| std::fs::read(folder.join(format!("custodian-{n}.cer"))).ok());
        let certificates: Vec<_> = certificates.collect();
        if let Ok(domain) = security_domain::stand_in(&certificates, required, &mut system_random) {
            let _ = store::write_new(&domain_at(beside), &domain);
        }
    }
}

/// For `read-security-domain`: where that team puts it.
pub(crate) struct Download;

impl StandIn for Download {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadSecurityDomain)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        Ok(Prepared::path(steps, FILE, &domain_at(beside)))
    }
}

/// For `open-domain-share`: each custodian's key, of a ceremony before where this one makes none.
pub(crate) struct CustodianKeys;

impl StandIn for CustodianKeys {
    fn serves(&self, row: &Row) -> bool {
        is(row, &OpenDomainShare)
    }

    fn make(&self, plan: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        let key = |step: &Planned| {
            medium(beside, step.turn).join(format!("custodian-{}.key", step.turn)).display().to_string()
        };
        let prepared = Prepared::each(steps, FILE, key);
        if plan.steps.iter().any(|s| is(s.action, &MakeCustodianKey)) {
            return Ok(prepared);
        }
        let comers = steps.len();
        Ok(prepared.after(First {
            says: words::FIRST_CUSTODIANS_KEYS,
            script: "managed-hsm-security-domain",
            values: BTreeMap::from([
                ("quorum".to_owned(), comers.min(4).to_string()),
                ("custodians".to_owned(), (comers + 1).clamp(3, 5).to_string()),
            ]),
            pack: Vec::new(),
            sheets: false,
        }))
    }
}

/// For `read-exchange-certificate`: that of a new HSM; its private half lies beside it, for whoever opens the restore blob.
pub(crate) struct NewHsm;

impl StandIn for NewHsm {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadExchangeCertificate)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let (from, to) = (now - 3600, now + 24 * 3600);
        let made = security_domain::make_custodian("rehearsal-exchange", from, to, &mut system_random)
            .map_err(|e| failed(&e))?;
        folder(beside)?;
        let path = beside.join("SDE.cer");
        store::write_new(&path, made.certificate_pem().as_bytes())?;
        store::write_new(&beside.join("rehearsal-exchange-key.pkcs8.der"), made.private_key.expose())?;
        Ok(Prepared::path(steps, FILE, &path))
    }
}

/// For `write-restore-blob`: a folder in place of the medium that the blob goes to.
pub(crate) struct BlobMedium;

impl StandIn for BlobMedium {
    fn serves(&self, row: &Row) -> bool {
        is(row, &WriteRestoreBlob)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        Ok(Prepared::path(steps, FOLDER, beside))
    }
}
