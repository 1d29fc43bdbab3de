//! A TPM 2.0 in software (`swtpm`), with its state in a folder of its own, for as long as a test needs it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A port may be taken between looking for it and using it.
const ATTEMPTS: u32 = 5;
const LIMIT: Duration = Duration::from_secs(10);

/// A running emulator. It ends when this is dropped, and with the test program if that is killed.
pub(crate) struct Emulator {
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Emulator {
    /// Starts one; or why that cannot be done here.
    pub(crate) fn start() -> Result<Self, String> {
        for _ in 0..ATTEMPTS {
            let mut emulator = Self::spawn()?;
            if emulator.listens() {
                return Ok(emulator);
            }
        }
        Err("its TPM in software (swtpm) does not start".to_owned())
    }

    /// Where the emulator and what uses it keep their state.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// As the TPM software stack names it.
    pub(crate) fn address(&self) -> String {
        format!("swtpm:host=127.0.0.1,port={}", self.port)
    }

    fn spawn() -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let port = port();
        let option = |name: &str, value: String| [name.to_owned(), value];
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "swtpm", "socket", "--tpm2"])
            .args(["--flags", "not-need-init,startup-clear"])
            .args(option("--tpmstate", format!("dir={}", folder.path().display())))
            .args(option("--pid", format!("file={}", folder.path().join("pid").display())))
            // Each of the module's tokens has a connection of its own; the emulator serves one at a time.
            .args(option("--server", format!("type=tcp,port={port},disconnect")))
            .args(option("--ctrl", format!("type=tcp,port={}", port + 1)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("setpriv does not start ({e})"))?;
        Ok(Self { process, port, folder })
    }

    /// Waits until its ports are its own, which it notes by writing its process number; `false` when it ended instead.
    fn listens(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < LIMIT && self.process.try_wait().unwrap().is_none() {
            if self.folder.path().join("pid").exists() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that is free together with the next one: the stack looks for the control channel there.
fn port() -> u16 {
    loop {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind((Ipv4Addr::LOCALHOST, port + 1)).is_ok() {
            return port;
        }
    }
}
