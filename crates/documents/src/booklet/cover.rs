//! The cover: what is done, by whom, and what each brings.

use super::{BookletOf, words};
use crate::page::{read_aloud, shown};
use paper::{Block, Column, Flow, FlowBox};
use protocol::{Mode, visible};
use script::{Person, Role};
use std::borrow::Cow;

pub(super) fn page(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    let script = &of.plan.script;
    out.push(Block::Heading(1, shown(&script.title)));
    if of.plan.mode == Mode::Rehearsal {
        out.push(Block::Framed(words::REHEARSAL.into()));
    }
    out.push(Block::Text(shown(&script.purpose)));
    out.push(Block::Facts(vec![
        (words::SCRIPT.into(), words::script(&visible(&script.name), script.version).into()),
        (words::STEPS.into(), of.plan.steps.len().to_string().into()),
        (words::MINUTES.into(), words::minutes(minutes(of)).into()),
        (words::APPROVED.into(), approved(of).into()),
    ]));
    out.push(Block::Blanks(vec![(words::HELD_ON.into(), 1), (words::HELD_AT.into(), 1)]));
    hash(of, out);
    people(of, out);
    brings(of, out);
    room(of, out);
    before(of, out);
}

/// How long all steps take by the script, in minutes.
fn minutes(of: &BookletOf<'_>) -> u32 {
    of.plan.steps.iter().map(|s| s.view.seconds).sum::<u32>().div_ceil(60)
}

fn approved(of: &BookletOf<'_>) -> String {
    match (of.plan.mode, of.approved) {
        (_, Some(by)) => visible(by).into_owned(),
        (Mode::Rehearsal, None) => words::NO_APPROVAL_NEEDED.to_owned(),
        (Mode::Production, None) => words::NOT_APPROVED.to_owned(),
    }
}

fn hash(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::HASH.into()));
    out.push(Block::Text(words::HASH_SAYS.into()));
    out.push(read_aloud(&script::script_hash(&of.plan.text)));
}

fn of_role<'p>(of: &'p BookletOf<'_>, role: &Role) -> Vec<&'p Person> {
    let many = script::people_of(role, &of.plan.values);
    of.plan.roster.of_role(&role.role).into_iter().take(many).collect()
}

fn people(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::WHO.into()));
    let row = |role: &Role| {
        let names: Vec<String> = of_role(of, role).iter().map(|p| visible(&p.name).into_owned()).collect();
        vec![shown(&role.title), names.join("\n").into(), shown(&role.duty)]
    };
    out.push(Block::Table(
        vec![Column::new(words::ROLE, 24), Column::new(words::NAME, 30), Column::new(words::DUTY, 46)],
        of.plan.script.roles.iter().map(row).collect(),
    ));
}

/// What lies on the table, and what each person has with them to sign.
fn brings(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::BRINGS.into()));
    let mut list: Vec<Cow<'static, str>> = of.plan.script.materials.iter().map(|m| shown(m)).collect();
    let with_yubikey: Vec<String> = of
        .plan
        .everyone()
        .iter()
        .filter_map(|p| Some(words::yubikey(&visible(&p.name), p.yubikey.as_ref()?.serial)))
        .collect();
    list.extend(with_yubikey.into_iter().map(Cow::from));
    list.push(words::WATCHES.into());
    list.push(words::BOOKLETS.into());
    out.push(Block::List(list));
}

/// Who comes to the screen, and who is alone there.
fn room(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::ROOM.into()));
    out.push(Block::Text(words::ROOM_SAYS.into()));
    let mut boxes = vec![FlowBox { head: words::SCREEN.into(), text: words::SCREEN_SAYS.into(), from: None }];
    let mut said = Vec::new();
    for role in &of.plan.script.roles {
        let acts = of.plan.steps.iter().filter(|s| s.actor.role == role.role);
        let alone = acts.clone().filter(|s| s.view.private).count();
        let confirms = of
            .plan
            .steps
            .iter()
            .filter(|s| s.confirmer.as_ref().is_some_and(|c| c.role == role.role))
            .count();
        let text = words::at_the_screen(acts.count(), alone, confirms);
        said.push(words::place(&visible(&role.title), &text));
        boxes.push(FlowBox { head: shown(&role.title), text: text.into(), from: Some(0) });
    }
    out.push(Block::Flow(Flow { boxes, said: said.join(" ").into() }));
    out.push(Block::List(words::ROOM_RULES.iter().map(|rule| Cow::from(*rule)).collect()));
}

/// What is said, and fetched, before the day.
fn before(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::BEFORE.into()));
    let notices = of.plan.script.notices.iter().map(String::as_str).chain(of.notice);
    let list: Vec<Cow<'static, str>> = notices.map(shown).collect();
    if !list.is_empty() {
        out.push(Block::List(list));
    }
    out.push(Block::Heading(3, words::MAKES.into()));
    out.push(Block::List(of.plan.script.makes.iter().map(|m| shown(m)).collect()));
    if let Some(commands) = of.to_fetch {
        out.push(Block::Heading(3, words::FETCH.into()));
        out.push(Block::Text(words::FETCH_SAYS.into()));
        out.push(Block::Fixed(protocol::visible_lines(commands).into_owned().into()));
    }
    decided(of, out);
}

/// Every parameter with its value.
fn decided(of: &BookletOf<'_>, out: &mut Vec<Block<'static>>) {
    let parameters = &of.plan.script.parameters;
    if parameters.is_empty() {
        return;
    }
    out.push(Block::Heading(3, words::DECIDED.into()));
    let fact = |p: &script::Parameter| (shown(&p.title), shown(of.plan.value(&p.name)));
    out.push(Block::Facts(parameters.iter().map(fact).collect()));
}
