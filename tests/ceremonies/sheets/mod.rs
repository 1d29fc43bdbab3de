//! Printed share sheets in whole ceremonies: a real print service with a printer that keeps what it printed, printing and
//! scanning simulated in between, and what custodians bring by mistake.

mod printed;
mod scanned;

use protocol::{Answer, Ask, Private, PromptView};
use std::path::Path;
use std::process::{Command, Stdio};
use whole_program::{run, said};

#[path = "../../../crates/scan/tests/common/mod.rs"]
mod simulated;

/// Two of three shares of a master key, with these parameters.
fn of_three<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("threshold", "2"), ("shares", "3")], more].concat()
}

fn holds(state: &Path, pack: &str) {
    let out = run(state, &["verify", pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
}

fn chosen(id: &str) -> Answer {
    Answer::Chosen { id: id.to_owned() }
}

fn typed(text: &str) -> Answer {
    Answer::Secret { text: Private::new(text.to_owned()) }
}

fn path(file: &Path) -> Answer {
    Answer::Path { path: file.display().to_string() }
}

/// The choices of a question, by id.
fn choices(prompt: &PromptView) -> Vec<&str> {
    match &prompt.ask {
        Ask::Choose { choices, .. } => choices.iter().map(|c| c.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// What the decoder of the pack makes of cards; `words` are the code words it asks for, a line each.
fn decoded(decoder: &Path, cards: &str, words: &str) -> String {
    use std::io::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cards.txt");
    std::fs::write(&file, cards).unwrap();
    let mut python = Command::new("python3")
        .arg(decoder)
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = python.stdin.take().unwrap().write_all(words.as_bytes());
    let out = python.wait_with_output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

/// The seven or more rows on a sheet's first page, as poppler reads its text.
fn rows_on(pdf: &Path) -> Vec<String> {
    let out = Command::new("pdftotext").args(["-layout", "-l", "1"]).arg(pdf).arg("-").output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let rows: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [number, groups @ ..] = words.as_slice() else { return None };
            let row =
                number.parse::<u8>().is_ok() && groups.len() == 5 && groups.iter().all(|g| g.len() == 4);
            row.then(|| groups.join(" "))
        })
        .collect();
    assert!((7..=9).contains(&rows.len()), "{text}");
    rows
}
