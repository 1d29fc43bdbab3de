//! The providers, one file each, behind one small interface: what comes in, which keys and algorithms they take
//! ([`crate::table`]), what goes out, what comes back, when it expires.

pub(crate) mod alibaba;
pub mod azure;
pub mod google;
pub mod ibm;
pub(crate) mod oracle;
pub(crate) mod realms;
pub mod salesforce;
mod stand_in;
mod stated;
pub(crate) mod transit;

pub use stand_in::{StandIn, stand_in, stand_in_bits, stand_in_for};
pub(crate) use stated::Stated;
pub use stated::{Ask, Form, normal, place};

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

    /// Unix seconds before which what was carried in does not exist or is not valid; none where it does not say.
    fn valid_from(&self) -> Option<i64> {
        None
    }

    /// Where the key goes, in the one normal form: two imports of one target with the same place are for one key.
    fn place(&self) -> String {
        self.called().to_owned()
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

    /// Why this place takes no such key, where its provider's other places do.
    fn refuses(&self, _key: KeyType, _recipe: Recipe) -> Option<ByokError> {
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

/// How far the clock here may be from the provider's without being wrong, in seconds.
pub(crate) const CLOCKS_DIFFER: i64 = 600;

/// How long the target's parameters ever hold, in hours; none where people decide that themselves, or nothing ends.
pub const fn longest_life(target: Target) -> Option<i64> {
    match target {
        Target::AwsKms | Target::AlibabaKms | Target::IbmKeyProtect => Some(24),
        Target::GoogleKms => Some(72),
        _ => None,
    }
}

/// Refuses an end that no parameters fetched before `now` can have. Both in Unix seconds.
pub(crate) fn check_life(target: Target, end: i64, now: i64) -> Result<(), ByokError> {
    match longest_life(target) {
        Some(most) if end.saturating_sub(now) > most * 3600 + CLOCKS_DIFFER => {
            Err(ByokError::ValidTooLong { until: iso(end), now: iso(now), most })
        }
        _ => Ok(()),
    }
}

/// The error for parameters that ended at `end`, with what the clock here says.
pub(crate) fn expired(end: i64, now: i64) -> ByokError {
    ByokError::ParametersExpired(format!("{}, and this computer's clock says {}", iso(end), iso(now)))
}

impl dyn Import + '_ {
    /// Refuses parameters that have run out at Unix time `now`, or that are not valid yet.
    pub fn check_fresh(&self, now: i64) -> Result<(), ByokError> {
        if let Some(from) = self.valid_from().filter(|from| *from > now + CLOCKS_DIFFER) {
            return Err(ByokError::NotYetValid { from: iso(from), now: iso(now) });
        }
        match self.valid_to() {
            Some(end) if now >= end => Err(expired(end, now)),
            _ => Ok(()),
        }
    }

    /// The same when a file is read for the first time, at Unix time `now`; refuses as well what is valid for longer than
    /// the provider ever gives, which shows that the clock here is behind.
    pub fn check_times(&self, now: i64) -> Result<(), ByokError> {
        self.check_fresh(now)?;
        self.valid_to().map_or(Ok(()), |end| check_life(self.target(), end, now))
    }

    /// The algorithms that this wrapping key allows for this kind of key, the one to offer first first.
    pub fn algorithms(&self, key: KeyType) -> Vec<&'static Row> {
        table::rows(self.target())
            .filter(|row| self.fixed_algorithm().is_none_or(|fixed| fixed == row.algorithm))
            .filter(|row| self.row(key, row.algorithm).is_ok())
            .collect()
    }

    /// How to wrap, or why not.
    pub fn recipe(&self, key: KeyType, algorithm: &str) -> Result<Recipe, ByokError> {
        self.row(key, algorithm).map(|row| row.recipe)
    }

    /// The row of the table that says how to wrap, or why not.
    pub(crate) fn row(&self, key: KeyType, algorithm: &str) -> Result<&'static Row, ByokError> {
        let row = table::look_up(self.target(), key, algorithm, self.wrapping_key().bits())?;
        self.refuses(key, row.recipe).map_or(Ok(row), Err)
    }
}

/// What to ask for a target.
pub const fn asks(target: Target) -> &'static [Ask] {
    match target {
        Target::AwsKms => aws::ASKS,
        Target::AzureKeyVault => azure::ASKS,
        Target::AzureManagedHsm => azure::HSM_ASKS,
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
    let stated = Stated::of(target, input.stated)?;
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

/// Bytes that a provider's reply has in base64, or an error that names the member.
fn binary(value: &serde_json::Value, name: &'static str) -> Result<Vec<u8>, ByokError> {
    crate::text::any_base64(member(value, name)?).ok_or(ByokError::ParametersField(name))
}

/// A text member of a provider's reply, or an error that names it.
fn member<'a>(value: &'a serde_json::Value, name: &'static str) -> Result<&'a str, ByokError> {
    value.get(name).and_then(serde_json::Value::as_str).ok_or(ByokError::ParametersField(name))
}

#[cfg(test)]
mod tests;
