//! `report-token`: tries the token for its own sake, and writes a report that goes into the evidence pack.

use super::{report, trials, words};
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use protocol::{Fact, Verdict};
use script::{Reach, Row};
use tokens::{Capabilities, Capability, Finding, KeySpec, Offer, Route};
use transcript::FileDigest;

/// Writes down what the token does.
pub(crate) struct ReportToken;

impl Action for ReportToken {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "report-token",
                needs: &[&super::TOKEN],
                makes: &[&super::REPORT],
                states: &[&facts::CAPABILITIES, &facts::REPORT_FILE],
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let found = trials::made(stage)?;
        let info = stage.unlock()?;
        let text = report::of_token(&info, &found, cue.plan.mode);
        let name = format!("token-report-{}.txt", stage.past().entries.len());
        stage.keep(&name, text.as_bytes())?;
        let mut outcome = trials::recorded(&found)
            .fact(&facts::REPORT_FILE, name.as_str())
            .file(FileDigest::of(name, text.as_bytes()))
            .showing(trials::summary(&found));
        for spec in report::KINDS {
            outcome = outcome.showing(routes(&found, spec));
        }
        // What it lacks stands before what it can: that is what the next plan depends on. The lies are at the top already.
        for result in [Finding::Absent, Finding::Works, Finding::RefusedRightly] {
            outcome = outcome.showing(found.list.iter().filter(|c| c.result == result).map(shown));
        }
        Ok(outcome)
    }
}

fn shown(trial: &Capability) -> Fact {
    Fact {
        name: trial.sentence.clone(),
        expected: None,
        observed: words::trial_in_short(trial),
        verdict: if trial.result.is_good() { Verdict::Matches } else { Verdict::Noted },
    }
}

/// What a ceremony could do with a key of this kind on the token: back it up, and wrap it for a cloud.
fn routes(found: &Capabilities, spec: KeySpec) -> [Fact; 2] {
    let (mut against_backup, mut inside, mut host) = (None, Vec::new(), Vec::new());
    for finding in found.routes(spec) {
        let recipe = finding.route.to_string().split(" by ").next().unwrap_or_default().to_owned();
        match (finding.route, finding.offer) {
            (Route::Backup, Offer::Offered) => {}
            (Route::Backup, _) => against_backup = Some(finding.reason),
            (Route::Wrap(..), Offer::Offered) if !inside.contains(&recipe) => inside.push(recipe),
            (Route::Wrap(..), Offer::NeedsApproval) if !inside.contains(&recipe) => host.push(recipe),
            (Route::Wrap(..), _) => {}
        }
    }
    let fact = |name: String, observed: String, good: bool| Fact {
        name,
        expected: None,
        observed,
        verdict: if good { Verdict::Matches } else { Verdict::Noted },
    };
    let backup = words::backup_offered(against_backup.as_deref());
    [
        fact(words::backup_of(spec), backup, against_backup.is_none()),
        fact(words::wrapping_of(spec), words::ways_of_wrapping(&inside, &host), !inside.is_empty()),
    ]
}
