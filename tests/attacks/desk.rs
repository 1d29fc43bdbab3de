//! One person at the desk: they have the keyboard, a name, and a passphrase of their own.

use protocol::{Answer, Ask, Private, RunState};
use std::time::{Duration, Instant};
use whole_program::pack::entries;
use whole_program::room::Room;

/// Whoever tries passphrases of somebody else waits, the longer the more they tried; the record counts it, and everybody hears
/// of it before they agree.
#[test]
fn somebody_elses_passphrase_is_not_found_by_trying() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let (mut tries, mut asked) = (0, Vec::<Instant>::new());
    let mut heard = Vec::new();
    let finished = room.rehearse("token-check", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Sign { person, .. } if person == "wit" && prompt.step.id == "attend" => {
            asked.push(Instant::now());
            tries += 1;
            let guess = Private::new(format!("a guess, number {tries}"));
            (tries <= 4).then_some(Answer::Signature { passphrase: guess, restated: None })
        }
        Ask::Agree { summary, .. } => {
            heard.clone_from(summary);
            None
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let waited: Vec<Duration> = asked.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(waited[..3].iter().all(|w| *w < Duration::from_secs(5)), "{waited:?}");
    assert!(waited[3] >= Duration::from_secs(5), "the fourth guess is not slowed down: {waited:?}");
    assert!(heard.contains(&"Refused passphrases of Wim Okafor: 4".to_owned()), "{heard:?}");
    let refused = entries(&dir.path().join("rehearsal/runs").join(finished.run));
    let says =
        |e: &transcript::Entry, name: &str, what: &str| e.value(name).and_then(|v| v.as_str()) == Some(what);
    let counted = refused
        .iter()
        .filter(|e| says(e, "person", "wit") && says(e, "note", "a sign-in passphrase was refused"));
    assert_eq!(counted.count(), 4);
}

/// Who stops after three guesses and begins another ceremony does not begin to guess anew.
#[test]
fn guesses_count_over_ceremonies() {
    let dir = tempfile::tempdir().unwrap();
    let guess = |tries: u32| {
        let mut room = Room::open(dir.path());
        let mut asked: Vec<Instant> = Vec::new();
        let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
            Ask::Sign { person, .. } if person == "wit" => {
                asked.push(Instant::now());
                if asked.len() > usize::try_from(tries).unwrap() {
                    return Some(Answer::Stop);
                }
                let guess = Private::new("a guess of somebody's".to_owned());
                Some(Answer::Signature { passphrase: guess, restated: None })
            }
            _ => None,
        });
        assert_eq!(finished.state, RunState::Open);
        asked.windows(2).map(|two| two[1] - two[0]).collect::<Vec<_>>()
    };
    assert!(guess(3).iter().all(|waited| *waited < Duration::from_secs(5)));
    let waited = guess(1);
    assert!(waited[0] >= Duration::from_secs(5), "the first guess of the second ceremony: {waited:?}");
}
