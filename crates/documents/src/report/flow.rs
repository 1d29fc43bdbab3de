//! The picture of where a key went: what came from what.

use super::words;
use paper::{Block, Flow, FlowBox};
use protocol::visible;
use register::places::{Place, Sort};
use std::collections::{BTreeMap, BTreeSet};

/// More places of one sort, from one place, stand in one box.
const APART: usize = 3;
/// More boxes are no picture any more.
const BOXES: usize = 40;
/// The longest text in a box, in characters.
const LONGEST: usize = 160;

/// Places that stand in one box.
pub(super) struct Group<'p> {
    pub(super) sort: Sort,
    /// The box that they come from; it stands before this one.
    pub(super) from: Option<usize>,
    pub(super) places: Vec<&'p Place>,
}

/// The places in boxes, each after the one that it comes from. `all` puts every place of one sort from one box together, as
/// for the many keys of a plan.
pub(super) fn groups(places: &[Place], all: bool) -> Vec<Group<'_>> {
    let known: BTreeSet<&str> = places.iter().map(|p| p.id.as_str()).collect();
    let parent = |p: &Place| p.parent.clone().filter(|id| known.contains(id.as_str()) && *id != p.id);
    let mut many: BTreeMap<(&'static str, Option<String>), usize> = BTreeMap::new();
    for place in places {
        *many.entry((head(place.sort), parent(place))).or_default() += 1;
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut box_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left: Vec<&Place> = places.iter().collect();
    while !left.is_empty() {
        let ready = |p: &&Place| parent(p).is_none_or(|id| box_of.contains_key(id.as_str()));
        let (now, later): (Vec<&Place>, Vec<&Place>) = left.iter().partition(|p| ready(p));
        // Places that come from one another in a ring, which no record of ours says, stand as they are.
        let (now, later) = if now.is_empty() { (later, Vec::new()) } else { (now, later) };
        for place in now {
            let from = parent(place).and_then(|id| box_of.get(id.as_str()).copied());
            let together = all
                || matches!(place.sort, Sort::Sheet | Sort::Boxed)
                || many.get(&(head(place.sort), parent(place))).is_some_and(|many| *many > APART);
            let found = groups.iter().position(|g| together && g.sort == place.sort && g.from == from);
            let at = found.unwrap_or_else(|| {
                groups.push(Group { sort: place.sort, from, places: Vec::new() });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                group.places.push(place);
            }
            box_of.insert(&place.id, at);
        }
        left = later;
    }
    groups
}

impl Group<'_> {
    /// What stands in bold.
    pub(super) fn head(&self) -> &'static str {
        head(self.sort)
    }

    /// What the places are: the one, or how many.
    pub(super) fn text(&self) -> String {
        match self.places.as_slice() {
            [one] => visible(&one.says).into_owned(),
            several => words::several(several.len(), self.head()),
        }
    }

    /// How they came out of where they come from.
    pub(super) fn paths(&self) -> String {
        let paths: BTreeSet<&str> = self.places.iter().filter_map(|p| p.path.as_deref()).collect();
        visible(&paths.into_iter().collect::<Vec<_>>().join(", ")).into_owned()
    }

    /// What became of them, each word once.
    pub(super) fn became(&self) -> String {
        let became: BTreeSet<&str> =
            self.places.iter().filter_map(|p| p.became.as_ref()).map(|(what, _)| what.as_str()).collect();
        visible(&became.into_iter().collect::<Vec<_>>().join(", ")).into_owned()
    }

    fn in_the_box(&self) -> String {
        let mut text = self.text();
        // What the table says in full.
        if let Some(at) = words::LEFT_OFF_IN_BOXES.iter().filter_map(|from| text.find(from)).min() {
            text.truncate(at);
        }
        if text.chars().count() > LONGEST {
            text = text.chars().take(LONGEST).chain("…".chars()).collect();
        }
        let became = self.became();
        if !became.is_empty() {
            text = words::and_became(&text, &became);
        }
        text
    }
}

fn head(sort: Sort) -> &'static str {
    match sort {
        Sort::Token => words::IN_A_TOKEN,
        Sort::File => words::WRAPPED_FILE,
        Sort::Sheet => words::SHEETS,
        Sort::Boxed => words::ON_YUBIKEYS,
        Sort::Cloud => words::AT_A_PROVIDER,
        Sort::Bundle => words::BUNDLE,
        Sort::Printer => words::PRINTERS,
        Sort::Record => words::UNREAD,
    }
}

/// The picture; none where it would have too many boxes: the table says the same.
pub(super) fn picture(groups: &[Group<'_>]) -> Option<Block<'static>> {
    if groups.len() > BOXES {
        return None;
    }
    let one = |g: &Group<'_>| FlowBox { head: g.head().into(), text: g.in_the_box().into(), from: g.from };
    let said = |g: &Group<'_>| match g.from.and_then(|from| groups.get(from)) {
        Some(from) => words::comes_from(g.head(), &g.in_the_box(), from.head()),
        None => words::stands(g.head(), &g.in_the_box()),
    };
    let said: Vec<String> = groups.iter().map(said).collect();
    Some(Block::Flow(Flow { boxes: groups.iter().map(one).collect(), said: said.join(" ").into() }))
}
