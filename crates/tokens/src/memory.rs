//! What a token remembers for this program: short texts in private data objects (`CKO_DATA`, PKCS#11 3.0 §4.5). They are
//! found by `CKA_APPLICATION` and `CKA_LABEL`; a private object can be neither read nor made without the user's PIN, and
//! one that is not private is not believed.

use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};

use crate::{Pkcs11Token, TokenError};

/// The `CKA_APPLICATION` of all of them.
const APPLICATION: &[u8] = b"Cofferdam";

/// One text that a token keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its label.
    pub label: String,
    /// Its bytes.
    pub value: Vec<u8>,
}

impl Pkcs11Token {
    pub(crate) fn notes(&self) -> Result<Vec<Note>, TokenError> {
        let mut found = Vec::new();
        for object in self.note_objects(None)? {
            let wanted = [AttributeType::Label, AttributeType::Value];
            let (mut label, mut value) = (None, None);
            for attribute in self.session.get_attributes(object, &wanted)? {
                match attribute {
                    Attribute::Label(bytes) => label = String::from_utf8(bytes).ok(),
                    Attribute::Value(bytes) => value = Some(bytes),
                    _ => {}
                }
            }
            found.extend(label.zip(value).map(|(label, value)| Note { label, value }));
        }
        Ok(found)
    }

    /// The new object is there before the one it replaces goes: a crash in between leaves both.
    pub(crate) fn keep_note(&self, label: &str, value: &[u8]) -> Result<(), TokenError> {
        let before = self.note_objects(Some(label))?;
        self.session.create_object(&[
            Attribute::Class(ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Application(APPLICATION.to_vec()),
            Attribute::Label(label.into()),
            Attribute::Value(value.to_vec()),
        ])?;
        before.into_iter().try_for_each(|object| self.destroy_object(object))
    }

    pub(crate) fn forget_notes(&self, label: &str) -> Result<(), TokenError> {
        self.note_objects(Some(label))?.into_iter().try_for_each(|object| self.destroy_object(object))
    }

    fn note_objects(&self, label: Option<&str>) -> Result<Vec<ObjectHandle>, TokenError> {
        let mut wanted = vec![
            Attribute::Class(ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Application(APPLICATION.to_vec()),
        ];
        wanted.extend(label.map(|label| Attribute::Label(label.into())));
        Ok(self.session.find_objects(&wanted)?)
    }
}
