//! The scripts that ship; the program and its scripts cannot come apart.

/// A script that ships.
pub(crate) struct Shipped {
    /// Its file.
    file: &'static str,
    /// What is in it.
    pub(crate) text: &'static str,
}

impl Shipped {
    /// What it is called: its file without the ending.
    pub(crate) fn name(&self) -> &'static str {
        self.file.trim_end_matches(".toml")
    }
}

macro_rules! shipped {
    ($($file:literal)*) => {
        &[$(Shipped { file: $file, text: include_str!(concat!("../../../../ceremonies/", $file)) }),*]
    };
}

/// All of them, as Home lists them.
pub(crate) const SHIPPED: &[Shipped] = shipped! {
    "byok-aws.toml"
    "byok-azure.toml"
    "byok-google.toml"
    "byok-other.toml"
    "byok-plan.toml"
    "rotate.toml"
    "reimport.toml"
    "rewrap.toml"
    "byok-receipt.toml"
    "managed-hsm-security-domain.toml"
    "managed-hsm-quorum-test.toml"
    "managed-hsm-restore.toml"
    "master-key-hsm.toml"
    "master-key-yubikey.toml"
    "drill.toml"
    "check-shares.toml"
    "commission-workstation.toml"
    "recover.toml"
    "replicate.toml"
    "hsm-replacement.toml"
    "change-custodian.toml"
    "change-plan-custodians.toml"
    "back-up-again.toml"
    "destroy.toml"
    "custody-check.toml"
    "break-glass.toml"
    "compromise.toml"
    "provider-state.toml"
    "review.toml"
    "key-state.toml"
    "leaver.toml"
    "bag-moved.toml"
    "cryptoperiod.toml"
    "medium.toml"
    "keep-systems.toml"
    "keep-agreements.toml"
    "keep-policies.toml"
    "keep-safeguards.toml"
    "keep-answers.toml"
    "breach-worksheet.toml"
    "export.toml"
    "decommission.toml"
    "tabletop-lost-share.toml"
    "tabletop-custodians-ill.toml"
    "tabletop-leaked-role.toml"
    "tabletop-provider-outage.toml"
    "tabletop-rng-advisory.toml"
    "tabletop-torn-bag.toml"
    "token-check.toml"
    "validation-record.toml"
    "approve-script.toml"
    "rehearsal-minimal.toml"
};

/// The fictional people who play rehearsals where no roster is named.
pub(crate) const REHEARSAL_ROSTER: &str = include_str!("../../../../ceremonies/rehearsal-roster.toml");
