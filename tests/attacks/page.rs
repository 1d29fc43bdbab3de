//! The page: somebody who took it over sends the room any message of the protocol. It chooses among what the room lists;
//! what it names itself is refused.

use protocol::{Answer, FromRoom, Mode, Problem, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use transcript::{Journal, Level, SystemClock};
use whole_program::room::Room;
use whole_program::{files, forged, pack, run, said, write};

/// A library that leaves a mark when it is loaded, as one on a stick could do worse.
struct Library {
    path: PathBuf,
    mark: PathBuf,
}

impl Library {
    fn on(stick: &Path) -> Self {
        let (path, mark) = (stick.join("libpkcs11.so"), stick.join("loaded"));
        let code = format!(
            "#include <fcntl.h>\n__attribute__((constructor)) static void f(void) {{ open(\"{}\", O_CREAT, 0600); }}\n",
            mark.display()
        );
        let source = write(stick, "library.c", code.as_bytes());
        let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&path).arg(source).status();
        assert!(made.unwrap().success(), "the library is not built");
        Self { path, mark }
    }

    fn address(&self) -> String {
        format!("pkcs11:token=hospital?module-path={}", self.path.display())
    }
}

fn start(script: &str, roster: Option<&Path>, token: Option<String>) -> ToRoom {
    ToRoom::Start {
        script: script.to_owned(),
        mode: Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: roster.map(|path| path.display().to_string()),
        token,
    }
}

/// What the room says to one message, without a word of the operator's.
fn refused(room: &mut Room, message: &ToRoom) -> Problem {
    room.send(message);
    match room.message() {
        FromRoom::Refused { problem } => problem,
        other => panic!("not refused: {other:?}"),
    }
}

/// On 0.1.0 one message loaded any library into the room.
#[test]
fn a_library_that_is_not_listed_is_not_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let library = Library::on(dir.path());
    // It does leave its mark where the operator names it.
    run(&state, &["devices", "--module", library.path.to_str().unwrap()]);
    assert!(library.mark.exists(), "the library is not what it should be");
    std::fs::remove_file(&library.mark).unwrap();

    let link = dir.path().join("libsofthsm2.so");
    std::os::unix::fs::symlink(&library.path, &link).unwrap();
    let encoded = library.address().replace("module-path=/", "module-path=%2F");
    let by_link = format!("pkcs11:token=hospital?module-path={}", link.display());
    let in_folder = format!("pkcs11:token=hospital?module-path={}&module-name=pkcs11", dir.path().display());
    let mut room = Room::open(&state);
    assert_eq!(refused(&mut room, &start("token-check", None, Some(in_folder))).code, "token-address");
    for address in [library.address(), encoded, by_link] {
        let problem = refused(&mut room, &start("token-check", None, Some(address.clone())));
        assert_eq!(problem.code, "module-not-listed", "{address}: {problem}");
    }
    assert!(!library.mark.exists(), "it was loaded");
    assert!(files(&state).iter().all(|f| !f.ends_with("transcript.jsonl")), "a run was begun");
}

/// The address in a record is not believed either: the night visitor writes one into a run that nobody signed yet.
#[test]
fn a_library_that_a_record_names_is_not_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let library = Library::on(dir.path());
    let mut room = Room::open(&state);
    let stopped = room.rehearse("token-check", &[], &mut |prompt, _| prompt.begins.then_some(Answer::Stop));
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    let folder = state.join("rehearsal/runs").join(&stopped.run);
    let (entries, record) = (pack::entries(&folder), folder.join("transcript.jsonl"));
    std::fs::remove_file(&record).unwrap();
    let named = forged::draft_of(&entries[0]).fact(Level::Internal, "token-uri", library.address());
    let mut journal = Journal::create(&record, named, Box::new(SystemClock::default())).unwrap();
    for entry in &entries[1..] {
        journal.append(forged::draft_of(entry)).unwrap();
    }
    drop(journal);

    let mut room = Room::open(&state);
    let problem = refused(&mut room, &ToRoom::Resume { run: stopped.run.clone(), token: None });
    assert_eq!(problem.code, "module-not-listed", "{problem}");
    let resume = ToRoom::Resume { run: stopped.run.clone(), token: Some(library.address()) };
    assert_eq!(refused(&mut room, &resume).code, "module-not-listed");
    let answers = write(dir.path(), "answers.toml", b"");
    let out = run(&state, &["resume", &stopped.run, "--answers", answers.to_str().unwrap()]);
    assert!(said(&out).contains("[module-not-listed]"), "{}", said(&out));
    assert!(!library.mark.exists(), "it was loaded");
}

