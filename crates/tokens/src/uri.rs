//! Token addresses: PKCS#11 URIs (RFC 7512), reduced to what tells one token from another and where its module is.
//!
//! An address never carries a PIN: it is typed into shells, written into records and shown to people. One that has a PIN,
//! or anything that is not known here, is refused, and neither the refusal nor anything else repeats its text. What is
//! written down is the address made anew from its known parts.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::words;
use crate::{ModuleInfo, TokenError, TokenInfo};

/// Which token, in which module: `pkcs11:token=…;serial=…?module-path=…`. Every part that is there has to be that of
/// the token; spaces that pad a part (PKCS#11 pads to 16 or 32 bytes) are no part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenUri {
    /// The module's shared library; `None` in addresses as `p11tool` and `pkcs11-tool` print them.
    pub module_path: Option<PathBuf>,
    /// The module's name: its file's without `lib` and `.so`.
    pub module_name: Option<String>,
    /// The token's label (`CKA_LABEL` of `C_InitToken`), up to 32 bytes.
    pub token: Option<String>,
    /// The token's serial number, up to 16 bytes.
    pub serial: Option<String>,
    /// The token's manufacturer, up to 32 bytes.
    pub manufacturer: Option<String>,
    /// The token's model, up to 16 bytes.
    pub model: Option<String>,
    /// The module's manufacturer, up to 32 bytes.
    pub library_manufacturer: Option<String>,
    /// What the module is, up to 32 bytes.
    pub library_description: Option<String>,
    /// The module's version, `major` or `major.minor`.
    pub library_version: Option<String>,
}

/// Where an address and what answered part: the part's name, what the address says, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// Such as "model".
    pub part: &'static str,
    /// What the address says.
    pub wanted: String,
    /// What the token or its module says.
    pub found: String,
}

impl TokenUri {
    /// Whether label and serial number, as far as the address has them, are those of the token.
    pub fn names(&self, token: &TokenInfo) -> bool {
        let same =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|w| w == padless(found));
        same(&self.token, &token.label) && same(&self.serial, &token.serial)
    }

    /// The first other part that is not the token's, or not its module's.
    pub fn differs(&self, token: &TokenInfo, module: &ModuleInfo) -> Option<Differs> {
        let parts = [
            ("manufacturer", &self.manufacturer, &token.manufacturer),
            ("model", &self.model, &token.model),
            ("library-manufacturer", &self.library_manufacturer, &module.manufacturer),
            ("library-description", &self.library_description, &module.description),
            ("library-version", &self.library_version, &module.version),
        ];
        parts.into_iter().find_map(|(part, wanted, found)| {
            let wanted = wanted.as_deref()?;
            // RFC 7512 2.3: a version may leave its second number out.
            let major = part == "library-version" && found.split('.').next() == Some(wanted);
            (wanted != padless(found) && !major).then(|| Differs {
                part,
                wanted: wanted.to_owned(),
                found: padless(found).to_owned(),
            })
        })
    }

    /// Whether a module at this path may be the one: by its name, where the address has one.
    pub fn may_be_in(&self, module: &Path) -> bool {
        self.module_name.as_deref().is_none_or(|wanted| name_of(module).is_some_and(|name| name == wanted))
    }

    /// The slots of the path part, by name.
    fn path_part(&mut self, name: &str) -> Result<&mut Option<String>, String> {
        Ok(match name {
            "token" => &mut self.token,
            "serial" => &mut self.serial,
            "manufacturer" => &mut self.manufacturer,
            "model" => &mut self.model,
            "library-manufacturer" => &mut self.library_manufacturer,
            "library-description" => &mut self.library_description,
            "library-version" => &mut self.library_version,
            "object" | "id" | "type" => {
                return Err(words::names_a_key(name));
            }
            "slot-id" | "slot-description" | "slot-manufacturer" => {
                return Err(words::names_a_slot(name));
            }
            "module-path" | "module-name" => {
                return Err(words::belongs_behind(name));
            }
            other => return Err(unknown(other)),
        })
    }
}

/// A module file's name without folder, `lib` and `.so` (RFC 7512 2.3).
fn name_of(module: &Path) -> Option<&str> {
    let file = module.file_name()?.to_str()?;
    let stem = file.split(".so").next()?;
    Some(stem.strip_prefix("lib").unwrap_or(stem))
}

fn padless(text: &str) -> &str {
    text.trim_end_matches([' ', '\0'])
}

/// An attribute's name alone is shown, and only where it looks like one: what was typed may be a PIN in a wrong place.
fn unknown(name: &str) -> String {
    if looks_like_one(name) { words::attribute_unknown(name) } else { words::PART_UNKNOWN.to_owned() }
}

fn looks_like_one(name: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphabetic() || c == '-';
    !name.is_empty() && name.len() <= 32 && name.chars().all(harmless)
}

impl FromStr for TokenUri {
    type Err = TokenError;

    fn from_str(s: &str) -> Result<Self, TokenError> {
        parse(s).map_err(TokenError::BadUri)
    }
}

