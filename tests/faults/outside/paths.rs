//! Paths as they are dragged and typed, and pipes where files belong.

use protocol::{Answer, Ask};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use whole_program::room::Room;
use whole_program::{coffer, said, stand_in};

/// Longer than any answer of the program here takes.
const LIMIT: Duration = Duration::from_mins(1);

fn fifo(at: &Path) -> PathBuf {
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
    at.to_owned()
}

/// Runs `coffer`, and fails where it does not end.
fn run_at_once(state: &Path, args: &[&str]) -> (bool, String) {
    let mut child = Command::new(coffer())
        .arg("--state")
        .arg(state)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let until = Instant::now() + LIMIT;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > until {
            child.kill().unwrap();
            panic!("{args:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    (status.success(), text)
}

/// Plays in a thread of its own, and fails where the room does not come to an end.
fn at_once<T: Send + 'static>(play: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, done) = mpsc::channel();
    std::thread::spawn(move || send.send(play()));
    done.recv_timeout(2 * LIMIT).unwrap_or_else(|_| panic!("the ceremony hangs"))
}

#[test]
fn a_pipe_where_a_file_belongs_hangs_no_command() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let pipe = fifo(&dir.path().join("pipe"));
    let pipe = pipe.to_str().unwrap();
    let answers = dir.path().join("answers.toml");
    std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
    let answers = answers.to_str().unwrap();
    let minimal = "rehearsal-minimal";
    for args in [
        &["verify", pipe][..],
        &["check", pipe],
        &["print", pipe],
        &["play", pipe, "--answers", answers],
        &["play", minimal, "--roster", pipe, "--answers", answers],
        &["check", minimal, "--roster", pipe],
        &["play", minimal, "--answers", pipe],
        &["--attestation-roots", pipe, "play", minimal, "--answers", answers],
        &["disclose", pipe, "--level", "public", "--out", "nowhere"],
    ] {
        let (good, text) = run_at_once(&state, args);
        assert!(!good, "{args:?}: {text}");
        assert!(text.contains("pipe"), "{args:?} does not say that it is a pipe: {text}");
    }
    let (_, text) = run_at_once(&state, &["devices", "--module", pipe]);
    assert!(text.contains("it is a pipe"), "{text}");
    for device in ["/dev/zero", "/dev/tty"] {
        let (good, text) = run_at_once(&state, &["verify", device]);
        assert!(!good && text.contains("is a device"), "{text}");
    }
    let begun = std::fs::read_dir(state.join("rehearsal/runs")).map_or(0, Iterator::count);
    assert_eq!(begun, 0, "a run was begun");
    // A record that was replaced by a pipe.
    let (good, _) =
        run_at_once(&state, &["rehearse", minimal, "--out", dir.path().join("out").to_str().unwrap()]);
    assert!(good);
    let folder = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().flatten().next().unwrap().path();
    std::fs::remove_file(folder.join("transcript.jsonl")).unwrap();
    fifo(&folder.join("transcript.jsonl"));
    for args in [&["runs"][..], &["register"], &["check", minimal], &["play", minimal, "--answers", answers]]
    {
        run_at_once(&state, args);
    }
    // And in a pack.
    let pack = dir.path().join("out");
    std::fs::remove_file(pack.join("roster.toml")).unwrap();
    fifo(&pack.join("roster.toml"));
    let (good, text) = run_at_once(&state, &["verify", pack.to_str().unwrap()]);
    assert!(!good && text.contains("roster.toml is neither a plain file nor a folder"), "{text}");
}

#[test]
fn a_pipe_a_folder_or_a_device_where_a_file_belongs_is_named_in_a_ceremony_and_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let (good, _) = stand_in(dir.path(), 3600);
    let pipe = fifo(&dir.path().join("pipe.json"));
    let state = dir.path().join("state");
    let offers = [pipe.clone(), dir.path().to_owned(), "/dev/zero".into(), good.join("x"), good.clone()];
    let codes = at_once(move || {
        let mut room = Room::open(&state);
        let mut offers = offers.into_iter();
        room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
            Ask::File { .. } => Some(Answer::Path { path: offers.next().unwrap().display().to_string() }),
            Ask::Compare { .. } => Some(Answer::Stop),
            _ => None,
        });
        room.problems.iter().map(|(_, p)| (p.code.clone(), p.to_string())).collect::<Vec<_>>()
    });
    let (codes, said): (Vec<_>, Vec<_>) = codes.into_iter().unzip();
    assert_eq!(codes, ["not-a-file", "is-a-folder", "not-a-file", "not-a-folder"], "{said:?}");
    for text in said {
        assert!(!text.contains("Check the disk"), "{text}");
    }
    // A file or a pipe where a folder belongs.
    let state = dir.path().join("state");
    let codes = at_once(move || {
        let mut room = Room::open(&state);
        let mut offers = vec![pipe, good].into_iter();
        room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match &prompt.ask {
            Ask::Folder { .. } => {
                Some(offers.next().map_or(Answer::Stop, |p| Answer::Path { path: p.display().to_string() }))
            }
            _ => None,
        });
        room.problems.iter().map(|(_, p)| (p.code.clone(), p.happened.clone())).collect::<Vec<_>>()
    });
    let says: Vec<&str> = codes.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(says, ["not-a-folder", "not-a-folder"], "{codes:?}");
    assert!(codes[0].1.contains("is a pipe") && codes[1].1.contains("is a file"), "{codes:?}");
}

#[test]
fn a_path_is_taken_as_it_is_dragged_pasted_or_typed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("the team's stick");
    std::fs::create_dir(&folder).unwrap();
    let (good, _) = stand_in(&folder, 3600);
    let text = good.display().to_string();
    let home = folder.clone();
    let encoded = text.replace(' ', "%20").replace('\'', "%27");
    for typed in [
        format!("'{}' ", text.replace('\'', "'\\''")),
        format!("\"{text}\""),
        text.replace(' ', "\\ ").replace('\'', "\\'"),
        format!("file://{encoded}"),
        format!("{text} \n"),
        "~/import-parameters.json".to_owned(),
    ] {
        let mut room = Room::with(&dir.path().join("state"), &[("HOME", &home)]);
        let mut compared = false;
        room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
            Ask::File { .. } => Some(Answer::Path { path: typed.clone() }),
            Ask::Compare { .. } => {
                compared = true;
                Some(Answer::Stop)
            }
            _ => None,
        });
        assert!(compared && room.problems.is_empty(), "{typed:?}: {:?}", room.problems);
    }
    // On the command line, where a shell leaves `--roster=~/…` and an address as they are.
    let roster = concat!(env!("CARGO_MANIFEST_DIR"), "/../ceremonies/rehearsal-roster.toml");
    std::fs::copy(roster, folder.join("people.toml")).unwrap();
    for typed in [
        "--roster=~/people.toml".to_owned(),
        format!("--roster=file://{}", encoded.replace("import-parameters.json", "people.toml")),
    ] {
        let out = Command::new(coffer())
            .env("HOME", &home)
            .args([
                "--state",
                dir.path().join("state").to_str().unwrap(),
                "check",
                "rehearsal-minimal",
                &typed,
            ])
            .output()
            .unwrap();
        assert!(out.status.success(), "{typed}: {}", said(&out));
    }
}
