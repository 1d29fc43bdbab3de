//! The security domain of an Azure Managed HSM: the custodians' keys, the shares they open, the HSM that is to take it.

mod kept;
pub(crate) mod make_custodian_key;
mod online_team;
pub(crate) mod open_share;
mod passphrase;
pub(crate) mod read;
pub(crate) mod read_exchange;
pub(crate) mod seal;
pub(crate) mod stand_in;
pub(crate) mod test_quorum;
mod words;
pub(crate) mod write_blob;
pub(crate) mod write_certificates;

use byok::security_domain::Share;
use engine::Slot;
use script::{Each, Material, Owed};

/// The custodians' key pairs.
pub static CUSTODIAN_KEYS: Material = Material::recorded("custodian-keys", words::called::CUSTODIAN_KEYS);
/// A security domain that was read.
pub static SECURITY_DOMAIN: Material = Material::recorded("security-domain", words::called::SECURITY_DOMAIN)
    .telling(&[facts::SECURITY_DOMAIN_SHA256.name()]);
/// The opened shares of the security domain.
pub static DOMAIN_SHARES: Material =
    Material::in_room("domain-shares", words::called::DOMAIN_SHARES).hanging_on(&[&SECURITY_DOMAIN]);
/// A security domain that enough custodians opened.
pub static TESTED_QUORUM: Material =
    Material::recorded("tested-quorum", words::called::TESTED_QUORUM).hanging_on(&[&SECURITY_DOMAIN]);
/// The certificate of the HSM that is to take the security domain.
pub static EXCHANGE_CERTIFICATE: Material =
    Material::recorded("exchange-certificate", words::called::EXCHANGE_CERTIFICATE)
        .telling(&[facts::EXCHANGE_CERTIFICATE_SHA256.name()]);
/// The sealed security domain.
pub static RESTORE_BLOB: Material = Material::recorded("restore-blob", words::called::RESTORE_BLOB);

/// The key of custodian so and so has to open its share of the security domain.
pub static CUSTODIAN_OPENED: Owed =
    Owed { id: "custodian-{}-opened", says: words::owed::CUSTODIAN_OPENED, each: Each::Turn };

/// Enough custodians have to open the security domain.
pub static QUORUM_TESTED: Owed =
    Owed { id: "quorum-opened", says: words::owed::QUORUM_TESTED, each: Each::Once };

/// The restore blob has to be written to a medium and read back from it.
pub static RESTORE_BLOB_ON_MEDIUM: Owed =
    Owed { id: "restore-blob-on-medium", says: words::owed::RESTORE_BLOB_ON_MEDIUM, each: Each::Once };

/// The opened shares. Only this folder reaches them.
pub(in crate::domain) static OPENED: Slot<Vec<Share>> = Slot::of(&DOMAIN_SHARES);
