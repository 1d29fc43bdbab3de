//! What a file is, where it is not what belongs there: people who saved the wrong thing are told what they saved.

use crate::pem::{self, NotPem};
use crate::text::{NotText, text};
use crate::words;
use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};

/// What a file looks like. A guess for messages; nothing is accepted because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or only blanks.
    Empty,
    /// A shortcut of Windows, macOS or a Linux desktop, which points to a file and is not it.
    Shortcut,
    /// What macOS keeps beside a file on media of other systems (`._NAME`).
    AppleDouble,
    /// A zip archive.
    Zip,
    /// A gzip archive.
    Gzip,
    /// A document, a picture or a program, by the name people have for it.
    Document(&'static str),
    /// DER (X.690): an ASN.1 value, complete or with something missing or following.
    Der {
        /// What it looks like.
        what: Der,
        /// Whether its length is the file's.
        whole: bool,
    },
    /// PEM blocks, by their labels.
    Pem(Vec<String>),
    /// PEM that cannot be read.
    BrokenPem(NotPem),
    /// One JSON value.
    Json,
    /// Several JSON values, one after another.
    JsonSeveral(usize),
    /// JSON that stops in the middle.
    JsonCut,
    /// Something that begins like JSON and is not.
    NotQuiteJson,
    /// A web page.
    Html,
    /// XML.
    Xml,
    /// YAML.
    Yaml,
    /// A table in text, with columns lined up or framed.
    Table,
    /// Base64 without anything around it.
    Base64 {
        /// What the bytes in it look like.
        inside: Box<Kind>,
    },
    /// Hexadecimal digits.
    Hex,
    /// Text in an encoding that is not read here.
    OtherText(NotText),
    /// Some other text.
    Text,
    /// Bytes of no kind known here.
    Unknown,
}

/// What a DER value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Der {
    /// A private key (RFC 5208).
    Pkcs8,
    /// A private key (RFC 8017).
    RsaPrivate,
    /// A private key (SEC 1).
    EcPrivate,
    /// A public key (RFC 8017).
    RsaPublic,
    /// A public key (RFC 5280).
    Public,
    /// A certificate (RFC 5280).
    Certificate,
    /// A chain of certificates, or signed data (PKCS#7).
    SignedData,
    /// A key store (PKCS#12).
    KeyStore,
    /// Some other value.
    Other,
}

impl Der {
    fn has_private_key(self) -> bool {
        matches!(self, Self::Pkcs8 | Self::RsaPrivate | Self::EcPrivate | Self::KeyStore)
    }
}

impl Kind {
    /// What these bytes look like.
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.trim_ascii().is_empty() {
            return Self::Empty;
        }
        if let Some(kind) = by_first_bytes(bytes) {
            return kind;
        }
        match text(bytes) {
            Ok(text) => of_text(&text),
            Err(NotText::Binary) => der(bytes).unwrap_or(Self::Unknown),
            // Random bytes without control characters are no text either.
            Err(why @ NotText::NotUtf8 { .. }) => der(bytes).unwrap_or(Self::OtherText(why)),
            Err(why) => Self::OtherText(why),
        }
    }

    /// Whether it holds a private key: it has no business on the medium, whatever else is said of it.
    pub fn has_private_key(&self) -> bool {
        match self {
            Self::Pem(labels) => labels.iter().any(|l| l.contains("PRIVATE KEY")),
            Self::BrokenPem(NotPem::Headers) => true,
            Self::Der { what, .. } => what.has_private_key(),
            Self::Base64 { inside } => inside.has_private_key(),
            _ => false,
        }
    }
}

fn by_first_bytes(bytes: &[u8]) -> Option<Kind> {
    // Name and first bytes, from the formats' own pages or file(1)'s list.
    const MAGIC: &[(&[u8], Kind)] = &[
        (b"PK\x03\x04", Kind::Zip),
        (b"PK\x05\x06", Kind::Zip),
        (b"\x1f\x8b", Kind::Gzip),
        (b"\x4c\x00\x00\x00\x01\x14\x02\x00", Kind::Shortcut),
        (b"\x00\x05\x16\x07", Kind::AppleDouble),
        (b"\x00\x05\x16\x00", Kind::AppleDouble),
        (b"%PDF-", Kind::Document(words::PDF)),
        (b"\x89PNG", Kind::Document(words::PNG)),
        (b"\xff\xd8\xff", Kind::Document(words::JPEG)),
        (b"GIF8", Kind::Document(words::GIF)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::Document(words::OLD_OFFICE)),
        (b"{\\rtf", Kind::Document(words::RTF)),
        (b"\x7fELF", Kind::Document(words::PROGRAM)),
        (b"MZ\x90", Kind::Document(words::PROGRAM)),
        (b"bplist00", Kind::Shortcut),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| kind.clone())
}

