//! What each provider would send, for a wrapping key of our own: rehearsals and tests only.

use super::{asks, google};
use crate::moment::iso;
use crate::{ByokError, Disposable, KeyType, Target, pem, security_domain, stand_in_reply};
use aws_lc_rs::rsa::KeyPair;
use data_encoding::BASE64;
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

/// A provider's file and the answers that go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// What the file is called.
    pub file_name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Answers to [`asks`]: the examples, made to fit.
    pub stated: Vec<(&'static str, String)>,
}

/// The size of wrapping key, in bits, that a stand-in for this target needs.
pub const fn stand_in_bits(target: Target) -> u16 {
    match target {
        Target::AlibabaKms => 2048,
        _ => 4096,
    }
}

/// Makes what `target` would send for importing a key of this kind, valid until Unix time `valid_to` where there is such
/// a time. It reads like the real one in everything but that nobody else holds the private half.
pub fn stand_in(
    target: Target,
    key: KeyType,
    wrapping: &Disposable,
    valid_to: i64,
) -> Result<StandIn, ByokError> {
    stand_in_for(target, key, "RSA_OAEP_4096_SHA256_AES_256", wrapping, valid_to)
}

/// The same where an import method was chosen when the wrapping key was made, as Google has it.
pub fn stand_in_for(
    target: Target,
    key: KeyType,
    method: &str,
    wrapping: &Disposable,
    valid_to: i64,
) -> Result<StandIn, ByokError> {
    let spki = wrapping.spki();
    let text = pem::encode(spki, "PUBLIC KEY");
    let mut stated: Vec<(&'static str, String)> =
        asks(target).iter().filter(|a| a.needed).map(|a| (a.name, a.example.to_owned())).collect();
    let (file_name, bytes) = match target {
        Target::AwsKms => {
            let arn = asks(target).first().map_or("", |a| a.example);
            ("import-params.json", stand_in_reply(spki, arn, valid_to, b"rehearsal import token"))
        }
        Target::AzureKeyVault | Target::AzureManagedHsm => {
            let host = if target == Target::AzureManagedHsm {
                "https://hospital.managedhsm.azure.net"
            } else {
                "https://hospital.vault.azure.net"
            };
            if let Some(vault) = stated.iter_mut().find(|(name, _)| *name == "vault") {
                host.clone_into(&mut vault.1);
            }
            ("kek.json", text_of(&kek(spki, host, valid_to)?))
        }
        Target::GoogleKms => {
            for (name, answer) in &mut stated {
                if *name == "algorithm" {
                    google::algorithm_for(key).unwrap_or_default().clone_into(answer);
                }
            }
            let job = json!({
                "name": "projects/P/locations/L/keyRings/R/importJobs/rehearsal",
                "importMethod": method,
                "protectionLevel": "HSM",
                "state": "ACTIVE",
                "expireTime": iso(valid_to),
                "publicKey": { "pem": text },
            });
            ("job.json", text_of(&job))
        }
        Target::OracleVault => ("wrapping-key.json", text_of(&json!({ "data": { "public-key": text } }))),
        Target::AlibabaKms => {
            let reply = json!({
                "KeyId": "key-rehearsal",
                "ImportToken": BASE64.encode(b"rehearsal import token"),
                "PublicKey": BASE64.encode(spki),
                "TokenExpireTime": iso(valid_to),
            });
            ("import-params.json", text_of(&reply))
        }
        Target::IbmKeyProtect => {
            let token = json!({
                "expirationDate": iso(valid_to),
                "maxAllowedRetrievals": 1,
                "remainingRetrievals": 0,
                "payload": BASE64.encode(text.as_bytes()),
                "nonce": BASE64.encode(b"rehearsal!!!"),
            });
            ("import-token.json", text_of(&token))
        }
        Target::Transit => ("wrapping-key.json", text_of(&json!({ "data": { "public_key": text } }))),
        Target::SalesforceShield => ("BYOK_2027.crt", certificate(wrapping, valid_to)?.into_bytes()),
    };
    Ok(StandIn { file_name, bytes, stated })
}

fn text_of(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

fn kek(spki: &[u8], host: &str, valid_to: i64) -> Result<Value, ByokError> {
    let key = RsaPublicKey::from_public_key_der(spki).map_err(|_| ByokError::Disposable)?;
    Ok(json!({
        "attributes": { "enabled": true, "expires": iso(valid_to) },
        "key": {
            "kid": format!("{host}/keys/KEKforBYOK/0123456789abcdef0123456789abcdef"),
            "kty": "RSA-HSM",
            "keyOps": ["import"],
            "n": BASE64.encode(&key.n().to_be_bytes_trimmed_vartime()),
            "e": "AQAB",
        },
    }))
}

fn certificate(wrapping: &Disposable, valid_to: i64) -> Result<String, ByokError> {
    let pair = KeyPair::from_pkcs8(wrapping.private_pkcs8()?.expose()).map_err(|_| ByokError::Disposable)?;
    let der = security_domain::self_signed(&pair, "rehearsal", valid_to - 86_400, valid_to, [1; 16])?;
    Ok(pem::encode(&der, "CERTIFICATE"))
}
