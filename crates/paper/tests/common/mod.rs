//! Real cards and sheets for the tests.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(unreachable_pub, reason = "a module of test programs")]

use paper::{Block, Column, Imprint, Rows, ShareSheet, SitePlace, Step, When};
use secrets::{SecretBytes, SecretText};
use shares::{Cost, KeyPrint, Place, Role, SetId, Share};

pub const SET: SetId = SetId::from_bytes(*b"\x01\x23\x45\x67\x89\xab\xcd\xef");
pub const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
pub const WHEN: When = When { year: 2026, month: 11, day: 25, hour: 14, minute: 5 };

pub fn imprint(rehearsal: bool) -> Imprint<'static> {
    let title = "Share sheet 2 of 5, set 0123-4567-89AB-CDEF";
    Imprint { title, script_hash: HASH, language: "en", when: WHEN, rehearsal }
}

/// A card: its rows, its symbol, and the text that the symbol holds.
pub struct Card {
    pub rows: Vec<String>,
    pub symbol: (String, u32),
    pub text: String,
    pub commitment: [u8; 32],
    pub locked: bool,
}

fn shares() -> Vec<Share> {
    let key = SecretBytes::copied_from(&[0x11; 32]).unwrap();
    let mut next = 0u8;
    shares::split(&key, 3, 5, SET, true, &mut |to| {
        for byte in to {
            next = next.wrapping_mul(167).wrapping_add(91);
            *byte = next;
        }
        Ok(())
    })
    .unwrap()
}

fn card(
    rows: &[zeroize::Zeroizing<String>],
    symbol: (String, u32),
    commitment: [u8; 32],
    locked: bool,
) -> Card {
    let rows: Vec<String> = rows.iter().map(|r| r.to_string()).collect();
    let text = rows.concat().replace(' ', "");
    Card { rows, symbol, text, commitment, locked }
}

/// A card of seven, eight or nine rows.
pub fn a_card(rows: usize) -> Card {
    let share = shares().remove(1);
    let place =
        Place { site: 2, needed: 0, sites: 3, role: Role::Custodian, key: KeyPrint::of_file(b"file") };
    let share = if rows > 7 { share.placed(place).unwrap() } else { share };
    if rows < 9 {
        let (modules, width) = share.qr().unwrap();
        return card(&share.rows(), (modules.to_string(), width), share.commitment(), false);
    }
    let words = SecretText::new("nine lamps over Basel".to_owned()).unwrap();
    let sealed = share.seal(&words, Cost::LEAST).unwrap();
    let (modules, width) = sealed.qr().unwrap();
    card(&sealed.rows(), (modules.to_string(), width), sealed.commitment(), true)
}

/// Lends a sheet for the card.
pub fn with_sheet<T>(card: &Card, rehearsal: bool, use_it: impl FnOnce(&ShareSheet<'_>) -> T) -> T {
    let rows: Vec<&str> = card.rows.iter().map(String::as_str).collect();
    let site = SitePlace {
        name: "Northern campus, St. Adalbert",
        number: 2,
        needed: 0,
        sites: 3,
        index: 1,
        count: 2,
    };
    use_it(&ShareSheet {
        imprint: imprint(rehearsal),
        rows: Rows::Printed(&rows),
        symbol: Some((&card.symbol.0, card.symbol.1)),
        index: 2,
        threshold: 3,
        count: 5,
        set: "0123-4567-89AB-CDEF",
        set_words: "absurd cannonball dragnet forever pheasant politeness spheroid unravel",
        purpose: "Backup of the master key hospital-2026",
        key_file: "rehearsal-master-key-backup-0123456789abcdef.kwp",
        custodian: "Dr. Margarethe Øvergård-Nowaczyńska",
        site: Some(site).filter(|_| card.rows.len() > 7),
        locked: card.locked,
    })
}

/// A sheet to be written by hand.
pub fn by_hand(rows: u8) -> ShareSheet<'static> {
    ShareSheet {
        imprint: imprint(false),
        rows: Rows::ByHand(rows),
        symbol: None,
        index: 2,
        threshold: 3,
        count: 5,
        set: "",
        set_words: "",
        purpose: "Backup of the master key hospital-2026",
        key_file: "",
        custodian: "",
        site: None,
        locked: false,
    }
}

/// A script as people read it, long enough for several pages, with every kind of block.
pub fn script() -> Vec<Block<'static>> {
    let mut blocks = vec![
        Block::Heading(1, "Bring a master key to AWS KMS".into()),
        Block::Text("Makes a master key in an HSM, backs it up so that several people are needed to restore it, and wraps it for import into AWS KMS.".into()),
        Block::Facts(vec![
            ("Script".into(), "byok-aws, version 1".into()),
            ("Hash".into(), HASH.into()),
            ("Hash in words".into(), "topmost istanbul pluto vagabond treadmill pacific brackish dictator".into()),
        ]),
        Block::Heading(2, "People".into()),
        Block::Table(
            vec![
                Column { head: "Role".into(), share: 2, fixed: false },
                Column { head: "Name".into(), share: 3, fixed: false },
                Column { head: "Token serial".into(), share: 2, fixed: true },
            ],
            (1..=30)
                .map(|i| vec!["Share custodian".into(), format!("Custodian number {i}").into(), format!("{:08}", i * 7919).into()])
                .collect(),
        ),
    ];
    for act in 1..=3 {
        blocks.push(Block::Heading(2, format!("Act {act}: the backup").into()));
        for step in 1..=7 {
            blocks.push(Block::Step(Step {
                number: format!("{act}.{step}").into(),
                who: "Crypto officer; the witness confirms".into(),
                what: "Wrap the master key under the backup wrapping key, inside the token.".into(),
                why: if step % 2 == 0 { "The wrapped file can be kept anywhere; alone it is worth nothing. Expect one file whose name ends in .kwp.".into() } else { "".into() },
                blanks: if step == 3 { vec!["Serial number".into(), "Initials".into()] } else { Vec::new() },
            }));
        }
    }
    blocks.push(Block::Heading(2, "Signed by".into()));
    blocks.push(Block::Signatures(vec![
        "Ceremony administrator".into(),
        "Internal witness".into(),
        "Security official".into(),
    ]));
    blocks
}
