//! Departures in sentences.

use super::Why;
use std::fmt;

pub(super) fn at_entry(f: &mut fmt::Formatter<'_>, seq: u64, why: &Why) -> fmt::Result {
    write!(f, "entry {seq} does not follow the script: {why}")
}

fn step(id: Option<&String>) -> String {
    id.map_or_else(|| "the end".to_owned(), |id| format!("the step {id:?}"))
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordUnreadable { why } => write!(f, "transcript.jsonl {why}"),
            Self::WithoutScript => {
                f.write_str("its script or its roster is not in the pack, and it is no copy for a reader")
            }
            Self::CannotBePlayed { why } => write!(f, "the script in the pack cannot be played: {why}"),
            Self::OtherPeople => {
                f.write_str("roster.toml is not the roster that the record names, or names other people")
            }
            Self::OtherScript => f.write_str("it names another script by its hash"),
            Self::OtherParameters => f.write_str("it was opened with other parameters"),
            Self::StepUnknown { step } => {
                write!(f, "it names the step {step:?}, which the script does not have")
            }
            Self::OtherRoles { step } => write!(f, "other roles acted in {step:?} than the script says"),
            Self::OtherLevel { fact } => {
                write!(f, "its {fact} does not stand at the level that this fact has")
            }
            Self::OtherForm { fact } => write!(f, "its {fact} does not have the form of that fact"),
            Self::FactMissing { fact } => {
                write!(f, "it does not say its {fact}, which its action always records")
            }
            Self::FactOfAnother { fact } => write!(f, "it says {fact}, which only another action records"),
            Self::NotDue { due } => write!(f, "the step due here is {}", step(due.as_ref())),
            Self::NotYetSigned => f.write_str("what was done before it was not signed"),
            Self::GoneOnInSpite => {
                f.write_str("it goes on on a machine that was to be mended, and nobody decided that")
            }
            Self::BegunTwice => f.write_str("its step was begun already, and nothing ended that attempt"),
            Self::OpensElsewhere => f.write_str("the first entry opens a record, and no other"),
            Self::AfterTheEnd => f.write_str("the record had ended before it"),
            Self::SignedTwice => f.write_str("it signs what was signed"),
            Self::FileNotNamed { fact } => {
                write!(f, "its {fact} is a file that it does not name with its digest")
            }
            Self::NotBegun { due } => write!(f, "no intent of {} comes before it", step(due.as_ref())),
            Self::EndsElsewhere => f.write_str("only the step that closes ends the record"),
            Self::ClosedBefore { due } => write!(f, "it was closed before {}", step(due.as_ref())),
            Self::NobodyDecided => f.write_str("nobody decided to go back, and nothing was resumed"),
            Self::NobodyGaveUp => f.write_str("it is given up, and nobody decided that"),
            Self::BackToUnknown => f.write_str("it goes back to a step that the script does not have"),
            Self::BackTooFar => f.write_str("it goes back to a step that was not reached"),
            Self::OtherFilesRemoved => f.write_str("it removes other files than became void"),
            Self::NoteSettles { id } => write!(f, "a note cannot settle {id:?}"),
            Self::MayNotOpen { id } => write!(f, "it opens {id:?}, which it may not"),
            Self::DoesNotOpen { id } => write!(f, "it does not say that it opens {id:?}"),
            Self::MayNotSettle { id } => write!(f, "it settles {id:?}, which it may not"),
            Self::DoesNotSettle { id } => write!(f, "it does not say that it settles {id:?}"),
            Self::NotSigned { name } => write!(f, "{name} did not sign for it with their YubiKey"),
            Self::SignedOtherwise { name } => {
                write!(f, "{name} signed another sentence than the one that belongs to it")
            }
            Self::DecidedByAnother => {
                f.write_str("it was decided by another role than the script names for that")
            }
            Self::TimeFalls => f.write_str("its time is before the entry before it, in one room"),
            Self::ClockFalls => f.write_str("its time of day is before that of an earlier entry"),
            Self::ApprovalIncomplete => f.write_str("it holds half an approval"),
            Self::ApprovalNotBase64 => f.write_str("its signature is not base64"),
            Self::ApprovalForm => f.write_str("it holds an approval of another form"),
            Self::ApprovalElsewhere => {
                f.write_str("it holds an approval that was given for another place or another record")
            }
            Self::ApprovalByNobody => f.write_str("it holds an approval by nobody of the roster"),
            Self::ApprovalNotTheirs { name } => {
                write!(f, "it holds an approval that the key of {name} did not sign")
            }
            Self::Of { says, .. } => f.write_str(says),
        }
    }
}
