//! `read-validation`: what somebody looked up of the token's validation certificate is carried in as a file, held beside what
//! the token says of itself, and signed by two people. The program cannot look a certificate up, and says so.

use super::words;
use crate::room::sign::both_sign;
use crate::stand_in::{FILE, Prepared, StandIn, failed, folder, is};
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Recall as _, Room, Rule, Stage, Whole};
use facts::{Fact, Named as _, Text};
use protocol::{Ask, Problem};
use script::{Hands, Plan, Planned, Reach, Row};
use serde::Deserialize;
use std::path::Path;
use transcript::FileDigest;

/// The largest file, in bytes.
const LARGEST: u64 = 16 * 1024;
/// The longest text of it, in characters.
const LONGEST: usize = 200;

/// Reads what was looked up.
pub(crate) struct ReadValidation;

impl Action for ReadValidation {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "read-validation",
                needs: &[&super::TOKEN, &super::SIGNING_KEY],
                makes: &[&super::VALIDATION],
                states: &[
                    &facts::VALIDATION_CERTIFICATE,
                    &facts::VALIDATION_STANDARD,
                    &facts::VALIDATION_LEVEL,
                    &facts::VALIDATION_STATUS,
                    &facts::VALIDATION_MODULE,
                    &facts::VALIDATION_LOOKED_UP,
                    &facts::VALIDATION_BY,
                    &facts::VALIDATION_SOURCE,
                    &facts::VALIDATION_FILE,
                ],
                hands: Hands::TwoInside,
                says: &[words::CERTIFICATE_SAYS],
                reach: &[Reach::Media],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let mut problem = None;
        let (bytes, read) = loop {
            let path = stage.file_of_medium(words::WHICH_VALIDATION, &["toml", "txt"], problem.take())?;
            let bytes = outside::read(&path, LARGEST).map_err(|e| store::not_opened(&path, &e));
            match bytes.and_then(|bytes| read(&bytes).map(|read| (bytes, read))) {
                Ok(found) if script::day(&found.1.looked_up).is_some_and(|day| day > stage.now()) => {
                    problem = Some(words::looked_up_later(&found.1.looked_up).can_try_again());
                }
                Ok(found) => break found,
                Err(p) => problem = Some(p.can_try_again()),
            }
        };
        let says = |fact: &Fact<Text>| stage.newest(fact).unwrap_or_default();
        let (model, firmware) = (says(&facts::TOKEN_MODEL), says(&facts::TOKEN_FIRMWARE));
        let facts = words::validation(&read.parts(), &model, &firmware);
        stage.ask(Ask::Observe { facts, button: words::IS_THIS_TOKENS.to_owned(), done: false }, None)?;
        let sentence = words::certificate_says(
            &read.certificate,
            &read.looked_up,
            &read.by,
            &script::sha256_hex(&bytes),
        );
        both_sign(cue, stage, &sentence)?;
        let name = format!("validation-{}.toml", stage.past().entries.len());
        stage.keep(&name, &bytes)?;
        Ok(Outcome::new()
            .fact(&facts::VALIDATION_CERTIFICATE, read.certificate)
            .fact(&facts::VALIDATION_STANDARD, read.standard)
            .fact(&facts::VALIDATION_LEVEL, read.level)
            .fact(&facts::VALIDATION_STATUS, read.status)
            .fact(&facts::VALIDATION_MODULE, read.module)
            .fact(&facts::VALIDATION_LOOKED_UP, read.looked_up)
            .fact(&facts::VALIDATION_BY, read.by)
            .fact(&facts::VALIDATION_SOURCE, read.source)
            .fact(&facts::VALIDATION_FILE, name.as_str())
            .file(FileDigest::of(name, &bytes)))
    }

    /// What both signed is what is recorded.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let text = |fact: &Fact<Text>| fact.within(done.outcome).unwrap_or_default();
        let looked_up = facts::VALIDATION_LOOKED_UP.within(done.outcome).unwrap_or_default();
        let (certificate, by) = (text(&facts::VALIDATION_CERTIFICATE), text(&facts::VALIDATION_BY));
        let file = facts::VALIDATION_FILE.within(done.outcome).unwrap_or_default();
        let sha256 = done.outcome.files.iter().find(|f| f.name == file).map_or("", |f| f.sha256.as_str());
        done.signed_by(done.both(), &words::certificate_says(&certificate, &looked_up, &by, sha256))
    }
}

