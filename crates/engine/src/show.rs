//! What players see: the frame, the growing record, the end.

use crate::action::Repertoire;
use crate::approval;
use crate::believe::signed;
use crate::core::Core;
use crate::past::Past;
use crate::play::Engine;
use crate::repertoire::each_once;
use crate::surroundings::Ended;
use crate::words;
use facts::Named as _;
use protocol::{
    ActView, Fact, FinishedView, FromRoom, ObligationView, RecordLine, RunState, RunView, StepOutline,
    StepState, Verdict,
};
use script::{Plan, Planned};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Entry, Kind};

impl Core<'_> {
    pub(crate) fn show_record(&mut self, plan: &Plan) {
        let new: Vec<RecordLine> = self
            .journal
            .entries()
            .iter()
            .skip(self.shown)
            // Every line is signed as it is written; that is said once, by the step that begins it.
            .filter(|e| e.kind != Kind::Checkpoint)
            .map(|e| record_line(plan, e))
            .collect();
        self.shown = self.journal.entries().len();
        for line in new {
            self.player.show(FromRoom::Recorded { line });
        }
    }

    pub(crate) fn show_run(&mut self, plan: &Plan, repertoire: &Repertoire, at: usize) {
        self.show_record(plan);
        let run = self.run_view(plan, repertoire, at);
        self.player.show(FromRoom::Run { run });
    }

    fn run_view(&self, plan: &Plan, repertoire: &Repertoire, at: usize) -> RunView {
        let closes = |id: &String| {
            let step = plan.steps.iter().find(|s| repertoire.moves(plan, s).closes.contains(id));
            step.map(|s| s.view.say.clone())
        };
        let past = self.past();
        RunView {
            run: self.run.clone(),
            title: plan.script.title.clone(),
            mode: plan.mode,
            hash_words: protocol::words_of(script::sha256(plan.text.as_bytes()).get(..4).unwrap_or_default()),
            acts: acts(plan, |n| match n.cmp(&at) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Now,
                std::cmp::Ordering::Greater => StepState::Ahead,
            }),
            obligations: past
                .owed()
                .into_iter()
                .map(|o| ObligationView { closed_by: closes(&o.id), id: o.id.clone(), says: o.says.clone() })
                .collect(),
            deadline: deadline(&past),
            entries: u32::try_from(self.journal.entries().len()).unwrap_or(u32::MAX),
        }
    }
}

/// A wrapping key may have no end, and the record says so in words.
fn deadline(past: &Past<'_>) -> Option<String> {
    past.newest(&facts::VALID_TO_UTC).filter(|end| OffsetDateTime::parse(end, &Rfc3339).is_ok())
}

impl Engine<'_> {
    /// What players show at the end.
    pub fn finished(&self, ended: &Ended) -> FinishedView {
        let past = self.core.past();
        let (state, pack) = match ended {
            Ended::Closed(pack) => (RunState::Closed, Some(pack.display().to_string())),
            Ended::Abandoned(pack) => (RunState::Abandoned, pack.as_ref().map(|p| p.display().to_string())),
            Ended::Stopped => (RunState::Open, None),
        };
        let made = self.repertoire.made(&self.plan, &past).into_iter().map(|made| Fact {
            name: made.name.to_owned(),
            expected: None,
            observed: made.value,
            verdict: Verdict::Noted,
        });
        FinishedView {
            run: self.core.run.clone(),
            title: self.plan.script.title.clone(),
            mode: self.plan.mode,
            state,
            pack,
            made: made.collect(),
            head: (state != RunState::Open).then(|| protocol::ReadAloud::of(&self.core.journal.head().chain)),
            next: self.next(ended),
            verified: None,
        }
    }

    /// What is noted at a stop where the token does not remember how far the record goes: what is signed of it.
    fn where_it_ends(&self) -> Option<String> {
        let entries = self.core.journal.entries();
        let lines = signed(entries);
        let last = entries.get(usize::try_from(lines).ok()? - 1)?;
        let does_not_remember = lines > 1 && !self.core.remembers;
        does_not_remember.then(|| words::note_where_it_ends(lines, &protocol::ReadAloud::of(&last.chain)))
    }

    /// What has to happen after the play, and by whom.
    fn next(&self, ended: &Ended) -> Vec<String> {
        let past = self.core.past();
        let of_actions = || self.repertoire.next(&self.plan, &past, ended);
        let mut next = Vec::new();
        match ended {
            Ended::Stopped => {
                next.push(words::go_on_later(&self.core.run));
                next.extend(self.where_it_ends());
            }
            Ended::Abandoned(pack) => {
                next.push(words::NOTHING_MAY_BE_USED.to_owned());
                next.extend(of_actions());
                next.push(if pack.is_some() { words::KEEP_SIGNED } else { words::KEEP_UNSIGNED }.to_owned());
            }
            Ended::Closed(_) => {
                next.extend(of_actions());
                next.push(words::KEEP_THE_HEAD.to_owned());
            }
        }
        each_once(next.into_iter())
    }
}

