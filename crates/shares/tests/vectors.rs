//! Fixed vectors of every kind of card, right and wrong, read by the crate and by the decoder in `recover/`.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{PLANS, SET, by_the_crate, dealt, hex, key, over_sites, secret, seeded, text, vectors};
use serde_json::{Value, json};
use shares::{Card, Cost, KeyPrint, Place, Role, Share, ShareError, SitePlan, combine, split_over_sites};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn read(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(vectors(name)).unwrap();
    serde_json::from_str::<Vec<Value>>(&text).unwrap()
}

/// The strings of a list, or none.
fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|s| s.as_str().unwrap().to_owned()).collect()
}

fn cards(case: &Value) -> Vec<String> {
    case["cards"].as_array().unwrap().iter().map(|rows| strings(rows).join("\n")).collect()
}

/// The same with the decoder: the key, or its complaint.
fn by_the_decoder(cards: &[String], passphrases: &[String]) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), cards.join("\n\n")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recover/decode_shares.py");
    let mut decoder = Command::new("python3")
        .arg("-I")
        .arg(script)
        .arg(file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3");
    let typed = passphrases.iter().fold(String::new(), |all, p| all + p + "\n");
    // The decoder may have refused the cards already, without reading a passphrase.
    let _ = decoder.stdin.take().unwrap().write_all(typed.as_bytes());
    let done = decoder.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
    if done.status.success() {
        Ok(out.trim().to_owned())
    } else {
        assert!(err.starts_with("refused: ") && err.lines().count() == 1, "a sentence, not a crash: {err}");
        assert!(out.is_empty(), "nothing that looks like a key");
        Err(err)
    }
}

#[test]
fn every_positive_vector_gives_its_key() {
    let cases = read("share-v1-kinds.json");
    assert!(cases.len() >= 5);
    for case in cases {
        let (cards, passphrases) = (cards(&case), strings(&case["passphrases"]));
        let key = case["key"].as_str().unwrap();
        assert_eq!(hex(by_the_crate(&cards, &passphrases).unwrap().expose()), key, "{}", case["name"]);
        assert_eq!(by_the_decoder(&cards, &passphrases).as_deref(), Ok(key), "{}", case["name"]);
        for (card, commitment) in cards.iter().zip(strings(&case["commitments"])) {
            let read = match Card::parse(&secret(card)).unwrap() {
                Card::Open(share) => share.commitment(),
                Card::Sealed(sealed) => sealed.commitment(),
            };
            assert_eq!(hex(&read), commitment);
        }
    }
}

#[test]
fn every_negative_vector_is_refused_for_its_reason() {
    let cases = read("share-v1-negative.json");
    assert!(cases.len() >= 45, "at least as many as SLIP-39 has");
    for case in cases {
        let (cards, passphrases) = (cards(&case), strings(&case["passphrases"]));
        let error = by_the_crate(&cards, &passphrases).err().unwrap();
        let place = match error {
            ShareError::Row { row, column } => json!([row, column]),
            ShareError::RowLength { row, .. }
            | ShareError::RowOutOfPlace { row, .. }
            | ShareError::RowMissing { row } => json!([row, null]),
            _ => Value::Null,
        };
        assert_eq!((error.code(), &place), (case["code"].as_str().unwrap(), &case["at"]), "{}", case["name"]);
        let complaint = by_the_decoder(&cards, &passphrases).unwrap_err();
        // The decoder counts rows rather than naming the one left out at the end; else it names the same row.
        if let (Some(row), true) = (place[0].as_u64(), error.code() != "share-row-missing") {
            assert!(complaint.contains(&format!("row {row}")), "{}: {complaint}", case["name"]);
            let column = place[1].as_u64().map_or_else(String::new, |c| format!("character {c} "));
            assert!(complaint.contains(&column), "{}: {complaint}", case["name"]);
        }
    }
}

#[test]
fn the_decoder_rebuilds_what_is_dealt_at_random() {
    for (seed, m, n) in [(11u64, 2u8, 3u8), (12, 3, 5), (13, 5, 5), (14, 4, 9), (15, 20, 30)] {
        let (key, shares) = dealt(m, n, seed);
        // The last shares, and one more than needed where there is one: it must agree.
        let cards: Vec<String> = shares.iter().rev().take(usize::from(m) + 1).map(text).collect();
        assert_eq!(by_the_decoder(&cards, &[]).unwrap(), hex(key.expose()));
        let one_line: Vec<String> = cards.iter().map(|c| c.replace(['\n', ' '], "")).collect();
        assert_eq!(by_the_decoder(&one_line, &[]).unwrap(), hex(key.expose()), "as a scanner types it");
        assert!(by_the_decoder(&cards[..usize::from(m) - 1], &[]).unwrap_err().contains("needed"));
    }
}

