//! What macOS, Windows and others put beside files: named, passed over, and never taken for anything.

use protocol::{Answer, Ask, RunState};
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::room::Room;
use whole_program::{run, said, stand_in};

/// Writes these files below a folder.
fn beside(folder: &Path, names: &[&str]) {
    for name in names {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "left behind").unwrap();
    }
}

/// What macOS, Windows, Office and a Linux desktop leave in a pack with a bundle.
const LEFT: &[&str] = &[
    ".DS_Store",
    "._transcript.jsonl",
    "bundle/.DS_Store",
    "bundle/._manifest.json",
    "bundle/Thumbs.db",
    "desktop.ini",
    "Thumbs.db",
    "$RECYCLE.BIN/S-1-5-21/desktop.ini",
    "System Volume Information/IndexerVolumeGuid",
    ".Trashes/501/notes.txt",
    ".Spotlight-V100/store",
    ".fseventsd/0001",
    ".TemporaryItems/x",
    "~$roster.toml",
    ".directory",
];

/// Plays byok-aws in a state folder; gives the pack and the folder of the bundle on the medium.
fn imported(dir: &Path) -> (PathBuf, PathBuf) {
    let medium = dir.join("medium");
    std::fs::create_dir_all(&medium).unwrap();
    let (parameters, _) = stand_in(dir, 3600);
    let mut room = Room::open(&dir.join("state"));
    room.file = parameters.display().to_string();
    room.medium = medium.display().to_string();
    let finished = room.rehearse("byok-aws", &[("threshold", "2"), ("shares", "3")], &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let bundle = std::fs::read_dir(&medium).unwrap().flatten().next().unwrap().path();
    (finished.pack.unwrap().into(), bundle)
}

fn verify(state: &Path, path: &Path) -> (bool, String) {
    let out = run(state, &["verify", path.to_str().unwrap()]);
    (whole_program::intact(&out), said(&out))
}

fn copied(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
}

#[test]
fn a_pack_and_a_bundle_with_what_systems_leave_behind_verify_and_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, bundle) = imported(dir.path());
    let there = dir.path().join("copy");
    copied(&pack, &there);
    beside(&there, LEFT);
    let (good, text) = verify(dir.path(), &there);
    assert!(good, "{text}");
    for name in LEFT {
        let shown = name.split('/').take(if name.starts_with("bundle/") { 2 } else { 1 }).collect::<Vec<_>>();
        assert!(text.contains(&shown.join("/")), "{name} is not named: {text}");
    }
    assert!(text.contains("macOS left") && text.contains("Windows left"), "{text}");

    // What nobody knows is still a failure, and so is a link or a pipe of such a name.
    for bad in ["notes.txt", "transcript.jsonl~", "bundle/receipt.txt", ".hidden"] {
        beside(&there, &[bad]);
        let (good, text) = verify(dir.path(), &there);
        assert!(!good && text.contains(&format!("{bad} is there and not listed")), "{bad}: {text}");
        std::fs::remove_file(there.join(bad)).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", there.join("ehthumbs.db")).unwrap();
    assert!(!verify(dir.path(), &there).0);
    std::fs::remove_file(there.join("ehthumbs.db")).unwrap();
    // A file of the pack is not passed over for its name.
    std::fs::rename(there.join("script.toml"), there.join("._script.toml")).unwrap();
    let (good, text) = verify(dir.path(), &there);
    assert!(!good && text.contains("script.toml is listed and not there"), "{text}");

    // The bundle alone, as it lies on the medium, with the answer that its own script left.
    beside(&bundle, &[".DS_Store", "._import.sh", "Thumbs.db", "desktop.ini", "receipt.json"]);
    let (good, text) = verify(dir.path(), &bundle);
    assert!(good, "{text}");
    for name in [".DS_Store", "._import.sh", "Thumbs.db", "desktop.ini", "receipt.json"] {
        assert!(text.contains(name), "{name} is not named: {text}");
    }
    beside(&bundle, &["more.bin"]);
    assert!(!verify(dir.path(), &bundle).0);
}

