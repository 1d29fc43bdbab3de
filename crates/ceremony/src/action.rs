//! What each action needs, makes, uses up, opens and closes: the table the checker simulates with, and by which the engine
//! wipes.

/// Something a step needs or makes, and whether it survives the end of the room process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Material {
    /// People have signed in.
    Attendance,
    /// A token is open and identified.
    Token,
    /// The token's routes were tried on throw-away keys.
    Capabilities,
    /// What the token does was written down.
    Report,
    /// The transcript's signing key is known.
    SigningKey,
    /// The cloud's parameters are read.
    Parameters,
    /// They are AWS's.
    AwsParameters,
    /// They are those of a cloud that the script's parameters name.
    CloudParameters,
    /// A key plan was read whole, with every parameters file that it names.
    KeyPlan,
    /// The token can fill every line of it.
    PlanRoutes,
    /// Two people compared each of its wrapping keys.
    ComparedPlan,
    /// The plan's keys are in the token.
    PlanKeys,
    /// Two people compared the wrapping key's fingerprint.
    ComparedKey,
    /// The master key is in the token.
    MasterKey,
    /// The backup wrapping key is in locked memory.
    BackupKey,
    /// The shares are in locked memory.
    Shares,
    /// Every share was read back from its sheet.
    ReadBack,
    /// The backup was rebuilt and matched.
    ProvenBackup,
    /// The bundle is written in the run's folder.
    Bundle,
    /// The bundle is on a medium and was read back from it.
    HandedOver,
    /// The bundle of an earlier ceremony was read and its pack verified.
    EarlierBundle,
    /// The backup of an earlier ceremony was opened from its evidence pack.
    Backup,
    /// Shares were brought and typed in; they are in locked memory.
    Brought,
    /// The backup opened to the key it should.
    Drilled,
    /// What the drill showed was written down.
    Certificate,
    /// A YubiKey is found and identified.
    YubiKey,
    /// Its factory secrets are replaced.
    YubiKeySetUp,
    /// A key was made on it and attested.
    YubiKeyKey,
    /// The record was signed with it.
    YubiKeyApproval,
    /// Each custodian has a key pair, and its private half on a medium of their own.
    CustodianKeys,
    /// A managed HSM's security domain was read.
    SecurityDomain,
    /// Custodians opened their shares of it; they are in locked memory.
    DomainShares,
    /// Enough of them opened all of it.
    TestedQuorum,
    /// The certificate of the HSM that is to take the security domain was read.
    ExchangeCertificate,
    /// The security domain is sealed for that HSM.
    RestoreBlob,
    /// What the cloud answered was read and held against the bundle.
    Receipt,
    /// The workstation's program was compared.
    Workstation,
    /// The roles were read aloud.
    Roles,
    /// A medium was tried.
    TriedMedium,
    /// People were enrolled with what they will sign with.
    Enrolled,
    /// The roster was written.
    Roster,
    /// Everyone said whether the record is right.
    Agreement,
    /// An older set of shares is replaced once the new backup is proven.
    OldSet,
    /// The copies of a key that is to be destroyed are listed.
    Copies,
    /// Where each copy is was said by two people.
    Accounted,
    /// Fewer sheets are left than rebuild the backup wrapping key, or it was decided to go on without.
    BelowThreshold,
    /// The key is absent from the token.
    KeyGone,
    /// What was left of the copies is destroyed.
    RestGone,
}

impl Material {
    /// Held in the room's memory alone. Lost when the room ends: the script goes back to the step that makes it.
    pub fn is_volatile(self) -> bool {
        IN_MEMORY.contains(&self)
    }

    /// The actions that make it.
    pub fn made_by(self) -> impl Iterator<Item = &'static str> {
        ACTIONS.iter().filter(move |a| a.makes.contains(&self)).map(|a| a.name)
    }
}

/// What is secret and lives in the room's memory.
pub const IN_MEMORY: &[Material] = &[M::BackupKey, M::Shares, M::ReadBack, M::Brought, M::DomainShares];

impl Hands {
    /// Whether one person may never do it alone.
    pub fn are_two(self) -> bool {
        matches!(self, Self::Two | Self::TwoInside)
    }
}

/// How many people an action takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// One person may do it, and signs before it.
    One,
    /// One person may do it, and signs inside the act.
    OneInside,
    /// Two people in different roles, who both sign before it.
    Two,
    /// Two people in different roles, who each sign inside the act, after their own look.
    TwoInside,
}

