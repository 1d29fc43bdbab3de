//! A desk with a reader: `pcscd` with vsmartcard's `vpcd` driver, started without systemd, and the cards that are
//! plugged into it. Up in about a second; torn down, process by process, when dropped.
//!
//! A machine can have one `pcscd`, because its socket's place is fixed; desks therefore wait for one another on a
//! locked file. The driver's two slots share one state, so at most two cards can be plugged in at once.
//!
//! `vpcd` listens on every address of the machine. Where the system permits it (root, as a rule), `pcscd` runs in a
//! network namespace of its own, in which only the cards' threads can reach that port. Where it does not,
//! [`Desk::is_isolated`] is false and the port is open to the network while the desk stands.

use std::ffi::CString;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pcsc::{Context, ReaderState, Scope, State};

use crate::{Firmware, Plug, netns};

/// Debian's place for the driver (package vsmartcard-vpcd).
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// `ykman` and ykcs11 choose a YubiKey by this name.
const READER: &str = "Yubico YubiKey OTP+FIDO+CCID";
const RUN: &str = "/run/pcscd";
const SOCKET: &str = "/run/pcscd/pcscd.comm";
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest that one desk waits for another: more than the longest test that holds one.
const QUEUE: Duration = Duration::from_mins(10);
/// The least time between pulling a card out and plugging it in again.
const HAND: Duration = Duration::from_millis(900);
/// How often a card that got no power is pushed in again.
const TRIES: u32 = 2;

/// Why there is no desk.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A program or driver is not installed.
    #[error("{0} was not found; scripts/setup test installs it")]
    Missing(&'static str),
    /// Someone else's `pcscd` runs here and is left alone.
    #[error(
        "a pcscd that is not ours is running; stop it (systemctl stop pcscd.socket pcscd.service) to test here"
    )]
    Occupied,
    /// Another desk did not go.
    #[error("another desk has held {} for ten minutes; end the virtual-yubikey that was left behind (fuser names it)", .0.display())]
    Held(PathBuf),
    /// Not enough rights, or the system said no.
    #[error("{0}")]
    System(String),
    /// A process or reader did not do what it should in time.
    #[error("{0} did not happen within ten seconds")]
    Late(String),
}

impl From<std::io::Error> for Refusal {
    fn from(e: std::io::Error) -> Self {
        Self::System(e.to_string())
    }
}

/// The desk. One at a time on a machine; opening a second waits for the first to go.
pub struct Desk {
    folder: tempfile::TempDir,
    daemon: Daemon,
    isolated: bool,
    /// Last, so that the next desk comes when the daemon has gone.
    place: Place,
}

