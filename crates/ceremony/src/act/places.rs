//! The places where a key went, as records tell of them: tokens, wrapped files, sheets, clouds, bundles on media and the
//! printers that saw a sheet. A ceremony that opens an earlier one's pack carries them all on in its own record, so that
//! the newest record knows what every one before it did.

use crate::act::earlier;
use crate::engine::Engine;
use byok::Target;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use transcript::{Entry, Kind};

/// The fact that carries the places on.
pub(crate) const FACT: &str = "copies-known";

/// What is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sort {
    /// The key in a token.
    Token,
    /// A wrapped file.
    File,
    /// A share on a sheet.
    Sheet,
    /// A share that is encrypted to a YubiKey.
    Boxed,
    /// The key in a cloud.
    Cloud,
    /// A bundle for a cloud, which only that cloud opens.
    Bundle,
    /// What a printer may remember.
    Printer,
    /// Whatever a record names that could not be read.
    Record,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The word for it in records, the same in each of them.
    pub(crate) id: String,
    pub(crate) sort: Sort,
    /// What it is, to stand in a sentence.
    pub(crate) says: String,
    /// The ceremony whose record names it.
    pub(crate) run: String,
    /// What a later record says became of it, and that ceremony.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) became: Option<(String, String)>,
    /// Whether its record is only known to be of a key with the same check value.
    #[serde(default)]
    pub(crate) perhaps: bool,
}

impl Place {
    fn new(sort: Sort, id: String, says: String, run: &str) -> Self {
        Self { id, sort, says, run: run.to_owned(), became: None, perhaps: false }
    }

    /// The ceremony in which two people saw it destroyed, where there was one.
    pub(crate) fn gone_in(&self) -> Option<&str> {
        let (became, run) = self.became.as_ref()?;
        matches!(became.as_str(), "destroyed" | "destroyed-before").then_some(run.as_str())
    }

    /// What a record names that is not at hand, or cannot be read.
    pub(crate) fn unread(run: &str, why: &str) -> Self {
        let says =
            format!("whatever the record of the ceremony {run} names beside what is listed here: {why}");
        Self::new(Sort::Record, unread_id(run), says, run)
    }
}

fn unread_id(run: &str) -> String {
    format!("record {run}")
}

/// The word for a token's copy.
pub(crate) fn token_id(serial: &str) -> String {
    format!("other-token {serial}")
}

/// The words for what belongs to a set.
pub(crate) fn sheet_id(share: usize, set: &str) -> String {
    format!("older-sheet-{share} {set}")
}

pub(crate) fn file_id(set: &str) -> String {
    format!("older-file {set}")
}

/// Adds those that are not known yet. What was known first stands, since it may know what became of it.
pub(crate) fn add(to: &mut Vec<Place>, more: impl IntoIterator<Item = Place>) {
    for place in more {
        if !to.iter().any(|p| p.id == place.id) {
            to.push(place);
        }
    }
}

fn text<'e>(entry: &'e Entry, name: &str) -> Option<&'e str> {
    entry.value(name)?.as_str().filter(|t| !t.is_empty())
}

/// Every place that a record names, those that it carries on from earlier ones among them. What it says became of a copy
/// counts only where the record is believed.
pub(crate) fn of_record(entries: &[Entry], believed: bool) -> Vec<Place> {
    let run = entries.first().and_then(|e| text(e, "run")).unwrap_or_default();
    let mut walk = Walk { run, believed, ..Walk::default() };
    for entry in entries {
        walk.take(entry);
    }
    walk.interrupted();
    if !believed {
        walk.found.iter_mut().for_each(|p| p.became = None);
    }
    walk.found
}

/// A walk along a record.
#[derive(Default)]
struct Walk<'e> {
    run: &'e str,
    believed: bool,
    /// What the newest entries say of the token, the backup that is made, and the key in the cloud.
    serial: Option<&'e str>,
    set: Option<&'e str>,
    cloud: Option<(&'e str, String)>,
    /// Whether an earlier backup was opened, the step that was begun since and came to no outcome, and whether it closed.
    opened: bool,
    begun: Option<&'e str>,
    closed: bool,
    /// Void sets whose sheets are owed their destruction.
    owed: BTreeSet<String>,
    /// What was said of copies in a step that is not done, and so not signed by both yet.
    said: Vec<(String, String)>,
    found: Vec<Place>,
}

impl<'e> Walk<'e> {
    fn put(&mut self, sort: Sort, id: String, says: String) {
        add(&mut self.found, [Place::new(sort, id, says, self.run)]);
    }

