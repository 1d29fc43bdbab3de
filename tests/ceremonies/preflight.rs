//! Before anybody signs in, two people look at the machine and hold its clock against their watches.

use protocol::{Answer, Ask, Mode, Private, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use whole_program::pack::entries;
use whole_program::production::{PASSPHRASE, roster};
use whole_program::room::{Room, a_watch, hint_of};

/// Plays the preflight of a rehearsal with these watches in turn, and stops at the sign-in; gives the codes of what was
/// wrong.
fn watches(state: &std::path::Path, shown: &[&str], decide: &str) -> (Vec<String>, RunState, String) {
    let mut room = Room::open(state);
    let start = ToRoom::Start {
        script: "rehearsal-minimal".into(),
        mode: Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: None,
        token: None,
    };
    let mut shown = shown.iter().map(|text| (*text).to_owned());
    let mut codes = Vec::new();
    let finished = room.asked(&start, &mut |prompt| {
        codes.extend(prompt.problem.as_ref().map(|p| p.code.clone()));
        answer(prompt, &mut shown, decide)
    });
    (codes, finished.state, finished.run)
}

fn answer(prompt: PromptView, shown: &mut dyn Iterator<Item = String>, decide: &str) -> Answer {
    match prompt.ask {
        _ if prompt.begins && prompt.step.id != "preflight" => Answer::Stop,
        Ask::Text { .. } => Answer::Text { text: shown.next().unwrap_or_else(a_watch) },
        Ask::Decide { .. } => Answer::Decided { id: decide.into(), reason: "the watch is wrong".into() },
        Ask::Sign { hint, person, .. } => Answer::Signature {
            passphrase: Private::new(hint.or_else(|| hint_of(&person)).unwrap()),
            restated: None,
        },
        _ => Answer::Go,
    }
}

fn ahead(minutes: i64) -> String {
    let then = time::OffsetDateTime::now_utc() + time::Duration::minutes(minutes);
    format!("{:02}:{:02}", then.hour(), then.minute())
}

#[test]
fn a_watch_that_shows_another_time_is_an_exception() {
    let dir = tempfile::tempdir().unwrap();
    // In another zone it shows the same minutes.
    assert_eq!(watches(dir.path(), &[&ahead(-5 * 60), &ahead(345)], "stop").0, Vec::<String>::new());
    let (codes, state, run) = watches(dir.path(), &[&ahead(6)], "go-on");
    assert_eq!((codes.as_slice(), state), (&["clock-differs".to_owned()][..], RunState::Open));
    let said = entries(&dir.path().join("rehearsal/runs").join(run));
    let watches_told = said.iter().find_map(|e| e.value("watches")).unwrap();
    // Five, where the clock went on by a minute meanwhile.
    let told = watches_told.to_string();
    assert!(["5 minutes apart", "6 minutes apart"].iter().any(|says| told.contains(says)), "{told}");
    let (codes, ..) = watches(dir.path(), &["half past nine", "25:00", ""], "stop");
    assert_eq!(codes, ["not-a-time", "not-a-time", "not-a-time"]);
}

/// A production ceremony on a machine that is to be mended goes on by decision alone.
#[test]
fn production_does_not_go_on_past_what_is_to_be_mended_unless_somebody_decides() {
    let dir = tempfile::tempdir().unwrap();
    let roster = roster(dir.path(), 3);
    for (script, go_on) in [("token-check", false), ("token-check", true), ("drill", true)] {
        let mut room = Room::to_be_mended(dir.path(), &[]);
        room.names(vec![format!("--roster={roster}")]);
        let start = ToRoom::Start {
            script: script.into(),
            mode: Mode::Production,
            parameters: BTreeMap::new(),
            roster: Some(roster.clone()),
            token: Some(format!("pkcs11:token=none?module-path={}", whole_program::softhsm::MODULE)),
        };
        let (mut codes, mut signed) = (Vec::new(), 0);
        let finished = room.asked(&start, &mut |prompt| {
            codes.extend(prompt.problem.as_ref().map(|p| p.code.clone()));
            match prompt.ask {
                _ if prompt.begins && prompt.step.id != "preflight" => Answer::Stop,
                Ask::Text { suggested, .. } => {
                    assert_eq!(suggested, None, "a watch is read, not confirmed");
                    Answer::Text { text: a_watch() }
                }
                Ask::Decide { .. } if go_on => {
                    Answer::Decided { id: "go-on".into(), reason: "a machine for tests".into() }
                }
                Ask::Decide { .. } => Answer::Stop,
                Ask::Sign { .. } => {
                    signed += 1;
                    let passphrase = Private::new(PASSPHRASE.to_owned());
                    Answer::Signature { passphrase, restated: None }
                }
                _ => Answer::Go,
            }
        });
        assert_eq!(codes, ["workstation-to-mend"]);
        let said = entries(&dir.path().join("production/runs").join(finished.run));
        let done = said.iter().any(|e| e.kind == transcript::Kind::Outcome);
        // One decides, the other signs that they go on, and both sign for their watches.
        assert_eq!((done, signed), (go_on, if go_on { 4 } else { 0 }));
    }
}
