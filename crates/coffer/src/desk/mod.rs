//! What the terminal and the room share: where things are, and how a plan, a token and a run are opened.

mod address;
mod copy;
pub(crate) mod ground;
mod listed;
mod machine;
pub(crate) mod modules;
mod printers;
mod records;
mod runs;
pub(crate) mod scans;
mod settings;
mod shipped;
mod words;

pub(crate) use copy::copy_pack;
pub(crate) use machine::{this_program, warnings};
pub(crate) use records::is_own;
pub(crate) use shipped::{REHEARSAL_ROSTER, SHIPPED, Shipped};

use actions::REPERTOIRE;
use address::Address;
pub(crate) use address::WrittenBy;
use engine::clock::Newest;
use engine::media::{Folders, Media, Mounted};
use engine::{OpenToken, Origin, REHEARSAL_PIN, Surroundings};
use facts::Named as _;
use outside::{LARGEST_RECORD, NotOpened};
pub(crate) use printers::Cups;
use protocol::{Mode, Problem};
use records::serials;
use scans::OwnProcess;
use script::Plan;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;
use transcript::Reading;

/// Larger than any script, roster, answers file or set of roots, in bytes.
pub(crate) const LARGEST_TEXT: u64 = 4 * 1024 * 1024;

/// Larger than any vendor's module, in bytes.
const LARGEST_MODULE: u64 = 512 * 1024 * 1024;

/// A file that is there and is something else than a text that people write; `None` where it cannot be found or read.
pub(crate) fn named(path: &Path, why: &NotOpened) -> Option<Problem> {
    let other = !matches!(why, NotOpened::Io(_));
    other.then(|| {
        let problem = store::not_opened(path, why);
        Problem { unchanged: words::NOTHING_STARTED.to_owned(), ..problem }
    })
}

/// The record in a run's folder; `None` where there is none to read.
pub(crate) fn record_in(run: &Path) -> Option<Vec<u8>> {
    outside::read(&run.join("transcript.jsonl"), LARGEST_RECORD).ok()
}

/// The workstation's state folder.
pub(crate) struct Desk {
    pub(crate) state: PathBuf,
    media: Vec<PathBuf>,
    /// A file of attestation roots in place of Yubico's own.
    roots: Option<PathBuf>,
    /// What the operator named when the room was started, for the page to choose from.
    pub(crate) named: Named,
}

/// Files that whoever starts a room answers for. The page chooses among them and names none itself.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Named {
    /// A PKCS#11 module besides those in the usual places.
    #[arg(long = "module", value_name = "FILE")]
    pub(crate) modules: Vec<PathBuf>,
    /// A roster to choose from besides those enrolled here.
    #[arg(long = "roster", value_name = "FILE")]
    pub(crate) rosters: Vec<PathBuf>,
    /// A script to choose from besides those that ship.
    #[arg(long = "script", value_name = "FILE")]
    pub(crate) scripts: Vec<PathBuf>,
    /// Whether the web engine of the window that starts the room has its own sandbox: the window says.
    #[arg(long, hide = true, value_name = "YES")]
    pub(crate) web_sandbox: Option<bool>,
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
        Plan::make(&text, &people, self.mode, self.values, &REPERTOIRE)
    }

    /// The plan, or the first thing that stands against it, with the others as its detail.
    pub(crate) fn plan(&self) -> Result<Plan, Problem> {
        self.plan_or_all().map_err(|found| {
            let mut found = found.into_iter();
            let first = found.next().unwrap_or_else(words::not_playable);
            let others: Vec<_> = found.map(|p| p.happened).collect();
            if others.is_empty() { first } else { first.with_detail(others.join("\n")) }
        })
    }
}

/// The SHA-256 of a module's file, in lower-case hex.
fn sha256_of_module(module: &Path) -> Result<String, Problem> {
    outside::read(module, LARGEST_MODULE)
        .map(|bytes| script::sha256_hex(&bytes))
        .map_err(|e| words::module_unreadable(&module.display()).with_detail(e.to_string()))
}

