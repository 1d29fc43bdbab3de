//! How the fixed vectors were made. They were written once; both tests are ignored and only document it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{
    SET, by_the_crate, bytes_of, dealt, hex, key, over_sites, rows_of, secret, seeded, summed, text, vectors,
};
use secrets::SecretBytes;
use serde_json::{Value, json};
use shares::{Cost, KeyPrint, Place, Role, SetId, Share, ShareError, split};
use std::fmt::Write as _;

fn rows(card: &str) -> Vec<&str> {
    card.lines().collect()
}

fn write(name: &str, cases: &[Value]) {
    let mut text = String::from("[\n");
    for (i, case) in cases.iter().enumerate() {
        writeln!(text, "  {case}{}", if i + 1 < cases.len() { "," } else { "" }).unwrap();
    }
    std::fs::write(vectors(name), text + "]\n").unwrap();
}

#[test]
#[ignore = "writes the fixed vectors; they were written once and must not change"]
fn write_the_vectors_of_every_kind() {
    let case = |name: &str, key: &SecretBytes, cards: &[String], commitments: &[[u8; 32]], words: &[&str]| {
        json!({"name": name, "key": hex(key.expose()), "cards": cards.iter().map(|c| rows(c)).collect::<Vec<_>>(),
            "commitments": commitments.iter().map(|c| hex(c)).collect::<Vec<_>>(), "passphrases": words})
    };
    let plain = |name: &str, key: &SecretBytes, shares: &[&Share]| {
        let cards: Vec<String> = shares.iter().map(|s| text(s)).collect();
        case(name, key, &cards, &shares.iter().map(|s| s.commitment()).collect::<Vec<_>>(), &[])
    };
    let (two, two_shares) = dealt(2, 2, 101);
    let (all, all_shares) = dealt(3, 5, 102);
    let key = key(103);
    let rehearsal = split(&key, 3, 4, SetId::from_bytes([0xff; 8]), true, &mut seeded(103)).unwrap();
    let place =
        |site, role| Place { site, needed: 0, sites: 3, role, key: KeyPrint::of_file(b"a wrapped file") };
    let mut placed = Vec::new();
    for (share, (site, role)) in
        dealt(2, 3, 104).1.into_iter().zip([(1, Role::Custodian), (2, Role::Deputy), (3, Role::Escrow)])
    {
        placed.push(share.placed(place(site, role)).unwrap());
    }
    let (over, sites) = over_sites(105);
    let words = ["Nine lamps over Basel", "correct horse battery staple"];
    let (locked_key, to_lock) = dealt(2, 3, 106);
    let place = Place { site: 1, needed: 0, sites: 2, role: Role::Custodian, key: KeyPrint::default() };
    let [first, _, third] = <[Share; 3]>::try_from(to_lock).ok().unwrap();
    let first = first.seal(&secret(words[0]), Cost::LEAST).unwrap();
    let third = third.placed(place).unwrap().seal(&secret(words[1]), Cost::USUAL).unwrap();
    let locked: Vec<String> = [&first, &third]
        .iter()
        .map(|s| s.rows().iter().map(|r| r.to_string()).collect::<Vec<_>>().join("\n"))
        .collect();
    write(
        "share-v1-kinds.json",
        &[
            plain("2 of 2", &two, &[&two_shares[1], &two_shares[0]]),
            plain("3 of 5, all five, in another order", &all, &all_shares.iter().rev().collect::<Vec<_>>()),
            plain("3 of 4 in a rehearsal", &key, &[&rehearsal[0], &rehearsal[2], &rehearsal[3]]),
            plain("2 of 3 with site, role and file", &common::key(104), &[&placed[1], &placed[2]]),
            plain(
                "2 of 3 sites",
                &over,
                &[&sites[2][3], &sites[0][2], &sites[2][0], &sites[0][0], &sites[2][1]],
            ),
            case(
                "2 of 3, both locked, one with a site",
                &locked_key,
                &locked,
                &[first.commitment(), third.commitment()],
                &words,
            ),
        ],
    );
}

/// Builds the negative set: changes to right cards, each with the reason it is refused for.
#[derive(Default)]
struct Wrong(Vec<Value>);

impl Wrong {
    fn add(&mut self, name: &str, cards: &[&str], words: &[&str]) {
        let owned: Vec<String> = cards.iter().map(|c| (*c).to_owned()).collect();
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        let error = by_the_crate(&owned, &words).err().unwrap_or_else(|| panic!("{name} was accepted"));
        let at = match error {
            ShareError::Row { row, column } => json!([row, column]),
            ShareError::RowLength { row, .. }
            | ShareError::RowOutOfPlace { row, .. }
            | ShareError::RowMissing { row } => json!([row, null]),
            _ => Value::Null,
        };
        let cards: Vec<_> = cards.iter().map(|c| rows(c)).collect();
        self.0.push(
            json!({"name": name, "cards": cards, "code": error.code(), "at": at, "passphrases": words}),
        );
    }

