//! Where a run stands, as a replay of its record finds it, and how the script goes back.

use crate::action::Repertoire;
use crate::core::At;
use crate::outcome::Outcome;
use crate::way_back::{How, WayBack};
use crate::words;
use protocol::{Problem, StopView};
use script::{Material, Plan};
use transcript::{Entry, Journal, Kind, Obligation};

impl At<'_, '_> {
    /// Goes back the way that people decided for; gives the step that is due then.
    pub(crate) fn go_back(&mut self, way: &WayBack) -> Result<usize, Problem> {
        let Some(span) = way.span(self.plan) else { return Ok(self.place) };
        let detour = match (&way.how, span.last) {
            (How::Detour { .. }, Some(last)) => {
                let then = standing(self.plan, self.core.journal.entries()).detour.map(|(_, then)| then);
                then.or((self.place > last).then_some(self.place)).map(|then| (last, then))
            }
            _ => None,
        };
        self.take_back(span.from, way.because, detour)
    }

    /// Takes the script back to an earlier step. What the steps since then owed is owed again when they are played
    /// again, and what they settled is open again. With a detour, only the steps up to its first are played again, and
    /// the script then goes on at its second.
    pub(crate) fn take_back(
        &mut self,
        to: usize,
        because: &str,
        detour: Option<(usize, usize)>,
    ) -> Result<usize, Problem> {
        let id = |at: usize| self.plan.steps.get(at).map_or(String::new(), |s| s.id.clone());
        let mut says = Outcome::new().fact(&facts::TO, id(to)).fact(&facts::BECAUSE, because);
        if let Some((last, then)) = detour {
            says = says.fact(&facts::UP_TO, id(last)).fact(&facts::THEN, id(then));
            self.append(says.into_parts(Kind::TakenBack).0)?;
            return Ok(to);
        }
        let past = self.core.past();
        let back = taken_back(self.plan, self.repertoire, &past, to, self.place);
        if !back.removes.is_empty() {
            store::remove(&self.core.folder, &back.removes)?;
            says = says.fact(&facts::REMOVED_FILES, back.removes);
        }
        let draft = says.into_parts(Kind::TakenBack).0;
        let draft = back.closes.iter().fold(draft, |d, id| d.closes(id));
        let draft = back.opens.iter().fold(draft, |d, o| d.opens(&o.id, &o.says));
        self.append(draft)?;
        Ok(to)
    }
}

/// What going back does.
#[derive(Debug, Default)]
pub(crate) struct Back {
    /// Owed by the steps since then, and owed again when they are played again.
    pub(crate) closes: Vec<String>,
    /// Settled by them and owed by an earlier one; and what is owed for what became void.
    pub(crate) opens: Vec<Obligation>,
    /// Files that became void.
    pub(crate) removes: Vec<String>,
}

/// What going back from step `at` to step `to` closes, opens and removes.
pub(crate) fn taken_back(
    plan: &Plan,
    repertoire: &Repertoire,
    past: &crate::Past<'_>,
    to: usize,
    at: usize,
) -> Back {
    let owed: Vec<String> = past.owed().into_iter().map(|o| o.id.clone()).collect();
    let moves =
        |steps: &[script::Planned]| -> Vec<_> { steps.iter().map(|s| repertoire.moves(plan, s)).collect() };
    let since = moves(plan.steps.get(to..=at.min(plan.steps.len().saturating_sub(1))).unwrap_or_default());
    let before = moves(plan.steps.get(..to).unwrap_or_default());
    let again = |id: &String| since.iter().any(|m| m.opens.iter().any(|o| o.id == *id));
    let settled = |id: &String| since.iter().any(|m| m.closes.contains(id));
    let closes = owed.iter().filter(|id| again(id)).cloned().collect();
    let mut opens: Vec<Obligation> = before.into_iter().flat_map(|m| m.opens).collect();
    opens.retain(|o| settled(&o.id) && !owed.contains(&o.id));
    let mut removes = Vec::new();
    for action in repertoire.of_steps(plan.steps.get(to..at).unwrap_or_default()) {
        let void = action.voids(plan, past);
        opens.extend(void.owes.into_iter().filter(|o| !owed.contains(&o.id)));
        removes.extend(void.removes);
    }
    Back { closes, opens, removes }
}