/// One row of the table.
#[derive(Debug)]
pub struct Action {
    /// The name scripts use.
    pub name: &'static str,
    /// What it needs.
    pub needs: &'static [Material],
    /// What it makes.
    pub makes: &'static [Material],
    /// What is not there any more after it, unless it makes it: secrets that it leaves wiped, and what it takes the ground
    /// from, as a wrapping key that is read anew does from the comparison of the one before. The engine wipes by this.
    pub uses_up: &'static [Material],
    /// Obligations it opens; `*` stands for the number of each share of the set, `#` for the step's turn.
    pub opens: &'static [&'static str],
    /// Obligations it closes; `*` and `#` stand for the step's turn, `+` for every turn there was.
    pub closes: &'static [&'static str],
    /// How many people it takes, and when they sign.
    pub hands: Hands,
    /// Whether it can be taken back.
    pub irreversible: bool,
    /// Whether only the actor may look.
    pub private: bool,
}

mod words;

use Material as M;

/// Everything secret is wiped, and the backup that is begun is not proven.
const BACKUP_ANEW: &[M] =
    &[M::BackupKey, M::Shares, M::ReadBack, M::Brought, M::DomainShares, M::ProvenBackup];
/// A key that is new to the record has no backup there yet, and what lies in memory is of another one.
const ANOTHER_KEY: &[M] = &[M::BackupKey, M::Shares, M::ReadBack, M::ProvenBackup];
/// Another earlier ceremony's backup: what was brought, shown and said was of the one before.
const ANOTHER_BACKUP: &[M] =
    &[M::Brought, M::Drilled, M::OldSet, M::Copies, M::Accounted, M::BelowThreshold, M::KeyGone, M::RestGone];
/// Both.
const ANOTHER_BACKUP_AND_KEY: &[M] = &[
    M::BackupKey,
    M::Shares,
    M::ReadBack,
    M::ProvenBackup,
    M::Brought,
    M::Drilled,
    M::OldSet,
    M::Copies,
    M::Accounted,
    M::BelowThreshold,
    M::KeyGone,
    M::RestGone,
];

impl Action {
    /// What is not there any more after it.
    pub fn ends(&self) -> impl Iterator<Item = Material> {
        self.uses_up.iter().copied().filter(|m| !self.makes.contains(m))
    }
}

const fn plain(name: &'static str, needs: &'static [M], makes: &'static [M]) -> Action {
    Action {
        name,
        needs,
        makes,
        uses_up: &[],
        opens: &[],
        closes: &[],
        hands: Hands::One,
        irreversible: false,
        private: false,
    }
}

