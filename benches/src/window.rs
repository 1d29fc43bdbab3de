//! Our window against an empty Tauri window, under Xvfb.
//!
//! Ready means: the picture on the screen changed for the last time, and then stood still for [`STILL`]; the clock in
//! our window's head, which ticks in less than [`TICK`] pixels, does not count. The picture is read from Xvfb's frame
//! buffer, so both programs are watched from outside in the same way and neither has to signal anything. The empty
//! window shows one word; ours starts the room and shows Home with what the room told it.

use crate::{beside, table};
use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const STILL: Duration = Duration::from_millis(1500);
/// Pixels of 1,024,000; the clock was seen to change 140.
const TICK: usize = 1000;
/// How long it is watched while nobody touches it.
const IDLE: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_mins(1);

/// What a window took until it stood still.
struct Taken {
    ready: Duration,
    /// Of all its processes, in kB.
    pss: u64,
    rss: u64,
    processes: usize,
    /// Of one core, while nobody touched it, as a part of 1.
    idle: f64,
    /// How much more its processes had afterwards, in kB of PSS.
    grown: i64,
}

pub(crate) fn measure() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(screen) = Screen::start(dir.path()) else {
        table::note("window: not measured, Xvfb is not installed (make setup-test installs it)");
        return;
    };
    let (ours, empty) = (beside("cofferdam"), beside("empty-window"));
    // One of each first, so that both find the same warm disk cache.
    let (one, other) = (screen.show(&ours, dir.path(), IDLE), screen.show(&empty, dir.path(), IDLE));
    let rounds: Vec<(Taken, Taken)> = (0..ROUNDS)
        .map(|_| {
            (screen.show(&ours, dir.path(), Duration::ZERO), screen.show(&empty, dir.path(), Duration::ZERO))
        })
        .collect();
    let times: Vec<_> = rounds.iter().map(|(a, b)| (a.ready, b.ready)).collect();
    table::line("window: ready, to an empty Tauri window", &times, Some(1.2));
    memory("window: PSS of all processes, to the same", &rounds, |t| t.pss);
    memory("window: RSS of all processes, to the same", &rounds, |t| t.rss);
    table::note(&format!(
        "idle for {} s: ours {:.2} % of a core and {:+} kB, the empty one {:.2} % and {:+} kB (goal: ours under 1 %)",
        IDLE.as_secs(),
        one.idle * 100.0,
        one.grown,
        other.idle * 100.0,
        other.grown
    ));
    let count = |t: &Taken| t.processes;
    if let Some((a, b)) = rounds.last() {
        table::note(&format!("processes: {} of ours, the room among them, and {}", count(a), count(b)));
    }
}

fn memory(what: &str, rounds: &[(Taken, Taken)], of: impl Fn(&Taken) -> u64) {
    #[allow(clippy::cast_precision_loss, reason = "kilobytes of one machine fit a float")]
    let of = |t: &Taken| of(t) as f64 / 1024.0;
    if rounds.iter().any(|(a, b)| of(a) == 0.0 || of(b) == 0.0) {
        table::note(&format!("{what}: the kernel does not tell"));
        return;
    }
    let (ours, least) =
        (table::median(rounds.iter().map(|(a, _)| of(a))), table::median(rounds.iter().map(|(_, b)| of(b))));
    let ratio = table::median(rounds.iter().map(|(a, b)| of(a) / of(b)));
    table::row(what, &format!("{ours:.0} MB"), &format!("{least:.0} MB"), ratio, Some(1.0));
}

/// An X server whose picture lies in a file.
pub(crate) struct Screen {
    server: Child,
    display: String,
    picture: PathBuf,
}

