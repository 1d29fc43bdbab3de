//! Numbered, tamper-evident bags: what is in them, where they lie, and what is still owed.
//!
//! The ledger is what a replay of the events says; the events are in the transcripts. It refuses what cannot have
//! happened (a number used twice, a bag opened that is not closed), and keeps as obligations what must not be left as
//! it is: contents out of their bag, a bag on its way, a seal found damaged and not yet decided on.

use std::collections::BTreeMap;

/// A bag's printed number. Numbers are never used again.
pub type BagNumber = String;

/// Something kept in a bag: a share sheet, a token, a medium. Unique in the register.
pub type Item = String;

/// What happened to a bag or its content. Who and when are in the transcript's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An item was put into a fresh bag at a site, and the bag closed. Also resealing: the old bag is spent.
    Sealed {
        /// The fresh bag.
        bag: BagNumber,
        /// What was put in.
        item: Item,
        /// Where.
        site: String,
    },
    /// A bag was found closed and its number read back.
    Seen {
        /// The bag.
        bag: BagNumber,
        /// Whether the seal was whole.
        seal: Seal,
    },
    /// A damaged seal was looked into, and it was decided that the content can still be trusted.
    Accepted {
        /// The bag.
        bag: BagNumber,
    },
    /// A closed bag was opened and its content taken out.
    Opened {
        /// The bag.
        bag: BagNumber,
    },
    /// A closed bag left its site.
    Sent {
        /// The bag.
        bag: BagNumber,
        /// Where it is going.
        to: String,
    },
    /// It arrived, at the site it was sent to.
    Arrived {
        /// The bag.
        bag: BagNumber,
    },
    /// An item that was out of its bag was destroyed.
    Destroyed {
        /// The item.
        item: Item,
    },
}

/// The state of a seal that somebody looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// Whole, the number readable.
    Whole,
    /// Torn, cut, lifted, or the word VOID has appeared.
    Damaged,
}

/// What is owed.
#[allow(missing_docs, reason = "fields are named in the message and speak through their variant")]
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obligation {
    /// An item lies open.
    #[error("{item}, taken out of bag {bag}, is not sealed again; put it into a fresh bag, or destroy it")]
    Reseal { item: Item, bag: BagNumber },
    /// A bag is between two sites.
    #[error("bag {bag} left for {to} and has not arrived; find it")]
    Arrive { bag: BagNumber, to: String },
    /// A seal was damaged and nothing decided.
    #[error(
        "the seal of bag {bag} was found damaged; open it and seal the content anew, or accept it with a reason"
    )]
    Decide { bag: BagNumber },
}

/// What cannot have happened.
#[allow(missing_docs, reason = "fields are named in the message and speak through their variant")]
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum BagError {
    /// The number was used before.
    #[error("bag {bag} was used before; every bag is used once, take a fresh one")]
    UsedBefore { bag: BagNumber },
    /// No such bag.
    #[error("bag {bag} is not in the register; compare the number with the bag")]
    Unknown { bag: BagNumber },
    /// The bag was opened earlier.
    #[error("bag {bag} was opened before, so it cannot be closed now; stop and find out which bag this is")]
    Spent { bag: BagNumber },
    /// The item is in a closed bag.
    #[error("{item} is in bag {bag}, which is closed; open that bag first")]
    InAnotherBag { item: Item, bag: BagNumber },
    /// The item is gone.
    #[error("{item} was destroyed; compare what is in your hands with the record")]
    WasDestroyed { item: Item },
    /// No such item.
    #[error("{item} is not in the register; compare its identifier")]
    UnknownItem { item: Item },
    /// The bag is on its way.
    #[error("bag {bag} is on its way; record its arrival first")]
    OnItsWay { bag: BagNumber },
    /// The bag was not sent.
    #[error("bag {bag} was not sent anywhere; record that it left first")]
    NotSent { bag: BagNumber },
    /// Nothing to accept.
    #[error("the seal of bag {bag} was not found damaged; there is nothing to accept")]
    NotDamaged { bag: BagNumber },
}

impl BagError {
    /// A stable code that later versions keep.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UsedBefore { .. } => "bag-used-before",
            Self::Unknown { .. } => "bag-unknown",
            Self::Spent { .. } => "bag-spent",
            Self::InAnotherBag { .. } => "bag-item-elsewhere",
            Self::WasDestroyed { .. } => "bag-item-destroyed",
            Self::UnknownItem { .. } => "bag-item-unknown",
            Self::OnItsWay { .. } => "bag-on-its-way",
            Self::NotSent { .. } => "bag-not-sent",
            Self::NotDamaged { .. } => "bag-not-damaged",
        }
    }
}

/// A bag in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bag {
    item: Item,
    place: Place,
    seal: Seal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    At(String),
    Going(String),
    Opened,
}

/// Where an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// In a closed bag at a site.
    Sealed {
        /// The bag.
        bag: BagNumber,
        /// The site.
        site: String,
    },
    /// In a closed bag on its way.
    OnItsWay {
        /// The bag.
        bag: BagNumber,
        /// Where to.
        to: String,
    },
    /// Out of its last bag.
    Open {
        /// The bag it was in.
        bag: BagNumber,
    },
    /// Gone.
    Destroyed,
}

