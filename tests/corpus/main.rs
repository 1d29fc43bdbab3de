//! Evidence packs of this format, kept: every script, every kind of detour, rehearsal and production, each level of disclosure.
//! What verified once verifies for ever, and what was refused once is refused at the same entry for ever.
//!
//! A pack is never made anew. Where a later version writes records of another kind, packs of that kind are added beside these
//! (`cargo test --test corpus -- --ignored`, which leaves what is there alone); `COFFERDAM_BLESS=1` writes down what is said of
//! changes to packs that have no list yet, and adds to none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod changes;
mod made;

use changes::Change;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use transcript::verify;
use whole_program::{run, said};

/// A folder of this corpus.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)
}

/// The packs, by name.
fn packs() -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = std::fs::read_dir(folder("packs"))
        .unwrap()
        .flatten()
        .map(|e| (e.file_name().into_string().unwrap(), e.path()))
        .collect();
    found.sort();
    found
}

/// All that a verifier looks at, and the replay of its script, with the signer named.
#[test]
fn every_pack_verifies() {
    let state = tempfile::tempdir().unwrap();
    let packs = packs();
    assert!(packs.len() >= 30, "{} packs", packs.len());
    for (name, pack) in packs {
        let signer = pack.join("signer.pem");
        let out =
            run(state.path(), &["verify", pack.to_str().unwrap(), "--signer", signer.to_str().unwrap()]);
        assert_eq!(out.status.code(), Some(0), "{name}: {}", said(&out));
        // A copy for a reader has no script.
        let copy = pack.join("DISCLOSED.txt").exists();
        assert_eq!(said(&out).contains("follows the script"), !copy, "{name}: {}", said(&out));
    }
}

/// What the corpus is of: each shipped script, and each kind of entry, ending and mode.
#[test]
fn every_script_and_every_kind_of_entry_is_among_them() {
    let (mut scripts, mut kinds, mut modes) = (Vec::new(), Vec::new(), Vec::new());
    for (_, pack) in packs() {
        let report = verify::pack(&pack);
        modes.extend(report.mode);
        kinds.extend(report.entries.iter().map(|e| format!("{:?}", e.kind)));
        scripts.extend(report.entries[0].value("script").and_then(|s| s.as_str()).map(str::to_owned));
    }
    let shipped = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies")).unwrap();
    for file in shipped.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_script = !["rehearsal-roster", "example-answers"].contains(&name.as_str());
        assert!(!is_script || scripts.contains(&name), "no pack of {name}");
    }
    for kind in [
        "Opened",
        "Intent",
        "Outcome",
        "Note",
        "Failed",
        "Exception",
        "TakenBack",
        "Resumed",
        "Checkpoint",
        "Closed",
        "Abandoned",
    ] {
        assert!(kinds.contains(&kind.to_owned()), "no entry {kind}");
    }
    assert!(modes.contains(&"production".to_owned()) && modes.contains(&"rehearsal".to_owned()));
}

/// The forger with all the time there is: each change is made, every hash and signature after it is right again, and the
/// record still departs from its script, at the entry that was written down.
#[test]
#[ignore = "takes minutes: make soak, and whoever adds a pack"]
fn every_change_is_refused_at_its_entry() {
    changes_are_refused(1);
}

/// The same of some of them, other ones in each pack.
#[test]
fn changes_are_refused_at_their_entries() {
    changes_are_refused(SOME);
}

/// One of so many changes is tried each time.
const SOME: usize = 12;

