//! Recovery in production, between two tokens of a second real module, which does not tell the size of a key that came in
//! wrapped.
#![allow(unsafe_code, clippy::unwrap_used, clippy::panic, reason = "tests; the module reads its environment")]

use protocol::{Answer, Ask, Mode, Private, PromptView, RunState, ToRoom};
use std::path::Path;
use whole_program::backup::bag;
use whole_program::pack::{fact, wrapped};
use whole_program::production::{PASSPHRASE, roster, secret};
use whole_program::room::Room;
use whole_program::without_us::opened_without_us;
use whole_program::{run, said, softhsm};

#[test]
fn a_production_key_comes_back_into_the_named_token_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let conf = softhsm::in_folder(dir.path());
    // SAFETY: the only test of this program, before any other thread reads the environment; the rooms inherit it.
    unsafe { std::env::set_var("SOFTHSM2_CONF", &conf) };
    let module = tokens::Module::load(Path::new(softhsm::MODULE)).unwrap();
    let blank = || module.tokens().unwrap().into_iter().find(|t| !t.initialised).unwrap().slot;
    let first = module.initialise(blank(), "first", &secret("87654321"), &secret("123456")).unwrap();
    let second = module.initialise(blank(), "second", &secret("87654321"), &secret("123456")).unwrap();
    let people = roster(dir.path(), 3);
    let state = dir.path().join("state");
    let start = |script: &str, token: &tokens::TokenInfo, parameters: &[(&str, &str)]| ToRoom::Start {
        script: script.to_owned(),
        mode: Mode::Production,
        parameters: parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        roster: Some(people.clone()),
        token: Some(token.uri(Path::new(softhsm::MODULE))),
    };
    let room = |pack: &str, sheets: Vec<Vec<String>>| {
        let mut room = Room::open(&state);
        (room.pin, room.passphrase) = ("123456".to_owned(), PASSPHRASE.to_owned());
        pack.clone_into(&mut room.medium);
        room.sheets = sheets.into_iter().rev().collect();
        room
    };
    // What a confirmer restates, from their own notes.
    let answer = |prompt: &PromptView, bags: usize, serial: &str, check: &str| -> Option<Answer> {
        // The key was made with another HSM, whose key signed the ceremony that ended before.
        if prompt.problem.as_ref().is_some_and(|p| p.code == "list-by-others") {
            assert_ne!(bags, 0, "nothing has ended before");
            return Some(Answer::Decided { id: "go-on".into(), reason: "the HSM that was lost".into() });
        }
        match &prompt.ask {
            Ask::Text { .. } => {
                let turn: usize = prompt.step.id.rsplit('.').next().unwrap().parse().unwrap();
                Some(bag(if prompt.step.id.starts_with("share") { bags + turn } else { turn }))
            }
            Ask::Sign { restate: Some(_), .. } => {
                let end = |text: &str, n: usize| text[text.len() - n..].to_owned();
                let restated = match prompt.step.id.as_str() {
                    "generate" | "restore" => end(serial, 4),
                    "split" => "2 of 3".to_owned(),
                    "seal" => "sealed".to_owned(),
                    "close" => end(check, if bags == 0 { 6 } else { 4 }),
                    other => panic!("nothing to restate at {other}"),
                };
                Some(Answer::Signature {
                    passphrase: Private::new(PASSPHRASE.into()),
                    restated: Some(restated),
                })
            }
            _ => None,
        }
    };
    let set = [("threshold", "2"), ("shares", "3")];
    let mut made = room("", Vec::new());
    // The check value is known once the key is made; it is read from the record, as people read it from the screen.
    let check = || {
        let runs = std::fs::read_dir(state.join("production/runs")).unwrap().flatten();
        fact(&runs.map(|f| f.path()).max().unwrap(), "check-value")
    };
    let finished = made.play(&start("master-key-hsm", &first, &set), &mut |p, _| {
        answer(p, 0, &first.serial, &if p.step.id == "close" { check() } else { String::new() })
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", made.problems);
    let (pack, sheets) = (finished.pack.unwrap(), made.sheets_shown());
    drop(made);

    // Nobody named a token: refused before anything begins. Another one is named: refused before its PIN.
    let three = [&set[..], &[("bringing", "2")]].concat();
    let mut none = room(&pack, Vec::new());
    let refused = none.try_play(&start("recover", &second, &three), &mut |_, _| None).unwrap_err();
    assert_eq!(refused.code, "no-receiving-token");
    drop(none);
    let named = |serial: &'static str| [&three[..], &[("receiving-tokens", serial)]].concat();
    let mut other = room(&pack, Vec::new());
    let stopped = other.play(&start("recover", &second, &named(first.serial.clone().leak())), &mut |p, _| {
        assert!(!matches!(p.ask, Ask::Pin { .. }));
        None
    });
    assert_eq!((stopped.state, other.problems[0].1.code.as_str()), (RunState::Open, "token-not-on-the-list"));
    drop(other);

    let value = fact(Path::new(&pack), "check-value");
    let mut back = room(&pack, sheets[..2].to_vec());
    let finished = back
        .play(&start("recover", &second, &named(second.serial.clone().leak())), &mut |p, _| {
            answer(p, 10, &second.serial, &value)
        });
    assert_eq!(finished.state, RunState::Closed, "{:?}", back.problems);
    let new = finished.pack.unwrap();
    let verified = run(&state, &["verify", &new]);
    assert!(said(&verified).contains("follows the script"), "{}", said(&verified));
    let opened = |sheets: &[Vec<String>], pack: &str| opened_without_us(sheets, &wrapped(Path::new(pack)));
    let key = opened(&sheets[..2], &pack).unwrap();
    assert_eq!(opened(&back.sheets_shown()[..2], &new).unwrap(), key);
    opened(&sheets[..2], &new).unwrap_err();
}
