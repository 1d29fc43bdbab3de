//! The index says why it is not used: another program has it, or it is damaged.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use register::Register;
use register::index::{Doubt, Heads, read, write};

#[test]
fn an_index_in_use_is_told_from_a_damaged_one() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("register");
    let (heads, register) = (Heads::new(), Register::default());
    assert_eq!(read(&folder, &heads), Err(Doubt::Missing));
    write(&folder, &heads, &register).unwrap();
    assert_eq!(read(&folder, &heads).as_ref(), Ok(&register));

    let other = sled::open(&folder).unwrap();
    assert_eq!(read(&folder, &heads), Err(Doubt::InUse));
    assert_eq!(write(&folder, &heads, &register), Err(Doubt::InUse));
    drop(other);
    assert_eq!(read(&folder, &heads).as_ref(), Ok(&register));

    let db = std::fs::OpenOptions::new().write(true).open(folder.join("db")).unwrap();
    db.set_len(100).unwrap();
    assert!(matches!(read(&folder, &heads), Err(Doubt::Damaged(_))));
}

/// What a hospital has after many years fits, and is read back as it was.
#[test]
fn a_hundred_thousand_copies_are_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("register");
    let copy = |n: usize| {
        let place = register::places::Place {
            id: format!("older-sheet-{} 0123-4567-89AB-{:04X}", n % 5 + 1, n / 5 % 65536),
            sort: register::places::Sort::Sheet,
            says: format!(
                "the sheet of share {} of the set 0123-4567-89AB-{n:04X}, sealed in bag A {n:07} by the record of 20261130-012038-246-{n}",
                n % 5 + 1
            ),
            run: format!("20261130-012038-246-{n}"),
            parent: None,
            path: None,
            became: None,
            perhaps: false,
        };
        register::Copy { key: format!("cmac-aes:{:032x}", n / 10), place, set: None }
    };
    let register = Register { copies: (0..100_000).map(copy).collect(), ..Register::default() };
    let heads: Heads =
        (0..10_000).map(|n| (format!("20261130-012038-246-{n}"), format!("{n:064x}"))).collect();
    write(&folder, &heads, &register).unwrap();
    assert_eq!(read(&folder, &heads).as_ref(), Ok(&register));
}
