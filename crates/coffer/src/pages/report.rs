//! `coffer report`: the report of a pack, made again from its record.

use super::words;
use crate::players::terminal::level_called;
use crate::screen::say;
use actions::REPERTOIRE;
use actions::report::{NoReport, OfPack};
use documents::report::{CARD, CERTIFICATE, HTML, PDF};
use paper::Media;
use protocol::Problem;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is asked for.
#[derive(clap::Args)]
pub(crate) struct Asked {
    /// The pack.
    pack: PathBuf,
    /// For whom: public, auditor or internal.
    #[arg(long, default_value = "internal")]
    level: String,
    #[command(flatten)]
    form: Form,
    /// On US Letter; else on the paper that the ceremony prints on.
    #[arg(long)]
    letter: bool,
    /// Where it goes; the file must not be there yet [default: report.pdf, report.html, certificate.pdf or
    /// workstation-card.pdf, here].
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Which document it is; without any, the report as PDF.
#[derive(clap::Args)]
#[group(multiple = false)]
struct Form {
    /// As one page of HTML instead of a PDF.
    #[arg(long)]
    html: bool,
    /// The certificate alone, one page for a file.
    #[arg(long)]
    certificate: bool,
    /// The page of the workstation card alone, of a ceremony that commissioned a workstation.
    #[arg(long)]
    card: bool,
}

impl Form {
    /// The name that it has in a pack.
    fn name(&self) -> &'static str {
        match (self.html, self.certificate, self.card) {
            (true, ..) => HTML,
            (_, true, _) => CERTIFICATE,
            (.., true) => CARD,
            _ => PDF,
        }
    }
}

impl Asked {
    /// Where it goes, as an absolute path.
    pub(crate) fn out(&self) -> PathBuf {
        let out = self.out.clone().unwrap_or_else(|| self.form.name().into());
        std::path::absolute(&out).unwrap_or(out)
    }
}

/// Writes it into a new file.
pub(crate) fn write(asked: &Asked) -> Result<ExitCode, Problem> {
    let level = level_called(&asked.level)?;
    let read =
        OfPack::read(&outside::meant_path(&asked.pack), level, &REPERTOIRE).map_err(|why| match why {
            NoReport::DoesNotHold(says) => words::report_of_what_does_not_hold(&says),
            NoReport::Departs(says) => words::report_of_what_departs(&says),
        })?;
    let report = read.report(asked.letter.then_some(Media::Letter));
    let not_made = |e: paper::PaperError| words::report_not_made(&e.to_string());
    let name = asked.form.name();
    let none = || if name == CARD { words::no_card_written() } else { words::nothing_certified() };
    let bytes = report.made(name).ok_or_else(none)?.map_err(not_made)?;
    store::write_new(&asked.out(), &bytes)?;
    say(asked.out().display().to_string());
    Ok(ExitCode::SUCCESS)
}
