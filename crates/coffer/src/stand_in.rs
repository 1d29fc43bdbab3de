//! Rehearsals of a managed HSM's security domain and of a key plan: media, and what the online team would bring back.

use crate::rehearse::failed;
use byok::provider::Practice;
use byok::security_domain::{self, system_random};
use byok::{KeyType, Target, of};
use ceremony::store;
use protocol::Problem;
use std::collections::BTreeMap;
use std::fmt::Write as _;
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

/// The lines of the plan that is rehearsed: provider, kind of key, algorithm, and the wrapping key that it uses. The two
/// lines for Azure share one, as they do where one key exchange key serves a vault.
const PLAN: &[(Target, KeyType, &str, &str)] = &[
    (Target::AwsKms, KeyType::Aes256, "RSAES_OAEP_SHA_256", "aws-first"),
    (Target::AwsKms, KeyType::P256, "RSA_AES_KEY_WRAP_SHA_256", "aws-second"),
    (Target::AzureKeyVault, KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP", "azure"),
    (Target::AzureKeyVault, KeyType::P384, "CKM_RSA_AES_KEY_WRAP", "azure"),
    (Target::GoogleKms, KeyType::Aes256, "RSA_OAEP_4096_SHA256_AES_256", "google"),
    (Target::AlibabaKms, KeyType::Aes256, "RSAES_OAEP_SHA_256", "alibaba"),
    (Target::IbmKeyProtect, KeyType::Aes256, "RSAES_OAEP_SHA_256", "ibm"),
    (Target::SalesforceShield, KeyType::Aes256, "RSA-OAEP with SHA-1", "salesforce"),
];

/// A small mixed plan with what each provider would send for it, and the answers that name them. The private half of each
/// wrapping key lies beside its file.
pub(crate) fn key_plan(beside: &Path) -> Result<BTreeMap<String, String>, Problem> {
    let folder = beside.join("parameters");
    std::fs::create_dir_all(&folder).map_err(|e| failed(&e))?;
    let valid_to = time::OffsetDateTime::now_utc().unix_timestamp() + 24 * 3600;
    let asked: BTreeMap<&str, &str> = PLAN
        .iter()
        .flat_map(|(target, ..)| of(*target).asks())
        .map(|a| (byok::plan::column(a), a.name))
        .collect();
    let mut plan = "system,provider,key type,algorithm,parameters file,owner".to_owned();
    plan.extend(asked.keys().map(|column| format!(",{column}")));
    plan.push('\n');
    let mut made: BTreeMap<&str, byok::Disposable> = BTreeMap::new();
    for (n, (target, key, algorithm, wrapping)) in PLAN.iter().enumerate() {
        if !made.contains_key(wrapping) {
            let new = byok::Disposable::generate(of(*target).stand_in_bits()).map_err(|e| failed(&e))?;
            let private = new.private_pkcs8().map_err(|e| failed(&e))?;
            let path = beside.join(format!("rehearsal-cloud-key-{wrapping}.pkcs8.der"));
            store::write_new(&path, private.expose())?;
            made.insert(wrapping, new);
        }
        let Some(disposable) = made.get(wrapping) else { continue };
        let order = Practice { key: *key, algorithm, wrapping: disposable, valid_to };
        let sent = of(*target).stand_in(&order).map_err(|e| failed(&e))?;
        let (system, line) = (format!("System {}", n + 1), n + 2);
        let name = format!("{wrapping}-{}", sent.file_name);
        let mut bytes = sent.bytes;
        if *wrapping == "aws-second" {
            bytes = byok::stand_in_reply(disposable.spki(), SECOND_ARN, valid_to, b"rehearsal import token");
        }
        let path = folder.join(&name);
        if !path.exists() {
            store::write_new(&path, &bytes)?;
        }
        let _ = write!(plan, "{system},{target},{key},{algorithm},{name},Rehearsal owner");
        for ask in asked.values() {
            let answer = sent.stated.iter().find(|(n, _)| n == ask).map_or("", |(_, text)| text.as_str());
            // Names of their own for each line: no two may make one key.
            let own = if *ask == "key-name" && !answer.is_empty() {
                format!("rehearsal-{line}")
            } else {
                answer.to_owned()
            };
            let _ = write!(plan, ",\"{}\"", own.replace('"', "\"\""));
        }
        plan.push('\n');
    }
    let path = beside.join("key-plan.csv");
    store::write_new(&path, plan.as_bytes())?;
    Ok(BTreeMap::from([
        ("read-plan/file".to_owned(), path.display().to_string()),
        ("read-plan/folder".to_owned(), folder.display().to_string()),
        ("write-bundles/folder".to_owned(), beside.display().to_string()),
    ]))
}

/// The fictional key of the plan's second line.
const SECOND_ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000002";
