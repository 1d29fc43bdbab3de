//! A walk along a record, for the places where its key went.

use crate::places::{
    Place, Sort, add, bundle_id, carried_on, cloud_id, file_id, id_of_copy, sheet_id, token_id,
};
use crate::words;
use facts::{Form, Named};
use std::collections::BTreeSet;
use transcript::{Entry, Kind};

/// A text of an entry that says something.
fn text<F: Form<Value = String>>(entry: &Entry, fact: &impl Named<F>) -> Option<String> {
    fact.within(entry).filter(|text| !text.is_empty())
}

/// Every place that a record names, those that it carries on from earlier ones among them. What it says became of a copy
/// counts only where the record is believed.
pub fn of_record(entries: &[Entry], believed: bool) -> Vec<Place> {
    let run = entries.first().and_then(|e| text(e, &facts::RUN)).unwrap_or_default();
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
    run: String,
    believed: bool,
    /// What the newest entries say of the token, the backup that is made, and the key in the cloud.
    serial: Option<String>,
    set: Option<String>,
    /// The set of the earlier backup that was opened.
    earlier_set: Option<String>,
    cloud: Option<(String, String)>,
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
        self.put_from(sort, id, says, (None, None));
    }

    /// With the place that it was made from, and how it came out of there.
    fn put_from(&mut self, sort: Sort, id: String, says: String, from: (Option<String>, Option<String>)) {
        add(&mut self.found, [Place::new(sort, id, says, &self.run).from(from.0, from.1)]);
    }

    /// Where what an entry wraps was taken from: the wrapped file that was brought back for the moment, or the token.
    fn source(&self, entry: &Entry) -> Option<String> {
        match text(entry, &facts::BROUGHT_BACK_CHECK_VALUE).and(self.earlier_set.as_deref()) {
            Some(set) => Some(file_id(set)),
            None => self.serial.as_deref().map(token_id),
        }
    }

    fn take(&mut self, entry: &'e Entry) {
        self.serial = text(entry, &facts::TOKEN_SERIAL).or(self.serial.take());
        self.set = text(entry, &facts::SHARE_SET).or(self.set.take());
        if let Some(name) = text(entry, &facts::CLOUD_KEY) {
            let prepared = prepared(entry, &name);
            self.cloud = Some((name, prepared));
        }
        match entry.kind {
            Kind::Intent if self.opened => self.begun = entry.step.as_deref(),
            Kind::Outcome if self.begun == entry.step.as_deref() => self.begun = None,
            Kind::Closed => self.closed = true,
            _ => {}
        }
        if let Some(set) = text(entry, &facts::DRILL_SET) {
            self.earlier_set = Some(set);
            self.carried(entry);
            // A destruction puts no key anywhere.
            self.opened = facts::COPIES_IN_TOKEN.within(entry).is_none();
        }
        self.made(entry);
        self.given(entry);
        self.void(entry);
        self.sent(entry);
        self.said(entry);
    }

    /// A key in the token, and its backup.
    fn made(&mut self, entry: &Entry) {
        if text(entry, &facts::CHECK_VALUE).is_some() {
            let serial = self.serial.clone().unwrap_or_else(|| words::UNKNOWN.to_owned());
            let label = text(entry, &facts::KEY_LABEL).unwrap_or_default();
            let restored = text(entry, &facts::RESTORED_FROM_SET).map(|set| file_id(&set));
            let says = words::key_in_token(&label, &serial);
            self.put_from(Sort::Token, token_id(&serial), says, (restored, None));
        }
        let Some(set) = self.set.clone() else { return };
        if let Some(name) = text(entry, &facts::WRAPPED_BACKUP) {
            let sha256 = entry.files.iter().find(|f| f.name == name).map_or("", |f| f.sha256.as_str());
            let from = (self.source(entry), text(entry, &facts::BACKUP_RUNG));
            self.put_from(Sort::File, file_id(&set), words::wrapped_file(&name, sha256), from);
        }
        if let Some(dealt) = facts::SHARE_COMMITMENTS.within(entry) {
            self.sheets(&set, dealt.len());
        }
    }

    /// A recovery that broke off may have put the key into its token before it could say so.
    fn interrupted(&mut self) {
        if let (Some(step), Some(serial), false) = (self.begun, self.serial.clone(), self.closed) {
            let says = words::perhaps_in_token(&serial, step, &self.run);
            self.put(Sort::Token, token_id(&serial), says);
        }
    }

    fn file(&mut self, set: &str, name: &str, sha256: &str) {
        self.put(Sort::File, file_id(set), words::wrapped_file(name, sha256));
    }

    fn sheets(&mut self, set: &str, many: usize) {
        for share in 1..=many {
            let from = (Some(file_id(set)), None);
            self.put_from(Sort::Sheet, sheet_id(share, set), words::sheet(share, set), from);
        }
    }

    /// What an earlier record named, as this one carries it on. An older record carries nothing on: then what it says of
    /// the one backup that it opened is listed, and that the rest is not known here.
    fn carried(&mut self, entry: &Entry) {
        if let Some(carried) = carried_on(entry) {
            add(&mut self.found, carried);
            return;
        }
        let (Some(set), Some(earlier)) =
            (text(entry, &facts::DRILL_SET), text(entry, &facts::EARLIER_CEREMONY))
        else {
            return;
        };
        if facts::DRILL_PLAN.within(entry).is_some() {
            return;
        }
        if let Some(serial) = text(entry, &facts::EARLIER_TOKEN_SERIAL) {
            self.put(Sort::Token, token_id(&serial), words::key_in_other_token(&serial));
        }
        if let (Some(name), Some(sha256)) =
            (text(entry, &facts::EARLIER_WRAPPED_BACKUP), text(entry, &facts::DRILLED_BACKUP_SHA256))
        {
            self.file(&set, &name, &sha256);
        }
        self.sheets(&set, facts::DRILL_COMMITMENTS.within(entry).map_or(0, |dealt| dealt.len()));
        add(&mut self.found, [Place::unread(&earlier, words::NOT_AT_HAND)]);
    }

    /// A share that a custodian has, and the printer that saw it.
    fn given(&mut self, entry: &Entry) {
        let share = facts::SHARE_INDEX.within(entry).and_then(|n| usize::try_from(n).ok());
        let (Some(share), Some(set)) = (share, self.set.clone()) else { return };
        if let Some(printer) = text(entry, &facts::PRINTER) {
            self.printed(&set, &printer);
        }
        let id = sheet_id(share, &set);
        let Some(place) = self.found.iter_mut().find(|p| p.id == id) else { return };
        if facts::SHARE_BOX_FILE.within(entry).is_some() {
            place.sort = Sort::Boxed;
            place.says = words::encrypted(share, &set);
        } else if let Some(bag) = text(entry, &facts::BAG) {
            place.sort = Sort::Sheet;
            place.says = words::sealed_sheet(share, &set, &bag, &self.run);
        }
    }

    fn printed(&mut self, set: &str, printer: &str) {
        let id = format!("printers {set}");
        match self.found.iter_mut().find(|p| p.id == id) {
            Some(place) if place.says.ends_with(printer) || place.says.contains(&format!("{printer}, ")) => {}
            Some(place) => place.says = format!("{}, {printer}", place.says),
            None => self.put(Sort::Printer, id, words::printers(set, printer)),
        }
    }

    /// A backup that was made anew: the file of the one before is gone, and so are its sheets where none was given out, or
    /// once two people saw them destroyed.
    fn void(&mut self, entry: &Entry) {
        let set_of = |id: &str| facts::void_set_of(id).map(str::to_owned);
        self.owed.extend(entry.opens.iter().filter_map(|o| set_of(&o.id)));
        if let (Kind::TakenBack, Some(_), Some(set)) =
            (entry.kind, facts::REMOVED_FILES.within(entry), self.set.clone())
        {
            let file = file_id(&set);
            self.found.retain(|p| p.id != file);
            if !self.owed.contains(&set) {
                self.without_sheets(&set);
            }
        }
        for set in entry.closes.iter().filter_map(|id| set_of(id)) {
            self.without_sheets(&set);
        }
    }

    fn without_sheets(&mut self, set: &str) {
        let of_set = format!(" {set}");
        self.found.retain(|p| !matches!(p.sort, Sort::Sheet | Sort::Boxed) || !p.id.ends_with(&of_set));
    }

    /// What went to a cloud, and the bundle that it went in. What a receipt names went there too.
    fn sent(&mut self, entry: &Entry) {
        let run = self.run.clone();
        if let Some(target) = text(entry, &facts::WRAPPED_FOR) {
            let unknown = || (words::UNKNOWN.to_owned(), String::new());
            let (name, prepared) = self.cloud.clone().unwrap_or_else(unknown);
            self.cloud(&run, &target, &name, &prepared);
            let says = words::bundle(&target, &name, &run);
            let from = (self.source(entry), text(entry, &facts::RUNG));
            self.put_from(Sort::Bundle, bundle_id(&run, &target, &name), says, from);
        }
        if let (Some(target), Some(name)) =
            (text(entry, &facts::RECEIPT_TARGET), text(entry, &facts::RECEIPT_KEY))
        {
            let wrapped_in = text(entry, &facts::EARLIER_CEREMONY).unwrap_or(run);
            self.cloud(&wrapped_in, &target, &name, "");
        }
    }

    fn cloud(&mut self, wrapped_in: &str, target: &str, name: &str, prepared: &str) {
        let says = words::cloud_key(target, name, prepared);
        let from = (Some(bundle_id(wrapped_in, target, name)), None);
        self.put_from(Sort::Cloud, cloud_id(wrapped_in, target, name), says, from);
    }

    /// What two people said became of a copy: it counts once they signed, which is when the step comes to its end.
    fn said(&mut self, entry: &Entry) {
        if !self.believed {
            return;
        }
        if entry.kind == Kind::Outcome {
            for (id, became) in std::mem::take(&mut self.said) {
                if let Some(place) = self.found.iter_mut().find(|p| p.id == id) {
                    place.became = Some((became, self.run.clone()));
                }
            }
        }
        let (Some(copy), Some(became)) = (text(entry, &facts::COPY), text(entry, &facts::BECAME)) else {
            return;
        };
        let set = text(entry, &facts::COPY_OF).unwrap_or_default();
        let id = id_of_copy(&copy, &set);
        self.said.push((id, became));
    }
}

/// What else was said of where a key of that name is to be, such as its vault.
fn prepared(entry: &Entry, name: &str) -> String {
    let said = facts::PREPARED.within(entry).into_iter().flatten();
    let said = said.filter(|(_, value)| value != name);
    let said: Vec<_> = said.map(|(what, value)| format!("{what}: {value}")).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) }
}