/// The address, or what is wrong with it, in words that follow "this is not a token address: ".
fn parse(text: &str) -> Result<TokenUri, String> {
    const SCHEME: &str = "pkcs11:";
    // As people paste it: with white space round it, or in the quotes that a shell would have taken off.
    let text = text.trim();
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let text = within('\'').or_else(|| within('"')).unwrap_or(text).trim();
    let scheme = text.get(..SCHEME.len()).filter(|s| s.eq_ignore_ascii_case(SCHEME));
    let rest = scheme.and_then(|_| text.get(SCHEME.len()..)).ok_or(words::NO_SCHEME)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    // RFC 7512 lets a value hold some of the other part's separators bare. No tool writes them so, and a PIN behind one
    // would pass for a part of the label.
    let separators = [';', '&', '?'];
    let parts = |text: &'_ str| text.split(separators).filter(|p| !p.is_empty()).map(attribute).collect();
    let (path, query): (Result<Vec<_>, String>, Result<Vec<_>, String>) = (parts(path), parts(query));
    let (path, query) = (path?, query?);
    // Before anything else is said of it.
    if path.iter().chain(&query).any(|(name, value)| has_pin(name, value)) {
        return Err(words::HAS_PIN.to_owned());
    }
    let mut uri = TokenUri::default();
    let mut module_path = None;
    for (name, value) in path {
        set(uri.path_part(&name)?, &name, &value)?;
    }
    for (name, value) in query {
        match name.as_str() {
            "module-path" => set(&mut module_path, &name, &value)?,
            "module-name" => set(&mut uri.module_name, &name, &value)?,
            other if uri.path_part(other).is_ok() => {
                return Err(words::belongs_before(other));
            }
            other => return Err(unknown(other)),
        }
    }
    uri.module_path = module_path.map(PathBuf::from);
    match &uri.module_path {
        Some(path) if !uri.may_be_in(path) => Err(words::TWO_MODULES.to_owned()),
        _ => Ok(uri),
    }
}

/// Name and value, decoded.
fn attribute(part: &str) -> Result<(String, String), String> {
    let (name, value) = part.split_once('=').ok_or(words::NO_NAME_AND_VALUE)?;
    let name = decode(name).ok_or(words::NAME_ENCODING)?;
    let value = decode(value).ok_or_else(|| {
        if looks_like_one(&name) {
            words::attribute_encoding(&name)
        } else {
            words::VALUE_ENCODING.to_owned()
        }
    })?;
    Ok((name, value))
}

/// Whether an attribute is about a PIN, however it is spelt or encoded, or hides one in its value.
fn has_pin(name: &str, value: &str) -> bool {
    let mut name = name.to_ascii_lowercase();
    // Encoded more than once.
    while let Some(again) = decode(&name).filter(|again| *again != name) {
        name = again.to_ascii_lowercase();
    }
    let value = value.to_ascii_lowercase();
    name.contains("pin") || ["pin-value", "pin-source"].iter().any(|word| value.contains(word))
}

fn set(slot: &mut Option<String>, name: &str, value: &str) -> Result<(), String> {
    match slot.replace(padless(value).to_owned()) {
        None => Ok(()),
        Some(_) => Err(words::attribute_twice(name)),
    }
}

