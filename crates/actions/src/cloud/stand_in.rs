//! What providers and online teams would bring on a medium.

use crate::cloud::open_bundle::OpenBundle;
use crate::cloud::order::Order;
use crate::cloud::read_receipt::ReadReceipt;
use crate::cloud::read_wrapping_key::ReadWrappingKey;
use crate::cloud::words;
use crate::cloud::write::WriteBundle;
use crate::stand_in::{FILE, FOLDER, First, Prepared, StandIn, failed, folder, is, key};
use byok::provider::Practice;
use byok::{Disposable, of};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::path::Path;
use time::OffsetDateTime;

/// The private half of a wrapping key lies beside what was made with it, for whoever opens the bundle.
const PRIVATE_HALF: &str = "rehearsal-cloud-key.pkcs8.der";

/// Until when what is sent is valid: for a day.
pub(crate) fn valid_to() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp() + 24 * 3600
}

/// A wrapping key in place of a provider's, its private half in a file of that name.
pub(crate) fn wrapping_key(bits: u16, beside: &Path, private: &str) -> Result<Disposable, Problem> {
    let made = Disposable::generate(bits).map_err(|e| failed(&e))?;
    store::write_new(&beside.join(private), made.private_pkcs8().map_err(|e| failed(&e))?.expose())?;
    Ok(made)
}

/// For `read-wrapping-key`: what the provider would send for what is ordered, and what people would state beside it.
pub(crate) struct WrappingKey;

impl StandIn for WrappingKey {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadWrappingKey)
    }

    fn make(&self, plan: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        let order = Order::of(&plan.values)?;
        let provider = of(order.target);
        let (usual, sizes) = (provider.stand_in_bits(), order.row.wrapping_bits);
        let bits = if sizes.contains(&usual) { usual } else { sizes.first().copied().unwrap_or(usual) };
        folder(beside)?;
        let made = wrapping_key(bits, beside, PRIVATE_HALF)?;
        let (key_type, algorithm) = (order.key, order.row.algorithm);
        let practice = Practice { key: key_type, algorithm, wrapping: &made, valid_to: valid_to() };
        let sent = provider.stand_in(&practice).map_err(|e| failed(&e))?;
        let path = beside.join(sent.file_name);
        store::write_new(&path, &sent.bytes)?;
        let mut prepared =
            Prepared::path(steps, FILE, &path).saying(words::stand_in_for_a_key(&beside.display()));
        // Answers to the step's questions, in the order in which it asks them.
        let mut asked = 0;
        for ask in provider.asks() {
            let stated = sent.stated.iter().find(|(name, _)| *name == ask.name);
            let Some(text) = stated.map(|(_, text)| text.as_str()).or(ask.none) else { continue };
            asked += 1;
            let nth = if asked == 1 { "text".to_owned() } else { format!("text/{asked}") };
            prepared.answers.extend(steps.iter().map(|step| (key(step, &nth), text.to_owned())));
        }
        Ok(prepared)
    }
}

/// For `write-bundle`: a folder in place of the medium that the bundle goes to.
pub(crate) struct BundleMedium;

impl StandIn for BundleMedium {
    fn serves(&self, row: &Row) -> bool {
        is(row, &WriteBundle)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        Ok(Prepared::path(steps, FOLDER, beside))
    }
}

/// For `open-bundle`: a ceremony whose import can be receipted.
pub(crate) struct EarlierImport;

impl StandIn for EarlierImport {
    fn serves(&self, row: &Row) -> bool {
        is(row, &OpenBundle)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], _: &Path) -> Result<Prepared, Problem> {
        Ok(Prepared::default().after(First {
            says: words::FIRST_AN_IMPORT,
            script: "byok-aws",
            values: BTreeMap::new(),
            pack: steps.iter().map(|step| key(step, FOLDER)).collect(),
            sheets: false,
        }))
    }
}

/// For `read-receipt`: what the online team would bring back after that import worked.
pub(crate) struct Receipt;

impl StandIn for Receipt {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadReceipt)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        let reply = serde_json::json!({
            "KeyMetadata": {
                "Arn": byok::PRACTICE_ARN,
                "KeyState": "Enabled",
                "Origin": "EXTERNAL",
                "KeySpec": "SYMMETRIC_DEFAULT",
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            }
        });
        folder(beside)?;
        let path = beside.join("receipt.json");
        store::write_new(&path, format!("{reply:#}\n").as_bytes())?;
        Ok(Prepared::path(steps, FILE, &path))
    }
}
