//! The lines between frames: one across for each key and each set, one down for each token, provider and site, and a mark
//! where two of them are joined.

use super::Mark;
use super::frame::Frame;
use super::lanes::{Down, Lanes};
use super::rows::{Link, Links, Row};
use super::stack::Stack;
use std::collections::BTreeMap;

/// The least distance of a site's line from the lines of sets beside it.
const CLEAR: i32 = 5;

/// A line, across or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) from: (i32, i32),
    pub(super) to: (i32, i32),
    /// Whether it ends in an arrowhead.
    pub(super) arrow: bool,
}

/// A mark on a line.
#[derive(Debug, Clone)]
pub(super) struct Dot {
    pub(super) at: (i32, i32),
    pub(super) mark: Mark,
    pub(super) title: String,
}

/// A line that goes down for a node, and from where to where.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    pub(super) node: usize,
    pub(super) x: i32,
    pub(super) ends: (i32, i32),
}

/// All lines and marks.
#[derive(Default)]
pub(super) struct Wiring {
    pub(super) lines: Vec<Line>,
    pub(super) dots: Vec<Dot>,
    /// Of tokens, providers and sites.
    pub(super) lanes: Vec<Lane>,
}

/// Draws the lines.
pub(super) fn wiring(stack: &Stack, links: &Links, rows: &[Row], lanes: &Lanes) -> Wiring {
    let mut wiring = Wiring::default();
    wiring.left_of_keys(stack, links, rows, lanes);
    wiring.right_of_keys(stack, links, rows, lanes);
    wiring.left_of_sets(stack, links, lanes);
    wiring
}

/// Edges by the node at one of their ends.
fn by(links: &[Link], end: impl Fn(&Link) -> usize) -> BTreeMap<usize, Vec<&Link>> {
    let mut by: BTreeMap<usize, Vec<&Link>> = BTreeMap::new();
    for link in links {
        by.entry(end(link)).or_default().push(link);
    }
    by
}

/// Where lines across meet those down, by the node that the latter belong to.
type Joints = BTreeMap<usize, Vec<i32>>;

impl Wiring {
    fn line(&mut self, from: (i32, i32), to: (i32, i32), arrow: bool) {
        if from != to {
            self.lines.push(Line { from, to, arrow });
        }
    }

    /// Joins what goes across at this height to the line down of a node; says where that is, where it has one.
    fn join(&mut self, down: &Down, node: usize, y: i32, link: &Link, joints: &mut Joints) -> Option<i32> {
        let x = *down.x.get(&node)?;
        self.dots.push(Dot { at: (x, y), mark: link.mark, title: link.title.clone() });
        joints.entry(node).or_default().push(y);
        Some(x)
    }

    /// The line down of a node, and across from it to the frame's edge at this height.
    fn down(&mut self, node: usize, (x, edge): (i32, i32), port: i32, ys: &[i32], arrow: bool) {
        let ends = (ys.iter().copied().fold(port, i32::min), ys.iter().copied().fold(port, i32::max));
        self.line((x, ends.0), (x, ends.1), false);
        if arrow {
            self.line((x, port), (edge, port), true);
        } else {
            self.line((edge, port), (x, port), false);
        }
        self.lanes.push(Lane { node, x, ends });
    }

