//! What a kind of key is in the words of `CycloneDX`: which material, of how many bits, for which algorithm. Kinds are named by the
//! words of tokens (`hmac-32`, bytes; `p-256`) and of key plans (`hmac-sha256`; `ec-p256`).

use super::CycloneDx;
use super::parts::{Algorithm, Component, Crypto};

/// The algorithm that wraps a backup: AES-KWP (RFC 5649) under a key of 256 bits (`docs/formats/share.md`).
pub(super) const WRAP: &str = "algorithm/aes-256-kwp";
/// The asset type of an algorithm.
const ALGORITHM: &str = "algorithm";

/// What a kind of key is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spec {
    /// `secret-key` or `private-key`.
    pub(super) material: &'static str,
    /// The size of the key; of RSA of its modulus, of a curve of its field.
    pub(super) bits: u32,
    /// The algorithm's name.
    name: String,
    primitive: &'static str,
    /// The family of algorithms, where a kind of key has one: an RSA key may sign or open, and nothing here says which.
    family: Option<&'static str>,
    parameter: Option<String>,
    /// The curve by its own name, and by 1.7's with the family of curves before it.
    curve: Option<(&'static str, &'static str)>,
    /// NIST's category: by definition 1, 3 and 5 for AES-128, 192 and 256; 0 for what a quantum computer would break.
    category: Option<u8>,
}

const SECRET: &str = "secret-key";
const PRIVATE: &str = "private-key";
/// What nobody here knows of a private key: whether it signs or opens.
const UNKNOWN: &str = "unknown";

impl Spec {
    /// What the word of a token or a plan means; none for a word that is not known.
    pub(super) fn of(spec: &str) -> Option<Self> {
        let (kind, size) = spec.split_once('-').unwrap_or((spec, ""));
        match (kind, size) {
            ("aes", bits) => {
                let category = match bits {
                    "128" => 1,
                    "192" => 3,
                    "256" => 5,
                    _ => return None,
                };
                Some(Self {
                    parameter: Some(bits.to_owned()),
                    category: Some(category),
                    ..Self::secret(format!("AES-{bits}"), "block-cipher", "AES", bits.parse().ok()?)
                })
            }
            ("hmac", size) => match size.strip_prefix("sha") {
                // SHA-1 has 160 bits, each of the others as many as its name says.
                Some("1") => Some(Self::secret("HMAC-SHA-1".to_owned(), "mac", "HMAC", 160)),
                Some(bits) => {
                    Some(Self::secret(format!("HMAC-SHA-{bits}"), "mac", "HMAC", bits.parse().ok()?))
                }
                None => {
                    let bytes: u32 = size.parse().ok()?;
                    Some(Self::secret("HMAC".to_owned(), "mac", "HMAC", bytes.checked_mul(8)?))
                }
            },
            ("rsa", bits) => Some(Self {
                parameter: Some(bits.to_owned()),
                ..Self::private(format!("RSA-{bits}"), bits.parse().ok()?)
            }),
            ("p" | "ec", "256" | "p256") => Some(Self::on("P-256", "nist/P-256", 256)),
            ("p" | "ec", "384" | "p384") => Some(Self::on("P-384", "nist/P-384", 384)),
            ("p" | "ec", "521" | "p521") => Some(Self::on("P-521", "nist/P-521", 521)),
            ("secp256k1", "") | ("ec", "p256k1") => Some(Self::on("secp256k1", "secg/secp256k1", 256)),
            ("ed25519", "") => {
                let on = Self::on("Ed25519", "other/Ed25519", 256);
                Some(Self { primitive: "signature", family: Some("EdDSA"), ..on })
            }
            _ => None,
        }
    }

    fn secret(name: String, primitive: &'static str, family: &'static str, bits: u32) -> Self {
        Self {
            material: SECRET,
            bits,
            name,
            primitive,
            family: Some(family),
            parameter: None,
            curve: None,
            category: None,
        }
    }

