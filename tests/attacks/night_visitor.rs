//! The night visitor: writes any file of the state folder while the room is closed, and knows no PIN.

use protocol::{Answer, Ask, FinishedView, PromptView, RunState, ToRoom};
use std::path::{Path, PathBuf};
use transcript::{Entry, Journal, Kind, Reading, SystemClock};
use whole_program::pack::fact;
use whole_program::room::Room;
use whole_program::{ARN, forged, run, said, stand_in, write};

/// Stops before this step is begun.
fn stops_before<'s>(
    step: &'s str,
) -> impl FnMut(&PromptView, &whole_program::room::Sheet) -> Option<Answer> + 's {
    move |prompt, _| {
        (matches!(prompt.ask, Ask::Begin { .. }) && prompt.step.id == step).then_some(Answer::Stop)
    }
}

fn folder(state: &Path, finished: &FinishedView) -> PathBuf {
    state.join("rehearsal/runs").join(&finished.run)
}

fn entries(folder: &Path) -> Vec<Entry> {
    Reading::of(&std::fs::read(folder.join("transcript.jsonl")).unwrap()).entries
}

/// A run that was stopped before the wrapping key was read.
struct Stopped {
    dir: tempfile::TempDir,
    state: PathBuf,
    finished: FinishedView,
    /// The online team's file.
    good: PathBuf,
}

impl Stopped {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        let (good, _) = stand_in(dir.path(), 3600);
        let mut room = Room::open(&state);
        let finished = room.rehearse("byok-aws", &[], &mut stops_before("read-parameters"));
        assert_eq!(finished.state, RunState::Open, "{:?}", room.problems);
        Self { dir, state, finished, good }
    }

    fn folder(&self) -> PathBuf {
        folder(&self.state, &self.finished)
    }

    /// Appends the entries in which the visitor's own wrapping key is read and found the same as on the slip, with
    /// right hashes, and puts their file beside the record; gives that key's SHA-256.
    fn append_a_key(&self) -> String {
        let theirs = self.dir.path().join("theirs");
        let key = byok::Disposable::generate(2048).unwrap();
        let later = time::OffsetDateTime::now_utc().unix_timestamp() + 3600;
        let reply = byok::stand_in_reply(key.spki(), ARN, later, b"token");
        let mut room = Room::open(&theirs);
        room.file = write(self.dir.path(), "theirs.json", &reply).display().to_string();
        let finished = room.rehearse("byok-aws", &[], &mut stops_before("generate"));
        drop(room);
        let from = folder(&theirs, &finished);
        let own = entries(&from);
        let wanted = |e: &&Entry| {
            e.kind != Kind::Checkpoint
                && e.step.as_deref().is_some_and(|s| ["read-parameters", "compare"].contains(&s))
        };
        let path = self.folder().join("transcript.jsonl");
        let mut journal = Journal::open(&path, Box::new(SystemClock::default())).unwrap();
        for entry in own.iter().filter(wanted) {
            journal.append(forged::draft_of(entry)).unwrap();
            for file in &entry.files {
                std::fs::copy(from.join(&file.name), self.folder().join(&file.name)).unwrap();
            }
        }
        script::sha256_hex(key.spki())
    }

    /// Goes on with the online team's file; gives what came of it, and how often people were asked to compare.
    fn goes_on(&self) -> (FinishedView, usize) {
        let medium = tempfile::tempdir().unwrap();
        let mut room = Room::open(&self.state);
        room.file = self.good.display().to_string();
        room.medium = medium.path().display().to_string();
        let mut compared = 0;
        let finished =
            room.play(&ToRoom::Resume { run: self.finished.run.clone(), token: None }, &mut |prompt, _| {
                compared += usize::from(matches!(prompt.ask, Ask::Compare { .. }));
                None
            });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        (finished, compared)
    }
}