/// Whether a module is one that commissioning ran with, where there was one: it sees PINs and keys.
fn is_commissioned(known: &engine::Commissioned, module: &Path, sha256: &str) -> Result<(), Problem> {
    match known.module(sha256) {
        Origin::Ceremony(_) | Origin::NothingBefore | Origin::ThisOne => Ok(()),
        Origin::Elsewhere | Origin::Replaced => {
            Err(words::module_not_commissioned(&module.display()).with_detail(sha256))
        }
        Origin::Unknown(run) => Err(words::module_unknown(&module.display(), &run).with_detail(sha256)),
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
    confine::no_core_dumps().and_then(|()| confine::no_network()).map_err(|why| not_confined(&why))
}

/// Holds this process to what it needs of the file system.
pub(crate) fn hold_to(ground: &confine::Ground) -> Result<(), Problem> {
    confine::hold_to(ground).map(|_| ()).map_err(|why| not_confined(&why))
}

/// Gives up every call but a reader's. Limits are taken before.
pub(crate) fn only_calls(reads: confine::Reads) -> Result<(), Problem> {
    confine::only_calls(reads).map_err(|why| not_confined(&why))
}

fn not_confined(why: &confine::ConfineError) -> Problem {
    words::not_confined().with_detail(why.to_string())
}

/// The text of a file that a person wrote: a script, a roster, answers. UTF-8 stays as it is, marks and line ends
/// included, so that its hash is the file's own; UTF-16 becomes UTF-8, and that is what is hashed and kept then.
pub(crate) fn text_of(bytes: Vec<u8>, what: &str, name: &str) -> Result<String, Problem> {
    let read = incoming::text(&bytes).map_err(|e| {
        let found = match incoming::Kind::of(&bytes) {
            incoming::Kind::OtherText(_) => e.to_string(),
            kind => kind.to_string(),
        };
        words::not_text(what, name, &found, e.remedy())
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
            .ok_or_else(words::no_state_folder)?;
        let state = std::path::absolute(&state).unwrap_or(state);
        let media = media.into_iter().map(|folder| outside::meant_path(&folder).into_owned()).collect();
        Ok(Self { state, media, roots, named: Named::default() })
    }

    /// The same with what the operator named for the page to choose from.
    pub(crate) fn with(self, named: Named) -> Self {
        Self { named, ..self }
    }

    /// Holds this process to the media, what the command line named to be written, and the state folder where something
    /// is kept in it.
    pub(crate) fn hold(&self, keeps: bool, mut written: Vec<PathBuf>) -> Result<(), Problem> {
        if keeps {
            store::make_folder(&self.state)?;
            written.push(self.state.clone());
        }
        written.extend_from_slice(&self.media);
        hold_to(&ground::with(&written))
    }

    pub(crate) fn store(&self, mode: Mode) -> Result<Store, Problem> {
        Store::open(&self.state, mode)
    }

    pub(crate) fn script(name: &str) -> Result<String, Problem> {
        if let Some(shipped) = SHIPPED.iter().find(|s| s.name() == name) {
            return Ok(shipped.text.to_owned());
        }
        let path = outside::meant(name);
        let bytes = outside::read(&path, LARGEST_TEXT).map_err(|e| {
            if let Some(p) = named(&path, &e) {
                return p;
            }
            let known: Vec<_> = SHIPPED.iter().map(Shipped::name).collect();
            words::no_such_script(name, &known, &e)
        })?;
        text_of(bytes, "script", name)
    }

    /// The roster enrolled last on this workstation: what production takes where none is named. Rehearsals are played by
    /// fictional people then.
    pub(crate) fn enrolled(&self, mode: Mode) -> Option<PathBuf> {
        if mode == Mode::Rehearsal {
            return None;
        }
        let newest = self.enrolled_rosters(mode).into_iter().find(|(_, is_newest)| *is_newest);
        newest.map(|(path, _)| path)
    }

    fn roster(path: Option<&Path>, mode: Mode) -> Result<String, Problem> {
        match (path, mode) {
            (None, Mode::Rehearsal) => Ok(REHEARSAL_ROSTER.to_owned()),
            (None, Mode::Production) => Err(words::no_roster()),
            (Some(path), _) => {
                let path = &*outside::meant_path(path);
                let bytes = outside::read(path, LARGEST_TEXT).map_err(|e| {
                    named(path, &e)
                        .unwrap_or_else(|| words::no_such_roster(&path.display()).with_detail(e.to_string()))
                })?;
                text_of(bytes, "roster", &path.display().to_string())
            }
        }
    }

    /// Reads a run's plan back from its folder; the transcript's header says what it was begun with.
    pub(crate) fn plan_of(&self, run: &str, mode: Mode) -> Result<Begun, Problem> {
        let folder = self.store(mode)?.run(run)?;
        let read = |name: &str| {
            outside::text(&folder.join(name), LARGEST_TEXT)
                .map_err(|e| words::run_incomplete(name).with_detail(e.to_string()))
        };
        let record = Reading::of(&record_in(&folder).unwrap_or_default());
        let first = record.entries.first();
        let values = first.and_then(|e| facts::PARAMETERS.within(e)).unwrap_or_default();
        let token = first.and_then(|e| facts::TOKEN_URI.within(e));
        let plan = Plan::make(&read("script.toml")?, &read("roster.toml")?, mode, &values, &REPERTOIRE)
            .map_err(|mut p| p.remove(0))?;
        Ok(Begun { plan, folder, token })
    }

    /// All that a play stands on: the machine's clocks, its media, and the token. What is recorded of the token's
    /// address is the address written anew, never the text.
    pub(crate) fn surroundings(
        &self,
        plan: &Plan,
        token: Option<(String, WrittenBy)>,
    ) -> Result<Surroundings, Problem> {
        let mode = plan.mode;
        if mode == Mode::Production && self.roots.is_some() {
            return Err(words::roots_are_for_rehearsals());
        }
        if mode == Mode::Production && !self.media.is_empty() {
            return Err(words::media_are_for_rehearsals());
        }
        // Commissioning itself may bring another module. The ended records are read once, for all that may be tried.
        let commissions = plan.steps.iter().any(|step| step.action.makes(&actions::people::ROSTER));
        let known = (mode == Mode::Production && !commissions)
            .then(|| self.store(mode).map(|store| engine::Commissioned::here(&store.folder)))
            .transpose()?;
        let may_run = |module: &Path| match &known {
            Some(known) => is_commissioned(known, module, &sha256_of_module(module)?),
            None => Ok(()),
        };
        let resolved =
            |(text, by): (String, WrittenBy)| address::resolved(&text, by, &self.modules(), &may_run);
        let token = token.map(resolved).transpose()?;
        let token_uri = token.as_ref().map(ToString::to_string);
        let module = match (&token, mode) {
            (Some(address), _) => Some(address.module.clone()),
            (None, Mode::Rehearsal) => tokens::rehearsal::module_path(),
            (None, Mode::Production) => None,
        };
        let module_sha256 = module.as_deref().map(sha256_of_module).transpose()?;
        if let (Some(known), Some(module), Some(sha256)) = (&known, &module, &module_sha256) {
            is_commissioned(known, module, sha256)?;
        }
        let other = match mode {
            Mode::Rehearsal => Mode::Production,
            Mode::Production => Mode::Rehearsal,
        };
        let workstation = machine::workstation(self.named.web_sandbox, self.script_texts());
        let (own, others) = (self.records(mode), self.records(other));
        let newest = own.iter().chain(&others).filter_map(|(run, record)| Newest::of(run, &record.entries));
        Ok(Surroundings {
            clock: Box::new(transcript::SystemClock::default()),
            now: || time::OffsetDateTime::now_utc().unix_timestamp(),
            newest_record: newest.max_by_key(|newest| newest.at),
            open_token: self.open_token(mode, token, module_sha256.clone())?,
            token_uri,
            module_sha256,
            other_modes_serials: serials(&others),
            media: self.media(),
            printers: Arc::new(Cups::of_this_machine()),
            scans: Arc::new(OwnProcess),
            attestation_roots: self.attestation_roots()?,
            program: machine::program(workstation.program_sha256.as_ref()),
            workstation,
        })
    }

    /// The media that are in, or the folders that stand for them.
    pub(crate) fn media(&self) -> Box<dyn Media> {
        match self.media.as_slice() {
            [] => Box::new(Mounted),
            named => Box::new(Folders(named.to_vec())),
        }
    }

    /// Yubico's roots, which ship with the program, or those of a file that the operator names.
    fn attestation_roots(&self) -> Result<piv::Roots, Problem> {
        let Some(path) = &self.roots else {
            return piv::Roots::yubico().map_err(|e| words::no_roots(&e.happened()));
        };
        let path = &*outside::meant_path(path);
        let pem = outside::read(path, LARGEST_TEXT)
            .map_err(|e| words::no_roots(&format!("{} {e}", path.display())))?;
        piv::Roots::from_pem(&pem).map_err(|e| words::no_roots(&e.happened()))
    }

    /// Opens the token at an address, by a module whose file has still the digest that was recorded.
    fn open_token(
        &self,
        mode: Mode,
        address: Option<Address>,
        sha256: Option<String>,
    ) -> Result<OpenToken, Problem> {
        let store = self.store(mode)?.token_folder();
        match (address, mode) {
            (Some(Address { module, which }), _) => Ok(Box::new(move || {
                if sha256.as_deref() != Some(&sha256_of_module(&module)?) {
                    return Err(words::module_changed(&module.display()));
                }
                let module = tokens::Module::load(&module).map_err(|e| words::token_not_opened(&e))?;
                let token = module.open(&which).map_err(|e| words::token_not_opened(&e))?;
                Ok(Box::new(token) as Box<dyn tokens::Token>)
            })),
            (None, Mode::Rehearsal) => Ok(Box::new(move || {
                let pin = secrets::SecretText::new(REHEARSAL_PIN.to_owned())
                    .map_err(|_| words::no_locked_memory())?;
                let token = tokens::rehearsal::open(&store, &pin).map_err(|e| words::token_not_opened(&e))?;
                Ok(Box::new(token) as Box<dyn tokens::Token>)
            })),
            (None, Mode::Production) => Err(words::no_token()),
        }
    }
}
