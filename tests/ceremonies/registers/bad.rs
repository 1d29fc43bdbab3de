//! Tables that are not taken: each defect is named by its line and column, and the register is as it was.

use super::super::ledger::register;
use super::{carry_in, tests_folder};
use whole_program::said;

/// By file: what the first sentence says of it.
const DEFECTS: &[(&str, &str)] = &[
    ("agreements-expires-before-signed.csv", "is before"),
    ("policies-day.csv", "not a day of the calendar"),
    ("policies-sha256-short.csv", "not a SHA-256"),
    ("systems-cells-too-few.csv", "values where the heading has"),
    ("systems-cells-too-many.csv", "values where the heading has"),
    ("systems-choice.csv", "it is not one of"),
    ("systems-column-missing.csv", "this column is missing"),
    ("systems-column-twice.csv", "two columns have this name"),
    ("systems-column-unknown.csv", "no column is called"),
    ("systems-empty.csv", "it is empty"),
    ("systems-formula-at.csv", "formula"),
    ("systems-formula-command.csv", "formula"),
    ("systems-formula-plus.csv", "formula"),
    ("systems-header-only.csv", "no row"),
    ("systems-id-line-break.csv", "line break"),
    ("systems-id-lookalike.csv", "letters that look the same"),
    ("systems-id-twice-but-for-case.csv", "stands in line"),
    ("systems-id-twice.csv", "stands in line"),
    ("systems-key-unknown.csv", "no record here knows a key"),
    ("systems-nul.csv", ""),
    ("systems-phi-born.csv", "day of birth"),
    ("systems-phi-dob.csv", "day of birth"),
    ("systems-phi-mrn.csv", "medical record number"),
    ("systems-phi-ssn.csv", "social security number"),
    ("systems-same-place.csv", "the key lies where its data is"),
];

#[test]
fn every_defect_is_named_and_nothing_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let folder = tests_folder().join("hospital/bad");
    let mut files: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|name| name != "README.md");
    files.sort();
    assert_eq!(files, DEFECTS.iter().map(|(file, _)| (*file).to_owned()).collect::<Vec<_>>());
    for (file, says) in DEFECTS {
        let kind = file.split('-').next().unwrap();
        let out = carry_in(dir.path(), kind, &folder.join(file));
        let text = said(&out);
        assert!(text.contains("[register-table]") && text.contains(says), "{file}: {text}");
        assert!(!text.contains("123-45-6789") && !text.contains("00412345"), "{file}: a patient is repeated");
    }
    // A cell of ten million characters is named, and not printed.
    let large = dir.path().join("large.csv");
    let good = std::fs::read_to_string(folder.join("systems-choice.csv")).unwrap();
    let (heading, _) = good.split_once('\n').unwrap();
    let columns = heading.split(',').count();
    let row = format!("big,{}{}", "x".repeat(10_000_000), ",none".repeat(columns - 2));
    std::fs::write(&large, format!("{heading}\n{row}\n")).unwrap();
    let text = said(&carry_in(dir.path(), "systems", &large));
    assert!(text.contains("longer than") && text.len() < 100_000, "{} characters", text.len());
    // So is a line that is nothing but separators, before its values are counted one by one.
    std::fs::write(&large, format!("{heading}\n{}\n", ",".repeat(10_000_000))).unwrap();
    let text = said(&carry_in(dir.path(), "systems", &large));
    assert!(text.contains("more values than a spreadsheet has columns"), "{text}");
    // Of many faults reading stops at so many.
    let many = "s,x\n".repeat(50_000);
    std::fs::write(&large, format!("{heading}\n{many}")).unwrap();
    let text = said(&carry_in(dir.path(), "systems", &large));
    assert!(text.contains("at least 200 faults") && text.len() < 100_000, "{} characters", text.len());
    assert_eq!(register(dir.path())["kept_rows"], serde_json::json!([]));
}
