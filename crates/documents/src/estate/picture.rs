//! Where keys go, as a picture: each token with the keys that were made in it, and what became of each.

use super::words;
use estate::flow::{Flow as Ways, Node, NodeKind};
use paper::{Block, Flow, FlowBox};
use protocol::visible;
use std::collections::BTreeMap;

/// More boxes are no picture any more: the table says the same.
const BOXES: usize = 40;
/// More of one kind under one box stand in one.
const APART: usize = 4;

/// One picture; none where it would have too many boxes, or none.
pub(super) fn picture(ways: &Ways) -> Option<Block<'static>> {
    let nodes: BTreeMap<&str, &Node> = ways.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut drawn = Drawn { ways, nodes, boxes: Vec::new(), said: Vec::new() };
    for token in ways.nodes.iter().filter(|node| node.kind == NodeKind::Hsm) {
        if ways.edges.iter().any(|edge| edge.from == token.id) {
            drawn.put(token, None, &mut Vec::new());
        }
        if drawn.boxes.len() > BOXES {
            return None;
        }
    }
    let Drawn { boxes, said, .. } = drawn;
    (!boxes.is_empty() && boxes.len() <= BOXES)
        .then(|| Block::Flow(Flow { boxes, said: said.join(" ").into() }))
}

struct Drawn<'w> {
    ways: &'w Ways,
    nodes: BTreeMap<&'w str, &'w Node>,
    boxes: Vec<FlowBox<'static>>,
    said: Vec<String>,
}

impl<'w> Drawn<'w> {
    /// Puts a node and what comes from it; `through` are the nodes on the way to it.
    fn put(&mut self, node: &'w Node, from: Option<usize>, through: &mut Vec<&'w str>) {
        if self.boxes.len() > BOXES || through.contains(&node.id.as_str()) {
            return;
        }
        let head = words::kind(node.kind);
        let text = visible(&node.label).into_owned();
        let before = from.and_then(|at| self.boxes.get(at)).map(|of| of.text.clone());
        self.said.push(words::stands(head, &text, before.as_deref()));
        let at = self.boxes.len();
        self.boxes.push(FlowBox { head: head.into(), text: text.into(), from });
        through.push(&node.id);
        let mut next: BTreeMap<NodeKind, Vec<&'w Node>> = BTreeMap::new();
        for edge in self.ways.edges.iter().filter(|edge| edge.from == node.id) {
            let Some(to) = self.nodes.get(edge.to.as_str()).copied() else { continue };
            next.entry(to.kind).or_default().push(to);
        }
        for (kind, nodes) in next {
            if nodes.len() > APART {
                let text = words::so_many(nodes.len(), kind);
                self.said.push(words::stands(words::kind(kind), &text, Some(&node.label)));
                self.boxes.push(FlowBox {
                    head: words::kind(kind).into(),
                    text: text.into(),
                    from: Some(at),
                });
                continue;
            }
            for node in nodes {
                self.put(node, Some(at), through);
            }
        }
        through.pop();
    }
}
