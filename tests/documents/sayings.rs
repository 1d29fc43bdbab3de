//! Single statements that were once untrue, or would mislead most: each is looked up where it is decided.

use crate::clerk::{CEREMONIES, PAPERS, Paper, none, paper, read, spans};
use byok::KeyType;
use byok::table::{ROWS, look_up};
use std::collections::BTreeSet;

/// What ends the life of a share sheet, or of the key that it helps to open.
const DESTROYS: [&str; 5] =
    ["destroy-old-sheets", "settle-old-sheets", "shred-sheets", "destroy-key", "shred-rest"];

/// A row of the crosswalk, by what its first cell begins with.
fn row(provision: &str) -> Vec<String> {
    let rows = paper("docs/hipaa-crosswalk.md").table("Provision");
    rows.into_iter().find(|r| r[0].starts_with(provision)).unwrap_or_else(|| panic!("no row {provision}"))
}

#[test]
fn the_crosswalk_names_every_script_that_destroys_sheets() {
    let disposal = row("164.310(d)(2)(i), (ii)");
    let named: BTreeSet<&str> = CEREMONIES
        .iter()
        .filter(|c| disposal[1].contains(&format!("[{0}](../ceremonies/{0}.toml)", c.name)))
        .map(|c| c.name.as_str())
        .collect();
    let destroy: BTreeSet<&str> = CEREMONIES
        .iter()
        .filter(|c| c.actions().iter().any(|a| DESTROYS.contains(a)))
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(named, destroy);
    assert!(
        row("164.308(a)(3)(ii)(C)")[1].contains("[change-custodian]"),
        "who leaves is replaced by a script"
    );
    // Every action that says it destroys something is one of those above.
    for action in script::Catalogue::rows(&actions::REPERTOIRE) {
        let ends = ["destroy-", "shred-", "settle-"].iter().any(|begin| action.name.starts_with(begin));
        assert_eq!(ends, DESTROYS.contains(&action.name), "{}", action.name);
    }
}

#[test]
fn that_people_sign_with_yubikeys_is_said_where_the_roster_has_them() {
    let roster = read("crates/script/src/roster.rs");
    assert!(
        roster.contains("pub yubikey: Option<OwnYubiKey>"),
        "if this has gone, so have the statements below"
    );
    let enrols = CEREMONIES.iter().filter(|c| c.actions().contains("enrol-person"));
    let authentication = row("164.312(d)");
    let mut some = 0;
    for script in enrols {
        some += 1;
        assert!(
            authentication[1].contains(&format!("[{0}](../ceremonies/{0}.toml)", script.name)),
            "{}",
            script.name
        );
    }
    assert!(some > 0);
    assert!(authentication[1].contains("YubiKey") && spans(&authentication[1]).contains(&"approval"));
    assert!(read("crates/facts/src/record.rs").contains("= auditor \"approval\""));
    for (document, words) in [
        ("docs/threat-model.md", "person's own YubiKey"),
        ("docs/decisions/0004-every-act-is-signed.md", "YubiKey or passphrase"),
        ("ceremonies/README.md", "Whoever has a YubiKey signs each statement with it"),
        ("README.md", "sign each statement with it"),
    ] {
        assert!(paper(document).text.contains(words), "{document}: {words}");
    }
}

/// Sentences that were true of an earlier program, and what has made them untrue.
#[test]
fn what_was_once_true_is_said_nowhere() {
    let once = [
        ("records name no site", "give-share and reseal record `site`"),
        ("printed at the end of the record", "the decoder lies in the pack"),
        ("card is not supported", "people sign with YubiKeys"),
        ("Signing in is by passphrase", "people sign with YubiKeys"),
        ("No shipped script destroys", "destroy, change-custodian, back-up-again, recover"),
        ("no shipped script destroys", "destroy, change-custodian, back-up-again, recover"),
        ("Wiping in memory only", "destroy, change-custodian, back-up-again, recover"),
    ];
    let mut found = Vec::new();
    for part in PAPERS.iter().flat_map(Paper::parts) {
        for (said, because) in once {
            if part.text.contains(said) {
                found.push(format!("{}: {said:?}: {because}", part.at));
            }
        }
    }
    none(&found, "sentences that are not true any more");
}

