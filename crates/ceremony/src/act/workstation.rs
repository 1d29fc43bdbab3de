//! The workstation itself: which program runs, what this machine should mend, who may hold which role, and whether a
//! medium can be written and read.

use super::people::everyone;
use super::{noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store;
use protocol::{Ask, Fact, Mode, Problem, Verdict};
use std::path::Path;
use transcript::{Draft, Kind, Level};

pub(super) fn check(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let warnings = engine.workstation.warnings.clone();
    let mut facts: Vec<Fact> = warnings
        .iter()
        .map(|w| Fact {
            name: "To mend before a production ceremony".to_owned(),
            expected: None,
            observed: w.clone(),
            verdict: Verdict::Differs,
        })
        .collect();
    if facts.is_empty() {
        facts.push(noted("Swap and network", "no swap is on and no interface is up, as the system says"));
    }
    facts.push(noted("The program's file", engine.workstation.program_file.display().to_string()));
    facts.push(Fact {
        name: "Which program runs".to_owned(),
        expected: None,
        observed:
            "a program cannot vouch for itself: two people compare its file with what a second machine says"
                .to_owned(),
        verdict: Verdict::NotProvable,
    });
    let button = "Compare the program's file".to_owned();
    engine.ask(step, Ask::Observe { facts, button }, None)?;
    if engine.plan.mode == Mode::Production && !warnings.is_empty() {
        let mend = Problem::new(
            "workstation-to-mend",
            warnings.join(" "),
            "Nothing was done.",
            "Mend it, or have it decided and recorded that the ceremony goes on without.",
        );
        engine.raise(step, &mend, "nothing to mend on this machine")?;
    }
    let digest = engine.workstation.program_sha256.ok_or_else(|| {
        Problem::new(
            "program-unreadable",
            "The program's own file cannot be read, so nothing can be compared.",
            "Nothing was recorded.",
            "Install the program so that its users may read it, and begin again.",
        )
    })?;
    let against =
        "what sha256sum says of the same file on a second machine, or the release's published value";
    compared(engine, step, "SHA-256 of the program's file", against, &digest)?;
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "program-sha256", crate::digest::hex(&digest))
        .fact(Level::Public, "program-compared", "every row, by two people")
        .fact(Level::Public, "workstation-warnings", serde_json::json!(warnings));
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

/// Actor and confirmer compare a value, one after the other, each on a blank list and signing for themselves: two ticks
/// by one hand are one look.
fn compared(
    engine: &mut Engine<'_>,
    step: &Planned,
    what: &str,
    against: &str,
    bytes: &[u8],
) -> Result<(), Halt> {
    let Some(confirmer) = step.confirmer.clone() else { return Err(out_of_order().into()) };
    for person in [step.actor.clone(), confirmer] {
        if !engine.finds_the_same(step, &person, what, against, bytes)? {
            return Err(Problem::new(
                "value-differs",
                format!("{} did not find every row the same: {what}.", person.name),
                "Nothing was recorded as compared.",
                "Look again at both sides. If a row differs, do not use this workstation: install it anew.",
            )
            .into());
        }
        engine.signed_by(step, &person, "I compared every row, and each is the same.", None)?;
    }
    Ok(())
}

/// Who holds which role, and which roles may not meet in one person, read aloud before anybody is enrolled.
pub(super) fn read_roles(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let people = everyone(&engine.plan);
    let facts: Vec<Fact> = engine
        .plan
        .script
        .roles
        .iter()
        .map(|role| {
            let names: Vec<&str> =
                people.iter().filter(|p| p.role == role.role).map(|p| p.name.as_str()).collect();
            let apart = if role.apart_from.is_empty() {
                String::new()
            } else {
                format!("; not also {}", role.apart_from.join(", "))
            };
            noted(&role.title, format!("{}{apart}", names.join(", ")))
        })
        .collect();
    let button = "I have read them aloud".to_owned();
    engine.ask(step, Ask::Observe { facts, button }, None)?;
    let Some(confirmer) = step.confirmer.clone() else { return Err(out_of_order().into()) };
    for person in [step.actor.clone(), confirmer] {
        let words = "I read the roles and who holds them, and no person holds two that are kept apart.";
        engine.signed_by(step, &person, words, None)?;
    }
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "roles-read", engine.plan.script.roles.len());
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

/// Writes a small file to a medium, reads it back from it, and takes it away again.
pub(super) fn try_medium(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let name = format!("cofferdam-test-{}.txt", engine.run);
    let mut problem = None;
    let folder = loop {
        let path = engine.folder_of_medium(step, "Which medium is tried?", &[&name], problem.take())?;
        match tried(&path, &name) {
            Ok(()) => break path.display().to_string(),
            Err(p) => problem = Some(p.can_try_again()),
        }
    };
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "medium-tried", "a file was written, read back and removed")
        .fact(Level::Internal, "medium-folder-tried", folder.as_str());
    let facts = vec![noted("Written to and read back from", folder)];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

fn tried(folder: &Path, name: &str) -> Result<(), Problem> {
    let path = folder.join(name);
    if !folder.is_dir() {
        return Err(store::disk(folder, &std::io::ErrorKind::NotFound.into()));
    }
    // Written new and read back; one that an interruption left behind has this very name, and only ours can.
    if path.is_file() {
        std::fs::remove_file(&path).map_err(|e| store::disk(&path, &e))?;
    }
    store::write_new(&path, b"Cofferdam tried this medium. The file can be deleted.\n")?;
    std::fs::remove_file(&path).map_err(|e| store::disk(&path, &e))
}
