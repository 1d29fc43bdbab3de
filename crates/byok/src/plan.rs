//! Key plans: one CSV (RFC 4180, as spreadsheets write it) that names every key of a ceremony, checked whole before the
//! first key is made.
//!
//! The heading names the columns, in any order: `system`, `provider`, `key type`, `algorithm`, `parameters file`,
//! `owner`, for providers that take one `expiry`, and, where a provider asks for more ([`provider::Provider::asks`]), a column with each answer's name; Google's answer `algorithm` has the column `key algorithm`.

mod words;

pub use incoming::table::Fault;

use crate::answers::unknown_name;
use crate::provider::{self, Import, Input};
use crate::table::{self, Target};
use crate::text::{check_plain, shown};
use crate::{ByokError, KeyType, PROVIDERS, moment, of};
use incoming::table::{
    Row, cells, columns as columns_of, fault, meant, not_a_value, rows, text_of as table_of,
};
use std::collections::HashMap;

/// The largest plan taken, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;
/// The most keys in a plan.
pub const MOST_KEYS: usize = 20_000;
/// The most problems that are named before reading stops: nobody reads more.
const MOST_FAULTS: usize = 200;

const SYSTEM: &str = "system";
const PROVIDER: &str = "provider";
const KEY_TYPE: &str = "key type";
const ALGORITHM: &str = "algorithm";
const PARAMETERS: &str = "parameters file";
const OWNER: &str = "owner";
/// The column for Google's answer `algorithm`, the purpose of the key there: the plan's own column of that name says how
/// a key is wrapped.
const KEY_ALGORITHM: &str = "key algorithm";
/// Until when the provider is to keep the key; a plan may be without it.
const EXPIRY: &str = "expiry";
const COLUMNS: [&str; 6] = [SYSTEM, PROVIDER, KEY_TYPE, ALGORITHM, PARAMETERS, OWNER];

/// The name of the column with people's answer to this ask.
pub fn column(ask: &provider::Ask) -> &'static str {
    if ask.name == ALGORITHM { KEY_ALGORITHM } else { ask.name }
}

/// One key to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedKey {
    /// The line in the file on which it begins, as an editor shows it: counted from 1 over every CR, LF and CR LF, empty
    /// lines too. It is what the key, its backup and its bundle are called by; within one plan it rises from key to key.
    pub line: u64,
    /// The system that will use the key.
    pub system: String,
    /// Where it goes.
    pub target: Target,
    /// What it is.
    pub key: KeyType,
    /// The wrapping algorithm, by the target's name.
    pub algorithm: &'static str,
    /// The name of the file with the import parameters, without a folder.
    pub parameters_file: String,
    /// Who answers for the key.
    pub owner: String,
    /// Until when the provider is to keep or allow the key, Unix seconds: the first second of the day in the plan.
    pub expiry: Option<i64>,
    /// Answers to [`provider::Provider::asks`], by name.
    pub stated: Vec<(&'static str, String)>,
}

/// Reads a plan. Every line is looked at, and either all of them are good or all that is wrong is named (the first 200
/// things).
pub fn read(bytes: &[u8]) -> Result<Vec<PlannedKey>, Vec<Fault>> {
    let whole = |e: ByokError| vec![fault(0, "", e.in_full())];
    if bytes.len() > LARGEST {
        return Err(whole(ByokError::PlanMalformed(words::too_many_bytes(bytes.len()))));
    }
    let text = text_of(bytes)?;
    let mut rows = rows(&text).map_err(|wrong| vec![wrong])?;
    let heading = match rows.next() {
        Some(heading) => heading.map_err(|wrong| vec![wrong])?,
        None => return Err(whole(ByokError::PlanMalformed(words::EMPTY.to_owned()))),
    };
    let columns = columns(&heading)?;
    let (mut keys, mut faults) = (Vec::<PlannedKey>::new(), Vec::new());
    for row in rows {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        match row.map(|row| planned(&row, &columns, &mut faults)) {
            // What is made, backed up and wrapped is told apart by this number alone.
            Ok(Some(key)) if keys.last().is_some_and(|last| last.line >= key.line) => {
                faults.push(fault(key.line, "", words::SAME_LINE));
            }
            Ok(Some(key)) if keys.len() < MOST_KEYS => keys.push(key),
            Ok(Some(key)) => {
                faults.push(fault(key.line, "", words::too_many_keys(MOST_KEYS)));
                break;
            }
            Ok(None) => {}
            Err(wrong) => faults.push(wrong),
        }
    }
    twice(&keys, &mut faults);
    if keys.is_empty() && faults.is_empty() {
        return Err(whole(ByokError::PlanMalformed(words::NO_KEY.to_owned())));
    }
    faults.sort_by_key(|f| f.line);
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() { Ok(keys) } else { Err(faults) }
}

