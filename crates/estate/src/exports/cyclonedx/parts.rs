//! The parts of a `CycloneDX` document that are used here, under the schema's own names (`bom-1.6.schema.json`,
//! `bom-1.7.schema.json`). None can hold a key's value: the schema's `value`, `fingerprint` and `hashes` are not among them.

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    #[serde(rename = "bomFormat")]
    pub(super) format: &'static str,
    pub(super) spec_version: &'static str,
    /// `urn:uuid:` and a UUID of version 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) serial_number: Option<String>,
    pub(super) version: u32,
    pub(super) metadata: Metadata,
    pub(super) components: Vec<Component>,
    pub(super) dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
pub(super) struct Metadata {
    /// RFC 3339.
    pub(super) timestamp: String,
    pub(super) lifecycles: [Lifecycle; 1],
    pub(super) tools: Tools,
    pub(super) component: Component,
}

#[derive(Serialize)]
pub(super) struct Lifecycle {
    pub(super) phase: &'static str,
}

#[derive(Serialize)]
pub(super) struct Tools {
    pub(super) components: [Component; 1],
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) sort: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "String::is_empty")]
    pub(super) bom_ref: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supplier: Option<Named>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) crypto_properties: Option<Crypto>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<Property>,
}

#[derive(Serialize)]
pub(super) struct Named {
    pub(super) name: String,
}

/// A name of our own, which begins with `cofferdam:`, and its value.
#[derive(Serialize)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) value: String,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Crypto {
    pub(super) asset_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) algorithm_properties: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) related_crypto_material_properties: Option<Material>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Algorithm {
    pub(super) primitive: &'static str,
    /// From 1.7 on.
    #[serde(rename = "algorithmFamily", skip_serializing_if = "Option::is_none")]
    pub(super) family: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameter_set_identifier: Option<String>,
    /// In 1.6 alone: a name without its family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) curve: Option<&'static str>,
    /// From 1.7 on: a name with its family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) elliptic_curve: Option<&'static str>,
    /// In bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) classical_security_level: Option<u16>,
    /// A category of NIST's, 1 to 5; 0 for none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nist_quantum_security_level: Option<u8>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Material {
    #[serde(rename = "type")]
    pub(super) sort: &'static str,
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    /// In bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<u32>,
    /// In 1.6 alone: the name of a component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) algorithm_ref: Option<String>,
    /// From 1.7 on, in its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_cryptographic_assets: Vec<Related>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) creation_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) activation_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expiration_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) secured_by: Option<SecuredBy>,
}

#[derive(Serialize)]
pub(super) struct Related {
    #[serde(rename = "type")]
    pub(super) sort: &'static str,
    #[serde(rename = "ref")]
    pub(super) to: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecuredBy {
    pub(super) mechanism: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) algorithm_ref: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency {
    #[serde(rename = "ref")]
    pub(super) of: String,
    pub(super) depends_on: Vec<String>,
}

/// Properties as they are said: nothing is written of what nothing is known of.
#[derive(Default)]
pub(super) struct Properties(pub(super) Vec<Property>);

impl Properties {
    /// One that is always said.
    pub(super) fn says(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.0.push(Property { name, value: value.to_string() });
        self
    }

    /// One that is said where something is known.
    pub(super) fn knows(self, name: &'static str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.says(name, value),
            None => self,
        }
    }
}
