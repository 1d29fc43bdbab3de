//! Makes the packs that are not there yet: each ceremony is played as in the tests, and its pack is kept for ever.

mod yubikeys;

use super::folder;
use protocol::{Answer, Ask, ExceptionReport, Mode, Private, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use whole_program::backup::{bags, bringing, made};
use whole_program::enrolled::{signs, start};
use whole_program::mounted::MEDIUM;
use whole_program::production::{PASSPHRASE, roster};
use whole_program::room::Room;
use whole_program::softhsm;
use whole_program::two_yubikeys::TwoYubiKeys;
use whole_program::{files, run, said, stand_in};

/// A pack is kept under a name, and none is made that is there.
fn keep(name: &str, make: &dyn Fn(&Path) -> PathBuf) {
    let to = folder("packs").join(name);
    if to.exists() {
        return;
    }
    println!("making {name}");
    let dir = tempfile::tempdir().unwrap();
    let pack = make(dir.path());
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    assert!(Command::new("cp").arg("-r").arg(&pack).arg(&to).status().unwrap().success());
}

/// A shipped script by itself.
fn rehearsed(script: &'static str, values: &'static [&'static str]) -> impl Fn(&Path) -> PathBuf {
    move |dir: &Path| {
        let pack = dir.join("pack");
        let mut args = vec!["rehearse", script, "--out", pack.to_str().unwrap()];
        args.extend(values.iter().flat_map(|value| ["--set", *value]));
        let out = run(&dir.join("state"), &args);
        assert!(out.status.success(), "{script}: {}", said(&out));
        pack
    }
}

/// The smallest ceremony with a detour.
fn detour(dir: &Path, ends: RunState, otherwise: &mut dyn FnMut(&PromptView) -> Option<Answer>) -> PathBuf {
    let mut room = Room::open(&dir.join("state"));
    let finished =
        room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| otherwise(prompt).or_else(|| bags(prompt)));
    assert_eq!(finished.state, ends, "{:?}", room.problems);
    finished.pack.unwrap().into()
}

fn exception() -> Answer {
    let (expected, happened) = ("quiet".into(), "a fire alarm".into());
    Answer::Exception { report: ExceptionReport { expected, happened } }
}

fn decided(id: &str) -> Answer {
    Answer::Decided { id: id.into(), reason: "both have looked".into() }
}

/// Raises an exception at the first prompt of this key, and decides it like this.
fn excepted(key: &'static str, decision: &'static str) -> impl FnMut(&PromptView) -> Option<Answer> {
    let mut raised = false;
    move |prompt: &PromptView| match &prompt.ask {
        Ask::Decide { .. } => Some(decided(decision)),
        _ if prompt.key == key && !std::mem::replace(&mut raised, true) => Some(exception()),
        _ => None,
    }
}

const SCRIPTS: [&str; 51] = [
    "approve-script",
    "back-up-again",
    "bag-moved",
    "break-glass",
    "byok-aws",
    "byok-azure",
    "byok-google",
    "byok-other",
    "byok-plan",
    "byok-receipt",
    "change-custodian",
    "change-plan-custodians",
    "check-shares",
    "commission-workstation",
    "compromise",
    "cryptoperiod",
    "custody-check",
    "decommission",
    "destroy",
    "drill",
    "hsm-replacement",
    "key-state",
    "leaver",
    "managed-hsm-quorum-test",
    "managed-hsm-restore",
    "managed-hsm-security-domain",
    "medium",
    "keep-systems",
    "keep-agreements",
    "keep-policies",
    "keep-safeguards",
    "keep-answers",
    "breach-worksheet",
    "export",
    "provider-state",
    "recover",
    "rehearsal-minimal",
    "reimport",
    "replicate",
    "review",
    "rewrap",
    "rotate",
    "tabletop-custodians-ill",
    "tabletop-leaked-role",
    "tabletop-lost-share",
    "tabletop-provider-outage",
    "tabletop-rng-advisory",
    "tabletop-torn-bag",
    "token-check",
    "validation-record",
    "master-key-hsm",
];

#[test]
#[ignore = "adds the packs that are not there: run by hand"]
fn packs_that_are_not_there_yet_are_made() {
    for script in SCRIPTS {
        keep(script, &rehearsed(script, &[]));
    }
    keep(
        "byok-aws-rsa",
        &rehearsed("byok-aws", &["key-spec=rsa-3072", "wrapping-algorithm=RSA_AES_KEY_WRAP_SHA_256"]),
    );
    keep("byok-google-as-it-is", &rehearsed("byok-google", &["after-the-close=as-it-is"]));
    keep("destroy-line", &rehearsed("destroy", &["plan-line=4"]));
    keep("replicate-line", &rehearsed("replicate", &["plan-line=4"]));
    detours();
    failed();
    interrupted();
    disclosed();
    production();
    yubikeys();
    yubikeys::all();
}

fn detours() {
    keep("exception-gone-on-with", &|dir| {
        detour(dir, RunState::Closed, &mut excepted("generate/sign", "go-on"))
    });
    keep("exception-begun-again", &|dir| {
        detour(dir, RunState::Closed, &mut excepted("share.1/show-share", "again"))
    });
    keep("backup-made-anew", &|dir| {
        detour(dir, RunState::Closed, &mut excepted("share.3/show-share", "back"))
    });
    keep("rebuilt-and-made-anew", &|dir| {
        let mut raised = false;
        detour(dir, RunState::Closed, &mut |prompt| match &prompt.ask {
            Ask::Observe { .. } if prompt.step.id == "rebuild" && !std::mem::replace(&mut raised, true) => {
                Some(exception())
            }
            Ask::Decide { .. } => Some(decided("back")),
            _ => None,
        })
    });
    keep("given-up", &|dir| detour(dir, RunState::Abandoned, &mut excepted("split/sign", "abandon")));
    keep("refused-passphrases", &|dir| {
        let mut slips = 0;
        detour(dir, RunState::Closed, &mut |prompt| {
            let signs = matches!(&prompt.ask, Ask::Sign { .. }) && slips < 2;
            slips += u32::from(signs);
            signs.then(|| Answer::Signature { passphrase: Private::new("not this".into()), restated: None })
        })
    });
    keep("disagreed", &|dir| {
        let mut said = false;
        detour(dir, RunState::Closed, &mut |prompt| match &prompt.ask {
            Ask::Agree { person, .. } if !std::mem::replace(&mut said, true) => Some(Answer::Agreement {
                agrees: false,
                reason: Some("The bag of share 2 was sealed before I looked.".into()),
                passphrase: Private::new(whole_program::room::hint_of(person).unwrap()),
            }),
            Ask::Decide { .. } => Some(decided("go-on")),
            _ => None,
        })
    });
    keep("drill-that-failed", &|dir| {
        let old = made(dir, "rehearsal-minimal", &[]);
        // Two of the same share's sheets: refused, and the ceremony is given up.
        let mut sheets = old.sheets[..2].to_vec();
        sheets.swap_remove(1);
        sheets.extend_from_within(..1);
        let mut room = bringing(dir, &old.pack, sheets);
        let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| {
            if prompt.problem.is_some() && !matches!(prompt.ask, Ask::Decide { .. }) {
                return Some(exception());
            }
            match &prompt.ask {
                Ask::Decide { .. } => Some(decided("abandon")),
                Ask::Text { .. } if prompt.step.id.starts_with("reseal") => {
                    Some(Answer::Text { text: format!("N {}", prompt.step.id) })
                }
                _ => bags(prompt),
            }
        });
        assert_eq!(finished.state, RunState::Abandoned, "{:?}", room.problems);
        finished.pack.unwrap().into()
    });
}

