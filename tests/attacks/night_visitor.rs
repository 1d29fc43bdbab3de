//! The night visitor: writes any file of the state folder while the room is closed, and knows no PIN.

use protocol::{Answer, Ask, FinishedView, PromptView, RunState, ToRoom};
use std::path::{Path, PathBuf};
use transcript::{Entry, Journal, Kind, SystemClock};
use whole_program::pack::{entries, fact};
use whole_program::room::Room;
use whole_program::{ARN, forged, run, said, stand_in, write};

/// Stops before this step is begun.
fn stops_before(step: &str) -> impl FnMut(&PromptView, &whole_program::room::Sheet) -> Option<Answer> {
    move |prompt, _| (prompt.begins && prompt.step.id == step).then_some(Answer::Stop)
}

fn folder(state: &Path, finished: &FinishedView) -> PathBuf {
    state.join("rehearsal/runs").join(&finished.run)
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
    assert!(whole_program::intact(&out), "{}", said(&out));
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
    // The visitor writes anew what was reviewed: nothing of it is signed yet. Two people hear of it, and sign.
    let record = folder(&state, &finished).join("transcript.jsonl");
    let mut first = entries(&folder(&state, &finished)).remove(0);
    let parameters = first.facts.values_mut().find_map(|f| f.get_mut("parameters")).unwrap();
    assert_eq!(parameters["after-the-close"], "sealed");
    parameters["after-the-close"] = "as-it-is".into();
    std::fs::remove_file(&record).unwrap();
    drop(Journal::create(&record, forged::draft_of(&first), Box::new(SystemClock::default())).unwrap());
    let (mut seen, mut signed) = (Vec::new(), Vec::new());
    let mut begun = Vec::new();
    let mut room = Room::open(&state);
    room.play(&ToRoom::Resume { run: finished.run.clone(), token: None }, &mut |prompt, _| {
        match &prompt.ask {
            _ if prompt.begins => begun.push(prompt.step.id.clone()),
            Ask::Observe { facts, .. } if begun.is_empty() => {
                seen.extend(facts.iter().map(|f| (f.name.clone(), f.observed.clone())));
            }
            Ask::Sign { name, purpose, .. } if begun.is_empty() => {
                signed.push((name.clone(), purpose.clone()));
            }
            _ => {}
        }
        (begun.len() == 2).then_some(Answer::Stop)
    });
    let plan: Vec<String> =
        entries(&folder(&state, &finished)).iter().filter_map(|e| e.step.clone()).collect();
    assert_eq!(begun.first(), plan.first(), "{begun:?}");
    assert!(seen.iter().any(|(_, value)| value == "as-it-is"), "{seen:?}");
    let [one, other] = &signed[..] else { panic!("two people: {signed:?}") };
    assert!(one.0 != other.0 && one.1 == other.1 && one.1.contains("after-the-close as-it-is"), "{signed:?}");
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

/// Cuts a record behind one of its signatures, as an editor would, and takes the pack away.
fn cut_behind_a_signature(folder: &Path, which: usize) {
    let path = folder.join("transcript.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let signatures =
        entries(folder).iter().filter(|e| e.kind == Kind::Checkpoint).map(|e| e.seq).collect::<Vec<_>>();
    let keep = usize::try_from(signatures[which]).unwrap();
    let kept: String = text.split_inclusive('\n').take(keep).collect();
    assert!(kept.len() < text.len());
    std::fs::write(&path, kept).unwrap();
    let _none = std::fs::remove_dir_all(folder.join("rehearsal-evidence"));
}

fn resumed(state: &Path, run: &str) -> Result<FinishedView, protocol::Problem> {
    Room::open(state).try_play(&ToRoom::Resume { run: run.to_owned(), token: None }, &mut |_, _| None)
}

fn closed(state: &Path) -> (FinishedView, PathBuf) {
    let finished = Room::open(state).rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed);
    let folder = folder(state, &finished);
    (finished, folder)
}

/// On 0.1.0 a closed run was cut to an earlier signature and finished again: two packs of one run, and both verified.
#[test]
fn a_ceremony_that_ended_does_not_end_again_another_way() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let (finished, folder) = closed(&state);
    let list = state.join("rehearsal/ended.jsonl");
    let listed = std::fs::read(&list).unwrap();
    for signature in [1, 5, 9] {
        let whole = std::fs::read(folder.join("transcript.jsonl")).unwrap();
        cut_behind_a_signature(&folder, signature);
        let cut = std::fs::read(folder.join("transcript.jsonl")).unwrap();
        let refused = resumed(&state, &finished.run).unwrap_err();
        assert_eq!(refused.code, "run-ended-before", "{refused}");
        // Without the list, too.
        std::fs::remove_file(&list).unwrap();
        let refused = resumed(&state, &finished.run).unwrap_err();
        assert_eq!(refused.code, "run-not-remembered", "{refused}");
        assert_eq!(std::fs::read(folder.join("transcript.jsonl")).unwrap(), cut, "something was recorded");
        assert!(!folder.join("rehearsal-evidence").exists(), "there is a second pack");
        std::fs::write(&list, &listed).unwrap();
        std::fs::write(folder.join("transcript.jsonl"), whole).unwrap();
    }
    // Cut to where nobody had signed yet it begins again, and ends nowhere.
    let path = folder.join("transcript.jsonl");
    let first = std::fs::read_to_string(&path).unwrap().split_inclusive('\n').next().unwrap().to_owned();
    std::fs::write(&path, first).unwrap();
    let mut room = Room::open(&state);
    let mut signed = Vec::new();
    let ended = room.try_play(&ToRoom::Resume { run: finished.run, token: None }, &mut |prompt, _| {
        signed.extend(prompt.problem.clone().map(|p| p.code));
        (!signed.is_empty()).then_some(Answer::Stop)
    });
    let code = ended.map_or_else(|p| p.code, |_| signed.first().cloned().unwrap_or_default());
    assert_eq!(code, "run-ended-before", "{signed:?}");
}