#[test]
fn the_decision_on_the_record_says_what_records_say_of_sites() {
    // Recorded where a sheet is sealed, and listed by the register.
    for file in ["crates/actions/src/share/bag.rs", "crates/register/src/sheets.rs"] {
        assert!(read(file).contains("facts::SITE"), "{file}");
    }
    let text = &paper("docs/decisions/0002-the-record-is-the-state.md").text;
    let last = text.trim_end().lines().last().unwrap();
    assert!(last.contains("site") && last.contains("roster") && last.contains("sealed"), "{last}");
}

#[test]
fn roles_are_those_that_the_documents_say() {
    let roles: BTreeSet<&str> =
        CEREMONIES.iter().flat_map(|c| &c.script.roles).map(|r| r.role.as_str()).collect();
    assert_eq!(roles, BTreeSet::from(["administrator", "custodian", "officer", "witness"]));
    let titles: BTreeSet<&str> =
        CEREMONIES.iter().flat_map(|c| &c.script.roles).map(|r| r.title.as_str()).collect();
    assert!(titles.iter().all(|t| !t.to_lowercase().contains("security official")), "{titles:?}");
    assert!(CEREMONIES.iter().all(|c| c.script.decides_exceptions == "witness"));
    // What rests on it.
    for (document, words) in [
        ("docs/hipaa-crosswalk.md", "no script that ships has a role of that name"),
        ("docs/hipaa-crosswalk.md", "the role in `decides-exceptions`, the witness in all of them"),
        ("docs/glossary.md", "No script that ships has a role of this name"),
        ("docs/glossary.md", "in the scripts that ship decides exceptions"),
    ] {
        assert!(paper(document).text.contains(words), "{document}: {words}");
    }
}

#[test]
fn versions_are_those_of_the_manifest() {
    let manifest = read("Cargo.toml");
    let of = |name: &str| {
        let line = manifest.lines().find(|l| l.starts_with(&format!("{name} = \"")));
        line.and_then(|l| l.split('"').nth(1)).unwrap().to_owned()
    };
    let mut seen = 0;
    let mut wrong = Vec::new();
    for part in PAPERS.iter().flat_map(Paper::parts) {
        for said in
            part.text.split("Version ").skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            let version: String = said.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            // A format has a number of its own.
            if version.trim_end_matches('.').matches('.').count() == 2 {
                seen += 1;
                if version.trim_end_matches('.') != of("version") {
                    wrong.push(format!("{}: {version}", part.at));
                }
            }
        }
    }
    none(&wrong, "versions of the program");
    assert!(seen > 2);
    assert!(paper("README.md").text.contains(&format!("Rust {} or later", of("rust-version"))));
    assert!(read("scripts/setup").contains(&format!("Rust {} or later", of("rust-version"))));
}

#[test]
fn the_assurance_case_counts_the_cells_as_the_table_has_them() {
    const SIZES: [u16; 3] = [2048, 3072, 4096];
    let (mut taken, mut refused) = (0, 0);
    for row in ROWS {
        for key in KeyType::ALL {
            for bits in SIZES {
                let there = look_up(row.target, *key, row.algorithm, bits).is_ok();
                *if there { &mut taken } else { &mut refused } += 1;
            }
        }
    }
    let said = format!("{taken} combinations of provider, key and algorithm");
    let text = &paper("docs/assurance-case.md").text;
    assert!(text.contains(&said), "{said}");
    assert!(text.contains(&format!("{refused} more are refused")), "{refused}");
}