/// A step that did not come to its end, and the ceremony given up for it: a key of another kind than the one ordered.
fn failed() {
    keep("failed-and-given-up", &|dir| {
        let old = made(dir, "rehearsal-minimal", &[]);
        let mut room = bringing(dir, &old.pack, old.sheets[..2].to_vec());
        room.file = stand_in(dir, 3600).0.display().to_string();
        let other = [
            ("custodians", "2"),
            ("key-spec", "rsa-3072"),
            ("wrapping-algorithm", "RSA_AES_KEY_WRAP_SHA_256"),
        ];
        let mut tries = 0;
        let finished = room.rehearse("rewrap", &other, &mut |prompt, _| match &prompt.ask {
            Ask::Decide { .. } => {
                tries += 1;
                Some(decided(if tries == 1 { "again" } else { "abandon" }))
            }
            _ => bags(prompt),
        });
        assert_eq!(finished.state, RunState::Abandoned, "{:?}", room.problems);
        finished.pack.unwrap().into()
    });
}

/// Stopped and gone on with; killed in the middle of what cannot be taken back, with what was not signed put aside.
fn interrupted() {
    keep("stopped-and-resumed", &|dir| {
        let state = dir.join("state");
        let mut room = Room::open(&state);
        let stopped = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
            (prompt.key == "share.2/sign").then_some(Answer::Stop).or_else(|| bags(prompt))
        });
        drop(room);
        resumed(&state, &stopped.run)
    });
    for (name, doing, after) in
        [("killed-while-a-key-was-made", "Making", 0), ("killed-while-it-wrapped", "Wrapping", 30)]
    {
        keep(name, &|dir| {
            let state = dir.join("state");
            let mut room = Room::open(&state);
            room.cut = Some((doing.to_owned(), Duration::from_millis(after)));
            let start = ToRoom::Start {
                script: "rehearsal-minimal".to_owned(),
                mode: Mode::Rehearsal,
                parameters: BTreeMap::new(),
                roster: None,
                token: None,
            };
            let cut = room.try_play(&start, &mut |prompt, _| bags(prompt)).unwrap_err();
            assert_eq!(cut.code, "cut");
            drop(room);
            let run = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().next().unwrap().unwrap();
            resumed(&state, run.file_name().to_str().unwrap())
        });
    }
}

