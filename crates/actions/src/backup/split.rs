//! `split-backup`: the backup wrapping key is split into shares, in locked memory.

use crate::backup::{BACKUP_KEY, DEALT, Dealt, SHARE_READ_BACK, SHARES, THRESHOLD, WRAPPING, fresh, words};
use crate::share::dealt::{Cards as _, MADE, MADE_ONE_OF, dealing};
use crate::share::words::share_problem;
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Recall as _, Room, Stage};
use protocol::{Mode, Problem};
use script::{Hands, Plan, Row, Step};
use shares::KeyPrint;
use transcript::pack::PackFile;

/// Splits the backup wrapping key.
pub(crate) struct SplitBackup;

/// Rebuilds the backup wrapping key from typed sheets with Python alone.
const DECODER: &[u8] = include_bytes!("../../../../recover/decode_shares.py");
/// The page that says how, for people.
const HOW_TO_RECOVER: &[u8] = include_bytes!("../../../../docs/recovery-without-us.md");
/// What the characters of a sheet mean, should both programs be lost.
const SHARE_FORMAT: &[u8] = include_bytes!("../../../../docs/formats/share.md");

impl Action for SplitBackup {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "split-backup",
                needs: &[&BACKUP_KEY],
                makes: &[&SHARES],
                uses_up: &[&BACKUP_KEY],
                opens: &[&SHARE_READ_BACK],
                states: &[&facts::SHARES, &facts::SHARE_COMMITMENTS, &facts::SPLIT_WHERE],
                states_one_of: &[MADE_ONE_OF],
                hands: Hands::Two,
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let set = fresh::current_set(stage)?;
        let dealing = dealing(cue)?;
        let rehearsal = cue.plan.mode == Mode::Rehearsal;
        // A plan's shares open many files, so its record names none, and neither do the cards.
        let key = match stage.newest(&facts::WRAPPED_BACKUP) {
            Some(name) => KeyPrint::of_file(&stage.kept(&name)?),
            None => KeyPrint::default(),
        };
        let secret = room.get(&WRAPPING)?;
        let shares = dealing
            .deal(secret, set, key, rehearsal, &mut fresh::fill_random)
            .map_err(|e| share_problem(&e))?;
        let commitments: Vec<String> = shares::commitments(&shares).iter().map(|c| script::hex(c)).collect();
        room.put(&DEALT, Dealt { shares, tried_printer: None })?;
        let outcome = MADE
            .write(dealing, Outcome::new())
            .fact(&facts::SHARE_COMMITMENTS, commitments)
            .fact(&facts::SPLIT_WHERE, words::SPLIT_WHERE);
        Ok(outcome.shows(words::split(dealing.needs())))
    }

    /// One lost sheet, or one lost site, must not lose the backup.
    fn against(&self, plan: &Plan, _step: &Step) -> Vec<Problem> {
        if let Some(wanted) = plan.wanted.as_ref().filter(|wanted| wanted.over_sites()) {
            return wanted.fault().into_iter().collect();
        }
        let number = |name: &str| plan.value(name).parse::<u32>().ok();
        match (number(THRESHOLD), number("shares")) {
            (Some(threshold), Some(shares)) if (2..shares).contains(&threshold) && shares <= 255 => {
                Vec::new()
            }
            _ => vec![words::threshold()],
        }
    }

    /// Whoever restores from the sheets one day may not have this program.
    fn leaves(&self, past: &Past<'_>) -> Vec<PackFile> {
        if past.newest(&facts::SHARE_SET).is_none() {
            return Vec::new();
        }
        let file = |name: &str, bytes: &[u8]| PackFile { name: name.into(), bytes: bytes.to_vec() };
        vec![
            file("recovery/decode_shares.py", DECODER),
            file("recovery/HOW-TO-RECOVER.md", HOW_TO_RECOVER),
            file("recovery/share.md", SHARE_FORMAT),
        ]
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        Made::shown(words::SHARE_SET, past.newest(&facts::SHARE_SET)).into_iter().collect()
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        if past.newest(&facts::SHARE_SET).is_none() {
            return Vec::new();
        }
        match ended {
            Ended::Abandoned(_) => vec![words::DESTROY_SHEETS_AND_FILE.to_owned()],
            Ended::Closed(_) => vec![words::KEEP_APART.to_owned()],
            Ended::Stopped => Vec::new(),
        }
    }
}