    fn take(&mut self, entry: &'e Entry) {
        self.serial = text(entry, "token-serial").or(self.serial);
        self.set = text(entry, "share-set").or(self.set);
        if let Some(name) = text(entry, "cloud-key").or(text(entry, "key-arn")) {
            self.cloud = Some((name, prepared(entry, name)));
        }
        match entry.kind {
            Kind::Intent if self.opened => self.begun = entry.step.as_deref(),
            Kind::Outcome if self.begun == entry.step.as_deref() => self.begun = None,
            Kind::Closed => self.closed = true,
            _ => {}
        }
        if text(entry, "drill-set").is_some() {
            self.carried(entry);
            // A destruction puts no key anywhere.
            self.opened = entry.value("copies-in-token").is_none();
        }
        if text(entry, "check-value").is_some() {
            let serial = self.serial.unwrap_or("unknown");
            let label = text(entry, "key-label").unwrap_or_default();
            let says = format!("the key {label} in the token with the serial number {serial}");
            self.put(Sort::Token, token_id(serial), says);
        }
        if let (Some(name), Some(set)) = (text(entry, "wrapped-backup"), self.set) {
            let sha256 = entry.files.iter().find(|f| f.name == name).map_or("", |f| f.sha256.as_str());
            self.file(set, name, sha256);
        }
        if let Some(dealt) = entry.value("share-commitments").and_then(|v| v.as_array())
            && let Some(set) = self.set
        {
            self.sheets(set, dealt.len());
        }
        self.given(entry);
        self.void(entry);
        self.sent(entry);
        self.said(entry);
    }

    /// A recovery that broke off may have put the key into its token before it could say so.
    fn interrupted(&mut self) {
        if let (Some(step), Some(serial), false) = (self.begun, self.serial, self.closed) {
            let says = format!(
                "the key in the token with the serial number {serial}, where the step {step} of the ceremony {} may have \
                 put it, which broke off",
                self.run
            );
            self.put(Sort::Token, token_id(serial), says);
        }
    }

    fn file(&mut self, set: &str, name: &str, sha256: &str) {
        let says = format!("the wrapped file {name} (SHA-256 {sha256}), wherever it was copied to");
        self.put(Sort::File, file_id(set), says);
    }

    fn sheets(&mut self, set: &str, many: usize) {
        for share in 1..=many {
            let says = format!("the sheet of share {share} of the set {set}");
            self.put(Sort::Sheet, sheet_id(share, set), says);
        }
    }

    /// What an earlier record named, as this one carries it on. An older record carries nothing on: then what it says of
    /// the one backup that it opened is listed, and that the rest is not known here.
    fn carried(&mut self, entry: &'e Entry) {
        if let Some(carried) = carried_on(entry) {
            add(&mut self.found, carried);
            return;
        }
        let (Some(set), Some(earlier)) = (text(entry, "drill-set"), text(entry, "earlier-ceremony")) else {
            return;
        };
        if entry.value("drill-plan").is_some() {
            return;
        }
        if let Some(serial) = text(entry, "earlier-token-serial") {
            let says = format!("the key in the token with the serial number {serial}");
            self.put(Sort::Token, token_id(serial), says);
        }
        if let (Some(name), Some(sha256)) =
            (text(entry, "earlier-wrapped-backup"), text(entry, "drilled-backup-sha256"))
        {
            self.file(set, name, sha256);
        }
        let dealt = entry.value("drill-commitments").and_then(|v| v.as_array());
        self.sheets(set, dealt.map_or(0, Vec::len));
        add(&mut self.found, [Place::unread(earlier, "it is not at hand")]);
    }

    /// A share that a custodian has, and the printer that saw it.
    fn given(&mut self, entry: &Entry) {
        let share = entry.value("share-index").and_then(serde_json::Value::as_u64);
        let (Some(share), Some(set)) = (share.and_then(|n| usize::try_from(n).ok()), self.set) else {
            return;
        };
        let of = format!("share {share} of the set {set}");
        if let Some(printer) = text(entry, "printer") {
            self.printed(set, printer);
        }
        let Some(place) = self.found.iter_mut().find(|p| p.id == sheet_id(share, set)) else { return };
        if entry.value("share-box-file").is_some() {
            place.sort = Sort::Boxed;
            place.says = format!("{of}, encrypted to its custodian's YubiKey");
        } else if let Some(bag) = text(entry, "bag") {
            place.sort = Sort::Sheet;
            place.says = format!("the sheet of {of}, sealed in bag {bag} by the record of {}", self.run);
        }
    }

    fn printed(&mut self, set: &str, printer: &str) {
        let id = format!("printers {set}");
        match self.found.iter_mut().find(|p| p.id == id) {
            Some(place) if place.says.ends_with(printer) || place.says.contains(&format!("{printer}, ")) => {}
            Some(place) => place.says = format!("{}, {printer}", place.says),
            None => {
                let says = format!("what printers may remember of the sheets of the set {set}: {printer}");
                self.put(Sort::Printer, id, says);
            }
        }
    }

