//! Modules on the bench: each is set up in a folder of its own and tried in a process of its own, because modules read
//! their settings from the environment, keep state, and may crash.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use cryptoki::context::Pkcs11;
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use tokens::{Module, ModuleInfo, Pkcs11Token, TokenUri, rehearsal};

use super::{emulator::Emulator, secret};

/// The user PIN on every token here.
pub(crate) const PIN: &str = "123456";
/// The test that plays the child.
const CHILD: &str = "child";
const TPM2_PKCS11: &str = "pkcs11/libtpm2_pkcs11.so";

/// A module as the children find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rehearsal,
    SoftHsm,
    Nss,
    Opencryptoki,
    Tpm,
}

/// A command for this test program, to play the child as `task` on `kind`, with its state in `folder`.
pub(crate) fn child(task: &str, kind: Kind, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture"]);
    command
        .env("TRIAL_TASK", task)
        .env("TRIAL_KIND", format!("{kind:?}"))
        .env("TRIAL_FOLDER", folder)
        .env("COFFERDAM_REHEARSAL_TOKEN", built("rehearsal-token", "libcofferdam_rehearsal_token.so"))
        .env("SOFTHSM2_CONF", folder.join("softhsm2.conf"))
        .env("TPM2_PKCS11_STORE", folder);
    command
}

/// The same with the proxy in front of the rehearsal token, showing `quirks`.
pub(crate) fn behind_proxy(task: &str, folder: &Path, quirks: &str) -> Command {
    let mut command = child(task, Kind::Rehearsal, folder);
    command
        .env("COFFERDAM_PROXY_MODULE", built("rehearsal-token", "libcofferdam_rehearsal_token.so"))
        .env("COFFERDAM_REHEARSAL_TOKEN", built("p11-proxy", "libcofferdam_p11_proxy.so"))
        .env("COFFERDAM_PROXY_QUIRKS", quirks);
    command
}

/// The trials on opencryptoki, in namespaces of their own; or why that cannot be done here.
pub(crate) fn opencryptoki() -> Result<(Command, tempfile::TempDir), String> {
    if !Path::new("/usr/sbin/pkcsslotd").exists() {
        return Err("it is not installed".to_owned());
    }
    let folder = tempfile::tempdir().unwrap();
    let own = ["--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"];
    let may = Command::new("unshare").args(own).args(["mount", "-t", "tmpfs", "none", "/run"]).output();
    if !may.is_ok_and(|o| o.status.success()) {
        return Err("this machine does not let the test have namespaces of its own".to_owned());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/opencryptoki.sh");
    let inner = child("every size", Kind::Opencryptoki, folder.path());
    let within = |store: &str| {
        let store = folder.path().join(store);
        std::fs::create_dir(&store).unwrap();
        let mut command = Command::new("unshare");
        command.args(own).arg("sh").arg(&script).arg(store);
        command
    };
    if !within("first").arg("true").output().unwrap().status.success() {
        return Err("its daemon does not start in namespaces of its own".to_owned());
    }
    let mut command = within("store");
    command.arg(inner.get_program()).args(inner.get_args());
    command.envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    Ok((command, folder))
}

/// The trials on tpm2-pkcs11 with a TPM in software, which runs as long as the second of these is kept; or why that
/// cannot be done here.
pub(crate) fn tpm() -> Result<(Command, Emulator), String> {
    if find_library(TPM2_PKCS11).is_none() {
        return Err("it is not installed".to_owned());
    }
    let emulator = Emulator::start()?;
    let mut command = child("every size", Kind::Tpm, emulator.folder());
    command.env("TPM2_PKCS11_TCTI", emulator.address());
    Ok((command, emulator))
}

/// What the child is to do, from its environment.
pub(crate) fn task() -> (String, Kind, PathBuf) {
    let said =
        |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name}: other tests run this one"));
    let kind = match said("TRIAL_KIND").as_str() {
        "Rehearsal" => Kind::Rehearsal,
        "SoftHsm" => Kind::SoftHsm,
        "Nss" => Kind::Nss,
        "Tpm" => Kind::Tpm,
        _ => Kind::Opencryptoki,
    };
    (said("TRIAL_TASK"), kind, PathBuf::from(said("TRIAL_FOLDER")))
}

/// Builds a module of this workspace, once a test program; the path of its library.
fn built(package: &'static str, file: &str) -> PathBuf {
    static DONE: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let mut done = DONE.lock().unwrap();
    if !done.contains(&package) {
        let status = Command::new(env!("CARGO")).args(["build", "-q", "-p", package]).status().unwrap();
        assert!(status.success());
        done.push(package);
    }
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("debug").join(file)
}