/// What somebody looked up of a validation certificate: `docs/formats/validation-record.md`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Validation {
    certificate: String,
    standard: String,
    level: String,
    status: String,
    module: String,
    looked_up: String,
    by: String,
    source: String,
}

impl Validation {
    /// Each part by its name in the file.
    pub(crate) fn parts(&self) -> [(&'static str, &str); 8] {
        [
            ("certificate", &self.certificate),
            ("standard", &self.standard),
            ("level", &self.level),
            ("status", &self.status),
            ("module", &self.module),
            ("looked-up", &self.looked_up),
            ("by", &self.by),
            ("source", &self.source),
        ]
    }
}

/// What is recorded of a certificate is what the file in the pack says; a copy for a reader may be without it.
pub(crate) struct ValidationIsTheFiles;

impl Rule for ValidationIsTheFiles {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        for entry in whole.past.entries {
            let Some(name) = facts::VALIDATION_FILE.within(entry) else { continue };
            let in_pack = whole.pack.and_then(|pack| outside::read_plain(&pack.join(name), LARGEST).ok());
            let Some(bytes) = in_pack else { continue };
            let text = |fact: &Fact<Text>| fact.within(entry).unwrap_or_default();
            let recorded = [
                text(&facts::VALIDATION_CERTIFICATE),
                text(&facts::VALIDATION_STANDARD),
                text(&facts::VALIDATION_LEVEL),
                text(&facts::VALIDATION_STATUS),
                text(&facts::VALIDATION_MODULE),
                facts::VALIDATION_LOOKED_UP.within(entry).unwrap_or_default(),
                text(&facts::VALIDATION_BY),
                text(&facts::VALIDATION_SOURCE),
            ];
            let says = read(&bytes).map(|read| read.parts().map(|(_, said)| said.to_owned()));
            if says.is_ok_and(|says| says == recorded) {
                continue;
            }
            let why = words::NOT_WHAT_THE_FILE_SAYS;
            return Err(Departure::of(Some(entry), "read-validation", "another-validation", why));
        }
        Ok(())
    }
}

/// What the file says, each part of it there and short.
pub(crate) fn read(bytes: &[u8]) -> Result<Validation, Problem> {
    let text = incoming::text(bytes).map_err(|e| words::no_validation(&e))?;
    let read: Validation = toml::from_str(&text).map_err(|e| words::no_validation(&e.message()))?;
    for (name, said) in read.parts() {
        let clean = said.chars().all(|c| !c.is_control());
        if !clean || !(1..=LONGEST).contains(&said.chars().count()) {
            return Err(words::no_validation(&words::part_of_no_length(name, LONGEST)));
        }
    }
    if script::day(&read.looked_up).is_none() {
        return Err(words::no_validation(&words::NO_DAY));
    }
    Ok(read)
}

/// For `read-validation`: a file that says of itself that it is practice.
pub(crate) struct PracticeValidation;

impl StandIn for PracticeValidation {
    fn serves(&self, row: &Row) -> bool {
        is(row, &ReadValidation)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        let path = beside.join("practice-validation.toml");
        std::fs::write(&path, words::PRACTICE_VALIDATION).map_err(|e| failed(&e))?;
        Ok(Prepared::path(steps, FILE, &path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_each_part_once_and_nothing_else() {
        let whole = words::PRACTICE_VALIDATION;
        assert_eq!(read(whole.as_bytes()).unwrap().certificate, "PRACTICE");
        let without = |name: &str| {
            let kept = whole.lines().filter(|line| !line.starts_with(name));
            kept.collect::<Vec<_>>().join("\n")
        };
        for (name, _) in read(whole.as_bytes()).unwrap().parts() {
            assert_eq!(read(without(name).as_bytes()).unwrap_err().code, "no-validation-record", "{name}");
        }
        let bad = [
            format!("{whole}\nvalidated = true"),
            without("level") + "\nlevel = \"\"",
            without("status") + &format!("\nstatus = \"{}\"", "a".repeat(201)),
            without("status") + "\nstatus = \"a\\u001bb\"",
            without("looked-up") + "\nlooked-up = \"soon\"",
        ];
        for text in bad {
            assert_eq!(read(text.as_bytes()).unwrap_err().code, "no-validation-record", "{text}");
        }
    }
}
