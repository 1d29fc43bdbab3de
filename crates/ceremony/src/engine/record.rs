//! The record as the ceremony's state: appending to it, and reading from it where the run stands.

use super::{Engine, journal_problem};
use crate::action::Material;
use crate::digest;
use crate::plan::{Plan, Planned};
use protocol::Problem;
use std::collections::BTreeMap;
use transcript::{Draft, Journal, Kind, Level};

impl Engine<'_> {
    /// Appends, and shows the players what was acknowledged. A record that has ended takes no more: what is asked after
    /// that, to write its pack, leaves no entry.
    pub(crate) fn append(&mut self, draft: Draft) -> Result<(), Problem> {
        if self.is_over() {
            return Ok(());
        }
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

    /// Whether the record has ended, either way.
    pub(crate) fn is_over(&self) -> bool {
        self.ended_as(Kind::Closed) || self.ended_as(Kind::Abandoned)
    }

    /// Whether the record names a signing key.
    pub(super) fn can_sign(&self) -> bool {
        self.fact("signing-key-sha256").is_some()
    }

    /// Whether this step failed with that code before.
    pub(crate) fn failed_with(&self, step: &Planned, code: &str) -> bool {
        self.journal.entries().iter().any(|e| {
            e.kind == Kind::Failed
                && e.step.as_deref() == Some(&step.id)
                && e.value("code").and_then(|v| v.as_str()) == Some(code)
        })
    }

    /// How often this step was begun, this time included.
    pub(crate) fn attempts(&self, step: &Planned) -> usize {
        let begun = |e: &&transcript::Entry| e.kind == Kind::Intent && e.step.as_deref() == Some(&step.id);
        self.journal.entries().iter().filter(begun).count()
    }

    /// The first step without an outcome, as a replay finds it.
    pub(super) fn stands(&self) -> usize {
        stands(&self.plan, self.journal.entries())
    }

    /// The step after this one, as a replay finds it: a detour leads back to where the script stood.
    pub(super) fn after(&self, at: usize) -> usize {
        let stands = self.stands();
        if stands == at { at + 1 } else { stands }
    }

    /// Goes back to read other import parameters. Before they were compared that is the plain way back; later, only
    /// those steps are played again, and the script then goes on where it stands.
    pub(super) fn read_other_parameters(&mut self) -> Result<(), Problem> {
        let Some((first, last)) = self.parameters_steps() else { return Ok(()) };
        let mut standing = Standing::default();
        for entry in self.journal.entries() {
            standing.take(&self.plan, entry);
        }
        let then = standing.detour.map(|(_, then)| then).or((self.at > last).then_some(self.at));
        self.take_back(first, "other import parameters are read, by decision", then.map(|then| (last, then)))
    }

    /// The first and the last step of taking in import parameters.
    pub(super) fn parameters_steps(&self) -> Option<(usize, usize)> {
        let makes = |m: Material| self.plan.steps.iter().position(|s| s.action.makes.contains(&m));
        Some((makes(Material::Parameters)?, makes(Material::ComparedKey)?))
    }

    /// Whether other import parameters can be taken in at this step: they were read, and nothing was wrapped yet.
    pub(super) fn takes_other_parameters(&self, step: &Planned) -> bool {
        let bundle = self.plan.steps.iter().position(|s| s.action.makes.contains(&Material::Bundle));
        let here = self.plan.steps.iter().position(|s| s.id == step.id);
        // While shares lie in the room's memory, a detour could not come back to them after a crash.
        let at_rest = self.backup_begins().is_none();
        match (self.parameters_steps(), bundle, here) {
            (Some((first, _)), Some(bundle), Some(here)) => at_rest && first < here && here <= bundle,
            _ => false,
        }
    }

    /// The newest digest of each file that the record names and that was not removed since, by recorded name.
    pub(crate) fn recorded_files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for entry in self.journal.entries() {
            files.extend(entry.files.iter().map(|f| (f.name.clone(), f.sha256.clone())));
            for name in entry.value("removed-files").and_then(|v| v.as_array()).into_iter().flatten() {
                files.remove(name.as_str().unwrap_or_default());
            }
        }
        files
    }

    /// A file of the run's folder, by its recorded name, exactly as the record has it: what lies on a disk can be
    /// changed between two steps.
    pub(crate) fn kept(&self, name: &str) -> Result<Vec<u8>, Problem> {
        self.kept_of(&self.recorded_files(), name)
    }

    /// The same where many files are read: `recorded` is what [`Engine::recorded_files`] gave.
    pub(crate) fn kept_of(
        &self,
        recorded: &BTreeMap<String, String>,
        name: &str,
    ) -> Result<Vec<u8>, Problem> {
        let digest = recorded.get(name).ok_or_else(crate::act::out_of_order)?;
        let path = match name.strip_prefix("bundle/") {
            Some(rest) => {
                let folder = self.fact("bundle-folder").ok_or_else(crate::act::out_of_order)?;
                self.folder.join(folder).join(rest)
            }
            None => self.folder.join(name),
        };
        let bytes = crate::store::read_outside(&path, outside::LARGEST_RECORD)?;
        if digest::sha256_hex(&bytes) == *digest {
            return Ok(bytes);
        }
        Err(Problem::new(
            "file-changed",
            format!("{name} in the run's folder is not the file that the record names."),
            "Nothing was done with it.",
            "Stop: somebody changed the run's folder. Restore it from its copy, or give the ceremony up.",
        ))
    }

    /// The wrapped files of a plan's backup that are in the record and were not removed since.
    pub(crate) fn plan_backups(&self) -> Vec<String> {
        let begins = format!("{}-plan-backup-", self.plan.mode.word());
        self.recorded_files().into_keys().filter(|name| name.starts_with(&begins)).collect()
    }

    /// Removes files of the run's folder, those that are still there.
    pub(crate) fn remove_files(&self, names: &[String]) -> Result<(), Problem> {
        for path in names.iter().map(|name| self.folder.join(name)).filter(|path| path.exists()) {
            std::fs::remove_file(&path).map_err(|e| crate::store::disk(&path, &e))?;
        }
        Ok(())
    }

    /// The step that makes the backup wrapping key, where it was done and its shares are not yet proven.
    pub(super) fn backup_begins(&self) -> Option<usize> {
        let makes = |m: Material| self.plan.steps.iter().position(|s| s.action.makes.contains(&m));
        let (begins, proven) = (makes(Material::BackupKey)?, makes(Material::ProvenBackup)?);
        (begins < self.at && self.at <= proven).then_some(begins)
    }

    /// Takes the script back to an earlier step. What the steps since then owed is owed again when they are played
    /// again, and what they settled is open again. With a detour, only the steps up to its first are played again, and
    /// the script then goes on at its second.
    pub(super) fn take_back(
        &mut self,
        to: usize,
        because: &str,
        detour: Option<(usize, usize)>,
    ) -> Result<(), Problem> {
        let id = |at: usize| self.plan.steps.get(at).map_or(String::new(), |s| s.id.clone());
        let mut back = Draft::new(Kind::TakenBack).fact(Level::Public, "to", id(to)).fact(
            Level::Public,
            "because",
            because,
        );
        if let Some((last, then)) = detour {
            back = back.fact(Level::Public, "up-to", id(last)).fact(Level::Public, "then", id(then));
            self.append(back)?;
            self.at = to;
            return Ok(());
        }
        let owed: Vec<String> = self.journal.open_obligations().into_iter().map(|o| o.id).collect();
        let (closes, opens) = taken_back(&self.plan, to, self.at, &owed);
        back = closes.iter().fold(back, |b, id| b.closes(id));
        back = opens.iter().fold(back, |b, id| b.opens(id, &says(id)));
        let begins = self.plan.steps.iter().position(|s| s.action.makes.contains(&Material::BackupKey));
        if begins.is_some_and(|begins| to <= begins && begins < self.at) {
            back = self.void_backup(back)?;
        }
        self.append(back)?;
        self.at = to;
        Ok(())
    }

    /// The backup made so far is void: its wrapped file is removed, and where a custodian may have written a row, the
    /// sheets of its set have to be destroyed by two people before another backup is made.
    fn void_backup(&self, mut back: Draft) -> Result<Draft, Problem> {
        let made = self.journal.entries().iter().rposition(|e| e.value("share-set").is_some());
        let since = made.map_or(&[][..], |at| self.journal.entries().get(at..).unwrap_or_default());
        let given = |e: &&transcript::Entry| {
            let step = e.step.as_ref().and_then(|id| self.plan.steps.iter().find(|s| s.id == *id));
            e.kind == Kind::Intent && step.is_some_and(|s| s.action.name == "give-share")
        };
        if let Some(set) = self.fact("share-set").filter(|_| since.iter().any(|e| given(&e))) {
            let id = format!("void-sheets-{set}");
            if !self.journal.open_obligations().iter().any(|o| o.id == id) {
                back = back.opens(&id, &says(&id));
            }
        }
        let files: Vec<String> = self.fact("wrapped-backup").into_iter().chain(self.plan_backups()).collect();
        if !files.is_empty() {
            self.remove_files(&files)?;
            back = back.fact(Level::Public, "removed-files", serde_json::json!(files));
        }
        Ok(back)
    }
}

