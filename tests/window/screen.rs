//! What a window needs around it, started for one test and ended with it: a screen, a message bus, a driver.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use whole_program::coffer;

/// A process that ends with the test.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// A screen and a message bus of the test's own, reachable over local sockets only, and a home that is thrown away.
pub(crate) struct Screen {
    pub(crate) home: tempfile::TempDir,
    display: String,
    bus: String,
    processes: Vec<Process>,
}

/// A window manager that opens the first window on the monitor of a number.
const MANAGER: &str = r#"<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application title="Cofferdam"><position force="yes"><x>20</x><y>20</y><monitor>MONITOR</monitor></position></application>
</applications></openbox_config>"#;

/// A server without devices and with room for two monitors.
const TWO_MONITORS: &str = r#"
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoEnableDevices" "false"
EndSection
Section "Device"
  Identifier "none"
  Driver "dummy"
  VideoRam 65536
EndSection
Section "Monitor"
  Identifier "any"
  HorizSync 5-1000
  VertRefresh 5-200
EndSection
Section "Screen"
  Identifier "both"
  Device "none"
  Monitor "any"
  DefaultDepth 24
  SubSection "Display"
    Virtual 3200 1080
  EndSubSection
EndSection
"#;

impl Screen {
    pub(crate) fn new() -> Self {
        Self::of(|_| {
            let mut x = Command::new("Xvfb");
            x.args(["-screen", "0", "1920x1080x24"]);
            x
        })
    }

    /// A screen over two monitors, one of 1280 by 800 and to its right one of 1920 by 1080, with a window manager: what a
    /// laptop with a second monitor is. The first window opens on the monitor of this number. Xvfb has one monitor; Xorg's dummy driver has as many as are switched on.
    pub(crate) fn with_two_monitors(first: u8) -> Self {
        let screen = Self::of(|home| {
            let file = home.join("xorg.conf");
            std::fs::write(&file, TWO_MONITORS).unwrap();
            let mut x = Command::new("/usr/lib/xorg/Xorg");
            x.args(["-novtswitch", "-sharevts", "-logfile"])
                .arg(home.join("xorg.log"))
                .arg("-config")
                .arg(file);
            x
        });
        for step in [
            "--addmode DUMMY0 1280x800",
            "--addmode DUMMY1 1920x1080",
            "--output DUMMY0 --mode 1280x800 --pos 0x0 --primary",
            "--output DUMMY1 --mode 1920x1080 --pos 1280x0",
            // The server looks for monitors once more, and finds the second connected.
            "--query",
        ] {
            let done = screen.command("xrandr").args(step.split(' ')).output().unwrap();
            assert!(done.status.success(), "{step}: {}", String::from_utf8_lossy(&done.stderr));
        }
        screen.managed(first)
    }

    /// The same with a window manager, which gives the window the keyboard as a desktop does.
    pub(crate) fn managed(mut self, first: u8) -> Self {
        let file = self.home.path().join("openbox.xml");
        std::fs::write(&file, MANAGER.replace("MONITOR", &first.to_string())).unwrap();
        let mut manager = self.command("openbox");
        manager.arg("--sm-disable").arg("--config-file").arg(file);
        let manager = start(manager.stderr(Stdio::null()));
        self.processes.push(manager);
        self
    }

    fn of(server: impl FnOnce(&Path) -> Command) -> Self {
        let home = tempfile::tempdir().unwrap();
        for folder in ["run", "state"] {
            std::fs::create_dir(home.path().join(folder)).unwrap();
        }
        // WebKit refuses a runtime folder that others can read.
        std::fs::set_permissions(
            home.path().join("run"),
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        )
        .unwrap();
        let mut server = server(home.path());
        server.args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"]);
        let mut x = start(server.stdout(Stdio::piped()).stderr(Stdio::null()));
        let display = format!(":{}", first_line(&mut x));
        let mut bus = start(
            Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .arg(format!("--address=unix:dir={}", home.path().join("run").display()))
                .env("DISPLAY", &display)
                .env("XDG_RUNTIME_DIR", home.path().join("run"))
                .stdout(Stdio::piped()),
        );
        let address = first_line(&mut bus);
        Self { home, display, bus: address, processes: vec![x, bus] }
    }

    /// A command that sees this screen, this bus and this home, and nothing of the machine's own.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            .env("XDG_CACHE_HOME", self.home.path().join("cache"))
            .env("GDK_BACKEND", "x11")
            .env("LANG", "C.UTF-8")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Where the window and `coffer` keep ceremonies here.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state/cofferdam")
    }
}

/// A driver on a free loopback port, which starts the window when a session begins.
pub(crate) struct Driver {
    pub(crate) process: Process,
    pub(crate) port: u16,
}

impl Driver {
    pub(crate) fn new(screen: &Screen, dark: bool) -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut command = screen.command("WebKitWebDriver");
        command
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("NO_AT_BRIDGE", "1")
            .env("GTK_THEME", if dark { "Adwaita:dark" } else { "Adwaita" })
            .stdout(Stdio::null());
        let process = start(&mut command);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "WebKitWebDriver does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, port }
    }
}

/// A program of the build, beside `coffer`.
pub(crate) fn built(name: &str) -> PathBuf {
    let path = coffer().with_file_name(name);
    assert!(path.is_file(), "{} is not built: run `make test`", path.display());
    path
}

/// A process's name and its parent.
fn named(pid: u32) -> Option<(String, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    Some((name, tail.split_whitespace().nth(1)?.parse().ok()?))
}

/// The children of a process whose name begins like this.
pub(crate) fn children(parent: u32, name: &str) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| named(*pid).is_some_and(|(own, above)| above == parent && own.starts_with(name)))
        .collect()
}

/// Whether a process is there under a name that begins like this, and not only its remains.
pub(crate) fn is_named(pid: u32, name: &str) -> bool {
    named(pid).is_some_and(|(own, _)| own.starts_with(name))
        && std::fs::read_link(format!("/proc/{pid}/exe")).is_ok()
}

/// A process and all below it.
pub(crate) fn tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut at = 0;
    while let Some(pid) = all.get(at) {
        all.extend(children(*pid, ""));
        at += 1;
    }
    all
}

/// The internet sockets that a process holds, as its own network namespace lists them.
pub(crate) fn internet_sockets(pid: u32) -> Vec<String> {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let held: Vec<String> = open
        .filter_map(|e| std::fs::read_link(e.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|l| Some(l.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        // The tenth column is the socket's number.
        let listed = text
            .lines()
            .skip(1)
            .filter(|l| l.split_whitespace().nth(9).is_some_and(|n| held.iter().any(|h| h == n)));
        found.extend(listed.map(|l| format!("{table}: {l}")));
    }
    found
}

/// Ends one process without warning, by its id.
pub(crate) fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
}

/// Where pictures of the screens are kept for whoever wants to look.
pub(crate) fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn start(command: &mut Command) -> Process {
    let program = command.get_program().to_owned();
    let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    Process(
        child.unwrap_or_else(|e| panic!("{} does not start ({e}): run `make setup-test`", program.display())),
    )
}

fn first_line(process: &mut Process) -> String {
    let mut line = String::new();
    BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.trim().is_empty(), "a server of the screen ended before it was ready");
    line.trim().to_owned()
}
