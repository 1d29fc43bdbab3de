//! What Home and Review show: the scripts that ship, the ceremonies on this workstation, and what this machine should
//! mend before a production ceremony.

use super::{ledger, words};
use crate::desk::{Desk, REHEARSAL_ROSTER, SHIPPED, Wanted, warnings};
use actions::REPERTOIRE;
use engine::outlines;
use estate::record_until;
use protocol::{
    Choice, HomeView, Mode, ParameterView, Problem, ReadAloud, ReviewView, RoleView, RunCard, RunState,
    ScriptCard,
};
use script::{Plan, Script};
use std::collections::BTreeMap;
use store::Store;
use transcript::{Kind, Reading};

impl Desk {
    pub(crate) fn home(&self) -> HomeView {
        let scripts = SHIPPED
            .iter()
            .filter_map(|shipped| {
                let script = Script::parse(shipped.text).ok()?;
                let values = BTreeMap::new();
                let plan =
                    Plan::make(shipped.text, REHEARSAL_ROSTER, Mode::Rehearsal, &values, &REPERTOIRE).ok()?;
                Some(ScriptCard {
                    name: shipped.name().to_owned(),
                    title: script.title,
                    purpose: script.purpose,
                    minutes: minutes(&plan),
                    people: people(&plan),
                })
            })
            .collect();
        let runs = [Mode::Rehearsal, Mode::Production].into_iter().flat_map(|m| self.runs(m)).collect();
        let (due, keys) = ledger::of(self);
        HomeView {
            scripts,
            runs,
            due,
            keys,
            warnings: warnings(),
            state_folder: self.state.display().to_string(),
        }
    }

    pub(super) fn runs(&self, mode: Mode) -> Vec<RunCard> {
        let Ok(store) = self.store(mode) else { return Vec::new() };
        store.runs().into_iter().map(|run| self.card(&store, run)).collect()
    }

    fn card(&self, store: &Store, run: String) -> RunCard {
        let folder = store.folder.join("runs").join(&run);
        let pack = folder.join(format!("{}-evidence", store.mode.word()));
        let script = outside::text(&folder.join("script.toml"), crate::desk::LARGEST_TEXT)
            .ok()
            .and_then(|t| Script::parse(&t).ok());
        let record = Reading::of(&crate::desk::record_in(&folder).unwrap_or_default());
        let (state, stands) = match (&record.bad, record.ended) {
            (Some((seq, why)), _) => (RunState::Damaged, words::does_not_verify(*seq, why)),
            (None, _) if record.entries.is_empty() => (RunState::Damaged, words::NOTHING_RECORDED.to_owned()),
            (None, Some(Kind::Abandoned)) => (RunState::Abandoned, words::GIVEN_UP.to_owned()),
            (None, Some(_)) if pack.is_dir() => (RunState::Closed, words::CLOSED.to_owned()),
            (None, Some(_)) => (RunState::Open, words::PACK_TO_BE_WRITTEN.to_owned()),
            (None, None) => (RunState::Open, self.stands(&run, store.mode, &record)),
        };
        let over = matches!(state, RunState::Closed | RunState::Abandoned);
        RunCard {
            kept_until: record.entries.last().filter(|_| over).and_then(|last| record_until(&last.utc)),
            begun: record.entries.first().map_or(String::new(), |e| e.utc.clone()),
            title: script.as_ref().map_or_else(|| "unreadable".to_owned(), |s| s.title.clone()),
            script: script.map(|s| s.name),
            mode: store.mode,
            state,
            stands,
            pack: [pack, folder.join(format!("{}-abandoned-evidence", store.mode.word()))]
                .into_iter()
                .find(|p| p.is_dir())
                .map(|p| p.display().to_string()),
            run,
        }
    }

    /// "step 7 of 23: …", from the record.
    fn stands(&self, run: &str, mode: Mode, record: &Reading) -> String {
        match self.plan_of(run, mode) {
            Ok(begun) => {
                let steps = &begun.plan.steps;
                let at = engine::stands(&begun.plan, &record.entries);
                let say = steps.get(at).map_or("the end", |s| s.view.say.as_str());
                format!("step {} of {}: {say}", (at + 1).min(steps.len()), steps.len())
            }
            Err(p) => p.happened,
        }
    }

    /// A script as it would be played, with whatever stands against playing it.
    pub(crate) fn review(wanted: &Wanted<'_>) -> Result<ReviewView, Problem> {
        let text = Self::script(wanted.script)?;
        let script = Script::parse(&text)?;
        let planned = wanted.plan_or_all();
        let parameters = script
            .parameters
            .iter()
            .map(|p| ParameterView {
                name: p.name.clone(),
                title: p.title.clone(),
                help: p.help.clone(),
                value: wanted.values.get(&p.name).unwrap_or(&p.default).clone(),
                choices: p
                    .choices
                    .iter()
                    .map(|c| Choice { id: c.clone(), title: c.clone(), note: None, refused: None })
                    .collect(),
                least: p.least,
                most: p.most,
            })
            .collect();
        let values = script.parameters.iter().map(|p| {
            let value = wanted.values.get(&p.name).unwrap_or(&p.default);
            (p.name.clone(), value.clone())
        });
        let values = values.collect();
        let plan = planned.as_ref().ok();
        let roles = script
            .roles
            .iter()
            .map(|r| RoleView {
                role: r.role.clone(),
                title: r.title.clone(),
                duty: r.duty.clone(),
                people: plan.map_or(Vec::new(), |p| {
                    let need = script::people_of(r, &p.values);
                    let fill = p.roster.of_role(&r.role).into_iter().take(need);
                    fill.map(|person| script::person_view(&script, person)).collect()
                }),
                apart_from: r.apart_from.clone(),
            })
            .collect();
        Ok(ReviewView {
            name: wanted.script.to_owned(),
            title: script.title.clone(),
            purpose: script.purpose.clone(),
            hash: ReadAloud::of(&script::script_hash(&text)),
            parameters,
            rosters: Vec::new(),
            roles,
            acts: plan.map_or(Vec::new(), outlines),
            materials: script.materials.clone(),
            to_fetch: actions::cloud::to_fetch(&script, &values).map(str::to_owned),
            makes: script.makes.clone(),
            minutes: plan.map_or(0, minutes),
            notices: script
                .notices
                .iter()
                .cloned()
                .chain(plan.and_then(|plan| script::custody::notice(plan, &REPERTOIRE)))
                .collect(),
            tasks: Vec::new(),
            problems: planned.err().unwrap_or_default(),
        })
    }
}

fn minutes(plan: &Plan) -> u32 {
    plan.steps.iter().map(|s| s.view.seconds).sum::<u32>().div_ceil(60)
}

fn people(plan: &Plan) -> u32 {
    let all = plan.script.roles.iter().map(|r| script::people_of(r, &plan.values)).sum::<usize>();
    u32::try_from(all).unwrap_or(0)
}
