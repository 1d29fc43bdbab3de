//! What can go wrong with shares. No message quotes a share's content.

/// Why a share could not be dealt, read or used.
#[allow(missing_docs, reason = "fields are named in the message and speak through their variant")]
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum ShareError {
    /// Not 2 <= threshold <= count.
    #[error(
        "a {threshold}-of-{count} set cannot be dealt; choose a threshold of at least 2 and no more than the number of shares"
    )]
    Parameters { threshold: u8, count: u8 },
    /// Only 32-byte keys are shared.
    #[error("the key to share has {have} bytes; shares are made of 32-byte keys")]
    SecretLength { have: usize },
    /// The caller's source of randomness failed; nothing was dealt.
    #[error("the source of randomness failed, so no share was dealt; check the device and deal again")]
    Random,
    /// No locked memory.
    #[error(transparent)]
    Memory(#[from] secrets::SecretError),
    /// The shares just dealt did not give the key back.
    #[error(
        "the shares did not give the key back when checked; do not print them, and run the self-test of this machine"
    )]
    SelfCheck,
    /// The two independent combiners disagree.
    #[error("two independent calculations of the key disagree; stop and run the self-test of this machine")]
    CombinersDisagree,
    /// The symbol could not be made.
    #[error("the QR symbol could not be made; print the sheet with its rows alone")]
    Qr,
    /// A row is mistyped. Both count from 1; the column counts characters without spaces.
    #[error("row {row}{} looks wrong; compare it with the sheet", column_words(*.column))]
    Row { row: u32, column: Option<u32> },
    /// A row has too few or too many characters.
    #[error("row {row} does not have {need} characters; compare it with the sheet")]
    RowLength { row: u32, need: u32 },
    /// A good row in another row's place.
    #[error("row {row} holds what belongs in row {belongs}; enter the rows in the sheet's order")]
    RowOutOfPlace { row: u32, belongs: u32 },
    /// A row was left out.
    #[error("row {row} is missing; enter every row of the sheet")]
    RowMissing { row: u32 },
    /// More rows than a card has.
    #[error("there are more than {need} rows; enter one sheet at a time")]
    TooManyRows { need: u32 },
    /// A card of a later format.
    #[error(
        "this sheet has format version {version}, which this program does not know; use the version that printed it"
    )]
    UnknownVersion { version: u8 },
    /// Flags or a field this version does not define.
    #[error("this sheet uses a setting this program does not know; use the version that printed it")]
    UnknownSetting,
    /// Every row reads well but the whole does not match its checksum, or says impossible things.
    #[error("this share is damaged: its rows read well but do not belong together; enter the sheet again")]
    Damaged,
    /// Not a set identifier.
    #[error("this is not a set identifier; it has sixteen hexadecimal digits, as in 0123-4567-89AB-CDEF")]
    SetId,
    /// From another dealing.
    #[error("this share belongs to set {found}, not to {expected}; bring the sheet of the right set")]
    AnotherSet { found: crate::SetId, expected: crate::SetId },
    /// A rehearsal share in a real ceremony, or the reverse.
    #[error("this is a {} share and cannot be used here; bring the other sheet", if *.rehearsal { "rehearsal" } else { "real" })]
    WrongMode { rehearsal: bool },
    /// It reads well but was never dealt.
    #[error("share {index} is not the share that was dealt; treat the sheet as forged or replaced and stop")]
    NotTheShareThatWasDealt { index: u8 },
    /// A card locked with a passphrase, where an open one is needed.
    #[error("share {index} is locked with its custodian's passphrase; open it with the passphrase first")]
    Locked { index: u8 },
    /// Key wrap's check failed.
    #[error("this passphrase does not open the share; type it again, capital and small letters count")]
    WrongPassphrase,
    /// Not a passphrase that can be typed decades later.
    #[error(
        "this passphrase cannot lock a share; choose 12 to 126 characters that every keyboard has (letters, digits, spaces)"
    )]
    PassphraseUnfit,
    /// Argon2id's memory could not be had.
    #[error(
        "there is not enough memory to open a locked share; close other programs or use a larger machine"
    )]
    NoMemoryToOpen,
    /// A place that contradicts how the share was dealt.
    #[error("this share was not dealt to that site; give it the site it was dealt to")]
    AnotherPlace,
    /// Too few shares of a site whose shares were brought.
    #[error(
        "{have} of the {need} shares needed from site {site} are here; bring more, or leave that site's shares out"
    )]
    TooFewAtSite { site: u8, have: u8, need: u8 },
    /// Too few sites.
    #[error("{have} of the {need} sites needed are here; bring another site's shares")]
    TooFewSites { have: u8, need: u8 },
    /// The same share of a site twice.
    #[error("share {index} of site {site} was entered twice; enter a different share")]
    DuplicateAtSite { site: u8, index: u8 },
    /// Fewer shares than the threshold.
    #[error("{have} of the {need} shares needed are here; bring more")]
    TooFew { have: u8, need: u8 },
    /// The same share twice.
    #[error("share {index} was entered twice; enter a different share")]
    Duplicate { index: u8 },
    /// Shares of different dealings.
    #[error("these shares do not come from one dealing; bring sheets with the same set identifier")]
    MixedSets,
    /// More shares than needed, and they contradict one another.
    #[error(
        "these shares contradict one another, so at least one is false; stop and compare them with the record"
    )]
    Contradiction,
    /// The combined key does not match the check shared with it.
    #[error(
        "the shares combine to a key that fails its check, so at least one is false; stop and compare them with the record"
    )]
    DigestMismatch,
}

impl ShareError {
    /// A stable code that later versions keep.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameters { .. } => "share-parameters",
            Self::SecretLength { .. } => "share-secret-length",
            Self::Random => "share-random",
            Self::Memory(_) => "share-memory",
            Self::SelfCheck => "share-self-check",
            Self::CombinersDisagree => "share-combiners-disagree",
            Self::Qr => "share-qr",
            Self::Row { .. } => "share-row",
            Self::RowLength { .. } => "share-row-length",
            Self::RowOutOfPlace { .. } => "share-row-out-of-place",
            Self::RowMissing { .. } => "share-row-missing",
            Self::TooManyRows { .. } => "share-too-many-rows",
            Self::UnknownVersion { .. } => "share-unknown-version",
            Self::UnknownSetting => "share-unknown-setting",
            Self::Damaged => "share-damaged",
            Self::SetId => "share-set-id",
            Self::AnotherSet { .. } => "share-another-set",
            Self::WrongMode { .. } => "share-wrong-mode",
            Self::NotTheShareThatWasDealt { .. } => "share-not-dealt",
            Self::Locked { .. } => "share-locked",
            Self::WrongPassphrase => "share-wrong-passphrase",
            Self::PassphraseUnfit => "share-passphrase-unfit",
            Self::NoMemoryToOpen => "share-no-memory",
            Self::AnotherPlace => "share-another-place",
            Self::TooFewAtSite { .. } => "share-too-few-at-site",
            Self::TooFewSites { .. } => "share-too-few-sites",
            Self::DuplicateAtSite { .. } => "share-duplicate-at-site",
            Self::TooFew { .. } => "share-too-few",
            Self::Duplicate { .. } => "share-duplicate",
            Self::MixedSets => "share-mixed-sets",
            Self::Contradiction => "share-contradiction",
            Self::DigestMismatch => "share-digest-mismatch",
        }
    }
}

fn column_words(column: Option<u32>) -> String {
    column.map(|c| format!(", character {c}")).unwrap_or_default()
}
