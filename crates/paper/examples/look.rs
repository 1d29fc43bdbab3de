//! Writes rehearsal sheets and documents into a folder, to be looked at: `cargo run -p paper --example look -- FOLDER`.
//! Nothing secret is in them: the key that is shared is the byte 11 thirty-two times.
#![allow(clippy::unwrap_used, reason = "a developer's tool may fail by panicking")]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{a_card, by_hand, imprint, script, with_sheet};
use paper::{Look, Media, Symbol, TEST_SYMBOL_TEXT, TypeSize, document, share_sheet, test_page};

fn main() {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).expect("a folder"));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    for media in [Media::A5, Media::A4, Media::Letter] {
        let name = media.name();
        for rows in [7, 9] {
            let card = a_card(rows);
            for type_size in [TypeSize::Normal, TypeSize::Large] {
                for rehearsal in [false, true] {
                    let look = Look { type_size, code_word: rows == 9, ..Look::on(media) };
                    let file = format!(
                        "share-{name}-{rows}-{type_size:?}-{}.pdf",
                        if rehearsal { "rehearsal" } else { "real" }
                    );
                    match with_sheet(&card, rehearsal, |s| share_sheet(s, look)) {
                        Ok(bytes) => write(&file, &bytes),
                        Err(e) => write(&format!("{file}.txt"), e.to_string().as_bytes()),
                    }
                }
            }
        }
        let no_symbol = Look { symbol: Symbol::LeftOff, ..Look::on(media) };
        write(
            &format!("no-symbol-{name}.pdf"),
            &with_sheet(&a_card(7), false, |s| share_sheet(s, no_symbol)).unwrap(),
        );
        write(
            &format!("by-hand-{name}.pdf"),
            &share_sheet(&by_hand(7), Look { code_word: true, ..Look::on(media) }).unwrap(),
        );
        write(&format!("script-{name}.pdf"), &document(&imprint(true), Look::on(media), &script()).unwrap());
        let code = qrcode::QrCode::with_error_correction_level(TEST_SYMBOL_TEXT, qrcode::EcLevel::Q).unwrap();
        let modules: String = code.to_colors().iter().map(|c| c.select('1', '0')).collect();
        let symbol = (modules.as_str(), u32::try_from(code.width()).unwrap());
        write(
            &format!("test-page-{name}.pdf"),
            &test_page(&imprint(false), Look::on(media), symbol).unwrap(),
        );
    }
}
