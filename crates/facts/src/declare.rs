//! How facts are declared: the constant and its line of the list in one place.

use crate::{Each, Fact, FileInPack, FolderInPack, Form, PathInPack};
use serde_json::Value;
use transcript::Level;

/// What is said of one fact: a line of `docs/formats/facts.md`.
pub struct About {
    /// The name in the record; of an [`Each`], what all of them begin with.
    pub name: &'static str,
    /// Who may read it.
    pub level: Level,
    /// The form of its value, in words.
    pub form: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// Whether it stands once for each turn, person or file.
    pub each: bool,
    fits: fn(&Value) -> bool,
}

impl About {
    /// Whether a record's fact of that name is this one.
    pub fn is_called(&self, name: &str) -> bool {
        match name.strip_prefix(self.name) {
            Some("") => !self.each,
            Some(rest) => self.each && rest.len() > 1 && rest.starts_with('-'),
            None => false,
        }
    }

    /// Whether its value is the name of a file that the entry has to name with its digest.
    pub fn is_of_a_file(&self) -> bool {
        self.form == FileInPack::SAYS || self.form == PathInPack::SAYS
    }

    /// Whether its value is the name of a folder, of whose files it has to name the digests.
    pub fn is_of_a_folder(&self) -> bool {
        self.form == FolderInPack::SAYS
    }

    /// Whether this value has its form.
    pub fn fits(&self, value: &Value) -> bool {
        (self.fits)(value)
    }
}

impl<F: Form> Fact<F> {
    pub(crate) const fn about(&self) -> About {
        let fits = |value: &Value| F::read(value).is_some();
        About { name: self.name, level: self.level, form: F::SAYS, doc: self.doc, each: false, fits }
    }
}

impl<F: Form> Each<F> {
    pub(crate) const fn about(&self) -> About {
        About { each: true, ..self.stem.about() }
    }
}

/// Declares a room's facts, `NAME: Fact = level "name", Form, "what it says";`, and lists them in `ALL`.
macro_rules! facts {
    ($($konst:ident: $kind:ident = $level:ident $name:literal, $form:ty, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub const $konst: $crate::$kind<$form> = $crate::$kind::$level($name, $doc);
        )*
        /// The facts of this room.
        pub(crate) const ALL: &[$crate::About] = &[$($konst.about()),*];
    };
}
pub(crate) use facts;
