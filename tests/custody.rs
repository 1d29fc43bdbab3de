//! Who is to hold what where: plans that are refused before the day, and what the records say of it afterwards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use whole_program::backup::{bag, bags, facts, holds, json};
use whole_program::room::Room;
use whole_program::{files, run, said};

const SHIPPED: &str = include_str!("../ceremonies/rehearsal-roster.toml");
/// The scripts that split a backup, or deal keys of which a quorum is needed.
const DEALING: [&str; 9] = [
    "rehearsal-minimal",
    "master-key-hsm",
    "byok-aws",
    "byok-azure",
    "byok-google",
    "byok-other",
    "change-custodian",
    "recover",
    "managed-hsm-security-domain",
];

/// Writes a roster and gives its path.
fn written(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("people.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// `coffer check` of a script with a roster: whether it can be played, and what was said.
fn checked(roster: &str, script: &str, set: &[&str]) -> (bool, String) {
    let dir = tempfile::tempdir().unwrap();
    let people = written(dir.path(), roster);
    let mut args = vec!["check", script, "--roster", people.to_str().unwrap()];
    for s in set {
        args.extend(["--set", s]);
    }
    let out = run(&dir.path().join("state"), &args);
    (out.status.success(), said(&out))
}

/// The shipped roster with a line more for one person.
fn with_line(roster: &str, id: &str, line: &str) -> String {
    roster.replace(&format!("id = \"{id}\"\n"), &format!("id = \"{id}\"\n{line}\n"))
}

/// The shipped roster without sites.
fn no_sites() -> String {
    let kept: Vec<_> = SHIPPED.lines().filter(|l| !l.starts_with("site = ")).collect();
    kept.join("\n") + "\n"
}

/// The shipped people at these sites.
fn at(sites: [&str; 5]) -> String {
    let mut roster = no_sites();
    for (n, site) in (1..).zip(sites) {
        roster = with_line(&roster, &format!("kc{n}"), &format!("site = \"{site}\""));
    }
    roster
}

#[test]
fn the_shipped_people_stand_well_for_every_script_and_every_threshold() {
    for script in DEALING {
        let (good, out) = checked(SHIPPED, script, &[]);
        assert!(good && !out.contains("not recorded"), "{script}: {out}");
    }
    for (threshold, shares) in [("2", "3"), ("2", "4"), ("3", "4"), ("2", "5"), ("3", "5"), ("4", "5")] {
        let set = [format!("threshold={threshold}"), format!("shares={shares}")];
        let (good, out) = checked(SHIPPED, "rehearsal-minimal", &[&set[0], &set[1]]);
        assert!(good, "{threshold} of {shares}: {out}");
    }
    // What a hospital with three sites can do: two, two and one.
    let three = at(["East", "East", "West", "West", "Vault"]);
    let (good, out) = checked(&three, "master-key-hsm", &[]);
    assert!(good && !out.contains("not recorded"), "{out}");
}

#[test]
fn sites_that_hold_a_threshold_or_cannot_be_spared_are_named_with_their_people() {
    let five = at(["East", "East", "East", "West", "Vault"]);
    for script in DEALING.into_iter().filter(|s| !s.starts_with("managed")) {
        let (good, out) = checked(&five, script, &["threshold=3", "shares=5"]);
        assert!(!good && out.contains("custody-site-holds-threshold"), "{script}: {out}");
        assert!(
            out.contains("At East, Carla Novak, Daniel Abebe and Elif Kaya would hold 3 or more"),
            "{out}"
        );
        // Two are left where three are needed.
        assert!(out.contains("custody-site-loss-loses-key") && out.contains("If East is lost"), "{out}");
    }
    // No site holds a threshold here, and still none may burn.
    let (good, out) = checked(
        &at(["East", "East", "West", "West", "Vault"]),
        "rehearsal-minimal",
        &["threshold=4", "shares=5"],
    );
    assert!(!good && !out.contains("holds-threshold"), "{out}");
    assert!(out.contains("If East is lost, so are the shares of Carla Novak and Daniel Abebe"), "{out}");
    assert!(out.contains("If West is lost") && !out.contains("If Vault is lost"), "{out}");
    // Whoever holds no share in this ceremony may stand anywhere.
    let (good, out) = checked(
        &at(["East", "West", "Vault", "Vault", "Vault"]),
        "rehearsal-minimal",
        &["threshold=2", "shares=3"],
    );
    assert!(good, "{out}");
    // The keys of a quorum are no different.
    let (good, out) = checked(
        &at(["East", "East", "West", "a", "b"]),
        "managed-hsm-security-domain",
        &["quorum=2", "custodians=3"],
    );
    assert!(!good && out.contains("custody-site-holds-threshold"), "{out}");
}

#[test]
fn custodians_are_independent_of_one_another_also_through_others() {
    let direct = with_line(SHIPPED, "kc4", "reports-to = \"kc1\"");
    let (good, out) = checked(&direct, "rehearsal-minimal", &["threshold=3", "shares=5"]);
    assert!(!good && out.contains("custody-reports-to-custodian"), "{out}");
    assert!(out.contains("Farid Haddad reports to Carla Novak"), "{out}");
    // Not a custodian of a set of three.
    let (good, out) = checked(&direct, "rehearsal-minimal", &["threshold=2", "shares=3"]);
    assert!(good, "{out}");
    // Up the line through somebody who holds nothing; two who report to one outside are fine.
    let through =
        with_line(&with_line(SHIPPED, "kc2", "reports-to = \"off\""), "off", "reports-to = \"kc3\"");
    let (good, out) = checked(&through, "rehearsal-minimal", &["threshold=2", "shares=3"]);
    assert!(!good && out.contains("Daniel Abebe reports to Elif Kaya"), "{out}");
    let beside = with_line(&with_line(SHIPPED, "kc2", "reports-to = \"off\""), "kc3", "reports-to = \"off\"");
    let (good, out) = checked(&beside, "rehearsal-minimal", &["threshold=2", "shares=3"]);
    assert!(good, "{out}");
}

#[test]
fn what_is_not_recorded_is_said_and_what_is_half_recorded_is_refused() {
    let (good, out) = checked(&no_sites(), "rehearsal-minimal", &[]);
    assert!(good && out.contains("Sites are not recorded"), "{out}");
    // A script that deals nothing has nothing to say of it.
    let (good, out) = checked(&no_sites(), "drill", &[]);
    assert!(good && !out.contains("not recorded"), "{out}");
    let half = with_line(&no_sites(), "kc1", "site = \"East\"");
    let (good, out) = checked(&half, "rehearsal-minimal", &["threshold=2", "shares=3"]);
    assert!(!good && out.contains("site-not-given"), "{out}");
    assert!(out.contains("Daniel Abebe and Elif Kaya would hold a share"), "{out}");

    // The review says it too.
    let dir = tempfile::tempdir().unwrap();
    let people = written(dir.path(), &no_sites());
    let out = run(dir.path(), &["print", "rehearsal-minimal", "--roster", people.to_str().unwrap()]);
    assert!(out.status.success() && said(&out).contains("Sites are not recorded"), "{}", said(&out));
    let out = run(dir.path(), &["print", "rehearsal-minimal"]);
    assert!(out.status.success() && !said(&out).contains("not recorded"), "{}", said(&out));
}

#[test]
fn what_a_roster_says_of_sites_and_lines_is_checked_when_it_is_read() {
    let long = format!("site = \"{}\"", "x".repeat(41));
    for (id, line, code) in [
        ("adm", "site = \"\"", "site-name"),
        ("adm", "site = \" East\"", "site-name"),
        ("adm", "site = \"North  campus\"", "site-name"),
        ("adm", "site = \"East\\nWest\"", "site-name"),
        ("adm", "site = \"Ea\\u200Bst\"", "site-name"),
        ("adm", "site = \"\\u202Etsae\"", "site-name"),
        ("adm", long.as_str(), "site-name"),
        ("adm", "site = \"NORTH campus\"", "site-two-spellings"),
        ("adm", "reports-to = \"nobody\"", "reports-to-unknown"),
        ("adm", "reports-to = \"adm\"", "reports-in-circle"),
        ("adm", "superior = \"wit\"", "roster-unreadable"),
    ] {
        let (good, out) = checked(&with_line(SHIPPED, id, line), "rehearsal-minimal", &[]);
        assert!(!good && out.contains(code), "{line}: {out}");
    }
    // A circle that somebody outside it reports into is found too.
    let circle = with_line(&with_line(SHIPPED, "kc4", "reports-to = \"kc5\""), "kc5", "reports-to = \"kc4\"");
    let (good, out) = checked(&with_line(&circle, "adm", "reports-to = \"kc4\""), "rehearsal-minimal", &[]);
    assert!(!good && out.contains("reports-in-circle"), "{out}");
    let (good, out) =
        checked(&with_line(SHIPPED, "adm", "site = \"Zürich Süd, Haus 3/4\""), "rehearsal-minimal", &[]);
    assert!(good, "{out}");
}

/// A backup of two of three shares whose custodian N seals share N in bag `B N`.
fn made(state: &Path) -> (PathBuf, Vec<Vec<String>>) {
    let made = whole_program::backup::made(state, "rehearsal-minimal", &[]);
    (made.pack, made.sheets)
}

/// A drill in which custodians N bring shares N in these bags, and seal them again in those; decides to go on. Gives the
/// pack and the codes of what was raised.
fn drilled(
    state: &Path,
    pack: &Path,
    sheets: &[Vec<String>],
    brought: [usize; 2],
    resealed: [usize; 2],
    roster: Option<&Path>,
) -> (PathBuf, Vec<String>) {
    let mut room = whole_program::backup::bringing(state, pack, sheets[..2].to_vec());
    let start = ToRoom::Start {
        script: "drill".into(),
        mode: protocol::Mode::Rehearsal,
        parameters: BTreeMap::from([("custodians".to_owned(), "2".to_owned())]),
        roster: roster.map(|p| p.display().to_string()),
        token: None,
    };
    let finished = room.play(&start, &mut |prompt, _| match (&prompt.ask, prompt.step.id.as_str()) {
        (Ask::Text { .. }, "bring.1") => Some(bag(brought[0])),
        (Ask::Text { .. }, "bring.2") => Some(bag(brought[1])),
        (Ask::Text { .. }, "reseal.1") => Some(bag(resealed[0])),
        (Ask::Text { .. }, "reseal.2") => Some(bag(resealed[1])),
        (Ask::Decide { .. }, _) => Some(Answer::Decided { id: "go-on".into(), reason: "asked them".into() }),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(state, &pack);
    (pack, room.problems.iter().map(|(_, p)| format!("{} {}", p.code, p.happened)).collect())
}

fn sheet(state: &Path, share: u64) -> serde_json::Value {
    let told = json(state, &["register", "--json"]);
    let sheets = told["rehearsal"]["sheets"].as_array().unwrap().clone();
    sheets.into_iter().find(|s| s["share"] == share).unwrap()
}

#[test]
fn a_drill_takes_the_newest_bags_and_still_sees_a_swapped_one() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path();
    let (pack, sheets) = made(state);
    assert_eq!(
        (&sheet(state, 1)["place"], &sheet(state, 3)["place"]),
        (&"North campus".into(), &"Harbour clinic".into())
    );
    let (first, raised) = drilled(state, &pack, &sheets, [1, 2], [11, 12], None);
    assert!(raised.is_empty(), "{raised:?}");
    assert!(facts(&first, "drill-newer-bags").is_empty());

    // The drill after it: the bags of the drill, and nothing is raised. The first custodian has moved since.
    let moved = SHIPPED.replace("North campus", "East");
    let people = written(state, &moved);
    let (second, raised) = drilled(state, &pack, &sheets, [11, 12], [21, 22], Some(&people));
    assert!(raised.is_empty(), "{raised:?}");
    let newer = facts(&second, "drill-newer-bags");
    assert_eq!((newer[0][0][0].as_u64(), newer[0][0][1].as_str()), (Some(1), Some("B 11")), "{newer:?}");
    assert!(
        newer[0][0][2].as_str().unwrap().len() > 10 && newer[0].as_array().unwrap().len() == 2,
        "{newer:?}"
    );
    assert_eq!((&sheet(state, 1)["place"], &sheet(state, 1)["bag"]), (&"East".into(), &"B 21".into()));
    let text = said(&run(state, &["register"]));
    assert!(text.contains("place East") && text.contains("place South campus"), "{text}");

    // Really swapped: one in a bag nobody knows, one in the bag of the drill before the last.
    let (_, raised) = drilled(state, &pack, &sheets, [77, 12], [31, 32], None);
    assert_eq!(raised.len(), 2, "{raised:?}");
    assert!(
        raised[0].starts_with("another-bag Share 1 was sealed in bag B 21 in the ceremony"),
        "{raised:?}"
    );
    assert!(raised[0].contains("brought in bag B 77"), "{raised:?}");
    assert!(raised[1].starts_with("another-bag Share 2 was sealed in bag B 22"), "{raised:?}");

    // What is destroyed is listed in the bags that it lies in now.
    let mut room = whole_program::backup::bringing(state, &pack, Vec::new());
    let mut asked = Vec::new();
    room.rehearse("destroy", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Choose { question, .. } => {
            asked.push(question.clone());
            (asked.len() == 2).then_some(Answer::Stop)
        }
        _ => None,
    });
    assert!(asked[1].contains("share 1, sealed in bag B 31 in the ceremony"), "{asked:?}");
}

#[test]
fn bags_of_a_drill_that_is_not_closed_or_does_not_verify_are_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path();
    let (pack, sheets) = made(state);
    let (first, _) = drilled(state, &pack, &sheets, [1, 2], [11, 12], None);
    // Somebody who swapped the bags writes the new numbers into the drill's record, and into its pack.
    let runs = first.parent().unwrap().to_owned();
    let records: Vec<_> = files(&runs).into_iter().filter(|f| f.ends_with("transcript.jsonl")).collect();
    assert_eq!(records.len(), 2);
    for record in &records {
        let text = std::fs::read_to_string(record).unwrap();
        assert!(text.contains("\"B 11\""));
        std::fs::write(record, text.replace("\"B 11\"", "\"B 77\"")).unwrap();
    }
    let (second, raised) = drilled(state, &pack, &sheets, [77, 12], [21, 22], None);
    assert!(raised.iter().any(|r| r.contains("Share 1 was sealed in bag B 1,")), "{raised:?}");
    assert!(facts(&second, "drill-newer-bags").is_empty());

    // The pack alone changed: the record shows that there was a drill, its pack is not believed, and that is said.
    let record = second.parent().unwrap().join("rehearsal-evidence/transcript.jsonl");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text.replace("\"B 21\"", "\"B 78\"")).unwrap();
    let (third, raised) = drilled(state, &pack, &sheets, [78, 22], [31, 32], None);
    assert_eq!(raised.len(), 2, "{raised:?}");
    let passed_over = facts(&third, "drill-bags-not-taken");
    assert!(passed_over[0].to_string().contains("does not verify"), "{passed_over:?}");

    // One that stopped with a bag sealed again.
    let (pack, sheets) = made(state);
    let mut room = whole_program::backup::bringing(state, &pack, sheets[..2].to_vec());
    let stopped =
        room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match prompt.key.as_str() {
            "reseal.2/begin" => Some(Answer::Stop),
            "reseal.1/text" => Some(bag(41)),
            _ => bags(prompt),
        });
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    let (next, raised) = drilled(state, &pack, &sheets, [41, 2], [51, 52], None);
    assert!(raised.len() == 1 && raised[0].contains("Share 1 was sealed in bag B 1,"), "{raised:?}");
    assert!(facts(&next, "drill-bags-not-taken")[0].to_string().contains("not closed"));
}