/// A library that Debian or Ubuntu installs, in whichever folder the release and the machine's architecture have.
pub(crate) fn library(file: &str) -> PathBuf {
    find_library(file).unwrap_or_else(|| panic!("{file} is not installed; scripts/setup test installs it"))
}

fn find_library(file: &str) -> Option<PathBuf> {
    let base = file.rsplit('/').next().unwrap_or(file);
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"]
        .iter()
        .flat_map(|folder| [file.to_owned(), format!("nss/{base}")].map(|f| Path::new(folder).join(f)))
        .find(|path| path.exists())
}

/// Opens the kind's token in `folder`, made on first use; not signed in.
pub(crate) fn open(kind: Kind, folder: &Path) -> Pkcs11Token {
    match kind {
        Kind::Rehearsal => rehearsal::open(folder, &secret(PIN)).unwrap(),
        Kind::SoftHsm => {
            let conf = format!("directories.tokendir = {}\nobjectstore.backend = file\n", folder.display());
            std::fs::write(folder.join("softhsm2.conf"), conf).unwrap();
            initialised(&library("softhsm/libsofthsm2.so"), "12345678", |_| true)
        }
        Kind::Nss => nss(folder),
        Kind::Opencryptoki => {
            initialised(&library("pkcs11/libopencryptoki.so"), "87654321", |model| model.contains("Soft"))
        }
        Kind::Tpm => initialised(&library(TPM2_PKCS11), "12345678", |_| true),
    }
}

/// What the kind's module says of itself, once its token is open.
pub(crate) fn about(kind: Kind, folder: &Path) -> ModuleInfo {
    running(kind, folder).0.about().unwrap()
}

/// How many keys, halves of pairs counted singly, a user who signs in anew finds in the kind's token of this label.
pub(crate) fn keys(kind: Kind, folder: &Path, label: &str) -> usize {
    let (module, path) = running(kind, folder);
    // SoftHSM numbers its slots anew.
    let slot = module.tokens().unwrap().iter().find(|t| t.label == label).unwrap().slot;
    let context = Pkcs11::new(path).unwrap();
    let session = context.open_ro_session(slot.try_into().unwrap()).unwrap();
    session.login(UserType::User, Some(&AuthPin::new(PIN.into()))).unwrap();
    [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY]
        .map(|class| session.find_objects(&[Attribute::Class(class)]).unwrap().len())
        .iter()
        .sum()
}

/// The kind's module, started, and where it is.
fn running(kind: Kind, folder: &Path) -> (Module, PathBuf) {
    let path = match kind {
        Kind::Rehearsal => rehearsal::module_path().unwrap(),
        Kind::SoftHsm => library("softhsm/libsofthsm2.so"),
        Kind::Nss => library("libsoftokn3.so"),
        Kind::Opencryptoki => library("pkcs11/libopencryptoki.so"),
        Kind::Tpm => library(TPM2_PKCS11),
    };
    let module = match kind {
        Kind::Nss => Module::load_with(&path, &nss_settings(folder)),
        _ => Module::load(&path),
    };
    (module.unwrap(), path)
}

pub(crate) fn nss_settings(folder: &Path) -> String {
    let store = folder.display();
    format!("configdir='sql:{store}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=")
}

fn initialised(path: &Path, so_pin: &str, right: impl Fn(&str) -> bool) -> Pkcs11Token {
    let module = Module::load(path).unwrap();
    let slot = module.tokens().unwrap().into_iter().find(|t| right(&t.model)).unwrap().slot;
    let info = module.initialise(slot, "bench", &secret(so_pin), &secret(PIN)).unwrap();
    module.open(&info.uri(path).parse().unwrap()).unwrap()
}

fn nss(folder: &Path) -> Pkcs11Token {
    let pin = folder.join("pin");
    std::fs::write(&pin, PIN).unwrap();
    let database = format!("sql:{}", folder.display());
    let made = Command::new("certutil").args(["-N", "-d", &database, "-f"]).arg(&pin).status().unwrap();
    assert!(made.success());
    let path = library("libsoftokn3.so");
    let module = Module::load_with(&path, &nss_settings(folder)).unwrap();
    let token = Some("NSS Certificate DB".to_owned());
    module.open(&TokenUri { module_path: Some(path), token, ..TokenUri::default() }).unwrap()
}
