//! Lines on a Unix socket that move the cards of a [`Desk`], for tests that are not written in Rust.
//!
//! One command a line, one line in answer, `ok` or `error: ...`. `CARD` counts from 0.
//!
//! | Line | What happens |
//! |---|---|
//! | `insert CARD`, `remove CARD` | plugs it in and waits until the reader sees it; pulls it out |
//! | `touch CARD on`, `touch CARD off` | whether a finger touches it when asked |
//! | `force CARD 6f00,9000` | the next commands get these status words; 9000 lets one through |
//! | `lie CARD f8 01020304`, `lie CARD f8 truth` | every command of this instruction gets this answer, until `truth` |
//! | `pull CARD N before`, `pull CARD N after` | pulls it at the N-th command, before it runs or before it answers |
//! | `state CARD` | what is on it |
//! | `quit` | everything is torn down |

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::{Desk, Moment, Plug};

/// Serves one client after another until one says `quit`. Calls `ready` once a client can connect.
pub fn serve(desk: &Desk, cards: &[Plug], socket: &Path, ready: impl FnOnce()) -> std::io::Result<()> {
    let listener = UnixListener::bind(socket)?;
    ready();
    for client in listener.incoming() {
        let client = client?;
        let mut answers = client.try_clone()?;
        for line in BufReader::new(client).lines() {
            let Ok(line) = line else { break };
            if line.trim() == "quit" {
                return std::fs::remove_file(socket);
            }
            let answer = obey(desk, cards, &line).unwrap_or_else(|e| format!("error: {e}"));
            if writeln!(answers, "{answer}").is_err() {
                break;
            }
        }
    }
    Ok(())
}

fn obey(desk: &Desk, cards: &[Plug], line: &str) -> Result<String, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [verb, card, ref rest @ ..] = words[..] else {
        return Err("a command and a card are needed, such as: remove 0".to_owned());
    };
    let card = card.parse().ok().and_then(|n: usize| cards.get(n)).ok_or("no such card")?;
    match (verb, rest) {
        ("insert", []) => desk.insert(card).map_err(|e| e.to_string())?,
        ("remove", []) => desk.remove(card).map_err(|e| e.to_string())?,
        ("touch", ["on"]) => card.touch(true),
        ("touch", ["off"]) => card.touch(false),
        ("force", [list]) => {
            let words: Result<Vec<u16>, _> = list.split(',').map(|w| u16::from_str_radix(w, 16)).collect();
            card.force(&words.map_err(|e| e.to_string())?);
        }
        ("pull", [n, when]) => {
            let moment = match *when {
                "before" => Moment::BeforeRunning,
                "after" => Moment::BeforeAnswering,
                _ => return Err("before or after".to_owned()),
            };
            let n = n.parse().ok().filter(|n| *n > 0).ok_or("commands are counted from 1")?;
            card.pull_at(n, moment);
        }
        ("lie", [instruction, answer]) => {
            let instruction = u8::from_str_radix(instruction, 16).map_err(|e| e.to_string())?;
            let hex = |text: &str| data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes());
            let answer =
                if *answer == "truth" { None } else { Some(hex(answer).map_err(|e| e.to_string())?) };
            card.lie(instruction, answer);
        }
        ("state", []) => return Ok(card.describe()),
        _ => return Err("unknown command".to_owned()),
    }
    Ok("ok".to_owned())
}
