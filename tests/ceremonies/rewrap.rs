//! A key that is sealed in its token goes to a cloud once more: its custodians bring it back for the moment, and nobody else
//! can.

use protocol::{Answer, Ask, PromptView, RunState};
use std::path::Path;
use whole_program::backup::{Backup, bags, bringing, made};
use whole_program::pack::{fact, holds, wrapped};
use whole_program::room::Room;
use whole_program::without_us::opened_without_us;
use whole_program::{rehearsal_token::in_token, stand_in};

/// A room with the backup's pack, the cloud's reply, and as many sheets as are brought.
fn ready(state: &Path, old: &Backup, cloud: &Path, bring: usize) -> Room {
    let mut room = bringing(state, &old.pack, old.sheets[..bring].to_vec());
    room.file = stand_in(cloud, 3600).0.display().to_string();
    room
}

/// The bundle goes to the folder of the cloud's reply; new bags have new numbers.
fn to(cloud: &Path) -> impl FnMut(&PromptView, &whole_program::room::Sheet) -> Option<Answer> + '_ {
    |prompt, _| match &prompt.ask {
        Ask::Folder { .. } if prompt.step.id == "write-bundle" => {
            Some(Answer::Path { path: cloud.display().to_string() })
        }
        Ask::Text { .. } if prompt.step.id.starts_with("reseal") => {
            Some(Answer::Text { text: format!("N {}", prompt.step.id) })
        }
        Ask::Decide { .. } => Some(Answer::Stop),
        _ => bags(prompt),
    }
}

#[test]
fn row_17_a_sealed_key_is_wrapped_again_by_its_custodians_and_stays_sealed() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    assert_eq!(fact(&old.pack, "after-the-close"), "sealed");
    let before = in_token(dir.path());
    let mut room = ready(dir.path(), &old, cloud.path(), 2);
    let set = [("custodians", "2"), ("wrapping-algorithm", "RSAES_OAEP_SHA_256")];
    let finished = room.rehearse("rewrap", &set, &mut to(cloud.path()));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = finished.pack.unwrap();
    let pack = Path::new(&pack);
    holds(dir.path(), pack);
    for name in ["brought-back-check-value", "wrapped-check-value", "drill-check-value"] {
        assert_eq!(fact(pack, name), fact(&old.pack, "check-value"), "{name}");
    }
    // What the cloud opens is what the custodians hold, and what the token held it still does, as it did.
    let key = opened_without_us(&old.sheets[..2], &wrapped(&old.pack)).unwrap();
    let blob = std::fs::read(pack.join("bundle/EncryptedKeyMaterial.bin")).unwrap();
    let (_, wrapping) = stand_in(tempfile::tempdir().unwrap().path(), 60);
    let recipe = byok::Recipe::Oaep(byok::Hash::Sha256);
    assert_eq!(wrapping.unwrap(recipe, &blob).unwrap().expose(), key);
    assert_eq!(in_token(dir.path()), before);
}

#[test]
fn what_is_not_that_key_or_not_enough_of_it_is_refused_before_a_share_is_brought() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    for (set, code, step) in [
        (&[("custodians", "1")][..], "other-number-of-shares", "open-backup"),
        (
            &[
                ("custodians", "2"),
                ("key-spec", "rsa-3072"),
                ("wrapping-algorithm", "RSA_AES_KEY_WRAP_SHA_256"),
            ],
            "another-kind-of-key",
            "self-test",
        ),
    ] {
        let mut room = ready(dir.path(), &old, cloud.path(), 2);
        let mut at = String::new();
        let mut people = to(cloud.path());
        let finished = room.rehearse("rewrap", set, &mut |prompt, sheet| {
            at.clone_from(&prompt.step.id);
            if prompt.problem.is_some() { Some(Answer::Stop) } else { people(prompt, sheet) }
        });
        assert_eq!(finished.state, RunState::Open);
        assert_eq!((room.problems[0].1.code.as_str(), at.as_str()), (code, step));
    }
}

/// A backup without the custodians is for keys that were not sealed, and that is known before anybody comes with a sheet.
#[test]
fn a_sealed_key_is_not_backed_up_without_its_custodians() {
    let dir = tempfile::tempdir().unwrap();
    let sealed = made(dir.path(), "rehearsal-minimal", &[]);
    let open = made(dir.path(), "rehearsal-minimal", &[("after-the-close", "as-it-is")]);
    for (old, state) in [(&sealed, RunState::Open), (&open, RunState::Closed)] {
        let mut room = bringing(dir.path(), &old.pack, Vec::new());
        let dealt = [("threshold", "2"), ("shares", "3")];
        let finished = room.rehearse("back-up-again", &dealt, &mut |prompt, _| match &prompt.ask {
            Ask::Decide { .. } => Some(Answer::Stop),
            Ask::Text { .. } => Some(Answer::Text { text: format!("N {}", prompt.step.id) }),
            _ => None,
        });
        assert_eq!(finished.state, state, "{:?}", room.problems);
        if state == RunState::Open {
            assert_eq!(room.problems[0].1.code, "key-is-sealed");
        } else {
            // From then on it is: the plan of this ceremony says so.
            let pack = finished.pack.unwrap();
            assert_eq!(fact(Path::new(&pack), "after-the-close"), "sealed");
            holds(dir.path(), Path::new(&pack));
        }
    }
}
