//! Adding an action is one file and one line: here it is checked, played and replayed by a program that never heard of it.

use crate::a_new_action::CountChairs;
use crate::a_secret::{HEAR, LOOK_ON, SAY, SEEN};
use actions::REPERTOIRE;
use engine::replay::{Why, follows};
use engine::{Action, Ended, Engine, Player, Repertoire, Surroundings, Workstation};
use protocol::{Answer, Ask, FromRoom, Mode, Private, Problem, PromptView};
use script::Plan;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use transcript::{Entry, Kind, Reading};

/// Signs as the rehearsal's people do, counts seven chairs, and stops once everybody has signed in and the new steps are
/// done.
struct People;

impl Player for People {
    fn ask(&mut self, prompt: PromptView) -> std::io::Result<Answer> {
        let id = &prompt.step.id;
        if prompt.begins && !["preflight", "attend"].contains(&id.as_str()) && !id.starts_with("new-") {
            return Ok(Answer::Stop);
        }
        Ok(match prompt.ask {
            Ask::Sign { hint, .. } => {
                Answer::Signature { passphrase: Private::new(hint.unwrap_or_default()), restated: None }
            }
            Ask::Text { suggested, .. } => Answer::Text { text: suggested.unwrap_or_else(|| "7".to_owned()) },
            _ => Answer::Go,
        })
    }

    fn show(&mut self, _: FromRoom) {}
}

struct Nothing;

impl engine::printing::Printers for Nothing {
    fn queues(&self, _: Mode) -> Result<Vec<engine::printing::Queue>, Problem> {
        Ok(Vec::new())
    }

    fn print(&self, _: &str, _: &str, _: &str, _: &[u8]) -> Result<(), Problem> {
        Err(engine::words::out_of_order())
    }

    fn waits_in_memory(&self) -> Option<bool> {
        None
    }
}

impl engine::printing::Scans for Nothing {
    fn read(&self, _: &[u8]) -> Result<Vec<secrets::SecretText>, Problem> {
        Err(engine::words::out_of_order())
    }
}

fn around() -> Surroundings {
    Surroundings {
        clock: Box::new(transcript::SystemClock::default()),
        now: || time::OffsetDateTime::now_utc().unix_timestamp(),
        newest_record: None,
        open_token: Box::new(|| Err(engine::words::out_of_order())),
        token_uri: None,
        module_sha256: Some("0".repeat(64)),
        other_modes_serials: Vec::new(),
        media: Box::new(engine::media::Folders(Vec::new())),
        printers: Arc::new(Nothing),
        scans: Arc::new(Nothing),
        attestation_roots: piv::Roots::yubico().unwrap(),
        workstation: Workstation::default(),
        program: "a test".to_owned(),
    }
}

/// Every action, and the new ones.
fn with_them() -> &'static Repertoire {
    let mut all: Vec<&'static dyn Action> = vec![&CountChairs, &SAY, &HEAR, &LOOK_ON];
    all.extend(REPERTOIRE.actions);
    Box::leak(Box::new(Repertoire {
        actions: all.leak(),
        rules: REPERTOIRE.rules,
        ways_back: REPERTOIRE.ways_back,
        documents: REPERTOIRE.documents,
    }))
}

/// A step of a new action.
fn step(id: &str, action: &str) -> String {
    format!(
        "[[act.step]]\nid = \"new-{id}\"\nactor = \"administrator\"\naction = \"{action}\"\nsay = \"Do it.\"\n\
         why = \"So that it is done.\"\nbutton = \"Do it\"\nseconds = 10\n\n"
    )
}

/// The smallest script, with these steps after its first, in which everybody signs in; and its roster.
fn script(steps: &[(&str, &str)]) -> (String, String) {
    let ceremonies = crate::source::root().join("ceremonies");
    let read = |name: &str| std::fs::read_to_string(ceremonies.join(name)).unwrap();
    let text = read("rehearsal-minimal.toml");
    // After those who look at the machine and sign in.
    let (first, _) = text.match_indices("[[act.step]]").nth(1).unwrap();
    let second = text[first + 1..].find("[[act").unwrap() + first + 1;
    let new: String = steps.iter().map(|(id, action)| step(id, action)).collect();
    (format!("{}{new}{}", &text[..second], &text[second..]), read("rehearsal-roster.toml"))
}

/// Plays the new steps, stops, and looks at the record.
fn played(plan: Plan, all: &'static Repertoire, folder: &Path, look: impl FnOnce(&Plan, Vec<Entry>)) {
    let mut people = People;
    let mut engine = Engine::begin(plan, all, folder, around(), &mut people).unwrap();
    assert_eq!(engine.play().unwrap(), Ended::Stopped);
    let record = Reading::of(&std::fs::read(folder.join("transcript.jsonl")).unwrap());
    assert!(record.bad.is_none());
    look(engine.plan(), record.entries);
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("20261126-090000-000-1");
    std::fs::create_dir(&folder).unwrap();
    (state, folder)
}

fn plan(steps: &[(&str, &str)], all: &'static Repertoire) -> Result<Plan, Vec<Problem>> {
    let (text, roster) = script(steps);
    Plan::make(&text, &roster, Mode::Rehearsal, &BTreeMap::new(), all)
}

#[test]
fn an_action_is_one_file_and_one_line() {
    let all = with_them();
    let steps = [("chairs", "count-chairs")];
    // The program as it ships does not know it.
    let unknown = plan(&steps, &REPERTOIRE).err().unwrap();
    assert!(unknown.iter().any(|p| p.code == "action-unknown"), "{unknown:?}");
    let (_state, folder) = folder();
    let plan = plan(&steps, all).unwrap_or_else(|p| panic!("{p:?}"));
    played(plan, all, &folder, |plan, mut entries| {
        let chairs = |e: &Entry| e.kind == Kind::Outcome && e.step.as_deref() == Some("new-chairs");
        let at = entries.iter().position(chairs).unwrap();
        follows(plan, all, &entries).unwrap();
        // What its row states has to be there, and nobody wrote a rule for that.
        entries[at].facts.clear();
        let departs = follows(plan, all, &entries).unwrap_err();
        assert_eq!(departs.why, Why::FactMissing { fact: facts::ATTENDING.name().to_owned() });
    });
}

#[test]
fn a_secret_lives_until_the_last_step_that_needs_it() {
    let all = with_them();
    let steps = [
        ("say", "say-it"),
        ("look-on", "look-on"),
        ("hear", "hear-it"),
        ("look-on-again", "look-on"),
        ("hear-again", "hear-it"),
        ("look-on-after", "look-on"),
        ("say-to-nobody", "say-it"),
        ("look-on-last", "look-on"),
    ];
    let (_state, folder) = folder();
    let plan = plan(&steps, all).unwrap_or_else(|p| panic!("{p:?}"));
    played(plan, all, &folder, |plan, entries| follows(plan, all, &entries).unwrap());
    let expected = [
        "said",
        "looked on",
        "heard",
        "looked on",
        "heard",
        "wiped",
        "looked on",
        "said",
        "wiped",
        "looked on",
    ];
    assert_eq!(*SEEN.lock().unwrap(), expected);
}
