//! The master key as the record and the token have it.

use super::{spec, words};
use crate::token::said::{said, said_bytes};
use engine::words::out_of_order;
use engine::{Cue, Ended, Keep, KeepRecord, Made, Outcome, Past, Recall as _, TokenRefusal};
use outside::LARGEST_RECORD;
use protocol::Problem;
use tokens::{KeyFacts, KeySpec, Token, TokenError};
use transcript::FileDigest;

/// The file of a pair's public half.
const PUBLIC_HALF: &str = "public-key.der";

/// The label in the token: the script's, with the run so that no two runs collide.
pub(crate) fn label(cue: Cue<'_>) -> String {
    format!("{}-{}", cue.plan.value("key-label"), cue.run)
}

/// The master key as the record has it.
pub(crate) struct MasterKey {
    pub(crate) label: String,
    pub(crate) check_value: String,
    pub(crate) spec: KeySpec,
    pub(crate) public_key: Option<Vec<u8>>,
    /// What the token said of it when it was made, found or restored.
    pub(crate) said: Said,
}

/// What a token said of a key, each by its name; none where the record does not tell.
pub(crate) type Said = [(&'static str, Option<String>); 5];

/// A key that is lent to be wrapped, wherever it comes from.
pub(crate) trait Lend: Sync {
    /// Of which kind it is.
    fn spec(&self) -> KeySpec;

    /// Lends the key, for as long as the work on it takes.
    fn lend<T>(
        &self,
        token: &mut dyn Token,
        work: impl FnOnce(&mut dyn Token, &KeyFacts) -> Result<T, TokenRefusal>,
    ) -> Result<T, TokenRefusal>;
}

impl Lend for MasterKey {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn lend<T>(
        &self,
        token: &mut dyn Token,
        work: impl FnOnce(&mut dyn Token, &KeyFacts) -> Result<T, TokenRefusal>,
    ) -> Result<T, TokenRefusal> {
        let key = self.in_token(token)?;
        work(token, &key)
    }
}

impl MasterKey {
    /// What the record tells of it; the public half from the run's folder.
    pub(crate) fn of(cue: Cue<'_>, on: &(impl KeepRecord + Keep + ?Sized)) -> Result<Self, Problem> {
        let public = on.newest(&facts::PUBLIC_KEY_FILE).map(|name| on.kept(&name)).transpose()?;
        Ok(Self {
            label: on.need(&facts::KEY_LABEL)?,
            check_value: on.need(&facts::CHECK_VALUE)?,
            spec: spec::spec(cue, &on.past())?,
            public_key: public,
            said: Self::said_of(|fact| on.newest(fact)),
        })
    }

    /// What the record tells of the attributes that a key keeps.
    pub(crate) fn said_of(fact: impl Fn(&facts::Fact<facts::Text>) -> Option<String>) -> Said {
        [
            (words::SENSITIVE, fact(&facts::SENSITIVE)),
            (words::EXTRACTABLE, fact(&facts::EXTRACTABLE)),
            (words::LOCAL, fact(&facts::LOCAL)),
            (words::ID, fact(&facts::KEY_ID)),
            (words::UNIQUE_ID, fact(&facts::KEY_UNIQUE_ID)),
        ]
    }

    /// The key in the token; refused where it is another one.
    pub(crate) fn in_token(&self, token: &mut dyn Token) -> Result<KeyFacts, TokenRefusal> {
        let key = self.known(token)?;
        Self::is_as_said(&self.said, &key, false)?;
        Ok(key)
    }

    /// The same where it may have been sealed since: that is the one change which an attempt that broke off can have made.
    pub(crate) fn to_seal(&self, token: &mut dyn Token) -> Result<KeyFacts, TokenRefusal> {
        let key = self.known(token)?;
        Self::is_as_said(&self.said, &key, true)?;
        Ok(key)
    }

    /// By its label, kind and check value.
    fn known(&self, token: &mut dyn Token) -> Result<KeyFacts, TokenRefusal> {
        match token.find_as(&self.label, self.spec, self.public_key.as_deref()) {
            Ok(Some(key)) if key.check_value == self.check_value => Ok(key),
            Ok(Some(_)) | Err(TokenError::NotThisKey) => Err(words::another_key().into()),
            Ok(None) => Err(out_of_order().into()),
            Err(e) => Err(e.into()),
        }
    }

    /// The same bytes under the same label are another key where the token says otherwise of it: somebody took the master
    /// key out and brought it in again.
    pub(crate) fn is_as_said(said_before: &Said, key: &KeyFacts, may_be_sealed: bool) -> Result<(), Problem> {
        let (id, unique_id) = (id(key), unique_id(key));
        let now = [said(key.sensitive), said(key.extractable), said(key.local), &id, &unique_id];
        for ((what, was), now) in said_before.iter().zip(now) {
            let sealed = may_be_sealed && *what == words::EXTRACTABLE && key.extractable == Some(false);
            if let Some(was) = was.as_deref().filter(|was| *was != now && !sealed) {
                return Err(words::key_changed(what, was, now));
            }
        }
        Ok(())
    }
}

/// A key's `CKA_ID` in lower-case hex, as the record has it.
pub(crate) fn id(key: &KeyFacts) -> String {
    said_bytes(key.id.as_deref())
}

/// Its `CKA_UNIQUE_ID`, the same.
pub(crate) fn unique_id(key: &KeyFacts) -> String {
    said_bytes(key.unique_id.as_deref())
}

/// Whether the token says of a key it made that it is of this kind, made inside and never shown.
pub(crate) fn is_as_asked(key: &KeyFacts, spec: KeySpec) -> bool {
    key.sensitive == Some(true)
        && key.local != Some(false)
        && key.always_sensitive != Some(false)
        && key.spec == spec
}

/// Says what the steps of a backup go by, of a key that is in the token.
pub(crate) fn written(outcome: Outcome, key: &KeyFacts) -> Outcome {
    outcome
        .fact(&facts::KEY_LABEL, key.label.as_str())
        .fact(&facts::KEY_SPEC, key.spec.to_string())
        .fact(&facts::CHECK_VALUE, key.check_value.as_str())
        .fact(&facts::KEY_ID, id(key))
        .fact(&facts::KEY_UNIQUE_ID, unique_id(key))
        .fact(&facts::SENSITIVE, said(key.sensitive))
        .fact(&facts::EXTRACTABLE, said(key.extractable))
        .fact(&facts::LOCAL, said(key.local))
}

/// Keeps the public half of a pair with the record, for which later drills need it.
pub(crate) fn with_public_half(
    on: &mut (impl Keep + ?Sized),
    outcome: Outcome,
    key: &KeyFacts,
) -> Result<Outcome, Problem> {
    let Some(public) = &key.public_key else { return Ok(outcome) };
    // Written before the outcome: after an interruption the same bytes may be there already.
    let there = outside::read(&on.folder().join(PUBLIC_HALF), LARGEST_RECORD);
    if !there.is_ok_and(|there| there == *public) {
        on.keep(PUBLIC_HALF, public)?;
    }
    Ok(outcome.fact(&facts::PUBLIC_KEY_FILE, PUBLIC_HALF).file(FileDigest::of(PUBLIC_HALF, public)))
}

/// What the end page shows of it, and everyone agrees to.
pub(crate) fn made(past: &Past<'_>) -> Vec<Made> {
    let label = Made::agreed(words::MASTER_KEY, past.newest(&facts::KEY_LABEL));
    label.into_iter().chain(Made::agreed(words::CHECK_VALUE, past.newest(&facts::CHECK_VALUE))).collect()
}

/// What becomes of it where the ceremony was given up.
pub(crate) fn next(past: &Past<'_>, ended: &Ended) -> Vec<String> {
    match (ended, past.newest(&facts::KEY_LABEL)) {
        (Ended::Abandoned(_), Some(label)) => vec![words::still_in_the_token(&label)],
        _ => Vec::new(),
    }
}
