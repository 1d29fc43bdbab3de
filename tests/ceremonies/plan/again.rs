//! One key of a plan goes to a cloud once more: its custodians bring it back for the moment, and the others stay as they are.

use super::{check_values, medium, start};
use byok::Recipe;
use protocol::{Answer, Ask, PromptView, RunState};
use std::path::{Path, PathBuf};
use whole_program::backup::{Sheets, bags, bringing};
use whole_program::pack::{fact, holds};
use whole_program::rehearsal_token::in_token;
use whole_program::{json, stand_in};

/// A plan whose keys are made and sealed: its pack, and the sheets of its one set.
pub(super) fn made(state: &Path) -> (PathBuf, Sheets) {
    let medium = medium();
    let mut room = medium.room(state);
    let finished = room.play(&start(), &mut |prompt, _| bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    (PathBuf::from(finished.pack.unwrap()), room.sheets_shown())
}

pub(super) fn new_bags(prompt: &PromptView) -> Option<Answer> {
    let reseals = prompt.step.id.starts_with("reseal") && matches!(prompt.ask, Ask::Text { .. });
    reseals.then(|| Answer::Text { text: format!("N {}", prompt.step.id) }).or_else(|| bags(prompt))
}

#[test]
fn one_key_of_a_plan_is_wrapped_again_by_its_custodians() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let state = dir.path();
    let (pack, sheets) = made(state);
    let before = in_token(state);
    let values = check_values(&pack);
    let play = |line: &str, spec: &str| {
        let mut room = bringing(state, &pack, sheets[..2].to_vec());
        let (file, wrapping) = stand_in(cloud.path(), 3600);
        room.file = file.display().to_string();
        let algorithm = if spec == "aes-256" { "RSAES_OAEP_SHA_256" } else { "RSA_AES_KEY_WRAP_SHA_256" };
        let set =
            [("custodians", "2"), ("plan-line", line), ("key-spec", spec), ("wrapping-algorithm", algorithm)];
        let finished = room.rehearse("rewrap", &set, &mut |prompt, _| match &prompt.ask {
            Ask::Folder { .. } if prompt.step.id == "write-bundle" => {
                Some(Answer::Path { path: cloud.path().display().to_string() })
            }
            // The sheets lie in other bags since they were brought the first time.
            Ask::Decide { .. } if prompt.problem.as_ref().is_some_and(|p| p.code == "another-bag") => {
                Some(Answer::Decided { id: "go-on".into(), reason: "sealed again in the one before".into() })
            }
            Ask::Decide { .. } => Some(Answer::Stop),
            _ if prompt.problem.is_some() && matches!(prompt.ask, Ask::Folder { .. }) => Some(Answer::Stop),
            _ => new_bags(prompt),
        });
        let codes: Vec<String> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
        (finished, codes, wrapping)
    };
    // A line that has no key, none at all, and a key of another kind: nobody brings a share for them.
    for (line, spec, code) in [
        ("1", "aes-256", "no-key-on-that-line"),
        ("0", "aes-256", "backup-of-a-plan"),
        ("2", "rsa-2048", "another-kind-of-key"),
    ] {
        let (stopped, codes, _) = play(line, spec);
        assert_eq!(
            (stopped.state, codes.first().map(String::as_str)),
            (RunState::Open, Some(code)),
            "{line}"
        );
    }
    // Line 2 is an AES key of AWS, and so is line 6, of another provider.
    for line in ["2", "6"] {
        let (finished, codes, wrapping) = play(line, "aes-256");
        assert_eq!(finished.state, RunState::Closed, "{line}: {codes:?}");
        let again = PathBuf::from(finished.pack.unwrap());
        holds(state, &again);
        let expected = &values[&line.parse::<u64>().unwrap()];
        for name in ["drill-check-value", "brought-back-check-value", "wrapped-check-value"] {
            assert_eq!(&fact(&again, name), expected, "{line} {name}");
        }
        let blob = std::fs::read(again.join("bundle/EncryptedKeyMaterial.bin")).unwrap();
        let opened = wrapping.unwrap(Recipe::Oaep(byok::Hash::Sha256), &blob).unwrap();
        assert_eq!(&tokens::check_value_of(tokens::KeySpec::Aes(256), opened.expose()).unwrap(), expected);
        assert_eq!(in_token(state), before, "the token holds what it held");
        // The ledger has the new place beside the old ones.
        let register = json(state, &["register", "--json"]);
        let copies = register["rehearsal"]["copies"].as_array().unwrap();
        let clouds = copies.iter().filter(|c| c["key"] == expected.as_str() && c["sort"] == "cloud");
        assert_eq!(clouds.count(), 2, "line {line}");
    }
}

/// The backup of one key is no plan's.
#[test]
fn a_line_of_no_plan_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let old = whole_program::backup::made(dir.path(), "rehearsal-minimal", &[]);
    let mut room = bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    let stopped = room.rehearse("rewrap", &[("custodians", "2"), ("plan-line", "2")], &mut |prompt, _| {
        prompt.problem.is_some().then_some(Answer::Stop)
    });
    assert_eq!((stopped.state, room.problems[0].1.code.as_str()), (RunState::Open, "backup-of-no-plan"));
}
