//! Sharing through the public interface: any m of n, every kind of wrong share, typing mistakes, other programs.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use common::{SET, bytes_of, dealt, hex, seeded, text};
use secrets::{SecretBytes, SecretText};
use shares::{COLUMNS, ROWS, SetId, Share, ShareError, combine, commitments, split};
use std::process::Command;

fn parse(text: &str) -> Result<Share, ShareError> {
    Share::parse(&SecretText::new(text.to_owned()).unwrap())
}

fn error<T>(result: Result<T, ShareError>) -> ShareError {
    result.err().expect("an error")
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 24, failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_m_of_n_and_no_fewer(m in 2u8..8, more in 0u8..6, seed in 0u64.., turn in 0usize..13) {
        let (key, shares) = dealt(m, m + more, seed);
        let mut order: Vec<&Share> = shares.iter().collect();
        order.rotate_left(turn % shares.len());
        order.reverse();
        assert!(combine(&order[..usize::from(m)]).unwrap().same_as(key.expose()));
        assert_eq!(error(combine(&order[..usize::from(m) - 1])), ShareError::TooFew { have: m - 1, need: m });
    }
}

#[test]
fn refuses_bad_parameters_and_a_failing_source() {
    let key = SecretBytes::copied_from(&[7; 32]).unwrap();
    for (m, n) in [(0, 3), (1, 3), (4, 3)] {
        assert!(matches!(
            error(split(&key, m, n, SET, false, &mut seeded(1))),
            ShareError::Parameters { .. }
        ));
    }
    let short = SecretBytes::copied_from(&[7; 31]).unwrap();
    assert_eq!(error(split(&short, 2, 3, SET, false, &mut seeded(1))), ShareError::SecretLength { have: 31 });
    assert_eq!(error(split(&key, 2, 3, SET, false, &mut |_| Err(ShareError::Random))), ShareError::Random);
}

#[test]
fn wrong_companions_are_refused() {
    let (_, a) = dealt(3, 5, 1);
    let (_, b) = dealt(3, 5, 2); // the same set identifier, another dealing
    let [a1, a2, a3, ..] = a.as_slice() else { panic!() };
    assert_eq!(error(combine(&[a1, a2, a3, a2])), ShareError::Duplicate { index: 2 });
    assert_eq!(error(combine(&[a1, a2, &b[4]])), ShareError::DigestMismatch);
    assert_eq!(error(combine(&[a1, a2, a3, &b[4]])), ShareError::Contradiction);
    let key = SecretBytes::copied_from(&[7; 32]).unwrap();
    let rehearsal = split(&key, 3, 5, SET, true, &mut seeded(3)).unwrap();
    assert_eq!(error(combine(&[a1, a2, &rehearsal[4]])), ShareError::MixedSets);
    assert_eq!(error(combine(&[])), ShareError::TooFew { have: 0, need: 2 });

    let record = commitments(&a);
    let other = SetId::from_bytes([9; 8]);
    assert_eq!(a2.belongs(SET, false, &record), Ok(()));
    assert_eq!(
        error(a2.belongs(other, false, &record)),
        ShareError::AnotherSet { found: SET, expected: other }
    );
    assert_eq!(error(a2.belongs(SET, true, &record)), ShareError::WrongMode { rehearsal: false });
    assert_eq!(error(b[1].belongs(SET, false, &record)), ShareError::NotTheShareThatWasDealt { index: 2 });
}

#[test]
fn every_single_mistyped_character_is_located() {
    let (_, shares) = dealt(2, 3, 4);
    let rows: Vec<Vec<char>> =
        shares[0].rows().iter().map(|r| r.chars().filter(|c| *c != ' ').collect()).collect();
    assert_eq!((rows.len(), rows[0].len()), (ROWS as usize, COLUMNS as usize));
    for (r, row) in rows.iter().enumerate() {
        for column in 0..row.len() {
            for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZU*".chars().filter(|c| *c != row[column]) {
                let mut typed = rows.clone();
                typed[r][column] = wrong;
                let typed: Vec<String> = typed.iter().map(|r| r.iter().collect()).collect();
                let expected = ShareError::Row {
                    row: u32::try_from(r + 1).unwrap(),
                    column: u32::try_from(column + 1).ok(),
                };
                assert_eq!(error(parse(&typed.join("\n"))), expected);
            }
        }
    }
}

#[test]
fn rows_out_of_place_missing_or_added_are_noticed() {
    let (_, shares) = dealt(2, 3, 5);
    let right = text(&shares[0]);
    let rows: Vec<&str> = right.lines().collect();
    let mut swapped = rows.clone();
    swapped.swap(1, 4);
    assert_eq!(error(parse(&swapped.join("\n"))), ShareError::RowOutOfPlace { row: 2, belongs: 5 });
    for left_out in 0..rows.len() {
        let mut fewer = rows.clone();
        fewer.remove(left_out);
        let row = u32::try_from(left_out + 1).unwrap();
        assert_eq!(error(parse(&fewer.join("\n"))), ShareError::RowMissing { row });
    }
    assert_eq!(error(parse(&format!("{right}\n{right}"))), ShareError::TooManyRows { need: 7 });
    assert_eq!(error(parse(&right[1..])), ShareError::RowLength { row: 1, need: 20 });
    // A row of another card is right in itself; the card's checksum notices it.
    let other = text(&shares[1]);
    let mixed = [&rows[..3], &other.lines().collect::<Vec<_>>()[3..]].concat();
    assert_eq!(error(parse(&mixed.join("\n"))), ShareError::Damaged);
}

