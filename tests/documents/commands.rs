//! What documents tell people to type is taken: by the program's own reading of its command line, by the Makefile, by
//! cargo's names.

use crate::clerk::{CEREMONIES, FILES, PAPERS, Paper, SOURCES, none, read, spans};
use std::collections::BTreeSet;
use std::process::Command;
use whole_program::{coffer, said};

/// A line that is typed, and where it stands.
struct Typed {
    at: String,
    words: Vec<String>,
}

/// The words of a line as a shell would have them, without a comment; quotes hold together.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut some) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (c, quote) {
            ('#', None) if !some => break,
            (c, Some(q)) if c == q => quote = None,
            ('\'' | '"', None) => (quote, some) = (Some(c), true),
            (c, None) if c.is_whitespace() => {
                if std::mem::take(&mut some) {
                    words.push(std::mem::take(&mut word));
                }
            }
            (c, _) => {
                word.push(c);
                some = true;
            }
        }
    }
    if some {
        words.push(word);
    }
    words
}

/// Every line that a document has people type, and every command that a sentence names.
fn typed() -> Vec<Typed> {
    let mut found = Vec::new();
    for paper in PAPERS.iter() {
        for block in paper.blocks() {
            for line in block.replace("\\\n", " ").lines().flat_map(|l| l.split(" && ")) {
                found.push(Typed { at: paper.path.clone(), words: split(line) });
            }
        }
        for part in paper.parts() {
            for span in spans(&part.text) {
                found.push(Typed { at: part.at.clone(), words: split(span) });
            }
        }
    }
    found
}

/// The lines whose first word is this program.
fn of(program: &str) -> Vec<Typed> {
    let first =
        |t: &Typed| t.words.first().is_some_and(|w| w == program || w.ends_with(&format!("/{program}")));
    typed().into_iter().filter(|t| first(t) && t.words.len() > 1).collect()
}

