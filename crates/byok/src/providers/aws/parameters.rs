//! What `GetParametersForImport` gives: the JSON the CLI prints, or the zip archive of the console.

use super::arn::check_arn;
use super::words;
use crate::moment::{is_time, unix_seconds};
use crate::text::any_base64;
use crate::{ByokError, WrappingKey};
use serde_json::Value;
use std::io::Read;

/// The largest input taken, in bytes.
const MAX_INPUT: usize = 65_536;
/// `CiphertextType` of the KMS API, in bytes.
const MAX_TOKEN: usize = 6144;
/// The longest README taken, in bytes; it is read for the ARN only.
const MAX_README: usize = 16_384;

/// The most entries of an archive looked at: three files, and what macOS adds to each when it zips them again.
const MOST_ENTRIES: usize = 16;

/// A file of the console's archive.
enum Member {
    Key,
    Token,
    Readme,
}

impl Member {
    /// By its name: as AWS writes them now, and as it did before (`wrappingKey_…`, `importToken_…`, `README_….txt`, with
    /// the key's id and the time, and for a while the algorithm, behind them).
    fn of(name: &str) -> Option<Self> {
        let older = |begins: &str, ends: &str| {
            name.strip_prefix(begins)
                .and_then(|rest| rest.strip_suffix(ends))
                .is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
        };
        match name {
            "WrappingPublicKey.bin" => Some(Self::Key),
            "ImportToken.bin" => Some(Self::Token),
            "README.txt" => Some(Self::Readme),
            _ if older("wrappingKey_", "") => Some(Self::Key),
            _ if older("importToken_", "") => Some(Self::Token),
            _ if older("README_", ".txt") => Some(Self::Readme),
            _ => None,
        }
    }
}

/// Whether a file is of a kind that AWS sends: JSON or a zip archive.
pub(super) fn recognise(bytes: &[u8]) -> Result<(), ByokError> {
    if bytes.starts_with(b"PK") { Ok(()) } else { words::WANTED.json(bytes).map(drop) }
}

/// One set of import parameters. Key and token belong together and are good for 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// The KMS key's ARN.
    pub key_arn: String,
    /// Opaque, at most 6144 bytes; goes back with the wrapped key.
    pub import_token: Vec<u8>,
    /// The RSA wrapping key.
    pub wrapping_key: WrappingKey,
    /// Unix seconds after which AWS refuses the token.
    pub valid_to: i64,
}

impl Parameters {
    /// Reads the CLI's JSON. An archive from the console says neither ARN nor time in a form to rely on: see
    /// [`Self::read_with`].
    pub fn read(bytes: &[u8], file_name: &str) -> Result<Self, ByokError> {
        Self::read_with(bytes, file_name, None, None)
    }

    /// Reads JSON or an archive, with what the operator states: the key's ARN and the Unix time until which the
    /// parameters hold. What the file itself says wins for the time and must agree for the key.
    pub fn read_with(
        bytes: &[u8],
        file_name: &str,
        key_arn: Option<&str>,
        valid_to: Option<i64>,
    ) -> Result<Self, ByokError> {
        if bytes.len() > MAX_INPUT {
            return Err(ByokError::ParametersTooLarge(bytes.len()));
        }
        if let Some(arn) = key_arn {
            check_arn(arn)?;
        }
        if bytes.starts_with(b"PK") {
            return Self::from_zip(bytes, file_name, key_arn, valid_to);
        }
        let read = Self::from_json(bytes)?;
        if key_arn.is_some_and(|arn| !arn.eq_ignore_ascii_case(&read.key_arn)) {
            return Err(ByokError::KeyArnDiffers);
        }
        Ok(read)
    }

