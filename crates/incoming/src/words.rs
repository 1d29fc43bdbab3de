//! What people read of what came in.

use crate::{Der, Kind, NotPem, NotText};
use std::fmt;

// Documents, pictures and programs, by the names that people have for them.
pub(crate) const PDF: &str = "a PDF document";
pub(crate) const PNG: &str = "a picture (PNG)";
pub(crate) const JPEG: &str = "a picture (JPEG)";
pub(crate) const GIF: &str = "a picture (GIF)";
pub(crate) const OLD_OFFICE: &str = "a document of an old Office program";
pub(crate) const RTF: &str = "a document in rich text (RTF)";
pub(crate) const PROGRAM: &str = "a program";

impl fmt::Display for Kind {
    /// What it is, with its article, to follow "the file is".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Shortcut => f.write_str("a shortcut to a file, not the file itself"),
            Self::AppleDouble => {
                f.write_str("what macOS keeps beside a file (its name begins with ._), not the file itself")
            }
            Self::Zip => f.write_str("a zip archive"),
            Self::Gzip => f.write_str("a gzip archive"),
            Self::Document(what) => f.write_str(what),
            Self::Der { what, whole: true } => write!(f, "DER of {what}"),
            Self::Der { what, whole: false } => write!(f, "DER of {what}, with bytes missing or too many"),
            Self::Pem(labels) => match labels.as_slice() {
                [one] => write!(f, "PEM of a {}", label(one)),
                many => write!(f, "PEM with {} blocks ({})", many.len(), many.join(", ")),
            },
            Self::BrokenPem(why) => write!(f, "PEM that cannot be read: {why}"),
            Self::Json => f.write_str("JSON"),
            Self::JsonSeveral(n) => write!(f, "JSON, but {n} documents one after another"),
            Self::JsonCut => f.write_str("JSON that stops in the middle"),
            Self::NotQuiteJson => f.write_str("something that begins like JSON and is not"),
            Self::Html => f.write_str("a web page (HTML), perhaps an error message or a sign-in page"),
            Self::Xml => f.write_str("XML"),
            Self::Yaml => f.write_str("YAML"),
            Self::Table => f.write_str("a table in text"),
            Self::Base64 { inside } => write!(f, "bare base64 (of {inside})"),
            Self::Hex => f.write_str("hexadecimal digits"),
            Self::OtherText(why) => write!(f, "{why}"),
            Self::Text => f.write_str("some other text"),
            Self::Unknown => f.write_str("bytes of no kind known here"),
        }
    }
}

impl fmt::Display for Der {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs8 => "a private key (PKCS#8)",
            Self::RsaPrivate => "a private key (RSA, PKCS#1)",
            Self::EcPrivate => "a private key (EC, SEC 1)",
            Self::RsaPublic => "an RSA public key (PKCS#1)",
            Self::Public => "a public key",
            Self::Certificate => "a certificate",
            Self::SignedData => "a certificate chain or signed data (PKCS#7)",
            Self::KeyStore => "a key store with a private key (PKCS#12)",
            Self::Other => "some ASN.1 value",
        })
    }
}

/// A label as people say it: `PUBLIC KEY` as "public key".
fn label(label: &str) -> String {
    match label {
        "RSA PUBLIC KEY" => "RSA public key (PKCS#1)".to_owned(),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            "certificate request, which is no certificate yet".to_owned()
        }
        "RSA PRIVATE KEY" => "private key (RSA, PKCS#1)".to_owned(),
        "EC PRIVATE KEY" => "private key (EC, SEC 1)".to_owned(),
        other => other.to_lowercase(),
    }
}

impl fmt::Display for NotPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBlock => "no line in it begins a PEM block (-----BEGIN …-----)",
            Self::NotEnded => "its PEM block begins and does not end; part of the file is missing",
            Self::Labels => "its PEM block ends as something else than it began as",
            Self::NotBase64 => {
                "what is in its PEM block is not whole base64; characters are missing or changed"
            }
            Self::Headers => "its PEM block has headers, as a private key under a passphrase has",
        })
    }
}

impl fmt::Display for NotText {
    /// What it is, to follow "it is".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf16Unmarked => f.write_str("text in UTF-16 without a byte-order mark"),
            Self::Utf16Broken => f.write_str("text in UTF-16 that breaks off in the middle of a character"),
            Self::Utf32 => f.write_str("text in UTF-32"),
            Self::NotUtf8 { line, byte } => write!(
                f,
                "text in another encoding than UTF-8 (byte {byte:02X} in line {line}), Windows-1252 or Latin-1 perhaps"
            ),
            Self::Binary => f.write_str("not text"),
        }
    }
}

impl NotText {
    /// What people have to do about it, as a sentence.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Utf16Unmarked | Self::Utf32 | Self::NotUtf8 { .. } => {
                "Save it as UTF-8 (in an editor: Save as, encoding UTF-8), then carry it in again."
            }
            Self::Utf16Broken => "Copy the file again; where it is whole, save it as UTF-8.",
            Self::Binary => "Carry in the file that belongs here, unchanged.",
        }
    }
}
