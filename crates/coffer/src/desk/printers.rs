//! Printers through CUPS on this workstation: `lp` reads the PDF from its standard input and hands it to the print
//! service over its local socket. Nothing is written by us, and internet sockets are refused to `lp` as to ourselves.

use super::words;
use engine::printing::{Printers, Queue};
use protocol::{Mode, Problem};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Where the print service listens, and where it keeps what waits to be printed.
const SOCKET: &str = "/run/cups/cups.sock";
const SPOOL: &str = "/var/spool/cups";
/// How long the print service may take to answer.
const ANSWERS: Duration = Duration::from_secs(20);
/// How long a sheet may take to come out before people are asked what they see.
const PRINTS: Duration = Duration::from_mins(2);
const LOOKS_EVERY: Duration = Duration::from_millis(500);
/// More than any list of printers.
const MOST_SAID: u64 = 256 * 1024;
/// `statfs` types of file systems that are kept in memory (`linux/magic.h`).
const IN_MEMORY: [i64; 2] = [0x0102_1994, 0x8584_58f6];

/// The print service of this machine.
pub(crate) struct Cups {
    socket: PathBuf,
}

/// What one of CUPS's programs said.
struct Said {
    worked: bool,
    out: String,
    err: String,
}

impl Cups {
    /// The service at its usual socket, or at the one that `CUPS_SERVER` names: a path, never a host.
    pub(crate) fn of_this_machine() -> Self {
        let named = std::env::var_os("CUPS_SERVER").filter(|v| v.as_bytes().starts_with(b"/"));
        Self { socket: named.map_or_else(|| PathBuf::from(SOCKET), PathBuf::from) }
    }

    fn ask(&self, program: &str, arguments: &[&str], input: &[u8]) -> Result<Said, Problem> {
        let path = Path::new("/usr/bin").join(program);
        let mut child = Command::new(&path)
            .args(arguments)
            .env_clear()
            .env("CUPS_SERVER", &self.socket)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| words::no_print_service(&format!("{}: {e}", path.display())))?;
        let (send, heard) = mpsc::channel();
        let streams = (child.stdout.take(), child.stderr.take());
        std::thread::spawn(move || {
            let text = |stream: Option<&mut dyn Read>| {
                let mut text = Vec::new();
                let _ = stream.map(|s| s.take(MOST_SAID).read_to_end(&mut text));
                String::from_utf8_lossy(&text).into_owned()
            };
            let (mut out, mut err) = streams;
            let out = text(out.as_mut().map(|s| s as &mut dyn Read));
            let _ = send.send((out, text(err.as_mut().map(|s| s as &mut dyn Read))));
        });
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not want it says so on its other streams.
            let _ = stdin.write_all(input);
        }
        let Ok((out, err)) = heard.recv_timeout(ANSWERS) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(words::no_print_service(&words::no_answer(program, ANSWERS.as_secs())));
        };
        let status = child.wait().map_err(|e| words::no_print_service(&e.to_string()))?;
        Ok(Said { worked: status.success(), out, err })
    }

    /// What a printer complains of, in CUPS's words: `media-empty-error`, or that it was stopped.
    fn complaint(&self, queue: &str) -> Option<String> {
        let said = self.ask("lpstat", &["-l", "-p", queue], &[]).ok()?;
        complaint_in(&said.out)
    }

    /// What is still in the queue must not come out when nobody is looking: takes a job out of it, or all where its number
    /// is not known, and says so only if the service agrees that nothing waits.
    fn not_printed(&self, queue: &str, job: Option<&str>, why: &str) -> Problem {
        let _ = match job {
            Some(job) => self.ask("cancel", &["-x", job], &[]),
            None => self.ask("cancel", &["-a", "-x", queue], &[]),
        };
        let waits = |job: &str| self.is_waiting(queue, job).ok();
        let left = match job {
            Some(job) => waits(job),
            None => self
                .ask("lpstat", &["-W", "not-completed", "-o", queue], &[])
                .ok()
                .map(|said| !said.out.is_empty()),
        };
        if left == Some(false) { words::print_unfinished(queue, why) } else { words::print_left(queue, why) }
    }

    fn is_waiting(&self, queue: &str, job: &str) -> Result<bool, Problem> {
        let said = self.ask("lpstat", &["-W", "not-completed", "-o", queue], &[])?;
        if !said.worked {
            return Err(words::no_print_service(&said.err));
        }
        Ok(said.out.lines().any(|line| line.split_whitespace().next() == Some(job)))
    }
}

impl Printers for Cups {
    fn queues(&self, mode: Mode) -> Result<Vec<Queue>, Problem> {
        // Asked first: without a service, the lists are empty and nothing is said to be wrong.
        let there = self.ask("lpstat", &["-r"], &[])?;
        if !there.out.contains("is running") {
            return Err(words::no_print_service(&format!("{}{}", there.out, there.err)));
        }
        let (names, devices) = (self.ask("lpstat", &["-e"], &[])?, self.ask("lpstat", &["-v"], &[])?);
        let mut queues: Vec<Queue> = names
            .out
            .lines()
            .map(str::trim)
            .filter(|name| !name.is_empty() && !name.starts_with('-'))
            .map(|name| {
                let begin = words::device_for(name);
                let device = devices.out.lines().find_map(|line| line.strip_prefix(&begin));
                Queue {
                    name: name.to_owned(),
                    device: device.unwrap_or(words::FOUND_ON_THE_NETWORK).to_owned(),
                    refused: match device {
                        Some(device) => refusal(device, mode),
                        None => Some(words::OVER_A_NETWORK.to_owned()),
                    },
                }
            })
            .collect();
        queues.sort_by_key(|q| q.refused.is_some());
        Ok(queues)
    }

