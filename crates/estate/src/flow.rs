//! The flow of keys over the whole estate, from the register alone: where each was made, where its backup lies, where it was
//! brought, and which systems use it. One model gives the table, the picture and what other programs read.
//!
//! Labels, notes and the cells of [`table`] are as the records have them: whoever shows them makes characters visible that
//! nobody can see. [`svg`] does so itself.

mod backups;
mod build;
mod columns;
mod draw;
mod frame;
mod lanes;
mod layout;
mod made;
mod rows;
mod stack;
mod table;
mod text;
mod wiring;
mod words;

pub use table::table;

use crate::estate::Estate;
use serde::Serialize;

/// The flow of keys. An estate of which nothing is known has no nodes.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// What keys flow between: by kind, in the order of [`NodeKind`], and each kind in the order of its list in the register.
    pub nodes: Vec<Node>,
    /// How they do, in the order of the nodes that they begin at.
    pub edges: Vec<Edge>,
}

/// A place, a key, a system, or a number of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// What tells it from all others, as `key:cmac-aes:…` or `site:North campus`.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What people call it.
    pub label: String,
    /// What else is known of it; empty where nothing is.
    pub note: String,
    /// Whether somebody has to look: the note or the label says why.
    pub alarm: bool,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeKind {
    /// Where sheets lie.
    Site,
    /// An HSM, a YubiKey or another token, by its serial number; or whatever a key was made in that no record here names.
    Hsm,
    /// A set of shares, which opens backups.
    ShareSet,
    /// A key that is not destroyed.
    Key,
    /// Whom keys were brought to.
    Provider,
    /// A system that is listed.
    System,
    /// Systems that have no key which is known here, by custody model; or how much is left out.
    Group,
}

/// What happened between two nodes. With the label before it and the one after it, it reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// The id of the node that it begins at.
    pub from: String,
    /// The id of the node that it ends at.
    pub to: String,
    /// What happened, as `was brought to`.
    pub says: String,
    /// How far it is known.
    pub mark: Mark,
}

/// How far an edge is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// The key was made there and is there; the provider took it in; every sheet lies there sealed. A dot.
    Firm,
    /// No record here says that the key was made there, though a copy is; no receipt was read; not every share lies there sealed;
    /// the backup is an older one. A ring.
    Open,
    /// The key was made there and is there no longer. A cross.
    Gone,
}

/// What flows where in this estate, the same for the same register. Keys that are destroyed and copies that are gone are not
/// in it; a last node of kind [`NodeKind::Group`] says how many there are.
pub fn flow(estate: &Estate<'_>) -> Flow {
    build::build(estate)
}

/// The flow as a picture: SVG 1.1 without scripts, styles or fonts of its own, and without line breaks.
///
/// It is `width` pixels wide, and as high as it has to be. Colours are the page's custom properties (`--ink`, `--paper`,
/// `--second`, `--line`, `--edge`, `--accent`, `--refused`), with the light ones where there are none. Of a key with more than
/// twelve systems, and of systems without a key, only the number is drawn; [`table`] has them all.
pub fn svg(flow: &Flow, width: u32) -> String {
    draw::draw(&layout::layout(flow, width), width)
}

#[cfg(test)]
mod tests;
