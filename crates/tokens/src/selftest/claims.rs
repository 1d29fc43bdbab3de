//! What keys say of their own past. A record may quote these only where they were found true.

use cryptoki::object::{Attribute, AttributeType};

use super::words;
use super::{Report, Shown};
use crate::pkcs11::object;
use crate::{Handle, KeySpec, Pkcs11Token, TokenError};

impl Pkcs11Token {
    pub(super) fn try_claims(&mut self, report: &mut Report) -> Result<(), TokenError> {
        let shown = self.imported_says(AttributeType::Local);
        report.note("imported-not-local", words::IMPORTED_NOT_LOCAL, shown)?;
        let shown = self.imported_says(AttributeType::AlwaysSensitive);
        report.note("imported-not-always-sensitive", words::IMPORTED_NOT_ALWAYS_SENSITIVE, shown)?;
        let shown = self.made_says(AttributeType::Local, true);
        report.note("generated-local", words::GENERATED_LOCAL, shown)?;
        let shown = self.made_says(AttributeType::AlwaysSensitive, true);
        report.note("generated-always-sensitive", words::GENERATED_ALWAYS_SENSITIVE, shown)?;
        let shown = self.made_says(AttributeType::NeverExtractable, false);
        report.note("extractable-not-never", words::EXTRACTABLE_NOT_NEVER, shown)
    }

    fn imported_says(&mut self, claim: AttributeType) -> Result<Shown, TokenError> {
        let key = self.import_aes(&[0x5a; 32])?;
        self.says(key, claim, false)
    }

    /// Of an extractable key made here.
    fn made_says(&mut self, claim: AttributeType, truth: bool) -> Result<Shown, TokenError> {
        let key = self.make_object("", KeySpec::Aes(256), true)?;
        self.says(Handle(key.handle()), claim, truth)
    }

    /// Compares a key's claim with the truth, and destroys the key.
    fn says(&mut self, key: Handle, claim: AttributeType, truth: bool) -> Result<Shown, TokenError> {
        let said = match self.attribute(object(key), claim)? {
            Some(Attribute::Local(b) | Attribute::AlwaysSensitive(b) | Attribute::NeverExtractable(b)) => {
                Some(b)
            }
            _ => None,
        };
        self.forget(&[key])?;
        let word = |yes| if yes { "yes" } else { "no" };
        Ok(match said {
            None => Shown::absent(words::SAYS_NOT),
            Some(b) if b == truth => Shown::works(format!("it says {}", word(b))),
            Some(b) => Shown::lies(format!("it says {}", word(b))),
        })
    }
}
