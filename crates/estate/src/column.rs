//! What a column of a register takes.

use crate::{names_a_patient, words};
use facts::NONE;
use incoming::table::{meant, not_a_value, shown};
use protocol::is_unseen;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub form: Form,
    /// Whether a value may be `none`.
    pub optional: bool,
    /// The most characters of a text.
    pub longest: usize,
}

/// What values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Text of one line.
    Text,
    /// One of these words.
    Choice(Vec<String>),
    /// A day as `2027-10-01`.
    Day,
    /// A number from 0.
    Number,
    /// The check value of a key that the register knows.
    Key,
}

/// What people write for nothing.
const NOTHING: [&str; 9] = ["", "none", "n/a", "na", "-", "–", "—", "―", "\u{2212}"];

impl Column {
    /// The value that a cell means, or what is wrong with it.
    pub fn read(&self, cell: &str) -> Result<String, String> {
        let text = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(text.trim_end_matches('.'))) {
            let is_choice = matches!(&self.form, Form::Choice(all) if all.iter().any(|one| one == NONE));
            return if self.optional || is_choice {
                Ok(NONE.to_owned())
            } else {
                Err(words::EMPTY.to_owned())
            };
        }
        if text.chars().any(char::is_control) {
            return Err(words::CONTROL.to_owned());
        }
        // Nothing of a patient is repeated, in whatever column it stands.
        if names_a_patient(text) {
            return Err(words::NAMES_A_PATIENT.to_owned());
        }
        // Two ids that differ in it look the same.
        if text.chars().any(is_unseen) {
            return Err(words::UNSEEN.to_owned());
        }
        if !text.chars().any(char::is_alphanumeric) {
            return Err(words::SAYS_NOTHING.to_owned());
        }
        if text.chars().count() > self.longest {
            return Err(words::too_long(self.longest));
        }
        if let Some(why) = not_a_value(text, true).or_else(|| is_formula(text)) {
            return Err(words::because(&shown(text), why));
        }
        let wrong = |what: &str| Err(words::because(&shown(text), what));
        match &self.form {
            Form::Text | Form::Key => Ok(text.to_owned()),
            Form::Choice(all) => match meant(text, all.iter().map(|one| (one.as_str(), one))) {
                Some(one) => Ok(one.clone()),
                None => wrong(&words::not_one_of(all)),
            },
            Form::Day if is_day(text) => Ok(text.to_owned()),
            Form::Day => wrong(words::NOT_A_DAY),
            Form::Number => match text.parse::<u64>() {
                Ok(number) => Ok(number.to_string()),
                Err(_) => wrong(words::NOT_A_NUMBER),
            },
        }
    }
}

/// A spreadsheet begins a formula with a minus too; and where it separates values by semicolons, a text may hold a cell that
/// begins with one.
fn is_formula(text: &str) -> Option<&'static str> {
    let within = text.split([';', '\t', '|']).skip(1).any(|part| {
        part.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')
            .starts_with(['=', '+', '-', '@'])
    });
    (text.starts_with('-') || within).then_some(words::MINUS)
}

/// Whether a text of people says something: it has a letter or a figure, nothing that nobody sees, and is not a word for nothing.
pub fn says_something(text: &str) -> bool {
    let text = text.trim();
    !NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(text.trim_end_matches('.')))
        && text.chars().any(char::is_alphanumeric)
        && !text.chars().any(is_unseen)
        && not_a_value(text, true).or_else(|| is_formula(text)).is_none()
}

/// Whether it is a day of the calendar, as `2027-10-01`.
pub(crate) fn is_day(text: &str) -> bool {
    crate::estate::day(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(form: Form, optional: bool) -> Column {
        Column { name: "x".to_owned(), form, optional, longest: 20 }
    }

    #[test]
    fn a_cell_is_what_people_meant() {
        let choice = column(Form::Choice(vec!["customer-managed".into(), "byok".into()]), false);
        assert_eq!(choice.read(" Customer Managed ").as_deref(), Ok("customer-managed"));
        assert!(choice.read("aws").unwrap_err().contains("customer-managed, byok"));
        let text = column(Form::Text, true);
        for unseen in ["EHR\u{200b}-1", "\u{200b}", "x\u{202e}y", "a\u{ad}b"] {
            assert!(text.read(unseen).is_err(), "{unseen:?}");
        }
        assert!(
            text.read("…").is_err()
                && !says_something("—")
                && !says_something(".")
                && says_something("Renewed")
        );
        for nothing in ["", " ", "none", "None.", "N/A", "-", "–", "—"] {
            assert_eq!(text.read(nothing).as_deref(), Ok("none"), "{nothing:?}");
        }
        assert_eq!(text.read("'t Hooft, מרפאה").as_deref(), Ok("'t Hooft, מרפאה"));
        for formula in [
            "=cmd|' /C calc'!A0",
            "+1+1",
            "@SUM(1)",
            "-1+1",
            "-(1)",
            "- cmd|' /C calc'!A0",
            "x;=cmd|' /C'!A0",
        ] {
            assert!(text.read(formula).unwrap_err().contains("formula"), "{formula}");
        }
        assert_eq!(text.read("– see the note").as_deref(), Ok("– see the note"));
        assert!(text.read(&"x".repeat(21)).unwrap_err().contains("20"));
        assert!(text.read("a\nb").is_err());
        assert!(!text.read("SSN 123-45-6789").unwrap_err().contains("6789"), "a patient is repeated");
        let day = column(Form::Day, false);
        assert_eq!(day.read("2027-10-01").as_deref(), Ok("2027-10-01"));
        for wrong in ["2027-02-30", "10/1/2027", "", "none"] {
            assert!(day.read(wrong).is_err(), "{wrong}");
        }
        let number = column(Form::Number, false);
        assert_eq!(number.read("072").as_deref(), Ok("72"));
        assert!(number.read("72.00").unwrap_err().contains("number"));
    }
}