/// The text of a plan, or what the file is instead.
fn text_of(bytes: &[u8]) -> Result<String, Vec<Fault>> {
    table_of(bytes, |other| words::WANTED.not(other).in_full()).map_err(|wrong| vec![wrong])
}

/// What each column is, in the file's order.
fn columns(heading: &Row) -> Result<Vec<&'static str>, Vec<Fault>> {
    let answers = || PROVIDERS.iter().flat_map(|p| p.asks()).map(column);
    let known =
        |name: &str| meant(name, COLUMNS.into_iter().chain([EXPIRY]).chain(answers()).map(|c| (c, c)));
    columns_of(heading, known, &COLUMNS)
}

fn planned(row: &Row, columns: &[&'static str], faults: &mut Vec<Fault>) -> Option<PlannedKey> {
    let line = row.line;
    let before = faults.len();
    let cells = match cells(row, columns.len()) {
        Ok(cells) => cells,
        Err(wrong) => {
            faults.push(wrong);
            return None;
        }
    };
    let value = |column: &str| {
        let cell = columns.iter().position(|c| *c == column).and_then(|at| cells.get(at));
        cell.map(|cell| cell.trim()).unwrap_or_default()
    };
    for &column in columns {
        let text = value(column);
        if text.is_empty() {
            if COLUMNS.contains(&column) {
                faults.push(fault(line, column, words::EMPTY));
            }
        } else if check_plain(column, text).is_err() {
            faults.push(fault(line, column, words::NOT_PLAIN));
        } else if let Some(why) = not_a_value(text, column == SYSTEM || column == OWNER) {
            faults.push(fault(line, column, words::because(&shown(text), why)));
        }
    }
    let name = |column: &'static str, faults: &mut Vec<Fault>, all: String| {
        if !value(column).is_empty() {
            faults.push(fault(line, column, words::not_one_of(&shown(value(column)), &all)));
        }
    };
    let target = meant(value(PROVIDER), Target::ALL.iter().map(|t| (t.name(), *t)));
    if target.is_none() {
        name(PROVIDER, faults, Target::ALL.iter().map(|t| t.name()).collect::<Vec<_>>().join(", "));
    }
    let key = meant(value(KEY_TYPE), KeyType::ALL.iter().map(|k| (k.name(), *k)));
    if key.is_none() {
        name(KEY_TYPE, faults, KeyType::ALL.iter().map(|k| k.name()).collect::<Vec<_>>().join(", "));
    }
    let file = value(PARAMETERS);
    if file.contains(['/', '\\']) || file == ".." || file == "." {
        faults.push(fault(line, PARAMETERS, words::NO_FOLDER));
    }
    let (Some(target), Some(key)) = (target, key) else { return None };
    let algorithm = meant(value(ALGORITHM), algorithms(target)).unwrap_or(value(ALGORITHM));
    let algorithm = match cell(target, key, algorithm) {
        Ok(algorithm) => Some(algorithm),
        Err(e) => {
            let column = match e {
                ByokError::KeyTypeNotTaken { .. } => KEY_TYPE,
                _ => ALGORITHM,
            };
            if !value(ALGORITHM).is_empty() {
                faults.push(fault(line, column, e.in_full()));
            }
            None
        }
    };
    let expiry = match value(EXPIRY) {
        "" => None,
        never if crate::same_word(never, words::NEVER) => None,
        day => {
            let at = day_of(day);
            if at.is_none() {
                faults.push(fault(line, EXPIRY, words::no_day(&shown(day))));
            }
            at
        }
    };
    let mut stated = Vec::new();
    for ask in of(target).asks() {
        let answer = value(column(ask));
        if answer.is_empty() {
            if ask.needed {
                faults.push(fault(line, column(ask), words::unanswered(ask.question, ask.example)));
            }
        } else {
            stated.push((ask.name, answer.to_owned()));
        }
    }
    let owned = |column: &str| value(column).to_owned();
    let planned = PlannedKey {
        line,
        system: owned(SYSTEM),
        target,
        key,
        algorithm: algorithm?,
        parameters_file: owned(PARAMETERS),
        owner: owned(OWNER),
        expiry,
        stated,
    };
    (faults.len() == before).then_some(planned)
}

