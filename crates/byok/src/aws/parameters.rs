//! What `GetParametersForImport` gives: the JSON the CLI prints, or the zip archive of the console.

use super::check_arn;
use crate::{ByokError, json};
use aws_lc_rs::digest;
use data_encoding::BASE64;
use rsa::RsaPublicKey;
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey};
use serde_json::Value;
use std::io::Read;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The largest input taken, in bytes.
const MAX_INPUT: usize = 65_536;
/// `CiphertextType` of the KMS API, in bytes.
const MAX_TOKEN: usize = 6144;
/// The longest README taken, in bytes; it is read for the ARN only.
const MAX_README: usize = 16_384;

/// One set of import parameters. Key and token belong together and are good for 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// The KMS key's ARN.
    pub key_arn: String,
    /// Opaque, at most 6144 bytes; goes back with the wrapped key.
    pub import_token: Vec<u8>,
    /// The RSA wrapping key, DER `SubjectPublicKeyInfo` (RFC 5280).
    pub public_key: Vec<u8>,
    /// 2048, 3072 or 4096.
    pub modulus_bits: u16,
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
        if key_arn.is_some_and(|arn| arn != read.key_arn) {
            return Err(ByokError::KeyArnDiffers);
        }
        Ok(read)
    }

    fn from_json(bytes: &[u8]) -> Result<Self, ByokError> {
        // PowerShell's `>` puts a byte-order mark in front.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let json::Strict(reply) = serde_json::from_slice(bytes).map_err(|e| {
            let text = e.to_string();
            match text.split_once(json::TWICE) {
                Some((_, name)) => {
                    ByokError::FieldTwice(name.split(' ').next().unwrap_or_default().to_owned())
                }
                None if e.is_eof() => ByokError::ParametersTruncated,
                None => ByokError::ParametersNotJson(text),
            }
        })?;
        if !reply.is_object() {
            return Err(ByokError::ParametersNotJson("not an object".to_owned()));
        }
        let text = |name: &'static str| {
            reply.get(name).and_then(Value::as_str).ok_or(ByokError::ParametersField(name))
        };
        let binary = |name: &'static str| {
            BASE64.decode(text(name)?.as_bytes()).map_err(|_| ByokError::ParametersField(name))
        };
        let valid_to =
            reply.get("ParametersValidTo").ok_or(ByokError::ParametersField("ParametersValidTo"))?;
        Self::checked(
            text("KeyId")?.to_owned(),
            binary("ImportToken")?,
            binary("PublicKey")?,
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
        if archive.len() > 3 {
            return Err(ByokError::ZipUnexpectedEntry);
        }
        let (mut key, mut token, mut readme) = (None, None, None);
        for i in 0..archive.len() {
            let entry = archive.by_index(i).map_err(broken)?;
            let name = entry.name().map_err(broken)?.into_owned();
            let (slot, limit) = match name.as_str() {
                "WrappingPublicKey.bin" => (&mut key, 1024),
                "ImportToken.bin" => (&mut token, MAX_TOKEN),
                "README.txt" => (&mut readme, MAX_README),
                _ => return Err(ByokError::ZipUnexpectedEntry),
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
            (Some(given), Some(found)) if given != found => return Err(ByokError::KeyArnDiffers),
            (Some(given), _) => given.to_owned(),
            (None, found) => found.ok_or(ByokError::KeyArnNeeded)?,
        };
        // Import_Parameters_<key id>_<timestamp>.zip; a renamed file says nothing.
        let named =
            file_name.strip_prefix("Import_Parameters_").and_then(|r| r.rsplit_once('_')).map(|(id, _)| id);
        if named.is_some_and(|id| !arn.ends_with(&format!(":key/{id}"))) {
            return Err(ByokError::KeyArnDiffers);
        }
        Self::checked(arn, token, key, valid_to.ok_or(ByokError::ValidToNeeded)?)
    }

    fn checked(
        key_arn: String,
        import_token: Vec<u8>,
        public_key: Vec<u8>,
        valid_to: i64,
    ) -> Result<Self, ByokError> {
        check_arn(&key_arn)?;
        if import_token.is_empty() || import_token.len() > MAX_TOKEN {
            return Err(ByokError::ImportTokenSize(import_token.len()));
        }
        if OffsetDateTime::from_unix_timestamp(valid_to).is_err() {
            return Err(ByokError::TimeMalformed("ParametersValidTo"));
        }
        let modulus_bits = wrapping_key_bits(&public_key)?;
        Ok(Self { key_arn, import_token, public_key, modulus_bits, valid_to })
    }

    /// SHA-256 of the wrapping key's DER, to compare on both sides of the gap.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.public_key)
    }

    /// Refuses parameters that have run out at Unix time `now`.
    pub fn check_fresh(&self, now: i64) -> Result<(), ByokError> {
        if now < self.valid_to { Ok(()) } else { Err(ByokError::ParametersExpired(iso(self.valid_to))) }
    }
}

