//! Token addresses: PKCS#11 URIs (RFC 7512), reduced to the module's path, the token's label and its serial number.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::TokenError;

/// Which token, in which module: `pkcs11:token=…;serial=…?module-path=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUri {
    /// The module's shared library.
    pub module_path: PathBuf,
    /// The token's label (`CKA_LABEL` of `C_InitToken`), up to 32 bytes.
    pub token: Option<String>,
    /// The token's serial number, up to 16 bytes.
    pub serial: Option<String>,
}

impl FromStr for TokenUri {
    type Err = TokenError;

    fn from_str(s: &str) -> Result<Self, TokenError> {
        let bad = || TokenError::BadUri(s.to_owned());
        let rest = s.strip_prefix("pkcs11:").ok_or_else(bad)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut token, mut serial, mut module) = (None, None, None);
        for part in path.split(';').filter(|p| !p.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(bad)?;
            let slot = match name {
                "token" => &mut token,
                "serial" => &mut serial,
                _ => continue, // RFC 7512 2.3: other attributes narrow further; the token's own two suffice
            };
            if slot.replace(decode(value).ok_or_else(bad)?).is_some() {
                return Err(bad()); // an attribute may appear once
            }
        }
        for part in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(bad)?;
            // A PIN has no place in an address that is written into files and records.
            if name == "pin-value" || name == "pin-source" {
                return Err(bad());
            }
            if name == "module-path" && module.replace(decode(value).ok_or_else(bad)?).is_some() {
                return Err(bad());
            }
        }
        Ok(Self { module_path: PathBuf::from(module.ok_or_else(bad)?), token, serial })
    }
}

impl fmt::Display for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pkcs11:")?;
        if let Some(token) = &self.token {
            write!(f, "token={}", encode(token, ""))?;
        }
        if let Some(serial) = &self.serial {
            let sep = if self.token.is_some() { ";" } else { "" };
            write!(f, "{sep}serial={}", encode(serial, ""))?;
        }
        write!(f, "?module-path={}", encode(&self.module_path.to_string_lossy(), "/"))
    }
}

/// Percent-encodes all but unreserved characters (RFC 3986 2.3) and those in `also`.
fn encode(text: &str, also: &str) -> String {
    use fmt::Write as _;
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) || also.as_bytes().contains(&b) {
            out.push(char::from(b));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{b:02X}");
        }
    }
    out
}

fn decode(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(b);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_a_round_trip() {
        for token in ["plain", "with space; and = signs", "ünïcode%"] {
            let uri = TokenUri {
                module_path: "/usr/lib/a b.so".into(),
                token: Some(token.to_owned()),
                serial: Some("0a1b".to_owned()),
            };
            assert_eq!(uri.to_string().parse(), Ok(uri));
        }
    }

    #[test]
    fn addresses_that_are_wrong_are_refused() {
        for bad in [
            "token=a",
            "pkcs11:token=a",
            "pkcs11:token=%4?module-path=/a",
            "pkcs11:token=a;token=b?module-path=/a",
            "pkcs11:token=a?module-path=/a&pin-value=1234",
            "pkcs11:token=%ff?module-path=/a",
        ] {
            assert!(bad.parse::<TokenUri>().is_err(), "{bad}");
        }
    }
}