    /// Where a key was made, and its backups.
    fn left_of_keys(&mut self, stack: &Stack, links: &Links, rows: &[Row], lanes: &Lanes) {
        let (made, backed) = (by(&links.made, |link| link.to), by(&links.backed, |link| link.from));
        let (mut of_tokens, mut of_sets) = (Joints::new(), Joints::new());
        for row in rows {
            let Some(key) = stack.frame(row.key) else { continue };
            let (y, mut end, mut arrives) = (key.middle(), key.x, false);
            for link in made.get(&row.key).into_iter().flatten() {
                let x = self.join(&lanes.tokens, link.from, y, link, &mut of_tokens);
                end = x.map_or(end, |x| end.min(x));
            }
            for link in backed.get(&row.key).into_iter().flatten() {
                let Some(set) = stack.frame(link.to) else { continue };
                let x = self.join(&lanes.sets, link.to, y, link, &mut of_sets);
                end = x.map_or(end, |x| end.min(x));
                if set.middle() == y {
                    (end, arrives) = (set.right(), true);
                    if x.is_none() && link.mark != Mark::Firm {
                        let at = (lanes.beside_sets, y);
                        self.dots.push(Dot { at, mark: link.mark, title: link.title.clone() });
                    }
                }
            }
            self.line((key.x, y), (end, y), arrives);
        }
        for (set, ys) in of_sets {
            let (Some(frame), Some(x)) = (stack.frame(set), lanes.sets.x.get(&set)) else { continue };
            let ends = ys
                .iter()
                .chain([&frame.middle()])
                .fold((i32::MAX, i32::MIN), |(a, b), y| (a.min(*y), b.max(*y)));
            self.line((*x, ends.0), (*x, ends.1), false);
            // One that stands beside a key has the key's own line.
            if !ys.contains(&frame.middle()) {
                self.line((*x, frame.middle()), (frame.right(), frame.middle()), true);
            }
        }
        for (token, ys) in of_tokens {
            let (Some(frame), Some(x)) = (stack.frame(token), lanes.tokens.x.get(&token)) else { continue };
            self.down(token, (*x, frame.right()), frame.middle(), &ys, false);
        }
    }

    /// Whom a key was brought to, and the systems that use it.
    fn right_of_keys(&mut self, stack: &Stack, links: &Links, rows: &[Row], lanes: &Lanes) {
        let brought = by(&links.brought, |link| link.from);
        let mut of_providers = Joints::new();
        for row in rows {
            let Some(key) = stack.frame(row.key) else { continue };
            let (y, mut end) = (key.middle(), key.right());
            for link in brought.get(&row.key).into_iter().flatten() {
                let x = self.join(&lanes.providers, link.to, y, link, &mut of_providers);
                end = x.map_or(end, |x| end.max(x));
            }
            let systems = stack.systems.get(&row.key).into_iter().flatten();
            let systems: Vec<&Frame> = systems.filter_map(|at| stack.frames.get(*at)).collect();
            let Some((first, others)) = systems.split_first() else {
                self.line((key.right(), y), (end, y), false);
                continue;
            };
            self.line((key.right(), y), (first.x, y), true);
            for other in others {
                self.line((lanes.systems, other.middle()), (other.x, other.middle()), true);
            }
            if let Some(last) = others.last() {
                self.line((lanes.systems, y), (lanes.systems, last.middle()), false);
            }
        }
        for (provider, ys) in of_providers {
            let (Some(frame), Some(x)) = (stack.frame(provider), lanes.providers.x.get(&provider)) else {
                continue;
            };
            self.down(provider, (*x, frame.x), frame.middle(), &ys, true);
        }
    }

    /// The sites of a set's shares.
    fn left_of_sets(&mut self, stack: &Stack, links: &Links, lanes: &Lanes) {
        let mut of_sites = Joints::new();
        let mut across = Vec::new();
        for (set, links) in by(&links.lies, |link| link.from) {
            let Some(frame) = stack.frame(set) else { continue };
            let (y, mut end) = (frame.middle(), frame.x);
            for link in links {
                let x = self.join(&lanes.sites, link.to, y, link, &mut of_sites);
                end = x.map_or(end, |x| end.min(x));
            }
            self.line((frame.x, y), (end, y), false);
            across.push(y);
        }
        across.sort_unstable();
        for (site, ys) in of_sites {
            let (Some(frame), Some(x)) = (stack.frame(site), lanes.sites.x.get(&site)) else { continue };
            self.down(site, (*x, frame.right()), port(frame, &across), &ys, true);
        }
    }
}

/// The height at a frame, near its middle, that is clear of these lines (in order).
fn port(frame: &Frame, across: &[i32]) -> i32 {
    let clear = |y: &i32| {
        let from = across.partition_point(|line| *line <= y - CLEAR);
        across.get(from).is_none_or(|line| *line >= y + CLEAR)
    };
    let middle = frame.middle();
    let offsets = (0..frame.h / 2).flat_map(|by| [middle - by, middle + by]);
    offsets.into_iter().find(clear).unwrap_or(middle)
}
