//! What the records say of bags: drills follow on drills, and one that is not closed or does not verify is not taken.

use super::{SHIPPED, written};
use protocol::{Answer, Ask, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use whole_program::backup::{bag, bags};
use whole_program::json;
use whole_program::pack::{facts, holds};
use whole_program::{files, run, said};

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
            "reseal.2/sign" => Some(Answer::Stop),
            "reseal.1/text" => Some(bag(41)),
            _ => bags(prompt),
        });
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    let (next, raised) = drilled(state, &pack, &sheets, [41, 2], [51, 52], None);
    assert!(raised.len() == 1 && raised[0].contains("Share 1 was sealed in bag B 1,"), "{raised:?}");
    assert!(facts(&next, "drill-bags-not-taken")[0].to_string().contains("not closed"));
}