/// Every action there is.
pub const ACTIONS: &[Action] = &[
    Action { hands: Hands::OneInside, ..plain("attend", &[], &[M::Attendance]) },
    Action { hands: Hands::TwoInside, ..plain("check-workstation", &[M::Attendance], &[M::Workstation]) },
    Action { hands: Hands::TwoInside, ..plain("read-roles", &[M::Attendance], &[M::Roles]) },
    plain("try-medium", &[M::Attendance], &[M::TriedMedium]),
    plain("enrol-person", &[M::SigningKey, M::Roles], &[M::Enrolled]),
    Action { hands: Hands::Two, ..plain("write-roster", &[M::Enrolled], &[M::Roster]) },
    plain("open-token", &[M::Attendance], &[M::Token]),
    plain("report-token", &[M::Token], &[M::Report]),
    plain("self-test", &[M::Token], &[M::Capabilities]),
    plain("signing-key", &[M::Token], &[M::SigningKey]),
    Action {
        uses_up: &[M::ComparedKey],
        ..plain("read-parameters", &[M::SigningKey], &[M::Parameters, M::AwsParameters])
    },
    Action {
        uses_up: &[M::ComparedKey],
        ..plain("read-wrapping-key", &[M::SigningKey], &[M::Parameters, M::CloudParameters])
    },
    Action { hands: Hands::TwoInside, ..plain("compare-wrapping-key", &[M::Parameters], &[M::ComparedKey]) },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["master-key-backed-up"],
        uses_up: ANOTHER_KEY,
        ..plain("generate-key", &[M::Capabilities, M::SigningKey], &[M::MasterKey])
    },
    Action {
        hands: Hands::Two,
        uses_up: BACKUP_ANEW,
        ..plain("wrap-backup", &[M::MasterKey], &[M::BackupKey])
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["share-*-read-back"],
        uses_up: &[M::BackupKey],
        ..plain("split-backup", &[M::BackupKey], &[M::Shares])
    },
    Action {
        hands: Hands::OneInside,
        private: true,
        irreversible: true,
        closes: &["share-*-read-back"],
        ..plain("give-share", &[M::Shares], &[M::ReadBack])
    },
    Action {
        hands: Hands::Two,
        closes: &["master-key-backed-up"],
        uses_up: IN_MEMORY,
        ..plain("rebuild-backup", &[M::ReadBack, M::MasterKey], &[M::ProvenBackup])
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["bundle-on-medium"],
        ..plain(
            "wrap-for-aws",
            &[M::MasterKey, M::AwsParameters, M::ComparedKey, M::ProvenBackup],
            &[M::Bundle],
        )
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["bundle-on-medium"],
        ..plain(
            "wrap-for-cloud",
            &[M::MasterKey, M::CloudParameters, M::ComparedKey, M::ProvenBackup],
            &[M::Bundle],
        )
    },
    Action {
        hands: Hands::Two,
        closes: &["bundle-on-medium"],
        ..plain("write-bundle", &[M::Bundle], &[M::HandedOver])
    },
    Action {
        uses_up: &[M::PlanRoutes, M::ComparedKey, M::ComparedPlan],
        ..plain("read-plan", &[M::SigningKey], &[M::Parameters, M::KeyPlan])
    },
    plain("test-plan-routes", &[M::KeyPlan], &[M::PlanRoutes]),
    Action {
        hands: Hands::TwoInside,
        ..plain("compare-plan-keys", &[M::KeyPlan], &[M::ComparedKey, M::ComparedPlan])
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["plan-backed-up"],
        uses_up: ANOTHER_KEY,
        ..plain("make-plan-keys", &[M::PlanRoutes, M::ComparedPlan], &[M::PlanKeys])
    },
    Action {
        hands: Hands::Two,
        uses_up: BACKUP_ANEW,
        ..plain("wrap-plan-backup", &[M::PlanKeys], &[M::BackupKey])
    },
    Action {
        hands: Hands::Two,
        closes: &["plan-backed-up"],
        uses_up: IN_MEMORY,
        ..plain("rebuild-plan-backup", &[M::ReadBack, M::PlanKeys], &[M::ProvenBackup])
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["bundle-on-medium"],
        ..plain("wrap-plan-keys", &[M::PlanKeys, M::ComparedPlan, M::ProvenBackup], &[M::Bundle])
    },
    Action {
        opens: &["drill-decided"],
        uses_up: ANOTHER_BACKUP,
        ..plain("open-backup", &[M::SigningKey], &[M::Backup])
    },
    Action { private: true, opens: &["bag-#-resealed"], ..plain("bring-share", &[M::Backup], &[M::Brought]) },
    Action {
        hands: Hands::Two,
        closes: &["drill-decided"],
        uses_up: IN_MEMORY,
        ..plain("prove-backup", &[M::Brought], &[M::Drilled])
    },
    Action {
        closes: &["drill-decided"],
        uses_up: IN_MEMORY,
        ..plain("check-shares", &[M::Brought], &[M::Drilled])
    },
    Action { hands: Hands::OneInside, closes: &["bag-#-resealed"], ..plain("reseal", &[M::Drilled], &[]) },
    plain("certify-drill", &[M::Drilled], &[M::Certificate]),
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["master-key-backed-up", "old-sheets-settled"],
        closes: &["drill-decided"],
        uses_up: BACKUP_ANEW,
        ..plain("restore-key", &[M::Capabilities, M::SigningKey, M::Brought], &[M::MasterKey, M::OldSet])
    },
    Action {
        opens: &["master-key-backed-up", "old-sheets-settled"],
        uses_up: ANOTHER_BACKUP_AND_KEY,
        ..plain("find-key", &[M::SigningKey], &[M::Backup, M::MasterKey, M::OldSet])
    },
    Action {
        hands: Hands::TwoInside,
        irreversible: true,
        closes: &["old-sheets-settled", "bag-+-resealed"],
        ..plain("settle-old-sheets", &[M::OldSet, M::ProvenBackup], &[])
    },
    Action {
        hands: Hands::TwoInside,
        irreversible: true,
        closes: &["old-sheets-settled", "bag-+-resealed"],
        ..plain("destroy-old-sheets", &[M::OldSet, M::ProvenBackup], &[])
    },
    Action {
        opens: &["copies-accounted", "key-destroyed", "rest-destroyed"],
        uses_up: ANOTHER_BACKUP,
        ..plain("open-copies", &[M::SigningKey], &[M::Backup, M::Copies])
    },
    Action {
        hands: Hands::TwoInside,
        closes: &["copies-accounted"],
        ..plain("account-copies", &[M::Copies], &[M::Accounted])
    },
    Action {
        hands: Hands::TwoInside,
        irreversible: true,
        ..plain("shred-sheets", &[M::Accounted], &[M::BelowThreshold])
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        closes: &["key-destroyed"],
        uses_up: &[M::MasterKey],
        ..plain("destroy-key", &[M::BelowThreshold], &[M::KeyGone])
    },
    Action {
        hands: Hands::TwoInside,
        irreversible: true,
        closes: &["rest-destroyed"],
        ..plain("shred-rest", &[M::KeyGone], &[M::RestGone])
    },
    plain("certify-destruction", &[M::RestGone], &[M::Certificate]),
    plain("find-yubikey", &[M::SigningKey], &[M::YubiKey]),
    Action { private: true, ..plain("set-up-yubikey", &[M::YubiKey], &[M::YubiKeySetUp]) },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["yubikey-#-signed"],
        ..plain("make-yubikey-key", &[M::YubiKeySetUp], &[M::YubiKeyKey])
    },
    Action {
        closes: &["yubikey-#-signed"],
        ..plain("sign-with-yubikey", &[M::YubiKeyKey], &[M::YubiKeyApproval])
    },
    Action {
        private: true,
        opens: &["custodian-#-opened"],
        ..plain("make-custodian-key", &[M::SigningKey], &[M::CustodianKeys])
    },
    Action { hands: Hands::Two, ..plain("write-certificates", &[M::CustodianKeys], &[]) },
    Action {
        opens: &["quorum-tested"],
        uses_up: &[M::DomainShares, M::TestedQuorum],
        ..plain("read-security-domain", &[M::SigningKey], &[M::SecurityDomain])
    },
    Action {
        private: true,
        closes: &["custodian-#-opened"],
        ..plain("open-domain-share", &[M::SecurityDomain], &[M::DomainShares])
    },
    Action {
        hands: Hands::Two,
        closes: &["quorum-tested"],
        ..plain("test-quorum", &[M::DomainShares], &[M::TestedQuorum])
    },
    Action {
        uses_up: &[M::ComparedKey],
        ..plain("read-exchange-certificate", &[M::SigningKey], &[M::Parameters, M::ExchangeCertificate])
    },
    Action {
        hands: Hands::Two,
        irreversible: true,
        opens: &["restore-blob-on-medium"],
        ..plain(
            "seal-restore-blob",
            &[M::DomainShares, M::TestedQuorum, M::ExchangeCertificate, M::ComparedKey],
            &[M::RestoreBlob],
        )
    },
    Action {
        hands: Hands::Two,
        closes: &["restore-blob-on-medium"],
        ..plain("write-restore-blob", &[M::RestoreBlob], &[])
    },
    Action {
        opens: &["receipt-read"],
        uses_up: &[M::Receipt],
        ..plain("open-bundle", &[M::SigningKey], &[M::EarlierBundle])
    },
    Action { closes: &["receipt-read"], ..plain("read-receipt", &[M::EarlierBundle], &[M::Receipt]) },
    Action { hands: Hands::OneInside, ..plain("agree", &[M::Attendance], &[M::Agreement]) },
    Action { hands: Hands::Two, irreversible: true, ..plain("close", &[M::Agreement, M::SigningKey], &[]) },
];

