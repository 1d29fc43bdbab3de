//! Code that somebody got into the room: in a vendor's module, or through a parser. It runs with all that the room may do,
//! which is little: it writes nothing into a home and starts no program but the system's.

use protocol::{FromRoom, ToRoom};
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::room::Room;
use whole_program::{run, write};

/// A home, the folder for temporary files beside it, and a module that tries to stay: in the shell's settings, and by
/// running a program of its own that leaves a mark beside the temporary files.
struct Desk {
    folder: tempfile::TempDir,
    module: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "tmp", "stick"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let desk = Self { module: folder.path().join("stick/libpkcs11.so"), folder };
        let program = write(&desk.at("stick"), "program", b"#!/bin/sh\ntouch \"$0.ran\"\n");
        let may_run = Command::new("chmod").arg("+x").arg(&program).status();
        assert!(may_run.unwrap().success());
        let code = format!(
            "#include <fcntl.h>\n#include <stdlib.h>\n\
             __attribute__((constructor)) static void f(void) {{\n\
               open(\"{}\", O_CREAT | O_WRONLY, 0600);\n\
               open(\"{}\", O_CREAT | O_WRONLY, 0600);\n\
               system(\"{}\");\n}}\n",
            desk.profile().display(),
            desk.loaded().display(),
            program.display(),
        );
        let source = write(&desk.at("stick"), "module.c", code.as_bytes());
        let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&desk.module).arg(source).status();
        assert!(made.unwrap().success(), "the module is not built");
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn profile(&self) -> PathBuf {
        self.at("home/.profile")
    }

    fn loaded(&self) -> PathBuf {
        self.at("tmp/loaded")
    }

    fn ran(&self) -> PathBuf {
        self.at("stick/program.ran")
    }

    fn room(&self, state: &Path) -> Room {
        let (home, tmp) = (self.at("home"), self.at("tmp"));
        Room::with(state, &[("HOME", &home), ("TMPDIR", &tmp)])
    }
}

/// Whether this kernel holds processes to their files; where it does not, each preflight says so.
fn kernel_holds() -> bool {
    let everything = confine::Ground { writes: vec!["/".into()], starts: vec!["/".into()], reads: None };
    // In a thread of its own: what holds a thread holds what it starts later, and is for good.
    let asked = std::thread::spawn(move || confine::hold_to(&everything));
    asked.join().unwrap().is_ok_and(|held| held != confine::Held::Not)
}

#[test]
fn a_module_cannot_stay_after_the_ceremony() {
    let desk = Desk::new();
    // Loaded by a program that is not held, it does all three.
    let loaded = Command::new("python3")
        .args(["-c", "import ctypes,sys; ctypes.CDLL(sys.argv[1])"])
        .arg(&desk.module)
        .status();
    assert!(loaded.unwrap().success());
    let marks = [desk.profile(), desk.loaded(), desk.ran()];
    for mark in &marks {
        assert!(mark.exists(), "the attack does not work: {}", mark.display());
        std::fs::remove_file(mark).unwrap();
    }

    let state = desk.at("state");
    let mut room = desk.room(&state);
    room.names(vec![format!("--module={}", desk.module.display())]);
    room.send(&ToRoom::Devices);
    assert!(matches!(room.message(), FromRoom::Devices { .. }));
    assert!(desk.loaded().exists(), "it was not loaded at all");
    let held = kernel_holds();
    assert_eq!(desk.profile().exists(), !held, "it wrote into the home");
    assert_eq!(desk.ran().exists(), !held, "a program of its own ran");
}

#[test]
fn the_page_cannot_have_a_pack_written_into_a_home() {
    let desk = Desk::new();
    let state = desk.at("state");
    let mut room = desk.room(&state);
    let closed = room.rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    let copied_to = |room: &mut Room, folder: PathBuf| {
        room.send(&ToRoom::Export { run: closed.run.clone(), folder: folder.display().to_string() });
        match room.message() {
            FromRoom::Exported { .. } => Ok(()),
            FromRoom::Refused { problem } => Err(problem.code),
            other => panic!("neither copied nor refused: {other:?}"),
        }
    };
    if kernel_holds() {
        assert_eq!(copied_to(&mut room, desk.at("home")), Err("copy-failed".to_owned()));
        assert_eq!(std::fs::read_dir(desk.at("home")).unwrap().count(), 0, "something is left in the home");
    }
    // Named by whoever started the program, the same folder is taken.
    room.names(vec![format!("--media={}", desk.at("home").display())]);
    assert_eq!(copied_to(&mut room, desk.at("home")), Ok(()));
    let pack = std::fs::read_dir(desk.at("home")).unwrap().next().unwrap().unwrap().path();
    assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));
}
