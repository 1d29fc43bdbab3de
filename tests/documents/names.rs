//! What documents name is there: tests, files, links, facts, actions, codes.

use crate::clerk::{
    CEREMONIES, FILES, KINDS, PAPERS, PROGRAM, Paper, SOURCES, links, none, paper, root, sources, spans,
    words,
};
use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::sync::LazyLock;

/// A name with underscores between lower-case words, as functions and members have.
fn is_snake(word: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    word.contains('_') && word.chars().all(fine) && word.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Words with hyphens between them, as facts, actions, parameters and codes have.
fn is_kebab(word: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    word.contains('-') && word.chars().all(fine) && word.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a function of that name is in a file, or in a file of a folder.
fn has_fn(place: &str, name: &str) -> bool {
    let within = |file: &str| file == place || file.starts_with(&format!("{}/", place.trim_end_matches('/')));
    let head = format!("fn {name}(");
    SOURCES.iter().any(|(file, text)| within(file) && text.contains(&head))
}

#[test]
fn every_test_that_a_document_names_is_in_the_file_it_names() {
    let rust = sources(|f| f.ends_with(".rs"));
    let all = words(&rust, '_');
    let everything = sources(|_| true);
    let known = words(&everything, '_');
    let mut wrong = Vec::new();
    let mut seen = 0;
    for part in PAPERS.iter().flat_map(Paper::parts) {
        let spans = spans(&part.text);
        let places: Vec<&&str> = spans.iter().filter(|s| is_place(s) && s.contains('/')).collect();
        for name in spans.iter().filter(|s| is_snake(s)) {
            let is_fn = rust.contains(&format!("fn {name}("));
            let long = name.matches('_').count() > 3;
            if is_fn && all.contains(name) && long {
                seen += 1;
                if !places.is_empty() && !places.iter().any(|p| has_fn(p, name)) {
                    wrong.push(format!("{}: {name} is not in {places:?}", part.at));
                }
            } else if !known.contains(name) && !is_theirs(name) {
                wrong.push(format!("{}: {name} is nowhere", part.at));
            }
        }
    }
    none(&wrong, "tests and members that are not where a document says");
    assert!(seen >= 15, "the documents name tests: {seen}");
}

/// Names of other programs and of formats that are not ours.
fn is_theirs(name: &str) -> bool {
    const THEIRS: &[&str] = &[
        "hash_function",
        "x5t_256",
        "import_version",
        "allow_rotation", // Azure, OpenBao
        // Debian's packages and other people's programs, crates and options.
        "azure-cli",
        "pkcs11-tool",
        "tpm2-pkcs11",
        "libnss3",
        "libtpm2-pkcs11-1",
        "vsmartcard-vpcd",
        "yubico-piv-tool",
        "libgfshare-bin",
        "ipp-usb",
        "cargo-fuzz",
        "zbar-tools",
        "azure-managed-hsm-key-attestation",
        "google-cloud-kms",
        "restore-blob",
    ];
    THEIRS.contains(&name)
}

/// A path of this repository: it begins with one of its folders.
fn is_place(span: &str) -> bool {
    static FOLDERS: LazyLock<BTreeSet<&str>> =
        LazyLock::new(|| FILES.iter().filter_map(|f| f.split_once('/')).map(|(first, _)| first).collect());
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-*".contains(c);
    span.split_once('/').is_some_and(|(first, _)| FOLDERS.contains(first)) && span.chars().all(plain)
}

/// Whether something is at a path, `*` for any name in it; from the repository, or below any crate.
fn is_there(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let Some((before, after)) = path.split_once('*') else {
        let whole =
            |f: &String| f == path || f.starts_with(&format!("{path}/")) || f.ends_with(&format!("/{path}"));
        return FILES.iter().any(whole);
    };
    let before = before.trim_end_matches('*');
    FILES.iter().any(|f| f.starts_with(before) && f.ends_with(after.trim_start_matches('*')))
}

#[test]
fn every_path_that_a_document_names_is_there() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for paper in PAPERS.iter() {
        for part in paper.parts() {
            for word in spans(&part.text).into_iter().flat_map(str::split_whitespace) {
                let ours = is_place(word) || Path::new(word).extension().is_some_and(|e| e == "rs");
                // An option of grep, and a file of another project.
                let not = word.starts_with('-')
                    || word == "src/yubikey/verification.rs"
                    || word.starts_with("fuzz/corpus");
                if ours && !not {
                    seen += 1;
                    if !is_there(word) {
                        wrong.push(format!("{}: {word}", part.at));
                    }
                }
            }
        }
        for block in paper.blocks() {
            let words = block.split_whitespace().map(|w| w.trim_matches(['"', '\'', ';', ',']));
            for word in words.filter(|w| is_place(w) && !w.starts_with("fuzz/corpus")) {
                if !is_there(word) {
                    wrong.push(format!("{}: {word} in a block of commands", paper.path));
                }
            }
        }
    }
    none(&wrong, "paths that are not there");
    assert!(seen > 80, "the documents name paths: {seen}");
}

/// A path without `.` and `..`, as far as it stays in the repository.
fn plain(path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()?),
            Component::Normal(name) => parts.push(name.to_str()?),
            _ => {}
        }
    }
    Some(parts.join("/"))
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for from in PAPERS.iter() {
        for link in links(&from.text) {
            seen += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() {
                Some(from.path.clone())
            } else {
                plain(&Path::new(&from.path).with_file_name("").join(file))
            };
            let there = to.as_ref().is_some_and(|to| root().join(to).exists());
            let named = anchor.is_empty()
                || to.is_some_and(|to| PAPERS.iter().any(|p| p.path == to && p.anchors().contains(anchor)));
            if !there || !named {
                wrong.push(format!("{}: {link}", from.path));
            }
        }
    }
    none(&wrong, "links that lead nowhere");
    assert!(seen > 100, "the documents have links: {seen}");
}