    fn print(&self, queue: &str, paper: &str, title: &str, pdf: &[u8]) -> Result<(), Problem> {
        let media = format!("media={paper}");
        let options = [&media, "sides=one-sided", "print-scaling=none", "print-color-mode=monochrome"];
        let mut arguments = vec!["-d", queue, "-n", "1", "-t", title];
        arguments.extend(options.iter().flat_map(|option| ["-o", option]));
        arguments.push("-");
        // A service that took the job and did not say so has it all the same.
        let said = self.ask("lp", &arguments, pdf).map_err(|e| self.not_printed(queue, None, &e.happened))?;
        let job = job_in(&said.out)
            .filter(|_| said.worked)
            .ok_or_else(|| words::print_refused(queue, &said.err))?;
        let until = Instant::now() + PRINTS;
        while self.is_waiting(queue, &job).map_err(|e| self.not_printed(queue, Some(&job), &e.happened))? {
            let stopped = self.complaint(queue).filter(|c| c.contains("stopped"));
            if stopped.is_some() || Instant::now() > until {
                let why = stopped.or_else(|| self.complaint(queue));
                let why = why.as_deref().unwrap_or(words::DOES_NOT_SAY);
                return Err(self.not_printed(queue, Some(&job), why));
            }
            std::thread::sleep(LOOKS_EVERY);
        }
        match self.complaint(queue) {
            Some(why) => Err(words::print_unfinished(queue, &why)),
            None => Ok(()),
        }
    }

    fn waits_in_memory(&self) -> Option<bool> {
        // Another service may keep its jobs anywhere.
        (self.socket == Path::new(SOCKET)).then(|| is_in_memory(Path::new(SPOOL))).flatten()
    }
}

fn is_in_memory(folder: &Path) -> Option<bool> {
    rustix::fs::statfs(folder).ok().map(|found| IN_MEMORY.contains(&found.f_type))
}

/// Why no sheet may go to a device, by its address. What is not known to be local is refused.
fn refusal(device: &str, mode: Mode) -> Option<String> {
    let (scheme, rest) = device.split_once(':').unwrap_or(("file", device));
    match scheme {
        "usb" | "parallel" | "serial" => None,
        "hp" if rest.starts_with("/usb/") || rest.starts_with("/par/") => None,
        "file" | "cups-pdf" if mode == Mode::Rehearsal => None,
        "file" | "cups-pdf" => Some(words::INTO_A_FILE.to_owned()),
        _ => Some(words::OVER_A_NETWORK.to_owned()),
    }
}

/// The job's name in `request id is office-12 (0 file(s))`.
fn job_in(said: &str) -> Option<String> {
    let rest = said.lines().find_map(|line| line.strip_prefix(words::JOB_IS))?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// What stands in a printer's long status that keeps paper from coming out.
fn complaint_in(status: &str) -> Option<String> {
    let alerts = status.lines().find_map(|line| line.trim().strip_prefix("Alerts:")).unwrap_or_default();
    let mut found: Vec<&str> = alerts
        .split_whitespace()
        .filter(|a| a.ends_with("-error") || ["media-empty", "media-jam", "media-needed"].contains(a))
        .collect();
    let disabled = status.lines().next().is_some_and(|line| line.contains(" disabled since "));
    if disabled {
        found.push("stopped");
    }
    (!found.is_empty()).then(|| found.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cables_are_local() {
        for local in [
            "usb://HP/LaserJet?serial=1",
            "parallel:/dev/lp0",
            "serial:/dev/ttyS0?baud=9600",
            "hp:/usb/HP?s=1",
        ] {
            assert_eq!(refusal(local, Mode::Production), None, "{local}");
        }
        let networks = [
            "ipp://printer.example/ipp",
            "ipps://localhost:631/x",
            "socket://192.0.2.1:9100",
            "lpd://192.0.2.1/q",
            "http://192.0.2.1",
            "https://192.0.2.1",
            "smb://host/q",
            "dnssd://Office._ipp._tcp.local/",
            "implicitclass://office/",
            "hp:/net/HP?ip=192.0.2.1",
            "beh:/1/3/5/socket://192.0.2.1",
            "unheard-of:/x",
        ];
        for network in networks {
            for mode in [Mode::Rehearsal, Mode::Production] {
                assert_eq!(refusal(network, mode).as_deref(), Some(words::OVER_A_NETWORK), "{network}");
            }
        }
        for file in ["file:///tmp/x", "/tmp/out.prn", "cups-pdf:/"] {
            assert_eq!(refusal(file, Mode::Rehearsal), None);
            assert!(refusal(file, Mode::Production).is_some_and(|why| why.contains("disk")));
        }
    }

    #[test]
    fn what_cups_says_is_understood() {
        assert_eq!(job_in("request id is desk-room-12 (0 file(s))\n").as_deref(), Some("desk-room-12"));
        assert_eq!(job_in("lp: Error"), None);
        let idle = "printer a is idle.  enabled since Wed\n\tForm mounted:\n\tAlerts: none\n";
        assert_eq!(complaint_in(idle), None);
        let empty = idle.replace("none", "media-low-warning media-empty-error");
        assert_eq!(complaint_in(&empty).as_deref(), Some("media-empty-error"));
        let stopped = "printer a disabled since Wed -\n\treason unknown\n\tAlerts: media-jam-error paused\n";
        assert_eq!(complaint_in(stopped).as_deref(), Some("media-jam-error, stopped"));
    }

    #[test]
    fn memory_is_told_from_disk() {
        assert_eq!(is_in_memory(Path::new("/dev/shm")), Some(true));
        assert_eq!(is_in_memory(Path::new("/proc")), Some(false));
        assert_eq!(is_in_memory(Path::new("/no/such/folder")), None);
    }
}
