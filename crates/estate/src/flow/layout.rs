//! The whole picture: frames, lines, headings and what stands at the foot.

use super::columns::{Columns, MARGIN, ORDER, one_line};
use super::frame::{Frame, NOTE};
use super::lanes::{Lanes, Needed};
use super::made::LEFT_OUT;
use super::rows::{Links, Row, rows};
use super::stack::{BAND, CAPTION, Stack, stack};
use super::wiring::{Dot, Lane, Line, wiring};
use super::{Flow, Mark, Node, NodeKind, words};
use std::collections::{BTreeMap, BTreeSet};

/// Where the headings at the top stand.
const HEADING: i32 = 16;
/// The distance of the lines at the foot.
const FOOT: i32 = 22;

/// What is drawn.
pub(super) struct Picture {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) frames: Vec<Frame>,
    pub(super) lines: Vec<Line>,
    pub(super) dots: Vec<Dot>,
    pub(super) headings: Vec<Heading>,
    pub(super) names: Vec<Name>,
    pub(super) foot: Vec<Foot>,
    /// What it shows, for whoever does not see it.
    pub(super) description: String,
}

/// Words over a column, with a line under them.
pub(super) struct Heading {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) text: String,
    /// How many stand there; nothing where the words stand again.
    pub(super) count: Option<String>,
}

/// The name of a line that goes on, where the headings stand again.
pub(super) struct Name {
    pub(super) at: (i32, i32),
    pub(super) text: String,
}

/// A line at the foot.
pub(super) struct Foot {
    pub(super) y: i32,
    pub(super) sign: Option<Sign>,
    pub(super) text: String,
}

/// What a line at the foot explains.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    Mark(Mark),
    Look,
}

/// Lays a flow out for a picture of this width; it may be wider, and is to be drawn smaller then.
pub(super) fn layout(flow: &Flow, width: u32) -> Picture {
    let left_out = flow.nodes.iter().find(|node| node.id == LEFT_OUT);
    // What is left out is no part of the picture.
    let drawn = |node: &&Node| node.id != LEFT_OUT;
    let flow = &Flow { nodes: flow.nodes.iter().filter(drawn).cloned().collect(), edges: flow.edges.clone() };
    let links = Links::of(flow);
    let rows = rows(flow, &links);
    let (columns, mut stack) = stacked(flow, &links, &rows, width);
    let lanes = Lanes::new(Needed::of(&stack, &links), &columns);
    let wiring = wiring(&stack, &links, &rows, &lanes);
    let names = names(flow, &mut stack, wiring.lanes, &lanes);
    let mut counts: Vec<(NodeKind, usize)> = ORDER.map(|kind| (kind, 0)).into();
    for (kind, count) in &mut counts {
        *count = flow.nodes.iter().filter(|node| node.kind == *kind).count();
    }
    let headings = headings(&stack, &columns, &counts);
    let mut picture = Picture {
        width: columns.width,
        height: 0,
        frames: stack.frames,
        lines: wiring.lines,
        dots: wiring.dots,
        headings,
        names,
        foot: Vec::new(),
        description: words::description(&counts),
    };
    if flow.nodes.is_empty() && left_out.is_none() {
        picture.headings.clear();
        picture.width = one_line(width);
        words::NOTHING_YET.clone_into(&mut picture.description);
        picture.foot(stack.bottom, [(None, words::NOTHING_YET.to_owned())].into_iter());
    } else {
        let said = left_out.map(|node| (None, words::left_out_are(&node.note)));
        let legend = picture.legend();
        picture.foot(stack.bottom + FOOT, said.into_iter().chain(legend));
    }
    picture
}

/// How many lines go down shows once frames stand, and where frames stand follows from the room that lines take: the columns
/// grow until the lines that there are have room.
fn stacked(flow: &Flow, links: &Links, rows: &[Row], width: u32) -> (Columns, Stack) {
    const ROUNDS: usize = 12;
    let (mut room, mut named) = ([1; 5], false);
    let mut round = 0;
    loop {
        let columns = Columns::new(room, width);
        let stack = stack(flow, links, rows, &columns, named);
        let needed = Needed::of(&stack, links).counts();
        let is_enough = room.iter().zip(&needed).all(|(room, needed)| room >= needed);
        let is_named = named || stack.bands.is_empty();
        round += 1;
        if (is_enough && is_named) || round == ROUNDS {
            return (columns, stack);
        }
        named |= !stack.bands.is_empty();
        for (room, needed) in room.iter_mut().zip(needed).filter(|(room, needed)| **room < *needed) {
            // Some to spare, where a round was not enough.
            *room = needed + round / 2;
        }
    }
}

