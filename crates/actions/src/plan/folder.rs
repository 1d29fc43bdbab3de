//! The files with import parameters, by the names that a plan has for them. A name that went through another operating
//! system or a spreadsheet may differ from the file's in case or in its Unicode form (macOS takes names apart, NFD, others
//! keep them together, NFC); where that leaves one file, that one is meant.

use crate::plan::lines::Files;
use crate::plan::words::{self, quoted};
use byok::plan::PlannedKey;
use icu_normalizer::ComposingNormalizerBorrowed;
use outside::NotOpened;
use protocol::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use store::disk;

/// Larger than any reply or archive that a provider sends, in bytes.
const LARGEST: u64 = 256 * 1024;

/// How many files are named in one sentence.
const NAMED: usize = 6;

/// Names of the plan that the folder has otherwise, with the folder's.
pub(in crate::plan) type Spelt = BTreeMap<String, String>;

/// A plain file of a medium, up to a size. Links, pipes and devices are refused: none of them is what was carried in.
pub(in crate::plan) fn plain_file(path: &Path, largest: u64) -> Result<Vec<u8>, Problem> {
    outside::read_plain(path, largest).map_err(|e| match e {
        NotOpened::Io(e) => disk(path, &e),
        other => words::no_plain_file(&path.display(), largest, &other),
    })
}

/// Each file that the plan names, once, or why it is not there.
pub(in crate::plan) fn parameters(keys: &[PlannedKey], folder: &Path) -> Result<(Files, Spelt), Problem> {
    let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|e| disk(folder, &e))? {
        let name = entry.map_err(|e| disk(folder, &e))?.file_name();
        if let Some(name) = name.to_str() {
            there.entry(folded(name)).or_default().push(name.to_owned());
        }
    }
    for names in there.values_mut() {
        names.sort();
    }
    let (mut files, mut spelt) = (Files::default(), Spelt::new());
    for name in keys.iter().map(|k| &k.parameters_file).collect::<BTreeSet<_>>() {
        let found = match alike(name, &there) {
            Ok(found) => found,
            Err(why) => {
                files.missing.insert(name.clone(), why);
                continue;
            }
        };
        match plain_file(&folder.join(found), LARGEST) {
            Ok(bytes) => {
                files.bytes.insert(name.clone(), bytes);
                if found != name {
                    spelt.insert(name.clone(), found.to_owned());
                }
            }
            Err(problem) => {
                files.missing.insert(name.clone(), problem.happened.trim_end_matches('.').to_owned());
            }
        }
    }
    Ok((files, spelt))
}

/// The folder's name for a file: the very same, or the only one that is the same word.
fn alike<'n>(name: &str, there: &'n BTreeMap<String, Vec<String>>) -> Result<&'n str, String> {
    let same = there.get(&folded(name)).map(Vec::as_slice).unwrap_or_default();
    if let Some(exact) = same.iter().find(|n| *n == name) {
        return Ok(exact);
    }
    match same {
        [one] => Ok(one),
        [] => {
            // What operating systems leave behind is no choice.
            let all = there.values().flatten().filter(|n| outside::left_behind(n).is_none());
            Err(words::none_alike(name, &listed(all, words::NOTHING_THERE)))
        }
        several => Err(words::several_alike(name, &listed(several.iter(), ""))),
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n String>, none: &str) -> String {
    let names: Vec<String> = names.map(|n| quoted(n)).collect();
    let more = names.len().saturating_sub(NAMED);
    match (names.is_empty(), more) {
        (true, _) => none.to_owned(),
        (_, 0) => names.join(", "),
        _ => words::and_more(&names.get(..NAMED).unwrap_or_default().join(", "), more),
    }
}

/// One form for names that differ in case or in their Unicode form alone.
fn folded(name: &str) -> String {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    // Lower case may come apart again.
    nfc.normalize(&nfc.normalize(name).to_lowercase()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, there: &[&str]) -> Result<String, String> {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for n in there {
            names.entry(folded(n)).or_default().push((*n).to_owned());
        }
        alike(name, &names).map(str::to_owned)
    }

    #[test]
    fn a_name_that_differs_in_case_or_unicode_form_is_that_file_where_it_is_the_only_one() {
        assert_eq!(found("a.json", &["A.json", "a.json"]), Ok("a.json".to_owned()));
        assert_eq!(found("A.JSON", &["a.json", "b.json"]), Ok("a.json".to_owned()));
        // macOS has e and an accent where Windows has one letter.
        let (apart, together) = ("Cl\u{65}\u{301}.json", "cl\u{e9}.json");
        assert_eq!(found(together, &[apart]), Ok(apart.to_owned()));
        assert_eq!(found(apart, &[together]), Ok(together.to_owned()));
        let why = found("A.JSON", &["a.json", "A.json"]).unwrap_err();
        assert!(why.contains("more than one that may be meant: \"a.json\", \"A.json\""), "{why}");
        let why = found("c.json", &["a.json", "._a.json", "d\u{202e}.json"]).unwrap_err();
        assert_eq!(why, "the folder has no file \"c.json\"; it has \"a.json\", \"d\\u{202e}.json\"");
        let many: Vec<String> = (0..9).map(|n| format!("{n}.json")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(found("x", &many).unwrap_err().ends_with("\"5.json\" and 3 more"));
        assert!(found("x", &[]).unwrap_err().ends_with("it has nothing that could be one"));
    }
}
