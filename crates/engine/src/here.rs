//! The engine's only stage: each capability, refused where the action's row does not reach it.

use crate::core::{At, Core};
use crate::enrolled::{self, Commissioned};
use crate::memory::mode_of;
use crate::outcome::Outcome;
use crate::past::Past;
use crate::printing::{Printers, Scans};
use crate::shelf::{OtherRun, beside};
use crate::stage::{
    AskPeople, Cards, Compared, Halt, Keep, KeepRecord, Machine, Media, Origin, Paper, Shelf, Signed,
    TokenRefusal, Tokens, Work,
};
use crate::surroundings::Workstation;
use crate::words;
use outside::LARGEST_RECORD;
use protocol::{Answer, Ask, FoundFile, Problem};
use script::{Hands, Person, Planned, Reach};
use secrets::SecretText;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokens::{Token, TokenInfo};
use transcript::runs::Runs;
use transcript::{JournalError, Kind, Signer as _};

impl AskPeople for At<'_, '_> {
    fn ask(&mut self, ask: Ask, problem: Option<Problem>) -> Result<Answer, Halt> {
        self.asks(ask, problem)
    }

    fn signed_by(&mut self, person: &Person, says: &str) -> Result<(), Halt> {
        // Where somebody's own signature begins their step, its button says what the script's does.
        let begins = self.core.begins && self.step.action.hands == Hands::OneInside;
        let button = begins.then_some(self.step.button.as_str());
        self.signs(person, says, None, button)
    }

    fn proves(
        &mut self,
        person: &Person,
        typed: SecretText,
        says: &str,
        restated: Option<String>,
    ) -> Result<Result<(), Problem>, Halt> {
        self.proof(person, typed, says, restated)
    }

    fn raise(&mut self, problem: &Problem, expected: &str) -> Result<(), Halt> {
        self.raises(problem, expected)
    }

    fn finds_the_same(&mut self, person: &Person, of: &Compared<'_>) -> Result<bool, Halt> {
        Ok(self.compares(person, of, None)?.same)
    }

    fn signs_the_same(&mut self, person: &Person, of: &Compared<'_>, says: &str) -> Result<bool, Halt> {
        let found = self.compares(person, of, Some(says))?;
        if found.same {
            self.signs_with_what_they_typed(person, found.typed, says)?;
        }
        Ok(found.same)
    }
}

impl KeepRecord for At<'_, '_> {
    fn past(&self) -> Past<'_> {
        self.core.past()
    }

    fn note(&mut self, note: Outcome) -> Result<(), Problem> {
        At::note(self, note)
    }

    fn note_all(&mut self, notes: Vec<Outcome>) -> Result<(), Problem> {
        At::note_all(self, notes)
    }

    fn attempts(&self) -> usize {
        let begun = |e: &&transcript::Entry| {
            e.kind == Kind::Intent && e.step.as_deref() == Some(self.step.id.as_str())
        };
        self.core.journal.entries().iter().filter(begun).count()
    }
}

impl Core<'_> {
    /// A file of the run's folder as the record names it.
    pub(crate) fn kept(&self, name: &str) -> Result<Vec<u8>, Problem> {
        self.kept_of(&self.past().files(), name)
    }

    pub(crate) fn kept_of(
        &self,
        recorded: &BTreeMap<String, String>,
        name: &str,
    ) -> Result<Vec<u8>, Problem> {
        let past = self.past();
        let digest = recorded.get(name).ok_or_else(words::out_of_order)?;
        // The bundle's folder bears the ceremony's name; the record calls its files by one that is always the same.
        let path = match name.strip_prefix("bundle/") {
            Some(rest) => self.folder.join(past.need(&facts::BUNDLE_FOLDER)?).join(rest),
            None => self.folder.join(name),
        };
        let bytes = store::read_outside(&path, LARGEST_RECORD)?;
        if script::sha256_hex(&bytes) == *digest { Ok(bytes) } else { Err(words::file_changed(name)) }
    }
}

impl Keep for At<'_, '_> {
    fn folder(&self) -> &Path {
        &self.core.folder
    }

    fn keep(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        store::write_new(&self.core.folder.join(name), bytes)
    }

    fn keep_all(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
        let folder = &self.core.folder;
        let files: Vec<_> = files.iter().map(|(name, bytes)| (folder.join(name), bytes.as_slice())).collect();
        store::write_all_new(&files)
    }

    fn kept(&self, name: &str) -> Result<Vec<u8>, Problem> {
        self.core.kept(name)
    }

    fn kept_of(&self, recorded: &BTreeMap<String, String>, name: &str) -> Result<Vec<u8>, Problem> {
        self.core.kept_of(recorded, name)
    }
}

impl Work for At<'_, '_> {
    fn hold_on(&mut self, doing: &str, usual: &str, job: Box<dyn FnOnce() + Send + '_>) -> Result<(), Halt> {
        self.holds_on(doing, usual, job)
    }
}

impl Tokens for At<'_, '_> {
    fn unlock(&mut self) -> Result<TokenInfo, Halt> {
        self.reaches(Reach::Token)?;
        self.unlocks()?;
        Ok(self.core.token.as_ref().map(|token| token.info().clone()).ok_or_else(words::out_of_order)?)
    }

