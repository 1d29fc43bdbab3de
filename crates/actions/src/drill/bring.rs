//! `bring-share`: a custodian brings their share in its bag, or opens it with their YubiKey, and enters it.

use crate::drill::words;
use crate::earlier::kept::{self, Set};
use crate::earlier::{BACKUP, BAG_RESEALED, BROUGHT, brought};
use crate::share::dealt::Cards as _;
use crate::share::enter::{self, Awaited};
use crate::share::{bag, boxed, words as share_words};
use engine::words::{not_an_answer, out_of_order};
use engine::{Action, AskPeople, Cue, Halt, Outcome, Room, Stage};
use protocol::{Answer, Ask};
use script::{Reach, Row};

/// Brings a share.
pub(crate) struct BringShare;

/// How a seal is found: the record's words.
const WHOLE: &str = "whole";
const BROKEN: &str = "broken";
const NONE: &str = "none";

impl Action for BringShare {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "bring-share",
                needs: &[&BACKUP],
                makes: &[&BROUGHT],
                opens: &[&BAG_RESEALED],
                states: &[&facts::SHARE_INDEX, &facts::READ_BACK, &facts::READ_BACK_HOW, &facts::CUSTODIAN],
                states_one_of: &[&[&[&facts::BAG_BROUGHT, &facts::SEAL], &[&facts::SHARE_BOX_YUBIKEY]]],
                reach: &[Reach::Card, Reach::Printer],
                private: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let set = Set::of(stage)?;
        match boxed::brought(cue, stage, set.dealt(), words::I_BRING_MY_YUBIKEY)? {
            Some(opened) => on_a_yubikey(cue, room, &set, opened),
            None => on_a_sheet(cue, stage, room, &set),
        }
    }
}

fn on_a_yubikey(
    cue: Cue<'_>,
    room: &mut Room<'_>,
    set: &Set,
    opened: boxed::Opened,
) -> Result<Outcome, Halt> {
    let boxed::Opened { share, index, serial } = opened;
    brought::is_new(room, &set.dealing, index)?;
    brought::put(room, share)?;
    Ok(Outcome::new()
        .fact(&facts::SHARE_INDEX, index)
        .fact(&facts::READ_BACK, share_words::EQUALS_THE_COMMITMENT)
        .fact(&facts::READ_BACK_HOW, share_words::OPENED_BY_YUBIKEY)
        .fact(&facts::BROUGHT_BY_YUBIKEY.of(cue.step.turn), true)
        .fact(&facts::SHARE_BOX_YUBIKEY, serial.to_string())
        .fact(&facts::CUSTODIAN, cue.step.actor.id.as_str()))
}

fn on_a_sheet(cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>, set: &Set) -> Result<Outcome, Halt> {
    stage.signed_by(&cue.step.actor, words::I_BRING_MY_SHARE)?;
    let bag = bag::number(cue, stage, words::WHICH_BAG)?;
    let seal = seal(stage)?;
    let awaited = Awaited { of: set.dealt(), due: None, scan: true, handed: None };
    let mut problem = None;
    let (share, index, how) = loop {
        let Some((share, how)) = enter::share(cue, stage, &awaited, problem.take())? else { continue };
        let index = set.dealing.number_of(&share).ok_or_else(out_of_order)?;
        match brought::is_new(room, &set.dealing, index) {
            Ok(()) => break (share, index, how),
            Err(twice) => problem = Some(twice),
        }
    };
    let sealed_in = kept::sealed_in(&stage.past(), index);
    if let Some((was, since)) = sealed_in.filter(|(was, _)| *was != bag) {
        let differs = words::another_bag(index, &was, since.as_deref(), &bag);
        stage.raise(&differs, &words::share_in_bag(index, &was))?;
    }
    brought::put(room, share)?;
    Ok(Outcome::new()
        .fact(&facts::SHARE_INDEX, index)
        .fact(&facts::READ_BACK, share_words::EQUALS_THE_COMMITMENT)
        .fact(&facts::READ_BACK_HOW, how.words())
        .fact(&facts::SEAL, seal)
        .fact(&facts::BAG_BROUGHT, bag)
        .fact(&facts::CUSTODIAN, cue.step.actor.id.as_str()))
}

/// Whether the seal is whole. One that is not is an exception: somebody may have read the share.
fn seal(people: &mut (impl AskPeople + ?Sized)) -> Result<&'static str, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::Choose {
            question: words::HOW_IS_THE_SEAL.to_owned(),
            choices: words::seals(WHOLE, BROKEN, NONE),
        };
        let (seal, happened) = match people.ask(ask, problem.take())? {
            Answer::Chosen { id } if id == WHOLE => return Ok(WHOLE),
            Answer::Chosen { id } if id == BROKEN => (BROKEN, words::SEAL_IS_BROKEN),
            Answer::Chosen { id } if id == NONE => (NONE, words::WITHOUT_A_BAG),
            _ => {
                problem = Some(not_an_answer());
                continue;
            }
        };
        people.raise(&words::seal_not_whole(happened), words::A_WHOLE_SEAL)?;
        return Ok(seal);
    }
}
