//! What players see: the frame, the growing record, the end.

use super::{Ended, Engine, record};
use crate::digest;
use crate::plan::{Plan, Planned};
use protocol::{
    ActView, Fact, FinishedView, FromRoom, ObligationView, RecordLine, RunState, RunView, StepOutline,
    StepState, Verdict,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::Kind;

impl Engine<'_> {
    pub(crate) fn show_record(&mut self) {
        let new: Vec<RecordLine> =
            self.journal.entries().iter().skip(self.shown).map(|e| record_line(&self.plan, e)).collect();
        self.shown = self.journal.entries().len();
        for line in new {
            self.player.show(FromRoom::Recorded { line });
        }
    }

    pub(super) fn show_run(&mut self) {
        self.show_record();
        let run = self.run_view();
        self.player.show(FromRoom::Run { run });
    }

    fn run_view(&self) -> RunView {
        let closes = |id: &str| {
            self.plan
                .steps
                .iter()
                .find(|s| record::closed_by(s).iter().any(|c| c == id))
                .map(|s| s.view.say.clone())
        };
        RunView {
            run: self.run.clone(),
            title: self.plan.script.title.clone(),
            mode: self.plan.mode,
            hash_words: protocol::words_of(
                digest::sha256(self.plan.text.as_bytes()).get(..4).unwrap_or_default(),
            ),
            acts: acts(&self.plan, |n| match n.cmp(&self.at) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Now,
                std::cmp::Ordering::Greater => StepState::Ahead,
            }),
            obligations: self
                .journal
                .open_obligations()
                .into_iter()
                .map(|o| ObligationView { closed_by: closes(&o.id), id: o.id, says: o.says })
                .collect(),
            // A wrapping key may have no end, and the record says so in words.
            deadline: self.fact("valid-to-utc").filter(|end| OffsetDateTime::parse(end, &Rfc3339).is_ok()),
            entries: u32::try_from(self.journal.entries().len()).unwrap_or(u32::MAX),
        }
    }

    /// What players show at the end.
    pub fn finished(&self, ended: &Ended) -> FinishedView {
        let noted = |(name, key): (&str, &str)| {
            self.fact(key).map(|observed| Fact {
                name: name.to_owned(),
                expected: None,
                observed,
                verdict: Verdict::Noted,
            })
        };
        let made = [
            ("Master key", "key-label"),
            ("Check value", "check-value"),
            ("Keys of the plan", "plan-keys"),
            ("Share set", "share-set"),
            ("Wrapped for", "key-arn"),
            ("Wrapped for", "cloud-key"),
            ("Route", "rung"),
            ("Bundle on the medium", "medium-folder"),
            ("Receipt for", "receipt-key"),
            ("Key material, as AWS names it", "key-material-id"),
            ("Quorum", "quorum-tested"),
            ("Restore blob, SHA-256", "restore-blob-sha256"),
            ("On the online team's medium", "handed-over-folder"),
        ];
        let (state, pack) = match ended {
            Ended::Closed(pack) => (RunState::Closed, Some(pack.display().to_string())),
            Ended::Abandoned(pack) => (RunState::Abandoned, pack.as_ref().map(|p| p.display().to_string())),
            Ended::Stopped => (RunState::Open, None),
        };
        FinishedView {
            run: self.run.clone(),
            title: self.plan.script.title.clone(),
            mode: self.plan.mode,
            state,
            pack,
            made: made.into_iter().filter_map(noted).collect(),
            head: (state != RunState::Open).then(|| protocol::ReadAloud::of(&self.journal.head().chain)),
            next: self.next_for(ended),
            verified: None,
        }
    }

    /// What has to happen after the play, and by whom.
    fn next_for(&self, ended: &Ended) -> Vec<String> {
        let made = |fact: &str| self.fact(fact).is_some();
        match ended {
            Ended::Stopped => vec![format!("Go on later: coffer resume {}", self.run)],
            Ended::Abandoned(pack) => {
                let mut next = vec!["Nothing this ceremony made may be used.".to_owned()];
                if let Some(label) = self.fact("key-label") {
                    next.push(format!(
                        "The key {label} is still in the token: delete it with the token's own tool, two people present."
                    ));
                }
                if made("plan-announced-label") {
                    next.push(
                        "The plan's keys that were made are still in the token: delete them with the token's own tool, two \
                         people present. The record names each."
                            .to_owned(),
                    );
                }
                if made("share-set") {
                    next.push("Destroy every share sheet written, and the wrapped backup file.".to_owned());
                }
                next.push(
                    if pack.is_some() {
                        "Keep the signed record: it says what was given up, and why."
                    } else {
                        "The record could not be signed. Keep it as it is, and its head on paper."
                    }
                    .to_owned(),
                );
                next
            }
            Ended::Closed(_) => {
                let mut next = Vec::new();
                if made("medium-folder") {
                    next.push(
                        "The online team runs import.sh or import.ps1 from the medium, and brings receipt.json back."
                            .to_owned(),
                    );
                    next.push("Read the receipt here: begin the ceremony byok-receipt.".to_owned());
                }
                if made("share-set") {
                    next.push(
                        "Keep the wrapped backup file and the share sheets apart from each other.".to_owned(),
                    );
                }
                if let Some(file) = self.fact("old-file-to-destroy") {
                    next.push(format!(
                        "Destroy every copy of {file}, and each old sheet that is owed or found."
                    ));
                }
                next.push("Keep the transcript's head on paper, away from this workstation.".to_owned());
                next
            }
        }
    }
}

