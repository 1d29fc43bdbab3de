//! The sheets: where each is, in which bag, and what became of it.

use crate::bags::{Event, Ledger, Seal, Whereabouts};
use crate::told::{List, Record, Told, declared, share_of, small};
use crate::words;
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use transcript::Entry;

/// Bag numbers that rehearsals propose; they are used again in every one.
const PRACTICE: &str = "PRACTICE ";
/// A seal that nobody found broken.
const WHOLE: &str = "whole";
/// One that somebody did.
const BROKEN: &str = "broken";

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The set, as printed on it.
    pub set: String,
    /// The share's index, from 1.
    pub share: u8,
    /// Who took it last.
    pub holder: Option<String>,
    /// The bag it is in, or was in last.
    pub bag: Option<String>,
    /// What became of it.
    pub state: SheetState,
    /// The seal as somebody last saw it: `whole`, `broken`, or `none`; absent where nobody looked since it was sealed.
    pub seal: Option<String>,
    /// When that was recorded, UTC.
    pub since: String,
    /// Where its custodian keeps it, as recorded when it was sealed last; `not recorded` where that record names no site.
    pub place: String,
    /// The run that recorded it.
    pub run: String,
}

/// What became of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SheetState {
    /// In a closed bag.
    #[serde(rename = "sealed")]
    Sealed,
    /// In a closed bag that left its site and has not arrived.
    #[serde(rename = "on its way")]
    OnItsWay,
    /// Out of its bag.
    #[serde(rename = "open")]
    Open,
    /// Gone.
    #[serde(rename = "destroyed")]
    Destroyed,
    /// Of no more use, and still there.
    #[serde(rename = "to be destroyed")]
    ToBeDestroyed,
    /// Nobody knows where.
    #[serde(rename = "missing")]
    Missing,
}

/// Every sheet, by set and share, with the bags they lie in.
#[derive(Default)]
pub(crate) struct Sheets {
    ledger: Ledger,
    all: BTreeMap<(String, u8), Sheet>,
    contradictions: BTreeSet<String>,
}

impl List for Sheets {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        self.opened(of, entry);
        self.void(of, entry);
        self.bags(of, entry);
        self.copies(of, entry);
        self.moved(of, entry);
    }
}

/// The entry that tells something: its run, and itself.
type Where<'e> = (&'e str, &'e Entry);

impl Sheets {
    /// The bags of an earlier ceremony's set that no record here told of before.
    fn opened(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(earlier) = of.earlier.as_ref().filter(|_| of.is_new) else { return };
        let run = facts::EARLIER_CEREMONY.within(entry).unwrap_or_default();
        for (share, bag) in facts::DRILL_BAGS.within(entry).into_iter().flatten() {
            if let Some(share) = small(share) {
                self.sealed((&run, entry), (earlier, share), &bag, (None, None));
            }
        }
    }

    /// A backup that was made anew: the sheets of what was made before are owed or destroyed.
    fn void(&mut self, of: &Told<'_>, entry: &Entry) {
        let set = |id: &str| facts::void_set_of(id).map(str::to_owned);
        for set in entry.opens.iter().filter_map(|o| set(&o.id)) {
            self.each((of.run, entry), &set, SheetState::ToBeDestroyed);
        }
        for set in entry.closes.iter().filter_map(|id| set(id)) {
            self.each((of.run, entry), &set, SheetState::Destroyed);
        }
    }

    fn each(&mut self, at: Where<'_>, set: &str, state: SheetState) {
        let of_set = self.all.range((set.to_owned(), 0)..).take_while(|((s, _), _)| s == set);
        let shares: Vec<u8> = of_set.map(|((_, n), _)| *n).collect();
        for share in shares {
            self.becomes(at, (set, share), state);
        }
    }

