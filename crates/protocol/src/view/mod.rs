//! What a player shows: where a ceremony stands, what there is, what was made.

mod home;
mod mode;
mod pack;
mod run;
mod script;

pub use home::{DeviceCard, DevicesView, DueCard, HomeView, KeyCard, RunCard, RunState, ScriptCard};
pub use mode::Mode;
pub use pack::{ExportedView, VerifyLine, VerifyView};
pub use run::{
    FinishedView, ObligationView, PracticeView, ProgressView, PromptView, RecordLine, RunView, StepView,
    StopView,
};
pub use script::{ActView, ParameterView, PersonView, ReviewView, RoleView, StepOutline, StepState};
