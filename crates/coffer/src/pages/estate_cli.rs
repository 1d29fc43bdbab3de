//! `coffer estate`: what people keep beside the keys, in a terminal and as files.

use super::booklet::now;
use super::{register as registers, words};
use crate::desk::{Desk, SHIPPED, record_in};
use crate::screen::{self, say};
use ::estate::exports::{Records, everything, lists, sums, to_fill};
use ::estate::{Estate, LARGEST, coverage, questionnaire_table, retention, worksheet};
use documents::estate::{QuestionnaireOf, questionnaire_pdf};
use paper::Media;
use protocol::{Fact, Mode, Problem};
use register::Register;
use script::Script;
use script::declared::Declared;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::write_new;
use transcript::Reading;

/// What is asked for.
#[derive(clap::Args)]
pub(crate) struct Asked {
    #[command(subcommand)]
    pub(crate) what: What,
}

/// What is asked of it.
#[derive(clap::Subcommand)]
pub(crate) enum What {
    /// Print systems with their coverage, agreements, policies, safeguards, incidents and what is kept until when.
    Show {
        /// Print every list as JSON (docs/exports/json.md).
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        of: Of,
    },
    /// Write what the registers hold for other tools into a new folder; the ceremony `export` has that in a signed record.
    Export {
        /// The folder; it must not be there yet.
        out: PathBuf,
        #[command(flatten)]
        of: Of,
    },
    /// Hold a table against a register before the day: what is wrong with it, or what it would change. Nothing is changed.
    Check {
        /// Which register.
        register: Which,
        /// The table.
        table: PathBuf,
        #[command(flatten)]
        of: Of,
    },
    /// Write a register as a table to fill in: what is listed, under the columns that it has to have.
    Table {
        /// Which register.
        register: Which,
        /// The table; it must not be there yet.
        out: PathBuf,
        #[command(flatten)]
        of: Of,
    },
    /// Write the questions about keys with their answers for one vendor.
    Questionnaire {
        /// The vendor, as the register of systems has it.
        vendor: String,
        /// As a table; the file must not be there yet.
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// As a document; the file must not be there yet.
        #[arg(long, value_name = "FILE")]
        pdf: Option<PathBuf>,
        /// On US Letter instead of A4.
        #[arg(long)]
        letter: bool,
        #[command(flatten)]
        of: Of,
    },
}

/// A register that comes in as a table.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Which {
    /// Systems.
    Systems,
    /// Agreements with business associates.
    Agreements,
    /// Policies and procedures.
    Policies,
    /// Decisions about safeguards.
    Safeguards,
    /// Answers to questions about keys.
    Answers,
}

impl Which {
    /// What the script that keeps it declares.
    fn declared(self) -> Result<Declared, Problem> {
        let name = match self {
            Self::Systems => "keep-systems",
            Self::Agreements => "keep-agreements",
            Self::Policies => "keep-policies",
            Self::Safeguards => "keep-safeguards",
            Self::Answers => "keep-answers",
        };
        let script = SHIPPED.iter().find(|script| script.name() == name);
        let script = script.and_then(|script| Script::parse(script.text).ok());
        let mut steps = script.into_iter().flat_map(|script| script.acts).flat_map(|act| act.steps);
        steps.find_map(|step| step.record).ok_or_else(engine::words::out_of_order)
    }
}

/// Whose registers.
#[derive(clap::Args)]
pub(crate) struct Of {
    /// Of rehearsals instead of production.
    #[arg(long)]
    rehearsals: bool,
}

impl Of {
    fn mode(&self) -> Mode {
        if self.rehearsals { Mode::Rehearsal } else { Mode::Production }
    }
}

impl What {
    /// The files or folders that it writes.
    pub(crate) fn outs(&self) -> Vec<&Path> {
        match self {
            Self::Show { .. } | Self::Check { .. } => Vec::new(),
            Self::Export { out, .. } | Self::Table { out, .. } => vec![out],
            Self::Questionnaire { csv, pdf, .. } => {
                [csv, pdf].into_iter().flatten().map(PathBuf::as_path).collect()
            }
        }
    }

