//! Sites and lines of reporting: plans that are refused before the day, and what rosters and packs keep of them.

use super::{DEALING, SHIPPED, written};
use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::PathBuf;
use whole_program::pack::holds;
use whole_program::room::Room;
use whole_program::{files, run, said};

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
