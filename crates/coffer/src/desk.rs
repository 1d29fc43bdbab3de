//! What the terminal and the room share: where things are, and how a plan, a token and a run are opened.

use crate::address::Address;
use crate::printers::Cups;
use crate::scans::OwnProcess;
use ceremony::clock::Newest;
use ceremony::engine::{OpenToken, REHEARSAL_PIN};
use ceremony::media::{Folders, Mounted};
use ceremony::store::Store;
use ceremony::{Plan, Surroundings, Workstation};
use outside::{LARGEST_RECORD, NotOpened};
use protocol::{Mode, Problem};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use transcript::Reading;

/// The scripts that ship; the program and its scripts cannot come apart.
pub(crate) const SHIPPED: &[(&str, &str)] = &[
    ("byok-aws", include_str!("../../../ceremonies/byok-aws.toml")),
    ("byok-azure", include_str!("../../../ceremonies/byok-azure.toml")),
    ("byok-google", include_str!("../../../ceremonies/byok-google.toml")),
    ("byok-other", include_str!("../../../ceremonies/byok-other.toml")),
    ("byok-plan", include_str!("../../../ceremonies/byok-plan.toml")),
    ("byok-receipt", include_str!("../../../ceremonies/byok-receipt.toml")),
    ("managed-hsm-security-domain", include_str!("../../../ceremonies/managed-hsm-security-domain.toml")),
    ("managed-hsm-quorum-test", include_str!("../../../ceremonies/managed-hsm-quorum-test.toml")),
    ("managed-hsm-restore", include_str!("../../../ceremonies/managed-hsm-restore.toml")),
    ("master-key-hsm", include_str!("../../../ceremonies/master-key-hsm.toml")),
    ("master-key-yubikey", include_str!("../../../ceremonies/master-key-yubikey.toml")),
    ("drill", include_str!("../../../ceremonies/drill.toml")),
    ("check-shares", include_str!("../../../ceremonies/check-shares.toml")),
    ("commission-workstation", include_str!("../../../ceremonies/commission-workstation.toml")),
    ("recover", include_str!("../../../ceremonies/recover.toml")),
    ("change-custodian", include_str!("../../../ceremonies/change-custodian.toml")),
    ("destroy", include_str!("../../../ceremonies/destroy.toml")),
    ("token-check", include_str!("../../../ceremonies/token-check.toml")),
    ("rehearsal-minimal", include_str!("../../../ceremonies/rehearsal-minimal.toml")),
];
pub(crate) const REHEARSAL_ROSTER: &str = include_str!("../../../ceremonies/rehearsal-roster.toml");

/// Larger than any script, roster, answers file or set of roots, in bytes.
pub(crate) const LARGEST_TEXT: u64 = 4 * 1024 * 1024;

/// A file that is there and is something else than a text that people write; `None` where it cannot be found or read.
pub(crate) fn named(path: &Path, why: &NotOpened) -> Option<Problem> {
    let other = !matches!(why, NotOpened::Io(_));
    other.then(|| {
        let problem = ceremony::store::not_opened(path, why);
        Problem { unchanged: "Nothing was started.".to_owned(), ..problem }
    })
}

/// The record in a run's folder; `None` where there is none to read.
pub(crate) fn record_in(run: &Path) -> Option<Vec<u8>> {
    outside::read(&run.join("transcript.jsonl"), LARGEST_RECORD).ok()
}