/// Finds an action by name.
pub fn find(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|a| a.name == name)
}

/// Facts that a confirmer may restate, and what has to be made before they are in the record.
pub const RESTATABLE: &[(&str, Material)] = &[
    ("token-serial", M::Token),
    ("wrapping-key-sha256", M::Parameters),
    ("key-arn", M::AwsParameters),
    ("cloud-key", M::CloudParameters),
    ("plan-keys", M::KeyPlan),
    ("plan-sha256", M::KeyPlan),
    ("check-value", M::MasterKey),
    ("share-set", M::BackupKey),
    ("exchange-certificate-sha256", M::ExchangeCertificate),
    ("security-domain-sha256", M::SecurityDomain),
    ("receipt-key", M::EarlierBundle),
    ("receipt-key-arn", M::EarlierBundle),
    ("yubikey-serial", M::YubiKey),
    ("drill-check-value", M::Backup),
    ("drill-set", M::Backup),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_of_scripts_names_every_action_and_fact() {
        let readme = include_str!("../../../ceremonies/README.md");
        let (_, table) = readme.split_once("## Actions").unwrap();
        let rows: Vec<_> =
            table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0)).collect();
        for action in ACTIONS {
            assert_eq!(rows.iter().filter(|row| **row == action.name).count(), 1, "{}", action.name);
        }
        assert_eq!(rows.len(), ACTIONS.len());
        for (fact, _) in RESTATABLE {
            assert!(readme.contains(&format!("`{fact}`")), "{fact}");
        }
    }
}
