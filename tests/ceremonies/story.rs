//! A hospital's years in one state folder: a workstation is commissioned, a script approved, six keys made for four clouds and
//! received, drilled, given to other custodians when one leaves, rotated, imported again, compromised, restored into a second
//! HSM, destroyed. After each ceremony the register is held against `tests/golden/story.txt`; every pack verifies with the
//! workstation card; and at the end nothing is due that should not be.

mod told;

use super::ledger::{open, register};
use super::plan::{check_values, medium};
use protocol::{Answer, Ask, Mode, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use told::Story;
use whole_program::backup::{Sheets, bag};
use whole_program::pack::fact;
use whole_program::room::{Room, Sheet};
use whole_program::{run, said, softhsm, stand_in};

/// How many lines of the plan: six keys, for four providers.
const KEYS: usize = 6;

/// The workstation, and what it has on its table.
struct Hospital {
    dir: tempfile::TempDir,
    state: PathBuf,
    story: Story,
    /// How many bags were used.
    bags: usize,
    /// The bag that each share lies in, by set and number.
    lies_in: BTreeMap<(String, u8), String>,
    card: PathBuf,
    roster: Option<String>,
}

/// What a ceremony is played with.
#[derive(Default)]
struct With<'w> {
    parameters: &'w [(&'w str, &'w str)],
    pack: Option<&'w Path>,
    sheets: &'w [Vec<String>],
    file: Option<String>,
    folder: Option<PathBuf>,
    token: Option<String>,
    answers: &'w [(&'w str, &'w str)],
}

impl Hospital {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        Self {
            state,
            story: Story::default(),
            bags: 0,
            lies_in: BTreeMap::new(),
            card: PathBuf::new(),
            roster: None,
            dir,
        }
    }

    /// Plays a ceremony, and holds the register against what it should say then. Gives the pack and the sheets that were
    /// given out.
    fn plays(&mut self, title: &str, script: &str, with: &With<'_>) -> (PathBuf, Sheets) {
        let conf = self.dir.path().join("softhsm2.conf");
        let mut room = Room::with(&self.state, &[("SOFTHSM2_CONF", &conf)]);
        softhsm::PIN.clone_into(&mut room.pin);
        room.sheets = with.sheets.iter().rev().cloned().collect();
        room.medium =
            with.folder.as_deref().or(with.pack).map(|p| p.display().to_string()).unwrap_or_default();
        room.file = with.file.clone().unwrap_or_default();
        let first = ToRoom::Start {
            script: script.to_owned(),
            mode: Mode::Rehearsal,
            parameters: with.parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            roster: self.roster.clone(),
            token: with.token.clone(),
        };
        let finished = room.play(&first, &mut |prompt, _: &Sheet| self.answers(prompt, with));
        assert_eq!(finished.state, RunState::Closed, "{title}: {:?}", room.problems);
        let pack = PathBuf::from(finished.pack.unwrap());
        let sheets = room.sheets_shown();
        drop(room);
        if with.token.is_none() && self.card.exists() {
            let card = self.card.display().to_string();
            let out = run(&self.state, &["verify", pack.to_str().unwrap(), "--card", &card]);
            assert!(out.status.success(), "{title}: {}", said(&out));
        }
        self.story.then(title, &register(&self.state));
        (pack, sheets)
    }

    fn answers(&mut self, prompt: &PromptView, with: &With<'_>) -> Option<Answer> {
        let given = |question: &str| {
            let found = with.answers.iter().find(|(begins, _)| question.starts_with(begins));
            found.map(|(_, answer)| (*answer).to_owned())
        };
        match &prompt.ask {
            // The pack comes from its own place; everything else goes to the medium.
            Ask::Folder { .. } if prompt.step.id.starts_with("open") || prompt.step.id == "find-key" => {
                with.pack.map(|pack| Answer::Path { path: pack.display().to_string() })
            }
            Ask::Choose { question, choices } => {
                if question.contains("used it for practice") || choices.iter().any(|c| c.id == "practice") {
                    return Some(Answer::Chosen { id: "practice".to_owned() });
                }
                let id = given(question)?;
                let meant = choices.iter().find(|c| c.id.starts_with(&id));
                let meant = meant.unwrap_or_else(|| panic!("{id}: {choices:?}"));
                Some(Answer::Chosen { id: meant.id.clone() })
            }
            Ask::Text { question, .. } => {
                given(question).map(|text| Answer::Text { text }).or_else(|| self.bag(prompt, with))
            }
            // What the second HSM's key signed is not believed of the bags: somebody decides.
            Ask::Decide { .. } if prompt.problem.as_ref().is_some_and(|p| p.code == "another-bag") => {
                Some(Answer::Decided { id: "go-on".into(), reason: "sealed again at the second HSM".into() })
            }
            Ask::Decide { .. } => panic!("{}: {:?}", prompt.step.id, prompt.problem),
            _ => None,
        }
    }

    /// A new bag for each sheet that is sealed, and the recorded one for each that is brought.
    fn bag(&mut self, prompt: &PromptView, with: &With<'_>) -> Option<Answer> {
        let (step, turn) = prompt.step.id.split_once('.')?;
        let turn: u8 = turn.parse().ok()?;
        if step == "bring" {
            let set = with.pack.map(|pack| fact(pack, "share-set"))?;
            // Share N is the N-th sheet; the sheets that are brought begin with share 1.
            return Some(Answer::Text { text: self.lies_in.get(&(set, turn))?.clone() });
        }
        self.bags += 1;
        let Answer::Text { text } = bag(self.bags) else { return None };
        if step == "reseal" {
            let set = with.pack.map(|pack| fact(pack, "share-set"))?;
            self.lies_in.insert((set, turn), text.clone());
        } else {
            self.lies_in.insert((String::new(), turn), text.clone());
        }
        Some(Answer::Text { text })
    }

    /// The sheets that were given out belong to the set of this pack.
    fn dealt(&mut self, pack: &Path) {
        let set = fact(pack, "share-set");
        let new: Vec<_> = self.lies_in.keys().filter(|(of, _)| of.is_empty()).cloned().collect();
        for at in new {
            let bag = self.lies_in.remove(&at).unwrap();
            self.lies_in.insert((set.clone(), at.1), bag);
        }
    }

    /// People without this one, as the roster has them from now on.
    fn without(&mut self, id: &str) {
        let text = include_str!("../../ceremonies/rehearsal-roster.toml");
        let (head, people) = text.split_once("[[person]]").unwrap();
        let kept = people.split("[[person]]").filter(|p| !p.contains(&format!("id = \"{id}\"\n")));
        let text = kept.fold(head.to_owned(), |text, person| text + "[[person]]" + person);
        let path = self.dir.path().join("roster.toml");
        std::fs::write(&path, text).unwrap();
        self.roster = Some(path.display().to_string());
    }
}