/// The machine's only place for a `pcscd`, held until dropped. While one holds it without a desk, no desk's `pcscd`
/// runs.
pub struct Place(#[allow(dead_code, reason = "held for its lock")] File);

/// A process that ends with the value.
struct Daemon(Child);

impl Desk {
    /// Starts `pcscd` with an empty reader.
    pub fn open() -> Result<Self, Refusal> {
        if !Path::new(DRIVER).exists() {
            return Err(Refusal::Missing("vsmartcard-vpcd"));
        }
        let daemon = ["/usr/sbin/pcscd", "/usr/bin/pcscd"].into_iter().find(|p| Path::new(p).exists());
        let daemon = daemon.ok_or(Refusal::Missing("pcscd"))?;
        let mut place = take_place()?;
        if UnixStream::connect(SOCKET).is_ok() {
            return Err(Refusal::Occupied);
        }
        std::fs::create_dir_all(RUN)
            .map_err(|e| Refusal::System(format!("{RUN}: {e}; starting pcscd needs root")))?;
        let folder = tempfile::tempdir()?;
        let readers = folder.path().join("readers");
        std::fs::create_dir(&readers)?;
        std::fs::write(
            readers.join("vpcd"),
            format!(
                "FRIENDLYNAME \"{READER}\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {DRIVER}\nCHANNELID 0x8C7B\n"
            ),
        )?;
        let log = File::create(folder.path().join("pcscd.log"))?;
        let mut command = Command::new(daemon);
        command.args(["--foreground", "--config"]).arg(&readers);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let isolated = netns::is_permitted();
        if isolated {
            netns::isolate(&mut command);
        }
        let daemon = command.spawn()?;
        place.set_len(0)?;
        place.rewind()?;
        write!(place, "{}", daemon.id())?;
        let mut desk = Self { folder, daemon: Daemon(daemon), isolated, place: Place(place) };
        desk.wait_for_daemon()?;
        Ok(desk)
    }

    /// A desk for a test, or none where this machine cannot have one: the reason is printed, and in continuous
    /// integration (`CI` set) it is a failure instead.
    ///
    /// # Panics
    /// Where there is no desk though `CI` is set.
    #[allow(clippy::print_stderr, reason = "a skipped test must be seen")]
    pub fn open_or_skip() -> Option<Self> {
        match Self::open() {
            Ok(desk) => Some(desk),
            Err(why) => {
                assert!(std::env::var_os("CI").is_none(), "no virtual YubiKey in CI: {why}");
                eprintln!("skipped: {why}");
                None
            }
        }
    }

    /// Tears the desk down but keeps its place, so that for as long as the value lives no smart-card service runs.
    pub fn close(self) -> Place {
        drop(self.daemon);
        self.place
    }

    /// Whether the reader's port can be reached by the cards alone.
    pub fn is_isolated(&self) -> bool {
        self.isolated
    }

    /// A folder that goes with the desk.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A card for the reader's first (0) or second (1) slot, with a state that ends with it. Not plugged in yet.
    pub fn card(&self, slot: u16, firmware: Firmware, serial: u32) -> Result<Plug, Refusal> {
        self.kept_card(slot, firmware, serial, None)
    }

    /// The same, with its state kept in a JSON file; firmware and serial number of an existing file stand.
    pub fn kept_card(
        &self,
        slot: u16,
        firmware: Firmware,
        serial: u32,
        file: Option<PathBuf>,
    ) -> Result<Plug, Refusal> {
        let namespace = self.isolated.then(|| self.daemon.0.id());
        Plug::new(slot, firmware, serial, file, namespace).map_err(Refusal::System)
    }

    /// Plugs a card in and waits until the reader has powered it (about half a second). On a busy machine pcscd may give
    /// up on powering a card and not try again: it is then pulled and pushed in again, as by a hand.
    pub fn insert(&self, card: &Plug) -> Result<(), Refusal> {
        // pcscd looks at its reader every 0.4 seconds. A card that left and came back between two looks never left, in
        // its eyes, and stays without power; no hand is that fast.
        if let Some(left) = card.unplugged_for() {
            std::thread::sleep(HAND.saturating_sub(left));
            wait_for_reader(card, State::EMPTY)?;
        }
        card.insert();
        for _ in 0..TRIES {
            match wait_for_reader(card, State::PRESENT) {
                Err(Refusal::Late(_)) => {}
                seen => return seen,
            }
            self.remove(card)?;
            std::thread::sleep(HAND);
            card.insert();
        }
        wait_for_reader(card, State::PRESENT)
    }

    /// Pulls a card out and waits until the reader has noticed (about half a second).
    pub fn remove(&self, card: &Plug) -> Result<(), Refusal> {
        card.remove();
        wait_for_reader(card, State::EMPTY)
    }

    fn wait_for_daemon(&mut self) -> Result<(), Refusal> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.daemon.0.try_wait()? {
                let log = std::fs::read_to_string(self.folder.path().join("pcscd.log")).unwrap_or_default();
                return Err(Refusal::System(format!("pcscd ended with {status}: {}", log.trim())));
            }
            if readers_are_listed() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(Refusal::Late("the start of pcscd".to_owned()))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // SIGTERM lets it remove its socket; it is ours, by its own process id.
        stop(self.0.id());
        let start = Instant::now();
        while matches!(self.0.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(3) {
                let _ = self.0.kill();
                let _ = self.0.wait();
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Waits for the machine's only place for a `pcscd`, and clears away what a desk that was killed left in it.
fn take_place() -> Result<File, Refusal> {
    let path = std::env::temp_dir().join("cofferdam-virtual-yubikey.lock");
    let mut place = File::options().read(true).write(true).create(true).truncate(false).open(&path)?;
    let start = Instant::now();
    while let Err(busy) = place.try_lock() {
        match busy {
            TryLockError::WouldBlock if start.elapsed() < QUEUE => {
                std::thread::sleep(Duration::from_millis(50));
            }
            TryLockError::WouldBlock => return Err(Refusal::Held(path)),
            TryLockError::Error(e) => return Err(e.into()),
        }
    }
    let mut left = String::new();
    place.read_to_string(&mut left)?;
    // Whoever holds the lock is alive; so a daemon that still runs here has lost its desk. Process ids are used again,
    // hence the second look.
    let is_ours = |pid: u32| {
        std::fs::read_to_string(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| line.contains("pcscd") && line.contains("--config"))
    };
    if let Some(pid) = left.trim().parse().ok().filter(|pid| is_ours(*pid)) {
        stop(pid);
        let start = Instant::now();
        while is_ours(pid) && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(place)
}

fn stop(pid: u32) {
    let _ = Command::new("kill").arg(pid.to_string()).stderr(Stdio::null()).status();
}

/// The name that the reader's slot has in PC/SC.
fn reader_name(slot: u16) -> CString {
    CString::new(format!("{READER} 00 {slot:02}")).unwrap_or_default()
}

fn readers_are_listed() -> bool {
    let Ok(context) = Context::establish(Scope::System) else { return false };
    let names = context.list_readers_owned().unwrap_or_default();
    [0, 1].into_iter().all(|slot| names.contains(&reader_name(slot)))
}

fn wait_for_reader(card: &Plug, wanted: State) -> Result<(), Refusal> {
    let say = |e: pcsc::Error| Refusal::System(format!("pcscd: {e}"));
    let context = Context::establish(Scope::System).map_err(say)?;
    let mut states = [ReaderState::new(reader_name(card.reader_slot()), State::UNAWARE)];
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match context.get_status_change(Duration::from_secs(1), &mut states) {
            Ok(()) | Err(pcsc::Error::Timeout) => {}
            Err(e) => return Err(say(e)),
        }
        let seen = states[0].event_state();
        if seen.contains(wanted) && !seen.contains(State::MUTE) {
            return Ok(());
        }
        states[0].sync_current_state();
    }
    Err(Refusal::Late(format!("the reader's state {wanted:?}")))
}
