//! Tables of registers: every column that there is, of every form.

#![no_main]

use estate::{Column, Form};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let column = |name: &str, form: Form, optional: bool| Column {
        name: name.to_owned(),
        form,
        optional,
        longest: 60,
    };
    let columns = [
        column("id", Form::Text, false),
        column("data", Form::Choice(vec!["ephi".to_owned(), "no-ephi".to_owned()]), false),
        column("review", Form::Day, true),
        column("notify-hours", Form::Number, true),
        column("key", Form::Key, true),
    ];
    if let Ok(rows) = estate::read(data, &columns) {
        // What is taken is written and read again as the same.
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let written = estate::write(&names, rows.iter().map(|row| row.values.as_slice()));
        let again = estate::read(&written, &columns).expect("what was written is read");
        assert!(rows.iter().map(|row| &row.values).eq(again.iter().map(|row| &row.values)));
    }
});
