//! What the terminal and the window share: where things are, and how a plan, a token and a run are opened.

use ceremony::engine::{OpenToken, REHEARSAL_PIN, outlines};
use ceremony::store::Store;
use ceremony::{Plan, Script};
use protocol::{
    Choice, HomeView, Mode, ParameterView, Problem, ReadAloud, ReviewView, RoleView, RunCard, RunState,
    ScriptCard, VerifyLine, VerifyView,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The scripts that ship; the program and its scripts cannot come apart.
const SHIPPED: &[(&str, &str)] = &[
    ("byok-aws", include_str!("../../../ceremonies/byok-aws.toml")),
    ("rehearsal-minimal", include_str!("../../../ceremonies/rehearsal-minimal.toml")),
];
const REHEARSAL_ROSTER: &str = include_str!("../../../ceremonies/rehearsal-roster.toml");

/// The workstation's state folder.
pub(crate) struct Desk {
    state: PathBuf,
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

impl Desk {
    pub(crate) fn at(given: Option<PathBuf>) -> Result<Self, Problem> {
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
        Ok(Self { state })
    }

    pub(crate) fn store(&self, mode: Mode) -> Result<Store, Problem> {
        Store::open(&self.state, mode)
    }

    pub(crate) fn script(name: &str) -> Result<String, Problem> {
        if let Some((_, text)) = SHIPPED.iter().find(|(n, _)| *n == name) {
            return Ok((*text).to_owned());
        }
        std::fs::read_to_string(name).map_err(|e| {
            let known: Vec<_> = SHIPPED.iter().map(|(n, _)| *n).collect();
            Problem::new(
                "no-such-script",
                format!("There is no script {name:?}."),
                "Nothing was started.",
                format!("Name a file, or one that ships: {}.", known.join(", ")),
            )
            .with_detail(e.to_string())
        })
    }

    fn roster(path: Option<&Path>, mode: Mode) -> Result<String, Problem> {
        match (path, mode) {
            (None, Mode::Rehearsal) => Ok(REHEARSAL_ROSTER.to_owned()),
            (None, Mode::Production) => Err(Problem::new(
                "no-roster",
                "A production ceremony needs a roster of real people.",
                "Nothing was started.",
                "Name it with --roster; `coffer enrol` makes the passphrase verifiers.",
            )),
            (Some(path), _) => std::fs::read_to_string(path).map_err(|e| {
                Problem::new(
                    "no-such-roster",
                    format!("The roster {} cannot be read.", path.display()),
                    "Nothing was started.",
                    "Check the path.",
                )
                .with_detail(e.to_string())
            }),
        }
    }

    pub(crate) fn plan_problems(
        &self,
        script: &str,
        roster: Option<&Path>,
        mode: Mode,
        values: &BTreeMap<String, String>,
    ) -> Result<Plan, Vec<Problem>> {
        let text = Self::script(script).map_err(|p| vec![p])?;
        let people = Self::roster(roster, mode).map_err(|p| vec![p])?;
        Plan::make(&text, &people, mode, values)
    }

    pub(crate) fn plan(
        &self,
        script: &str,
        roster: Option<&Path>,
        mode: Mode,
        values: &BTreeMap<String, String>,
    ) -> Result<Plan, Problem> {
        self.plan_problems(script, roster, mode, values).map_err(|mut found| {
            let rest = found.split_off(1.min(found.len()));
            let first = found.pop().unwrap_or_else(|| {
                Problem::new(
                    "not-playable",
                    "The script cannot be played.",
                    "Nothing was started.",
                    "Check it.",
                )
            });
            if rest.is_empty() {
                return first;
            }
            let more: Vec<_> = rest.iter().map(|p| p.happened.clone()).collect();
            first.with_detail(more.join("\n"))
        })
    }

    /// Reads a run's plan back from its folder; the transcript's header says what it was begun with.
    pub(crate) fn plan_of(&self, run: &str, mode: Mode) -> Result<(Plan, PathBuf), Problem> {
        let folder = self.store(mode)?.run(run)?;
        let read = |name: &str| {
            std::fs::read_to_string(folder.join(name)).map_err(|e| {
                Problem::new(
                    "run-incomplete",
                    format!("{name} is missing from the run's folder."),
                    "Nothing was changed.",
                    "Restore the folder from its copy.",
                )
                .with_detail(e.to_string())
            })
        };
        let journal = std::fs::read(folder.join("transcript.jsonl")).unwrap_or_default();
        let header = journal.split(|b| *b == b'\n').next().unwrap_or_default();
        let header: serde_json::Value = serde_json::from_slice(header).unwrap_or_default();
        let values = find_object(&header, "parameters").unwrap_or_default();
        let plan = Plan::make(&read("script.toml")?, &read("roster.toml")?, mode, &values)
            .map_err(|mut p| p.remove(0))?;
        Ok((plan, folder))
    }

    pub(crate) fn open_token(&self, mode: Mode, uri: Option<String>) -> Result<OpenToken, Problem> {
        let store = self.store(mode)?.token_folder();
        let refused = |e: &tokens::TokenError| {
            Problem::new(
                "token-not-opened",
                format!("The token could not be opened: {e}."),
                "Nothing was done on it.",
                "Check that it is in, and that its module's path is right.",
            )
            .can_try_again()
        };
        match (uri, mode) {
            (Some(uri), _) => {
                let which: tokens::TokenUri = uri.parse().map_err(|e: tokens::TokenError| refused(&e))?;
                Ok(Box::new(move || {
                    let module = tokens::Module::load(&which.module_path).map_err(|e| refused(&e))?;
                    module
                        .open(&which)
                        .map(|t| Box::new(t) as Box<dyn tokens::Token>)
                        .map_err(|e| refused(&e))
                }))
            }
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

    pub(crate) fn home(&self) -> HomeView {
        let scripts = SHIPPED
            .iter()
            .filter_map(|(name, text)| {
                let script = Script::parse(text).ok()?;
                let plan = Plan::make(text, REHEARSAL_ROSTER, Mode::Rehearsal, &BTreeMap::new()).ok()?;
                Some(ScriptCard {
                    name: (*name).to_owned(),
                    title: script.title,
                    purpose: script.purpose,
                    minutes: minutes(&plan),
                    people: people(&plan),
                })
            })
            .collect();
        let runs = [Mode::Rehearsal, Mode::Production].into_iter().flat_map(|m| self.runs(m)).collect();
        HomeView { scripts, runs, warnings: warnings(), state_folder: self.state.display().to_string() }
    }

    fn runs(&self, mode: Mode) -> Vec<RunCard> {
        let Ok(store) = self.store(mode) else { return Vec::new() };
        store.runs().into_iter().map(|run| self.card(&store, run)).collect()
    }

    fn card(&self, store: &Store, run: String) -> RunCard {
        let folder = store.folder.join("runs").join(&run);
        let pack = folder.join(format!("{}-evidence", store.mode.word()));
        let title = std::fs::read_to_string(folder.join("script.toml"))
            .ok()
            .and_then(|t| Script::parse(&t).ok())
            .map_or_else(|| "unreadable".to_owned(), |s| s.title);
        let (state, stands) = if pack.is_dir() {
            (RunState::Closed, "closed, with an evidence pack".to_owned())
        } else {
            (RunState::Open, "not closed; it can be resumed".to_owned())
        };
        RunCard {
            begun: run.get(..15).unwrap_or_default().to_owned(),
            title,
            mode: store.mode,
            state,
            stands,
            pack: (state == RunState::Closed).then(|| pack.display().to_string()),
            run,
        }
    }

    pub(crate) fn review(
        &self,
        name: &str,
        mode: Mode,
        values: &BTreeMap<String, String>,
        roster: Option<&Path>,
    ) -> Result<ReviewView, Problem> {
        let text = Self::script(name)?;
        let script = Script::parse(&text)?;
        let planned = self.plan_problems(name, roster, mode, values);
        let parameters = script
            .parameters
            .iter()
            .map(|p| ParameterView {
                name: p.name.clone(),
                title: p.title.clone(),
                help: p.help.clone(),
                value: values.get(&p.name).unwrap_or(&p.default).clone(),
                choices: p
                    .choices
                    .iter()
                    .map(|c| Choice { id: c.clone(), title: c.clone(), note: None, refused: None })
                    .collect(),
                least: p.least,
                most: p.most,
            })
            .collect();
        let plan = planned.as_ref().ok();
        let roles = script
            .roles
            .iter()
            .map(|r| RoleView {
                role: r.role.clone(),
                title: r.title.clone(),
                duty: r.duty.clone(),
                people: plan.map_or(Vec::new(), |p| {
                    let need = ceremony::plan::people_of(r, &p.values);
                    let fill = p.roster.of_role(&r.role).into_iter().take(need);
                    fill.map(|person| ceremony::plan::person_view(&script, person)).collect()
                }),
                apart_from: r.apart_from.clone(),
            })
            .collect();
        Ok(ReviewView {
            name: name.to_owned(),
            title: script.title.clone(),
            purpose: script.purpose.clone(),
            hash: ReadAloud::of(&ceremony::plan::script_hash(&text)),
            parameters,
            roles,
            acts: plan.map_or(Vec::new(), outlines),
            materials: script.materials.clone(),
            makes: script.makes.clone(),
            minutes: plan.map_or(0, minutes),
            notices: script.notices.clone(),
            problems: planned.err().unwrap_or_default(),
        })
    }
}

/// The verifier's findings as players show them.
pub(crate) fn verify(path: &Path) -> VerifyView {
    let report = transcript::verify::any(path);
    VerifyView {
        path: path.display().to_string(),
        mode: match report.mode.as_deref() {
            Some("production") => Some(Mode::Production),
            Some("rehearsal") => Some(Mode::Rehearsal),
            _ => None,
        },
        holds: report.holds,
        lines: report.lines.into_iter().map(|l| VerifyLine { holds: l.holds, says: l.says }).collect(),
        not_checked: report.not_checked,
    }
}

fn minutes(plan: &Plan) -> u32 {
    plan.steps.iter().map(|s| s.view.seconds).sum::<u32>().div_ceil(60)
}

fn people(plan: &Plan) -> u32 {
    let all = plan.script.roles.iter().map(|r| ceremony::plan::people_of(r, &plan.values)).sum::<usize>();
    u32::try_from(all).unwrap_or(0)
}

/// What a production ceremony should not start with.
fn warnings() -> Vec<String> {
    let mut found = Vec::new();
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    if swaps.lines().count() > 1 {
        found.push(
            "Swap is on: secrets are locked in memory, but turn swap off before a production ceremony."
                .to_owned(),
        );
    }
    for entry in std::fs::read_dir("/sys/class/net").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let up = std::fs::read_to_string(entry.path().join("operstate")).is_ok_and(|s| s.trim() == "up");
        if name != "lo" && up {
            found.push(format!(
                "The network interface {name} is up: take the network away before a production ceremony."
            ));
        }
    }
    found
}

fn find_object(value: &serde_json::Value, name: &str) -> Option<BTreeMap<String, String>> {
    match value {
        serde_json::Value::Object(map) => map
            .get(name)
            .and_then(|v| serde_json::from_value(v.clone()).ok())
            .or_else(|| map.values().find_map(|v| find_object(v, name))),
        serde_json::Value::Array(list) => list.iter().find_map(|v| find_object(v, name)),
        _ => None,
    }
}
