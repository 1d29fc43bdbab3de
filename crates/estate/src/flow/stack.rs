//! Where each frame stands: rows from the top to the bottom, and what belongs to many rows in the gaps between them.

use super::columns::Columns;
use super::frame::{Frame, Says};
use super::rows::{Link, Links, Row};
use super::{Flow, Node, NodeKind, words};
use std::collections::BTreeMap;

/// Of a key with more systems than these only the number is drawn.
const MOST_SYSTEMS: usize = 12;
/// Where the first frame stands, under the headings.
const TOP: i32 = 64;
/// Between two rows, between rows of keys that were made in another place, and between frames of one row.
const GAP: i32 = 16;
const APART: i32 = 24;
const CLOSE: i32 = 8;
/// Between a frame and a line that goes past it.
const CLEAR: i32 = 10;
/// After so many pixels the headings stand again, in a band of this height.
const AGAIN: i32 = 1100;
pub(super) const BAND: i32 = 64;
/// The height of the words over the systems without a key.
pub(super) const CAPTION: i32 = 40;

/// All frames.
#[derive(Default)]
pub(super) struct Stack {
    pub(super) frames: Vec<Frame>,
    /// The frame of a node; there is none for a system that is drawn with others.
    of: BTreeMap<usize, usize>,
    /// The frames of a key's systems, by the key's place among the nodes.
    pub(super) systems: BTreeMap<usize, Vec<usize>>,
    /// Where the headings stand again.
    pub(super) bands: Vec<i32>,
    /// Where the words over the systems without a key stand.
    pub(super) caption: Option<i32>,
    pub(super) bottom: i32,
}

impl Stack {
    pub(super) fn frame(&self, node: usize) -> Option<&Frame> {
        self.frames.get(*self.of.get(&node)?)
    }

    pub(super) fn frame_mut(&mut self, node: usize) -> Option<&mut Frame> {
        self.frames.get_mut(*self.of.get(&node)?)
    }

    fn put(&mut self, node: impl Into<Option<usize>>, frame: Frame) {
        self.bottom = self.bottom.max(frame.bottom());
        if let Some(node) = node.into() {
            self.of.insert(node, self.frames.len());
        }
        self.frames.push(frame);
    }
}

/// Makes frames.
struct Framing<'f> {
    flow: &'f Flow,
    columns: &'f Columns,
    /// Whether lines are to be named, so that their frames keep room for it.
    named: bool,
}

/// Frames of a row that stand in one column; there is no node where a frame is that of several.
type Part = Vec<(Option<usize>, Frame)>;

impl Framing<'_> {
    fn frame(&self, node: &Node) -> Frame {
        // A serial number takes a line by itself.
        let lines = if node.kind == NodeKind::Hsm { 3 } else { 2 };
        let Node { kind, label, note, alarm, .. } = node;
        self.says(&Says { kind: *kind, label, note, alarm: *alarm, lines, named: self.named })
    }

    fn says(&self, says: &Says<'_>) -> Frame {
        let (x, w) = self.columns.of(says.kind);
        Frame::new(says, x, w)
    }

    fn of_kind(&self, kind: NodeKind) -> Vec<(usize, Frame)> {
        let nodes = self.flow.nodes.iter().enumerate().filter(|(_, node)| node.kind == kind);
        nodes.map(|(at, node)| (at, self.frame(node))).collect()
    }

    fn of(&self, nodes: &[usize]) -> Part {
        nodes.iter().filter_map(|at| Some((Some(*at), self.frame(self.flow.nodes.get(*at)?)))).collect()
    }

    /// A key, its sets, and its systems: one frame for all of them, where there are too many.
    fn row(&self, row: &Row) -> [Part; 3] {
        let mut systems = self.of(&row.systems);
        if row.systems.len() > MOST_SYSTEMS {
            let all = row.systems.iter().filter_map(|at| self.flow.nodes.get(*at));
            let names: Vec<&str> = all.map(|node| node.label.as_str()).collect();
            let (kind, label, note) = (NodeKind::System, words::systems(names.len()), names.join(", "));
            let says = Says { kind, label: &label, note: &note, alarm: false, lines: 3, named: false };
            systems = vec![(None, self.says(&says))];
        }
        [self.of(&[row.key]), self.of(&row.sets), systems]
    }
}

