//! `coffer`: plays, checks and verifies ceremonies in the terminal, and is the room that the window talks to.

mod apart;
mod desk;
mod pages;
mod players;
mod rehearse;
mod room;
mod screen;
mod words;

use clap::{CommandFactory, Parser, Subcommand};
use desk::{Desk, Wanted};
use pages::{binder, booklet, devices, dues, estate_cli, register, report, timestamp};
use players::terminal;
use protocol::{Mode, Problem};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// PINs, passphrases and rows of shares pass through buffers of JSON: none of them outlives its use.
#[global_allocator]
static MEMORY: confine::Wiping = confine::WIPING;

/// Offline key ceremonies: make a master key, back it up, wrap it for a cloud, and prove afterwards what happened.
#[derive(Parser)]
#[command(name = "coffer", version)]
struct Cli {
    /// Where ceremonies are kept [default: `$XDG_STATE_HOME/cofferdam` or ~/.local/state/cofferdam].
    #[arg(long, global = true)]
    state: Option<PathBuf>,
    /// A folder that stands for a medium, in rehearsals; the system's removable media where none is named.
    #[arg(long, global = true, value_name = "FOLDER")]
    media: Vec<PathBuf>,
    /// Roots that a YubiKey's attestation has to lead to, as PEM; Yubico's own where none are named.
    #[arg(long, global = true, value_name = "FILE")]
    attestation_roots: Option<PathBuf>,
    /// A folder besides the usual ones that an HSM's module writes into: its tokens, its log.
    #[arg(long, global = true, value_name = "FOLDER")]
    module_writes: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a script with its people and parameters, without a token.
    Check {
        #[command(flatten)]
        choices: Choices,
        /// Check as for the real thing: a roster of real people is needed.
        #[arg(long)]
        production: bool,
    },
    /// Print a script as people read it, or as a booklet for the day.
    Print {
        #[command(flatten)]
        choices: Choices,
        /// Print as for the real thing: a roster of real people is needed.
        #[arg(long)]
        production: bool,
        #[command(flatten)]
        booklet: booklet::Asked,
    },
    /// Play a ceremony in the terminal, or unattended from an answers file (rehearsals only).
    Play {
        #[command(flatten)]
        choices: Choices,
        #[command(flatten)]
        table: Table,
    },
    /// Go on with a ceremony that was stopped.
    Resume {
        /// The run's id, as `coffer runs` lists it.
        run: String,
        #[command(flatten)]
        table: Table,
    },
    /// Play a ceremony by itself on the embedded token and leave the evidence pack.
    Rehearse {
        /// A shipped script's name or a file; `byok-aws` for instance.
        script: String,
        /// Where the pack goes; the folder must not be there yet.
        #[arg(long)]
        out: PathBuf,
        /// A parameter as NAME=VALUE.
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
    },
    /// List the ceremonies begun on this workstation.
    Runs {
        /// Print them as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List keys and their copies, share sheets, people, devices, what is due and what is owed, as the records tell it.
    Register {
        /// Print them as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List what is due by when: receipts, renewals, drills and the ends of cryptoperiods.
    Dues {
        /// Only what is due within so many days, or overdue.
        #[arg(long, value_name = "DAYS")]
        within: Option<i64>,
        /// Write the days of production as a calendar file (RFC 5545); the file must not be there yet.
        #[arg(long, value_name = "FILE", conflicts_with = "json")]
        ics: Option<PathBuf>,
        /// Print them as JSON, settled ones too.
        #[arg(long)]
        json: bool,
    },
    /// What people keep beside the keys: systems and their coverage, agreements, policies, safeguards, incidents.
    Estate(estate_cli::Asked),
    /// List the tokens and YubiKeys that are plugged in.
    Devices {
        /// A PKCS#11 module besides those in the usual places.
        #[arg(long = "module", value_name = "FILE")]
        modules: Vec<PathBuf>,
        /// Print them as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Try one module; the program runs this in a process of its own.
    #[command(hide = true)]
    ProbeModule {
        /// The module.
        path: PathBuf,
    },
    /// Read a scan from standard input; the program runs this in a process of its own.
    #[command(hide = true)]
    ReadScan,
    /// Check an evidence pack or a bundle (folders), or a transcript (a file).
    ///
    /// The exit status is 0 where everything that was checked holds and the signer is the one named with --signer; 3 where
    /// everything holds and no signer was named, so that anybody may have written and signed it; 1 where something does not
    /// hold; 2 where nothing could be checked.
    Verify {
        /// What to check.
        path: PathBuf,
        /// Whose signature it has to be: the 64 hex digits of the SHA-256 of the workstation's public key, as people
        /// noted it when a ceremony ended, or a file that came another way than the pack: a signer.pem, or the workstation
        /// card that commissioning wrote.
        #[arg(long, visible_alias = "card", value_name = "FINGERPRINT|FILE")]
        signer: Option<String>,
        /// Print the findings as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check something apart; the room runs this in a process of its own.
    #[command(hide = true)]
    VerifyApart {
        /// What to check.
        path: PathBuf,
        /// The fingerprint of the signer that it has to be.
        #[arg(long)]
        signer: Option<String>,
    },
    /// Read a record apart; the room runs this in a process of its own.
    #[command(hide = true)]
    ReadApart {
        /// What to read.
        path: PathBuf,
    },
    /// Make the report of a pack again, as a document for people: from its record alone, the same bytes each time.
    Report(report::Asked),
    /// Put what the records of a time say into one document, for somebody who investigates or audits.
    Binder(binder::Asked),
    /// Copy a pack, withholding what is above a level; what is left still verifies.
    Disclose {
        /// The pack.
        pack: PathBuf,
        /// public, auditor or internal.
        #[arg(long)]
        level: String,
        /// Where the copy goes; the folder must not be there yet.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write a request for a time stamp (RFC 3161) over the end of a pack's record, to be taken to an authority that is
    /// online.
    TimestampRequest {
        /// The pack.
        pack: PathBuf,
        /// Where the request goes; the file must not be there yet.
        #[arg(long)]
        out: PathBuf,
    },
    /// Keep an authority's answer beside the pack that it is for.
    TimestampKeep {
        /// The pack.
        pack: PathBuf,
        /// The answer.
        answer: PathBuf,
    },
    /// Make a person's passphrase verifier for a roster.
    Enrol,
    /// Talk to a window over standard input and output.
    #[command(hide = true)]
    Room {
        #[command(flatten)]
        named: desk::Named,
    },
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder.
    #[command(hide = true)]
    Man {
        /// The folder; it must be there.
        folder: PathBuf,
    },
}

/// With what a ceremony is played.
#[derive(clap::Args)]
struct Table {
    /// The HSM's address, a PKCS#11 URI such as `coffer devices` shows; a rehearsal uses the embedded token without it.
    /// Without module-path the modules in the usual places are asked. Never with a PIN.
    #[arg(long)]
    token: Option<String>,
    /// Answer from this TOML file.
    #[arg(long)]
    answers: Option<PathBuf>,
    /// The real thing. Without it everything is a rehearsal.
    #[arg(long)]
    production: bool,
}

impl Command {
    /// Whether it keeps something in the state folder.
    fn keeps(&self) -> bool {
        matches!(
            self,
            Self::Play { .. }
                | Self::Resume { .. }
                | Self::Rehearse { .. }
                | Self::Runs { .. }
                | Self::Register { .. }
                | Self::Dues { .. }
                | Self::Estate(_)
                | Self::Binder(_)
                | Self::Room { .. }
        )
    }

    /// The folders of what is written elsewhere: a copy, a request, the manual. A copy is made beside its name first, and
    /// named when it is whole. What an answers file says is meant from where the program is started.
    fn writes_into(&self) -> Vec<PathBuf> {
        let beside = |path: &Path| Some(std::path::absolute(path).ok()?.parent()?.to_owned());
        let one = |path: &Path| Vec::from_iter(beside(path));
        match self {
            Self::Rehearse { out, .. } | Self::Disclose { out, .. } | Self::TimestampRequest { out, .. } => {
                one(out)
            }
            Self::Dues { ics: Some(ics), .. } => one(ics),
            Self::Estate(asked) => asked.what.outs().into_iter().filter_map(beside).collect(),
            Self::Report(asked) => one(&asked.out()),
            Self::Binder(asked) => one(&asked.out),
            Self::Print { booklet, .. } => booklet.outs().filter_map(beside).collect(),
            Self::TimestampKeep { pack, .. } => one(&outside::meant_path(pack)),
            Self::Man { folder } => vec![folder.clone()],
            Self::Play { table, .. } | Self::Resume { table, .. } if table.answers.is_some() => {
                Vec::from_iter(std::env::current_dir())
            }
            _ => Vec::new(),
        }
    }
}

fn mode(production: bool) -> Mode {
    if production { Mode::Production } else { Mode::Rehearsal }
}

#[derive(clap::Args)]
struct Choices {
    /// A shipped script's name or a file.
    script: String,
    /// The roster; without it a rehearsal uses fictional people, and production the roster enrolled last here.
    #[arg(long)]
    roster: Option<PathBuf>,
    /// A parameter as NAME=VALUE.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
}

impl Choices {
    /// Where no roster is named, the one enrolled on this workstation.
    fn with_enrolled(mut self, desk: &Desk, mode: Mode) -> Self {
        self.roster = self.roster.or_else(|| desk.enrolled(mode));
        self
    }

    fn wanted<'a>(&'a self, mode: Mode, values: &'a BTreeMap<String, String>) -> Wanted<'a> {
        Wanted { script: &self.script, roster: self.roster.as_deref(), mode, values }
    }
}

fn main() -> ExitCode {
    let status = match Cli::try_parse() {
        Ok(cli) => run(cli).unwrap_or_else(|problem| {
            screen::refused(&problem);
            ExitCode::from(2)
        }),
        Err(e) => not_understood(&e),
    };
    screen::end(status)
}

/// Prints the help that was asked for, or what is wrong with the command line.
fn not_understood(e: &clap::Error) -> ExitCode {
    if e.use_stderr() {
        e.render().to_string().lines().for_each(screen::note);
    } else {
        screen::took(e.print());
    }
    ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2))
}

fn run(cli: Cli) -> Result<ExitCode, Problem> {
    desk::lock_down()?;
    if let Some(done) = apart::done(&cli.command) {
        return done;
    }
    let desk = Desk::at(cli.state, cli.media, cli.attestation_roots)?;
    let mut written = cli.module_writes;
    written.extend(cli.command.writes_into());
    desk.hold(cli.command.keeps(), written)?;
    match cli.command {
        Command::Check { choices, production } => {
            let choices = choices.with_enrolled(&desk, mode(production));
            Ok(terminal::check(&choices.wanted(mode(production), &pairs(&choices.set)?)))
        }
        Command::Print { choices, production, booklet } => {
            let choices = choices.with_enrolled(&desk, mode(production));
            booklet::print(&desk, &choices.wanted(mode(production), &pairs(&choices.set)?), &booklet)
        }
        Command::Play { choices, table } => {
            let choices = choices.with_enrolled(&desk, mode(table.production));
            let plan = choices.wanted(mode(table.production), &pairs(&choices.set)?).plan()?;
            terminal::play(&desk, plan, table.token, table.answers.as_deref())
        }
        Command::Resume { run, table } => {
            terminal::resume(&desk, &run, mode(table.production), table.token, table.answers.as_deref())
        }
        Command::Rehearse { script, out, set } => rehearse::rehearse(&desk, &script, &out, &pairs(&set)?),
        Command::Runs { json: true } => {
            screen::json(protocol::json(&desk.home().runs));
            Ok(ExitCode::SUCCESS)
        }
        Command::Runs { json: false } => {
            for card in desk.home().runs {
                screen::say(format!("{}  {}  {}  {}", card.run, card.mode.word(), card.title, card.stands));
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Dues { within, ics, json } => {
            dues::print(&desk, &dues::Asked { within, ics: ics.as_deref(), json })
        }
        Command::Estate(asked) => asked.what.print(&desk),
        Command::Register { json } => register::print(&desk, json),
        Command::Devices { modules, json: true } => {
            screen::json(protocol::json(&devices::list(&modules)));
            Ok(ExitCode::SUCCESS)
        }
        Command::Devices { modules, json: false } => Ok(devices::print(&modules)),
        Command::ProbeModule { path } => devices::probe_module(&path),
        // Done above, before a desk was opened.
        Command::ReadScan | Command::VerifyApart { .. } | Command::ReadApart { .. } => Ok(ExitCode::SUCCESS),
        Command::Verify { path, signer, json } => terminal::verify(&path, signer.as_deref(), json),
        Command::Disclose { pack, level, out } => terminal::disclose(&pack, &level, &out),
        Command::Report(asked) => report::write(&asked),
        Command::Binder(asked) => binder::write(&desk, &asked),
        Command::TimestampRequest { pack, out } => timestamp::request(&pack, &out),
        Command::TimestampKeep { pack, answer } => timestamp::keep(&pack, &answer),
        Command::Enrol => terminal::enrol(),
        Command::Room { named } => room::serve(&desk.with(named)),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "coffer", &mut text);
            screen::whole(&text);
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { folder } => clap_mangen::generate_to(Cli::command(), &folder)
            .map(|()| ExitCode::SUCCESS)
            .map_err(|e| words::man_not_written(&folder.display(), &e)),
    }
}

fn pairs(set: &[String]) -> Result<BTreeMap<String, String>, Problem> {
    set.iter()
        .map(|pair| {
            let pair_of = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            pair.split_once('=').map(pair_of).ok_or_else(|| words::set_not_a_pair(pair))
        })
        .collect()
}
