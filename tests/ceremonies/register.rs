//! The register tells what the records tell, whatever became of its index.

use protocol::{Answer, Ask, PromptView, RunState};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use whole_program::backup::{bag, bags, bringing, made};
use whole_program::json;
use whole_program::pack::fact;
use whole_program::{coffer, files, run, said};

/// What the register tells, and where that came from.
fn told(state: &Path) -> (Value, String) {
    let mut all = json(state, &["register", "--json"]);
    let source = all["rehearsal"]["source"].take().as_str().unwrap().to_owned();
    (all["rehearsal"].take(), source)
}

fn index(state: &Path) -> PathBuf {
    state.join("rehearsal/register")
}

/// The state of each sheet of a set.
fn states(told: &Value, set: &str) -> Vec<String> {
    let sheets = told["sheets"].as_array().unwrap().iter().filter(|s| s["set"] == set);
    sheets.map(|s| s["state"].as_str().unwrap().to_owned()).collect()
}

fn owes(told: &Value, words: &str) -> usize {
    told["owed"].as_array().unwrap().iter().filter(|o| o["says"].as_str().unwrap().contains(words)).count()
}

#[test]
fn sheets_bags_and_what_is_owed_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let set = fact(&old.pack, "share-set");
    let (first, _) = told(dir.path());
    let sheet = &first["sheets"][1];
    assert_eq!(
        (&sheet["holder"], &sheet["bag"], &sheet["state"]),
        (&"Daniel Abebe".into(), &"B 2".into(), &"sealed".into())
    );
    assert_eq!(first["owed"].as_array().unwrap().len(), 0, "{first:#}");
    assert_eq!(first["drills"][0], format!("{set}: no drill is recorded"));
    assert_eq!(first["sets"][0]["state"], "in use");

    // A drill that stops with a bag open: the sheet is not sealed again, and the register says so.
    let mut room = bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    let stop_at =
        |key: &'static str| move |p: &PromptView| if p.key == key { Some(Answer::Stop) } else { None };
    let (prove, reseal) = (stop_at("prove/sign"), stop_at("reseal.2/sign"));
    let stopped = room.rehearse("drill", &[("custodians", "2")], &mut |p, _| prove(p).or_else(|| bags(p)));
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    let (open, _) = told(dir.path());
    assert_eq!(states(&open, &set), ["open", "open", "sealed"]);
    assert_eq!(owes(&open, "was opened and not sealed again"), 2, "{open:#}");
    assert_eq!(owes(&open, "at no end"), 1);

    // Resumed, one is sealed again in a new bag, then the other.
    let again = |p: &PromptView| match (&p.ask, p.step.id.strip_prefix("reseal.")) {
        (Ask::Text { .. }, Some(n)) => Some(bag(20 + n.parse::<usize>().unwrap())),
        _ => bags(p),
    };
    let mut room = bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    let resume = protocol::ToRoom::Resume { run: stopped.run.clone(), token: None };
    let halfway = room.play(&resume, &mut |p, _| reseal(p).or_else(|| again(p)));
    assert_eq!(halfway.state, RunState::Open);
    drop(room);
    assert_eq!(states(&told(dir.path()).0, &set), ["sealed", "open", "sealed"]);
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    assert_eq!(room.play(&resume, &mut |p, _| again(p)).state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let (closed, _) = told(dir.path());
    assert_eq!(closed["sheets"][0]["bag"], "B 21");
    assert_eq!(closed["owed"].as_array().unwrap().len(), 0, "{closed:#}");
    assert!(closed["drills"][0].as_str().unwrap().contains("the next drill is due on 2"), "{closed:#}");
    assert_eq!(closed["contradictions"].as_array().unwrap().len(), 0, "{closed:#}");

    // A bag's number used twice cannot have happened, and is said.
    made(dir.path(), "rehearsal-minimal", &[]);
    let (twice, _) = told(dir.path());
    let said_so = twice["contradictions"].as_array().unwrap();
    assert!(said_so.iter().any(|c| c.as_str().unwrap().contains("bag B 1 was used before")), "{said_so:?}");

    // Custodians change, and one old sheet is missing.
    let mut room = bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    let dealt = [("threshold", "2"), ("shares", "3"), ("bringing", "2")];
    let finished = room.rehearse("change-custodian", &dealt, &mut |p, _| match &p.ask {
        Ask::Choose { question, .. } if question.contains("share 3") => {
            Some(Answer::Chosen { id: "missing".into() })
        }
        Ask::Decide { .. } => Some(Answer::Decided { id: "go-on".into(), reason: "a flood".into() }),
        Ask::Text { .. } => Some(Answer::Text { text: format!("N {}", p.step.id) }),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let (changed, _) = told(dir.path());
    assert_eq!(states(&changed, &set), ["destroyed", "destroyed", "missing"]);
    assert_eq!(owes(&changed, "is missing: find and destroy it"), 1);
    let replaced = changed["sets"].as_array().unwrap().iter().find(|s| s["set"] == set.as_str()).unwrap();
    assert_eq!(replaced["state"], "replaced");
    let new = fact(Path::new(&finished.pack.unwrap()), "share-set");
    assert_eq!(states(&changed, &new), ["sealed", "sealed", "sealed"]);

    let text = said(&run(dir.path(), &["register"]));
    assert!(text.contains(&new) && text.contains("bag N SHARE.1") && text.contains("Owed:"), "{text}");
}

#[test]
fn an_index_that_is_missing_damaged_truncated_or_behind_is_made_anew_from_the_records() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "rehearsal-minimal", &[]);
    let (truth, source) = told(dir.path());
    assert!(source.contains("there was none"), "{source}");
    let (same, source) = told(dir.path());
    assert!(source.starts_with("From the index"), "{source}");
    assert_eq!(same, truth);
    let asides = || {
        let all = std::fs::read_dir(dir.path().join("rehearsal")).unwrap().flatten();
        all.filter(|f| f.file_name().to_string_lossy().contains(".damaged-")).count()
    };

    // Gone.
    std::fs::remove_dir_all(index(dir.path())).unwrap();
    let (same, source) = told(dir.path());
    assert!(source.contains("there was none") && same == truth, "{source}");

    // Truncated at several lengths, and without its settings.
    let db = index(dir.path()).join("db");
    for keep in [0, 1, 100, 1000] {
        let bytes = std::fs::read(&db).unwrap();
        std::fs::write(&db, &bytes[..bytes.len() * keep / 1001]).unwrap();
        let (same, source) = told(dir.path());
        assert_eq!(same, truth, "{keep}: {source}");
        assert!(asides() <= 3, "only the newest few are kept");
        assert!(told(dir.path()).1.starts_with("From the index"), "made anew after {keep}: {source}");
    }
    std::fs::remove_file(index(dir.path()).join("conf")).unwrap();
    assert_eq!(told(dir.path()).0, truth);

    // One bit of every kind of place: never another answer, and where a value was hit, it is seen.
    let whole = std::fs::read(&db).unwrap();
    let full = whole.iter().rposition(|b| *b != 0).unwrap();
    let mut seen = 0;
    for n in 0..24 {
        let mut bytes = std::fs::read(&db).unwrap();
        let at = full * (2 * n + 1) / 48;
        bytes[at.min(full)] ^= 1 << (n % 8);
        std::fs::write(&db, &bytes).unwrap();
        let (same, source) = told(dir.path());
        assert_eq!(same, truth, "a bit at {at}: {source}");
        seen += u32::from(source.contains("damaged"));
    }
    assert!(seen > 0, "no flipped bit was noticed");

    // Behind: another ceremony was held, and then a record was changed under the index.
    made(dir.path(), "rehearsal-minimal", &[]);
    let (more, source) = told(dir.path());
    assert!(source.contains("behind") && more["sets"].as_array().unwrap().len() == 2, "{source}");
    let record = files(&dir.path().join("rehearsal/runs"))
        .into_iter()
        .find(|f| f.ends_with("transcript.jsonl") && !f.to_string_lossy().contains("-evidence"))
        .unwrap();
    let bytes = std::fs::read(&record).unwrap();
    std::fs::write(&record, &bytes[..bytes.len() / 2]).unwrap();
    let (fewer, source) = told(dir.path());
    assert!(source.contains("behind"), "{source}");
    assert_ne!(fewer, more, "what the record does not say any more, the register does not either");
}

