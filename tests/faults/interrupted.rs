//! kill -9 in the middle of a play, then resume: it finishes, and nothing acknowledged is missing.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use whole_program::{coffer, run, said};

pub(crate) fn lines(path: &Path) -> Vec<String> {
    // Only whole lines were acknowledged.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    whole.lines().map(str::to_owned).collect()
}

/// How many plays are killed.
const KILLS: u64 = 50;

/// Fifty plays, each killed at a moment drawn from a fixed seed, then resumed: on two threads, since the machine that
/// tests has two cores.
#[test]
fn a_killed_play_is_resumed_to_its_end() {
    // How long an undisturbed play takes here: the kills are spread over it.
    let began = std::time::Instant::now();
    let dir = tempfile::tempdir().unwrap();
    let (mut child, _) = start(dir.path());
    assert!(child.wait().unwrap().success());
    let whole = began.elapsed();
    let half = |from: u64| {
        for kill in (from..KILLS).step_by(2) {
            // A linear congruential step over the kill's number: any fixed, well-spread sequence serves.
            let part = (kill * 6_364_136_223 + 1_442_695) % 1000;
            killed_after(whole * u32::try_from(part).unwrap() / 1000, kill);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| half(0));
        half(1);
    });
}

/// An unattended play with a state folder below `dir`; also gives the answers file.
fn start(dir: &Path) -> (Child, String) {
    let answers = dir.join("answers.toml");
    std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
    let answers = answers.display().to_string();
    let child = Command::new(coffer())
        .arg("--state")
        .arg(dir.join("state"))
        .args(["play", "rehearsal-minimal", "--answers", &answers])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (child, answers)
}

fn killed_after(wait: Duration, kill: u64) {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let (mut child, answers) = start(dir.path());
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    let at = format!("kill {kill} after {} ms", wait.as_millis());
    // Killed before anything was acknowledged: there is nothing to lose, and a new play begins.
    let Some(folder) = begun(&state) else {
        assert!(start(dir.path()).0.wait().unwrap().success(), "{at}");
        return;
    };
    goes_on(&state, &folder, &at, &|id| run(&state, &["resume", id, "--answers", &answers]));
}

/// The folder of the one run of a state folder, where anything of it was acknowledged.
pub(crate) fn begun(state: &Path) -> Option<PathBuf> {
    let folder = std::fs::read_dir(state.join("rehearsal/runs")).into_iter().flatten().flatten().next();
    folder.map(|f| f.path()).filter(|f| !lines(&f.join("transcript.jsonl")).is_empty())
}

/// How many of a record's lines are signed: those up to the last signature, and always the first.
pub(crate) fn signed(lines: &[String]) -> usize {
    let is_signature = |line: &String| line.contains("\"kind\":\"checkpoint\"");
    lines.iter().rposition(is_signature).map_or(1, |at| at + 1)
}

/// What holds of a play that ended in the middle, after `resume` went on with the run of this id: it comes to its end, and
/// nothing that was acknowledged is lost.
pub(crate) fn goes_on(state: &Path, folder: &Path, at: &str, resume: &dyn Fn(&str) -> Output) {
    let transcript = folder.join("transcript.jsonl");
    let before = lines(&transcript);
    let id = folder.file_name().unwrap().to_str().unwrap();
    let out = resume(id);
    assert!(out.status.success(), "{at}: {}", said(&out));
    let after = lines(&transcript);
    // What was signed stays where it is; what came after it is kept beside the record, and nothing is lost.
    let signed = signed(&before);
    assert!(before[..signed] == after[..signed], "{at}: a signed entry changed");
    assert!(before[signed..] == lines(&folder.join("set-aside-1.jsonl")), "{at}: an entry is lost");
    let pack = folder.join("rehearsal-evidence");
    let verified = run(state, &["verify", pack.to_str().unwrap()]);
    assert!(whole_program::intact(&verified), "{at}: {}", said(&verified));
    assert!(said(&verified).contains("follows the script"), "{at}: {}", said(&verified));
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
