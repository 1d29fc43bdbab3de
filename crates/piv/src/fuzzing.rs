//! Parsers of what a card says, which only fuzz targets call by themselves.

use crate::{spki, tlv};

/// Reads a data object of a card, and writes what was read.
pub fn data_object(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(tlv::elements(bytes)?.into_iter().flat_map(|(tag, value)| tlv::element(tag, value)).collect())
}

/// Reads a public key.
pub fn public_key(spki: &[u8]) {
    let point = spki::p256_point(spki);
    assert!(point.is_none_or(|point| point.len() == 65 && !spki::is_rsa(spki)));
}
