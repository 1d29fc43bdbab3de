//! Whether a record follows its script: an auditor's replay of the entries against the plan they were played from.

mod key_plan;

use crate::act::people::everyone;
use crate::act::route;
use crate::action::Hands;
use crate::approval;
use crate::engine::{SIGN_OF_LIFE, Standing, closed_by, opened_by, taken_back};
use crate::plan::{Plan, Planned, script_hash};
use crate::roster::Person;
use key_plan::{plan_drilled, plan_in_pack};
pub(crate) use key_plan::{plan_filled, plan_lines};
use outside::LARGEST_RECORD;
use std::fmt;
use std::path::Path;
use transcript::{Entry, Head, Kind, Reading};

mod copies;

/// Where a record departs from what any play of its script could have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The first entry that does.
    pub entry: Option<u64>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some(seq) => write!(f, "entry {seq} does not follow the script: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

/// Replays an evidence pack's record against the script and the people in it. `None` for a shortened copy, which has no
/// script.
pub fn pack(folder: &Path) -> Result<Option<(Plan, Vec<Entry>)>, Departure> {
    let departs = |why: String| Departure { entry: None, why };
    let read = |name: &str| outside::text(&folder.join(name), LARGEST_RECORD);
    let (Ok(script), Ok(roster)) = (read("script.toml"), read("roster.toml")) else { return Ok(None) };
    let record = outside::read(&folder.join("transcript.jsonl"), LARGEST_RECORD)
        .map_err(|e| departs(format!("transcript.jsonl {e}")))?;
    let entries = Reading::of(&record).entries;
    let first = entries.first();
    let values = first
        .and_then(|e| e.value("parameters"))
        .and_then(|v| serde_json::from_value(v.clone()).ok())
        .unwrap_or_default();
    let plan = Plan::of_record(&script, &roster, &values).map_err(|found| {
        let first = found.into_iter().next().map(|p| p.happened).unwrap_or_default();
        departs(format!("the script in the pack cannot be played: {first}"))
    })?;
    let people: Vec<_> = plan.roster.people.iter().map(|p| (p.id.as_str(), [&p.name, &p.role])).collect();
    // Withheld in a copy for a reader, who then does not get the roster either.
    if first.and_then(|e| e.value("people")) != Some(&serde_json::json!(people)) {
        return Err(departs("roster.toml names other people than the record".to_owned()));
    }
    follows(&plan, &entries)?;
    plan_in_pack(folder, &entries)?;
    Ok(Some((plan, entries)))
}

/// Walks the entries beside the plan.
pub fn follows(plan: &Plan, entries: &[Entry]) -> Result<(), Departure> {
    let mut replay = Replay {
        plan,
        standing: Standing::default(),
        begun: false,
        owed: Vec::new(),
        signed: true,
        mode: text_of(entries.first(), "mode"),
        run: text_of(entries.first(), "run"),
        heads: Vec::new(),
        approved: Vec::new(),
    };
    let mut before: Option<&Entry> = None;
    for entry in entries {
        replay.take(entry, before).map_err(|why| Departure { entry: Some(entry.seq), why })?;
        before = Some(entry);
    }
    let closed = entries.iter().any(|e| e.kind == Kind::Closed);
    if closed && replay.standing.at < plan.steps.len() {
        let why = format!("it was closed before {}", replay.name());
        return Err(Departure { entry: entries.last().map(|e| e.seq), why });
    }
    host_memory_was_agreed(plan, entries)?;
    plan_filled(entries, closed)?;
    plan_drilled(entries)?;
    copies::asked_for(entries)?;
    same_key_throughout(entries)
}

/// A key that went through the computer's memory did so because the plan allowed it and somebody agreed.
fn host_memory_was_agreed(plan: &Plan, entries: &[Entry]) -> Result<(), Departure> {
    let through = |e: &Entry, fact: &str| text_of(Some(e), fact) == tokens::Rung::HostMemory.word();
    let went = |e: &&Entry| e.kind == Kind::Outcome && (through(e, "rung") || through(e, "backup-rung"));
    for entry in entries.iter().filter(went) {
        let allowed = plan.value(route::PARAMETER) == route::WITH_APPROVAL;
        if !allowed || text_of(Some(entry), "host-memory-approved-by").is_empty() {
            let why = "the key went through the computer's memory, and nobody agreed to that".to_owned();
            return Err(Departure { entry: Some(entry.seq), why });
        }
    }
    Ok(())
}

/// The check value of what was rebuilt, wrapped or drilled is that of the key that was made or backed up.
fn same_key_throughout(entries: &[Entry]) -> Result<(), Departure> {
    let mut made: Option<&str> = None;
    let mut drilled: Option<&str> = None;
    for entry in entries {
        let text = |name: &str| entry.value(name).and_then(|v| v.as_str());
        made = text("check-value").or(made);
        drilled = text("drill-check-value").or(drilled);
        // An earlier ceremony's key that is restored or found is that key and no other.
        let from_earlier = text("restored-check-value").or(text("found-check-value")).is_some();
        let of_earlier = if from_earlier { drilled } else { text("check-value") };
        for (name, expected) in [
            ("rebuilt-check-value", made),
            ("wrapped-check-value", made),
            ("drilled-check-value", drilled),
            ("restored-check-value", drilled),
            ("found-check-value", drilled),
            ("destroyed-check-value", drilled),
            ("check-value", of_earlier),
        ] {
            if text(name).is_some_and(|found| Some(found) != expected) {
                return Err(Departure {
                    entry: Some(entry.seq),
                    why: format!("its {name} is not that of the key this ceremony is about"),
                });
            }
        }
    }
    Ok(())
}

/// Whether an entry keeps a statement that a person signed with their own YubiKey.
pub fn is_approval(entry: &Entry) -> bool {
    entry.kind == Kind::Note && entry.value(approval::FACT).is_some()
}

/// A text fact of an entry; empty where there is none.
fn text_of(entry: Option<&Entry>, name: &str) -> String {
    entry.and_then(|e| e.value(name)).and_then(|v| v.as_str()).unwrap_or_default().to_owned()
}

struct Replay<'p> {
    plan: &'p Plan,
    mode: String,
    run: String,
    /// The record's heads since the last entry that was more than a sign of life.
    heads: Vec<Head>,
    /// Who signed with a YubiKey in this attempt at the step, each as often as they did, since its intent where that was
    /// written; a decision uses one up.
    approved: Vec<String>,
    standing: Standing,
    /// Whether the step that is due was begun.
    begun: bool,
    owed: Vec<String>,
    /// Whether nothing that was done is still without a signature over it.
    signed: bool,
}

