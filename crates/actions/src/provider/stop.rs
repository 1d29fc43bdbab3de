//! `write-stop-instructions`: for the key whose compromise was declared, what to run at each provider that has it, with the
//! real names in the commands, in files of the pack and on a medium.

use super::known::unix;
use super::words;
use crate::cloud::medium::{hand_over, onto_medium};
use crate::cloud::words::byok_problem;
use crate::record::RECORDED;
use crate::room::register::register;
use crate::token::SIGNING_KEY;
use byok::bundle::BundleFile;
use byok::stop::{script as shell_script, stop};
use engine::{Action, Cue, Halt, Outcome, Past, Room, Stage};
use facts::{COMPROMISE, NONE, Named as _};
use protocol::{Mode, Problem};
use register::{CloudKey, Register};
use script::{Hands, Reach, Row};
use std::path::Path;
use store::make_folder;
use transcript::{Entry, FileDigest};

/// The folder of the pack with the instructions.
const FOLDER: &str = "stop-instructions";
/// The instructions in words.
const IN_WORDS: &str = "INSTRUCTIONS.txt";

/// Writes the instructions.
pub(crate) struct WriteStopInstructions;

impl Action for WriteStopInstructions {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "write-stop-instructions",
                needs: &[&SIGNING_KEY, &RECORDED],
                makes: &[&super::STOP],
                states: &[
                    &facts::STOP_KEY,
                    &facts::STOP_AT,
                    &facts::STOP_AFTER,
                    &facts::STOP_FILE,
                    &facts::WRITTEN_TO_MEDIUM,
                    &facts::MEDIUM_FOLDER,
                ],
                hands: Hands::Two,
                reach: &[Reach::Media, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (key, declared_at) = declared(stage.past()).ok_or_else(words::no_key_declared)?;
        let register = register(&*stage)?;
        let at = places(&register, &key);
        let (mut files, mut scripts) = (Vec::new(), Vec::new());
        for (n, cloud) in at.iter().enumerate() {
            // One place of which no script can be made holds up no other: the instructions say so.
            let script =
                script_of(cloud, cue.plan.mode).map(|text| (format!("{}-{}.sh", n + 1, cloud.target), text));
            scripts.push(script.as_ref().map(|(name, _)| name.clone()).map_err(|why| why.happened.clone()));
            files.extend(script.ok().map(|(name, text)| BundleFile { name, bytes: text.into_bytes() }));
        }
        let text = words::instructions(cue.plan.mode, &register, &key, &at, &scripts);
        files.push(BundleFile { name: IN_WORDS.to_owned(), bytes: text.into_bytes() });
        let name = format!("{}-stop-{}", cue.plan.mode.word(), cue.run);
        let write = |medium: &Path| hand_over(medium, &name, &files);
        let dest = onto_medium(cue, stage, words::WHERE_ARE_THEY_WRITTEN, &[&name], write)?;
        let folder = format!("{FOLDER}-{}", stage.past().entries.len());
        make_folder(&stage.folder().join(&folder))?;
        let mut outcome = Outcome::new();
        for file in &files {
            let name = format!("{folder}/{}", file.name);
            stage.keep(&name, &file.bytes)?;
            outcome = outcome.file(FileDigest::of(name, &file.bytes));
        }
        let seconds = u64::try_from(stage.now().saturating_sub(declared_at)).unwrap_or_default();
        let dest = dest.display().to_string();
        let named: Vec<(String, String)> =
            at.iter().map(|cloud| (cloud.target.clone(), cloud.name.clone())).collect();
        Ok(outcome
            .showing(words::written(&named, seconds, &dest))
            .fact(&facts::STOP_KEY, key)
            .fact(&facts::STOP_AT, named)
            .fact(&facts::STOP_AFTER, seconds)
            .fact(&facts::STOP_FILE, format!("{folder}/{IN_WORDS}"))
            .fact(&facts::WRITTEN_TO_MEDIUM, words::files_read_back(files.len()))
            .fact(&facts::MEDIUM_FOLDER, dest))
    }
}

/// The key whose compromise this record declares, and when, in Unix seconds.
fn declared(past: Past<'_>) -> Option<(String, i64)> {
    let is = |e: &&Entry| facts::RECORDED.within(e).as_deref() == Some(COMPROMISE);
    let entry = past.entries.iter().rev().find(is)?;
    let key = entry.value(&format!("{COMPROMISE}.key"))?.as_str().filter(|key| *key != NONE)?;
    Some((key.to_owned(), unix(&entry.utc)?))
}

/// What to run at one provider.
fn script_of(cloud: &CloudKey, mode: Mode) -> Result<String, Problem> {
    let target = cloud.target.parse().map_err(|e| byok_problem(&e))?;
    let stop = stop(target, &cloud.name, &cloud.prepared).map_err(|e| byok_problem(&e))?;
    Ok(shell_script(&stop, mode == Mode::Rehearsal))
}

/// Where the key is at providers, each place once, the newest ceremony's word for it.
fn places<'r>(register: &'r Register, key: &str) -> Vec<&'r CloudKey> {
    let mut at: Vec<&CloudKey> = Vec::new();
    for cloud in register.clouds.iter().filter(|cloud| cloud.key == key) {
        at.retain(|c| (&c.target, &c.name, &c.prepared) != (&cloud.target, &cloud.name, &cloud.prepared));
        at.push(cloud);
    }
    at
}