#[test]
fn the_decoder_stays_one_short_file() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recover/decode_shares.py");
    let text = std::fs::read_to_string(script).unwrap();
    assert!(text.lines().count() < 200);
    // A key in a program's arguments is seen by everybody at the computer (/proc).
    assert!(!text.contains("-K"), "a key is handed to another program");
    let imports: Vec<&str> = text.lines().filter(|l| l.contains("import ")).collect();
    assert_eq!(imports, ["import ctypes, ctypes.util, getpass, hashlib, hmac, re, subprocess, sys"]);
}

#[test]
fn any_enough_sites_with_any_enough_people() {
    let (key, dealt) = over_sites(31);
    for sites in [[0usize, 1], [0, 2], [1, 2]] {
        for turn in 0..4 {
            let subset: Vec<&Share> = sites
                .iter()
                .flat_map(|s| dealt[*s].iter().cycle().skip(turn).take(PLANS[*s].threshold.into()))
                .collect();
            assert!(combine(&subset).unwrap().same_as(key.expose()));
            // One person fewer at either site is not enough.
            assert!(matches!(combine(&subset[1..]), Err(ShareError::TooFewAtSite { have, need, .. })
                if have + 1 == need));
        }
        let one_site: Vec<&Share> = dealt[sites[0]].iter().collect();
        assert_eq!(combine(&one_site).err(), Some(ShareError::TooFewSites { have: 1, need: 2 }));
    }
}

#[test]
fn sites_and_places_are_refused_where_they_cannot_be() {
    let key = key(1);
    let print = KeyPrint::default();
    let deal = |needed, plans: &[SitePlan]| {
        split_over_sites(&key, needed, plans, print, SET, true, &mut seeded(1)).err()
    };
    assert!(matches!(deal(1, &PLANS), Some(ShareError::Parameters { threshold: 1, count: 3 })));
    assert!(matches!(deal(4, &PLANS), Some(ShareError::Parameters { threshold: 4, count: 3 })));
    let alone = [PLANS[0], SitePlan { threshold: 1, count: 1 }];
    assert!(matches!(deal(2, &alone), Some(ShareError::Parameters { threshold: 1, count: 1 })));

    let share = || dealt(2, 3, 4).1.remove(0);
    let place = |site, needed, sites| Place { site, needed, sites, role: Role::Deputy, key: print };
    assert!(share().placed(place(2, 0, 3)).is_ok());
    for wrong in [place(0, 0, 3), place(4, 0, 3), place(1, 2, 3)] {
        assert_eq!(share().placed(wrong).err(), Some(ShareError::AnotherPlace));
    }
    let of_site = || over_sites(31).1.remove(1).remove(0);
    assert_eq!(of_site().placed(place(2, 2, 3)).unwrap().place().unwrap().role, Role::Deputy);
    assert_eq!(of_site().placed(place(1, 2, 3)).err(), Some(ShareError::AnotherPlace));
}

#[test]
fn passphrases_that_could_not_be_typed_are_refused() {
    let (_, shares) = dealt(2, 3, 4);
    for wrong in ["", "too short", "caractère unique", &"x".repeat(127), "line one\nline two"] {
        let refused = shares[0].seal(&secret(wrong), Cost::LEAST).err();
        assert_eq!(refused, Some(ShareError::PassphraseUnfit), "{wrong}");
    }
    let sealed = shares[0].seal(&secret("correct horse battery"), Cost::LEAST).unwrap();
    let card: Vec<String> = sealed.rows().iter().map(|r| r.to_string()).collect();
    assert_eq!(card.len(), 8);
    let record = [sealed.commitment()];
    assert_eq!(sealed.belongs(SET, false, &record), Ok(()));
    assert_eq!(sealed.belongs(SET, true, &record), Err(ShareError::WrongMode { rehearsal: false }));
    let open_record = [shares[0].commitment()];
    let refused = sealed.belongs(SET, false, &open_record);
    assert_eq!(refused, Err(ShareError::NotTheShareThatWasDealt { index: 1 }), "it is the card that counts");
    assert_eq!(Share::parse(&secret(&card.join("\n"))).err(), Some(ShareError::Locked { index: 1 }));
}
