//! kill -9 in the middle of a play, then resume: it finishes, and nothing acknowledged is missing.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use whole_program::{coffer, run, said};

fn lines(path: &Path) -> Vec<String> {
    // Only whole lines were acknowledged.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    whole.lines().map(str::to_owned).collect()
}

#[test]
fn a_killed_play_is_resumed_to_its_end() {
    for kill_at in [1, 5, 9, 12, 15, 19, 22, 25] {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        let answers = dir.path().join("answers.toml");
        std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
        let answers = answers.to_str().unwrap();
        let mut child = Command::new(coffer())
            .arg("--state")
            .arg(&state)
            .args(["play", "rehearsal-minimal", "--answers", answers])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let runs = state.join("rehearsal/runs");
        let transcript = loop {
            let run = std::fs::read_dir(&runs).into_iter().flatten().flatten().next();
            let path = run.map(|r| r.path().join("transcript.jsonl"));
            match path {
                Some(p) if lines(&p).len() >= kill_at => break p,
                _ if child.try_wait().unwrap().is_some() => panic!("ended before entry {kill_at}"),
                _ => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        child.kill().unwrap();
        child.wait().unwrap();
        let before = lines(&transcript);
        let id = transcript.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let out = run(&state, &["resume", &id, "--answers", answers]);
        assert!(out.status.success(), "killed at {kill_at}: {}", said(&out));
        let after = lines(&transcript);
        assert_eq!(
            before.as_slice(),
            &after[..before.len()],
            "killed at {kill_at}: an acknowledged entry changed"
        );
        let pack = transcript.parent().unwrap().join("rehearsal-evidence");
        let verified = run(&state, &["verify", pack.to_str().unwrap()]);
        assert!(verified.status.success(), "killed at {kill_at}: {}", said(&verified));
    }
}

#[test]
fn a_script_changed_while_the_room_was_closed_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let answers = dir.path().join("answers.toml");
    // The wrong PIN stops an unattended play early.
    std::fs::write(&answers, "pin = \"000000\"\n").unwrap();
    let answers = answers.to_str().unwrap();
    assert_eq!(run(&state, &["play", "rehearsal-minimal", "--answers", answers]).status.code(), Some(1));
    let folder = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().flatten().next().unwrap().path();
    let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
    for file in ["script.toml", "roster.toml"] {
        let path = folder.join(file);
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{before}# changed\n")).unwrap();
        let record = lines(&folder.join("transcript.jsonl"));
        let out = run(&state, &["resume", &id, "--answers", answers]);
        assert!(said(&out).contains("run-changed"), "{file}: {}", said(&out));
        assert_eq!(record, lines(&folder.join("transcript.jsonl")));
        std::fs::write(&path, before).unwrap();
    }
}
