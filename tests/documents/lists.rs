//! Lists and tables in documents are whole: nothing is missing in them, and nothing stands in them that is not there.

use crate::clerk::{CEREMONIES, FILES, KINDS, SOURCES, cells, kebab, links, none, paper, read, spans};
use std::collections::BTreeSet;

fn set<'a>(of: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    of.into_iter().map(str::to_owned).collect()
}

/// The words in code of a table's first column.
fn first_column(document: &str, heading: &str) -> BTreeSet<String> {
    let rows = paper(document).table(heading);
    rows.iter().flat_map(|row| spans(&row[0])).map(str::to_owned).collect()
}

#[test]
fn what_plays_is_every_script_that_ships() {
    let listed = first_column("README.md", "Ceremony");
    assert_eq!(listed, set(CEREMONIES.iter().map(|c| c.name.as_str())));
    // A file that nothing embeds would not ship.
    let embedded = read("crates/coffer/src/desk/shipped.rs");
    for name in listed {
        assert!(embedded.contains(&format!("\n    \"{name}.toml\"\n")), "{name}");
    }
}

#[test]
fn where_things_are_names_every_folder() {
    let listed = first_column("README.md", "Folder");
    let of_crates = FILES
        .iter()
        .filter_map(|f| Some(format!("crates/{}/", f.strip_prefix("crates/")?.split_once('/')?.0)));
    let others = FILES.iter().filter_map(|f| Some(f.split_once('/')?.0)).filter(|first| *first != "crates");
    let there: BTreeSet<String> = of_crates.chain(others.map(|first| format!("{first}/"))).collect();
    // What an editor or a version control keeps for itself is not the project's.
    let there: BTreeSet<String> = there.into_iter().filter(|f| !f.starts_with('.') || f == ".ci/").collect();
    assert_eq!(listed, there);
}

#[test]
fn every_decision_is_in_the_list_of_decisions() {
    let files = FILES.iter().filter_map(|f| f.strip_prefix("docs/decisions/")).filter(|f| *f != "README.md");
    assert_eq!(set(links(&paper("docs/decisions/README.md").text)), set(files));
    for (n, row) in (1..).zip(paper("docs/decisions/README.md").table("#")) {
        assert_eq!(row[0], n.to_string());
        assert!(links(&row[1]).iter().all(|l| l.starts_with(&format!("{n:04}-"))), "{row:?}");
    }
}

#[test]
fn every_document_is_for_somebody() {
    let listed = &paper("docs/README.md").text;
    let mut missing = Vec::new();
    for file in FILES
        .iter()
        .filter_map(|f| f.strip_prefix("docs/"))
        .filter(|f| f.ends_with(".md") && *f != "README.md")
    {
        let folder = file.split_once('/').map_or("", |(folder, _)| folder);
        let of_a_folder =
            ["byok", "decisions", "exports"].contains(&folder) && listed.contains(&format!("({folder}/"));
        if !listed.contains(&format!("({file})")) && !of_a_folder {
            missing.push(file.to_owned());
        }
    }
    none(&missing, "documents of which docs/README.md does not say for whom they are");
}

#[test]
fn every_parser_that_is_fuzzed_is_listed_with_what_was_run_and_the_checklist_counts_them() {
    let targets = FILES.iter().filter_map(|f| f.strip_prefix("fuzz/fuzz_targets/")?.strip_suffix(".rs"));
    let targets = set(targets);
    assert_eq!(first_column("fuzz/README.md", "Target"), targets);
    let runs = paper("fuzz/README.md").table("Seconds");
    assert_eq!(set(runs.iter().flat_map(|row| spans(&row[0]))), targets);
    let text = paper("docs/release-checklist.md").text.replace('\n', " ");
    let (many, hours) = (targets.len(), (targets.len() * 10).div_ceil(60));
    let said = format!("{many} targets at ten minutes are about {hours} hours");
    assert!(text.contains(&said), "{said}");
    // How many ran as long as the checklist asks is said there.
    let long = runs.iter().filter(|row| row[1].replace(',', "").parse::<u32>().unwrap() >= 600).count();
    let lines = paper("docs/release-checklist.md").table("Line");
    let line = lines.iter().find(|row| row[0].starts_with("Fuzzing")).unwrap();
    let said = format!("{long} of {many} ran ten minutes");
    assert!(line[2].contains(&said), "{said}: {}", line[2]);
}

