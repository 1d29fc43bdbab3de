//! `write-exports`: what the registers hold is written for other tools, onto a medium, and the record has every file's digest.

use super::words;
use crate::cloud::medium::onto_medium;
use crate::room::register::whole_register;
use crate::token::SIGNING_KEY;
use engine::{Action, Cue, Halt, Made, Outcome, Past, Room, Stage, media};
use estate::Estate;
use estate::exports::{Pack, Records, everything, sums};
use facts::Named as _;
use protocol::Problem;
use script::{Hands, Reach, Row, sha256_hex};
use std::path::Path;
use store::{is_folder, make_folder, read_again, sync_folder, whole_folder, write_new};
use transcript::{Entry, Kind};

/// Writes the exports.
pub(crate) struct WriteExports;

impl Action for WriteExports {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "write-exports",
                needs: &[&SIGNING_KEY],
                makes: &[&crate::record::RECORDED],
                states: &[
                    &facts::EXPORTED,
                    &facts::EXPORTED_SUMS_SHA256,
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
        let register = whole_register(stage)?;
        let at = engine::words::utc(stage.now());
        let estate = Estate::of(&register, &media::day(stage.now()));
        let mut packs = Vec::new();
        let mut records = Vec::new();
        for other in stage.other_runs()? {
            let entries = other.reading().entries;
            packs.extend(pack(&other.run, &other.pack, &entries));
            records.push((other.run, entries));
        }
        let records = Records { mode: cue.plan.mode.word(), of: &records };
        let mut files = everything(&estate, &packs, &records, &at);
        let listed = sums(&files);
        files.push((words::SUMS.to_owned(), listed.clone().into_bytes()));
        // An attempt that broke off may have left its folder; what it wrote bears another time.
        let name = match stage.attempts() {
            0 | 1 => format!("{}-exports-{}", cue.plan.mode.word(), cue.run),
            more => format!("{}-exports-{}-{more}", cue.plan.mode.word(), cue.run),
        };
        let dest = onto_medium(cue, stage, words::WHERE_EXPORTED, &[&name], |medium| {
            let dest = medium.join(&name);
            is_folder(medium).and_then(|()| files_into(&dest, &files)).map(|()| dest)
        })?;
        let digests: Vec<(String, String)> =
            files.iter().map(|(name, bytes)| (name.clone(), sha256_hex(bytes))).collect();
        let dest = dest.display().to_string();
        Ok(Outcome::new()
            .showing(words::written(&digests, &dest))
            .fact(&facts::EXPORTED_SUMS_SHA256, sha256_hex(listed.as_bytes()))
            .fact(&facts::WRITTEN_TO_MEDIUM, words::files_read_back(digests.len()))
            .fact(&facts::EXPORTED, digests)
            .fact(&facts::MEDIUM_FOLDER, dest))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::shown(words::MADE_EXPORTS, past.newest(&facts::MEDIUM_FOLDER)).into_iter().collect()
    }
}

/// The pack of another run of this workstation, where its record closed and the pack lies there.
pub fn pack(run: &str, folder: &Path, entries: &[Entry]) -> Option<Pack> {
    let closed = entries.iter().rfind(|entry| entry.kind == Kind::Closed)?;
    let listed = outside::read(&folder.join("SHA256SUMS"), outside::LARGEST_RECORD).ok()?;
    let first = entries.first()?;
    let title = facts::SCRIPT.within(first).unwrap_or_default();
    Some(Pack {
        run: run.to_owned(),
        says: words::closed(&title, entries.len()),
        title,
        mode: facts::MODE.within(first).unwrap_or_default(),
        closed: closed.utc.clone(),
        sums_sha256: sha256_hex(&listed),
    })
}

/// Writes files, by their paths under it, into a new folder, and reads each back from the medium itself.
pub fn files_into(dest: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    whole_folder(dest, |partial| {
        for (name, bytes) in files {
            let path = partial.join(name);
            if let Some(within) = path.parent().filter(|within| !within.exists()) {
                make_folder(within)?;
            }
            write_new(&path, bytes)?;
            read_again(&path, bytes)?;
        }
        sync_folder(partial)
    })
}