#[test]
fn an_enrolled_roster_and_every_pack_keep_sites_and_lines() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    // Enrolled are the first of each role: a second officer is not, and the line leads through them.
    let mut roster = with_line(SHIPPED, "kc1", "reports-to = \"off2\"");
    roster += "\n[[person]]\nid = \"off2\"\nname = \"Omar Lund\"\nrole = \"officer\"\nreports-to = \"adm\"\nrehearsal-passphrase = \"x-x-x\"\n";
    let people = written(dir.path(), &roster);
    let medium = dir.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    let mut room = Room::open(&state);
    room.medium = medium.display().to_string();
    let start = ToRoom::Start {
        script: "commission-workstation".into(),
        mode: protocol::Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: Some(people.display().to_string()),
        token: None,
    };
    let finished = room.play(&start, &mut |prompt: &PromptView, _| match &prompt.ask {
        Ask::Choose { choices, .. } if choices.iter().any(|c| c.id == "passphrase") => {
            Some(Answer::Chosen { id: "passphrase".into() })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(&state, &pack);
    let enrolled = files(&state.join("rehearsal/rosters")).pop().unwrap();
    let public = files(&pack).into_iter().find(|f| f.to_string_lossy().contains("enrolled-roster")).unwrap();
    for (path, above) in [(&enrolled, "adm"), (&public, "adm"), (&pack.join("roster.toml"), "off2")] {
        let text = std::fs::read_to_string(path).unwrap();
        for site in ["North campus", "South campus", "Harbour clinic", "Records archive", "Bank vault"] {
            assert!(text.contains(&format!("site = \"{site}\"")), "{}: {text}", path.display());
        }
        assert_eq!(text.matches("reports-to").count(), if above == "adm" { 1 } else { 2 }, "{text}");
        assert!(text.contains(&format!("reports-to = \"{above}\"")), "{}: {text}", path.display());
    }
    // And it is taken.
    let out = run(&state, &["check", "rehearsal-minimal", "--roster", enrolled.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
}

/// Raises an exception where `at` says, leaves the room before it is decided, resumes, and gives what is offered then.
fn left_undecided(at: &dyn Fn(&PromptView) -> bool) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raised = false;
    let stopped = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        if matches!(prompt.ask, Ask::Decide { .. }) {
            return Some(Answer::Stop);
        }
        if !raised && at(prompt) {
            raised = true;
            let report =
                protocol::ExceptionReport { expected: "quiet".into(), happened: "the door opened".into() };
            return Some(Answer::Exception { report });
        }
        bags(prompt)
    });
    assert!(raised && stopped.state == RunState::Open);
    drop(room);
    let mut room = Room::open(dir.path());
    let mut offered = Vec::new();
    let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| {
        if let Ask::Decide { choices, .. } = &prompt.ask {
            offered.extend(choices.iter().map(|c| c.id.clone()));
            return Some(Answer::Decided { id: choices[0].id.clone(), reason: "seen".into() });
        }
        bags(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    holds(dir.path(), Path::new(&finished.pack.unwrap()));
    offered
}

#[test]
fn an_exception_left_undecided_begins_its_step_again_unless_that_is_done() {
    // Asked before the step was done: it begins again, and there is no other way to go on.
    let offered = left_undecided(&|p| p.step.id == "generate" && matches!(p.ask, Ask::Begin { .. }));
    assert_eq!(offered, ["again", "stop", "abandon"]);
    // Raised at the findings of a step that is done: nothing can be begun again.
    let offered = left_undecided(&|p| p.step.id == "generate" && matches!(p.ask, Ask::Observe { .. }));
    assert_eq!(offered, ["go-on", "stop", "abandon"]);
}
