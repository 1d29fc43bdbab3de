//! What people call a material: no name of the code reaches them.

use super::Material;

impl Material {
    /// What people call it, to stand after "needs".
    pub fn words(self) -> &'static str {
        match self {
            Self::Attendance => "people who have signed in",
            Self::Token => "an open token",
            Self::Capabilities => "a token that was tried on throw-away keys",
            Self::Report => "the report on the token",
            Self::SigningKey => "the key that signs the record",
            Self::Parameters => "a cloud's wrapping key that was read",
            Self::AwsParameters => "import parameters from AWS KMS that were read",
            Self::CloudParameters => "the wrapping key of the cloud that the parameter target names",
            Self::KeyPlan => "a key plan that was read",
            Self::PlanRoutes => "a token that was tried for every line of the key plan",
            Self::ComparedPlan => "a key plan whose wrapping keys two people compared",
            Self::PlanKeys => "the key plan's keys in the token",
            Self::ComparedKey => "a wrapping key or certificate that two people compared",
            Self::MasterKey => "the master key in the token",
            Self::BackupKey => "the backup wrapping key",
            Self::Shares => "the new shares",
            Self::ReadBack => "the new shares as they were read back from their sheets",
            Self::ProvenBackup => "a backup that was rebuilt and matched",
            Self::Bundle => "a bundle for the cloud",
            Self::HandedOver => "a bundle on a medium",
            Self::EarlierBundle => "the bundle of an earlier ceremony",
            Self::Backup => "the backup of an earlier ceremony",
            Self::Brought => "the shares that custodians brought",
            Self::Drilled => "a decision on the shares that were brought",
            Self::Certificate => "a certificate",
            Self::YubiKey => "a YubiKey that was found",
            Self::YubiKeySetUp => "a YubiKey whose factory secrets are replaced",
            Self::YubiKeyKey => "a key that was made on a YubiKey",
            Self::YubiKeyApproval => "a signature of the YubiKey's key",
            Self::CustodianKeys => "the custodians' key pairs",
            Self::SecurityDomain => "a security domain that was read",
            Self::DomainShares => "the opened shares of the security domain",
            Self::TestedQuorum => "a security domain that enough custodians opened",
            Self::ExchangeCertificate => "the certificate of the HSM that is to take the security domain",
            Self::RestoreBlob => "the sealed security domain",
            Self::Receipt => "a receipt that was read",
            Self::Workstation => "a workstation that was compared",
            Self::Roles => "roles that were read aloud",
            Self::TriedMedium => "a medium that was tried",
            Self::Enrolled => "people who were enrolled",
            Self::Roster => "a roster that was written",
            Self::Agreement => "everyone's word on the record",
            Self::OldSet => "an older set of shares that a new one replaces",
            Self::Copies => "the list of the key's copies",
            Self::Accounted => "copies that two people accounted for",
            Self::BelowThreshold => "fewer sheets than rebuild the key, or a decision",
            Self::KeyGone => "a key that is gone from the token",
            Self::RestGone => "copies that are all destroyed",
        }
    }
}
