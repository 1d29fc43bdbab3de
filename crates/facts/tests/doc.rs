//! The list of facts that people read is the one that the program has. `COFFERDAM_BLESS=1` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use facts::{ALL, About, ROOMS};
use std::fmt::Write as _;
use std::path::Path;
use transcript::Level;

/// What stands before the tables.
const BEFORE: &str = "# Facts, version 1

What a record says, it says in facts: each line of [the transcript](transcript.md) has some, by name, at one of three \
levels. This is the list of those that the program itself writes; what a script declares has a dot in its name and stands in \
the script. It is made from `crates/facts`, and a test holds it there.

- *Level* is who may read it: `public` anybody, `auditor` an auditor under an agreement, `internal` the organisation alone. A \
fact has one level wherever it is written.
- *Form* is the JSON of its value. A value of another form counts as none. A list in brackets is a JSON array of just so many \
values. Texts that are called \"in words\" are sentences for people.
- A name that ends in `-…` stands once for each turn of a step, counted from 1, or for each person by id: \
`yubikey-serial-2`.
- Digests are SHA-256. \"In the pack\" means that the record also names the file by its digest.
";

fn level(level: Level) -> &'static str {
    match level {
        Level::Public => "public",
        Level::Auditor => "auditor",
        Level::Internal => "internal",
    }
}

fn row(about: &About) -> String {
    let each = if about.each { "-…" } else { "" };
    let cell = |text: &str| text.replace('|', "\\|");
    format!(
        "| `{}{each}` | {} | {} | {} |\n",
        about.name,
        level(about.level),
        cell(about.form),
        cell(about.doc)
    )
}

fn listed() -> String {
    let mut text = BEFORE.to_owned();
    for (room, facts) in ROOMS.iter().zip(ALL) {
        let _ = write!(text, "\n## {room}\n\n| Name | Level | Form | What it says |\n|---|---|---|---|\n");
        text.extend(facts.iter().map(row));
    }
    text
}

#[test]
fn the_list_that_people_read_is_the_programs_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/facts.md");
    if std::env::var_os("COFFERDAM_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, listed()).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    for (at, (there, here)) in there.lines().zip(listed().lines()).enumerate() {
        assert_eq!(there, here, "line {} of docs/formats/facts.md; COFFERDAM_BLESS=1 writes it anew", at + 1);
    }
    assert_eq!(there, listed(), "docs/formats/facts.md; COFFERDAM_BLESS=1 writes it anew");
}