fn of_text(text: &str) -> Kind {
    let text = text.trim();
    let low: String = text.chars().take(200).flat_map(char::to_lowercase).collect();
    if text.is_empty() {
        return Kind::Empty;
    }
    if text.contains("-----BEGIN ") && !text.starts_with(['{', '[']) {
        return match pem::blocks(text) {
            Ok(blocks) => Kind::Pem(blocks.into_iter().map(|b| b.label).collect()),
            Err(why) => Kind::BrokenPem(why),
        };
    }
    if low.starts_with("[internetshortcut]")
        || low.starts_with("[desktop entry]")
        || low.starts_with("[{000214a0")
    {
        return Kind::Shortcut;
    }
    if low.starts_with("<!doctype html") || low.starts_with("<html") || low.contains("<head") {
        return Kind::Html;
    }
    if low.starts_with('<') {
        return if low.contains("webloc") || low.contains("<plist") { Kind::Shortcut } else { Kind::Xml };
    }
    if text.starts_with(['{', '[']) {
        return json(text);
    }
    let packed: String = text.split_ascii_whitespace().collect();
    if packed.len() >= 32 && HEXLOWER_PERMISSIVE.decode(packed.as_bytes()).is_ok() {
        return Kind::Hex;
    }
    let decoded = [BASE64, BASE64URL, BASE64URL_NOPAD].iter().find_map(|b| b.decode(packed.as_bytes()).ok());
    // One word of letters is base64 too; keys and tokens are longer than words.
    if let Some(bytes) = decoded.filter(|b| b.len() >= 48) {
        return Kind::Base64 { inside: Box::new(Kind::of(&bytes)) };
    }
    if is_table(text) {
        return Kind::Table;
    }
    if is_yaml(text) { Kind::Yaml } else { Kind::Text }
}

fn json(text: &str) -> Kind {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let mut many = 0;
    for value in &mut values {
        match value {
            Ok(_) => many += 1,
            Err(e) if e.is_eof() => return Kind::JsonCut,
            Err(_) if many > 0 => return Kind::JsonSeveral(many + 1),
            Err(_) => return Kind::NotQuiteJson,
        }
    }
    if many == 1 { Kind::Json } else { Kind::JsonSeveral(many) }
}

/// Lines framed with `+---+` or `|`, or a rule of dashes under headings, as `az --output table`, `aws --output table`
/// and `vault read` print.
fn is_table(text: &str) -> bool {
    let rule = |line: &str| {
        let line = line.trim();
        line.len() >= 4
            && line.contains("--")
            && line.chars().all(|c| matches!(c, '-' | '+' | '|' | ' ' | '='))
    };
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().take(8).any(|line| rule(line)) && lines.len() > 1
}

/// Mostly lines of `name: value`, `- value` and what is indented under them.
fn is_yaml(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let key = |line: &&&str| {
        let line = line.trim_start().trim_start_matches("- ");
        line.split_once(':').is_some_and(|(name, value)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            !name.is_empty() && name.chars().all(plain) && (value.is_empty() || value.starts_with(' '))
        })
    };
    text.starts_with("---\n")
        || lines.first().is_some_and(|line| key(&line)) && lines.iter().filter(key).count() * 4 >= lines.len()
}

