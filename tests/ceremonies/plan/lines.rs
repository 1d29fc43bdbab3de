//! Each line of a plan has its own key, backup and bundle, whatever the plan's lines end in and whoever wrote it.

use super::{KEYS, facts, now, start};
use byok::{Target, table};
use proptest::prelude::*;
use protocol::RunState;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokens::KeySpec;
use whole_program::backup::{Sheets, bags, bringing};
use whole_program::pack::{self, holds};
use whole_program::room::Room;
use whole_program::{run, said};

/// What a record says once a line was counted wrong: fewer lines than keys, or one key, file or bundle for two of them.
pub(super) fn one_key_for_two_lines_departs(plan: &script::Plan, entries: &[transcript::Entry]) {
    let is = |e: &transcript::Entry, fact: &str, line: u64| {
        e.value(fact).is_some() && e.value("plan-line").and_then(Value::as_u64) == Some(line)
    };
    let of = |fact: &str, line: u64| entries.iter().position(|e| is(e, fact, line)).unwrap();
    let value = |fact: &str, line: u64| entries[of(fact, line)].value(fact).unwrap().clone();
    let says = |change: &dyn Fn(&mut Vec<transcript::Entry>)| {
        let mut record = entries.to_vec();
        change(&mut record);
        engine::replay::follows(plan, &actions::REPERTOIRE, &record).unwrap_err().why.to_string()
    };
    let set = |record: &mut Vec<transcript::Entry>, fact: &str, to: &dyn Fn(&mut Value)| {
        let all = record.iter_mut().flat_map(|e| e.facts.values_mut()).filter_map(|f| f.get_mut(fact));
        all.for_each(to);
    };
    for (fact, to, why) in [
        ("plan-lines", serde_json::json!([2, 3, 4, 5, 5, 7, 8, 9]), "two keys of the plan have one line"),
        ("plan-lines", serde_json::json!([2, 3, 4, 5, 7, 8, 9]), "the plan has \"8\" keys on 7 lines"),
        ("plan-keys", "7".into(), "the plan has \"7\" keys on 8 lines"),
        ("plan-made", 7.into(), "its plan-made is not the number of the plan's lines, 8"),
        ("plan-backed-up", 1.into(), "its plan-backed-up is not the number"),
        ("plan-rebuilt", 9.into(), "its plan-rebuilt is not the number"),
        ("plan-wrapped", 7.into(), "its plan-wrapped is not the number"),
        ("plan-written", 1.into(), "its plan-written is not the number"),
    ] {
        let found = says(&|record| set(record, fact, &|v| *v = to.clone()));
        assert!(found.contains(why), "{fact}: {found}");
    }
    for (fact, why) in [
        ("plan-made-label", "the keys of lines 4 and 6 have one label"),
        ("plan-backup-file", "the keys of lines 4 and 6 have one wrapped file"),
        ("plan-bundle-folder", "the keys of lines 4 and 6 have one bundle"),
    ] {
        let found = says(&|record| {
            let facts = record[of(fact, 6)].facts.values_mut();
            *facts.into_iter().find_map(|f| f.get_mut(fact)).unwrap() = value(fact, 4);
            record[of(fact, 6)].files.clone_from(&entries[of(fact, 4)].files);
        });
        assert!(found.contains(why), "{fact}: {found}");
    }
    // The same bytes under another name are the same key, whatever the 24 bits of its check value are.
    let found = says(&|record| {
        let other = record[of("plan-backup-file", 2)].files[0].sha256.clone();
        record[of("plan-backup-file", 6)].files[0].sha256 = other;
    });
    assert!(found.contains("the keys of lines 2 and 6 have one wrapped file"), "{found}");
    // One pair for both Azure lines.
    let found = says(&|record| {
        let first = value("plan-made-check-value", 4);
        for entry in record.iter_mut().filter(|e| e.value("plan-line").and_then(Value::as_u64) == Some(5)) {
            for (_, value) in entry.facts.values_mut().flatten().filter(|(n, _)| n.ends_with("-check-value"))
            {
                *value = first.clone();
            }
        }
    });
    assert!(found.contains("the keys of lines 4 and 5 have one public half"), "{found}");
    for fact in ["plan-made-check-value", "plan-backed-check-value", "plan-wrapped-check-value"] {
        let found = says(&|record| record.insert(of(fact, 7), entries[of(fact, 7)].clone()));
        assert!(found.contains("line 7") && found.contains("before"), "{fact}: {found}");
    }
}

