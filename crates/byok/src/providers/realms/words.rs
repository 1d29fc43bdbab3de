//! What is said of clouds and realms.

use crate::says::says;

pub(super) const PUBLIC_CLOUD: &str = "the public cloud";
pub(super) const INFERRED: &str = "\
    azure-cli 2.91 has no such cloud: this ending is taken from another library of Microsoft's, and that a key is \
    imported there in the same way is inferred";

says! {
    endpoint(domain: &str, realms: &str) "the endpoint in {domain} is of the realm {realms}"
    ocid(ocid: &str, realm: &str) "the OCID {ocid} of {realm}"
    partition(name: &str) "the ARN names the partition {name}"
    region(region: &str, partition: &str) "its Region {region} is of {partition}"
}
