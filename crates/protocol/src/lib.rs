//! Prompts, answers and views: everything that crosses between the engine and its players.
//!
//! The room (`coffer room`) and a player exchange one JSON object a line: [`ToRoom`] in, [`FromRoom`] out. Every
//! type here is also exported to TypeScript, so that a prompt kind the page does not know fails its build.
//! Nothing here holds a key. What a person types in secret, and what a custodian must see, crosses as [`Private`].

#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]
#![allow(
    clippy::large_enum_variant,
    reason = "messages pass one at a time, and a box would say nothing to who reads the type"
)]
#![allow(
    missing_docs,
    reason = "a variant's doc comment speaks for its fields; every struct field has its own"
)]

mod ask;
mod line;
mod private;
mod problem;
mod problems;
mod readout;
mod view;
mod visible;
mod words;

pub use ask::{
    Answer, Ask, Choice, CompareRow, ExceptionReport, Fact, FoundFile, LockedBy, PinOf, ProofView,
    ROWS_AT_ONCE, Restate, ScanOffer, SharePage, SharePart, ShareRow, SignsWith, Verdict,
};
pub use line::{
    FromRoom, LINE_LIMIT, PROTOCOL_VERSION, ToRoom, WipedReader, read_line, write_line, write_shown,
};
pub use private::Private;
pub use problem::Problem;
pub use readout::{ReadAloud, ReadRow, words_of};
pub use view::{
    ActView, AgreementCard, CopyCard, CoverageCard, Dates, DeviceCard, DevicesView, DueCard, EntryView,
    EstateView, ExportedView, FinishedView, FlowView, HomeView, IncidentCard, KeyCard, KeyStory,
    LONGEST_IDLE, LedgerView, LockView, Mode, ObligationView, ParameterView, PersonCard, PersonView,
    PlaceView, PlacesView, PolicyCard, PracticeView, ProgressView, PromptView, RecordLine, RecordView,
    RetainedCard, ReviewView, RoleView, RoundView, RunCard, RunState, RunView, SafeguardCard, ScriptCard,
    SetCard, Settings, SheetCard, StakeCard, StepOutline, StepState, StepView, StopView, SystemCard,
    TaskState, TaskView, Theme, VerifyLine, VerifyView,
};
pub use visible::{is_unseen, json, visible, visible_lines};
