//! `shred-sheets`: sheets are shredded until fewer are left, missing ones included, than the threshold. In this order,
//! before the key in the token, nobody who interrupts a destruction is left with a way back that the record does not know.

use crate::copies::copy::{BEFORE, BROUGHT, DESTROYED, NOTES, became, numbers, shares, sheets, sheets_that};
use crate::copies::destroyed::{destroyed, how_of_a_share};
use crate::copies::words::{self, listed};
use crate::copies::{ACCOUNTED, BELOW_THRESHOLD, guards};
use crate::earlier::kept;
use crate::room::sign::both_sign;
use engine::{Action, Cue, Departure, Done, Halt, KeepRecord, Outcome, Room, Stage};
use facts::Named as _;
use protocol::Problem;
use script::{Dealing, Hands, Row};

/// Shreds sheets.
pub(crate) struct ShredSheets;

impl Action for ShredSheets {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "shred-sheets",
                needs: &[&ACCOUNTED],
                makes: &[&BELOW_THRESHOLD],
                notes: NOTES,
                states: &[&facts::SHEETS_SHREDDED, &facts::SHEETS_LEFT, &facts::BELOW_THRESHOLD],
                hands: Hands::TwoInside,
                says: &[words::I_SAW_SHREDDED],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let dealing = kept::dealing(stage)?;
        let kept_for_others = guards::is_kept(stage)?;
        for copy in &sheets(stage)? {
            if !dealing.is_enough(&left(stage, &dealing)?) {
                break;
            }
            if became(stage, copy).as_deref() == Some(BROUGHT) {
                destroyed(stage, copy, how_of_a_share(copy).unwrap_or(words::SHRED))?;
            }
        }
        let left = left(stage, &dealing)?;
        let enough = dealing.is_enough(&left);
        if enough && !kept_for_others {
            let problem = words::not_below_threshold(left.len(), &dealing.needs());
            stage.raise(&problem, words::FEWER_THAN_REBUILD)?;
        }
        let shredded = sheets_that(stage, &[DESTROYED])?;
        both_sign(cue, stage, &words::i_saw_shredded(&listed(&shredded)))?;
        let outcome = if kept_for_others {
            Outcome::new().shows(words::guards::kept_for_others())
        } else {
            Outcome::new()
        };
        Ok(outcome
            .fact(&facts::SHEETS_SHREDDED, numbers(&shredded))
            .fact(&facts::SHEETS_LEFT, left.len() as u64)
            .fact(&facts::BELOW_THRESHOLD, if enough { "no" } else { "yes" })
            .showing(words::shredded(&listed(&shredded), &listed(&left), enough, dealing.needs())))
    }

    /// What both signed is what is recorded.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let shredded = shares(facts::SHEETS_SHREDDED.within(done.outcome));
        done.signed_by(done.both(), &words::i_saw_shredded(&listed(&shredded)))
    }
}

/// The sheets that are left, missing ones included.
fn left(record: &(impl KeepRecord + ?Sized), dealing: &Dealing) -> Result<Vec<u8>, Problem> {
    let gone = sheets_that(record, &[DESTROYED, BEFORE])?;
    Ok((1..=dealing.count()).filter(|n| !gone.contains(n)).collect())
}
