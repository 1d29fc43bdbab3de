//! Reports as plain text, 78 characters a line, that people print and keep.

use crate::act::sentence;
use protocol::{Mode, visible};
use std::fmt::Write as _;
use tokens::{Capabilities, KeySpec, Offer, TokenInfo};
use transcript::count;

/// Characters a line.
const WIDTH: usize = 78;

/// The kinds of key that a report names the routes of: one of each that a token tells apart.
pub(crate) const KINDS: [KeySpec; 7] = [
    KeySpec::Aes(256),
    KeySpec::Hmac(32),
    KeySpec::Rsa(3072),
    KeySpec::P256,
    KeySpec::P384,
    KeySpec::P521,
    KeySpec::Secp256k1,
];

/// What a token did in its trials, and which routes stand for each kind of key.
pub(crate) fn of_token(info: &TokenInfo, found: &Capabilities, mode: Mode) -> String {
    let mut text = String::new();
    if mode == Mode::Rehearsal {
        text.push_str("REHEARSAL\n\n");
    }
    let _ = write!(
        text,
        "WHAT THIS TOKEN DOES\n\nManufacturer  {}\nModel         {}\nSerial number {}\nFirmware      {}\nLabel         {}\n\n",
        visible(&info.manufacturer),
        visible(&info.model),
        visible(&info.serial),
        visible(&info.firmware),
        visible(&info.label)
    );
    text.push_str(
        "Manufacturer, model, serial number and firmware are the token's own words.\nThe rest is what it did on \
         throw-away keys, held against this computer's own\ncalculations. It holds for this device with this \
         firmware on this day.\n\n",
    );
    let lies: Vec<_> = found.lies().collect();
    if lies.is_empty() {
        text.push_str("The token misstated nothing that was tried.\n");
    } else {
        text.push_str("WHAT THE TOKEN MISSTATES\n");
        for lie in lies {
            let _ = writeln!(text, "\n  {}", lie.name);
            indented(&mut text, &format!("Should be so: {} Found: {}.", lie.sentence, lie.detail));
        }
    }
    text.push_str("\nTRIALS\n");
    for trial in &found.list {
        let _ = writeln!(text, "\n  {:<40} {}", trial.name, trial.result.words());
        indented(&mut text, &format!("{} {}", trial.sentence, sentence(&trial.detail)));
    }
    text.push_str("\nROUTES\n");
    for spec in KINDS {
        let _ = writeln!(text, "\n  {spec}");
        for route in found.routes(spec) {
            let offer = match route.offer {
                Offer::Offered => "offered",
                Offer::NeedsApproval => "needs approval",
                Offer::NotOffered => "not offered",
            };
            let _ = writeln!(text, "    {:<50} {offer}", route.route.to_string());
            if route.offer == Offer::NotOffered {
                indented(&mut text, &route.reason);
            }
        }
    }
    text
}

/// What a drill's certificate says.
pub(crate) struct Drill<'a> {
    pub(crate) mode: Mode,
    pub(crate) run: &'a str,
    pub(crate) day: &'a str,
    pub(crate) earlier: &'a str,
    pub(crate) set: &'a str,
    /// How many keys the shares open, where a key plan made them.
    pub(crate) keys: Option<usize>,
    /// The key's, or that of all keys of the plan.
    pub(crate) check_value: &'a str,
    pub(crate) result: &'a str,
    pub(crate) minutes: u64,
    pub(crate) objective_hours: u64,
    pub(crate) next: &'a str,
}

/// A drill's certificate, one page.
pub(crate) fn of_drill(drill: &Drill<'_>) -> String {
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
pub(crate) struct Destruction<'a> {
    pub(crate) mode: Mode,
    pub(crate) run: &'a str,
    pub(crate) day: &'a str,
    pub(crate) earlier: &'a str,
    pub(crate) label: &'a str,
    pub(crate) check_value: &'a str,
    pub(crate) set: &'a str,
    pub(crate) token: &'a str,
    /// Whether fewer sheets are left, missing ones included, than rebuild the backup wrapping key.
    pub(crate) below: bool,
    /// Each copy and what was done to it.
    pub(crate) sure: Vec<(String, String)>,
    /// Each copy whose end nobody could confirm.
    pub(crate) unsure: Vec<(String, String)>,
}

/// A certificate of destruction. It names the guide for media (NIST SP 800-88 Rev. 2) and where that one leaves keys to
/// another standard, and says what is only people's word.
pub(crate) fn of_destruction(d: &Destruction<'_>) -> String {
    let mut text = String::new();
    if d.mode == Mode::Rehearsal {
        text.push_str("REHEARSAL: this certifies practice, not keys.\n\n");
    }
    let _ = write!(
        text,
        "DESTRUCTION OF A KEY\n\nCeremony       {}\nDay            {}\nKey            {}\nCheck value    \
         {}\nShare set      {}\nBacked up in   {}\nToken          {}\n\nWHAT WAS DONE\n",
        d.run,
        d.day,
        visible(d.label),
        d.check_value,
        d.set,
        visible(d.earlier),
        visible(d.token)
    );
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
    if !d.below {
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

/// A paragraph, indented by six and broken between words.
fn indented(text: &mut String, paragraph: &str) {
    let mut line = 0;
    for word in visible(paragraph).split_whitespace() {
        if line > 0 && line + 1 + word.chars().count() > WIDTH {
            text.push('\n');
            line = 0;
        }
        if line == 0 {
            text.push_str("      ");
            line = 6;
        } else {
            text.push(' ');
            line += 1;
        }
        text.push_str(word);
        line += word.chars().count();
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_what_a_token_calls_itself_and_does_as_it_says_nothing() {
        let label = "a\u{1b}[2J\nROUTES\u{202e}".to_owned();
        let info = TokenInfo {
            slot: 0,
            manufacturer: "M\u{9b}".to_owned(),
            model: "X".to_owned(),
            serial: "1\u{200b}2".to_owned(),
            label,
            firmware: "1.0".to_owned(),
            initialised: true,
            pin_pad: false,
        };
        let text = of_token(&info, &Capabilities::default(), Mode::Rehearsal);
        assert!(!text.chars().any(|c| protocol::is_unseen(c) && c != '\n'), "{text:?}");
        assert!(text.contains("Label         a\\u{1b}[2J\\u{a}ROUTES\\u{202e}\n"), "{text}");
        assert!(text.contains("Serial number 1\\u{200b}2"), "{text}");
    }

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
            result: "it opened",
            minutes: 1,
            objective_hours: 1,
            next: "n",
        };
        assert!(of_drill(&drill).contains("1 minute, of an objective of 1 hour: met"));
    }
}
