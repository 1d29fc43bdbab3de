//! The separate clouds of one provider: which addresses and names belong to which. One table each, exact: what is not
//! in it is refused, because a key for an address that nobody documents would be made for nobody.

mod words;

use crate::ByokError;
use crate::text::shown;

/// One of Azure's clouds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AzureCloud {
    /// What people call it.
    pub(crate) name: &'static str,
    /// How the addresses of its vaults end.
    pub(crate) vaults: &'static str,
    /// How the addresses of its managed HSMs end.
    pub(crate) hsms: &'static str,
    /// What of this row is not from the tool that imports the key, for the people to know; empty where all of it is.
    pub(crate) inferred: &'static str,
}

/// Azure's clouds. Source: azure-cli-core 2.91.0, `cloud.py` (`keyvault_dns`, `mhsm_dns`), read 2026-11-29; the last row
/// from Microsoft.Data.SqlClient's provider for Azure Key Vault (`Constants.cs`), read 2026-11-29. Left out: Azure Germany
/// (`vault.microsoftazure.de`), which that tool still lists and which Microsoft closed in 2021.
pub(crate) const AZURE: &[AzureCloud] = &[
    AzureCloud {
        name: words::PUBLIC_CLOUD,
        vaults: ".vault.azure.net",
        hsms: ".managedhsm.azure.net",
        inferred: "",
    },
    AzureCloud { name: "China", vaults: ".vault.azure.cn", hsms: ".managedhsm.azure.cn", inferred: "" },
    AzureCloud {
        name: "US Government",
        vaults: ".vault.usgovcloudapi.net",
        hsms: ".managedhsm.usgovcloudapi.net",
        inferred: "",
    },
    AzureCloud {
        name: "France (Bleu)",
        vaults: ".vault.sovcloud-api.fr",
        hsms: ".managedhsm.sovcloud-api.fr",
        inferred: "",
    },
    AzureCloud {
        name: "Germany (Delos)",
        vaults: ".vault.sovcloud-api.de",
        hsms: ".managedhsm.sovcloud-api.de",
        inferred: words::INFERRED,
    },
];

impl AzureCloud {
    /// The cloud of a host, in small letters, of a vault or of a managed HSM.
    pub(crate) fn of(host: &str) -> Option<&'static Self> {
        AZURE.iter().find(|c| [c.vaults, c.hsms].iter().any(|end| host.ends_with(end)))
    }
}

/// The realms of Oracle Cloud Infrastructure: the part of an OCID that names it, and the domain of its addresses.
///
/// Source: oci 2.189.0 (Python SDK), `regions_definitions.py`, and where that lists no such realm the region
/// table of Oracle's SDK for `NoSQL` in Python (`oracle/nosql-python-sdk`). Both read 2026-11-29. Two realms share one domain;
/// no realm has two.
pub(crate) const ORACLE: &[(&str, &str)] = &[
    ("oc1", "oraclecloud.com"),
    ("oc2", "oraclegovcloud.com"),
    ("oc3", "oraclegovcloud.com"),
    ("oc4", "oraclegovcloud.uk"),
    ("oc5", "oraclecloud5.com"),
    ("oc8", "oraclecloud8.com"),
    ("oc9", "oraclecloud9.com"),
    ("oc10", "oraclecloud10.com"),
    ("oc14", "oraclecloud14.com"),
    ("oc15", "oraclecloud15.com"),
    ("oc16", "oraclecloud16.com"),
    ("oc17", "oraclecloud17.com"),
    ("oc19", "oraclecloud.eu"),
    ("oc20", "oraclecloud20.com"),
    ("oc21", "oraclecloud21.com"),
    ("oc22", "psn-pco.it"),
    ("oc23", "oraclecloud23.com"),
    ("oc24", "oraclecloud24.com"),
    ("oc25", "nricloud.jp"),
    ("oc26", "oraclecloud26.com"),
    ("oc27", "oraclecloud27.com"),
    ("oc28", "oraclecloud28.com"),
    ("oc29", "oraclecloud29.com"),
    ("oc31", "sovereigncloud.nz"),
    ("oc35", "oraclecloud35.com"),
    ("oc36", "stccloud.com"),
    ("oc39", "oraclecloud39.com"),
    ("oc40", "jpsovereigncloud.jp"),
    ("oc41", "dutechcloud.ae"),
    ("oc42", "oraclecloud42.com"),
    ("oc43", "thaiaiscloud.com"),
    ("oc46", "oraclecloud46.com"),
    ("oc47", "oraclecloud47.com"),
    ("oc51", "oraclecloud51.com"),
    ("oc52", "oraclecloud52.com"),
    ("oc55", "svcl.jp"),
    ("oc57", "eonecloud.com"),
];

