//! The last signature and the evidence pack.

use crate::action::Packing;
use crate::core::At;
use crate::rule::Whole;
use crate::stage::Halt;
use crate::surroundings::Ended;
use crate::words;
use outside::LARGEST_RECORD;
use protocol::Problem;
use std::path::{Path, PathBuf};
use transcript::pack::PackFile;
use transcript::{Draft, Kind};

impl At<'_, '_> {
    /// Ends the record and writes its pack. Everything is counted, opened, unlocked and read before the record ends: what
    /// can still fail after that is only the writing.
    pub(crate) fn close(&mut self, draft: Draft) -> Result<PathBuf, Halt> {
        let owed: Vec<&str> = self.core.past().owed().into_iter().map(|o| o.says.as_str()).collect();
        if !owed.is_empty() {
            return Err(words::obligations_open(&owed.join(" ")).into());
        }
        let whole = Whole { plan: self.plan, past: self.core.past(), closed: true, pack: None };
        self.repertoire
            .hold(&whole)
            .map_err(|departure| words::record_disagrees(&departure.why.to_string()))?;
        // What lies there was put there by somebody else: before the record ends there is no pack of it.
        if self.core.pack_folder(self.plan).symlink_metadata().is_ok() {
            return Err(
                words::pack_is_in_the_way(&self.core.pack_folder(self.plan).display().to_string()).into()
            );
        }
        self.unlocks()?;
        let files = self.recorded()?;
        let draft = self.outcome(Kind::Closed, draft);
        self.append(draft)?;
        self.write(files)
    }

    /// Writes the pack of a record that has ended; asked again as long as people want to try again.
    pub(crate) fn pack_what_ended(&mut self) -> Result<Ended, Problem> {
        let closed = self.core.past().ended_as(Kind::Closed);
        if !closed && !self.core.past().says(&facts::SIGNING_KEY_SHA256) {
            return Ok(Ended::Abandoned(None));
        }
        loop {
            let stopped = if closed { Ended::Stopped } else { Ended::Abandoned(None) };
            match self.write_pack() {
                Ok(pack) if closed => return Ok(Ended::Closed(pack)),
                Ok(pack) => return Ok(Ended::Abandoned(Some(pack))),
                Err(Halt::Problem(problem)) if self.try_again_after_end(&problem) => {}
                Err(_) => return Ok(stopped),
            }
        }
    }

    /// Signs the ended record and writes the pack; called again on resume when a crash came in between.
    fn write_pack(&mut self) -> Result<PathBuf, Halt> {
        let dest = self.core.pack_folder(self.plan);
        if dest.symlink_metadata().is_ok() {
            // Written before a crash, or by somebody else.
            let record = |folder: &Path| outside::read(&folder.join("transcript.jsonl"), LARGEST_RECORD).ok();
            let same = record(&dest).is_some_and(|packed| record(&self.core.folder) == Some(packed));
            let own = same && transcript::verify::pack(&dest).holds;
            return if own {
                Ok(dest)
            } else {
                Err(words::pack_is_in_the_way(&dest.display().to_string()).into())
            };
        }
        let files = self.recorded()?;
        self.write(files)
    }

    /// Script, roster, every file that the record names, each exactly as it names it, and what the actions leave.
    fn recorded(&self) -> Result<Vec<PackFile>, Problem> {
        let past = self.core.past();
        let mut files = vec![
            PackFile { name: "script.toml".into(), bytes: self.plan.text.clone().into_bytes() },
            PackFile { name: "roster.toml".into(), bytes: self.plan.roster.public().into_bytes() },
        ];
        let recorded = past.files();
        for name in recorded.keys() {
            files.push(PackFile { bytes: self.core.kept_of(&recorded, name)?, name: name.clone() });
        }
        for left in self.repertoire.of(self.plan).into_iter().flat_map(|a| a.leaves(&past)) {
            if !files.iter().any(|f| f.name == left.name) {
                files.push(left);
            }
        }
        Ok(files)
    }

    fn write(&mut self, mut files: Vec<PackFile>) -> Result<PathBuf, Halt> {
        let dest = self.core.pack_folder(self.plan);
        let ends = |e: &transcript::Entry| matches!(e.kind, Kind::Closed | Kind::Abandoned);
        if self.core.journal.entries().last().is_some_and(ends) {
            self.checkpoint()?;
        }
        let transcript = self.core.journal.bytes().map_err(|e| store::disk(self.core.journal.path(), &e))?;
        let repertoire = self.repertoire;
        let packing = Packing { plan: self.plan, transcript: &transcript, files: &files, repertoire };
        let documents = (repertoire.documents)(&packing);
        files.extend(documents);
        // Before there is a pack: one that is not on the list does not leave the room.
        self.list_as_ended()?;
        self.with_signer(|journal, signer| {
            transcript::pack::write(&dest, files, journal, signer).map_err(|e| words::pack(&e))
        })?;
        self.core.show_record(self.plan);
        Ok(dest)
    }
}
