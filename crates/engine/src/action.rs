//! What an action is to the engine, and the list of those that can be played.

use crate::moves::{Asks, Made, Moves, Void};
use crate::outcome::Outcome;
use crate::past::Past;
use crate::replay::{Departure, Done};
use crate::room::Room;
use crate::rule::Rule;
use crate::stage::{Halt, Stage};
use crate::surroundings::Ended;
use crate::way_back::WayBack;
use protocol::Problem;
use script::{Plan, Planned, Row, Step};
use tokens::{Capabilities, TokenInfo};
use transcript::pack::PackFile;

/// Where an action is played. All of it is borrowed from elsewhere than the stage, so that it can be held while people are
/// asked.
#[derive(Clone, Copy)]
pub struct Cue<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// The step of it.
    pub step: &'p Planned,
    /// The run's id.
    pub run: &'p str,
    /// What else can be played.
    pub repertoire: &'static Repertoire,
}

/// One action. Most have a row, a play and one more; what is special is one of the defaulted methods.
pub trait Action: Sync {
    /// What it is to the checker, the engine and whoever reads a script.
    fn row(&self) -> &'static Row;

    /// Does it.
    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt>;

    /// What its outcome opens and closes, of what is open.
    fn moves(&self, plan: &Plan, step: &Planned) -> Moves {
        Moves::of(self.row(), plan, step)
    }

    /// What speaks against a step of it, before the day.
    fn against(&self, _plan: &Plan, _step: &Step) -> Vec<Problem> {
        Vec::new()
    }

    /// Words that a parameter's value may be meant as, beside the script's own choices.
    fn words(&self, _parameter: &str) -> Vec<&'static str> {
        Vec::new()
    }

    /// Whether one outcome of it could have come of the play that the record tells of.
    fn follows(&self, _done: &Done<'_>) -> Result<(), Departure> {
        Ok(())
    }

    /// What becomes void when the script goes back before an outcome of it.
    fn voids(&self, _plan: &Plan, _past: &Past<'_>) -> Void {
        Void::default()
    }

    /// How a step of it will use the token, by what the trials found; refused where it cannot. Asked before there is a key,
    /// with the cue of that step and the record so far: it may tell of which kind an earlier ceremony's key is.
    fn asks_of_token(
        &self,
        _cue: Cue<'_>,
        _past: &Past<'_>,
        _found: &Capabilities,
        _now: i64,
    ) -> Result<Option<Asks>, Problem> {
        Ok(None)
    }

    /// Whether a token may be used at all, asked before its PIN.
    fn may_use(&self, _plan: &Plan, _info: &TokenInfo) -> Result<(), Problem> {
        Ok(())
    }

    /// What has to be fetched before the day, in words and commands.
    fn brings(&self, _plan: &Plan) -> Option<String> {
        None
    }

    /// Files of its own in the pack, beside those that the record names.
    fn leaves(&self, _past: &Past<'_>) -> Vec<PackFile> {
        Vec::new()
    }

    /// What it made, as the end page shows it, and everyone agrees to it where it is marked so.
    fn made(&self, _past: &Past<'_>) -> Vec<Made> {
        Vec::new()
    }

    /// What has to happen after the play, and by whom.
    fn next(&self, _past: &Past<'_>, _ended: &Ended) -> Vec<String> {
        Vec::new()
    }
}

/// A record that has ended, with all that goes into its pack beside it.
pub struct Packing<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The transcript's bytes.
    pub transcript: &'a [u8],
    /// The files.
    pub files: &'a [PackFile],
    /// What could be played.
    pub repertoire: &'static Repertoire,
}

/// What can be played.
pub struct Repertoire {
    /// The actions.
    pub actions: &'static [&'static dyn Action],
    /// Rules that span several of them.
    pub rules: &'static [&'static dyn Rule],
    /// Ways back that people can decide for.
    pub ways_back: &'static [WayBack],
    /// Documents that people read, made of a record that has ended. They never fail: where one cannot be made, a file says
    /// why in its place, since the pack has to be written.
    pub documents: fn(&Packing<'_>) -> Vec<PackFile>,
}