    /// A backup that was made anew: the file of the one before is gone, and so are its sheets where none was given out, or
    /// once two people saw them destroyed.
    fn void(&mut self, entry: &Entry) {
        let void = |id: &'_ str| id.strip_prefix("void-sheets-").map(str::to_owned);
        self.owed.extend(entry.opens.iter().filter_map(|o| void(&o.id)));
        if let (Kind::TakenBack, Some(_), Some(set)) = (entry.kind, entry.value("removed-files"), self.set) {
            self.found.retain(|p| p.id != file_id(set));
            if !self.owed.contains(set) {
                self.without_sheets(set);
            }
        }
        for set in entry.closes.iter().filter_map(|id| void(id)) {
            self.without_sheets(&set);
        }
    }

    fn without_sheets(&mut self, set: &str) {
        let of_set = format!(" {set}");
        self.found.retain(|p| !matches!(p.sort, Sort::Sheet | Sort::Boxed) || !p.id.ends_with(&of_set));
    }

    /// What went to a cloud, and the bundle that it went in. What a receipt names went there too.
    fn sent(&mut self, entry: &Entry) {
        if text(entry, "wrapped-check-value").is_some() {
            let aws = Target::AwsKms.to_string();
            let target = text(entry, "wrapped-for").unwrap_or(&aws);
            let (name, prepared) = self.cloud.clone().unwrap_or(("unknown", String::new()));
            self.cloud(self.run, target, name, &prepared);
            let says = format!(
                "the bundle for {target} ({name}) of the ceremony {}, wherever it was written or copied to",
                self.run
            );
            self.put(Sort::Bundle, format!("bundle {} {target}: {name}", self.run), says);
        }
        if let (Some(target), Some(name)) = (text(entry, "receipt-target"), text(entry, "receipt-key")) {
            let wrapped_in = text(entry, "earlier-ceremony").unwrap_or(self.run);
            self.cloud(wrapped_in, target, name, "");
        }
    }

    /// By the ceremony that wrapped it: two vaults may have a key of one name.
    fn cloud(&mut self, wrapped_in: &str, target: &str, name: &str, prepared: &str) {
        let says = format!("the key in {target} that it was wrapped for: {name}{prepared}");
        self.put(Sort::Cloud, format!("cloud {wrapped_in} {target}: {name}"), says);
    }

    /// What two people said became of a copy: it counts once they signed, which is when the step comes to its end.
    fn said(&mut self, entry: &Entry) {
        if !self.believed {
            return;
        }
        if entry.kind == Kind::Outcome {
            for (id, became) in std::mem::take(&mut self.said) {
                if let Some(place) = self.found.iter_mut().find(|p| p.id == id) {
                    place.became = Some((became, self.run.to_owned()));
                }
            }
        }
        let (Some(copy), Some(became)) = (text(entry, "copy"), text(entry, "became")) else { return };
        let set = text(entry, "copy-of").unwrap_or_default();
        let id = match copy.strip_prefix("sheet-").map(str::parse) {
            Some(Ok(share)) => sheet_id(share, set),
            _ if copy == "wrapped-file" => file_id(set),
            _ => copy.to_owned(),
        };
        self.said.push((id, became.to_owned()));
    }
}

/// What else was said of where a key of that name is to be, such as its vault.
fn prepared(entry: &Entry, name: &str) -> String {
    let said = entry.value("prepared").and_then(|v| v.as_object()).into_iter().flatten();
    let said = said.filter_map(|(what, value)| Some((what, value.as_str().filter(|v| *v != name)?)));
    let said: Vec<_> = said.map(|(what, value)| format!("{what}: {value}")).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) }
}

/// The places that an entry carries on, where it does.
pub(crate) fn carried_on(entry: &Entry) -> Option<Vec<Place>> {
    serde_json::from_value(entry.value(FACT)?.clone()).ok()
}

/// What a destruction has to ask about beside the set, the file and the token that it is held with: every other place
/// that the entry which opened the pack names, and those of them that an earlier ceremony saw destroyed.
pub(crate) fn others(opening: &Entry, here: &str) -> Vec<Place> {
    let set = text(opening, "drill-set").unwrap_or_default();
    let in_token = opening.value("copies-in-token").and_then(|v| v.as_array()).is_some_and(|l| !l.is_empty());
    let own: BTreeSet<String> = (1..=usize::from(u8::MAX))
        .map(|share| sheet_id(share, set))
        .chain([file_id(set)])
        .chain(in_token.then(|| token_id(here)))
        .collect();
    let earlier = text(opening, "earlier-ceremony").unwrap_or_default();
    // An opening that an older version of this program recorded says nothing of them.
    let places = carried_on(opening)
        .unwrap_or_else(|| vec![Place::unread(earlier, "it was opened by an older program")]);
    places.into_iter().filter(|p| !own.contains(&p.id)).collect()
}

/// The same in this run.
pub(super) fn others_here(engine: &Engine<'_>) -> Vec<Place> {
    let here = engine.fact("token-serial").unwrap_or_default();
    earlier::opening(engine).map(|opening| others(opening, &here)).unwrap_or_default()
}
