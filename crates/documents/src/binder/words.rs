//! What the binder says.

use register::{AttemptOf, Attempts, Due, Key};
use transcript::count;

pub(super) const REHEARSALS: &str = "REHEARSALS. This binder is of practice: of no production key.";
pub(super) const SAYS: &str = "What the records on one workstation say of this time. The records were read, and each was held against itself; the evidence \
     packs were not verified again for it. It judges nothing: what follows from it is for whoever reads it to say.";
pub(super) const NONE: &str = "None.";
pub(super) const INDEX: &str = "Ceremonies";
pub(super) const BEGUN: &str = "Begun";
pub(super) const SCRIPT: &str = "Script";
pub(super) const CEREMONY: &str = "Ceremony";
pub(super) const RESULT: &str = "Result";
pub(super) const EXCEPTIONS: &str = "Departures";
pub(super) const KEEP_UNTIL: &str = "Six years until";
pub(super) const KEEP_SAYS: &str = "Six years are counted from the last entry of each record. The rule counts from creation or from when something was last \
     in effect, whichever is later (164.316(b)(2)(i)): what is still in use is kept longer.";
pub(super) const CHAIN: &str = "Whether these are all";
pub(super) const KEYS: &str = "Keys and their state";
pub(super) const KEY: &str = "Key";
pub(super) const CHECK_VALUE: &str = "Check value";
pub(super) const STATE: &str = "State";
pub(super) const COPIES: &str = "Copies";
pub(super) const PROTECTS_UNTIL: &str = "Protects until";
pub(super) const NOT_KNOWN: &str = "not known here";
pub(super) const DRILLS: &str = "Recovery drills";
pub(super) const DRILLS_DUE: &str = "Due by the last day";
pub(super) const DUES: &str = "What was due";
pub(super) const MISSED: &str = "Missed, or done late";
pub(super) const MET: &str = "Done";
pub(super) const OPEN: &str = "Open, and due later or on no day";
pub(super) const REFUSED: &str = "Refused attempts, over all ceremonies";
pub(super) const EXCEPTIONS_OF: &str = "Exceptions and decisions";
pub(super) const CONTRADICTIONS: &str = "What cannot have happened as the records have it";
pub(super) const CROSSWALK: &str = "HIPAA Security Rule: what these records speak to";
pub(super) const NO_ADVICE: &str = "A row says that a record exists that somebody may want to look at. It does not say that the provision is met, and nobody \
     with legal training has read it.";
pub(super) const PROVISION: &str = "Provision";
pub(super) const SPEAKS: &str = "What speaks to it";
pub(super) const IN_THE_PERIOD: &str = "Ceremonies of this time";
pub(super) const STILL: &str = "What you must still do";
pub(super) const NO_CEREMONY: &str = "none by a script that the row names";

pub(super) fn title(from: &str, to: &str) -> String {
    format!("Binder: {from} to {to}")
}

pub(super) fn ceremony(title: &str, run: &str) -> String {
    format!("{title}, {run}")
}

pub(super) fn chain(listed: usize) -> String {
    format!(
        "The workstation's signed list of ended ceremonies names {} of this mode since it was set up. What does not agree with \
         it:",
        count(listed, "ceremony", "ceremonies")
    )
}

pub(super) fn state(key: &Key) -> String {
    let since = key.states.last().and_then(|(_, since, _)| since.get(..10)).unwrap_or_default();
    if since.is_empty() { key.state.to_string() } else { format!("{}, since {since}", key.state) }
}

pub(super) fn drill(begun: &str, run: &str, result: &str) -> String {
    format!("{begun} ({run}): {result}")
}

pub(super) fn due(due: &Due, says: &str) -> String {
    let by = due.by.as_deref().map_or_else(|| "no day".to_owned(), |by| format!("by {by}"));
    match &due.settled {
        Some((since, run)) => format!("{by}: {says} Done {} ({run}).", since.get(..10).unwrap_or(since)),
        None => format!("{by}: {says} Not done."),
    }
}

pub(super) fn refused(one: &Attempts) -> String {
    let what = match one.of {
        AttemptOf::Person => "sign-in as",
        AttemptOf::Token => "PIN of the token",
    };
    format!("{what} {}: {}, last {} ({})", one.whose, count(one.times, "time", "times"), one.last, one.run)
}

pub(super) fn of_ceremony(run: &str, says: &str) -> String {
    format!("{run}: {says}")
}

pub(super) fn and_more(runs: &str, more: usize) -> String {
    format!("{runs}\nand {more} more")
}
