//! Lines, rows and words as spreadsheets and editors have them.

use super::*;
use incoming::table::folded;
use incoming::table::rows;
use proptest::prelude::*;
use std::collections::BTreeSet;

const HEADING: &str = "system,provider,key type,algorithm,parameters file,owner";

fn row(name: &str) -> String {
    format!("{name},aws-kms,aes-256,RSAES_OAEP_SHA_256,{name}.json,J. Doe")
}

/// The lines and systems of a plan.
fn keys(text: &str) -> Vec<(u64, String)> {
    let keys = read(text.as_bytes()).unwrap_or_else(|faults| panic!("{text:?}: {faults:#?}"));
    keys.into_iter().map(|k| (k.line, k.system)).collect()
}

/// The number that an editor shows for the line on which the text before it ends.
fn shown_line(before: &str) -> u64 {
    let one_kind = before.replace("\r\n", "\n").replace('\r', "\n");
    one_kind.matches('\n').count() as u64 + 1
}

/// A line counter that knows LF alone gave all of these one number, and the last key was wrapped for all of them.
#[test]
fn lines_that_end_in_carriage_returns_have_numbers_of_their_own() {
    let lines = [HEADING.to_owned(), row("A"), row("B"), row("C")];
    for end in ["\r", "\n", "\r\n"] {
        let found = keys(&(lines.join(end) + end));
        assert_eq!(found, [(2, "A".to_owned()), (3, "B".to_owned()), (4, "C".to_owned())], "{end:?}");
        assert_eq!(keys(&lines.join(end)), found, "without an end at the end");
    }
    let stray = format!("{HEADING}\n{}\n{}\r{}\n{}\n", row("A"), row("B"), row("C"), row("D"));
    assert_eq!(keys(&stray).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

#[test]
fn lines_are_those_an_editor_shows() {
    let (a, b) = (row("A"), row("B"));
    for (text, lines) in [
        (format!("{HEADING}\r\n{a}\r\n{b}\r\n"), [2, 3]),
        (format!("\u{feff}{HEADING}\r\n{a}\r\n{b}\r\n"), [2, 3]),
        (format!("{HEADING}\r\n\r\n{a}\r\n\r\n{b}\r\n"), [3, 5]),
        (format!("{HEADING}\r\r{a}\r\r\r{b}\r"), [3, 6]),
        // LF CR is two lines.
        (format!("{HEADING}\n\r{a}\n\r{b}\n\r"), [3, 5]),
        (format!("{HEADING}\r\n\n{a}\n\r\n{b}"), [3, 5]),
        (format!("\r\n\r\n{HEADING}\r\n{a}\r\n{b}\r\n"), [4, 5]),
        (format!("{HEADING}\r\n,,,,,\r\n{a}\r\n \t,,\r\n{b}\r\n"), [3, 5]),
        // Line breaks inside a value: Alt+Enter in a heading, and behind a name.
        (
            format!("system,provider,\"key\r\ntype\",algorithm,parameters file,owner\r\n{a}\r\n{b}\r\n"),
            [3, 4],
        ),
        (format!("{HEADING}\n\"A\r\",aws-kms,aes-256,RSAES_OAEP_SHA_256,A.json,x\n{b}\n"), [2, 4]),
        (format!("{HEADING}\n\"A\n\r\n\",aws-kms,aes-256,RSAES_OAEP_SHA_256,A.json,x\n{b}\n"), [2, 5]),
        (format!("sep=,\r\n{HEADING}\r\n\r\n{a}\r\n{b}\r\n"), [4, 5]),
        (format!("\u{feff}\"sep=,\"\r{HEADING}\r{a}\r{b}"), [3, 4]),
    ] {
        let found = keys(&text);
        assert_eq!(found, [(lines[0], "A".to_owned()), (lines[1], "B".to_owned())], "{text:?}");
        for (line, name) in found {
            let starts = [format!("\r{name},"), format!("\n{name},"), "\"A\r\",".into(), "\"A\n".into()];
            let at = starts.iter().find_map(|s| text.find(s.as_str())).unwrap();
            let before = if name == "A" && !text[at..].starts_with('"') || name == "B" { at + 1 } else { at };
            assert_eq!(line, shown_line(&text[..before]), "{text:?}");
        }
    }
    // Faults have the line too, of bytes that are no text as well.
    let bad = format!("{HEADING}\r\n\r\n{a}\r\n\rX,aws-kms\r\n");
    assert_eq!(faults(&bad), ["line 5: 2 values where the heading has 6"]);
    let bytes = [format!("{HEADING}\r\n\r\r\n").as_bytes(), b"K\xfcche"].concat();
    assert!(
        read(&bytes).unwrap_err()[0]
            .to_string()
            .starts_with("line 4: it is text in another encoding than UTF-8")
    );
}

#[test]
fn semicolons_tabs_and_a_line_that_names_them_are_taken() {
    let plan = |separator: &str| {
        let rows =
            [HEADING.to_owned(), row("A"), "\"B, C; D\",aws-kms,aes-256,RSAES_OAEP_SHA_256,b.json,x".into()];
        let mut text = String::new();
        for line in rows {
            let (quoted, rest) = match line.strip_prefix("\"B, C; D\"") {
                Some(rest) => ("\"B, C; D\"", rest.to_owned()),
                None => ("", line),
            };
            let _ = write!(text, "{quoted}{}\r\n", rest.replace(',', separator));
        }
        text
    };
    let expected = |first: u64| vec![(first, "A".to_owned()), (first + 1, "B, C; D".to_owned())];
    for separator in [",", ";", "\t"] {
        assert_eq!(keys(&plan(separator)), expected(2));
        for named in [
            format!("sep={separator}"),
            format!("SEP={separator}{separator}"),
            format!("\"sep={separator}\""),
        ] {
            assert_eq!(keys(&format!("{named}\r\n{}", plan(separator))), expected(3), "{named:?}");
        }
    }
    assert!(faults(&format!("sep=|\n{}", plan(",")))[0].starts_with("line 1: \"sep=|\" names no separator"));
    assert!(faults(&format!("sep=\n{}", plan(",")))[0].starts_with("line 1: \"sep=\" names no separator"));
    let mixed = faults(&plan(";").replacen(';', ",", 1));
    assert_eq!(mixed, ["line 1: the heading has commas and semicolons; separate all values by one of them"]);
    let none = faults(&plan("|"));
    assert!(none[0].contains("separate values by commas, semicolons or tabs"), "{none:?}");
}

#[test]
fn empty_columns_and_rows_that_a_spreadsheet_leaves_are_passed_over() {
    let (a, b) = (row("A"), row("B"));
    for text in [
        format!("{HEADING},\n{a},\n{b},\n"),
        format!("{HEADING},,,\n{a}\n{b},\n"),
        format!("{HEADING}\n{a},,\n{b}, \n"),
        format!("{HEADING}\n{a}\n{b}\n,,,,,,\n\n;\n,,,\n").replace(";\n", ""),
    ] {
        assert_eq!(keys(&text), [(2, "A".to_owned()), (3, "B".to_owned())], "{text:?}");
    }
    assert_eq!(faults(&format!("{HEADING},,\n{a},,note\n")), ["line 2: 8 values where the heading has 6"]);
    assert_eq!(
        faults(&format!("{HEADING}\nA,aws-kms,aes-256\n")),
        ["line 2: 3 values where the heading has 6"]
    );
    let unnamed = faults(&format!("{}\n{a}\n", HEADING.replace("provider", "")));
    assert!(unnamed[0].starts_with("line 1: a column between others has no name"), "{unnamed:?}");
    assert!(faults(&format!("{HEADING}\n,,,,,\n\n"))[0].contains("names no key"));
}

#[test]
fn words_are_taken_however_they_are_written() {
    let heading = "SYSTEM, Provider ,Key_Type,ALGORITHM,Parameters\u{a0}File,owner,Vault,KEY NAME";
    for (provider, kind, algorithm) in [
        ("AWS-KMS", "Aes-256", "rsaes_oaep_sha_256"),
        (" aws kms\u{a0}", "AES256", "RSAES-OAEP-SHA-256"),
        ("Aws_Kms", "aes 256", "RSAES OAEP SHA 256"),
        ("aws\u{2011}kms", "AES\u{2010}256", "RsaesOaepSha256"),
    ] {
        let text = format!("{heading}\nA,{provider},{kind},{algorithm},a.json,x,,\n");
        let keys = read(text.as_bytes()).unwrap_or_else(|f| panic!("{text}: {f:#?}"));
        let PlannedKey { target, key, algorithm, .. } = keys[0].clone();
        assert_eq!((target, key, algorithm), (Target::AwsKms, KeyType::Aes256, "RSAES_OAEP_SHA_256"));
    }
    // What is not used keeps its reason.
    let left_out = format!("{HEADING}\nA,aws-kms,aes-256,rsaes_pkcs1_v1_5,a.json,x\n");
    assert!(faults(&left_out)[0].contains("2023-10-10"), "{:?}", faults(&left_out));
    for word in ["aws", "awskm", "aes-25", "aes-2566", "a\u{200b}ws-kms"] {
        let text = format!("{HEADING}\nA,{word},{word},RSAES_OAEP_SHA_256,a.json,x\n");
        assert_eq!(faults(&text).len(), 2, "{word:?}");
    }
}

/// Two words that fold to one would make the first of them stand for both.
#[test]
fn no_two_words_are_one() {
    let alone = |words: Vec<&str>| {
        let folded: BTreeSet<String> = words.iter().map(|w| folded(w)).collect();
        assert_eq!(folded.len(), words.len(), "{words:?}");
    };
    let answers: BTreeSet<&str> = PROVIDERS.iter().flat_map(|p| p.asks()).map(column).collect();
    alone(COLUMNS.into_iter().chain(answers).collect());
    alone(Target::ALL.iter().map(|t| t.name()).collect());
    alone(KeyType::ALL.iter().map(|k| k.name()).collect());
    for target in Target::ALL {
        let all: BTreeSet<&str> = algorithms(*target).map(|(name, _)| name).collect();
        alone(all.into_iter().collect());
    }
}

#[test]
fn formulas_and_what_is_left_of_them_are_refused_and_shown() {
    let with = |system: &str, file: &str, owner: &str| {
        format!("{HEADING}\n{system},aws-kms,aes-256,RSAES_OAEP_SHA_256,{file},{owner}\n")
    };
    for (system, file, owner, place) in [
        ("=A2", "a.json", "x", "line 2, system: \"=A2\": "),
        ("+1", "a.json", "x", "line 2, system: \"+1\": "),
        ("S", "@a.json", "x", "line 2, parameters file: \"@a.json\": "),
        ("S", "'a.json", "x", "line 2, parameters file: \"\\'a.json\": "),
        ("S", "a.json", "#NAME?", "line 2, owner: \"#NAME?\": "),
    ] {
        let found = faults(&with(system, file, owner));
        assert!(found.len() == 1 && found[0].starts_with(place), "{found:?}");
    }
    assert_eq!(keys(&with("'s-Gravenhage", "a.json", "E. van 't Hooft"))[0].1, "'s-Gravenhage");
    // Other answers as well.
    let account = "system,provider,key type,algorithm,parameters file,owner,region,account\n\
                   A,alibaba-kms,aes-256,RSAES_OAEP_SHA_256,a.json,x,eu-central-1,'1111222233334444\n";
    assert!(faults(account)[0].starts_with("line 2, account: "), "{:?}", faults(account));
    let long = format!("{HEADING}\n\"A\nB\",aws-kms,aes-256,RSAES_OAEP_SHA_256,a.json,x\n");
    assert_eq!(faults(&long), ["line 2, system: it holds control characters or is longer than 256"]);
}

#[test]
fn quotation_marks_that_mean_nothing_certain_are_refused() {
    let with = |cells: &str| faults(&format!("{HEADING}\n{}\n{cells}\n{}\n", row("A"), row("B")));
    for (cells, says) in [
        (
            "\"C,aws-kms,aes-256,RSAES_OAEP_SHA_256,c.json,x",
            "line 3: a quotation mark that opens here is never closed",
        ),
        (
            "\"C\"s,aws-kms,aes-256,RSAES_OAEP_SHA_256,c.json,x",
            "line 3: \"s\" stands behind a closing quotation mark (line 3)",
        ),
        (
            "C, \"aws-kms\",aes-256,RSAES_OAEP_SHA_256,c.json,x",
            "line 3: a value has a space before its quotation mark",
        ),
    ] {
        let found = with(cells);
        assert!(found.len() == 1 && found[0].starts_with(says), "{cells}: {found:?}");
    }
    // Inches.
    let text = format!("{HEADING}\n{}\n", row("19\" rack").replace("19\" rack.json", "rack.json"));
    assert_eq!(keys(&text)[0].1, "19\" rack");
}

/// Text that is not a plan at all, of the bytes that matter.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("é"),
        Just(" "),
        Just(","),
        Just(";"),
        Just("\t"),
        Just("\""),
        Just("\"\""),
        Just("\r"),
        Just("\n"),
        Just("\r\n"),
        Just("\","),
        Just(",\""),
        Just("\"\n"),
        Just("\n\""),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|all| all.concat())
}

