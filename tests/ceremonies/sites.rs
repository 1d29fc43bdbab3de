//! A backup that is dealt over sites: so many sites have to take part, each with enough of its own people.

use protocol::{Answer, Ask, PromptView, RunState, SharePart};
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::backup::{bag, bags, bringing};
use whole_program::enrolled::start;
use whole_program::json;
use whole_program::pack::{fact, facts, holds, wrapped};
use whole_program::room::Room;
use whole_program::without_us::opened_without_us;
use whole_program::{run, said};

/// What each of seven custodians is at, in the roster's order: shares 1 and 2 are North's, 3 and 4 South's, the others
/// the Archive's.
const AT: [&str; 7] = ["North", "South", "Archive", "North", "South", "Archive", "Archive"];
/// The Archive needs all of its people.
const ARCHIVE: &str = "[[site]]\nname = \"Archive\"\npeople-needed = 3\n";
const OVER_SITES: [(&str, &str); 3] = [("threshold", "2"), ("shares", "7"), ("sites-needed", "2")];

/// The shipped people at these sites.
fn roster(folder: &Path, at: &[&str], rules: &str) -> PathBuf {
    let shipped = include_str!("../../ceremonies/rehearsal-roster.toml");
    let kept: Vec<_> = shipped.lines().filter(|l| !l.starts_with("site = ")).collect();
    let mut text = kept.join("\n") + "\n" + rules;
    for (n, site) in (1..).zip(at) {
        let id = format!("id = \"kc{n}\"\n");
        text = text.replace(&id, &format!("{id}site = \"{site}\"\n"));
    }
    let path = folder.join("roster.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// The first custodian's sheet is printed to a file, locked with a code word; the others write theirs.
fn sheets(prompt: &PromptView) -> Option<Answer> {
    match &prompt.ask {
        Ask::Choose { choices, .. } if prompt.step.id.starts_with("share.") => {
            let way = if prompt.step.id == "share.1" { "file" } else { "by-hand" };
            assert!(choices.iter().any(|c| c.id == way));
            Some(Answer::Chosen { id: way.to_owned() })
        }
        _ => bags(prompt),
    }
}

fn sheet_text(run: &Path) -> String {
    let mut files = std::fs::read_dir(run).unwrap().flatten().map(|f| f.path());
    let pdf = files.find(|p| p.extension().is_some_and(|e| e == "pdf")).unwrap();
    let out = Command::new("pdftotext").arg(pdf).arg("-").output().unwrap();
    said(&out).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn sites_take_part_as_a_whole_and_no_other_way() {
    let dir = tempfile::tempdir().unwrap();
    let people = roster(dir.path(), &AT, ARCHIVE);
    let mut room = Room::open(dir.path());
    let mut named = Vec::new();
    let values = [&OVER_SITES[..], &[("sheets", "printed-with-codeword")]].concat();
    let finished = room.play(&start("master-key-hsm", &people, &values), &mut |prompt, _| {
        if let Ask::ShowShare { page } = &prompt.ask
            && (page.part, page.row.number) == (SharePart::Row, 1)
        {
            assert!(page.needs.contains("any 2 of 3 sites rebuild the key"));
            assert!(
                prompt.step.id != "share.7" || page.needs.contains("share 3 of 3 at Archive, where any 3")
            );
            named.push((page.index, page.custodian.clone(), page.rows));
        }
        sheets(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
    // The site's people come together, whatever the roster's order; share 1 was printed.
    let order: Vec<_> = named.iter().map(|(n, who, _)| format!("{n} {who}")).collect();
    let expected = [
        "2 Farid Haddad",
        "3 Daniel Abebe",
        "4 Grace Muller",
        "5 Elif Kaya",
        "6 Hana Petrov",
        "7 Ivan Castillo",
    ];
    assert_eq!(order, expected);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(dir.path(), &pack);
    assert_eq!(facts(&pack, "groups"), [serde_json::json!([[2, 2], [2, 2], [3, 3]])]);
    assert!(facts(&pack, "threshold").is_empty(), "no reader may take it for a dealing among people");

    let text = sheet_text(pack.parent().unwrap());
    for words in ["Share 1 of 7", "needs 2 sites", "North (site 1 of 3), share 1 of its 2"] {
        assert!(text.contains(words), "{words}: {text}");
    }

    // Without this program: two whole sites open it, a whole one and part of another do not.
    let written: Vec<Vec<String>> = room.shown.chunks(8).map(<[String]>::to_vec).collect();
    let (south, archive) = (&written[1..3], &written[3..6]);
    let key = opened_without_us(&[south, archive].concat(), &wrapped(&pack)).unwrap();
    assert_eq!(key.len(), 32);
    let part = opened_without_us(&[south, &archive[..2]].concat(), &wrapped(&pack)).unwrap_err();
    assert!(part.contains("2 of the 3 shares of site 3 needed are here"), "{part}");
    let one = opened_without_us(archive, &wrapped(&pack)).unwrap_err();
    assert!(one.contains("1 of the 2 sites needed are here"), "{one}");

    // A drill in which one site is not whole proves nothing, and says which sites it lacks.
    let brought = [south, &archive[..2]].concat();
    let mut room = bringing(dir.path(), &pack, brought.clone());
    let numbers = [3, 4, 5, 6, 7];
    let bag_of = |prompt: &PromptView| {
        let turn: Option<usize> = prompt.step.id.strip_prefix("bring.").and_then(|n| n.parse().ok());
        turn.filter(|_| matches!(prompt.ask, Ask::Text { .. })).map(|n| bag(numbers[n - 1]))
    };
    let stopped =
        room.play(&start("drill", &people, &[("custodians", "4")]), &mut |prompt, _| bag_of(prompt));
    assert_eq!(stopped.state, RunState::Open);
    let last = &room.problems.last().unwrap().1;
    assert!(last.happened.contains("1 of the 2 sites needed"), "{last}");
    drop(room);
    // With the missing one it does.
    let mut room = bringing(dir.path(), &pack, [south, archive].concat());
    let finished = room.play(&start("drill", &people, &[("custodians", "5")]), &mut |prompt, _| {
        bag_of(prompt).or_else(|| bags(prompt))
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
    let drilled = PathBuf::from(finished.pack.unwrap());
    holds(dir.path(), &drilled);
    assert_eq!(fact(&drilled, "drilled-check-value"), fact(&pack, "check-value"));
    drop(room);

    // The register knows it as what it is.
    let register = json(dir.path(), &["register", "--json"]);
    let set = &register["rehearsal"]["sets"][0];
    assert_eq!((&set["sites_needed"], &set["threshold"]), (&serde_json::json!(2), &serde_json::Value::Null));

    // At its end sheets are shredded until no two sites are whole, and only then the key goes.
    let mut room = bringing(dir.path(), &pack, Vec::new());
    let finished = room.play(&start("destroy", &people, &[]), &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let end = PathBuf::from(finished.pack.unwrap());
    holds(dir.path(), &end);
    assert_eq!(facts(&end, "sheets-shredded"), [serde_json::json!([1, 2, 3])]);
    assert_eq!(fact(&end, "below-threshold"), "yes");
}

#[test]
fn a_dealing_over_sites_that_cannot_hold_is_refused_before_the_day() {
    let none = ["North"; 0];
    let six = ["North", "South", "North", "South", "Archive", "Archive"];
    for (at, rules, needed, code) in [
        (&AT[..6], "", "3", "sites-needed"),
        (&AT[..6], "", "1", "sites-needed"),
        (&["North", "South", "North", "South", "Archive", "East"][..], "", "2", "site-threshold"),
        (&six[..], "[[site]]\nname = \"South\"\npeople-needed = 3\n", "2", "site-threshold"),
        (&six[..], "[[site]]\nname = \"Sought\"\npeople-needed = 2\n", "2", "site-of-nobody"),
        (&six[..], &ARCHIVE.repeat(2), "2", "site-twice"),
        (&none[..], "", "2", "site-not-given"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let people = roster(dir.path(), at, rules);
        let sites = format!("sites-needed={needed}");
        let args = ["check", "master-key-hsm", "--roster", people.to_str().unwrap()];
        let set = ["--set", "shares=6", "--set", "threshold=2", "--set", &sites];
        let out = run(&dir.path().join("state"), &[&args[..], &set[..]].concat());
        assert!(!out.status.success() && said(&out).contains(code), "{code}: {}", said(&out));
    }
    // The same people, two of three sites: nothing stands against it.
    let dir = tempfile::tempdir().unwrap();
    let people = roster(dir.path(), &six, "");
    let args = ["check", "master-key-hsm", "--roster", people.to_str().unwrap()];
    let set = ["--set", "shares=6", "--set", "threshold=2", "--set", "sites-needed=2"];
    let out = run(&dir.path().join("state"), &[&args[..], &set[..]].concat());
    assert!(out.status.success(), "{}", said(&out));
}