    /// Does it.
    pub(crate) fn print(&self, desk: &Desk) -> Result<ExitCode, Problem> {
        let (Self::Show { of, .. }
        | Self::Check { of, .. }
        | Self::Table { of, .. }
        | Self::Export { of, .. }
        | Self::Questionnaire { of, .. }) = self;
        let mode = of.mode();
        let register = registers::alone(desk, mode)?;
        if let Self::Questionnaire { vendor, .. } = self {
            is_a_vendor(&register, vendor)?;
        }
        let today = time::OffsetDateTime::now_utc().date().to_string();
        let estate = Estate::of(&register, &today);
        match self {
            Self::Show { json: true, .. } => {
                screen::json(protocol::json(&lists::of_mode(&estate, mode.word())));
            }
            Self::Show { .. } => {
                show(&estate);
                super::estate::doubts(&register).into_iter().for_each(say);
            }
            Self::Check { register: which, table, .. } => check(&register, *which, table)?,
            Self::Table { register: which, out, .. } => {
                write_new(out, &to_fill(&estate, &which.declared()?.kind))?;
                say(out.display().to_string());
            }
            Self::Export { out, .. } => export(desk, mode, &estate, out)?,
            Self::Questionnaire { vendor, csv, pdf, letter, .. } => {
                let media = if *letter { Media::Letter } else { Media::A4 };
                let rehearsal = mode == Mode::Rehearsal;
                if let Some(path) = csv {
                    write_new(path, &questionnaire_table(&estate, vendor))?;
                }
                if let Some(path) = pdf {
                    let of = QuestionnaireOf { estate: &estate, vendor, rehearsal, when: now(), media };
                    write_new(path, &questionnaire_pdf(&of).map_err(super::booklet::not_made)?)?;
                }
                if csv.is_none() && pdf.is_none() {
                    for one in ::estate::questionnaire(&estate, vendor) {
                        words::answered(&one).into_iter().for_each(say);
                    }
                }
                self.outs().into_iter().for_each(|path| say(path.display().to_string()));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A vendor that no system and no agreement names is a slip of the pen.
fn is_a_vendor(register: &Register, vendor: &str) -> Result<(), Problem> {
    let named = |kind: &str, column: &str| -> BTreeSet<String> {
        let (columns, rows) = register.kept_of(kind);
        rows.iter().filter(|row| row.left.is_none()).map(|row| row.text(columns, column).to_owned()).collect()
    };
    let mut all = named(facts::SYSTEM, "vendor");
    all.extend(named(facts::AGREEMENT, "party"));
    all.remove(facts::NONE);
    if all.contains(vendor) {
        return Ok(());
    }
    Err(words::no_such_vendor(vendor, &all.into_iter().collect::<Vec<_>>().join("; ")))
}

/// Says what a table would change.
fn check(register: &Register, which: Which, table: &Path) -> Result<(), Problem> {
    let bytes = outside::read(table, LARGEST).map_err(|e| store::not_opened(table, &e))?;
    let declared = which.declared()?;
    let scripts = SHIPPED.iter().map(|script| script.text);
    let said = |facts: Vec<Fact>| facts.into_iter().for_each(|fact| say(words::differs(&fact)));
    match actions::record::looked_at(&declared, register, scripts, &bytes) {
        Ok(differs) => {
            said(differs);
            say(words::checked_alone());
            Ok(())
        }
        Err((faults, problem)) => {
            said(faults);
            Err(problem)
        }
    }
}

fn show(estate: &Estate<'_>) {
    let found = coverage(estate);
    say(words::coverage(&found.all));
    for system in &estate.systems {
        say(words::kept_system(system, estate.is_covered(system), &estate.lacks(system)));
    }
    for agreement in estate.agreements.iter().filter(|one| one.is_listed()) {
        say(words::kept_agreement(agreement, agreement.is_current(&estate.today)));
    }
    for policy in estate.policies.iter().filter(|one| one.is_listed()) {
        say(words::kept_policy(policy, policy.is_in_effect(&estate.today)));
    }
    let open = worksheet(estate).iter().filter(|one| one.is_open()).count();
    say(words::undecided_safeguards(open));
    for incident in &estate.incidents {
        say(words::kept_incident(incident));
    }
    for one in retention(estate).iter().filter(|one| one.until.is_some()) {
        say(words::retained(one));
    }
}

fn export(desk: &Desk, mode: Mode, estate: &Estate<'_>, out: &Path) -> Result<(), Problem> {
    let store = desk.store(mode)?;
    let (mut packs, mut records) = (Vec::new(), Vec::new());
    for run in store.runs() {
        let folder = store.folder.join("runs").join(&run);
        let Some(bytes) = record_in(&folder) else { continue };
        let entries = Reading::of(&bytes).entries;
        packs.extend(actions::record::pack(
            &run,
            &folder.join(format!("{}-evidence", mode.word())),
            &entries,
        ));
        records.push((run, entries));
    }
    let at = time::OffsetDateTime::now_utc();
    let at = at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default();
    let mut files = everything(estate, &packs, &Records { mode: mode.word(), of: &records }, &at);
    let listed = sums(&files);
    files.push(("SHA256SUMS".to_owned(), listed.into_bytes()));
    actions::record::files_into(&outside::meant_path(out), &files)?;
    say(words::exported(files.len(), &out.display()));
    Ok(())
}
