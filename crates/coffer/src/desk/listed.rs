//! What the page may choose from: scripts, rosters and modules that ship, that are enrolled here, or that the operator
//! named when the program was started. A page that names anything else is refused: it shows what people see, and who
//! takes it over must not be able to bring in a library, a script or people of their own.

use super::{Desk, LARGEST_TEXT, SHIPPED, modules, words};
use protocol::{Choice, Mode, Problem};
use std::borrow::Cow;
use std::path::PathBuf;

impl Desk {
    /// The PKCS#11 modules that the room may load.
    pub(crate) fn modules(&self) -> Vec<PathBuf> {
        modules::with(&self.named.modules)
    }

    /// Refuses a script that is not one of those that the page may choose, by its name or path.
    pub(crate) fn lists_script(&self, name: &str) -> Result<(), Problem> {
        let ships = SHIPPED.iter().any(|shipped| shipped.name() == name);
        let named = || self.named.scripts.iter().any(|path| path.as_os_str() == name);
        if ships || named() { Ok(()) } else { Err(words::script_not_listed(name)) }
    }

    /// The text of every script that can be played here: of those that ship, and of those named that can be read.
    pub(super) fn script_texts(&self) -> Vec<Cow<'static, str>> {
        let ship = SHIPPED.iter().map(|shipped| Cow::Borrowed(shipped.text));
        let named = self
            .named
            .scripts
            .iter()
            .filter_map(|path| String::from_utf8(outside::read(path, LARGEST_TEXT).ok()?).ok());
        ship.chain(named.map(Cow::Owned)).collect()
    }

    /// The rosters to choose from: those enrolled here, the newest first, and those named.
    pub(crate) fn rosters(&self, mode: Mode) -> Vec<Choice> {
        let enrolled = self.enrolled_rosters(mode);
        let choice = |path: &PathBuf, note: &str| Choice {
            id: path.display().to_string(),
            title: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            note: Some(note.to_owned()),
            refused: None,
        };
        let named = self.named.rosters.iter().map(|path| choice(path, words::NAMED_AT_START));
        let note = |is_newest: bool| if is_newest { words::ENROLLED_HERE } else { words::ENROLLED_ONCE };
        enrolled.iter().map(|(path, is_newest)| choice(path, note(*is_newest))).chain(named).collect()
    }

    /// The rosters that a ceremony enrolled which is on the list of those that ended here, each with whether it is the one
    /// that was enrolled last, which comes first. A file that somebody put into the folder, or changed there, is none: it
    /// enrols nobody; and what the files are called does not say which is the newest.
    pub(crate) fn enrolled_rosters(&self, mode: Mode) -> Vec<(PathBuf, bool)> {
        let Ok(store) = self.store(mode) else { return Vec::new() };
        let commissioned = engine::Commissioned::here(&store.folder);
        let look = |path: PathBuf| {
            let digest = script::sha256_hex(&outside::read(&path, LARGEST_TEXT).ok()?);
            let is_newest = commissioned.newest_roster() == Some(digest.as_str());
            commissioned.enrolled(&digest).then_some((path, is_newest))
        };
        let mut found: Vec<(PathBuf, bool)> = store.rosters().into_iter().filter_map(look).collect();
        found.sort_by_key(|(_, is_newest)| !is_newest);
        found
    }

    /// The roster that the page chose of these; where it chose none, the one enrolled last.
    pub(crate) fn chosen_roster(
        &self,
        mode: Mode,
        id: Option<&str>,
        listed: &[Choice],
    ) -> Result<Option<PathBuf>, Problem> {
        match id {
            None => Ok(self.enrolled(mode)),
            Some(id) if listed.iter().any(|choice| choice.id == id) => Ok(Some(PathBuf::from(id))),
            Some(id) => Err(words::roster_not_listed(id)),
        }
    }
}