#[test]
fn a_writer_that_is_killed_leaves_an_index_that_is_right_or_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "rehearsal-minimal", &[]);
    let (truth, _) = told(dir.path());
    for kill in 0..30_u64 {
        std::fs::remove_dir_all(index(dir.path())).unwrap();
        let mut child = Command::new(coffer())
            .arg("--state")
            .arg(dir.path())
            .args(["register", "--json"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(kill * 3));
        child.kill().unwrap();
        child.wait().unwrap();
        let (same, source) = told(dir.path());
        assert_eq!(same, truth, "killed after {} ms: {source}", kill * 3);
        assert!(told(dir.path()).1.starts_with("From the index"), "killed after {} ms: {source}", kill * 3);
    }
}

/// The page of the register's JSON names every member that there is, and none that there is not.
#[test]
fn every_member_of_the_register_stands_on_its_page() {
    let dir = tempfile::tempdir().unwrap();
    let mut slips = 0;
    let mut room = whole_program::room::Room::open(dir.path());
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        // Somebody mistypes, so that there is something in every list.
        if matches!(prompt.ask, Ask::Sign { .. }) && slips == 0 {
            slips += 1;
            let passphrase = protocol::Private::new("not this".into());
            return Some(Answer::Signature { passphrase, restated: None });
        }
        bags(prompt)
    });
    assert_eq!(finished.state, RunState::Closed);
    drop(room);
    let mut room = whole_program::room::Room::open(dir.path());
    room.rehearse("rehearsal-minimal", &[], &mut |p, _| (p.key == "share.1/sign").then_some(Answer::Stop));
    let all = json(dir.path(), &["register", "--json"]);
    let of = all["rehearsal"].as_object().unwrap();
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats/register.md"))
            .unwrap();
    let named =
        |text: &str| -> Vec<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows: Vec<(String, Vec<String>)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(list, rest)| (list.to_owned(), named(rest)))
        .collect();
    for (list, value) in of {
        let (_, members) =
            rows.iter().find(|(name, _)| name == list).unwrap_or_else(|| panic!("no row for {list}"));
        let Some(of_one) = value.as_array().and_then(|all| all.first()).and_then(Value::as_object) else {
            continue;
        };
        for member in of_one.keys() {
            assert!(members.contains(member), "{list} has no {member} on its page: {members:?}");
        }
        // Words before a semicolon's explanation are members; what stands after a colon is a value.
        // One with a dot is a member's member, which may be absent.
        let own = members.iter().filter(|m| m.contains('_') && !m.contains('.'));
        let gone = own.filter(|m| !of_one.contains_key(*m));
        assert_eq!(gone.count(), 0, "{list} has a member on its page that is not written: {members:?}");
    }
    for list in ["keys", "copies", "sets", "sheets", "people", "devices", "refused", "dues", "owed"] {
        assert!(of[list].as_array().is_some_and(|all| !all.is_empty()), "nothing in {list}");
    }
}

