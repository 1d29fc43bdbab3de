//! A secret lives from the step that makes it to the last that needs it, and no other row reaches it: held against three
//! actions that only this test has.

use engine::{Action, Cue, Halt, Outcome, Room, Slot, Stage};
use script::{Hands, Material, Row};
use std::sync::Mutex;

static WHISPER: Material = Material::in_room("whisper", "what was whispered");
static WHISPERED: Slot<Whisper> = Slot::of(&WHISPER);

/// What happened to the secret, in order.
pub(crate) static SEEN: Mutex<Vec<&str>> = Mutex::new(Vec::new());

fn seen(what: &'static str) {
    SEEN.lock().unwrap().push(what);
}

struct Whisper;

impl Drop for Whisper {
    fn drop(&mut self) {
        seen("wiped");
    }
}

/// One of the three: `play` is told which by its row.
pub(crate) struct Of(&'static Row);

pub(crate) const SAY: Of = Of(&Row {
    name: "say-it",
    needs: &[&actions::room::ATTENDANCE],
    makes: &[&WHISPER],
    hands: Hands::One,
    ..Row::PLAIN
});
pub(crate) const HEAR: Of = Of(&Row { name: "hear-it", needs: &[&WHISPER], hands: Hands::One, ..Row::PLAIN });
pub(crate) const LOOK_ON: Of =
    Of(&Row { name: "look-on", needs: &[&actions::room::ATTENDANCE], hands: Hands::One, ..Row::PLAIN });

impl Action for Of {
    fn row(&self) -> &'static Row {
        self.0
    }

    fn play(&self, _: Cue<'_>, _: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        match self.0.name {
            "say-it" => {
                room.put(&WHISPERED, Whisper)?;
                seen("said");
            }
            "hear-it" => {
                room.get(&WHISPERED)?;
                seen("heard");
            }
            _ => {
                assert!(room.get(&WHISPERED).is_err(), "a row that does not name it reaches it");
                seen("looked on");
            }
        }
        Ok(Outcome::new())
    }
}