/// What going back from step `at` to step `to` closes (owed by the steps since then) and opens again (settled by them,
/// owed by an earlier one).
pub(crate) fn taken_back(plan: &Plan, to: usize, at: usize, owed: &[String]) -> (Vec<String>, Vec<String>) {
    let since = plan.steps.get(to..=at.min(plan.steps.len().saturating_sub(1))).unwrap_or_default();
    let again: Vec<String> = since.iter().flat_map(|s| opened_by(plan, s)).collect();
    let before: Vec<String> = plan.steps.iter().take(to).flat_map(|s| opened_by(plan, s)).collect();
    let settled: Vec<String> = since.iter().flat_map(closed_by).collect();
    let closes = owed.iter().filter(|id| again.contains(id)).cloned().collect();
    let opens = before.into_iter().filter(|id| settled.contains(id) && !owed.contains(id)).collect();
    (closes, opens)
}

/// The first step of a plan that has no outcome in these entries.
pub fn stands(plan: &Plan, entries: &[transcript::Entry]) -> usize {
    let mut standing = Standing::default();
    for entry in entries {
        standing.take(plan, entry);
    }
    standing.at
}

/// Where a replay of the record stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The step that is due.
    pub(crate) at: usize,
    /// Some steps are played again: after the first of these two, the script goes on at the second.
    pub(crate) detour: Option<(usize, usize)>,
}

