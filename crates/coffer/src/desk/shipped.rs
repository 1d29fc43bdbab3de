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
    "change-custodian.toml"
    "back-up-again.toml"
    "destroy.toml"
    "custody-check.toml"
    "break-glass.toml"
    "review.toml"
    "key-state.toml"
    "decommission.toml"
    "token-check.toml"
    "rehearsal-minimal.toml"
};

/// The fictional people who play rehearsals where no roster is named.
pub(crate) const REHEARSAL_ROSTER: &str = include_str!("../../../../ceremonies/rehearsal-roster.toml");