fn changes_are_refused(one_of: usize) {
    let mut many = 0;
    for (n, (name, pack)) in packs().into_iter().enumerate() {
        let report = verify::pack(&pack);
        let Some(plan) = engine::replay::in_pack(&pack, &actions::REPERTOIRE, &report.entries).unwrap()
        else {
            continue;
        };
        let list = folder("changes").join(format!("{name}.txt"));
        let writes = std::env::var_os("COFFERDAM_BLESS").is_some() && !list.exists();
        let one_of = if writes { 1 } else { one_of };
        let found: BTreeMap<String, String> = Change::all(&report.entries)
            .into_iter()
            .enumerate()
            .filter(|(at, _)| at % one_of == n % one_of)
            .map(|(_, change)| {
                let changed = change.made(&report.entries);
                let departs = engine::replay::follows(&plan, &actions::REPERTOIRE, &changed).err();
                (change.to_string(), departs.map_or(String::new(), |departure| departure.to_string()))
            })
            .collect();
        if writes {
            let refused = found.iter().filter(|(_, says)| !says.is_empty());
            let lines: Vec<String> = refused.map(|(change, says)| format!("{change}\t{says}\n")).collect();
            std::fs::write(&list, lines.concat()).unwrap();
        }
        let stored = std::fs::read_to_string(&list).unwrap_or_else(|e| panic!("{}: {e}", list.display()));
        let stored: BTreeMap<&str, &str> =
            stored.lines().map(|line| line.split_once('\t').unwrap()).collect();
        for (change, says) in &found {
            if let Some(expected) = stored.get(change.as_str()) {
                assert_eq!(says, expected, "{name}: {change}");
                many += 1;
            }
        }
    }
    println!("{many} changes refused");
    assert!(many > 20_000 / one_of, "{many}");
}

/// What has to be refused whatever its value is: a record without a step, without a fact that its step states, with a step that
/// others did. Where one of these changes holds, it is named here, with why it cannot matter.
#[test]
fn no_change_that_matters_is_missing_from_the_lists() {
    let mut holding = Vec::new();
    for (name, pack) in packs() {
        let report = verify::pack(&pack);
        if pack.join("DISCLOSED.txt").exists() {
            continue;
        }
        let stored = std::fs::read_to_string(folder("changes").join(format!("{name}.txt"))).unwrap();
        let refused: Vec<&str> = stored.lines().filter_map(|l| Some(l.split_once('\t')?.0)).collect();
        for change in Change::all(&report.entries) {
            let text = change.to_string();
            let must = change.must_be_refused() && !refused.contains(&text.as_str());
            if must && changes::may_hold(&change, &report.entries).is_none() {
                holding.push(format!("{name}: {text}"));
            }
        }
    }
    assert!(holding.is_empty(), "{} changes hold:\n{}", holding.len(), holding.join("\n"));
}

/// Each byte of the smallest pack is another one in turn: the manifest, or the chain, finds every one.
#[test]
#[ignore = "takes a quarter of an hour: make soak"]
fn no_byte_of_a_pack_can_be_another() {
    each_byte_changed(|_, _| true);
}

/// The same of every byte of its other files, and of some of its record, whose bytes the crate of the record tries all.
#[test]
fn no_byte_of_a_file_can_be_another() {
    each_byte_changed(|file, at| at % if file.ends_with("transcript.jsonl") { 1009 } else { 31 } == 0);
}

fn each_byte_changed(is_meant: impl Fn(&Path, usize) -> bool) {
    let pack = folder("packs").join("rehearsal-minimal");
    let names: Vec<PathBuf> = whole_program::files(&pack);
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("pack");
    for file in &names {
        let to = copy.join(file.strip_prefix(&pack).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(file, to).unwrap();
    }
    assert!(verify::pack(&copy).holds);
    let mut many = 0;
    for file in &names {
        let to = copy.join(file.strip_prefix(&pack).unwrap());
        let bytes = std::fs::read(file).unwrap();
        for at in (0..bytes.len()).filter(|at| is_meant(file, *at)) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            std::fs::write(&to, &changed).unwrap();
            assert!(!verify::pack(&copy).holds, "byte {at} of {}", file.display());
            many += 1;
        }
        std::fs::write(&to, &bytes).unwrap();
    }
    assert!(verify::pack(&copy).holds && many > 500, "{many}");
    println!("{many} bytes changed");
}