/// A plan of AWS keys alone, which are made and wrapped quickly; each has a reply of its own under the same wrapping key.
fn aws_rows(dir: &Path, many: usize) -> Vec<String> {
    let mut rows = vec!["system,provider,key type,algorithm,parameters file,owner".to_owned()];
    for n in 0..many {
        let reply = byok::stand_in_reply(KEYS["first.json"].spki(), &arn(n), now() + 3600, b"a test's token");
        std::fs::write(dir.join(format!("p{n}.json")), reply).unwrap();
        rows.push(format!("S{n},aws-kms,aes-256,RSAES_OAEP_SHA_256,p{n}.json,J. Doe"));
    }
    rows
}

fn arn(n: usize) -> String {
    format!("arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-0000000001{n:02}")
}

/// Plays a plan to its end; gives the pack and the sheets.
fn played(state: &Path, dir: &Path, plan: &str) -> (PathBuf, Sheets) {
    let path = dir.join("plan.csv");
    std::fs::write(&path, plan).unwrap();
    let mut room = Room::open(state);
    room.file = path.display().to_string();
    room.medium = dir.display().to_string();
    let finished = room.play(&start(), &mut |prompt, _| bags(prompt));
    assert_eq!((finished.state, room.problems.len()), (RunState::Closed, 0), "{plan:?}: {:?}", room.problems);
    (PathBuf::from(finished.pack.unwrap()), room.sheets_shown())
}

/// Keys made, backed up, wrapped and handed over are those of these lines, each once, and key n is that of ARN n and of no
/// other.
fn each_key_once(state: &Path, dir: &Path, pack: &Path, lines: &[u64]) {
    let out = run(state, &["verify", pack.to_str().unwrap()]);
    assert!(whole_program::intact(&out), "{}", said(&out));
    let record = pack.join("transcript.jsonl");
    let of = |fact: &str| {
        let found = facts(&record, fact);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines, "{fact}");
        found.into_iter().map(|(_, v)| v.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let once = |what: &str, all: Vec<Vec<u8>>| {
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), lines.len(), "{what}");
    };
    let made = of("plan-made-check-value");
    once("check values", made.iter().map(|v| v.clone().into_bytes()).collect());
    once("labels", of("plan-made-label").into_iter().map(String::into_bytes).collect());
    let backups = of("plan-backup-file");
    once("wrapped files", backups.iter().map(|f| std::fs::read(pack.join(f)).unwrap()).collect());
    assert_eq!(of("plan-wrapped-check-value"), made);
    assert_eq!(of("plan-cloud-key"), (0..lines.len()).map(arn).collect::<Vec<_>>());
    let folder = std::fs::read_dir(dir).unwrap().flatten().map(|e| e.path());
    let folder = folder.filter(|p| p.display().to_string().contains("rehearsal-bundles-")).max().unwrap();
    let handed: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(handed, lines.iter().map(|line| format!("line-{line}")).collect(), "on the medium");
    let recipe = table::rows(Target::AwsKms).find(|r| r.algorithm == "RSAES_OAEP_SHA_256").unwrap().recipe;
    for (n, line) in lines.iter().enumerate() {
        let bundle = folder.join(format!("line-{line}"));
        let blob = std::fs::read(bundle.join("EncryptedKeyMaterial.bin")).unwrap();
        let key = KEYS["first.json"].unwrap(recipe, &blob).unwrap();
        assert_eq!(tokens::check_value_of(KeySpec::Aes(256), key.expose()).unwrap(), made[n], "line {line}");
        let manifest: Value =
            serde_json::from_slice(&std::fs::read(bundle.join("manifest.json")).unwrap()).unwrap();
        assert!(manifest.to_string().contains(&arn(n)), "line {line}: {manifest}");
    }
}