/// What AWS answers about a key that it took in.
fn receipt(folder: &Path, arn: &str) -> String {
    let reply = serde_json::json!({ "KeyMetadata": {
        "Arn": arn, "KeyState": "Enabled", "Origin": "EXTERNAL", "KeySpec": "SYMMETRIC_DEFAULT",
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" } });
    let path = folder.join("receipt.json");
    std::fs::write(&path, reply.to_string()).unwrap();
    path.display().to_string()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story, to be read from its first day to its last")]
fn the_register_tells_a_hospitals_years_as_they_were() {
    let mut here = Hospital::new();
    softhsm::with_tokens(here.dir.path(), &["second"]);
    // Commissioned by itself: people type new passphrases.
    let first = here.dir.path().join("commissioned");
    let out = run(&here.state, &["rehearse", "commission-workstation", "--out", first.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    here.card = whole_program::files(&first)
        .into_iter()
        .find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("workstation-card-"))
        })
        .unwrap();
    here.story.then("commissioned", &register(&here.state));
    let none = ("Is something", "none");
    here.plays(
        "the script is approved",
        "approve-script",
        &With {
            answers: &[("Which script", "byok-plan version"), ("Until which", "2030-01-31"), none],
            ..With::default()
        },
    );

    // Six keys for four providers.
    let medium = medium();
    let lines: Vec<&str> = medium.text.lines().take(KEYS + 1).collect();
    let plan = medium.dir.path().join("six.csv");
    std::fs::write(&plan, lines.join("\n") + "\n").unwrap();
    let folder = Some(medium.dir.path().to_owned());
    let dealt = [("threshold", "2"), ("shares", "3")];
    let (pack, sheets) = here.plays(
        "six keys are made",
        "byok-plan",
        &With {
            parameters: &dealt,
            file: Some(plan.display().to_string()),
            folder: folder.clone(),
            ..With::default()
        },
    );
    here.dealt(&pack);
    assert_eq!(
        fact(&pack, "script-approved").split(',').next().unwrap(),
        format!("by the ceremony {}", here.story.run(1))
    );
    let values = check_values(&pack);
    let arn = |line: u64| {
        let found = super::plan::facts(&pack.join("transcript.jsonl"), "plan-cloud-key");
        found.into_iter().find(|(of, _)| *of == line).unwrap().1.as_str().unwrap().to_owned()
    };
    here.plays(
        "line 2 is received",
        "byok-receipt",
        &With {
            pack: Some(&pack),
            file: Some(receipt(here.dir.path(), &arn(2))),
            answers: &[("Which line of the key plan", "2")],
            ..With::default()
        },
    );
    here.plays(
        "drilled",
        "drill",
        &With {
            parameters: &[("custodians", "2")],
            pack: Some(&pack),
            sheets: &sheets[..2],
            ..With::default()
        },
    );

    // A custodian leaves, and the plan's backups go to others.
    here.plays(
        "a custodian leaves",
        "leaver",
        &With { answers: &[("Who leaves", "kc1"), ("Which day", "2026-12-31"), none], ..With::default() },
    );
    here.without("kc1");
    let change = [("bringing", "2"), ("threshold", "2"), ("shares", "3")];
    let (pack2, sheets2) = here.plays(
        "the plan has other custodians",
        "change-plan-custodians",
        &With { parameters: &change, pack: Some(&pack), sheets: &sheets[..2], ..With::default() },
    );
    here.dealt(&pack2);

    // One key is rotated, one imported again, one compromised, and the glass is broken for one.
    let cloud = tempfile::tempdir().unwrap();
    let at = |cloud: &Path| stand_in(cloud, 3600).0.display().to_string();
    let (rotated, _) = here.plays(
        "line 2 is rotated",
        "rotate",
        &With {
            parameters: &[&dealt[..], &[("wrapping-algorithm", "RSAES_OAEP_SHA_256")]].concat(),
            file: Some(at(cloud.path())),
            folder: Some(cloud.path().to_owned()),
            answers: &[
                ("Which key does", &values[&2]),
                ("Which rotation", &format!("rotate {}", values[&2])),
            ],
            ..With::default()
        },
    );
    here.dealt(&rotated);
    here.plays(
        "the old key of line 2 is put out of use",
        "key-state",
        &With {
            answers: &[
                ("Which key", &values[&2]),
                ("In which state", "deactivated"),
                ("Is something", &format!("deactivate {}", values[&2])),
            ],
            ..With::default()
        },
    );
    let again = tempfile::tempdir().unwrap();
    here.plays(
        "line 2's key goes to its provider again",
        "reimport",
        &With {
            parameters: &[
                ("custodians", "2"),
                ("plan-line", "2"),
                ("wrapping-algorithm", "RSAES_OAEP_SHA_256"),
            ],
            pack: Some(&pack2),
            sheets: &sheets2[..2],
            file: Some(at(again.path())),
            folder: Some(again.path().to_owned()),
            ..With::default()
        },
    );
    here.plays(
        "line 3's key is compromised",
        "compromise",
        &With {
            folder: Some(again.path().to_owned()),
            answers: &[("Which key", &values[&3])],
            ..With::default()
        },
    );
    here.plays(
        "the glass is broken for line 4's key",
        "break-glass",
        &With { answers: &[("For which key", &values[&4]), ("For how many", "4")], ..With::default() },
    );
    here.plays(
        "that is reviewed",
        "review",
        &With { answers: &[("What is settled", "review of break-glass")], ..With::default() },
    );

    // Two lines come into a second HSM, and one key ends: with the plan's next backup, which is made without its line.
    let second = softhsm::address(&here.dir.path().join("softhsm2.conf"), "second");
    for line in ["4", "5"] {
        here.plays(
            &format!("line {line} comes into a second HSM"),
            "replicate",
            &With {
                parameters: &[("custodians", "2"), ("plan-line", line), ("receiving-tokens", &second.1)],
                pack: Some(&pack2),
                sheets: &sheets2[..2],
                token: Some(second.0.clone()),
                ..With::default()
            },
        );
    }
    here.plays(
        "line 3's key is destroyed",
        "destroy",
        &With { parameters: &[("plan-line", "3")], pack: Some(&pack2), ..With::default() },
    );
    let (pack3, _) = here.plays(
        "and its backup ends",
        "change-plan-custodians",
        &With {
            parameters: &[&change[..], &[("leave-out", "3")]].concat(),
            pack: Some(&pack2),
            sheets: &sheets2[..2],
            ..With::default()
        },
    );
    here.dealt(&pack3);
    here.plays(
        "an HSM leaves the service",
        "decommission",
        &With { answers: &[("Which serial", &second.1), none], ..With::default() },
    );
    here.story.is("story.txt");

    // The chain of runs is whole, the index may be thrown away, and what is due is what is to be done.
    let after = register(&here.state);
    assert_eq!(after["ended"]["wrong"], serde_json::json!([]));
    assert_eq!(after["contradictions"], serde_json::json!([]));
    std::fs::remove_dir_all(here.state.join("rehearsal/register")).unwrap();
    let mut anew = register(&here.state);
    let mut before = after.clone();
    for register in [&mut anew, &mut before] {
        register["source"] = serde_json::Value::Null;
    }
    assert_eq!(anew, before);
    let (key2, key3) = (&values[&2], &values[&3]);
    for id in open(&after) {
        let ended = [format!("receipt {key2}"), format!("rotate {key2}"), format!("end of backup {key3}")];
        assert!(!ended.contains(&id) && !id.starts_with("leaver "), "{id} is due");
    }
    destruction_asks_about_every_copy(&mut here, &pack3, key2);
    taken_away_is_named(&here.state);
}

/// Everything that the story made of line 2's key is asked about, in every cloud.
fn destruction_asks_about_every_copy(here: &mut Hospital, pack: &Path, key: &str) {
    let known: Vec<String> = register(&here.state)["copies"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["key"] == key && c["became"].is_null())
        .filter(|c| ["cloud", "bundle"].contains(&c["sort"].as_str().unwrap()))
        .map(|c| c["says"].as_str().unwrap().to_owned())
        .collect();
    assert!(known.len() >= 4, "two imports and their bundles: {known:?}");
    let mut room = Room::open(&here.state);
    room.medium = pack.display().to_string();
    let mut asked = Vec::new();
    let parameters = [("plan-line".to_owned(), "2".to_owned())].into();
    let start = ToRoom::Start {
        script: "destroy".to_owned(),
        mode: Mode::Rehearsal,
        parameters,
        roster: here.roster.clone(),
        token: None,
    };
    room.play(&start, &mut |prompt, _| match &prompt.ask {
        Ask::Choose { question, .. } => {
            asked.push(question.clone());
            None
        }
        _ => prompt.step.id.starts_with("shred").then_some(Answer::Stop),
    });
    for says in known {
        assert!(asked.iter().any(|q| q.contains(&says)), "{says}: {asked:#?}");
    }
}

/// A run that is taken away, and one that is rolled back, are named; the register is made of what is left.
fn taken_away_is_named(state: &Path) {
    let runs = state.join("rehearsal/runs");
    let mut names: Vec<PathBuf> = std::fs::read_dir(&runs).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let ended: Vec<&PathBuf> = names.iter().filter(|p| p.join("rehearsal-evidence/HEAD").exists()).collect();
    let (gone, back) = (ended[2].clone(), ended[4].clone());
    let away = state.join("away");
    std::fs::rename(&gone, &away).unwrap();
    let record = back.join("transcript.jsonl");
    let whole = std::fs::read(&record).unwrap();
    let lines: Vec<&[u8]> = whole.split_inclusive(|b| *b == b'\n').collect();
    std::fs::write(&record, lines[..lines.len() - 6].concat()).unwrap();
    let wrong = register(state)["ended"]["wrong"].to_string();
    for run in [&gone, &back] {
        let name = run.file_name().unwrap().to_str().unwrap();
        assert!(wrong.contains(name), "{name}: {wrong}");
    }
    std::fs::rename(&away, &gone).unwrap();
    std::fs::write(&record, &whole).unwrap();
    assert_eq!(register(state)["ended"]["wrong"], serde_json::json!([]));
}
