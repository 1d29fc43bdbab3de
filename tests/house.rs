//! The walls of the house: which room a line belongs to. `docs/architecture.md` draws them; nothing here has exceptions.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "house/a_new_action.rs"]
mod a_new_action;
#[path = "house/a_secret.rs"]
mod a_secret;
#[path = "house/played.rs"]
mod played;
#[path = "house/refusals.rs"]
mod refusals;
#[path = "house/source.rs"]
mod source;

use actions::REPERTOIRE;
use source::{Source, of_crate, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Every crate of ours that ships, as the page lists them.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let (_, table) = page.split_once("<!-- arrows -->").unwrap();
    let (table, _) = table.split_once("<!-- end -->").unwrap();
    let named =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            (named(cells[1])[0].clone(), named(cells[3]).into_iter().collect())
        })
        .collect()
}

fn ships() -> Vec<Source> {
    arrows().keys().flat_map(|krate| of_crate(krate)).collect()
}

#[test]
fn crates_import_what_the_page_draws() {
    let out = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let all: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let arrows = arrows();
    let ours: BTreeSet<&String> = arrows.keys().collect();
    let mut seen = BTreeSet::new();
    for package in all["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap().to_owned();
        let Some(drawn) = arrows.get(&name) else { continue };
        let found: BTreeSet<String> = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["kind"].is_null())
            .map(|d| d["name"].as_str().unwrap().to_owned())
            .filter(|d| ours.contains(d))
            .collect();
        assert_eq!(&found, drawn, "what {name} imports, and what docs/architecture.md says of it");
        seen.insert(name);
    }
    assert_eq!(seen.iter().collect::<BTreeSet<_>>(), ours, "the crates that the page lists");
    // No arrow leads back up.
    let mut left = arrows.clone();
    while let Some(lowest) = left.iter().find(|(_, on)| on.iter().all(|d| !left.contains_key(d))) {
        let name = lowest.0.clone();
        left.remove(&name);
    }
    assert!(left.is_empty(), "these import each other: {:?}", left.keys());
}

#[test]
fn no_file_imports_itself_through_others() {
    for krate in arrows().keys() {
        let sources = of_crate(krate);
        let module = |s: &Source| -> Vec<String> {
            let plain = s.path.trim_end_matches(".rs").trim_end_matches("/mod");
            plain.split('/').filter(|p| !matches!(*p, "lib" | "main" | "mod")).map(str::to_owned).collect()
        };
        let modules: BTreeMap<Vec<String>, String> =
            sources.iter().map(|s| (module(s), s.path.clone())).collect();
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for s in &sources {
            // A face says what its folder has; its own uses are those of the files that it names.
            if is_face(s, &sources) {
                continue;
            }
            let here = module(s);
            for path in used(&s.code, &here) {
                let longest = (1..=path.len()).rev().find_map(|n| modules.get(&path[..n]));
                if let Some(file) = longest.filter(|file| **file != s.path) {
                    graph.entry(s.path.clone()).or_default().insert(file.clone());
                }
            }
        }
        while let Some(leaf) = graph.iter().find(|(_, on)| on.iter().all(|d| !graph.contains_key(d))) {
            let leaf = leaf.0.clone();
            graph.remove(&leaf);
        }
        assert!(graph.is_empty(), "in {krate} these import each other: {graph:#?}");
    }
}

fn is_face(s: &Source, all: &[Source]) -> bool {
    let folder = s.path.trim_end_matches(".rs").to_owned() + "/";
    matches!(s.file(), "lib.rs" | "main.rs" | "mod.rs")
        || all.iter().any(|other| other.path.starts_with(&folder))
}

/// Paths of this crate that a file names, from the crate's root.
fn used(code: &str, here: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (begins, base) in
        [("crate::", Vec::new()), ("super::", here[..here.len().saturating_sub(1)].to_vec())]
    {
        for (at, _) in code.match_indices(begins) {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || before == '_' || before == ':' || before == '$' {
                continue;
            }
            let (mut base, mut rest) = (base.clone(), &code[at + begins.len()..]);
            while let Some(up) = rest.strip_prefix("super::") {
                base.pop();
                rest = up;
            }
            branches(rest, &mut base.clone(), &mut found);
        }
    }
    found
}

