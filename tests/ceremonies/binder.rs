//! The binder over some ceremonies: an index, keys, what was due, and the crosswalk with the ceremonies behind each row.

use crate::struct_tree::{Structure, pdf_text};
use whole_program::{run, said};

#[test]
fn a_binder_says_what_the_records_of_a_time_say() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    for (n, script) in ["byok-aws", "drill"].into_iter().enumerate() {
        let out = dir.path().join(format!("pack-{n}"));
        let done = run(&state, &["rehearse", script, "--out", out.to_str().unwrap()]);
        assert!(done.status.success(), "{}", said(&done));
    }
    let binder = |from: &str, to: &str, name: &str, more: &[&str]| {
        let out = dir.path().join(name);
        let args = [&["binder", "--from", from, "--to", to, "--out", out.to_str().unwrap()], more].concat();
        let done = run(&state, &args);
        (done.status.code(), said(&done), std::fs::read(out).unwrap_or_default())
    };
    let today = time::OffsetDateTime::now_utc().date();
    let (from, to) = (today.previous_day().unwrap().to_string(), today.next_day().unwrap().to_string());
    for (name, more) in [("a4.pdf", &["--rehearsals"][..]), ("letter.pdf", &["--rehearsals", "--letter"])] {
        let (code, says, pdf) = binder(&from, &to, name, more);
        assert_eq!(code, Some(0), "{says}");
        Structure::of(&pdf).is_whole(name);
        let text = pdf_text(&pdf);
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "REHEARSALS. This binder is of practice",
            "Whether these are all",
            "Keys and their state",
            "Recovery drills",
            "Missed, or done late",
            "Refused attempts",
            "164.308(a)(7)(ii)(D) testing and revision",
            "A row says that a record exists",
            "Where the record ends",
        ] {
            assert!(plain.contains(part), "{name}: {part}");
        }
        // The receipt is due on a day that has not passed: nothing is missed yet.
        let (_, missed) = plain.split_once("Missed, or done late").unwrap();
        assert!(missed.trim_start().starts_with("None."), "{missed}");
        // The drill of this time stands beside the provision that asks for one.
        let (_, row) = plain.split_once("testing and revision").unwrap();
        assert!(
            row.split("164.308(a)(7)(ii)(E)").next().unwrap().contains(&today.to_string().replace('-', ""))
        );
        for never in ["is compliant", "are compliant", "FIPS-validated"] {
            assert!(!plain.contains(never), "{never}");
        }
        assert_eq!(binder(&from, &to, name, more).0, Some(2), "nothing is written over");
    }
    // Another time, and production: nothing was done, and the binder says so.
    let (code, says, _) = binder("2020-01-01", "2020-12-31", "before.pdf", &["--rehearsals"]);
    assert_eq!(code, Some(0), "{says}");
    assert_eq!(binder(&from, &to, "production.pdf", &[]).0, Some(0));
    for (from, to) in [("2026-12-31", "2026-01-01"), ("yesterday", "today"), ("2026-02-30", "2026-03-01")] {
        let (code, says, _) = binder(from, to, "none.pdf", &[]);
        assert!(code == Some(2) && says.contains("no time"), "{says}");
    }
}