/// All bags and items, as the events so far make them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    bags: BTreeMap<BagNumber, Bag>,
    /// Each item's last bag; `None` once it is destroyed.
    items: BTreeMap<Item, Option<BagNumber>>,
}

impl Ledger {
    /// Replays events from the beginning; stops at the first that cannot have happened and says which it is.
    pub fn replay<'e>(events: impl IntoIterator<Item = &'e Event>) -> Result<Self, (usize, BagError)> {
        let mut ledger = Self::default();
        for (number, event) in events.into_iter().enumerate() {
            ledger.apply(event).map_err(|e| (number, e))?;
        }
        Ok(ledger)
    }

    /// Takes one event. A refused event changes nothing.
    pub fn apply(&mut self, event: &Event) -> Result<(), BagError> {
        match event {
            Event::Sealed { bag, item, site } => self.seal(bag, item, site),
            Event::Seen { bag, seal } => {
                let bag = self.closed(bag)?;
                // A seal that was damaged stays so until somebody decides, whoever looks at it next.
                if *seal == Seal::Damaged {
                    bag.seal = Seal::Damaged;
                }
                Ok(())
            }
            Event::Accepted { bag: number } => {
                let bag = self.closed(number)?;
                if bag.seal == Seal::Whole {
                    return Err(BagError::NotDamaged { bag: number.clone() });
                }
                bag.seal = Seal::Whole;
                Ok(())
            }
            Event::Opened { bag: number } => {
                let bag = self.here(number)?;
                bag.place = Place::Opened;
                bag.seal = Seal::Whole; // what was owed about the seal is now owed about the content
                Ok(())
            }
            Event::Sent { bag, to } => {
                self.here(bag)?.place = Place::Going(to.clone());
                Ok(())
            }
            Event::Arrived { bag: number } => {
                let bag = self.closed(number)?;
                let Place::Going(to) = &bag.place else {
                    return Err(BagError::NotSent { bag: number.clone() });
                };
                bag.place = Place::At(to.clone());
                Ok(())
            }
            Event::Destroyed { item } => self.destroy(item),
        }
    }

    fn seal(&mut self, bag: &BagNumber, item: &Item, site: &str) -> Result<(), BagError> {
        if self.bags.contains_key(bag) {
            return Err(BagError::UsedBefore { bag: bag.clone() });
        }
        self.in_hand(item)?;
        let place = Place::At(site.to_owned());
        self.bags.insert(bag.clone(), Bag { item: item.clone(), place, seal: Seal::Whole });
        self.items.insert(item.clone(), Some(bag.clone()));
        Ok(())
    }

    fn destroy(&mut self, item: &Item) -> Result<(), BagError> {
        if !self.items.contains_key(item) {
            return Err(BagError::UnknownItem { item: item.clone() });
        }
        self.in_hand(item)?;
        self.items.insert(item.clone(), None);
        Ok(())
    }

    /// Whether an item can be in somebody's hands: new, or out of its last bag.
    fn in_hand(&self, item: &Item) -> Result<(), BagError> {
        match self.items.get(item) {
            None => Ok(()),
            Some(None) => Err(BagError::WasDestroyed { item: item.clone() }),
            Some(Some(bag)) if self.bags.get(bag).is_none_or(|b| b.place == Place::Opened) => Ok(()),
            Some(Some(bag)) => Err(BagError::InAnotherBag { item: item.clone(), bag: bag.clone() }),
        }
    }

    fn closed(&mut self, number: &BagNumber) -> Result<&mut Bag, BagError> {
        match self.bags.get_mut(number) {
            None => Err(BagError::Unknown { bag: number.clone() }),
            Some(bag) if bag.place == Place::Opened => Err(BagError::Spent { bag: number.clone() }),
            Some(bag) => Ok(bag),
        }
    }

    /// A closed bag that is at a site.
    fn here(&mut self, number: &BagNumber) -> Result<&mut Bag, BagError> {
        let bag = self.closed(number)?;
        if matches!(bag.place, Place::Going(_)) {
            return Err(BagError::OnItsWay { bag: number.clone() });
        }
        Ok(bag)
    }

    /// Where an item is; `None` if it was never in a bag.
    pub fn whereabouts(&self, item: &str) -> Option<Whereabouts> {
        let Some(bag) = self.items.get(item)? else { return Some(Whereabouts::Destroyed) };
        let bag = bag.clone();
        Some(match &self.bags.get(&bag)?.place {
            Place::At(site) => Whereabouts::Sealed { bag, site: site.clone() },
            Place::Going(to) => Whereabouts::OnItsWay { bag, to: to.clone() },
            Place::Opened => Whereabouts::Open { bag },
        })
    }

    /// Everything owed, sorted. A register with any of these is not at rest.
    pub fn obligations(&self) -> Vec<Obligation> {
        let mut owed = Vec::new();
        for (item, bag) in &self.items {
            let Some(number) = bag else { continue };
            let Some(bag) = self.bags.get(number) else { continue };
            match &bag.place {
                Place::Opened => owed.push(Obligation::Reseal { item: item.clone(), bag: number.clone() }),
                Place::Going(to) => owed.push(Obligation::Arrive { bag: number.clone(), to: to.clone() }),
                Place::At(_) => {}
            }
            if bag.seal == Seal::Damaged {
                owed.push(Obligation::Decide { bag: number.clone() });
            }
        }
        owed.sort();
        owed
    }
}