fn resumed(state: &Path, run: &str) -> PathBuf {
    let mut room = Room::open(state);
    let finished =
        room.play(&ToRoom::Resume { run: run.to_owned(), token: None }, &mut |prompt, _| match &prompt.ask {
            Ask::Decide { choices, .. } => Some(decided(&choices[0].id)),
            _ => bags(prompt),
        });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    finished.pack.unwrap().into()
}

fn disclosed() {
    for (of, level) in [
        ("byok-aws", "public"),
        ("byok-aws", "auditor"),
        ("backup-made-anew", "auditor"),
        ("byok-aws", "internal"),
    ] {
        keep(&format!("{of}-for-{level}"), &|dir| {
            let (pack, copy) = (folder("packs").join(of), dir.join("copy"));
            let out = run(
                dir,
                &["disclose", pack.to_str().unwrap(), "--level", level, "--out", copy.to_str().unwrap()],
            );
            assert!(out.status.success(), "{}", said(&out));
            copy
        });
    }
}

/// On SoftHSM, with people who have verifiers, onto a medium that is mounted.
fn production() {
    keep("production-byok-aws", &|dir| {
        let conf = softhsm::with_tokens(dir, &["desk"]);
        let (parameters, _) = stand_in(dir, 3600);
        let mut room = Room::with_medium_and(&dir.join("state"), dir, &[("SOFTHSM2_CONF", &conf)]);
        softhsm::PIN.clone_into(&mut room.pin);
        PASSPHRASE.clone_into(&mut room.passphrase);
        room.file = parameters.display().to_string();
        MEDIUM.clone_into(&mut room.medium);
        let named = roster(dir, 3);
        let start = ToRoom::Start {
            script: "byok-aws".to_owned(),
            mode: Mode::Production,
            parameters: [("threshold", "2"), ("shares", "3"), ("wrapping-algorithm", "RSAES_OAEP_SHA_1")]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .into(),
            roster: Some(named),
            token: Some(format!("pkcs11:token=desk?module-path={}", softhsm::MODULE)),
        };
        let (mut serial, mut check) = (String::new(), String::new());
        let finished = room.play(&start, &mut |prompt, _| {
            if let Ask::Observe { facts, .. } = &prompt.ask {
                for fact in facts {
                    match fact.name.as_str() {
                        "Check value" => check.clone_from(&fact.observed),
                        "Serial number" => serial.clone_from(&fact.observed),
                        _ => {}
                    }
                }
            }
            match &prompt.ask {
                Ask::Text { .. } => Some(Answer::Text { text: "A 0012345".into() }),
                Ask::Decide { .. } => Some(decided("go-on")),
                Ask::Sign { restate: Some(_), .. } => {
                    let last = |text: &str, n: usize| text[text.len() - n..].to_owned();
                    let restated = match prompt.step.id.as_str() {
                        "generate" => last(&serial, 4),
                        "split" => "2 of 3".to_owned(),
                        "seal" => "sealed".to_owned(),
                        "wrap" => "0000".to_owned(),
                        _ => last(&check, 6),
                    };
                    Some(Answer::Signature {
                        passphrase: Private::new(PASSPHRASE.into()),
                        restated: Some(restated),
                    })
                }
                _ => None,
            }
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        finished.pack.unwrap().into()
    });
}

/// Keys made on YubiKeys, and people who sign with theirs.
fn yubikeys() {
    let Some(keys) = TwoYubiKeys::new() else {
        panic!("this machine has no smart-card service for virtual YubiKeys")
    };
    keep("master-key-yubikey", &|dir| {
        let pack = dir.join("pack");
        let roots = keys.roots.display().to_string();
        let args = [
            "--attestation-roots",
            &roots,
            "rehearse",
            "master-key-yubikey",
            "--out",
            pack.to_str().unwrap(),
        ];
        let out = run(&dir.join("state"), &args);
        assert!(out.status.success(), "{}", said(&out));
        pack
    });
    keys.factory_reset();
    let state = keys.folder.path().join("state");
    let commissioned = || {
        let mut room = keys.room(&state);
        room.medium = keys.folder.path().display().to_string();
        let finished = room.rehearse("commission-workstation", &[], &mut |prompt, _| {
            let Ask::Choose { .. } = &prompt.ask else { return None };
            let id = match prompt.step.actor.id.as_str() {
                "adm" => "30000001",
                "wit" => "20000002",
                _ => "passphrase",
            };
            Some(Answer::Chosen { id: id.into() })
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        PathBuf::from(finished.pack.unwrap())
    };
    keep("commissioned-with-yubikeys", &|_| commissioned());
    keep("signed-with-yubikeys", &|_| {
        let roster = files(&state.join("rehearsal/rosters")).into_iter().next().unwrap();
        let mut room = keys.room(&state);
        let finished = room.play(&start("rehearsal-minimal", &roster, &[]), &mut |prompt, _| {
            signs(prompt, |_| {}).or_else(|| bags(prompt))
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        finished.pack.unwrap().into()
    });
    keys.desk.close();
}