/// The serial numbers of the tokens that these records name.
fn serials(records: &[(String, Reading)]) -> Vec<String> {
    let entries = records.iter().flat_map(|(_, record)| &record.entries);
    let mut found: Vec<String> = entries
        .flat_map(|e| {
            let yubikeys = (1..=u8::MAX).map(|n| format!("yubikey-serial-{n}"));
            let names = std::iter::once("token-serial".to_owned()).chain(yubikeys);
            names.filter_map(|name| e.value(&name).and_then(|v| v.as_str()).map(str::to_owned))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The workstation's state folder.
pub(crate) struct Desk {
    pub(crate) state: PathBuf,
    media: Vec<PathBuf>,
    /// A file of attestation roots in place of Yubico's own.
    roots: Option<PathBuf>,
}

/// What somebody wants to play.
pub(crate) struct Wanted<'a> {
    /// A shipped script's name or a file.
    pub(crate) script: &'a str,
    /// The roster; the fictional one in a rehearsal where none is named.
    pub(crate) roster: Option<&'a Path>,
    pub(crate) mode: Mode,
    pub(crate) values: &'a BTreeMap<String, String>,
}

impl Wanted<'_> {
    /// The plan, or everything that stands against it.
    pub(crate) fn plan_or_all(&self) -> Result<Plan, Vec<Problem>> {
        let text = Desk::script(self.script).map_err(|p| vec![p])?;
        let people = Desk::roster(self.roster, self.mode).map_err(|p| vec![p])?;
        Plan::make(&text, &people, self.mode, self.values)
    }

    /// The plan, or the first thing that stands against it, with the others as its detail.
    pub(crate) fn plan(&self) -> Result<Plan, Problem> {
        self.plan_or_all().map_err(|found| {
            let mut found = found.into_iter();
            let first = found.next().unwrap_or_else(|| {
                Problem::new(
                    "not-playable",
                    "The script cannot be played.",
                    "Nothing was started.",
                    "Check it.",
                )
            });
            let others: Vec<_> = found.map(|p| p.happened).collect();
            if others.is_empty() { first } else { first.with_detail(others.join("\n")) }
        })
    }
}

/// A run that was begun: what it was begun with, as its folder and its record say.
pub(crate) struct Begun {
    pub(crate) plan: Plan,
    pub(crate) folder: PathBuf,
    /// The token's address, where one was named.
    pub(crate) token: Option<String>,
}

/// No internet sockets and no core dumps, before anything else is done.
pub(crate) fn lock_down() -> Result<(), Problem> {
    confine::no_core_dumps().and_then(|()| confine::no_network()).map_err(|why| {
        Problem::new(
            "not-confined",
            "This process could not cut itself off from the network.",
            "Nothing was started.",
            "Use a Linux kernel with seccomp; Cofferdam does not run without it.",
        )
        .with_detail(why.to_string())
    })
}

/// The text of a file that a person wrote: a script, a roster, answers. UTF-8 stays as it is, marks and line ends
/// included, so that its hash is the file's own; UTF-16 becomes UTF-8, and that is what is hashed and kept then.
pub(crate) fn text_of(bytes: Vec<u8>, what: &str, name: &str) -> Result<String, Problem> {
    let read = incoming::text(&bytes).map_err(|e| {
        let found = match incoming::Kind::of(&bytes) {
            incoming::Kind::OtherText(_) => e.to_string(),
            kind => kind.to_string(),
        };
        Problem::new(
            "not-text",
            format!("The {what} {name} is {found}, and a {what} is text in UTF-8."),
            "Nothing was started.",
            e.remedy(),
        )
    })?;
    Ok(String::from_utf8(bytes).unwrap_or(read))
}

impl Desk {
    /// The desk at a state folder; `media` are folders that stand for media, the system's own where none is named.
    pub(crate) fn at(
        given: Option<PathBuf>,
        media: Vec<PathBuf>,
        roots: Option<PathBuf>,
    ) -> Result<Self, Problem> {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let state = given
            .or_else(|| var("XDG_STATE_HOME").map(|p| p.join("cofferdam")))
            .or_else(|| var("HOME").map(|p| p.join(".local/state/cofferdam")))
            .ok_or_else(|| {
                Problem::new(
                    "no-state-folder",
                    "There is no home folder.",
                    "Nothing was started.",
                    "Name one with --state.",
                )
            })?;
        let state = std::path::absolute(&state).unwrap_or(state);
        let media = media.into_iter().map(|folder| outside::meant_path(&folder).into_owned()).collect();
        Ok(Self { state, media, roots })
    }

    pub(crate) fn store(&self, mode: Mode) -> Result<Store, Problem> {
        Store::open(&self.state, mode)
    }

    pub(crate) fn script(name: &str) -> Result<String, Problem> {
        if let Some((_, text)) = SHIPPED.iter().find(|(n, _)| *n == name) {
            return Ok((*text).to_owned());
        }
        let path = outside::meant(name);
        let bytes = outside::read(&path, LARGEST_TEXT).map_err(|e| {
            if let Some(p) = named(&path, &e) {
                return p;
            }
            let known: Vec<_> = SHIPPED.iter().map(|(n, _)| *n).collect();
            Problem::new(
                "no-such-script",
                format!("There is no script {name:?}."),
                "Nothing was started.",
                format!("Name a file, or one that ships: {}.", known.join(", ")),
            )
            .with_detail(e.to_string())
        })?;
        text_of(bytes, "script", name)
    }

    /// The roster enrolled last on this workstation: what production takes where none is named. Rehearsals are played by
    /// fictional people then.
    pub(crate) fn enrolled(&self, mode: Mode) -> Option<PathBuf> {
        if mode == Mode::Production { self.store(mode).ok()?.roster() } else { None }
    }

    fn roster(path: Option<&Path>, mode: Mode) -> Result<String, Problem> {
        match (path, mode) {
            (None, Mode::Rehearsal) => Ok(REHEARSAL_ROSTER.to_owned()),
            (None, Mode::Production) => Err(Problem::new(
                "no-roster",
                "A production ceremony needs a roster of real people.",
                "Nothing was started.",
                "Enrol people with the ceremony commission-workstation, or name a roster with --roster; `coffer enrol` makes \
                 passphrase verifiers for the first one.",
            )),
            (Some(path), _) => {
                let path = &*outside::meant_path(path);
                let bytes = outside::read(path, LARGEST_TEXT).map_err(|e| {
                    named(path, &e).unwrap_or_else(|| {
                        Problem::new(
                            "no-such-roster",
                            format!("The roster {} cannot be read.", path.display()),
                            "Nothing was started.",
                            "Check the path.",
                        )
                        .with_detail(e.to_string())
                    })
                })?;
                text_of(bytes, "roster", &path.display().to_string())
            }
        }
    }

    /// Reads a run's plan back from its folder; the transcript's header says what it was begun with.
    pub(crate) fn plan_of(&self, run: &str, mode: Mode) -> Result<Begun, Problem> {
        let folder = self.store(mode)?.run(run)?;
        let read = |name: &str| {
            outside::text(&folder.join(name), LARGEST_TEXT).map_err(|e| {
                Problem::new(
                    "run-incomplete",
                    format!("{name} is missing from the run's folder."),
                    "Nothing was changed.",
                    "Restore the folder from its copy.",
                )
                .with_detail(e.to_string())
            })
        };
        let record = Reading::of(&record_in(&folder).unwrap_or_default());
        let first = record.entries.first();
        let values = first
            .and_then(|e| e.value("parameters"))
            .and_then(|v| serde_json::from_value(v.clone()).ok())
            .unwrap_or_default();
        let token = first.and_then(|e| e.value("token-uri")).and_then(|v| v.as_str()).map(str::to_owned);
        let plan = Plan::make(&read("script.toml")?, &read("roster.toml")?, mode, &values)
            .map_err(|mut p| p.remove(0))?;
        Ok(Begun { plan, folder, token })
    }

    /// All that a play stands on: the machine's clocks, its media, and the token. What is recorded of the token's
    /// address is the address written anew, never the text.
    pub(crate) fn surroundings(&self, mode: Mode, token: Option<String>) -> Result<Surroundings, Problem> {
        let token = token.map(|text| crate::address::resolved(&text)).transpose()?;
        let token_uri = token.as_ref().map(ToString::to_string);
        let other = match mode {
            Mode::Rehearsal => Mode::Production,
            Mode::Production => Mode::Rehearsal,
        };
        let workstation = workstation();
        let (own, others) = (self.records(mode), self.records(other));
        let newest = own.iter().chain(&others).filter_map(|(run, record)| Newest::of(run, &record.entries));
        Ok(Surroundings {
            clock: Box::new(transcript::SystemClock::default()),
            now: || time::OffsetDateTime::now_utc().unix_timestamp(),
            newest_record: newest.max_by_key(|newest| newest.at),
            open_token: self.open_token(mode, token)?,
            token_uri,
            other_modes_serials: serials(&others),
            media: match self.media.as_slice() {
                [] => Box::new(Mounted),
                named => Box::new(Folders(named.to_vec())),
            },
            printers: Arc::new(Cups::of_this_machine()),
            scans: Arc::new(OwnProcess),
            attestation_roots: self.attestation_roots()?,
            program: program(&workstation),
            workstation,
        })
    }

    /// Yubico's roots, which ship with the program, or those of a file that the operator names.
    fn attestation_roots(&self) -> Result<piv::Roots, Problem> {
        let refused = |why: String| {
            Problem::new(
                "attestation-roots",
                format!("The attestation roots cannot be used: {why}."),
                "Nothing was started.",
                "Name a PEM file of certificates with --attestation-roots, or leave it out for Yubico's own.",
            )
        };
        let Some(path) = &self.roots else { return piv::Roots::yubico().map_err(|e| refused(e.happened())) };
        let path = &*outside::meant_path(path);
        let pem =
            outside::read(path, LARGEST_TEXT).map_err(|e| refused(format!("{} {e}", path.display())))?;
        piv::Roots::from_pem(&pem).map_err(|e| refused(e.happened()))
    }

    /// The records of a mode's runs, as far as they can be read, each with its run's id.
    fn records(&self, mode: Mode) -> Vec<(String, Reading)> {
        let Ok(store) = self.store(mode) else { return Vec::new() };
        let read = |run: String| {
            let bytes = record_in(&store.folder.join("runs").join(&run))?;
            Some((run, Reading::of(&bytes)))
        };
        store.runs().into_iter().filter_map(read).collect()
    }

    pub(crate) fn open_token(&self, mode: Mode, address: Option<Address>) -> Result<OpenToken, Problem> {
        let store = self.store(mode)?.token_folder();
        let refused = |e: &tokens::TokenError| {
            Problem::new(
                "token-not-opened",
                format!("The token could not be opened: {}.", e.to_string().trim_end_matches('.')),
                "Nothing was done on it.",
                "Check that it is in, and that its module's path is right.",
            )
            .can_try_again()
        };
        match (address, mode) {
            (Some(Address { module, which }), _) => Ok(Box::new(move || {
                let module = tokens::Module::load(&module).map_err(|e| refused(&e))?;
                module.open(&which).map(|t| Box::new(t) as Box<dyn tokens::Token>).map_err(|e| refused(&e))
            })),
            (None, Mode::Rehearsal) => Ok(Box::new(move || {
                let pin = secrets::SecretText::new(REHEARSAL_PIN.to_owned()).map_err(|_| {
                    Problem::new(
                        "no-locked-memory",
                        "No locked memory.",
                        "Nothing was done.",
                        "Raise the limit.",
                    )
                })?;
                tokens::rehearsal::open(&store, &pin)
                    .map(|t| Box::new(t) as Box<dyn tokens::Token>)
                    .map_err(|e| refused(&e))
            })),
            (None, Mode::Production) => Err(Problem::new(
                "no-token",
                "A production ceremony needs an HSM of your own.",
                "Nothing was started.",
                "Name it with --token pkcs11:token=…?module-path=/path/to/module.so",
            )),
        }
    }

    pub(crate) fn new_run(&self, plan: &Plan) -> Result<PathBuf, Problem> {
        let now = time::OffsetDateTime::now_utc();
        let id = format!(
            "{:04}{:02}{:02}-{:02}{:02}{:02}-{:03}-{}",
            now.year(),
            u8::from(now.month()),
            now.day(),
            now.hour(),
            now.minute(),
            now.second(),
            now.millisecond(),
            std::process::id()
        );
        self.store(plan.mode)?.new_run(&id)
    }
}

/// This machine and the program's own file, which is read once for a play.
fn workstation() -> Workstation {
    let program_file = std::env::current_exe().unwrap_or_default();
    let program_sha256 = std::fs::read(&program_file).ok().map(|bytes| ceremony::sha256(&bytes));
    Workstation { warnings: crate::home::warnings(), program_file, program_sha256 }
}

/// The program as it names itself in a record. Its own hash is self-reported: it shows which build was meant, and
/// proves nothing about the one that ran.
fn program(workstation: &Workstation) -> String {
    let hash = workstation
        .program_sha256
        .map_or_else(|| "unreadable".to_owned(), |hash| data_encoding::HEXLOWER.encode(&hash));
    format!("cofferdam {}, sha256 {hash}, self-reported", env!("CARGO_PKG_VERSION"))
}
