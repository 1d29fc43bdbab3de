//! The PKCS#11 modules on this machine, each tried in a process of its own.

use super::words;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tokens::probe;

/// Where Debian and the vendors of common HSMs put their modules. Others are named when the program is started.
const USUAL: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/pkcs11/yubihsm_pkcs11.so",
    "/usr/lib/x86_64-linux-gnu/pkcs11/libopencryptoki.so",
    "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
    "/usr/safenet/lunaclient/lib/libCryptoki2_64.so",
    "/opt/nfast/toolkits/pkcs11/libcknfast.so",
    "/opt/utimaco/lib/libcs_pkcs11_R3.so",
    "/opt/cloudhsm/lib/libcloudhsm_pkcs11.so",
];
/// How long a module may take to say what it holds.
const LIMIT: Duration = Duration::from_secs(10);

/// The modules that are in the usual places, and those that the operator named when the program was started, each once.
pub(crate) fn with(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut seen = Vec::new();
    let there = USUAL.iter().map(PathBuf::from).filter(|p| p.is_file());
    let named = named.iter().map(|p| outside::meant_path(p).into_owned());
    there
        .chain(named)
        .filter(|p| {
            let real = real(p);
            let new = !seen.contains(&real);
            seen.push(real);
            new
        })
        .collect()
}

/// Whether a module is one of these, whatever links lead to it.
pub(crate) fn is_among(module: &Path, these: &[PathBuf]) -> bool {
    let module = real(module);
    these.iter().any(|known| real(known) == module)
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What a module says that is tried in a process of its own, or why it cannot be used, in a sentence.
pub(crate) fn report_of(module: &Path) -> Result<probe::Report, String> {
    let program = std::env::current_exe().map_err(|e| words::finds_not_itself(&e))?;
    let mut command = Command::new(program);
    command.arg("probe-module").arg(module);
    probe::run_in_child(module, command, LIMIT).map_err(|e| format!("{}: {e}.", module.display()))
}
