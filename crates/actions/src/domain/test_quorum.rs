//! `test-quorum`: enough custodians open every part of the security domain.

use crate::cloud::words::byok_problem;
use crate::domain::{OPENED, kept, words};
use byok::security_domain::Share;
use engine::{Action, Cue, Halt, Made, Outcome, Past, Room, Stage};
use script::{Closes, Hands, Row};

/// Tests the quorum.
pub(crate) struct TestQuorum;

static ROW: Row = Row {
    name: "test-quorum",
    needs: &[&super::DOMAIN_SHARES],
    makes: &[&super::TESTED_QUORUM],
    closes: &[Closes::Own(&super::QUORUM_TESTED)],
    states: &[&facts::QUORUM_TESTED, &facts::QUORUM_SHARES],
    hands: Hands::Two,
    ..Row::PLAIN
};

impl Action for TestQuorum {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let read = kept::security_domain(&*stage)?;
        let shares = room.get(&OPENED)?;
        let numbers: Vec<u64> = shares.iter().map(|s| s.number().into()).collect();
        // As many sets as there are shares, so that each share takes part; one where all are needed.
        let sets = if shares.len() == read.required() { 1 } else { shares.len() };
        let mut parts = 0;
        for first in 0..sets {
            let set: Vec<&Share> = shares.iter().cycle().skip(first).take(read.required()).collect();
            parts = read.test_quorum(&set).map_err(|e| byok_problem(&e))?.opened.len();
        }
        let shown = words::opened_all(sets, read.required(), parts);
        Ok(Outcome::new()
            .showing(words::quorum_tested(&shown))
            .fact(&facts::QUORUM_TESTED, shown)
            .fact(&facts::QUORUM_SHARES, numbers))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::agreed(words::QUORUM, past.newest(&facts::QUORUM_TESTED)).into_iter().collect()
    }
}
