//! An evidence pack: its record, its signatures, and every file in it.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::chain::chain;
use super::folder::{Within, bytes_of, may_be_pack, names_in};
use super::report::Report;
use super::words;
use crate::digest::sha256_hex;
use crate::names::{self, DISCLOSED, HEAD, HEAD_SIG, SIGNER, SUMS, SUMS_SIG, TRANSCRIPT};
use crate::replay::Replay;
use crate::sign;

/// Verifies an evidence pack, full or shortened for a reader.
pub fn pack(dir: &Path) -> Report {
    let mut report = Report::new();
    if dir.is_dir() && !may_be_pack(dir) {
        report.bad(TRANSCRIPT, words::NO_PACK);
        return report;
    }
    let files = names_in(dir).and_then(|within| {
        beside(&within, &mut report);
        bytes_of(dir, &within.files)
    });
    let files: BTreeMap<String, Vec<u8>> = match files {
        Ok(files) => files,
        Err(why) => {
            report.bad(&dir.display().to_string(), words::not_checked(why));
            return report;
        }
    };
    let get = |name: &str| files.get(name).map(Vec::as_slice);
    let replay = if let Some(bytes) = get(TRANSCRIPT) {
        chain(bytes, &mut report)
    } else {
        report.bad(TRANSCRIPT, words::NO_TRANSCRIPT);
        Replay::new()
    };
    report.check(replay.ended.is_some(), TRANSCRIPT, words::ENDED_BEFORE_PACKED, words::PACKED_BEFORE_ENDED);
    let key = get(SIGNER).and_then(sign::from_pem).unwrap_or_default();
    let under = |name: &str, sig: &str| match (get(name), get(sig)) {
        (Some(message), Some(signature)) => sign::good(&key, message, signature),
        _ => false,
    };
    let heads = get(HEAD) == Some(replay.head().text().as_bytes());
    report.check(heads, HEAD, words::HEAD_IS_OWN, words::HEAD_IS_ANOTHER);
    report.check(under(HEAD, HEAD_SIG), HEAD_SIG, words::HEAD_SIGNED, words::HEAD_NOT_SIGNED);
    let shortened = get(DISCLOSED).is_some() && get(SUMS_SIG).is_none();
    if shortened {
        let extra = files.keys().find(|name| !names::DISCLOSED_FILES.contains(&name.as_str()));
        if let Some(extra) = extra {
            report.bad(extra, words::not_in_a_copy(extra));
        }
        report.unknown(words::SUMS_OF_A_COPY);
    } else {
        report.check(under(SUMS, SUMS_SIG), SUMS_SIG, words::SUMS_SIGNED, words::SUMS_NOT_SIGNED);
    }
    one_signer(&key, &replay, &mut report);
    covered(&files, &mut report);
    recorded(&files, &replay, shortened, &mut report);
    if !key.is_empty() {
        report.signer = Some(sha256_hex(&key));
    }
    report.entries = replay.entries;
    report
}

/// The pack, its checkpoints and the record's own words name one key: a tail signed anew with another shows here.
fn one_signer(key: &[u8], replay: &Replay, report: &mut Report) {
    let said = replay.entries.iter().filter_map(|e| e.value("signing-key-sha256")?.as_str());
    let others = said.filter(|said| *said != sha256_hex(key)).count();
    let foreign = replay.signers.iter().filter(|one| one.as_slice() != key).count();
    report.check(others == 0 && foreign == 0, SIGNER, words::ONE_SIGNER, words::ANOTHER_SIGNER);
}

/// Names what operating systems left beside the files: whoever opened the folder put it there without knowing.
fn beside(within: &Within, report: &mut Report) {
    /// More than a person reads.
    const SHOWN: usize = 10;
    let mut by_maker: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, by) in &within.left {
        by_maker.entry(by).or_default().push(name);
    }
    for (by, names) in by_maker {
        let shown: Vec<&str> = names.iter().copied().take(SHOWN).collect();
        report.unknown(words::left_beside(by, &shown, names.len().saturating_sub(SHOWN)));
    }
}

/// Whether a name is that of a provider's answer in the folder of a bundle, where the bundle's own script puts it.
fn is_receipt_of_bundle(name: &str) -> bool {
    match name.split('/').collect::<Vec<_>>()[..] {
        ["bundle", file] | ["bundles", _, file] => outside::of_a_receipt(file),
        _ => false,
    }
}

/// Every file once in `SHA256SUMS`, none left over on either side, every digest right.
fn covered(files: &BTreeMap<String, Vec<u8>>, report: &mut Report) {
    let listed = files.get(SUMS).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    if listed.is_empty() || !listed.ends_with('\n') {
        report.bad(SUMS, words::NO_SUMS);
        return;
    }
    let mut seen = BTreeSet::new();
    let mut wrong = false;
    for line in listed.lines() {
        let Some((digest, name)) = line.split_once("  ").filter(|(_, name)| names::trouble(name).is_none())
        else {
            report.bad(SUMS, words::sums_line(line));
            return;
        };
        let says = match files.get(name) {
            _ if !seen.insert(name) => words::listed_twice(name),
            None => words::listed_and_gone(name),
            Some(bytes) if sha256_hex(bytes) != digest => words::changed(name),
            Some(_) => continue,
        };
        wrong = true;
        report.bad(name, says);
    }
    for name in files.keys().filter(|name| ![SUMS, SUMS_SIG].contains(&name.as_str())) {
        if !seen.contains(name.as_str()) {
            if is_receipt_of_bundle(name) {
                report.unknown(words::receipt_left(name));
                continue;
            }
            wrong = true;
            report.bad(name, words::not_listed(name));
        }
    }
    if !wrong {
        report.good(words::all_listed(seen.len()));
    }
}

/// Files the transcript names by digest: a full pack has each of them, the newest of each name, but for those that the
/// record says were removed. A shortened copy has none.
fn recorded(files: &BTreeMap<String, Vec<u8>>, replay: &Replay, shortened: bool, report: &mut Report) {
    let mut wanted: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in &replay.entries {
        wanted.extend(entry.files.iter().map(|f| (f.name.as_str(), f.sha256.as_str())));
        for name in entry.value("removed-files").and_then(|v| v.as_array()).into_iter().flatten() {
            wanted.remove(name.as_str().unwrap_or_default());
        }
    }
    if shortened {
        if !wanted.is_empty() {
            report.unknown(words::not_in_this_copy(wanted.len()));
        }
        return;
    }
    let mut matching = 0;
    for (name, digest) in wanted {
        match files.get(name) {
            None => report.bad(name, words::recorded_and_gone(name)),
            Some(bytes) if sha256_hex(bytes) == digest => matching += 1,
            Some(_) => report.bad(name, words::not_the_recorded(name)),
        }
    }
    if matching > 0 {
        report.good(words::the_recorded(matching));
    }
}