impl Standing {
    /// Moves on by one entry.
    pub(crate) fn take(&mut self, plan: &Plan, entry: &transcript::Entry) {
        let place = |id: &str| plan.steps.iter().position(|s| s.id == id);
        let named = |fact: &str| entry.value(fact).and_then(|v| v.as_str()).and_then(place);
        match entry.kind {
            Kind::Outcome | Kind::Closed => {
                let Some(done) = entry.step.as_deref().and_then(place) else { return };
                match self.detour {
                    Some((last, then)) if done == last => *self = Self { at: then, detour: None },
                    _ => self.at = done + 1,
                }
            }
            Kind::TakenBack => {
                self.at = named("to").unwrap_or(self.at);
                self.detour = named("up-to").zip(named("then"));
            }
            _ => {}
        }
    }
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

/// The obligations that a step's outcome closes: `*` and `#` stand for the step's turn, `+` for every turn.
pub(crate) fn closed_by(step: &Planned) -> Vec<String> {
    let each = |id: &&'static str| -> Vec<String> {
        if id.contains('+') {
            (1..=u8::MAX).map(|n| id.replace('+', &n.to_string())).collect()
        } else {
            vec![id.replace(['*', '#'], &step.turn.to_string())]
        }
    };
    step.action.closes.iter().flat_map(each).collect()
}

/// What an obligation owes, in a sentence.
fn says(id: &str) -> String {
    if let Some(n) = id.strip_prefix("share-").and_then(|rest| rest.strip_suffix("-read-back")) {
        return format!("Share {n} has to be read back from its sheet.");
    }
    if let Some(n) = id.strip_prefix("bag-").and_then(|rest| rest.strip_suffix("-resealed")) {
        return format!("The sheet that custodian {n} brought has to be sealed in a bag again.");
    }
    if let Some(n) = id.strip_prefix("yubikey-").and_then(|rest| rest.strip_suffix("-signed")) {
        return format!("The key made on YubiKey {n} has to sign, so that it is known to work.");
    }
    if let Some(n) = id.strip_prefix("custodian-").and_then(|rest| rest.strip_suffix("-opened")) {
        return format!("The key of custodian {n} has to open its share of the security domain.");
    }
    if let Some(set) = id.strip_prefix("void-sheets-") {
        return format!("Every sheet of the void set {set} has to be destroyed, two people present.");
    }
    match id {
        "drill-decided" => "The shares that were brought have to be tried against the backup.",
        "master-key-backed-up" => "The master key has to be backed up, and the backup rebuilt and matched.",
        "plan-backed-up" => "Every key of the plan has to be backed up, and each backup rebuilt and matched.",
        "bundle-on-medium" => "The bundle has to be written to a medium and read back from it.",
        "old-sheets-settled" => {
            "The sheets of the set that is replaced have to be destroyed or accounted for."
        }
        "copies-accounted" => "Two people have to say of each copy of the key where it is.",
        "key-destroyed" => "The key in the token has to be destroyed and seen absent.",
        "rest-destroyed" => "The sheets and files that are left have to be destroyed.",
        "quorum-tested" => "Enough custodians have to open the security domain.",
        "restore-blob-on-medium" => "The restore blob has to be written to a medium and read back from it.",
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
    let hash = |text: &str| digest::sha256_hex(text.as_bytes()).into();
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
