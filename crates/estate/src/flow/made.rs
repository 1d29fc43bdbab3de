//! A flow while it is made.

use super::{Edge, Mark, Node, NodeKind};
use crate::estate::Estate;
use register::places::Sort;
use register::{Copy, Key};

/// The id of the node that says what is left out.
pub(super) const LEFT_OUT: &str = "group:left-out";

/// A flow while it is made: nodes by kind, so that those of one kind stand together.
#[derive(Default)]
pub(super) struct Made {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

impl Made {
    pub(super) fn node(&mut self, kind: NodeKind, id: String, label: &str, note: String, alarm: bool) {
        self.nodes.push(Node { id, kind, label: label.to_owned(), note, alarm });
    }

    pub(super) fn edge(&mut self, from: &str, says: impl Into<String>, to: &str, mark: Mark) {
        self.edges.push(Edge { from: from.to_owned(), to: to.to_owned(), says: says.into(), mark });
    }
}

/// The id of a key's node.
pub(super) fn key_id(check_value: &str) -> String {
    format!("key:{check_value}")
}

/// Copies of one sort that may still be there.
pub(super) fn still<'e>(
    estate: &Estate<'e>,
    key: &Key,
    sort: Sort,
) -> impl Iterator<Item = &'e Copy> + use<'e> {
    let copies = estate.register.copies_of(&key.check_value).iter();
    copies.filter(move |copy| copy.place.sort == sort && copy.may_be_there())
}