    /// A card whose bytes are changed and whose checksums are made right again.
    fn forged(&mut self, name: &str, card: &str, change: impl Fn(&mut Vec<u8>)) {
        let mut bytes = bytes_of(card);
        change(&mut bytes);
        self.add(name, &[&rows_of(&summed(bytes))], &["correct horse battery staple"]);
    }
}

#[test]
#[ignore = "writes the fixed vectors; they were written once and must not change"]
fn write_the_negative_vectors() {
    let mut set = Wrong::default();
    let (_, shares) = dealt(3, 5, 201);
    let card: Vec<String> = shares.iter().map(text).collect();
    let right = card[1].as_str();
    typing(&mut set, right, &card[2], &text(&dealt(3, 5, 202).1[1]));
    forgeries(&mut set, right);
    combinations(&mut set, &card);
    write("share-v1-negative.json", &set.0);
}

fn typing(set: &mut Wrong, right: &str, sibling: &str, stranger: &str) {
    let lines = rows(right);
    let with = |row: usize, text: &str| {
        let mut lines = lines.clone();
        lines[row] = text;
        lines.join("\n")
    };
    let mistyped = |row: usize, column: usize, wrong: Option<char>| {
        let at = column + column / 4;
        let mut line: Vec<char> = lines[row].chars().collect();
        line[at] = wrong.unwrap_or(if line[at] == '7' { 'K' } else { '7' });
        with(row, &String::from_iter(line))
    };
    for (row, column) in [(0, 0), (1, 3), (2, 7), (3, 15), (4, 8), (5, 12), (6, 5), (2, 16), (6, 19)] {
        let name = format!("row {} character {} mistyped", row + 1, column + 1);
        set.add(&name, &[&mistyped(row, column, None)], &[]);
    }
    set.add("a U, which no card has", &[&mistyped(3, 4, Some('U'))], &[]);
    set.add("a star", &[&mistyped(5, 9, Some('*'))], &[]);
    set.add("a letter of another alphabet", &[&mistyped(0, 2, Some('А'))], &[]);
    let two = mistyped(2, 3, None);
    let mut two: Vec<char> = rows(&two)[2].chars().collect();
    two[12] = if two[12] == 'Q' { 'R' } else { 'Q' };
    set.add("two characters of row 3 mistyped", &[&with(2, &String::from_iter(two))], &[]);
    let mut turned: Vec<char> = lines[3].chars().collect();
    turned.swap(1, 2);
    assert_ne!(turned[1], turned[2]);
    set.add("two neighbours of row 4 exchanged", &[&with(3, &String::from_iter(turned))], &[]);
    for (a, b) in [(1, 4), (0, 1), (5, 6)] {
        let mut lines = lines.clone();
        lines.swap(a, b);
        set.add(&format!("rows {} and {} exchanged", a + 1, b + 1), &[&lines.join("\n")], &[]);
    }
    for row in 0..7 {
        let mut lines = lines.clone();
        lines.remove(row);
        set.add(&format!("row {} left out", row + 1), &[&lines.join("\n")], &[]);
    }
    set.add("the last row twice", &[&format!("{right}\n{}", lines[6])], &[]);
    set.add("two cards run together", &[&format!("{right}\n{sibling}")], &[]);
    set.add("a character left out", &[&with(4, &lines[4][1..])], &[]);
    set.add("a character too many", &[&with(4, &format!("{}0", lines[4]))], &[]);
    set.add("a row of another share of the set", &[&with(4, rows(sibling)[4])], &[]);
    set.add("a row of another set", &[&with(5, rows(stranger)[5])], &[]);
    set.add("nothing", &[""], &[]);
    set.add("only separators", &["- - -"], &[]);
    let scanned = right.replace(['\n', ' '], "");
    set.add("a scanned card cut short", &[&scanned[..139]], &[]);
    set.add("a scanned card with a wrong character", &[&scanned.replacen('0', "9", 1)], &[]);
    set.add("something else entirely", &["https://example.com/"], &[]);
}

