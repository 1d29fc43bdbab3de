//! What the libraries below refuse, read off their error types: each variant's code and sentences, as people get them.

use crate::source::root;
use std::collections::BTreeMap;

/// A code with its three sentences.
type Row = (String, [String; 3]);

/// Where one library's refusals are spelt.
struct Type {
    /// Its name.
    name: &'static str,
    /// The file with the function `code`.
    codes: &'static str,
    /// The file with the error's variants and, where there are any, the functions of its sentences.
    words: &'static str,
    /// The function that says what happened; else the attributes of the variants do.
    happened: Option<&'static str>,
    /// The function that says what is unchanged, or else the sentence.
    unchanged: Result<&'static str, &'static str>,
    /// The function that says what to do, or else the sentence.
    todo: Result<&'static str, &'static str>,
}

const TYPES: [Type; 4] = [
    Type {
        name: "ByokError",
        codes: "crates/byok/src/error.rs",
        words: "crates/byok/src/words.rs",
        happened: None,
        unchanged: Err("Nothing was wrapped or written."),
        todo: Ok("fn remedy"),
    },
    Type {
        name: "PivError",
        codes: "crates/piv/src/error.rs",
        words: "crates/piv/src/words.rs",
        happened: Some("fn happened"),
        unchanged: Ok("fn unchanged"),
        todo: Ok("fn to_do"),
    },
    Type {
        name: "PaperError",
        codes: "crates/paper/src/error.rs",
        words: "crates/paper/src/error.rs",
        happened: None,
        unchanged: Err("Nothing was printed."),
        todo: Err("Write the sheet by hand, or begin again with another paper or type size."),
    },
    Type {
        name: "ScanError",
        codes: "crates/scan/src/lib.rs",
        words: "crates/scan/src/lib.rs",
        happened: None,
        unchanged: Err("No share was taken."),
        todo: Err("Scan the sheet again, or type its rows."),
    },
];

/// Every refusal that reaches people with a code of its library.
pub(crate) fn all() -> Vec<Row> {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let mut rows = Vec::new();
    for of in &TYPES {
        let (codes, words) = (arms(&read(of.codes), of.name, "fn code"), read(of.words));
        let happened = of.happened.map_or_else(|| attributes(&words), |f| arms(&words, of.name, f));
        let said = |by: Result<&str, &str>, variant: &str| match by {
            Ok(function) => of_variant(&arms(&words, of.name, function), variant),
            Err(sentence) => vec![sentence.to_owned()],
        };
        let before = rows.len();
        for (variant, code) in codes {
            for first in of_variant(&happened, &variant) {
                for unchanged in said(of.unchanged, &variant) {
                    for todo in said(of.todo, &variant) {
                        let sentences = [sentence(&first), sentence(&unchanged), sentence(&todo)];
                        rows.push((code.clone(), sentences));
                    }
                }
            }
        }
        assert!(rows.len() - before > 5, "{}", of.name);
    }
    rows
}

/// What arms give for a variant; where none names it, what the last gives for all others.
fn of_variant(arms: &[(String, String)], variant: &str) -> Vec<String> {
    let named = |name: &str| arms.iter().filter(|(v, _)| v == name).map(|(_, text)| text.clone()).collect();
    let found: Vec<String> = named(variant);
    if found.is_empty() { named("_") } else { found }
}

/// A capital first, a full stop last: as people get it.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// The variants of an error with what `#[error(…)]` says of each; what is said by what it carries is `{0}`.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for after in text.split("#[error(").skip(1) {
        let (said, rest) = if after.starts_with("transparent") {
            ("{0}".to_owned(), after.split_once(")]").unwrap().1)
        } else {
            let (said, rest) = first_text(after).unwrap();
            (said, rest.split_once("]\n").unwrap().1)
        };
        let variant = rest.lines().map(str::trim).find(|l| l.starts_with(|c: char| c.is_ascii_uppercase()));
        let name = variant.map(|l| l.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(l));
        found.extend(name.map(|name| (name.to_owned(), said)));
    }
    found
}

/// The arms of the `match self` in a function of a type, one for each variant that an arm names: the variant (`_` for all others),
/// and the text that it gives, which may stand in a constant.
fn arms(text: &str, name: &str, function: &str) -> Vec<(String, String)> {
    let own = text.split_once(&format!("impl {name} {{")).unwrap().1;
    let body = &own[own.find(&format!("{function}(")).unwrap()..];
    let body = &body[body.find("match self {").unwrap() + "match self {".len()..];
    let constants: BTreeMap<&str, String> = text
        .split("const ")
        .skip(1)
        .filter_map(|c| Some((c.split_once(": &str =")?.0, first_text(c.split_once('=')?.1)?.0)))
        .collect();
    let mut found = Vec::new();
    let mut rest = body;
    while !rest.trim_start().starts_with('}') {
        let (pattern, after) = rest.split_once("=>").unwrap();
        let (gives, after) = arm(after);
        let said = first_text(gives).map_or_else(
            || {
                let name = gives.trim().trim_end_matches(',');
                constants.get(name).cloned().unwrap_or_else(|| format!("{{{name}}}"))
            },
            |(said, _)| said,
        );
        let names = pattern.split("Self::").skip(1);
        let names: Vec<&str> =
            names.map(|n| n.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap()).collect();
        let names = if names.is_empty() { vec!["_"] } else { names };
        found.extend(names.into_iter().map(|name| (name.to_owned(), said.clone())));
        rest = after;
    }
    found
}

/// What an arm gives, and what comes after it.
fn arm(text: &str) -> (&str, &str) {
    let is_block = text.trim_start().starts_with('{');
    let (mut depth, mut quoted, mut before) = (0, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            '{' | '(' | '[' if !quoted => depth += 1,
            '}' | ')' | ']' if !quoted => {
                depth -= 1;
                if depth == 0 && is_block {
                    let after = &text[at + 1..];
                    return (&text[..=at], after.strip_prefix(',').unwrap_or(after));
                }
            }
            ',' if !quoted && depth == 0 => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
        before = c;
    }
    panic!("an arm has no end: {text}");
}

/// The first text between quotation marks, with what stands for other characters put in, and what follows it.
fn first_text(text: &str) -> Option<(String, &str)> {
    let start = text.find('"')? + 1;
    let mut said = String::new();
    let mut chars = text[start..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((said, &text[start + at + 1..])),
            '\\' => match chars.next()?.1 {
                // A line that goes on.
                '\n' => {
                    let rest = chars.as_str().trim_start();
                    chars = text[start..].char_indices();
                    let at = text.len() - start - rest.len();
                    if at > 0 {
                        chars.by_ref().find(|(i, c)| i + c.len_utf8() == at)?;
                    }
                }
                other => said.push(other),
            },
            other => said.push(other),
        }
    }
    None
}
