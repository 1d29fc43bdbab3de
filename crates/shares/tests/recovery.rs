//! `docs/recovery-without-us.md`, done literally: its commands are taken from the page and run.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use aws_lc_rs::cmac;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use common::{dealt, hex, text};
use std::path::Path;
use std::process::{Command, Output};

/// The page's commands: every block marked `sh`, in order. Those for YubiKeys, after them, are `tests/ceremonies/yubikeys/boxes.rs`'s.
fn commands() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/recovery-without-us.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (text, _) = text.split_once("## If shares are on YubiKeys").unwrap();
    let blocks: Vec<String> =
        text.split("```sh\n").skip(1).map(|b| b.split("```").next().unwrap().to_owned()).collect();
    assert_eq!(blocks.len(), 5, "the page has five steps with commands");
    blocks
}

/// Does what the page says in a folder that stands for the USB stick. The typing of the sheets is played by a shell
/// function named like the editor, and the key is taken out before the page's last step removes it.
fn follow(cards: &str, wrapped: &[u8]) -> (Output, Option<Vec<u8>>) {
    let stick = tempfile::tempdir().unwrap();
    let decoder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recover/decode_shares.py");
    std::fs::copy(decoder, stick.path().join("decode_shares.py")).unwrap();
    std::fs::write(stick.path().join("rehearsal-master-key-backup-0123456789abcdef.kwp"), wrapped).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let (typed, taken) = (outside.path().join("typed"), outside.path().join("taken"));
    std::fs::write(&typed, cards).unwrap();
    let mut blocks = commands();
    let last = blocks.pop().unwrap();
    let play = format!(
        "nano() {{ cat {} > \"$1\"; }}\n{}\ncp master-key.bin {}\n{last}\ntest ! -e \"$work\"",
        typed.display(),
        blocks.join("\n"),
        taken.display()
    );
    // A failed step must not leave the key in memory on a machine that runs tests.
    let play = format!("trap 'rm -rf \"$work\"' EXIT\n{play}");
    let done = Command::new("sh").arg("-ec").arg(play).current_dir(stick.path()).output().unwrap();
    (done, std::fs::read(taken).ok())
}

#[test]
fn the_page_recovers_the_master_key() {
    let (backup_key, shares) = dealt(3, 5, 301);
    let master = [0x5a; 32];
    let kek = AesKek::new(&AES_256, backup_key.expose()).unwrap();
    let mut wrapped = [0; 40];
    let wrapped = kek.wrap_with_padding(&master, &mut wrapped).unwrap();
    let cards: Vec<String> = [1, 3, 4].map(|i| text(&shares[i])).to_vec();

    let (done, recovered) = follow(&cards.join("\n\n"), wrapped);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(recovered.as_deref(), Some(master.as_slice()));
    let tag = cmac::sign(&cmac::Key::new(cmac::AES_256, &master).unwrap(), &[0; 16]).unwrap();
    let shown = String::from_utf8(done.stdout).unwrap().trim().to_lowercase();
    let check = format!("cmac-aes:{}", hex(tag.as_ref()));
    assert!(shown.lines().any(|line| line == check), "the check value that the page shows: {shown}");

    // A mistyped row is named, and nothing is recovered.
    let mistyped = cards.join("\n\n").replacen("YMGJ", "YMGK", 1);
    let (done, recovered) = follow(&mistyped, wrapped);
    assert!(!done.status.success() && recovered.is_none());
    let complaint = String::from_utf8(done.stderr).unwrap();
    assert!(complaint.contains("card 1: row 1, character 20 looks wrong"), "{complaint}");

    // Another set's sheets do not open the file.
    let other: Vec<String> = dealt(3, 5, 302).1.iter().take(3).map(text).collect();
    let (done, recovered) = follow(&other.join("\n\n"), wrapped);
    assert!(!done.status.success() && recovered.is_none());
    assert!(String::from_utf8(done.stderr).unwrap().contains("the key file does not belong to these sheets"));
}

#[test]
fn the_decoder_skips_what_a_hand_scanner_types_around_a_symbol() {
    let (key, shares) = dealt(2, 3, 302);
    let symbol = |i: usize| text(&shares[i]).chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let decoder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recover/decode_shares.py");
    let folder = tempfile::tempdir().unwrap();
    let cards = folder.path().join("cards.txt");
    for (before, after) in [("]Q1", ""), ("\u{2}]Q1", "\u{3}"), ("]q0", "\t"), ("\u{2}", "\u{1d}")] {
        let typed = format!("{before}{}{after}\n\n{before}{}{after}\n", symbol(0), symbol(2));
        std::fs::write(&cards, typed).unwrap();
        let done = Command::new("python3").arg(&decoder).arg(&cards).output().unwrap();
        assert_eq!(String::from_utf8(done.stdout).unwrap().trim(), hex(key.expose()), "{before:?} {after:?}");
    }
}