#[test]
fn a_ceremony_in_progress_is_not_taken_back_to_an_earlier_signature() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let stopped = Room::open(&state).rehearse("rehearsal-minimal", &[], &mut stops_before("rebuild"));
    assert_eq!(stopped.state, RunState::Open);
    let folder = folder(&state, &stopped);
    let whole = std::fs::read(folder.join("transcript.jsonl")).unwrap();
    for signature in [0, 1, 4, 7] {
        cut_behind_a_signature(&folder, signature);
        let refused = resumed(&state, &stopped.run).unwrap_err();
        assert_eq!(refused.code, "record-goes-back", "{refused}");
        std::fs::write(folder.join("transcript.jsonl"), &whole).unwrap();
    }
    let finished = resumed(&state, &stopped.run).unwrap();
    assert_eq!(finished.state, RunState::Closed);
}

/// Every ceremony is on the list, each begun after the ones before; a list that was cut or replaced is refused.
#[test]
fn a_list_of_ended_ceremonies_that_was_cut_or_replaced_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let list = state.join("rehearsal/ended.jsonl");
    let begin = || Room::open(&state).rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    let mut runs = Vec::new();
    for before in 0..3 {
        let (finished, folder) = closed(&state);
        let first = &entries(&folder)[0];
        assert_eq!(first.value("runs-ended-before").and_then(serde_json::Value::as_u64), Some(before));
        runs.push(finished.run);
    }
    let register = || whole_program::json(&state, &["register", "--json"]);
    assert_eq!(register()["rehearsal"]["ended"], serde_json::json!({ "listed": 3, "wrong": [] }));
    let whole = std::fs::read_to_string(&list).unwrap();
    let read = transcript::runs::Runs::read(whole.as_bytes()).unwrap();
    assert_eq!(read.ended().iter().map(|one| one.run.clone()).collect::<Vec<_>>(), runs);

    let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
    lines.pop();
    std::fs::write(&list, lines.concat()).unwrap();
    let mut room = Room::open(&state);
    let mut met = Vec::new();
    let cut = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        met.extend(prompt.problem.clone().map(|p| p.code));
        (!met.is_empty()).then_some(Answer::Stop)
    });
    assert_eq!((cut.state, met.first().map(String::as_str)), (RunState::Open, Some("ended-list-cut")));
    drop(room);
    lines.remove(0);
    std::fs::write(&list, lines.concat()).unwrap();
    let refused = Room::open(&state)
        .try_play(
            &ToRoom::Start {
                script: "rehearsal-minimal".into(),
                mode: protocol::Mode::Rehearsal,
                parameters: std::collections::BTreeMap::new(),
                roster: None,
                token: None,
            },
            &mut |_, _| None,
        )
        .unwrap_err();
    assert_eq!(refused.code, "ended-list-bad", "{refused}");
    std::fs::write(&list, &whole).unwrap();
    assert_eq!(begin().state, RunState::Closed);
    // Without a list the next one says that it is the first, and that the token knows of others.
    std::fs::remove_file(&list).unwrap();
    let (_, folder) = closed(&state);
    let entries = entries(&folder);
    assert_eq!(entries[0].value("runs-ended-before").and_then(serde_json::Value::as_u64), Some(0));
    let others = entries.iter().find_map(|e| e.value("other-lists")?.as_u64());
    assert_eq!(others, Some(1));
}
/// On 0.1.0 production took the newest file in the folder of rosters, whoever had put it there.
#[test]
fn a_roster_that_no_ceremony_enrolled_is_nobodys() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let theirs = whole_program::production::roster(dir.path(), 3);
    for mode in ["production", "rehearsal"] {
        let folder = state.join(mode).join("rosters");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(&theirs, folder.join("20990101-000000-000-1.toml")).unwrap();
    }
    let out = run(&state, &["check", "rehearsal-minimal", "--production"]);
    assert!(said(&out).contains("[no-roster]"), "{}", said(&out));
    let mut room = Room::open(&state);
    for mode in [protocol::Mode::Production, protocol::Mode::Rehearsal] {
        let folder = state.join(mode.word()).join("rosters/20990101-000000-000-1.toml");
        room.send(&ToRoom::Review {
            script: "rehearsal-minimal".into(),
            mode,
            parameters: std::collections::BTreeMap::new(),
            roster: Some(folder.display().to_string()),
        });
        let protocol::FromRoom::Refused { problem } = room.message() else {
            panic!("it is taken in {mode:?}")
        };
        assert_eq!(problem.code, "roster-not-listed");
    }
}

