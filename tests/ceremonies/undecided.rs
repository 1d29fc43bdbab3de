//! An exception on which nobody decided before the room ended.

use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use std::path::Path;
use whole_program::backup::bags;
use whole_program::pack::holds;
use whole_program::room::Room;

/// Raises an exception where `at` says, leaves the room before it is decided, resumes, and gives what is offered then.
fn left_undecided(at: &dyn Fn(&PromptView) -> bool) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raised = false;
    let stopped = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        if matches!(prompt.ask, Ask::Decide { .. }) {
            return Some(Answer::Stop);
        }
        if !raised && at(prompt) {
            raised = true;
            let report =
                protocol::ExceptionReport { expected: "quiet".into(), happened: "the door opened".into() };
            return Some(Answer::Exception { report });
        }
        bags(prompt)
    });
    assert!(raised && stopped.state == RunState::Open);
    drop(room);
    let mut room = Room::open(dir.path());
    let mut offered = Vec::new();
    let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| {
        if let Ask::Decide { choices, .. } = &prompt.ask {
            offered.extend(choices.iter().map(|c| c.id.clone()));
            return Some(Answer::Decided { id: choices[0].id.clone(), reason: "seen".into() });
        }
        bags(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    holds(dir.path(), Path::new(&finished.pack.unwrap()));
    offered
}

#[test]
fn an_exception_left_undecided_begins_its_step_again_unless_that_is_done() {
    // Asked before the step was done: it begins again, and there is no other way to go on.
    let offered = left_undecided(&|p| p.step.id == "generate" && p.begins);
    assert_eq!(offered, ["again", "stop", "abandon"]);
    // Raised at the findings of a step that is done: nothing can be begun again.
    let offered = left_undecided(&|p| p.step.id == "generate" && matches!(p.ask, Ask::Observe { .. }));
    assert_eq!(offered, ["go-on", "stop", "abandon"]);
}
