//! The processes that read what strangers made, as the program starts them: held to a reader's calls before they read, all
//! that people bring goes through, and on a kernel that cannot hold them it is said or nothing is read.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(
    unsafe_code,
    reason = "kernels that lack something are played by filters, which have no safe interface"
)]

#[path = "../../scan/tests/common/mod.rs"]
mod simulated;

use libc::{BPF_ABS, BPF_IMM, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, c_long, sock_filter};
use protocol::{FromRoom, ToRoom, VerifyView, read_line, write_line};
use simulated::{Page, Setting, rendered_page, scanners_pdf};
use std::io::{BufReader, PipeReader, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn coffer() -> Command {
    Command::new(env!("CARGO_BIN_EXE_coffer"))
}

/// The packs that are kept so that they verify for ever.
fn packs() -> Vec<PathBuf> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/packs");
    std::fs::read_dir(kept).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Has something read from its standard input.
fn given(mut command: Command, bytes: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Whoever reads nothing has ended.
    let _ = stdin.write_all(bytes);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn scanned(bytes: &[u8]) -> String {
    let mut command = coffer();
    command.arg("read-scan");
    let out = given(command, bytes);
    assert!(out.status.success() && out.stderr.is_empty(), "{out:?}");
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn every_kind_of_scan_goes_through_the_list() {
    let page: Page = rendered_page(7);
    let card = format!("card {}\ndone\n", page.text);
    let (jpeg, png) = (page.simulate(Setting::Scan300, 1).file, page.simulate(Setting::ScanFax, 1).file);
    let office = scanners_pdf(&jpeg);
    for file in [&jpeg, &png, &page.pdf, &office] {
        assert_eq!(scanned(file), card);
    }
    // Cut anywhere, with bytes changed, and what never was a scan.
    for file in [&jpeg, &png, &page.pdf, &office] {
        let half = file.len() / 2;
        let mut changed = file.clone();
        changed[half..half + 200].fill(0x55);
        // One symbol may be whole still.
        for said in [scanned(&file[..half]), scanned(&changed)] {
            assert!(said == card || said.starts_with("error scan-"), "{said}");
        }
    }
    for other in [&b""[..], b"P5 1 1 255 0", b"%PDF-1.7", b"\xff\xd8\xff", &[0; 99]] {
        assert_eq!(scanned(other), "error scan-not-a-picture\n");
    }
}

/// What a hidden command says of a path; none where it did not come to its end.
fn said_of(command: &str, path: &Path) -> Option<serde_json::Value> {
    let out = coffer().arg(command).arg("--").arg(path).output().unwrap();
    out.status.success().then(|| serde_json::from_slice(&out.stdout).unwrap())
}

#[test]
fn every_kept_pack_goes_through_the_list_and_so_does_what_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let packs = packs();
    assert!(packs.len() > 50);
    for pack in &packs {
        assert_eq!(said_of("verify-apart", pack).unwrap()["holds"], true, "{pack:?}");
        assert_eq!(said_of("read-apart", pack).unwrap()["broken"], serde_json::Value::Null, "{pack:?}");
        let checked = coffer().arg("verify").arg(pack).output().unwrap();
        assert_eq!(checked.status.code(), Some(3), "{checked:?}");
    }
    let record = std::fs::read(packs[0].join("transcript.jsonl")).unwrap();
    let cut = folder.path().join("transcript.jsonl");
    std::fs::write(&cut, &record[..record.len() / 2]).unwrap();
    for path in
        [cut.as_path(), folder.path(), Path::new("/etc"), Path::new("/dev/zero"), Path::new("/not/there")]
    {
        assert_eq!(said_of("verify-apart", path).unwrap()["holds"], false, "{path:?}");
        assert!(said_of("read-apart", path).is_some(), "{path:?}");
    }
    // Nobody reads the answer.
    let (nobody, answers) = std::io::pipe().unwrap();
    drop(nobody);
    let ended = coffer().arg("verify").arg(&packs[0]).stdout(answers).status().unwrap();
    assert_eq!(ended.signal(), Some(libc::SIGPIPE));
}

/// A line of a running process's status.
fn status(child: &Child, name: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":\t").map(str::to_owned))
}

