//! An earlier ceremony's key, brought back from its backup for the moment: into the token for this session alone, to be
//! wrapped for somebody else, and gone afterwards. The key in its own token may be sealed.

use crate::earlier::{brought, kept};
use crate::key::master::Lend;
use crate::recover::words;
use engine::words::out_of_order;
use engine::{Keep, KeepRecord, Recall as _, Room, TokenRefusal};
use protocol::Problem;
use secrets::SecretBytes;
use tokens::{KeyFacts, KeySpec, Token};

/// The wrapped key, and what opens it.
pub(crate) struct BroughtBack {
    backup_key: SecretBytes,
    blob: Vec<u8>,
    spec: KeySpec,
    public_key: Option<Vec<u8>>,
    pub(crate) check_value: String,
}

impl BroughtBack {
    /// By the shares on the table and the backup that was opened.
    pub(crate) fn of(stage: &(impl Keep + KeepRecord + ?Sized), room: &Room<'_>) -> Result<Self, Problem> {
        let (blob, public_key) = kept::of_one_key(stage)?;
        Ok(Self {
            backup_key: brought::rebuilt(stage, room)?,
            blob,
            public_key,
            spec: stage.need(&facts::DRILL_KEY_SPEC)?.parse().map_err(|_| out_of_order())?,
            check_value: stage.need(&facts::DRILL_CHECK_VALUE)?,
        })
    }
}

/// A backed-up key in the token for this session, if it is the one that it should be.
pub(crate) fn lent(
    token: &mut dyn Token,
    backup_key: &SecretBytes,
    wrapped: (&[u8], KeySpec, Option<&[u8]>),
    check_value: &str,
) -> Result<KeyFacts, TokenRefusal> {
    let (blob, spec, public_key) = wrapped;
    let wrapping = token.import_backup_key(backup_key)?;
    let key = token.lend_kwp(wrapping, blob, spec, public_key);
    let forgotten = token.destroy(wrapping);
    let key = key?;
    if key.check_value != check_value {
        token.destroy(key.handle)?;
        return Err(words::backup_does_not_match(&key.check_value).into());
    }
    forgotten?;
    Ok(key)
}

impl Lend for BroughtBack {
    fn spec(&self) -> KeySpec {
        self.spec
    }

    fn lend<T>(
        &self,
        token: &mut dyn Token,
        work: impl FnOnce(&mut dyn Token, &KeyFacts) -> Result<T, TokenRefusal>,
    ) -> Result<T, TokenRefusal> {
        let wrapped = (self.blob.as_slice(), self.spec, self.public_key.as_deref());
        let key = lent(token, &self.backup_key, wrapped, &self.check_value)?;
        let done = work(token, &key);
        let forgotten = token.destroy(key.handle); // also when the work failed, which then says more
        let done = done?;
        forgotten?;
        Ok(done)
    }
}
