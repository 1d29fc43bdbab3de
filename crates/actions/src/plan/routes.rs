//! `test-plan-routes`: the token is tried, and refused before a key is made where a trial stands against any line.

use crate::cloud::route::{TRIAL_BITS, test};
use crate::plan::lines::{load, orders, way_of};
use crate::plan::words;
use crate::token::route::{Way, is_allowed};
use crate::token::trials;
use engine::{Action, Cue, Halt, Outcome, Room, Stage, WorkWith as _};
use script::{Reach, Row};
use std::collections::BTreeMap;

/// Tries the token for every line of the plan.
pub(crate) struct TestPlanRoutes;

static ROW: Row = Row {
    name: "test-plan-routes",
    needs: &[&super::KEY_PLAN],
    makes: &[&super::PLAN_ROUTES],
    states: &[&facts::CAPABILITIES, &facts::PLAN_ROUTES],
    reach: &[Reach::Token],
    ..Row::PLAIN
};

impl Action for TestPlanRoutes {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let lines = load(&*stage)?;
        let found = trials::made(stage)?;
        let (mut against, mut because) = (Vec::new(), None);
        // Whether this computer's memory would help, which it does not for a backup.
        let mut mendable = !is_allowed(cue.plan);
        let mut routes: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for line in &lines {
            let way = found
                .allows_backup_of(line.spec)
                .map_err(|why| {
                    mendable = false;
                    words::cannot_be_backed_up(&why)
                })
                .and_then(|()| Way::of(cue, &found, line.spec, line.recipe));
            match way {
                Ok((way, rung)) => {
                    if way == Way::ThroughHost {
                        because.get_or_insert_with(|| Way::against(&found, line.spec, Some(line.recipe)));
                    }
                    routes.entry(rung.word().to_owned()).or_default().push(line.number());
                }
                Err(why) => against.push(format!("{}: {why}", line.says())),
            }
        }
        if !against.is_empty() {
            return Err(words::no_route(&against, lines.len(), mendable).into());
        }
        let orders = orders(&lines);
        for (n, (line, _)) in orders.iter().enumerate() {
            let doing = words::trying(n + 1, orders.len(), &line.says());
            let (order, way) = (line.order, way_of(&routes, line.number()));
            stage.work(&doing, words::A_FEW_SECONDS, |token| test(token, way, &order, TRIAL_BITS))?;
        }
        let by_rung: Vec<_> = routes.iter().map(|(rung, lines)| words::leave_by(rung, lines.len())).collect();
        let recorded = trials::recorded(&found);
        let recorded = match because {
            Some(why) => recorded.fact(&facts::HOST_MEMORY_BECAUSE, why),
            None => recorded,
        };
        Ok(recorded
            .fact(&facts::PLAN_ROUTES, routes)
            .showing(trials::summary(&found))
            .showing(by_rung)
            .shows(words::kinds_tried(orders.len())))
    }
}
