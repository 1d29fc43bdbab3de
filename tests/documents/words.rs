//! Words that reach people and records, held against the program's text: no name of Rust's, one place that prints, no
//! copy of a secret that nobody wipes.

use std::path::{Path, PathBuf};
use whole_program::{files, run, said};

/// The crates whose text reaches people or records.
const CRATES: [&str; 24] = [
    "incoming",
    "outside",
    "byok",
    "actions",
    "coffer",
    "confine",
    "documents",
    "engine",
    "estate",
    "facts",
    "paper",
    "piv",
    "protocol",
    "register",
    "rehearsal-token",
    "scan",
    "script",
    "secrets",
    "shares",
    "store",
    "tokens",
    "transcript",
    "virtual-yubikey",
    "p11-proxy",
];
/// Those that only tests use.
const FOR_TESTS: [&str; 2] = ["virtual-yubikey", "p11-proxy"];

/// Each line of the program without its tests and comments: file below `crates/`, line number, text.
fn program() -> Vec<(String, usize, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let crates: Vec<PathBuf> = std::fs::read_dir(&top).unwrap().flatten().map(|e| e.path()).collect();
    let named = |c: &PathBuf| c.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(crates.iter().all(|c| CRATES.contains(&named(c).as_str())), "a crate is new: add it to the list");
    let mut all = Vec::new();
    for of in crates.iter().filter(|c| !FOR_TESTS.contains(&named(c).as_str())) {
        for file in files(&of.join("src")) {
            let name = file.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
            if file.extension().is_none_or(|e| e != "rs")
                || name.contains("/tests")
                || name.ends_with("tests.rs")
            {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for (n, line) in program.lines().enumerate() {
                if !line.trim_start().starts_with("//") {
                    all.push((name.clone(), n + 1, line.to_owned()));
                }
            }
        }
    }
    assert!(all.len() > 10_000, "the program was not found");
    all
}

/// What `{:?}` may print, by the value's name and the end of its file's path: texts in quotation marks, and what nobody
/// is shown.
const MAY_BE_QUOTED: &[(&str, &str, &str)] = &[
    // A text that a person gave, or that a file has, in quotation marks.
    ("byok/src/plan/words.rs", "{value:?}", "a text"),
    ("actions/src/key/words.rs", "{word:?}", "a text"),
    ("actions/src/earlier/words.rs", "{name:?}", "a text"),
    ("actions/src/plan/words.rs", "{name:?}", "a text"),
    ("actions/src/cloud/words.rs", "{algorithm:?}", "a text"),
    ("actions/src/cloud/words.rs", "{expiry:?}", "a text"),
    ("actions/src/cloud/words.rs", "{line:?}", "a text"),
    ("actions/src/cloud/words.rs", "{name:?}", "a text"),
    ("actions/src/cloud/words.rs", "{none:?}", "a text"),
    ("engine/src/replay/words.rs", "{id:?}", "a text"),
    ("engine/src/replay/words.rs", "{step:?}", "a text"),
    ("script/src/words/problems.rs", "{value:?}", "a text"),
    ("store/src/words.rs", "{id:?}", "a text"),
    ("coffer/src/desk/words.rs", "{name:?}", "a text"),
    ("transcript/src/error.rs", "{name:?}", "a text"),
    ("transcript/src/words.rs", "{id:?}", "a text"),
    ("transcript/src/verify/words.rs", "{line:?}", "a text"),
    // Kept for a developer, and shown to nobody.
    ("paper/src/pdf.rs", "PaperError::Refused", "no message quotes it"),
    // A file for the token's own settings, in which a text stands like this.
    ("tokens/src/rehearsal.rs", "dbargs = {:?}", "a settings file"),
    // Spelt anew as PKCS#11 does.
    ("tokens/src/error.rs", "format!(\"{rv:?}\").chars()", "rewritten"),
];

#[test]
fn no_name_of_rusts_reaches_a_person_or_a_record() {
    let program = program();
    let debug = |line: &str| line.contains(":?}") || line.contains(":#?}");
    let mut unknown = Vec::new();
    for (at, (file, n, line)) in program.iter().enumerate().filter(|(_, (.., line))| debug(line)) {
        // What a `{:?}` stands for may be on the same line or the next.
        let next = program.get(at + 1).map_or("", |(.., next)| next.as_str());
        let known = MAY_BE_QUOTED.iter().any(|(f, what, _)| {
            file == f && (line.contains(what) || (line.contains("{:?}") && next.contains(what)))
        });
        if !known {
            unknown.push(format!("{file}:{n}: {}", line.trim()));
        }
    }
    assert!(
        unknown.is_empty(),
        "these print Rust's own form of a value; write Display or a word:\n{}",
        unknown.join("\n")
    );
}

#[test]
fn one_place_writes_to_the_terminal() {
    // Each with what it writes there that is not for people.
    let others = [
        ("coffer/src/screen.rs", "the place"),
        ("coffer/src/room/mod.rs", "messages to the window"),
        ("coffer/src/desk/scans.rs", "a child's answer to this program"),
        ("coffer/src/pages/devices.rs", "a child's answer to this program"),
    ];
    for (file, n, line) in program() {
        let writes =
            ["println!", "eprintln!", " print!(", "eprint!(", "dbg!", "io::stdout()", "io::stderr()"]
                .iter()
                .any(|w| line.contains(w));
        let known = others.iter().any(|(f, _)| file == *f);
        assert!(!writes || known, "{file}:{n} writes past screen.rs: {line}");
        // Characters that a terminal obeys come from that place alone.
        assert!(!line.contains("\\x1b") || file == "coffer/src/screen.rs", "{file}:{n}: {line}");
    }
}

#[test]
fn no_secret_is_copied_into_memory_that_nobody_wipes() {
    // A copy of what `expose` shows is wiped by its new owner, which stands on the same line.
    let owners = ["Zeroizing::new(", "Private::new(", "SecretBytes::", "SecretText::"];
    let ways = [
        "expose().to_vec()",
        "expose().to_owned()",
        "expose().to_string()",
        "expose().into()",
        "expose().clone()",
        "from_utf8(opened",
        "from_utf8_lossy(opened",
    ];
    // The PIN's own type of that library wipes itself.
    let known = [("tokens/src/module.rs", "AuthPin::new(")];
    for (file, n, line) in program() {
        let copied = ways.iter().any(|w| line.contains(w));
        let owned = owners.iter().any(|o| line.contains(o));
        let known = known.iter().any(|(f, what)| file == *f && line.contains(what));
        assert!(!copied || owned || known, "{file}:{n} copies a secret: {line}");
    }
}

#[test]
fn a_record_names_recipes_and_return_values_as_the_standards_do() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    assert!(record.contains("\"OAEP(SHA-256)\""), "the recipe in words");
    assert!(
        record.contains("C_WrapKey answered CKR_MECHANISM_INVALID"),
        "a return value as a vendor's guide has it"
    );
    for name in ["Oaep(", "Sha256)", "MechanismInvalid", "DeviceError", "HandleInvalid", "GeneralError"] {
        assert!(!record.contains(name), "{name} is Rust's");
    }
}

/// A record that somebody replaced by a pipe, or a medium that is none, held the program up wherever a file was opened by
/// another way than [`outside`]'s: the state folder's own files among them.
#[test]
fn every_file_that_another_could_have_put_there_is_opened_in_one_place() {
    const OTHER_WAYS: [&str; 3] = ["fs::read(", "fs::read_to_string(", "File::open("];
    // The system's own files, this program's own file, folders that are flushed, and stand-ins of rehearsals.
    const MAY: [(&str, &str); 9] = [
        ("", "/proc/"),
        ("coffer/src/desk/machine.rs", ""),
        ("actions/src/domain/stand_in.rs", "folder.join("),
        ("confine/src/", ""),
        ("p11-proxy/src/", ""),
        ("outside/src/open.rs", ""),
        ("rehearsal-token/src/", ""),
        ("", "sync_all()"),
        ("", "syncfs("),
    ];
    let opens = |line: &str| OTHER_WAYS.iter().any(|way| line.contains(way));
    let may =
        |file: &str, line: &str| MAY.iter().any(|(of, what)| file.starts_with(of) && line.contains(what));
    for (file, n, line) in program() {
        assert!(!opens(&line) || may(&file, &line), "{file}:{n} opens a file by itself: {line}");
    }
}
