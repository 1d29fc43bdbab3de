//! Recovery drills: what custodians bring, and what goes wrong with it.

use protocol::{Answer, Ask, Private, RunState, ToRoom};
use std::path::Path;
use whole_program::room::Room;
use whole_program::{run, said};

type Sheets = Vec<Vec<String>>;

/// A ceremony with two of three shares; gives its pack and the sheets.
fn backed_up(state: &Path) -> (String, Sheets) {
    let mut room = Room::open(state);
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Text { .. } => Some(Answer::Text { text: format!("b {}", prompt.step.id) }),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    (finished.pack.unwrap(), room.sheets_shown())
}

/// A room whose custodians bring these sheets, in this order.
fn drilling(state: &Path, pack: &str, mut sheets: Sheets) -> Room {
    let mut room = Room::open(state);
    pack.clone_into(&mut room.medium);
    sheets.reverse();
    room.sheets = sheets;
    room
}

fn bag(text: &str) -> Answer {
    Answer::Text { text: text.to_owned() }
}

fn decided(id: &str) -> Answer {
    Answer::Decided { id: id.to_owned(), reason: "seen by the witness".to_owned() }
}

fn holds(state: &Path, pack: &str) -> String {
    let out = run(state, &["verify", pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
    let name = std::fs::read_dir(pack)
        .unwrap()
        .flatten()
        .find(|f| f.file_name().to_string_lossy().starts_with("drill-certificate"));
    std::fs::read_to_string(name.unwrap().path()).unwrap()
}

#[test]
fn a_drill_proves_the_backup_and_certifies_it() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, sheets) = backed_up(dir.path());
    let mut room = drilling(dir.path(), &pack, sheets[1..].to_vec());
    let finished =
        room.rehearse("drill", &[("custodians", "2"), ("next-drill-months", "6")], &mut |prompt, _| {
            // The bags as they were sealed: shares 2 and 3 come with custodians 1 and 2.
            match (&prompt.ask, prompt.step.id.as_str()) {
                (Ask::Text { .. }, "bring.1") => Some(bag("B share.2")),
                (Ask::Text { .. }, "bring.2") => Some(bag("b SHARE.3")),
                _ => None,
            }
        });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
    let certificate = holds(dir.path(), &finished.pack.unwrap());
    assert!(
        certificate.starts_with("REHEARSAL") && certificate.contains("opens to the key"),
        "{certificate}"
    );
}

#[test]
fn what_is_wrong_with_a_share_is_named_and_the_right_ones_still_prove_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_, older) = backed_up(dir.path());
    let (pack, sheets) = backed_up(dir.path());
    let mut torn = sheets[0].clone();
    // The corner with the last four characters of row 2 is gone.
    let cut = torn[1].len() - 4;
    torn[1].truncate(cut);
    let mut room = Room::open(dir.path());
    room.medium = pack;
    // Brought one after another: one of an older set, the right one, the same again, then a torn sheet and a whole one.
    let mut queue =
        vec![older[0].clone(), sheets[1].clone(), sheets[1].clone(), torn, sheets[0].clone()].into_iter();
    let mut now: Vec<String> = Vec::new();
    let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match &prompt.ask {
        Ask::EnterShare { row, .. } => {
            let refused = prompt.problem.as_ref().is_some_and(|p| p.code == "share-refused");
            if *row == 1 || refused {
                // A refused row of the torn sheet is read again from what is left of it, then typed from the whole one.
                let next = queue.next().unwrap();
                now = next;
            }
            Some(Answer::Secret { text: Private::new(now[usize::try_from(*row).unwrap() - 1].clone()) })
        }
        Ask::Text { .. } if prompt.step.id.starts_with("bring") => Some(bag("b share.2")),
        Ask::Decide { .. } => Some(decided("go-on")),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let said: Vec<_> = room.problems.iter().map(|(_, p)| p.happened.clone()).collect();
    assert!(said[0].contains("belongs to set"), "{said:?}");
    assert!(said[1].contains("was entered twice"), "{said:?}");
    assert!(said[2].contains("Row 2 does not have 20 characters"), "{said:?}");
    // Share 1 was sealed in another bag than the one it came in.
    assert!(said[3].contains("was sealed in bag B SHARE.1"), "{said:?}");
    assert_eq!(said.len(), 4);
}

#[test]
fn a_broken_seal_is_decided_before_the_share_is_typed() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, sheets) = backed_up(dir.path());
    let mut room = drilling(dir.path(), &pack, sheets);
    let mut typed = 0;
    let finished =
        room.rehearse("check-shares", &[("custodians", "3")], &mut |prompt, _| match &prompt.ask {
            Ask::Choose { .. } if prompt.step.id == "bring.2" => Some(Answer::Chosen { id: "broken".into() }),
            Ask::Decide { .. } => {
                assert_eq!((prompt.problem.as_ref().unwrap().code.as_str(), typed), ("seal-not-whole", 7));
                Some(decided("go-on"))
            }
            Ask::EnterShare { .. } => {
                typed += 1;
                None
            }
            Ask::Text { .. } => Some(bag(&format!("B {}", prompt.step.id.replace("bring", "share")))),
            _ => None,
        });
    assert_eq!(finished.state, RunState::Closed);
    let certificate = holds(dir.path(), &finished.pack.unwrap());
    assert!(certificate.contains("3 of 3 shares were seen"), "{certificate}");
}

#[test]
fn too_few_custodians_are_refused_before_a_bag_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, _) = backed_up(dir.path());
    for custodians in ["1", "4"] {
        let mut room = drilling(dir.path(), &pack, Vec::new());
        let mut asked = 0;
        let finished = room.rehearse("drill", &[("custodians", custodians)], &mut |prompt, _| {
            asked += u32::from(matches!(prompt.ask, Ask::Folder { .. }));
            (asked == 2).then_some(Answer::Stop)
        });
        assert_eq!(finished.state, RunState::Open);
        assert_eq!(room.problems[0].1.code, "other-number-of-shares");
    }
}

#[test]
fn a_drill_that_was_cut_off_has_every_share_brought_again() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, sheets) = backed_up(dir.path());
    let same_bag = |prompt: &protocol::PromptView| match &prompt.ask {
        Ask::Text { .. } => Some(bag(&format!("B {}", prompt.step.id.replace("bring", "share")))),
        _ => None,
    };
    let mut room = drilling(dir.path(), &pack, sheets[..2].to_vec());
    let stopped = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| {
        if prompt.key == "prove/sign" {
            return Some(Answer::Stop);
        }
        same_bag(prompt)
    });
    room.kill();
    let mut room = drilling(dir.path(), &pack, sheets[..2].to_vec());
    let finished =
        room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| same_bag(prompt));
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(room.record.iter().filter(|l| l.starts_with("Taken back")).count(), 1);
    holds(dir.path(), &finished.pack.unwrap());
}