/// Lines that end in CR alone, or one that does, had one number: several keys were made, one was backed up, and that one
/// went to every ARN.
#[test]
fn a_plan_with_lone_carriage_returns_makes_each_key_once() {
    let dir = tempfile::tempdir().unwrap();
    let rows = aws_rows(dir.path(), 3);
    let stray = format!("{}\n{}\n{}\r{}\n", rows[0], rows[1], rows[2], rows[3]);
    for (n, text) in [rows.join("\r") + "\r", stray].iter().enumerate() {
        let state = dir.path().join(format!("state-{n}"));
        let (pack, _) = played(&state, dir.path(), text);
        each_key_once(&state, dir.path(), &pack, &[2, 3, 4]);
    }
}

/// What Excel writes, with files that came over macOS and Windows: bundles have the lines of an editor, and so has the
/// drill.
#[test]
fn a_plan_from_excel_has_the_lines_that_an_editor_shows() {
    let dir = tempfile::tempdir().unwrap();
    let rows = aws_rows(dir.path(), 3);
    std::fs::rename(dir.path().join("p1.json"), dir.path().join("P1.JSON")).unwrap();
    std::fs::rename(dir.path().join("p2.json"), dir.path().join("cle\u{301}.json")).unwrap();
    let text = format!(
        "\u{feff}sep=;\r\n{};\r\n\r\n{};\r\n;;;;;;\r\n{}\r\n\"S2\r\n\";{};\r\n",
        rows[0].replace("key type", "Key_Type").replace(',', ";"),
        rows[1].replace("aws-kms,aes-256", "AWS-KMS,Aes 256").replace(',', ";"),
        rows[2].replace(',', ";"),
        rows[3].strip_prefix("S2,").unwrap().replace("p2.json", "cl\u{e9}.json").replace(',', ";"),
    );
    let state = dir.path().join("state");
    let (pack, sheets) = played(&state, dir.path(), &text);
    each_key_once(&state, dir.path(), &pack, &[4, 6, 7]);
    let mut room = bringing(&state, &pack, sheets[..2].to_vec());
    let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| bags(prompt));
    assert_eq!((finished.state, room.problems.len()), (RunState::Closed, 0), "{:?}", room.problems);
    drop(room);
    let end = PathBuf::from(finished.pack.unwrap());
    holds(&state, &end);
    assert_eq!(pack::facts(&end, "drilled-line"), [4, 6, 7].map(Value::from));
}

/// Any plan, any mixture of line ends, empty rows and quoting.
#[test]
fn keys_backups_and_bundles_are_as_many_as_a_plans_lines_however_it_is_written() {
    let ends = || prop::sample::select(vec!["\r", "\n", "\r\n"]);
    let between = prop::collection::vec((ends(), 0..3_usize), 0..3);
    let plans = prop::collection::vec((ends(), between, any::<bool>(), 0..2_usize), 3..7);
    let config = proptest::test_runner::Config { cases: 4, failure_persistence: None, ..Default::default() };
    let dir = tempfile::tempdir().unwrap();
    let rows = aws_rows(dir.path(), 6);
    let rounds = std::cell::Cell::new(0);
    proptest::test_runner::TestRunner::new(config)
        .run(&(plans, any::<bool>()), |(plan, semicolons)| {
            let separator = if semicolons { ";" } else { "," };
            let (mut text, mut lines) = (String::new(), Vec::new());
            for (row, (end, between, quoted, more)) in rows.iter().zip(plan) {
                for (end, empty) in between {
                    let _ = write!(text, "{}{end}", separator.repeat(empty));
                }
                lines.push(text.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64 + 1);
                let cells: Vec<String> =
                    row.split(',').map(|c| if quoted { format!("\"{c}\"") } else { c.to_owned() }).collect();
                let _ = write!(text, "{}{}{end}", cells.join(separator), separator.repeat(more));
            }
            rounds.set(rounds.get() + 1);
            let state = dir.path().join(format!("state-{}", rounds.get()));
            let (pack, _) = played(&state, dir.path(), &text);
            each_key_once(&state, dir.path(), &pack, &lines[1..]);
            Ok(())
        })
        .unwrap();
}