    /// A share that is sealed, brought, or sealed again.
    fn bags(&mut self, of: &Told<'_>, entry: &Entry) {
        let at = (of.run, entry);
        let (holder, share) = (of.holder(entry), share_of(entry));
        let site = facts::SITE.within(entry);
        if let (Some(set), Some(share), Some(bag)) = (&of.set, share, facts::BAG.within(entry)) {
            self.sealed(at, (set, share), &bag, (holder.clone(), site.clone()));
        }
        let Some(earlier) = &of.earlier else { return };
        if let (Some(share), Some(bag)) = (share, facts::BAG_BROUGHT.within(entry)) {
            self.brought(at, (earlier, share), &bag, holder.clone());
        }
        if let (Some(share), Some(bag)) = (of.brought_by(entry), facts::BAG_RESEALED.within(entry)) {
            self.sealed(at, (earlier, share), &bag, (holder, site));
        }
    }

    fn sheet(&mut self, (set, share): (&str, u8)) -> &mut Sheet {
        self.all.entry((set.to_owned(), share)).or_insert_with(|| Sheet {
            set: set.to_owned(),
            share,
            holder: None,
            bag: None,
            state: SheetState::Open,
            seal: None,
            since: String::new(),
            place: words::NOT_RECORDED.to_owned(),
            run: String::new(),
        })
    }

    /// With who took the bag with them, and the site where they keep it.
    fn sealed(
        &mut self,
        at: Where<'_>,
        sheet: (&str, u8),
        bag: &str,
        (holder, site): (Option<String>, Option<String>),
    ) {
        let (run, entry) = at;
        let site = site.unwrap_or_else(|| words::NOT_RECORDED.to_owned());
        let number =
            if bag.starts_with(PRACTICE) { words::practice_bag(bag, run, entry.seq) } else { bag.to_owned() };
        let item = words::item(sheet.0, sheet.1);
        self.happened(at, &Event::Sealed { bag: number, item, site: site.clone() });
        let sheet = self.sheet(sheet);
        sheet.holder = holder.or(sheet.holder.take());
        sheet.bag = Some(bag.to_owned());
        sheet.place = site;
        (sheet.state, sheet.seal) = (SheetState::Sealed, None);
        (sheet.since, sheet.run) = (entry.utc.clone(), run.to_owned());
    }

    fn brought(&mut self, at: Where<'_>, sheet: (&str, u8), bag: &str, holder: Option<String>) {
        let (run, entry) = at;
        let seal = facts::SEAL.within(entry).unwrap_or_else(|| WHOLE.to_owned());
        match self.ledger.whereabouts(&words::item(sheet.0, sheet.1)) {
            Some(Whereabouts::Sealed { bag: recorded, .. }) => {
                if recorded != bag && !words::is_practice_bag(&recorded, bag) {
                    self.contradicts(at, &words::came_in_another_bag(sheet, bag, &recorded));
                }
                let state = if seal == WHOLE { Seal::Whole } else { Seal::Damaged };
                self.happened(at, &Event::Seen { bag: recorded.clone(), seal: state });
                self.happened(at, &Event::Opened { bag: recorded });
            }
            // Brought again in a ceremony that was interrupted.
            Some(Whereabouts::Open { .. }) | None => {}
            Some(other) => self.contradicts(at, &words::brought_from_elsewhere(sheet, &other)),
        }
        let sheet = self.sheet(sheet);
        sheet.holder = holder.or(sheet.holder.take());
        sheet.bag = Some(bag.to_owned());
        (sheet.state, sheet.seal) = (SheetState::Open, Some(seal));
        (sheet.since, sheet.run) = (entry.utc.clone(), run.to_owned());
    }

    /// A sheet that was destroyed, is to be destroyed, or is missing. A sheet that is shredded comes out of its bag for
    /// that.
    fn becomes(&mut self, at: Where<'_>, sheet: (&str, u8), state: SheetState) {
        if state == SheetState::Destroyed {
            let item = words::item(sheet.0, sheet.1);
            if let Some(Whereabouts::Sealed { bag, .. }) = self.ledger.whereabouts(&item) {
                self.happened(at, &Event::Opened { bag });
            }
            if self.ledger.whereabouts(&item).is_some_and(|now| now != Whereabouts::Destroyed) {
                self.happened(at, &Event::Destroyed { item });
            }
        }
        let sheet = self.sheet(sheet);
        sheet.state = state;
        (sheet.since, sheet.run) = (at.1.utc.clone(), at.0.to_owned());
    }

