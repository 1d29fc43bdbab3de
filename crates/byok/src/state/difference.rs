//! What can differ, with a stable name for each and the sentence that people read.

use super::words;
use crate::Target;

/// One thing in which the export is not as it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where the key lies.
    pub target: Target,
    /// The key's whole name: at AWS its ARN, at Azure its identifier, at Google its resource name.
    pub key: String,
    /// What differs.
    pub what: Change,
}

/// What differs of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is in use, and switched off there.
    Disabled,
    /// It is in use, and will be deleted there: at this time, Unix seconds, where it is known.
    PendingDeletion(Option<i64>),
    /// It is in use, and its material is gone there.
    Destroyed,
    /// It is in use, and has no material there: never, or no longer.
    NotImported,
    /// Its expiry, Unix seconds, is not the one known.
    ExpiryMoved {
        /// As it is known.
        was: Option<i64>,
        /// As the export has it.
        is: Option<i64>,
    },
    /// An AWS alias leads elsewhere than it did.
    AliasMoved {
        /// `alias/…`.
        alias: String,
        /// The key it led to; none where it was not there.
        from: Option<String>,
        /// The key it leads to; none where it is not there.
        to: Option<String>,
    },
    /// The provider has it, and it is not known here.
    Unknown,
    /// It is in use, and is not in the full list of its place.
    KnownAbsent,
    /// The export does not show it, nor list what is in its place in full: nothing is known of it.
    NotCovered,
    /// It is not in use, and can be used there.
    StillUsable,
    /// The export names it and does not say what can be done with it.
    StateNotShown,
    /// The provider says something else of it, in this word.
    Unclear(String),
    /// It was found by its name alone, because the record does not say in which vault it is.
    ByNameAlone,
}

impl Change {
    /// Its word in [`Difference::id`].
    fn word(&self) -> String {
        let word = match self {
            Self::Disabled => "disabled",
            Self::PendingDeletion(_) => "pending-deletion",
            Self::Destroyed => "destroyed",
            Self::NotImported => "not-imported",
            Self::ExpiryMoved { .. } => "expiry-moved",
            Self::AliasMoved { alias, .. } => return format!("alias-moved {alias}"),
            Self::Unknown => "unknown",
            Self::KnownAbsent => "absent",
            Self::NotCovered => "not-covered",
            Self::StillUsable => "still-usable",
            Self::StateNotShown => "state-not-shown",
            Self::Unclear(_) => "unclear",
            Self::ByNameAlone => "by-name-alone",
        };
        word.to_owned()
    }
}

impl Difference {
    /// A name that stays the same while the difference does, whatever its times are: `state aws-kms ARN disabled`.
    pub fn id(&self) -> String {
        format!("state {} {} {}", self.target, self.key, self.what.word())
    }

    /// What differs, in one or two sentences.
    pub fn says(&self) -> String {
        words::difference(self)
    }
}
