//! The finish gate, the last signature and the evidence pack.

use super::token::TokenSigner;
use crate::engine::{Engine, Halt, Outcome, journal_problem};
use crate::plan::Planned;
use protocol::Problem;
use std::path::{Path, PathBuf};
use transcript::pack::PackFile;
use transcript::{Draft, Kind};

pub(super) fn close(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let owed = engine.journal.open_obligations();
    if !owed.is_empty() {
        let list: Vec<_> = owed.into_iter().map(|o| o.says).collect();
        return Err(Problem::new(
            "obligations-open",
            format!("The ceremony cannot close yet. {}", list.join(" ")),
            "Nothing was closed.",
            "Settle what is named first.",
        )
        .into());
    }
    engine.unlock(step)?;
    let draft = engine.placed(Draft::new(Kind::Closed), step, true);
    engine.append(draft)?;
    let pack = write_pack(engine, step)?;
    Ok(Outcome { closed: Some(pack), ..Outcome::default() })
}

/// Signs the closed record and writes the pack; called again on resume when a crash came in between.
pub(crate) fn write_pack(engine: &mut Engine<'_>, step: &Planned) -> Result<PathBuf, Halt> {
    let dest = engine.folder.join(format!("{}-evidence", engine.plan.mode.word()));
    if dest.exists() {
        return Ok(dest);
    }
    engine.unlock(step)?;
    let mut files = vec![
        PackFile { name: "script.toml".into(), bytes: engine.plan.text.clone().into_bytes() },
        PackFile { name: "roster.toml".into(), bytes: public_roster(engine).into_bytes() },
    ];
    if let Some(name) = engine.fact("wrapped-backup") {
        files.push(read(&engine.folder.join(&name), name)?);
    }
    if engine.fact("bundle-folder").is_some() {
        let bundle = super::bundle::kept(engine)?;
        files.extend(
            bundle.into_iter().map(|f| PackFile { name: format!("bundle/{}", f.name), bytes: f.bytes }),
        );
    }
    for fact in ["public-key-file", "parameters-file", "receipt-file", "report-file", "certificate-file"] {
        if let Some(name) = engine.fact(fact) {
            files.push(read(&engine.folder.join(&name), name)?);
        }
    }
    let mode = engine.plan.mode;
    let Some(token) = engine.token.as_mut() else { return Err(super::out_of_order().into()) };
    let mut signer = TokenSigner::of(token.as_mut(), mode)?;
    if engine.journal.entries().last().is_some_and(|e| e.kind == Kind::Closed) {
        engine.journal.checkpoint(&mut signer).map_err(journal_problem)?;
    }
    transcript::pack::write(&dest, files, &engine.journal, &mut signer).map_err(journal_problem)?;
    engine.show_record();
    Ok(dest)
}

/// Names and roles; no passphrase verifiers.
fn public_roster(engine: &Engine<'_>) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("# Who took part. Passphrase verifiers stay on the workstation.\n");
    for p in &engine.plan.roster.people {
        let q = |s: &str| toml::Value::String(s.to_owned()).to_string();
        let _ =
            write!(text, "\n[[person]]\nid = {}\nname = {}\nrole = {}\n", q(&p.id), q(&p.name), q(&p.role));
    }
    text
}

fn read(path: &Path, name: String) -> Result<PackFile, Problem> {
    let bytes = std::fs::read(path).map_err(|e| crate::store::disk(path, &e))?;
    Ok(PackFile { name, bytes })
}
