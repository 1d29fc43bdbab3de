//! The finish gate, the last signature and the evidence pack.

use super::key_plan;
use crate::engine::{Engine, Halt, Outcome, journal_problem};
use crate::plan::Planned;
use protocol::Problem;
use std::path::PathBuf;
use transcript::pack::PackFile;
use transcript::{Draft, Kind};

/// Rebuilds the backup wrapping key from typed sheets with Python alone.
const DECODER: &[u8] = include_bytes!("../../../../recover/decode_shares.py");
/// The page that says how, for people.
const HOW_TO_RECOVER: &[u8] = include_bytes!("../../../../docs/recovery-without-us.md");

/// What the characters of a sheet mean, should both programs be lost.
const SHARES: &[u8] = include_bytes!("../../../../docs/formats/share.md");

/// What the file of a share on a YubiKey holds, and the program that opens it once the YubiKey has done its part.
const BOXES: &[u8] = include_bytes!("../../../../docs/formats/custodian-box.md");
const BOX_OPENER: &[u8] = include_bytes!("../../../../recover/open_box.py");

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
    if key_plan::is_meant(engine) {
        key_plan::at_close(engine)?;
    }
    // Opened, unlocked and every file read before the record ends: what can still fail after that is only the writing.
    engine.unlock(step)?;
    let files = recorded(engine)?;
    let draft = engine.placed(Draft::new(Kind::Closed), step, true);
    engine.append(draft)?;
    let pack = write(engine, step, files)?;
    Ok(Outcome { closed: Some(pack), ..Outcome::default() })
}

/// Signs the ended record and writes the pack; called again on resume when a crash came in between.
pub(crate) fn write_pack(engine: &mut Engine<'_>, step: &Planned) -> Result<PathBuf, Halt> {
    let dest = engine.pack_folder();
    if dest.exists() {
        return Ok(dest);
    }
    let files = recorded(engine)?;
    write(engine, step, files)
}

/// Script, roster, and every file that the record names, each exactly as it names it.
fn recorded(engine: &Engine<'_>) -> Result<Vec<PackFile>, Problem> {
    let mut files = vec![
        PackFile { name: "script.toml".into(), bytes: engine.plan.text.clone().into_bytes() },
        PackFile { name: "roster.toml".into(), bytes: public_roster(&engine.plan.roster).into_bytes() },
    ];
    for name in engine.recorded_files().into_keys() {
        files.push(PackFile { bytes: engine.kept(&name)?, name });
    }
    if engine.fact("share-set").is_some() {
        // Whoever restores from the sheets one day may not have this program.
        files.push(PackFile { name: "recovery/decode_shares.py".into(), bytes: DECODER.to_vec() });
        files.push(PackFile { name: "recovery/HOW-TO-RECOVER.md".into(), bytes: HOW_TO_RECOVER.to_vec() });
        files.push(PackFile { name: "recovery/share.md".into(), bytes: SHARES.to_vec() });
    }
    if engine.fact("share-box-file").is_some() {
        files.push(PackFile { name: "recovery/custodian-box.md".into(), bytes: BOXES.to_vec() });
        files.push(PackFile { name: "recovery/open_box.py".into(), bytes: BOX_OPENER.to_vec() });
    }
    Ok(files)
}

fn write(engine: &mut Engine<'_>, step: &Planned, files: Vec<PackFile>) -> Result<PathBuf, Halt> {
    let dest = engine.pack_folder();
    engine.with_signer(step, |journal, signer| {
        if journal.entries().last().is_some_and(|e| matches!(e.kind, Kind::Closed | Kind::Abandoned)) {
            journal.checkpoint(signer).map_err(journal_problem)?;
        }
        transcript::pack::write(&dest, files, journal, signer).map_err(|e| pack_problem(&e))
    })?;
    engine.show_record();
    Ok(dest)
}

fn pack_problem(e: &transcript::PackError) -> Problem {
    Problem::new(
        "pack-not-written",
        super::sentence(&e.to_string()),
        "The record is complete and signed; no part of a pack was left behind.",
        "Check the disk and the token, then write the pack again.",
    )
    .can_try_again()
}

/// Names, roles and the public keys that people sign with; no passphrase verifiers.
pub(super) fn public_roster(roster: &crate::roster::Roster) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("# Who took part. Passphrase verifiers stay on the workstation.\n");
    text.extend(roster.sites.iter().map(crate::roster::SiteRule::lines));
    for p in &roster.people {
        let q = |s: &str| toml::Value::String(s.to_owned()).to_string();
        let _ =
            write!(text, "\n[[person]]\nid = {}\nname = {}\nrole = {}\n", q(&p.id), q(&p.name), q(&p.role));
        text.push_str(&p.place_lines(p.reports_to.as_deref()));
        if let Some(own) = &p.yubikey {
            text.push_str(&own.line());
        }
    }
    text
}
