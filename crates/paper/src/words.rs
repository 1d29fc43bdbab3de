//! What people read on paper, beside what they print themselves.

use crate::{ShareSheet, SitePlace};

// Every page.
pub(crate) const REHEARSAL: &str = "REHEARSAL";
pub(crate) const TOO_SMALL: &str = "nothing is set smaller than 11 points";
pub(crate) const POINT: &str = "–";
pub(crate) const DATE_TIME: &str = "Date, time";

pub(crate) fn page_of(number: usize, total: usize) -> String {
    format!("page {number} of {total}")
}

pub(crate) fn page_title(number: usize) -> String {
    format!("Page {number}")
}

/// The script's hash, in groups.
pub(crate) fn script(groups: &[&str]) -> String {
    format!("script {}", groups.join(" "))
}

/// In place of a picture that is higher than a page.
pub(crate) const PICTURE_TOO_HIGH: &str =
    "The picture is higher than a page and is left off here; the table beside it says the same.";

// What does not fit: words that follow nothing and come before "does not fit".
pub(crate) const PART_OF_DOCUMENT: &str = "a part of the document";
pub(crate) const THE_SHARE_SHEET: &str = "the share sheet";
pub(crate) const THE_TEST_PAGE: &str = "the test page";

// The share sheet.
pub(crate) const SET: &str = "Set";
pub(crate) const FOR: &str = "For";
pub(crate) const CUSTODIAN: &str = "Custodian";
pub(crate) const SITE: &str = "Site";
pub(crate) const KEY_FILE: &str = "Key file";
pub(crate) const MADE: &str = "Made";
pub(crate) const ROWS: &str = "Rows";
pub(crate) const ROW: &str = "Row";
pub(crate) const CHECK: &str = "Check";
pub(crate) const TYPE_ROWS: &str = "Type one row a line";
pub(crate) const WRITE_ROWS: &str = "Capital letters and digits; no I, L, O, U";
pub(crate) const SYMBOL: &str = "The share as a QR symbol";
pub(crate) const SYMBOL_AGAIN: &str = "The same QR symbol again";
pub(crate) const FOLD: &str = "fold here, writing inside";
pub(crate) const CODE_WORD: &str = "Code word";
pub(crate) const BLANKS: [&str; 4] = ["Bag number", "Sealed on", CUSTODIAN, "Witness"];
pub(crate) const WITHOUT_US: &str = "Without Cofferdam";

pub(crate) fn how_to_keep(sheet: &ShareSheet<'_>, code_word: bool) -> &'static str {
    match (sheet.imprint.rehearsal, sheet.locked) {
        (true, _) => "REHEARSAL: protects nothing",
        (false, true) if code_word => "Secret. Locked with a code word",
        (false, true) => "Secret. Locked with a passphrase",
        (false, false) => "Secret. Show it to nobody",
    }
}

pub(crate) fn share_title(index: u8) -> String {
    format!("Share {index}")
}

pub(crate) fn share_of(sheet: &ShareSheet<'_>) -> String {
    format!("Share {} of {}", sheet.index, sheet.count)
}

pub(crate) fn share_of_set(sheet: &ShareSheet<'_>) -> String {
    format!("Share {} of {}, set {}", sheet.index, sheet.count, sheet.set)
}

pub(crate) fn needs(sheet: &ShareSheet<'_>) -> String {
    match sheet.site {
        Some(site) if site.needed > 0 => format!("needs {} sites", site.needed),
        _ => format!("needs {}", sheet.threshold),
    }
}

pub(crate) fn site(s: SitePlace<'_>) -> String {
    if s.needed > 0 {
        format!("{} (site {} of {}), share {} of its {}", s.name, s.number, s.sites, s.index, s.count)
    } else {
        format!("{} (site {} of {})", s.name, s.number, s.sites)
    }
}

/// What the threshold means, in a sentence.
pub(crate) fn how_many(sheet: &ShareSheet<'_>) -> String {
    let (need, count) = (sheet.threshold, sheet.count);
    match sheet.site {
        Some(site) if site.needed > 0 => format!(
            "Any {need} of this site's {} shares give its part; any {} of the {} sites' parts give the key.",
            site.count, site.needed, site.sites
        ),
        _ => format!("Any {need} of the {count} shares give the key back. Fewer tell nothing."),
    }
}

/// How to do without this program.
pub(crate) fn without_us(sheet: &ShareSheet<'_>, code_word: bool) -> String {
    let shares = match sheet.site {
        Some(site) if site.needed > 0 => {
            format!("as many shares as their sheets say from each of {} sites", site.needed)
        }
        _ => format!("{} shares of this set", sheet.threshold),
    };
    let locked = match (sheet.locked, code_word) {
        (true, true) => " It asks for this sheet's code word: type it in capitals, with its dashes.",
        (true, false) => " This share also needs its custodian's passphrase.",
        (false, _) => "",
    };
    format!(
        "Bring {shares} and the key file to a Debian or Ubuntu computer without a network. The page \
         HOW-TO-RECOVER.md, in the folder recovery of the records, says each step; decode_shares.py beside it combines \
         the shares and says which row is wrong.{locked} If that is lost too: share.md there says what the characters \
         mean, gfcombine -o key key.002 key.004 key.005 (package libgfshare-bin) combines them, and openssl enc -d \
         -id-aes256-wrap-pad -iv A65959A6 opens the key file. zbarimg (package zbar-tools) reads damaged symbols."
    )
}

// The test page.
pub(crate) const TEST_PAGE: &str = "Test page";
pub(crate) const SMALLEST: &str = "The smallest print on any sheet is this: 11 points.";
pub(crate) const TEST_SYMBOL: &str = "A QR symbol without a secret";
pub(crate) const CHECKS: [&str; 6] = [
    "1. The frame is whole on all four sides.",
    "2. The line below is 100 mm long: the printer did not scale the page.",
    "3. Every character of the two rows can be told from every other.",
    "4. The three grey fields differ from one another and from white.",
    "5. The scanner or camera reads the symbol.",
    "6. Then print nothing else on this printer until the sheets are out.",
];

/// What the symbol handed to [`crate::test_page`] must hold: as long as the longest card, and no share.
pub const TEST_SYMBOL_TEXT: &str = "COFFERDAM TEST PAGE WITHOUT ANY SECRET. 0123456789 ABCDEFGHJKMNPQRSTVWXYZ. \
     COFFERDAM TEST PAGE WITHOUT ANY SECRET. 0123456789 ABCDEFGHJKMNPQRSTVWXYZ. \
     COFFERDAM TEST PAGE WITHOUT A.";
