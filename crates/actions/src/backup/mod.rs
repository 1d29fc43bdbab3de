//! The backup of a key: wrapped, its wrapping key split, each share given and read back, all of it rebuilt.

pub(crate) mod dice;
pub(crate) mod fresh;
pub(crate) mod give;
pub(crate) mod rebuild;
pub(crate) mod seal;
pub(crate) mod split;
pub(crate) mod void;
pub(crate) mod words;
pub(crate) mod wrap;
pub(crate) mod wrapped;

use engine::Slot;
use script::{Each, Material, Owed};
use secrets::SecretBytes;
use shares::Share;

/// The parameter that says how many shares rebuild the key, where people count wherever they are.
pub(in crate::backup) const THRESHOLD: &str = "threshold";

/// The backup wrapping key.
pub static BACKUP_KEY: Material = Material::in_room("backup-key", words::called::BACKUP_KEY)
    .hanging_on(&[&crate::key::MASTER_KEY])
    .telling(&[facts::SHARE_SET.name()]);
/// The new shares.
pub static SHARES: Material =
    Material::in_room("shares", words::called::SHARES).hanging_on(&[&crate::key::MASTER_KEY, &BACKUP_KEY]);
/// The new shares as they were read back from their sheets.
pub static READ_BACK: Material = Material::in_room("shares-read-back", words::called::READ_BACK)
    .hanging_on(&[&crate::key::MASTER_KEY, &SHARES]);
/// A backup that was rebuilt and matched.
pub static PROVEN_BACKUP: Material = Material::recorded("proven-backup", words::called::PROVEN_BACKUP)
    .hanging_on(&[&crate::key::MASTER_KEY, &BACKUP_KEY]);

/// Share so and so has to be read back from its sheet.
pub static SHARE_READ_BACK: Owed =
    Owed { id: "share-{}-read-back", says: words::owed::SHARE_READ_BACK, each: Each::Share };

/// The new set's shares, in the order of their numbers.
#[derive(Default)]
pub(in crate::backup) struct Dealt {
    shares: Vec<Share>,
    /// The printer whose test page was found good.
    tried_printer: Option<String>,
}

/// The backup wrapping key. Only this folder reaches it: others go through its functions.
pub(in crate::backup) static WRAPPING: Slot<SecretBytes> = Slot::of(&BACKUP_KEY);
/// The new set's shares, as they were dealt.
pub(in crate::backup) static DEALT: Slot<Dealt> = Slot::of(&SHARES);
/// The same, as they were read back.
pub(in crate::backup) static SEEN: Slot<Vec<Share>> = Slot::of(&READ_BACK);
