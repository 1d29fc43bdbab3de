//! What goes out: documents that claim nothing, and exports with their digests in a signed record.

use super::super::struct_tree::pdf_text;
use super::{all_taken, hospital};
use std::path::PathBuf;
use whole_program::pack::{fact, facts, holds};
use whole_program::{run, said};

/// No document that is made says that a law is met: it says what records have, and what people wrote.
#[test]
fn nothing_that_is_made_claims_to_be_compliant() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    all_taken(&state, &tables);
    let incident = super::super::ledger::plays(&state, "breach-worksheet", &[]);
    let out = dir.path().join("out");
    assert!(run(&state, &["estate", "export", out.to_str().unwrap(), "--rehearsals"]).status.success());
    let (binder, asked) = (dir.path().join("binder.pdf"), dir.path().join("asked.pdf"));
    let made = [
        "binder",
        "--from",
        "2020-01-01",
        "--to",
        "2099-12-31",
        "--rehearsals",
        "--out",
        binder.to_str().unwrap(),
    ];
    assert!(run(&state, &made).status.success());
    let made =
        ["estate", "questionnaire", "Mirefold Records", "--rehearsals", "--pdf", asked.to_str().unwrap()];
    assert!(run(&state, &made).status.success());
    let mut texts: Vec<(String, String)> = [&binder, &asked]
        .into_iter()
        .map(|pdf| (pdf.display().to_string(), pdf_text(&std::fs::read(pdf).unwrap())))
        .collect();
    texts.push(("report".to_owned(), std::fs::read_to_string(incident.join("report.html")).unwrap()));
    let mut folders = vec![out];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(texts.len() > 25, "{}", texts.len());
    for (name, text) in &texts {
        let text = text.to_lowercase();
        for claim in
            ["compliant", "compliance with", "certified", "safe harbo", "fips-validated", "fips validated"]
        {
            assert!(!text.contains(claim), "{name} says {claim}");
        }
    }
    // The binder has what is kept: coverage, the matrix, decisions, and what is over.
    let binder = texts.iter().find(|(name, _)| name.ends_with("binder.pdf")).unwrap();
    let plain = binder.1.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "of 92 systems with ePHI",
        "Agreements with business associates",
        "164.312(a)(2)(iv)",
        "Where keys go",
        "to be kept",
    ] {
        assert!(plain.contains(part), "{part}");
    }
}

/// 38: the questionnaire bears its day, and goes out with its digest in a record that two people signed.
#[test]
fn row_38_a_questionnaire_has_its_day_and_goes_out_in_a_signed_record() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &["--systems", "20"]);
    all_taken(&state, &tables);
    let pack = dir.path().join("export");
    let out = run(&state, &["rehearse", "export", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    holds(&state, &pack);
    let folder = PathBuf::from(fact(&pack, "medium-folder"));
    let exported = facts(&pack, "exported").remove(0);
    let files = exported.as_array().unwrap();
    assert!(files.len() > 20, "{exported}");
    for file in files {
        let (name, sha256) = (file[0].as_str().unwrap(), file[1].as_str().unwrap());
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(script::sha256_hex(&bytes), sha256, "{name}");
    }
    let asked = std::fs::read_to_string(folder.join("questionnaires/001.csv")).unwrap();
    let today = time::OffsetDateTime::now_utc().date().to_string();
    assert!(asked.lines().nth(1).unwrap().contains(&today), "{asked}");
    // Written once, and over nothing.
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), files.len() - 1);
}