impl Screen {
    pub(crate) fn start(dir: &Path) -> Option<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut number = String::new();
        BufReader::new(server.stdout.take()?).read_line(&mut number).ok()?;
        let display = format!(":{}", number.trim());
        Some(Self { server, display, picture: dir.join("Xvfb_screen0") })
    }

    /// Has a program show itself here, with a home of its own.
    pub(crate) fn for_program<'c>(&self, command: &'c mut Command, home: &Path) -> &'c mut Command {
        command
            .env("DISPLAY", &self.display)
            .env("GDK_BACKEND", "x11")
            .env("HOME", home)
            .env("XDG_STATE_HOME", home.join("state"))
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
    }

    fn picture(&self) -> Vec<u8> {
        std::fs::read(&self.picture).expect("the frame buffer")
    }

    /// Shows a program until it stands still, and for so long afterwards.
    fn show(&self, program: &Path, home: &Path, stays: Duration) -> Taken {
        let until = Instant::now() + PATIENCE;
        while colours(&self.picture()) > 4 {
            assert!(Instant::now() < until, "the window before this one did not go away");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut seen = self.picture();
        let start = Instant::now();
        let mut child =
            self.for_program(&mut Command::new(program), home).spawn().expect("the window starts");
        let mut changed = start;
        loop {
            std::thread::sleep(Duration::from_millis(4));
            let now = self.picture();
            if now != seen {
                let pixels = now.chunks_exact(4).zip(seen.chunks_exact(4)).filter(|(a, b)| a != b).count();
                if pixels >= TICK {
                    changed = Instant::now();
                }
                seen = now;
            }
            if changed > start && changed.elapsed() > STILL && colours(&seen) > 8 {
                break;
            }
            let ended = child.try_wait().expect("a child");
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "{} showed nothing: {ended:?}",
                program.display()
            );
        }
        let tree = tree(child.id());
        let sum = |file: &str, name: &str| -> u64 { tree.iter().filter_map(|p| field(*p, file, name)).sum() };
        let used = || tree.iter().filter_map(|p| ticks(*p)).sum::<u64>();
        let (before, had, watched) = (used(), sum("smaps_rollup", "Pss:"), Instant::now());
        std::thread::sleep(stays);
        let seconds = watched.elapsed().as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss, reason = "ticks of a minute fit a float")]
        let idle = (used() - before) as f64 / TICKS / seconds;
        let grown = i64::try_from(sum("smaps_rollup", "Pss:")).unwrap_or(0) - i64::try_from(had).unwrap_or(0);
        let taken = Taken {
            idle,
            grown,
            ready: changed - start,
            pss: sum("smaps_rollup", "Pss:"),
            rss: sum("status", "VmRSS:"),
            processes: tree.len(),
        };
        let _ = child.kill();
        let _ = child.wait();
        // The room and WebKit's processes end by themselves when their pipes close.
        while tree.iter().any(|p| running(*p)) && start.elapsed() < PATIENCE * 2 {
            std::thread::sleep(Duration::from_millis(20));
        }
        taken
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// How many different pixels a picture has, at least; counted up to a few.
fn colours(picture: &[u8]) -> usize {
    let mut found = HashSet::new();
    // The head of the file is not pixels; the last 1280 × 800 words are.
    let pixels = picture.get(picture.len().saturating_sub(1280 * 800 * 4)..).unwrap_or_default();
    for pixel in pixels.chunks_exact(4) {
        found.insert(pixel);
        if found.len() > 32 {
            break;
        }
    }
    found.len()
}

/// A process and all below it.
fn tree(root: u32) -> Vec<u32> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
        if let Some(parent) = field(pid, "status", "PPid:") {
            parents.insert(pid, parent);
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, p)| **p == u64::from(parent)).map(|(pid, _)| *pid));
        at += 1;
    }
    found
}

/// Clock ticks a second, as Linux counts them for programs (`proc_pid_stat(5)`).
const TICKS: f64 = 100.0;

/// How many ticks a process has computed.
fn ticks(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold spaces; what follows it does not.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// A number from a file of a process in /proc.
fn field(pid: u32, file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    text.lines().find_map(|l| l.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

fn running(pid: u32) -> bool {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    text.lines().any(|l| l.starts_with("State:") && !l.contains('Z'))
}
