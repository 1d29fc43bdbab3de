//! The TypeScript the page is built against is what these types say: `cargo test -p protocol --features export`
//! writes `ui/src/protocol.ts`, and CI refuses a checkout in which that changes the file.
#![cfg(feature = "export")]

use std::fmt::Write as _;
use ts_rs::{Config, TS};

#[test]
fn the_page_has_the_types_of_today() {
    let config = Config::new();
    let mut text = String::from("// Written by `cargo test -p protocol --features export`. Do not edit.\n\n");
    macro_rules! export {
        ($($t:ident),* $(,)?) => { $( writeln!(text, "export {}\n", <protocol::$t as TS>::decl(&config)).expect("a string"); )* };
    }
    export!(
        SignsWith,
        Private,
        Mode,
        Problem,
        ReadAloud,
        ReadRow,
        Choice,
        Fact,
        Verdict,
        FoundFile,
        Restate,
        PinOf,
        SharePart,
        ScanOffer,
        ProofView,
        ShareRow,
        SharePage,
        CompareRow,
        ExceptionReport,
        Ask,
        Answer,
        PersonView,
        StepState,
        StepOutline,
        ActView,
        RoleView,
        ParameterView,
        ObligationView,
        StepView,
        PracticeView,
        Theme,
        Dates,
        Settings,
        LockedBy,
        LockView,
        RoundView,
        StopView,
        PromptView,
        ProgressView,
        RecordLine,
        RunState,
        RunCard,
        ScriptCard,
        DueCard,
        KeyCard,
        CopyCard,
        KeyStory,
        SheetCard,
        StakeCard,
        SetCard,
        PersonCard,
        LedgerView,
        CoverageCard,
        SystemCard,
        AgreementCard,
        PolicyCard,
        SafeguardCard,
        IncidentCard,
        RetainedCard,
        FlowView,
        EstateView,
        PlaceView,
        PlacesView,
        EntryView,
        RecordView,
        TaskState,
        TaskView,
        HomeView,
        ReviewView,
        RunView,
        VerifyLine,
        VerifyView,
        FinishedView,
        DeviceCard,
        DevicesView,
        ExportedView,
        FromRoom,
        ToRoom,
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/protocol.ts");
    let text = format!("{}\n", text.trim_end());
    if std::fs::read_to_string(path).ok().as_deref() != Some(text.as_str()) {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src")).expect("ui/src");
        std::fs::write(path, text).expect("ui/src/protocol.ts");
    }
}
