//! What names a patient: no list of systems, and no record of keys, is to hold one (45 CFR 164.514(b)(2)).

use crate::words;

/// Whether a text has the shape of a social security number, of a medical record number, or of a day of birth.
pub fn names_a_patient(text: &str) -> bool {
    // Every dash is a hyphen, and every other sign stands between words.
    let dash = |c: char| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}') { '-' } else { c };
    let text: String = text.chars().map(dash).collect::<String>().to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| word.trim_matches('-'))
        .filter(|word| !word.is_empty())
        .collect();
    is_ssn(&words) || is_mrn(&words) || is_birth(&words, &text)
}

fn digits(part: &str, many: usize) -> bool {
    part.len() == many && part.bytes().all(|b| b.is_ascii_digit())
}

/// `123-45-6789`, of numbers that are given out; or nine figures after the word.
fn is_ssn(words: &[&str]) -> bool {
    let given_out = |area: &str, group: &str, serial: &str| {
        !["000", "666"].contains(&area) && !area.starts_with('9') && group != "00" && serial != "0000"
    };
    words.iter().enumerate().any(|(at, word)| {
        let parts: Vec<&str> = word.split('-').collect();
        let hyphened = matches!(parts[..], [a, b, c] if digits(a, 3) && digits(b, 2) && digits(c, 4) && given_out(a, b, c));
        let bare = *word == "ssn" && words.iter().skip(at + 1).take(2).any(|next| digits(next, 9));
        hyphened || bare
    })
}

/// `MRN 00412345`, in one word or some.
fn is_mrn(words: &[&str]) -> bool {
    let figures = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let number = |word: &&str| figures(word) >= 5 || (figures(word) == 4 && !is_year(word));
    words.iter().enumerate().any(|(at, word)| {
        let filler = |word: &&&str| ["no", "nr", "number", "is", "id"].contains(*word);
        let next = words.iter().skip(at + 1).find(|word| !filler(word));
        word.strip_prefix("mrn")
            .is_some_and(|rest| number(&rest) || (["", "s"].contains(&rest) && next.is_some_and(number)))
    })
}

/// Whether it is a year of which many things speak.
fn is_year(word: &str) -> bool {
    digits(word, 4) && ("1900"..="2099").contains(&word)
}

/// `DOB 03/14/1962`, `born 1962-03-14`: a whole day soon after a word for birth; a year alone only after `dob` or `date of birth`.
fn is_birth(all: &[&str], text: &str) -> bool {
    let named = words::OF_A_PERSON.iter().any(|name| text.contains(name));
    let birth = |word: &str| ["born", "dob", "birth", "birthdate", "birthday", "birth-date"].contains(&word);
    let glued = all.iter().any(|word| {
        word.strip_prefix("dob").is_some_and(|rest| rest.bytes().filter(u8::is_ascii_digit).count() >= 2)
    });
    let Some(at) = all.iter().position(|word| birth(word)).or_else(|| named.then_some(0)) else {
        return glued;
    };
    let after: Vec<&str> = all.iter().skip(at + 1).take(8).copied().collect();
    let short = |word: &&str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    // A day in three parts, in one or several words, or in eight figures.
    let day = after.iter().any(|word| digits(word, 8) || word.matches('-').count() == 2)
        || after.windows(3).any(|three| {
            three.iter().filter(|word| short(word)).count() >= 2
                && three.iter().any(|word| is_year(word) || short(word))
        });
    let year = named && after.iter().any(|word| is_year(word));
    glued || day || year
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_patients_and_days_of_birth_are_known_by_their_shape() {
        for text in [
            "Patient 123-45-6789",
            "MRN 00412345",
            "mrn:00412345",
            "MRN#1234",
            "MRN0041234",
            "DOB 03/14/1962",
            "DOB: 1962-03-14",
            "dob03/14/62",
            "born 1962-03-14",
            "born on 14/3/1962",
            "date of birth 1962",
            "\"123-45-6789\"",
            "ssn=123-45-6789",
            "123\u{2011}45\u{2011}6789",
            "SSN 123456789",
            "MRN No 00412345",
            "D.O.B. 03/14/1962",
            "DOB 14-Mar-1962",
            "DOB 19620314",
        ] {
            assert!(names_a_patient(text), "{text}");
        }
        for text in [
            "ticket 4711",
            "call 555-123-4567",
            "the MRN system is down",
            "2027-10-01",
            "key 12-34-5678",
            "born digital images",
            "births are recorded by the ward",
            "3 of 5 shares, north campus",
            "Ward born in 2019",
            "Birth centre, room 1204",
            "Birth pavilion 2027",
            "MRN 2024 upgrade",
            "serial 000-12-0001",
        ] {
            assert!(!names_a_patient(text), "{text}");
        }
    }
}
