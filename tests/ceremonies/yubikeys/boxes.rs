//! Shares that are encrypted to their custodians' own YubiKeys, through real pcscd: given, drilled with, and opened without
//! this program.

use protocol::{Answer, Ask, Private, PromptView, RunState};
use std::path::{Path, PathBuf};
use std::process::Command;
use virtual_yubikey::Plug;
use whole_program::enrolled::start;
use whole_program::pack::fact;
use whole_program::recovery_page::Page;
use whole_program::room::Room;
use whole_program::three_yubikeys::ThreeYubiKeys;
use whole_program::{files, run, said};

fn verified(state: &Path, pack: &str) {
    let out = run(state, &["verify", pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
}

#[test]
fn shares_are_encrypted_to_yubikeys_and_a_drill_opens_them() {
    let Some(three) = ThreeYubiKeys::new(["kc1", "kc2", "kc3"]) else { return };
    let state = three.state();
    let roster = three.commission();
    let parameters = [("sheets", "yubikey"), ("threshold", "2"), ("shares", "3")];

    // A custodian without a YubiKey is named before the day.
    let mut text = std::fs::read_to_string(&roster).unwrap();
    let line = text.lines().rfind(|l| l.starts_with("yubikey = ")).unwrap().to_owned();
    text = text.replace(&line, "rehearsal-passphrase = \"a passphrase of practice\"");
    let without = roster.with_file_name("without");
    std::fs::write(&without, text).unwrap();
    let mut room = Room::open(&state);
    let refused = room.try_play(&start("master-key-hsm", &without, &parameters), &mut |_, _| None);
    assert_eq!(refused.unwrap_err().code, "custodian-without-yubikey");
    drop(room);

    let mut room = three.room();
    let mut slips = Vec::new();
    let finished = room.play(&start("master-key-hsm", &roster, &parameters), &mut |prompt, _| {
        if let Some(problem) = &prompt.problem {
            slips.push(problem.code.clone());
        }
        match &prompt.ask {
            // One wrong PIN, after the tries were shown: it is decided to begin the step again.
            Ask::Pin { says, .. } if prompt.step.id == "share.1" && slips.is_empty() => {
                assert!(says.contains("tries are left"), "{says}");
                Some(Answer::Secret { text: Private::new("000000".into()) })
            }
            Ask::Decide { .. } => Some(Answer::Decided { id: "again".into(), reason: "typed again".into() }),
            _ => three.as_enrolled(prompt),
        }
    });
    assert_eq!(finished.state, RunState::Closed, "{slips:?} {:?}", room.problems);
    assert_eq!(slips, ["piv-wrong-pin"]);
    assert!(room.shown.is_empty(), "a row of a share was on the screen");
    let pack = finished.pack.unwrap();
    verified(&state, &pack);
    let boxes = files(Path::new(&pack)).into_iter().filter(|f| f.to_string_lossy().contains("-box-")).count();
    assert_eq!(boxes, 3);
    drop(room);
    opens_without_us(&three, Path::new(&pack));

    // The drill: the second and the third bring their YubiKeys; nobody has a bag.
    let drill = |otherwise: &mut dyn FnMut(&PromptView) -> Option<Answer>| {
        let mut room = three.room();
        room.medium = pack.clone();
        let bring = [("custodians", "2")];
        let finished = room.play(&start("drill", &second_and_third(&roster), &bring), &mut |prompt, _| {
            otherwise(prompt).or_else(|| three.as_enrolled(prompt))
        });
        let codes: Vec<String> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
        (finished, codes)
    };
    // Another's YubiKey in the reader opens nothing, and the right one put back does.
    let mut swapped = false;
    let (finished, codes) = drill(&mut |prompt| match &prompt.ask {
        Ask::Pin { hint: Some(_), .. } if prompt.step.id == "bring.2" && !swapped => {
            swapped = true;
            three.hand("kc2");
            None
        }
        Ask::Decide { .. } => {
            three.hand("kc3");
            Some(Answer::Decided { id: "again".into(), reason: "the right one is in".into() })
        }
        Ask::Text { question, .. } => panic!("a bag is asked for: {question}"),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{codes:?}");
    assert_eq!(codes, ["piv-another-card"]);
    verified(&state, &finished.pack.unwrap());

    // The box was changed on its way: it does not open, and says so.
    let changed = three.keys.folder.path().join("changed");
    let copy = Command::new("cp").arg("-r").arg(&pack).arg(&changed).status().unwrap();
    assert!(copy.success());
    let file = files(&changed).into_iter().find(|f| f.to_string_lossy().contains("-2-box-")).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[120] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let out = run(&state, &["verify", changed.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    three.keys.desk.close();
}

/// Two custodians open their shares with OpenSC's `pkcs11-tool` and Python, and openssl has the key: through Yubico's
/// PKCS#11 module, and through OpenSC's own.
fn opens_without_us(three: &ThreeYubiKeys, pack: &Path) {
    let page = Page::begin(pack);
    let only = |mine: &Plug| {
        for plug in [&three.keys.first, &three.keys.second, &three.third] {
            if plug.is_plugged() && !std::ptr::eq(plug, mine) {
                three.keys.desk.remove(plug).unwrap();
            }
        }
        if !mine.is_plugged() {
            three.keys.desk.insert(mine).unwrap();
        }
    };
    only(&three.keys.first);
    let another = page.open(2, "--module libykcs11.so ").unwrap_err();
    assert!(another.contains("refused: it does not open"), "{another}");
    page.open(1, "--module libykcs11.so ").unwrap();
    only(&three.keys.second);
    page.open(2, "").unwrap();
    let shown = page.finish();
    let recorded = fact(pack, "check-value");
    assert!(shown.lines().any(|line| line == recorded), "{recorded}: {shown}");
    three.keys.desk.insert(&three.keys.first).unwrap();
}

/// The roster without its first custodian.
fn second_and_third(roster: &Path) -> PathBuf {
    let text = std::fs::read_to_string(roster).unwrap();
    let people: Vec<&str> = text.split("[[person]]").filter(|p| !p.contains("\"kc1\"")).collect();
    let path = roster.with_file_name("second-and-third");
    std::fs::write(&path, people.join("[[person]]")).unwrap();
    path
}