    fn from_json(bytes: &[u8]) -> Result<Self, ByokError> {
        let reply = words::WANTED.json(bytes)?;
        let text = |name: &'static str| {
            reply.get(name).and_then(Value::as_str).ok_or(ByokError::ParametersField(name))
        };
        let binary = |name: &'static str| any_base64(text(name)?).ok_or(ByokError::ParametersField(name));
        let valid_to =
            reply.get("ParametersValidTo").ok_or(ByokError::ParametersField("ParametersValidTo"))?;
        Self::checked(
            text("KeyId")?.to_owned(),
            binary("ImportToken")?,
            &binary("PublicKey")?,
            unix_seconds(valid_to).ok_or(ByokError::TimeMalformed("ParametersValidTo"))?,
        )
    }

    fn from_zip(
        bytes: &[u8],
        file_name: &str,
        key_arn: Option<&str>,
        valid_to: Option<i64>,
    ) -> Result<Self, ByokError> {
        let broken = |e: zip::result::ZipError| ByokError::ZipUnreadable(e.to_string());
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(broken)?;
        if archive.len() > MOST_ENTRIES {
            return Err(ByokError::ZipUnexpectedEntry);
        }
        let (mut key, mut token, mut readme) = (None, None, None);
        let (mut top, mut older) = (None, Vec::new());
        for i in 0..archive.len() {
            let entry = archive.by_index(i).map_err(broken)?;
            let name = entry.name().map_err(broken)?.into_owned();
            if name.split('/').any(|part| outside::left_behind(part).is_some()) {
                continue;
            }
            // A folder that was zipped again has one folder at its top, and all is in that.
            let (folder, file) = name.split_once('/').unwrap_or(("", &name));
            if folder == ".." || *top.get_or_insert_with(|| folder.to_owned()) != folder {
                return Err(ByokError::ZipUnexpectedEntry);
            }
            if file.contains('_') {
                older.push(file.to_owned());
            }
            let (slot, limit) = match Member::of(file) {
                Some(Member::Key) => (&mut key, 1024),
                Some(Member::Token) => (&mut token, MAX_TOKEN),
                Some(Member::Readme) => (&mut readme, MAX_README),
                None if file.is_empty() && entry.is_dir() => continue,
                None => return Err(ByokError::ZipUnexpectedEntry),
            };
            let mut out = Vec::new();
            // The declared size is the archive's claim; the limit holds whatever it says.
            let most = u64::try_from(limit + 1).unwrap_or(u64::MAX);
            entry.take(most).read_to_end(&mut out).map_err(|e| ByokError::ZipUnreadable(e.to_string()))?;
            if out.len() > limit {
                return Err(ByokError::ZipTooLarge);
            }
            if slot.replace(out).is_some() {
                return Err(ByokError::ZipUnexpectedEntry);
            }
        }
        let key = key.ok_or(ByokError::ZipMissingEntry("WrappingPublicKey.bin"))?;
        let token = token.ok_or(ByokError::ZipMissingEntry("ImportToken.bin"))?;
        let readme = readme.ok_or(ByokError::ZipMissingEntry("README.txt"))?;
        let arn = match (key_arn, arn_in(&String::from_utf8_lossy(&readme))) {
            (Some(given), Some(found)) if !given.eq_ignore_ascii_case(&found) => {
                return Err(ByokError::KeyArnDiffers);
            }
            (Some(given), _) => given.to_owned(),
            (None, found) => found.ok_or(missing("key-arn", words::ARN))?,
        };
        // Import_Parameters_<key id>_<timestamp>.zip; a renamed file says nothing.
        let named =
            file_name.strip_prefix("Import_Parameters_").and_then(|r| r.rsplit_once('_')).map(|(id, _)| id);
        if named.is_some_and(|id| !arn.ends_with(&format!(":key/{id}"))) {
            return Err(ByokError::KeyArnDiffers);
        }
        // The older names have the key's id in them.
        let id = arn.rsplit_once('/').map_or(arn.as_str(), |(_, id)| id);
        if older.iter().any(|member| !member.contains(id)) {
            return Err(ByokError::KeyArnDiffers);
        }
        Self::checked(arn, token, &key, valid_to.ok_or(missing("valid-to", words::A_TIME))?)
    }

    fn checked(
        key_arn: String,
        import_token: Vec<u8>,
        public_key: &[u8],
        valid_to: i64,
    ) -> Result<Self, ByokError> {
        check_arn(&key_arn)?;
        if import_token.is_empty() || import_token.len() > MAX_TOKEN {
            return Err(ByokError::ImportTokenSize(import_token.len()));
        }
        if !is_time(valid_to) {
            return Err(ByokError::TimeMalformed("ParametersValidTo"));
        }
        Ok(Self { key_arn, import_token, wrapping_key: WrappingKey::from_der(public_key)?, valid_to })
    }
}

fn arn_in(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '-')))
        .find(|word| check_arn(word).is_ok())
        .map(str::to_owned)
}

/// What the console's archive does not say, and people have to.
fn missing(what: &'static str, example: &'static str) -> ByokError {
    ByokError::StatedMissing { what, example }
}
