//! Measures how fast sheets are made, and that a large set does not grow memory:
//! `cargo run --release -p paper --example speed`.
#![allow(clippy::print_stdout, reason = "a measuring tool prints")]
#![allow(clippy::unwrap_used, reason = "a developer's tool may fail by panicking")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{a_card, imprint, script, with_sheet};
use paper::{Look, Media, ShareSheet, document, share_sheet};
use std::time::Instant;

/// Resident memory in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn main() {
    let card = a_card(9);
    let one = |index: u8| {
        let make = |sheet: &ShareSheet<'_>| {
            share_sheet(&ShareSheet { index, count: 255, ..*sheet }, Look::on(Media::A4))
        };
        with_sheet(&card, true, make).unwrap().len()
    };
    one(1);
    let (before, start) = (resident(), Instant::now());
    for index in 1..=255 {
        one(index);
        if index % 51 == 0 {
            println!(
                "{index:>3} sheets: {:>6.2} s, memory +{} KiB",
                start.elapsed().as_secs_f64(),
                resident().saturating_sub(before)
            );
        }
    }
    println!("{:.0} sheets a second", 255.0 / start.elapsed().as_secs_f64());
    let start = Instant::now();
    for _ in 0..20 {
        document(&imprint(true), Look::on(Media::A4), &script()).unwrap();
    }
    println!("a script of four pages: {:.1} ms", start.elapsed().as_secs_f64() * 50.0);
}