impl fmt::Display for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = [
            ("token", &self.token),
            ("serial", &self.serial),
            ("manufacturer", &self.manufacturer),
            ("model", &self.model),
            ("library-manufacturer", &self.library_manufacturer),
            ("library-description", &self.library_description),
            ("library-version", &self.library_version),
        ];
        let there =
            |(name, value): (&str, &Option<String>)| Some(format!("{name}={}", encode(value.as_ref()?, "")));
        let path: Vec<String> = path.into_iter().filter_map(there).collect();
        let module =
            self.module_path.as_ref().map(|p| format!("module-path={}", encode(&p.to_string_lossy(), "/")));
        let query: Vec<String> =
            module.into_iter().chain(there(("module-name", &self.module_name))).collect();
        write!(f, "pkcs11:{}", path.join(";"))?;
        if query.is_empty() { Ok(()) } else { write!(f, "?{}", query.join("&")) }
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
    String::from_utf8(outside::percent_decoded(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_a_round_trip() {
        for token in ["plain", "with space; and = signs & more?", "ünïcode%"] {
            let uri = TokenUri {
                module_path: Some("/usr/lib/a b.so".into()),
                token: Some(token.to_owned()),
                serial: Some("0a1b".to_owned()),
                model: Some("SoftHSM v2".to_owned()),
                library_version: Some("2.6".to_owned()),
                ..TokenUri::default()
            };
            assert_eq!(uri.to_string().parse(), Ok(uri));
        }
    }

    #[test]
    fn addresses_that_are_wrong_are_refused() {
        for bad in [
            "token=a",
            "pkcs11:token=%4?module-path=/a",
            "pkcs11:token=a;token=b?module-path=/a",
            "pkcs11:token=%ff?module-path=/a",
            "pkcs11:token=a?module-path=/a&module-path=/b",
            "pkcs11:token=a?module-path=/usr/lib/liba.so&module-name=b",
            "pkcs11:token=a;module-path=/a",
            "pkcs11:?token=a",
            "pkcs11:token=a;slot-id=3",
            "pkcs11:token=a;object=key;type=private",
            "pkcs11:tokens=a",
            "pkcs11:token=a?x-more=1",
            "pkcs11:token",
        ] {
            assert!(bad.parse::<TokenUri>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_pin_in_an_address_is_refused_wherever_it_stands_and_never_repeated() {
        for bad in [
            "pkcs11:token=a?module-path=/a&pin-value=73519264",
            "pkcs11:token=a?pin-value=73519264",
            "pkcs11:token=a;pin-value=73519264?module-path=/a",
            "pkcs11:token=a;pin-source=file:73519264?module-path=/a",
            "pkcs11:token=a&PIN-VALUE=73519264?module-path=/a",
            "pkcs11:token=a?module-path=/a;pin-value=73519264",
            "pkcs11:token=a?module-path=/a?pin-value=73519264",
            "pkcs11:token=a?module-path=/a&PIN-VALUE=73519264",
            "pkcs11:token=a?module-path=/a&x-pin=73519264",
            "pkcs11:token=a?module-path=/a&so-PIN=73519264",
            "pkcs11:token=a?module-path=/a&%70in-value=73519264",
            "pkcs11:token=a;%70%49%4E-value=73519264?module-path=/a",
            "pkcs11:token=a;%2570in-value=73519264?module-path=/a",
            "pkcs11:token=a%3Bpin-value%3D73519264?module-path=/a",
            "'pkcs11:token=a?pin-value=73519264'",
        ] {
            let refused = bad.parse::<TokenUri>().unwrap_err();
            assert!(refused.to_string().contains("PIN"), "{bad}: {refused}");
            assert!(!format!("{refused} {refused:?}").contains("73519264"), "{refused}");
        }
        // Typed in a wrong place, it is not repeated either.
        for bad in [
            "73519264",
            "softhsm;pin-value=73519264",
            "pkcs11:73519264",
            "pkcs11:token=a;73519264?module-path=/a",
            "pkcs11:token=a?module-path=/a&73519264",
            "pkcs11:token=a?module-path=/a&73519264=",
            "pkcs11:token=a?module-path=/a&other=73519264",
            "pkcs11:73519264=%zz",
            "pkcs11:token=a;type=73519264",
        ] {
            let refused = bad.parse::<TokenUri>().unwrap_err();
            assert!(!format!("{refused} {refused:?}").contains("73519264"), "{refused}");
        }
        // A label may have the three letters.
        assert!("pkcs11:token=shopping%20pins?module-path=/a".parse::<TokenUri>().is_ok());
    }

    #[test]
    fn an_address_is_read_as_tools_print_it_and_people_paste_it() {
        // As p11tool of GnuTLS 3.7 and pkcs11-tool of OpenSC 0.23 print it.
        let printed =
            "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=d7c1f83e5e2a91b4;token=records";
        let uri: TokenUri = printed.parse().unwrap();
        assert_eq!(
            (uri.token.as_deref(), uri.serial.as_deref()),
            (Some("records"), Some("d7c1f83e5e2a91b4"))
        );
        assert_eq!((uri.model.as_deref(), uri.module_path.as_deref()), (Some("SoftHSM v2"), None));
        for same in
            [format!("  '{printed}'\n"), format!("\"{printed}\""), printed.replace("pkcs11:", "PKCS11:")]
        {
            assert_eq!(same.parse().as_ref(), Ok(&uri), "{same}");
        }
        // Padded as a token keeps it.
        let padded =
            printed.replace("records", &format!("records{}", "%20".repeat(25))).replace("v2;", "v2%20%00;");
        assert_eq!(padded.parse(), Ok(uri));
    }

    #[test]
    fn an_address_of_another_make_or_model_names_what_differs() {
        let info = TokenInfo {
            slot: 0,
            label: "records".to_owned(),
            manufacturer: "SoftHSM project".to_owned(),
            model: "SoftHSM v2".to_owned(),
            serial: "0a1b".to_owned(),
            firmware: "2.6".to_owned(),
            initialised: true,
            pin_pad: false,
        };
        let module = ModuleInfo {
            manufacturer: "SoftHSM".to_owned(),
            description: "Implementation of PKCS11".to_owned(),
            version: "2.6".to_owned(),
        };
        let differs = |text: &str| {
            let uri: TokenUri = text.parse().unwrap();
            assert!(uri.names(&info), "{text}");
            uri.differs(&info, &module).map(|d| (d.part, d.wanted, d.found))
        };
        assert_eq!(differs("pkcs11:token=records;model=SoftHSM%20v2;library-version=2"), None);
        assert_eq!(
            differs("pkcs11:token=records;model=Luna%20K7"),
            Some(("model", "Luna K7".to_owned(), "SoftHSM v2".to_owned()))
        );
        assert_eq!(differs("pkcs11:manufacturer=SafeNet").map(|d| d.0), Some("manufacturer"));
        assert_eq!(differs("pkcs11:library-manufacturer=SafeNet").map(|d| d.0), Some("library-manufacturer"));
        assert_eq!(differs("pkcs11:library-version=2.7").map(|d| d.0), Some("library-version"));
    }
}