/// The first second of a day as `2027-10-01`, UTC.
fn day_of(day: &str) -> Option<i64> {
    (day.len() == "2027-10-01".len()).then(|| moment::utc(&format!("{day}T00:00:00Z"))).flatten()
}

/// Every algorithm that a target names, those that are not used here too.
fn algorithms(target: Target) -> impl Iterator<Item = (&'static str, &'static str)> {
    let used = table::rows(target).map(|r| r.algorithm);
    let left_out = table::LEFT_OUT.iter().filter(move |l| l.target == target).map(|l| l.algorithm);
    used.chain(left_out).map(|a| (a, a))
}

/// Whether some wrapping key of this algorithm takes the key; which one it is, the parameters say later.
fn cell(target: Target, key: KeyType, algorithm: &str) -> Result<&'static str, ByokError> {
    let sizes = [4096, 3072, 2048];
    let mut last = Err(unknown_name(algorithm, table::rows(target).map(|r| r.algorithm)));
    for bits in sizes {
        match table::look_up(target, key, algorithm, bits) {
            Ok(row) => return Ok(row.algorithm),
            Err(ByokError::WrappingKeySizeForAlgorithm { .. }) => {}
            Err(e) => last = Err(e),
        }
    }
    last
}

/// Names lines that would make one key twice, or use one key's own parameters for another.
fn twice(keys: &[PlannedKey], faults: &mut Vec<Fault>) {
    let mut files: HashMap<(Target, &str), u64> = HashMap::new();
    let mut places: HashMap<(Target, Vec<String>), u64> = HashMap::new();
    for key in keys {
        // AWS and Alibaba bind parameters to one key; other wrapping keys serve many.
        if of(key.target).one_key_a_set() {
            if let Some(first) = files.insert((key.target, &key.parameters_file), key.line) {
                faults.push(fault(key.line, PARAMETERS, words::same_file(first)));
            }
            continue;
        }
        let stated: Vec<(&str, &str)> = key.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
        // New versions are held against each other with the files in hand; what is no place is refused there.
        let Some(place) = of(key.target).place(&stated) else { continue };
        if let Some(first) = places.insert((key.target, place), key.line) {
            faults.push(fault(key.line, "", words::same_place(first)));
        }
    }
}

impl PlannedKey {
    /// Reads this key's import parameters and holds them against the plan, at Unix time `now`.
    pub fn prepare(&self, bytes: &[u8], now: i64) -> Result<Box<dyn Import>, Fault> {
        let stated: Vec<(&str, &str)> = self.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let input = Input { file_name: &self.parameters_file, bytes, stated: &stated };
        let wrong = |e: ByokError| fault(self.line, PARAMETERS, e.in_full());
        let import = of(self.target).read(&input).map_err(wrong)?;
        import.check_fresh(now).map_err(wrong)?;
        import.recipe(self.key, self.algorithm).map_err(wrong)?;
        if import.fixed_algorithm().is_some_and(|fixed| fixed != self.algorithm) {
            let fixed = import.fixed_algorithm().unwrap_or_default();
            return Err(fault(self.line, ALGORITHM, words::parameters_for(fixed)));
        }
        Ok(import)
    }
}

#[cfg(test)]
mod tests;
