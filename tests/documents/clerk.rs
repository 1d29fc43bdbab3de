//! Reads the documents and the sources: paragraphs, tables, words in code, blocks of commands, headings and links.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file of the repository as text.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// One document.
pub(crate) struct Paper {
    /// Its path from the repository.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A paragraph, an entry of a list or a row of a table, on one line.
pub(crate) struct Part {
    /// The document's path and the line it begins at.
    pub(crate) at: String,
    pub(crate) text: String,
}

/// Every file below a folder that is not made by a build or fetched, as paths from the repository.
fn below(folder: &Path, found: &mut Vec<String>) {
    const MADE: [&str; 5] = ["target", "node_modules", ".git", "dist", "out"];
    /// Kept as they were written: nothing in them is a document of today, or what one speaks of.
    const KEPT: [&str; 3] = ["fuzz/corpus", "tests/corpus/packs", "tests/corpus/changes"];
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            if KEPT.contains(&name.as_str()) {
                found.push(name);
            } else if !MADE.contains(&entry.file_name().to_str().unwrap_or_default()) {
                below(&path, found);
            }
        } else {
            found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
        }
    }
}

/// Every file of the repository.
pub(crate) static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut found = Vec::new();
    below(&root(), &mut found);
    found.sort();
    found
});

/// Every document that people read.
pub(crate) static PAPERS: LazyLock<Vec<Paper>> = LazyLock::new(|| {
    let ours = FILES.iter().filter(|f| f.ends_with(".md"));
    let papers: Vec<_> = ours.map(|f| Paper { path: f.clone(), text: read(f) }).collect();
    assert!(papers.len() > 25, "where are the documents? {}", papers.len());
    papers
});

pub(crate) fn paper(path: &str) -> &'static Paper {
    PAPERS.iter().find(|p| p.path == path).unwrap_or_else(|| panic!("{path} is no document"))
}

/// All that is not a document: what a document may speak of. These tests are not among it, but for the one that reads the
/// program's text.
pub(crate) static SOURCES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let text = |f: &&String| {
        let end = f.rsplit('.').next().unwrap_or_default();
        (["rs", "toml", "py", "ts", "tsx", "svelte", "css", "html", "json", "in", "desktop", "1", "txt"]
            .contains(&end)
            || f.starts_with("scripts/")
            || ["Makefile", ".ci/run"].contains(&f.as_str()))
            && (!f.starts_with("tests/documents/") || *f == "tests/documents/words.rs")
            && !f.contains("/vectors/")
    };
    FILES
        .iter()
        .filter(text)
        .filter_map(|f| Some((f.clone(), std::fs::read_to_string(root().join(f)).ok()?)))
        .collect()
});

/// The sources whose path the test takes, as one text.
pub(crate) fn sources(of: impl Fn(&str) -> bool) -> String {
    SOURCES.iter().filter(|(path, _)| of(path)).flat_map(|(_, text)| [text, "\n"]).collect()
}

/// The Rust of what ships: facts, codes, actions and messages are there.
pub(crate) static PROGRAM: LazyLock<String> =
    LazyLock::new(|| sources(|f| f.starts_with("crates/") && f.contains("/src/") && f.ends_with(".rs")));

/// The kinds of entries of a record, as they are written there.
pub(crate) static KINDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let types = read("crates/transcript/src/types.rs");
    let body = types.split("pub enum Kind {").nth(1).unwrap().split("\n}").next().unwrap();
    let variants = body.lines().filter_map(|l| l.trim().strip_suffix(','));
    variants.map(kebab).collect()
});

/// A variant's name as files have it: `TakenBack` is `taken-back`.
pub(crate) fn kebab(name: &str) -> String {
    let split = |c: char| if c.is_uppercase() { format!("-{}", c.to_lowercase()) } else { c.to_string() };
    name.chars().map(split).collect::<String>().trim_start_matches('-').to_owned()
}

