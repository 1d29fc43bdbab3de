//! The register: every set of shares, every sheet, its bag and what is owed, as the records tell it.

use crate::bags::{Event, Item, Ledger, Seal, Whereabouts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use transcript::{Entry, Kind, Reading, count};

/// Where a bag is whose record names no site.
const SITE: &str = "not recorded";
/// Bag numbers that rehearsals propose; they are used again in every one.
const PRACTICE: &str = "PRACTICE ";

/// One record.
pub struct Record {
    /// The run's id.
    pub run: String,
    /// What its transcript says.
    pub reading: Reading,
}

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
    /// `sealed`, `open`, `destroyed`, `to be destroyed`, or `missing`.
    pub state: String,
    /// The seal as somebody last saw it: `whole`, `broken`, or `none`; absent where nobody looked since it was sealed.
    pub seal: Option<String>,
    /// When that was recorded, UTC.
    pub since: String,
    /// Where its custodian keeps it, as recorded when it was sealed last; `not recorded` where that record names no site.
    pub place: String,
    /// The run that recorded it.
    pub run: String,
}

/// A set of shares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// The set, as printed on its sheets.
    pub set: String,
    /// The key's label, or how many keys of a plan its shares open.
    pub key: Option<String>,
    /// The key's check value.
    pub check_value: Option<String>,
    /// The run that made it.
    pub run: String,
    /// When, UTC.
    pub since: String,
    /// How many shares rebuild the backup wrapping key; absent where they are dealt over sites.
    pub threshold: Option<u64>,
    /// How many sites have to take part, where the shares are dealt over sites.
    #[serde(default)]
    pub sites_needed: Option<u64>,
    /// For each site, how many of its shares are needed and how many it has; empty where sites do not count.
    #[serde(default)]
    pub groups: Vec<(u8, u8)>,
    /// How many shares there are.
    pub shares: Option<u64>,
    /// `in use`, `replaced`, `void`, `given up`, `its key is destroyed`, or `its ceremony is not closed`.
    pub state: String,
    /// The day by which the next drill is due, where one was held: `2027-10-01`.
    pub next_drill: Option<String>,
}

/// What is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// What has to be done, in a sentence.
    pub says: String,
    /// Since when, UTC.
    pub since: String,
    /// The run that owes it.
    pub run: String,
}

/// All that the records of one mode tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Every set, oldest first.
    pub sets: Vec<Set>,
    /// Every sheet, by set and share.
    pub sheets: Vec<Sheet>,
    /// Everything owed.
    pub owed: Vec<Owed>,
    /// What cannot have happened as the records have it, such as a bag's number used twice.
    pub contradictions: Vec<String>,
}

impl Register {
    /// What these records tell; they come in any order.
    pub fn of(records: &[Record]) -> Self {
        let mut order: Vec<&Record> = records.iter().filter(|r| !r.reading.entries.is_empty()).collect();
        order.sort_by(|a, b| begun(a).cmp(begun(b)).then_with(|| a.run.cmp(&b.run)));
        let mut made = Making::default();
        for record in order {
            made.take(record);
        }
        made.register(records)
    }

    /// What a day's reader has to know beside [`Register::owed`]: drills that are due, or were never held, of the sets in
    /// use. `today` as `2026-11-25`.
    pub fn drills(&self, today: &str) -> Vec<String> {
        let in_use = self.sets.iter().filter(|s| s.state == IN_USE);
        in_use
            .map(|s| match &s.next_drill {
                Some(day) if day.as_str() < today => format!("{}: the drill due on {day} is overdue", s.set),
                Some(day) => format!("{}: the next drill is due on {day}", s.set),
                None => format!("{}: no drill is recorded", s.set),
            })
            .collect()
    }
}

const IN_USE: &str = "in use";
const OPEN: &str = "its ceremony is not closed";

fn begun(record: &Record) -> &str {
    record.reading.entries.first().map_or("", |e| e.utc.as_str())
}