/// SHA-256 (FIPS 180-4).
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// Unix seconds as ISO 8601 in UTC; the number itself where it is no time.
pub(super) fn iso(unix: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix)
        .ok()
        .and_then(|t| t.format(&Rfc3339).ok())
        .unwrap_or_else(|| unix.to_string())
}

/// A time as AWS writes it: integer or float seconds, or ISO 8601. Fractions are dropped, which errs on the early side.
pub(super) fn unix_seconds(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp),
        Value::Number(n) => n.as_i64().or_else(|| {
            // Beyond 2^53 a float is no longer exact, and no time of ours.
            let f = n.as_f64().filter(|f| (0.0..9_007_199_254_740_992.0).contains(f))?;
            format!("{:.0}", f.floor()).parse().ok()
        }),
        _ => None,
    }
}

fn arn_in(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '-')))
        .find(|word| check_arn(word).is_ok())
        .map(str::to_owned)
}

/// The modulus size of a wrapping key we take: DER SPKI in its one encoding, 2048/3072/4096 bits, exponent 65537.
fn wrapping_key_bits(der: &[u8]) -> Result<u16, ByokError> {
    const RSA_OID: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    // SEQUENCE, its length in one to three bytes, SEQUENCE, its length, then the algorithm.
    let whole = match *der {
        [0x30, n, ..] if n < 0x80 => 2 + usize::from(n),
        [0x30, 0x81, n, ..] => 3 + usize::from(n),
        [0x30, 0x82, a, b, ..] => 4 + usize::from(u16::from_be_bytes([a, b])),
        _ => return Err(ByokError::WrappingKeyMalformed),
    };
    if der.len() > whole {
        return Err(ByokError::WrappingKeyTrailingBytes);
    }
    if !der.get(..24.min(der.len())).is_some_and(|head| head.windows(RSA_OID.len()).any(|w| w == RSA_OID)) {
        return Err(ByokError::WrappingKeyNotRsa);
    }
    let key = match RsaPublicKey::from_public_key_der(der) {
        Ok(key) => key,
        // The library refuses moduli over 4096 bits itself.
        Err(_) if whole > 600 => return Err(ByokError::WrappingKeySize),
        Err(_) => return Err(ByokError::WrappingKeyMalformed),
    };
    let again = key.to_public_key_der().map_err(|_| ByokError::WrappingKeyMalformed)?;
    if again.as_bytes() != der {
        return Err(ByokError::WrappingKeyMalformed);
    }
    if !der.ends_with(&[0x02, 0x03, 0x01, 0x00, 0x01]) {
        return Err(ByokError::WrappingKeyExponent);
    }
    // With that exponent the length of canonical DER settles the modulus to the bit: its top bit must be set.
    match der.len() {
        294 => Ok(2048),
        422 => Ok(3072),
        550 => Ok(4096),
        _ => Err(ByokError::WrappingKeySize),
    }
}