/// The domain of Oracle's table that a host, in small letters, lies in.
pub(crate) fn oracle_domain(host: &str) -> Option<&'static str> {
    let within = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    ORACLE.iter().map(|(_, domain)| *domain).find(|domain| within(domain))
}

/// Refuses an OCID of another realm than that of the endpoint's domain.
pub(crate) fn same_oracle_realm(endpoint: &str, ocid: &str) -> Result<(), ByokError> {
    let domain = oracle_domain(endpoint).unwrap_or_default();
    let realm = ocid.split('.').nth(2).unwrap_or_default();
    if ORACLE.contains(&(realm, domain)) {
        return Ok(());
    }
    let theirs: Vec<&str> = ORACLE.iter().filter(|(_, d)| *d == domain).map(|(realm, _)| *realm).collect();
    Err(ByokError::RealmsDiffer {
        one: words::endpoint(domain, &theirs.join(" or ")),
        other: words::ocid(&shown(ocid), &shown(realm)),
    })
}

/// The partitions of AWS other than `aws` itself, each with how the names of its Regions begin. Source: botocore 1.44.8,
/// `partitions.json`, read 2026-11-29. A Region that begins otherwise is one of `aws`.
pub(crate) const AWS: &[(&str, &str)] = &[
    ("aws-cn", "cn-"),
    ("aws-eusc", "eusc-"),
    ("aws-iso", "us-iso-"),
    ("aws-iso-b", "us-isob-"),
    ("aws-iso-e", "eu-isoe-"),
    ("aws-iso-f", "us-isof-"),
    ("aws-us-gov", "us-gov-"),
];

/// Refuses an ARN whose Region is of another partition than it names.
pub(crate) fn same_aws_partition(partition: &str, region: &str) -> Result<(), ByokError> {
    let theirs = AWS.iter().find(|(_, begins)| region.starts_with(begins)).map_or("aws", |(name, _)| *name);
    if partition == theirs {
        return Ok(());
    }
    Err(ByokError::RealmsDiffer {
        one: words::partition(&shown(partition)),
        other: words::region(&shown(region), theirs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_realm_stands_twice() {
        let realms: BTreeSet<_> = ORACLE.iter().map(|(realm, _)| realm).collect();
        assert_eq!(realms.len(), ORACLE.len());
        let partitions: BTreeSet<_> = AWS.iter().map(|(name, _)| name).collect();
        assert_eq!(partitions.len(), AWS.len());
    }

    #[test]
    fn a_domain_is_not_found_inside_another() {
        assert_eq!(oracle_domain("a.oraclecloud.com"), Some("oraclecloud.com"));
        assert_eq!(oracle_domain("a.oraclecloud.com.evil.example"), None);
        assert_eq!(oracle_domain("evil-oraclecloud.com"), None);
        assert_eq!(oracle_domain("oraclecloud.eu"), None);
    }

    /// The pages in `docs/byok` say where each table is from, and name every row.
    #[test]
    fn the_pages_name_every_realm() {
        let page = include_str!("../../../../docs/byok/oracle-vault.md");
        for (realm, domain) in ORACLE {
            assert!(page.contains(&format!("| `{realm}` | `{domain}` |")), "{realm}");
        }
        let page = include_str!("../../../../docs/byok/aws-kms.md");
        for (partition, begins) in AWS {
            assert!(page.contains(&format!("| `{partition}` | `{begins}` |")), "{partition}");
        }
        let vaults = include_str!("../../../../docs/byok/azure-key-vault.md");
        let hsms = include_str!("../../../../docs/byok/azure-managed-hsm.md");
        for cloud in AZURE {
            assert!(vaults.contains(&format!("| {} | `{}` |", cloud.name, cloud.vaults)), "{}", cloud.name);
            assert!(hsms.contains(&format!("| {} | `{}` |", cloud.name, cloud.hsms)), "{}", cloud.name);
        }
    }
}
