//! What the web engine finds around it: a folder of its own that is gone at exit, no compiler at run time, and
//! the engine's own sandbox where the machine can make one.
#![allow(unsafe_code, reason = "set_var has no safe form; it is called before any thread is started")]

use crate::terminal::complain;
use crate::words;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What makes the web engine use its sandbox, or end.
const FORCED: &str = "WEBKIT_FORCE_SANDBOX";

/// The web engine's folder. Removed when this is dropped.
pub(crate) struct Web(PathBuf);

impl Web {
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        // Nothing of a ceremony is in it; on a tmpfs it goes with the session at the latest.
        let _left = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes the folder and sets what the web processes inherit. Called first, while there is one thread.
pub(crate) fn prepare(sandbox: bool) -> Result<Web, String> {
    let base = std::env::var_os("XDG_RUNTIME_DIR").filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = base.filter(|b| b.is_dir());
    let web = base
        .clone()
        .map(|b| private_folder(&b))
        .and_then(Result::ok)
        .map_or_else(|| private_folder(&std::env::temp_dir()), Ok)
        .map_err(|e| words::no_private_folder(&e))?;
    // Where no session has a runtime folder, the temporary one is everybody's: only this user's own are removed there.
    if let Ok(own) = std::fs::metadata(&web).map(|meta| meta.uid()) {
        for folder in base.into_iter().chain([std::env::temp_dir()]) {
            sweep(&folder, own);
        }
    }
    // A page that computes nothing needs no compiler at run time, and no machine code is ever writable then.
    set("JSC_useJIT", "0");
    set("JSC_useWasm", "0");
    if sandbox {
        if sandbox_works() {
            set(FORCED, "1");
        } else {
            complain(words::NO_SANDBOX);
        }
    }
    Ok(Web(web))
}

/// Whether the web processes are forced into the engine's own sandbox.
pub(crate) fn has_sandbox() -> bool {
    std::env::var_os(FORCED).is_some_and(|v| v == "1")
}

fn set(name: &str, value: &str) {
    // SAFETY: no other thread has been started yet, so none reads the environment meanwhile.
    unsafe { std::env::set_var(name, value) };
}

/// A folder that only this user can open, and that was not there before.
fn private_folder(base: &Path) -> io::Result<PathBuf> {
    let id = std::process::id();
    for n in 0..100 {
        let folder = base.join(format!("cofferdam-web-{id}-{n}"));
        match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Removes what a window of this user that was killed has left.
fn sweep(base: &Path, own: u32) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid =
            name.to_str().and_then(|n| n.strip_prefix("cofferdam-web-")).and_then(|n| n.split('-').next());
        let is_ours = entry.metadata().is_ok_and(|meta| meta.is_dir() && meta.uid() == own);
        if is_ours && pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _left = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Tries what the engine would do. Where user namespaces are refused it would end the program instead of saying so.
fn sandbox_works() -> bool {
    let runs = |program: &str, args: &[&str]| {
        Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    runs("/usr/bin/xdg-dbus-proxy", &["--version"])
        && runs(
            "/usr/bin/bwrap",
            &[
                "--ro-bind",
                "/",
                "/",
                "--dev",
                "/dev",
                "--proc",
                "/proc",
                "--unshare-pid",
                "--unshare-net",
                "/bin/true",
            ],
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_folder_is_private_and_gone_afterwards() {
        let folder = private_folder(&std::env::temp_dir()).unwrap();
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let again = private_folder(&std::env::temp_dir()).unwrap();
        assert_ne!(folder, again);
        let own = std::fs::metadata(&folder).unwrap().uid();
        // One of a process that is gone: of this user's it is removed, of anybody else's it is not.
        let left = std::env::temp_dir().join("cofferdam-web-4194305-0");
        std::fs::create_dir_all(&left).unwrap();
        sweep(&std::env::temp_dir(), own + 1);
        assert!(left.exists(), "somebody else's folder was removed");
        sweep(&std::env::temp_dir(), own);
        assert!(!left.exists(), "what a killed window left is still there");
        assert!(folder.exists(), "a living window's folder was swept away");
        drop((Web(folder.clone()), Web(again.clone())));
        assert!(!folder.exists() && !again.exists());
    }
}
