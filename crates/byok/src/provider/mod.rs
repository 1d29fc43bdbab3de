//! The providers, one file each, behind one small interface: what comes in, which keys and algorithms they take
//! ([`crate::table`]), what goes out, what comes back, when it expires.

pub(crate) mod alibaba;
pub mod azure;
pub mod google;
pub mod ibm;
pub(crate) mod oracle;
pub mod salesforce;
mod stand_in;
pub(crate) mod transit;

pub use stand_in::{StandIn, stand_in, stand_in_bits, stand_in_for};

use crate::bundle::{Bundle, BundleFile};
use crate::moment::iso;
use crate::table::{self, Row};
use crate::{ByokError, KeyType, Recipe, Target, WrappingKey, aws};
use std::fmt;

/// The largest file taken, in bytes: an HSM's attestation with its certificates takes tens of thousands.
const LARGEST: usize = 262_144;

/// What a provider prepared for one import: its wrapping key and where the key is to go, parsed and checked.
pub trait Import: fmt::Debug + Send {
    /// Where the key goes.
    fn target(&self) -> Target;

    /// The provider's wrapping key.
    fn wrapping_key(&self) -> &WrappingKey;

    /// Unix seconds after which the provider no longer takes what is wrapped; none where there is no limit.
    fn valid_to(&self) -> Option<i64> {
        None
    }

    /// The algorithm, where the provider settled it when it made the wrapping key.
    fn fixed_algorithm(&self) -> Option<&'static str> {
        None
    }

    /// Names and values for people to compare, and for the transcript. Nothing secret.
    fn shown(&self) -> Vec<(&'static str, String)>;

    /// What the key is called there, or is going to be: what people say before it is wrapped. Plain characters.
    fn called(&self) -> &str;

    /// The kind of key that it is for, where the provider settled it.
    fn made_for(&self) -> Option<KeyType> {
        None
    }

    /// Whether the provider can be told until when it keeps or allows the key.
    fn takes_expiry(&self) -> bool {
        false
    }

    /// What does or does not show that the wrapping key is the provider's, in one sentence.
    fn origin(&self) -> &'static str;

    /// The files that go back.
    fn files(&self, bundle: &Bundle<'_>) -> Result<Vec<BundleFile>, ByokError>;
}

impl dyn Import + '_ {
    /// Refuses parameters that have run out at Unix time `now`.
    pub fn check_fresh(&self, now: i64) -> Result<(), ByokError> {
        match self.valid_to() {
            Some(end) if now >= end => Err(ByokError::ParametersExpired(iso(end))),
            _ => Ok(()),
        }
    }

    /// The algorithms that this wrapping key allows for this kind of key, the one to offer first first.
    pub fn algorithms(&self, key: KeyType) -> Vec<&'static Row> {
        table::rows(self.target())
            .filter(|row| self.fixed_algorithm().is_none_or(|fixed| fixed == row.algorithm))
            .filter(|row| {
                table::look_up(self.target(), key, row.algorithm, self.wrapping_key().bits()).is_ok()
            })
            .collect()
    }

    /// How to wrap, or why not.
    pub fn recipe(&self, key: KeyType, algorithm: &str) -> Result<Recipe, ByokError> {
        table::look_up(self.target(), key, algorithm, self.wrapping_key().bits()).map(|row| row.recipe)
    }
}

/// One thing to ask people before a provider's files can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Its name in a plan and in `Input::stated`.
    pub name: &'static str,
    /// What to ask.
    pub question: &'static str,
    /// What an answer looks like.
    pub example: &'static str,
    /// Whether an answer is needed; otherwise it is asked for only where the file does not say it.
    pub needed: bool,
}

/// What to ask for a target.
pub const fn asks(target: Target) -> &'static [Ask] {
    match target {
        Target::AwsKms => aws::ASKS,
        Target::AzureKeyVault | Target::AzureManagedHsm => azure::ASKS,
        Target::GoogleKms => google::ASKS,
        Target::OracleVault => oracle::ASKS,
        Target::AlibabaKms => alibaba::ASKS,
        Target::IbmKeyProtect => ibm::ASKS,
        Target::Transit => transit::ASKS,
        Target::SalesforceShield => salesforce::ASKS,
    }
}

/// The answer that means "none", to an ask that is not needed and that no file answers either: it has to be asked all
/// the same, and with this answer nothing is stated.
pub fn without(target: Target, name: &str) -> Option<&'static str> {
    match (target, name) {
        (Target::OracleVault, "key") => Some("new"),
        (Target::Transit, "version") => Some("no"),
        _ => None,
    }
}

/// How the names of a provider's files end, in small letters.
pub const fn extensions(target: Target) -> &'static [&'static str] {
    match target {
        Target::AwsKms => &["json", "zip"],
        Target::AlibabaKms | Target::IbmKeyProtect => &["json"],
        Target::SalesforceShield => &["crt", "cer", "pem"],
        _ => &["json", "pem"],
    }
}

