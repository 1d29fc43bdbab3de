//! Whether a record follows its script: an auditor's replay of the entries against the plan they were played from. What
//! is here is every record's; what is an action's own is asked of the action.

mod by_people;
mod departure;
mod done;
mod form;
mod machine;
mod of_pack;
mod stated;
mod times;
mod words;

pub use departure::{Departure, Why};
pub use done::{Done, Signed};
pub(crate) use of_pack::people;
pub use of_pack::{in_pack, pack};

use crate::action::Repertoire;
use crate::approval;
use crate::ask::{EXCEPTION, GO_ON, titles};
use crate::past::Past;
use crate::record::{Standing, taken_back};
use crate::rule::Whole;
use crate::sign;
use by_people::by_its_people;
use facts::Named as _;
use machine::Machine;
use script::{Hands, Person, Plan, Planned};
use std::path::Path;
use times::Times;
use transcript::{Entry, Head, Kind};

/// Walks the entries beside the plan.
pub fn follows(plan: &Plan, repertoire: &'static Repertoire, entries: &[Entry]) -> Result<(), Departure> {
    replay(plan, repertoire, entries, None)
}

fn replay(
    plan: &Plan,
    repertoire: &'static Repertoire,
    entries: &[Entry],
    pack: Option<&Path>,
) -> Result<(), Departure> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let first = entries.first();
    let mut replay = Replay {
        plan,
        repertoire,
        entries,
        standing: Standing::default(),
        begun: None,
        voided: Vec::new(),
        signed: true,
        machine: Machine::AsItShouldBe,
        times: Times::default(),
        mode: text(first.and_then(|e| facts::MODE.within(e))),
        run: text(first.and_then(|e| facts::RUN.within(e))),
        heads: Vec::new(),
        approved: Vec::new(),
    };
    for (at, entry) in entries.iter().enumerate() {
        replay.take(at, entry).map_err(|stop| match stop {
            Stop::Why(why) => Departure { entry: Some(entry.seq), why },
            Stop::Departure(departure) => departure,
        })?;
    }
    let past = Past { entries };
    let closed = past.ended_as(Kind::Closed);
    if closed && replay.standing.at < plan.steps.len() {
        let why = Why::ClosedBefore { due: replay.name() };
        return Err(Departure { entry: entries.last().map(|e| e.seq), why });
    }
    repertoire.hold(&Whole { plan, past, closed, pack })
}

enum Stop {
    Why(Why),
    Departure(Departure),
}

impl From<Why> for Stop {
    fn from(why: Why) -> Self {
        Self::Why(why)
    }
}

struct Replay<'p> {
    plan: &'p Plan,
    repertoire: &'static Repertoire,
    entries: &'p [Entry],
    mode: String,
    run: String,
    /// The record's heads since the last entry that was more than a sign of life.
    heads: Vec<Head>,
    /// Who signed with a YubiKey in this attempt at the step, each as often as they did, since its intent where that was
    /// written; a decision uses one up.
    approved: Vec<Signed>,
    standing: Standing,
    /// The place of the intent, where the step that is due was begun.
    begun: Option<usize>,
    /// What is owed for what became void, by decisions to go back.
    voided: Vec<String>,
    /// Whether nothing that was done is still without a signature over it.
    signed: bool,
    /// The machine that the ceremony went on on.
    machine: Machine,
    times: Times,
}

impl<'p> Replay<'p> {
    fn name(&self) -> Option<String> {
        self.plan.steps.get(self.standing.at).map(|s| s.id.clone())
    }

    fn due(&self) -> Option<&Planned> {
        self.plan.steps.get(self.standing.at)
    }

    fn before(&self, at: usize) -> &[Entry] {
        self.entries.get(..at).unwrap_or_default()
    }

    fn owed(&self, at: usize) -> Vec<String> {
        Past { entries: self.before(at) }.owed().into_iter().map(|o| o.id.clone()).collect()
    }