/// What the record at hand speaks of.
#[derive(Default)]
struct Told {
    /// The set it makes.
    set: Option<String>,
    /// The set of an earlier ceremony that it opens.
    earlier: Option<String>,
    key: Option<String>,
    check_value: Option<String>,
    names: BTreeMap<String, String>,
    /// The share that each custodian brought.
    brought: BTreeMap<String, u8>,
}

#[derive(Default)]
struct Making {
    ledger: Ledger,
    sets: BTreeMap<String, Set>,
    sheets: BTreeMap<(String, u8), Sheet>,
    contradictions: BTreeSet<String>,
}

fn item(set: &str, share: u8) -> Item {
    format!("share {share} of {set}")
}

fn text<'e>(entry: &'e Entry, name: &str) -> Option<&'e str> {
    entry.value(name).and_then(Value::as_str)
}

/// How a set is dealt, from the entry that says so; `prefix` as the record has it.
fn dealt(set: &mut Set, entry: &Entry, prefix: &str) {
    let value = |name: &str| entry.value(&format!("{prefix}{name}"));
    set.shares = value("shares").and_then(Value::as_u64);
    set.threshold = value("threshold").and_then(Value::as_u64);
    set.sites_needed = value("sites-needed").and_then(Value::as_u64);
    set.groups = value("groups").and_then(|v| serde_json::from_value(v.clone()).ok()).unwrap_or_default();
}

fn number(value: &Value) -> Option<u8> {
    value.as_u64().and_then(|n| u8::try_from(n).ok())
}

impl Making {
    fn take(&mut self, record: &Record) {
        let mut told = Told::default();
        for entry in &record.reading.entries {
            self.entry(&record.run, entry, &mut told);
        }
        let Some(set) = told.set.and_then(|set| self.sets.get_mut(&set)) else { return };
        if set.state == OPEN {
            match record.reading.ended {
                Some(Kind::Closed) => IN_USE.clone_into(&mut set.state),
                Some(_) => {
                    "given up".clone_into(&mut set.state);
                    let gone = set.set.clone();
                    self.given_up(&gone, record);
                }
                None => {}
            }
        }
    }

    /// Sheets of a set that came to nothing are still paper with a share on it.
    fn given_up(&mut self, set: &str, record: &Record) {
        let since = record.reading.entries.last().map_or(String::new(), |e| e.utc.clone());
        for sheet in self.sheets.values_mut().filter(|s| s.set == set && s.state != "destroyed") {
            "to be destroyed".clone_into(&mut sheet.state);
            sheet.since.clone_from(&since);
        }
    }

    fn entry(&mut self, run: &str, entry: &Entry, told: &mut Told) {
        if let Some(people) = entry.value("people").and_then(Value::as_array) {
            told.names.extend(people.iter().filter_map(|p| {
                Some((p.get(0)?.as_str()?.to_owned(), p.get(1)?.get(0)?.as_str()?.to_owned()))
            }));
        }
        let plan = text(entry, "plan-keys").map(|keys| count(keys, "key", "keys") + " of a plan");
        told.key = text(entry, "key-label").map(str::to_owned).or(plan).or(told.key.take());
        told.check_value = text(entry, "check-value").map(str::to_owned).or(told.check_value.take());
        self.made(run, entry, told);
        self.opened(entry, told);
        self.void(run, entry, told);
        self.bags(run, entry, told);
        self.copies(run, entry, told);
        self.ends(entry, told);
    }

    /// A set that is made, and how it is dealt.
    fn made(&mut self, run: &str, entry: &Entry, told: &mut Told) {
        if let Some(set) = text(entry, "share-set") {
            told.set = Some(set.to_owned());
            self.sets.insert(
                set.to_owned(),
                Set {
                    set: set.to_owned(),
                    key: told.key.clone(),
                    check_value: told.check_value.clone(),
                    run: run.to_owned(),
                    since: entry.utc.clone(),
                    state: OPEN.to_owned(),
                    ..Set::default()
                },
            );
        }
        if entry.value("shares").is_some()
            && let Some(set) = told.set.as_ref().and_then(|s| self.sets.get_mut(s))
        {
            dealt(set, entry, "");
        }
    }

