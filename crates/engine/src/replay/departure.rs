//! What a departure is. Its sentences are in `words.rs`.

use std::fmt;

/// Where a record departs from what any play of its script could have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The first entry that does; none where it is the whole.
    pub entry: Option<u64>,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a record. Where a step is named it is by its id; none stands for the end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "a variant's doc comment speaks for its fields")]
pub enum Why {
    /// The record cannot be read.
    RecordUnreadable { why: String },
    /// Script and people are not beside it, and nobody shortened it for a reader.
    WithoutScript,
    /// The script beside it cannot be played.
    CannotBePlayed { why: String },
    /// The roster beside it names other people.
    OtherPeople,
    /// It names another script by its hash.
    OtherScript,
    /// It was opened with other parameters.
    OtherParameters,
    /// An entry names a step that the script does not have.
    StepUnknown { step: String },
    /// Other roles acted than the script says.
    OtherRoles { step: String },
    /// A fact stands at a level that is not its own.
    OtherLevel { fact: String },
    /// A fact's value has not its form.
    OtherForm { fact: String },
    /// An outcome lacks a fact that its action states.
    FactMissing { fact: String },
    /// An entry says what only the outcome of another action may say.
    FactOfAnother { fact: String },
    /// A step is begun that is not due.
    NotDue { due: Option<String> },
    /// A step is begun before what was done before it was signed.
    NotYetSigned,
    /// A ceremony went on on a machine that was to be mended, and nobody decided that.
    GoneOnInSpite,
    /// A step is begun a second time, and nothing ended the first.
    BegunTwice,
    /// The first entry opens nothing, or a later one does.
    OpensElsewhere,
    /// Something was recorded after the end.
    AfterTheEnd,
    /// A signature stands over a signature.
    SignedTwice,
    /// A fact names a file that the entry does not name with its digest.
    FileNotNamed { fact: String },
    /// An outcome without an intent.
    NotBegun { due: Option<String> },
    /// The record ends with a step that does not end it, or goes on after one that does.
    EndsElsewhere,
    /// It was closed too early.
    ClosedBefore { due: Option<String> },
    /// It goes back, and nobody decided that.
    NobodyDecided,
    /// It is given up, and nobody decided that.
    NobodyGaveUp,
    /// It goes back to a step that the script does not have.
    BackToUnknown,
    /// It goes back to a step that was not reached.
    BackTooFar,
    /// Going back removed other files than became void.
    OtherFilesRemoved,
    /// A note settles what no note can.
    NoteSettles { id: String },
    /// An entry opens what it may not.
    MayNotOpen { id: String },
    /// An entry does not open what it must.
    DoesNotOpen { id: String },
    /// An entry settles what it may not.
    MayNotSettle { id: String },
    /// An entry does not settle what it must.
    DoesNotSettle { id: String },
    /// A person who signs with a YubiKey did not.
    NotSigned { name: String },
    /// A person who signs with a YubiKey signed another sentence, or restated something else.
    SignedOtherwise { name: String },
    /// A decision by another role than the script names for it.
    DecidedByAnother,
    /// The room's own clock goes back within its life.
    TimeFalls,
    /// The time of day goes back, and nobody doubted the clock.
    ClockFalls,
    /// Half an approval.
    ApprovalIncomplete,
    /// An approval whose signature is not base64.
    ApprovalNotBase64,
    /// An approval of another form.
    ApprovalForm,
    /// An approval for another place, or another record.
    ApprovalElsewhere,
    /// An approval by nobody of the roster.
    ApprovalByNobody,
    /// An approval that the person's key did not sign.
    ApprovalNotTheirs { name: String },
    /// What an action, or a rule over several, finds by itself.
    Of { action: &'static str, code: &'static str, says: String },
}

impl Why {
    /// A stable code, lower case with hyphens.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RecordUnreadable { .. } => "record-unreadable",
            Self::WithoutScript => "without-script",
            Self::CannotBePlayed { .. } => "cannot-be-played",
            Self::OtherPeople => "other-people",
            Self::OtherScript => "other-script",
            Self::OtherParameters => "other-parameters",
            Self::StepUnknown { .. } => "step-unknown",
            Self::OtherRoles { .. } => "other-roles",
            Self::OtherLevel { .. } => "other-level",
            Self::OtherForm { .. } => "other-form",
            Self::FactMissing { .. } => "fact-missing",
            Self::FactOfAnother { .. } => "fact-of-another",
            Self::NotDue { .. } => "not-due",
            Self::NotYetSigned => "not-yet-signed",
            Self::GoneOnInSpite => "gone-on-in-spite",
            Self::BegunTwice => "begun-twice",
            Self::OpensElsewhere => "opens-elsewhere",
            Self::AfterTheEnd => "after-the-end",
            Self::SignedTwice => "signed-twice",
            Self::FileNotNamed { .. } => "file-not-named",
            Self::NotBegun { .. } => "not-begun",
            Self::EndsElsewhere => "ends-elsewhere",
            Self::ClosedBefore { .. } => "closed-before-the-end",
            Self::NobodyDecided => "nobody-decided",
            Self::NobodyGaveUp => "nobody-gave-up",
            Self::BackToUnknown => "back-to-unknown",
            Self::BackTooFar => "back-too-far",
            Self::OtherFilesRemoved => "other-files-removed",
            Self::NoteSettles { .. } => "note-settles",
            Self::MayNotOpen { .. } => "may-not-open",
            Self::DoesNotOpen { .. } => "does-not-open",
            Self::MayNotSettle { .. } => "may-not-settle",
            Self::DoesNotSettle { .. } => "does-not-settle",
            Self::NotSigned { .. } => "not-signed",
            Self::SignedOtherwise { .. } => "signed-otherwise",
            Self::DecidedByAnother => "decided-by-another",
            Self::TimeFalls => "time-falls",
            Self::ClockFalls => "clock-falls",
            Self::ApprovalIncomplete => "approval-incomplete",
            Self::ApprovalNotBase64 => "approval-not-base64",
            Self::ApprovalForm => "approval-form",
            Self::ApprovalElsewhere => "approval-elsewhere",
            Self::ApprovalByNobody => "approval-by-nobody",
            Self::ApprovalNotTheirs { .. } => "approval-not-theirs",
            Self::Of { code, .. } => code,
        }
    }
}

impl Departure {
    /// One that an action, or a rule over several, finds; of the whole record where no entry is named.
    pub fn of(
        entry: Option<&transcript::Entry>,
        action: &'static str,
        code: &'static str,
        says: impl Into<String>,
    ) -> Self {
        Self { entry: entry.map(|e| e.seq), why: Why::Of { action, code, says: says.into() } }
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some(seq) => super::words::at_entry(f, seq, &self.why),
            None => write!(f, "{}", self.why),
        }
    }
}