#[test]
fn dues_are_written_as_a_calendar_once_and_over_nothing() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path(), "rehearsal-minimal", &[]);
    let dues = json(dir.path(), &["dues", "--json"]);
    let ids: Vec<&str> = dues["rehearsal"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap().split(' ').next().unwrap())
        .collect();
    assert_eq!(ids, ["drill", "rotate"]);
    assert_eq!(
        json(dir.path(), &["dues", "--json", "--within", "90"])["rehearsal"],
        Value::Array(Vec::new())
    );
    let text = said(&run(dir.path(), &["dues", "--within", "400"]));
    assert!(text.contains("The first drill of the set") && !text.contains("protect nothing"), "{text}");
    // A rehearsal is nobody's appointment.
    let file = dir.path().join("days.ics");
    let out = run(dir.path(), &["dues", "--ics", file.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let calendar = std::fs::read_to_string(&file).unwrap();
    assert!(
        calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0") && !calendar.contains("VEVENT"),
        "{calendar}"
    );
    let out = run(dir.path(), &["dues", "--ics", file.to_str().unwrap()]);
    assert!(!out.status.success(), "{}", said(&out));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), calendar, "it was written over");
    // A bare name is one in the folder that people are in: it was written, and called a failure.
    let here = dir.path().join("here");
    std::fs::create_dir(&here).unwrap();
    let mut bare = Command::new(coffer());
    bare.arg("--state").arg(dir.path()).args(["dues", "--ics", "days.ics"]).current_dir(&here);
    let out = bare.output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    assert_eq!(std::fs::read_to_string(here.join("days.ics")).unwrap(), calendar);
}