/// Words of lower-case letters, digits and one of the joints, as they stand in the sources: `key-arn`, `no_share_is_kept`.
pub(crate) fn words(text: &str, joint: char) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == joint)).filter(|w| w.contains(joint)).collect()
}

impl Paper {
    /// Its paragraphs, entries of lists and rows of tables, without blocks of code.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let (mut open, mut fenced) = (false, false);
        for (n, line) in (1..).zip(self.text.lines()) {
            let line = line.trim();
            if line.starts_with("```") {
                fenced = !fenced;
                open = false;
            } else if !fenced && !line.is_empty() {
                let alone = line.starts_with('|') || line.starts_with('#');
                let begins = alone
                    || line.starts_with("- ")
                    || line.split_once(". ").is_some_and(|(n, _)| n.parse::<u8>().is_ok());
                match parts.last_mut() {
                    Some(part) if open && !begins => {
                        part.text.push(' ');
                        part.text.push_str(line);
                    }
                    _ => parts.push(Part { at: format!("{}:{n}", self.path), text: line.to_owned() }),
                }
                open = !alone;
            } else {
                open = false;
            }
        }
        parts
    }

    /// Its blocks of commands: fenced and marked `sh`, or indented and one line each.
    pub(crate) fn blocks(&self) -> Vec<String> {
        self.text.split("```sh\n").skip(1).map(|b| b.split("```").next().unwrap().to_owned()).collect()
    }

    /// The cells of the first table that has a column of this heading, row by row.
    pub(crate) fn table(&self, heading: &str) -> Vec<Vec<String>> {
        let begins = |line: &&str| line.starts_with('|') && cells(line).iter().any(|c| c == heading);
        let at = self.text.lines().position(|l| begins(&l));
        let at = at.unwrap_or_else(|| panic!("{} has no table headed {heading:?}", self.path));
        let rows = self.text.lines().skip(at + 2).take_while(|l| l.starts_with('|'));
        rows.map(cells).collect()
    }

    /// What a link to a heading of it has after the `#`.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let mut fenced = false;
        let mut anchors = BTreeSet::new();
        for line in self.text.lines() {
            fenced ^= line.starts_with("```");
            if let Some(title) = line.strip_prefix('#').filter(|_| !fenced) {
                let title = title.trim_start_matches('#').trim().to_lowercase();
                let kept = title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
                anchors.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
            }
        }
        anchors
    }
}

/// A row's cells.
pub(crate) fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\u{0}");
    row.split('|').map(|c| c.trim().replace('\u{0}', "|")).collect()
}

/// What stands in code in a part: between backticks.
pub(crate) fn spans(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Where the links of a text lead, but for those to other sites.
pub(crate) fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|t| !t.starts_with("http")).collect()
}

/// A shipped script.
pub(crate) struct Ceremony {
    pub(crate) name: String,
    pub(crate) script: script::Script,
}

impl Ceremony {
    /// The actions of its steps.
    pub(crate) fn actions(&self) -> BTreeSet<&str> {
        self.script.acts.iter().flat_map(|a| &a.steps).map(|s| s.action.as_str()).collect()
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&script::Parameter> {
        self.script.parameters.iter().find(|p| p.name == name)
    }
}

/// Every script in `ceremonies/`.
pub(crate) static CEREMONIES: LazyLock<Vec<Ceremony>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for file in FILES.iter().filter(|f| f.starts_with("ceremonies/") && f.ends_with(".toml")) {
        let text = read(file);
        if text.contains("[[act]]") {
            let name = Path::new(file).file_stem().unwrap().to_str().unwrap().to_owned();
            let script = script::Script::parse(&text).unwrap();
            assert_eq!(script.name, name, "a script is called as its file");
            found.push(Ceremony { name, script });
        }
    }
    assert!(found.len() > 10, "where are the scripts?");
    found
});

/// Fails with everything that was found, a line each.
pub(crate) fn none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}
