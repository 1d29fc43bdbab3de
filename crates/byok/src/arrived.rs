//! A file as it was carried in, brought to what providers read: one JSON object, a public key or a certificate. What is
//! something else is named for what it is, with how to get from the provider's tool what belongs here.

use crate::{ByokError, WrappingKey, json, pem, words};
use incoming::{Der, Kind};
use serde_json::Value;

/// What belongs in a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// What it is, to follow "what belongs here is".
    pub(crate) what: &'static str,
    /// How to get it, as a sentence.
    pub(crate) how: &'static str,
}

impl Wanted {
    /// The refusal of a file that is something else.
    pub(crate) fn not(&self, found: &Kind) -> ByokError {
        if found.has_private_key() {
            return ByokError::PrivateKeyCameIn { wanted: self.what };
        }
        self.refused(found.to_string())
    }

    fn refused(&self, found: String) -> ByokError {
        ByokError::WrongFile { found, wanted: self.what, how: self.how }
    }

    /// The one JSON object that this file is.
    pub(crate) fn json(&self, bytes: &[u8]) -> Result<Value, ByokError> {
        // What else it is, is asked only where it is not what belongs here: a key plan has thousands of such files.
        match json::value(bytes) {
            Ok(value) if value.is_object() => Ok(value),
            Ok(Value::Array(list)) => Err(self.refused(words::json_list(list.len()))),
            other => match (Kind::of(bytes), other) {
                (Kind::Json, Err(e)) => Err(e),
                (kind, _) => Err(self.not(&kind)),
            },
        }
    }

    /// The public key that this file is, PEM or DER.
    pub(crate) fn key(&self, bytes: &[u8]) -> Result<WrappingKey, ByokError> {
        match Kind::of(bytes) {
            Kind::Pem(labels) if pem::PUBLIC_KEYS.iter().any(|l| labels.iter().any(|found| found == l)) => {
                WrappingKey::from_pem(bytes)
            }
            Kind::Der { what: Der::Public | Der::RsaPublic, .. } => WrappingKey::from_any_der(bytes),
            other => Err(self.not(&other)),
        }
    }

    /// The same, or one JSON object.
    pub(crate) fn json_or_key(&self, bytes: &[u8]) -> Result<JsonOrKey, ByokError> {
        match self.json(bytes) {
            Ok(reply) => Ok(JsonOrKey::Json(reply)),
            Err(refused) => match Kind::of(bytes) {
                Kind::Pem(_) | Kind::Der { .. } => self.key(bytes).map(JsonOrKey::Key),
                _ => Err(refused),
            },
        }
    }

    /// The key in the certificate that this file is, PEM or DER, and the certificate.
    pub(crate) fn certificate(&self, bytes: &[u8]) -> Result<(Vec<u8>, WrappingKey), ByokError> {
        match Kind::of(bytes) {
            Kind::Pem(labels) if labels.iter().filter(|l| *l == "CERTIFICATE").count() > 1 => {
                Err(self.refused(words::certificates(labels.len())))
            }
            Kind::Pem(labels) if labels.iter().any(|l| l == "CERTIFICATE") => {
                let der = pem::decode(bytes, &["CERTIFICATE"])?;
                WrappingKey::from_certificate(&der).map(|key| (der, key))
            }
            Kind::Der { what: Der::Certificate, .. } => {
                WrappingKey::from_certificate(bytes).map(|key| (bytes.to_vec(), key))
            }
            other => Err(self.not(&other)),
        }
    }
}

/// What a provider reads in either form.
pub(crate) enum JsonOrKey {
    /// The reply as its tool prints it.
    Json(Value),
    /// The public key alone.
    Key(WrappingKey),
}
