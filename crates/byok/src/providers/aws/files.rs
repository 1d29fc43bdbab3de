//! What AWS's bundle holds. Only checked values (ARN, enum names, times, digests) reach a script; free text goes into the
//! plain-text files and the manifest alone.

use super::arn::region;
use super::kind::KeySpec;
use super::parameters::Parameters;
use super::{stop, words};
use crate::ByokError;
use crate::bundle::{Bundle, BundleFile, Layout, Rotation, Texts};
use crate::moment::iso;
use crate::script::{Output, Step, Word};
use crate::text::made_of;

/// The facts that the receipt is held against, under AWS's own names in small letters; the last two are there for a later
/// import only.
pub(super) const KEY: &str = "key";
pub(super) const KEY_SPEC: &str = "key-spec";
pub(super) const EXPIRATION_MODEL: &str = "expiration-model";
pub(super) const IMPORT_TYPE: &str = "import-type";
pub(super) const KEY_MATERIAL_ID: &str = "key-material-id";

pub(super) fn layout(parameters: &Parameters, bundle: &Bundle<'_>) -> Result<Layout, ByokError> {
    check_rotation(bundle)?;
    let spec = KeySpec::of(bundle.key).ok_or(ByokError::PublicKeyMismatch)?;
    let model = if bundle.expiry.is_some() { "KEY_MATERIAL_EXPIRES" } else { "KEY_MATERIAL_DOES_NOT_EXPIRE" };
    let mut destination = vec![
        (KEY, parameters.key_arn.clone()),
        (KEY_SPEC, spec.to_string()),
        (EXPIRATION_MODEL, model.to_owned()),
    ];
    if let Some(kind) = import_type(bundle.rotation) {
        destination.push((IMPORT_TYPE, kind.to_owned()));
    }
    if let Rotation::Existing { material_id: Some(id) } = bundle.rotation {
        destination.push((KEY_MATERIAL_ID, id.to_owned()));
    }
    let stops = [stop::disable(&parameters.key_arn)?, stop::delete_material(&parameters.key_arn)?];
    let file = |name: &str, bytes: &[u8]| BundleFile { name: name.to_owned(), bytes: bytes.to_vec() };
    Ok(Layout {
        destination,
        blob: (file("EncryptedKeyMaterial.bin", bundle.blob), None),
        more: vec![file("ImportToken.bin", &parameters.import_token)],
        steps: steps(&parameters.key_arn, bundle, model),
        permissions: policy(&parameters.key_arn, bundle),
        texts: Texts::Whole {
            title: words::TITLE,
            revoke: words::revoke(&stops, bundle),
            check: words::check_after(parameters, bundle, spec, model),
        },
    })
}

/// `--import-type`; none for a key's first import.
const fn import_type(rotation: Rotation<'_>) -> Option<&'static str> {
    match rotation {
        Rotation::First => None,
        Rotation::New { .. } => Some("NEW_KEY_MATERIAL"),
        Rotation::Existing { .. } => Some("EXISTING_KEY_MATERIAL"),
    }
}

/// AWS's name of some material: 64 lower-case hexadecimal digits.
pub(super) fn is_material_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn check_rotation(bundle: &Bundle<'_>) -> Result<(), ByokError> {
    Err(ByokError::Rotation(match bundle.rotation {
        Rotation::New { .. } if KeySpec::of(bundle.key) != Some(KeySpec::SymmetricDefault) => {
            words::SYMMETRIC_ONLY
        }
        Rotation::New { description: Some(text) } if !made_of(text, 256, b"-_.:/=@+") => words::DESCRIPTION,
        Rotation::Existing { material_id: Some(id) } if !is_material_id(id) => words::MATERIAL_ID,
        _ => return Ok(()),
    }))
}

fn steps(key: &str, bundle: &Bundle<'_>, model: &str) -> Vec<Step> {
    let command = |verb: &str| -> Vec<Word> {
        ["aws", "kms", verb, "--region", region(key), "--key-id", key, "--output", "json"]
            .map(Word::from)
            .into()
    };
    let mut import = command("import-key-material");
    let mut option = |name: &str, value: &str| import.extend([Word::from(name), Word::from(value)]);
    option("--encrypted-key-material", "fileb://EncryptedKeyMaterial.bin");
    option("--import-token", "fileb://ImportToken.bin");
    option("--expiration-model", model);
    if let Some(until) = bundle.expiry {
        option("--valid-to", &iso(until));
    }
    if let Some(kind) = import_type(bundle.rotation) {
        option("--import-type", kind);
    }
    match bundle.rotation {
        Rotation::New { description: Some(text) } => option("--key-material-description", text),
        Rotation::Existing { material_id: Some(id) } => option("--key-material-id", id),
        _ => {}
    }
    let mut steps = vec![
        Step::Run(import, Output::Receipt),
        // The key's state follows the import a moment later.
        Step::Wait(10),
        Step::Run(command("describe-key"), Output::Receipt),
    ];
    if bundle.key.is_asymmetric() {
        steps.push(Step::Run(command("get-public-key"), Output::Receipt));
    }
    steps
}

/// `importer-policy.json`: the least an importer needs, on this key alone.
fn policy(key: &str, bundle: &Bundle<'_>) -> BundleFile {
    let mut actions = vec!["kms:ImportKeyMaterial", "kms:DescribeKey"];
    if bundle.key.is_asymmetric() {
        actions.push("kms:GetPublicKey");
    }
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "ImportThisKeyOnly",
            "Effect": "Allow",
            "Action": actions,
            "Resource": key,
        }],
    });
    BundleFile::json("importer-policy.json", &policy)
}
