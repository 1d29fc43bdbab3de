//! Rehearsals of a managed HSM's security domain: the custodians' media, and what the online team would bring back.

use crate::rehearse::failed;
use byok::security_domain::{self, system_random};
use ceremony::store;
use protocol::Problem;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder in place of each custodian's medium, and the answers that name it.
pub(crate) fn custodians(beside: &Path, count: usize) -> Result<BTreeMap<String, String>, Problem> {
    let mut answers = BTreeMap::new();
    for n in 1..=count {
        let medium = beside.join(format!("custodian-{n}"));
        std::fs::create_dir_all(&medium).map_err(|e| failed(&e))?;
        answers.insert(format!("make-key.{n}/folder"), medium.display().to_string());
        let key = medium.join(format!("custodian-{n}.key"));
        answers.insert(format!("open-share.{n}/file"), key.display().to_string());
    }
    answers.insert("write-certificates/folder".to_owned(), beside.display().to_string());
    answers.insert("read-domain/file".to_owned(), domain_at(beside).display().to_string());
    Ok(answers)
}

fn domain_at(beside: &Path) -> PathBuf {
    beside.join("HSM-SD.json")
}

/// Once the certificates were handed over, makes the security domain as the service would, for the quorum that
/// DOWNLOAD.txt asks for. What cannot be made is missing, and the play stops where it is read.
pub(crate) fn download(beside: &Path) {
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

/// The exchange certificate of a new HSM; its private half lies beside it, for whoever opens the restore blob.
pub(crate) fn exchange(beside: &Path) -> Result<String, Problem> {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let made = security_domain::make_custodian(
        "rehearsal-exchange",
        now - 3600,
        now + 24 * 3600,
        &mut system_random,
    )
    .map_err(|e| failed(&e))?;
    let path = beside.join("SDE.cer");
    store::write_new(&path, made.certificate_pem().as_bytes())?;
    store::write_new(&beside.join("rehearsal-exchange-key.pkcs8.der"), made.private_key.expose())?;
    Ok(path.display().to_string())
}