/// Bounds that a page states are those of the program.
#[test]
#[allow(clippy::too_many_lines, reason = "one list, a line a bound")]
fn bounds_are_the_programs_own() {
    for (document, words, file, code) in [
        ("docs/printing.md", "up to 64 MiB", "crates/scan/src/frame.rs", "MAX_FILE: usize = 64;"),
        (
            "docs/printing.md",
            "2 GiB of memory and 90 seconds",
            "crates/scan/src/child.rs",
            "MEMORY: u64 = 2 << 30;",
        ),
        (
            "docs/printing.md",
            "2 GiB of memory and 90 seconds",
            "crates/scan/src/child.rs",
            "SECONDS: u64 = 90;",
        ),
        (
            "docs/printing.md",
            "code word of 80 random bits",
            "crates/actions/src/share/code_word.rs",
            "CODE_WORD: usize = 16;",
        ),
        (
            "docs/glossary.md",
            "Sixteen characters",
            "crates/actions/src/share/code_word.rs",
            "CODE_WORD: usize = 16;",
        ),
        (
            "docs/assurance-case.md",
            "fifty plays are killed",
            "tests/faults/interrupted.rs",
            "KILLS: u64 = 50;",
        ),
        ("docs/assurance-case.md", "at twenty places", "tests/faults/pulled.rs", "(0..20)"),
        (
            "docs/byok/azure-managed-hsm.md",
            "1,000,000 rounds",
            "crates/byok/src/security_domain/sealed_key.rs",
            "ROUNDS: u32 = 1_000_000;",
        ),
        (
            "docs/assurance-case.md",
            "at least twenty pulls",
            "tests/ceremonies/yubikeys/yubikey.rs",
            "PULLS: usize = 20;",
        ),
        (
            "docs/hipaa-crosswalk.md",
            "a passphrase of twelve characters or more",
            "crates/script/src/passphrase.rs",
            "SHORTEST: usize = 12;",
        ),
        (
            "docs/registers.md",
            "| a table | 64 MiB;",
            "crates/estate/src/table.rs",
            "LARGEST: u64 = 64 * 1024 * 1024;",
        ),
        ("docs/registers.md", "the first 200", "crates/estate/src/table.rs", "MOST_FAULTS: usize = 200;"),
        (
            "docs/registers.md",
            "500 differences",
            "crates/actions/src/record/kept/words.rs",
            "DIFFERENCES: usize = 500;",
        ),
        (
            "docs/registers.md",
            "600 characters",
            "crates/actions/src/record/kept/words.rs",
            "LONGEST: usize = 600;",
        ),
        (
            "docs/registers.md",
            "the first 1,500 systems",
            "crates/coffer/src/pages/estate.rs",
            "MOST_SYSTEMS: usize = 1500;",
        ),
        ("docs/registers.md", "50 at a time", "ui/src/words.ts", "ROWS = 50;"),
        (
            "docs/registers.md",
            "400 rows of one record",
            "crates/documents/src/report/acts.rs",
            "MOST_ROWS: usize = 400;",
        ),
        (
            "docs/registers.md",
            "in the binder | 400 rows",
            "crates/documents/src/estate.rs",
            "MOST: usize = 400;",
        ),
        ("docs/registers.md", "Six years", "crates/estate/src/retention.rs", "YEARS: i32 = 6;"),
        (
            "ceremonies/README.md",
            "1 to 40 characters",
            "crates/script/src/roster.rs",
            "LONGEST_SITE: usize = 40;",
        ),
    ] {
        let said = paper(document).text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{document} does not say {words:?}");
        assert!(read(file).contains(code), "{document} says {words:?}, and {file} has no {code:?}");
    }
}

/// What a person types on the day of recovery is answered in the words of the page.
#[test]
fn what_the_small_programs_say_is_in_the_page_as_they_say_it() {
    let page = &paper("docs/recovery-without-us.md").text;
    let templates = read("recover/decode_shares.py") + &read("recover/open_box.py");
    // Among people, over sites, and at one of them.
    let programs: String = [("share", ""), ("site", ""), ("share", " of site {site}")]
        .map(|(what, whose)| templates.replace("{what}", what).replace("{whose}", whose))
        .concat();
    let rows = page.lines().filter(|l| l.starts_with("| `")).map(|l| crate::clerk::cells(l)[0].clone());
    let mut seen = 0;
    for said in rows {
        let said = said.trim_matches('`');
        // What pkcs11-tool says is not ours.
        if ["CKR_", "C_", "Private key", "No slot", "Failed to load"]
            .iter()
            .any(|theirs| said.starts_with(theirs))
        {
            continue;
        }
        let pieces = said.trim_start_matches("refused: ").split(|c: char| c.is_ascii_digit()).map(str::trim);
        for piece in pieces.filter(|p| p.split_whitespace().count() > 1) {
            let piece = piece.trim_start_matches([':', ',', ' ']);
            seen += 1;
            assert!(programs.contains(piece), "no program says {piece:?} of {said:?}");
        }
    }
    assert!(seen > 10, "{seen}");
}
