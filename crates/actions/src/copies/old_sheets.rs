//! The sheets of a set that was replaced: destroyed here under two signatures, or, where the script allows it, owed.

use crate::copies::ask::ask;
use crate::copies::copy::{
    Copy, DESTROYED, MISSING, OWED, became, numbers, shares, sheets, sheets_that, wrapped_file,
};
use crate::copies::words::{self, listed};
use crate::earlier::{kept, plan};
use crate::room::sign::both_sign;
use engine::words::out_of_order;
use engine::{AskPeople, Cue, Departure, Done, Ended, Halt, Keep, KeepRecord, Outcome, Past, Recall as _};
use facts::{AnyFact, Named as _};
use protocol::{Ask, Choice};

/// What an outcome always says.
pub(in crate::copies) const STATES: &[&dyn AnyFact] = &[
    &facts::OLD_SET,
    &facts::OLD_SHEETS_DESTROYED,
    &facts::OLD_SHEETS_OWED,
    &facts::OLD_SHEETS_MISSING,
    &facts::OLD_SET_STILL_OPENS,
    &facts::OLD_FILE_TO_DESTROY,
];

/// Goes through the sheets.
pub(in crate::copies) fn settle(
    cue: Cue<'_>,
    stage: &mut (impl AskPeople + Keep + KeepRecord + ?Sized),
    may_owe: bool,
) -> Result<Outcome, Halt> {
    let set = stage.need(&facts::DRILL_SET)?;
    let file = match (wrapped_file(stage), plan::kept(stage)?) {
        (Some(file), _) => file.to_string(),
        (None, Some(plan)) => words::files_of_plan(plan.lines.len(), &set),
        (None, None) => return Err(out_of_order().into()),
    };
    let facts = words::why_settle(&set, &file);
    stage.ask(Ask::Observe { facts, button: words::GO_THROUGH.to_owned(), done: false }, None)?;
    let mut copies = sheets(stage)?;
    let here = stage.newest(&facts::TOKEN_SERIAL).unwrap_or_default();
    let before = stage.newest(&facts::EARLIER_TOKEN_SERIAL).unwrap_or_default();
    if may_owe && before != here {
        copies.push(Copy::Elsewhere(before));
    }
    let choices = choices(may_owe);
    for copy in &copies {
        if became(stage, copy).is_none() {
            ask(stage, copy, &choices)?;
        }
    }
    let destroyed = sheets_that(stage, &[DESTROYED])?;
    let (owed, missing) = (sheets_that(stage, &[OWED])?, sheets_that(stage, &[MISSING])?);
    let [in_words @ .., missing_in_words] = [&destroyed, &owed, &missing].map(|list| listed(list));
    let [destroyed_in_words, owed_in_words] = &in_words;
    let saw = words::i_saw_of_the_set(&set, destroyed_in_words, owed_in_words, &missing_in_words);
    both_sign(cue, stage, &saw)?;
    let enough = kept::dealing(stage)?.is_enough(&[owed.as_slice(), &missing].concat());
    let lies_in = stage.newest(&facts::EARLIER_PACK).unwrap_or_default();
    Ok(Outcome::new()
        .fact(&facts::OLD_SET, set)
        .fact(&facts::OLD_SHEETS_DESTROYED, numbers(&destroyed))
        .fact(&facts::OLD_SHEETS_OWED, numbers(&owed))
        .fact(&facts::OLD_SHEETS_MISSING, numbers(&missing))
        .fact(&facts::OLD_SET_STILL_OPENS, if enough { "yes" } else { "no" })
        .fact(&facts::OLD_FILE_TO_DESTROY, file.as_str())
        .showing(words::settled(
            destroyed_in_words,
            owed_in_words,
            &missing_in_words,
            enough,
            &file,
            &lies_in,
        )))
}

fn choices(may_owe: bool) -> Vec<Choice> {
    let mut choices = vec![words::destroyed_here(DESTROYED)];
    if may_owe {
        choices.push(words::not_here(OWED));
    }
    choices.push(words::is_missing(MISSING));
    choices
}

/// What both signed is what is recorded.
pub(in crate::copies) fn follows(done: &Done<'_>) -> Result<(), Departure> {
    let said = |fact: &facts::Fact<facts::List<facts::Number>>| listed(&shares(fact.within(done.outcome)));
    let (destroyed, owed) = (said(&facts::OLD_SHEETS_DESTROYED), said(&facts::OLD_SHEETS_OWED));
    let missing = said(&facts::OLD_SHEETS_MISSING);
    let set = facts::OLD_SET.within(done.outcome).unwrap_or_default();
    done.signed_by(done.both(), &words::i_saw_of_the_set(&set, &destroyed, &owed, &missing))
}

/// What is left to do after the play.
pub(in crate::copies) fn next(past: &Past<'_>, ended: &Ended) -> Vec<String> {
    match (ended, past.newest(&facts::OLD_FILE_TO_DESTROY)) {
        (Ended::Closed(_), Some(file)) => vec![words::destroy_old_file(&file)],
        _ => Vec::new(),
    }
}
