//! The flow in words.

use super::{Flow, Node, NodeKind, words};
use std::collections::BTreeMap;

/// The text that says what the picture shows: from, what happens, to. Every edge stands once, then every node that has none,
/// with what is known of it in the middle. An estate of which nothing is known has one row that says so.
pub fn table(flow: &Flow) -> Vec<[String; 3]> {
    if flow.nodes.is_empty() {
        return vec![[words::NOTHING_YET.to_owned(), String::new(), String::new()]];
    }
    let mut named: BTreeMap<String, Vec<&Node>> = BTreeMap::new();
    for node in &flow.nodes {
        named.entry(cell(node)).or_default().push(node);
    }
    // Two nodes of one name are told apart by their ids.
    let cells: BTreeMap<&str, String> = named
        .iter()
        .flat_map(|(name, nodes)| {
            let alone = nodes.len() == 1;
            nodes.iter().map(move |node| {
                let name = if alone { name.clone() } else { words::named_by_id(name, id(node)) };
                (node.id.as_str(), name)
            })
        })
        .collect();
    let cell = |id: &str| cells.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let edges = flow.edges.iter().map(|edge| [cell(&edge.from), edge.says.clone(), cell(&edge.to)]);
    let mut rows: Vec<[String; 3]> = edges.collect();
    let mut alone: BTreeMap<&str, &Node> = flow.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    for edge in &flow.edges {
        alone.remove(edge.from.as_str());
        alone.remove(edge.to.as_str());
    }
    let alone = flow.nodes.iter().filter(|node| alone.contains_key(node.id.as_str()));
    rows.extend(alone.map(|node| {
        let says = if has_note(node) { String::new() } else { node.note.clone() };
        [cell(&node.id), says, String::new()]
    }));
    rows
}

/// A node as the table names it. What is counted of sites, providers and groups follows from their rows.
fn cell(node: &Node) -> String {
    if has_note(node) { words::with_note(&node.label, &node.note) } else { node.label.clone() }
}

fn has_note(node: &Node) -> bool {
    let kind = matches!(node.kind, NodeKind::Hsm | NodeKind::ShareSet | NodeKind::Key | NodeKind::System);
    kind && !node.note.is_empty()
}

/// The id without the word for the kind.
fn id(node: &Node) -> &str {
    node.id.split_once(':').map_or(node.id.as_str(), |(_, id)| id)
}
