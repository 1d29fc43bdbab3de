//! What stands on a printed sheet, from the record and the plan.

use crate::dealing::Dealing;
use crate::engine::Engine;
use crate::plan::Planned;
use paper::{
    Imprint, Look, Media, PaperError, Rows, ShareSheet, SitePlace, Symbol, TEST_SYMBOL_TEXT, TypeSize, When,
    share_sheet, test_page as draw_test_page,
};
use protocol::{Mode, visible};
use shares::Share;
use zeroize::Zeroizing;

/// A card to print: the share's facts, and the rows and symbol of the card itself, which may be locked.
pub(super) struct Card<'s> {
    pub(super) share: &'s Share,
    pub(super) dealing: &'s Dealing,
    pub(super) rows: Vec<Zeroizing<String>>,
    pub(super) symbol: (Zeroizing<String>, u32),
    pub(super) locked: bool,
}

fn look(engine: &Engine<'_>, code_word: bool) -> Look {
    Look {
        media: match engine.plan.value("paper") {
            "Letter" => Media::Letter,
            "A5" => Media::A5,
            _ => Media::A4,
        },
        type_size: if engine.plan.value("large-type") == "yes" { TypeSize::Large } else { TypeSize::Normal },
        symbol: if engine.plan.value("qr") == "no" { Symbol::LeftOff } else { Symbol::Printed },
        code_word,
    }
}

fn when(engine: &Engine<'_>) -> Result<When, PaperError> {
    let now = time::OffsetDateTime::from_unix_timestamp((engine.now)()).map_err(|_| PaperError::Date)?;
    Ok(When {
        year: u16::try_from(now.year()).map_err(|_| PaperError::Date)?,
        month: now.month().into(),
        day: now.day(),
        hour: now.hour(),
        minute: now.minute(),
    })
}

/// The test page: nothing on it is secret.
pub(super) fn test_page(engine: &Engine<'_>) -> Result<Vec<u8>, PaperError> {
    let hash = crate::digest::hex(&crate::plan::script_hash(&engine.plan.text));
    let imprint = Imprint {
        title: "Test page",
        script_hash: &hash,
        language: "en",
        when: when(engine)?,
        rehearsal: engine.plan.mode == Mode::Rehearsal,
    };
    let code = qrcode::QrCode::with_error_correction_level(TEST_SYMBOL_TEXT, qrcode::EcLevel::Q)
        .map_err(|_| PaperError::Symbol)?;
    let modules: String = code.to_colors().iter().map(|c| c.select('1', '0')).collect();
    let width = u32::try_from(code.width()).map_err(|_| PaperError::Symbol)?;
    draw_test_page(&imprint, look(engine, false), (&modules, width))
}

/// The sheet, made in memory.
pub(super) fn sheet(
    engine: &Engine<'_>,
    step: &Planned,
    card: &Card<'_>,
) -> Result<Zeroizing<Vec<u8>>, PaperError> {
    let share = card.share;
    let hash = crate::digest::hex(&crate::plan::script_hash(&engine.plan.text));
    let set = share.set().to_string();
    let (number, count) = (step.turn, card.dealing.count());
    let site = card.dealing.site_of(number).map(|at| SitePlace {
        name: at.name,
        number: at.number,
        needed: card.dealing.sites_needed(),
        sites: at.sites,
        index: at.index,
        count: at.count,
    });
    let title = format!("Share sheet {number} of {count}, set {set}");
    let role = engine.plan.script.roles.iter().find(|r| r.role == step.actor.role);
    let custodian = role.map_or_else(
        || step.actor.name.clone(),
        |role| format!("{}, {}", step.actor.name, role.title.to_lowercase()),
    );
    let (purpose, key_file) = match engine.fact("plan-keys") {
        Some(keys) => {
            let files = transcript::count(&keys, "file named plan-backup", "files, each named plan-backup");
            (format!("Backup of {} of a plan", transcript::count(&keys, "key", "keys")), files)
        }
        None => (
            format!("Backup of the master key {}", engine.fact("key-label").unwrap_or_default()),
            engine.fact("wrapped-backup").unwrap_or_default(),
        ),
    };
    let rows: Vec<&str> = card.rows.iter().map(|r| r.as_str()).collect();
    let sheet = ShareSheet {
        imprint: Imprint {
            title: &title,
            script_hash: &hash,
            language: "en",
            when: when(engine)?,
            rehearsal: share.rehearsal(),
        },
        rows: Rows::Printed(&rows),
        symbol: Some((&card.symbol.0, card.symbol.1)),
        index: number,
        threshold: share.threshold(),
        count,
        set: &set,
        set_words: &protocol::words_of(share.set().as_bytes()).join(" "),
        // What a printer would draw as nothing is seen on paper too.
        purpose: &visible(&purpose),
        key_file: &visible(&key_file),
        custodian: &visible(&custodian),
        site,
        locked: card.locked,
    };
    share_sheet(&sheet, look(engine, card.locked))
}