/// The paths of a use tree, or of one path.
fn branches<'c>(mut rest: &'c str, base: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'c str {
    let depth = base.len();
    loop {
        rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner;
            loop {
                rest = branches(rest, base, found).trim_start();
                rest = match rest.chars().next() {
                    Some(',') => rest[1..].trim_start(),
                    Some('}') => {
                        base.truncate(depth);
                        return &rest[1..];
                    }
                    _ => break,
                };
                if let Some(after) = rest.strip_prefix('}') {
                    base.truncate(depth);
                    return after;
                }
            }
            base.truncate(depth);
            return rest;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            base.truncate(depth);
            return rest;
        }
        base.push(word.to_owned());
        if let Some(more) = after.strip_prefix("::") {
            rest = more;
        } else {
            found.push(base.clone());
            base.truncate(depth);
            return after
                .strip_prefix(" as ")
                .map_or(after, |alias| alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'));
        }
    }
}

#[test]
fn one_action_a_file_and_each_in_the_list() {
    let sources = of_crate("actions");
    let mut acts = Vec::new();
    for s in &sources {
        let many = s.code.matches("impl Action for").count();
        // One type may stand for two names where only its row differs.
        assert!(many <= 1, "{} has {many} actions", s.name());
        if many == 1 {
            acts.push(s);
        }
    }
    let list = sources.iter().find(|s| s.path == "lib.rs").unwrap();
    for s in &acts {
        let module = s.path.trim_end_matches(".rs").replace('/', "::");
        assert!(list.code.contains(&format!("&{module}::")), "{} is not in the list", s.name());
        for other in acts.iter().filter(|other| other.path != s.path) {
            let path: Vec<String> =
                other.path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            let here: Vec<String> = s.path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            let imports = used(&s.code, &here).iter().any(|p| p.starts_with(&path));
            assert!(!imports, "{} imports the action {}", s.name(), other.name());
        }
    }
    assert_eq!(REPERTOIRE.actions.len(), acts.len(), "files with an action, and the list");
    let names: BTreeSet<&str> = REPERTOIRE.actions.iter().map(|a| a.row().name).collect();
    assert_eq!(names.len(), REPERTOIRE.actions.len(), "a name stands twice");
}

#[test]
fn a_folder_of_actions_imports_only_those_before_it() {
    let sources = of_crate("actions");
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let (_, order) = page.split_once("actions: ").unwrap();
    let order: Vec<String> = order.lines().next().unwrap().split_whitespace().map(str::to_owned).collect();
    for s in sources.iter().filter(|s| s.path.contains('/')) {
        let here: Vec<String> =
            s.path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').map(str::to_owned).collect();
        let own = order.iter().position(|f| *f == here[0]).unwrap();
        for path in used(&s.code, &here) {
            let other = order.iter().position(|f| *f == path[0]);
            assert!(
                other.is_none_or(|at| at <= own),
                "{} imports {}, which comes later",
                s.name(),
                path.join("::")
            );
        }
    }
}

#[test]
fn only_actions_are_named_where_actions_are() {
    let names: BTreeSet<&str> = REPERTOIRE.actions.iter().map(|a| a.row().name).collect();
    for krate in ["engine", "script", "store", "coffer", "documents", "cofferdam"] {
        for s in of_crate(krate) {
            for (line, text) in &s.literals {
                assert!(!names.contains(text.as_str()), "{}:{line} names the action {text}", s.name());
            }
        }
    }
}

