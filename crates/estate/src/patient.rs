//! What names a patient: no list of systems, and no record of keys, is to hold one (45 CFR 164.514(b)(2)).

/// Whether a text has the shape of a social security number, of a medical record number, or of a day of birth.
pub fn names_a_patient(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || ",;:.#()".contains(c)).filter(|w| !w.is_empty()).collect();
    words.iter().any(|word| is_ssn(word)) || is_mrn(&words) || is_birth(&words)
}

fn digits(part: &str, many: usize) -> bool {
    part.len() == many && part.bytes().all(|b| b.is_ascii_digit())
}

/// `123-45-6789`.
fn is_ssn(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    matches!(parts[..], [a, b, c] if digits(a, 3) && digits(b, 2) && digits(c, 4))
}

/// `MRN 00412345`, in one word or two.
fn is_mrn(words: &[&str]) -> bool {
    let numbered = |word: &str| word.bytes().filter(u8::is_ascii_digit).count() >= 4;
    words.iter().enumerate().any(|(at, word)| {
        let lower = word.to_lowercase();
        let next = words.get(at + 1).is_some_and(|next| numbered(next));
        lower.strip_prefix("mrn").is_some_and(|rest| numbered(rest) || (rest.is_empty() && next))
    })
}

/// `DOB 03/14/1962`, `born 1962-03-14`: a day, or a year, soon after a word for birth.
fn is_birth(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let lower = word.to_lowercase();
        let is_birth = ["dob", "born", "birthdate", "birthday", "birth"].contains(&lower.as_str());
        let glued = lower.strip_prefix("dob").is_some_and(is_day);
        let soon = words.iter().skip(at + 1).take(3).any(|word| is_day(word));
        glued || (is_birth && soon)
    })
}

/// Whether a word is a day in figures, or a year.
fn is_day(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['/', '-']).filter(|part| !part.is_empty()).collect();
    let figures = !parts.is_empty() && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let long = parts.iter().any(|part| part.len() == 4);
    figures && (parts.len() == 3 || (parts.len() == 1 && long))
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
        ] {
            assert!(!names_a_patient(text), "{text}");
        }
    }
}
