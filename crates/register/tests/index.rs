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