#[test]
fn every_ignored_test_is_in_the_checklist() {
    let rows = paper("docs/release-checklist.md").table("Ignored test");
    let said: Vec<&str> = rows.iter().flat_map(|row| spans(&row[0])).collect();
    let mut missing = Vec::new();
    for (file, text) in SOURCES.iter().filter(|(f, _)| f.ends_with(".rs") && !f.starts_with("fuzz/")) {
        let ignores = text.lines().any(|l| l.trim_start().starts_with("#[ignore"));
        let stem = file.rsplit('/').next().unwrap().trim_end_matches(".rs");
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let named = said.contains(&file.as_str()) || (said.contains(&folder) && said.contains(&stem));
        if ignores != named && (ignores || said.contains(&file.as_str())) {
            missing.push(format!("{file}: ignores a test: {ignores}; the checklist has it: {named}"));
        }
    }
    none(&missing, "ignored tests");
}

/// The table of actions says what the program's own says: who has to be two, who is alone, and what is owed.
#[test]
fn the_table_of_actions_says_how_many_people_each_takes() {
    let rows = paper("ceremonies/README.md").table("Action");
    let mut wrong = Vec::new();
    for action in script::Catalogue::rows(&actions::REPERTOIRE) {
        let row = rows.iter().find(|row| spans(&row[0]) == [action.name]).unwrap();
        for (is, says, what) in [
            (action.hands.are_two(), row[1].contains("two people"), "two people"),
            (action.private, row[1].contains("one custodian alone"), "one custodian alone"),
            (!action.opens.is_empty(), row[2].contains("owes"), "owes"),
        ] {
            if is != says {
                wrong.push(format!("{}: {what}: {is} in the program, {says} in the table", action.name));
            }
        }
    }
    none(&wrong, "ceremonies/README.md");
}

#[test]
fn the_format_of_the_record_lists_every_kind_of_entry() {
    let parts = paper("docs/formats/transcript.md").parts();
    let line = parts.iter().find(|p| p.text.starts_with("- `kind` is one of")).unwrap();
    assert_eq!(set(spans(&line.text).into_iter().skip(1)), *KINDS);
}

/// What can be written in a script: the tables of its format name each member, and no other.
#[test]
fn the_format_of_scripts_names_every_member() {
    let table = paper("ceremonies/README.md").table("Part");
    let source = read("crates/script/src/script.rs");
    let members = |of: &str| -> BTreeSet<String> {
        let body = source.split(&format!("pub struct {of} {{")).nth(1).unwrap().split("\n}").next().unwrap();
        let mut renamed = None;
        let mut found = BTreeSet::new();
        for line in body.lines().map(str::trim) {
            if let Some(name) = line.split("rename = \"").nth(1) {
                renamed = name.split('"').next().map(str::to_owned);
            } else if let Some(name) = line.strip_prefix("pub ").and_then(|l| l.split(':').next()) {
                found.insert(renamed.take().unwrap_or_else(|| name.replace('_', "-")));
            }
        }
        found
    };
    for (part, of) in [("[[parameter]]", "Parameter"), ("[[role]]", "Role"), ("[[act.step]]", "Step")] {
        let row = table.iter().find(|row| row[0].contains(part)).unwrap();
        let said = spans(&row[1]);
        for member in members(of) {
            assert!(said.contains(&member.as_str()), "{part} has {member}, and its row does not");
        }
    }
    let forms = source.split("pub enum Form {").nth(1).unwrap().split("\n}").next().unwrap();
    let row = table.iter().find(|row| row[0].contains("[[parameter]]")).unwrap();
    for form in forms.lines().filter_map(|l| l.trim().strip_suffix(',')).filter(|l| !l.starts_with('/')) {
        assert!(spans(&row[1]).contains(&kebab(form).as_str()), "a parameter has the form {form}");
    }
    let top: BTreeSet<&str> =
        table.iter().flat_map(|row| spans(&row[0])).map(|s| s.trim_matches(['[', ']'])).collect();
    for member in members("Script") {
        assert!(top.contains(member.as_str()), "a script has {member}, and the table does not");
    }
}

