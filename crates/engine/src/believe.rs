//! What is believed of a record when a run goes on: what the workstation's key signed, and nothing after it. Whoever can
//! write into the run's folder can append entries with right hashes; only the token can sign them.

use crate::core::At;
use crate::outcome::Outcome;
use crate::record::{safe_point, stands};
use crate::replay;
use crate::stage::Halt;
use crate::words;
use data_encoding::HEXLOWER;
use facts::Named as _;
use protocol::{Ask, Fact, Mode, Problem, ReadAloud};
use script::{Person, Plan, Planned};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use transcript::{Cut, Entry, Kind};

/// What opening the record anew found.
pub(crate) struct Resumed {
    /// How many bytes of an unfinished last line were set aside.
    pub(crate) torn: Option<u64>,
    /// What came after the last signature.
    pub(crate) cut: Option<Cut>,
    /// Why this computer's clock cannot be right.
    pub(crate) doubted: Option<String>,
    /// The SHA-256 of the module's file.
    pub(crate) module_sha256: Option<String>,
}

/// How many entries lie under the last signature, it included, whoever's it is; the first entry where there is none: such a
/// run begins again at its first step, since nothing irreversible can have been done.
pub(crate) fn signed(entries: &[Entry]) -> u64 {
    let last = entries.iter().rposition(|e| e.kind == Kind::Checkpoint);
    last.map_or(1, |at| at as u64 + 1)
}

impl At<'_, '_> {
    /// Opens the token, cuts off what its key did not sign, replays the rest as an auditor does, and records that the
    /// ceremony goes on; gives the step at which it does. Of a record that nobody signed, script and parameters are anybody's
    /// too: two people say that they are those that were reviewed.
    pub(crate) fn go_on(&mut self, resumed: &Resumed) -> Result<usize, Halt> {
        let was_signed = signed(self.core.journal.entries()) > 1;
        let deeper = if was_signed { self.cut_what_others_signed()? } else { None };
        let cuts: Vec<&Cut> = resumed.cut.iter().chain(&deeper).collect();
        if !cuts.is_empty() {
            self.set_files_aside()?;
        }
        if was_signed {
            self.agrees_with_memory()?;
        }
        replay::follows(self.plan, self.repertoire, self.core.journal.entries())
            .map_err(|departure| words::record_disagrees(&departure.to_string()))?;
        if self.core.past().is_over() {
            return Ok(self.plan.steps.len().saturating_sub(1));
        }
        let stands = stands(self.plan, self.core.journal.entries());
        let ends_by = match (was_signed, self.core.remembers) {
            (true, true) => words::ENDS_BY_THE_TOKEN,
            (true, false) => self.two_say_where_it_ends()?,
            (false, _) => {
                let says = words::this_is_the_plan(self.plan);
                self.two_sign(words::what_the_plan_is(self.plan), words::IT_IS_THE_PLAN, &says)?;
                words::ENDS_AT_ITS_BEGIN
            }
        };
        let mut says =
            Outcome::new().fact(&facts::STOOD_AT, stands as u64 + 1).fact(&facts::RECORD_ENDS_BY, ends_by);
        if let Some(torn) = resumed.torn {
            says = says.fact(&facts::UNACKNOWLEDGED_BYTES_SET_ASIDE, torn);
        }
        // Of two, the second is what somebody else signed; the first is in the folder beside it.
        if let Some(cut) = cuts.last() {
            says = says
                .fact(&facts::SET_ASIDE_FILE, cut.file.as_str())
                .fact(&facts::SET_ASIDE_SHA256, cut.sha256.as_str())
                .fact(&facts::SET_ASIDE_ENTRIES, cut.entries);
        }
        if let Some(sha256) = &resumed.module_sha256 {
            says = says.fact(&facts::MODULE_SHA256, sha256.as_str());
        }
        let to_mend = self.core.workstation.to_mend();
        if !to_mend.is_empty() && stands > 0 {
            says = says.fact(&facts::TO_MEND, to_mend);
        }
        if let Some(why) = &resumed.doubted {
            says = says.fact(&facts::CLOCK_DOUBTED, why.as_str());
        }
        self.append(says.into_parts(Kind::Resumed).0)?;
        let safe = safe_point(self.plan, stands);
        if safe < stands {
            self.place = stands;
            return Ok(self.take_back(safe, words::SECRETS_WERE_LOST, None)?);
        }
        Ok(stands)
    }

