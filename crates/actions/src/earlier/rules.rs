//! What holds over a whole record of an earlier backup that was opened: it is of the line that the plan of the ceremony names,
//! and a pair comes with its public half.

use crate::earlier::pack::PLAN_LINE;
use crate::earlier::words;
use engine::{Departure, Rule, Whole};
use facts::Named as _;
use tokens::KeySpec;
use transcript::Entry;

/// Where a line of a key plan is meant, the opening says which, and which others the same sheets guard; a pair's opening keeps
/// its public half.
pub(crate) struct OpenedWhatWasMeant;

impl Rule for OpenedWhatWasMeant {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let meant = whole.plan.value(PLAN_LINE).parse::<u64>().ok().filter(|line| *line > 0);
        let openings = whole.past.entries.iter().filter(|e| facts::DRILL_SET.within(e).is_some());
        for entry in openings {
            let departs = |code, says: &str| Err(Departure::of(Some(entry), "open-backup", code, says));
            let others = facts::DRILL_LINE_OTHERS.within(entry).is_some();
            if facts::DRILL_LINE.within(entry) != meant || others != meant.is_some() {
                return departs("another-line", words::ANOTHER_LINE);
            }
            if is_of_a_pair(entry) && facts::DRILLED_PUBLIC_KEY.within(entry).is_none() {
                return departs("no-public-half", words::NO_PUBLIC_HALF);
            }
        }
        Ok(())
    }
}

fn is_of_a_pair(entry: &Entry) -> bool {
    let spec = facts::DRILL_KEY_SPEC.within(entry).and_then(|spec| spec.parse::<KeySpec>().ok());
    spec.is_some_and(KeySpec::is_asymmetric)
}