    fn take(&mut self, at: usize, entry: &Entry) -> Result<(), Stop> {
        form::fits(entry)?;
        let step = self.step_of(entry)?;
        stated::all(entry, step)?;
        self.where_it_may_stand(at, entry.kind)?;
        self.times.take(entry)?;
        step.map_or(Ok(()), |step| by_its_people(entry, step))?;
        self.removes(at, entry)?;
        match entry.kind {
            Kind::Opened => self.opened(entry)?,
            Kind::Intent => self.intent(at, entry)?,
            Kind::Outcome | Kind::Closed => self.outcome(at, entry)?,
            Kind::TakenBack => self.taken_back(at, entry)?,
            Kind::Exception => {
                self.raised_on_the_machine(entry);
                let own = format!("{EXCEPTION}{}", entry.seq);
                moves(entry, &[own], &[])?;
            }
            Kind::Note => self.note(entry)?,
            Kind::Failed | Kind::Resumed => {
                moves(entry, &[], &[])?;
                self.where_it_ended(at, entry)?;
                if entry.kind == Kind::Resumed {
                    self.machine = Machine::found(entry);
                }
                self.attempt_ends();
            }
            Kind::Checkpoint => self.signed = true,
            Kind::Abandoned => {
                moves(entry, &[], &[])?;
                self.given_up(at)?;
            }
        }
        if facts::NOTE.within(entry).as_deref() != Some(crate::words::SIGN_OF_LIFE) {
            self.heads.clear();
        }
        self.heads.push(Head { entries: entry.seq, chain: entry.chain });
        self.standing.take(self.plan, entry);
        Ok(())
    }

    /// The first entry opens the record and no other; after the one that ends it come signatures alone; nothing is signed
    /// twice over.
    fn where_it_may_stand(&self, at: usize, kind: Kind) -> Result<(), Why> {
        if (kind == Kind::Opened) != (at == 0) {
            return Err(Why::OpensElsewhere);
        }
        let before = self.before(at);
        let last_but_signed = before.iter().rfind(|e| e.kind != Kind::Checkpoint).map(|e| e.kind);
        if kind != Kind::Checkpoint && matches!(last_but_signed, Some(Kind::Closed | Kind::Abandoned)) {
            return Err(Why::AfterTheEnd);
        }
        let signed = before.last().is_some_and(|last| last.kind == Kind::Checkpoint);
        if kind == Kind::Checkpoint && signed { Err(Why::SignedTwice) } else { Ok(()) }
    }