/// What a printed sheet can be is said as the scripts have it, and the scripts that can print are named.
#[test]
fn the_page_on_printing_has_the_parameters_of_the_scripts_that_print() {
    let page = paper("docs/printing.md");
    let able: BTreeSet<String> =
        CEREMONIES.iter().filter(|c| c.parameter("sheets").is_some()).map(|c| c.name.clone()).collect();
    let first = page.parts().into_iter().find(|p| p.text.contains("can print")).unwrap();
    assert_eq!(set(spans(&first.text)), able);
    for ceremony in CEREMONIES.iter().filter(|c| able.contains(&c.name)) {
        for row in page.table("Parameter") {
            let parameter = ceremony.parameter(spans(&row[0])[0]).unwrap();
            assert_eq!(
                set(spans(&row[1])),
                set(parameter.choices.iter().map(String::as_str)),
                "{}",
                parameter.name
            );
            assert!(
                row[1].contains(&format!("`{}` (default)", parameter.default)),
                "{}: {}",
                parameter.name,
                row[1]
            );
        }
    }
}

/// The same parameter is not two things in two places.
#[test]
fn every_row_of_a_table_has_as_many_cells_as_its_heading() {
    let mut wrong = Vec::new();
    for paper in crate::clerk::PAPERS.iter() {
        let mut wide = 0;
        for (n, line) in (1..).zip(paper.text.lines()) {
            if !line.starts_with('|') {
                wide = 0;
            } else if wide == 0 {
                wide = cells(line).len();
            } else if cells(line).len() != wide {
                wrong.push(format!("{}:{n}", paper.path));
            }
        }
    }
    none(&wrong, "rows that a reader sees cut off or shifted");
}

/// The package brings every document, and as the README has them, so that its links and what the program's messages name
/// are there on a workstation without the sources.
#[test]
fn the_package_brings_every_document_where_the_readme_has_it() {
    let script = read("scripts/package");
    let puts: BTreeSet<&str> =
        script.lines().filter_map(|l| l.trim().strip_prefix("put 644 \"$doc/")).collect();
    let mut missing = Vec::new();
    for file in FILES
        .iter()
        .filter(|f| f.starts_with("docs/") || f.starts_with("recover/") || f.starts_with("ceremonies/"))
    {
        let (folder, name) = file.rsplit_once('/').unwrap();
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let brought = [format!("{folder}/*.{end}"), format!("{folder}/*")];
        let line = puts.iter().find(|l| l.starts_with(&format!("{folder}\" ")));
        if !line.is_some_and(|l| l.split_whitespace().any(|word| brought.iter().any(|b| b == word))) {
            missing.push(file.clone());
        }
    }
    none(&missing, "documents that are not in the package, or elsewhere there");
}

/// The page of a cloud names the ceremony and the target that wraps for it.
#[test]
fn the_page_of_each_cloud_names_a_ceremony_and_a_target_that_are_there() {
    let mut seen = 0;
    for page in crate::clerk::PAPERS.iter().filter(|p| p.path.starts_with("docs/byok/")) {
        for part in page.parts() {
            for target in spans(&part.text).into_iter().filter_map(|s| s.strip_prefix("target=")) {
                seen += 1;
                let named = CEREMONIES.iter().find(|c| part.text.contains(&format!("/{}.toml)", c.name)));
                let parameter = named.and_then(|c| c.parameter("target"));
                assert!(
                    parameter.is_some_and(|p| p.choices.iter().any(|c| c == target)),
                    "{}: {target}",
                    part.at
                );
                assert!(page.path.ends_with(&format!("/{target}.md")), "{}: {target}", part.at);
            }
        }
    }
    assert!(seen > 5, "{seen}");
}
