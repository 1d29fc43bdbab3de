//! Measures how often a printed and scanned or photographed sheet is read, beside zbarimg on the same files:
//! `cargo run -p scan --example scan_rates -- 200` for 200 pictures a setting; a second word takes only the settings
//! whose name it is in. Real sheets are rendered by pdftoppm at
//! 300 dpi; printing and scanning are simulated (no real paper).
#![allow(clippy::print_stdout, reason = "a measuring tool prints")]
#![allow(clippy::unwrap_used, reason = "a developer's tool may fail by panicking")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Setting, Simulated, rendered_page, zbar};
use std::time::Instant;

fn main() {
    let wanted: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20);
    println!(
        "{wanted} simulated pictures of a sheet of nine rows a setting; a setting's picture holds two symbols"
    );
    println!(
        "{:<44} {:>9} {:>6} {:>9} {:>8} {:>8}",
        "setting", "read", "wrong", "zbarimg", "median", "worst"
    );
    let page = rendered_page(9);
    let only = std::env::args().nth(2).unwrap_or_default();
    for setting in Setting::ALL.into_iter().filter(|s| s.name().contains(&only)) {
        let (mut read, mut wrong, mut by_zbar, mut times) = (0, 0, 0, Vec::new());
        for seed in 0..wanted {
            let Simulated { file, kind } = page.simulate(setting, seed);
            let start = Instant::now();
            let frame = scan::Frame::from_file(&file).unwrap();
            let found = scan::candidates(&frame);
            times.push(start.elapsed().as_millis());
            for text in found.unwrap_or_default() {
                // What counts is what a ceremony would take: the card's own checks, then the commitment.
                match shares::Card::parse(&text) {
                    Ok(card) if page.is_the_card(&card) => read += 1,
                    Ok(_) => wrong += 1,
                    Err(_) => {}
                }
            }
            by_zbar += u32::from(zbar(&file, kind).contains(&page.text));
        }
        times.sort_unstable();
        let percent = |n: u32| format!("{:.1} %", f64::from(n) * 100.0 / f64::from(wanted));
        println!(
            "{:<44} {:>9} {:>6} {:>9} {:>5} ms {:>5} ms",
            setting.name(),
            percent(read),
            wrong,
            percent(by_zbar),
            times[times.len() / 2],
            times[times.len() - 1]
        );
    }
}
