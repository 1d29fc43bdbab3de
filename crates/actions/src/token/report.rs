//! The report on the token as plain text, 78 characters a line, that people print and keep.

use super::words;
use documents::page::indented;
use protocol::Mode;
use std::fmt::Write as _;
use tokens::{Capabilities, KeySpec, Offer, TokenInfo};

/// The kinds of key that a report names the routes of: one of each that a token tells apart.
pub(super) const KINDS: [KeySpec; 7] = [
    KeySpec::Aes(256),
    KeySpec::Hmac(32),
    KeySpec::Rsa(3072),
    KeySpec::P256,
    KeySpec::P384,
    KeySpec::P521,
    KeySpec::Secp256k1,
];

/// What a token did in its trials, and which routes stand for each kind of key.
pub(super) fn of_token(info: &TokenInfo, found: &Capabilities, mode: Mode) -> String {
    let mut text = String::new();
    if mode == Mode::Rehearsal {
        text.push_str(words::REHEARSAL);
    }
    text.push_str(&words::report_heading(info));
    text.push_str(words::WHAT_THIS_RESTS_ON);
    let lies: Vec<_> = found.lies().collect();
    if lies.is_empty() {
        text.push_str(words::MISSTATED_NOTHING);
    } else {
        text.push_str(words::WHAT_IT_MISSTATES);
        for lie in lies {
            let _ = writeln!(text, "\n  {}", lie.name);
            indented(&mut text, &words::lie_in_report(lie));
        }
    }
    text.push_str("\nTRIALS\n");
    for trial in &found.list {
        let _ = writeln!(text, "\n  {:<40} {}", trial.name, trial.result.words());
        indented(&mut text, &words::trial_in_report(trial));
    }
    text.push_str("\nROUTES\n");
    for spec in KINDS {
        let _ = writeln!(text, "\n  {spec}");
        for route in found.routes(spec) {
            let _ = writeln!(text, "    {:<50} {}", route.route.to_string(), words::offer(route.offer));
            if route.offer == Offer::NotOffered {
                indented(&mut text, &route.reason);
            }
        }
    }
    text
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
}
