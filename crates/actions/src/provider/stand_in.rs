//! What providers' tools would show, and a medium for instructions.

use super::state::ReadProviderState;
use super::stop::WriteStopInstructions;
use super::words;
use crate::stand_in::{FILE, FOLDER, First, Prepared, StandIn, folder, is};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// For `read-provider-state`: one key that somebody disabled, as the AWS tool writes it.
pub(crate) struct ProviderStateFile;

impl StandIn for ProviderStateFile {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadProviderState)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        let shown = serde_json::json!({
            "KeyMetadata": {
                "Arn": byok::PRACTICE_ARN,
                "KeyState": "Disabled",
                "Enabled": false,
                "Origin": "EXTERNAL",
                "KeySpec": "SYMMETRIC_DEFAULT",
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            }
        });
        folder(beside)?;
        let path = beside.join("provider-state.json");
        store::write_new(&path, format!("{shown:#}\n").as_bytes())?;
        Ok(Prepared::path(steps, FILE, &path).after(an_import()))
    }
}

/// For `write-stop-instructions`: a folder in place of the medium.
pub(crate) struct StopMedium;

impl StandIn for StopMedium {
    fn serves(&self, row: &Row) -> bool {
        is(row, &WriteStopInstructions)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        Ok(Prepared::path(steps, FOLDER, beside).after(an_import()))
    }
}

/// A ceremony that brought a key to a provider.
fn an_import() -> First {
    First {
        says: words::FIRST_AN_IMPORT,
        script: "byok-aws",
        values: BTreeMap::new(),
        pack: Vec::new(),
        sheets: false,
    }
}