#[test]
fn every_name_with_hyphens_is_one_that_the_program_or_a_script_knows() {
    let everything = sources(|_| true);
    let known = words(&everything, '-');
    let files: BTreeSet<&str> = FILES.iter().filter_map(|f| Path::new(f).file_stem()?.to_str()).collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for part in PAPERS.iter().flat_map(Paper::parts) {
        for span in spans(&part.text) {
            // `rsa-aes-key-wrap-*` names several at once.
            let begins = span.strip_suffix("-*").filter(|s| is_kebab(s));
            let there = match begins {
                Some(start) => known.iter().any(|w| w.starts_with(start)),
                None => {
                    !is_kebab(span)
                        || known.contains(span)
                        || files.contains(span)
                        || KINDS.contains(span)
                        || is_theirs(span)
                }
            };
            seen += usize::from(is_kebab(span));
            if !there {
                wrong.push(format!("{}: {span}", part.at));
            }
        }
    }
    none(&wrong, "names that neither the program nor a script knows");
    assert!(seen > 200, "the documents name facts, actions and codes: {seen}");
}

/// Of the crosswalk a lawyer asks whether it is so: every word in code in its table is a fact, a step, a kind of entry or
/// a file of the program.
#[test]
fn every_fact_of_the_crosswalk_is_recorded_by_the_program() {
    let steps: BTreeSet<&str> = CEREMONIES
        .iter()
        .flat_map(|c| &c.script.acts)
        .flat_map(|a| &a.steps)
        .flat_map(|s| [s.id.as_str(), s.action.as_str()])
        .collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for row in paper("docs/hipaa-crosswalk.md").table("Provision") {
        for span in row.iter().flat_map(|cell| spans(cell)) {
            let word = span.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            // Scripts are written with the file format's words.
            let of_a_script = PROGRAM.contains(&format!("pub {}:", span.replace('-', "_")));
            if word && span != "coffer" {
                seen += 1;
                if !PROGRAM.contains(&format!("\"{span}\""))
                    && !steps.contains(span)
                    && !of_a_script
                    && !KINDS.contains(span)
                {
                    wrong.push(format!("{}: {span}", row[0]));
                }
            }
            // `drill-certificate-N.txt` and the like are made, not kept here.
            let file = span
                .rsplit_once('.')
                .filter(|(_, end)| ["txt", "json", "toml", "pem", "sig", "md"].contains(end));
            if let Some((stem, _)) = file.filter(|_| !span.contains('/')) {
                let stem = stem.trim_end_matches(['-', 'N']);
                if !PROGRAM.contains(stem) {
                    wrong.push(format!("{}: {span}", row[0]));
                }
            }
        }
    }
    none(&wrong, "what the crosswalk names and the program does not record");
    assert!(seen > 60, "the crosswalk names facts: {seen}");
}