/// The step to go back to when the room's memory was lost before step `stands`: the first that makes anything secret
/// which a step from there on needs. What was used up in between is not made for it again.
pub fn safe_point(plan: &Plan, stands: usize) -> usize {
    // The first step that makes what step `at` needs, since that was last used up.
    let maker = |at: usize, need: &'static Material| {
        let before = plan.steps.get(..at).unwrap_or_default();
        let ended = before.iter().rposition(|s| s.action.takes(need)).unwrap_or(0);
        before.iter().skip(ended).position(|s| s.action.makes(need)).map(|n| ended + n)
    };
    let maker = &maker;
    let mut safe = stands;
    loop {
        let needs = plan.steps.iter().enumerate().skip(safe).flat_map(|(at, s)| {
            s.action.needs.iter().filter(|m| m.is_of_room()).filter_map(move |m| maker(at, m))
        });
        match needs.min() {
            // What is played again has needs of its own.
            Some(earlier) if earlier < safe => safe = earlier,
            _ => return safe,
        }
    }
}

/// How many later steps are looked at for one after which nothing would have to be done again.
const NEAR: usize = 40;

impl At<'_, '_> {
    /// What it would mean to stop here.
    pub(crate) fn if_stopped(&self) -> StopView {
        let safe = safe_point(self.plan, self.place);
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let goes_on = self.plan.steps.get(safe).unwrap_or(self.step);
        let begun = self.plan.steps.get(safe..=self.place).unwrap_or_default();
        let later = || (self.place + 1..=self.plan.steps.len()).take(NEAR);
        StopView {
            goes_on_at: goes_on.view.number,
            goes_on_with: goes_on.view.say.clone(),
            again: number(self.place - safe.min(self.place)),
            sheets: begun.iter().any(|step| step.action.hands_out.is_some()),
            safe_after: (safe < self.place)
                .then(|| later().find(|at| safe_point(self.plan, *at) == *at).map(number))
                .flatten(),
        }
    }
}

/// Refuses a plan other than the one the record was opened with, and a record of another run: script and roster lie beside it, and what lies on a
/// disk can be changed while the room is closed.
pub(crate) fn begun_with(journal: &Journal, plan: &Plan, run: &str) -> Result<(), Problem> {
    use facts::Named as _;
    let first = journal.entries().first();
    let hash = |text: &str| Some(script::sha256_hex(text.as_bytes()));
    let same = first.is_some_and(|first| {
        facts::MODE.within(first).as_deref() == Some(plan.mode.word())
            && facts::SCRIPT_SHA256.within(first) == hash(&plan.text)
            && facts::ROSTER_SHA256.within(first) == hash(&plan.roster_text)
            && facts::PARAMETERS.within(first).as_ref() == Some(&plan.values)
            && facts::RUN.within(first).as_deref() == Some(run)
    });
    if same { Ok(()) } else { Err(words::run_changed()) }
}

/// Where these entries leave the plan.
pub(crate) fn standing(plan: &Plan, entries: &[Entry]) -> Standing {
    let mut standing = Standing::default();
    for entry in entries {
        standing.take(plan, entry);
    }
    standing
}

/// The first step of a plan that has no outcome in these entries.
pub fn stands(plan: &Plan, entries: &[Entry]) -> usize {
    standing(plan, entries).at
}

/// Where a replay of the record stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The step that is due.
    pub(crate) at: usize,
    /// Some steps are played again: after the first of these two, the script goes on at the second.
    pub(crate) detour: Option<(usize, usize)>,
}

impl Standing {
    /// Moves on by one entry.
    pub(crate) fn take(&mut self, plan: &Plan, entry: &Entry) {
        use facts::Named as _;
        let place = |id: &str| plan.steps.iter().position(|s| s.id == id);
        let named = |fact: &facts::Fact<facts::Text>| fact.within(entry).as_deref().and_then(place);
        match entry.kind {
            Kind::Outcome | Kind::Closed => {
                let Some(done) = entry.step.as_deref().and_then(place) else { return };
                match self.detour {
                    Some((last, then)) if done == last => *self = Self { at: then, detour: None },
                    _ => self.at = done + 1,
                }
            }
            Kind::TakenBack => {
                self.at = named(&facts::TO).unwrap_or(self.at);
                self.detour = named(&facts::UP_TO).zip(named(&facts::THEN));
            }
            _ => {}
        }
    }
}