/// Waits until it has so many filters.
fn has_filters(child: &Child, many: &str) -> bool {
    let until = Instant::now() + Duration::from_mins(1);
    while Instant::now() < until {
        if status(child, "Seccomp_filters").unwrap() == many {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// A pipe that takes nothing more until somebody reads.
fn full_pipe() -> (PipeReader, std::io::PipeWriter) {
    let (reads, mut writes) = std::io::pipe().unwrap();
    // What a pipe holds on Linux, where nobody changed it.
    writes.write_all(&vec![b' '; 65_536]).unwrap();
    (reads, writes)
}

/// Seen from outside: each has the filter of sockets and the list, before it reads or while it answers.
#[test]
fn a_reader_has_both_filters() {
    let mut room = coffer().arg("read-scan").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    assert!(has_filters(&room, "2"), "read-scan");
    assert_eq!(status(&room, "NoNewPrivs").unwrap(), "1");
    drop(room.stdin.take());
    assert!(room.wait().unwrap().success());
    let pack = &packs()[0];
    for command in ["verify-apart", "read-apart", "verify"] {
        let (mut reads, writes) = full_pipe();
        let mut child = coffer().arg(command).arg(pack).stdout(writes).spawn().unwrap();
        assert!(has_filters(&child, "2"), "{command}");
        let mut said = Vec::new();
        reads.read_to_end(&mut said).unwrap();
        assert!(matches!(child.wait().unwrap().code(), Some(0 | 3)), "{command}");
        assert!(said.len() > 65_536);
    }
}

/// A filter that answers these calls with an error.
fn filter(calls: &[c_long]) -> Vec<sock_filter> {
    let op = |code: u32, k: u32, jf: u8| sock_filter { code: u16::try_from(code).unwrap(), jt: 0, jf, k };
    let errno = u32::try_from(libc::ENOSYS).unwrap();
    let mut program = vec![op(BPF_LD | BPF_W | BPF_ABS, 0, 0)];
    for call in calls {
        program.push(op(BPF_JMP | BPF_JEQ | BPF_K, u32::try_from(*call).unwrap(), 1));
        program.push(op(BPF_RET | BPF_K, libc::SECCOMP_RET_ERRNO | errno, 0));
    }
    program.push(op(BPF_RET | BPF_K, libc::SECCOMP_RET_ALLOW, 0));
    program
}

/// Starts a program as on a kernel that has these filters.
fn on_a_kernel(mut command: Command, filters: Vec<Vec<sock_filter>>) -> Command {
    let install = move || {
        for program in &filters {
            let len = u16::try_from(program.len()).map_err(std::io::Error::other)?;
            let packed = libc::sock_fprog { len, filter: program.as_ptr().cast_mut() };
            // SAFETY: plain values, and a live program of the stated length, which the kernel copies.
            let refused = unsafe {
                libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
                    || libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const packed)
                        != 0
            };
            if refused {
                return Err(std::io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: it makes two calls of the system, and takes no memory.
    unsafe { command.pre_exec(install) };
    command
}

fn without_landlock() -> Vec<Vec<sock_filter>> {
    let calls =
        [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
    vec![filter(&calls)]
}

fn without_filters() -> Vec<Vec<sock_filter>> {
    vec![filter(&[libc::SYS_seccomp])]
}

/// A process may have filters of 32,768 instructions in all, as the kernel counts them: its own for each of ours, and some
/// for each filter. These leave room for the filter of sockets twice, in the room and in what it starts, and for no list.
fn without_room_for_a_list() -> Vec<Vec<sock_filter>> {
    let allowed = filter(&[]);
    let nothing = sock_filter { code: u16::try_from(BPF_LD | BPF_IMM).unwrap(), jt: 0, jf: 0, k: 0 };
    let of_length = |length| {
        let unreached = std::iter::repeat_n(nothing, length);
        [&allowed[..], &unreached.collect::<Vec<_>>(), &allowed[..]].concat()
    };
    [vec![of_length(4_000); 8], vec![of_length(32_768 - 8 * 4_016 - 316)]].concat()
}

/// What Home says is to be mended on this machine.
fn warnings(filters: Vec<Vec<sock_filter>>) -> Vec<String> {
    let state = tempfile::tempdir().unwrap();
    let mut command = coffer();
    command.arg("--state").arg(state.path()).arg("room");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut room = on_a_kernel(command, filters).spawn().unwrap();
    let (mut says, mut hears) = (room.stdin.take().unwrap(), BufReader::new(room.stdout.take().unwrap()));
    assert!(matches!(read_line(&mut hears).unwrap(), Some(FromRoom::Hello { .. })));
    write_line(&mut says, &ToRoom::Home).unwrap();
    let Some(FromRoom::Home { home }) = read_line(&mut hears).unwrap() else { panic!("not Home") };
    drop(says);
    room.wait().unwrap();
    home.warnings
}

const NOT_FROM_FILES: &str = "The kernel does not keep this program from other files";
const NO_READERS: &str =
    "The process that reads scans and foreign packs does not start, or the kernel does not hold it";

#[test]
fn what_the_kernel_lacks_is_said_and_no_reader_reads_unheld() {
    let pack = &packs()[0];
    let verify = |filters| {
        let mut command = coffer();
        command.arg("verify-apart").arg(pack);
        given(on_a_kernel(command, filters), b"")
    };
    let scan = |filters| {
        let mut command = coffer();
        command.arg("read-scan");
        given(on_a_kernel(command, filters), b"no picture")
    };
    let says = |found: &[String], what: &str| found.iter().any(|warning| warning.starts_with(what));
    let here = warnings(vec![]);
    assert!(!says(&here, NO_READERS) && !says(&here, NOT_FROM_FILES), "{here:?}");

    // Without Landlock it works, and says so.
    let view: VerifyView = serde_json::from_slice(&verify(without_landlock()).stdout).unwrap();
    assert!(view.holds);
    assert_eq!(scan(without_landlock()).stdout, b"error scan-not-a-picture\n");
    let found = warnings(without_landlock());
    assert!(says(&found, NOT_FROM_FILES) && !says(&found, NO_READERS), "{found:?}");

    // Where the list is refused the room works and says so, and nothing is read.
    let found = warnings(without_room_for_a_list());
    assert!(says(&found, NO_READERS) && !says(&found, NOT_FROM_FILES), "{found:?}");
    for (out, measure) in [
        (verify(without_room_for_a_list()), "the list of calls"),
        (scan(without_room_for_a_list()), "the list of calls"),
        (verify(without_filters()), "the socket filter"),
        (scan(without_filters()), "the socket filter"),
    ] {
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("The kernel refused {measure}")), "{said}");
        assert!(out.stdout.is_empty());
    }
}