#[test]
fn facts_are_named_in_their_crate_alone() {
    let mut names: BTreeSet<&str> = facts::ALL.iter().flat_map(|room| room.iter()).map(|f| f.name).collect();
    // A script's parameter may have the name of the fact that comes of it.
    for script in std::fs::read_dir(root().join("ceremonies")).unwrap().map(|e| e.unwrap().path()) {
        let text = std::fs::read_to_string(script).unwrap_or_default();
        for parameter in script::Script::parse(&text).map_or(Vec::new(), |s| s.parameters) {
            names.retain(|name| *name != parameter.name);
        }
    }
    // Where no fact is known nothing can be meant for one: trials of a token have names of their own.
    let knows = |krate: &str| arrows().get(krate).is_some_and(|on| on.contains("facts"));
    for s in ships().iter().filter(|s| knows(&s.krate) || s.krate == "coffer") {
        for (line, text) in &s.literals {
            let is_one = text.contains('-') && names.contains(text.as_str());
            assert!(!is_one, "{}:{line} spells the fact {text}", s.name());
        }
        // A plan is asked for a parameter in the same way.
        let asked = s.code.matches(".value(\"\")").count() - s.code.matches("plan.value(\"\")").count();
        assert!(asked == 0, "{} asks an entry for a fact by a text", s.name());
    }
}

#[test]
fn what_people_read_is_in_words() {
    let mut found = Vec::new();
    for s in ships() {
        let may = s.file() == "words.rs"
            || s.path.starts_with("words/")
            || s.path.contains("/words/")
            || s.krate == "facts";
        if may {
            continue;
        }
        for (line, text) in s.literals.iter().filter(|(_, text)| is_prose(text)) {
            found.push(format!("{}:{line}: {text}", s.name()));
        }
    }
    assert!(found.is_empty(), "{} texts outside words.rs:\n{}", found.len(), found.join("\n"));
}

/// Three words and more in a row, with one among the text's words that only sentences have: a command for a cloud's tool has
/// none of these.
fn is_prose(text: &str) -> bool {
    const OF_SENTENCES: &str = " a an and another are as at be been before but by can cannot did do does every for from had \
        has have if in into is it its more no none not nothing of on once only or other out over so than that the their them \
        then there these they this those to two under until was were what when where which while who will with without ";
    let trimmed = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let word = |w: &String| {
        w.len() > 1
            && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'))
            && w.chars().any(char::is_lowercase)
    };
    let words: Vec<String> = text.split_whitespace().map(trimmed).collect();
    let three = words.windows(3).any(|three| three.iter().all(word));
    three && words.iter().any(|w| OF_SENTENCES.contains(&format!(" {} ", w.to_lowercase())))
}

#[test]
fn nothing_decides_by_a_problems_code() {
    for s in ships() {
        let flat: String = s.code.split_whitespace().collect();
        for sign in [
            "code==",
            "code.as_str()==",
            "code!=",
            "code.starts_with(",
            "matchp.code",
            "code.as_str(){",
            "CODE.within(e).as_deref()==",
        ] {
            assert!(!flat.contains(sign), "{} compares a code: {sign}", s.name());
        }
    }
}

#[test]
fn files_stay_small() {
    for s in ships() {
        assert!(s.lines <= 400, "{} has {} lines", s.name(), s.lines);
    }
}

/// `docs/problems.md` lists every code with its three sentences; with `COFFERDAM_BLESS=1` it is written anew.
#[test]
fn the_page_of_problems_lists_each() {
    let mut rows: BTreeSet<(String, [String; 3])> = BTreeSet::new();
    for s in ships() {
        for declared in s.problems() {
            rows.insert((declared.code, declared.sentences));
        }
    }
    assert!(rows.len() > 100, "{} problems were found", rows.len());
    rows.extend(refusals::all());
    let path = root().join("docs/problems.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, _) = page.split_once("| Code |").unwrap();
    let mut expected =
        format!("{before}| Code | What happened | What is unchanged | What to do |\n|---|---|---|---|\n");
    for (code, sentences) in &rows {
        let [happened, unchanged, todo] =
            sentences.each_ref().map(|s| s.replace('|', "\\|").replace('\n', " "));
        writeln!(expected, "| `{code}` | {happened} | {unchanged} | {todo} |").unwrap();
    }
    // Whoever has a code of a library at hand finds it here: these are all the places where a problem gets one.
    let made = ships().iter().map(|s| s.code.matches("Problem::new(").count()).sum::<usize>();
    assert_eq!(made, 1 + 4, "the macro, and a refusal of each library of `refusals`");
    if std::env::var_os("COFFERDAM_BLESS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(
        page == expected || std::env::var_os("COFFERDAM_BLESS").is_some(),
        "docs/problems.md is not what the program says"
    );
}
