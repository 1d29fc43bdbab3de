//! The process ends in the middle of one call of the token: of a signature over the record, of the making of the data object
//! that remembers the record's head, of the destruction of the one before it. Before the module is called, after it
//! answered and nobody heard it, and while it writes.

use crate::interrupted::{begun, goes_on};
use std::path::PathBuf;
use std::process::{Command, Output};
use whole_program::softhsm::{self, PIN};
use whole_program::{coffer, module, said};

/// More calls than a play has.
const MANY: u64 = 1_000_000;

/// Tokens behind the proxy.
#[derive(Clone, Copy, Debug)]
enum Kind {
    SoftHsm,
    /// `SoftHsm`, which keeps no data objects.
    NoData,
    /// The embedded rehearsal token.
    Kryoptic,
}

/// A token of its own, and a workstation with nothing on it.
struct Desk {
    folder: tempfile::TempDir,
    kind: Kind,
    conf: PathBuf,
}

impl Desk {
    fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let conf = match kind {
            Kind::Kryoptic => PathBuf::new(),
            Kind::SoftHsm | Kind::NoData => softhsm::with_tokens(folder.path(), &["desk"]),
        };
        let pin = if matches!(kind, Kind::Kryoptic) { "135790" } else { PIN };
        std::fs::write(folder.path().join("answers.toml"), format!("pin = \"{pin}\"\n")).unwrap();
        Self { folder, kind, conf }
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("dies")
    }

    /// The program on this token; its process ends where the file says, if there is one.
    fn run(&self, args: &[&str]) -> Output {
        let proxy = module("libcofferdam_p11_proxy.so", "p11-proxy");
        let mut command = Command::new(coffer());
        command.arg("--state").arg(self.state()).args(args);
        command.arg("--answers").arg(self.folder.path().join("answers.toml"));
        command.arg("--module-writes").arg(self.folder.path()).env("COFFERDAM_PROXY_DIES", self.file());
        match self.kind {
            Kind::Kryoptic => {
                let behind = module("libcofferdam_rehearsal_token.so", "rehearsal-token");
                command.env("COFFERDAM_PROXY_MODULE", behind).env("COFFERDAM_REHEARSAL_TOKEN", proxy);
            }
            Kind::SoftHsm | Kind::NoData => {
                command.arg("--token").arg(format!("pkcs11:token=desk?module-path={}", proxy.display()));
                command.env("COFFERDAM_PROXY_MODULE", softhsm::MODULE).env("SOFTHSM2_CONF", &self.conf);
            }
        }
        if matches!(self.kind, Kind::NoData) {
            command.env("COFFERDAM_PROXY_QUIRKS", "no-data");
        }
        command.output().unwrap()
    }

    fn play(&self) -> Output {
        self.run(&["play", "rehearsal-minimal"])
    }

    /// The labels of what the token still remembers, as a client sees it that is not ours. `SoftHSM` that is ended while it
    /// writes an object leaves one without a label, or anything else by which it could be found again.
    fn remembered(&self) -> Vec<String> {
        let own = ["--module", softhsm::MODULE, "--token-label", "desk", "--login", "--pin", PIN];
        let mut tool = Command::new("pkcs11-tool");
        let tool = tool.args(own).args(["--list-objects", "--type", "data"]);
        let out = tool.env("SOFTHSM2_CONF", &self.conf).output().unwrap();
        let labels = said(&out);
        let labels = labels.lines().filter_map(|line| line.trim().strip_prefix("label:"));
        let labels = labels.map(|label| label.trim().trim_matches('\'').to_owned());
        labels.filter(|label| !label.is_empty() && label != "<empty>").collect()
    }
}

/// How many calls of this function an undisturbed play has.
fn calls(kind: Kind, function: &str) -> u64 {
    let desk = Desk::new(kind);
    std::fs::write(desk.file(), format!("{function} {MANY} after")).unwrap();
    let out = desk.play();
    assert!(out.status.success(), "{}", said(&out));
    let left = std::fs::read_to_string(desk.file()).unwrap();
    MANY - left.split(' ').nth(1).unwrap().parse::<u64>().unwrap()
}

/// A play that ends in this call, and goes on.
fn ends_in(kind: Kind, function: &str, after: u64, when: &str) {
    let at = format!("{kind:?}: {function} {after} {when}");
    let desk = Desk::new(kind);
    std::fs::write(desk.file(), format!("{function} {after} {when}")).unwrap();
    let out = desk.play();
    assert!(!out.status.success() && !desk.file().exists(), "{at}: it did not end there: {}", said(&out));
    let state = desk.state();
    match begun(&state) {
        Some(folder) => goes_on(&state, &folder, &at, &|id| desk.run(&["resume", id])),
        None => assert!(desk.play().status.success(), "{at}"),
    }
    if let Kind::SoftHsm = kind {
        let left = desk.remembered();
        let one = matches!(&left[..], [label] if label.starts_with("cofferdam-ended-rehearsal-"));
        assert!(one, "{at}: the token remembers more than the list: {left:?}");
    }
}

/// What is tried of one token: each function at so many of its calls, spread over the play, at each of these moments. A slow
/// play signs a little more often, so the last is not counted to the end.
fn tried(kind: Kind, functions: &[&str], places: u64, moments: &[&str]) {
    for function in functions {
        let last = calls(kind, function) * 17 / 20 - 1;
        for place in 0..places {
            let when = moments[usize::try_from(place).unwrap() % moments.len()];
            ends_in(kind, function, last * place / (places - 1), when);
        }
    }
}

const SIGN: &str = "C_Sign";
/// Of data objects.
const MAKE: &str = "C_CreateObject";
/// Of data objects.
const DESTROY: &str = "C_DestroyObject";

#[test]
fn a_play_that_ends_in_a_call_of_softhsm_goes_on() {
    tried(Kind::SoftHsm, &[SIGN, MAKE, DESTROY], 4, &["after", "before", "150", "after"]);
}

#[test]
fn a_play_that_ends_in_a_call_of_kryoptic_goes_on() {
    tried(Kind::Kryoptic, &[SIGN, MAKE, DESTROY], 3, &["after", "400", "before"]);
}

#[test]
fn a_play_that_ends_in_a_signature_of_a_token_without_data_objects_goes_on() {
    tried(Kind::NoData, &[SIGN], 4, &["after", "before", "150", "after"]);
}

#[test]
#[ignore = "takes a quarter of an hour: make soak"]
fn a_play_that_ends_in_any_call_goes_on() {
    for (kind, functions) in [
        (Kind::SoftHsm, &[SIGN, MAKE, DESTROY][..]),
        (Kind::Kryoptic, &[SIGN, MAKE, DESTROY][..]),
        (Kind::NoData, &[SIGN][..]),
    ] {
        for moments in [["before"], ["after"], ["50"], ["200"], ["1000"]] {
            tried(kind, functions, 12, &moments);
        }
    }
}
