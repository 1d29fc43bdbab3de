//! The record as the ceremony's state: appending to it, and reading from it where the run stands.

use super::{Engine, journal_problem};
use crate::action::Material;
use crate::digest;
use crate::plan::{Plan, Planned};
use protocol::Problem;
use transcript::{Draft, Journal, Kind, Level};

impl Engine<'_> {
    /// Appends, and shows the players what was acknowledged.
    pub(crate) fn append(&mut self, draft: Draft) -> Result<(), Problem> {
        self.journal.append(draft).map_err(journal_problem)?;
        self.show_record();
        Ok(())
    }

    /// Adds where and who to a draft; an outcome also opens and closes what its action does.
    pub(crate) fn placed(&self, draft: Draft, step: &Planned, outcome: bool) -> Draft {
        let mut draft = draft
            .at(&step.act, &step.id)
            .by(&step.actor.role, step.confirmer.as_ref().map(|c| c.role.as_str()));
        if outcome {
            let owed: Vec<String> = self.journal.open_obligations().into_iter().map(|o| o.id).collect();
            for id in opened_by(&self.plan, step) {
                if !owed.contains(&id) {
                    draft = draft.opens(&id, &says(&id));
                }
            }
            for id in closed_by(step) {
                if owed.contains(&id) {
                    draft = draft.closes(&id);
                }
            }
        }
        draft
    }

    /// The newest text fact of that name in the record: how a step learns what an earlier one made.
    pub(crate) fn fact(&self, name: &str) -> Option<String> {
        self.journal
            .entries()
            .iter()
            .rev()
            .find_map(|e| e.value(name))
            .and_then(|v| v.as_str())
            .map(str::to_owned)
    }

    /// The newest fact of that name, whatever its form.
    pub(crate) fn fact_value(&self, name: &str) -> Option<serde_json::Value> {
        self.journal.entries().iter().rev().find_map(|e| e.value(name)).cloned()
    }

    /// Whether an ending of this kind is in the record.
    pub(crate) fn ended_as(&self, kind: Kind) -> bool {
        self.journal.entries().iter().any(|e| e.kind == kind)
    }

    /// The first step without an outcome, as a replay finds it.
    pub(super) fn stands(&self) -> usize {
        stands(&self.plan, self.journal.entries())
    }

    /// Where to go back to: before the first maker of anything lost that a later step still needs.
    pub(super) fn safe_point(&self, stands: usize) -> usize {
        let mut safe = stands;
        loop {
            let lost = |m: &Material| {
                m.is_volatile() && self.plan.steps.iter().skip(safe).any(|s| s.action.needs.contains(m))
            };
            let earlier = self.plan.steps.iter().take(safe).position(|s| s.action.makes.iter().any(&lost));
            match earlier {
                Some(p) if p < safe => safe = p,
                _ => return safe,
            }
        }
    }

    /// The step that makes the backup wrapping key, where it was done and its shares are not yet proven.
    pub(super) fn backup_begins(&self) -> Option<usize> {
        let makes = |m: Material| self.plan.steps.iter().position(|s| s.action.makes.contains(&m));
        let (begins, proven) = (makes(Material::BackupKey)?, makes(Material::ProvenBackup)?);
        (begins < self.at && self.at <= proven).then_some(begins)
    }

    /// Takes the script back to an earlier step, and closes what the steps since then owed: it is owed again when
    /// they are played again.
    pub(super) fn take_back(&mut self, to: usize, because: &str) -> Result<(), Problem> {
        let id = self.plan.steps.get(to).map_or(String::new(), |s| s.id.clone());
        let mut back = Draft::new(Kind::TakenBack).fact(Level::Public, "to", id.as_str()).fact(
            Level::Public,
            "because",
            because,
        );
        let since = self.plan.steps.get(to..=self.at).unwrap_or_default();
        let owed_again: Vec<String> = since.iter().flat_map(|s| opened_by(&self.plan, s)).collect();
        for owed in self.journal.open_obligations() {
            if owed_again.contains(&owed.id) {
                back = back.closes(&owed.id);
            }
        }
        self.append(back)?;
        self.at = to;
        Ok(())
    }
}

/// The first step of a plan that has no outcome in these entries.
pub fn stands(plan: &Plan, entries: &[transcript::Entry]) -> usize {
    let place = |id: &str| plan.steps.iter().position(|s| s.id == id);
    let mut at = 0;
    for entry in entries {
        match entry.kind {
            Kind::Outcome => at = entry.step.as_deref().and_then(place).map_or(at, |p| p + 1),
            Kind::TakenBack => {
                at = entry.value("to").and_then(|v| v.as_str()).and_then(place).unwrap_or(at);
            }
            _ => {}
        }
    }
    at
}

/// The obligations that a step's outcome opens: `*` stands for each share of the set, `#` for the step's turn.
pub(crate) fn opened_by(plan: &Plan, step: &Planned) -> Vec<String> {
    let each = |id: &&'static str| -> Vec<String> {
        if id.contains('*') {
            (1..=plan.number("shares")).map(|n| id.replace('*', &n.to_string())).collect()
        } else {
            vec![id.replace('#', &step.turn.to_string())]
        }
    };
    step.action.opens.iter().filter(|id| !step.action.closes.contains(id)).flat_map(each).collect()
}

/// The obligations that a step's outcome closes: `*` and `#` stand for the step's turn.
pub(crate) fn closed_by(step: &Planned) -> Vec<String> {
    step.action.closes.iter().map(|id| id.replace(['*', '#'], &step.turn.to_string())).collect()
}

/// What an obligation owes, in a sentence.
fn says(id: &str) -> String {
    if let Some(n) = id.strip_prefix("share-").and_then(|rest| rest.strip_suffix("-read-back")) {
        return format!("Share {n} has to be read back from its sheet.");
    }
    if let Some(n) = id.strip_prefix("bag-").and_then(|rest| rest.strip_suffix("-resealed")) {
        return format!("The sheet that custodian {n} brought has to be sealed in a bag again.");
    }
    match id {
        "drill-decided" => "The shares that were brought have to be tried against the backup.",
        "master-key-backed-up" => "The master key has to be backed up, and the backup rebuilt and matched.",
        "bundle-on-medium" => "The bundle has to be written to a medium and read back from it.",
        "receipt-read" => "What the cloud answered has to be read and held against the bundle.",
        _ => "This has to be settled before the end.",
    }
    .to_owned()
}

/// Refuses a plan other than the one the record was opened with: script and roster lie beside it, and what lies on a
/// disk can be changed while the room is closed.
pub(super) fn begun_with(journal: &Journal, plan: &Plan) -> Result<(), Problem> {
    let first = journal.entries().first();
    let same = |name: &str, now: serde_json::Value| first.and_then(|e| e.value(name)) == Some(&now);
    let hash = |text: &str| digest::hex(&digest::sha256(text.as_bytes())).into();
    if same("mode", plan.mode.word().into())
        && same("script-sha256", hash(&plan.text))
        && same("roster-sha256", hash(&plan.roster_text))
        && same("parameters", serde_json::json!(plan.values))
    {
        return Ok(());
    }
    Err(Problem::new(
        "run-changed",
        "The script, roster or parameters beside the record are not the ones it was opened with.",
        "Nothing was added to the record.",
        "Restore the run's folder from its copy, or begin a new ceremony.",
    ))
}
