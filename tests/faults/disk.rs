//! A disk that is full, fills up in the middle, or cannot be written: said clearly, nothing half-written, and the
//! ceremony goes on when there is room again. On small tmpfs disks of its own, which only root can mount.

use protocol::{Answer, Ask, RunState};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use whole_program::room::Room;
use whole_program::{coffer, files, run, said, stand_in};

/// A small disk in memory, unmounted when dropped.
struct Disk {
    at: tempfile::TempDir,
}

impl Disk {
    /// None, said on standard error, where it cannot be mounted; that is a failure in CI.
    fn mount(size: &str) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let out = mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], at.path());
        if out.status.success() {
            return Some(Self { at });
        }
        assert!(std::env::var_os("CI").is_none(), "no small disk can be mounted: {}", said(&out));
        // Not eprintln!, which the test harness would swallow.
        let why = said(&out);
        let _ = writeln!(std::io::stderr(), "SKIPPED: no small disk can be mounted (only root can): {why}");
        None
    }

    fn path(&self) -> &Path {
        self.at.path()
    }

    /// Leaves nothing free.
    fn fill(&self) {
        let mut filler = std::fs::File::create(self.path().join("filler")).unwrap();
        for size in [65_536, 4096] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.path().join("filler")).unwrap();
    }

    fn set(&self, how: &str) {
        let out = mount(&["-o", &format!("remount,{how}")], self.path());
        assert!(out.status.success(), "{}", said(&out));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

fn mount(args: &[&str], at: &Path) -> Output {
    Command::new("mount").args(args).arg(at).output().unwrap()
}

/// That it failed, with this code, and a whole message: what happened, what is unchanged, what to do.
fn refused(out: &Output, code: &str) {
    let text = said(out);
    assert!(!out.status.success(), "{text}");
    assert!(text.contains(&format!("[{code}]")), "should say {code}: {text}");
    assert!(!text.contains("panicked"), "{text}");
    assert!(text.lines().filter(|l| !l.is_empty()).count() >= 4, "{text}");
}

/// Nothing but whole files: none empty, every transcript ends with a whole line and verifies.
fn nothing_half_written(state: &Path) {
    for file in files(state) {
        let bytes = std::fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        // The rehearsal token's database is kept by SQLite, which undoes half a change when it is opened next.
        if file.parent().unwrap().ends_with("token") {
            continue;
        }
        assert!(!bytes.is_empty(), "{} is empty", file.display());
        if name == "transcript.jsonl" {
            assert!(bytes.ends_with(b"\n"), "{} ends in half a line", file.display());
            let found = run(state, &["verify", file.to_str().unwrap()]);
            assert!(whole_program::intact(&found), "{}", said(&found));
        }
    }
}

fn run_folder(state: &Path) -> PathBuf {
    std::fs::read_dir(state.join("rehearsal/runs")).unwrap().flatten().next().unwrap().path()
}

#[test]
fn a_full_disk_is_said_before_anything_begins() {
    let Some(disk) = Disk::mount("2m") else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let (state, out_folder) = (disk.path().join("state"), elsewhere.path().join("pack"));
    disk.fill();
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", out_folder.to_str().unwrap()]);
    refused(&out, "disk-full");
    nothing_half_written(&state);
    assert!(!out_folder.exists());
    let begun = std::fs::read_dir(state.join("rehearsal/runs")).map_or(0, Iterator::count);
    assert_eq!(begun, 0, "a run that could not begin was left behind");
    disk.make_room();
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", out_folder.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let Some(disk) = Disk::mount("2m") else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    disk.set("ro");
    let state = disk.path().join("state");
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", "/nowhere"]);
    refused(&out, "folder-read-only");

    // The pack cannot be copied out: it stays whole where it was made.
    let state = elsewhere.path().join("state");
    let medium = disk.path().join("pack");
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", medium.to_str().unwrap()]);
    refused(&out, "copy-failed");
    let pack = run_folder(&state).join("rehearsal-evidence");
    assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));
    disk.set("rw");
    assert!(!medium.exists());
}