#[test]
fn the_receipt_that_a_bundles_script_writes_does_not_break_its_pack() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, _) = imported(dir.path());
    let there = dir.path().join("copy");
    copied(&pack, &there);
    beside(&there, &["bundle/receipt.json", "bundle/receipt-public-key.pem"]);
    let (good, text) = verify(dir.path(), &there);
    assert!(good && text.contains("bundle/receipt.json"), "{text}");
    // Anywhere else it is a file that nobody listed.
    beside(&there, &["receipt.json"]);
    assert!(!verify(dir.path(), &there).0);
}

#[test]
fn what_systems_leave_behind_blocks_no_drill_and_no_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut room = Room::open(&state);
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    let sheets = room.sheets_shown();
    drop(room);
    let pack = dir.path().join("stick");
    copied(Path::new(&finished.pack.unwrap()), &pack);
    let plain: Vec<&str> = LEFT.iter().copied().filter(|n| !n.starts_with("bundle/")).collect();
    beside(&pack, &plain);
    let mut room = Room::open(&state);
    room.medium = pack.display().to_string();
    room.sheets = vec![sheets[1].clone(), sheets[0].clone()];
    let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match &prompt.ask {
        Ask::Decide { .. } => Some(Answer::Decided { id: "go-on".into(), reason: "another bag".into() }),
        Ask::Text { .. } => Some(Answer::Text { text: "B 1".into() }),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.iter().all(|(_, p)| p.code == "another-bag"), "{:?}", room.problems);

    let (pack, _) = imported(dir.path());
    let there = dir.path().join("copy");
    copied(&pack, &there);
    beside(&there, LEFT);
    beside(&there, &["bundle/receipt.json"]);
    let mut room = Room::open(&state);
    room.medium = there.display().to_string();
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| {
        matches!(prompt.ask, Ask::File { .. }).then_some(Answer::Stop)
    });
    assert_eq!(finished.state, RunState::Open);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
}

#[test]
fn what_systems_leave_behind_is_never_offered_as_a_file() {
    let (dir, medium) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    stand_in(medium.path(), 3600);
    beside(
        medium.path(),
        &[
            "._import-parameters.json",
            ".Trashes/501/old.json",
            "$RECYCLE.BIN/old.json",
            ".Trash-1000/files/old.json",
            "~$old.json",
            "System Volume Information/old.json",
        ],
    );
    let mut room = Room::at_desk(dir.path(), medium.path());
    let mut offered = Vec::new();
    room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        Ask::File { found, .. } => {
            offered.extend(found.iter().map(|f| f.path.clone()));
            Some(Answer::Stop)
        }
        _ => None,
    });
    assert_eq!(offered, [medium.path().join("import-parameters.json").display().to_string()]);
}

#[test]
fn a_folder_above_the_pack_says_where_the_pack_is() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, bundle) = imported(dir.path());
    let stick = dir.path().join("my stick");
    std::fs::create_dir(&stick).unwrap();
    copied(&pack, &stick.join("evidence"));
    let (good, text) = verify(dir.path(), &stick);
    assert!(!good && text.contains(&format!("coffer verify '{}/evidence'", stick.display())), "{text}");
    // Two folders up, and in the folder of the run, which has a record of its own.
    let (good, text) = verify(dir.path(), pack.parent().unwrap());
    assert!(!good && text.contains(&format!("coffer verify {}", pack.display())), "{text}");
    let (good, text) = verify(dir.path(), bundle.parent().unwrap());
    assert!(!good && text.contains(&format!("coffer verify {}", bundle.display())), "{text}");
    // One of its files.
    let (good, text) = verify(dir.path(), &pack.join("SHA256SUMS"));
    assert!(!good && text.contains(&format!("coffer verify {}", pack.display())), "{text}");
    // In a ceremony the folder is named too.
    let mut room = Room::open(&dir.path().join("state"));
    let mut answers = vec![pack.display().to_string(), stick.display().to_string()];
    room.rehearse("byok-receipt", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Folder { .. } => Some(Answer::Path { path: answers.pop().unwrap() }),
        Ask::File { .. } => Some(Answer::Stop),
        _ => None,
    });
    let todo = &room.problems[0].1.todo;
    assert!(todo.contains(&format!("{}/evidence", stick.display())), "{todo}");
    assert_eq!(room.problems.len(), 1);
}