/// What to fetch online before the ceremony, in words and commands to print.
pub const fn to_fetch(target: Target) -> &'static str {
    match target {
        Target::AwsKms => aws::TO_FETCH,
        Target::AzureKeyVault | Target::AzureManagedHsm => azure::TO_FETCH,
        Target::GoogleKms => google::TO_FETCH,
        Target::OracleVault => oracle::TO_FETCH,
        Target::AlibabaKms => alibaba::TO_FETCH,
        Target::IbmKeyProtect => ibm::TO_FETCH,
        Target::Transit => transit::TO_FETCH,
        Target::SalesforceShield => salesforce::TO_FETCH,
    }
}

/// What was carried in.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file's name; it matters for archives only.
    pub file_name: &'a str,
    /// Its content, hostile until parsed.
    pub bytes: &'a [u8],
    /// Answers to [`asks`], by name.
    pub stated: &'a [(&'a str, &'a str)],
}

/// Refuses a file that is something else than this provider sends, before anybody is asked about what is in it.
pub fn fits(target: Target, bytes: &[u8]) -> Result<(), ByokError> {
    if bytes.len() > LARGEST {
        return Err(ByokError::ParametersTooLarge(bytes.len()));
    }
    match target {
        Target::AwsKms => aws::fits(bytes),
        Target::AzureKeyVault | Target::AzureManagedHsm => azure::WANTED.json_or_key(bytes).map(drop),
        Target::GoogleKms => google::WANTED.json_or_key(bytes).map(drop),
        Target::OracleVault => oracle::WANTED.json_or_key(bytes).map(drop),
        Target::AlibabaKms => alibaba::WANTED.json(bytes).map(drop),
        Target::IbmKeyProtect => ibm::WANTED.json(bytes).map(drop),
        Target::Transit => transit::WANTED.json_or_key(bytes).map(drop),
        Target::SalesforceShield => salesforce::WANTED.certificate(bytes).map(drop),
    }
}

/// Reads what a provider sent and what people stated beside it.
pub fn read(target: Target, input: &Input<'_>) -> Result<Box<dyn Import>, ByokError> {
    if input.bytes.len() > LARGEST {
        return Err(ByokError::ParametersTooLarge(input.bytes.len()));
    }
    for (at, (name, _)) in input.stated.iter().enumerate() {
        if !asks(target).iter().any(|a| a.name == *name) {
            return Err(ByokError::unknown_name(name));
        }
        if input.stated.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Err(ByokError::FieldTwice((*name).to_owned()));
        }
    }
    let stated = Stated { asks: asks(target), answers: input.stated };
    for ask in stated.asks.iter().filter(|a| a.needed) {
        stated.needed(ask.name)?;
    }
    Ok(match target {
        Target::AwsKms => Box::new(aws::Prepared::read(input, &stated)?),
        Target::AzureKeyVault | Target::AzureManagedHsm => {
            Box::new(azure::Kek::read(target, input.bytes, &stated)?)
        }
        Target::GoogleKms => Box::new(google::Job::read(input.bytes, &stated)?),
        Target::OracleVault => Box::new(oracle::Vault::read(input.bytes, &stated)?),
        Target::AlibabaKms => Box::new(alibaba::Parameters::read(input.bytes, &stated)?),
        Target::IbmKeyProtect => Box::new(ibm::Token::read(input.bytes, &stated)?),
        Target::Transit => Box::new(transit::Mount::read(input.bytes, &stated)?),
        Target::SalesforceShield => Box::new(salesforce::Org::read(input.bytes, &stated)?),
    })
}

/// The answers, each looked up by its name.
pub(crate) struct Stated<'a> {
    asks: &'static [Ask],
    answers: &'a [(&'a str, &'a str)],
}

impl<'a> Stated<'a> {
    fn ask(&self, name: &str) -> (&'static str, &'static str) {
        self.asks.iter().find(|a| a.name == name).map_or(("an answer", ""), |a| (a.name, a.example))
    }

    /// An answer, if it was given.
    pub(crate) fn given(&self, name: &str) -> Option<&'a str> {
        self.answers.iter().find(|(n, _)| *n == name).map(|(_, v)| *v).filter(|v| !v.is_empty())
    }

    /// An answer that must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<&'a str, ByokError> {
        let (what, example) = self.ask(name);
        self.given(name).ok_or(ByokError::StatedMissing { what, example })
    }

    /// The error for an answer of the wrong form.
    pub(crate) fn malformed(&self, name: &str) -> ByokError {
        let (what, example) = self.ask(name);
        ByokError::StatedMalformed { what, example }
    }

    /// An answer that must be there and pass a check.
    pub(crate) fn checked(&self, name: &str, good: impl Fn(&str) -> bool) -> Result<&'a str, ByokError> {
        let answer = self.needed(name)?;
        if good(answer) { Ok(answer) } else { Err(self.malformed(name)) }
    }
}

/// A text member of a provider's reply, or an error that names it.
fn member<'a>(value: &'a serde_json::Value, name: &'static str) -> Result<&'a str, ByokError> {
    value.get(name).and_then(serde_json::Value::as_str).ok_or(ByokError::ParametersField(name))
}

#[cfg(test)]
mod tests;
