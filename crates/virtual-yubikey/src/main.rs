//! A desk with virtual YubiKeys for tests that are not written in Rust: starts `pcscd` and the cards, then obeys a
//! Unix socket (see `virtual_yubikey::control`) until it is told `quit`.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use virtual_yubikey::{Desk, Firmware, Plug, Refusal, control};

/// Test tool: virtual YubiKeys behind a real pcscd.
#[derive(Parser)]
struct Arguments {
    /// A card as FIRMWARE:SERIAL, such as 5.7.1:30000001; once for each of at most two cards
    #[arg(long = "card", value_name = "FIRMWARE:SERIAL", required = true)]
    cards: Vec<String>,
    /// Folder for the cards' state (SERIAL.json), their test roots (SERIAL-root.der) and the socket (control)
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
    /// Leave the cards unplugged at first
    #[arg(long)]
    unplugged: bool,
}

#[allow(clippy::print_stderr, clippy::print_stdout, reason = "a program's own words")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("virtual-yubikey: {why}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stderr, clippy::print_stdout, reason = "a program's own words")]
fn run(arguments: &Arguments) -> Result<(), Refusal> {
    if arguments.cards.len() > 2 {
        return Err(Refusal::System("the reader takes at most two cards".to_owned()));
    }
    std::fs::create_dir_all(&arguments.folder)?;
    let desk = Desk::open()?;
    if !desk.is_isolated() {
        eprintln!("virtual-yubikey: no network namespace; the reader listens on 0.0.0.0:35963 and 35964");
    }
    let mut cards: Vec<Plug> = vec![];
    for (slot, card) in (0..).zip(&arguments.cards) {
        let (firmware, serial) = parse(card).map_err(Refusal::System)?;
        let file = arguments.folder.join(format!("{serial}.json"));
        let card = desk.kept_card(slot, firmware, serial, Some(file))?;
        std::fs::write(arguments.folder.join(format!("{serial}-root.der")), card.root_certificate())?;
        if !arguments.unplugged {
            desk.insert(&card)?;
        }
        cards.push(card);
    }
    let socket = arguments.folder.join("control");
    Ok(control::serve(&desk, &cards, &socket, || println!("ready {}", socket.display()))?)
}

fn parse(card: &str) -> Result<(Firmware, u32), String> {
    let wrong = || format!("{card} is not FIRMWARE:SERIAL, such as 5.7.1:30000001");
    let (firmware, serial) = card.split_once(':').ok_or_else(wrong)?;
    Ok((firmware.parse()?, serial.parse().map_err(|_| wrong())?))
}
