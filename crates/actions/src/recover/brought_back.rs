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

    /// The key in the token, if it is the one that was backed up.
    fn key_in(&self, token: &mut dyn Token) -> Result<KeyFacts, TokenRefusal> {
        let wrapping = token.import_backup_key(&self.backup_key)?;
        let key = token.lend_kwp(wrapping, &self.blob, self.spec, self.public_key.as_deref());
        let forgotten = token.destroy(wrapping);
        let key = key?;
        if key.check_value != self.check_value {
            token.destroy(key.handle)?;
            return Err(words::backup_does_not_match(&key.check_value).into());
        }
        forgotten?;
        Ok(key)
    }
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
        let key = self.key_in(token)?;
        let done = work(token, &key);
        let forgotten = token.destroy(key.handle); // also when the work failed, which then says more
        let done = done?;
        forgotten?;
        Ok(done)
    }
}
