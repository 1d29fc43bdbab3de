//! What people see of text from outside, and how commands end whose output nobody reads: a stick, a token, a roster or a
//! pack cannot write a line of its own, paint over what is compared, or turn a line around.

use protocol::{Answer, Ask, FromRoom, RunState, ToRoom, is_unseen, visible};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use whole_program::room::Room;
use whole_program::{coffer, run, said, stand_in};

/// Names that a stick can give to a file: each tries to write, wipe, or turn a line.
const NAMES: [&str; 5] = [
    "a\u{1b}[2K\rfingerprint OK.json",
    "b\nholds  Everything that was checked holds..json",
    "c\u{202e}nosj.json",
    "d\u{9b}31m\u{200b}\u{feff}.json",
    "e\u{2028}\u{2066}\u{e0041}.json",
];

fn nothing_unseen(text: &str) {
    let bad: Vec<char> = text.chars().filter(|c| is_unseen(*c) && *c != '\n').collect();
    assert!(bad.is_empty(), "{bad:?} reached people: {text:?}");
}

/// Every text of a JSON value.
fn texts(value: &serde_json::Value, take: &mut dyn FnMut(&str, &str), key: &str) {
    match value {
        serde_json::Value::String(text) => take(key, text),
        serde_json::Value::Array(all) => all.iter().for_each(|v| texts(v, take, key)),
        serde_json::Value::Object(all) => all.iter().for_each(|(k, v)| texts(v, take, k)),
        _ => {}
    }
}

#[test]
fn a_stick_with_hostile_names_is_seen_for_what_it_is_and_its_file_can_be_chosen() {
    let medium = tempfile::tempdir().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (good, _) = stand_in(medium.path(), 3600);
    for name in NAMES {
        std::fs::copy(&good, medium.path().join(name)).unwrap();
    }
    std::fs::remove_file(&good).unwrap();
    let mut room = Room::at_desk(dir.path(), medium.path());
    room.medium = medium.path().display().to_string();
    let mut offered = Vec::new();
    let finished = room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        Ask::File { found, .. } => {
            offered = found.iter().map(|f| f.path.clone()).collect();
            // As a page does: the answer is what it was shown.
            Some(Answer::Path {
                path: offered.iter().find(|p| p.contains("fingerprint OK")).unwrap().clone(),
            })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
    for name in NAMES {
        let shown = visible(medium.path().join(name).to_str().unwrap()).into_owned();
        assert!(offered.contains(&shown), "{shown} is not in {offered:?}");
    }
    for line in &room.heard {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut see = |key: &str, text: &str| {
            let own_lines = ["detail", "toFetch"].contains(&key);
            assert!(!text.chars().any(|c| is_unseen(c) && !(own_lines && c == '\n')), "{key}: {text:?}");
        };
        texts(&value, &mut see, "");
    }
}

#[test]
fn a_hostile_file_in_a_pack_writes_no_line_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "token-check", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    for name in NAMES {
        std::fs::write(pack.join(name), "x").unwrap();
    }
    let pack = pack.to_str().unwrap();
    let out = run(&state, &["verify", pack]);
    assert_eq!(out.status.code(), Some(1));
    let text = String::from_utf8(out.stdout).unwrap();
    nothing_unseen(&text);
    for line in text.lines() {
        let begins = ["holds  ", "FAILS  ", "not checked  ", "This does not hold."];
        assert!(begins.iter().any(|b| line.starts_with(b)), "{line}");
        assert!(!line.starts_with("holds  Everything"), "{line}");
    }
    assert!(text.contains("\\u{1b}[2K\\u{d}fingerprint OK.json") && text.contains("\\u{202e}"), "{text}");
    assert!(text.contains("b\\u{a}holds"), "{text}");
    // For programs the value is the same, in JSON's own escapes.
    let out = run(&state, &["verify", "--json", pack]);
    let text = String::from_utf8(out.stdout).unwrap();
    nothing_unseen(&text);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut whole = false;
    texts(&value, &mut |_, text| whole |= text.contains(NAMES[0]), "");
    assert!(whole, "{text}");
    // The window hears what the terminal says.
    let mut room = Room::open(&state);
    room.send(&ToRoom::Verify { path: pack.to_owned(), signer: None });
    let FromRoom::Verified { verified } = room.message() else { panic!("not verified") };
    let says: Vec<&str> = verified.lines.iter().map(|l| l.says.as_str()).collect();
    assert!(says.iter().any(|s| s.contains("\\u{1b}[2K\\u{d}fingerprint OK.json")), "{says:?}");
    assert!(!says.iter().any(|s| s.contains(is_unseen)), "{says:?}");
}

#[test]
fn hostile_names_in_a_roster_are_seen_in_the_printed_script() {
    let dir = tempfile::tempdir().unwrap();
    let evil = "Ann\u{1b}[2J\u{202e}\u{200b}\nACT ONE";
    let roster = include_str!("../../ceremonies/rehearsal-roster.toml");
    let first = roster.lines().find(|l| l.starts_with("name = ")).unwrap();
    let toml = "name = \"Ann\\u001b[2J\\u202e\\u200b\\nACT ONE\"";
    let path = dir.path().join("roster.toml");
    std::fs::write(&path, roster.replacen(first, toml, 1)).unwrap();
    let roster = path.to_str().unwrap();
    for command in ["print", "check"] {
        let out = run(dir.path(), &[command, "rehearsal-minimal", "--roster", roster]);
        assert!(out.status.success(), "{}", said(&out));
        nothing_unseen(&said(&out));
        assert!(command == "check" || said(&out).contains(&*visible(evil)), "{}", said(&out));
    }
    // What is refused is seen too, and the detail's lines are set in.
    for args in [
        &["print", "no\u{1b}[2Ksuch\nholds"][..],
        &["disclose", "/nowhere", "--level", "a\u{202e}b", "--out", "/nowhere"],
        &["verify", "/nowhere/\u{1b}[2J\u{9b}"],
        &["check", "rehearsal-minimal", "--set", "a\u{1b}b"],
        &["runs", "\u{1b}[2Junexpected"],
    ] {
        let out = run(dir.path(), args);
        assert!(!out.status.success(), "{args:?}");
        nothing_unseen(&said(&out));
        assert!(!said(&out).lines().any(|l| l == "holds"), "{}", said(&out));
    }
}

