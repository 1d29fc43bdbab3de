//! What is owed: by records that are at no end, and by what the lists say.

use crate::sets::Set;
use crate::sheets::{Sheet, SheetState};
use crate::sorted::sheets_of;
use crate::told::Record;
use crate::words;
use serde::{Deserialize, Serialize};

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

/// Everything owed, oldest first: by records, and by these lists.
pub(crate) fn all(mut owed: Vec<Owed>, sets: &[Set], sheets: &[Sheet]) -> Vec<Owed> {
    let by = |sheet: &Sheet, says: String| Owed { says, since: sheet.since.clone(), run: sheet.run.clone() };
    owed.extend(sheets.iter().filter_map(|sheet| words::sheet_owed(sheet).map(|says| by(sheet, says))));
    // Sheets of a replaced set, or of a key that is gone, that no record accounts for.
    for set in sets.iter().filter(|s| s.state.is_over()) {
        let left = sheets_of(sheets, &set.set).iter().filter(|s| s.state == SheetState::Sealed);
        owed.extend(left.map(|sheet| by(sheet, words::sealed_of_no_use(sheet, set))));
    }
    owed.sort_by(|a, b| (&a.since, &a.run, &a.says).cmp(&(&b.since, &b.run, &b.says)));
    owed
}

/// What a record owes that does not verify, or is at no end.
pub(crate) fn by_record(record: &Record) -> Vec<Owed> {
    let since = record.reading.entries.last().map_or(String::new(), |e| e.utc.clone());
    let owed = |says: String| Owed { says, since: since.clone(), run: record.run.clone() };
    if let Some((entry, why)) = &record.reading.bad {
        return vec![owed(words::does_not_verify(*entry, why))];
    }
    if record.reading.ended.is_some() {
        return Vec::new();
    }
    let open = record.reading.open.iter().map(|o| o.says.clone());
    std::iter::once(words::AT_NO_END.to_owned()).chain(open).map(owed).collect()
}
