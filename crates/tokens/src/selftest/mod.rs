//! Trials on throw-away keys, checked on this computer: what a module can really do, whatever it claims.
//!
//! One topic a file: what mechanisms produce, what is refused, what keys say of themselves, each kind of
//! key, and the form in which private keys leave.

mod claims;
mod form;
mod kinds;
mod open;
mod produce;
mod refuse;
mod words;

pub(crate) use open::Opener;
pub(crate) use produce::Trial;

use crate::{Capabilities, Capability, Finding, Pkcs11Token, TokenError};

/// What a trial showed, with its evidence in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) result: Finding,
    pub(crate) detail: String,
}

impl Shown {
    fn new(result: Finding, detail: impl Into<String>) -> Self {
        Self { result, detail: detail.into() }
    }

    fn works(detail: impl Into<String>) -> Self {
        Self::new(Finding::Works, detail)
    }

    fn lies(detail: impl Into<String>) -> Self {
        Self::new(Finding::Lies, detail)
    }

    fn absent(detail: impl Into<String>) -> Self {
        Self::new(Finding::Absent, detail)
    }

    fn refused(detail: impl Into<String>) -> Self {
        Self::new(Finding::RefusedRightly, detail)
    }

    /// A refusal of what should have worked means that the token does not have it.
    fn of(outcome: Result<Self, TokenError>) -> Result<Self, TokenError> {
        match outcome {
            Err(e) if e.ends_trials() => Err(e),
            Err(e) => Ok(Self::absent(e.to_string())),
            shown => shown,
        }
    }
}

/// The list being written.
struct Report(Vec<Capability>);

impl Report {
    fn note(
        &mut self,
        name: &str,
        sentence: &str,
        outcome: Result<Shown, TokenError>,
    ) -> Result<(), TokenError> {
        let Shown { result, detail } = Shown::of(outcome)?;
        self.0.push(Capability { name: name.to_owned(), sentence: sentence.to_owned(), result, detail });
        Ok(())
    }
}

impl Pkcs11Token {
    /// Everything. Only a token that goes away or was not signed in to, or a failure of this computer, ends it early.
    pub(crate) fn trials(&mut self) -> Result<Capabilities, TokenError> {
        self.tried.clear();
        let mut report = Report(Vec::new());
        self.try_products(&mut report)?;
        self.try_refusals(&mut report)?;
        self.try_claims(&mut report)?;
        self.try_kinds(&mut report)?;
        self.try_forms(&mut report)?;
        self.forget_what_was_shared()?;
        Ok(Capabilities { list: report.0 })
    }
}
