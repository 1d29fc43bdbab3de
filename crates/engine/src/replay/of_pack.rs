//! The replay of a pack: its record against the script, the parameters and the people in it.

use super::{Departure, Why, replay};
use crate::action::Repertoire;
use facts::Named as _;
use outside::LARGEST_RECORD;
use protocol::Mode;
use script::{Person, Plan};
use std::path::Path;
use transcript::{Entry, Reading};

/// Replays an evidence pack's record against the script and the people in it. `None` for a shortened copy, which has no
/// script.
pub fn pack(folder: &Path, repertoire: &'static Repertoire) -> Result<Option<(Plan, Vec<Entry>)>, Departure> {
    let record = outside::read(&folder.join("transcript.jsonl"), LARGEST_RECORD)
        .map_err(|e| Departure { entry: None, why: Why::RecordUnreadable { why: e.to_string() } })?;
    let entries = Reading::of(&record).entries;
    Ok(in_pack(folder, repertoire, &entries)?.map(|plan| (plan, entries)))
}

/// The same for the entries of a record that were read already; gives the plan that they follow.
pub fn in_pack(
    folder: &Path,
    repertoire: &'static Repertoire,
    entries: &[Entry],
) -> Result<Option<Plan>, Departure> {
    let departs = |why: Why| Departure { entry: None, why };
    let read = |name: &str| outside::text(&folder.join(name), LARGEST_RECORD);
    let (Ok(script), Ok(roster)) = (read("script.toml"), read("roster.toml")) else {
        let there = |name: &str| folder.join(name).symlink_metadata().is_ok();
        let is_copy = there("DISCLOSED.txt") && !there("SHA256SUMS.sig");
        return if is_copy { Ok(None) } else { Err(departs(Why::WithoutScript)) };
    };
    let first = entries.first();
    let values = first.and_then(|e| facts::PARAMETERS.within(e)).unwrap_or_default();
    let production = Mode::Production.word();
    let mode = match first.and_then(|e| facts::MODE.within(e)) {
        Some(word) if word == production => Mode::Production,
        _ => Mode::Rehearsal,
    };
    let plan = Plan::of_record(&script, &roster, mode, &values, repertoire).map_err(|found| {
        let first = found.into_iter().next().map(|p| p.happened).unwrap_or_default();
        departs(Why::CannotBePlayed { why: first })
    })?;
    // Withheld in a copy for a reader, who then does not get the roster either.
    let same = first.and_then(|e| facts::PUBLIC_ROSTER_SHA256.within(e));
    if same != Some(script::sha256_hex(roster.as_bytes()))
        || first.and_then(|e| facts::PEOPLE.within(e)) != Some(people(&plan))
    {
        return Err(departs(Why::OtherPeople));
    }
    replay(&plan, repertoire, entries, Some(folder))?;
    Ok(Some(plan))
}

/// Everybody in a plan's roster, as the first entry names them.
pub(crate) fn people(plan: &Plan) -> Vec<(String, (String, String))> {
    let of = |p: &Person| (p.id.clone(), (p.name.clone(), p.role.clone()));
    plan.roster.people.iter().map(of).collect()
}
