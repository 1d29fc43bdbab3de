//! The text of a share card, row by row and whole, and the name of a set.
#![no_main]

use secrets::SecretText;
use shares::{Card, SetId};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(plain) = std::str::from_utf8(data) else { return };
    if let Ok(set) = plain.parse::<SetId>() {
        assert_eq!(set.to_string().parse(), Ok(set));
    }
    let Ok(text) = SecretText::new(plain.to_owned()) else { return };
    assert!((shares::ROWS..=shares::MAX_ROWS).contains(&shares::rows_of(&text)));
    for row in [1, 2, shares::ROWS, shares::MAX_ROWS] {
        let _ = shares::check_row(row, &text);
    }
    let _ = shares::Share::parse(&text);
    let Ok(card) = Card::parse(&text) else { return };
    // What is taken is written and read again as the same.
    let (rows, commitment) = match &card {
        Card::Open(share) => (share.rows(), share.commitment()),
        Card::Sealed(sealed) => (sealed.rows(), sealed.commitment()),
    };
    let rows: Vec<&str> = rows.iter().map(|row| row.as_str()).collect();
    let again = Card::parse(&SecretText::new(rows.join("\n")).expect("memory for a card"));
    let same = match again.expect("what was written is read") {
        Card::Open(share) => share.commitment(),
        Card::Sealed(sealed) => sealed.commitment(),
    };
    assert_eq!(same, commitment);
});
