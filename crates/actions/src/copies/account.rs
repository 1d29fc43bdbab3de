//! `account-copies`: two people say of each copy where it is. The key in this token the program sees by itself.

use crate::copies::ask::ask;
use crate::copies::copy::{
    ANOTHER, BEFORE, BROUGHT, Copy, MISSING, NOTES, all, became, gone_before, note, states,
};
use crate::copies::{ACCOUNTED, COPIES, COPIES_ACCOUNTED, guards, words};
use crate::room::sign::both_sign;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use facts::{AnyFact, Named as _};
use protocol::Choice;
use register::places::Sort;
use script::{Closes, Hands, Reach, Row};

/// What a note of this step states: what became of a copy, or that the backup guards nothing else.
const ACCOUNT_NOTES: &[&[&dyn AnyFact]] = &[NOTES[0], NOTES[1], NOTES[2], &[&facts::GUARDS_NOTHING]];

/// Accounts for the copies.
pub(crate) struct AccountCopies;

impl Action for AccountCopies {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "account-copies",
                needs: &[&COPIES],
                makes: &[&ACCOUNTED],
                closes: &[Closes::Own(&COPIES_ACCOUNTED)],
                notes: ACCOUNT_NOTES,
                states: &[&facts::COPIES_ACCOUNTED],
                hands: Hands::TwoInside,
                says: &[words::I_LOOKED_AT_EVERY_COPY],
                reach: &[Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        guards::keep_for_others(stage)?;
        for copy in all(stage)? {
            if became(stage, &copy).is_some() {
                continue;
            }
            match &copy {
                Copy::Here(_) => note(stage, &copy, BROUGHT)?,
                _ => ask(stage, &copy, &answers(&copy))?,
            }
        }
        let guards_nothing = guards::guards_nothing(stage);
        if let Some(others) = guards_nothing {
            both_sign(cue, stage, &words::guards::they_guard_nothing(others))?;
        }
        both_sign(cue, stage, words::I_LOOKED_AT_EVERY_COPY)?;
        let copies = all(stage)?;
        let list = states(stage, &copies);
        let shown =
            copies.iter().zip(&list).map(|(c, (_, state))| words::state(&c.to_string(), state.clone()));
        let shown: Vec<_> = shown.collect();
        let gone = gone_before(stage).into_iter();
        let outcome = match guards_nothing {
            Some(others) => Outcome::new().fact(&facts::GUARDS_NOTHING, others),
            None => Outcome::new(),
        };
        Ok(outcome
            .fact(&facts::COPIES_ACCOUNTED, list)
            .showing(shown)
            .showing(gone.map(|(place, run)| words::destroyed_in(&place.says, &run))))
    }

    /// Who says that the sheets guard nothing else signs that, too.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        match facts::GUARDS_NOTHING.within(done.outcome) {
            Some(others) => done.signed_by(done.both(), &words::guards::they_guard_nothing(others)),
            None => Ok(()),
        }
    }
}

/// What may be said of a copy, the ordinary answer first. What is elsewhere is not destroyed here: that was done before, or
/// cannot be confirmed.
fn answers(copy: &Copy) -> Vec<Choice> {
    let seen = || words::destroyed_before(BEFORE);
    let mut choices = match copy {
        Copy::Known(place) => match place.sort {
            Sort::Token => vec![seen()],
            Sort::Cloud => vec![words::deleted_there(BEFORE)],
            Sort::Printer => vec![words::memory_cleared(BEFORE)],
            Sort::Record => vec![words::record_read(BEFORE)],
            Sort::File | Sort::Sheet | Sort::Boxed | Sort::Bundle => {
                vec![words::is_brought(BROUGHT), seen()]
            }
        },
        Copy::Here(_) | Copy::Elsewhere(_) => vec![seen()],
        Copy::Sheet(..) | Copy::Boxed(_) | Copy::File(..) => vec![words::is_brought(BROUGHT), seen()],
    };
    if matches!(copy, Copy::Known(place) if place.perhaps) {
        choices.push(words::of_another_key(ANOTHER));
    }
    choices.push(words::nobody_can_say(MISSING));
    choices
}
