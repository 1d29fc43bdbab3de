//! Wherever a key went by any record, its destruction asks: a cloud of any maker, the bundle on its medium, the token, the
//! file and the sheets of every backup before, and what is in the records at hand beside the pack that was opened.

use byok::{KeyType, Target};
use protocol::{Answer, Ask, PromptView, RunState};
use std::path::{Path, PathBuf};
use whole_program::backup::{Backup, bag, bags, bringing};
use whole_program::forged;
use whole_program::pack::{fact, facts, holds};
use whole_program::room::Room;
use whole_program::{run, said, wrapping_key};

/// Two of three shares, and as many custodians again for the new set.
const DEALT: [(&str, &str); 2] = [("threshold", "2"), ("shares", "3")];
/// As many bring a share of the set before.
const BRINGING: [(&str, &str); 1] = [("bringing", "2")];

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// A ceremony that made a key and wrapped it for a cloud.
struct Byok {
    made: Backup,
    /// What the cloud calls it.
    called: String,
    target: Target,
}

/// Plays a script that wraps a key for this provider.
fn wrapped_for(state: &Path, script: &str, target: Target, key: KeyType, set: &[(&str, &str)]) -> Byok {
    let folder = tempfile::tempdir().unwrap();
    let wrapping = wrapping_key(byok::of(target).stand_in_bits());
    let reply = byok::of(target).usual_stand_in(key, wrapping, now() + 3600).unwrap();
    let file = folder.path().join(reply.file_name);
    std::fs::write(&file, &reply.bytes).unwrap();
    let stated = |prompt: &PromptView| {
        let Ask::Text { question, .. } = &prompt.ask else { return None };
        let ask = byok::of(target).asks().iter().find(|a| question.starts_with(a.question))?;
        let text = reply.stated.iter().find(|(n, _)| *n == ask.name).map(|(_, v)| v.as_str());
        text.or(ask.none).map(|t| Answer::Text { text: t.to_owned() })
    };
    let mut room = Room::open(state);
    room.file = file.display().to_string();
    room.medium = folder.path().display().to_string();
    let all = [&DEALT[..], set].concat();
    let finished = room.rehearse(script, &all, &mut |prompt, _| stated(prompt).or_else(|| bags(prompt)));
    assert_eq!(finished.state, RunState::Closed, "{script}: {:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    let called = fact(&pack, "cloud-key");
    Byok { made: Backup { pack, sheets: room.sheets_shown() }, called, target }
}

fn azure(state: &Path) -> Byok {
    wrapped_for(state, "byok-azure", Target::AzureKeyVault, KeyType::P256, &[("key-spec", "ec-p256")])
}

fn aws(state: &Path) -> Byok {
    wrapped_for(state, "byok-aws", Target::AwsKms, KeyType::Aes256, &[])
}

/// What was asked of copies when the key of this pack was destroyed, and the destruction's pack.
fn destroyed(state: &Path, pack: &Path) -> (Vec<String>, PathBuf) {
    let mut room = bringing(state, pack, Vec::new());
    let mut asked = Vec::new();
    let finished = room.rehearse("destroy", &[], &mut |prompt, _| {
        if let Ask::Choose { question, .. } = &prompt.ask {
            asked.push(question.clone());
        }
        // Of two backups of a key the older one was opened: that is asked about, and may be gone on with.
        let older = prompt.problem.as_ref().is_some_and(|p| p.code == "older-set-opened");
        (older && matches!(prompt.ask, Ask::Decide { .. }))
            .then(|| Answer::Decided { id: "go-on".into(), reason: "both are destroyed today".into() })
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(state, &pack);
    (asked, pack)
}

fn certificate(pack: &Path) -> String {
    let text = std::fs::read_to_string(pack.join(fact(pack, "certificate-file"))).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every one of these is asked about once, stands in the record's list, and is named in the certificate.
fn all_asked(asked: &[String], pack: &Path, what: &[&str]) {
    // Lines of the certificate begin with a capital letter.
    let (certificate, accounted) =
        (certificate(pack).to_lowercase(), facts(pack, "copies-accounted")[0].clone());
    for what in what {
        let times = asked.iter().filter(|q| q.contains(what)).count();
        assert_eq!(times, 1, "{what} was asked about {times} times: {asked:#?}");
        assert!(
            certificate.contains(&what.to_lowercase()),
            "{what} is not in the certificate: {certificate}"
        );
    }
    assert_eq!(accounted.as_array().unwrap().len(), asked.len() + 1, "{accounted}: {asked:#?}");
}

/// How the question about a key in a cloud begins.
fn in_cloud(byok: &Byok) -> String {
    format!("the key in {} that it was wrapped for: {}", byok.target, byok.called)
}

fn bundle_of(byok: &Byok) -> String {
    format!(
        "the bundle for {} ({}) of the ceremony {}",
        byok.target,
        byok.called,
        fact(&byok.made.pack, "run")
    )
}

/// Custodians change: every sheet of the set before is destroyed but the third, which is missing.
fn changed(state: &Path, before: &Backup) -> Backup {
    let mut room = bringing(state, &before.pack, before.sheets[..2].to_vec());
    let finished =
        room.rehearse("change-custodian", &[&DEALT[..], &BRINGING].concat(), &mut |prompt, _| match &prompt
            .ask
        {
            Ask::Choose { question, .. } if question.contains("share 3") => {
                Some(Answer::Chosen { id: "missing".into() })
            }
            Ask::Decide { .. } => Some(Answer::Decided { id: "go-on".into(), reason: "a flood".into() }),
            Ask::Text { .. } => {
                // Whether the bag is the one that it was sealed in is not what this test asks.
                let share =
                    prompt.step.id.strip_prefix("share.").map(|n| bag(10 + n.parse::<usize>().unwrap()));
                share.or_else(|| bags(prompt))
            }
            _ => None,
        });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    Backup { pack: finished.pack.unwrap().into(), sheets: room.sheets_shown() }
}

#[test]
fn a_key_that_went_to_any_cloud_is_asked_for_there() {
    for (script, target, key, set) in [
        ("byok-azure", Target::AzureKeyVault, KeyType::P256, &[("key-spec", "ec-p256")][..]),
        (
            "byok-azure",
            Target::AzureManagedHsm,
            KeyType::Aes256,
            &[("target", "azure-managed-hsm"), ("key-spec", "aes-256")],
        ),
        ("byok-google", Target::GoogleKms, KeyType::Aes256, &[]),
        ("byok-other", Target::Transit, KeyType::Aes256, &[("target", "vault-transit")]),
        ("byok-aws", Target::AwsKms, KeyType::Aes256, &[]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let byok = wrapped_for(dir.path(), script, target, key, set);
        let (asked, pack) = destroyed(dir.path(), &byok.made.pack);
        let (cloud, bundle) = (in_cloud(&byok), bundle_of(&byok));
        all_asked(&asked, &pack, &[&cloud, &bundle, "the wrapped file", "share 1", "share 2", "share 3"]);
        assert!(!certificate(&pack).contains("NOT CONFIRMED"));
    }
}

#[test]
fn a_cloud_is_not_forgotten_when_custodians_change_twice() {
    let dir = tempfile::tempdir().unwrap();
    let byok = aws(dir.path());
    let second = changed(dir.path(), &byok.made);
    let third = changed(dir.path(), &second);
    // As on another workstation, where the records before are not at hand.
    let elsewhere = tempfile::tempdir().unwrap();
    let away = elsewhere.path().join("runs");
    std::fs::create_dir(&away).unwrap();
    let kept = third.pack.parent().unwrap().file_name().unwrap().to_owned();
    for run in std::fs::read_dir(dir.path().join("rehearsal/runs")).unwrap().flatten() {
        if run.file_name() != kept {
            std::fs::rename(run.path(), away.join(run.file_name())).unwrap();
        }
    }
    let (asked, pack) = destroyed(dir.path(), &third.pack);
    // Back again, for what this test reads of them.
    for run in std::fs::read_dir(&away).unwrap().flatten() {
        std::fs::rename(run.path(), dir.path().join("rehearsal/runs").join(run.file_name())).unwrap();
    }
    let set = |backup: &Backup| fact(&backup.pack, "share-set");
    let file = |backup: &Backup| fact(&backup.pack, "wrapped-backup");
    let sheet = |backup: &Backup, n: usize| format!("share {n} of the set {}", set(backup));
    all_asked(
        &asked,
        &pack,
        &[
            &in_cloud(&byok),
            &bundle_of(&byok),
            &file(&byok.made),
            &file(&second),
            &file(&third),
            &sheet(&byok.made, 3),
            &sheet(&second, 3),
            "sealed in bag B 13 by that record",
        ],
    );
    // What earlier ceremonies saw destroyed is named with them, and not asked about again.
    assert!(!asked.iter().any(|q| q.contains(&sheet(&byok.made, 1))), "{asked:#?}");
    let text = certificate(&pack);
    for n in [1, 2] {
        for (of, then) in [(&byok.made, &second), (&second, &third)] {
            assert!(text.contains(&sheet(of, n)), "{text}");
            assert!(
                text.contains(&format!("Destroyed in the ceremony {}", fact(&then.pack, "run"))),
                "{text}"
            );
        }
    }
}

#[test]
fn a_recovered_key_is_asked_for_in_the_lost_token_and_in_the_cloud() {
    let (lost, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let byok = azure(lost.path());
    let mut room = bringing(here.path(), &byok.made.pack, byok.made.sheets[..2].to_vec());
    let set = [&DEALT[..], &[("bringing", "2")]].concat();
    let finished = room.rehearse("recover", &set, &mut |prompt, _| match &prompt.ask {
        Ask::Choose { .. } if prompt.step.id == "settle" => Some(Answer::Chosen { id: "owed".into() }),
        _ => bags(prompt),
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let recovered = PathBuf::from(finished.pack.unwrap());
    drop(room);
    let (asked, pack) = destroyed(here.path(), &recovered);
    let serial = format!("the token with the serial number {}", fact(&byok.made.pack, "token-serial"));
    let old = fact(&byok.made.pack, "share-set");
    let sheets: Vec<String> = (1..=3).map(|n| format!("share {n} of the set {old}")).collect();
    let mut what = vec![in_cloud(&byok), bundle_of(&byok), serial, fact(&byok.made.pack, "wrapped-backup")];
    what.extend(sheets);
    let what: Vec<&str> = what.iter().map(String::as_str).collect();
    all_asked(&asked, &pack, &what);
}

/// The pack that is opened is not the newest: what came after it lies on this workstation.
#[test]
fn the_records_at_hand_add_what_the_opened_pack_cannot_know() {
    let dir = tempfile::tempdir().unwrap();
    let byok = aws(dir.path());
    let second = changed(dir.path(), &byok.made);
    let (asked, pack) = destroyed(dir.path(), &byok.made.pack);
    let new = fact(&second.pack, "share-set");
    let sheets: Vec<String> = (1..=3).map(|n| format!("share {n} of the set {new}")).collect();
    let mut what = vec![in_cloud(&byok), fact(&second.pack, "wrapped-backup")];
    what.extend(sheets);
    let what: Vec<&str> = what.iter().map(String::as_str).collect();
    all_asked(&asked, &pack, &what);
}

/// The record that knew more is taken away, or cut to its first line: the list of ended ceremonies knows that there was one.
#[test]
fn a_record_that_is_gone_or_cut_is_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    let byok = aws(dir.path());
    let second = changed(dir.path(), &byok.made);
    let run = fact(&second.pack, "run");
    let folder = dir.path().join("rehearsal/runs").join(&run);
    let unread = format!("whatever the record of the ceremony {run} names");
    let record = folder.join("transcript.jsonl");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text.split_inclusive('\n').next().unwrap()).unwrap();
    // Its evidence pack is whole, and tells what the record told.
    let (asked, _) = destroyed(dir.path(), &byok.made.pack);
    let new = format!("share 1 of the set {}", fact(&second.pack, "share-set"));
    assert!(
        asked.iter().any(|q| q.contains(&new)) && !asked.iter().any(|q| q.contains(&unread)),
        "{asked:#?}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let (asked, pack) = destroyed(dir.path(), &byok.made.pack);
    assert_eq!(asked.iter().filter(|q| q.contains(&unread)).count(), 1, "{asked:#?}");
    assert!(certificate(&pack).to_lowercase().contains(&unread));
}

/// What an earlier ceremony knew of copies goes on into each later one: a destruction would ask about fewer places.
#[test]
fn a_record_that_does_not_carry_on_what_is_known_of_copies_is_no_record() {
    let dir = tempfile::tempdir().unwrap();
    let byok = aws(dir.path());
    let second = changed(dir.path(), &byok.made);
    let without = dir.path().join("without");
    forged::pack(&second.pack, &without, &|entry| {
        for facts in entry.facts.values_mut() {
            facts.remove("copies-known");
        }
    });
    let out = run(dir.path(), &["verify", without.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    assert!(said(&out).contains("it does not say its copies-known"), "{}", said(&out));
}

/// A record that lists a place and accounts for one less is not one that this program writes.
#[test]
fn a_destruction_that_leaves_a_known_place_out_does_not_verify() {
    let dir = tempfile::tempdir().unwrap();
    let byok = azure(dir.path());
    let (_, pack) = destroyed(dir.path(), &byok.made.pack);
    let forged_pack = dir.path().join("forged");
    forged::pack(&pack, &forged_pack, &|entry| {
        for facts in entry.facts.values_mut() {
            if let Some(list) = facts.get_mut("copies-accounted").and_then(|v| v.as_array_mut()) {
                list.retain(|one| !one[0].as_str().unwrap().starts_with("cloud "));
            }
        }
    });
    let out = run(dir.path(), &["verify", forged_pack.to_str().unwrap()]);
    let words = said(&out);
    assert!(!whole_program::intact(&out) && words.contains("nobody was asked about the key in"), "{words}");
}
