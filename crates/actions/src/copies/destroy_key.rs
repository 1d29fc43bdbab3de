//! `destroy-key`: the key in the token is destroyed, under every label it was found under, and seen absent.

use crate::copies::copy::{Copy, DESTROYED, NOTES, labels_here, note};
use crate::copies::{BELOW_THRESHOLD, KEY_DESTROYED, KEY_GONE, words};
use crate::earlier::kept;
use crate::key::words::labels;
use crate::key::{MASTER_KEY, spec};
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage, TokenRefusal, WorkWith as _};
use script::{Closes, Hands, Reach, Row};
use tokens::{KeySpec, Token};

/// Destroys the key.
pub(crate) struct DestroyKey;

impl Action for DestroyKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "destroy-key",
                needs: &[&BELOW_THRESHOLD],
                makes: &[&KEY_GONE],
                uses_up: &[&MASTER_KEY],
                closes: &[Closes::Own(&KEY_DESTROYED)],
                notes: NOTES,
                states: &[
                    &facts::DESTROYED_IN_TOKEN,
                    &facts::DESTROYED_CHECK_VALUE,
                    &facts::SEEN_ABSENT,
                    &facts::OTHER_KEYS_UNTOLD,
                    &facts::GONE_WHEN_BEGUN_AGAIN,
                ],
                hands: Hands::Two,
                reach: &[Reach::Token],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (_, public) = kept::of_one_key(stage)?;
        let key = Doomed {
            spec: spec::spec(cue, &stage.past())?,
            check_value: stage.need(&facts::DRILL_CHECK_VALUE)?,
            public,
            listed: labels_here(stage),
        };
        let begun_before = stage.attempts() > 1;
        let (gone_before, untold) = stage
            .work(words::DESTROYING, words::A_FEW_SECONDS, |token| key.destroyed(token, begun_before))?;
        if !untold.is_empty() {
            stage.raise(
                &words::may_be_copies(&labels(untold.iter().map(String::as_str))),
                words::NO_OTHER_KEY,
            )?;
        }
        for label in &key.listed {
            note(stage, &Copy::Here(label.clone()), DESTROYED)?;
        }
        Ok(Outcome::new()
            .showing(words::absent(&key.listed, &gone_before))
            .fact(&facts::DESTROYED_IN_TOKEN, key.listed)
            .fact(&facts::DESTROYED_CHECK_VALUE, key.check_value)
            .fact(&facts::SEEN_ABSENT, words::SEEN_ABSENT)
            .fact(&facts::OTHER_KEYS_UNTOLD, untold)
            .fact(&facts::GONE_WHEN_BEGUN_AGAIN, gone_before))
    }
}

/// The key that is destroyed.
struct Doomed {
    spec: KeySpec,
    check_value: String,
    public: Option<Vec<u8>>,
    /// The labels under which it was found when the copies were listed.
    listed: Vec<String>,
}

impl Doomed {
    /// Destroys it; gives the labels that were gone already, which they may be where the step was begun before, and those of
    /// keys that cannot be told from it.
    fn destroyed(
        &self,
        token: &mut dyn Token,
        begun_before: bool,
    ) -> Result<(Vec<String>, Vec<String>), TokenRefusal> {
        let Self { spec, check_value, public, listed } = self;
        let public = public.as_deref();
        let found = token.keys_like(check_value, *spec, public)?;
        let strange: Vec<_> =
            found.iter().map(|k| &k.label).filter(|l| !listed.contains(l)).cloned().collect();
        if !strange.is_empty() {
            return Err(words::another_copy(&strange.join(", ")).into());
        }
        let absent: Vec<_> =
            listed.iter().filter(|l| !found.iter().any(|k| k.label == **l)).cloned().collect();
        if !absent.is_empty() && !begun_before {
            return Err(words::key_gone_already(&absent.join(", ")).into());
        }
        for k in &found {
            token.destroy_pair(k.handle)?;
        }
        for label in listed {
            if !matches!(token.find_as(label, *spec, public), Ok(None)) {
                return Err(words::key_not_gone().into());
            }
        }
        let others = token.other_keys(&[], check_value, *spec, public)?;
        if others.iter().any(|other| other.same == Some(true)) {
            return Err(words::key_not_gone().into());
        }
        let untold = others.into_iter().filter(|other| other.same.is_none()).map(|other| other.label);
        Ok((absent, untold.collect()))
    }
}
