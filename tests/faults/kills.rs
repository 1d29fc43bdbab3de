//! Ten thousand kills over every ceremony that is rehearsed from Home: the room's process is ended at any moment, taken up again, and
//! ended again, until the ceremony closes. Nothing that was signed is changed, nothing that was acknowledged is lost, none stays
//! where it is, and every pack verifies.

use protocol::{RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use whole_program::room::Room;
use whole_program::{intact, practice, said};

/// How many kills, where the environment does not say it.
const KILLS: u64 = 10_000;
const IN_ENVIRONMENT: &str = "COFFERDAM_KILLS";
/// So many of one rehearsal, and it is stuck.
const STUCK: u64 = 2_000;
const THREADS: u64 = 2;

#[test]
#[ignore = "takes hours: make soak"]
#[allow(clippy::print_stdout, reason = "hours are long without a word")]
fn every_ceremony_goes_on_whenever_its_room_is_killed() {
    let wanted = std::env::var(IN_ENVIRONMENT).ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let (kills, next, ended) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let scripts = practice::scripts();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while kills.load(Ordering::Relaxed) < wanted {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let script = &scripts[usize::try_from(n).unwrap() % scripts.len()];
                    let of_it = killed_until_closed(script, n);
                    let all = kills.fetch_add(of_it, Ordering::Relaxed) + of_it;
                    let closed = ended.fetch_add(1, Ordering::Relaxed) + 1;
                    println!("{script}: {of_it} kills; {all} in all, {closed} closed, {:?}", began.elapsed());
                }
            });
        }
    });
}

/// How often it was killed until it closed.
fn killed_until_closed(script: &str, n: u64) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path();
    let mut chance = Chance(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    // From the start of a room to its first question takes this long here; the kills fall from there on, further apart each time
    // that nothing was gained, so that a slow machine comes to an end too.
    let (mut longest, mut gained) = (600, 0);
    for kill in 0.. {
        let at = format!("{script}, rehearsal {n}, kill {kill}");
        assert!(kill < STUCK, "{at}: it does not come to its end");
        let run = practice::run(state);
        let before = run.as_ref().map(|run| Record::of(state, run));
        let first = match &run {
            Some(run) => ToRoom::Resume { run: run.clone(), token: None },
            None => ToRoom::Practise { script: script.into(), parameters: BTreeMap::new(), roster: None },
        };
        let done = killed_after(state, &first, Duration::from_millis(chance.below(longest)));
        let now = practice::run(state).filter(|now| run.as_ref().is_none_or(|run| run == now));
        let after = now.map(|run| Record::of(state, &run));
        if let Some(before) = &before {
            before.stands_in(after.as_ref().unwrap_or_else(|| panic!("{at}: the run is gone")), &at);
        }
        match done {
            None => {
                let lines = after.map_or(0, |record| record.lines.len());
                if lines > gained { gained = lines } else { longest += 100 }
            }
            Some(Ok(finished)) => {
                assert_eq!(finished.state, RunState::Closed, "{at}");
                let out = whole_program::run(state, &["verify", &finished.pack.unwrap()]);
                assert!(intact(&out) && said(&out).contains("follows the script"), "{at}: {}", said(&out));
                return kill;
            }
            Some(Err(problem)) => panic!("{at}: refused: {problem}"),
        }
    }
    unreachable!("it closes, or is stuck")
}

/// Plays, and ends the room's process so long after it began. None where that came first.
fn killed_after(
    state: &Path,
    first: &ToRoom,
    wait: Duration,
) -> Option<Result<protocol::FinishedView, protocol::Problem>> {
    let mut room = Room::open(state);
    let (pid, over) = (room.process(), AtomicBool::new(false));
    // What is made for a rehearsal, an earlier ceremony included, is made anew where it was cut off: nothing of it is tried here.
    let begun = AtomicBool::new(matches!(first, ToRoom::Resume { .. }));
    let done = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut since = Instant::now();
            while since.elapsed() < wait {
                std::thread::sleep(Duration::from_millis(2));
                if over.load(Ordering::Relaxed) {
                    return;
                }
                if !begun.load(Ordering::Relaxed) {
                    since = Instant::now();
                }
            }
            let _ = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
        });
        let done = practice::until_killed(&mut room, first, &mut |_| {
            begun.store(true, Ordering::Relaxed);
            false
        });
        over.store(true, Ordering::Relaxed);
        done
    });
    room.kill();
    done
}

/// What lies of a run.
struct Record {
    folder: PathBuf,
    lines: Vec<String>,
}

impl Record {
    fn of(state: &Path, run: &str) -> Self {
        let folder = state.join("rehearsal/runs").join(run);
        let lines = crate::interrupted::lines(&folder.join("transcript.jsonl"));
        Self { folder, lines }
    }

    /// What was signed stands in the record as it goes on. What came after it stands there too, or lies beside it.
    fn stands_in(&self, later: &Self, at: &str) {
        let signed = crate::interrupted::signed(&self.lines).min(self.lines.len());
        assert!(later.lines.starts_with(&self.lines[..signed]), "{at}: a signed entry changed");
        let rest = &self.lines[signed..];
        let files = std::fs::read_dir(&self.folder).unwrap().flatten().map(|file| file.path());
        let mut aside = files
            .filter(|file| file.file_name().is_some_and(|n| n.to_string_lossy().starts_with("set-aside-")))
            .filter(|file| file.is_file());
        let kept = later.lines.starts_with(&self.lines)
            || aside.any(|file| crate::interrupted::lines(&file).starts_with(rest));
        assert!(kept, "{at}: an entry is lost");
    }
}

/// Well-spread numbers from a fixed seed (xorshift64), so that a failure can be played again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}
