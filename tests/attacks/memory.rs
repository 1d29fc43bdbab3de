//! Somebody who may look into the room's memory after a secret has passed through it: it has gone from the parser's buffers,
//! the protocol's and the estimator's as well.

use protocol::{Answer, Ask, Private, RunState, SharePart};
use whole_program::memory::times_in;
use whole_program::room::Room;

/// No list of words has any of these.
const PASSPHRASE: &str = "zqvexom marnoltip pibbuwek";

/// A register's worth of it may be left, a word at most, where a library that does not wipe had put it down: seen with a
/// machine under load. Without the wiping it was nine.
const FRAGMENTS: usize = 2;

#[test]
fn nothing_that_was_typed_or_shown_is_left_in_the_rooms_memory() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(&dir.path().join("state"));
    room.medium = dir.path().display().to_string();
    let process = room.process();
    if times_in(process, &[]).is_none() {
        println!("not looked at: only root may read the room's memory");
        return;
    }
    // A passphrase that is chosen, judged and made a verifier of; at every question afterwards it is gone.
    let (mut typed, mut looked) = (0, 0);
    let finished = room.rehearse("commission-workstation", &[], &mut |prompt, _| {
        if let Ask::NewSecret { .. } = &prompt.ask {
            typed += 1;
            // Twice by each; the second time the first stands on pages of its own, to be compared with.
            return Some(Answer::Secret { text: Private::new(PASSPHRASE.to_owned()) });
        }
        if typed > 0 {
            looked += 1;
            let words: Vec<&str> = PASSPHRASE.split(' ').collect();
            assert_eq!(times_in(process, &[PASSPHRASE]), Some(0), "a passphrase is left at {}", prompt.key);
            let left = times_in(process, &words).unwrap();
            assert!(left <= FRAGMENTS, "{left} words of a passphrase are left at {}", prompt.key);
            // What is there is found.
            assert!(times_in(process, &["Ada Lindqvist"]).unwrap() > 0);
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(typed >= 16 && looked > 10, "{typed} typed, {looked} looks");

    // A row of a share that was shown, and typed back.
    let mut room = Room::open(&dir.path().join("other"));
    let process = room.process();
    let (mut rows, mut looked): (Vec<String>, _) = (Vec::new(), 0);
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        match &prompt.ask {
            Ask::ShowShare { page } if rows.is_empty() && page.part == SharePart::Row => {
                rows.push(page.row.text.expose().to_owned());
                rows.extend(page.next.as_ref().map(|next| next.text.expose().to_owned()));
            }
            Ask::ShowShare { .. } | Ask::EnterShare { .. } => {}
            _ if !rows.is_empty() => {
                looked += 1;
                for row in &rows {
                    assert_eq!(times_in(process, &[row]), Some(0), "a row is left at {}", prompt.key);
                }
            }
            _ => {}
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(looked > 5, "{looked} looks");
}
