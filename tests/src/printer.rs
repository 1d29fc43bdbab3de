//! A real print service of our own: CUPS in a folder, with a printer that puts what it prints into another folder.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The service; ends when it is dropped.
pub struct Printer {
    child: Child,
    folder: tempfile::TempDir,
}

impl Printer {
    /// Starts the service with three queues: `office` on a cable, `network` on a network, and `stubborn`, which is on a
    /// cable and stops whenever anything goes wrong.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("cups").tempdir_in("/tmp").expect("a folder");
        let at = folder.path().display().to_string();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("is ours");
        for name in ["etc", "state", "cache", "spool", "spool/tmp", "bin", "bin/backend", "tray"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        for part in ["filter", "daemon", "cgi-bin", "driver", "monitor", "notifier"] {
            let _ = std::os::unix::fs::symlink(
                format!("/usr/lib/cups/{part}"),
                folder.path().join("bin").join(part),
            );
        }
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("writes");
        write(
            "etc/cups-files.conf",
            &format!(
                "ServerRoot {at}/etc\nStateDir {at}/state\nCacheDir {at}/cache\nRequestRoot {at}/spool\n\
                 TempDir {at}/spool/tmp\nServerBin {at}/bin\nDataDir /usr/share/cups\nPrintcap\n\
                 AccessLog {at}/access.log\nErrorLog {at}/error.log\nPageLog {at}/page.log\n"
            ),
        );
        // As docs/printing.md has it: nothing is kept of a job that was printed.
        write(
            "etc/cupsd.conf",
            &format!(
                "Listen {at}/state/cups.sock\nBrowsing No\nPreserveJobFiles No\nPreserveJobHistory Yes\n\
                 <Location />\n  Allow all\n</Location>\n<Policy default>\n  JobPrivateAccess default\n  \
                 JobPrivateValues default\n  SubscriptionPrivateAccess default\n  SubscriptionPrivateValues default\n  \
                 <Limit All>\n    Order deny,allow\n  </Limit>\n</Policy>\n"
            ),
        );
        // Prints into the tray; with `jam` there, it is out of paper.
        write(
            "bin/backend/usb",
            &format!(
                "#!/bin/sh\n[ $# = 0 ] && exit 0\nif [ -e {at}/jam ]; then echo 'STATE: +media-empty-error' >&2; exit 1; fi\n\
                 if [ -e {at}/slow ]; then : > {at}/begun; sleep 60; exit 1; fi\n\
                 echo 'STATE: -media-empty-error' >&2\nif [ $# -gt 5 ]; then exec < \"$6\"; fi\n\
                 cat > {at}/tray/part.$1 && mv {at}/tray/part.$1 {at}/tray/$(printf %03d $1).pdf\n"
            ),
        );
        write("bin/backend/socket", "#!/bin/sh\nexit 0\n");
        for backend in ["usb", "socket"] {
            let backend = folder.path().join("bin/backend").join(backend);
            std::fs::set_permissions(backend, PermissionsExt::from_mode(0o700)).expect("is ours");
        }
        let child = Command::new("/usr/sbin/cupsd")
            .args(["-f", "-c", &format!("{at}/etc/cupsd.conf"), "-s", &format!("{at}/etc/cups-files.conf")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("cupsd is installed: run `make setup-test`");
        let printer = Self { child, folder };
        let begun = Instant::now();
        while !printer.ask("lpstat", &["-r"]).contains("is running") {
            assert!(begun.elapsed() < Duration::from_mins(1), "cupsd does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        for (name, device, policy) in [
            ("office", "usb://Test/Printer?serial=1", "abort-job"),
            ("stubborn", "usb://Test/Printer?serial=2", "stop-printer"),
            ("network", "socket://192.0.2.1:9100", "abort-job"),
        ] {
            let policy = format!("printer-error-policy={policy}");
            printer.ask("lpadmin", &["-p", name, "-E", "-v", device, "-o", &policy]);
        }
        printer
    }

    fn ask(&self, program: &str, arguments: &[&str]) -> String {
        let out = Command::new(program)
            .args(arguments)
            .env("CUPS_SERVER", self.socket())
            .env("LC_ALL", "C")
            .output()
            .expect("CUPS's programs are installed: run `make setup-test`");
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    /// Where it listens; `CUPS_SERVER` for the room.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("state/cups.sock")
    }

    /// The service's own folders: spool, logs, caches. What was printed is not among them.
    pub fn own(&self) -> Vec<PathBuf> {
        crate::files(self.folder.path())
            .into_iter()
            .filter(|f| !f.starts_with(self.folder.path().join("tray")))
            .collect()
    }

    /// What lies in the tray, in the order in which it was printed.
    pub fn tray(&self) -> Vec<PathBuf> {
        let mut printed = crate::files(&self.folder.path().join("tray"));
        printed.sort();
        printed
    }

    /// From now on nothing comes out within a test. The service ends as by a pulled plug when the next job is being printed;
    /// wait for the thread.
    pub fn ends_while_it_prints(&self) -> std::thread::JoinHandle<()> {
        let begun = self.folder.path().join("begun");
        std::fs::write(self.folder.path().join("slow"), "").expect("writes");
        let service = self.child.id().to_string();
        std::thread::spawn(move || {
            while !begun.exists() {
                std::thread::sleep(Duration::from_millis(20));
            }
            let killed = Command::new("kill").args(["-KILL", &service]).status();
            assert!(killed.is_ok_and(|status| status.success()), "the service is ours");
        })
    }

    /// Takes the paper out, or puts it in.
    pub fn paper(&self, there: bool) {
        let jam: &Path = &self.folder.path().join("jam");
        if there {
            std::fs::remove_file(jam).expect("was out of paper");
        } else {
            std::fs::write(jam, "").expect("writes");
        }
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        // SIGTERM: it ends what it started.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
