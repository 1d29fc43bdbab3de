//! In which order keys stand, and what stands beside each: the sets that open its backups, and the systems that use it.

use super::{Flow, Mark, NodeKind, words};
use std::collections::BTreeMap;

/// An edge between nodes of two kinds, by the places of both among the nodes.
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) mark: Mark,
    /// The edge as a sentence.
    pub(super) title: String,
}

/// All edges that are drawn.
pub(super) struct Links {
    /// From what a key was made in, or what holds it, to the key.
    pub(super) made: Vec<Link>,
    /// From a key to a set.
    pub(super) backed: Vec<Link>,
    /// From a set to a site.
    pub(super) lies: Vec<Link>,
    /// From a key to a provider.
    pub(super) brought: Vec<Link>,
    /// From a key to a system.
    pub(super) used: Vec<Link>,
}

impl Links {
    pub(super) fn of(flow: &Flow) -> Self {
        let at: BTreeMap<&str, usize> =
            flow.nodes.iter().enumerate().map(|(at, n)| (n.id.as_str(), at)).collect();
        let between = |from: NodeKind, to: NodeKind| {
            let found = flow.edges.iter().filter_map(|edge| {
                let (from_at, to_at) = (*at.get(edge.from.as_str())?, *at.get(edge.to.as_str())?);
                let (one, other) = (flow.nodes.get(from_at)?, flow.nodes.get(to_at)?);
                (one.kind == from && other.kind == to).then(|| Link {
                    from: from_at,
                    to: to_at,
                    mark: edge.mark,
                    title: words::sentence(&one.label, &edge.says, &other.label),
                })
            });
            found.collect()
        };
        Self {
            made: between(NodeKind::Hsm, NodeKind::Key),
            backed: between(NodeKind::Key, NodeKind::ShareSet),
            lies: between(NodeKind::ShareSet, NodeKind::Site),
            brought: between(NodeKind::Key, NodeKind::Provider),
            used: between(NodeKind::Key, NodeKind::System),
        }
    }
}

/// A key, and what stands in its row. All are places among the nodes.
pub(super) struct Row {
    pub(super) key: usize,
    /// Sets of which this key is the first that they open; the first of them stands at the height of the key.
    pub(super) sets: Vec<usize>,
    pub(super) systems: Vec<usize>,
    /// Whether it was made elsewhere than the key before.
    pub(super) is_apart: bool,
}

/// Keys by what they were made in, then by their sets, so that lines are short.
pub(super) fn rows(flow: &Flow, links: &Links) -> Vec<Row> {
    let (mut maker, mut set) = (BTreeMap::new(), BTreeMap::new());
    for link in &links.made {
        // Where it was made counts before where a copy of it is.
        let place = (link.mark == Mark::Open, link.from);
        let known = maker.entry(link.to).or_insert(place);
        *known = place.min(*known);
    }
    for link in &links.backed {
        let known = set.entry(link.from).or_insert(link.to);
        *known = link.to.min(*known);
    }
    let maker = |key: &usize| maker.get(key).map_or(usize::MAX, |(_, at)| *at);
    let mut keys: Vec<usize> =
        flow.nodes.iter().enumerate().filter(|(_, n)| n.kind == NodeKind::Key).map(|(at, _)| at).collect();
    keys.sort_by_key(|key| (maker(key), set.get(key).copied().unwrap_or(usize::MAX), *key));
    let mut rows: Vec<Row> = Vec::with_capacity(keys.len());
    for key in keys {
        let is_apart = rows.last().is_some_and(|before| maker(&before.key) != maker(&key));
        rows.push(Row { key, sets: Vec::new(), systems: Vec::new(), is_apart });
    }
    let at: BTreeMap<usize, usize> = rows.iter().enumerate().map(|(at, row)| (row.key, at)).collect();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for link in &links.backed {
        let Some(row) = at.get(&link.from) else { continue };
        let known = first.entry(link.to).or_insert(*row);
        *known = (*row).min(*known);
    }
    for (set, row) in first {
        if let Some(row) = rows.get_mut(row) {
            row.sets.push(set);
        }
    }
    for link in &links.used {
        if let Some(row) = at.get(&link.from).and_then(|row| rows.get_mut(*row)) {
            row.systems.push(link.to);
        }
    }
    rows
}
