//! `wrap-plan-backup`: one fresh wrapping key wraps each of the plan's keys into a file of its own.

use crate::backup::fresh::{fresh_key, fresh_set, origin, put_wrapping_key};
use crate::backup::{BACKUP_KEY, dice, void};
use crate::cloud::by_line::one_key;
use crate::key::master::MasterKey;
use crate::plan::lines::{all_made, load};
use crate::plan::words;
use crate::plan::wrapped_files::{all_backed_up, drop_unfinished, name_of, wrapped_files};
use engine::{Action, Cue, Halt, Outcome, Past, Room, Stage, TokenRefusal, Void, WorkWith as _};
use script::{Hands, Plan, Reach, Row, sha256};
use secrets::SecretBytes;
use std::collections::BTreeMap;
use tokens::Token;
use transcript::FileDigest;

/// Backs the plan's keys up.
pub(crate) struct WrapPlanBackup;

static ROW: Row = Row {
    name: "wrap-plan-backup",
    needs: &[&super::PLAN_KEYS],
    makes: &[&BACKUP_KEY],
    empties_room: true,
    notes: &[&[
        &facts::PLAN_BACKED_CHECK_VALUE,
        &facts::PLAN_LINE,
        &facts::PLAN_BACKUP_SET,
        &facts::PLAN_BACKUP_FILE,
    ]],
    states: &[&facts::SHARE_SET, &facts::PLAN_BACKED_UP, &facts::WRAPPED_WITH, &facts::BACKUP_KEY_ORIGIN],
    hands: Hands::Two,
    reach: &[Reach::Token],
    ..Row::PLAIN
};

impl Action for WrapPlanBackup {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        void::destroy_void_sheets(cue, stage)?;
        drop_unfinished(cue, stage)?;
        let dice = dice::thrown(cue, stage)?;
        let keys = all_made(&*stage, &load(&*stage)?)?;
        let set = fresh_set()?;
        let backup_key = stage
            .work(words::MAKING_BACKUP_KEY, words::A_FEW_SECONDS, |token| fresh_key(token, dice.as_ref()))?;
        let mut blobs = BTreeMap::new();
        for (n, (line, key)) in keys.iter().enumerate() {
            let doing = words::backing_up(n + 1, keys.len(), *line);
            let blob = stage.work(&doing, words::A_FEW_SECONDS, |token| wrap_one(token, &backup_key, key))?;
            // AES-KWP has no random part: the same bytes are the same key. Two secret keys of a large plan may have one
            // check value by chance, and are told apart here and in the record.
            if let Some(first) = blobs.insert(sha256(&blob), *line) {
                return Err(one_key(first, *line).into());
            }
            let name = name_of(cue.plan, set, *line);
            stage.keep(&name, &blob)?;
            let note = Outcome::new()
                .fact(&facts::NOTE, words::was_backed_up(*line))
                .fact(&facts::PLAN_LINE, *line)
                .fact(&facts::PLAN_BACKUP_SET, set.to_string())
                .fact(&facts::PLAN_BACKUP_FILE, name.as_str())
                .fact(&facts::PLAN_BACKED_CHECK_VALUE, key.check_value.as_str())
                .file(FileDigest::of(name, &blob));
            stage.note(note)?;
        }
        let outcome = all_backed_up(stage, set, keys.keys().copied(), origin(dice.as_ref()))?;
        put_wrapping_key(room, backup_key)?;
        Ok(outcome)
    }

    fn voids(&self, plan: &Plan, past: &Past<'_>) -> Void {
        void::with_its_set(plan, past, wrapped_files(plan, past))
    }
}

fn wrap_one(
    token: &mut dyn Token,
    backup_key: &SecretBytes,
    key: &MasterKey,
) -> Result<Vec<u8>, TokenRefusal> {
    let own = key.in_token(token)?;
    Ok(token.wrap_under(backup_key, own.handle)?)
}