fn outline(step: &Planned, state: StepState) -> StepOutline {
    StepOutline {
        id: step.id.clone(),
        number: step.view.number,
        say: step.view.say.clone(),
        why: step.view.why.clone(),
        actor: step.actor.name.clone(),
        confirmer: step.confirmer.as_ref().map(|c| c.name.clone()),
        asks: step.record.as_ref().map(words::asks).unwrap_or_default(),
        irreversible: step.view.irreversible,
        seconds: step.view.seconds,
        state,
    }
}

fn acts(plan: &Plan, state: impl Fn(usize) -> StepState) -> Vec<ActView> {
    let mut acts: Vec<ActView> = Vec::new();
    for (n, step) in plan.steps.iter().enumerate() {
        if acts.last().is_none_or(|a| a.title != step.act_title) {
            acts.push(ActView { title: step.act_title.clone(), steps: Vec::new() });
        }
        if let Some(act) = acts.last_mut() {
            act.steps.push(outline(step, state(n)));
        }
    }
    acts
}

/// The plan's acts and steps before anything is played.
pub fn outlines(plan: &Plan) -> Vec<ActView> {
    acts(plan, |_| StepState::Ahead)
}

/// Whether an entry tells of something that went otherwise than the script.
pub fn departs(entry: &Entry) -> bool {
    let kinds = [Kind::Exception, Kind::Failed, Kind::TakenBack, Kind::Resumed, Kind::Abandoned];
    kinds.contains(&entry.kind) || facts::DECISION.within(entry).is_some()
}

/// One sentence about an entry, with what the step says where it belongs to one.
fn record_line(plan: &Plan, entry: &Entry) -> RecordLine {
    let said = entry.step.as_ref().and_then(|id| plan.steps.iter().find(|s| s.id == *id));
    let of = said.map_or(String::new(), |s| words::of_step(s.view.number, &s.view.say));
    let who = said
        .map_or(String::new(), |s| words::who(&s.actor.name, s.confirmer.as_ref().map(|c| c.name.as_str())));
    let decision = facts::DECISION.within(entry);
    let person = facts::PERSON.within(entry).and_then(|id| plan.roster.person(&id)).map(|p| p.name.clone());
    let says = match entry.kind {
        Kind::Opened => words::OPENED.to_owned(),
        Kind::Intent => words::about_to_do(&who, &of),
        Kind::Outcome => words::done(&who, &of),
        Kind::Failed => words::did_not_end(&facts::CODE.within(entry).unwrap_or_default(), &of),
        Kind::Checkpoint => words::SIGNED.to_owned(),
        Kind::Resumed => words::RESUMED.to_owned(),
        Kind::TakenBack => words::taken_back(&facts::BECAUSE.within(entry).unwrap_or_default()),
        Kind::Exception => words::exception_in(
            &of,
            &facts::EXPECTED.within(entry).unwrap_or_default(),
            &facts::HAPPENED.within(entry).unwrap_or_default(),
        ),
        Kind::Note => match decision {
            Some(decision) => words::decided(
                &facts::DECIDED_BY.within(entry).unwrap_or_default(),
                &decision,
                &facts::REASON.within(entry).unwrap_or_default(),
            ),
            None => match (approval::said(entry), &person) {
                (Some(signed), Some(name)) => words::signed(name, &signed.says),
                _ => words::noted(&facts::NOTE.within(entry).unwrap_or_default(), person.as_deref()),
            },
        },
        Kind::Closed => words::CLOSED.to_owned(),
        Kind::Abandoned => words::ABANDONED.to_owned(),
    };
    RecordLine {
        seq: u32::try_from(entry.seq).unwrap_or(u32::MAX),
        at: entry.utc.get(11..19).unwrap_or_default().to_owned(),
        says,
        chain: script::hex(entry.chain.get(..4).unwrap_or_default()),
        departs: departs(entry),
    }
}
