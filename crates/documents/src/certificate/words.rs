//! Certificates: of a drill, and of a destruction.

use crate::page::{indented, sentence};
use protocol::{Mode, visible};
use std::fmt::Write as _;
use transcript::count;

/// What a drill's certificate says.
pub struct Drill<'a> {
    /// Rehearsal or production.
    pub mode: Mode,
    /// The ceremony.
    pub run: &'a str,
    /// The day.
    pub day: &'a str,
    /// The ceremony that the backup was made in.
    pub earlier: &'a str,
    /// The share set.
    pub set: &'a str,
    /// How many keys the shares open, where a key plan made them.
    pub keys: Option<usize>,
    /// The key's, or that of all keys of the plan.
    pub check_value: &'a str,
    /// Where the keys were made and how they came out for the backup.
    pub path: &'a str,
    /// What came of it.
    pub result: &'a str,
    /// How long it took.
    pub minutes: u64,
    /// How long it was to take at most.
    pub objective_hours: u64,
    /// When the next one is due.
    pub next: &'a str,
}

/// A drill's certificate, one page.
pub fn of_drill(drill: &Drill<'_>) -> String {
    let met = drill.minutes <= drill.objective_hours * 60;
    let mut text = String::new();
    if drill.mode == Mode::Rehearsal {
        text.push_str("REHEARSAL: this certifies practice, not keys.\n\n");
    }
    let _ = write!(
        text,
        "RECOVERY DRILL\n\nDrill          {}\nDay            {}\nBackup made in {}\nShare set      {}\n",
        drill.run,
        drill.day,
        visible(drill.earlier),
        drill.set
    );
    let _ = match drill.keys {
        None => writeln!(text, "Check value    {}", drill.check_value),
        // Too long to stand beside its name.
        Some(keys) => writeln!(
            text,
            "Keys           {keys}, made by one key plan\nCheck value of all keys\n      {}",
            drill.check_value
        ),
    };
    text.push_str("\nPath of the key\n");
    indented(&mut text, &sentence(drill.path));
    text.push_str("\nResult\n");
    indented(&mut text, &sentence(drill.result));
    let _ = write!(
        text,
        "\nTime           {}, of an objective of {}: {}\nNext drill due {}\n\n",
        count(drill.minutes, "minute", "minutes"),
        count(drill.objective_hours, "hour", "hours"),
        if met { "met" } else { "NOT met" },
        drill.next
    );
    text.push_str(
        "The time runs from the first entry of the record to the result. How long the\ncustodians travelled is not in \
         it. This page is covered by SHA256SUMS and its\nsignature in the evidence pack.\n",
    );
    text
}

/// What a certificate of destruction says.
pub struct Destruction<'a> {
    /// Rehearsal or production.
    pub mode: Mode,
    /// The ceremony.
    pub run: &'a str,
    /// The day.
    pub day: &'a str,
    /// The ceremony that the backup was made in.
    pub earlier: &'a str,
    /// The key's label.
    pub label: &'a str,
    /// The key's check value.
    pub check_value: &'a str,
    /// Where the key was made and how it came out for the backup.
    pub path: &'a str,
    /// The share set.
    pub set: &'a str,
    /// The token.
    pub token: &'a str,
    /// Whether fewer sheets are left, missing ones included, than rebuild the backup wrapping key.
    pub below: bool,
    /// Whether the sheets and the wrapped file were kept, since they guard other keys of a plan.
    pub kept: bool,
    /// Each copy and what was done to it.
    pub sure: Vec<(String, String)>,
    /// Each copy whose end nobody could confirm.
    pub unsure: Vec<(String, String)>,
}

/// A certificate of destruction. It names the guide for media (NIST SP 800-88 Rev. 2) and where that one leaves keys to
/// another standard, and says what is only people's word.
pub fn of_destruction(d: &Destruction<'_>) -> String {
    let mut text = String::new();
    if d.mode == Mode::Rehearsal {
        text.push_str("REHEARSAL: this certifies practice, not keys.\n\n");
    }
    let _ = write!(
        text,
        "DESTRUCTION OF A KEY\n\nCeremony       {}\nDay            {}\nKey            {}\nCheck value    \
         {}\nShare set      {}\nBacked up in   {}\nToken          {}\n\nPATH OF THE KEY\n\n",
        d.run,
        d.day,
        visible(d.label),
        d.check_value,
        d.set,
        visible(d.earlier),
        visible(d.token)
    );
    indented(&mut text, &sentence(d.path));
    text.push_str("\nWHAT WAS DONE\n");
    let list = |text: &mut String, lines: &[(String, String)]| {
        for (copy, what) in lines {
            text.push('\n');
            indented(text, &sentence(copy));
            indented(text, &sentence(what));
        }
    };
    list(&mut text, &d.sure);
    text.push_str("\nWHAT COULD NOT BE CONFIRMED\n");
    list(&mut text, &d.unsure);
    if d.unsure.is_empty() {
        text.push_str("\n      Every copy that the record knows of is accounted for.\n");
    }
    if d.kept {
        text.push('\n');
        indented(
            &mut text,
            "The sheets were kept, since they guard other keys of the plan. Until they are replaced and destroyed, \
             whoever has enough of them and the wrapped file has the key: this is no end of it yet.",
        );
    } else if !d.below {
        text.push('\n');
        indented(
            &mut text,
            "As many sheets are missing as rebuild the backup wrapping key. Whoever has them and the wrapped file has \
             the key.",
        );
    }
    text.push_str("\nWHAT THIS RESTS ON\n\n");
    for paragraph in [
        "Paper and media: NIST SP 800-88 Rev. 2, Guidelines for Media Sanitization (September 2025). Keys in a token: \
         that guide leaves their zeroisation to ISO/IEC 19790, by which a token is validated; whether this token \
         overwrote the key in its memory is its maker's word and cannot be seen from outside.",
        "That sheets and media were destroyed is the word of the people who signed it. Copies that the record does not \
         know of, such as a photograph of a sheet or a backup of a token, cannot be excluded. A cloud may keep a deleted key \
         for a time in which it can be brought back.",
        "A wrapped file whose sheets are gone opens to nothing by any known means (AES-256 key wrap with padding, RFC \
         5649).",
        "This page is covered by SHA256SUMS and its signature in the evidence pack.",
    ] {
        indented(&mut text, paragraph);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_minute_is_not_several() {
        let drill = Drill {
            mode: Mode::Rehearsal,
            run: "r",
            day: "2027-01-01",
            earlier: "e",
            set: "s",
            keys: None,
            check_value: "c",
            path: "made in its token",
            result: "it opened",
            minutes: 1,
            objective_hours: 1,
            next: "n",
        };
        assert!(of_drill(&drill).contains("1 minute, of an objective of 1 hour: met"));
    }
}
