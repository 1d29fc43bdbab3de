//! What the tests of cards share: seeded dealings, and cards written by the specification rather than by the crate.
#![allow(clippy::format_collect, reason = "short and plain")]
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(unreachable_pub, reason = "a module of test programs")]

use aws_lc_rs::digest::{SHA256, digest};
use secrets::{SecretBytes, SecretText};
use shares::{Card, KeyPrint, SetId, Share, ShareError, SitePlan, combine, split, split_over_sites};
use std::path::{Path, PathBuf};

pub const SET: SetId = SetId::from_bytes(*b"\x01\x23\x45\x67\x89\xab\xcd\xef");
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// SHA-256 in counter mode over a seed: the fixed vectors were dealt with it.
pub fn seeded(seed: u64) -> impl FnMut(&mut [u8]) -> Result<(), ShareError> {
    let mut counter = 0u64;
    move |to| {
        for block in to.chunks_mut(32) {
            let input = [seed.to_be_bytes(), counter.to_be_bytes()].concat();
            block.copy_from_slice(&digest(&SHA256, &input).as_ref()[..block.len()]);
            counter += 1;
        }
        Ok(())
    }
}

pub fn key(seed: u64) -> SecretBytes {
    let mut key = [0; 32];
    seeded(!seed)(&mut key).unwrap();
    SecretBytes::copied_from(&key).unwrap()
}

pub fn dealt(m: u8, n: u8, seed: u64) -> (SecretBytes, Vec<Share>) {
    let key = key(seed);
    let shares = split(&key, m, n, SET, false, &mut seeded(seed)).unwrap();
    (key, shares)
}

pub fn text(share: &Share) -> String {
    share.rows().iter().map(|r| r.to_string()).collect::<Vec<_>>().join("\n")
}

pub fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned()).unwrap()
}

pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The bytes of a card, by the way `docs/formats/share.md` describes, not by the crate's code.
pub fn bytes_of(card: &str) -> Vec<u8> {
    let bits: String = card
        .lines()
        .flat_map(|l| l.chars().filter(|c| *c != ' ').take(16))
        .map(|c| format!("{:05b}", ALPHABET.iter().position(|a| char::from(*a) == c).unwrap()))
        .collect();
    (0..bits.len() / 8).map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).unwrap()).collect()
}

/// The rows of a card, by the specification: data in base32, then the rest of a division by (x-1)(x-2)(x-4)(x-8),
/// found by trying (the code's roots are checked) so that nothing is taken over from the crate.
pub fn rows_of(bytes: &[u8]) -> String {
    let rows = bytes.chunks(10).zip(1u8..).map(|(chunk, number)| {
        let bits: String = chunk.iter().map(|b| format!("{b:08b}")).collect();
        let data: Vec<u8> =
            (0..16).map(|i| u8::from_str_radix(&bits[i * 5..i * 5 + 5], 2).unwrap()).collect();
        let check = check(number, &data);
        let symbols: Vec<char> =
            data.iter().chain(&check).map(|s| char::from(ALPHABET[usize::from(*s)])).collect();
        symbols.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// Product in GF(32) modulo x^5 + x^2 + 1, by schoolbook multiplication and division.
fn times(a: u8, b: u8) -> u8 {
    let mut product = (0..5).filter(|i| b >> i & 1 == 1).fold(0u16, |p, i| p ^ u16::from(a) << i);
    for i in (5..10).rev() {
        if product >> i & 1 == 1 {
            product ^= 0b10_0101 << (i - 5);
        }
    }
    u8::try_from(product).unwrap()
}

/// The check symbols for which the codeword vanishes at 1, 2, 4 and 8: four linear equations, solved by elimination.
fn check(number: u8, data: &[u8]) -> Vec<u8> {
    let roots = [1u8, 2, 4, 8];
    let power = |root: u8, n: usize| (0..n).fold(1, |p, _| times(p, root));
    let inverse = |a: u8| (1..32).find(|b| times(a, *b) == 1).unwrap();
    let mut system: Vec<[u8; 5]> = roots
        .iter()
        .map(|r| {
            let known = std::iter::once(&number).chain(data).fold(0, |v, s| times(v, *r) ^ s);
            [power(*r, 3), power(*r, 2), *r, 1, times(known, power(*r, 4))]
        })
        .collect();
    for i in 0..4 {
        let pivot = (i..4).find(|j| system[*j][i] != 0).unwrap();
        system.swap(i, pivot);
        let scale = inverse(system[i][i]);
        system[i] = system[i].map(|v| times(v, scale));
        for j in (0..4).filter(|j| *j != i) {
            let factor = system[j][i];
            let pivot = system[i];
            for (value, above) in system[j].iter_mut().zip(pivot) {
                *value ^= times(factor, above);
            }
        }
    }
    system.iter().map(|row| row[4]).collect()
}

/// The bytes with the checksum they should have.
pub fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    let at = bytes.len() - 8;
    let sum = digest(&SHA256, &[b"cofferdam share card v1\0", &bytes[..at]].concat());
    bytes[at..].copy_from_slice(&sum.as_ref()[..8]);
    bytes
}

pub fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

/// Reads cards, opens the locked ones with the passphrases in turn, and combines.
pub fn by_the_crate(cards: &[String], passphrases: &[String]) -> Result<SecretBytes, ShareError> {
    let mut passphrases = passphrases.iter();
    let mut shares = Vec::new();
    for card in cards {
        shares.push(match Card::parse(&secret(card))? {
            Card::Open(share) => share,
            Card::Sealed(sealed) => sealed.open(&secret(passphrases.next().unwrap()))?,
        });
    }
    combine(&shares.iter().collect::<Vec<_>>())
}

pub const PLANS: [SitePlan; 3] = [
    SitePlan { threshold: 2, count: 3 },
    SitePlan { threshold: 2, count: 2 },
    SitePlan { threshold: 3, count: 4 },
];

pub fn over_sites(seed: u64) -> (SecretBytes, Vec<Vec<Share>>) {
    let key = key(seed);
    let print = KeyPrint::of_file(b"a wrapped file");
    let dealt = split_over_sites(&key, 2, &PLANS, print, SET, true, &mut seeded(seed)).unwrap();
    (key, dealt)
}
