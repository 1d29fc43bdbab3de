//! Adding an action is one file and one line: here it is checked, played and replayed by a program that never heard of it.

use crate::a_new_action::CountChairs;
use actions::REPERTOIRE;
use engine::replay::{Why, follows};
use engine::{Action, Ended, Engine, Player, Repertoire, Surroundings, Workstation};
use protocol::{Answer, Ask, FromRoom, Mode, Private, Problem, PromptView};
use script::Plan;
use std::collections::BTreeMap;
use std::sync::Arc;
use transcript::{Kind, Reading};

/// Signs as the rehearsal's people do, counts seven chairs, and stops at the next step.
struct People {
    counted: bool,
}

impl Player for People {
    fn ask(&mut self, prompt: PromptView) -> std::io::Result<Answer> {
        Ok(match prompt.ask {
            Ask::Begin { .. } if self.counted && prompt.step.id != "chairs" => Answer::Stop,
            Ask::Sign { hint, .. } => {
                Answer::Signature { passphrase: Private::new(hint.unwrap_or_default()), restated: None }
            }
            Ask::Text { .. } => {
                self.counted = true;
                Answer::Text { text: "7".to_owned() }
            }
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
        other_modes_serials: Vec::new(),
        media: Box::new(engine::media::Folders(Vec::new())),
        printers: Arc::new(Nothing),
        scans: Arc::new(Nothing),
        attestation_roots: piv::Roots::yubico().unwrap(),
        workstation: Workstation::default(),
        program: "a test".to_owned(),
    }
}

/// Every action, and the new one.
fn with_it() -> &'static Repertoire {
    let mut all: Vec<&'static dyn Action> = vec![&CountChairs];
    all.extend(REPERTOIRE.actions);
    Box::leak(Box::new(Repertoire {
        actions: all.leak(),
        rules: REPERTOIRE.rules,
        ways_back: REPERTOIRE.ways_back,
    }))
}

const STEP: &str = r#"[[act.step]]
id = "chairs"
actor = "administrator"
action = "count-chairs"
say = "Count the chairs."
why = "So that everyone can sit."
button = "Counted"
seconds = 10

"#;

#[test]
fn an_action_is_one_file_and_one_line() {
    let ceremonies = crate::source::root().join("ceremonies");
    let read = |name: &str| std::fs::read_to_string(ceremonies.join(name)).unwrap();
    let (text, roster) = (read("rehearsal-minimal.toml"), read("rehearsal-roster.toml"));
    let second = text.match_indices("[[act.step]]").nth(1).unwrap().0;
    // In the first act, after everybody signed in.
    let second = text[..second]
        .rfind("[[act]]")
        .filter(|at| *at > text.find("[[act.step]]").unwrap())
        .unwrap_or(second);
    let text = format!("{}{STEP}{}", &text[..second], &text[second..]);
    let all = with_it();
    let plan = |all: &'static Repertoire| Plan::make(&text, &roster, Mode::Rehearsal, &BTreeMap::new(), all);
    // The program as it ships does not know it.
    let unknown = plan(&REPERTOIRE).err().unwrap();
    assert!(unknown.iter().any(|p| p.code == "action-unknown"), "{unknown:?}");
    let plan = plan(all).unwrap_or_else(|p| panic!("{p:?}"));
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("20261126-090000-000-1");
    std::fs::create_dir(&folder).unwrap();
    let mut people = People { counted: false };
    let mut engine = Engine::begin(plan, all, &folder, around(), &mut people).unwrap();
    assert_eq!(engine.play().unwrap(), Ended::Stopped);
    let record = Reading::of(&std::fs::read(folder.join("transcript.jsonl")).unwrap());
    assert!(record.bad.is_none());
    let mut entries = record.entries;
    let chairs = |e: &transcript::Entry| e.kind == Kind::Outcome && e.step.as_deref() == Some("chairs");
    let at = entries.iter().position(chairs).unwrap();
    follows(engine.plan(), all, &entries).unwrap();
    // What its row states has to be there, and nobody wrote a rule for that.
    entries[at].facts.clear();
    let departs = follows(engine.plan(), all, &entries).unwrap_err();
    assert_eq!(departs.why, Why::FactMissing { fact: facts::ATTENDING.name().to_owned() });
}