fn forgeries(set: &mut Wrong, right: &str) {
    let byte = |at: usize, value: u8| move |bytes: &mut Vec<u8>| bytes[at] = value;
    for version in [0, 2, 255] {
        set.forged(&format!("version {version}"), right, byte(0, version));
    }
    for flag in [8, 128] {
        set.forged(&format!("unknown flag {flag}"), right, byte(1, flag));
    }
    set.forged("the field polynomial 0x11B", right, byte(2, 0x1b));
    set.forged("index 0", right, byte(11, 0));
    set.forged("an index above the count", right, byte(11, 6));
    set.forged("threshold 0", right, byte(12, 0));
    set.forged("threshold 1", right, byte(12, 1));
    set.forged("a threshold above the count", right, byte(12, 6));
    set.forged("count 0", right, byte(13, 0));
    let mut unsummed = bytes_of(right);
    unsummed[69] ^= 1;
    set.add("a wrong checksum", &[&rows_of(&unsummed)], &[]);
    set.forged("a place announced and absent", right, byte(1, 2));
    set.forged("a lock announced and absent", right, byte(1, 4));
    let placed = text(&over_sites(203).1[1][0]);
    set.forged("a place not announced", &placed, byte(1, 1));
    set.forged("site 0", &placed, byte(14, 0));
    set.forged("a site above the count", &placed, byte(14, 4));
    set.forged("one site needed", &placed, byte(15, 1));
    set.forged("more sites needed than there are", &placed, byte(15, 4));
    set.forged("an unknown role", &placed, byte(17, 3));
    let words = secret("correct horse battery staple");
    let sealed = dealt(3, 5, 201).1[1].seal(&words, Cost::LEAST).unwrap();
    let sealed = sealed.rows().iter().map(|r| r.to_string()).collect::<Vec<_>>().join("\n");
    set.forged("a lock with too little memory", &sealed, byte(14, 15));
    set.forged("a lock with more memory than machines have", &sealed, byte(14, 22));
    set.forged("a lock with two passes", &sealed, byte(15, 0x24));
    set.forged("a lock with no lane", &sealed, byte(15, 0x30));
    set.add("a wrong passphrase", &[&sealed], &["correct horse battery stable"]);
    set.forged("a locked y changed", &sealed, |bytes| bytes[40] ^= 1);
    set.forged("a locked share moved to another index", &sealed, byte(11, 3));
}

fn combinations(set: &mut Wrong, card: &[String]) {
    let [c1, c2, c3, c4, c5] = card else { panic!() };
    set.add("two of the three needed", &[c1, c4], &[]);
    set.add("one share twice", &[c1, c4, c4], &[]);
    set.add("one share twice beside enough", &[c1, c4, c5, c4], &[]);
    let mut other = bytes_of(c5);
    other[3] ^= 1;
    let other = rows_of(&summed(other));
    set.add("a share of another set", &[c1, c4, &other], &[]);
    let rehearsal = split(&key(201), 3, 5, SET, true, &mut seeded(201)).unwrap();
    set.add("a rehearsal share among real ones", &[c1, c4, &text(&rehearsal[4])], &[]);
    let four = text(&dealt(4, 5, 201).1[4]);
    set.add("a share of another threshold", &[c1, c4, &four], &[]);
    let six = text(&dealt(3, 6, 201).1[4]);
    set.add("a share of another count", &[c1, c4, &six], &[]);
    let again = dealt(3, 5, 204).1;
    set.add("a share of another dealing under the same set", &[c1, c4, &text(&again[4])], &[]);
    set.add("the same beside enough right ones", &[c1, c2, c3, &text(&again[4])], &[]);
    let forge = |card: &str, at: usize, value: u8| {
        let mut bytes = bytes_of(card);
        bytes[at] = value;
        rows_of(&summed(bytes))
    };
    let wrong_y = forge(c5, 20, bytes_of(c5)[20] ^ 0x10);
    set.add("a share whose y was changed", &[c1, c4, &wrong_y], &[]);
    set.add("the same beside enough right ones, placed first", &[&wrong_y, c1, c2, c4], &[]);
    let low: Vec<String> = [c1, c4].iter().map(|c| forge(c, 12, 2)).collect();
    set.add("shares that claim a lower threshold", &[&low[0], &low[1]], &[]);
    let (_, sites) = over_sites(203);
    let at = |site: usize, person: usize| text(&sites[site][person]);
    set.add("one person too few at a site", &[&at(0, 0), &at(0, 2), &at(1, 0)], &[]);
    set.add("one site too few", &[&at(2, 0), &at(2, 1), &at(2, 3)], &[]);
    set.add("one share of a site twice", &[&at(0, 1), &at(0, 1), &at(1, 0), &at(1, 1)], &[]);
    let moved = forge(&at(0, 1), 14, 3);
    set.add("a share moved to another site", &[&at(0, 0), &moved, &at(1, 0), &at(1, 1)], &[]);
    let swapped = [forge(&at(0, 0), 14, 2), forge(&at(0, 1), 14, 2), forge(&at(1, 0), 14, 1)];
    let fourth = forge(&at(1, 1), 14, 1);
    let counts: Vec<String> = swapped.iter().chain([&fourth]).map(|c| forge(c, 13, 3)).collect();
    set.add("two sites' shares exchanged", &[&counts[0], &counts[1], &counts[2], &counts[3]], &[]);
    set.add("a site's share among plain ones", &[c1, c4, &at(1, 1)], &[]);
    let more_sites = forge(&at(0, 1), 16, 4);
    set.add(
        "a share that claims another number of sites",
        &[&at(0, 0), &more_sites, &at(1, 0), &at(1, 1)],
        &[],
    );
}
