//! `check-workstation`: which program runs.

use super::words;
use engine::words::{observed, out_of_order};
use engine::{Action, AskPeople, Compared, Cue, Halt, Outcome, Room, Stage, Workstation};
use protocol::{Ask, Fact};
use script::{Hands, Row};

/// Has two people compare the program's file.
pub(crate) struct CheckWorkstation;

impl Action for CheckWorkstation {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "check-workstation",
                needs: &[&super::ATTENDANCE],
                makes: &[&super::WORKSTATION],
                states: &[&facts::PROGRAM_SHA256, &facts::PROGRAM_COMPARED],
                hands: Hands::TwoInside,
                says: &[words::I_COMPARED_EVERY_ROW],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let machine = stage.workstation().clone();
        stage.ask(
            Ask::Observe { facts: seen(&machine), button: words::COMPARE_THE_FILE.to_owned(), done: false },
            None,
        )?;
        let digest = machine.program_sha256.ok_or_else(words::program_unreadable)?;
        compared(cue, stage, &digest)?;
        Ok(Outcome::new()
            .fact(&facts::PROGRAM_SHA256, script::hex(&digest))
            .fact(&facts::PROGRAM_COMPARED, words::EVERY_ROW_BY_TWO))
    }
}

/// What people see of the program before they compare.
fn seen(machine: &Workstation) -> Vec<Fact> {
    vec![
        observed(words::PROGRAMS_FILE, machine.program_file.display().to_string()),
        words::which_program_runs(),
    ]
}

/// Actor and confirmer compare the digest, one after the other, each on a blank list and signing for themselves: two ticks
/// by one hand are one look.
fn compared(cue: Cue<'_>, on: &mut (impl AskPeople + ?Sized), digest: &[u8]) -> Result<(), Halt> {
    let confirmer = cue.step.confirmer.as_ref().ok_or_else(out_of_order)?;
    for person in [&cue.step.actor, confirmer] {
        let (what, against) = (words::SHA256_OF_THE_FILE, words::A_SECOND_MACHINE);
        if !on.signs_the_same(
            person,
            &Compared { what, against, bytes: digest },
            words::I_COMPARED_EVERY_ROW,
        )? {
            return Err(words::value_differs(&person.name, what).into());
        }
    }
    Ok(())
}