#[test]
fn a_tokens_label_with_escape_sequences_is_seen_in_devices() {
    let dir = tempfile::tempdir().unwrap();
    let label = "t\u{1b}[2K\rOK\n\u{202e}";
    let conf = whole_program::softhsm::with_tokens(dir.path(), &[label]);
    let devices = |json: &[&str]| {
        let args = [&["--state", dir.path().to_str().unwrap(), "devices"][..], json].concat();
        Command::new(coffer()).args(args).env("SOFTHSM2_CONF", &conf).output().unwrap()
    };
    let shown = said(&devices(&[]));
    nothing_unseen(&shown);
    assert!(shown.contains(&format!("Label: {}", visible(label))), "{shown}");
    let json = said(&devices(&["--json"]));
    nothing_unseen(&json);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut whole = false;
    texts(&value, &mut |_, text| whole |= text == label, "");
    assert!(whole, "{json}");
}

/// Runs a command of which nobody reads `stdout`, or else the error output.
fn unread(state: &Path, args: &[&str], stdout: bool) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(coffer());
    command.arg("--state").arg(state).args(args).stdin(Stdio::null());
    if stdout {
        command.stdout(writer).stderr(Stdio::piped());
    } else {
        command.stderr(writer).stdout(Stdio::piped());
    }
    command.spawn().unwrap().wait_with_output().unwrap()
}

/// The signal that a closed pipe sends; a shell reports 141.
const SIGPIPE: i32 = 13;

#[test]
fn a_closed_pipe_ends_every_command_quietly() {
    let dir = tempfile::tempdir().unwrap();
    let record = dir.path().join("transcript.jsonl");
    std::fs::write(&record, "no record\n").unwrap();
    let record = record.to_str().unwrap();
    for args in [
        &["--help"][..],
        &["--version"],
        &["play", "--help"],
        &["check", "rehearsal-minimal"],
        &["check", "rehearsal-minimal", "--set", "threshold=9"],
        &["print", "byok-aws"],
        &["register"],
        &["register", "--json"],
        &["runs", "--json"],
        &["devices"],
        &["devices", "--json"],
        &["verify", record],
        &["verify", "--json", record],
        &["completions", "bash"],
    ] {
        let out = unread(dir.path(), args, true);
        assert_eq!(out.status.signal(), Some(SIGPIPE), "{args:?}: {:?} {}", out.status, said(&out));
        assert_eq!(said(&out), "", "{args:?} is not quiet");
    }
    for args in [&["nonsense"][..], &["print", "nonsense"], &["play", "rehearsal-minimal", "--set", "x=1"]] {
        let out = unread(dir.path(), args, false);
        assert_eq!(out.status.signal(), Some(SIGPIPE), "{args:?}: {:?} {}", out.status, said(&out));
        assert_eq!(said(&out), "", "{args:?} is not quiet");
    }
    // As people meet it, in a shell.
    let line =
        format!("{{ sleep 1; {} print byok-aws; }} | true; echo ${{PIPESTATUS[0]}}", coffer().display());
    let out = Command::new("bash").args(["-c", &line]).output().unwrap();
    assert_eq!(said(&out), "141\n");
}

#[test]
fn an_output_that_cannot_be_written_is_said_and_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let out = Command::new(coffer())
        .arg("--state")
        .arg(dir.path())
        .args(["print", "byok-aws"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2), "{}", said(&out));
    assert!(
        said(&out).contains("[output-not-written]") && !said(&out).contains("panicked"),
        "{}",
        said(&out)
    );
}

#[test]
fn a_ceremony_whose_output_nobody_reads_stops_and_is_resumed_whole() {
    let dir = tempfile::tempdir().unwrap();
    let answers = dir.path().join("answers.toml");
    std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
    let answers = answers.to_str().unwrap();
    for (n, stdout) in [(0, false), (1, true)] {
        let state = dir.path().join(format!("state-{n}"));
        // Unattended it tells on the error output; people are asked on the standard output.
        let args: &[&str] = if stdout {
            &["play", "rehearsal-minimal"]
        } else {
            &["play", "rehearsal-minimal", "--answers", answers]
        };
        let out = unread(&state, args, stdout);
        assert_eq!(out.status.signal(), Some(SIGPIPE), "{:?} {}", out.status, said(&out));
        assert!(!said(&out).contains("panicked"), "{}", said(&out));
        let runs = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().flatten();
        let run_folder = runs.map(|e| e.path()).next().unwrap();
        let record = run_folder.join("transcript.jsonl");
        let out = run(&state, &["verify", record.to_str().unwrap()]);
        assert!(whole_program::intact(&out), "{}", said(&out));
        let id = run_folder.file_name().unwrap().to_str().unwrap();
        let out = run(&state, &["resume", id, "--answers", answers]);
        assert!(out.status.success(), "{}", said(&out));
        let pack = run_folder.join("rehearsal-evidence");
        let out = run(&state, &["verify", pack.to_str().unwrap()]);
        assert!(whole_program::intact(&out), "{}", said(&out));
        assert!(said(&out).contains("1 time the ceremony was resumed."), "{}", said(&out));
    }
}
