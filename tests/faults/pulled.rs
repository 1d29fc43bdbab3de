//! A token pulled in the middle of a ceremony: the ceremony says what to do, goes on when it is put back, and refuses
//! another one in its place.

use protocol::{Answer, Ask, Mode, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use whole_program::room::Room;
use whole_program::{module, run, said, softhsm};

/// A SoftHSM token in a folder of its own, reached through the proxy, whose reader is a file.
struct Desk {
    folder: tempfile::TempDir,
    conf: PathBuf,
    uri: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let conf = softhsm::with_tokens(folder.path(), &["desk"]);
        let proxy = module("libcofferdam_p11_proxy.so", "p11-proxy");
        let uri = format!("pkcs11:token=desk?module-path={}", proxy.display());
        let desk = Self { folder, conf, uri };
        desk.put_in();
        desk
    }

    fn reader(&self) -> PathBuf {
        self.folder.path().join("reader")
    }

    /// Puts a blank token of the same label in the place of whatever was there: its serial number is another.
    fn new_token(&self) {
        let tokens = self.folder.path().join("tokens");
        std::fs::remove_dir_all(&tokens).unwrap();
        std::fs::create_dir(&tokens).unwrap();
        softhsm::add_token(&self.conf, "desk");
    }

    fn put_in(&self) {
        std::fs::write(self.reader(), "").unwrap();
    }

    /// The token is pulled after this many more calls.
    fn pull_after(&self, calls: u64) {
        std::fs::write(self.reader(), calls.to_string()).unwrap();
    }

    fn room(&self, state: &Path) -> Room {
        let mut room = Room::with(
            state,
            &[
                ("SOFTHSM2_CONF", &self.conf),
                ("COFFERDAM_PROXY_MODULE", Path::new(softhsm::MODULE)),
                ("COFFERDAM_PROXY_READER", &self.reader()),
            ],
        );
        softhsm::PIN.clone_into(&mut room.pin);
        room
    }

    fn start(&self) -> ToRoom {
        ToRoom::Start {
            script: "rehearsal-minimal".to_owned(),
            mode: Mode::Rehearsal,
            parameters: BTreeMap::new(),
            roster: None,
            token: Some(self.uri.clone()),
        }
    }
}

fn again() -> Answer {
    Answer::Decided { id: "again".into(), reason: "the token is back".into() }
}

/// One play with the token pulled after so many calls; gives whether the pull came before the end.
fn pulled_after(calls: u64) -> bool {
    let desk = Desk::new();
    let state = desk.folder.path().join("state");
    let mut room = desk.room(&state);
    desk.pull_after(calls);
    let mut codes = Vec::new();
    let finished = room.play(&desk.start(), &mut |prompt, _| {
        let Ask::Decide { .. } = &prompt.ask else { return None };
        codes.push(prompt.problem.as_ref().map_or(String::new(), |p| p.code.clone()));
        assert!(codes.len() < 4, "pulled after {calls} calls: {codes:?}: {:?}", prompt.problem);
        desk.put_in();
        Some(again())
    });
    assert_eq!(finished.state, RunState::Closed, "pulled after {calls} calls");
    assert!(
        codes.iter().all(|c| ["token-removed", "token-not-opened"].contains(&c.as_str())),
        "pulled after {calls} calls: {codes:?}"
    );
    let out = run(&state, &["verify", &finished.pack.unwrap()]);
    assert!(
        whole_program::intact(&out) && said(&out).contains("follows the script"),
        "{calls}: {}",
        said(&out)
    );
    // The record says what happened.
    assert_eq!(room.record.iter().filter(|l| l.starts_with("Did not come to its end")).count(), codes.len());
    !codes.is_empty()
}

#[test]
fn a_token_pulled_anywhere_is_asked_for_and_the_ceremony_goes_on() {
    // Twenty places, closer together at the start, where each call is of another kind.
    let places: Vec<u64> = (0..20).map(|n| n * n * 2 + n).collect();
    // On two threads, since the machine that tests has two cores.
    let hits =
        |from: usize| places.iter().skip(from).step_by(2).filter(|calls| pulled_after(**calls)).count();
    let hit = std::thread::scope(|scope| {
        let even = scope.spawn(|| hits(0));
        hits(1) + even.join().unwrap()
    });
    assert!(hit >= 15, "only {hit} of {} pulls came before the end: spread them anew", places.len());
}

#[test]
fn another_token_in_its_place_is_refused() {
    let desk = Desk::new();
    let mut room = desk.room(&desk.folder.path().join("state"));
    let mut codes = Vec::new();
    let finished = room.play(&desk.start(), &mut |prompt, _| match &prompt.ask {
        _ if prompt.begins && prompt.step.id == "generate" && codes.is_empty() => {
            desk.pull_after(0);
            None
        }
        Ask::Decide { .. } => {
            codes.push(prompt.problem.as_ref().map_or(String::new(), |p| p.code.clone()));
            if codes.len() == 1 {
                desk.new_token();
                desk.put_in();
                return Some(again());
            }
            Some(Answer::Stop)
        }
        _ => None,
    });
    assert_eq!(codes, ["token-removed", "another-token"]);
    assert_eq!(finished.state, RunState::Open);
    assert!(Path::new(&desk.folder.path().join("state/rehearsal/runs").join(&finished.run)).is_dir());
}
