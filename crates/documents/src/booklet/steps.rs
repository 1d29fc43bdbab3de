//! Acts and steps.

use super::{BookletOf, words};
use crate::page::shown;
use paper::{Block, Step};
use protocol::visible;
use script::Planned;
use std::borrow::Cow;

pub(super) fn section(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    let mut act: Option<&str> = None;
    for step in &of.plan.steps {
        if act != Some(step.act.as_str()) {
            if act.is_none() {
                out.push(Block::NewPage);
            }
            out.push(Block::Heading(2, shown(&step.act_title)));
            act = Some(&step.act);
        }
        out.push(Block::Step(one(step)));
    }
}

fn one(step: &Planned) -> Step<'static> {
    let text = |text: &str| visible(text).into_owned();
    let mut why = vec![words::why(&text(&step.view.why))];
    why.extend(step.view.expect.as_ref().map(|expect| words::expect(&text(expect))));
    why.extend(step.view.otherwise.as_ref().map(|other| words::otherwise(&text(other))));
    if step.view.irreversible {
        why.push(words::IRREVERSIBLE.to_owned());
    }
    if step.view.private {
        why.push(words::PRIVATE.to_owned());
    }
    let confirmer = step.confirmer.as_ref().map(|c| text(&c.name));
    let who = words::who(&text(&step.actor.name), confirmer.as_deref(), step.view.seconds.div_ceil(60));
    Step {
        number: step.view.number.to_string().into(),
        who: who.into(),
        what: text(&step.view.say).into(),
        why: why.join("\n").into(),
        blanks: blanks(step),
    }
}

/// What is written down by hand at a step: what its action says of a device, a key or a bag, what is restated, and initials.
fn blanks(step: &Planned) -> Vec<Cow<'static, str>> {
    let states = |name: &str| step.action.states.iter().any(|fact| fact.called() == name);
    let mut blanks: Vec<Cow<'static, str>> = words::BY_HAND
        .iter()
        .filter(|(fact, _)| states(fact))
        .map(|(_, written)| Cow::from(*written))
        .collect();
    if let Some(restate) = &step.restate {
        blanks.push(shown(&restate.ask));
    }
    let two = step.confirmer.is_some();
    blanks.push(if two { words::INITIALS_OF_TWO } else { words::INITIALS }.into());
    blanks
}