    /// A token without data objects does not remember how far the record went, and whoever writes files could have taken it
    /// back to an earlier signature: two people say that it ends where they know it to end, by the slip of the stop or by
    /// what they saw last.
    fn two_say_where_it_ends(&mut self) -> Result<&'static str, Halt> {
        let head = self.core.journal.head();
        let last = self.core.journal.entries().last().map(|e| e.utc.clone()).unwrap_or_default();
        let facts = words::where_the_record_ends(head.entries, &last, &ReadAloud::of(&head.chain));
        let says = words::the_record_ends(head.entries, &HEXLOWER.encode(&head.chain));
        self.two_sign(facts, words::IT_ENDS_THERE, &says)?;
        Ok(words::ENDS_BY_TWO_PEOPLE)
    }

    /// A machine that has to be mended when a production ceremony goes on, as the preflight saw it when the ceremony began:
    /// somebody decides, and one more signs, before anything else is done.
    pub(crate) fn looks_at_the_machine(&mut self) -> Result<(), Halt> {
        let to_mend = self.core.workstation.to_mend();
        // At its first step the preflight itself comes.
        if self.plan.mode == Mode::Rehearsal || to_mend.is_empty() || self.place == 0 {
            return Ok(());
        }
        self.raises(&words::machine_to_mend_again(&to_mend.join(" ")), words::NOTHING_TO_MEND)?;
        for person in two_who_look(self.plan, self.step) {
            self.signs(person, words::I_GO_ON_IN_SPITE, None, None)?;
        }
        Ok(())
    }

    /// Shows what nothing here can prove; who is due and one more, who decides where that is another, sign what they know.
    fn two_sign(&mut self, facts: Vec<Fact>, button: &str, says: &str) -> Result<(), Halt> {
        self.asks(Ask::Observe { facts, button: button.to_owned(), done: false }, None)?;
        for person in two_of(self.plan, self.step) {
            self.signs(person, says, None, None)?;
        }
        Ok(())
    }

    /// Asks the token for its key, and cuts off what comes after the newest signature by it. The key is the token's; what
    /// the record says of it is not believed.
    fn cut_what_others_signed(&mut self) -> Result<Option<Cut>, Halt> {
        let own = self.signing_key()?;
        let entries = self.core.journal.entries();
        let by_it = |e: &Entry| {
            let signer = facts::SIGNER.within(e).filter(|_| e.kind == Kind::Checkpoint);
            signer.is_some_and(|key| key == own)
        };
        let Some(newest) = entries.iter().rposition(by_it) else {
            return Err(words::another_signing_key().into());
        };
        let after = entries.get(newest + 1..).unwrap_or_default();
        // A PIN that was just refused is the room's own note.
        if !after.iter().any(|e| e.kind == Kind::Checkpoint) {
            return Ok(None);
        }
        Ok(self.core.journal.cut(newest as u64 + 1).map_err(words::journal)?)
    }

    /// Puts the files away that the record, as far as it is believed, does not name: whoever wrote the entries that were
    /// cut off may have left files with them, and what is made anew needs their names.
    fn set_files_aside(&self) -> Result<(), Problem> {
        let folder = &self.core.folder;
        let past = self.core.past();
        let named = past.files();
        let told = |name: &str| past.entries.iter().flat_map(|e| e.facts.values()).any(|f| tells(f, name));
        let bundle = past.newest(&facts::BUNDLE_FOLDER);
        let stays = |name: &str| {
            let own = ["transcript.jsonl", "script.toml", "roster.toml"].contains(&name)
                || name.ends_with("evidence");
            let kept = name.starts_with("transcript.jsonl.torn-") || name.starts_with("set-aside-");
            own || kept
                || bundle.as_deref() == Some(name)
                || named.keys().any(|n| is_of(n, name))
                || told(name)
        };
        store::set_aside(folder, &stays)
    }
}

/// Who is due and one more: who decides, where that is another.
pub(crate) fn two_of<'p>(plan: &'p Plan, due: &'p Planned) -> Vec<&'p Person> {
    let first = &due.actor;
    let other = plan.decider().filter(|d| d.id != first.id);
    let everyone = plan.everyone();
    let next = || everyone.iter().find(|p| p.id != first.id).map(|p| p.id.clone());
    let other = other.or_else(|| next().and_then(|id| plan.roster.person(&id)));
    [Some(first), other].into_iter().flatten().collect()
}

/// Of those two, who has not signed already by deciding.
pub(crate) fn two_who_look<'p>(plan: &'p Plan, due: &'p Planned) -> Vec<&'p Person> {
    not_deciding(plan, two_of(plan, due))
}

/// Of these people, those who do not decide: whoever decides has signed for it.
pub fn not_deciding<'p>(plan: &Plan, people: impl IntoIterator<Item = &'p Person>) -> Vec<&'p Person> {
    let decider = plan.decider().map(|d| d.id.clone());
    people.into_iter().filter(|person| Some(&person.id) != decider.as_ref()).collect()
}

/// Whether a fact is this name: what the pack does not get is named by its fact alone.
fn tells(facts: &BTreeMap<String, Value>, name: &str) -> bool {
    facts.values().any(|value| match value {
        Value::String(text) => text == name,
        Value::Array(all) => all.iter().any(|one| one.as_str() == Some(name)),
        _ => false,
    })
}

/// Whether a recorded file is this entry of the run's folder, or lies in it.
fn is_of(recorded: &str, entry: &str) -> bool {
    Path::new(recorded).components().next().is_some_and(|first| first.as_os_str() == entry)
}
