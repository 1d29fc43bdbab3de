//! What a player shows: where a ceremony stands, what there is, what was made.

mod estate;
mod home;
mod ledger;
mod mode;
mod pack;
mod places;
mod record;
mod run;
mod script;
mod settings;

pub use estate::{
    AgreementCard, CoverageCard, EstateView, FlowView, IncidentCard, PolicyCard, RetainedCard, SafeguardCard,
    SystemCard,
};
pub use home::{DeviceCard, DevicesView, DueCard, HomeView, KeyCard, RunCard, RunState, ScriptCard};
pub use ledger::{CopyCard, KeyStory, LedgerView, PersonCard, SetCard, SheetCard, StakeCard};
pub use mode::Mode;
pub use pack::{ExportedView, VerifyLine, VerifyView};
pub use places::{PlaceView, PlacesView};
pub use record::{EntryView, RecordView};
pub use run::{
    FinishedView, LockView, ObligationView, PracticeView, ProgressView, PromptView, RecordLine, RoundView,
    RunView, StepView, StopView,
};
pub use script::{
    ActView, ParameterView, PersonView, ReviewView, RoleView, StepOutline, StepState, TaskState, TaskView,
};
pub use settings::{Dates, LONGEST_IDLE, Settings, Theme};
