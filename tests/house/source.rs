//! Rust sources as far as the walls have to see: what is code, what is a text, what is a comment, what is a test.

use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// One file of a crate.
pub(crate) struct Source {
    /// Its path below the crate's `src`.
    pub(crate) path: String,
    /// Its crate.
    pub(crate) krate: String,
    /// Its code without comments and tests, each text replaced by `""`.
    pub(crate) code: String,
    /// Its literals that are not in comments, attributes or tests, with the line each stands on.
    pub(crate) literals: Vec<(usize, String)>,
    /// How many lines it has without its tests.
    pub(crate) lines: usize,
}

impl Source {
    /// To be named in a failure.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.krate, self.path)
    }

    /// The file's name without its folders.
    pub(crate) fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Every source of a crate that ships, its tests left out.
pub(crate) fn of_crate(krate: &str) -> Vec<Source> {
    let src = match krate {
        "cofferdam" => root().join("src-tauri/src"),
        other => root().join("crates").join(other).join("src"),
    };
    let mut found = Vec::new();
    walk(&src, &mut |path| {
        let below = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        let is_test =
            below.split('/').any(|part| matches!(part, "tests" | "tests.rs")) || below.ends_with("_tests.rs");
        if !is_test {
            found.push(read(krate, below, &std::fs::read_to_string(path).unwrap()));
        }
    });
    assert!(!found.is_empty(), "{krate} has no sources");
    found
}

fn walk(folder: &Path, take: &mut dyn FnMut(&Path)) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, take);
        } else if path.extension().is_some_and(|e| e == "rs") {
            take(&path);
        }
    }
}

fn read(krate: &str, path: String, text: &str) -> Source {
    // Tests stand at a file's end.
    let is_module = |at: &usize| {
        let rest = text[at + "#[cfg(test)]".len()..].trim_start();
        let rest = rest.strip_prefix("#[").and_then(|r| r.split_once("]\n")).map_or(rest, |(_, after)| after);
        rest.starts_with("mod ") || rest.starts_with("pub(crate) mod ")
    };
    let tests = text.match_indices("#[cfg(test)]").map(|(at, _)| at).find(is_module);
    let text = tests.map_or(text, |at| &text[..at]);
    let (mut code, mut literals) = (String::new(), Vec::new());
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line) = (0, 1);
    let get = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while at < chars.len() {
        let c = get(at);
        if c == '\n' {
            line += 1;
        }
        if c == '/' && get(at + 1) == '/' {
            while at < chars.len() && get(at) != '\n' {
                at += 1;
            }
            continue;
        }
        if c == '#' && (get(at + 1) == '[' || (get(at + 1) == '!' && get(at + 2) == '[')) {
            let (mut depth, mut inside) = (0, false);
            while at < chars.len() {
                match get(at) {
                    '\\' if inside => at += 1,
                    '"' => inside = !inside,
                    '[' if !inside => depth += 1,
                    ']' if !inside => depth -= 1,
                    '\n' => line += 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 && get(at - 1) == ']' {
                    break;
                }
            }
            continue;
        }
        let raw = c == 'r' && (get(at + 1) == '"' || (get(at + 1) == '#' && get(at + 2) == '"'));
        let before = at.checked_sub(1).map_or('\0', get);
        if raw && !before.is_alphanumeric() && before != '_' {
            let hashes = usize::from(get(at + 1) == '#');
            at += 2 + hashes;
            let (begins, mut said) = (line, String::new());
            while at < chars.len() && !(get(at) == '"' && (hashes == 0 || get(at + 1) == '#')) {
                line += usize::from(get(at) == '\n');
                said.push(get(at));
                at += 1;
            }
            at += 1 + hashes;
            literals.push((begins, said));
            code.push_str("\"\"");
            continue;
        }
        if c == '"' {
            at += 1;
            let (begins, mut said) = (line, String::new());
            while at < chars.len() && get(at) != '"' {
                if get(at) == '\\' && get(at + 1) == '\n' {
                    // The line goes on after its indentation.
                    at += 2;
                    line += 1;
                    while get(at).is_whitespace() {
                        line += usize::from(get(at) == '\n');
                        at += 1;
                    }
                    continue;
                }
                if get(at) == '\\' {
                    said.push(match get(at + 1) {
                        'n' => '\n',
                        't' => '\t',
                        other => other,
                    });
                    at += 2;
                    continue;
                }
                line += usize::from(get(at) == '\n');
                said.push(get(at));
                at += 1;
            }
            at += 1;
            literals.push((begins, said));
            code.push_str("\"\"");
            continue;
        }
        // A character, not a lifetime.
        if c == '\'' && (get(at + 2) == '\'' || get(at + 1) == '\\') {
            at += if get(at + 1) == '\\' { 3 } else { 2 };
            while get(at) != '\'' && at < chars.len() && get(at) != '\n' {
                at += 1;
            }
            at = if get(at) == '\'' { at + 1 } else { at };
            code.push_str("' '");
            continue;
        }
        code.push(c);
        at += 1;
    }
    Source { krate: krate.to_owned(), path, code, literals, lines: text.lines().count() }
}

/// A problem as a `problems!` block declares it.
pub(crate) struct Declared {
    /// Its code.
    pub(crate) code: String,
    /// Its three sentences, with the names of what is filled in.
    pub(crate) sentences: [String; 3],
}

impl Source {
    /// Every problem that this file declares.
    pub(crate) fn problems(&self) -> Vec<Declared> {
        let mut found = Vec::new();
        for (begins, _) in self.code.match_indices("problems! {") {
            let block = &self.code[begins..];
            let block = &block[..block.find("\n}").unwrap_or(block.len())];
            let literals = self.literals.iter().skip(self.code[..begins].matches("\"\"").count());
            let said: Vec<&String> =
                literals.take(block.matches("\"\"").count()).map(|(_, text)| text).collect();
            assert_eq!(
                said.len(),
                4 * block.matches("fn ").count(),
                "{}: a code and three sentences each",
                self.name()
            );
            for four in said.chunks(4) {
                let [code, happened, unchanged, todo] = four else { unreachable!("chunks of four") };
                let sentences = [(*happened).clone(), (*unchanged).clone(), (*todo).clone()];
                found.push(Declared { code: (*code).clone(), sentences });
            }
        }
        found
    }
}
