//! What comes from outside as people and their systems leave it: paths as they are dragged and typed, pipes where files
//! belong, what macOS and Windows put beside files, token addresses as tools print them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use protocol::{Answer, Ask, FinishedView, Mode, Problem, RunState, ToRoom};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use whole_program::room::Room;
use whole_program::{coffer, files, run, said, stand_in};

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
    (out.status.success(), said(&out))
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

/// Everything in a state folder and everything said, searched for a PIN.
fn leaks(state: &Path, out: &str) -> Vec<String> {
    const PIN: &[u8] = b"73519264";
    let has = |bytes: &[u8]| bytes.windows(PIN.len()).any(|w| w == PIN);
    let mut found: Vec<String> = files(state)
        .into_iter()
        .filter(|f| std::fs::read(f).is_ok_and(|bytes| has(&bytes)))
        .map(|f| f.display().to_string())
        .collect();
    if has(out.as_bytes()) {
        found.push(format!("said: {out}"));
    }
    found
}

#[test]
fn a_pin_in_a_tokens_address_reaches_no_record_and_no_message() {
    let dir = tempfile::tempdir().unwrap();
    let answers = dir.path().join("answers.toml");
    std::fs::write(&answers, "pin = \"135790\"\n").unwrap();
    for address in [
        "pkcs11:token=a;pin-value=73519264?module-path=/nowhere.so",
        "pkcs11:token=a;pin-source=file:/73519264?module-path=/nowhere.so",
        "pkcs11:token=a?module-path=/nowhere.so&PIN-VALUE=73519264",
        "pkcs11:token=a?module-path=/nowhere.so&x-pin=73519264",
        "pkcs11:token=a?module-path=/nowhere.so&pin-value=73519264",
        "pkcs11:token=a?module-path=/nowhere.so&%70in-value=73519264",
        "pkcs11:token=a;pin-value:73519264?module-path=/nowhere.so",
        "softhsm;pin-value=73519264",
    ] {
        let state = dir.path().join("state");
        let args = ["play", "rehearsal-minimal", "--answers", answers.to_str().unwrap(), "--token", address];
        let out = run(&state, &args);
        assert!(!out.status.success());
        assert_eq!(leaks(&state, &said(&out)), Vec::<String>::new(), "{address}");
        assert!(said(&out).contains("[token-address]"), "{}", said(&out));
        // The same from the window.
        let mut room = Room::open(&state);
        let refused = room.try_play(&start("rehearsal-minimal", Some(address.to_owned())), &mut |_, _| None);
        assert_eq!(refused.unwrap_err().code, "token-address");
        let heard = room.heard.join("\n");
        drop(room);
        assert_eq!(leaks(&state, &heard), Vec::<String>::new(), "{address}");
    }
}

fn start(script: &str, token: Option<String>) -> ToRoom {
    ToRoom::Start {
        script: script.to_owned(),
        mode: Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: None,
        token,
    }
}

const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// What a program prints with SoftHSM's tokens; none, said on standard error, where it is not installed, which is a
/// failure in CI.
fn printed(conf: &Path, program: &str, args: &[&str]) -> Option<String> {
    let out: std::io::Result<Output> = Command::new(program).args(args).env("SOFTHSM2_CONF", conf).output();
    match out {
        Ok(out) if out.status.success() => Some(String::from_utf8(out.stdout).unwrap()),
        other => {
            assert!(std::env::var_os("CI").is_none(), "{program}: {other:?}");
            let _ = writeln!(std::io::stderr(), "SKIPPED: {program} cannot be run");
            None
        }
    }
}

/// SoftHSM with tokens of these labels.
fn softhsm(folder: &Path, labels: &[&str]) -> PathBuf {
    let (conf, tokens) = (folder.join("softhsm2.conf"), folder.join("tokens"));
    std::fs::create_dir(&tokens).unwrap();
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
    std::fs::write(&conf, text).unwrap();
    for label in labels {
        let args = ["--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", "123456"];
        assert!(printed(&conf, "softhsm2-util", &args).is_some(), "SoftHSM is not installed");
    }
    conf
}

