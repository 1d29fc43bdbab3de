//! `give-share`: a custodian alone at the screen makes the sheet of their share, and enters the share again from it.

use crate::backup::{DEALT, Dealt, READ_BACK, SEEN, SHARE_READ_BACK, SHARES, THRESHOLD, fresh, words};
use crate::share::dealt::{Cards as _, DealtSet, dealing};
use crate::share::enter::{self, Awaited};
use crate::share::making::{Made, Making};
use crate::share::{bag, boxed, words as share_words};
use engine::words::out_of_order;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Past, Room, Stage};
use facts::Named as _;
use protocol::Problem;
use script::{Closes, Hands, HandsOut, Plan, Reach, Row, Step, people_of};
use shares::{Share, commitments};
use transcript::pack::PackFile;

/// Gives a share, and has it read back.
pub(crate) struct GiveShare;

/// What the file of a share on a YubiKey holds, and the program that opens it once the YubiKey has done its part.
const BOXES: &[u8] = include_bytes!("../../../../docs/formats/custodian-box.md");
const BOX_OPENER: &[u8] = include_bytes!("../../../../recover/open_box.py");

/// A share for each custodian.
const HANDS_OUT: HandsOut = HandsOut { needed: THRESHOLD, over_sites: true };

impl Action for GiveShare {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "give-share",
                needs: &[&SHARES],
                makes: &[&READ_BACK],
                closes: &[Closes::Own(&SHARE_READ_BACK)],
                states: &[
                    &facts::SHARE_INDEX,
                    &facts::READ_BACK,
                    &facts::READ_BACK_HOW,
                    &facts::SHEET,
                    &facts::CUSTODIAN,
                ],
                states_one_of: &[&[&[&facts::BAG], &[&facts::SHARE_BOX_FILE, &facts::SHARE_BOX_YUBIKEY]]],
                hands: Hands::OneInside,
                asks_first: true,
                says: &[words::I_TAKE_MY_SHARE, crate::share::words::I_TAKE_MY_BOX],
                reach: &[Reach::Card, Reach::Printer],
                hands_out: Some(HANDS_OUT),
                irreversible: true,
                private: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let mut tried = None;
        let given = given(cue, stage, room.get(&DEALT)?, &mut tried);
        // Also where it came to nothing: a test page is printed once.
        if tried.is_some() {
            room.change(&DEALT, |dealt| dealt.tried_printer = tried)?;
        }
        let (outcome, entered) = given?;
        let (dealing, index) = (dealing(cue)?, Some(cue.step.turn));
        room.change(&SEEN, |seen| {
            seen.retain(|s| dealing.number_of(s) != index);
            seen.push(entered);
        })?;
        Ok(outcome)
    }

    fn against(&self, plan: &Plan, step: &Step) -> Vec<Problem> {
        let mut found = Vec::new();
        if !gives_every_share(plan, step) {
            found.push(words::share_without_custodian(&step.id));
        }
        // What does not fit is refused now, and not when the first custodian sits alone at the screen.
        let printed = matches!(plan.value("sheets"), "printed" | "printed-with-codeword");
        if printed && plan.value("paper") == "A5" && plan.value("large-type") == "yes" {
            found.push(words::sheet_does_not_fit());
        }
        if plan.value("sheets") == boxed::WORD {
            let gives = plan.steps.iter().filter(|s| s.action.makes(&READ_BACK));
            let cannot = gives.filter(|s| !boxed::can_hold(&s.actor));
            found.extend(cannot.map(|s| words::custodian_without_yubikey(&s.actor.name)));
        }
        found
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        if facts::SHARE_INDEX.within(done.outcome) == Some(u64::from(done.step.turn)) {
            return Ok(());
        }
        Err(done.departs("another-share", words::ANOTHER_SHARE_GIVEN))
    }

    fn leaves(&self, past: &Past<'_>) -> Vec<PackFile> {
        if past.newest(&facts::SHARE_BOX_FILE).is_none() {
            return Vec::new();
        }
        let file = |name: &str, bytes: &[u8]| PackFile { name: name.into(), bytes: bytes.to_vec() };
        vec![file("recovery/custodian-box.md", BOXES), file("recovery/open_box.py", BOX_OPENER)]
    }
}

/// Each share of the set is given to somebody, and read back from them.
fn gives_every_share(plan: &Plan, step: &Step) -> bool {
    let shares = plan.value("shares").parse::<usize>().ok();
    let role = step.for_each.as_ref().and_then(|r| plan.script.roles.iter().find(|o| &o.role == r));
    let people = role.map(|role| people_of(role, &plan.values));
    people.is_some() && people == shares && step.first.is_none()
}

/// The share of this turn, which stays lent by the room while people are asked, as its custodian entered it again.
fn given(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    dealt: &Dealt,
    tried: &mut Option<String>,
) -> Result<(Outcome, Share), Halt> {
    let dealing = dealing(cue)?;
    let commitments = commitments(&dealt.shares);
    let set = fresh::current_set(stage)?;
    let of = DealtSet { set, dealing, commitments: &commitments };
    let (custodian, index) = (&cue.step.actor, cue.step.turn);
    // They were dealt in the order of their numbers.
    let share = usize::from(index).checked_sub(1).and_then(|at| dealt.shares.get(at));
    let share = share.ok_or_else(out_of_order)?;
    if boxed::is_meant(cue) {
        return boxed::give(cue, stage, share, of);
    }
    stage.signed_by(custodian, words::I_TAKE_MY_SHARE)?;
    let mut making = Making::of(cue, share, dealing, dealt.tried_printer.clone());
    let (made, entered, how) = loop {
        let made = making.sheet(stage);
        tried.clone_from(&making.tried);
        let made = made?;
        let awaited = Awaited {
            of,
            due: Some(index),
            scan: made.is_scannable(cue),
            handed: if let Made::Handed(path) = &made { Some(path.clone()) } else { None },
        };
        if let Some((share, how)) = enter::share(cue, stage, &awaited, None)? {
            break (made, share, how);
        }
    };
    let bag = bag::number(cue, stage, words::SEAL_THE_SHEET)?;
    let outcome = Outcome::new()
        .fact(&facts::SHARE_INDEX, index)
        .fact(&facts::BAG, bag)
        .fact(&facts::READ_BACK, share_words::EQUALS_THE_COMMITMENT)
        .fact(&facts::READ_BACK_HOW, how.words())
        .fact(&facts::CUSTODIAN, custodian.id.as_str());
    Ok((bag::at_site(making.written(&made, outcome), custodian), entered))
}
