//! The stick: a folder with any file of any size and name is handed over to be checked. It is refused with the reason,
//! before it costs anything, and the room that was asked goes on.

use protocol::{FromRoom, ToRoom, VerifyView};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::room::Room;
use whole_program::{run, said};

/// A room's answer to one check.
fn checked(room: &mut Room, path: &Path) -> VerifyView {
    room.send(&ToRoom::Verify { path: path.display().to_string(), signer: None });
    match room.message() {
        FromRoom::Verified { verified } => verified,
        other => panic!("not checked: {other:?}"),
    }
}

struct Stick {
    folder: tempfile::TempDir,
    pack: PathBuf,
}

impl Stick {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("pack");
        let out = run(
            &folder.path().join("state"),
            &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()],
        );
        assert!(out.status.success(), "{}", said(&out));
        Self { folder, pack }
    }

    /// The pack again, as somebody changed it.
    fn changed(&self, name: &str, change: impl FnOnce(&Path)) -> PathBuf {
        let path = self.folder.path().join(name);
        assert!(Command::new("cp").arg("-r").arg(&self.pack).arg(&path).status().unwrap().success());
        change(&path);
        path
    }
}

/// The most memory that a refusal may cost, in KiB.
const LITTLE: u64 = 64 * 1024;

/// The most memory that the process which checks a pack had at once, in KiB.
fn memory_for(command: &str, pack: &Path) -> u64 {
    let code = "import resource, subprocess, sys\n\
                subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n\
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let out = Command::new("python3")
        .args(["-c", code])
        .arg(whole_program::coffer())
        .arg(command)
        .arg(pack)
        .output()
        .unwrap();
    said(&out).trim().parse().unwrap()
}

fn holes(path: &Path, bytes: u64) {
    File::create(path).unwrap().set_len(bytes).unwrap();
}

#[test]
fn what_no_pack_can_be_is_refused_and_the_room_goes_on() {
    let stick = Stick::new();
    let mut room = Room::open(&stick.folder.path().join("state"));
    assert!(checked(&mut room, &stick.pack).holds);
    let long_line = |pack: &Path| {
        let mut record = File::create(pack.join("transcript.jsonl")).unwrap();
        record.write_all(&vec![b'a'; 200_000_000]).unwrap();
    };
    let deep = |pack: &Path| std::fs::create_dir_all(pack.join(["d"; 60].join("/"))).unwrap();
    let pipe = |pack: &Path| {
        std::fs::remove_file(pack.join("roster.toml")).unwrap();
        assert!(Command::new("mkfifo").arg(pack.join("roster.toml")).status().unwrap().success());
    };
    let link = |pack: &Path| std::os::unix::fs::symlink("/etc/passwd", pack.join("more")).unwrap();
    for (name, pack, reason) in [
        (
            "record",
            stick.changed("a", |p| holes(&p.join("transcript.jsonl"), 3 << 30)),
            "has 3221225472 bytes",
        ),
        (
            "holes",
            stick.changed("b", |p| holes(&p.join("transcript.jsonl"), 900 << 20)),
            "has a line of more than",
        ),
        ("file", stick.changed("c", |p| holes(&p.join("script.toml"), 3 << 30)), "has 3221225472 bytes"),
        ("extra", stick.changed("d", |p| holes(&p.join("more"), 100 << 20)), "has 104857600 bytes"),
        ("line", stick.changed("e", long_line), "has a line of more than"),
        ("deep", stick.changed("f", deep), "lies deeper than"),
        ("pipe", stick.changed("g", pipe), "neither a plain file nor a folder"),
        ("link", stick.changed("h", link), "neither a plain file nor a folder"),
    ] {
        let verified = checked(&mut room, &pack);
        let bad: Vec<&String> = verified.lines.iter().filter(|l| !l.holds).map(|l| &l.says).collect();
        assert!(!verified.holds && bad.iter().any(|says| says.contains(reason)), "{name}: {bad:?}");
        // For the window, and in the terminal.
        for command in ["verify-apart", "verify"] {
            let memory = memory_for(command, &pack);
            assert!(memory < LITTLE, "{name} was refused with {memory} KiB by {command}");
        }
    }
    // The record alone, too.
    let record = stick.folder.path().join("e/transcript.jsonl");
    assert!(!checked(&mut room, &record).holds);
    room.send(&ToRoom::Home);
    assert!(matches!(room.message(), FromRoom::Home { .. }));
    assert!(checked(&mut room, &stick.pack).holds);
}

/// More names than any pack has. In memory, where there is such a folder: a disk needs long to make so many.
#[test]
fn a_million_names_are_not_read() {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    std::fs::write(folder.path().join("HEAD"), "").unwrap();
    for n in 0..310_000 {
        File::create(folder.path().join(n.to_string())).unwrap();
    }
    let mut room = Room::open(&folder.path().join("state"));
    let verified = checked(&mut room, folder.path());
    assert!(
        verified.lines.iter().any(|l| !l.holds && l.says.contains("more than the 300000 files")),
        "{verified:?}"
    );
    drop(room);
}