#[test]
fn a_disk_that_fills_up_in_the_middle_stops_the_ceremony_which_goes_on_when_there_is_room() {
    for full_at in [2, 6, 9, 13, 17] {
        let Some(disk) = Disk::mount("4m") else { return };
        let state = disk.path().join("state");
        let elsewhere = tempfile::tempdir().unwrap();
        let answers = elsewhere.path().join("answers.toml");
        std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
        let answers = answers.to_str().unwrap();
        let mut child = Command::new(coffer())
            .arg("--state")
            .arg(&state)
            .args(["play", "rehearsal-minimal", "--answers", answers])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let runs = state.join("rehearsal/runs");
        let transcript = loop {
            let folder = std::fs::read_dir(&runs).into_iter().flatten().flatten().next();
            let path = folder.map(|f| f.path().join("transcript.jsonl"));
            match path {
                Some(p) if lines(&p).len() >= full_at => break p,
                _ if child.try_wait().unwrap().is_some() => panic!("ended before entry {full_at}"),
                _ => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        disk.fill();
        let out = child.wait_with_output().unwrap();
        let text = said(&out);
        assert!(!out.status.success(), "full at {full_at}: {text}");
        assert!(!text.contains("panicked"), "{text}");
        // A file, the transcript or the token: each says so, with what is unchanged and what to do.
        assert!(
            ["[disk-full]", "[transcript-failed]", "[token-refused]", "[token-not-opened]"]
                .iter()
                .any(|code| text.contains(code)),
            "full at {full_at}: {text}"
        );
        let before = lines(&transcript);
        nothing_half_written(&state);

        disk.make_room();
        let folder = transcript.parent().unwrap();
        let id = folder.file_name().unwrap().to_str().unwrap();
        let out = run(&state, &["resume", id, "--answers", answers]);
        assert!(out.status.success(), "full at {full_at}, resumed: {}", said(&out));
        // What the token could not sign any more is not gone on from, but it is kept.
        let (after, aside) = (lines(&transcript), lines(&folder.join("set-aside-1.jsonl")));
        let kept = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
        assert_eq!(aside, before[kept..], "full at {full_at}: an acknowledged entry is gone");
        let signed =
            before.iter().rposition(|line| line.contains("\"kind\":\"checkpoint\"")).map_or(1, |at| at + 1);
        assert!(kept >= signed, "full at {full_at}: a signed entry is gone");
        let pack = folder.join("rehearsal-evidence");
        let verified = run(&state, &["verify", pack.to_str().unwrap()]);
        assert!(whole_program::intact(&verified), "full at {full_at}: {}", said(&verified));
    }
}

#[test]
fn a_medium_that_is_full_keeps_nothing_half_written_and_is_taken_when_there_is_room() {
    let Some(medium) = Disk::mount("2m") else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let (parameters, _) = stand_in(elsewhere.path(), 3600);
    medium.fill();
    // Room for some of the files.
    let filler = std::fs::OpenOptions::new().write(true).open(medium.path().join("filler")).unwrap();
    let size = filler.metadata().unwrap().len();
    filler.set_len(size - 3 * 4096).unwrap();
    drop(filler);
    let mut room = Room::open(&elsewhere.path().join("state"));
    room.file = parameters.display().to_string();
    room.medium = medium.path().display().to_string();
    let mut found = Vec::new();
    let finished = room.rehearse("byok-aws", &[("threshold", "2"), ("shares", "3")], &mut |prompt, _| {
        if let (Ask::Folder { .. }, Some(problem)) = (&prompt.ask, &prompt.problem) {
            let there = std::fs::read_dir(medium.path()).unwrap().flatten().map(|e| e.file_name());
            found.push((problem.code.clone(), there.collect::<Vec<_>>()));
            medium.make_room();
        }
        None::<Answer>
    });
    assert_eq!(found, [("disk-full".to_owned(), vec!["filler".into()])], "{:?}", room.problems);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let bundle = std::fs::read_dir(medium.path()).unwrap().flatten().next().unwrap().path();
    let out = run(elsewhere.path(), &["verify", bundle.to_str().unwrap()]);
    assert!(whole_program::intact(&out), "{}", said(&out));
}

#[test]
fn a_pack_that_does_not_fit_on_a_medium_leaves_no_half_of_it() {
    let Some(medium) = Disk::mount("2m") else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let state = elsewhere.path().join("state");
    medium.fill();
    let filler = std::fs::OpenOptions::new().write(true).open(medium.path().join("filler")).unwrap();
    filler.set_len(filler.metadata().unwrap().len() - 4 * 4096).unwrap();
    drop(filler);
    let to = medium.path().join("pack");
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", to.to_str().unwrap()]);
    refused(&out, "copy-failed");
    let there: Vec<_> = std::fs::read_dir(medium.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(there, ["filler"], "half a pack was left");
    // A copy that is there already is left as it is.
    medium.make_room();
    std::fs::create_dir(&to).unwrap();
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", to.to_str().unwrap()]);
    assert!(!out.status.success());
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 0);
}

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    whole.lines().map(str::to_owned).collect()
}
