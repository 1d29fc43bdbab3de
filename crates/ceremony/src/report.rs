//! Reports as plain text, 78 characters a line, that people print and keep.

use protocol::Mode;
use std::fmt::Write as _;
use tokens::{Capabilities, KeySpec, Offer, TokenInfo};

/// Characters a line.
const WIDTH: usize = 78;

/// What a token did in its trials, and which routes stand for each kind of key.
pub(crate) fn of_token(info: &TokenInfo, found: &Capabilities, mode: Mode) -> String {
    let mut text = String::new();
    if mode == Mode::Rehearsal {
        text.push_str("REHEARSAL\n\n");
    }
    let _ = write!(
        text,
        "WHAT THIS TOKEN DOES\n\nManufacturer  {}\nModel         {}\nSerial number {}\nFirmware      {}\nLabel         {}\n\n",
        info.manufacturer, info.model, info.serial, info.firmware, info.label
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
        indented(&mut text, &format!("{} {}.", trial.sentence, capital(&trial.detail)));
    }
    text.push_str("\nROUTES\n");
    for spec in [
        KeySpec::Aes(256),
        KeySpec::Hmac(32),
        KeySpec::Rsa(3072),
        KeySpec::P256,
        KeySpec::P384,
        KeySpec::P521,
        KeySpec::Secp256k1,
    ] {
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

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// A paragraph, indented by six and broken between words.
fn indented(text: &mut String, paragraph: &str) {
    let mut line = 0;
    for word in paragraph.split_whitespace() {
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