fn outline(step: &Planned, state: StepState) -> StepOutline {
    StepOutline {
        id: step.id.clone(),
        number: step.view.number,
        say: step.view.say.clone(),
        why: step.view.why.clone(),
        actor: step.actor.name.clone(),
        confirmer: step.confirmer.as_ref().map(|c| c.name.clone()),
        irreversible: step.view.irreversible,
        seconds: step.view.seconds,
        state,
    }
}

fn acts(plan: &Plan, state: impl Fn(usize) -> StepState) -> Vec<ActView> {
    let mut acts: Vec<ActView> = Vec::new();
    for (n, step) in plan.steps.iter().enumerate() {
        if acts.last().is_none_or(|a| a.title != step.act_title) {
            acts.push(ActView { title: step.act_title.clone(), steps: Vec::new() });
        }
        if let Some(act) = acts.last_mut() {
            act.steps.push(outline(step, state(n)));
        }
    }
    acts
}

/// The plan's acts and steps before anything is played.
pub fn outlines(plan: &Plan) -> Vec<ActView> {
    acts(plan, |_| StepState::Ahead)
}

/// One sentence about an entry, with what the step says where it belongs to one.
fn record_line(plan: &Plan, entry: &transcript::Entry) -> RecordLine {
    let said = entry.step.as_ref().and_then(|id| plan.steps.iter().find(|s| s.id == *id));
    let of = said.map_or(String::new(), |s| format!("step {}, {}", s.view.number, s.view.say));
    let text = |name: &str| entry.value(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let says = match entry.kind {
        Kind::Opened => "The record was opened.".to_owned(),
        Kind::Intent => format!("About to do {of}"),
        Kind::Outcome => format!("Done: {of}"),
        Kind::Failed => format!("Did not come to its end ({}): {of}", text("code")),
        Kind::Checkpoint => "The record so far was signed.".to_owned(),
        Kind::Resumed => "The ceremony was resumed.".to_owned(),
        Kind::TakenBack => format!("Taken back: {}.", text("because")),
        Kind::Exception => format!("An exception was raised in {of}"),
        Kind::Note if entry.value("decision").is_some() => format!("Decided: {}.", text("decision")),
        Kind::Note => format!("Noted: {}.", text("note")),
        Kind::Closed => "The ceremony was closed.".to_owned(),
        Kind::Abandoned => "The ceremony was given up.".to_owned(),
    };
    RecordLine {
        seq: u32::try_from(entry.seq).unwrap_or(u32::MAX),
        at: entry.utc.get(11..19).unwrap_or_default().to_owned(),
        says,
        chain: digest::hex(entry.chain.get(..4).unwrap_or_default()),
    }
}
