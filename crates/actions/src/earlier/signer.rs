//! Who signed an evidence pack that comes from outside, and whether it holds.

use crate::earlier::words;
use engine::words::out_of_order;
use engine::{AskPeople, Compared, Cue, Departure, Halt, KeepRecord, Recall as _, Repertoire, Rule, Whole};
use facts::Named as _;
use protocol::{Mode, Problem};
use script::{Person, Plan, Planned};
use std::path::Path;

/// Verifies an earlier ceremony's pack: it holds, it is of this mode, and its record follows its script. Gives the
/// SHA-256 of the key that signed it.
pub(crate) fn verified(pack: &Path, mode: Mode, repertoire: &'static Repertoire) -> Result<String, Problem> {
    verified_copy(pack, pack, mode, repertoire)
}

/// The same of a copy; where there is a pack in what was brought, people are told.
pub(crate) fn verified_copy(
    brought: &Path,
    pack: &Path,
    mode: Mode,
    repertoire: &'static Repertoire,
) -> Result<String, Problem> {
    let report = transcript::verify::pack(pack);
    let bad = report.lines.iter().find(|l| !l.holds).map(|l| l.says.clone());
    let departs = || match engine::replay::in_pack(pack, repertoire, &report.entries) {
        Ok(Some(_)) => None,
        Ok(None) => Some(words::NO_SCRIPT.to_owned()),
        Err(departure) => Some(departure.to_string()),
    };
    if let Some(why) = bad.or_else(departs) {
        let inside = engine::media::packs_below(brought).into_iter().next();
        let inside = inside.filter(|_| !pack.join("SHA256SUMS").exists());
        let inside = inside.map(|inside| inside.display().to_string());
        return Err(words::pack_does_not_hold(&why, inside.as_deref()));
    }
    if report.mode.as_deref() != Some(mode.word()) {
        return Err(words::pack_of_the_other_mode(&report.mode.unwrap_or_default(), mode.word()));
    }
    facts::SIGNING_KEY_SHA256.newest(&report.entries).ok_or_else(out_of_order)
}

/// A pack signed with this workstation's own key is known. Any other key is compared by two people with the digest
/// that was noted on paper when its ceremony was held: anybody can sign a folder with a key of their own.
pub(crate) fn known_signer(
    cue: Cue<'_>,
    stage: &mut (impl AskPeople + KeepRecord + ?Sized),
    signer: &str,
) -> Result<&'static str, Halt> {
    if stage.newest(&facts::SIGNING_KEY_SHA256).as_deref() == Some(signer) {
        return Ok(words::OWN_KEY);
    }
    let bytes = data_encoding::HEXLOWER.decode(signer.as_bytes()).map_err(|_| out_of_order())?;
    for person in who_compare(cue.plan, cue.step) {
        let of = Compared { what: words::SIGNER_TO_COMPARE, against: words::ON_PAPER, bytes: &bytes };
        if !stage.signs_the_same(person, &of, words::I_COMPARED)? {
            return Err(words::pack_of_a_stranger(&person.name).into());
        }
    }
    Ok(words::COMPARED_KEY)
}

fn who_compare<'p>(plan: &'p Plan, step: &'p Planned) -> impl Iterator<Item = &'p Person> {
    [Some(&step.actor), step.confirmer.as_ref().or_else(|| plan.decider())].into_iter().flatten()
}

/// A key that is said to have been compared was, by the two who sign for it.
pub(crate) struct SignerWasCompared;

impl Rule for SignerWasCompared {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        for entry in whole.past.entries {
            let compared =
                facts::EARLIER_PACK_SIGNED_BY.within(entry).as_deref() == Some(words::COMPARED_KEY);
            if let Some(step) = whole.step_of(entry).filter(|_| compared) {
                whole.signed_for(entry, who_compare(whole.plan, step), words::I_COMPARED)?;
            }
        }
        Ok(())
    }
}