/// Opens the token of an address in a ceremony; gives the address as it was recorded.
fn opened(dir: &Path, conf: &Path, address: &str) -> Result<String, Problem> {
    let mut room = Room::with(&dir.join("state"), &[("SOFTHSM2_CONF", conf)]);
    "123456".clone_into(&mut room.pin);
    let mut begun = None;
    let finished: FinishedView =
        room.try_play(&start("token-check", Some(address.to_owned())), &mut |prompt, _| {
            match &prompt.ask {
                Ask::Decide { .. } => Some(Answer::Stop),
                // The step after the one that opens it.
                Ask::Begin { .. } if prompt.step.number > 2 => Some(Answer::Stop),
                _ => None,
            }
        })?;
    if let Some((_, problem)) = room.problems.first() {
        return Err(problem.clone());
    }
    assert_eq!(finished.state, RunState::Open);
    drop(room);
    for folder in std::fs::read_dir(dir.join("state/rehearsal/runs")).unwrap().flatten() {
        let record = std::fs::read(folder.path().join("transcript.jsonl")).unwrap();
        let entries = transcript::Reading::of(&record).entries;
        begun = entries[0].value("token-uri").and_then(|v| v.as_str()).map(str::to_owned).or(begun);
        std::fs::remove_dir_all(folder.path()).unwrap();
    }
    Ok(begun.unwrap())
}

#[test]
fn a_tokens_address_is_taken_as_p11tool_and_pkcs11_tool_print_it() {
    let dir = tempfile::tempdir().unwrap();
    let conf = softhsm(dir.path(), &["records of 2027", "spare"]);
    let provider = format!("--provider={SOFTHSM}");
    let by_gnutls = printed(&conf, "p11tool", &[&provider, "--list-token-urls"]);
    let by_opensc = printed(&conf, "pkcs11-tool", &["--module", SOFTHSM, "-L"]);
    let wanted = "token=records%20of%202027";
    let mut addresses: Vec<String> = [by_gnutls, by_opensc]
        .into_iter()
        .flatten()
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("pkcs11:") && line.contains(wanted))
        .map(|line| line[line.find("pkcs11:").unwrap()..].to_owned())
        .collect();
    // By label alone, and by a label as the token keeps it, filled to 32 bytes.
    addresses.push(format!("pkcs11:{wanted}"));
    addresses.push(format!("pkcs11:{wanted}{}", "%20".repeat(17)));
    addresses.push(format!("'pkcs11:{wanted}?module-name=softhsm2'\n"));
    assert!(addresses.len() >= 3, "{addresses:?}");
    for address in addresses {
        let recorded = opened(dir.path(), &conf, &address).unwrap_or_else(|p| panic!("{address}: {p}"));
        assert!(recorded.starts_with(&format!("pkcs11:{wanted}")), "{recorded}");
        assert!(recorded.ends_with(&format!("?module-path={SOFTHSM}")), "{recorded}");
        assert!(!recorded.contains("%20%20"), "{recorded}");
    }
}

#[test]
fn a_tokens_address_that_fits_nothing_says_what_is_there_and_another_model_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let conf = softhsm(dir.path(), &["records", "spare", "spare"]);
    let text = |p: Problem| format!("{p} {}", p.detail.clone().unwrap_or_default());
    for address in ["pkcs11:token=other".to_owned(), format!("pkcs11:token=other?module-path={SOFTHSM}")] {
        let said = text(opened(dir.path(), &conf, &address).unwrap_err());
        for there in ["\"records\"", "\"spare\"", "SoftHSM project", "SoftHSM v2", "serial number"] {
            assert!(said.contains(there), "{address}: {said}");
        }
    }
    for address in ["pkcs11:token=spare".to_owned(), format!("pkcs11:token=spare?module-path={SOFTHSM}")] {
        let said = text(opened(dir.path(), &conf, &address).unwrap_err());
        assert!(said.contains("several tokens fit") || said.contains("2 tokens fit"), "{address}: {said}");
    }
    for (part, wanted) in
        [("manufacturer", "SafeNet"), ("model", "Luna K7"), ("library-manufacturer", "Thales")]
    {
        let part = format!("{part}={}", wanted.replace(' ', "%20"));
        for module in [String::new(), format!("?module-path={SOFTHSM}")] {
            let address = format!("pkcs11:token=records;{part}{module}");
            let said = text(opened(dir.path(), &conf, &address).unwrap_err());
            assert!(said.contains(wanted) && said.contains("SoftHSM"), "{address}: {said}");
        }
    }
}