impl Replay<'_> {
    fn name(&self) -> String {
        let step = self.plan.steps.get(self.standing.at);
        step.map_or_else(|| "the end".to_owned(), |s| format!("the step {:?}", s.id))
    }

    fn due(&self) -> Option<&Planned> {
        self.plan.steps.get(self.standing.at)
    }

    fn take(&mut self, entry: &Entry, before: Option<&Entry>) -> Result<(), String> {
        self.known_and_by_its_people(entry)?;
        match entry.kind {
            Kind::Opened => self.opened(entry)?,
            Kind::Intent => self.intent(entry)?,
            Kind::Outcome | Kind::Closed => self.outcome(entry)?,
            Kind::TakenBack => self.taken_back(entry, before)?,
            Kind::Exception => {
                let own = format!("exception-{}", entry.seq);
                moves(entry, &[own], &[])?;
            }
            Kind::Note => self.note(entry)?,
            Kind::Failed | Kind::Resumed => {
                moves(entry, &[], &[])?;
                self.attempt_ends();
            }
            Kind::Checkpoint => self.signed = true,
            Kind::Abandoned => moves(entry, &[], &[])?,
        }
        if text_of(Some(entry), "note") != SIGN_OF_LIFE {
            self.heads.clear();
        }
        self.heads.push(Head { entries: entry.seq, chain: entry.chain });
        self.standing.take(self.plan, entry);
        self.owed.retain(|id| !entry.closes.contains(id));
        self.owed.extend(entry.opens.iter().map(|o| o.id.clone()));
        Ok(())
    }

    /// A step of the script, by the roles that the script says.
    fn known_and_by_its_people(&self, entry: &Entry) -> Result<(), String> {
        let Some(id) = &entry.step else { return Ok(()) };
        let Some(planned) = self.plan.steps.iter().find(|s| s.id == *id) else {
            return Err(format!("it names the step {id:?}, which the script does not have"));
        };
        let confirmer = planned.confirmer.as_ref().map(|c| &c.role);
        if entry.actor.as_ref() == Some(&planned.actor.role) && entry.confirmer.as_ref() == confirmer {
            return Ok(());
        }
        Err(format!("other roles acted in {id:?} than the script says"))
    }

    fn opened(&self, entry: &Entry) -> Result<(), String> {
        let said = entry.value("script-sha256").and_then(|v| v.as_str());
        if said != Some(crate::digest::hex(&script_hash(&self.plan.text)).as_str()) {
            return Err("it names another script by its hash".to_owned());
        }
        if entry.value("parameters") != Some(&serde_json::json!(self.plan.values)) {
            return Err("it was opened with other parameters".to_owned());
        }
        moves(entry, &[], &[])
    }

    fn intent(&mut self, entry: &Entry) -> Result<(), String> {
        let due = self.due();
        if entry.step != due.map(|s| s.id.clone()) {
            return Err(format!("the step due here is {}", self.name()));
        }
        // The record is signed before the first step of each act.
        let starts_act = due.is_some_and(|step| {
            self.plan.steps.iter().find(|s| s.act == step.act).is_some_and(|first| first.id == step.id)
        });
        if starts_act && !self.signed {
            return Err("the act before it was not signed".to_owned());
        }
        if let Some(step) = due.filter(|s| matches!(s.action.hands, Hands::One | Hands::Two)) {
            self.approved_by([Some(&step.actor), step.confirmer.as_ref()].into_iter().flatten())?;
        }
        self.approved.clear();
        self.begun = true;
        moves(entry, &[], &[])
    }

    fn outcome(&mut self, entry: &Entry) -> Result<(), String> {
        let Some(step) = self.due().filter(|s| self.begun && entry.step.as_ref() == Some(&s.id)) else {
            return Err(format!("no intent of {} comes before it", self.name()));
        };
        if (entry.kind == Kind::Closed) != (step.action.name == "close") {
            return Err("only the step that closes ends the record".to_owned());
        }
        let opens: Vec<String> =
            opened_by(self.plan, step).into_iter().filter(|id| !self.owed.contains(id)).collect();
        let closes: Vec<String> = closed_by(step).into_iter().filter(|id| self.owed.contains(id)).collect();
        moves(entry, &opens, &closes)?;
        match step.action.hands {
            Hands::OneInside if matches!(step.action.name, "attend" | "agree") => {
                self.approved_by(everyone(self.plan).iter())?;
            }
            Hands::OneInside => self.approved_by([&step.actor].into_iter())?,
            Hands::TwoInside => {
                self.approved_by([Some(&step.actor), step.confirmer.as_ref()].into_iter().flatten())?;
            }
            Hands::One | Hands::Two => {}
        }
        self.approved.clear();
        self.begun = false;
        // From the step that names the signing key on, what is done has to be signed.
        let names_key = entry.value("signing-key-sha256").is_some();
        let named = self.plan.steps.iter().position(|s| s.action.name == "signing-key");
        self.signed = !(names_key || named.is_some_and(|at| at < self.standing.at));
        Ok(())
    }

    /// A step back comes after a decision or a resume, to a step that was reached, and moves what it must.
    fn taken_back(&mut self, entry: &Entry, before: Option<&Entry>) -> Result<(), String> {
        let decided = before.is_some_and(|b| {
            b.kind == Kind::Resumed
                || (b.kind == Kind::Note
                    && matches!(b.value("decision").and_then(|v| v.as_str()), Some("back" | "parameters")))
        });
        if !decided {
            return Err("nobody decided to go back, and nothing was resumed".to_owned());
        }
        let to = entry.value("to").and_then(|v| v.as_str());
        let Some(to) = self.plan.steps.iter().position(|s| Some(s.id.as_str()) == to) else {
            return Err("it goes back to a step that the script does not have".to_owned());
        };
        if to > self.standing.at {
            return Err("it goes back to a step that was not reached".to_owned());
        }
        self.attempt_ends();
        if entry.value("up-to").is_some() {
            return moves(entry, &[], &[]);
        }
        let (closes, mut opens) = taken_back(self.plan, to, self.standing.at, &self.owed);
        // Sheets of a void set are owed their destruction; that is more than the steps themselves owe.
        let void = entry.opens.iter().map(|o| &o.id).filter(|id| id.starts_with("void-sheets-"));
        opens.extend(void.cloned());
        moves(entry, &opens, &closes)
    }

    /// A note settles an exception by a decision, or a void set by its destruction, and nothing else. Where it holds a
    /// person's approval, that has to verify.
    fn note(&mut self, entry: &Entry) -> Result<(), String> {
        let may = |id: &String| {
            (id.starts_with("exception-") && entry.value("decided-by").is_some())
                || (id.starts_with("void-sheets-") && entry.value("note").is_some())
        };
        if let Some(other) = entry.closes.iter().find(|id| !may(id)) {
            return Err(format!("a note cannot settle {other:?}"));
        }
        let who = approval::read(entry, &self.plan.roster, &self.mode, &self.run, &self.heads)?;
        self.approved.extend(who);
        if let Some(decision) = entry.value("decision") {
            // This one signature is used up; what others signed for the step itself still stands where it goes on.
            let decider = self.plan.decider();
            self.approved_by(decider.into_iter())?;
            if let Some(used) = self.approved.iter().rposition(|id| decider.is_some_and(|d| d.id == *id)) {
                self.approved.remove(used);
            }
            if decision.as_str() != Some("go-on") {
                self.attempt_ends();
            }
        }
        moves(entry, &[], &entry.closes)
    }

    /// What was signed in an attempt that came to nothing is signed again in the next one: nobody approved that.
    fn attempt_ends(&mut self) {
        self.begun = false;
        self.approved.clear();
    }

    /// Of these people, each who signs with a YubiKey has signed. A passphrase leaves nothing that could be checked here.
    fn approved_by<'a>(&self, mut people: impl Iterator<Item = &'a Person>) -> Result<(), String> {
        let missing = people.find(|p| p.yubikey.is_some() && !self.approved.contains(&p.id));
        missing.map_or(Ok(()), |p| Err(format!("{} did not sign for it with their YubiKey", p.name)))
    }
}

/// The entry opens and closes exactly these.
fn moves(entry: &Entry, opens: &[String], closes: &[String]) -> Result<(), String> {
    let found: Vec<&String> = entry.opens.iter().map(|o| &o.id).collect();
    for (what, found, expected) in
        [("opens", found, opens), ("settles", entry.closes.iter().collect(), closes)]
    {
        if let Some(extra) = found.iter().find(|id| !expected.contains(id)) {
            return Err(format!("it {what} {extra:?}, which it may not"));
        }
        if let Some(missing) = expected.iter().find(|id| !found.contains(id)) {
            return Err(format!("it does not say that it {what} {missing:?}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