/// DER: a SEQUENCE whose length is near enough the file's, and what stands in it.
fn der(bytes: &[u8]) -> Option<Kind> {
    let (length, header) = match *bytes {
        [0x30, n, ..] if n < 0x80 => (usize::from(n), 2),
        [0x30, 0x81, n, ..] => (usize::from(n), 3),
        [0x30, 0x82, a, b, ..] => (usize::from(u16::from_be_bytes([a, b])), 4),
        _ => return None,
    };
    let whole = bytes.len() == header + length;
    // What follows the header tells what it is: an INTEGER 0 begins a private key (RFC 5208, RFC 8017), an INTEGER 1 one
    // of SEC 1, a large INTEGER an RSA public key, a SEQUENCE with an algorithm a public key, a longer one a certificate.
    let what = match bytes.get(header..)? {
        [0x02, 0x01, 0x00, 0x30, ..] => Der::Pkcs8,
        [0x02, 0x01, 0x00, 0x02, ..] => Der::RsaPrivate,
        [0x02, 0x01, 0x01, 0x04, ..] => Der::EcPrivate,
        [0x02, 0x82, ..] => Der::RsaPublic,
        [0x30, 0x0d | 0x10 | 0x13 | 0x05, 0x06, ..] => Der::Public,
        [0x30, 0x82, _, _, 0xa0 | 0x02, ..] => Der::Certificate,
        [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, ..] => Der::SignedData,
        [0x02, 0x01, 0x03, 0x30, ..] => Der::KeyStore,
        _ => Der::Other,
    };
    Some(Kind::Der { what, whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(bytes: impl AsRef<[u8]>) -> String {
        Kind::of(bytes.as_ref()).to_string()
    }

    #[test]
    fn what_people_really_save_is_named() {
        let yaml = "attestation:\n  content: AAAA\n  format: CAVIUM_V2_COMPRESSED\ncreateTime: '2026-11-01T00:00:00Z'\n\
                    publicKey:\n  pem: |\n    MIIC\nstate: ACTIVE\n";
        let table = "Key                 Value\n---                 -----\npublic_key          x\n";
        let framed = "----------------\n|  GetParameters |\n+------+-------+\n|  KeyId | a |\n";
        for (bytes, part) in [
            (&b""[..], "empty"),
            (b" \r\n", "empty"),
            (b"\xff\xfe", "empty"),
            (b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00", "shortcut"),
            (b"[InternetShortcut]\r\nURL=https://x\r\n", "shortcut"),
            (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", "macOS"),
            (b"PK\x03\x04\x14\x00", "zip archive"),
            (b"\x1f\x8b\x08\x00", "gzip"),
            (b"%PDF-1.7\n", "PDF"),
            (b"<!DOCTYPE html>\n<html><body>403", "web page"),
            (b"\n<html lang=\"en\">", "web page"),
            (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "XML"),
            (b"{\"a\": 1}", "JSON"),
            (b"{\"a\": 1}\n{\"b\": 2}\n", "2 documents"),
            (b"{\"a\": 1, \"b\": \"", "stops in the middle"),
            (b"{'a': 1}", "begins like JSON"),
            (yaml.as_bytes(), "YAML"),
            (table.as_bytes(), "table"),
            (framed.as_bytes(), "table"),
            (b"hello there", "some other text"),
            (b"K\xfcche", "Windows-1252"),
            (
                b"-----BEGIN CERTIFICATE REQUEST-----\nQUJD\n-----END CERTIFICATE REQUEST-----",
                "no certificate yet",
            ),
            (b"-----BEGIN PUBLIC KEY-----\nQUJD", "part of the file is missing"),
            (b"0123456789abcdef0123456789ABCDEF", "hexadecimal"),
            (b"\x01\x02\x03\x04", "no kind known"),
        ] {
            let named = named(bytes);
            assert!(named.contains(part), "{named:?} lacks {part:?}");
        }
    }

    #[test]
    fn keys_and_certificates_in_der_are_named_whole_or_not() {
        let with = |body: &[u8]| {
            let mut der = vec![0x30, 0x82];
            der.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
            der.extend(body);
            der
        };
        let public = with(&[&b"\x30\x0d\x06\x09\x2a\x86"[..], &[0; 300]].concat());
        assert_eq!(named(&public), "DER of a public key");
        assert!(named(&public[..200]).contains("bytes missing"));
        let base64 = data_encoding::BASE64_MIME.encode(&public);
        assert_eq!(named(&base64), "bare base64 (of DER of a public key)");
        let private = with(&[&b"\x02\x01\x00\x30\x0d"[..], &[0; 300]].concat());
        assert!(Kind::of(&private).has_private_key());
        assert!(Kind::of(BASE64.encode(&private).as_bytes()).has_private_key());
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----\n";
        assert!(Kind::of(pem.as_bytes()).has_private_key());
        assert!(!Kind::of(&public).has_private_key());
    }
}