    /// What people said became of a copy.
    fn copies(&mut self, of: &Told<'_>, entry: &Entry) {
        let (Some(copy), Some(set), Some(became)) =
            (facts::COPY.within(entry), facts::COPY_OF.within(entry), facts::BECAME.within(entry))
        else {
            return;
        };
        let sheet = match copy.strip_prefix("older-sheet-").and_then(|rest| rest.split_once(' ')) {
            Some((share, older)) => share.parse().ok().map(|n| (older.to_owned(), n)),
            None => copy.strip_prefix("sheet-").and_then(|n| n.parse().ok()).map(|n| (set, n)),
        };
        let Some((set, share)) = sheet else { return };
        let state = match became.as_str() {
            "destroyed" | "destroyed-before" => SheetState::Destroyed,
            "owed" => SheetState::ToBeDestroyed,
            "missing" => SheetState::Missing,
            _ => return,
        };
        self.becomes((of.run, entry), (&set, share), state);
    }

    /// A bag that was sent, arrived, or whose damaged seal was looked into.
    fn moved(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(said) = declared(entry, facts::BAG_MOVED) else { return };
        let (Some(number), Some(event)) = (said("bag"), said("event")) else { return };
        let at = (of.run, entry);
        // Of two sheets that say one number the ledger named the fault before; the newest of them moved.
        let newest = self.all.values().filter(|s| s.bag.as_deref() == Some(number.as_str()));
        let sheet = newest.max_by(|a, b| a.since.cmp(&b.since)).map(|s| (s.set.clone(), s.share));
        let Some((set, share)) = sheet else {
            return self.contradicts(at, &words::no_such_bag(&number));
        };
        let bag = match self.ledger.whereabouts(&words::item(&set, share)) {
            Some(Whereabouts::Sealed { bag, .. } | Whereabouts::OnItsWay { bag, .. }) => bag,
            Some(other) => {
                return self.contradicts(at, &words::brought_from_elsewhere((&set, share), &other));
            }
            None => return,
        };
        let to = said("to").unwrap_or_else(|| words::NOT_RECORDED.to_owned());
        let event = match event.as_str() {
            "sent" => Event::Sent { bag: bag.clone(), to: to.clone() },
            "arrived" => Event::Arrived { bag: bag.clone() },
            _ => Event::Accepted { bag: bag.clone() },
        };
        if let Err(why) = self.ledger.apply(&event) {
            return self.contradicts(at, &why.to_string());
        }
        if said("seal").as_deref() == Some("damaged") && !matches!(event, Event::Accepted { .. }) {
            self.happened(at, &Event::Seen { bag, seal: Seal::Damaged });
        }
        let sheet = self.sheet((&set, share));
        sheet.seal = said("seal").map(|seal| if seal == WHOLE { seal } else { BROKEN.to_owned() });
        match event {
            Event::Sent { to, .. } => {
                (sheet.state, sheet.place) = (SheetState::OnItsWay, to);
            }
            Event::Arrived { .. } => sheet.state = SheetState::Sealed,
            _ => {}
        }
        (sheet.since, sheet.run) = (entry.utc.clone(), of.run.to_owned());
    }

    /// Sheets of a set that came to nothing are still paper with a share on it.
    pub(crate) fn given_up(&mut self, set: &str, record: &Record) {
        let since = record.reading.entries.last().map_or(String::new(), |e| e.utc.clone());
        let left = |s: &&mut Sheet| s.set == set && s.state != SheetState::Destroyed;
        for sheet in self.all.values_mut().filter(left) {
            sheet.state = SheetState::ToBeDestroyed;
            sheet.since.clone_from(&since);
        }
    }

    fn happened(&mut self, at: Where<'_>, event: &Event) {
        if let Err(why) = self.ledger.apply(event) {
            self.contradicts(at, &why.to_string());
        }
    }

    fn contradicts(&mut self, (run, entry): Where<'_>, why: &str) {
        self.contradictions.insert(words::contradiction(run, entry.seq, why));
    }

    /// Every sheet, by set and share, and what cannot have happened.
    pub(crate) fn listed(self) -> (Vec<Sheet>, Vec<String>) {
        (self.all.into_values().collect(), self.contradictions.into_iter().collect())
    }
}