fn trimmed(cells: impl Iterator<Item = impl AsRef<str>>) -> Vec<String> {
    cells.map(|cell| cell.as_ref().trim().to_owned()).collect()
}

/// A row of a plan as somebody may write it: the separators' own, the quoting and what is behind it.
#[derive(Debug, Clone)]
struct Written {
    empty_before: Vec<(usize, usize)>,
    quoted: [bool; 6],
    more: usize,
    end: usize,
}

const ENDS: [&str; 3] = ["\r", "\n", "\r\n"];

fn written() -> impl Strategy<Value = Vec<Written>> {
    let one =
        (prop::collection::vec((0..3_usize, 0..4_usize), 0..3), any::<[bool; 6]>(), 0..3_usize, 0..3_usize);
    let one = one.prop_map(|(empty_before, quoted, more, end)| Written { empty_before, quoted, more, end });
    prop::collection::vec(one, 2..12)
}

proptest! {
    /// Any plan, with any mixture of line ends, empty rows and quoting: each key is there once, under the line that an
    /// editor shows for it.
    #[test]
    fn each_row_is_one_key_under_the_line_of_an_editor(
        rows in written(),
        separator in prop_oneof![Just(","), Just(";"), Just("\t")],
        names_it in any::<bool>(),
        mark in any::<bool>(),
    ) {
        let mut text = String::new();
        if names_it {
            let _ = writeln!(text, "sep={separator}");
        }
        let mut expected = Vec::new();
        for (n, row) in rows.iter().enumerate() {
            for (end, separators) in &row.empty_before {
                let _ = write!(text, "{}{}", separator.repeat(*separators), ENDS[*end]);
            }
            let name = format!("S{n}, \";\"");
            let file = format!("{n}.json");
            let cells = match n {
                0 => HEADING.split(',').map(str::to_owned).collect(),
                _ => vec![name.clone(), "aws-kms".into(), "aes-256".into(), "RSAES_OAEP_SHA_256".into(), file, "x".into()],
            };
            if n > 0 {
                expected.push((shown_line(&text), name.clone()));
            }
            let cells = cells.iter().zip(row.quoted).map(|(cell, quoted)| {
                let must = quoted || cell.contains([',', ';', '\t', '"']);
                if must { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            });
            let _ = write!(text, "{}{}{}", cells.collect::<Vec<_>>().join(separator), separator.repeat(row.more), ENDS[row.end]);
        }
        let bytes = if mark { format!("\u{feff}{text}") } else { text.clone() };
        let found = read(bytes.as_bytes());
        let found: Vec<_> = found.unwrap_or_else(|f| panic!("{text:?}: {f:#?}")).into_iter().map(|k| (k.line, k.system)).collect();
        prop_assert_eq!(found, expected);
    }

    /// Whatever the text, lines rise and are lines of it, and what is not refused has the values that another library
    /// finds.
    #[test]
    fn rows_are_those_of_another_reader(text in pieces()) {
        let Ok(ours) = rows(&text) else { return Ok(()) };
        let ours: Vec<_> = ours.collect();
        let lines: Vec<u64> = ours.iter().filter_map(|r| Some(r.as_ref().ok()?.line)).collect();
        prop_assert!(lines.is_sorted_by(|a, b| a < b), "{:?}", lines);
        prop_assert!(lines.last().is_none_or(|last| *last <= shown_line(&text)));
        if ours.iter().any(Result::is_err) {
            return Ok(());
        }
        let ours: Vec<Vec<String>> = ours.into_iter().flatten().map(|row| trimmed(row.cells.iter())).collect();
        let theirs = |separator: u8| {
            let mut reader = csv::ReaderBuilder::new();
            let reader = reader.delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
            let rows = reader.into_records().map(|r| trimmed(r.unwrap().iter()));
            rows.filter(|cells| cells.iter().any(|cell| !cell.is_empty())).collect::<Vec<_>>()
        };
        let separator = b",;\t".iter().find(|s| theirs(**s) == ours);
        prop_assert!(separator.is_some(), "{:?}: {:?}", text, ours);
    }
}