    /// An earlier ceremony's set, which may have been made on another workstation.
    fn opened(&mut self, entry: &Entry, told: &mut Told) {
        let Some(earlier) = text(entry, "drill-set") else { return };
        told.earlier = Some(earlier.to_owned());
        if self.sets.contains_key(earlier) {
            return;
        }
        let run = text(entry, "earlier-ceremony").unwrap_or_default().to_owned();
        let mut set = Set {
            set: earlier.to_owned(),
            check_value: text(entry, "drill-check-value").map(str::to_owned),
            run: run.clone(),
            since: entry.utc.clone(),
            state: IN_USE.to_owned(),
            ..Set::default()
        };
        dealt(&mut set, entry, "drill-");
        self.sets.insert(earlier.to_owned(), set);
        for pair in entry.value("drill-bags").and_then(Value::as_array).into_iter().flatten() {
            let bag = pair.get(1).and_then(Value::as_str);
            if let (Some(share), Some(bag)) = (pair.get(0).and_then(number), bag) {
                self.sealed(&run, entry, (earlier, share), bag, (None, None));
            }
        }
    }

    /// A backup that was made anew: what was made before is void, and its sheets are owed or destroyed.
    fn void(&mut self, run: &str, entry: &Entry, told: &Told) {
        if entry.kind == Kind::TakenBack
            && entry.value("removed-files").is_some()
            && let Some(set) = told.set.as_ref().and_then(|s| self.sets.get_mut(s))
        {
            "void".clone_into(&mut set.state);
        }
        let of = |id: &str| id.strip_prefix("void-sheets-").map(str::to_owned);
        for set in entry.opens.iter().filter_map(|o| of(&o.id)) {
            self.each(run, entry, &set, "to be destroyed");
        }
        for set in entry.closes.iter().filter_map(|id| of(id)) {
            self.each(run, entry, &set, "destroyed");
        }
    }

    fn each(&mut self, run: &str, entry: &Entry, set: &str, state: &str) {
        let shares: Vec<u8> = self.sheets.keys().filter(|(s, _)| s == set).map(|(_, n)| *n).collect();
        for share in shares {
            self.becomes(run, entry, (set, share), state);
        }
    }

    /// A share that is sealed, brought, or sealed again.
    fn bags(&mut self, run: &str, entry: &Entry, told: &mut Told) {
        let holder = text(entry, "custodian").map(|id| told.names.get(id).cloned().unwrap_or(id.to_owned()));
        let share = entry.value("share-index").and_then(number);
        let site = text(entry, "site");
        if let (Some(set), Some(share), Some(bag)) = (&told.set, share, text(entry, "bag")) {
            let set = set.clone();
            self.sealed(run, entry, (&set, share), bag, (holder.clone(), site));
        }
        let Some(earlier) = told.earlier.clone() else { return };
        if let (Some(share), Some(bag)) = (share, text(entry, "bag-brought")) {
            if let Some(id) = text(entry, "custodian") {
                told.brought.insert(id.to_owned(), share);
            }
            self.brought(run, entry, (&earlier, share), bag, holder.clone());
        }
        let again = text(entry, "custodian").and_then(|id| told.brought.get(id)).copied();
        if let (Some(share), Some(bag)) = (again, text(entry, "bag-resealed")) {
            self.sealed(run, entry, (&earlier, share), bag, (holder, site));
        }
    }

    fn sheet(&mut self, (set, share): (&str, u8)) -> &mut Sheet {
        self.sheets.entry((set.to_owned(), share)).or_insert_with(|| Sheet {
            set: set.to_owned(),
            share,
            holder: None,
            bag: None,
            state: "open".to_owned(),
            seal: None,
            since: String::new(),
            place: SITE.to_owned(),
            run: String::new(),
        })
    }