    fn private(name: String, bits: u32) -> Self {
        Self {
            material: PRIVATE,
            bits,
            name,
            primitive: UNKNOWN,
            family: None,
            parameter: None,
            curve: None,
            category: Some(0),
        }
    }

    fn on(curve: &'static str, with_family: &'static str, bits: u32) -> Self {
        Self { curve: Some((curve, with_family)), ..Self::private(curve.to_owned(), bits) }
    }

    /// The name of its algorithm's component. Keys for HMAC of which only the size is known share a name and no component,
    /// since each size has its strength.
    pub(super) fn bom_ref(&self) -> String {
        let sized = self.name == "HMAC";
        let name = self.name.to_lowercase();
        if sized { format!("algorithm/{name}-{}-bits", self.bits) } else { format!("algorithm/{name}") }
    }

    /// Its algorithm, as this version has it. `strength` is in bits.
    pub(super) fn component(&self, strength: Option<u16>, version: CycloneDx) -> Component {
        let new = version == CycloneDx::V1_7;
        let properties = Algorithm {
            primitive: self.primitive,
            family: self.family.filter(|_| new),
            parameter_set_identifier: self.parameter.clone(),
            curve: self.curve.map(|(curve, _)| curve).filter(|_| !new),
            elliptic_curve: self.curve.map(|(_, curve)| curve).filter(|_| new),
            classical_security_level: strength,
            nist_quantum_security_level: self.category,
        };
        component(self.bom_ref(), self.name.clone(), properties)
    }
}

/// The algorithm that wraps backups. 1.6 has no word for key wrapping.
pub(super) fn wrap(version: CycloneDx) -> Component {
    let new = version == CycloneDx::V1_7;
    let properties = Algorithm {
        primitive: if new { "key-wrap" } else { "other" },
        family: new.then_some("AES"),
        parameter_set_identifier: Some("256".to_owned()),
        classical_security_level: Some(256),
        nist_quantum_security_level: Some(5),
        ..Algorithm::default()
    };
    component(WRAP.to_owned(), "AES-256-KWP".to_owned(), properties)
}

fn component(bom_ref: String, name: String, properties: Algorithm) -> Component {
    let crypto =
        Crypto { asset_type: ALGORITHM, algorithm_properties: Some(properties), ..Crypto::default() };
    Component { sort: super::ASSET, bom_ref, name, crypto_properties: Some(crypto), ..Component::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_key_is_known_by_the_words_of_tokens_and_of_plans() {
        for (spec, bom_ref, bits, material) in [
            ("aes-128", "algorithm/aes-128", 128, SECRET),
            ("aes-256", "algorithm/aes-256", 256, SECRET),
            ("hmac-32", "algorithm/hmac-256-bits", 256, SECRET),
            ("hmac-sha1", "algorithm/hmac-sha-1", 160, SECRET),
            ("hmac-sha512", "algorithm/hmac-sha-512", 512, SECRET),
            ("rsa-3072", "algorithm/rsa-3072", 3072, PRIVATE),
            ("p-256", "algorithm/p-256", 256, PRIVATE),
            ("ec-p256", "algorithm/p-256", 256, PRIVATE),
            ("ec-p521", "algorithm/p-521", 521, PRIVATE),
            ("secp256k1", "algorithm/secp256k1", 256, PRIVATE),
            ("ec-p256k1", "algorithm/secp256k1", 256, PRIVATE),
            ("ed25519", "algorithm/ed25519", 256, PRIVATE),
        ] {
            let found = Spec::of(spec).unwrap();
            assert_eq!(
                (found.bom_ref().as_str(), found.bits, found.material),
                (bom_ref, bits, material),
                "{spec}"
            );
        }
        for none in ["", "aes", "aes-512", "hmac-", "hmac-shax", "rsa", "rsa-big", "p-192", "dsa-2048"] {
            assert_eq!(Spec::of(none), None, "{none}");
        }
    }
}