    fn with_token(
        &mut self,
        doing: &str,
        usual: &str,
        job: &mut (dyn FnMut(&mut dyn Token) -> Result<(), TokenRefusal> + Send),
    ) -> Result<(), Halt> {
        self.works_on_token(doing, usual, job)
    }

    fn sign_record(&mut self) -> Result<Signed, Halt> {
        self.reaches(Reach::Token)?;
        let other_lists = self.has_token_remember()?;
        let (key_sha256, key_id, key_says) = self.with_signer(|journal, signer| {
            let named = script::sha256_hex(signer.public_key());
            journal.checkpoint(signer).map_err(words::journal)?;
            let key = signer.key();
            let says = [
                ("local", key.local),
                ("sensitive", key.sensitive),
                ("never extractable", key.never_extractable),
                ("extractable", key.extractable),
            ];
            Ok((named, key.id.clone(), says))
        })?;
        self.core.show_record(self.plan);
        let lines_by_others = Commissioned::here(mode_of(&self.core.folder)).lines_by_others(&key_sha256);
        let remembers = self.core.remembers;
        Ok(Signed { key_sha256, key_id, key_says, remembers, other_lists, lines_by_others })
    }

    fn sign_card(&mut self, says: &str) -> Result<String, Halt> {
        self.reaches(Reach::Token)?;
        self.with_signer(|_, signer| {
            transcript::card::write(says, signer).map_err(|why| words::journal(JournalError::Signing(why)))
        })
    }

    fn other_modes_serials(&self) -> &[String] {
        &self.core.other_modes_serials
    }
}

impl Media for At<'_, '_> {
    fn roots(&self) -> Vec<PathBuf> {
        self.core.media.roots()
    }

    fn file_of_medium(
        &mut self,
        question: &str,
        endings: &[&str],
        problem: Option<Problem>,
    ) -> Result<PathBuf, Halt> {
        self.reaches(Reach::Media)?;
        self.asks_for_file(question, endings, problem)
    }

    fn folder_of_medium(
        &mut self,
        question: &str,
        writes: &[&str],
        problem: Option<Problem>,
    ) -> Result<PathBuf, Halt> {
        self.reaches(Reach::Media)?;
        self.asks_for_folder(question, writes, problem)
    }
}

impl Paper for At<'_, '_> {
    fn printers(&self) -> Result<Arc<dyn Printers>, Problem> {
        self.reaches(Reach::Printer)?;
        Ok(self.core.printers.clone())
    }

    fn scans(&self) -> Result<Arc<dyn Scans>, Problem> {
        self.reaches(Reach::Printer)?;
        Ok(self.core.scans.clone())
    }

    fn scans_on_media(&self, endings: &[&str]) -> Vec<FoundFile> {
        let endings: Vec<String> = endings.iter().map(|e| (*e).to_owned()).collect();
        crate::media::files(self.core.media.as_ref(), &endings)
    }
}

impl Cards for At<'_, '_> {
    fn attestation_roots(&self) -> Result<Arc<piv::Roots>, Problem> {
        self.reaches(Reach::Card)?;
        Ok(self.core.attestation_roots.clone())
    }
}

impl Shelf for At<'_, '_> {
    fn other_runs(&self) -> Result<Vec<OtherRun>, Problem> {
        self.reaches(Reach::Shelf)?;
        Ok(beside(&self.core.folder, self.plan.mode.word()))
    }

    fn ended(&self) -> Result<Runs, Problem> {
        self.reaches(Reach::Shelf)?;
        crate::memory::ended(&self.core.folder)
    }

    fn without_record(&self) -> Result<Vec<String>, Problem> {
        self.reaches(Reach::Shelf)?;
        Ok(enrolled::without_record(mode_of(&self.core.folder)))
    }

    fn roster_from(&self) -> Result<Origin, Problem> {
        self.reaches(Reach::Shelf)?;
        let digest = script::sha256_hex(self.plan.roster_text.as_bytes());
        Ok(Commissioned::here(mode_of(&self.core.folder)).roster(&digest))
    }

    fn signer_from(&self, key_sha256: &str) -> Result<Origin, Problem> {
        self.reaches(Reach::Shelf)?;
        let enrols = |step: &Planned| {
            let states = step.action.states.iter().map(|fact| fact.called());
            states.into_iter().any(|fact| fact == facts::ROSTER_ENROLLED_SHA256.name())
        };
        if self.plan.steps.iter().any(enrols) {
            return Ok(Origin::ThisOne);
        }
        Ok(Commissioned::here(mode_of(&self.core.folder)).key(key_sha256))
    }

    fn rosters(&self) -> Result<PathBuf, Problem> {
        self.reaches(Reach::Shelf)?;
        store::rosters_of_run(&self.core.folder).ok_or_else(words::out_of_order)
    }
}

impl Machine for At<'_, '_> {
    fn workstation(&self) -> &Workstation {
        &self.core.workstation
    }

    fn now(&self) -> i64 {
        (self.core.now)()
    }
}