    /// With who took the bag with them, and the site where they keep it.
    fn sealed(
        &mut self,
        run: &str,
        entry: &Entry,
        sheet: (&str, u8),
        bag: &str,
        (holder, site): (Option<String>, Option<&str>),
    ) {
        let site = site.unwrap_or(SITE).to_owned();
        let number =
            if bag.starts_with(PRACTICE) { format!("{bag} of {run}, {}", entry.seq) } else { bag.to_owned() };
        self.happened(
            run,
            entry,
            &Event::Sealed { bag: number, item: item(sheet.0, sheet.1), site: site.clone() },
        );
        let sheet = self.sheet(sheet);
        sheet.holder = holder.or(sheet.holder.take());
        sheet.bag = Some(bag.to_owned());
        sheet.place = site;
        (sheet.state, sheet.seal) = ("sealed".to_owned(), None);
        (sheet.since, sheet.run) = (entry.utc.clone(), run.to_owned());
    }

    fn brought(&mut self, run: &str, entry: &Entry, sheet: (&str, u8), bag: &str, holder: Option<String>) {
        let seal = text(entry, "seal").unwrap_or("whole").to_owned();
        match self.ledger.whereabouts(&item(sheet.0, sheet.1)) {
            Some(Whereabouts::Sealed { bag: recorded, .. }) => {
                if recorded != bag && !recorded.starts_with(&format!("{bag} of ")) {
                    self.contradicts(
                        run,
                        entry,
                        &format!(
                            "share {} of {} came in bag {bag}, and it was sealed in {recorded}",
                            sheet.1, sheet.0
                        ),
                    );
                }
                let state = if seal == "whole" { Seal::Whole } else { Seal::Damaged };
                self.happened(run, entry, &Event::Seen { bag: recorded.clone(), seal: state });
                self.happened(run, entry, &Event::Opened { bag: recorded });
            }
            // Brought again in a ceremony that was interrupted.
            Some(Whereabouts::Open { .. }) | None => {}
            Some(other) => {
                self.contradicts(
                    run,
                    entry,
                    &format!(
                        "share {} of {} was brought, and by the records it is {other}",
                        sheet.1, sheet.0
                    ),
                );
            }
        }
        let sheet = self.sheet(sheet);
        sheet.holder = holder.or(sheet.holder.take());
        sheet.bag = Some(bag.to_owned());
        (sheet.state, sheet.seal) = ("open".to_owned(), Some(seal));
        (sheet.since, sheet.run) = (entry.utc.clone(), run.to_owned());
    }

    /// A sheet that was destroyed, is to be destroyed, or is missing. A sheet that is shredded comes out of its bag for
    /// that.
    fn becomes(&mut self, run: &str, entry: &Entry, sheet: (&str, u8), state: &str) {
        if state == "destroyed" {
            let what = item(sheet.0, sheet.1);
            if let Some(Whereabouts::Sealed { bag, .. }) = self.ledger.whereabouts(&what) {
                self.happened(run, entry, &Event::Opened { bag });
            }
            if self.ledger.whereabouts(&what).is_some_and(|at| at != Whereabouts::Destroyed) {
                self.happened(run, entry, &Event::Destroyed { item: what });
            }
        }
        let sheet = self.sheet(sheet);
        state.clone_into(&mut sheet.state);
        (sheet.since, sheet.run) = (entry.utc.clone(), run.to_owned());
    }