/// A pack that somebody put where the ceremony's own belongs, which holds in itself: taken for it, it would be handed out as the
/// evidence, and the true one never written.
#[test]
fn a_pack_that_lies_there_already_is_not_taken_for_the_ceremonys() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let theirs = dir.path().join("theirs");
    let out = run(
        &dir.path().join("their-state"),
        &["rehearse", "rehearsal-minimal", "--out", theirs.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    let mut room = Room::open(&state);
    let stopped = room.rehearse("rehearsal-minimal", &[], &mut stops_before("close"));
    assert_eq!(stopped.state, RunState::Open, "{:?}", room.problems);
    drop(room);
    let planted = folder(&state, &stopped).join("rehearsal-evidence");
    let copied = std::process::Command::new("cp").arg("-a").args([&theirs, &planted]).status().unwrap();
    assert!(copied.success());
    let again = || Answer::Decided { id: "again".into(), reason: "it is moved away".into() };
    let mut room = Room::open(&state);
    let mut codes = Vec::new();
    let finished = room.play(&ToRoom::Resume { run: stopped.run.clone(), token: None }, &mut |prompt, _| {
        let Ask::Decide { .. } = &prompt.ask else { return None };
        codes.push(prompt.problem.as_ref().unwrap().code.clone());
        std::fs::rename(&planted, dir.path().join("planted")).unwrap();
        Some(again())
    });
    assert_eq!((finished.state, codes), (RunState::Closed, vec!["pack-in-the-way".to_owned()]));
    let record = |folder: &Path| std::fs::read(folder.join("transcript.jsonl")).unwrap();
    assert_eq!(record(&planted), record(&folder(&state, &finished)));
}
