//! What a play holds beside its plan and its secrets: the record, the people's player and the devices.

use crate::action::Repertoire;
use crate::media::Media;
use crate::outcome::Outcome;
use crate::past::Past;
use crate::printing::{Printers, Scans};
use crate::surroundings::{OpenToken, Player, Rest, Workstation};
use crate::words;
use protocol::{LockView, Problem};
use script::{Plan, Planned};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokens::Token;
use transcript::{Draft, Journal, Kind};

pub(crate) struct Core<'p> {
    pub(crate) folder: PathBuf,
    pub(crate) run: String,
    pub(crate) journal: Journal,
    pub(crate) player: &'p mut dyn Player,
    pub(crate) token: Option<Box<dyn Token>>,
    /// Whether the token keeps the newest head of this record.
    pub(crate) remembers: bool,
    pub(crate) now: fn() -> i64,
    pub(crate) media: Box<dyn Media>,
    pub(crate) printers: Arc<dyn Printers>,
    pub(crate) scans: Arc<dyn Scans>,
    pub(crate) attestation_roots: Arc<piv::Roots>,
    pub(crate) open_token: OpenToken,
    pub(crate) other_modes_serials: Vec<String>,
    pub(crate) workstation: Workstation,
    /// Prompts so far, how often each kind was asked at each step, and entries that were shown.
    pub(crate) prompts: u64,
    /// Whether the next question is the first one of its step.
    pub(crate) begins: bool,
    /// The YubiKeys that signed for the step at hand, by serial number.
    pub(crate) signed_with: Vec<u32>,
    /// The locked screen, until two people have unlocked it.
    pub(crate) locked: Option<LockView>,
    pub(crate) asked: HashMap<String, u32>,
    pub(crate) shown: usize,
}

impl<'p> Core<'p> {
    pub(crate) fn new(folder: &Path, journal: Journal, rest: Rest, player: &'p mut dyn Player) -> Self {
        Self {
            folder: folder.to_owned(),
            run: run_id(folder),
            journal,
            player,
            token: None,
            remembers: false,
            now: rest.now,
            media: rest.media,
            printers: rest.printers,
            scans: rest.scans,
            attestation_roots: Arc::new(rest.attestation_roots),
            open_token: rest.open_token,
            other_modes_serials: rest.other_modes_serials,
            workstation: rest.workstation,
            prompts: 0,
            begins: false,
            signed_with: Vec::new(),
            locked: None,
            asked: HashMap::new(),
            shown: 0,
        }
    }

    pub(crate) fn past(&self) -> Past<'_> {
        Past { entries: self.journal.entries() }
    }

    /// Appends. A record that has ended takes no more: what is asked after that, to write its pack, leaves no entry.
    fn append_all(&mut self, drafts: Vec<Draft>) -> Result<(), Problem> {
        if self.past().is_over() {
            return Ok(());
        }
        self.journal.append_all(drafts).map_err(words::journal)
    }

    /// Where the evidence pack goes.
    pub(crate) fn pack_folder(&self, plan: &Plan) -> PathBuf {
        let name = if self.past().ended_as(Kind::Abandoned) { "abandoned-evidence" } else { "evidence" };
        self.folder.join(format!("{}-{name}", plan.mode.word()))
    }
}

/// A run is named by its folder.
pub(crate) fn run_id(folder: &Path) -> String {
    folder.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned()
}

/// The engine's only stage: its core, seen from one step.
pub(crate) struct At<'s, 'p> {
    pub(crate) core: &'s mut Core<'p>,
    pub(crate) plan: &'s Plan,
    pub(crate) repertoire: &'static Repertoire,
    /// The step, and its place in the plan.
    pub(crate) step: &'s Planned,
    pub(crate) place: usize,
}

impl At<'_, '_> {
    /// Appends, signs where that is possible, and shows it.
    pub(crate) fn append(&mut self, draft: Draft) -> Result<(), Problem> {
        self.append_all(vec![draft])
    }

    fn append_all(&mut self, drafts: Vec<Draft>) -> Result<(), Problem> {
        self.core.append_all(drafts)?;
        self.sign_now();
        self.core.show_record(self.plan);
        Ok(())
    }

    /// Adds where and who.
    pub(crate) fn placed(&self, draft: Draft) -> Draft {
        draft
            .at(&self.step.act, &self.step.id)
            .by(&self.step.actor.role, self.step.confirmer.as_ref().map(|c| c.role.as_str()))
    }

    /// The draft of an entry of a kind that says these facts, with where and who.
    pub(crate) fn entry(&self, kind: Kind, says: Outcome) -> Draft {
        self.placed(says.into_parts(kind).0)
    }

    /// The same, opening and closing what the step's action does, of what is owed.
    pub(crate) fn outcome(&self, kind: Kind, draft: Draft) -> Draft {
        let owed: Vec<String> = self.core.past().owed().into_iter().map(|o| o.id.clone()).collect();
        let moves = self.repertoire.moves(self.plan, self.step);
        let mut draft = self.placed(draft.of_kind(kind));
        for opened in moves.opens.iter().filter(|o| !owed.contains(&o.id)) {
            draft = draft.opens(&opened.id, &opened.says);
        }
        for closed in moves.closes.iter().filter(|id| owed.contains(id)) {
            draft = draft.closes(closed);
        }
        draft
    }

    /// Notes something at this step.
    pub(crate) fn note(&mut self, says: Outcome) -> Result<(), Problem> {
        let draft = self.entry(Kind::Note, says);
        self.append(draft)
    }

    /// Notes many things at this step: one flush and one signature for all.
    pub(crate) fn note_all(&mut self, says: Vec<Outcome>) -> Result<(), Problem> {
        let drafts = says.into_iter().map(|says| self.entry(Kind::Note, says)).collect();
        self.append_all(drafts)
    }

    /// A note of one sentence.
    pub(crate) fn note_that(&mut self, note: &str) -> Result<(), Problem> {
        self.note(Outcome::new().fact(&facts::NOTE, note))
    }
}
