//! A small mixed plan, with what each provider would send for it.

use crate::cloud::stand_in::{valid_to, wrapping_key};
use crate::cloud::words::NO_IMPORT_TOKEN;
use crate::plan::read::ReadPlan;
use crate::plan::words;
use crate::stand_in::{FILE, FOLDER, Prepared, StandIn, failed, folder, is, key};
use byok::provider::Practice;
use byok::{Disposable, KeyType, Target, of};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The lines of the plan that is rehearsed: provider, kind of key, algorithm, and the wrapping key that it uses. The two
/// lines for Azure share one, as they do where one key exchange key serves a vault.
const LINES: &[(Target, KeyType, &str, &str)] = &[
    (Target::AwsKms, KeyType::Aes256, "RSAES_OAEP_SHA_256", "aws-first"),
    (Target::AwsKms, KeyType::P256, "RSA_AES_KEY_WRAP_SHA_256", SECOND),
    (Target::AzureKeyVault, KeyType::Rsa2048, "CKM_RSA_AES_KEY_WRAP", "azure"),
    (Target::AzureKeyVault, KeyType::P384, "CKM_RSA_AES_KEY_WRAP", "azure"),
    (Target::GoogleKms, KeyType::Aes256, "RSA_OAEP_4096_SHA256_AES_256", "google"),
    (Target::AlibabaKms, KeyType::Aes256, "RSAES_OAEP_SHA_256", "alibaba"),
    (Target::IbmKeyProtect, KeyType::Aes256, "RSAES_OAEP_SHA_256", "ibm"),
    (Target::SalesforceShield, KeyType::Aes256, "RSA-OAEP with SHA-1", "salesforce"),
];
/// AWS's second wrapping key, and the fictional key that it is for.
const SECOND: &str = "aws-second";
const SECOND_ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000002";

/// For `read-plan`. The private half of each wrapping key lies beside its file.
pub(crate) struct MixedPlan;

impl StandIn for MixedPlan {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadPlan)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        let parameters = beside.join("parameters");
        folder(&parameters)?;
        let plan = written(beside, &parameters)?;
        let path = beside.join("key-plan.csv");
        store::write_new(&path, plan.as_bytes())?;
        let mut prepared =
            Prepared::path(steps, FILE, &path).saying(words::stand_ins_for_a_plan(&beside.display()));
        let of_folder = |step: &&Planned| (key(step, FOLDER), parameters.display().to_string());
        prepared.answers.extend(steps.iter().map(of_folder));
        Ok(prepared)
    }
}

/// Writes what the providers would send, and gives the plan that names it.
fn written(beside: &Path, parameters: &Path) -> Result<String, Problem> {
    let valid_to = valid_to();
    let asked: BTreeMap<&str, &str> = LINES
        .iter()
        .flat_map(|(target, ..)| of(*target).asks())
        .map(|a| (byok::plan::column(a), a.name))
        .collect();
    let mut plan = "system,provider,key type,algorithm,parameters file,owner".to_owned();
    plan.extend(asked.keys().map(|column| format!(",{column}")));
    plan.push('\n');
    let mut made: BTreeMap<&str, Disposable> = BTreeMap::new();
    for (n, (target, key, algorithm, wrapping)) in LINES.iter().enumerate() {
        if !made.contains_key(wrapping) {
            let private = format!("rehearsal-cloud-key-{wrapping}.pkcs8.der");
            made.insert(wrapping, wrapping_key(of(*target).stand_in_bits(), beside, &private)?);
        }
        let Some(disposable) = made.get(wrapping) else { continue };
        let order = Practice { key: *key, algorithm, wrapping: disposable, valid_to };
        let sent = of(*target).stand_in(&order).map_err(|e| failed(&e))?;
        let (system, line) = (format!("System {}", n + 1), n + 2);
        let name = format!("{wrapping}-{}", sent.file_name);
        let mut bytes = sent.bytes;
        if *wrapping == SECOND {
            bytes = byok::stand_in_reply(disposable.spki(), SECOND_ARN, valid_to, NO_IMPORT_TOKEN);
        }
        let path = parameters.join(&name);
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
    Ok(plan)
}