/// Stacks everything. Where lines are to be `named`, their frames keep room for it.
pub(super) fn stack(flow: &Flow, links: &Links, rows: &[Row], columns: &Columns, named: bool) -> Stack {
    let framing = Framing { flow, columns, named };
    let mut stack = Stack { bottom: TOP, ..Stack::default() };
    let (sites, tokens, providers) = (
        framing.of_kind(NodeKind::Site),
        framing.of_kind(NodeKind::Hsm),
        framing.of_kind(NodeKind::Provider),
    );
    // A token and a provider fit between the lines of any two rows.
    let high =
        tokens.iter().chain(&providers).map(|(_, frame)| frame.h + 2 * CLEAR).max().unwrap_or_default();
    let mut wires: Vec<i32> = Vec::new();
    let (mut y, mut since) = (TOP, TOP);
    for row in rows {
        if !wires.is_empty() {
            y += if row.is_apart { APART + GAP } else { GAP };
        }
        if y - since > AGAIN {
            stack.bands.push(y);
            y += BAND;
            since = y;
        }
        let before = wires.last().map_or(y, |before| before + high);
        let wire = stack.row(row.key, framing.row(row), y, before);
        wires.push(wire);
        y = stack.bottom;
    }
    if !wires.is_empty() {
        y += APART;
    }
    stack.rest(framing.of_kind(NodeKind::ShareSet), y);
    stack.groups(framing.of_kind(NodeKind::Group), y);
    stack.between(tokens, &links.made, &wires);
    stack.between(providers, &links.brought, &wires);
    stack.between(sites, &links.lies, &[]);
    stack
}

impl Stack {
    /// The frames of a row under this height; the first of each column stand at one height, which is no less than `least`. Gives
    /// that height.
    fn row(&mut self, key: usize, parts: [Part; 3], y: i32, least: i32) -> i32 {
        let half = parts.iter().filter_map(|part| part.first()).map(|(_, frame)| frame.h - frame.h / 2).max();
        let wire = least.max(y + half.unwrap_or_default());
        for part in parts {
            let mut top = wire - part.first().map_or(0, |(_, frame)| frame.h / 2);
            for (node, frame) in part {
                let frame = Frame { y: top, ..frame };
                top = frame.bottom() + CLOSE;
                if frame.kind == NodeKind::System {
                    self.systems.entry(key).or_default().push(self.frames.len());
                }
                self.put(node, frame);
            }
        }
        wire
    }

    /// Sets that open no key which is known here, under all others.
    fn rest(&mut self, sets: Vec<(usize, Frame)>, mut y: i32) {
        for (node, frame) in sets {
            if self.of.contains_key(&node) {
                continue;
            }
            let frame = Frame { y, ..frame };
            y = frame.bottom() + GAP;
            self.put(node, frame);
        }
    }

    /// Systems without a key, under those that have one; what is left out stands at the foot.
    fn groups(&mut self, groups: Vec<(usize, Frame)>, mut y: i32) {
        for (node, frame) in groups {
            if self.caption.is_none() {
                self.caption = Some(y);
                y += CAPTION;
            }
            let frame = Frame { y, ..frame };
            y = frame.bottom() + CLOSE;
            self.put(node, frame);
        }
    }

    /// Frames that belong to many rows, each in the gap that is the nearest under the first of its lines.
    fn between(&mut self, frames: Vec<(usize, Frame)>, links: &[Link], wires: &[i32]) {
        let bands = self.bands.iter().map(|y| (*y, y + BAND));
        let mut taken: Vec<(i32, i32)> = wires.iter().map(|y| (y - CLEAR, y + CLEAR)).chain(bands).collect();
        for (node, frame) in frames {
            let ends = links.iter().filter_map(|link| match link {
                _ if link.from == node => Some(link.to),
                _ if link.to == node => Some(link.from),
                _ => None,
            });
            let first = ends.filter_map(|end| self.frame(end)).map(Frame::middle).min();
            taken.sort_unstable();
            let y = nearest(first.map_or(TOP, |first| first + CLEAR), frame.h, &taken);
            taken.push((y - GAP, y + frame.h + GAP));
            self.put(node, Frame { y, ..frame });
        }
    }
}

/// Where a frame of this height stands, as near as can be to where it is wanted, and clear of what is taken (in order).
fn nearest(wanted: i32, high: i32, taken: &[(i32, i32)]) -> i32 {
    let mut best: Option<i32> = None;
    let mut free = TOP;
    for (from, to) in taken.iter().copied().chain([(i32::MAX, i32::MAX)]) {
        if from.saturating_sub(free) >= high {
            let at = wanted.clamp(free, from - high);
            best = best.filter(|best| (best - wanted).abs() <= (at - wanted).abs()).or(Some(at));
        }
        free = free.max(to);
    }
    best.unwrap_or(free)
}