#[test]
fn every_command_line_of_coffer_is_one_that_it_takes() {
    let mut wrong = Vec::new();
    let lines = of("coffer");
    assert!(lines.len() >= 20, "the documents name commands: {}", lines.len());
    for Typed { at, words } in lines {
        // Asked for help, it first reads what stands before; a word that it does not know is refused there.
        let out = Command::new(coffer()).args(&words[1..]).arg("--help").output().unwrap();
        if !out.status.success() {
            wrong.push(format!(
                "{at}: {}: {}",
                words.join(" "),
                said(&out).lines().next().unwrap_or_default()
            ));
        }
        let plays = ["play", "rehearse", "check", "print"].contains(&words[1].as_str());
        let named = words.get(2).filter(|w| plays && w.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        let Some(named) = named else { continue };
        let Some(ceremony) = CEREMONIES.iter().find(|c| c.name == *named) else {
            wrong.push(format!("{at}: no script is called {named}"));
            continue;
        };
        for pair in
            words.iter().zip(&words[1..]).filter(|(option, _)| *option == "--set").map(|(_, pair)| pair)
        {
            let name = pair.split('=').next().unwrap_or_default();
            if ceremony.parameter(name).is_none() {
                wrong.push(format!("{at}: {named} has no parameter {name}"));
            }
        }
    }
    none(&wrong, "command lines that coffer does not take");
}

#[test]
fn every_target_of_make_is_in_the_makefile() {
    let makefile = read("Makefile");
    let targets: BTreeSet<&str> = makefile.lines().filter_map(|l| Some(l.split_once(':')?.0)).collect();
    let lines = of("make");
    assert!(lines.len() > 5, "{}", lines.len());
    let wrong: Vec<_> = lines
        .iter()
        .filter(|t| !targets.contains(t.words[1].as_str()))
        .map(|t| format!("{}: make {}", t.at, t.words[1]))
        .collect();
    none(&wrong, "targets that the Makefile does not have");
}

#[test]
fn every_package_test_and_example_that_cargo_is_given_exists() {
    let manifests: Vec<&(String, String)> =
        SOURCES.iter().filter(|(f, _)| f.ends_with("Cargo.toml")).collect();
    let has_package =
        |name: &str| manifests.iter().any(|(_, text)| text.contains(&format!("\nname = \"{name}\"\n")));
    let has_file = |end: String| FILES.iter().any(|f| f.ends_with(&end));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for Typed { at, words } in of("cargo") {
        let after = |options: &[&str]| -> Vec<String> {
            words
                .iter()
                .zip(&words[1..])
                .filter(|(o, _)| options.contains(&o.as_str()))
                .map(|(_, v)| v.clone())
                .collect()
        };
        let mut miss = |what: &str, name: &str| wrong.push(format!("{at}: {what} {name}"));
        for name in after(&["-p", "--package"]) {
            seen += 1;
            if !has_package(&name) {
                miss("package", &name);
            }
        }
        for (option, folder) in [("--test", "tests"), ("--example", "examples"), ("--bench", "benches")] {
            for name in after(&[option]) {
                let file = name.replace('-', "_");
                let there = [&name, &file].iter().any(|n| {
                    has_file(format!("/{folder}/{n}.rs")) || has_file(format!("{folder}/{n}/main.rs"))
                });
                if !there {
                    miss(option, &name);
                }
            }
        }
        if words.get(1).is_some_and(|w| w == "fuzz") && words.get(2).is_some_and(|w| w == "run") {
            let target = words.iter().skip(3).find(|w| !w.starts_with("--") && *w != "fuzz").unwrap();
            let variable = target.starts_with('$');
            if !variable && !has_file(format!("fuzz_targets/{target}.rs")) {
                miss("fuzz target", target);
            }
        }
    }
    none(&wrong, "what cargo is asked for and is not there");
    assert!(seen >= 4, "the documents name packages: {seen}");
}

/// The window hands its options to the room; its own manual page is written by hand.
#[test]
fn the_manual_page_of_the_window_has_the_options_of_the_room() {
    let page = read("packaging/cofferdam.1").replace('\\', "");
    let out = Command::new(coffer()).args(["room", "--help"]).output().unwrap();
    let options = |text: &str| -> BTreeSet<String> {
        let words = text.split_whitespace().filter(|w| w.starts_with("--"));
        words
            .map(|w| w.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned())
            .filter(|w| w != "--help")
            .collect()
    };
    let (taken, written) = (options(&said(&out)), options(&page));
    assert!(taken.len() > 2, "{}", said(&out));
    assert_eq!(written, taken, "packaging/cofferdam.1 against `coffer room --help`");
    let codes: Vec<&str> = page
        .split("EXIT STATUS")
        .nth(1)
        .unwrap()
        .split(|c: char| !c.is_numeric())
        .filter(|n| !n.is_empty())
        .collect();
    let window = read("src-tauri/src/lib.rs");
    assert_eq!(codes[..3], ["0", "1", "70"]);
    assert!(
        window.contains("ExitCode::from(70)")
            && (window.contains("ExitCode::FAILURE") || window.contains("ExitCode::from(1)"))
    );
}

/// Help that names scripts names those that ship.
#[test]
fn the_help_of_every_command_names_scripts_that_ship() {
    let main = read("crates/coffer/src/main.rs");
    let mut seen = 0;
    for line in main.lines().filter(|l| l.trim().starts_with("///")) {
        for span in
            spans(line).into_iter().filter(|s| s.contains('-') && !s.contains(' ') && !s.starts_with('-'))
        {
            let script = span.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            seen += usize::from(script);
            assert!(!script || CEREMONIES.iter().any(|c| c.name == span), "{line}");
        }
    }
    assert!(seen > 0);
    let rehearse = Command::new(coffer()).args(["rehearse", "--help"]).output().unwrap();
    assert!(!said(&rehearse).contains("The script, `byok-aws`"), "it plays every shipped script");
}

#[test]
fn a_command_in_a_block_is_read_as_a_shell_would() {
    let paper = Paper { path: "x.md".into(), text: "```sh\ncoffer play a --token 'p q' # no\n```\n".into() };
    assert_eq!(split(paper.blocks()[0].trim()), ["coffer", "play", "a", "--token", "p q"]);
}