#[test]
fn people_and_scripts_of_its_own_are_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let own = |name: &str, from: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies");
        write(dir.path(), name, &std::fs::read(folder.join(from)).unwrap())
    };
    let roster = own("roster.toml", "rehearsal-roster.toml");
    let script = own("script.toml", "rehearsal-minimal.toml").display().to_string();
    let mut room = Room::open(&state);
    let problem = refused(&mut room, &start("rehearsal-minimal", Some(&roster), None));
    assert_eq!(problem.code, "roster-not-listed", "{problem}");
    let problem = refused(&mut room, &start(&script, None, None));
    assert_eq!(problem.code, "script-not-listed", "{problem}");
    let review = ToRoom::Review {
        script: script.clone(),
        mode: Mode::Production,
        parameters: BTreeMap::new(),
        roster: Some(roster.display().to_string()),
    };
    assert_eq!(refused(&mut room, &review).code, "roster-not-listed");
    assert!(files(&state).iter().all(|f| !f.ends_with("transcript.jsonl")), "a run was begun");

    // Where the operator answers for them, they are listed and taken.
    room.names(vec![format!("--roster={}", roster.display()), format!("--script={script}")]);
    room.send(&ToRoom::Review {
        script,
        mode: Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: Some(roster.display().to_string()),
    });
    let FromRoom::Review { review } = room.message() else { panic!("not reviewed") };
    assert!(review.problems.is_empty(), "{:?}", review.problems);
    assert!(review.rosters.iter().any(|choice| choice.id == roster.display().to_string()));
}

/// A copy among the workstation's own ceremonies would be read as one of them, of whichever mode: the HSM of a production
/// ceremony would count as one of a rehearsal, and be refused from then on.
#[test]
fn no_pack_is_copied_among_the_workstations_own() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut room = Room::open(&state);
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    let link = dir.path().join("link");
    std::os::unix::fs::symlink(&state, &link).unwrap();
    for folder in ["production/runs", "rehearsal/runs", "new/below", ""] {
        for state in [&state, &link] {
            let folder = state.join(folder).display().to_string();
            let problem = refused(&mut room, &ToRoom::Export { run: finished.run.clone(), folder });
            assert_eq!(problem.code, "copy-in-state-folder", "{problem}");
        }
    }
    let out = dir.path().join("out");
    std::fs::create_dir(&out).unwrap();
    room.send(&ToRoom::Export { run: finished.run, folder: out.display().to_string() });
    assert!(matches!(room.message(), FromRoom::Exported { .. } | FromRoom::Refused { .. }));
}

/// What is printed before the day goes to a medium, and over nothing that is there: a page that asks for more gets nothing.
#[test]
fn no_papers_are_written_among_the_workstations_own_or_over_anything() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let medium = dir.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    let mut room = Room::at_desk(&state, &medium);
    let papers = |folder: &Path, script: &str| ToRoom::Papers {
        script: script.to_owned(),
        mode: Mode::Rehearsal,
        parameters: [].into(),
        roster: None,
        folder: folder.display().to_string(),
        letter: true,
    };
    room.send(&ToRoom::Home);
    assert!(matches!(room.message(), FromRoom::Home { .. }));
    for folder in ["", "rehearsal/runs", "production"] {
        let problem = refused(&mut room, &papers(&state.join(folder), "rehearsal-minimal"));
        assert_eq!(problem.code, "papers-not-here", "{problem}");
    }
    // A script that the window does not list is read from no disk.
    let own = dir.path().join("own.toml");
    std::fs::write(&own, include_str!("../../ceremonies/rehearsal-minimal.toml")).unwrap();
    refused(&mut room, &papers(&medium, own.to_str().unwrap()));
    assert_eq!(std::fs::read_dir(&medium).unwrap().count(), 0);
    room.send(&papers(&medium, "rehearsal-minimal"));
    let FromRoom::Exported { exported } = room.message() else { panic!("no papers") };
    assert_eq!(exported.files, 5, "booklet, forms, three sheets");
    let written = medium.join("rehearsal-papers-rehearsal-minimal");
    assert_eq!(exported.path, written.display().to_string());
    let before = std::fs::read(written.join("booklet.pdf")).unwrap();
    assert!(before.starts_with(b"%PDF"));
    let problem = refused(&mut room, &papers(&medium, "rehearsal-minimal"));
    assert!(problem.happened.contains("rehearsal-papers"), "{problem}");
    assert_eq!(std::fs::read(written.join("booklet.pdf")).unwrap(), before);
}

/// A key that a practice root vouches for must not pass for one of Yubico's; and what is handed over on a folder of this disk
/// stays on it.
#[test]
fn production_takes_no_attestation_roots_and_no_media_of_somebodys_own() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let roots = write(dir.path(), "roots.pem", b"");
    let started = [
        (Room::with_roots(&state, &roots), "roots-in-production"),
        (Room::at_desk(&state, dir.path()), "media-in-production"),
    ];
    for (room, code) in started {
        production_refuses(room, dir.path(), code);
    }
    assert!(files(&state).iter().all(|f| !f.ends_with("transcript.jsonl")), "a run was begun");
}

fn production_refuses(mut room: Room, folder: &Path, code: &str) {
    let roster = whole_program::production::roster(folder, 3);
    room.names(vec![format!("--roster={roster}")]);
    let begin = ToRoom::Start {
        script: "rehearsal-minimal".to_owned(),
        mode: Mode::Production,
        parameters: BTreeMap::new(),
        roster: Some(roster),
        token: None,
    };
    assert_eq!(refused(&mut room, &begin).code, code);
}
