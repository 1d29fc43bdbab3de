//! PEM (RFC 7468): read as tools lay it out ([`incoming::pem_blocks`]), written in lines of 64 characters.

use crate::{ByokError, words};
use data_encoding::BASE64;
use incoming::{Block, Kind, NotText};

/// The labels of public keys that are read where one belongs: RFC 5280's form, and RFC 8017's, which is converted.
pub(crate) const PUBLIC_KEYS: [&str; 2] = ["PUBLIC KEY", "RSA PUBLIC KEY"];

/// The one block of a file that has one of these labels. Blocks of other labels beside it are passed over, as
/// `openssl x509 -pubkey` prints a certificate after its key; a private key among them never is.
pub(crate) fn block(bytes: &[u8], labels: &[&str]) -> Result<Block, ByokError> {
    let text = incoming::text(bytes).map_err(|e: NotText| ByokError::NotText(e))?;
    let blocks = incoming::pem_blocks(&text).map_err(|e| ByokError::Pem(e.to_string()))?;
    let wanted = labels.first().copied().unwrap_or_default();
    if blocks.iter().any(|b| b.label.contains("PRIVATE KEY") && !labels.contains(&b.label.as_str())) {
        return Err(ByokError::PrivateKeyCameIn { wanted: words::KEY_OR_CERTIFICATE });
    }
    let found = Kind::Pem(blocks.iter().map(|b| b.label.clone()).collect());
    let mut of_label = blocks.into_iter().filter(|b| labels.contains(&b.label.as_str()));
    match (of_label.next(), of_label.next()) {
        (Some(block), None) => Ok(block),
        (Some(_), Some(_)) => Err(ByokError::Pem(words::several_blocks(wanted))),
        (None, _) => Err(ByokError::Pem(words::other_blocks(&found, wanted))),
    }
}

/// The bytes in the one block of a file that has one of these labels.
pub(crate) fn decode(bytes: &[u8], labels: &[&str]) -> Result<Vec<u8>, ByokError> {
    block(bytes, labels).map(|block| block.der)
}
/// A PEM block with lines of 64 characters.
pub(crate) fn encode(der: &[u8], label: &str) -> String {
    let body = BASE64.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        // Base64 is ASCII, so any cut is at a character.
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}
