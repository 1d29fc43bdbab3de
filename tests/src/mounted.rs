//! A medium as the system mounts one: production takes no other.

use std::path::Path;
use std::process::Command;

/// Where the medium lies for a program that is started by [`with_medium`].
pub const MEDIUM: &str = "/mnt";

/// Mounts a folder where sticks are mounted, and becomes the program.
const MOUNT_AND_START: &str = "mount --bind \"$0\" /mnt && exec \"$@\"";

/// Starts a program for which this folder is a medium that is mounted at [`MEDIUM`]: in a mount namespace of its own, so
/// that nothing else sees it, and nothing is left of it when the program ends. Whoever is not root becomes root of a user
/// namespace for it.
pub fn with_medium(folder: &Path, program: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(namespaces()).args(["--", "sh", "-c", MOUNT_AND_START]).arg(folder).arg(program);
    command
}

/// The same as a line of a shell that starts the program with its own arguments.
pub fn line_with_medium(folder: &Path, program: &Path) -> String {
    let quoted = |path: &Path| format!("'{}'", path.display());
    format!(
        "exec unshare {} -- sh -c '{MOUNT_AND_START}' {} {} \"$@\"\n",
        namespaces().join(" "),
        quoted(folder),
        quoted(program)
    )
}

fn namespaces() -> Vec<&'static str> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if root { vec!["--mount"] } else { vec!["--mount", "--map-root-user"] }
}
