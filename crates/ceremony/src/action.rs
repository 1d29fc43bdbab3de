//! What each action needs, makes, opens and closes: the table the checker simulates with.

/// Something a step needs or makes, and whether it survives the end of the room process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Material {
    /// People have signed in.
    Attendance,
    /// A token is open and identified.
    Token,
    /// The token's routes were tried on throw-away keys.
    Capabilities,
    /// The transcript's signing key is known.
    SigningKey,
    /// The cloud's parameters are read.
    Parameters,
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
    /// The bundle is written.
    Bundle,
    /// Everyone said whether the record is right.
    Agreement,
}

impl Material {
    /// Lost when the room ends: the script goes back to the step that makes it.
    pub fn is_volatile(self) -> bool {
        matches!(self, Self::BackupKey | Self::Shares | Self::ReadBack)
    }
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
    /// Obligations it opens; `*` stands for the step's person.
    pub opens: &'static [&'static str],
    /// Obligations it closes.
    pub closes: &'static [&'static str],
    /// Whether one person may never do it alone.
    pub dual: bool,
    /// Whether it can be taken back.
    pub irreversible: bool,
    /// Whether only the actor may look.
    pub private: bool,
}

use Material as M;

const fn plain(name: &'static str, needs: &'static [M], makes: &'static [M]) -> Action {
    Action { name, needs, makes, opens: &[], closes: &[], dual: false, irreversible: false, private: false }
}

/// Every action there is.
pub const ACTIONS: &[Action] = &[
    plain("attend", &[], &[M::Attendance]),
    plain("open-token", &[M::Attendance], &[M::Token]),
    plain("self-test", &[M::Token], &[M::Capabilities]),
    plain("signing-key", &[M::Token], &[M::SigningKey]),
    plain("read-parameters", &[M::SigningKey], &[M::Parameters]),
    Action { dual: true, ..plain("compare-wrapping-key", &[M::Parameters], &[M::ComparedKey]) },
    Action {
        dual: true,
        irreversible: true,
        opens: &["master-key-backed-up"],
        ..plain("generate-key", &[M::Capabilities, M::SigningKey], &[M::MasterKey])
    },
    Action { dual: true, ..plain("wrap-backup", &[M::MasterKey], &[M::BackupKey]) },
    Action {
        dual: true,
        irreversible: true,
        opens: &["shares-read-back"],
        ..plain("split-backup", &[M::BackupKey], &[M::Shares])
    },
    Action { private: true, irreversible: true, ..plain("give-share", &[M::Shares], &[M::ReadBack]) },
    Action {
        dual: true,
        closes: &["shares-read-back", "master-key-backed-up"],
        ..plain("rebuild-backup", &[M::ReadBack, M::MasterKey], &[M::ProvenBackup])
    },
    Action {
        dual: true,
        opens: &["bundle-re-read"],
        closes: &["bundle-re-read"],
        ..plain("wrap-for-aws", &[M::MasterKey, M::ComparedKey, M::ProvenBackup], &[M::Bundle])
    },
    plain("agree", &[M::Attendance], &[M::Agreement]),
    Action { dual: true, irreversible: true, ..plain("close", &[M::Agreement, M::SigningKey], &[]) },
];

/// Finds an action by name.
pub fn find(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|a| a.name == name)
}