impl Picture {
    /// What the signs mean that are in it.
    fn legend(&self) -> Vec<(Option<Sign>, String)> {
        let marks: BTreeSet<Mark> = self.dots.iter().map(|dot| dot.mark).collect();
        let mut legend: Vec<(Option<Sign>, String)> = marks
            .iter()
            .map(|mark| {
                let says = match mark {
                    Mark::Firm => words::FIRM,
                    Mark::Open => words::OPEN,
                    Mark::Gone => words::GONE,
                };
                (Some(Sign::Mark(*mark)), says.to_owned())
            })
            .collect();
        if self.frames.iter().any(|frame| frame.alarm) {
            legend.push((Some(Sign::Look), words::LOOK.to_owned()));
        }
        if !marks.is_empty() {
            legend.push((None, words::CROSSING.to_owned()));
        }
        legend
    }

    fn foot(&mut self, mut y: i32, says: impl Iterator<Item = (Option<Sign>, String)>) {
        for (sign, text) in says {
            y += FOOT;
            self.foot.push(Foot { y, sign, text });
        }
        self.height = y + MARGIN;
    }
}

fn headings(stack: &Stack, columns: &Columns, counts: &[(NodeKind, usize)]) -> Vec<Heading> {
    let mut headings = Vec::new();
    for (kind, count) in counts {
        let (x, w) = columns.of(*kind);
        let heading = |y: i32, count: Option<String>| Heading {
            x,
            y,
            w,
            text: words::heading(*kind).to_owned(),
            count,
        };
        let count = if *count == 0 { words::NONE.to_owned() } else { count.to_string() };
        headings.push(heading(HEADING, Some(count)));
        headings.extend(stack.bands.iter().map(|y| heading(y + (BAND - NOTE.1) / 2 - 4, None)));
    }
    let (x, w) = columns.of(NodeKind::Group);
    headings.extend(stack.caption.map(|y| Heading {
        x,
        y: y + CAPTION - 36,
        w,
        text: words::NO_KEY_HEADING.to_owned(),
        count: None,
    }));
    headings
}

/// Names the lines of tokens, providers and sites that go on where the headings stand again: there, and at their frames.
fn names(flow: &Flow, stack: &mut Stack, of: Vec<Lane>, lanes: &Lanes) -> Vec<Name> {
    let mut counted: BTreeMap<NodeKind, usize> = BTreeMap::new();
    let mut names = Vec::new();
    // From the top to the bottom, so that names stand in their order.
    let mut of: Vec<(i32, Lane)> =
        of.into_iter().filter_map(|lane| Some((stack.frame(lane.node)?.y, lane))).collect();
    of.sort_by_key(|(y, _)| *y);
    for (_, lane) in of {
        let passes = |band: &&i32| lane.ends.0 < **band && lane.ends.1 > **band + BAND;
        let bands: Vec<i32> = stack.bands.iter().filter(passes).copied().collect();
        let Some(kind) = flow.nodes.get(lane.node).map(|node| node.kind) else { continue };
        let takes_names = match kind {
            NodeKind::Site => lanes.sites.named,
            NodeKind::Provider => lanes.providers.named,
            _ => lanes.tokens.named,
        };
        if bands.is_empty() || !takes_names {
            continue;
        }
        let counted = counted.entry(kind).or_default();
        let Some(name) = name(kind, *counted) else { continue };
        *counted += 1;
        names.extend(bands.into_iter().map(|y| Name { at: (lane.x, y + BAND / 2), text: name.clone() }));
        if let Some(frame) = stack.frame_mut(lane.node) {
            frame.tag = Some(name);
        }
    }
    names
}

/// Small letters for sites, numbers for tokens, capitals for providers; none where there are more than anybody follows.
fn name(kind: NodeKind, at: usize) -> Option<String> {
    let letter = |first: u8| Some(char::from(first + u8::try_from(at).ok()?).to_string());
    match kind {
        NodeKind::Hsm => (at < 99).then(|| (at + 1).to_string()),
        _ if at >= 26 => None,
        NodeKind::Site => letter(b'a'),
        _ => letter(b'A'),
    }
}
