//! `open-plan-backup`: the backups of a key plan are opened from their evidence pack, to be made again for other custodians.
//! Lines whose keys are out of use for good may be left out: that is how the last copy of one of them ends.

use crate::earlier::{BACKUP, DRILL_DECIDED, pack};
use crate::plan::{PLAN_BACKED_UP, words};
use crate::recover::{OLD_SET, OLD_SHEETS_SETTLED};
use crate::room::register::register;
use crate::share::dealt::OPENED_ONE_OF;
use crate::token::SIGNING_KEY;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use facts::Named as _;
use protocol::Problem;
use register::{Key, KeyState, Register};
use script::{Plan, Reach, Row, Step};

/// The parameter that says which lines the new backup is without.
const LEAVE_OUT: &str = "leave-out";

/// Opens the backups of a plan.
pub(crate) struct OpenPlanBackup;

impl Action for OpenPlanBackup {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "open-plan-backup",
                needs: &[&SIGNING_KEY],
                makes: &[&BACKUP, &OLD_SET],
                opens: &[&DRILL_DECIDED, &PLAN_BACKED_UP, &OLD_SHEETS_SETTLED],
                states: &[
                    &facts::EARLIER_CEREMONY,
                    &facts::EARLIER_PACK,
                    &facts::EARLIER_PACK_SIGNED_BY,
                    &facts::EARLIER_TOKEN_SERIAL,
                    &facts::DRILL_SET,
                    &facts::DRILL_SHARES,
                    &facts::DRILL_COMMITMENTS,
                    &facts::DRILL_BAGS,
                    &facts::DRILL_CHECK_VALUE,
                    &facts::DRILL_PLAN,
                    &facts::DRILL_PLAN_SHA256,
                    &facts::DRILLED_PLAN_PLACES_SHA256,
                    &facts::DRILLED_PLAN,
                    &facts::PLAN_LINES,
                    &facts::PLAN_KEYS,
                    &facts::PLAN_SHA256,
                    &facts::PLAN_LEFT_OUT,
                ],
                states_one_of: &[OPENED_ONE_OF],
                reach: &[Reach::Media, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let left_out = script::lines(cue.plan.value(LEAVE_OUT)).unwrap_or_default();
        let register = register(&*stage)?;
        let today = engine::media::day(stage.now());
        let (earlier, outcome) = pack::opened(cue, stage, |earlier| {
            let lines = earlier.lines()?;
            may_be_left_out(&left_out, &lines, &register, &today)?;
            earlier.enough_bring(cue)
        })?;
        let lines: Vec<u64> = earlier.lines()?.into_iter().map(|(line, _)| line).collect();
        let kept: Vec<u64> = lines.iter().copied().filter(|line| !left_out.contains(line)).collect();
        Ok(outcome
            .fact(&facts::PLAN_KEYS, kept.len().to_string())
            .fact(&facts::PLAN_SHA256, earlier.plan_sha256()?)
            .showing(pack::about(&earlier))
            .showing(words::again::backed_up_again(kept.len(), &left_out))
            .fact(&facts::PLAN_LINES, kept)
            .fact(&facts::PLAN_LEFT_OUT, left_out))
    }

    fn against(&self, plan: &Plan, _: &Step) -> Vec<Problem> {
        let value = plan.value(LEAVE_OUT);
        if script::lines(value).is_some() {
            Vec::new()
        } else {
            vec![words::again::no_leave_out(LEAVE_OUT, value)]
        }
    }

    /// What is left out is what the plan of this ceremony says, and the rest is in.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let out = facts::PLAN_LEFT_OUT.within(done.outcome).unwrap_or_default();
        if script::lines(done.plan.value(LEAVE_OUT)) == Some(out) {
            return Ok(());
        }
        Err(done.departs("left-out", words::again::LEFT_OUT_OTHERWISE))
    }
}

/// A line is left out only where it is there, others stay, and the register has nothing left of its key but the wrapped file, or
/// has it out of use with nothing left to open: without a backup the key is gone when its token is.
fn may_be_left_out(
    left_out: &[u64],
    lines: &[(u64, String)],
    register: &Register,
    today: &str,
) -> Result<(), Problem> {
    if left_out.len() >= lines.len() {
        return Err(words::again::nothing_left());
    }
    for line in left_out {
        let Some((_, check_value)) = lines.iter().find(|(of, _)| of == line) else {
            return Err(words::again::left_out_no_key(*line));
        };
        let key = register.keys.iter().find(|key| key.check_value == *check_value);
        if register.is_wrapped_still(check_value) || key.is_some_and(|key| is_over(key, today)) {
            continue;
        }
        let state = key.map_or_else(|| words::again::STATE_NOT_KNOWN.to_owned(), |key| key.state.to_string());
        return Err(words::again::still_in_use(*line, &state));
    }
    Ok(())
}

/// Whether a key is destroyed, or may neither protect nor open anything any more on this day.
fn is_over(key: &Key, today: &str) -> bool {
    let last = key.processes_until.as_ref().or(key.protects_until.as_ref());
    match key.state {
        KeyState::Destroyed => true,
        KeyState::Deactivated | KeyState::Compromised => last.is_some_and(|last| last.as_str() < today),
        KeyState::PreActivation | KeyState::Active | KeyState::Suspended => false,
    }
}