#[test]
fn loose_typing_is_accepted() {
    let (_, shares) = dealt(2, 3, 6);
    let right = text(&shares[2]);
    let loose = right.to_lowercase().replace('0', "o").replace('1', "l").replace('\n', "\r\n\n  ");
    for typed in [loose, right.replace(' ', ""), right.replace(' ', "-"), right.replace(['\n', ' '], "")] {
        assert_eq!(parse(&typed).unwrap().commitment(), shares[2].commitment());
    }
}

#[test]
fn the_fixed_vectors_decode_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/share-v1.json");
    let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cards: Vec<Share> = file["cards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rows| {
            parse(
                &rows.as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect::<Vec<_>>().join("\n"),
            )
            .unwrap()
        })
        .collect();
    let key = combine(&[&cards[4], &cards[1], &cards[3]]).unwrap();
    assert_eq!(hex(key.expose()), file["key"].as_str().unwrap());
    assert_eq!(cards[0].set().to_string(), file["set"].as_str().unwrap());
    for (card, commitment) in cards.iter().zip(file["commitments"].as_array().unwrap()) {
        assert_eq!(hex(&card.commitment()), commitment.as_str().unwrap());
    }
}

#[test]
#[ignore = "writes the fixed vectors; they were written once and must not change"]
fn write_the_fixed_vectors() {
    let (key, shares) = dealt(3, 5, 2026);
    let file = serde_json::json!({
        "key": hex(key.expose()), "set": SET.to_string(), "threshold": 3, "count": 5, "rehearsal": false,
        "cards": shares.iter().map(|s| text(s).lines().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "commitments": commitments(&shares).iter().map(|c| hex(c.as_slice())).collect::<Vec<_>>(),
    });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/share-v1.json");
    std::fs::write(path, serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
}

#[test]
fn gfcombine_rebuilds_the_key() {
    let (key, shares) = dealt(3, 5, 7);
    let dir = tempfile::tempdir().unwrap();
    // Not 1, 2, 3: with these every Lagrange weight is 1 and any field would do.
    for i in [2, 4, 5] {
        let y = bytes_of(&text(&shares[i - 1]))[14..62].to_vec();
        std::fs::write(dir.path().join(format!("key.{i:03}")), y).unwrap();
    }
    let Ok(done) = Command::new("gfcombine")
        .current_dir(&dir)
        .args(["-o", "key", "key.002", "key.004", "key.005"])
        .status()
    else {
        eprintln!("SKIPPED: gfcombine (libgfshare-bin) is not installed");
        return;
    };
    assert!(done.success());
    assert!(key.same_as(&std::fs::read(dir.path().join("key")).unwrap()[..32]));
}

#[test]
fn zbarimg_reads_the_symbol() {
    let (_, shares) = dealt(2, 3, 8);
    let (modules, width) = shares[1].qr().unwrap();
    let width = width as usize;
    let (quiet, scale) = (4, 6);
    let side = (width + 2 * quiet) * scale;
    let mut pgm = format!("P5 {side} {side} 255\n").into_bytes();
    for y in 0..side {
        for x in 0..side {
            let at = |v: usize| (v / scale).checked_sub(quiet).filter(|v| *v < width);
            let dark =
                matches!((at(x), at(y)), (Some(x), Some(y)) if modules.as_bytes()[y * width + x] == b'1');
            pgm.push(if dark { 0 } else { 255 });
        }
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("card.pgm"), pgm).unwrap();
    let Ok(done) = Command::new("zbarimg").current_dir(&dir).args(["--raw", "-q", "card.pgm"]).output()
    else {
        eprintln!("SKIPPED: zbarimg (zbar-tools) is not installed");
        return;
    };
    let read = String::from_utf8(done.stdout).unwrap();
    assert_eq!(parse(read.trim()).unwrap().commitment(), shares[1].commitment());
}

/// What hand scanners are commonly set to type before and after a symbol's text.
const AROUND: [(&str, &str); 8] = [
    ("]Q1", ""),
    ("]Q0", "\r\n"),
    ("\u{2}", "\u{3}"),
    ("\u{2}]Q1", "\u{3}\r"),
    ("]Q3\u{1d}", "\u{1d}"),
    ("]q1", "\t"),
    ("]d2", "\n"),
    ("", "\u{4}"),
];

#[test]
fn what_a_hand_scanner_types_around_a_symbol_is_skipped() {
    let (_, shares) = dealt(3, 5, 77);
    let share = &shares[1];
    let symbol: String = text(share).chars().filter(char::is_ascii_alphanumeric).collect();
    let row = share.rows()[0].to_string();
    for (before, after) in AROUND {
        let read = parse(&format!("{before}{symbol}{after}")).unwrap();
        assert_eq!(read.commitment(), share.commitment(), "{before:?} {after:?}");
        let typed = SecretText::new(format!("{before}{row}{after}")).unwrap();
        assert!(shares::check_row(1, &typed).is_ok(), "{before:?} {after:?}");
    }
    // Within the text nothing is skipped.
    for wrong in
        [format!("{}]Q1{}", &symbol[..20], &symbol[20..]), format!("]]Q1{symbol}"), format!("Q1{symbol}")]
    {
        assert!(parse(&wrong).is_err(), "{wrong}");
    }
}
