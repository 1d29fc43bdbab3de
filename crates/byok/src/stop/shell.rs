//! The script that stops a key, for POSIX shell: one section a stage, and none is run that was not named.

use super::steps::{Blank, Command, Part, Stop};
use super::words;
use crate::script::in_quotes;
use std::fmt::Write as _;

/// `stop.sh`. It runs the one stage that is named, command by command, and ends at the first that fails; without a name it
/// says which there are. What a [`Blank`] stands for is read from the shell's variable of that name: the script ends where
/// that is not set, or has a character that no name at a provider has. The script of a rehearsal runs nothing.
pub fn script(stop: &Stop, rehearsal: bool) -> String {
    let mut s = String::from("#!/bin/sh\n");
    let notes = stop.notes.iter().flat_map(|note| note.lines());
    let heading = [words::heading(stop), words::HOW.to_owned()];
    for line in heading.iter().flat_map(|text| text.lines()).chain(notes) {
        let _ = writeln!(s, "{}", format!("# {}", line.trim()).trim_end());
    }
    s.push_str("set -eu\n");
    if rehearsal {
        let _ = writeln!(s, "echo '{}' >&2\nexit 1", words::NOTHING);
        return s;
    }
    if !stop.blanks().is_empty() {
        s.push_str(PLAIN);
        let _ = writeln!(
            s,
            "        echo \"$1: {}\" >&2\n        exit 2\n        ;;\n    esac\n}}",
            words::NOT_PLAIN
        );
    }
    s.push_str("case \"$#:${1:-}\" in\n");
    for (name, commands) in stop.stages() {
        let _ = writeln!(s, "1:{name})");
        section(&mut s, commands);
        s.push_str("    ;;\n");
    }
    s.push_str("*)\n");
    for line in words::USAGE {
        let _ = writeln!(s, "    echo '{line}' >&2");
    }
    s.push_str("    exit 2\n    ;;\nesac\n");
    s
}

/// Ends the script where the value of a variable, the second argument, has other characters than names at a provider have,
/// or looks like an option.
const PLAIN: &str = "plain() {\n    case \"$2\" in\n    '' | -* | *[!A-Za-z0-9._:/@=+~-]*)\n";

fn section(s: &mut String, commands: &[Command]) {
    if commands.is_empty() {
        let _ = writeln!(s, "    echo '{}' >&2\n    exit 2", words::NO_COMMAND);
        return;
    }
    let mut asked: Vec<&Blank> = Vec::new();
    for command in commands {
        for blank in command.blanks() {
            if !asked.contains(&blank) {
                ask(s, blank);
                asked.push(blank);
            }
        }
        let _ = writeln!(s, "    {}", line(command));
    }
}

/// Ends the script where the variable is not set or its value is not one.
fn ask(s: &mut String, blank: &Blank) {
    let name = blank.name;
    let _ = writeln!(s, "    : \"${{{name}:?{}}}\"", blank.what);
    if blank.choices.is_empty() {
        let _ = writeln!(s, "    plain {name} \"${name}\"");
        return;
    }
    let choices = blank.choices.join(" | ");
    let _ = write!(s, "    case \"${name}\"");
    let _ = writeln!(s, " in\n    {choices}) ;;\n    *)");
    let _ = writeln!(s, "        echo '{name}: {}' >&2\n        exit 2\n        ;;\n    esac", blank.what);
}

/// The command with every word in quotes that needs them. Every option begins a line.
fn line(command: &Command) -> String {
    let mut line = String::new();
    for word in &command.words {
        let option = matches!(word.first(), Some(Part::Is(text)) if text.starts_with('-'));
        match (line.is_empty(), option) {
            (true, _) => {}
            (false, true) => line.push_str(" \\\n        "),
            (false, false) => line.push(' '),
        }
        for part in word {
            match part {
                Part::Is(text) => line.push_str(&in_quotes(text)),
                Part::Blank(blank) => {
                    let _ = write!(line, "\"${}\"", blank.name);
                }
            }
        }
    }
    line
}