/// The bundle is for the online team's key, and the record says what was cut off and where it lies.
fn nothing_of_it_was_believed(stopped: &Stopped, theirs: &str) {
    let (finished, compared) = stopped.goes_on();
    assert_eq!(compared, 2, "two people compared the key that is used");
    let pack = PathBuf::from(finished.pack.unwrap());
    assert_ne!(fact(&pack, "wrapping-key-sha256"), theirs);
    let aside = stopped.folder().join(fact(&pack, "set-aside-file"));
    let bytes = std::fs::read(aside).unwrap();
    assert_eq!(fact(&pack, "set-aside-sha256"), script::sha256_hex(&bytes));
    assert!(String::from_utf8_lossy(&bytes).contains(theirs), "it is kept as it was");
    let files = whole_program::files(&stopped.folder().join("set-aside-files-1"));
    assert!(
        files.iter().any(|f| f.to_string_lossy().contains("wrapping-key-")),
        "and so is their file: {files:?}"
    );
    let out = run(&stopped.state, &["verify", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
}

/// On 0.1.0 the master key went to the visitor's wrapping key, nobody was asked to compare, and the pack verified.
#[test]
fn what_is_appended_to_a_stopped_run_is_cut_off() {
    let stopped = Stopped::new();
    let theirs = stopped.append_a_key();
    nothing_of_it_was_believed(&stopped, &theirs);
}

#[test]
fn what_is_appended_and_signed_with_another_key_is_cut_off() {
    let stopped = Stopped::new();
    let theirs = stopped.append_a_key();
    forged::sign(&stopped.folder().join("transcript.jsonl"));
    nothing_of_it_was_believed(&stopped, &theirs);
}

/// From the step that names the key on, nothing that was acknowledged is without a signature by it.
#[test]
fn every_line_is_signed_as_it_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let pack = dir.path().join("pack");
    let out =
        run(&dir.path().join("state"), &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let entries = entries(&pack);
    let named = entries.iter().position(|e| e.value("signing-key-sha256").is_some()).unwrap();
    let (mut lines, mut unsigned) = (0, 0);
    for pair in entries[named..].windows(2) {
        let is_signature = |e: &Entry| e.kind == Kind::Checkpoint;
        lines += usize::from(!is_signature(&pair[0]));
        unsigned += usize::from(!is_signature(&pair[0]) && !is_signature(&pair[1]));
    }
    assert!(lines > 15 && unsigned == 0, "{unsigned} of {lines}");
}

/// A run that was not signed yet begins again: what it says of its first steps may be the visitor's.
#[test]
fn a_run_that_nobody_signed_begins_again() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut room = Room::open(&state);
    let finished = room.rehearse("byok-aws", &[], &mut stops_before("self-test"));
    assert_eq!(finished.state, RunState::Open);
    drop(room);
    let mut begun = Vec::new();
    let mut room = Room::open(&state);
    room.play(&ToRoom::Resume { run: finished.run.clone(), token: None }, &mut |prompt, _| {
        if matches!(prompt.ask, Ask::Begin { .. }) {
            begun.push(prompt.step.id.clone());
        }
        (begun.len() == 2).then_some(Answer::Stop)
    });
    let plan: Vec<String> =
        entries(&folder(&state, &finished)).iter().filter_map(|e| e.step.clone()).collect();
    assert_eq!(begun.first(), plan.first(), "{begun:?}");
}

/// A record put into another run's folder goes on under neither name.
#[test]
fn the_record_of_another_run_is_refused() {
    let stopped = Stopped::new();
    let other = "20200101-000000-000-1";
    let to = stopped.state.join("rehearsal/runs").join(other);
    std::fs::create_dir(&to).unwrap();
    for name in ["transcript.jsonl", "script.toml", "roster.toml"] {
        std::fs::copy(stopped.folder().join(name), to.join(name)).unwrap();
    }
    let mut room = Room::open(&stopped.state);
    let refused =
        room.try_play(&ToRoom::Resume { run: other.to_owned(), token: None }, &mut |_, _| None).unwrap_err();
    assert_eq!(refused.code, "run-changed");
}
