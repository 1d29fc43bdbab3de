use super::super::sample;
use super::*;
use crate::{Column, Form};

fn columns(names: &[&str]) -> Vec<Column> {
    let column =
        |name: &&str| Column { name: (*name).to_owned(), form: Form::Text, optional: true, longest: 4000 };
    names.iter().map(column).collect()
}

#[test]
fn a_table_that_was_written_is_read_as_the_same_rows() {
    let register = sample::register();
    let estate = Estate::of(&register, sample::TODAY);
    for (kind, rows) in [
        (facts::SYSTEM, 2),
        (facts::AGREEMENT, 1),
        (facts::POLICY, 1),
        (facts::SAFEGUARD, 3),
        (facts::ANSWER, 1),
    ] {
        let bytes = table(&estate, kind).unwrap();
        let mut names = declared(kind).to_vec();
        if kind == facts::SYSTEM {
            names.push("ward");
        }
        let heading = format!("{}\r\n", names.join(","));
        assert!(bytes.starts_with(heading.as_bytes()), "{kind}: the declared columns come first");
        let read = crate::read(&bytes, &columns(&names)).unwrap();
        assert_eq!(read.len(), rows, "{kind}");
        let (kept, before) = register.kept_of(kind);
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let found = crate::changes(kept, before, &names, read, true);
        assert!(found.are_none(), "{kind}: {found:?}");
    }
}

#[test]
fn nothing_that_is_kept_runs_in_a_spreadsheet() {
    let register = sample::register();
    let estate = Estate::of(&register, sample::TODAY);
    let text = String::from_utf8(table(&estate, facts::INCIDENT).unwrap()).unwrap();
    assert!(text.contains(",'+1 lost medium,"), "{text}");
}

/// A register takes nothing that a spreadsheet may run; one that an older program wrote is made harmless all the same.
#[test]
fn a_hyphen_and_a_space_get_an_apostrophe() {
    let mut register = sample::register();
    let at = register.kept_rows.iter().position(|row| row.kind == facts::ANSWER).unwrap();
    register.kept_rows[at].values[3] = "- see the note".to_owned();
    let bytes = table(&Estate::of(&register, sample::TODAY), facts::ANSWER).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains(",'- see the note,"));
}

#[test]
fn what_was_never_kept_is_no_table() {
    let register = register::Register::default();
    assert_eq!(table(&Estate::of(&register, sample::TODAY), facts::SYSTEM), None);
}
