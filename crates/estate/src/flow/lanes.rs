//! Where lines go down between columns: one for each token, provider and site, and for each set that does not stand beside its
//! only key. Lines that do not meet, one under the other, have one place.

use super::NodeKind;
use super::columns::{BESIDE, Columns, Gutter};
use super::rows::{Link, Links};
use super::stack::Stack;
use std::collections::BTreeMap;

/// Between the end of a line and the beginning of the next at the same place.
const BETWEEN: i32 = 24;

/// The places of the lines beside one column, by node, and how many places there are.
type Places = (BTreeMap<usize, usize>, usize);

/// Which lines there are, whatever the width of the picture.
pub(super) struct Needed {
    sites: Places,
    sets: Places,
    tokens: Places,
    providers: Places,
}

impl Needed {
    pub(super) fn of(stack: &Stack, links: &Links) -> Self {
        Self {
            sites: places(stack, &links.lies, |link| (link.to, link.from)),
            sets: places(stack, &links.backed, |link| (link.to, link.from)),
            tokens: places(stack, &links.made, |link| (link.from, link.to)),
            providers: places(stack, &links.brought, |link| (link.to, link.from)),
        }
    }

    /// How many places there are after each column but the last.
    pub(super) fn counts(&self) -> [usize; 5] {
        [self.sites.1, self.sets.1, self.tokens.1, self.providers.1, 1]
    }
}

/// The places that lines of these nodes take. `ends` says of an edge whose line it is, and to which node that goes.
fn places(stack: &Stack, links: &[Link], ends: impl Fn(&Link) -> (usize, usize)) -> Places {
    let mut spans: BTreeMap<usize, (i32, i32)> = BTreeMap::new();
    for (own, other) in links.iter().map(ends) {
        let (Some(own_frame), Some(other)) = (stack.frame(own), stack.frame(other)) else { continue };
        let (own_y, y) = (own_frame.middle(), other.middle());
        let span = spans.entry(own).or_insert((own_y, own_y));
        *span = (span.0.min(y), span.1.max(y));
    }
    // What stands at the height of all that it is joined to needs no line down.
    let mut spans: Vec<(usize, (i32, i32))> = spans.into_iter().filter(|(_, (from, to))| from < to).collect();
    // Of lines that begin together, those of higher frames stand first.
    spans.sort_by_key(|(node, (from, _))| (*from, stack.frame(*node).map(|frame| frame.y)));
    let (mut places, mut taken) = (BTreeMap::new(), Vec::<i32>::new());
    for (node, (from, to)) in spans {
        let free = taken.iter().position(|end| end + BETWEEN < from).unwrap_or(taken.len());
        match taken.get_mut(free) {
            Some(end) => *end = to,
            None => taken.push(to),
        }
        places.insert(node, free);
    }
    (places, taken.len())
}

/// The lines down beside one column: where that of each node stands.
pub(super) struct Down {
    pub(super) x: BTreeMap<usize, i32>,
    /// Whether there is room for their names.
    pub(super) named: bool,
}

impl Down {
    fn new((places, _): Places, gutter: Gutter) -> Self {
        let x = places.into_iter().map(|(node, place)| (node, gutter.line(place))).collect();
        Self { x, named: gutter.takes_names() }
    }
}

/// All lines down.
pub(super) struct Lanes {
    pub(super) sites: Down,
    pub(super) sets: Down,
    pub(super) tokens: Down,
    pub(super) providers: Down,
    /// Where the line down to a key's systems stands.
    pub(super) systems: i32,
    /// Where a mark stands on a line that goes straight from a key to its set: clear of all lines down.
    pub(super) beside_sets: i32,
}

impl Lanes {
    pub(super) fn new(needed: Needed, columns: &Columns) -> Self {
        let [sites, sets, tokens, providers, _] = needed.counts();
        Self {
            sites: Down::new(needed.sites, columns.after(NodeKind::Site, sites)),
            sets: Down::new(needed.sets, columns.after(NodeKind::ShareSet, sets)),
            tokens: Down::new(needed.tokens, columns.after(NodeKind::Hsm, tokens)),
            providers: Down::new(needed.providers, columns.after(NodeKind::Key, providers)),
            systems: columns.after(NodeKind::Provider, 1).middle(),
            beside_sets: columns.of(NodeKind::Hsm).0 - BESIDE / 2,
        }
    }
}