    /// The step of the script that it is of, where it is of one.
    fn step_of(&self, entry: &Entry) -> Result<Option<&'p Planned>, Why> {
        let Some(id) = &entry.step else { return Ok(None) };
        let step = self.plan.steps.iter().find(|s| s.id == *id);
        step.map(Some).ok_or_else(|| Why::StepUnknown { step: id.clone() })
    }

    fn opened(&self, entry: &Entry) -> Result<(), Why> {
        if facts::SCRIPT_SHA256.within(entry) != Some(script::sha256_hex(self.plan.text.as_bytes())) {
            return Err(Why::OtherScript);
        }
        if facts::PARAMETERS.within(entry).as_ref() != Some(&self.plan.values) {
            return Err(Why::OtherParameters);
        }
        let roster = script::sha256_hex(self.plan.roster.public().as_bytes());
        if facts::PUBLIC_ROSTER_SHA256.within(entry) != Some(roster) {
            return Err(Why::OtherPeople);
        }
        moves(entry, &[], &[])
    }

    fn intent(&mut self, at: usize, entry: &Entry) -> Result<(), Why> {
        self.machine_may_do()?;
        let due = self.due();
        if entry.step != due.map(|s| s.id.clone()) {
            return Err(Why::NotDue { due: self.name() });
        }
        // An attempt ends before the next one begins: it fails, somebody decides, or the room ends.
        if self.begun.is_some() {
            return Err(Why::BegunTwice);
        }
        // What was done is signed before the next step begins.
        if !self.signed {
            return Err(Why::NotYetSigned);
        }
        if let Some(step) = due.filter(|s| s.action.hands.sign_before()) {
            let says = |s: &Signed| s.says == step.view.say;
            self.signed_by([&step.actor].into_iter(), &says)?;
            let expected = step.restate.as_ref().map(|r| sign::restated(r, self.before(at), step.turn));
            let restates = |s: &Signed| match &expected {
                None => true,
                Some(fact) => fact.as_ref().zip(s.restated.as_ref()).is_some_and(|(f, r)| sign::same(f, r)),
            };
            self.signed_by(step.confirmer.iter(), &|s| says(s) && restates(s))?;
        }
        self.approved.clear();
        self.begun = Some(at);
        moves(entry, &[], &[])
    }

    fn outcome(&mut self, at: usize, entry: &Entry) -> Result<(), Stop> {
        let begun = self.begun.filter(|_| entry.step == self.name());
        let (Some(step), Some(intent)) = (self.due(), begun) else {
            return Err(Why::NotBegun { due: self.name() }.into());
        };
        let row = step.action;
        if (entry.kind == Kind::Closed) != row.ends {
            return Err(Why::EndsElsewhere.into());
        }
        let owed = self.owed(at);
        let due = self.repertoire.moves(self.plan, step);
        let opens: Vec<String> =
            due.opens.into_iter().map(|o| o.id).filter(|id| !owed.contains(id)).collect();
        let closes: Vec<String> = due.closes.into_iter().filter(|id| owed.contains(id)).collect();
        moves(entry, &opens, &closes)?;
        // A sentence of the row that ends with a full stop is the whole; how another one ends is for its action to say.
        let is = |s: &Signed, says: &str| {
            if says.ends_with('.') { s.says == says } else { s.says.starts_with(says) }
        };
        let says = |s: &Signed| row.says.iter().any(|one| is(s, one));
        match row.hands {
            Hands::Everyone => self.signed_by(self.plan.everyone().iter(), &says)?,
            Hands::OneInside => self.signed_by([&step.actor].into_iter(), &says)?,
            Hands::TwoInside => {
                let both = [Some(&step.actor), step.confirmer.as_ref()].into_iter().flatten();
                self.signed_by(both, &says)?;
            }
            Hands::One | Hands::Two => {}
        }
        if let Some(action) = self.repertoire.find(row.name) {
            let done = Done {
                plan: self.plan,
                step,
                before: Past { entries: self.before(at) },
                since_intent: self.entries.get(intent + 1..at).unwrap_or_default(),
                outcome: entry,
                signed: &self.approved,
            };
            action.follows(&done).map_err(Stop::Departure)?;
        }
        // From the step that names the signing key on, what is done has to be signed.
        let named = self.plan.steps.iter().position(|s| s.action.names_signer);
        self.signed = !(row.names_signer || named.is_some_and(|named| named < self.standing.at));
        self.approved.clear();
        self.begun = None;
        Ok(())
    }

    /// A step back comes after a decision or a resume, to a step that was reached, and moves what it must.
    fn taken_back(&mut self, at: usize, entry: &Entry) -> Result<(), Why> {
        let ways = self.repertoire.ways_back;
        let last = self.before(at).iter().rfind(|e| e.kind != Kind::Checkpoint);
        let decided = last.is_some_and(|b| {
            let decision = facts::DECISION.within(b).filter(|_| b.kind == Kind::Note);
            b.kind == Kind::Resumed || decision.is_some_and(|id| ways.iter().any(|way| way.decision == id))
        });
        if !decided {
            return Err(Why::NobodyDecided);
        }
        let to = facts::TO.within(entry);
        let Some(to) = self.plan.steps.iter().position(|s| Some(&s.id) == to.as_ref()) else {
            return Err(Why::BackToUnknown);
        };
        if to > self.standing.at {
            return Err(Why::BackTooFar);
        }
        self.attempt_ends();
        if facts::UP_TO.within(entry).is_some() {
            return moves(entry, &[], &[]);
        }
        let past = Past { entries: self.before(at) };
        let back = taken_back(self.plan, self.repertoire, &past, to, self.standing.at);
        let opens: Vec<String> = back.opens.into_iter().map(|o| o.id).collect();
        let of_steps = |id: &String| {
            self.plan
                .steps
                .iter()
                .any(|s| self.repertoire.moves(self.plan, s).opens.iter().any(|o| o.id == *id))
        };
        self.voided.extend(opens.iter().filter(|id| !of_steps(id)).cloned());
        if facts::REMOVED_FILES.within(entry).unwrap_or_default() != back.removes {
            return Err(Why::OtherFilesRemoved);
        }
        moves(entry, &opens, &back.closes)
    }

    /// A note settles an exception by a decision, or what is owed for what became void, and nothing else. Where it holds a
    /// person's approval, that has to verify.
    fn note(&mut self, entry: &Entry) -> Result<(), Why> {
        let may = |id: &String| {
            (id.starts_with(EXCEPTION) && facts::DECIDED_BY.within(entry).is_some())
                || (self.voided.contains(id) && facts::NOTE.within(entry).is_some())
        };
        if let Some(other) = entry.closes.iter().find(|id| !may(id)) {
            return Err(Why::NoteSettles { id: other.clone() });
        }
        let signed = approval::read(entry, &self.plan.roster, &self.mode, &self.run, &self.heads)?;
        if let Some(signed) = &signed {
            self.signed_in_spite(signed);
        }
        self.approved.extend(signed);
        if let Some(decision) = facts::DECISION.within(entry) {
            // This one signature is used up; what others signed for the step itself still stands where it goes on.
            let decider = self.plan.decider();
            if decider.map(|d| &d.role) != facts::DECIDED_BY.within(entry).as_ref() {
                return Err(Why::DecidedByAnother);
            }
            let titles = titles(&decision, self.repertoire.ways_back);
            let says = |s: &Signed| titles.iter().any(|title| s.says == crate::words::i_decide(title));
            self.signed_by(decider.into_iter(), &says)?;
            let used = self.approved.iter().rposition(|s| decider.is_some_and(|d| d.id == s.person));
            if let Some(used) = used {
                self.approved.remove(used);
            }
            if decision != GO_ON {
                self.attempt_ends();
            }
        }
        moves(entry, &[], &entry.closes)
    }

    /// What was signed in an attempt that came to nothing is signed again in the next one: nobody approved that.
    fn attempt_ends(&mut self) {
        self.begun = None;
        self.approved.clear();
    }

    /// Of these people, each who signs with a YubiKey has signed a sentence that fits. A passphrase leaves nothing that
    /// could be checked here.
    fn signed_by<'a>(
        &self,
        people: impl Iterator<Item = &'a Person>,
        fits: &dyn Fn(&Signed) -> bool,
    ) -> Result<(), Why> {
        for person in people.filter(|p| p.yubikey.is_some()) {
            let mut own = self.approved.iter().filter(|s| s.person == person.id).peekable();
            if own.peek().is_none() {
                return Err(Why::NotSigned { name: person.name.clone() });
            }
            if !own.any(fits) {
                return Err(Why::SignedOtherwise { name: person.name.clone() });
            }
        }
        Ok(())
    }
}

/// The entry opens and closes exactly these.
fn moves(entry: &Entry, opens: &[String], closes: &[String]) -> Result<(), Why> {
    let found: Vec<&String> = entry.opens.iter().map(|o| &o.id).collect();
    if let Some(extra) = found.iter().find(|id| !opens.contains(id)) {
        return Err(Why::MayNotOpen { id: (*extra).clone() });
    }
    if let Some(missing) = opens.iter().find(|id| !found.contains(id)) {
        return Err(Why::DoesNotOpen { id: missing.clone() });
    }
    if let Some(extra) = entry.closes.iter().find(|id| !closes.contains(id)) {
        return Err(Why::MayNotSettle { id: extra.clone() });
    }
    if let Some(missing) = closes.iter().find(|id| !entry.closes.contains(id)) {
        return Err(Why::DoesNotSettle { id: missing.clone() });
    }
    Ok(())
}