    /// What people said became of a copy.
    fn copies(&mut self, run: &str, entry: &Entry, _told: &Told) {
        let (Some(copy), Some(set), Some(became)) =
            (text(entry, "copy"), text(entry, "copy-of"), text(entry, "became"))
        else {
            return;
        };
        let sheet = match copy.strip_prefix("older-sheet-").and_then(|rest| rest.split_once(' ')) {
            Some((share, older)) => share.parse().ok().map(|n| (older.to_owned(), n)),
            None => copy.strip_prefix("sheet-").and_then(|n| n.parse().ok()).map(|n| (set.to_owned(), n)),
        };
        let Some((set, share)) = sheet else { return };
        match became {
            "destroyed" | "destroyed-before" => self.becomes(run, entry, (&set, share), "destroyed"),
            "owed" => self.becomes(run, entry, (&set, share), "to be destroyed"),
            "missing" => self.becomes(run, entry, (&set, share), "missing"),
            _ => {}
        }
    }

    /// A set that was drilled, replaced, or whose key is gone.
    fn ends(&mut self, entry: &Entry, told: &Told) {
        let Some(earlier) = told.earlier.as_ref().and_then(|s| self.sets.get_mut(s)) else { return };
        if let Some(day) = text(entry, "next-drill") {
            earlier.next_drill = Some(day.to_owned());
        }
        if entry.value("old-set").is_some() {
            "replaced".clone_into(&mut earlier.state);
        }
        if entry.value("destroyed-in-token").is_some() {
            "its key is destroyed".clone_into(&mut earlier.state);
        }
    }

    fn happened(&mut self, run: &str, entry: &Entry, event: &Event) {
        if let Err(why) = self.ledger.apply(event) {
            self.contradicts(run, entry, &why.to_string());
        }
    }

    fn contradicts(&mut self, run: &str, entry: &Entry, why: &str) {
        self.contradictions.insert(format!("{run}, entry {}: {why}", entry.seq));
    }

    fn register(self, records: &[Record]) -> Register {
        let mut owed = Vec::new();
        for record in records {
            let since = record.reading.entries.last().map_or(String::new(), |e| e.utc.clone());
            let mut note = |says: String| {
                owed.push(Owed { says, since: since.clone(), run: record.run.clone() });
            };
            if let Some((entry, why)) = &record.reading.bad {
                note(format!(
                    "Entry {entry} of the record does not verify: {why}. What follows it is not in here."
                ));
            } else if record.reading.ended.is_none() {
                note("This ceremony is at no end: resume it, or give it up by decision.".to_owned());
                record.reading.open.iter().for_each(|o| note(o.says.clone()));
            }
        }
        for sheet in self.sheets.values() {
            let Sheet { set, share, bag, .. } = sheet;
            let says = match sheet.state.as_str() {
                "open" => format!(
                    "Share {share} of {set} was opened and not sealed again; it was in bag {}.",
                    bag.as_deref().unwrap_or("of no number")
                ),
                "to be destroyed" => format!("The sheet of share {share} of {set} has to be destroyed."),
                "missing" => format!("The sheet of share {share} of {set} is missing: find and destroy it."),
                _ => continue,
            };
            owed.push(Owed { says, since: sheet.since.clone(), run: sheet.run.clone() });
        }
        // Sheets of a replaced set, or of a key that is gone, that no record accounts for.
        for set in self.sets.values().filter(|s| s.state == "replaced" || s.state == "its key is destroyed") {
            for sheet in self.sheets.values().filter(|s| s.set == set.set && s.state == "sealed") {
                let says =
                    format!("Share {} of {} is sealed, and its set is {}.", sheet.share, set.set, set.state);
                owed.push(Owed { says, since: sheet.since.clone(), run: sheet.run.clone() });
            }
        }
        owed.sort_by(|a, b| (&a.since, &a.run, &a.says).cmp(&(&b.since, &b.run, &b.says)));
        let mut sets: Vec<Set> = self.sets.into_values().collect();
        sets.sort_by(|a, b| (&a.since, &a.set).cmp(&(&b.since, &b.set)));
        Register {
            sets,
            sheets: self.sheets.into_values().collect(),
            owed,
            contradictions: self.contradictions.into_iter().collect(),
        }
    }
}
